// A column of a table: values of one kind with a bitmap of the missing ones. Immutable and shared:
// a table that drops, renames, or adds columns copies references only.

/// What the cells of a column are.
public enum ColumnKind: String, Sendable, CaseIterable {
  case boolean, integer, number, text
  /// Lists, records, or values of several kinds.
  case mixed
}

/// An immutable column.
public final class Column: Sendable {
  /// The values; an entry at a missing row is arbitrary.
  public enum Storage: Sendable {
    case boolean([Bool])
    case integer([Int])
    case number([Double])
    case text(TextCells)
    case mixed([DataValue])
  }

  public let storage: Storage
  /// The rows without a value; nil when every row has one.
  public let missing: Bitmap?
  public let count: Int

  /// `missing` has as many bits as there are values.
  public init(_ storage: Storage, missing: Bitmap? = nil) {
    let count: Int
    switch storage {
    case .boolean(let values): count = values.count
    case .integer(let values): count = values.count
    case .number(let values): count = values.count
    case .text(let cells): count = cells.count
    case .mixed(let values): count = values.count
    }
    self.storage = storage
    self.count = count
    self.missing = missing.flatMap { $0.count == count && $0.population > 0 ? $0 : nil }
  }

  public convenience init(booleans: [Bool]) { self.init(.boolean(booleans)) }
  public convenience init(integers: [Int]) { self.init(.integer(integers)) }
  public convenience init(numbers: [Double]) { self.init(.number(numbers)) }
  public convenience init(texts: some Sequence<String>) { self.init(.text(TextCells(texts))) }

  /// Chooses the narrowest kind that holds all values; integers among numbers become numbers.
  public static func of(_ values: some Sequence<DataValue>) -> Column {
    let builder = ColumnBuilder()
    for value in values { builder.append(value) }
    return builder.finished()
  }

  public var kind: ColumnKind {
    switch storage {
    case .boolean: return .boolean
    case .integer: return .integer
    case .number: return .number
    case .text: return .text
    case .mixed: return .mixed
    }
  }

  public var isNumeric: Bool { kind == .integer || kind == .number }

  public var missingCount: Int { missing?.population ?? 0 }

  public func isMissing(_ row: Int) -> Bool { missing.map { $0[row] } ?? false }

  /// The value at `row`, which must be within the column.
  public func value(at row: Int) -> DataValue {
    if let missing, missing[row] { return .none }
    switch storage {
    case .boolean(let values): return .bool(values[row])
    case .integer(let values): return .int(values[row])
    case .number(let values): return .number(values[row])
    case .text(let cells): return .text(cells[row])
    case .mixed(let values): return values[row]
    }
  }

  /// All values in order.
  public var values: [DataValue] { (0..<count).map { value(at: $0) } }

  public var booleans: [Bool]? {
    if case .boolean(let values) = storage { return values }
    return nil
  }

  public var integers: [Int]? {
    if case .integer(let values) = storage { return values }
    return nil
  }

  /// The values of a number or integer column as numbers.
  public var numbers: [Double]? {
    switch storage {
    case .number(let values): return values
    case .integer(let values): return values.map { Double($0) }
    default: return nil
    }
  }

  public var texts: TextCells? {
    if case .text(let cells) = storage { return cells }
    return nil
  }

  /// The cells at `rows`; a negative row gives a missing value. Rows must be within the column.
  public func taking(_ rows: [Int]) -> Column {
    var absent: Bitmap?
    if missing != nil || rows.contains(where: { $0 < 0 }) {
      var bits = Bitmap(count: rows.count)
      for (index, row) in rows.enumerated() where row < 0 || isMissing(row) { bits.set(index) }
      absent = bits
    }
    let taken: Storage
    switch storage {
    case .boolean(let values): taken = .boolean(Self.gather(values, rows, false))
    case .integer(let values): taken = .integer(Self.gather(values, rows, 0))
    case .number(let values): taken = .number(Self.gather(values, rows, 0))
    case .mixed(let values): taken = .mixed(rows.map { $0 < 0 ? .none : values[$0] })
    case .text(let cells): taken = .text(cells.taking(rows))
    }
    return Column(taken, missing: absent)
  }

  private static func gather<T>(_ values: [T], _ rows: [Int], _ filler: T) -> [T] {
    values.withUnsafeBufferPointer { values in
      [T](unsafeUninitializedCapacity: rows.count) { result, count in
        for (index, row) in rows.enumerated() {
          (result.baseAddress.unsafelyUnwrapped + index)
            .initialize(to: row < 0 ? filler : values[row])
        }
        count = rows.count
      }
    }
  }

  /// The cells of `rows`, a range within the column.
  public func slice(_ rows: Range<Int>) -> Column {
    if rows == 0..<count { return self }
    var absent: Bitmap?
    if let missing {
      var bits = Bitmap(count: rows.count)
      for row in rows where missing[row] { bits.set(row - rows.lowerBound) }
      absent = bits
    }
    switch storage {
    case .boolean(let values): return Column(.boolean(Array(values[rows])), missing: absent)
    case .integer(let values): return Column(.integer(Array(values[rows])), missing: absent)
    case .number(let values): return Column(.number(Array(values[rows])), missing: absent)
    case .mixed(let values): return Column(.mixed(Array(values[rows])), missing: absent)
    case .text(let cells):
      let start = cells.offsets[rows.lowerBound]
      let end = cells.offsets[rows.upperBound]
      return Column(
        .text(
          TextCells(
            bytes: Array(cells.bytes[start..<end]),
            offsets: cells.offsets[rows.lowerBound...rows.upperBound].map { $0 - start })),
        missing: absent)
    }
  }

  /// One column after the other; unlike kinds become number (integer with number) or mixed.
  public static func concatenated(_ columns: [Column]) -> Column {
    guard let first = columns.first else { return Column(.mixed([])) }
    if columns.count == 1 { return first }
    // A column without any value takes the kind of the others.
    let kinds = Set(columns.filter { $0.missingCount < $0.count }.map(\.kind))
    var absent: Bitmap?
    if columns.contains(where: { $0.missing != nil }) {
      var bits = Bitmap(count: columns.reduce(0) { $0 + $1.count })
      var start = 0
      for column in columns {
        if let missing = column.missing {
          for row in 0..<column.count where missing[row] { bits.set(start + row) }
        }
        start += column.count
      }
      absent = bits
    }
    if kinds.isEmpty {
      return ColumnBuilder.allMissing(count: columns.reduce(0) { $0 + $1.count }, kind: first.kind)
    }
    if kinds == [.boolean] {
      return Column(
        .boolean(columns.flatMap { $0.booleans ?? .init(repeating: false, count: $0.count) }),
        missing: absent)
    }
    if kinds == [.integer] {
      return Column(
        .integer(columns.flatMap { $0.integers ?? .init(repeating: 0, count: $0.count) }),
        missing: absent)
    }
    if kinds.isSubset(of: [.integer, .number]) {
      return Column(
        .number(columns.flatMap { $0.numbers ?? .init(repeating: 0, count: $0.count) }),
        missing: absent)
    }
    if kinds == [.text] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(columns.reduce(0) { $0 + ($1.texts?.bytes.count ?? 0) })
      var offsets = [0]
      offsets.reserveCapacity(columns.reduce(1) { $0 + $1.count })
      for column in columns {
        if let cells = column.texts {
          let start = bytes.count
          bytes.append(contentsOf: cells.bytes)
          for offset in cells.offsets.dropFirst() { offsets.append(start + offset) }
        } else {
          offsets.append(contentsOf: repeatElement(bytes.count, count: column.count))
        }
      }
      return Column(.text(TextCells(bytes: bytes, offsets: offsets)), missing: absent)
    }
    return Column(.mixed(columns.flatMap(\.values)), missing: absent)
  }
}

extension Column: Equatable {
  /// Equal kinds, equal missing rows, equal values.
  public static func == (a: Column, b: Column) -> Bool {
    if a === b { return true }
    guard a.kind == b.kind, a.count == b.count, a.missing == b.missing else { return false }
    return (0..<a.count).allSatisfy { a.value(at: $0) == b.value(at: $0) }
  }
}

extension TextCells {
  /// The cells at `rows`; a negative row gives an empty cell.
  func taking(_ rows: [Int]) -> TextCells {
    var taken: [Int] = [0]
    taken.reserveCapacity(rows.count + 1)
    var total = 0
    for row in rows {
      if row >= 0 { total += offsets[row + 1] - offsets[row] }
      taken.append(total)
    }
    let bytes = withView { view in
      [UInt8](unsafeUninitializedCapacity: total) { result, count in
        var position = 0
        for row in rows where row >= 0 {
          let length = view.length(row)
          if length > 0 {
            (result.baseAddress.unsafelyUnwrapped + position)
              .initialize(from: view.base + view.offsets[row], count: length)
          }
          position += length
        }
        count = total
      }
    }
    return TextCells(bytes: bytes, offsets: taken)
  }
}
