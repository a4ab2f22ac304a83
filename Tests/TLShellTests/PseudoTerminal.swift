// A child on a real pseudo-terminal: what a person types goes in, what the screen gets comes out.
// It is no terminal emulator: tests look for text, and escape sequences are taken out on demand.

import Foundation
import Glibc
import TLTestSupport

final class PseudoTerminal {
  private let master: Int32
  private let child: ChildProcess
  private var received: [UInt8] = []
  /// How much of what came has been matched by `expect`.
  private var position = 0
  let folder: TemporaryFolder

  struct Missing: Error, CustomStringConvertible {
    let text: String
    let output: String
    var description: String { "the terminal did not show \"\(text)\"; it showed:\n\(output)" }
  }

  /// Starts `tl` with the folder as its home and current folder.
  init(
    _ arguments: [String] = [], columns: UInt16 = 100, environment: [String: String] = [:],
    folder: TemporaryFolder? = nil, command: String? = nil
  ) throws {
    let folder = folder ?? TemporaryFolder()
    self.folder = folder
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    var number: UInt32 = 0
    var isLocked: Int32 = 0
    // TIOCSPTLCK and TIOCGPTN of Linux.
    guard master >= 0, ioctl(master, 0x4004_5431, &isLocked) == 0,
      ioctl(master, 0x8004_5430, &number) == 0
    else { throw Missing(text: "a pseudo-terminal", output: String(cString: strerror(errno))) }
    var size = winsize(ws_row: 30, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    child = try ChildProcess(
      command: command ?? "exec \"$TL\" \"$@\"", arguments: arguments, folder: folder,
      environment: ["TERM": "xterm-256color", "NO_COLOR": "1"].merging(environment) { $1 },
      streams: [("/dev/pts/\(number)", O_RDWR)])
  }

  deinit { close(master) }

  /// Types text; `\r` is the Enter key.
  func send(_ text: String) {
    let bytes = Array(text.utf8)
    let deadline = Date().addingTimeInterval(20)
    var start = 0
    while start < bytes.count, Date() < deadline {
      // A terminal takes 4096 bytes at a time; what the child writes meanwhile must be read.
      let count = min(bytes.count - start, 512)
      let written = bytes.withUnsafeBytes {
        write(master, $0.baseAddress?.advanced(by: start), count)
      }
      if written > 0 { start += written }
      _ = readMore(milliseconds: start < bytes.count ? 5 : 0)
    }
  }

  /// Types a line and Enter.
  func line(_ text: String) { send(text + "\r") }

  /// Types a line and waits for what it shows.
  func line(_ text: String, shows shown: String) throws {
    line(text)
    try expect(shown)
  }

  /// Types a line and waits for the next prompt.
  func enter(_ text: String) throws { try line(text, shows: "tl> ") }

  /// The REPL with its prompt on the screen.
  static func atPrompt(
    columns: UInt16 = 100, environment: [String: String] = [:], folder: TemporaryFolder? = nil
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(columns: columns, environment: environment, folder: folder)
    try terminal.expectPrompt()
    return terminal
  }

  /// Waits until the terminal has shown a text after what was matched before.
  func expect(_ text: String, seconds: Double = 20) throws {
    let wanted = Array(text.utf8)
    let deadline = Date().addingTimeInterval(seconds)
    while true {
      if let found = find(wanted, from: position) {
        position = found + wanted.count
        return
      }
      if Date() > deadline || !readMore(milliseconds: 50) {
        throw Missing(text: text, output: output)
      }
    }
  }

  /// Waits for the prompt.
  func expectPrompt() throws { try expect("tl> ") }

  private func find(_ wanted: [UInt8], from start: Int) -> Int? {
    guard received.count >= wanted.count else { return nil }
    var index = start
    while index + wanted.count <= received.count {
      if received[index..<(index + wanted.count)].elementsEqual(wanted) { return index }
      index += 1
    }
    return nil
  }

  /// Reads what has come; false when the child is gone and nothing is left.
  private func readMore(milliseconds: Int32) -> Bool {
    var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    let isGone = child.reap() != nil
    guard poll(&ready, 1, milliseconds) > 0 else { return !isGone }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(master, &chunk, chunk.count)
    if count > 0 {
      received.append(contentsOf: chunk[0..<count])
      return true
    }
    // The other side is closed: the child is about to end.
    usleep(2_000)
    return !isGone
  }

  /// Waits for the end of the child; nil when it does not end.
  func exitStatus(seconds: Double = 20) -> Int32? {
    let deadline = Date().addingTimeInterval(seconds)
    while Date() < deadline, readMore(milliseconds: 50) {}
    return child.reap()
  }

  /// Everything shown so far.
  var output: String { String(decoding: received, as: UTF8.self) }

  /// The same without escape sequences.
  var plainOutput: String {
    var result: [UInt8] = []
    var index = 0
    while index < received.count {
      if received[index] == 0x1B, index + 1 < received.count, received[index + 1] == 0x5B {
        index += 2
        while index < received.count, !(0x40...0x7E).contains(received[index]) { index += 1 }
      } else {
        result.append(received[index])
      }
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}
