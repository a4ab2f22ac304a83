// How steady a model is under other wordings of its texts: the share of predictions that stay (of words
// for tags; for written texts how much of the words they have in common), and what the metric loses,
// with intervals by bootstrap over the texts (all wordings of a text go together).

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
    /// The share of predictions that stay: of classes, of the tags of words; for written texts the mean
    /// ROUGE-L between what is written for a text and for its wording.
    public let stable: Estimate
    /// The metric on the texts, each counted as often as it has wordings, and on the wordings.
    public let before: Double
    public let after: Double
    /// `before` less `after`.
    public let drop: Bootstrap.Comparison
    /// By how much the probability of the first prediction falls, on the mean; for classes.
    public let probabilityDrop: Double?
  }

  public let metric: Metric
  /// Each kind, and all together first where there are several.
  public let rows: [Row]
  public let variants: [Variant]
  /// Of the texts that variants belong to, by text, and of each variant.
  public let originals: Predictions
  public let changed: Predictions
  /// The predictions of each variant, words for tags, and how many of them stay.
  public let units: [Double]
  public let stays: [Double]

  /// - Parameters:
  ///   - originals: predictions for the texts.
  ///   - changed: predictions for the wordings, in their order; gold as of their texts.
  public init(
    metric: Metric, variants: [Variant], originals: Predictions, changed: Predictions,
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
    (units, stays) = try Self.kept(variants, originals, changed)
    var kinds: [String] = []
    for variant in variants where !kinds.contains(variant.kind) { kinds.append(variant.kind) }
    var rows: [Row] = []
    for kind in kinds.count > 1 ? [nil] + kinds.map(Optional.some) : kinds.map(Optional.some) {
      let chosen = variants.indices.filter { kind == nil || variants[$0].kind == kind }
      rows.append(
        try Self.row(
          kind ?? "all", chosen, metric, variants, originals, changed, units: units, stays: stays,
          resamples: resamples, seed: seed))
    }
    self.rows = rows
  }

  /// The same for classes.
  public init(
    metric: Metric, variants: [Variant], originals: ClassPredictions, changed: ClassPredictions,
    resamples: Int = 1000, seed: UInt64 = 0
  ) throws(AnalysisError) {
    try self.init(
      metric: metric, variants: variants, originals: .classes(originals),
      changed: .classes(changed), resamples: resamples, seed: seed)
  }

  /// Variants whose prediction is another than that of their text: classes with the surest first, tags
  /// and texts with the most changed first.
  public var flips: [Int] {
    let found = variants.indices.filter { stays[$0] < units[$0] }
    func order(_ value: (Int) -> Double) -> [Int] {
      found.sorted { (value($0), $1) > (value($1), $0) }
    }
    guard case .classes(let classes) = originals else {
      return order { 1 - ratio(stays[$0], units[$0]) }
    }
    return order { classes.confidence(variants[$0].text) }
  }

  /// How many predictions each variant has, and how many stay.
  private static func kept(
    _ variants: [Variant], _ originals: Predictions, _ changed: Predictions
  ) throws(AnalysisError) -> (units: [Double], stays: [Double]) {
    var units = [Double](repeating: 1, count: variants.count)
    var stays = units
    switch (originals, changed) {
    case (.classes(let before), .classes(let after)):
      for (index, variant) in variants.enumerated() {
        stays[index] = after.predicted[index] == before.predicted[variant.text] ? 1 : 0
      }
    case (.tags(let before), .tags(let after)):
      for (index, variant) in variants.enumerated() {
        let (first, second) = (before.predicted[variant.text], after.predicted[index])
        guard first.count == second.count else {
          throw .invalid(
            "variant \(index) has \(second.count) words, its text \(first.count): wordings for tags "
              + "keep every word in its place")
        }
        units[index] = Double(first.count)
        stays[index] = Double(zip(first, second).count { $0 == $1 })
      }
    case (.texts(let before), .texts(let after)):
      for (index, variant) in variants.enumerated() {
        let (first, second) = (before.hypotheses[variant.text], after.hypotheses[index])
        stays[index] = first == second ? 1 : ROUGE.longest(reference: first, hypothesis: second).f1
      }
    default:
      throw .invalid("the predictions before and after are of different tasks")
    }
    return (units, stays)
  }

  private static func row(
    _ kind: String, _ chosen: [Int], _ metric: Metric, _ variants: [Variant],
    _ originals: Predictions, _ changed: Predictions, units: [Double], stays: [Double],
    resamples: Int, seed: UInt64
  ) throws(AnalysisError) -> Row {
    let texts = Set(chosen.map { variants[$0].text }).sorted()
    var number: [Int: Int] = [:]
    for (index, text) in texts.enumerated() { number[text] = index }
    let owner = chosen.map { number[variants[$0].text] ?? 0 }
    let before = try metric.scorer(originals.taking(chosen.map { variants[$0].text }))
    let after = try metric.scorer(changed.taking(chosen))
    // Weights of texts become weights of their variants.
    func byText(_ scorer: @escaping Scorer) -> Scorer {
      { weights in scorer(owner.map { weights[$0] }) }
    }
    let (own, kept) = (chosen.map { units[$0] }, chosen.map { stays[$0] })
    let stable: Scorer = { weights in
      var (sum, count) = (0.0, 0.0)
      for (index, text) in owner.enumerated() where weights[text] > 0 {
        sum += Double(weights[text]) * kept[index]
        count += Double(weights[text]) * own[index]
      }
      return ratio(sum, count)
    }
    var fall: Double?
    if case (.classes(let originals), .classes(let changed)) = (originals, changed) {
      let classes = originals.classes
      let falls = chosen.map { index -> Double in
        let text = variants[index].text
        let predicted = originals.predicted[text]
        return originals.probabilities[text * classes + predicted]
          - changed.probabilities[index * classes + predicted]
      }
      fall = falls.reduce(0, +) / Double(max(1, falls.count))
    }
    let ones = [Int32](repeating: 1, count: texts.count)
    return Row(
      kind: kind, count: chosen.count, texts: texts.count,
      stable: try Bootstrap.estimate(
        stable, count: texts.count, resamples: resamples, seed: seed),
      before: byText(before)(ones), after: byText(after)(ones),
      drop: try Bootstrap.compare(
        byText(before), byText(after), count: texts.count, resamples: resamples, seed: seed),
      probabilityDrop: fall)
  }
}

extension Predictions {
  /// The predictions at some rows, in that order.
  func taking(_ rows: [Int]) throws(AnalysisError) -> Predictions {
    switch self {
    case .classes(let source):
      let classes = source.classes
      return .classes(
        try ClassPredictions(
          gold: rows.map { source.gold[$0] },
          probabilities: rows.flatMap {
            source.probabilities[$0 * classes..<($0 + 1) * classes]
          }, classes: classes))
    case .tags(let source):
      return .tags(
        try TagPredictions(
          gold: rows.map { source.gold[$0] }, predicted: rows.map { source.predicted[$0] },
          kinds: source.kinds))
    case .texts(let source):
      return .texts(
        try TextPredictions(
          references: rows.map { source.references[$0] },
          hypotheses: rows.map { source.hypotheses[$0] }))
    }
  }
}
