// How steady a classifier is under other wordings of its texts: the share of predictions that stay, and
// what the metric loses, with intervals by bootstrap over the texts (all wordings of a text go
// together).

import TLText

/// What other wordings do to predictions.
public struct Robustness: Sendable {
  /// One wording of one text.
  public struct Variant: Sendable, Equatable {
    /// The number of the text.
    public var text: Int
    public var kind: String
    public var wording: String

    public init(text: Int, kind: String, wording: String) {
      self.text = text
      self.kind = kind
      self.wording = wording
    }
  }

  /// The wordings of one kind, or of all.
  public struct Row: Sendable {
    public let kind: String
    /// Wordings, and texts they belong to.
    public let count: Int
    public let texts: Int
    /// The share of predictions that stay.
    public let stable: Estimate
    /// The metric on the texts, each counted as often as it has wordings, and on the wordings.
    public let before: Double
    public let after: Double
    /// `before` less `after`.
    public let drop: Bootstrap.Comparison
    /// By how much the probability of the first prediction falls, on the mean.
    public let probabilityDrop: Double
  }

  public let metric: Metric
  /// Each kind, and all together first where there are several.
  public let rows: [Row]
  public let variants: [Variant]
  /// Of the texts that variants belong to, by text, and of each variant.
  public let originals: ClassPredictions
  public let changed: ClassPredictions

  /// - Parameters:
  ///   - originals: predictions for the texts.
  ///   - changed: predictions for the wordings, in their order; gold as of their texts.
  public init(
    metric: Metric, variants: [Variant], originals: ClassPredictions, changed: ClassPredictions,
    resamples: Int = 1000, seed: UInt64 = 0
  ) throws(AnalysisError) {
    guard !variants.isEmpty else {
      throw .invalid("robustness of no variants is undefined; the kinds changed no text")
    }
    guard variants.count == changed.count else {
      throw .invalid("\(variants.count) variants have \(changed.count) predictions")
    }
    if let bad = variants.first(where: { $0.text < 0 || $0.text >= originals.count }) {
      throw .invalid("a variant belongs to text \(bad.text) of \(originals.count)")
    }
    self.metric = metric
    self.variants = variants
    self.originals = originals
    self.changed = changed
    var kinds: [String] = []
    for variant in variants where !kinds.contains(variant.kind) { kinds.append(variant.kind) }
    var rows: [Row] = []
    for kind in kinds.count > 1 ? [nil] + kinds.map(Optional.some) : kinds.map(Optional.some) {
      let chosen = variants.indices.filter { kind == nil || variants[$0].kind == kind }
      rows.append(
        try Self.row(
          kind ?? "all", chosen, metric, variants, originals, changed, resamples: resamples,
          seed: seed))
    }
    self.rows = rows
  }

  /// Variants whose prediction is another than that of their text, the surest first.
  public var flips: [Int] {
    variants.indices
      .filter { changed.predicted[$0] != originals.predicted[variants[$0].text] }
      .sorted {
        let (a, b) = (
          originals.confidence(variants[$0].text), originals.confidence(variants[$1].text)
        )
        return a != b ? a > b : $0 < $1
      }
  }

  private static func row(
    _ kind: String, _ chosen: [Int], _ metric: Metric, _ variants: [Variant],
    _ originals: ClassPredictions, _ changed: ClassPredictions, resamples: Int, seed: UInt64
  ) throws(AnalysisError) -> Row {
    func taking(_ source: ClassPredictions, _ rows: [Int]) throws(AnalysisError) -> Predictions {
      let classes = source.classes
      return .classes(
        try ClassPredictions(
          gold: rows.map { source.gold[$0] },
          probabilities: rows.flatMap {
            source.probabilities[$0 * classes..<($0 + 1) * classes]
          }, classes: classes))
    }
    let texts = Set(chosen.map { variants[$0].text }).sorted()
    var number: [Int: Int] = [:]
    for (index, text) in texts.enumerated() { number[text] = index }
    let owner = chosen.map { number[variants[$0].text] ?? 0 }
    let before = try metric.scorer(taking(originals, chosen.map { variants[$0].text }))
    let after = try metric.scorer(taking(changed, chosen))
    // Weights of texts become weights of their variants.
    func byText(_ scorer: @escaping Scorer) -> Scorer {
      { weights in scorer(owner.map { weights[$0] }) }
    }
    let stays = chosen.map {
      changed.predicted[$0] == originals.predicted[variants[$0].text] ? 1.0 : 0.0
    }
    let stable: Scorer = { weights in
      var (sum, count) = (0.0, 0.0)
      for (index, text) in owner.enumerated() where weights[text] > 0 {
        sum += Double(weights[text]) * stays[index]
        count += Double(weights[text])
      }
      return ratio(sum, count)
    }
    let classes = originals.classes
    let falls = chosen.map { index -> Double in
      let text = variants[index].text
      let predicted = originals.predicted[text]
      return originals.probabilities[text * classes + predicted]
        - changed.probabilities[index * classes + predicted]
    }
    let ones = [Int32](repeating: 1, count: texts.count)
    return Row(
      kind: kind, count: chosen.count, texts: texts.count,
      stable: try Bootstrap.estimate(
        stable, count: texts.count, resamples: resamples, seed: seed),
      before: byText(before)(ones), after: byText(after)(ones),
      drop: try Bootstrap.compare(
        byText(before), byText(after), count: texts.count, resamples: resamples, seed: seed),
      probabilityDrop: falls.reduce(0, +) / Double(max(1, falls.count)))
  }
}
