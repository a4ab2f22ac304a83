// Group ids by hashing: each row gets the number of its group, groups are numbered in the order in
// which they are first seen. Missing values form a group of their own.

/// A partition of the rows of a table.
public struct Grouping: Sendable {
  /// The group of each row, from 0.
  public let ids: [Int32]
  /// The first row of each group.
  public let firstRows: [Int]

  public var count: Int { firstRows.count }

  /// Rows of each group.
  public var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for id in ids { sizes[Int(id)] += 1 }
    return sizes
  }

  /// The rows sorted by group, keeping their order within one, and where each group starts (with
  /// one more entry at the end).
  public func rowsByGroup() -> (rows: [Int], starts: [Int]) {
    var starts = [Int](repeating: 0, count: count + 1)
    for id in ids { starts[Int(id) + 1] += 1 }
    for group in 0..<count { starts[group + 1] += starts[group] }
    var next = starts
    let rows = [Int](unsafeUninitializedCapacity: ids.count) { rows, filled in
      if let base = rows.baseAddress {
        for (row, id) in ids.enumerated() {
          (base + next[Int(id)]).initialize(to: row)
          next[Int(id)] += 1
        }
      }
      filled = ids.count
    }
    return (rows, starts)
  }
}

extension Table {
  /// Groups the rows by the values of the named columns; without names all rows are one group.
  public func grouping(
    by names: [String], isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Grouping {
    try Grouper.grouping(try columns(names), rowCount: rowCount, isCancelled)
  }

  /// The first row of each combination of values of the named columns, all columns by default.
  public func unique(
    by names: [String]? = nil, isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    if rowCount == 0 { return self }
    return taking(
      unchecked: try grouping(by: names ?? self.names, isCancelled: isCancelled).firstRows)
  }

  /// The values of a column with the number of their rows, the most frequent first.
  public func valueCounts(
    _ name: String, isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    let column = try column(name)
    let grouping = try grouping(by: [name], isCancelled: isCancelled)
    let countName = name.hasSameBytes(as: "count") ? "rows" : "count"
    let table = Table(
      unchecked: [name, countName],
      [column.taking(grouping.firstRows), Column(integers: grouping.sizes)],
      rowCount: grouping.count)
    return try table.sorted(
      by: [SortKey(countName, descending: true)], isCancelled: isCancelled)
  }
}

enum Grouper {
  /// Rows between two looks at `isCancelled`.
  static let stride = 1 << 16

  static func grouping(
    _ columns: [Column], rowCount: Int, _ isCancelled: CancellationCheck
  ) throws(TextError) -> Grouping {
    guard rowCount <= Int(Int32.max) else {
      throw .invalid("a table of \(rowCount) rows cannot be grouped; the limit is 2,147,483,647")
    }
    guard let first = columns.first else {
      return Grouping(
        ids: [Int32](repeating: 0, count: rowCount), firstRows: rowCount > 0 ? [0] : [])
    }
    var result = try grouping(first, isCancelled)
    for column in columns.dropFirst() {
      let next = try grouping(column, isCancelled)
      result = try combined(result, next, isCancelled)
    }
    return result
  }

  /// Groups by the values of one column.
  static func grouping(
    _ column: Column, _ isCancelled: CancellationCheck
  ) throws(TextError) -> Grouping {
    switch column.storage {
    case .boolean(let values):
      return try group(column, isCancelled, hash: { values[$0] ? 1 : 2 }) {
        values[$0] == values[$1]
      }
    case .integer(let values):
      return try pointers(values) { values throws(TextError) in
        try group(
          column, isCancelled,
          hash: {
            TextCells.View.mix(UInt64(bitPattern: Int64(values[$0])) ^ 0x9E37_79B9_7F4A_7C15)
          }
        ) { values[$0] == values[$1] }
      }
    case .number(let values):
      return try pointers(values) { values throws(TextError) in
        try group(
          column, isCancelled,
          hash: { TextCells.View.mix(SortableBits.of(values[$0]) ^ 0x9E37_79B9_7F4A_7C15) }
        ) { SortableBits.of(values[$0]) == SortableBits.of(values[$1]) }
      }
    case .text(let cells): return try group(column, cells, isCancelled)
    case .mixed(let values):
      // Kinds differ in the text form: 1, 1.0, "1", and [1] are four values.
      return try group(column, TextCells(values.map { $0.json.serialized() }), isCancelled)
    }
  }

  private static func group(
    _ column: Column, _ cells: TextCells, _ isCancelled: CancellationCheck
  ) throws(TextError) -> Grouping {
    let result = cells.withView { view in
      Result { () throws(TextError) in
        try group(column, isCancelled, hash: { view.hash($0) }) { view.equal($0, $1) }
      }
    }
    return try result.get()
  }

  private static func pointers<T, R>(
    _ values: [T], _ body: (UnsafeBufferPointer<T>) throws(TextError) -> R
  ) throws(TextError) -> R {
    let result = values.withUnsafeBufferPointer { values in
      Result { () throws(TextError) in try body(values) }
    }
    return try result.get()
  }

  /// Pairs of ids to new ids.
  static func combined(
    _ a: Grouping, _ b: Grouping, _ isCancelled: CancellationCheck
  ) throws(TextError) -> Grouping {
    if a.count <= 1 { return a.ids.isEmpty ? a : b }
    if b.count <= 1 { return a }
    let pairs = zip(a.ids, b.ids).map { UInt64(UInt32(bitPattern: $0)) << 32 | UInt64($1) }
    return try pointers(pairs) { pairs throws(TextError) in
      try group(
        count: pairs.count, missing: nil, isCancelled,
        hash: { TextCells.View.mix(pairs[$0] ^ 0x9E37_79B9_7F4A_7C15) }
      ) { pairs[$0] == pairs[$1] }
    }
  }

  @inline(__always)
  private static func group(
    _ column: Column, _ isCancelled: CancellationCheck, hash: (Int) -> UInt64,
    equal: (Int, Int) -> Bool
  ) throws(TextError) -> Grouping {
    try group(
      count: column.count, missing: column.missing, isCancelled, hash: hash, equal: equal)
  }

  /// Open addressing with linear probing; a slot holds the upper half of the hash and the id + 1.
  @inline(__always)
  private static func group(
    count: Int, missing: Bitmap?, _ isCancelled: CancellationCheck, hash: (Int) -> UInt64,
    equal: (Int, Int) -> Bool
  ) throws(TextError) -> Grouping {
    var ids = [Int32](repeating: 0, count: count)
    var firstRows: [Int] = []
    var hashes: [UInt64] = []
    var missingID: Int32 = -1
    var slots = [UInt64](repeating: 0, count: 1 << 10)
    var mask = slots.count - 1
    var start = 0
    while start < count {
      if isCancelled() { throw .cancelled }
      let end = min(count, start + stride)
      for row in start..<end {
        if let missing, missing[row] {
          if missingID < 0 {
            missingID = Int32(firstRows.count)
            firstRows.append(row)
            hashes.append(0)
          }
          ids[row] = missingID
          continue
        }
        let hash = hash(row)
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
          let entry = slots[slot]
          if entry == 0 {
            let id = firstRows.count
            slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(id + 1)
            firstRows.append(row)
            hashes.append(hash)
            ids[row] = Int32(id)
            if firstRows.count * 2 > slots.count {
              slots = grown(hashes, missingID, capacity: slots.count * 4)
              mask = slots.count - 1
            }
            break
          }
          let id = Int(entry & 0xFFFF_FFFF) - 1
          if (entry ^ hash) >> 32 == 0 && equal(firstRows[id], row) {
            ids[row] = Int32(id)
            break
          }
          slot = (slot + 1) & mask
        }
      }
      start = end
    }
    return Grouping(ids: ids, firstRows: firstRows)
  }

  private static func grown(_ hashes: [UInt64], _ missingID: Int32, capacity: Int) -> [UInt64] {
    var slots = [UInt64](repeating: 0, count: capacity)
    for (id, hash) in hashes.enumerated() where id != Int(missingID) {
      var slot = Int(truncatingIfNeeded: hash) & (capacity - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
      slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(id + 1)
    }
    return slots
  }
}
