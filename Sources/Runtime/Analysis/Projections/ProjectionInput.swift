// What every projection asks of its points, and how far they are from each other.

import TLTensor

/// What points are compared by.
public enum ProjectionMetric: String, Sendable, CaseIterable {
  case euclidean
  /// Rows are brought to length 1 first: the order of distances is that of cosines.
  case cosine
}

public enum ProjectionInput {
  /// Throws `invalid` for no or one point, no columns, a value that is not finite (with its row), and
  /// for points that are all the same.
  public static func check(_ points: Tensor, for method: String) throws(AnalysisError) {
    let (rows, columns) = (points.shape.first ?? 0, points.columns)
    guard rows > 1, columns > 0 else {
      throw .invalid(
        "\(method) needs at least 2 points, found \(columns == 0 ? "no columns" : "\(rows)")")
    }
    try checkFinite(points, for: method)
    let first = points.pointer
    for row in 1..<rows {
      let start = points.pointer + row * columns
      for column in 0..<columns where start[column] != first[column] { return }
    }
    throw .invalid("all \(rows) points are the same, so \(method) has nothing to show")
  }

  /// Throws `invalid` with the row and the column (from 0) of a value that is not finite.
  public static func checkFinite(_ points: Tensor, for method: String) throws(AnalysisError) {
    guard !points.isFinite,
      let place = (0..<points.count).first(where: { !points.pointer[$0].isFinite })
    else { return }
    let (row, column) = (place / points.columns, place % points.columns)
    let value = points.pointer[place]
    throw .invalid(
      "row \(row) of the points has \(value.isNaN ? "NaN" : "an infinity") in column \(column); "
        + "\(method) needs finite numbers: leave the row out")
  }

  /// The points in the space of a metric. Throws `invalid` for a row of zeros under the cosine.
  static func prepared(_ points: Tensor, _ metric: ProjectionMetric) throws(AnalysisError) -> Tensor
  {
    guard metric == .cosine else { return points }
    let result = points.copy()
    for row in 0..<result.rows {
      let start = result.pointer + row * result.columns
      var square = 0.0
      for column in 0..<result.columns { square += Double(start[column]) * Double(start[column]) }
      guard square > 0 else {
        throw .invalid(
          "row \(row) of the points is all zeros and has no direction; use the euclidean metric")
      }
      let scale = Float(1 / square.squareRoot())
      for column in 0..<result.columns { start[column] *= scale }
    }
    return result
  }
}

/// What a long projection tells and asks on its way.
public struct ProjectionWatch: Sendable {
  public let isStopped: @Sendable () -> Bool
  /// What is being done, and the share of it done, 0 to 1.
  public let progress: @Sendable (_ stage: String, _ share: Double) -> Void

  public init(
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ stage: String, _ share: Double) -> Void = { _, _ in }
  ) {
    self.isStopped = isStopped
    self.progress = progress
  }
}
