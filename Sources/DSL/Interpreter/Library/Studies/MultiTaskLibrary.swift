// `adapt` with a list of tasks.

import TLSyntax
import TLText
import TLTransfer

extension Arguments {
  /// Adapts to the tasks of the list in argument 1; the other arguments are those of `adapt`.
  func adaptToSeveral(_ settings: TrainingSettings) throws -> Value {
    let tasks = try list(1).map { element -> TransferTask in
      guard let object = element.asDomain as? TaskObject else {
        throw bad(1, "`task` must be a task or a list of tasks, found \(element.kindName) in it")
      }
      self.machine.tellWarnings(of: element)
      return object.task
    }
    let adaptation = MultiTaskAdaptation(
      donor: try model(0), tasks: tasks, strategy: isNone(2) ? LoRA() : try strategy(2),
      settings: settings,
      sampling: MultiTaskAdaptation.Sampling(rawValue: try text(22)) ?? .size)
    if settings.patience != nil, tasks.allSatisfy({ $0.count(.validation) == 0 }) {
      throw bad(7, "`patience` needs a validation part, the tasks have none")
    }
    let store = try machine.store()
    let cancellation = machine.cancellation
    let machine = machine
    defer { machine.notify(.done) }
    let run = try adaptation.run(
      store: store, fresh: boolean(21), checkpointSeconds: machine.checkpointSeconds,
      isStopped: { cancellation.isCancelled }
    ) { progress in
      machine.notify(
        .progress(
          label: "epoch \(progress.epoch)/\(progress.epochs)",
          share: Double(progress.step) / Double(max(1, progress.totalSteps)),
          details: [
            "loss \(Rounded.fixed(progress.loss, 3))",
            "\(Rounded.fixed(progress.rowsPerSecond, 0)) texts/s",
            "\(Duration.clock(progress.secondsLeft)) left",
          ]))
    }
    machine.notify(
      .cost(
        run.wasStored
          ? "stored (run \(run.shortID)): \(adaptation.title)"
          : "ran \(Rounded.fixed(run.facts.trainSeconds, 1)) s (run \(run.shortID)): "
            + adaptation.title))
    if run.facts.isInterrupted {
      guard machine.keepsInterrupted else { throw Interruption(isStepLimit: false) }
      cancellation.reset()
    }
    return .object(MultiTaskObject(run))
  }
}
