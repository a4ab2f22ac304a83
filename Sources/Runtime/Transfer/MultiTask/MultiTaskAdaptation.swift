// MultiTaskAdaptation: one encoder adapted to several tasks at once, a linear head for each (Caruana,
// "Multitask learning", 1997; Liu et al., "Multi-task deep neural networks", 2019). Every batch is of one
// task. What comes out is a run for each task, on the encoder that they share.

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

  public static let version = 1

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
  let heads: [Linear]
  let kinds: [EncoderTask]
  let layout: GradientLayout
  let workers: Workers
  let dropout: Float
  /// The same model as each task sees it, for predictions.
  let views: [AdaptedModel]

  init(_ adaptation: MultiTaskAdaptation) throws {
    let settings = adaptation.settings
    var configuration = try EncoderConfiguration(directory: adaptation.donor.directory)
    if let dropout = settings.dropout {
      configuration.hiddenDropout = Float(dropout)
      configuration.attentionDropout = Float(dropout)
      configuration.classifierDropout = Float(dropout)
      configuration.deberta?.poolerDropout = Float(dropout)
    }
    let reader = WeightReader(
      try Checkpoint.open(adaptation.donor.directory), prefix: configuration.family.prefix)
    let model = try EncoderModel(
      configuration, task: .features, reader: reader, seed: settings.seed)
    let attachment = try adaptation.strategy.attach(to: model, seed: settings.seed)
    var added = attachment.added
    heads = zip(adaptation.names, adaptation.tasks).map { name, task in
      let path = "heads.\(name)"
      let weight = Parameter(
        "\(path).weight",
        .normal(
          [task.labels.count, configuration.hiddenSize],
          standardDeviation: configuration.initializerRange, seed: settings.seed,
          stream: ModelWeights.stream(of: "\(path).weight")))
      let bias = Parameter("\(path).bias", Tensor(zeros: [task.labels.count]))
      added += [weight, bias]
      return Linear(weight: weight, bias: bias)
    }
    self.attachment = Attachment(
      model, added: added, rateMultiplier: attachment.rateMultiplier)
    kinds = adaptation.tasks.map(\.kind)
    dropout = configuration.classifierDropout ?? configuration.hiddenDropout
    let layout = GradientLayout(model.parameters + added)
    let workers = Workers(threads: settings.threads ?? ThreadPool.processors, layout: layout)
    self.layout = layout
    self.workers = workers
    views = heads.map { head in
      AdaptedModel(
        Attachment(model, features: FrozenFeatures(), probe: head), layout: layout,
        workers: workers)
    }
  }

  var trainedCount: Int { layout.trainedCount }
  var totalCount: Int { attachment.totalCount }

  /// The logits of a task's head, for training: with dropout where the tape has it.
  func logits(_ task: Int, _ input: EncoderInput, on tape: Tape) -> Variable {
    let model = attachment.model
    if kinds[task] == .tagging {
      let rows = RowNumbers.tokens(input.sequences)
      let hidden = tape.dropout(model.encode(input, on: tape), dropout, rows: rows)
      return heads[task](hidden, on: tape, rows: rows)
    }
    let rows = RowNumbers.sequences(input.sequences)
    let pooled = model.pool(model.encodeFirst(input, on: tape), input, on: tape)
    return heads[task](tape.dropout(pooled, dropout, rows: rows), on: tape, rows: rows)
  }
}

extension MultiTaskAdaptation {
  /// Finds the run in the store, or trains it; as `Adaptation.run`.
  public func run(
    store: RunStore?, fresh: Bool = false, checkpointSeconds: Double = 20,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping (AdaptationProgress) -> Void = { _ in }
  ) throws -> MultiTaskRun {
    try check()
    var writer: RunWriter?
    var checkpoint: String?
    if let store {
      let data = JSON.object(
        zip(names, tasks).map { JSONField($0, .object($1.fingerprints)) })
      let request = RunRequest(
        key: ContentKey.of(try description()), kind: "adapt_multi", title: title,
        configuration: .object([
          JSONField("donor", .string(donor.name)), JSONField("strategy", .string(strategy.name)),
          JSONField("strategy_settings", .object(strategy.settings)),
          JSONField("tasks", .array(names.map { .string($0) })),
          JSONField("sampling", .string(sampling.rawValue)),
          JSONField("settings", .object(settings.fields)),
        ]), data: data, seeds: [Int(truncatingIfNeeded: settings.seed)])
      for task in tasks { try task.save(to: store.folder) }
      var claim = try store.claim(request, fresh: fresh)
      while case .busy = claim {
        if isStopped() { throw Stopped() }
        usleep(100_000)
        claim = try store.claim(request, fresh: fresh)
      }
      switch claim {
      case .stored(let stored): return try MultiTaskRun(self, stored)
      case .mine(let mine, let folder):
        writer = mine
        checkpoint = folder
      case .busy: break
      }
    }
    do {
      let trainer = try MultiTaskTrainer(self)
      return try trainer.run(
        writer, checkpoint: checkpoint, checkpointSeconds: checkpointSeconds,
        isStopped: isStopped, progress: progress)
    } catch {
      _ = try? writer?.fail("\(error)")
      throw error
    }
  }
}

extension MultiTaskRun {
  /// A run out of the store; its model is made again when it is asked for.
  convenience init(_ adaptation: MultiTaskAdaptation, _ stored: StoredRun) throws {
    let path = try stored.artifact("history.json").path
    guard let history = TrainingHistory(try JSON.parse(FileBytes.readText(path))) else {
      throw TransferError("\(path): this is not the history of a run")
    }
    var facts = AdaptedRun.Facts()
    facts.trainedParameters = stored.metrics["trained_parameters"]?.int ?? 0
    facts.totalParameters = stored.metrics["total_parameters"]?.int ?? 0
    facts.trainSeconds = stored.metrics["train_seconds"]?.number ?? 0
    facts.rowsPerSecond = stored.metrics["rows_per_second"]?.number ?? 0
    facts.peakMemory = stored.metrics["peak_memory"]?.int ?? 0
    facts.cpuSeconds = stored.metrics["cpu_seconds"]?.number ?? 0
    facts.measuredJoules = stored.metrics["measured_joules"]?.number
    facts.isInterrupted = stored.state == .interrupted
    let kept = facts
    let runs = try adaptation.tasks.indices.map { index in
      let name = adaptation.names[index]
      var metrics: [TaskPart: [TrainingHistory.Metric]] = [:]
      for part in TaskPart.allCases {
        guard let fields = stored.metrics["tasks"]?[name]?[part.rawValue]?.object else { continue }
        metrics[part] = fields.map { TrainingHistory.Metric($0.key, $0.value.number ?? .nan) }
      }
      return AdaptedRun(
        adaptation.single(index), stored: stored, history: history, metrics: metrics,
        logits: try Logits.read(stored.artifact("logits_\(name).safetensors").path), facts: kept,
        wasStored: true, model: nil, weights: nil
      ) {
        let model = try MultiTaskModel(adaptation)
        try TrainedWeights(file: stored.artifact("weights.safetensors").path)
          .apply(to: model.layout.parameters, decaying: true)
        return model.views[index]
      }
    }
    self.init(
      adaptation, stored: stored, runs: runs, history: history, facts: facts, wasStored: true)
  }
}
