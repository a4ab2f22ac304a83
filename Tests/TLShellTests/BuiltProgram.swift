// The program under test: the `tl` that was built beside the tests, run as a child.

import Foundation

enum BuiltProgram {
  /// The path of `tl`: in the folder of the test bundle, or in the package's build folder.
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
    return folders.map { $0 + "/tl" }.first { access($0, X_OK) == 0 } ?? "tl"
  }()

  struct Outcome {
    var status: Int32
    var output: String
    var error: String
  }

  /// Runs a shell command in which `$TL` is the program, in an empty folder of its own.
  static func run(
    _ command: String, input: Data? = nil, environment: [String: String] = [:],
    files: [String: Data] = [:]
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    for (name, data) in files { try data.write(to: folder.url.appendingPathComponent(name)) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = folder.url
    var variables = [
      "TL": path, "HOME": folder.url.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
    ]
    variables.merge(environment) { $1 }
    process.environment = variables
    // Files and not pipes, so that neither side waits for the other.
    let names = ["in", "out", "err"].map { folder.url.appendingPathComponent(".tl-test-" + $0) }
    try (input ?? Data()).write(to: names[0])
    try Data().write(to: names[1])
    try Data().write(to: names[2])
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: String(decoding: try Data(contentsOf: names[1]), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self))
  }
}

/// A folder that goes away with its last user.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("tl-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
