// Ten thousand runs: lists and look-ups stay fast.

import Foundation
import TLStore
import TLTestSupport
import TLText
import Testing

@Suite(.serialized)
struct SizeTests {
  #if DEBUG
    static let slack = 5.0
  #else
    static let slack = 1.0
  #endif

  /// Processor seconds of this thread: other tests run beside this one.
  static func measure(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    try body()
    return now() - start
  }

  @Test func tenThousandRunsAreListedAndFoundAtOnce() throws {
    let folder = TemporaryFolder(isInMemory: true)
    let count = 10_000
    // Filled from the records beside the runs, as after the loss of a database.
    for index in 0..<count {
      let key = ContentKey.of(Array("\(index)".utf8))
      let id = String(key.prefix(16))
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/runs/\(id)", withIntermediateDirectories: true)
      let record = """
        {"format": 1, "id": "\(id)", "key": "\(key)", "attempt": 0, "kind": "adapt",
         "title": "LoRA r=8", "state": "finished", "created": \(index), "updated": \(index),
         "finished": \(index), "seconds": 1.5, "resumed": 0, "program": "1.0",
         "configuration": {"strategy": "lora", "rank": 8, "learning_rate": 1e-3},
         "metrics": {"accuracy": 0.9, "macro_f1": 0.89}, "seeds": [1],
         "artifacts": [{"name": "w", "path": "w", "bytes": 10, "digest": ""}],
         "history": [{"name": "loss", "steps": [1, 2], "values": [1, 0.5]}]}
        """
      try AtomicFile.write("\(folder.path)/runs/\(id)/run.json", text: record)
    }
    let keys = (0..<count).map { ContentKey.of(Array("\($0)".utf8)) }
    var store = try RunStore(folder: folder.path)
    store = try RunStore(folder: folder.path)
    let listing = try Self.measure {
      let runs = try store.runs()
      #expect(runs.count == count && runs[0].bytes == 10)
      #expect(runs.allSatisfy { $0.shortID.count < 10 })
    }
    let request = { (index: Int) in
      RunRequest(key: ContentKey.of(Array("\(index)".utf8)), kind: "adapt")
    }
    let claiming = try Self.measure {
      for index in 0..<count {
        guard case .stored(let run) = try store.claim(request(index)) else {
          Issue.record("expected a stored run")
          return
        }
        if index % 1000 == 0 { #expect(run.metrics["accuracy"]?.number == 0.9) }
      }
    }
    let looking = try Self.measure {
      let found = try store.finished(keys: keys)
      #expect(found.count == count)
    }
    print("10,000 runs, processor seconds: list \(listing), claim \(claiming), look up \(looking)")
    #expect(listing < 0.3 * Self.slack)
    #expect(claiming < 1 * Self.slack)
    #expect(looking < 0.3 * Self.slack)
  }
}
