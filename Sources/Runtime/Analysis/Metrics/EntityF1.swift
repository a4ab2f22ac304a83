// F1 over whole entities: right means the same kind, first and last word. The headline is that of
// conlleval (micro, lenient reading of the tags); the strict one reads IOB2 to the letter. Both as
// in seqeval 1.2.2.

import TLText

/// Scores of entities, overall and by kind.
public struct EntityScores: Sendable {
  /// Summed over the kinds: the headline.
  public let micro: PrecisionRecallF1
  /// Mean over the kinds that occur in gold or prediction.
  public let macro: PrecisionRecallF1
  /// The same mean, weighted by the gold entities.
  public let weighted: PrecisionRecallF1
  /// By kind, for the kinds that occur, in the order of the task.
  public let byKind: [(kind: String, scores: PrecisionRecallF1)]
  public let goldCount: Int
  public let predictedCount: Int
  public let correctCount: Int

  /// Scores all sentences; `strict` reads IOB2 to the letter.
  public init(_ predictions: TagPredictions, strict: Bool = false) {
    self.init(
      EntityF1.sums(predictions, strict: strict)
        .total([Int32](repeating: 1, count: predictions.count)), kinds: predictions.kinds)
  }

  /// From sums: per kind correct, predicted, gold.
  init(_ sums: [Double], kinds: [String]) {
    let scores = kinds.indices.map {
      PrecisionRecallF1(
        correct: sums[3 * $0], predicted: sums[3 * $0 + 1], gold: sums[3 * $0 + 2])
    }
    let present = kinds.indices.filter { sums[3 * $0 + 1] + sums[3 * $0 + 2] > 0 }
    let total = (0..<3).map { part in
      kinds.indices.reduce(0) { $0 + sums[3 * $1 + part] }
    }
    micro = PrecisionRecallF1(correct: total[0], predicted: total[1], gold: total[2])
    macro = PrecisionRecallF1.mean(present.map { (scores[$0], 1) })
    weighted = PrecisionRecallF1.mean(present.map { (scores[$0], scores[$0].support) })
    byKind = present.map { (kind: kinds[$0], scores: scores[$0]) }
    (correctCount, predictedCount, goldCount) = (Int(total[0]), Int(total[1]), Int(total[2]))
  }
}

enum EntityF1 {
  static let headline = metric(
    "entity_f1", "F1 of whole entities, as conlleval counts them", strict: false
  ) { $0.micro.f1 }

  static let metrics = [
    headline,
    metric("entity_f1_strict", "F1 of whole entities, only well-formed IOB2 counts", strict: true) {
      $0.micro.f1
    },
    metric("entity_precision", "share of the predicted entities that are right", strict: false) {
      $0.micro.precision
    },
    metric("entity_recall", "share of the entities that were found", strict: false) {
      $0.micro.recall
    },
    metric("entity_macro_f1", "mean entity F1 over the kinds", strict: false) { $0.macro.f1 },
  ]

  private static func metric(
    _ name: String, _ purpose: String, strict: Bool,
    _ score: @escaping @Sendable (EntityScores) -> Double
  ) -> Metric {
    .ofTags(name, purpose) { (predictions) throws(AnalysisError) in
      let sums = sums(predictions, strict: strict)
      let kinds = predictions.kinds
      return { score(EntityScores(sums.total($0), kinds: kinds)) }
    }
  }

  /// Per sentence and kind: correct, predicted, gold.
  static func sums(_ predictions: TagPredictions, strict: Bool) -> ExampleSums {
    let read = strict ? TagSequence.strictEntities : TagSequence.entities
    return ExampleSums(
      width: 3 * predictions.kinds.count,
      (0..<predictions.count).map { row in
        let gold = read(predictions.gold[row])
        let predicted = read(predictions.predicted[row])
        var places: [(place: Int, value: Double)] = []
        let known = Set(gold)
        for entity in predicted {
          if known.contains(entity) { places.append((3 * entity.kind, 1)) }
          places.append((3 * entity.kind + 1, 1))
        }
        for entity in gold { places.append((3 * entity.kind + 2, 1)) }
        return places
      })
  }
}
