// Text in columns, measured as a terminal shows it.

import TLText

enum Columns {
  private static let limit = 200

  /// Words in columns, read from top to bottom, within a width; at most 200 of them.
  static func list(_ words: [String], width: Int) -> String {
    let shown = Array(words.prefix(limit))
    guard let widest = shown.map({ DisplayWidth.of($0) }).max() else { return "" }
    let cell = min(widest + 2, max(width, 1))
    let perRow = max(1, (width - 1) / max(cell, 1))
    let rowCount = (shown.count + perRow - 1) / perRow
    var rows: [String] = []
    for row in 0..<rowCount {
      var line = ""
      for index in stride(from: row, to: shown.count, by: rowCount) {
        let isLast = index + rowCount >= shown.count
        line += isLast ? shown[index] : padded(shown[index], to: cell)
      }
      rows.append(line)
    }
    if words.count > limit { rows.append("… and \(words.count - limit) more") }
    return rows.joined(separator: "\n")
  }

  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
  }

  /// Rows with aligned columns, each row cut to a width.
  static func table(_ rows: [[String]], width: Int) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.reduce(0) { max($0, column < $1.count ? DisplayWidth.of($1[column]) : 0) }
    }
    var text = ""
    for row in rows {
      var line = ""
      for (column, cell) in row.enumerated() {
        line += column == row.count - 1 ? cell : padded(cell, to: widths[column] + 2)
      }
      while line.last == " " { line.removeLast() }
      text += DisplayWidth.cut(line, to: width) + "\n"
    }
    return text
  }
}
