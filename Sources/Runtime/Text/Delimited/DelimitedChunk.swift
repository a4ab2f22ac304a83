// One part of a delimited file becoming columns. Cells are found block by block, and each block is
// turned into values column by column, with the kind that the cells so far allow. When a later
// cell forbids it, the column is marked and read again with the kind that fits all.

import CTextLibraries

/// What the cells of a column look like, united over all its cells.
struct CellLooks {
  private(set) var flags: UInt32 = 0

  init(_ flags: UInt32 = 0) { self.flags = flags }

  mutating func add(_ more: UInt32) { flags |= more }
  mutating func add(_ other: CellLooks) { flags |= other.flags }

  func has(_ flag: Int) -> Bool { flags & UInt32(flag) != 0 }

  /// The narrowest kind that holds all cells; nil when there is no value yet.
  var kind: ColumnKind? {
    if flags & ~UInt32(TL_LOOKS_EMPTY_TEXT) == 0 {
      return has(TL_LOOKS_EMPTY_TEXT) ? .text : nil
    }
    if has(TL_LOOKS_TEXT) { return .text }
    let others = TL_LOOKS_INTEGER | TL_LOOKS_NUMBER | TL_LOOKS_LARGE | TL_LOOKS_SPECIAL
    if has(TL_LOOKS_BOOLEAN) { return has(others) ? .text : .boolean }
    if has(TL_LOOKS_NUMBER) { return .number }
    // Digits above 64 bits are codes as long as no number of the column has a fraction.
    if has(TL_LOOKS_LARGE) || !has(TL_LOOKS_INTEGER) { return .text }
    return has(TL_LOOKS_SPECIAL) ? .number : .integer
  }

  /// No further cell can change the kind.
  var isSettled: Bool {
    has(TL_LOOKS_TEXT) || (kind == .text && has(TL_LOOKS_BOOLEAN))
  }
}

/// The values of one column of one chunk.
struct CellColumn {
  var looks = CellLooks()
  /// The kind of the values kept; nil as long as all cells are empty.
  var kind: ColumnKind?
  /// The values kept are not those of all rows: the column must be read again.
  var isStale = false
  var booleans: [Bool] = []
  var integers: [Int64] = []
  var numbers: [Double] = []
  var bytes: [UInt8] = []
  var offsets: [Int] = [0]
  var missing = BitmapBuilder()

  /// Drops the values and fixes the kind.
  mutating func restart(as kind: ColumnKind) {
    self = CellColumn()
    self.kind = kind
  }

  /// Makes room for all rows, judged by a first block that is `share` of them.
  mutating func reserve(share: Double) {
    let rows = Int(Double(missing.count) / share)
    switch kind {
    case .boolean: booleans.reserveCapacity(rows)
    case .integer: integers.reserveCapacity(rows)
    case .number: numbers.reserveCapacity(rows)
    case .text:
      offsets.reserveCapacity(rows + 1)
      bytes.reserveCapacity(Int(Double(bytes.count) / share))
    case .mixed, nil: break
    }
  }

  mutating func widenToNumber() {
    numbers = integers.map { Double($0) }
    integers = []
    kind = .number
  }

  func finished(as final: ColumnKind) -> Column {
    let bitmap = missing.bitmap
    switch (final, kind) {
    case (.boolean, .boolean): return Column(.boolean(booleans), missing: bitmap)
    case (.integer, .integer): return Column(.integer(integers.map { Int($0) }), missing: bitmap)
    case (.number, .number): return Column(.number(numbers), missing: bitmap)
    case (.number, .integer):
      return Column(.number(integers.map { Double($0) }), missing: bitmap)
    case (.text, .text):
      return Column(.text(TextCells(bytes: bytes, offsets: offsets)), missing: bitmap)
    default: return ColumnBuilder.allMissing(count: missing.count, kind: final)
    }
  }
}

/// A part of the file that begins and ends between rows, with the columns read from it.
final class DelimitedChunk {
  private let text: UnsafeRawBufferPointer
  private let start: Int
  private let limit: Int
  private let settings: Settings
  private(set) var columns: [CellColumn]
  /// Where the first row behind the chunk starts.
  private(set) var end = 0
  private(set) var rowCount = 0

  struct Settings {
    let columnCount: Int
    let delimiter: UInt8
    let decimal: UInt8
    let quotes: Bool
    let pads: Bool
  }

  /// A fault of the text at a byte offset of it.
  struct Fault: Error {
    let offset: Int
    let kind: Kind

    enum Kind {
      case ragged(found: Int)
      case openQuote, afterQuote, tooManyCells
      case wrongKind(column: Int, cell: String)
      case cancelled
    }
  }

  /// Rows that start in `start..<limit`.
  init(_ text: UnsafeRawBufferPointer, _ start: Int, _ limit: Int, _ settings: Settings) {
    self.text = text
    self.start = start
    self.limit = limit
    self.settings = settings
    columns = Array(repeating: CellColumn(), count: settings.columnCount)
  }

  func fixKind(_ column: Int, _ kind: ColumnKind) { columns[column].restart(as: kind) }

  /// Reads all columns. `fixed` columns keep their kind: another cell is a fault.
  func read(fixed: Set<Int>, _ isCancelled: CancellationCheck) throws(Fault) {
    rowCount = 0
    try scan(isCancelled) { bytes, cells, rows, position throws(Fault) in
      let isFirst = rowCount == 0
      for column in columns.indices {
        let first = cells + column
        if fixed.contains(column) {
          try appendFixed(column, bytes, first, rows)
        } else {
          append(column, bytes, first, rows)
        }
      }
      rowCount += rows
      if isFirst {
        // A little more than the share of the bytes says.
        let share = Double(position - start) / Double(limit - start) * 0.97
        for column in columns.indices { columns[column].reserve(share: share) }
      }
    }
  }

  /// Reads the columns of `kinds` again, with these kinds.
  func readAgain(_ kinds: [Int: ColumnKind], _ isCancelled: CancellationCheck) throws(Fault) {
    for (column, kind) in kinds { columns[column].restart(as: kind) }
    try scan(isCancelled) { bytes, cells, rows, _ throws(Fault) in
      for column in kinds.keys { try appendFixed(column, bytes, cells + column, rows) }
    }
  }

  /// Calls `block` with the text, the cells of some rows, the number of these rows, and where the
  /// next row begins.
  private func scan(
    _ isCancelled: CancellationCheck,
    _ block: (UnsafePointer<UInt8>, UnsafePointer<tl_cell>, Int, Int) throws(Fault) -> Void
  ) throws(Fault) {
    guard let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    var scanner = tl_cells_scanner()
    scanner.bytes = bytes
    scanner.length = text.count
    scanner.limit = limit
    scanner.position = start
    scanner.columns = settings.columnCount
    scanner.delimiter = settings.delimiter
    scanner.quotes = settings.quotes
    scanner.pads = settings.pads
    let capacity = max(min(1 << 15, limit - start + 1), settings.columnCount)
    let cells = UnsafeMutablePointer<tl_cell>.allocate(capacity: capacity)
    defer { cells.deallocate() }
    while scanner.position < min(limit, text.count) {
      if isCancelled() { throw Fault(offset: scanner.position, kind: .cancelled) }
      var rows = 0
      var filled = 0
      let status = tl_cells_scan(&scanner, cells, capacity, &rows, &filled)
      switch status {
      case TL_CELLS_OK: break
      case TL_CELLS_RAGGED:
        throw Fault(offset: scanner.fault, kind: .ragged(found: scanner.found))
      case TL_CELLS_OPEN_QUOTE: throw Fault(offset: scanner.fault, kind: .openQuote)
      case TL_CELLS_AFTER_QUOTE: throw Fault(offset: scanner.fault, kind: .afterQuote)
      default: throw Fault(offset: scanner.fault, kind: .tooManyCells)
      }
      if rows > 0 { try block(bytes, cells, rows, scanner.position) }
    }
    end = scanner.position
  }

  private func append(
    _ column: Int, _ bytes: UnsafePointer<UInt8>, _ cells: UnsafePointer<tl_cell>, _ rows: Int
  ) {
    func classify() -> UInt32 {
      tl_cells_classify(bytes, cells, settings.columnCount, rows, settings.decimal)
    }
    if columns[column].isStale {
      if !columns[column].looks.isSettled { columns[column].looks.add(classify()) }
      return
    }
    if columns[column].kind == nil {
      columns[column].looks.add(classify())
      columns[column].kind = columns[column].looks.kind
      guard let kind = columns[column].kind else {
        columns[column].missing.append(true, count: rows)
        return
      }
      fill(column, kind, columns[column].missing.count)
    } else if columns[column].kind == .text && !columns[column].looks.isSettled {
      columns[column].looks.add(classify())
    }
    guard let kind = columns[column].kind else { return }
    if appendValues(column, kind, bytes, cells, rows) == rows { return }
    columns[column].looks.add(classify())
    if kind == .integer && columns[column].looks.kind == .number {
      columns[column].widenToNumber()
      if appendValues(column, .number, bytes, cells, rows) == rows { return }
    }
    columns[column].isStale = true
  }

  private func appendFixed(
    _ column: Int, _ bytes: UnsafePointer<UInt8>, _ cells: UnsafePointer<tl_cell>, _ rows: Int
  ) throws(Fault) {
    guard let kind = columns[column].kind else { return }
    let row = appendValues(column, kind, bytes, cells, rows)
    if row == rows { return }
    let cell = cells[row * settings.columnCount]
    let end = Int(cell.end & ~(3 << 62))
    throw Fault(
      offset: Int(cell.start),
      kind: .wrongKind(
        column: column, cell: String(decoding: text[Int(cell.start)..<end], as: UTF8.self)))
  }

  /// Puts `count` empty cells before the first value.
  private func fill(_ column: Int, _ kind: ColumnKind, _ count: Int) {
    switch kind {
    case .boolean: columns[column].booleans = Array(repeating: false, count: count)
    case .integer: columns[column].integers = Array(repeating: 0, count: count)
    case .number: columns[column].numbers = Array(repeating: 0, count: count)
    default: columns[column].offsets = Array(repeating: 0, count: count + 1)
    }
  }

  /// Appends a block; the first row that is of another kind, or `rows` when none is. Nothing is
  /// appended in the former case.
  private func appendValues(
    _ column: Int, _ kind: ColumnKind, _ bytes: UnsafePointer<UInt8>,
    _ cells: UnsafePointer<tl_cell>, _ rows: Int
  ) -> Int {
    let stride = settings.columnCount
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rows) { missing in
      let good: Int
      switch kind {
      case .boolean:
        good = withUnsafeTemporaryAllocation(of: Bool.self, capacity: rows) { values in
          let good = tl_cells_booleans(
            bytes, cells, stride, rows, values.baseAddress, missing.baseAddress)
          if good == rows { columns[column].booleans.append(contentsOf: values) }
          return good
        }
      case .integer:
        good = withUnsafeTemporaryAllocation(of: Int64.self, capacity: rows) { values in
          let good = tl_cells_integers(
            bytes, cells, stride, rows, values.baseAddress, missing.baseAddress)
          if good == rows { columns[column].integers.append(contentsOf: values) }
          return good
        }
      case .number:
        good = withUnsafeTemporaryAllocation(of: Double.self, capacity: rows) { values in
          let good = tl_cells_numbers(
            bytes, cells, stride, rows, settings.decimal, values.baseAddress, missing.baseAddress)
          if good == rows { columns[column].numbers.append(contentsOf: values) }
          return good
        }
      case .text, .mixed:
        let base = columns[column].bytes.count
        let most = tl_cells_text_size(cells, stride, rows)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: most) { text in
          withUnsafeTemporaryAllocation(of: Int64.self, capacity: rows) { ends in
            let size = tl_cells_text(
              bytes, cells, stride, rows, base, text.baseAddress, ends.baseAddress,
              missing.baseAddress)
            columns[column].bytes.append(
              contentsOf: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(text)[..<size]))
            columns[column].offsets.append(
              contentsOf: UnsafeRawBufferPointer(ends).bindMemory(to: Int.self))
          }
        }
        good = rows
      }
      if good == rows { columns[column].missing.append(flags: UnsafeBufferPointer(missing)) }
      return good
    }
  }
}
