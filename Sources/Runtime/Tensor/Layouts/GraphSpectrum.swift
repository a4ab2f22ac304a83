// The leading eigenvectors of a graph's normalized adjacency D^-1/2 A D^-1/2, by subspace iteration
// under a Chebyshev filter (Zhou, Saad, Tiago, Chelikowsky 2006). They begin a layout, so a few
// digits are enough.

import CKernels
import COpenBLAS

extension SparseGraph {
  /// The unit eigenvectors of the largest eigenvalues after the trivial one, [vectors, n]. Nil where
  /// the graph is not connected, or has too few points.
  public func leadingVectors(_ wanted: Int, seed: UInt64, pool: ThreadPool) -> [[Float]]? {
    let width = wanted + 4
    guard count > 2 * width, components == 1 else { return nil }
    let degrees = (0..<count).map { row in
      (starts[row]..<starts[row + 1]).reduce(0.0) { $0 + Double(weights[$1]) }
    }
    var normalized = self
    for row in 0..<count {
      for edge in starts[row]..<starts[row + 1] {
        normalized.weights[edge] = Float(
          Double(weights[edge]) / (degrees[row] * degrees[Int(neighbors[edge])]).squareRoot())
      }
    }
    let total = degrees.reduce(0, +).squareRoot()
    let trivial = Tensor(degrees.map { Float($0.squareRoot() / total) })
    let basis = (0..<width).map {
      Tensor.normal([count], standardDeviation: 1, seed: seed, stream: UInt64(0x5350_0000 + $0))
    }
    let spare = (0..<3).map { _ in Tensor(zeros: [count]) }
    orthonormalize(basis, against: trivial)
    var lowest = 0.0
    for _ in 0..<14 {
      for vector in basis {
        normalized.filter(vector, spare, damping: -1...lowest, degree: 12, pool)
      }
      orthonormalize(basis, against: trivial)
      guard let values = normalized.rotate(basis, spare[0], pool) else { return nil }
      lowest = min(0.999, max(0, values[width - 1]))
    }
    return basis.prefix(wanted).map(\.values)
  }

  /// x = T(A) x for the Chebyshev polynomial that is small on the range and large above it.
  private func filter(
    _ x: Tensor, _ spare: [Tensor], damping range: ClosedRange<Double>, degree: Int,
    _ pool: ThreadPool
  ) {
    let half = (range.upperBound - range.lowerBound) / 2
    let middle = (range.upperBound + range.lowerBound) / 2
    var (before, now, next) = (spare[0], spare[1], spare[2])
    before.pointer.update(from: x.pointer, count: count)
    for step in 0..<degree {
      let factor = Float((step == 0 ? 1 : 2) / half)
      multiply(step == 0 ? before.pointer : now.pointer, into: next.pointer, pool: pool)
      let current = step == 0 ? before : now
      tl_axpy(Float(-middle), current.pointer, next.pointer, count)
      tl_scale(next.pointer, factor, next.pointer, count)
      if step > 0 { tl_axpy(-1, before.pointer, next.pointer, count) }
      if step == 0 {
        (now, next) = (next, now)
      } else {
        (before, now, next) = (now, next, before)
      }
      // Large values are brought back before they overflow; the recursion is linear.
      let norm = tl_sum_of_squares(now.pointer, count).squareRoot()
      if norm > 1e8 {
        tl_scale(now.pointer, Float(1 / norm), now.pointer, count)
        tl_scale(before.pointer, Float(1 / norm), before.pointer, count)
      }
    }
    x.pointer.update(from: now.pointer, count: count)
  }

  /// Gram and Schmidt's process, twice.
  private func orthonormalize(_ basis: [Tensor], against fixed: Tensor) {
    for (index, vector) in basis.enumerated() {
      for _ in 0..<2 {
        for other in [fixed] + basis.prefix(index) {
          let overlap = tl_dot(vector.pointer, other.pointer, count)
          tl_axpy(Float(-overlap), other.pointer, vector.pointer, count)
        }
        let norm = tl_sum_of_squares(vector.pointer, count).squareRoot()
        tl_scale(vector.pointer, norm > 0 ? Float(1 / norm) : 0, vector.pointer, count)
      }
    }
  }

  /// Turns the basis into approximate eigenvectors within its span; gives their values.
  private func rotate(_ basis: [Tensor], _ spare: Tensor, _ pool: ThreadPool) -> [Double]? {
    let width = basis.count
    var projected = [Double](repeating: 0, count: width * width)
    for column in 0..<width {
      multiply(basis[column].pointer, into: spare.pointer, pool: pool)
      for row in 0...column {
        let value = tl_dot(basis[row].pointer, spare.pointer, count)
        projected[row * width + column] = value
        projected[column * width + row] = value
      }
    }
    guard let eigen = SymmetricEigen(projected, n: width, largest: width) else { return nil }
    var old = [Float](repeating: 0, count: width)
    for point in 0..<count {
      for column in 0..<width { old[column] = basis[column].pointer[point] }
      for row in 0..<width {
        var sum = 0.0
        for column in 0..<width { sum += eigen.vectors[row * width + column] * Double(old[column]) }
        basis[row].pointer[point] = Float(sum)
      }
    }
    return eigen.values
  }
}
