// Long to wide: the values of one column become columns.

extension Table {
  /// A pivot makes at most this many columns.
  static let pivotLimit = 1000
  /// And at most this many cells.
  static let pivotCellLimit = 100_000_000

  /// A row per combination of the `rows` columns, a column per value of `columns`, and in the cells
  /// the aggregate of `value`; a combination that does not occur is missing. Both stand in the
  /// order first seen.
  public func pivoted(
    rows: [String], columns columnName: String, value: String, aggregate: Aggregate = .first,
    isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    let header = try column(columnName)
    let rowGroups = try grouping(by: rows, isCancelled: isCancelled)
    let columnGroups = try grouping(by: [columnName], isCancelled: isCancelled)
    guard columnGroups.count <= Self.pivotLimit else {
      throw .invalid(
        "column `\(columnName)` has \(columnGroups.count) values, a pivot makes at most "
          + "\(Self.pivotLimit) columns")
    }
    let (cellCount, overflow) = rowGroups.count.multipliedReportingOverflow(by: columnGroups.count)
    guard !overflow, cellCount <= Self.pivotCellLimit else {
      throw .invalid(
        "a pivot of \(rowGroups.count) rows and \(columnGroups.count) columns is too large; "
          + "group first, or filter")
    }
    let cells = try Grouper.combined(rowGroups, columnGroups, isCancelled)
    let results = try aggregated(
      cells, [Aggregation(aggregate, of: value)], isCancelled: isCancelled)
    // Which cell group stands at (row group, column group).
    var places = [[Int]](
      repeating: [Int](repeating: -1, count: rowGroups.count), count: columnGroups.count)
    for (cell, row) in cells.firstRows.enumerated() {
      places[Int(columnGroups.ids[row])][Int(rowGroups.ids[row])] = cell
    }
    let keyColumns = try self.columns(rows).map { $0.taking(rowGroups.firstRows) }
    let names = columnGroups.firstRows.map { row in
      header.isMissing(row) ? "none" : header.value(at: row).cellText
    }
    let unique = Self.uniqueNames(names, taken: rows)
    return Table(
      unchecked: rows + unique, keyColumns + places.map { results[0].taking($0) },
      rowCount: rowGroups.count)
  }

  /// `names` with `_2`, `_3`, … behind those that are taken or occur before.
  static func uniqueNames(_ names: [String], taken: [String] = []) -> [String] {
    var seen = Set(taken.map { Array($0.utf8) })
    return names.map { name in
      var candidate = name
      var number = 2
      while !seen.insert(Array(candidate.utf8)).inserted {
        candidate = "\(name)_\(number)"
        number += 1
      }
      return candidate
    }
  }
}
