// Joining two tables by equal values. A missing value equals nothing, as in SQL.

/// Which rows without a partner a join keeps.
public enum JoinKind: String, Sendable, CaseIterable {
  case inner, left, right, full
}

extension Table {
  /// A join makes at most this many rows.
  static let joinLimit = 200_000_000

  /// Joins by the columns called `keys` in both tables. Rows stand in the order of this table (of
  /// `other` in a right join), partners in theirs; a full join adds the rest of `other`.
  /// Columns: the keys, the other columns of this table, those of `other`; a name that both have
  /// gets `suffix` in the second place.
  public func joined(
    with other: Table, by keys: [String], _ kind: JoinKind = .inner, suffix: String = "_right",
    isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    try joined(
      with: other, leftKeys: keys, rightKeys: keys, kind, suffix: suffix, isCancelled: isCancelled)
  }

  /// As above, with key columns of different names; the result has the names of this table.
  public func joined(
    with other: Table, leftKeys: [String], rightKeys: [String], _ kind: JoinKind = .inner,
    suffix: String = "_right", isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    guard !leftKeys.isEmpty, leftKeys.count == rightKeys.count else {
      throw .invalid("a join needs the same number of columns on both sides, at least one")
    }
    let leftColumns = try columns(leftKeys)
    let rightColumns = try other.columns(rightKeys)
    for (index, pair) in zip(leftColumns, rightColumns).enumerated() {
      let (a, b) = (pair.0.kind, pair.1.kind)
      let isEmpty =
        pair.0.missingCount == pair.0.count || pair.1.missingCount == pair.1.count
      if a != b && !isEmpty && !(pair.0.isNumeric && pair.1.isNumeric) {
        throw .invalid(
          "cannot join: `\(leftKeys[index])` is \(a.rawValue) on the left, "
            + "`\(rightKeys[index])` is \(b.rawValue) on the right; convert one of them")
      }
    }
    let (left, right) = try partners(leftColumns, other, rightColumns, kind, isCancelled)
    var names = leftKeys
    var columns: [Column] = []
    for (a, b) in zip(leftColumns, rightColumns) {
      // The key of a row without a left partner comes from the right.
      if kind == .right || kind == .full {
        let both = Column.concatenated([a, b])
        columns.append(
          both.taking(zip(left, right).map { $0 >= 0 ? $0 : $1 + rowCount }))
      } else {
        columns.append(a.taking(left))
      }
    }
    for (name, column) in zip(self.names, self.columns)
    where !leftKeys.contains(where: { $0.hasSameBytes(as: name) }) {
      names.append(name)
      columns.append(column.taking(left))
    }
    for (name, column) in zip(other.names, other.columns)
    where !rightKeys.contains(where: { $0.hasSameBytes(as: name) }) {
      if isCancelled() { throw .cancelled }
      let clashes = names.contains { $0.hasSameBytes(as: name) }
      names.append(clashes ? name + suffix : name)
      columns.append(column.taking(right))
    }
    try Self.checkNames(names)
    return Table(unchecked: names, columns, rowCount: left.count)
  }

  /// The left and the right row of each row of the result, -1 for none.
  private func partners(
    _ leftColumns: [Column], _ other: Table, _ rightColumns: [Column], _ kind: JoinKind,
    _ isCancelled: CancellationCheck
  ) throws(TextError) -> (left: [Int], right: [Int]) {
    // Both sides in one column, so that equal values have equal group ids.
    let both = zip(leftColumns, rightColumns).map { Column.concatenated([$0, $1]) }
    let grouping = try Grouper.grouping(
      both, rowCount: rowCount + other.rowCount, isCancelled)
    let ids = grouping.ids
    let swaps = kind == .right
    let (outer, outerStart) = swaps ? (other.rowCount, rowCount) : (rowCount, 0)
    let (inner, innerStart) = swaps ? (rowCount, 0) : (other.rowCount, rowCount)
    func isMissing(_ row: Int) -> Bool { both.contains { $0.isMissing(row) } }
    let hasMissing = both.contains { $0.missing != nil }

    // Rows of the inner side by group.
    var starts = [Int](repeating: 0, count: grouping.count + 1)
    for row in innerStart..<innerStart + inner { starts[Int(ids[row]) + 1] += 1 }
    for group in 0..<grouping.count { starts[group + 1] += starts[group] }
    var next = starts
    var rows = [Int](repeating: 0, count: inner)
    for row in 0..<inner {
      let group = Int(ids[innerStart + row])
      rows[next[group]] = row
      next[group] += 1
    }

    var total = 0
    for row in outerStart..<outerStart + outer {
      let group = Int(ids[row])
      total += max(starts[group + 1] - starts[group], 1)
      if total > Self.joinLimit {
        throw .invalid(
          "the join would have more than \(Self.joinLimit) rows: the keys repeat on both sides; "
            + "join by more columns, or make the keys unique on one side")
      }
    }
    var outerRows: [Int] = []
    var innerRows: [Int] = []
    outerRows.reserveCapacity(total)
    innerRows.reserveCapacity(total)
    var isUsed = [Bool](repeating: false, count: kind == .full ? inner : 0)
    for row in 0..<outer {
      if row & 0xFFFF == 0 && isCancelled() { throw .cancelled }
      let group = Int(ids[outerStart + row])
      let range = starts[group]..<starts[group + 1]
      if range.isEmpty || (hasMissing && isMissing(outerStart + row)) {
        if kind != .inner {
          outerRows.append(row)
          innerRows.append(-1)
        }
        continue
      }
      for place in range {
        outerRows.append(row)
        innerRows.append(rows[place])
        if kind == .full { isUsed[rows[place]] = true }
      }
    }
    if kind == .full {
      for row in 0..<inner where !isUsed[row] {
        outerRows.append(-1)
        innerRows.append(row)
      }
    }
    return swaps ? (innerRows, outerRows) : (outerRows, innerRows)
  }
}
