// LogisticProbe: multinomial logistic regression on dense vectors, the linear classifier that asks what
// a layer's features say (Alain and Bengio 2017). Columns are standardized by the train rows, and the
// weights found by L-BFGS from zeros; the penalty is half the squared norm of the weights / (c n).
// For sparse counts of words see `LinearModel`.

import TLTensor

/// A linear classifier of standardized rows.
public struct LogisticProbe: Sendable {
  public let classes: Int
  public let columns: Int
  /// Weights [classes, columns], then a bias for each class.
  public let weights: [Double]

  /// The most steps of the descent.
  public static let iterations = 100
  /// The descent ends when ten steps gain less than this share of the loss.
  public static let tolerance = 1e-3

  /// Fits rows [N, C] that are standardized already.
  ///
  /// Throws `invalid` for no rows, one class only, a label outside the classes, or numbers that are
  /// not finite.
  public static func fit(
    _ rows: Tensor, labels: [Int32], classes: Int, c: Double = 1,
    isCancelled: () -> Bool = { false }
  ) throws(AnalysisError) -> LogisticProbe {
    guard let first = labels.first, labels.count == rows.rows else {
      throw .invalid("a probe needs a label for each row: \(rows.rows) and \(labels.count) found")
    }
    if let bad = labels.first(where: { $0 < 0 || Int($0) >= classes }) {
      throw .invalid("class \(bad) is outside the \(classes) classes")
    }
    guard labels.contains(where: { $0 != first }) else {
      throw .invalid("a probe needs examples of two classes, all \(labels.count) are of one")
    }
    guard rows.isFinite else { throw .invalid("the features hold numbers that are not finite") }
    let objective = SoftmaxObjective(
      rows, labels: labels, classes: classes, penalty: 1 / (c * Double(labels.count)))
    let point = try LimitedMemoryBFGS.minimize(
      [Double](repeating: 0, count: objective.weightCount), iterations: iterations,
      tolerance: tolerance
    ) { (point, gradient) throws(AnalysisError) in
      if isCancelled() { throw .cancelled }
      return objective(point, &gradient)
    }
    return LogisticProbe(classes: classes, columns: rows.columns, weights: point)
  }

  /// The class with the largest logit of each row, the first among equals.
  public func predict(_ rows: Tensor) -> [Int] {
    let logits = SoftmaxObjective.logits(rows, weights, classes: classes)
    return (0..<rows.rows).map { row in
      var best = 0
      for k in 1..<max(1, classes) where logits[row, k] > logits[row, best] { best = k }
      return best
    }
  }
}
