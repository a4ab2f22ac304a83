// Counts of (right class, predicted class), and every score of classes that is a function of them.
// Definitions and 0/0 = 0 as in scikit-learn 1.9 with `zero_division=0`; the macro mean divides by
// all classes of the task, those without an example included.

/// Counts of examples by right and predicted class.
public struct ConfusionMatrix: Sendable, Equatable {
  public let classes: Int
  /// [right class, predicted class], row by row.
  public let counts: [Double]

  /// The counts when example i counts `weights[i]` times, once each by default.
  public init(_ predictions: ClassPredictions) {
    let k = predictions.classes
    var counts = [Double](repeating: 0, count: k * k)
    for row in 0..<predictions.count {
      counts[predictions.gold[row] * k + predictions.predicted[row]] += 1
    }
    self.init(classes: k, counts: counts)
  }

  init(classes: Int, counts: [Double]) {
    self.classes = classes
    self.counts = counts
  }

  /// A scorer that computes `score` from the matrix of the weighted examples.
  static func scorer(
    _ predictions: ClassPredictions, _ score: @escaping @Sendable (ConfusionMatrix) -> Double
  ) -> Scorer {
    let k = predictions.classes
    let cells = zip(predictions.gold, predictions.predicted).map { Int32($0 * k + $1) }
    return { weights in
      var counts = [Double](repeating: 0, count: k * k)
      for (cell, weight) in zip(cells, weights) { counts[Int(cell)] += Double(weight) }
      return score(ConfusionMatrix(classes: k, counts: counts))
    }
  }

  public subscript(gold: Int, predicted: Int) -> Double { counts[gold * classes + predicted] }

  public var total: Double { counts.reduce(0, +) }
  public var correct: Double { (0..<classes).reduce(0) { $0 + self[$1, $1] } }

  /// Examples of each class.
  public var support: [Double] {
    (0..<classes).map { gold in (0..<classes).reduce(0) { $0 + self[gold, $1] } }
  }

  /// Predictions of each class.
  public var predictedCounts: [Double] {
    (0..<classes).map { column in (0..<classes).reduce(0) { $0 + self[$1, column] } }
  }

  public var accuracy: Double { ratio(correct, total) }

  /// Precision, recall, F1 of each class.
  public var perClass: [PrecisionRecallF1] {
    let support = support
    let predicted = predictedCounts
    return (0..<classes).map {
      PrecisionRecallF1(correct: self[$0, $0], predicted: predicted[$0], gold: support[$0])
    }
  }

  /// The mean over some classes (all by default), each counting alike.
  public func macro(_ chosen: [Int]? = nil) -> PrecisionRecallF1 {
    let scores = perClass
    return PrecisionRecallF1.mean((chosen ?? Array(0..<classes)).map { (scores[$0], 1) })
  }

  /// The mean over some classes, each counting as often as it occurs.
  public func weighted(_ chosen: [Int]? = nil) -> PrecisionRecallF1 {
    let scores = perClass
    return PrecisionRecallF1.mean(
      (chosen ?? Array(0..<classes)).map { (scores[$0], scores[$0].support) })
  }

  /// The scores of the summed counts of some classes.
  public func micro(_ chosen: [Int]? = nil) -> PrecisionRecallF1 {
    let support = support
    let predicted = predictedCounts
    let chosen = chosen ?? Array(0..<classes)
    return PrecisionRecallF1(
      correct: chosen.reduce(0) { $0 + self[$1, $1] },
      predicted: chosen.reduce(0) { $0 + predicted[$1] },
      gold: chosen.reduce(0) { $0 + support[$1] })
  }
}

/// Precision, recall, and their harmonic mean.
public struct PrecisionRecallF1: Sendable, Equatable {
  public let precision: Double
  public let recall: Double
  public let f1: Double
  /// How many there were to be found.
  public let support: Double

  public init(correct: Double, predicted: Double, gold: Double) {
    precision = ratio(correct, predicted)
    recall = ratio(correct, gold)
    f1 = ratio(2 * correct, predicted + gold)
    support = gold
  }

  init(precision: Double, recall: Double, f1: Double, support: Double) {
    self.precision = precision
    self.recall = recall
    self.f1 = f1
    self.support = support
  }

  static func mean(_ scores: [(PrecisionRecallF1, weight: Double)]) -> PrecisionRecallF1 {
    let weight = scores.reduce(0) { $0 + $1.weight }
    return PrecisionRecallF1(
      precision: ratio(scores.reduce(0) { $0 + $1.0.precision * $1.weight }, weight),
      recall: ratio(scores.reduce(0) { $0 + $1.0.recall * $1.weight }, weight),
      f1: ratio(scores.reduce(0) { $0 + $1.0.f1 * $1.weight }, weight),
      support: scores.reduce(0) { $0 + $1.0.support })
  }
}
