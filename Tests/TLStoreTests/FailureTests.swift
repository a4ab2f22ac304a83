// What a disk, another version or a damaged file can do to a store, and what it says then.

import Foundation
import TLStore
import TLTestSupport
import TLText
import Testing

struct FailureTests {
  let folder = TemporaryFolder()

  var database: String { folder.path + "/runs.sqlite" }

  @Test func folderThatCannotBeMadeIsNamed() throws {
    try AtomicFile.write(folder.path + "/file", text: "")
    for path in [folder.path + "/file", folder.path + "/file/below", "/proc/tl/store"] {
      let error = #expect(throws: StoreError.self) { try RunStore(folder: path) }
      #expect(error?.description.hasPrefix("cannot make the folder") == true, "\(path)")
    }
    #expect(try FileBytes.readText(folder.path + "/file") == "")
  }

  @Test func foldersAreMadeWhereTheyAreMissing() throws {
    #expect(try RunStore(folder: folder.path + "/a/б/.tl").runs().isEmpty)
  }

  /// Another user may read what is stored, and is told why nothing can be claimed.
  @Test func readOnlyStoreIsReadAndNotWritten() throws {
    do {
      let store = try RunStore(folder: folder.path)
      try store.mine("a").0.finish()
    }
    chmod(folder.path, 0o555)
    for path in [database, folder.path + "/runs", folder.path + "/locks"] { chmod(path, 0o555) }
    let lines = try Worker("unprivileged", folder.path, "b").finish()
    #expect(lines.first == "read-only true, 1 runs")
    #expect(lines.last?.contains("it is read-only; give another folder") == true)
    let empty = TemporaryFolder()
    chmod(empty.path, 0o555)
    let refused = try Worker("unprivileged", empty.path, "b").finish()
    #expect(refused.last?.hasSuffix("permission denied") == true)
  }

  @Test func fullDiskIsSaidAndNothingStoredIsLost() throws {
    do {
      let store = try RunStore(folder: folder.path)
      let (writer, _) = try store.mine("a")
      try writer.artifact("w", write: write("kept"))
      try writer.finish(metrics: number(1))
    }
    let lines = try Worker("limited", folder.path, "b", "400000").finish()
    try #require(lines.count == 2)
    #expect(lines[0].hasPrefix("artifact: ") && lines[1].hasPrefix("log: "))
    #expect(lines[1].contains("the disk is full, or a limit of file size is reached"))
    let store = try RunStore(folder: folder.path)
    let run = try #require(try store.find(key: "a"))
    #expect(try run.metrics == number(1) && FileBytes.readText(run.artifact("w").path) == "kept")
    let (writer, _) = try store.mine("b")
    #expect(folder.names("runs/\(writer.id)") == [])
    try writer.finish()
  }

  @Test func storeOfALaterVersionIsRefused() throws {
    do { try RunStore(folder: folder.path).mine("a").0.finish() }
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: database)))
    // user_version stands at byte 60 of the header, big-endian.
    bytes.replaceSubrange(60..<64, with: [0, 0, 0, 9])
    try AtomicFile.write(database, bytes: bytes)
    let error = #expect(throws: StoreError.self) { try RunStore(folder: folder.path) }
    #expect(error == .newer(path: database, found: 9, supported: RunStore.version))
    #expect(error?.description.contains("update tl") == true)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: database))) == bytes)
  }

  @Test func databaseOfAnotherProgramIsRefused() throws {
    do { try RunStore(folder: folder.path).mine("a").0.finish() }
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: database)))
    bytes.replaceSubrange(68..<72, with: [1, 2, 3, 4])
    try AtomicFile.write(database, bytes: bytes)
    #expect(throws: StoreError.foreign(path: database)) { try RunStore(folder: folder.path) }
  }

  @Test(arguments: ["garbage", "header", "cut", "page"])
  func damagedDatabaseIsNamedAndMadeAnewWithoutLoss(damage: String) throws {
    var id = ""
    do {
      let store = try RunStore(folder: folder.path)
      for key in 0..<30 {
        let (writer, _) = try store.mine("\(key)")
        for step in 1...400 { try writer.log("loss", step: step, step == 7 ? .nan : 0.5) }
        try writer.log("loss", step: 401, -.infinity)
        if key == 7 { try writer.artifact("w", write: write("kept")) }
        id = try writer.finish(metrics: number(Double(key))).id
      }
      try store.tag(prefix: id, ["x"])
    }
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: database)))
    #expect(bytes.count > 100_000)
    switch damage {
    case "garbage": bytes = bytes.map { $0 ^ 0x5a }
    case "header": bytes.replaceSubrange(0..<16, with: [UInt8](repeating: 0, count: 16))
    case "cut": bytes.removeLast(bytes.count / 2)
    default:
      for index in 8192..<bytes.count where index / 4096 % 2 == 0 { bytes[index] = 0xee }
    }
    try AtomicFile.write(database, bytes: bytes)
    let error = #expect(throws: StoreError.self) {
      let store = try RunStore(folder: folder.path)
      for run in try store.runs() { _ = try store.run(prefix: run.id).history() }
    }
    guard case .damaged(let path, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == database && error?.description.contains("rename it") == true)

    try FileManager.default.moveItem(atPath: database, toPath: database + ".damaged")
    for name in folder.names() where name.hasSuffix("-wal") || name.hasSuffix("-shm") {
      try FileManager.default.removeItem(atPath: folder.path + "/" + name)
    }
    let store = try RunStore(folder: folder.path)
    #expect(try store.runs(RunFilter(states: [.finished])).count == 30)
    let run = try #require(try store.find(key: "7"))
    #expect(try run.metrics == number(7) && FileBytes.readText(run.artifact("w").path) == "kept")
    let loss = try run.history("loss")
    #expect(loss.steps == Array(1...401) && loss.values[6].isNaN && loss.values[400] == -.infinity)
  }

  @Test func missingArtifactIsNamed() throws {
    let store = try RunStore(folder: folder.path)
    let (writer, _) = try store.mine("a")
    let artifact = try writer.artifact("w", write: write("x"))
    let run = try writer.finish()
    unlink(artifact.path)
    let error = #expect(throws: StoreError.self) { try run.artifact("w") }
    #expect(error == .missingArtifact(run: run.id, name: "w", path: artifact.path))
    #expect(error?.description.contains("fresh: true") == true)
  }

  @Test func missingCheckpointMeansFromTheBeginning() throws {
    let store = try RunStore(folder: folder.path)
    let (writer, _) = try store.mine("a")
    try writer.log("loss", step: 1, 1)
    try writer.checkpoint(step: 1) { try AtomicFile.write($0 + "/w", text: "1") }
    try writer.interrupt()
    try FileManager.default.removeItem(atPath: writer.folder + "/checkpoint-1")
    let (again, checkpoint) = try store.mine("a")
    #expect(checkpoint == nil)
    #expect(try store.run(prefix: again.id).history().isEmpty)
    try again.finish()
  }

  @Test func messagesAreOneLineWithoutFullStop() {
    let errors: [StoreError] = [
      .inputOutput(path: "a", verb: "read", reason: "x"), .full(path: "a"), .readOnly(path: "a"),
      .newer(path: "a", found: 2, supported: 1), .foreign(path: "a"),
      .damaged(path: "a", reason: "x"), .locked(path: "a", seconds: 1),
      .database(path: "a", code: 1, reason: "x"), .unknownRun(prefix: "a", recent: ["b"]),
      .ambiguousRun(prefix: "a", candidates: ["b"]), .badPrefix("x"),
      .busy(run: "a", process: 1, host: "h"), .missingArtifact(run: "a", name: "n", path: "p"),
      .unknownArtifact(run: "a", name: "n", names: []), .badName("x"), .ended(run: "a"),
    ]
    for error in errors {
      let text = error.description
      #expect(!text.contains("\n") && !text.hasSuffix(".") && text.first?.isUppercase == false)
    }
  }
}
