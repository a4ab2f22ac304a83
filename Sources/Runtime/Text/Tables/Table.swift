// A table: named columns of one length, in order. A value: every operation makes a new table that
// shares the columns it did not change. Each call is about whole columns; loops over rows belong
// here and not in the caller.

import Glibc

/// Columns with names.
public struct Table: Sendable, Equatable {
  public let names: [String]
  public let columns: [Column]
  public let rowCount: Int
  /// Which rows of which file these are, where that is known.
  public let origin: RowOrigin?

  public static let empty = Table(unchecked: [], [], rowCount: 0)

  init(
    unchecked names: [String], _ columns: [Column], rowCount: Int, origin: RowOrigin? = nil
  ) {
    self.names = names
    self.columns = columns
    self.rowCount = rowCount
    self.origin = origin
  }

  public static func == (a: Table, b: Table) -> Bool {
    a.rowCount == b.rowCount && a.names == b.names && a.columns == b.columns
  }

  /// Throws `invalid` for columns of different length, or a name that occurs twice.
  public init(_ columns: [(name: String, column: Column)]) throws(TextError) {
    let rowCount = columns.first?.column.count ?? 0
    for (name, column) in columns where column.count != rowCount {
      throw .invalid(
        "column `\(name)` has \(column.count) rows, column `\(columns[0].name)` has \(rowCount)")
    }
    try Self.checkNames(columns.map(\.name))
    self.init(unchecked: columns.map(\.name), columns.map(\.column), rowCount: rowCount)
  }

  /// Columns from cells; each gets the narrowest kind that holds its values.
  public init(_ columns: [(name: String, values: [DataValue])]) throws(TextError) {
    try self.init(columns.map { (name: $0.name, column: Column.of($0.values)) })
  }

  /// A row per record; the columns are the union of the fields in the order first seen, and a
  /// field that a record lacks is missing. Of a field that occurs twice the last one counts.
  public init(records: some Sequence<[(String, DataValue)]>) {
    let builder = RecordTableBuilder()
    for record in records {
      for (name, value) in record { builder.set(name, value) }
      builder.endRow()
    }
    self = builder.finished()
  }

  static func checkNames(_ names: [String]) throws(TextError) {
    var seen = Set<[UInt8]>()
    for name in names where !seen.insert(Array(name.utf8)).inserted {
      throw .invalid("two columns are called `\(name)`; rename one")
    }
  }

  public var columnCount: Int { columns.count }

  /// The place of a column, nil when the table has none of that name.
  public func index(of name: String) -> Int? {
    names.firstIndex { $0.hasSameBytes(as: name) }
  }

  /// The column called `name`. Throws `noSuchColumn`.
  public func column(_ name: String) throws(TextError) -> Column {
    guard let index = index(of: name) else {
      throw .noSuchColumn(name: name, columns: names)
    }
    return columns[index]
  }

  public func columns(_ names: [String]) throws(TextError) -> [Column] {
    var found: [Column] = []
    for name in names { found.append(try column(name)) }
    return found
  }

  /// The fields of one row, which must be within the table.
  public func row(_ row: Int) -> [(String, DataValue)] {
    zip(names, columns).map { ($0, $1.value(at: row)) }
  }

  // MARK: Columns

  /// The named columns in the given order.
  public func selecting(_ names: [String]) throws(TextError) -> Table {
    try Self.checkNames(names)
    return Table(unchecked: names, try columns(names), rowCount: rowCount, origin: origin)
  }

  /// All columns but the named ones.
  public func dropping(_ names: [String]) throws(TextError) -> Table {
    _ = try columns(names)
    let kept = self.names.indices.filter { index in
      !names.contains { $0.hasSameBytes(as: self.names[index]) }
    }
    return Table(
      unchecked: kept.map { self.names[$0] }, kept.map { columns[$0] }, rowCount: rowCount,
      origin: origin)
  }

  /// Renames columns; those not mentioned keep their names.
  public func renaming(_ changes: [(from: String, to: String)]) throws(TextError) -> Table {
    var renamed = names
    for (from, to) in changes {
      guard let index = index(of: from) else { throw .noSuchColumn(name: from, columns: names) }
      renamed[index] = to
    }
    try Self.checkNames(renamed)
    return Table(unchecked: renamed, columns, rowCount: rowCount, origin: origin)
  }

  /// Adds a column at the end, or replaces the one of that name in its place.
  public func with(_ name: String, _ column: Column) throws(TextError) -> Table {
    if !columns.isEmpty && column.count != rowCount {
      throw .invalid("column `\(name)` has \(column.count) rows, the table has \(rowCount)")
    }
    var names = self.names
    var columns = self.columns
    if let index = index(of: name) {
      columns[index] = column
    } else {
      names.append(name)
      columns.append(column)
    }
    return Table(unchecked: names, columns, rowCount: column.count, origin: origin)
  }

  // MARK: Rows

  /// The rows of a range, cut to the table.
  public func slice(_ rows: Range<Int>) -> Table {
    let rows = rows.clamped(to: 0..<rowCount)
    return Table(
      unchecked: names, columns.map { $0.slice(rows) }, rowCount: rows.count,
      origin: origin?.slice(rows))
  }

  public func head(_ count: Int) -> Table { slice(0..<max(0, count)) }

  public func tail(_ count: Int) -> Table {
    slice(max(0, rowCount - max(0, count))..<rowCount)
  }

  /// The rows at `rows`, in that order, with repetitions. Throws for a row outside the table.
  public func taking(_ rows: [Int]) throws(TextError) -> Table {
    if let row = rows.first(where: { $0 < 0 || $0 >= rowCount }) {
      throw .invalid("row \(row) is outside the table, which has \(rowCount) rows")
    }
    return taking(unchecked: rows)
  }

  func taking(unchecked rows: [Int]) -> Table {
    Table(
      unchecked: names, columns.map { $0.taking(rows) }, rowCount: rows.count,
      origin: origin?.taking(rows))
  }

  /// The rows where `mask` is true; the mask has an entry per row.
  public func filtering(_ mask: [Bool]) throws(TextError) -> Table {
    guard mask.count == rowCount else {
      throw .invalid("the condition has \(mask.count) values, the table has \(rowCount) rows")
    }
    return taking(unchecked: mask.indices.filter { mask[$0] })
  }

  /// The rows where a boolean column is true; a missing value counts as false.
  public func filtering(_ mask: Column) throws(TextError) -> Table {
    guard let booleans = mask.booleans else {
      throw .invalid("a condition must be true or false in each row, found \(mask.kind.rawValue)")
    }
    guard let missing = mask.missing else { return try filtering(booleans) }
    return try filtering(booleans.indices.map { booleans[$0] && !missing[$0] })
  }

  /// The rows of all tables; the columns are the union of theirs in the order first seen.
  public static func concatenated(_ tables: [Table]) -> Table {
    var names: [String] = []
    for table in tables {
      for name in table.names where !names.contains(where: { $0.hasSameBytes(as: name) }) {
        names.append(name)
      }
    }
    let columns = names.map { name in
      Column.concatenated(
        tables.map { table in
          table.index(of: name).map { table.columns[$0] }
            ?? ColumnBuilder.allMissing(count: table.rowCount, kind: .text)
        })
    }
    return Table(unchecked: names, columns, rowCount: tables.reduce(0) { $0 + $1.rowCount })
  }
}

/// Collects rows of named values; a name not seen before makes a column.
final class RecordTableBuilder {
  private var names: [[UInt8]] = []
  private var builders: [ColumnBuilder] = []
  private var places: [[UInt8]: Int] = [:]
  private var rowCount = 0
  /// The column that the next name is likely to be.
  private var expected = 0

  var columnCount: Int { names.count }

  /// The builder for a value of the current row; of a name that occurs twice the last value counts.
  func builder(_ name: UnsafeBufferPointer<UInt8>) -> ColumnBuilder {
    let place: Int
    if expected < names.count, Self.equal(names[expected], name) {
      place = expected
    } else {
      let key = Array(name)
      if let known = places[key] {
        place = known
      } else {
        place = names.count
        places[key] = place
        names.append(key)
        builders.append(ColumnBuilder(missing: rowCount))
      }
    }
    expected = place + 1
    if builders[place].count > rowCount { builders[place].removeLast() }
    return builders[place]
  }

  private static func equal(_ a: [UInt8], _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard a.count == b.count, let base = b.baseAddress else { return a.isEmpty && b.isEmpty }
    return memcmp(a, base, a.count) == 0
  }

  func set(_ name: String, _ value: DataValue) {
    var name = name
    name.withUTF8 { builder($0).append(value) }
  }

  /// Takes back what the current row has set so far.
  func discardRow() {
    expected = 0
    for builder in builders where builder.count > rowCount { builder.removeLast() }
  }

  func endRow() {
    rowCount += 1
    expected = 0
    for builder in builders where builder.count < rowCount { builder.appendMissing() }
  }

  func finished() -> Table {
    Table(
      unchecked: names.map { String(decoding: $0, as: UTF8.self) },
      builders.map { $0.finished() }, rowCount: rowCount)
  }
}
