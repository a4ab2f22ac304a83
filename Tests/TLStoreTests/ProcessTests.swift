// Several processes on one store, and processes killed in the middle.

import Foundation
import TLStore
import TLTestSupport
import TLText
import Testing

@Suite(.serialized)
struct ProcessTests {
  let folder = TemporaryFolder()

  @Test func aLiveProcessKeepsItsRunAndADeadOneDoesNot() throws {
    let first = try Worker("hold", folder.path, "a")
    #expect(first.read() == "mine\n")
    let second = try Worker("hold", folder.path, "a")
    #expect(second.read() == "busy \(first.id)\n")
    _ = second.finish()
    let store = try RunStore(folder: folder.path)
    #expect(try store.runs().map(\.state) == [.running])
    first.kill()
    #expect(try store.runs().map(\.state) == [.interrupted])
    let (writer, _) = try store.mine("a")
    #expect(writer.previous?.state == .interrupted)
    try writer.finish()
    #expect(try Worker("hold", folder.path, "a").finish() == ["stored \(writer.id)"])
  }

  @Test func killedRunEndsLikeTheUndisturbedOne() throws {
    var random = SystemRandomNumberGenerator()
    let whole = try Worker("train", folder.path, "undisturbed", "120", "7").finish()
    let expected = try #require(whole.last?.split(separator: " ").last)
    var kills = 0
    var resumed = 0
    while kills < 20 {
      let worker = try Worker("train", folder.path, "killed", "120", "7")
      usleep(UInt32.random(in: 0...60_000, using: &random))
      worker.kill()
      kills += 1
    }
    let lines = try Worker("train", folder.path, "killed", "120", "7").finish()
    #expect(lines.last?.split(separator: " ").last == expected)
    let store = try RunStore(folder: folder.path)
    let run = try #require(try store.find(key: "killed"))
    resumed = run.resumed
    let reference = try #require(try store.find(key: "undisturbed"))
    #expect(try run.history() == reference.history())
    #expect(
      try FileBytes.readText(run.artifact("weights.txt").path)
        == FileBytes.readText(reference.artifact("weights.txt").path))
    // A kill between a file and its record leaves it another name, but never a second file.
    #expect(folder.names("runs/\(run.id)").count == folder.names("runs/\(reference.id)").count)
    #expect(resumed <= kills)
  }

  @Test func twoSweepsAtOnceKilledAtRandomLoseNothing() throws {
    var random = SystemRandomNumberGenerator()
    let count = 24
    for _ in 0..<8 {
      let workers = try (0..<2).map {
        try Worker("sweep", folder.path, "\(count)", "\($0 * count / 2)")
      }
      usleep(UInt32.random(in: 10_000...120_000, using: &random))
      for worker in workers.shuffled() { worker.kill() }
    }
    let workers = try (0..<2).map {
      try Worker("sweep", folder.path, "\(count)", "\($0 * count / 2)")
    }
    for worker in workers { #expect(worker.finish().last == "done \(count)") }
    let store = try RunStore(folder: folder.path)
    #expect(try store.runs().count == count)
    var state = "start"
    for step in 1...12 { state = ContentKey.of(Array("\(state)/\(step)".utf8)) }
    for cell in 0..<count {
      let run = try #require(try store.find(key: "cell \(cell)"))
      #expect(run.metrics["state"]?.string == state)
      #expect(try run.history("loss").steps == Array(1...12))
      #expect(try FileBytes.readText(run.artifact("weights.txt").path) == state)
    }
    // A process killed at its very end may leave the file of a lock that nobody holds.
    #expect(try store.runs(RunFilter(states: [.finished])).count == count)
  }

  @Test func manyProcessesMayMakeTheStoreAtOnce() throws {
    let workers = try (0..<6).map { try Worker("train", folder.path, "\($0)", "3", "2") }
    for worker in workers { #expect(worker.finish().last?.hasPrefix("finished") == true) }
    #expect(try RunStore(folder: folder.path).runs(RunFilter(states: [.finished])).count == 6)
  }
}
