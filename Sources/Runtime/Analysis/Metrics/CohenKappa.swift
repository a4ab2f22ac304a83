// Agreement beyond chance (Cohen 1960): 0 where scikit-learn gives NaN, when chance alone would
// agree always.

enum CohenKappa {
  static let metric = Metric.ofClasses(
    "cohen_kappa", "agreement with the right class beyond chance, at most 1", range: -1...1
  ) {
    (predictions) throws(AnalysisError) in ConfusionMatrix.scorer(predictions) { of($0) }
  }

  static func of(_ matrix: ConfusionMatrix) -> Double {
    let n = matrix.total
    let both = zip(matrix.support, matrix.predictedCounts).reduce(0) { $0 + $1.0 * $1.1 }
    return ratio(n * matrix.correct - both, n * n - both)
  }
}
