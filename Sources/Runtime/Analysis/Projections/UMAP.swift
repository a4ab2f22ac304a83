// UMAP in two dimensions (McInnes, Healy, Melville 2018): the graph of `FuzzyGraph`, a start from its
// leading eigenvectors, then epochs in which neighbours pull and chance others push. The same seed
// gives the same bytes at any number of threads.

import Glibc
import TLTensor

public struct UMAPSettings: Sendable, Equatable {
  /// The point itself is one of them, as in umap-learn.
  public var neighbors = 15
  public var minimumDistance = 0.1
  public var spread = 1.0
  /// Nil for 500 up to 10,000 points, else 200.
  public var epochs: Int?
  public var learningRate = 1.0
  public var negatives = 5
  public var metric = ProjectionMetric.euclidean
  public var seed: UInt64 = 0

  public init() {}

  /// Those that are done for so many points.
  public func epochs(for count: Int) -> Int { epochs ?? (count <= 10_000 ? 500 : 200) }
}

/// A fitted UMAP: the layout, and what is needed to add points to it.
public struct UMAP: Sendable {
  public let settings: UMAPSettings
  /// [points, 2]
  public let layout: Tensor
  public let isInterrupted: Bool
  /// Of the similarity 1 / (1 + a d^(2b)) in the layout.
  public let curve: (a: Double, b: Double)
  private let points: Tensor

  /// Lays points [rows, columns] out. Throws `invalid` for what `ProjectionInput.check` refuses, and
  /// for fewer points than neighbours.
  public static func fit(
    _ points: Tensor, _ settings: UMAPSettings = UMAPSettings(), pool: ThreadPool = ThreadPool(),
    watch: ProjectionWatch = ProjectionWatch()
  ) throws(AnalysisError) -> UMAP {
    try ProjectionInput.check(points, for: "umap")
    let n = points.rows
    guard settings.neighbors >= 2, settings.neighbors <= n else {
      throw .invalid(
        "umap with \(settings.neighbors) neighbors needs at least \(max(2, settings.neighbors)) "
          + "points, found \(n); use neighbors from 2 to \(n)")
    }
    guard settings.minimumDistance >= 0, settings.spread > 0,
      settings.minimumDistance <= settings.spread
    else {
      throw .invalid(
        "the least distance of umap lies between 0 and the spread \(settings.spread), found "
          + "\(settings.minimumDistance)")
    }
    let prepared = try ProjectionInput.prepared(points, settings.metric)
    let lists = NeighborSearch(prepared, pool: pool).neighbors(
      k: settings.neighbors - 1, isStopped: watch.isStopped
    ) { watch.progress("neighbors", $0) }
    let curve = FuzzyGraph.curve(
      spread: settings.spread, minimumDistance: settings.minimumDistance)
    if watch.isStopped() {
      return UMAP(
        settings: settings, layout: try start(prepared, nil, settings, pool: pool).rows,
        isInterrupted: true, curve: curve, points: prepared)
    }
    let scales = FuzzyGraph.scales(lists, neighbors: settings.neighbors)
    var graph = FuzzyGraph.union(lists, FuzzyGraph.memberships(lists, scales))
    let layout = try start(prepared, graph, settings, pool: pool)
    let epochs = settings.epochs(for: n)
    graph.weights = rates(graph.weights, epochs: epochs)
    let isInterrupted = move(
      layout, among: nil, graph, settings, curve, epochs: epochs, rate: settings.learningRate,
      pool: pool, watch: watch)
    return UMAP(
      settings: settings, layout: layout.rows, isInterrupted: isInterrupted, curve: curve,
      points: prepared)
  }

  /// Places for new points [rows, columns] in the layout, which stays as it is. Throws `invalid` for
  /// another number of columns and values that are not finite.
  public func transform(
    _ queries: Tensor, pool: ThreadPool = ThreadPool(), watch: ProjectionWatch = ProjectionWatch()
  ) throws(AnalysisError) -> Tensor {
    guard queries.columns == points.columns else {
      throw .invalid("the points have \(queries.columns) columns, the umap has \(points.columns)")
    }
    try ProjectionInput.checkFinite(queries, for: "umap")
    guard queries.rows > 0 else { return Tensor(zeros: [0, 2]) }
    let lists = NeighborSearch(points, pool: pool).neighbors(
      of: try ProjectionInput.prepared(queries, settings.metric), k: settings.neighbors)
    let scales = FuzzyGraph.scales(lists, neighbors: settings.neighbors, isTransform: true)
    let weights = FuzzyGraph.memberships(lists, scales)
    let others = PlanePoints(rows: layout)
    let places = PlanePoints(count: queries.rows)
    let k = lists.k
    for point in 0..<queries.rows {
      var (x, y, sum) = (0.0, 0.0, 0.0)
      for edge in point * k..<(point + 1) * k {
        let (weight, other) = (Double(weights[edge]), Int(lists.indices[edge]))
        x += weight * Double(others.x[other])
        y += weight * Double(others.y[other])
        sum += weight
      }
      places.x[point] = Float(x / sum)
      places.y[point] = Float(y / sum)
    }
    // A third of the epochs of the fit, as umap-learn has it.
    let epochs = settings.epochs.map { max(1, $0 / 3) } ?? (queries.rows <= 10_000 ? 100 : 30)
    let graph = SparseGraph(
      starts: (0...queries.rows).map { $0 * k }, neighbors: lists.indices,
      weights: Self.rates(weights, epochs: epochs))
    _ = Self.move(
      places, among: others, graph, settings, curve, epochs: epochs,
      rate: settings.learningRate / 4, pool: pool, watch: watch)
    return places.rows
  }

  /// The leading eigenvectors of the graph, or the principal components where it falls into parts,
  /// stretched to 0...10 with a little noise.
  private static func start(
    _ points: Tensor, _ graph: SparseGraph?, _ settings: UMAPSettings, pool: ThreadPool
  ) throws(AnalysisError) -> PlanePoints {
    let n = points.rows
    let layout = PlanePoints(count: n)
    if let vectors = graph?.leadingVectors(2, seed: settings.seed, pool: pool) {
      for axis in 0..<2 {
        for point in 0..<n { layout.tensor.pointer[axis * n + point] = vectors[axis][point] }
      }
    } else {
      let components = min(2, points.columns, n)
      let pca = try PCA.fit(points, components: components, pool: pool)
      let coordinates = pca.transform(RowSource(points))
      for axis in 0..<components {
        for point in 0..<n {
          layout.tensor.pointer[axis * n + point] = Float(coordinates[point * components + axis])
        }
      }
    }
    var random = RandomStream(seed: settings.seed, stream: 0x554D_4150)
    for axis in 0..<2 {
      let start = layout.tensor.pointer + axis * n
      var (low, high) = (Float.infinity, -Float.infinity)
      for point in 0..<n {
        low = min(low, start[point])
        high = max(high, start[point])
      }
      let scale = high > low ? 10 / (high - low) : 0
      for point in 0..<n { start[point] = (start[point] - low) * scale + 1e-3 * random.normal() }
    }
    return layout
  }

  /// How often an edge is due in an epoch; never where it would not come once in all.
  private static func rates(_ weights: [Float], epochs: Int) -> [Float] {
    let largest = weights.max() ?? 1
    return weights.map { $0 < largest / Float(epochs) ? 0 : $0 / largest }
  }

  private static func move(
    _ points: PlanePoints, among others: PlanePoints?, _ graph: SparseGraph,
    _ settings: UMAPSettings, _ curve: (a: Double, b: Double), epochs: Int, rate: Double,
    pool: ThreadPool, watch: ProjectionWatch
  ) -> Bool {
    var moves = UMAPMoves(a: Float(curve.a), b: Float(curve.b))
    moves.negatives = settings.negatives
    moves.seed = settings.seed
    let order = UMAPMoves.Order(graph, rounds: others == nil ? moves.rounds : 1)
    let spare = PlanePoints(count: points.count)
    for epoch in 0..<epochs {
      if watch.isStopped() { return true }
      if epoch % 5 == 0 { watch.progress("layout", Double(epoch) / Double(epochs)) }
      moves.move(
        points, among: others, graph, order, epoch: epoch,
        rate: Float(rate * (1 - Double(epoch) / Double(epochs))), spare: spare, pool: pool)
    }
    return false
  }
}
