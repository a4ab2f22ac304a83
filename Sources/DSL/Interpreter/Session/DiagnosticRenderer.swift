// Diagnostics and runtime errors as text for people: the message, the place, the line of source
// with a caret under the columns that a terminal shows, notes, and the calls that led there.
// The form for editors is in DiagnosticJSON.swift.

import TLSyntax
import TLText

public struct DiagnosticRenderer: Sendable {
  public var usesColor: Bool
  /// Whether lines may be drawn with characters beyond ASCII.
  public var usesBoxes: Bool
  /// The columns of the terminal; longer lines of source are cut around the caret.
  public var width: Int

  public init(usesColor: Bool = false, usesBoxes: Bool = true, width: Int = 100) {
    self.usesColor = usesColor
    self.usesBoxes = usesBoxes
    self.width = width
  }

  static let tabWidth = 4

  // MARK: Whole errors

  /// Several diagnostics with an empty line between, each ending with a line break.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { render($0) }.joined(separator: "\n")
  }

  public func render(_ diagnostic: Diagnostic) -> String {
    let title = paint(
      diagnostic.severity.rawValue, diagnostic.severity == .error ? .error : .warning)
    var text = "\(title): \(paint(visible(diagnostic.message), .strong))\n"
    text += excerpt(
      diagnostic.source, diagnostic.span, corner: corner,
      label: diagnostic.suggestion.map { visible($0.message) } ?? "", caret: .error)
    for note in diagnostic.notes { text += render(note) }
    return text
  }

  /// What a script said with `fail`, for the person who runs it: the message, and where it is said
  /// without the script's own lines, which are not at fault.
  public func render(raised problem: Problem) -> String {
    var text = "\(paint("error", .error)): \(paint(visible(problem.message), .strong))\n"
    if let place = problem.place {
      let location = place.source.location(of: place.span.start)
      text += remark(
        "said by `fail` at \(visible(place.source.name)):\(location.line):\(location.column)")
    }
    return text
  }

  /// A runtime error with the calls that led there, the innermost first.
  public func render(_ problem: Problem) -> String {
    var text = "\(paint("error", .error)): \(paint(visible(problem.message), .strong))\n"
    if let place = problem.place {
      text += excerpt(
        place.source, place.span, corner: corner,
        label: problem.suggestion.map { visible($0.message) } ?? "", caret: .error)
    }
    for note in problem.notes { text += render(note) }
    let calls = problem.calls.map { call in
      let location = call.place.source.location(of: call.place.span.start)
      return "in `\(call.name)`, called at "
        + "\(visible(call.place.source.name)):\(location.line):\(location.column)"
    }
    for line in DiagnosticRenderer.collapse(calls) { text += remark(line) }
    if problem.omittedCalls > 0 {
      text += remark(
        "and \(problem.omittedCalls) more \(problem.omittedCalls == 1 ? "call" : "calls")")
    }
    return text
  }

  /// Says a repeated line, or a repeated group of up to three lines, once with its count.
  static func collapse(_ lines: [String]) -> [String] {
    var result: [String] = []
    var index = 0
    while index < lines.count {
      var best = (length: 1, count: 1)
      for length in 1...3 where index + 2 * length <= lines.count {
        var count = 1
        while index + (count + 1) * length <= lines.count,
          lines[index..<index + length]
            .elementsEqual(lines[(index + count * length)..<(index + (count + 1) * length)])
        {
          count += 1
        }
        if count > 1, count * length > best.count * best.length { best = (length, count) }
      }
      let group = lines[index..<index + best.length]
      if best.count == 1 {
        result += group
      } else if best.length == 1 {
        result.append("\(lines[index]) (\(best.count) times)")
      } else {
        result += group
        result.append("these \(best.length) calls \(best.count) times in all")
      }
      index += best.length * best.count
    }
    return result
  }

  private func render(_ note: Diagnostic.Note) -> String {
    guard let source = note.source, let span = note.span else {
      return remark(visible(note.message))
    }
    return excerpt(source, span, corner: branch, title: visible(note.message), caret: .note)
  }

  private func remark(_ message: String) -> String {
    "  \(paint(dot, .frame)) \(message)\n"
  }

  // MARK: One place

  /// The place's name, its line of source, and the caret line.
  private func excerpt(
    _ source: Source, _ span: Span, corner: String, title: String = "", label: String = "",
    caret: Color
  ) -> String {
    let location = source.location(of: span.start)
    var text =
      "  \(paint(corner, .frame)) "
      + "\(visible(source.name)):\(location.line):\(location.column)"
    if !title.isEmpty { text += "  \(title)" }
    text += "\n"
    let line = source.span(ofLine: location.line)
    let parts = window(source, line, span)
    text += "  \(paint(bar, .frame)) \(parts.line)\n"
    let marks = String(repeating: "^", count: max(1, parts.caretWidth))
    text += "  \(paint(bar, .frame)) \(String(repeating: " ", count: parts.indent))"
    text += paint(label.isEmpty ? marks : "\(marks) \(label)", caret) + "\n"
    return text
  }

  struct Window {
    var line = ""
    /// Columns before the caret.
    var indent = 0
    /// Columns under which carets stand.
    var caretWidth = 0
  }

  /// The part of a line that fits the width and holds the caret, as a terminal shows it.
  private func window(_ source: Source, _ line: Span, _ span: Span) -> Window {
    let start = min(max(span.start, line.start), line.end)
    let end = min(max(span.end, start), line.end)
    let room = max(20, width - 5)
    // Each column takes at most a few bytes, so little of a long line has to be looked at.
    let reach = room * 8
    let from = align(source, max(line.start, start - reach), line)
    let to = align(source, min(line.end, start + reach), line)
    var before = cells(source.text(of: Span(from, start)), atColumn: 0)
    let marked = cells(
      source.text(of: Span(start, min(end, max(to, start)))), atColumn: columns(before))
    let after = cells(
      source.text(of: Span(min(end, max(to, start)), max(to, min(end, max(to, start))))),
      atColumn: columns(before) + columns(marked))
    var result = Window()
    result.caretWidth = columns(marked)
    let total = columns(before) + columns(marked) + columns(after)
    var isCutBefore = from > line.start
    var all = marked + after
    if isCutBefore || to < line.end || total > room {
      // Up to two thirds of the room stand before the caret, less when what follows needs them.
      let needed = min(room / 3, columns(all))
      var used = columns(before)
      var first = 0
      while used > room - max(needed, room / 3) - 1, first < before.count {
        used -= before[first].width
        first += 1
      }
      if first > 0 { isCutBefore = true }
      before.removeFirst(first)
      if isCutBefore { before.insert(Cell(text: ellipsis, width: 1), at: 0) }
      var kept: [Cell] = []
      var column = columns(before)
      for (index, cell) in all.enumerated() {
        let isLast = index == all.count - 1 && to == line.end
        if column + cell.width > (isLast ? room : room - 1) {
          kept.append(Cell(text: ellipsis, width: 1))
          break
        }
        kept.append(cell)
        column += cell.width
      }
      result.caretWidth = min(result.caretWidth, max(1, columns(kept)))
      all = kept
    }
    result.indent = columns(before)
    result.line = before.map(\.text).joined() + all.map(\.text).joined()
    while result.line.last == " " { result.line.removeLast() }
    return result
  }

  private struct Cell {
    var text: String
    var width: Int
  }

  private func columns(_ cells: [Cell]) -> Int { cells.reduce(0) { $0 + $1.width } }

  /// The characters of a text with the columns they take; tabs become spaces, and what would move
  /// the cursor becomes visible.
  private func cells(_ text: String, atColumn start: Int) -> [Cell] {
    var column = start
    var result: [Cell] = []
    for character in text {
      let cell: Cell
      if character == "\t" {
        let count = DiagnosticRenderer.tabWidth - column % DiagnosticRenderer.tabWidth
        cell = Cell(text: String(repeating: " ", count: count), width: count)
      } else {
        let shown = String(visible(String(character)))
        cell = Cell(text: shown, width: DisplayWidth.of(shown))
      }
      result.append(cell)
      column += cell.width
    }
    return result
  }

  /// Moves an offset back to where a UTF-8 character begins.
  private func align(_ source: Source, _ offset: Int, _ line: Span) -> Int {
    var offset = offset
    while offset > line.start, offset < line.end, source.bytes[offset] & 0xC0 == 0x80 {
      offset -= 1
    }
    return offset
  }

  // MARK: Characters

  /// A text in which no character moves the cursor or starts an escape sequence.
  public func visible(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09: result.append(" ")
      case 0x00..<0x20:
        // Control pictures: U+2400 shows NUL.
        result.append(usesBoxes ? Unicode.Scalar(0x2400 + scalar.value) ?? "?" : "?")
      case 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E...0x200F, 0xFEFF:
        result.append(usesBoxes ? "\u{FFFD}" : "?")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private var corner: String { usesBoxes ? "┌─" : "-->" }
  private var branch: String { usesBoxes ? "├─" : "-->" }
  private var bar: String { usesBoxes ? "│" : "|" }
  private var dot: String { usesBoxes ? "·" : "=" }
  private var ellipsis: String { usesBoxes ? "…" : "~" }

  private enum Color: String {
    case error = "1;31"
    case warning = "1;33"
    case note = "36"
    case frame = "34"
    case strong = "1"
  }

  private func paint(_ text: String, _ color: Color) -> String {
    usesColor ? "\u{1b}[\(color.rawValue)m\(text)\u{1b}[0m" : text
  }
}
