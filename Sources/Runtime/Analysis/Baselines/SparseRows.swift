// A matrix with few entries per row, row by row.

/// Rows of (column, value).
public struct SparseRows: Sendable {
  public private(set) var starts: [Int] = [0]
  public private(set) var columns: [Int32] = []
  /// The entries; empty when all of them are 1.
  public private(set) var values: [Double] = []
  /// Columns of the matrix.
  public let width: Int

  public var count: Int { starts.count - 1 }

  /// Whether all entries are 1 and so have no values.
  let isBinary: Bool

  public init(width: Int) { self.init(width: width, isBinary: false) }

  init(width: Int, isBinary: Bool) {
    self.width = width
    self.isBinary = isBinary
  }

  /// Appends a row of ones; columns outside the width are left out.
  mutating func append(ones: some Sequence<Int32>) {
    for column in ones where column >= 0 && Int(column) < width { columns.append(column) }
    starts.append(columns.count)
  }

  /// The rows of some matrices of equal height, side by side.
  static func joined(_ parts: [SparseRows]) -> SparseRows {
    guard let first = parts.first, parts.count > 1 else {
      return parts.first ?? SparseRows(width: 0)
    }
    var result = SparseRows(width: parts.reduce(0) { $0 + $1.width })
    let count = parts.reduce(0) { $0 + $1.columns.count }
    result.columns.reserveCapacity(count)
    result.values.reserveCapacity(count)
    for row in 0..<first.count {
      var offset: Int32 = 0
      for part in parts {
        for entry in part.starts[row]..<part.starts[row + 1] {
          result.columns.append(part.columns[entry] + offset)
          result.values.append(part.values[entry])
        }
        offset += Int32(part.width)
      }
      result.starts.append(result.columns.count)
    }
    return result
  }

  /// Appends a row; entries outside the width are left out.
  public mutating func append(_ entries: some Sequence<(column: Int, value: Double)>) {
    for (column, value) in entries where column >= 0 && column < width {
      columns.append(Int32(column))
      values.append(value)
    }
    starts.append(columns.count)
  }

  /// A row with an entry in each column.
  public mutating func append(dense row: [Double]) {
    append(row.enumerated().map { (column: $0.offset, value: $0.element) })
  }

  /// The entries of a row.
  public func row(_ index: Int) -> [(column: Int, value: Double)] {
    (starts[index]..<starts[index + 1]).map { (Int(columns[$0]), isBinary ? 1 : values[$0]) }
  }
}
