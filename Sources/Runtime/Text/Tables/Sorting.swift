// Sorting rows by several columns: stable, ascending or descending per column, missing values last
// in either direction, text by code points. Every value becomes 64-bit keys whose unsigned order
// is the wanted one (a text gives 7 bytes at a time); runs of equal keys are refined by the next
// 7 bytes or the next column. Large runs are sorted by radix, small ones by comparison.

/// A column to sort by.
public struct SortKey: Sendable {
  public let column: String
  public let descending: Bool

  public init(_ column: String, descending: Bool = false) {
    self.column = column
    self.descending = descending
  }
}

extension Table {
  /// The rows in the order of `keys`; rows that are equal in all keys keep their order.
  public func sorted(
    by keys: [SortKey], isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    taking(unchecked: try sortedRows(by: keys, isCancelled: isCancelled))
  }

  /// The row numbers in the order of `keys`.
  public func sortedRows(
    by keys: [SortKey], isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> [Int] {
    guard rowCount <= Int(UInt32.max) else {
      throw .invalid("a table of \(rowCount) rows cannot be sorted; the limit is 4,294,967,295")
    }
    var columns: [RowSorter.Key] = []
    for key in keys {
      columns.append(RowSorter.Key(try column(key.column), descending: key.descending))
    }
    if rowCount < 2 || columns.isEmpty { return Array(0..<rowCount) }
    var sorter = RowSorter(rowCount: rowCount, keys: columns)
    defer { sorter.free() }
    return try sorter.sorted(isCancelled)
  }
}

/// The state of one sort.
struct RowSorter {
  struct Key {
    let column: Column
    let descending: Bool
    /// Ranks of the values of a mixed column.
    let ranks: [UInt64]

    init(_ column: Column, descending: Bool) {
      self.column = column
      self.descending = descending
      guard case .mixed(let values) = column.storage else {
        ranks = []
        return
      }
      let order = values.indices.sorted {
        let difference = DataValue.compare(values[$0], values[$1])
        return difference == 0 ? $0 < $1 : difference < 0
      }
      var ranks = [UInt64](repeating: 0, count: values.count)
      var rank: UInt64 = 0
      for (position, row) in order.enumerated() {
        if position > 0 && DataValue.compare(values[order[position - 1]], values[row]) != 0 {
          rank += 1
        }
        ranks[row] = rank
      }
      self.ranks = ranks
    }
  }

  private struct Element {
    var key: UInt64
    var row: UInt32
  }

  /// Rows `start..<end` agree in all columns before `column`, and in that column's text before
  /// `chunk`.
  private struct Run {
    let start: Int
    let end: Int
    let column: Int
    let chunk: Int
  }

  private let keys: [Key]
  private let elements: UnsafeMutableBufferPointer<Element>
  private let scratch: UnsafeMutableBufferPointer<Element>
  private var runs: [Run] = []

  init(rowCount: Int, keys: [Key]) {
    self.keys = keys
    elements = .allocate(capacity: rowCount)
    scratch = .allocate(capacity: rowCount)
    for row in 0..<rowCount { elements[row] = Element(key: 0, row: UInt32(row)) }
    scratch.initialize(repeating: Element(key: 0, row: 0))
  }

  func free() {
    elements.deallocate()
    scratch.deallocate()
  }

  mutating func sorted(_ isCancelled: CancellationCheck) throws(TextError) -> [Int] {
    runs = [Run(start: 0, end: elements.count, column: 0, chunk: 0)]
    var work = 0
    while let run = runs.popLast() {
      work += run.end - run.start
      if work > 1 << 18 {
        work = 0
        if isCancelled() { throw .cancelled }
      }
      refine(run)
    }
    return elements.map { Int($0.row) }
  }

  private mutating func refine(_ run: Run) {
    let key = keys[run.column]
    var end = run.end
    if run.chunk == 0, let missing = key.column.missing {
      end = moveMissingLast(run, missing)
      push(end, run.end, run.column + 1, 0)
    }
    let start = run.start
    guard end - start > 1 else { return }
    fillKeys(key, start, end, run.chunk)
    let flip: UInt64 = key.descending ? .max : 0
    var isSorted = true
    var isConstant = true
    for index in start + 1..<end where elements[index].key != elements[index - 1].key {
      isConstant = false
      if elements[index].key < elements[index - 1].key {
        isSorted = false
        break
      }
    }
    if !isSorted {
      sort(start, end)
    }
    let isText = key.column.kind == .text
    if isConstant && isSorted {
      let more = isText && (elements[start].key ^ flip) & 0xFF > 7
      push(start, end, run.column + (more ? 0 : 1), more ? run.chunk + 1 : 0)
      return
    }
    if !isText && run.column + 1 == keys.count { return }
    var runStart = start
    for index in start + 1...end where index == end || elements[index].key != elements[runStart].key
    {
      let more = isText && (elements[runStart].key ^ flip) & 0xFF > 7
      push(runStart, index, run.column + (more ? 0 : 1), more ? run.chunk + 1 : 0)
      runStart = index
    }
  }

  @inline(__always)
  private mutating func push(_ start: Int, _ end: Int, _ column: Int, _ chunk: Int) {
    if end - start > 1 && column < keys.count {
      runs.append(Run(start: start, end: end, column: column, chunk: chunk))
    }
  }

  /// Returns where the missing values begin.
  private func moveMissingLast(_ run: Run, _ missing: Bitmap) -> Int {
    var kept = run.start
    var moved = 0
    for index in run.start..<run.end {
      let element = elements[index]
      if missing[Int(element.row)] {
        scratch[moved] = element
        moved += 1
      } else {
        elements[kept] = element
        kept += 1
      }
    }
    for index in 0..<moved { elements[kept + index] = scratch[index] }
    return kept
  }

  private func fillKeys(_ key: Key, _ start: Int, _ end: Int, _ chunk: Int) {
    let flip: UInt64 = key.descending ? .max : 0
    switch key.column.storage {
    case .boolean(let values):
      for index in start..<end {
        elements[index].key = (values[Int(elements[index].row)] ? 1 : 0) ^ flip
      }
    case .integer(let values):
      values.withUnsafeBufferPointer { values in
        for index in start..<end {
          elements[index].key = SortableBits.of(values[Int(elements[index].row)]) ^ flip
        }
      }
    case .number(let values):
      values.withUnsafeBufferPointer { values in
        for index in start..<end {
          elements[index].key = SortableBits.of(values[Int(elements[index].row)]) ^ flip
        }
      }
    case .text(let cells):
      cells.withView { view in
        for index in start..<end {
          elements[index].key = view.sortKey(Int(elements[index].row), chunk: chunk) ^ flip
        }
      }
    case .mixed:
      for index in start..<end {
        elements[index].key = key.ranks[Int(elements[index].row)] ^ flip
      }
    }
  }

  private func sort(_ start: Int, _ end: Int) {
    let count = end - start
    if count > 2048 {
      radixSort(start, end)
    } else if count > 24 {
      // Rows of a run ascend, so the row number makes the order stable.
      var part = UnsafeMutableBufferPointer(rebasing: elements[start..<end])
      part.sort { $0.key < $1.key || ($0.key == $1.key && $0.row < $1.row) }
    } else {
      for index in start + 1..<end {
        let element = elements[index]
        var place = index
        while place > start && elements[place - 1].key > element.key {
          elements[place] = elements[place - 1]
          place -= 1
        }
        elements[place] = element
      }
    }
  }

  /// Least significant byte first; bytes in which all keys agree are skipped.
  private func radixSort(_ start: Int, _ end: Int) {
    let count = end - start
    var histogram = [Int](repeating: 0, count: 8 * 256)
    histogram.withUnsafeMutableBufferPointer { histogram in
      for index in start..<end {
        let key = elements[index].key
        for digit in 0..<8 {
          histogram[digit << 8 | Int(key >> UInt64(8 * digit) & 0xFF)] += 1
        }
      }
      var source = UnsafeMutableBufferPointer(rebasing: elements[start..<end])
      var target = UnsafeMutableBufferPointer(rebasing: scratch[0..<count])
      for digit in 0..<8 {
        let shift = UInt64(8 * digit)
        if histogram[digit << 8 | Int(source[0].key >> shift & 0xFF)] == count { continue }
        var position = 0
        for value in digit << 8..<(digit + 1) << 8 {
          let size = histogram[value]
          histogram[value] = position
          position += size
        }
        for index in 0..<count {
          let element = source[index]
          let value = digit << 8 | Int(element.key >> shift & 0xFF)
          target[histogram[value]] = element
          histogram[value] += 1
        }
        swap(&source, &target)
      }
      if source.baseAddress != elements.baseAddress.map({ $0 + start }) {
        for index in 0..<count { elements[start + index] = source[index] }
      }
    }
  }
}
