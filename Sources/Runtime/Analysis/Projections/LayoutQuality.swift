// How well a layout keeps who is near whom: trustworthiness (Venna and Kaski 2001), and how often the
// nearest neighbours in the layout know a point's class.

import TLTensor

public enum LayoutQuality {
  /// 1 minus the share of false neighbours, weighted by how far away they are in truth: 1 where all
  /// k nearest of the layout are among the k nearest of the points.
  ///
  /// Throws `invalid` for another number of rows, and unless 1 <= k < n / 2. Equal distances share the better
  /// rank.
  public static func trustworthiness(
    _ points: Tensor, layout: Tensor, k: Int = 15, metric: ProjectionMetric = .euclidean,
    pool: ThreadPool = ThreadPool(), isStopped: @Sendable () -> Bool = { false }
  ) throws(AnalysisError) -> Double {
    try ProjectionInput.check(points, for: "trustworthiness")
    try ProjectionInput.checkFinite(layout, for: "trustworthiness")
    let n = points.rows
    guard layout.rows == n else {
      throw .invalid("\(n) points have \(layout.rows) places in the layout")
    }
    guard k >= 1, 2 * k < n else {
      throw .invalid(
        "trustworthiness over \(k) neighbors needs more than \(2 * k) points, found \(n)"
          + (n > 2 ? "; use neighbors up to \((n - 1) / 2)" : ""))
    }
    let near = NeighborSearch(layout, pool: pool).neighbors(k: k, isStopped: isStopped)
    let ranks = NeighborSearch(try ProjectionInput.prepared(points, metric), pool: pool)
      .ranks(of: near, isStopped: isStopped)
    let excess = ranks.reduce(0.0) { $0 + Double(max(0, Int($1) + 1 - k)) }
    let (count, size) = (Double(n), Double(k))
    return 1 - 2 * excess / (count * size * (2 * count - 3 * size - 1))
  }

  /// The share of points whose class is the most frequent one among the k nearest others in the
  /// layout; of equally frequent ones the first counts. Throws `invalid` for one class only, too few
  /// points, or another number of labels.
  public static func neighborAccuracy(
    _ layout: Tensor, labels: [Int], k: Int = 10, pool: ThreadPool = ThreadPool()
  ) throws(AnalysisError) -> Double {
    try ProjectionInput.checkFinite(layout, for: "neighbor accuracy")
    let n = layout.rows
    guard labels.count == n else { throw .invalid("\(n) points have \(labels.count) labels") }
    guard k >= 1, k < n else {
      throw .invalid("an accuracy by \(k) neighbors needs more than \(k) points, found \(n)")
    }
    guard let lowest = labels.min(), let highest = labels.max(), lowest >= 0, lowest < highest
    else {
      throw .invalid("an accuracy by neighbors needs points of two classes, there is only one")
    }
    let near = NeighborSearch(layout, pool: pool).neighbors(k: k)
    var hits = 0
    var votes = [Int](repeating: 0, count: highest + 1)
    for point in 0..<n {
      for place in point * k..<(point + 1) * k { votes[labels[Int(near.indices[place])]] += 1 }
      var best = 0
      for label in votes.indices where votes[label] > votes[best] { best = label }
      if best == labels[point] { hits += 1 }
      for place in point * k..<(point + 1) * k { votes[labels[Int(near.indices[place])]] = 0 }
    }
    return Double(hits) / Double(n)
  }
}
