// What the tests of the store share: a folder that goes away, a claimed run, and child processes.

import Foundation
import TLStore
import TLText
import Testing

/// A folder for one test, removed with all that is in it when the object goes.
final class StoreFolder: Sendable {
  let path: String

  /// - Parameter isInMemory: for tests with many thousands of files.
  init(isInMemory: Bool = false) {
    let place = isInMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(place)/tlstore.XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/tlstore"
  }

  deinit {
    chmod(path, 0o755)
    try? FileManager.default.removeItem(atPath: path)
  }

  func names(_ below: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path + "/" + below)) ?? []).sorted()
  }
}

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

  static let path: String = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    var folders: [String] = []
    if let real = realpath("/proc/self/exe", nil) {
      folders.append(URL(fileURLWithPath: String(cString: real)).deletingLastPathComponent().path)
      free(real)
    }
    folders += CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
      .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    folders += ["\(package)/.build/release", "\(package)/.build/debug"]
    return folders.map { $0 + "/store-worker" }.first { access($0, X_OK) == 0 } ?? "store-worker"
  }()

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
