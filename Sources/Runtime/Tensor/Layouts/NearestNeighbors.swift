// The exact nearest neighbours of points, by matrix products over blocks: |p - q|^2 - |q|^2 is
// |p|^2 - 2 p q. The best few more than asked for are measured again by their differences, so that
// order and distances do not suffer from cancellation.

import CKernels
import COpenBLAS

/// For each query its nearest points, the nearest first.
public struct NeighborLists: Sendable {
  /// Points per query.
  public let k: Int
  /// [queries, k]
  public let indices: [Int32]
  /// Euclidean, [queries, k].
  public let distances: [Float]

  public var count: Int { k == 0 ? 0 : indices.count / k }

  public init(k: Int, indices: [Int32], distances: [Float]) {
    self.k = k
    self.indices = indices
    self.distances = distances
  }

  /// The first few of each list.
  public func first(_ fewer: Int) -> NeighborLists {
    guard fewer < k else { return self }
    var indices: [Int32] = []
    var distances: [Float] = []
    indices.reserveCapacity(count * fewer)
    distances.reserveCapacity(count * fewer)
    for row in 0..<count {
      indices += self.indices[row * k..<row * k + fewer]
      distances += self.distances[row * k..<row * k + fewer]
    }
    return NeighborLists(k: fewer, indices: indices, distances: distances)
  }
}

/// Points made ready for questions of nearness: centred, with their squared norms.
public final class NeighborSearch: Sendable {
  /// Centred, [points, columns].
  private let points: Tensor
  private let norms: Tensor
  private let means: [Float]
  private let pool: ThreadPool

  private static let queryBlock = 256
  private static let pointBlock = 1024

  /// - Parameter points: [points, columns], finite
  public init(_ points: Tensor, pool: ThreadPool) {
    self.pool = pool
    let (rows, columns) = (points.rows, points.columns)
    var sums = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      let start = points.pointer + row * columns
      for column in 0..<columns { sums[column] += Double(start[column]) }
    }
    means = sums.map { Float($0 / Double(max(1, rows))) }
    self.points = Self.centred(points, means, pool)
    norms = Self.norms(self.points, pool)
  }

  private static func centred(_ tensor: Tensor, _ means: [Float], _ pool: ThreadPool) -> Tensor {
    let result = Tensor(zeros: [tensor.rows, tensor.columns])
    let columns = tensor.columns
    pool.forEachBlock(of: tensor.rows, size: 512) { _, range, _ in
      for row in range {
        let (from, to) = (tensor.pointer + row * columns, result.pointer + row * columns)
        for column in 0..<columns { to[column] = from[column] - means[column] }
      }
    }
    return result
  }

  private static func norms(_ tensor: Tensor, _ pool: ThreadPool) -> Tensor {
    let result = Tensor(zeros: [tensor.rows])
    let columns = tensor.columns
    pool.forEachBlock(of: tensor.rows, size: 512) { _, range, _ in
      for row in range {
        result.pointer[row] = Float(
          tl_sum_of_squares(tensor.pointer + row * columns, columns))
      }
    }
    return result
  }

  /// The k nearest of the points to each of themselves, without itself; equal distances come in the
  /// order of the points. At most as many as there are others.
  public func neighbors(
    k: Int, isStopped: @Sendable () -> Bool = { false },
    progress: @Sendable (Double) -> Void = { _ in }
  ) -> NeighborLists {
    search(
      points, k: min(k, points.rows - 1), excludingSelf: true, isStopped: isStopped,
      progress: progress)
  }

  /// The k nearest points to each query, [queries, columns].
  public func neighbors(of queries: Tensor, k: Int) -> NeighborLists {
    search(
      Self.centred(queries, means, pool), k: min(k, points.rows), excludingSelf: false,
      isStopped: { false }, progress: { _ in })
  }

  private func search(
    _ queries: Tensor, k: Int, excludingSelf: Bool, isStopped: @Sendable () -> Bool,
    progress: @Sendable (Double) -> Void
  ) -> NeighborLists {
    let (rows, columns, count) = (queries.rows, points.columns, points.rows)
    guard rows > 0, k > 0 else { return NeighborLists(k: 0, indices: [], distances: []) }
    let kept = min(count, k + (excludingSelf ? 1 : 0) + 8)
    var indices = [Int32](repeating: 0, count: rows * k)
    var distances = [Float](repeating: 0, count: rows * k)
    let blockRows = min(rows, Self.queryBlock)
    let products = (0..<pool.count).map { _ in Storage(count: blockRows * Self.pointBlock) }
    indices.withUnsafeMutableBufferPointer { indices in
      distances.withUnsafeMutableBufferPointer { distances in
        nonisolated(unsafe) let (indices, distances) = (indices, distances)
        pool.forEachBlock(of: rows, size: Self.queryBlock) { _, range, worker in
          if isStopped() { return }
          if worker == 0 { progress(Double(range.lowerBound) / Double(rows)) }
          var values = [Float](repeating: .infinity, count: range.count * kept)
          var found = [Int32](repeating: -1, count: range.count * kept)
          let product = products[worker].pointer
          for first in stride(from: 0, to: count, by: Self.pointBlock) {
            let width = min(Self.pointBlock, count - first)
            cblas_sgemm(
              CblasRowMajor, CblasNoTrans, CblasTrans, Int32(range.count), Int32(width),
              Int32(columns), 1, queries.pointer + range.lowerBound * columns, Int32(columns),
              points.pointer + first * columns, Int32(columns), 0, product, Int32(width))
            values.withUnsafeMutableBufferPointer { values in
              found.withUnsafeMutableBufferPointer { found in
                guard let values = values.baseAddress, let found = found.baseAddress else { return }
                for row in 0..<range.count {
                  tl_nearest_update(
                    product + row * width, norms.pointer + first, width, Int32(first), kept,
                    values + row * kept, found + row * kept)
                }
              }
            }
          }
          var list: [(distance: Float, index: Int32)] = []
          for row in range {
            let query = queries.pointer + row * columns
            list.removeAll(keepingCapacity: true)
            for place in (row - range.lowerBound) * kept..<(row - range.lowerBound + 1) * kept {
              let index = found[place]
              if index < 0 || (excludingSelf && Int(index) == row) { continue }
              list.append(
                (tl_squared_distance(query, points.pointer + Int(index) * columns, columns), index))
            }
            list.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
            for (place, entry) in list.prefix(k).enumerated() {
              indices[row * k + place] = entry.index
              distances[row * k + place] = entry.distance.squareRoot()
            }
          }
        }
      }
    }
    return NeighborLists(k: k, indices: indices, distances: distances)
  }

  /// How many of the points are nearer to each point than each of some others, itself not counted.
  ///
  /// - Parameter others: [points, k] indices of points
  /// - Returns: [points, k]
  public func ranks(
    of others: NeighborLists, isStopped: @Sendable () -> Bool = { false }
  ) -> [Int32] {
    let (count, columns, k) = (points.rows, points.columns, others.k)
    let blockRows = 64
    var ranks = [Int32](repeating: 0, count: count * k)
    let products = (0..<pool.count).map { _ in Storage(count: min(count, blockRows) * count) }
    ranks.withUnsafeMutableBufferPointer { ranks in
      nonisolated(unsafe) let ranks = ranks
      pool.forEachBlock(of: count, size: blockRows) { _, range, worker in
        guard !isStopped(), let result = ranks.baseAddress else { return }
        let product = products[worker].pointer
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(range.count), Int32(count),
          Int32(columns), 1, points.pointer + range.lowerBound * columns, Int32(columns),
          points.pointer, Int32(columns), 0, product, Int32(count))
        for row in range {
          let products = product + (row - range.lowerBound) * count
          let limits = others.indices[row * k..<(row + 1) * k].map {
            norms.pointer[Int($0)] - 2 * products[Int($0)]
          }
          tl_count_nearer(products, norms.pointer, count, limits, k, result + row * k)
          let own = norms.pointer[row] - 2 * products[row]
          for place in 0..<k where own < limits[place] { result[row * k + place] -= 1 }
        }
      }
    }
    return ranks
  }
}
