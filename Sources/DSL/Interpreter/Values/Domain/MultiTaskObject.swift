// A run of several tasks as a value: one encoder, a run for each task.

import TLStudies
import TLText
import TLTransfer

/// One encoder adapted to several tasks: `adapt(donor, [task_a, task_b])`.
public final class MultiTaskObject: DomainObject {
  public let run: MultiTaskRun

  public init(_ run: MultiTaskRun) {
    self.run = run
    super.init()
  }

  override public var fieldNames: [String] {
    [
      "id", "runs", "tasks", "donor", "strategy", "state", "seed", "sampling", "best_epoch",
      "trained_parameters", "total_parameters", "train_seconds", "peak_memory",
    ]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    let (adaptation, facts) = (run.adaptation, run.facts)
    switch name {
    case "id": return .text(run.stored?.id ?? "")
    case "runs": return .list(ContiguousArray(run.runs.map { .object(RunObject($0)) }))
    case "tasks": return .texts(adaptation.names)
    case "donor": return .object(ModelObject(adaptation.donor))
    case "strategy": return .object(StrategyObject(adaptation.strategy))
    case "state": return .text(facts.isInterrupted ? "interrupted" : "finished")
    case "seed": return .integer(Int(truncatingIfNeeded: adaptation.settings.seed))
    case "sampling": return .text(adaptation.sampling.rawValue)
    case "best_epoch": return run.history.bestEpoch.map { .integer($0) } ?? Value.none
    case "trained_parameters": return .integer(facts.trainedParameters)
    case "total_parameters": return .integer(facts.totalParameters)
    case "train_seconds": return .number(facts.trainSeconds)
    case "peak_memory": return .integer(facts.peakMemory)
    default: return nil
    }
  }

  override public var elementCount: Int? { run.runs.count }
  override public func element(_ index: Int) -> Value { .object(RunObject(run.runs[index])) }

  override public func display(_ style: DisplayStyle) -> String {
    let (adaptation, facts) = (run.adaptation, run.facts)
    var text = run.shortID.isEmpty ? "Run" : "Run \(run.shortID)"
    text += "  \(adaptation.strategy.call) on \(adaptation.donor.shortName) for "
    text += "\(run.runs.count) tasks · \(Donor.grouped(facts.trainedParameters)) of "
    text += "\(Donor.millions(facts.totalParameters)) parameters trained"
    let epochs = adaptation.settings.epochs
    text += RunObject.ending(
      after: run.history.epochs.count, of: epochs, isInterrupted: facts.isInterrupted)
    if let best = run.history.bestEpoch {
      text += " · best epoch \(best)"
      if run.history.epochs.count == epochs { text += " of \(epochs)" }
    }
    for (name, single) in zip(adaptation.names, run.runs) {
      let headline = single.adaptation.task.headline.name
      text += "\n\(name)"
      for part in [TaskPart.validation, .test] {
        guard let value = single.metric(headline, part) else { continue }
        text += "  \(part.rawValue) \(MetricNames.title(headline)) \(Rounded.fixed(value, 3))"
      }
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? MultiTaskObject else { return false }
    return other.run === run || (run.stored != nil && other.run.stored?.id == run.stored?.id)
  }
}

extension MultiTaskObject: Measured {
  var storedID: String? { run.stored?.id }
  var headlineMetric: String? { "mean_headline" }

  /// `classification.macro_f1`, …, their mean as `mean_headline`, and what the run cost.
  var cellFields: [CellField] {
    var fields: [CellField] = []
    var headlines: [Double] = []
    for (name, single) in zip(run.adaptation.names, run.runs) {
      let part: TaskPart = single.metrics[.test] == nil ? .validation : .test
      for metric in single.metrics[part] ?? [] {
        fields.append(CellField("\(name).\(metric.name)", .number(metric.value)))
      }
      if let value = single.metric(single.adaptation.task.headline.name, part) {
        headlines.append(value)
      }
    }
    if !headlines.isEmpty {
      fields.insert(
        CellField(
          "mean_headline", .number(headlines.reduce(0, +) / Double(headlines.count))), at: 0)
    }
    let facts = run.facts
    return fields + [
      CellField("trained_parameters", .int(facts.trainedParameters)),
      CellField("total_parameters", .int(facts.totalParameters)),
      CellField("train_seconds", .number(facts.trainSeconds)),
      CellField("peak_memory", .int(facts.peakMemory)),
      CellField("cpu_seconds", .number(facts.energy.cpuSeconds)),
    ]
  }
}

extension MultiTaskObject: ContentKeyed {
  func content() throws -> JSON {
    if let stored = run.stored { return .string(stored.key + "/\(stored.attempt)") }
    return try run.adaptation.description()
  }
}
