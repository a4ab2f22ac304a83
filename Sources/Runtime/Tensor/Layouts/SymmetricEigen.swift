// The largest eigenvalues of a symmetric matrix and their vectors, by LAPACK; and the products of
// rows they are asked of.

import CKernels
import COpenBLAS

/// Eigenvalues, the largest first, with unit vectors.
public struct SymmetricEigen: Sendable {
  public let values: [Double]
  /// [values, n]
  public let vectors: [Double]

  /// The `count` largest of a symmetric matrix [n, n]; nil where LAPACK finds none (NaN).
  public init?(_ matrix: [Double], n: Int, largest count: Int) {
    guard n > 0, count > 0, count <= n, matrix.count == n * n, n < 1 << 15 else { return nil }
    openblas_set_num_threads(1)
    var a = matrix
    var (order, low, high) = (Int32(n), Int32(n - count + 1), Int32(n))
    var (bound, tolerance, found, info): (Double, Double, Int32, Int32) = (0, 0, 0, 0)
    var values = [Double](repeating: 0, count: n)
    var vectors = [Double](repeating: 0, count: n * count)
    var support = [Int32](repeating: 0, count: 2 * count)
    var (workSize, integerSize) = (Int32(26 * n), Int32(10 * n))
    var work = [Double](repeating: 0, count: Int(workSize))
    var integers = [Int32](repeating: 0, count: Int(integerSize))
    dsyevr_(
      "V", "I", "U", &order, &a, &order, &bound, &bound, &low, &high, &tolerance, &found, &values,
      &vectors, &order, &support, &work, &workSize, &integers, &integerSize, &info)
    guard info == 0, Int(found) == count else { return nil }
    self.values = values.prefix(count).reversed()
    self.vectors = (0..<count).reversed().flatMap { Array(vectors[$0 * n..<($0 + 1) * n]) }
  }
}

/// Rows of float64 numbers read block by block, so that no copy of all is made.
public struct RowSource: Sendable {
  public let rows: Int
  public let columns: Int
  private let read: @Sendable (_ range: Range<Int>, _ to: UnsafeMutablePointer<Double>) -> Void

  public init(_ tensor: Tensor) {
    (rows, columns) = (tensor.rows, tensor.columns)
    read = { range, to in
      let start = tensor.pointer + range.lowerBound * tensor.columns
      for place in 0..<range.count * tensor.columns { to[place] = Double(start[place]) }
    }
  }

  /// - Parameter values: [rows, columns]
  public init(_ values: [Double], columns: Int) {
    self.columns = columns
    rows = columns == 0 ? 0 : values.count / columns
    read = { range, to in
      for place in 0..<range.count * columns {
        to[place] = values[range.lowerBound * columns + place]
      }
    }
  }

  private static let block = 256

  /// Calls the body with blocks of rows less the given means, in their order.
  public func forEachBlock(
    less means: [Double], _ body: (_ first: Int, _ count: Int, UnsafeMutablePointer<Double>) -> Void
  ) {
    let buffer = UnsafeMutablePointer<Double>.allocate(capacity: max(1, Self.block * columns))
    defer { buffer.deallocate() }
    for first in stride(from: 0, to: rows, by: Self.block) {
      let count = min(Self.block, rows - first)
      read(first..<first + count, buffer)
      for row in 0..<count {
        let start = buffer + row * columns
        for column in 0..<columns { start[column] -= means[column] }
      }
      body(first, count, buffer)
    }
  }

  public var means: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    forEachBlock(less: sums) { _, count, block in
      for row in 0..<count {
        for column in 0..<columns { sums[column] += block[row * columns + column] }
      }
    }
    return sums.map { $0 / Double(max(1, rows)) }
  }

  /// X Xᵀ [rows, rows] of the rows less the means, for few rows.
  public func rowProducts(less means: [Double]) -> [Double] {
    var centred = [Double](repeating: 0, count: rows * columns)
    forEachBlock(less: means) { first, count, block in
      for place in 0..<count * columns { centred[first * columns + place] = block[place] }
    }
    var result = [Double](repeating: 0, count: rows * rows)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(rows), Int32(columns), 1,
      centred, Int32(columns), centred, Int32(columns), 0, &result, Int32(rows))
    return result
  }

  /// Xᵀ X [columns, columns] of the rows less the means; the same at any number of threads.
  public func columnProducts(less means: [Double], pool: ThreadPool) -> [Double] {
    var result = [Double](repeating: 0, count: columns * columns)
    let stripe = 64
    result.withUnsafeMutableBufferPointer { result in
      nonisolated(unsafe) let result = result
      forEachBlock(less: means) { _, count, block in
        nonisolated(unsafe) let block = block
        pool.forEachBlock(of: columns, size: stripe) { _, range, _ in
          guard let sums = result.baseAddress else { return }
          cblas_dgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(range.count), Int32(columns),
            Int32(count), 1, block + range.lowerBound, Int32(columns), block, Int32(columns), 1,
            sums + range.lowerBound * columns, Int32(columns))
        }
      }
    }
    return result
  }

  /// X Vᵀ [rows, vectors] of the rows less the means; vectors are [vectors, columns].
  public func coordinates(less means: [Double], along vectors: [Double]) -> [Double] {
    let count = columns == 0 ? 0 : vectors.count / columns
    var result = [Double](repeating: 0, count: rows * count)
    guard count > 0 else { return result }
    result.withUnsafeMutableBufferPointer { result in
      forEachBlock(less: means) { first, rows, block in
        guard let start = result.baseAddress else { return }
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(count), Int32(columns), 1,
          block, Int32(columns), vectors, Int32(columns), 0, start + first * count, Int32(count))
      }
    }
    return result
  }
}
