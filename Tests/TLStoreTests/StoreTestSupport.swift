// What the tests of the store share: a folder that goes away, a claimed run, and child processes.

import Foundation
import TLStore
import TLTestSupport
import TLText
import Testing

extension RunStore {
  /// Claims a run that must be the caller's.
  func mine(_ key: String, fresh: Bool = false) throws -> (RunWriter, String?) {
    let claim = try claim(RunRequest(key: key, kind: "test", title: "the \(key)"), fresh: fresh)
    guard case .mine(let writer, let checkpoint) = claim else {
      throw StoreError.badName("expected a claim, found \(claim)")
    }
    return (writer, checkpoint)
  }
}

func write(_ text: String) -> (String) throws -> Void {
  { path in try AtomicFile.write(path, text: text) }
}

func number(_ value: Double) -> JSON { .object([JSONField("macro_f1", .number(value))]) }

/// A child process running the worker program that is built beside the tests.
final class Worker {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  static let path = builtProgram("store-worker")

  init(_ arguments: String...) throws {
    process.executableURL = URL(fileURLWithPath: Worker.path)
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  var id: Int { Int(process.processIdentifier) }

  /// The next output, as soon as there is any.
  func read() -> String {
    String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
  }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// All lines until its end.
  func finish() -> [String] {
    input.fileHandleForWriting.closeFile()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
