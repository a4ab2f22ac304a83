// A table for the screen: aligned columns, kinds under the names, numbers to the right, long
// cells cut, what does not fit counted. It is plain text; colour is the shell's business.

extension Table {
  /// The table as aligned text with a line break after each line.
  ///
  /// - `maxRows`: more rows show their first and last ones with a count between.
  /// - `maxWidth`: terminal columns; columns that do not fit are counted below.
  /// - `maxCellWidth`: longer cells end in `…`.
  /// - `digits`: significant digits of numbers; nil shows the shortest decimals that read back.
  public func rendered(
    maxRows: Int = 20, maxWidth: Int = 100, maxCellWidth: Int = 40, digits: Int? = 6
  ) -> String {
    if columns.isEmpty {
      return rowCount == 0 ? "empty table\n" : "\(Self.grouped(rowCount)) rows, no columns\n"
    }
    let layout = TableLayout(
      self, maxRows: max(1, maxRows), maxWidth: max(8, maxWidth),
      maxCellWidth: max(4, maxCellWidth), digits: digits)
    return layout.text()
  }

  /// An integer with thin groups of three digits: 1 000 000.
  static func grouped(_ count: Int) -> String {
    let digits = Array(String(count))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(" ") }
      text.append(digit)
    }
    return text
  }
}

private struct TableLayout {
  private let table: Table
  private let headRows: [Int]
  private let tailRows: [Int]
  private var shown: [ShownColumn] = []

  private struct ShownColumn {
    let name: String
    let kind: String
    let isRight: Bool
    var cells: [String]
    var width: Int
    let least: Int
  }

  init(_ table: Table, maxRows: Int, maxWidth: Int, maxCellWidth: Int, digits: Int?) {
    self.table = table
    if table.rowCount <= maxRows {
      headRows = Array(0..<table.rowCount)
      tailRows = []
    } else {
      let tail = maxRows / 3
      headRows = Array(0..<maxRows - tail)
      tailRows = Array(table.rowCount - tail..<table.rowCount)
    }
    let rows = headRows + tailRows
    let limit = min(maxCellWidth, maxWidth)
    var all: [ShownColumn] = []
    var used = 0
    for (name, column) in zip(table.names, table.columns) {
      let cells = Self.cells(column, rows, limit, digits)
      let name = DisplayWidth.cut(DisplayWidth.escaped(name), to: limit)
      let kind = column.kind.rawValue
      let head = max(DisplayWidth.of(name), kind.utf8.count)
      let width = min(maxWidth, cells.reduce(head) { max($0, DisplayWidth.of($1)) })
      let least = column.isNumeric ? width : min(width, max(head, Self.leastWidth))
      let needed = least + (all.isEmpty ? 0 : 2)
      if used + needed > maxWidth && !all.isEmpty { break }
      used += needed
      all.append(
        ShownColumn(
          name: name, kind: kind, isRight: column.isNumeric, cells: cells, width: width,
          least: least))
    }
    // Room goes to the narrow columns first: long texts share what is left.
    var room = maxWidth - used
    var open = all.indices.sorted { all[$0].width - all[$0].least < all[$1].width - all[$1].least }
    while !open.isEmpty {
      let index = open.removeFirst()
      let share = min(all[index].width - all[index].least, room / (open.count + 1))
      room -= share
      all[index].width = all[index].least + share
    }
    shown = all.map { column in
      var column = column
      column.cells = column.cells.map { DisplayWidth.cut($0, to: column.width) }
      return column
    }
  }

  /// A column of texts is made narrower, but not narrower than this.
  private static let leastWidth = 16

  private static func cells(_ column: Column, _ rows: [Int], _ limit: Int, _ digits: Int?)
    -> [String]
  {
    rows.map { row in
      let text: String
      switch column.storage {
      // Of a book in a cell only the start is looked at.
      case .text(let cells) where !column.isMissing(row):
        text = cells.withBytes(row) { bytes in
          String(decoding: bytes.prefix(16 * limit + 64), as: UTF8.self)
        }
      case .number(let values) where !column.isMissing(row):
        let value = values[row]
        text = digits.map { NumberText.rounded(value, digits: $0) } ?? NumberText.shortest(value)
      default: text = column.value(at: row).cellText
      }
      return DisplayWidth.cut(DisplayWidth.escaped(text), to: limit)
    }
  }

  func text() -> String {
    var lines = [line { $0.name }, line { $0.kind }]
    lines.append(shown.map { String(repeating: "─", count: $0.width) }.joined(separator: "  "))
    for index in headRows.indices { lines.append(line { $0.cells[index] }) }
    if !tailRows.isEmpty || headRows.count < table.rowCount {
      let hidden = table.rowCount - headRows.count - tailRows.count
      lines.append("… \(Table.grouped(hidden)) more row\(hidden == 1 ? "" : "s")")
      for index in tailRows.indices { lines.append(line { $0.cells[headRows.count + index] }) }
    }
    let hidden = table.names.dropFirst(shown.count)
    if !hidden.isEmpty {
      let names = hidden.prefix(8).map { DisplayWidth.escaped($0) }.joined(separator: ", ")
      let more = hidden.count > 8 ? ", …" : ""
      lines.append(
        "… \(hidden.count) more column\(hidden.count == 1 ? "" : "s"): "
          + DisplayWidth.cut(names + more, to: 200))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ cell: (ShownColumn) -> String) -> String {
    var line = ""
    for (index, column) in shown.enumerated() {
      let text = cell(column)
      let space = String(repeating: " ", count: max(0, column.width - DisplayWidth.of(text)))
      if index > 0 { line += "  " }
      line += column.isRight ? space + text : text + space
    }
    // No spaces at the end of a line.
    while line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}
