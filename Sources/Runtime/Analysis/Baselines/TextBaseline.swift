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

  /// Two to five characters within words: slower, and stronger where words have many endings.
  public static var characterOptions: TFIDF.Options {
    var options = TFIDF.Options()
    options.analyzer = .characters
    options.ngrams = 2...5
    options.isSublinear = true
    return options
  }

  /// C unless a caller says otherwise: the rows have length 1, so logistic regression needs a weak
  /// penalty. Chosen on a validation part of Russian sentiment.
  public static func defaultC(_ kind: LinearModel.Kind) -> Double {
    switch kind {
    case .logisticRegression: return 10
    case .linearSVM: return 1
    }
  }

  /// Learns from training data; `c` nil means `defaultC`, `balanced` gives every class the same
  /// total weight. Throws `invalid` for texts without a word or data of one class.
  public static func fit(
    _ kind: LinearModel.Kind, _ data: ClassificationData,
    options: TFIDF.Options = defaultOptions, c: Double? = nil, balanced: Bool = false
  ) throws(AnalysisError) -> TextBaseline {
    let texts = joined(data)
    let features = try TFIDF(texts, options: options)
    let classWeights = data.balancedClassWeights
    let model = try LinearModel.fit(
      kind, features.rows(texts), labels: data.labels, classes: data.labelNames.count,
      c: c ?? defaultC(kind),
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
