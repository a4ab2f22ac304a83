// F1 of classes and the precision and recall behind it: macro (each class counts alike), micro
// (each example), weighted (each class as often as it occurs).

enum F1Score {
  static let macro = metric("macro_f1", "mean F1 over the classes, each counting alike") {
    $0.macro().f1
  }

  static let metrics = [
    macro,
    metric("micro_f1", "F1 of the summed counts, equal to accuracy for one label per example") {
      $0.micro().f1
    },
    metric("weighted_f1", "mean F1 over the classes, weighted by their examples") {
      $0.weighted().f1
    },
    metric("macro_precision", "mean precision over the classes") { $0.macro().precision },
    metric("macro_recall", "mean recall over the classes") { $0.macro().recall },
  ]

  private static func metric(
    _ name: String, _ purpose: String, _ score: @escaping @Sendable (ConfusionMatrix) -> Double
  ) -> Metric {
    .ofClasses(name, purpose) { (predictions) throws(AnalysisError) in
      ConfusionMatrix.scorer(predictions, score)
    }
  }
}
