// Pretraining: a model made from plain texts, or a donor that goes on learning from them, through the
// run store: the same call gives the stored model, a killed run goes on where it was. What comes out is
// a Hugging Face directory, a donor like any other.

import Glibc
import TLModels
import TLStore
import TLTensor
import TLText

/// One pretraining run.
public struct Pretraining: Sendable {
  /// Where the weights begin.
  public enum Beginning: Sendable {
    case architecture(ModelArchitecture, Tokenizer)
    /// Goes on from a donor, with its tokenizer (domain adaptation, Gururangan et al., 2020).
    case donor(Donor)
  }

  public let texts: [String]
  public let beginning: Beginning
  public let settings: PretrainingSettings

  /// Part of every key: raised when the same call would give other numbers than before.
  public static let version = 1

  public init(texts: [String], beginning: Beginning, settings: PretrainingSettings) {
    self.texts = texts
    self.beginning = beginning
    self.settings = settings
  }

  var tokenizer: Tokenizer {
    switch beginning {
    case .architecture(_, let tokenizer): tokenizer
    case .donor(let donor): donor.tokenizer
    }
  }

  public var learningRate: Double {
    if let rate = settings.learningRate { return rate }
    if case .donor = beginning { return 1e-4 }
    // The embeddings of T5 begin with a deviation of 1, which small steps do not move.
    return settings.objective == .spanCorruption ? 2e-3 : 5e-4
  }

  /// `BERT 4 × 256 on 80 737 texts, seed 0`
  public var title: String {
    let name =
      switch beginning {
      case .architecture(let architecture, _): architecture.title(settings.objective)
      case .donor(let donor): donor.shortName
      }
    return "\(name) on \(Donor.grouped(texts.count)) texts, seed \(settings.seed)"
  }

  private func beginningFields() throws -> [JSONField] {
    switch beginning {
    case .architecture(let architecture, let tokenizer):
      return [
        JSONField("architecture", .object(architecture.fields)),
        JSONField("tokenizer", .string(ContentKey.of(try tokenizer.serialized()))),
      ]
    case .donor(let donor): return [JSONField("donor", .string(try donor.fingerprint()))]
    }
  }

  private func request() throws -> RunRequest {
    let data = JSONField("texts", .string(Fingerprint.of([texts], [])))
    let description = JSON.object(
      [
        JSONField("function", .string("pretrain")), JSONField("version", .int(Self.version)),
        JSONField("learning_rate", .number(learningRate)),
        JSONField("settings", .object(settings.fields)), data,
      ] + (try beginningFields()))
    return RunRequest(
      key: ContentKey.of(description), kind: "pretrain", title: title,
      configuration: .object(
        [
          JSONField("learning_rate", .number(learningRate)),
          JSONField("settings", .object(settings.fields)),
        ] + (try beginningFields())), data: .object([data]),
      seeds: [Int(truncatingIfNeeded: settings.seed)])
  }

  // MARK: The run

  /// Finds the run in the store, or trains.
  ///
  /// Throws what is wrong with texts, tokenizer, settings or store. A stop asked for by `isStopped`
  /// ends with an interrupted run and the model as it is.
  public func run(
    store: RunStore, fresh: Bool = false, checkpointSeconds: Double = 20,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping (PretrainingProgress) -> Void = { _ in }
  ) throws -> PretrainedRun {
    try settings.check()
    if case .architecture(let architecture, _) = beginning { try architecture.check() }
    guard texts.contains(where: { $0.utf8.contains { $0 > 0x20 } }) else {
      throw TransferError(
        texts.isEmpty
          ? "pretraining needs texts, found none" : "all \(texts.count) texts are empty")
    }
    switch settings.objective {
    case .mlm: _ = try WordMasking(tokenizer)
    case .spanCorruption: _ = try SpanCorruption(tokenizer)
    case .denoising: _ = try Denoising(tokenizer)
    }
    return try remembered(in: store, fresh: fresh, isStopped: isStopped) { _ in
      try request()
    } stored: {
      try PretrainedRun($0, wasStored: true)
    } make: { writer, checkpoint in
      guard let writer else { throw TransferError("pretraining needs a run store") }
      return try train(
        writer, checkpoint, checkpointSeconds: checkpointSeconds, isStopped: isStopped,
        progress: progress)
    }
  }

  /// The numbers of the texts that are held out: the same for a seed, spread over all.
  private func heldOut() -> Set<Int> {
    let wanted = min(2000, Int((settings.validationShare * Double(texts.count)).rounded()))
    var random = RandomStream(seed: settings.seed, stream: 0x6865_6C64_0000_0000)
    return Set((0..<texts.count).shuffled(using: &random).prefix(wanted))
  }

  private func train(
    _ writer: RunWriter, _ checkpoint: String?, checkpointSeconds: Double,
    isStopped: @escaping @Sendable () -> Bool, progress: (PretrainingProgress) -> Void
  ) throws -> PretrainedRun {
    let held = heldOut()
    func packs(_ isHeld: Bool) throws -> TokenPacks {
      try TokenPacks(
        texts.indices.filter { held.contains($0) == isHeld }.map { texts[$0] },
        tokenizer: tokenizer, maxLength: settings.maxLength, joining: settings.joinsTexts,
        threads: settings.threads)
    }
    let train = try packs(false)
    guard train.count > 0 else {
      throw TransferError("no token of the texts is known to the tokenizer")
    }
    let validation = try packs(true)
    let objective = try objective(train, validation)
    let loop = PretrainingLoop(objective, settings: settings, learningRate: learningRate)
    if let checkpoint { try loop.restore(TrainingState(checkpoint: checkpoint)) }
    let start = PretrainingClock.now
    let stepsBefore = loop.history.steps.count
    var (lastSave, lastShown, lastLogged) = (start, 0.0, (time: start, tokens: 0))
    var recentLoss: Double?
    let isInterrupted = try loop.run(isStopped: isStopped) { step, tokens in
      try writer.log(
        step: step.step,
        [
          ("loss", step.loss), ("learning_rate", step.learningRate),
          ("gradient_norm", step.gradientNorm),
        ])
      recentLoss = recentLoss.map { 0.95 * $0 + 0.05 * step.loss } ?? step.loss
      let now = PretrainingClock.now
      if now - lastLogged.time >= 1 || step.step == loop.totalSteps {
        try writer.log(
          step: step.step,
          [
            (
              "tokens_per_second",
              Double(loop.tokensDone - lastLogged.tokens) / max(1e-9, now - lastLogged.time)
            )
          ])
        lastLogged = (now, loop.tokensDone)
      }
      if now - lastShown >= 0.1 {
        lastShown = now
        let done = max(1, step.step - stepsBefore)
        progress(
          PretrainingProgress(
            step: step.step, totalSteps: loop.totalSteps, loss: recentLoss ?? step.loss,
            validationLoss: loop.history.epochs.last?.validation("loss"),
            tokensPerSecond: Double(loop.tokensDone) / max(1e-9, now - start),
            secondsLeft: (now - start) / Double(done) * Double(loop.totalSteps - step.step)))
      }
      if now - lastSave >= checkpointSeconds, step.step < loop.totalSteps {
        try writer.checkpoint(step: step.step) { try loop.state.write(to: $0) }
        lastSave = PretrainingClock.now
      }
      return isStopped()
    } evaluated: { evaluation in
      try writer.log(
        step: evaluation.step,
        evaluation.validation.map { ("validation_\($0.name)", $0.value) }
          + [("train_loss", evaluation.trainLoss)])
    }
    var facts = PretrainedRun.Facts()
    facts.seconds = PretrainingClock.now - start + (writer.previous?.seconds ?? 0)
    facts.tokensPerSecond =
      Double(loop.tokensDone) / max(1e-9, PretrainingClock.now - start)
    facts.steps = loop.history.steps.count
    facts.totalSteps = loop.totalSteps
    facts.texts = train.texts
    facts.cutTexts = train.cut
    facts.sequences = train.count
    facts.tokens = train.tokens
    facts.validationTokens = validation.tokens
    facts.newWeights = objective.newWeights
    if isInterrupted {
      try writer.checkpoint(step: loop.history.steps.count) { try loop.state.write(to: $0) }
    }
    loop.finish()
    try writer.artifact("history.json") {
      try AtomicFile.write($0, text: loop.history.json.serialized(pretty: true))
    }
    try writer.artifact("model") { folder in
      try objective.write(to: folder, tokenizer: tokenizer)
      try tokenizer.saveTrained(to: folder)
    }
    let stored =
      isInterrupted
      ? try writer.interrupt(metrics: facts.json) : try writer.finish(metrics: facts.json)
    return try PretrainedRun(stored, wasStored: false)
  }
}

/// How far a run is, for a progress line.
public struct PretrainingProgress: Sendable {
  public var step: Int
  public var totalSteps: Int
  /// Of the last steps.
  public var loss: Double
  /// The last one.
  public var validationLoss: Double?
  public var tokensPerSecond: Double
  public var secondsLeft: Double
}

enum PretrainingClock {
  /// Seconds of a clock that never goes back.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
