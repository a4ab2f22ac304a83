// Logs of runs for TensorBoard and MLflow: `export(run, folder, layout: "tensorboard")`.

import Glibc
import TLStudies
import TLSyntax
import TLText
import TLTransfer

enum TrackingExport {
  static let layouts = ["tensorboard", "mlflow"]

  /// A run with its parameters and logs.
  ///
  /// - Parameter place: among the tasks of one run, whose logs are runs of their own.
  static func tracked(_ object: RunObject, place: Int? = nil) -> TrackedRun {
    let run = object.run
    let adaptation = run.adaptation
    var parameters: [(name: String, value: DataValue)] = [
      ("donor", .text(adaptation.donor.name)), ("task", .text(adaptation.task.kind.rawValue)),
      ("strategy", .text(adaptation.strategy.name)),
      ("learning_rate", .number(adaptation.learningRate)),
      ("max_length", .int(adaptation.maxLength)),
      ("train_examples", .int(adaptation.task.count(.train))),
    ]
    for field in adaptation.strategy.settings {
      parameters.append(("strategy.\(field.key)", DataValue(field.value)))
    }
    for field in adaptation.settings.fields where field.key != "learning_rate" {
      if field.value.isNull { continue }
      // A seed is kept as text, for it has 64 bits.
      let seed = field.key == "seed" ? field.value.string.flatMap { Int($0) } : nil
      parameters.append((field.key, seed.map { .int($0) } ?? DataValue(field.value)))
    }
    let (steps, epochs) = (run.history.steps, run.history.epochs)
    var series: [TrackedRun.Series] = [
      .init("train/loss", steps.map { ($0.step, $0.loss) }),
      .init("train/learning_rate", steps.map { ($0.step, $0.learningRate) }),
      .init("train/gradient_norm", steps.map { ($0.step, $0.gradientNorm) }),
      .init("train/epoch_loss", epochs.map { ($0.step, $0.trainLoss) }),
    ]
    for metric in epochs.first?.validation ?? [] {
      series.append(
        .init(
          "validation/\(metric.name)",
          epochs.compactMap { epoch in epoch.validation(metric.name).map { (epoch.step, $0) } }))
    }
    let last = steps.last?.step ?? 0
    for metric in run.metrics[.test] ?? [] {
      series.append(.init("test/\(metric.name)", [(last, metric.value)]))
    }
    let facts = run.facts
    for (name, value) in [
      ("train_seconds", facts.trainSeconds), ("rows_per_second", facts.rowsPerSecond),
      ("peak_memory", Double(facts.peakMemory)),
      ("trained_parameters", Double(facts.trainedParameters)), ("energy_kwh", object.energyKWh),
    ] { series.append(.init("cost/\(name)", [(last, value)])) }
    let stored = run.stored
    var id = stored?.id ?? "0000000000000000"
    if let place {
      let digits = String(place + 1, radix: 16)
      id = id.dropLast(2) + (digits.count < 2 ? "0" : "") + digits
    }
    return TrackedRun(
      id: id, title: adaptation.title, parameters: parameters,
      series: series.filter { !$0.points.isEmpty },
      started: stored?.created ?? 0, ended: stored?.finished ?? stored?.updated ?? 0,
      isFinished: !facts.isInterrupted, version: stored?.program ?? "")
  }
}

extension Arguments {
  /// Writes the logs of a run, or of the runs of a study, into the folder in argument 1.
  func exportLogs(_ layout: String) throws {
    let folder = try path(1)
    var tracked: [TrackedRun] = []
    var experiment = "tl"
    if let run = self[0].asDomain as? RunObject {
      tracked = [TrackingExport.tracked(run)]
    } else if let several = self[0].asDomain as? MultiTaskObject {
      tracked = several.run.runs.enumerated().map {
        TrackingExport.tracked(RunObject($1), place: $0)
      }
    } else {
      let object = try study(0)
      experiment = "tl study \(object.study.key.prefix(8))"
      let values = try object.field("runs", machine)?.asList?.elements ?? []
      tracked = values.compactMap { $0.asDomain as? RunObject }.map { TrackingExport.tracked($0) }
      guard !tracked.isEmpty else { throw bad(0, "no cell of the study has given a run") }
    }
    if layout == "mlflow" {
      _ = try MLflowFolder.write(tracked, experiment: experiment, to: folder)
      return
    }
    try MLflowFolder.make(folder)
    for run in tracked {
      let place = tracked.count == 1 ? folder : "\(folder)/\(run.id)"
      try MLflowFolder.make(place)
      _ = try TensorBoardFile.write(run, to: place)
    }
  }
}
