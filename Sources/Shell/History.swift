// What was typed, kept between sessions in a file of one entry per line. Sessions that run at the
// same time add to the same file. A file that cannot be written is no reason to stop: the history
// then lasts as long as the session.

import Glibc
import TLInterpreter

struct History {
  /// Nil when there is no home to keep it in.
  let path: String?
  /// When the file has more entries, the older half goes.
  private static let limit = 10_000

  init() {
    if let state = Terminal.environment("XDG_STATE_HOME"), state.hasPrefix("/") {
      path = state + "/tl/history"
    } else if let home = Terminal.environment("HOME"), !home.isEmpty {
      path = home + "/.local/state/tl/history"
    } else {
      path = nil
    }
  }

  /// The entries of earlier sessions, the oldest first.
  func load() -> [String] {
    guard let path, let bytes = try? Files.contents(path) else { return [] }
    let lines = bytes.split(separator: 0x0A)
    if lines.count > History.limit {
      let kept = Array(lines.suffix(History.limit / 2))
      rewrite(path, Array(kept.joined(separator: [0x0A])) + [0x0A])
    }
    return lines.suffix(History.limit / 2).map {
      History.unescaped(String(decoding: $0, as: UTF8.self))
    }
  }

  func append(_ entry: String) {
    guard let path else { return }
    History.makeFolder(Files.folder(of: path))
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    let line = Array((History.escaped(entry) + "\n").utf8)
    _ = write(file, line, line.count)
  }

  /// Whether entries can be kept, for `tl doctor`.
  var isWritable: Bool {
    guard let path else { return false }
    History.makeFolder(Files.folder(of: path))
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    close(file)
    return true
  }

  private func rewrite(_ path: String, _ bytes: [UInt8]) {
    let temporary = "\(path).\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    let written = write(file, bytes, bytes.count)
    close(file)
    if written != bytes.count || rename(temporary, path) != 0 { unlink(temporary) }
  }

  private static func makeFolder(_ path: String) {
    if path.isEmpty || Files.exists(path) { return }
    makeFolder(Files.folder(of: path))
    mkdir(path, 0o700)
  }

  /// An entry on one line: `\n` and `\\` stand for a line break and a backslash.
  static func escaped(_ entry: String) -> String {
    var result = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\\": result += "\\\\"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func unescaped(_ line: String) -> String {
    var result = ""
    var isEscape = false
    for scalar in line.unicodeScalars {
      if isEscape {
        result.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
        isEscape = false
      } else if scalar == "\\" {
        isEscape = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
