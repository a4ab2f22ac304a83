// ROUGE of texts, as a value.

import TLAnalysis
import TLText
import TLTransfer

/// ROUGE with intervals: `rouge(predictions, references)`.
public final class ROUGEObject: DomainObject {
  let scores: ROUGEScores
  let references: [String]
  /// Mean F1 with its interval, by measure.
  let estimates: [(measure: ROUGEScores.Measure, estimate: Estimate)]

  init(_ scores: ROUGEScores, references: [String], resamples: Int, seed: UInt64) throws {
    self.scores = scores
    self.references = references
    estimates = try ROUGEScores.Measure.allCases.map {
      ($0, try scores.estimate($0, resamples: resamples, seed: seed))
    }
    super.init()
  }

  override public var fieldNames: [String] {
    ROUGEScores.Measure.allCases.map(\.rawValue) + ["n", "words", "metrics", "intervals", "table"]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    if let found = estimates.first(where: { $0.measure.rawValue == name }) {
      return .number(found.estimate.mean)
    }
    switch name {
    case "n": return .integer(scores.count)
    case "words": return .text(scores.form.rawValue)
    case "metrics": return .object(TableObject(try metrics(), machine))
    case "intervals":
      let metrics = try metrics()
      return machine.record(
        estimates.enumerated().map { row, found in
          (
            found.measure.rawValue,
            machine.record(metrics.row(row).map { ($0.0, Value($0.1, machine.symbols)) })
          )
        })
    case "table": return .object(TableObject(try perText(), machine))
    default: return nil
    }
  }

  private func metrics() throws -> Table {
    let means = estimates.map { scores.mean($0.measure) }
    return try Table([
      ("metric", estimates.map { .text($0.measure.rawValue) }),
      ("precision", means.map { .number($0.precision) }),
      ("recall", means.map { .number($0.recall) }), ("f1", means.map { .number($0.f1) }),
      (
        "lower", estimates.map { $0.estimate.interval.map { .number($0.lower) } ?? DataValue.none }
      ),
      (
        "upper", estimates.map { $0.estimate.interval.map { .number($0.upper) } ?? DataValue.none }
      ),
    ])
  }

  /// The F1 of each text.
  private func perText() throws -> Table {
    try Table(
      ROUGEScores.Measure.allCases.enumerated().map { index, measure in
        (measure.rawValue, scores.rows.map { .number($0[index].f1) })
      })
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text = "ROUGE  \(counted(scores.count, "text"))"
    if scores.form == .stem { text += " · stems" }
    text += "\n            F1 (95% interval)        precision  recall"
    for (measure, estimate) in estimates {
      let mean = scores.mean(measure)
      let name = MetricNames.title(measure.rawValue)
      let shown = ProbeObject.shown(estimate)
      text += "\n" + name + String(repeating: " ", count: max(1, 12 - name.count)) + shown
      text += String(repeating: " ", count: max(1, 25 - shown.count))
      text += Rounded.fixed(mean.precision, 3, width: 9) + Rounded.fixed(mean.recall, 3, width: 8)
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? ROUGEObject else { return false }
    return other.scores.rows == scores.rows && other.scores.form == scores.form
  }
}
