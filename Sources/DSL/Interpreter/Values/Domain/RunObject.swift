// A run, and what it reached on a part, as values.

import TLAnalysis
import TLText
import TLTransfer

/// A trained run: `adapt(…)`.
public final class RunObject: DomainObject {
  public let run: AdaptedRun

  public init(_ run: AdaptedRun) {
    self.run = run
    super.init()
  }

  override public var kind: KindSet { .run }
  override public var fieldNames: [String] {
    [
      "id", "donor", "strategy", "task", "state", "seed", "settings", "learning_rate", "history",
      "epochs", "best_epoch", "validation", "test", "trained_parameters", "total_parameters",
      "trainable_share", "train_seconds", "rows_per_second", "peak_memory", "cpu_seconds",
      "energy_kwh", "truncated",
    ]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    let (adaptation, facts) = (run.adaptation, run.facts)
    switch name {
    case "id": return .text(run.stored?.id ?? "")
    case "donor": return .object(ModelObject(adaptation.donor))
    case "strategy": return .object(StrategyObject(adaptation.strategy))
    case "task": return .object(TaskObject(adaptation.task))
    case "state": return .text(facts.isInterrupted ? "interrupted" : "finished")
    case "seed": return .integer(Int(truncatingIfNeeded: adaptation.settings.seed))
    case "settings":
      return Value(DataValue(.object(adaptation.settings.fields)), machine.symbols)
    case "learning_rate": return .number(adaptation.learningRate)
    case "history":
      let steps = run.history.steps
      return .object(
        TableObject(
          try Table([
            ("step", steps.map { .int($0.step) }), ("epoch", steps.map { .int($0.epoch) }),
            ("loss", steps.map { .number($0.loss) }),
            ("learning_rate", steps.map { .number($0.learningRate) }),
            ("gradient_norm", steps.map { .number($0.gradientNorm) }),
          ]), machine))
    case "epochs":
      return .object(TableObject(try epochs(), machine))
    case "best_epoch": return run.history.bestEpoch.map { .integer($0) } ?? Value.none
    case "validation", "test":
      guard let metrics = TaskPart(rawValue: name).flatMap({ run.metrics[$0] }) else {
        return Value.none
      }
      return machine.record(metrics.map { ($0.name, .number($0.value)) })
    case "trained_parameters": return .integer(facts.trainedParameters)
    case "total_parameters": return .integer(facts.totalParameters)
    case "trainable_share":
      return .number(Double(facts.trainedParameters) / Double(max(1, facts.totalParameters)))
    case "train_seconds": return .number(facts.trainSeconds)
    case "rows_per_second": return .number(facts.rowsPerSecond)
    case "peak_memory": return .integer(facts.peakMemory)
    case "cpu_seconds": return .number(facts.energy.cpuSeconds)
    case "energy_kwh": return .number(energyKWh)
    case "truncated": return .integer(facts.truncated)
    default: return nil
    }
  }

  private func epochs() throws -> Table {
    let epochs = run.history.epochs
    var columns: [(name: String, values: [DataValue])] = [
      ("epoch", epochs.map { .int($0.epoch) }),
      ("train_loss", epochs.map { .number($0.trainLoss) }),
    ]
    for metric in epochs.first?.validation ?? [] {
      columns.append(
        (
          "validation_\(metric.name)",
          epochs.map { $0.validation(metric.name).map { .number($0) } ?? .none }
        ))
    }
    return try Table(columns)
  }

  override public func display(_ style: DisplayStyle) -> String {
    let (adaptation, facts) = (run.adaptation, run.facts)
    var text = "Run \(run.shortID)".trimmed + "  \(adaptation.strategy.call)"
    text += " on \(adaptation.donor.shortName)"
    text += " · \(Donor.grouped(facts.trainedParameters)) of "
    text += "\(Donor.millions(facts.totalParameters)) parameters trained ("
    text += Rounded.fixed(
      100 * Double(facts.trainedParameters) / Double(max(1, facts.totalParameters)), 2)
    text += " %)"
    text += Self.ending(
      after: run.history.epochs.count, of: adaptation.settings.epochs,
      isInterrupted: facts.isInterrupted)
    if let best = run.history.bestEpoch {
      let isWriter = adaptation.task.kind == .summarization
      let name =
        adaptation.settings.metric ?? (isWriter ? "loss" : adaptation.task.headline.name)
      let value = run.history.epochs.first { $0.epoch == best }?.validation(name)
      text += " · best epoch \(best)"
      if run.history.epochs.count == adaptation.settings.epochs {
        text += " of \(adaptation.settings.epochs)"
      }
      if let value { text += " · validation \(MetricNames.title(name)) \(Rounded.fixed(value, 3))" }
    }
    text += "\nloss \(Sparkline.of(run.history.steps.map(\.loss), width: 40))"
    if let first = run.history.steps.first, let last = run.history.epochs.last {
      text += "  \(Rounded.fixed(first.loss, 3)) → \(Rounded.fixed(last.trainLoss, 3))"
    }
    text += " · \(Rounded.fixed(facts.trainSeconds, 1)) s"
    text += " · \(Rounded.fixed(facts.rowsPerSecond, 0)) texts/s"
    if facts.truncated > 0 {
      text += "\nnote: \(Donor.grouped(facts.truncated)) train "
      text += facts.truncated == 1 ? "text was cut at " : "texts were cut at "
      text += "\(adaptation.maxLength) tokens (max_length)"
    }
    if facts.truncatedTargets > 0 {
      text += "\nnote: \(Donor.grouped(facts.truncatedTargets)) train "
      text += facts.truncatedTargets == 1 ? "target was cut at " : "targets were cut at "
      text += "\(adaptation.task.summary.maxTarget) tokens (max_target of `summarization`)"
    }
    return text
  }

  /// How a run ended that has fewer epochs than were asked for; empty for others.
  static func ending(after done: Int, of epochs: Int, isInterrupted: Bool) -> String {
    guard isInterrupted || done < epochs else { return "" }
    let progress = "after \(done) of \(counted(epochs, "epoch"))"
    return isInterrupted
      ? " · interrupted \(progress), the same call goes on" : " · stopped \(progress)"
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? RunObject else { return false }
    return other.run === run || (run.stored != nil && other.run.stored?.id == run.stored?.id)
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}

/// `1 text`, `4 000 texts`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(Donor.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// Metrics as people write them.
enum MetricNames {
  static func title(_ name: String) -> String {
    let known = [
      "macro_f1": "macro-F1", "micro_f1": "micro-F1", "weighted_f1": "weighted F1",
      "entity_f1": "entity F1", "entity_f1_strict": "strict entity F1", "nll": "NLL",
      "brier": "Brier", "ece": "ECE", "mce": "MCE",
      "ece_equal_mass": "ECE of equal mass", "matthews_correlation": "Matthews correlation",
      "cohen_kappa": "Cohen’s kappa", "rouge_1": "ROUGE-1", "rouge_2": "ROUGE-2",
      "rouge_l": "ROUGE-L", "rouge_lsum": "ROUGE-Lsum",
    ]
    return known[name] ?? name.replacing("_", with: " ")
  }
}

/// A curve in one line of text.
enum Sparkline {
  /// Means of equal stretches, from the lowest to the highest in eight steps.
  static func of(_ values: [Double], width: Int) -> String {
    let finite = values.filter(\.isFinite)
    guard !finite.isEmpty else { return "" }
    let count = min(width, finite.count)
    let means = (0..<count).map { index -> Double in
      let range = finite.count * index / count..<finite.count * (index + 1) / count
      return finite[range].reduce(0, +) / Double(range.count)
    }
    let (low, high) = (means.min() ?? 0, means.max() ?? 0)
    let marks = Array("▁▂▃▄▅▆▇█")
    return String(
      means.map { marks[high > low ? min(7, Int(($0 - low) / (high - low) * 8)) : 3] })
  }
}

extension Arguments {
  func run(_ index: Int) throws -> AdaptedRun {
    if let object = self[index].asDomain as? RunObject { return object.run }
    throw wrongKind(index, expected: .run)
  }
}
