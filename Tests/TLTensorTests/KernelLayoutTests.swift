// Neighbors, the forces of t-SNE, grids, Fourier transforms and the moves of UMAP against their
// naive twins.

import CKernels
import Glibc
import TLTestSupport
import Testing

@Suite struct KernelLayoutTests {
  @Test(arguments: fastLevels) func nearestEqualsItsTwin(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 1)
      for count in [0, 1, 3, 15, 16, 17, 100, 1000] {
        for k in [1, 2, 7, 40] {
          // Few different values, so that there are ties.
          let products = numbers.floats(count).map { ($0 * 8).rounded() }
          let norms = numbers.floats(count).map { ($0 * 4).rounded() }
          var values = [Float](repeating: .infinity, count: k)
          var indices = [Int32](repeating: -1, count: k)
          var (wantedValues, wantedIndices) = (values, indices)
          for first in [Int32(0), 1000] {
            tl_nearest_update(products, norms, count, first, k, &values, &indices)
            tl_naive_nearest_update(
              products, norms, count, first, k, &wantedValues, &wantedIndices)
          }
          #expect(values == wantedValues && indices == wantedIndices)
          let limits = numbers.floats(k, 8)
          var counts = [Int32](repeating: 3, count: k)
          var wanted = counts
          tl_count_nearer(products, norms, count, limits, k, &counts)
          tl_naive_count_nearer(products, norms, count, limits, k, &wanted)
          #expect(counts == wanted)
        }
      }
    }
  }

  /// Rows of 0 to `most` neighbours.
  private static func graph(
    _ numbers: inout TestRandom, rows: Int, of points: Int, most: Int
  ) -> (starts: [Int], neighbors: [Int32], weights: [Float]) {
    var starts = [0]
    for _ in 0..<rows { starts.append((starts.last ?? 0) + numbers.below(most + 1)) }
    let count = starts.last ?? 0
    return (starts, numbers.indices(count, below: points), numbers.floats(count).map(abs))
  }

  @Test(arguments: fastLevels) func sparseRowsAndForcesEqualTheirTwins(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 2)
      for count in [1, 2, 15, 33, 200] {
        let graph = Self.graph(&numbers, rows: count, of: count, most: 40)
        let (x, y) = (numbers.floats(count, 5), numbers.floats(count, 5))
        expectClose(
          [tl_squared_distance(x, y, count)], [tl_naive_squared_distance(x, y, count)],
          relative: 1e-6, "squared distance")
        let first = count / 3
        let length = count - first
        var (a, b) = ([Float](repeating: 0, count: length), [Float](repeating: 0, count: length))
        var (wantedA, wantedB) = (a, b)
        tl_sparse_multiply(
          graph.starts, graph.neighbors, graph.weights, x, first, length, &a)
        tl_naive_sparse_multiply(
          graph.starts, graph.neighbors, graph.weights, x, first, length, &wantedA)
        expectClose(a, wantedA, absolute: 1e-5, relative: 1e-5, "sparse rows")
        tl_tsne_attraction(
          x, y, graph.starts, graph.neighbors, graph.weights, first, length, &a, &b)
        tl_naive_tsne_attraction(
          x, y, graph.starts, graph.neighbors, graph.weights, first, length, &wantedA, &wantedB)
        expectClose(a + b, wantedA + wantedB, absolute: 1e-5, relative: 1e-5, "attraction")
        let sum = tl_tsne_repulsion(x, y, count, first, length, &a, &b)
        let wanted = tl_naive_tsne_repulsion(x, y, count, first, length, &wantedA, &wantedB)
        expectClose(a + b, wantedA + wantedB, absolute: 1e-5, relative: 1e-5, "repulsion")
        #expect(abs(sum - wanted) <= 1e-5 * max(1, wanted))
      }
    }
  }

  @Test(arguments: fastLevels) func gridsEqualTheirTwins(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 3)
      let size = 24
      var grid = tl_grid(origin_x: -6, origin_y: -5.5, spacing: 0.5, stride: size)
      let (x, y) = (numbers.floats(100, 4), numbers.floats(100, 4))
      var nodes = [Float](repeating: 0, count: size * size)
      var wanted = nodes
      tl_grid_spread(&grid, x, y, x.count, &nodes)
      tl_naive_grid_spread(&grid, x, y, x.count, &wanted)
      expectClose(nodes, wanted, absolute: 1e-5, "spread")
      #expect(abs(nodes.reduce(0, +) - 100) < 1e-3)
      let (fieldA, fieldB) = (numbers.floats(size * size), numbers.floats(size * size))
      var (a, b) = (x, x)
      var (wantedA, wantedB) = (x, x)
      tl_grid_interpolate(&grid, x, y, x.count, fieldA, fieldB, &a, &b)
      tl_naive_grid_interpolate(&grid, x, y, x.count, fieldA, fieldB, &wantedA, &wantedB)
      expectClose(a + b, wantedA + wantedB, absolute: 1e-5, "interpolate")
    }
  }

  @Test(arguments: fastLevels) func fourierEqualsItsTwinAndItsInverse(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 4)
      for n in [1, 2, 3, 4, 6, 8, 12, 16, 32, 48, 64, 96] {
        var roots = [Float](repeating: 0, count: 2 * n)
        for k in 0..<n {
          let angle = 2 * Double.pi * Double(k) / Double(n)
          roots[k] = Float(cos(angle))
          roots[n + k] = Float(-sin(angle))
        }
        for columns in [1, 5, 16, 19] {
          let (real, imaginary) = (numbers.floats(n * columns), numbers.floats(n * columns))
          var (a, b, scratch) = (real, imaginary, numbers.floats(2 * n * columns))
          var (wantedA, wantedB) = (real, imaginary)
          tl_fourier_columns(&a, &b, roots, n, columns, &scratch)
          tl_naive_fourier_columns(&wantedA, &wantedB, roots, n, columns, &scratch)
          expectClose(a + b, wantedA + wantedB, absolute: 2e-5, "\(n) x \(columns)")
          tl_fourier_columns(&b, &a, roots, n, columns, &scratch)
          expectClose(
            (a + b).map { $0 / Float(n) }, real + imaginary, absolute: 1e-5, "inverse \(n)")
          let (even, odd, across) = (a, b, real)
          var (c, d) = (real, imaginary)
          var (wantedC, wantedD) = (c, d)
          let sum = tl_tsne_spectrum(&c, &d, even, odd, across, c.count)
          let wanted = tl_naive_tsne_spectrum(&wantedC, &wantedD, even, odd, across, c.count)
          expectClose(
            c + d, wantedC + wantedD, absolute: 1e-4, relative: 1e-4, "spectrum \(n)")
          #expect(abs(sum - wanted) <= 1e-3 * max(1, abs(wanted)))
        }
      }
    }
  }

  @Test(arguments: fastLevels, [true, false])
  func movesEqualTheirTwin(level: tl_level, same: Bool) {
    withLevel(level) {
      var numbers = TestRandom(seed: 5)
      for count in [1, 5, 16, 70] {
        let others = same ? count : 30
        let graph = Self.graph(&numbers, rows: count, of: others, most: 12)
        let rates = graph.weights.map { min(1, $0) }
        let (x, y) = (numbers.floats(count, 5), numbers.floats(count, 5))
        let (otherX, otherY) =
          same ? (x, y) : (numbers.floats(others, 5), numbers.floats(others, 5))
        let order = (0..<Int32(count)).reversed() + []
        for epoch in [0, 1, 7] {
          var settings = tl_umap_epoch(
            a: 1.577, b: 0.895, rate: 0.3, repulsion: 1, negatives: 5,
            epoch: UInt32(epoch), seed: 42, same: same)
          var scratch = [Int32](repeating: 0, count: 16 * 12)
          var (newX, newY) = (x, y)
          var (wantedX, wantedY) = (x, y)
          tl_umap_move(
            &settings, x, y, otherX, otherY, others, graph.starts, graph.neighbors, rates, order,
            count, &scratch, &newX, &newY)
          tl_naive_umap_move(
            &settings, x, y, otherX, otherY, others, graph.starts, graph.neighbors, rates, order,
            count, &scratch, &wantedX, &wantedY)
          // Steps amplify roundings where points come near each other.
          expectClose(newX + newY, wantedX + wantedY, absolute: 5e-3, "\(count) at \(epoch)")
          #expect(count < 16 || epoch < 7 || newX != x)
        }
      }
    }
  }
}
