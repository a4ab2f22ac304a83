// UMAP's graph (McInnes, Healy, Melville 2018): how strongly a point holds its neighbours, and the
// curve that the layout follows. As in umap-learn 0.5: a point counts among its own neighbours.

import Glibc
import TLTensor

public enum FuzzyGraph {
  /// Of each point the distance to the nearest other (rho) and the scale beyond it (sigma) at which
  /// memberships sum to log2(neighbors).
  public struct Scales: Sendable {
    public let rhos: [Double]
    public let sigmas: [Double]
  }

  /// - Parameters:
  ///   - lists: of each point its nearest others
  ///   - neighbors: the number that the sum is for, the point itself counted
  ///   - isTransform: new points among old ones: no distance is taken off
  public static func scales(
    _ lists: NeighborLists, neighbors: Int, isTransform: Bool = false
  ) -> Scales {
    let (k, count) = (lists.k, lists.count)
    let target = log2(Double(neighbors))
    let overall =
      lists.distances.reduce(0.0) { $0 + Double($1) }
      / Double(max(1, count * (isTransform ? k : k + 1)))
    var (rhos, sigmas) = ([Double](), [Double]())
    for row in 0..<count {
      let distances = lists.distances[row * k..<(row + 1) * k].map(Double.init)
      let rho = isTransform ? 0 : distances.first { $0 > 0 } ?? 0
      let counted = isTransform ? distances.dropFirst() : distances[...]
      var (low, high, middle) = (0.0, Double.infinity, 1.0)
      for _ in 0..<64 {
        let sum = counted.reduce(0.0) { $0 + ($1 > rho ? exp(-($1 - rho) / middle) : 1) }
        if abs(sum - target) < 1e-5 { break }
        if sum > target {
          high = middle
          middle = (low + high) / 2
        } else {
          low = middle
          middle = high.isFinite ? (low + high) / 2 : middle * 2
        }
      }
      let mean = distances.reduce(0, +) / Double(max(1, isTransform ? k : k + 1))
      sigmas.append(max(middle, 1e-3 * (rho > 0 ? mean : overall)))
      rhos.append(rho)
    }
    return Scales(rhos: rhos, sigmas: sigmas)
  }

  /// How strongly each point holds its neighbours, [points, k], in (0, 1].
  public static func memberships(_ lists: NeighborLists, _ scales: Scales) -> [Float] {
    (0..<lists.indices.count).map { place in
      let row = place / max(1, lists.k)
      let beyond = Double(lists.distances[place]) - scales.rhos[row]
      return beyond > 0 && scales.sigmas[row] > 0 ? Float(exp(-beyond / scales.sigmas[row])) : 1
    }
  }

  /// The union of the memberships in both directions: a + b - a b.
  public static func union(_ lists: NeighborLists, _ memberships: [Float]) -> SparseGraph {
    SparseGraph(symmetric: lists.indices, weights: memberships, k: lists.k) { $0 + $1 - $0 * $1 }
  }

  /// The a and b for which 1 / (1 + a d^(2b)) comes nearest to 1 up to the least distance and an
  /// exponential decay after it, by least squares (Levenberg 1944; Marquardt 1963).
  public static func curve(spread: Double, minimumDistance: Double) -> (a: Double, b: Double) {
    let xs = (1..<300).map { 3 * spread * Double($0) / 299 }
    let ys = xs.map { $0 < minimumDistance ? 1 : exp(-($0 - minimumDistance) / spread) }
    func residual(_ a: Double, _ b: Double) -> Double {
      zip(xs, ys).reduce(0) {
        let error = 1 / (1 + a * pow($1.0, 2 * b)) - $1.1
        return $0 + error * error
      }
    }
    var (a, b, damping) = (1.0, 1.0, 1e-3)
    var best = residual(a, b)
    for _ in 0..<500 {
      var (aa, ab, bb, ga, gb) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (x, y) in zip(xs, ys) {
        let power = pow(x, 2 * b)
        let value = 1 / (1 + a * power)
        let da = -value * value * power
        let db = da * a * 2 * log(x)
        let error = value - y
        (aa, ab, bb) = (aa + da * da, ab + da * db, bb + db * db)
        (ga, gb) = (ga + da * error, gb + db * error)
      }
      let (daa, dbb) = (aa * (1 + damping), bb * (1 + damping))
      let determinant = daa * dbb - ab * ab
      guard determinant > 0 else { break }
      let stepA = -(dbb * ga - ab * gb) / determinant
      let stepB = -(daa * gb - ab * ga) / determinant
      let next = residual(a + stepA, b + stepB)
      if next < best {
        (a, b, damping) = (a + stepA, b + stepB, damping / 10)
        let isDone = best - next < 1e-15
        best = next
        if isDone { break }
      } else {
        damping *= 10
        if damping > 1e12 { break }
      }
    }
    return (a, b)
  }
}
