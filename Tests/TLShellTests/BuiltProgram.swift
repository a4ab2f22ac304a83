// The program under test: the `tl` that was built beside the tests, run as a child.

import Foundation
import Glibc
import TLTestSupport

enum BuiltProgram {
  static let path = builtProgram("tl")

  struct Outcome {
    var status: Int32
    var output: String
    var error: String
  }

  struct TookTooLong: Error, CustomStringConvertible {
    let command: String
    let seconds: Double
    let output: String
    var description: String { "after \(seconds) s there is no end of: \(command)\n\(output)" }
  }

  /// Runs a shell command in which `$TL` is the program, in an empty folder of its own. With
  /// everything it started it is killed when it takes too long.
  static func run(
    _ command: String, input: Data? = nil, environment: [String: String] = [:],
    files: [String: Data] = [:], seconds: Double = 60
  ) throws -> Outcome {
    let folder = TemporaryFolder()
    for (name, data) in files { try data.write(to: folder.url.appendingPathComponent(name)) }
    // Files and not pipes, so that neither side waits for the other.
    let names = ["in", "out", "err"].map { folder.url.appendingPathComponent(".tl-test-" + $0) }
    try (input ?? Data()).write(to: names[0])
    let child = try ChildProcess(
      command: command, folder: folder, environment: environment,
      streams: zip(names.map(\.path), [O_RDONLY, O_WRONLY | O_CREAT, O_WRONLY | O_CREAT])
        .map { ($0, $1) })
    func text(_ url: URL) -> String {
      String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
    }
    guard let status = child.wait(seconds: seconds) else {
      throw TookTooLong(
        command: command, seconds: seconds, output: text(names[1]) + text(names[2]))
    }
    return Outcome(status: status, output: text(names[1]), error: text(names[2]))
  }
}

/// A shell command in a session of its own, whose processes go away with it.
final class ChildProcess {
  private let process: pid_t
  private(set) var status: Int32?

  struct Failure: Error {
    let message: String
  }

  /// - Parameter streams: the files that standard input, output and error are; the later ones are
  ///   the first where they are missing.
  init(
    command: String, arguments: [String] = [], folder: TemporaryFolder,
    environment: [String: String] = [:], streams: [(path: String, flags: Int32)]
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a session leader opens becomes its own.
    for descriptor: Int32 in 0...2 {
      if Int(descriptor) < streams.count {
        let stream = streams[Int(descriptor)]
        posix_spawn_file_actions_addopen(&actions, descriptor, stream.path, stream.flags, 0o600)
      } else {
        posix_spawn_file_actions_adddup2(&actions, 0, descriptor)
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads that tests run on block signals, and a child inherits that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGINT, SIGQUIT, SIGPIPE, SIGTSTP] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    let setsid: Int16 = 0x80
    posix_spawnattr_setflags(
      &attributes, setsid | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    var variables = [
      "TL": BuiltProgram.path, "HOME": folder.url.path, "PATH": "/usr/bin:/bin",
      "LC_ALL": "C.UTF-8",
    ]
    variables.merge(environment) { $1 }
    let words = ["/bin/bash", "-c", "cd \"$0\" && \(command)", folder.url.path] + arguments
    var argv = words.map { strdup($0) }
    argv.append(nil)
    var envp = variables.map { strdup("\($0.key)=\($0.value)") }
    envp.append(nil)
    defer { for pointer in argv + envp { free(pointer) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, &attributes, argv, envp)
    guard code == 0 else { throw Failure(message: String(cString: strerror(code))) }
    self.process = process
  }

  deinit { end() }

  /// The exit status, or 128 and the signal's number, when the process has ended.
  @discardableResult
  func reap() -> Int32? {
    var code: Int32 = 0
    if status == nil, waitpid(process, &code, WNOHANG) == process {
      status = code & 0x7F == 0 ? code >> 8 & 0xFF : 128 + code & 0x7F
    }
    return status
  }

  /// The exit status; nil, and the processes are killed, when it takes too long.
  func wait(seconds: Double) -> Int32? {
    let deadline = Date().addingTimeInterval(seconds)
    while reap() == nil {
      if Date() > deadline {
        end()
        return nil
      }
      usleep(2_000)
    }
    return status
  }

  private func end() {
    // A job started with job control has a group of its own, but the terminal's session.
    kill(-process, SIGKILL)
    if reap() != nil { return }
    var code: Int32 = 0
    waitpid(process, &code, 0)
    status = 128 + SIGKILL
  }
}
