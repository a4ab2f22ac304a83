// t-SNE in two dimensions (van der Maaten and Hinton 2008): similarities of each point to its nearest
// by perplexity, the start from the principal components (Kobak and Berens 2019), early
// exaggeration, gradient descent with momentum and gains. The same seed gives the same bytes at any
// number of threads.

import Glibc
import TLTensor

public struct TSNESettings: Sendable, Equatable {
  public var perplexity = 30.0
  public var earlyExaggeration = 12.0
  /// In all; the first third is exaggerated.
  public var iterations = 750
  /// Nil for points / early exaggeration, at least 50 (Belkina et al. 2019).
  public var learningRate: Double?
  public var metric = ProjectionMetric.euclidean
  public var seed: UInt64 = 0
  /// Repulsion through a grid; nil for what is faster.
  public var usesGrid: Bool?

  public init() {}
}

public enum TSNE {
  /// A layout, and what is known of it.
  public struct Result: Sendable {
    /// [points, 2]
    public let layout: Tensor
    /// The divergence of Kullback and Leibler at the end.
    public let divergence: Double
    public let isInterrupted: Bool
  }

  /// Lays points [rows, columns] out. Throws `invalid` for what `ProjectionInput.check` refuses, and
  /// for a perplexity that the points cannot have.
  public static func fit(
    _ points: Tensor, _ settings: TSNESettings = TSNESettings(), pool: ThreadPool = ThreadPool(),
    watch: ProjectionWatch = ProjectionWatch()
  ) throws(AnalysisError) -> Result {
    try ProjectionInput.check(points, for: "tsne")
    let n = points.rows
    guard settings.perplexity >= 1, 3 * settings.perplexity <= Double(n - 1) else {
      let most = Int(Double(n - 1) / 3)
      throw .invalid(
        "a perplexity of \(settings.perplexity) needs at least "
          + "\(Int((3 * settings.perplexity).rounded(.up)) + 1) points, found \(n); "
          + (most >= 1
            ? "use a perplexity of 1 to \(most)" : "tsne needs at least 4 points"))
    }
    let prepared = try ProjectionInput.prepared(points, settings.metric)
    let start = try start(prepared, seed: settings.seed, pool: pool)
    let lists = NeighborSearch(prepared, pool: pool).neighbors(
      k: Int(3 * settings.perplexity), isStopped: watch.isStopped
    ) { watch.progress("neighbors", $0) }
    if watch.isStopped() {
      return Result(layout: start.rows, divergence: .nan, isInterrupted: true)
    }
    let graph = similarities(lists, perplexity: settings.perplexity, pool: pool)
    return descend(from: start, graph, settings, pool: pool, watch: watch)
  }

  /// The first two principal components with a standard deviation of 1e-4, and a hundredth of that
  /// as noise, so that equal points can part.
  static func start(
    _ points: Tensor, seed: UInt64, pool: ThreadPool
  ) throws(AnalysisError) -> PlanePoints {
    let components = min(2, points.columns, points.rows)
    let pca = try PCA.fit(points, components: components, pool: pool)
    let coordinates = pca.transform(RowSource(points))
    let scale = pca.explainedVariance[0] > 0 ? 1e-4 / pca.explainedVariance[0].squareRoot() : 0
    let layout = PlanePoints(count: points.rows)
    var random = RandomStream(seed: seed, stream: 0x5453_4E45)
    for point in 0..<points.rows {
      for axis in 0..<2 {
        let place = axis < components ? coordinates[point * components + axis] * scale : 0
        layout.tensor.pointer[axis * points.rows + point] =
          Float(place) + 1e-6 * random.normal()
      }
    }
    return layout
  }

  /// The joint similarities p_ij: of each point those to its neighbours whose entropy is the
  /// logarithm of the perplexity, made symmetric, in all 1.
  public static func similarities(
    _ neighbors: NeighborLists, perplexity: Double, pool: ThreadPool
  ) -> SparseGraph {
    let (k, count) = (neighbors.k, neighbors.count)
    var weights = [Float](repeating: 0, count: count * k)
    weights.withUnsafeMutableBufferPointer { weights in
      nonisolated(unsafe) let weights = weights
      pool.forEachBlock(of: count, size: 256) { _, range, _ in
        for row in range {
          let found = conditional(
            neighbors.distances[row * k..<(row + 1) * k].map { Double($0) * Double($0) },
            entropy: log(perplexity))
          for (place, value) in found.enumerated() {
            weights[row * k + place] = Float(value / Double(2 * count))
          }
        }
      }
    }
    return SparseGraph(symmetric: neighbors.indices, weights: weights, k: k) { $0 + $1 }
  }

  /// exp(-β d²) over their sum, with the β that gives the entropy (in nats). Where no β does, as for
  /// more equal nearest points than the perplexity, the nearest it comes.
  static func conditional(_ squares: [Double], entropy wanted: Double) -> [Double] {
    let least = squares.min() ?? 0
    let shifted = squares.map { $0 - least }
    let mean = shifted.reduce(0, +) / Double(max(1, shifted.count))
    var result = [Double](repeating: 1 / Double(max(1, squares.count)), count: squares.count)
    guard mean > 0 else { return result }
    var (beta, low, high) = (1 / mean, 0.0, Double.infinity)
    for _ in 0..<60 {
      var (sum, first, second) = (0.0, 0.0, 0.0)
      for (place, square) in shifted.enumerated() {
        let value = exp(-beta * square)
        result[place] = value
        sum += value
        first += value * square
        second += value * square * square
      }
      let average = first / sum
      let entropy = log(sum) + beta * average
      let error = entropy - wanted
      for place in result.indices { result[place] /= sum }
      if abs(error) < 1e-7 { break }
      if error > 0 { low = beta } else { high = beta }
      // Newton on the logarithm of β, held within the bounds: dH/dβ = -β variance.
      let variance = second / sum - average * average
      let slope = -beta * beta * variance
      var next = slope < 0 ? beta * exp(max(-2, min(2, -error / slope))) : .nan
      if !(next > low && next < high) {
        next = high.isFinite ? (low + high) / 2 : beta * 2
      }
      if next == beta || !next.isFinite { break }
      beta = next
    }
    return result
  }

  private static func descend(
    from start: PlanePoints, _ graph: SparseGraph, _ settings: TSNESettings, pool: ThreadPool,
    watch: ProjectionWatch
  ) -> Result {
    let n = start.count
    let forces = TSNEForces(graph, usesGrid: settings.usesGrid, pool: pool)
    let (gradient, update) = (PlanePoints(count: n), PlanePoints(count: n))
    let gains = PlanePoints(count: n)
    for place in 0..<2 * n { gains.tensor.pointer[place] = 1 }
    let early = settings.iterations / 3
    let rate = settings.learningRate ?? max(50, Double(n) / settings.earlyExaggeration)
    var isInterrupted = false
    for iteration in 0..<settings.iterations {
      if watch.isStopped() {
        isInterrupted = true
        break
      }
      if iteration % 10 == 0 {
        watch.progress("layout", Double(iteration) / Double(settings.iterations))
      }
      let isEarly = iteration < early
      if iteration == early {
        for place in 0..<2 * n {
          gains.tensor.pointer[place] = 1
          update.tensor.pointer[place] = 0
        }
      }
      let exaggeration = isEarly ? settings.earlyExaggeration : 1
      forces.gradient(at: start, exaggeration: Float(exaggeration), into: gradient)
      step(start, gradient, update, gains, momentum: 0.8, rate: Float(rate))
    }
    let divergence = divergence(of: start, graph, forces, spare: gradient, pool: pool)
    return Result(layout: start.rows, divergence: divergence, isInterrupted: isInterrupted)
  }

  /// A step with momentum and gains (Jacobs 1988), at most 5 long, then back to the middle.
  private static func step(
    _ points: PlanePoints, _ gradient: PlanePoints, _ update: PlanePoints, _ gains: PlanePoints,
    momentum: Float, rate: Float
  ) {
    let n = points.count
    var sums = (0.0, 0.0)
    for point in 0..<n {
      var moves: (Float, Float) = (0, 0)
      for axis in 0..<2 {
        let place = axis * n + point
        let (force, before) = (gradient.tensor.pointer[place], update.tensor.pointer[place])
        let gain = gains.tensor.pointer[place]
        let isSameWay = (force > 0) == (before > 0)
        let next = max(0.01, isSameWay ? gain * 0.8 : gain + 0.2)
        gains.tensor.pointer[place] = next
        let move = momentum * before - rate * next * force
        if axis == 0 { moves.0 = move } else { moves.1 = move }
      }
      let length = (moves.0 * moves.0 + moves.1 * moves.1).squareRoot()
      let scale: Float = length > 5 ? 5 / length : 1
      update.x[point] = moves.0 * scale
      update.y[point] = moves.1 * scale
      points.x[point] += moves.0 * scale
      points.y[point] += moves.1 * scale
      sums.0 += Double(points.x[point])
      sums.1 += Double(points.y[point])
    }
    let (middleX, middleY) = (Float(sums.0 / Double(n)), Float(sums.1 / Double(n)))
    for point in 0..<n {
      points.x[point] -= middleX
      points.y[point] -= middleY
    }
  }

  /// Σ p log(p / q) over the pairs of the graph.
  static func divergence(
    of points: PlanePoints, _ graph: SparseGraph, _ forces: TSNEForces, spare: PlanePoints,
    pool: ThreadPool
  ) -> Double {
    let divisor = forces.gradient(at: points, exaggeration: 1, into: spare)
    return pool.sumOverBlocks(of: graph.count, size: 512) { range in
      var sum = 0.0
      for point in range {
        for edge in graph.starts[point]..<graph.starts[point + 1] {
          let p = Double(graph.weights[edge])
          let other = Int(graph.neighbors[edge])
          let dx = Double(points.x[point] - points.x[other])
          let dy = Double(points.y[point] - points.y[other])
          sum += p * log(p * (1 + dx * dx + dy * dy) * divisor)
        }
      }
      return sum
    }
  }

  /// The gradient [points, 2] and the divergence of a layout with given similarities.
  public static func gradient(
    at layout: Tensor, _ graph: SparseGraph, usesGrid: Bool = false, pool: ThreadPool
  ) -> (gradient: Tensor, divergence: Double) {
    let points = PlanePoints(rows: layout)
    let forces = TSNEForces(graph, usesGrid: usesGrid, pool: pool)
    let gradient = PlanePoints(count: points.count)
    let divergence = divergence(of: points, graph, forces, spare: gradient, pool: pool)
    let rows = gradient.rows
    for place in 0..<rows.count { rows.pointer[place] *= 4 }
    return (rows, divergence)
  }
}
