// The share of examples whose predicted class is right.

enum Accuracy {
  static let metric = Metric.ofClasses("accuracy", "share of examples classified right") {
    (predictions) throws(AnalysisError) in ConfusionMatrix.scorer(predictions) { $0.accuracy }
  }
}
