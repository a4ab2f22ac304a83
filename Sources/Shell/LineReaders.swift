// Where the REPL's lines come from: libedit where the terminal can be edited on, and plain reading
// where it cannot (TERM=dumb, output into a pipe).

import CEditLine
import Glibc

enum InputLine {
  case line(String)
  /// A paste of several lines, all of it.
  case paste(String)
  /// Ctrl-D, or the end of the input.
  case end
  /// Ctrl-C.
  case interrupted
}

protocol LineReader: AnyObject {
  /// - Parameter isContinuation: whether an input that began on an earlier line goes on.
  func read(isContinuation: Bool) -> InputLine
  /// Adds an input to what the arrow keys bring back.
  func remember(_ entry: String)
  /// Puts a text into the next line as if it were typed.
  func push(_ text: String)
  /// Shows the rest of a paste, of which the first line is on the screen.
  func echo(_ lines: ArraySlice<String>)
  func close()
}

enum Prompt {
  static let first = "tl> "
  static let continuation = "... "
}

/// Editing, history and completion by libedit. One exists per process.
final class EditedLines: LineReader {
  private let streams: StandardStreams
  private let usesColor: Bool
  private let complete: (String) -> (insertion: String, listing: String)

  /// - Parameter complete: what Tab inserts and lists for the line before the cursor.
  /// - Returns: nil when libedit does not take the terminal.
  init?(
    _ streams: StandardStreams, usesColor: Bool, history: [String],
    complete: @escaping (String) -> (insertion: String, listing: String)
  ) {
    self.streams = streams
    self.usesColor = usesColor
    self.complete = complete
    let context = Unmanaged.passUnretained(self).toOpaque()
    let isOpen = tl_editor_open(
      "tl",
      { context, line, insertion, listing in
        guard let context, let line else { return }
        let reader = Unmanaged<EditedLines>.fromOpaque(context).takeUnretainedValue()
        let result = reader.complete(String(cString: line))
        insertion?.pointee = strdup(result.insertion)
        listing?.pointee = strdup(result.listing)
      }, context)
    if isOpen == 0 { return nil }
    for entry in history { tl_editor_remember(entry) }
  }

  func read(isContinuation: Bool) -> InputLine {
    streams.output.flush()
    var outcome = TL_LINE_DONE
    let prompt =
      switch (isContinuation, usesColor) {
      // A visible character must follow the last escape sequence.
      case (false, true): "\u{1}\u{1b}[1;34m\u{1}tl>\u{1}\u{1b}[0m\u{1} "
      case (true, true): "\u{1}\u{1b}[34m\u{1}...\u{1}\u{1b}[0m\u{1} "
      case (false, false): Prompt.first
      case (true, false): Prompt.continuation
      }
    let line = prompt.withCString { tl_editor_read($0, &outcome) }
    defer { free(line) }
    let text = line.map { String(cString: $0) } ?? ""
    switch outcome {
    case TL_LINE_DONE: return .line(text)
    case TL_LINE_PASTED: return .paste(text)
    case TL_LINE_INTERRUPTED: return .interrupted
    default: return .end
    }
  }

  func remember(_ entry: String) { tl_editor_remember(entry) }

  func push(_ text: String) { tl_editor_push(text) }

  func echo(_ lines: ArraySlice<String>) {
    let mark = usesColor ? "\u{1b}[34m...\u{1b}[0m " : Prompt.continuation
    for line in lines { streams.output.write("\(mark)\(line)\n") }
  }

  func close() { tl_editor_close() }
}

/// Lines as the terminal's own line discipline gives them.
final class PlainLines: LineReader {
  private let streams: StandardStreams
  private let showsPrompt: Bool
  private var pending: [UInt8] = []
  private var isAtEnd = false

  init(_ streams: StandardStreams, showsPrompt: Bool) {
    self.streams = streams
    self.showsPrompt = showsPrompt
    var settings = termios()
    // The kernel then erases whole characters.
    if tcgetattr(0, &settings) == 0, settings.c_iflag & tcflag_t(IUTF8) == 0 {
      settings.c_iflag |= tcflag_t(IUTF8)
      tcsetattr(0, TCSADRAIN, &settings)
    }
  }

  func read(isContinuation: Bool) -> InputLine {
    if showsPrompt { streams.output.write(isContinuation ? Prompt.continuation : Prompt.first) }
    streams.output.flush()
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        return .line(line)
      }
      if isAtEnd {
        defer { pending = [] }
        return pending.isEmpty ? .end : .line(String(decoding: pending, as: UTF8.self))
      }
      if tl_input_wait() == 0 {
        pending = []
        streams.output.write("\n")
        return .interrupted
      }
      let count = Glibc.read(0, &chunk, chunk.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      if count <= 0 {
        // Ctrl-D ends a line on a terminal, and only an empty one ends the input.
        isAtEnd = count < 0 || isatty(0) == 0 || pending.isEmpty
        if !pending.isEmpty { continue }
        return .end
      }
      pending.append(contentsOf: chunk[0..<count])
    }
  }

  func remember(_ entry: String) {}
  func push(_ text: String) { pending.insert(contentsOf: text.utf8, at: 0) }
  func echo(_ lines: ArraySlice<String>) {}
  func close() {}
}
