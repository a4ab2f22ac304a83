// ProgressLine: what costly functions say while they work, on one line of standard error that is
// drawn over again and gone when the work is done. Without a terminal only costs are said. A text that
// is being written takes as many lines as it needs (StreamedText.swift).

import Glibc
import TLInterpreter
import TLText

/// Draws the notices of a session.
final class ProgressLine {
  private let streams: StandardStreams
  private let terminal: Terminal
  private var isDrawn = false
  private var streamed = StreamedText()
  /// Where a detached script leaves what it says last, for those who look.
  nonisolated(unsafe) static var file: String?
  private var lastKept = 0

  init(_ streams: StandardStreams, _ terminal: Terminal) {
    self.streams = streams
    self.terminal = terminal
  }

  private var canDraw: Bool { terminal.errorIsTerminal && terminal.isCapable }

  func show(_ notice: Notice) {
    switch notice {
    case .download(let progress) where progress.fileCount == 0:
      draw(label: "asking the hub", share: nil, details: [])
    case .download(let progress):
      let name = progress.file.split(separator: "/").last.map(String.init) ?? progress.file
      let megabytes = "\(progress.received >> 20) MB"
      draw(
        label: "\(name) (\(progress.fileNumber)/\(progress.fileCount))",
        share: progress.total.map { Double(progress.received) / Double(max(1, $0)) },
        details: [megabytes])
    case .progress(let label, let share, let details):
      draw(label: label, share: share, details: details)
    case .writing(let text): stream(text)
    case .done: clear()
    case .note(let text):
      clear()
      let line = DisplayWidth.escaped(text)
      streams.report(
        terminal.errorUsesColor ? "\u{1B}[33mnote\u{1B}[0m: \(line)\n" : "note: \(line)\n")
    case .cost(let text):
      clear()
      streams.report(terminal.errorUsesColor ? "\u{1B}[2m\(text)\u{1B}[0m\n" : "\(text)\n")
    }
  }

  /// - Parameter isPlain: a line as another process has said it, without a bar of its own.
  func show(_ notice: Notice, isPlain: Bool) {
    guard isPlain, case .progress(let label, _, let details) = notice else { return show(notice) }
    draw(label: label, share: nil, details: details)
  }

  /// At most once in a second.
  private func keep(label: String, share: Double?, details: [String]) {
    guard let file = Self.file else { return }
    let now = time(nil)
    guard now != lastKept else { return }
    lastKept = now
    let percent = share.map { " \(Int(100 * min(1, max(0, $0))))%" } ?? ""
    try? AtomicFile.write(
      file, text: label + percent + "  " + details.filter { !$0.isEmpty }.joined(separator: "  "))
  }

  private func draw(label: String, share: Double?, details: [String]) {
    keep(label: label, share: share, details: details)
    guard canDraw else { return }
    let width = terminal.width - 1
    let tail = details.filter { !$0.isEmpty }.joined(separator: "  ")
    let space = width - DisplayWidth.of(label) - DisplayWidth.of(tail) - 3
    var line = label
    if let share, space >= 8 { line += " " + Self.bar(share, width: min(space, 24)) }
    line += "  " + tail
    line = DisplayWidth.cut(line, to: max(0, width))
    streams.report("\r\(line)\u{1B}[K")
    isDrawn = true
  }

  /// A text so far, as it comes.
  private func stream(_ text: String) {
    guard canDraw else { return }
    if isDrawn { clear() }
    streams.report(streamed.draw(text, width: terminal.width - 1, height: terminal.height))
  }

  private func clear() {
    let erased = streamed.erase()
    if !erased.isEmpty { streams.report(erased) }
    streamed = StreamedText()
    if isDrawn { streams.report("\r\u{1B}[K") }
    isDrawn = false
  }

  static func bar(_ share: Double, width: Int) -> String {
    let halves = Int((min(1, max(0, share)) * Double(2 * width)).rounded())
    let full = String(repeating: "━", count: halves / 2)
    let rest = width - halves / 2 - halves % 2
    return full + (halves % 2 == 1 ? "╸" : "") + String(repeating: "─", count: rest)
  }
}
