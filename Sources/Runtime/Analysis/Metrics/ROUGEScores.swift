// ROUGE of many texts with precision, recall, F1 and intervals: one pass over the words of each pair
// for all four measures. The definitions are those of ROUGE.swift.

import TLText

/// ROUGE of predictions against references.
public struct ROUGEScores: Sendable {
  public enum Measure: String, Sendable, CaseIterable {
    case rouge1 = "rouge_1"
    case rouge2 = "rouge_2"
    case rougeL = "rouge_l"
    case rougeLsum = "rouge_lsum"
  }

  public let form: ROUGE.WordForm
  /// For each text its measures, in the order of `Measure.allCases`.
  public let rows: [[PrecisionRecallF1]]

  public var count: Int { rows.count }

  /// Throws for lists of other lengths, for none, for texts too long to compare, and when stopped.
  public init(
    predictions: [String], references: [String], form: ROUGE.WordForm = .plain,
    isCancelled: CancellationCheck = { false }
  ) throws(AnalysisError) {
    guard predictions.count == references.count else {
      throw .invalid(
        "each prediction needs its reference: \(predictions.count) predictions and "
          + "\(references.count) references found")
    }
    guard !predictions.isEmpty else { throw .invalid("ROUGE of no texts is undefined") }
    try ROUGE.checkLengths(
      TextPredictions(references: references, hypotheses: predictions), for: "rouge")
    self.form = form
    var rows: [[PrecisionRecallF1]] = []
    rows.reserveCapacity(predictions.count)
    for (prediction, reference) in zip(predictions, references) {
      if isCancelled() { throw .cancelled }
      let (a, b) = (form.words(of: reference), form.words(of: prediction))
      let longest = ROUGE.longest(reference: a, hypothesis: b)
      let hasLines = reference.utf8.contains(0x0A) || prediction.utf8.contains(0x0A)
      rows.append([
        ROUGE.ngrams(1, reference: a, hypothesis: b), ROUGE.ngrams(2, reference: a, hypothesis: b),
        longest,
        hasLines
          ? ROUGE.longestByLines(reference: reference, hypothesis: prediction, form: form)
          : longest,
      ])
    }
    self.rows = rows
  }

  /// Means over the texts.
  public func mean(_ measure: Measure) -> (precision: Double, recall: Double, f1: Double) {
    let n = Double(max(1, rows.count))
    var sums = (precision: 0.0, recall: 0.0, f1: 0.0)
    for row in rows {
      let scores = row[measure.index]
      sums.precision += scores.precision
      sums.recall += scores.recall
      sums.f1 += scores.f1
    }
    return (sums.precision / n, sums.recall / n, sums.f1 / n)
  }

  /// The mean F1 as a function of how often each text counts.
  public func scorer(_ measure: Measure) -> Scorer {
    let values = rows.map { $0[measure.index].f1 }
    return { weights in
      var (sum, count) = (0.0, 0.0)
      for (row, weight) in weights.enumerated() where weight > 0 {
        sum += Double(weight) * values[row]
        count += Double(weight)
      }
      return ratio(sum, count)
    }
  }

  /// The mean F1 with its interval, by bootstrap over the texts.
  public func estimate(
    _ measure: Measure, resamples: Int = 1000, seed: UInt64 = 0
  ) throws(AnalysisError) -> Estimate {
    try Bootstrap.estimate(scorer(measure), count: count, resamples: resamples, seed: seed)
  }
}

extension ROUGEScores.Measure {
  var index: Int {
    switch self {
    case .rouge1: 0
    case .rouge2: 1
    case .rougeL: 2
    case .rougeLsum: 3
    }
  }
}
