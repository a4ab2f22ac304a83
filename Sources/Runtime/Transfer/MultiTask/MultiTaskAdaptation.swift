// MultiTaskAdaptation: one encoder adapted to several tasks at once, a head for each (Caruana,
// "Multitask learning", 1997; Liu et al., "Multi-task deep neural networks", 2019). Every batch is of one
// task. Each task has the head that it would have alone, so what comes out is a run for each task, to be
// used and exported like any other, on the encoder that they share.

import Glibc
import TLAnalysis
import TLModels
import TLStore
import TLTensor
import TLText

/// What a run of several tasks is made of.
public struct MultiTaskAdaptation: Sendable {
  /// How often the tasks are seen.
  public enum Sampling: String, Sendable, CaseIterable {
    /// Each by its number of examples: every example once in an epoch.
    case size
    /// All equally often: small ones several times in an epoch.
    case equal
  }

  public var donor: Donor
  public var tasks: [TransferTask]
  public var strategy: any TransferAdaptor
  public var settings: TrainingSettings
  public var sampling: Sampling

  public static let version = 2

  public init(
    donor: Donor, tasks: [TransferTask], strategy: any TransferAdaptor,
    settings: TrainingSettings, sampling: Sampling
  ) {
    self.donor = donor
    self.tasks = tasks
    self.strategy = strategy
    self.settings = settings
    self.sampling = sampling
  }

  /// One task of them with the settings that all share.
  public func single(_ index: Int) -> Adaptation {
    Adaptation(donor: donor, task: tasks[index], strategy: strategy, settings: settings)
  }

  /// `classification`, `tagging`, with a number behind where two are of a kind.
  public var names: [String] {
    let kinds = tasks.map(\.kind.rawValue)
    return kinds.indices.map { index in
      let same = kinds.indices.filter { kinds[$0] == kinds[index] }
      guard same.count > 1, let place = same.firstIndex(of: index) else { return kinds[index] }
      return "\(kinds[index])_\(place + 1)"
    }
  }

  public var title: String {
    "\(names.joined(separator: " + ")) by \(strategy.call) on \(donor.shortName), "
      + "seed \(settings.seed)"
  }

  public func description() throws -> JSON {
    .object([
      JSONField("function", .string("adapt_multi")), JSONField("version", .int(Self.version)),
      JSONField("sampling", .string(sampling.rawValue)),
      JSONField("runs", .array(try tasks.indices.map { try single($0).description() })),
    ])
  }

  /// Throws for settings that several tasks cannot have.
  func check() throws {
    try settings.check()
    guard tasks.count > 1 else {
      throw TransferError("adapting to several tasks needs at least two of them")
    }
    guard tasks.count <= 32 else {
      throw TransferError("adapting to \(tasks.count) tasks at once; 32 are the most")
    }
    if tasks.contains(where: { $0.kind == .summarization }) {
      throw TransferError(
        "one encoder is shared by tasks of classes and of tags; a summarization has a decoder",
        next: "adapt to it alone")
    }
    let plain = TrainingSettings()
    for (name, isGiven) in [
      ("mixout", settings.mixout != plain.mixout),
      ("reinitialized_layers", settings.reinitializedLayers != 0),
      ("class_weights", settings.classWeights != plain.classWeights),
      ("accumulation", settings.accumulation != 1), ("metric", settings.metric != nil),
    ] where isGiven {
      throw TransferError(
        "`\(name)` is for one task, found \(tasks.count)",
        next: "the mean of the tasks' headline metrics decides which weights are kept")
    }
    if strategy is LinearProbe {
      throw TransferError(
        "a linear probe leaves the encoder as it is: its tasks share nothing",
        next: "adapt to each task alone")
    }
  }
}

/// Runs of several tasks with one encoder.
public final class MultiTaskRun: Sendable {
  public let adaptation: MultiTaskAdaptation
  public let stored: StoredRun?
  /// One for each task, with the metrics and predictions of its own head.
  public let runs: [AdaptedRun]
  public let history: TrainingHistory
  public let facts: AdaptedRun.Facts
  public let wasStored: Bool

  init(
    _ adaptation: MultiTaskAdaptation, stored: StoredRun?, runs: [AdaptedRun],
    history: TrainingHistory, facts: AdaptedRun.Facts, wasStored: Bool
  ) {
    self.adaptation = adaptation
    self.stored = stored
    self.runs = runs
    self.history = history
    self.facts = facts
    self.wasStored = wasStored
  }

  public var shortID: String { String((stored?.id ?? "").prefix(4)) }
}

/// The encoder with a head for each task.
final class MultiTaskModel: @unchecked Sendable {
  let attachment: Attachment
  let layout: GradientLayout
  let workers: Workers
  /// The same model as each task sees it.
  let views: [AdaptedModel]

  init(_ adaptation: MultiTaskAdaptation) throws {
    let settings = adaptation.settings
    let configuration = try settings.encoderConfiguration(directory: adaptation.donor.directory)
    let reader = WeightReader(
      try Checkpoint.open(adaptation.donor.directory), prefix: configuration.family.prefix)
    let model = try EncoderModel(
      configuration,
      task: .shared(pools: adaptation.tasks.contains { $0.kind == .classification }),
      reader: reader, seed: settings.seed)
    let attachment = try adaptation.strategy.attach(to: model, seed: settings.seed)
    var added = attachment.added
    let models = try zip(adaptation.names, adaptation.tasks).map { name, task in
      let weights = ModelWeights(
        nil, initializerRange: configuration.initializerRange, seed: settings.seed,
        prefix: "\(EncoderModel.headsPrefix)\(name).")
      let classes = task.labels.count
      let isTagging = task.kind == .tagging
      let heads = (
        sequence: isTagging ? nil : try SequenceHead(weights, configuration, classes: classes),
        token: isTagging ? try TokenHead(weights, configuration, classes: classes) : nil
      )
      added += weights.parameters
      return EncoderModel(
        model, sequenceHead: heads.sequence, tokenHead: heads.token,
        parameters: weights.parameters)
    }
    self.attachment = Attachment(
      model, added: added, rateMultiplier: attachment.rateMultiplier)
    let layout = GradientLayout(model.parameters + added)
    let workers = Workers(threads: settings.threads ?? ThreadPool.processors, layout: layout)
    self.layout = layout
    self.workers = workers
    views = models.map { view in
      AdaptedModel(
        Attachment(view, added: attachment.added), layout: layout, workers: workers)
    }
  }

  var trainedCount: Int { layout.trainedCount }
  var totalCount: Int { attachment.totalCount }
}

extension MultiTaskAdaptation {
  /// Finds the run in the store, or trains it; as `Adaptation.run`.
  public func run(
    store: RunStore?, fresh: Bool = false, checkpointSeconds: Double = 20,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping (AdaptationProgress) -> Void = { _ in }
  ) throws -> MultiTaskRun {
    try check()
    return try remembered(in: store, fresh: fresh, isStopped: isStopped) { store in
      for task in tasks { try task.save(to: store.folder) }
      return RunRequest(
        key: ContentKey.of(try description()), kind: "adapt_multi", title: title,
        configuration: .object([
          JSONField("donor", .string(donor.name)), JSONField("strategy", .string(strategy.name)),
          JSONField("strategy_settings", .object(strategy.settings)),
          JSONField("tasks", .array(names.map { .string($0) })),
          JSONField(
            "labels",
            .array(tasks.map { .array($0.labels.map { .string($0) }) })),
          JSONField("sampling", .string(sampling.rawValue)),
          JSONField("settings", .object(settings.fields)),
        ]),
        data: .object(zip(names, tasks).map { JSONField($0, .object($1.fingerprints)) }),
        seeds: [Int(truncatingIfNeeded: settings.seed)])
    } stored: {
      try MultiTaskRun(self, $0)
    } make: { writer, checkpoint in
      try MultiTaskTrainer(self).run(
        writer, checkpoint: checkpoint, checkpointSeconds: checkpointSeconds,
        isStopped: isStopped, progress: progress)
    }
  }
}

extension MultiTaskRun {
  /// A run out of the store; its model is made again when it is asked for.
  convenience init(_ adaptation: MultiTaskAdaptation, _ stored: StoredRun) throws {
    let (history, facts) = (try stored.trainingHistory(), AdaptedRun.Facts(stored))
    let runs = try adaptation.tasks.indices.map { index in
      let name = adaptation.names[index]
      return AdaptedRun(
        adaptation.single(index), stored: stored, history: history,
        metrics: .init(stored: stored.metrics["tasks"]?[name]),
        logits: try Logits.read(stored.intactArtifact("logits_\(name).safetensors").path),
        facts: facts,
        wasStored: true, model: nil, weights: nil
      ) {
        let model = try MultiTaskModel(adaptation)
        try TrainedWeights(file: stored.intactArtifact("weights.safetensors").path)
          .apply(to: model.layout.parameters, decaying: true)
        return model.views[index]
      }
    }
    self.init(
      adaptation, stored: stored, runs: runs, history: history, facts: facts, wasStored: true)
  }
}
