// The classical row of a comparison: TF-IDF of words and of characters within words with a linear
// classifier, its penalty chosen on the validation part. Seconds to train and the same result each
// time.

import TLText

/// A linear classifier of texts.
public struct TextBaseline: Sendable {
  /// What is counted.
  public enum Features: String, Sendable, CaseIterable {
    /// Words and pairs of words.
    case words
    /// Two to five characters within words: stronger where words have many endings.
    case characters
    /// Both, side by side.
    case both

    /// Counts are damped; a term of characters occurs in at least two texts.
    var options: [TFIDF.Options] {
      var words = TFIDF.Options()
      words.ngrams = 1...2
      words.isSublinear = true
      var characters = TFIDF.Options()
      characters.analyzer = .characters
      characters.ngrams = 2...5
      characters.isSublinear = true
      characters.minimumTexts = 2
      switch self {
      case .words: return [words]
      case .characters: return [characters]
      case .both: return [words, characters]
      }
    }
  }

  public let features: [TFIDF]
  public let model: LinearModel
  /// The inverse weight of the penalty.
  public let c: Double
  public let labelNames: LabelNames

  /// C where there is no validation part to choose it on: the rows are short, so logistic regression
  /// needs a weak penalty.
  public static func defaultC(_ kind: LinearModel.Kind) -> Double {
    switch kind {
    case .logisticRegression: return 10
    case .linearSVM: return 1
    }
  }

  /// The values among which a validation part chooses, from the strongest penalty to the weakest.
  static func candidates(_ kind: LinearModel.Kind) -> [Double] {
    switch kind {
    case .logisticRegression: return [1, 3, 10, 30, 100]
    case .linearSVM: return [0.1, 0.3, 1, 3, 10]
    }
  }

  /// Learns from training data. `c` nil: that with the best macro-F1 on `validation`, the stronger
  /// penalty of equal ones; without such a part `defaultC`. `balanced` gives every class the same
  /// total weight. Throws `invalid` for texts without a word or data of one class.
  public static func fit(
    _ kind: LinearModel.Kind, _ data: ClassificationData, features: Features = .both,
    c: Double? = nil, validation: ClassificationData? = nil, balanced: Bool = false,
    isCancelled: CancellationCheck = neverCancelled
  ) throws(AnalysisError) -> TextBaseline {
    let texts = joined(data)
    var models: [TFIDF] = []
    var parts: [SparseRows] = []
    var failure: AnalysisError?
    for options in features.options {
      do throws(AnalysisError) {
        let (model, rows) = try TFIDF.fit(texts, options: options, isCancelled: isCancelled)
        models.append(model)
        parts.append(rows)
      } catch {
        // Of both kinds of term one is enough: a few short texts may share no characters.
        guard case .invalid = error else { throw error }
        failure = error
      }
    }
    if models.isEmpty, let failure { throw failure }
    let products = SparseProducts(.joined(parts))
    parts = []
    let classWeights = data.balancedClassWeights
    let weights = balanced ? data.labels.map { classWeights[$0] } : nil
    func fit(_ c: Double, from start: LinearModel?) throws(AnalysisError) -> LinearModel {
      try LinearModel.fit(
        kind, products, labels: data.labels, classes: data.labelNames.count, c: c,
        exampleWeights: weights, tolerance: 1e-3, start: start, isCancelled: isCancelled)
    }
    func baseline(_ model: LinearModel, _ c: Double) -> TextBaseline {
      TextBaseline(features: models, model: model, c: c, labelNames: data.labelNames)
    }
    guard c == nil, let validation else {
      let c = c ?? defaultC(kind)
      return baseline(try fit(c, from: nil), c)
    }
    let rows = rows(joined(validation), models)
    var best: (score: Double, baseline: TextBaseline)?
    var last: LinearModel?
    for c in candidates(kind) {
      let candidate = baseline(try fit(c, from: last), c)
      last = candidate.model
      let predictions = try candidate.predictions(rows, labels: validation.labels)
      let score = try F1Score.macro.value(.classes(predictions))
      if score > best?.score ?? -1 { best = (score, candidate) }
    }
    guard let best else { throw .invalid("there is no value of C to choose from") }
    return best.baseline
  }

  /// Predictions for other data of the same task, with probabilities where the model has them.
  public func predictions(_ data: ClassificationData) throws(AnalysisError) -> ClassPredictions {
    guard data.labelNames == labelNames else {
      throw .invalid(
        "the baseline knows the classes \(labelNames.names), the data has \(data.labelNames.names)")
    }
    return try predictions(Self.rows(Self.joined(data), features), labels: data.labels)
  }

  private func predictions(
    _ rows: SparseRows, labels: [Int]
  ) throws(AnalysisError) -> ClassPredictions {
    switch model.kind {
    case .logisticRegression:
      return try ClassPredictions(
        gold: labels, probabilities: model.probabilities(rows), classes: labelNames.count)
    case .linearSVM:
      return try ClassPredictions(
        gold: labels, predicted: model.classes(rows), classes: labelNames.count)
    }
  }

  private static func rows(_ texts: [String], _ models: [TFIDF]) -> SparseRows {
    .joined(models.map { $0.rows(texts) })
  }

  private static func joined(_ data: ClassificationData) -> [String] {
    data.pairs.map { pairs in zip(data.texts, pairs).map { $0 + "\n" + $1 } } ?? data.texts
  }
}
