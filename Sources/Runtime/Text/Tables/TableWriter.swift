// Tables to text: CSV and TSV (RFC 4180, quotes only where needed, LF), JSONL, Markdown.

extension Table {
  /// Writes CSV, or another delimited form. A missing value is an empty cell, an empty text is `""`.
  public func writeDelimited(
    to path: String, delimiter: Character = ",", isCancelled: CancellationCheck = neverCancelled
  ) throws {
    let row = try DelimitedRow(self, delimiter)
    try AtomicFile.write(path) { file in
      try file.append { row.appendHeader(to: &$0) }
      for index in 0..<rowCount {
        if index & 4095 == 0 && isCancelled() { throw TextError.cancelled }
        try file.append { row.append(index, to: &$0) }
      }
    }
  }

  /// The table as CSV, or in another delimited form.
  public func delimited(_ delimiter: Character = ",") throws(TextError) -> String {
    let row = try DelimitedRow(self, delimiter)
    var bytes: [UInt8] = []
    row.appendHeader(to: &bytes)
    for index in 0..<rowCount { row.append(index, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes an object per row; missing values are null, so that all rows have all fields.
  public func writeJSONLines(
    to path: String, isCancelled: CancellationCheck = neverCancelled
  ) throws {
    let row = JSONRow(self)
    try AtomicFile.write(path) { file in
      for index in 0..<rowCount {
        if index & 4095 == 0 && isCancelled() { throw TextError.cancelled }
        try file.append { row.append(index, to: &$0) }
      }
    }
  }

  /// The table as JSONL.
  public var jsonLines: String {
    let row = JSONRow(self)
    var bytes: [UInt8] = []
    for index in 0..<rowCount { row.append(index, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The table in Markdown with aligned pipes; numbers to the right.
  public func markdown() -> String {
    func escaped(_ text: String) -> String {
      var result = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "|": result += "\\|"
        case "\n": result += "<br>"
        case "\r": break
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }
    let cells = columns.map { column in
      (0..<rowCount).map { escaped(column.value(at: $0).cellText) }
    }
    let heads = names.map(escaped)
    let widths = zip(heads, cells).map { head, cells in
      cells.reduce(max(3, DisplayWidth.of(head))) { max($0, DisplayWidth.of($1)) }
    }
    func line(_ cells: [String]) -> String {
      var line = "|"
      for (index, cell) in cells.enumerated() {
        let space = String(repeating: " ", count: widths[index] - DisplayWidth.of(cell))
        line += " " + (columns[index].isNumeric ? space + cell : cell + space) + " |"
      }
      return line + "\n"
    }
    var text = line(heads)
    text += line(
      zip(columns, widths).map { column, width in
        String(repeating: "-", count: width - 1) + (column.isNumeric ? ":" : "-")
      })
    for row in 0..<rowCount { text += line(cells.map { $0[row] }) }
    return text
  }
}

/// Rows of a table in delimited form.
private struct DelimitedRow {
  let table: Table
  let delimiter: UInt8

  init(_ table: Table, _ delimiter: Character) throws(TextError) {
    var options = DelimitedOptions()
    options.delimiter = delimiter
    try options.check()
    self.table = table
    self.delimiter = delimiter.asciiValue ?? 0x2C
  }

  func appendHeader(to bytes: inout [UInt8]) {
    if table.names.isEmpty { return }
    for (index, name) in table.names.enumerated() {
      if index > 0 { bytes.append(delimiter) }
      var name = name
      name.withUTF8 { append($0, to: &bytes) }
    }
    bytes.append(0x0A)
  }

  func append(_ row: Int, to bytes: inout [UInt8]) {
    for (index, column) in table.columns.enumerated() {
      if index > 0 { bytes.append(delimiter) }
      if column.isMissing(row) {
        // An empty line would be skipped by readers.
        if table.columnCount == 1 { bytes.append(contentsOf: "\"\"".utf8) }
        continue
      }
      switch column.storage {
      case .boolean(let values): bytes.append(contentsOf: (values[row] ? "true" : "false").utf8)
      case .integer(let values): bytes.append(contentsOf: String(values[row]).utf8)
      case .number(let values): bytes.append(contentsOf: NumberText.shortest(values[row]).utf8)
      case .text(let cells): cells.withBytes(row) { append($0, to: &bytes) }
      case .mixed(let values):
        var text = values[row].cellText
        text.withUTF8 { append($0, to: &bytes) }
      }
    }
    bytes.append(0x0A)
  }

  private func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    let needsQuotes =
      text.isEmpty
      || text.contains { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    if !needsQuotes {
      bytes.append(contentsOf: text)
      return
    }
    bytes.append(0x22)
    for byte in text {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }
}

/// Rows of a table as JSON objects.
private struct JSONRow {
  let table: Table
  /// `"name": ` of each column.
  let keys: [[UInt8]]

  init(_ table: Table) {
    self.table = table
    keys = table.names.map { name in
      var key: [UInt8] = []
      JSONWriter.append(name, to: &key)
      key.append(contentsOf: ": ".utf8)
      return key
    }
  }

  func append(_ row: Int, to bytes: inout [UInt8]) {
    bytes.append(0x7B)
    for (index, column) in table.columns.enumerated() {
      if index > 0 { bytes.append(contentsOf: ", ".utf8) }
      bytes.append(contentsOf: keys[index])
      if column.isMissing(row) {
        bytes.append(contentsOf: "null".utf8)
        continue
      }
      switch column.storage {
      case .boolean(let values): bytes.append(contentsOf: (values[row] ? "true" : "false").utf8)
      case .integer(let values): bytes.append(contentsOf: String(values[row]).utf8)
      case .number(let values): JSONWriter.append(values[row], to: &bytes)
      case .text(let cells): cells.withBytes(row) { JSONWriter.append($0, to: &bytes) }
      case .mixed(let values): values[row].json.write(to: &bytes)
      }
    }
    bytes.append(0x7D)
    bytes.append(0x0A)
  }
}
