// Which rows of a file, or of a table that was cut in parts, a table holds: errors about a part name
// the line of the file that a person can look up. A table made of others' columns has no origin.

import CTextLibraries

/// Where the rows of a table come from.
public struct RowOrigin: Sendable {
  /// The file; nil for a table that was in memory.
  let path: String?
  /// The line of the first row where each row has a line of its own, else nil.
  let firstLine: Int?
  /// The row there of each row here; nil when they are the same.
  let rows: [Int]?

  init(path: String?, firstLine: Int? = nil, rows: [Int]? = nil) {
    self.path = path
    self.firstLine = firstLine
    self.rows = rows
  }

  /// Of a text file whose rows begin behind `header` lines. A row has a line of its own when there
  /// are as many of both.
  init?(_ file: FileBytes, header: Int, rowCount: Int) {
    guard let path = file.path else { return nil }
    self.init(path: path, firstLine: file.lineCount == rowCount + header ? header + 1 : nil)
  }

  /// `line 813 of "news.jsonl"`, `row 812 of "news.csv"`, `row 812 of the whole table`.
  public func place(of row: Int) -> String {
    let row = rows.map { $0.indices.contains(row) ? $0[row] : row } ?? row
    let whole = path.map { JSON.string($0).serialized() } ?? "the whole table"
    return (firstLine.map { "line \($0 + row)" } ?? "row \(row)") + " of \(whole)"
  }

  func taking(_ taken: [Int]) -> RowOrigin {
    RowOrigin(
      path: path, firstLine: firstLine,
      rows: rows.map { rows in taken.map { rows[$0] } } ?? taken)
  }

  func slice(_ taken: Range<Int>) -> RowOrigin {
    if taken.lowerBound == 0 { return self }
    return RowOrigin(
      path: path, firstLine: firstLine, rows: rows.map { Array($0[taken]) } ?? Array(taken))
  }
}

extension Table {
  /// The same table, whose parts know their rows in it.
  public var withOrigin: Table {
    origin == nil ? with(RowOrigin(path: nil)) : self
  }

  func with(_ origin: RowOrigin?) -> Table {
    Table(unchecked: names, columns, rowCount: rowCount, origin: origin)
  }
}

extension FileBytes {
  /// Line breaks, and one more when the last line has none.
  var lineCount: Int {
    withBytes { bytes in
      guard let base = bytes.baseAddress, let last = bytes.last else { return 0 }
      let breaks = tl_count_byte(base.assumingMemoryBound(to: UInt8.self), bytes.count, 0x0A)
      return Int(breaks) + (last == 0x0A ? 0 : 1)
    }
  }
}
