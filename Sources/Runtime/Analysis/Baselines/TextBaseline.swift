// The classical row of a comparison: TF-IDF of words and word pairs with a linear classifier.
// Seconds to train and the same result each time.

import TLText

/// A linear classifier of texts.
public struct TextBaseline: Sendable {
  public let features: TFIDF
  public let model: LinearModel
  public let labelNames: LabelNames

  /// Words and pairs of words, counts damped.
  public static var defaultOptions: TFIDF.Options {
    var options = TFIDF.Options()
    options.ngrams = 1...2
    options.isSublinear = true
    return options
  }

  /// Learns from training data; `balanced` gives every class the same total weight. Throws
  /// `invalid` for texts without a word or data of one class.
  public static func fit(
    _ kind: LinearModel.Kind, _ data: ClassificationData,
    options: TFIDF.Options = defaultOptions, c: Double = 1, balanced: Bool = false
  ) throws(AnalysisError) -> TextBaseline {
    let texts = joined(data)
    let features = try TFIDF(texts, options: options)
    let classWeights = data.balancedClassWeights
    let model = try LinearModel.fit(
      kind, features.rows(texts), labels: data.labels, classes: data.labelNames.count, c: c,
      exampleWeights: balanced ? data.labels.map { classWeights[$0] } : nil, tolerance: 1e-5)
    return TextBaseline(features: features, model: model, labelNames: data.labelNames)
  }

  /// Predictions for other data of the same task, with probabilities where the model has them.
  public func predictions(_ data: ClassificationData) throws(AnalysisError) -> ClassPredictions {
    guard data.labelNames == labelNames else {
      throw .invalid(
        "the baseline knows the classes \(labelNames.names), the data has \(data.labelNames.names)")
    }
    let rows = features.rows(Self.joined(data))
    switch model.kind {
    case .logisticRegression:
      return try ClassPredictions(
        gold: data.labels, probabilities: model.probabilities(rows), classes: labelNames.count)
    case .linearSVM:
      return try ClassPredictions(
        gold: data.labels, predicted: model.classes(rows), classes: labelNames.count)
    }
  }

  private static func joined(_ data: ClassificationData) -> [String] {
    data.pairs.map { pairs in zip(data.texts, pairs).map { $0 + "\n" + $1 } } ?? data.texts
  }
}
