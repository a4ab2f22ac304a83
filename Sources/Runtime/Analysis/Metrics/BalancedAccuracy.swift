// The mean recall over the classes that occur.

enum BalancedAccuracy {
  static let metric = Metric.ofClasses(
    "balanced_accuracy", "mean recall over the classes that occur"
  ) {
    (predictions) throws(AnalysisError) in ConfusionMatrix.scorer(predictions) { of($0) }
  }

  static func of(_ matrix: ConfusionMatrix) -> Double {
    let recalls = matrix.perClass.filter { $0.support > 0 }.map(\.recall)
    return ratio(recalls.reduce(0, +), Double(recalls.count))
  }
}
