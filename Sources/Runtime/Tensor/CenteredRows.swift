// CenteredRows: representations of the same examples less their means, and the products that say how
// alike two of them are. In float32 products with double sums.

import COpenBLAS

/// Rows [N, C] less the mean of each column.
public struct CenteredRows: Sendable {
  public let values: Tensor

  public init(_ rows: Tensor) {
    let (count, columns) = (rows.rows, rows.columns)
    var means = [Double](repeating: 0, count: columns)
    for row in 0..<count {
      let x = rows.pointer + row * columns
      for column in 0..<columns { means[column] += Double(x[column]) }
    }
    for column in 0..<columns { means[column] /= Double(max(1, count)) }
    let values = Tensor(zeros: [count, columns])
    for row in 0..<count {
      for column in 0..<columns {
        let place = row * columns + column
        values.pointer[place] = Float(Double(rows.pointer[place]) - means[column])
      }
    }
    self.values = values
  }

  /// The products of all pairs of rows: [N, N].
  public var rowProducts: Tensor {
    let (count, columns) = (values.rows, values.columns)
    let result = Tensor(zeros: [count, count])
    openblas_set_num_threads(1)
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(count), Int32(columns), 1,
      values.pointer, Int32(columns), values.pointer, Int32(columns), 0, result.pointer,
      Int32(count))
    return result
  }

  /// The products of the columns of two sets of as many rows: [C, C of the other].
  public func columnProducts(_ other: CenteredRows) -> Tensor {
    let (a, b) = (values, other.values)
    precondition(a.rows == b.rows, "the same examples")
    let result = Tensor(zeros: [a.columns, b.columns])
    openblas_set_num_threads(1)
    cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(a.columns), Int32(b.columns), Int32(a.rows), 1,
      a.pointer, Int32(a.columns), b.pointer, Int32(b.columns), 0, result.pointer,
      Int32(b.columns))
    return result
  }
}

extension Tensor {
  /// The sum of the products of numbers at the same places, in double precision.
  public func dot(_ other: Tensor) -> Double {
    precondition(count == other.count, "as many numbers")
    let (a, b) = (pointer, other.pointer)
    var sums: (Double, Double, Double, Double) = (0, 0, 0, 0)
    var index = 0
    let count = count
    while index + 4 <= count {
      sums.0 += Double(a[index]) * Double(b[index])
      sums.1 += Double(a[index + 1]) * Double(b[index + 1])
      sums.2 += Double(a[index + 2]) * Double(b[index + 2])
      sums.3 += Double(a[index + 3]) * Double(b[index + 3])
      index += 4
    }
    while index < count {
      sums.0 += Double(a[index]) * Double(b[index])
      index += 1
    }
    return sums.0 + sums.1 + sums.2 + sums.3
  }
}
