// StreamedText: a text that grows in a terminal, over as many lines as it takes, and goes away when it is
// there as a value. What it draws is a few escape sequences; it does not know the terminal.

import TLText

/// What a growing text has drawn so far.
package struct StreamedText {
  package init() {}

  private var rows: [String] = []
  package private(set) var isTooTall = false

  /// The rows of a text in lines of so many columns.
  package static func layout(_ text: String, width: Int) -> [String] {
    var rows = [""]
    var columns = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.offset > 0 {
        rows.append("")
        columns = 0
      }
      for character in DisplayWidth.escaped(String(line.element)) {
        let own = DisplayWidth.of(character)
        if columns + own > width {
          rows.append("")
          columns = 0
        }
        rows[rows.count - 1].append(character)
        columns += own
      }
    }
    return rows
  }

  /// What brings the terminal from the text so far to this one: the new letters alone where it has only
  /// grown. A text that is taller than the window stays as it is.
  package mutating func draw(_ text: String, width: Int, height: Int) -> String {
    let next = Self.layout(text, width: width)
    if isTooTall || next.count >= height {
      isTooTall = true
      return ""
    }
    defer { rows = next }
    guard let last = rows.last, next.count >= rows.count,
      next.prefix(rows.count - 1).elementsEqual(rows.dropLast()),
      next[rows.count - 1].hasPrefix(last)
    else { return erase() + next.joined(separator: "\r\n") }
    return
      ([String(next[rows.count - 1].dropFirst(last.count))] + next.dropFirst(rows.count))
      .joined(separator: "\r\n")
  }

  /// What takes the text away, with the cursor where it began.
  package mutating func erase() -> String {
    defer { rows = [] }
    guard !rows.isEmpty else { return "" }
    return "\r" + (rows.count > 1 ? "\u{1B}[\(rows.count - 1)A" : "") + "\u{1B}[J"
  }
}
