// The correlation of right and predicted class (Gorodkin 2004, the R_K statistic); 0 when one of
// the two is constant.

enum MatthewsCorrelation {
  static let metric = Metric.ofClasses(
    "matthews_correlation", "correlation of right and predicted class, -1 to 1", range: -1...1
  ) {
    (predictions) throws(AnalysisError) in ConfusionMatrix.scorer(predictions) { of($0) }
  }

  static func of(_ matrix: ConfusionMatrix) -> Double {
    let n = matrix.total
    let gold = matrix.support
    let predicted = matrix.predictedCounts
    let both = zip(gold, predicted).reduce(0) { $0 + $1.0 * $1.1 }
    let covariance = matrix.correct * n - both
    let ofGold = n * n - gold.reduce(0) { $0 + $1 * $1 }
    let ofPredicted = n * n - predicted.reduce(0) { $0 + $1 * $1 }
    return ratio(covariance, (ofGold * ofPredicted).squareRoot())
  }
}
