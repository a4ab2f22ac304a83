// A matrix with few entries per row, row by row.

/// Rows of (column, value).
public struct SparseRows: Sendable {
  public private(set) var starts: [Int] = [0]
  public private(set) var columns: [Int32] = []
  public private(set) var values: [Double] = []
  /// Columns of the matrix.
  public let width: Int

  public var count: Int { starts.count - 1 }

  public init(width: Int) { self.width = width }

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
    (starts[index]..<starts[index + 1]).map { (Int(columns[$0]), values[$0]) }
  }
}
