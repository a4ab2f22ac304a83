// Runs in one process: claimed, logged, checkpointed, finished, found, listed, forgotten.

import Foundation
import TLStore
import TLTestSupport
import TLText
import Testing

struct RunTests {
  let folder = TemporaryFolder()

  @Test func theSameClaimReturnsTheStoredRun() throws {
    let store = try RunStore(folder: folder.path)
    let request = RunRequest(
      key: "a", kind: "adapt", title: "LoRA r=8", configuration: number(0.5),
      data: .object([JSONField("train", .string("abc"))]), seeds: [1, 2], program: "1.0",
      tags: ["б", "a"])
    guard case .mine(let writer, nil) = try store.claim(request) else {
      Issue.record("expected a new run")
      return
    }
    #expect(try store.find(key: "a") == nil)
    #expect(try store.run(prefix: writer.id).state == .running)
    try writer.log(step: 1, [("loss", 0.9), ("rate", 1e-3)])
    try writer.log("loss", step: 2, .nan)
    try writer.log("loss", step: 3, .infinity)
    try writer.artifact("weights.txt", write: write("вес"))
    let finished = try writer.finish(
      metrics: number(0.75), timings: .object([JSONField("train", .number(1.5))]),
      peakMemory: 1 << 30)
    for store in [store, try RunStore(folder: folder.path + "//")] {
      guard case .stored(let run) = try store.claim(request) else {
        Issue.record("expected the stored run")
        return
      }
      #expect(run.id == finished.id && run.key == ContentKey.of(Array("a".utf8)))
      #expect(run.state == .finished && run.kind == "adapt" && run.title == "LoRA r=8")
      #expect(run.configuration == number(0.5) && run.data["train"]?.string == "abc")
      #expect(run.seeds == [1, 2] && run.program == "1.0" && run.tags == ["a", "б"])
      #expect(run.metrics == number(0.75) && run.timings["train"]?.number == 1.5)
      #expect(run.peakMemory == 1 << 30 && run.error == nil && run.resumed == 0)
      #expect(run.machine["cores"]?.int ?? 0 > 0 && run.finished ?? 0 >= run.created)
      let loss = try run.history("loss")
      #expect(loss.steps == [1, 2, 3] && loss.values[0] == 0.9)
      #expect(loss.values[1].isNaN && loss.values[2] == .infinity)
      #expect(try run.history().map(\.name) == ["loss", "rate"])
      let artifact = try run.artifact("weights.txt")
      #expect(artifact.bytes == 6 && artifact.digest == ContentKey.of(Array("вес".utf8)))
      #expect(try FileBytes.readText(artifact.path) == "вес")
    }
    #expect(folder.names("locks") == [])
  }

  @Test func interruptedRunGoesOnFromItsCheckpoint() throws {
    let store = try RunStore(folder: folder.path)
    var (writer, checkpoint) = try store.mine("a")
    for step in 1...5 {
      try writer.log("loss", step: step, 1)
      if step % 2 == 0 {
        try writer.checkpoint(step: step) { try AtomicFile.write($0 + "/w", text: "\(step)") }
      }
    }
    try writer.interrupt(metrics: number(0.1))
    #expect(throws: StoreError.ended(run: writer.id)) { try writer.log("loss", step: 6, 1) }
    let stopped = try store.run(prefix: writer.id)
    #expect(stopped.state == .interrupted && stopped.checkpointStep == 4)
    #expect(folder.names("runs/\(writer.id)") == ["checkpoint-4", "run.json"])

    // A process that was killed between putting a file in its place and recording it leaves one.
    _ = folder.file("runs/\(writer.id)/weights.txt", "nobody knows me")
    (writer, checkpoint) = try store.mine("a")
    #expect(writer.previous?.metrics == number(0.1))
    #expect(folder.names("runs/\(writer.id)") == ["checkpoint-4", "run.json"])
    #expect(try FileBytes.readText(#require(checkpoint) + "/w") == "4")
    // What came after the checkpoint is computed again.
    #expect(try store.run(prefix: writer.id).history("loss").steps == [1, 2, 3, 4])
    try writer.finish()
    let run = try store.run(prefix: writer.id)
    #expect(run.resumed == 1 && run.state == .finished && run.checkpointStep == nil)
    #expect(folder.names("runs/\(writer.id)") == ["run.json"])

    // A process that was killed between the end of a run and the removal of its checkpoint.
    let left = folder.url.appendingPathComponent("runs/\(writer.id)/checkpoint-4")
    try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
    _ = try store.claim(RunRequest(key: "a", kind: "test", title: "the a"))
    #expect(folder.names("runs/\(writer.id)") == ["run.json"])
  }

  @Test func runWithoutEndIsInterruptedAndFailedRunIsTriedAgain() throws {
    let store = try RunStore(folder: folder.path)
    var id = ""
    do {
      let (writer, _) = try store.mine("a")
      id = writer.id
      #expect(try store.runs(RunFilter(states: [.running])).map(\.id) == [id])
    }
    #expect(try store.runs(RunFilter(states: [.interrupted])).map(\.id) == [id])
    var (writer, checkpoint) = try store.mine("a")
    #expect(writer.id == id && checkpoint == nil && writer.previous?.state == .interrupted)
    try writer.fail("NaN in step 7 at encoder.layer.2")
    #expect(try store.run(prefix: id).error == "NaN in step 7 at encoder.layer.2")
    #expect(try store.runs().first?.state == .failed)
    (writer, checkpoint) = try store.mine("a")
    #expect(writer.previous?.error != nil)
    try writer.finish()
    #expect(try store.run(prefix: id).error == nil)
  }

  @Test func freshClaimComputesAnewAndKeepsTheStoredRun() throws {
    let store = try RunStore(folder: folder.path)
    let first = try store.mine("a").0.finish(metrics: number(1))
    let (writer, _) = try store.mine("a", fresh: true)
    #expect(writer.id != first.id)
    #expect(try store.find(key: "a")?.id == first.id)
    #expect(try writer.finish(metrics: number(2)).attempt == 1)
    #expect(try store.find(key: "a")?.metrics == number(2))
    _ = try store.forget(prefix: writer.id)
    #expect(try store.find(key: "a")?.metrics == number(1))
  }

  @Test func claimedRunIsBusyForAnother() throws {
    let store = try RunStore(folder: folder.path)
    let (writer, _) = try store.mine("a")
    guard
      case .busy(let owner) = try RunStore(folder: folder.path).claim(
        RunRequest(key: "a", kind: "test"))
    else {
      Issue.record("expected a busy run")
      return
    }
    #expect(owner.process == Int(getpid()) && owner.since > 0)
    #expect(throws: StoreError.self) { try store.forget(prefix: writer.id) }
    try writer.finish()
  }

  @Test func artifactsAreFilesOrFoldersAndReplaceTheFormer() throws {
    let store = try RunStore(folder: folder.path)
    let (writer, _) = try store.mine("a")
    try writer.artifact("model.safetensors", write: write("old"))
    let new = try writer.artifact("model.safetensors", write: write("new"))
    #expect(new.path.hasSuffix("model.2.safetensors"))
    try writer.artifact("export") { path in
      try FileManager.default.createDirectory(
        atPath: path + "/tokenizer", withIntermediateDirectories: true)
      try AtomicFile.write(path + "/tokenizer/vocab.txt", text: "слово")
      try AtomicFile.write(path + "/config.json", text: "{}")
    }
    let run = try writer.finish()
    #expect(try run.artifacts().map(\.name) == ["export", "model.safetensors"])
    #expect(try FileBytes.readText(run.artifact("model.safetensors").path) == "new")
    #expect(try run.artifact("export").bytes == 12)
    #expect(
      folder.names("runs/\(run.id)") == ["export", "model.2.safetensors", "run.json"])
    #expect(
      throws: StoreError.unknownArtifact(
        run: run.id, name: "weights", names: ["export", "model.safetensors"])
    ) { try run.artifact("weights") }
  }

  @Test(arguments: ["", ".", "..", "../x", "a/b", ".hidden", "checkpoint-1", "a\n", "run.json"])
  func namesThatAreNoFilesAreRefused(name: String) throws {
    let store = try RunStore(folder: folder.path)
    let (writer, _) = try store.mine("a")
    #expect(throws: StoreError.badName(name)) { try writer.artifact(name, write: write("x")) }
  }

  @Test func failedWriteLeavesNothingAndKeepsTheFormer() throws {
    struct Refusal: Error {}
    let store = try RunStore(folder: folder.path)
    let (writer, _) = try store.mine("a")
    try writer.checkpoint(step: 1) { try AtomicFile.write($0 + "/w", text: "1") }
    try writer.artifact("weights", write: write("1"))
    #expect(throws: Refusal.self) {
      try writer.checkpoint(step: 2) { folder in
        try AtomicFile.write(folder + "/w", text: "2")
        throw Refusal()
      }
    }
    #expect(throws: Refusal.self) { try writer.artifact("weights") { _ in throw Refusal() } }
    #expect(throws: StoreError.self) { try writer.artifact("weights") { _ in } }
    #expect(folder.names("runs/\(writer.id)") == ["checkpoint-1", "weights"])
    try writer.interrupt()
    #expect(try store.mine("a").1?.hasSuffix("checkpoint-1") == true)
  }

  @Test func runsAreNamedByTheBeginningOfTheirID() throws {
    let store = try RunStore(folder: folder.path)
    #expect(throws: StoreError.unknownRun(prefix: "7f3a", recent: [])) {
      try store.run(prefix: "7f3a")
    }
    // Keys with a common beginning.
    let tail = String(repeating: "0", count: 58)
    for head in ["aaaa11", "aaaa12", "bbbbbb"] { try store.mine(head + tail).0.finish() }
    #expect(try store.run(prefix: "b").key == "bbbbbb" + tail)
    #expect(try store.run(prefix: "AAAA12").key == "aaaa12" + tail)
    #expect(try store.run(prefix: "aaaa12" + tail).key == "aaaa12" + tail)
    #expect(
      throws: StoreError.ambiguousRun(
        prefix: "aaaa",
        candidates: ["aaaa110000000000", "aaaa120000000000"].map {
          "\($0) (the \($0.prefix(6) + tail))"
        })
    ) { try store.run(prefix: "aaaa") }
    for text in ["", "xyz", "7f 3a", "%", String(repeating: "a", count: 65)] {
      #expect(throws: StoreError.badPrefix(text)) { try store.run(prefix: text) }
    }
    #expect(try Set(store.runs().map(\.shortID)) == ["aaaa11", "aaaa12", "bbbb"])
    let message = #expect(throws: StoreError.self) { try store.run(prefix: "cc") }
    #expect(message?.description.contains("the newest are") == true)
  }

  @Test func listsAreFilteredAndNewestFirst() throws {
    let store = try RunStore(folder: folder.path)
    for (index, key) in ["a", "b", "c"].enumerated() {
      let request = RunRequest(
        key: key, kind: index == 0 ? "umap" : "adapt", title: "прогон \(key)",
        tags: index == 2 ? ["study"] : [])
      guard case .mine(let writer, _) = try store.claim(request) else { continue }
      if index == 1 { try writer.artifact("w", write: write("12345")) }
      try writer.finish(metrics: number(Double(index)))
    }
    #expect(try store.runs().map(\.title) == ["прогон c", "прогон b", "прогон a"])
    #expect(try store.runs(RunFilter(kind: "adapt")).map { $0.metrics } == [number(2), number(1)])
    #expect(try store.runs(RunFilter(tag: "study")).map(\.title) == ["прогон c"])
    #expect(try store.runs(RunFilter(title: "b")).map(\.bytes) == [5])
    #expect(try store.runs(RunFilter(limit: 2)).count == 2)
    #expect(try store.runs(RunFilter(since: store.runs()[0].created)).count == 1)
    try store.tag(prefix: store.runs()[2].id, ["study"])
    #expect(try store.runs(RunFilter(tag: "study")).count == 2)
    #expect(try store.finished(keys: ["a", "x", "c"]).keys.sorted() == ["a", "c"])
  }

  @Test func forgettingFreesTheFiles() throws {
    let store = try RunStore(folder: folder.path)
    let (writer, _) = try store.mine("a")
    try writer.artifact("large", write: write(String(repeating: "x", count: 100_000)))
    for step in 0..<20_000 { try writer.log("loss", step: step, Double(step)) }
    let run = try writer.finish()
    let before = store.size
    #expect(before > 100_000)
    #expect(try store.forget(prefix: String(run.id.prefix(5))) > 300_000)
    #expect(try store.runs().isEmpty && store.find(key: "a") == nil)
    #expect(folder.names("runs") == [])
    #expect(try store.mine("a").1 == nil)
  }

  @Test func threadsShareAStore() async throws {
    let store = try RunStore(folder: folder.path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for run in 0..<5 {
            let (writer, _) = try store.mine("\(task)/\(run)")
            for step in 0..<50 { try writer.log("loss", step: step, Double(step)) }
            try writer.artifact("w", write: write("\(task)"))
            try writer.finish()
          }
        }
      }
      try await group.waitForAll()
    }
    let runs = try store.runs(RunFilter(states: [.finished]))
    #expect(runs.count == 40)
    for run in runs { #expect(try store.run(prefix: run.id).history("loss").steps.count == 50) }
  }

  @Test func theEnvironmentNamesTheDefaultFolder() {
    // TL_STORE is not set in tests: setting it here would race with other tests.
    #expect(RunStore.defaultFolder == getenv("TL_STORE").map { String(cString: $0) } ?? ".tl")
  }
}
