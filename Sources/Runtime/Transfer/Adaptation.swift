// Adaptation: one run from donor, task, strategy and settings to an adapted model with its metrics,
// through the run store: the same call gives the stored run, a killed one goes on.

import Glibc
import Synchronization
import TLAnalysis
import TLModels
import TLStore
import TLTensor
import TLText

/// What a run is made of.
public struct Adaptation: Sendable {
  public var donor: Donor
  public var task: TransferTask
  public var strategy: any TransferAdaptor
  public var settings: TrainingSettings

  /// The version of the algorithm, part of every key: raised when the same call would give other
  /// numbers than before.
  public static let version = 1

  public init(
    donor: Donor, task: TransferTask, strategy: any TransferAdaptor, settings: TrainingSettings
  ) {
    self.donor = donor
    self.task = task
    self.strategy = strategy
    self.settings = settings
  }

  public var maxLength: Int { min(settings.maxLength ?? donor.maxLength, donor.longestText) }

  /// `LoRA on rubert-tiny2`, for lists.
  public var title: String { "\(strategy.call) on \(donor.shortName), seed \(settings.seed)" }

  /// Everything that decides the result.
  public func description() throws -> JSON {
    .object(
      [
        JSONField("function", .string("adapt")), JSONField("version", .int(Self.version)),
        JSONField("donor", .string(try donor.fingerprint())),
        JSONField("task", .string(task.kind.rawValue)),
        JSONField("data", .object(task.fingerprints)),
        JSONField("strategy", .string(strategy.name)),
        JSONField("strategy_settings", .object(strategy.settings)),
        JSONField("learning_rate", .number(learningRate)),
        JSONField("settings", .object(settings.fields)),
      ] + summaryFields)
  }

  private var summaryFields: [JSONField] {
    guard task.kind == .summarization else { return [] }
    return [
      JSONField("prefix", .string(task.summary.prefix)),
      JSONField("max_target", .int(task.summary.maxTarget)),
    ]
  }

  public var learningRate: Double { settings.learningRate ?? strategy.defaultLearningRate }

  /// The same for a person: names beside the settings.
  func configuration() throws -> JSON {
    .object(
      [
        JSONField("donor", .string(donor.name)),
        JSONField("donor_fingerprint", .string(try donor.fingerprint())),
        JSONField("task", .string(task.kind.rawValue)),
        JSONField("labels", .array(task.labels.map { .string($0) })),
        JSONField("strategy", .string(strategy.name)),
        JSONField("strategy_settings", .object(strategy.settings)),
        JSONField("learning_rate", .number(learningRate)),
        JSONField("max_length", .int(maxLength)), JSONField("settings", .object(settings.fields)),
      ] + summaryFields)
  }
}

/// How far a run is, for a progress line.
public struct AdaptationProgress: Sendable {
  public var epoch: Int
  public var epochs: Int
  public var step: Int
  public var totalSteps: Int
  /// Of the last steps.
  public var loss: Double
  /// Texts in a second, over the last seconds.
  public var rowsPerSecond: Double
  public var secondsLeft: Double
  /// The last validation.
  public var metric: TrainingHistory.Metric?
}

/// A trained run, from the store or just made.
public final class AdaptedRun: Sendable {
  public let adaptation: Adaptation
  /// Nil where there is no store.
  public let stored: StoredRun?
  public let history: TrainingHistory
  /// Metrics of validation and test, `loss` among them; empty where there is no such part.
  public let metrics: [TaskPart: [TrainingHistory.Metric]]
  public let logits: [TaskPart: Logits]
  public let facts: Facts
  /// Whether it came out of the store.
  public let wasStored: Bool
  private let model: Mutex<(any AdaptedNetwork)?>
  private let weights: Mutex<TrainedWeights?>
  /// How the model is made again where it is not the donor with one head.
  private let remake: (@Sendable () throws -> AdaptedModel)?

  /// What a run cost and how it ended.
  public struct Facts: Sendable, Equatable {
    public var trainedParameters = 0
    public var totalParameters = 0
    /// Training alone, with validation; evaluation and loading are not in it.
    public var trainSeconds = 0.0
    /// Of texts in training.
    public var rowsPerSecond = 0.0
    /// Bytes, of the whole process.
    public var peakMemory = 0
    public var isInterrupted = false
    /// Texts of the train part that were cut off.
    public var truncated = 0
    /// Targets of the train part that were cut off, of a summarization.
    public var truncatedTargets = 0
    /// Seconds of all threads together in training and evaluation; 0 for runs of earlier versions.
    public var cpuSeconds = 0.0
    /// By the processor's counters; nil where they cannot be read.
    public var measuredJoules: Double?
  }

  init(
    _ adaptation: Adaptation, stored: StoredRun?, history: TrainingHistory,
    metrics: [TaskPart: [TrainingHistory.Metric]], logits: [TaskPart: Logits], facts: Facts,
    wasStored: Bool, model: (any AdaptedNetwork)?, weights: TrainedWeights?,
    remake: (@Sendable () throws -> AdaptedModel)? = nil
  ) {
    self.remake = remake
    self.adaptation = adaptation
    self.stored = stored
    self.history = history
    self.metrics = metrics
    self.logits = logits
    self.facts = facts
    self.wasStored = wasStored
    self.model = Mutex(model)
    self.weights = Mutex(weights)
  }

  /// The beginning of the run's id that a person types; empty without a store.
  public var shortID: String { String((stored?.id ?? "").prefix(4)) }

  public func metric(_ name: String, _ part: TaskPart) -> Double? {
    metrics[part]?.first { $0.name == name }?.value
  }

  /// The adapted encoder; made again from donor and stored weights where it is not in memory.
  ///
  /// Throws where the run's model writes texts.
  public func adaptedModel() throws -> AdaptedModel {
    if let model = try network() as? AdaptedModel { return model }
    throw TransferError(
      "the run is of a summarization, this is for runs of classification and tagging",
      next: "`predict`, `generate` and `evaluate` write texts with it")
  }

  /// The adapted encoder-decoder. Throws where the run's model is an encoder.
  public func sequenceModel() throws -> AdaptedSequenceModel {
    if let model = try network() as? AdaptedSequenceModel { return model }
    throw TransferError(
      "the run is of a \(adaptation.task.kind.rawValue), whose model writes no texts",
      next: "`predict` says what it makes of one")
  }

  /// The logits of a part: those that training left, or of the train part computed now.
  ///
  /// Throws where the task has no such part, and `Stopped` when asked to stop.
  public func logits(
    of part: TaskPart, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Logits {
    if let known = logits[part] { return known }
    guard part == .train, let examples = try adaptation.encoded(part) else {
      throw TransferError("the task has no \(part.rawValue) part")
    }
    return try adaptedModel().logits(
      examples, precision: adaptation.settings.precision, isStopped: isStopped)
  }

  private func network() throws -> any AdaptedNetwork {
    if let known = model.withLock({ $0 }) { return known }
    if let remake {
      let model = try remake()
      self.model.withLock { $0 = model }
      return model
    }
    let adaptation = adaptation
    let kept: TrainedWeights
    if let known = weights.withLock({ $0 }) {
      kept = known
    } else if let stored {
      kept = try TrainedWeights(file: stored.intactArtifact("weights.safetensors").path)
    } else {
      throw TransferError("the weights of the run were not kept")
    }
    let model = try adaptation.freshModel()
    try kept.apply(to: model.layout.parameters, decaying: true)
    self.model.withLock { $0 = model }
    return model
  }
}

extension Adaptation {
  /// The donor with the strategy attached, before any training.
  func freshModel() throws -> any AdaptedNetwork {
    guard donor.isEncoderDecoder == (task.kind == .summarization) else {
      throw TransferError(
        donor.isEncoderDecoder
          ? "\(donor.shortName) writes texts, the task is a \(task.kind.rawValue)"
          : "\(donor.shortName) is an encoder, which writes no texts",
        next: donor.isEncoderDecoder
          ? "take an encoder such as BERT, or a task from `summarization`"
          : "a summarization needs an encoder-decoder such as T5")
    }
    if task.kind == .summarization {
      let model = try settings.encoderDecoder(directory: donor.directory)
      return AdaptedSequenceModel(
        try strategy.attach(to: model, seed: settings.seed), threads: settings.threads)
    }
    let model = try settings.model(
      directory: donor.directory, task: task.kind, classes: task.labels.count)
    return AdaptedModel(
      try strategy.attach(to: model, seed: settings.seed), threads: settings.threads)
  }

  /// A part as the donor reads it; of an encoder that begins partly anew nothing is shared.
  fileprivate func encoded(_ part: TaskPart) throws -> EncodedPart? {
    try SharedWork.shared.encoded(part, of: self, isShared: settings.reinitializedLayers == 0)
  }

  /// Finds the run in the store, or trains it.
  ///
  /// Throws what is wrong with donor, data, settings or store. A stop asked for by `isStopped` ends
  /// with an interrupted run that has the best weights so far.
  /// - Parameters:
  ///   - store: nil: nothing is looked up or kept.
  ///   - fresh: trains anew though there is a stored run.
  ///   - checkpointSeconds: how often a long run is saved on the way.
  public func run(
    store: RunStore?, fresh: Bool = false, checkpointSeconds: Double = 20,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping (AdaptationProgress) -> Void = { _ in }
  ) throws -> AdaptedRun {
    try settings.check()
    try checkClassWeights()
    let metric = try task.metric(named: settings.metric)
    return try remembered(in: store, fresh: fresh, isStopped: isStopped) { store in
      try task.save(to: store.folder)
      return RunRequest(
        key: ContentKey.of(try description()), kind: "adapt", title: title,
        configuration: try configuration(), data: .object(task.fingerprints),
        seeds: [Int(truncatingIfNeeded: settings.seed)])
    } stored: {
      try AdaptedRun(self, $0)
    } make: { writer, checkpoint in
      try train(
        writer, checkpoint: checkpoint, metric: metric, checkpointSeconds: checkpointSeconds,
        isStopped: isStopped, progress: progress)
    }
  }

  private func checkClassWeights() throws(TransferError) {
    guard settings.classWeights != .none else { return }
    if task.kind == .summarization {
      throw TransferError("class_weights are for tasks with classes, this is a summarization")
    }
    guard case .given(let weights) = settings.classWeights else { return }
    if weights.count != task.labels.count {
      throw TransferError(
        "class_weights has \(weights.count) numbers, the task \(task.labels.count) labels")
    }
    if let bad = weights.first(where: { !($0 >= 0 && $0.isFinite) }) {
      throw TransferError("class_weights: a weight is at least 0, found \(bad)")
    }
    if weights.allSatisfy({ $0 == 0 }) {
      throw TransferError("class_weights: all are 0, so there is nothing to learn")
    }
  }

  private func train(
    _ writer: RunWriter?, checkpoint: String?, metric: (name: String, isHigherBetter: Bool),
    checkpointSeconds: Double, isStopped: @escaping @Sendable () -> Bool,
    progress: @escaping (AdaptationProgress) -> Void
  ) throws -> AdaptedRun {
    Watcher.resetPeakMemory()
    let meter = EnergyMeter()
    let adapted = try preparing { try freshModel() }
    let (learner, truncated, truncatedTargets) = try preparing { try self.learner(adapted) }
    let classWeights: [Double]? =
      switch settings.classWeights {
      case .none: nil
      case .balanced: task.balancedClassWeights
      case .given(let weights): weights
      }
    let trainer = try Trainer(
      learner, strategy: strategy, settings: settings, metric: metric.name,
      isHigherBetter: metric.isHigherBetter, classWeights: classWeights)
    trainer.isStopped = isStopped
    if let checkpoint { try trainer.restore(TrainingState(checkpoint: checkpoint)) }
    let watcher = Watcher(
      writer, settings: settings, metric: metric.name, checkpointSeconds: checkpointSeconds,
      isStopped: isStopped, progress: progress, before: trainer.history.steps.count)
    let start = Watcher.now
    let ending = try trainer.run(watcher)
    var facts = AdaptedRun.Facts()
    facts.trainSeconds = Watcher.now - start + (writer?.previous?.seconds ?? 0)
    facts.rowsPerSecond = Double(watcher.rows) / max(1e-9, Watcher.now - start)
    facts.trainedParameters = adapted.attached.trainedCount
    facts.totalParameters = adapted.attached.totalCount
    facts.truncated = truncated
    facts.truncatedTargets = truncatedTargets
    facts.isInterrupted = ending == .interrupted
    if ending == .interrupted, let writer {
      try writer.checkpoint(step: trainer.history.steps.count) { try trainer.state.write(to: $0) }
    }
    let kept = trainer.keptWeights
    var model: (any AdaptedNetwork)? = adapted
    if trainer.hasKeptWeightsInModel {
      trainer.finish()
    } else {
      model = nil
    }
    let final: any AdaptedNetwork
    if let model {
      final = model
    } else {
      final = try freshModel()
      try kept.apply(to: final.layout.parameters, decaying: true)
    }
    var metrics: [TaskPart: [TrainingHistory.Metric]] = [:]
    var logits: [TaskPart: Logits] = [:]
    for part in [TaskPart.validation, .test] where task.count(part) > 0 {
      if let encoder = final as? AdaptedModel,
        let encoded = try encoded(part)
      {
        let found = try encoder.logits(encoded, precision: settings.precision)
        logits[part] = found
        metrics[part] = try task.metrics(part, found)
      } else if let writer = final as? AdaptedSequenceModel, let pairs = try pairs(part) {
        metrics[part] = SequenceLearner.metrics(
          try writer.loss(pairs, precision: settings.precision))
      }
    }
    facts.peakMemory = Watcher.peakMemory
    facts.add(meter.use(memory: facts.peakMemory), before: writer?.previous?.metrics)
    var stored: StoredRun?
    if let writer {
      try writer.artifact("weights.safetensors") { try kept.write(to: $0) }
      try writer.artifact("history.json") {
        try AtomicFile.write($0, text: trainer.history.json.serialized(pretty: true))
      }
      try writer.artifact("logits.safetensors") { try Logits.write(logits, to: $0) }
      let json = AdaptedRun.json(metrics, facts)
      stored =
        ending == .interrupted
        ? try writer.interrupt(metrics: json) : try writer.finish(metrics: json)
    }
    return AdaptedRun(
      self, stored: stored, history: trainer.history, metrics: metrics, logits: logits,
      facts: facts, wasStored: false, model: stored == nil ? final : nil,
      weights: stored == nil ? kept : nil)
  }
}

extension Adaptation {
  /// The pairs of a part as the donor reads and writes them.
  func pairs(_ part: TaskPart) throws -> EncodedPairs? {
    try task.encodePairs(
      part, tokenizer: donor.tokenizer, maxLength: maxLength, longestText: donor.longestText)
  }

  /// A model with the task's examples, and how many of these were cut.
  private func learner(
    _ adapted: any AdaptedNetwork
  ) throws -> (learner: any Learner, truncated: Int, truncatedTargets: Int) {
    if let adapted = adapted as? AdaptedSequenceModel {
      guard let train = try pairs(.train) else {
        throw TransferError("the task has no train part")
      }
      return (
        SequenceLearner(adapted, train: train, validation: try pairs(.validation)),
        train.truncated, train.truncatedTargets
      )
    }
    guard let adapted = adapted as? AdaptedModel,
      let train = try encoded(.train)
    else { throw TransferError("the task has no train part") }
    let task = task
    let learner = EncoderLearner(
      adapted, train: train,
      validation: try encoded(.validation)
    ) { try task.metrics(.validation, $0) }
    return (learner, train.truncated, 0)
  }
}

extension AdaptedRun.Facts {
  /// Adds what was used to what the run had used before it was interrupted.
  mutating func add(_ use: EnergyUse, before: JSON?) {
    cpuSeconds = use.cpuSeconds + (before?["cpu_seconds"]?.number ?? 0)
    measuredJoules = use.measuredJoules.map { $0 + (before?["measured_joules"]?.number ?? 0) }
  }

  /// The energy of the run; of runs that did not measure processor time, as if all cores were busy.
  public var energy: EnergyUse {
    let cores = Double(MachineFacts.current["cores"]?.int ?? 1)
    return EnergyUse(
      seconds: trainSeconds, cpuSeconds: cpuSeconds > 0 ? cpuSeconds : trainSeconds * cores,
      measuredJoules: measuredJoules, memory: peakMemory)
  }
}

extension AdaptedRun {
  static func json(_ metrics: [TaskPart: [TrainingHistory.Metric]], _ facts: Facts) -> JSON {
    var fields = metrics.fields
    fields += [
      JSONField("trained_parameters", .int(facts.trainedParameters)),
      JSONField("total_parameters", .int(facts.totalParameters)),
      JSONField("train_seconds", .number(facts.trainSeconds)),
      JSONField("rows_per_second", .number(facts.rowsPerSecond)),
      JSONField("peak_memory", .int(facts.peakMemory)),
      JSONField("truncated", .int(facts.truncated)),
      JSONField("truncated_targets", .int(facts.truncatedTargets)),
      JSONField("cpu_seconds", .number(facts.cpuSeconds)),
      JSONField("measured_joules", facts.measuredJoules.map { .number($0) } ?? .null),
    ]
    return .object(fields)
  }
}

/// Logs a run, saves it on the way and says how far it is.
private final class Watcher: TrainingObserver {
  private let writer: RunWriter?
  private let settings: TrainingSettings
  private let metric: String
  private let checkpointSeconds: Double
  private let isStopped: () -> Bool
  private let progress: (AdaptationProgress) -> Void
  private let start = Watcher.now
  private let stepsBefore: Int
  private var lastSave = Watcher.now
  private var lastShown = 0.0
  private var lastMetric: TrainingHistory.Metric?
  private var recentLoss: Double?
  private(set) var rows = 0

  init(
    _ writer: RunWriter?, settings: TrainingSettings, metric: String, checkpointSeconds: Double,
    isStopped: @escaping () -> Bool, progress: @escaping (AdaptationProgress) -> Void, before: Int
  ) {
    self.writer = writer
    self.settings = settings
    self.metric = metric
    self.checkpointSeconds = checkpointSeconds
    self.isStopped = isStopped
    self.progress = progress
    stepsBefore = before
  }

  /// Seconds of a clock that never goes back.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Begins to measure the peak anew, where the system can.
  static func resetPeakMemory() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// The most memory that the process has had since `resetPeakMemory`, in bytes.
  static var peakMemory: Int {
    if let status = try? FileBytes.readText("/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = Int(line.filter { $0 >= "0" && $0 <= "9" })
    {
      return kilobytes << 10
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  func trainer(
    _ trainer: Trainer, hasStepped step: TrainingHistory.Step, rows count: Int
  ) throws -> Bool {
    rows += count
    try writer?.log(
      step: step.step,
      [
        ("loss", step.loss), ("learning_rate", step.learningRate),
        ("gradient_norm", step.gradientNorm),
      ])
    recentLoss = recentLoss.map { 0.9 * $0 + 0.1 * step.loss } ?? step.loss
    let now = Self.now
    if now - lastShown >= 0.1 {
      lastShown = now
      show(trainer, step, now)
    }
    if let writer, now - lastSave >= checkpointSeconds {
      try writer.checkpoint(step: step.step) { try trainer.state.write(to: $0) }
      lastSave = Self.now
    }
    return isStopped()
  }

  func trainer(_ trainer: Trainer, hasFinished epoch: TrainingHistory.Epoch) throws {
    try writer?.log(
      step: epoch.step,
      epoch.validation.map { ("validation_\($0.name)", $0.value) }
        + epoch.layerNorms.map { ("gradient_norm_\($0.name)", $0.value) }
        + [("train_loss", epoch.trainLoss)])
    lastMetric = epoch.validation.first { $0.name == metric }
    if let last = trainer.history.steps.last { show(trainer, last, Self.now) }
  }

  private func show(_ trainer: Trainer, _ step: TrainingHistory.Step, _ now: Double) {
    let seconds = max(1e-9, now - start)
    let done = max(1, step.step - stepsBefore)
    progress(
      AdaptationProgress(
        epoch: step.epoch, epochs: settings.epochs, step: step.step,
        totalSteps: trainer.totalSteps, loss: recentLoss ?? step.loss,
        rowsPerSecond: Double(rows) / seconds,
        secondsLeft: seconds / Double(done) * Double(trainer.totalSteps - step.step),
        metric: lastMetric))
  }
}
