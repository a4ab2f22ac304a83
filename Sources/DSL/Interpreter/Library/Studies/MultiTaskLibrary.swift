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
      donor: try model(0), tasks: tasks, strategy: try strategyOrLoRA(2), settings: settings,
      sampling: try choice(22, .size))
    try checkPatience(settings, tasks)
    defer { machine.notify(.done) }
    let run = try adaptation.run(
      store: machine.store(), fresh: boolean(21), checkpointSeconds: machine.checkpointSeconds,
      isStopped: isStopped
    ) { show($0) }
    try ended(
      adaptation.title, id: run.shortID, seconds: run.facts.trainSeconds,
      wasStored: run.wasStored, isInterrupted: run.facts.isInterrupted)
    return .object(MultiTaskObject(run))
  }
}
