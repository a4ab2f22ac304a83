// Trainer: the training loop of all strategies. What it does is decided by the settings and the seed
// alone: the order of the texts, the dropout masks, and so every weight, at any number of threads
// (sums of gradients are bit-equal at equal threads). A run can stop at any step and go on later.

import Glibc
import TLModels
import TLTensor

/// Who watches a run, and may end it.
public protocol TrainingObserver: AnyObject {
  /// After every step. True: end the run here, keeping what there is.
  func trainer(
    _ trainer: Trainer, hasStepped step: TrainingHistory.Step, rows: Int
  ) throws -> Bool
  /// After every epoch, with the validation metrics.
  func trainer(_ trainer: Trainer, hasFinished epoch: TrainingHistory.Epoch) throws
}

/// Trains one model on one part.
public final class Trainer {
  public let learner: any Learner
  public let settings: TrainingSettings
  public private(set) var history = TrainingHistory()
  /// Optimizer steps of the whole run.
  public let totalSteps: Int
  public let stepsPerEpoch: Int
  public let learningRate: Double

  /// Asked during long passes, from several threads; true ends the run as interrupted.
  public var isStopped: @Sendable () -> Bool = { false }

  private let metric: String
  private let isHigherBetter: Bool
  private let optimizer: AdamW
  private let schedule: Schedule
  private let mixout: Mixout?
  private let lossOptions: CrossEntropyOptions
  private var best: (value: Double, weights: TrainedWeights)?
  private var step = 0
  private var layerNorms: [String: Double] = [:]
  private var epochLoss = 0.0

  /// - Parameters:
  ///   - score: the metrics of the validation part's logits, `loss` among them.
  ///   - metric: the one of them that decides which weights are kept.
  public convenience init(
    _ adapted: AdaptedModel, strategy: any TransferAdaptor, settings: TrainingSettings,
    train: EncodedPart, validation: EncodedPart?, metric: String, isHigherBetter: Bool,
    classWeights: [Double]? = nil,
    score: @escaping (Logits) throws -> [TrainingHistory.Metric]
  ) throws {
    try self.init(
      EncoderLearner(adapted, train: train, validation: validation, score: score),
      strategy: strategy, settings: settings, metric: metric, isHigherBetter: isHigherBetter,
      classWeights: classWeights)
  }

  /// The same for a learner of any kind.
  public init(
    _ learner: any Learner, strategy: any TransferAdaptor, settings: TrainingSettings,
    metric: String, isHigherBetter: Bool, classWeights: [Double]? = nil
  ) throws {
    try settings.check()
    guard learner.count > 0 else { throw TransferError("the train part is empty") }
    self.learner = learner
    self.settings = settings
    self.metric = metric
    self.isHigherBetter = isHigherBetter
    learningRate = settings.learningRate ?? strategy.defaultLearningRate
    let batches = (learner.count + settings.batchSize - 1) / settings.batchSize
    stepsPerEpoch = (batches + settings.accumulation - 1) / settings.accumulation
    totalSteps = stepsPerEpoch * settings.epochs
    schedule = Schedule(
      settings.schedule, warmupRatio: settings.warmupRatio, totalSteps: totalSteps)
    let attached = learner.network.attached
    optimizer = AdamW(
      learner.network.layout, clipNorm: settings.clipNorm, weightDecay: settings.weightDecay,
      epsilon: learner.epsilon, rateMultiplier: { attached.rateMultiplier($0) })
    if settings.mixout > 0, learner.mixedWeights.isEmpty {
      throw TransferError(
        "mixout mixes the donor's own weights with those in training, \(strategy.name) trains none",
        next: "it is for full_fine_tuning and layerwise")
    }
    mixout =
      settings.mixout > 0
      ? Mixout(learner.mixedWeights, probability: settings.mixout, seed: settings.seed) : nil
    lossOptions = CrossEntropyOptions(
      labelSmoothing: Float(settings.labelSmoothing),
      classWeights: classWeights.map { Tensor($0.map { Float($0) }) })
  }

  /// Biases (T5's scores by distance among them) and the weights of norms are not decayed.
  static func isDecayed(_ name: String) -> Bool {
    let name = name.lowercased()
    return !name.contains("bias") && !name.contains("layernorm") && !name.contains("layer_norm")
  }

  // MARK: The run

  public enum Ending: Sendable, Equatable {
    /// All epochs, or early by patience.
    case finished
    /// The observer has asked for it.
    case interrupted
  }

  /// Trains to the end, or until the observer stops it; the best weights are in the model afterwards
  /// if all went to the end.
  ///
  /// Throws `TransferError` at the first loss or gradient that is not a number; the history holds
  /// what was before.
  public func run(_ observer: (any TrainingObserver)? = nil) throws -> Ending {
    do {
      try learner.prepare(settings, isStopped: isStopped)
      while history.epochs.count < settings.epochs && !hasLostPatience {
        let epoch = history.epochs.count
        if step < (epoch + 1) * stepsPerEpoch {
          let order =
            settings.shuffles
            ? Self.order(learner.count, seed: settings.seed, epoch: epoch)
            : Array(0..<learner.count)
          while step < (epoch + 1) * stepsPerEpoch {
            let record = try trainStep(step % stepsPerEpoch, order, epoch: epoch)
            if try observer?.trainer(self, hasStepped: record.step, rows: record.rows) == true {
              return .interrupted
            }
          }
        }
        try finishEpoch(epoch)
        if let last = history.epochs.last { try observer?.trainer(self, hasFinished: last) }
      }
      return .finished
    } catch is Stopped {
      return .interrupted
    }
  }

  private var hasLostPatience: Bool {
    guard let patience = settings.patience, let bestEpoch = history.bestEpoch else { return false }
    return history.epochs.count - bestEpoch >= patience
  }

  /// The order of the texts in an epoch: Fisher and Yates' shuffle by the seed.
  static func order(_ count: Int, seed: UInt64, epoch: Int) -> [Int] {
    var random = RandomStream(seed: seed, stream: 0x6F72_6465_7200_0000 | UInt64(epoch))
    return (0..<count).shuffled(using: &random)
  }

  private func trainStep(
    _ index: Int, _ order: [Int], epoch: Int
  ) throws -> (step: TrainingHistory.Step, rows: Int) {
    let batchesPerEpoch = (learner.count + settings.batchSize - 1) / settings.batchSize
    let first = index * settings.accumulation
    let last = min(first + settings.accumulation, batchesPerEpoch)
    mixout?.mix(step: step, on: learner.network.workers.pool)
    var loss = 0.0
    var rows = 0
    for batch in first..<last {
      let texts = Array(
        order[batch * settings.batchSize..<min((batch + 1) * settings.batchSize, order.count)])
      rows += texts.count
      loss += try learner.accumulate(
        texts, share: 1 / Double(last - first), options: lossOptions,
        dropout: DropoutKey(
          seed: settings.seed, step: UInt32(epoch * batchesPerEpoch + batch)), settings)
    }
    mixout?.unmix(learner.network.workers.gradients, on: learner.network.workers.pool)
    let rate = learningRate * schedule.multiplier(at: step)
    let norms = optimizer.step(
      learner.network.workers.gradients, learningRate: rate, on: learner.network.workers.pool)
    guard loss.isFinite, norms.total.isFinite else {
      throw divergence(loss: loss, norms: norms, rate: rate, epoch: epoch)
    }
    var byLayer: [String: Double] = [:]
    for (parameter, norm) in zip(learner.network.layout.parameters, norms.parameters) {
      byLayer[learner.layer(of: parameter.name), default: 0] += norm * norm
    }
    for (layer, square) in byLayer { layerNorms[layer, default: 0] += square.squareRoot() }
    step += 1
    epochLoss += loss
    let record = TrainingHistory.Step(
      step: step, epoch: epoch + 1, loss: loss, learningRate: rate, gradientNorm: norms.total)
    history.steps.append(record)
    return (record, rows)
  }

  private func finishEpoch(_ epoch: Int) throws {
    var metrics: [TrainingHistory.Metric] = []
    if learner.hasValidation {
      metrics = try learner.validate(settings, isStopped: isStopped)
      guard let value = metrics.first(where: { $0.name == metric })?.value else {
        throw TransferError("the validation has no metric `\(metric)`")
      }
      let isBetter =
        best.map { isHigherBetter ? value > $0.value : value < $0.value } ?? true
      if isBetter && value.isFinite {
        best = (value, TrainedWeights(of: learner.network.layout.parameters))
        history.bestEpoch = epoch + 1
      }
    }
    let steps = Double(stepsPerEpoch)
    let norms = layerNorms.map { TrainingHistory.Metric($0.key, $0.value / steps) }
    history.epochs.append(
      TrainingHistory.Epoch(
        epoch: epoch + 1, step: step, trainLoss: epochLoss / steps, validation: metrics,
        layerNorms: norms.sorted { Self.isBelow($0.name, $1.name) }))
    layerNorms = [:]
    epochLoss = 0
  }

  /// The order of layers from the embeddings up.
  static func isBelow(_ a: String, _ b: String) -> Bool {
    let top = 1 << 20
    func depth(_ name: String) -> Int {
      name.hasPrefix("shared") || name.contains(".block.") || name.contains(".layers.")
        || name.hasPrefix("encoder.final") || name.hasPrefix("decoder.")
        ? Layerwise.depth(of: name + ".", encoderLayers: 1 << 10, top: top)
        : Layerwise.depth(of: name + ".", top: top)
    }
    let depths = (depth(a), depth(b))
    if depths.0 == depths.1 { return depths.0 == top ? a > b : a < b }
    return depths.0 < depths.1
  }

  private func divergence(
    loss: Double, norms: GradientNorms, rate: Double, epoch: Int
  ) -> TransferError {
    var place = "the loss is \(loss)"
    let layers = Array(zip(learner.network.layout.parameters, norms.parameters))
    if let top = layers.last(where: { !$0.1.isFinite })?.0 {
      place += ", the gradient of \(learner.layer(of: top.name)) is not finite"
    }
    return TransferError(
      "training diverged at step \(step + 1) of \(totalSteps) (epoch \(epoch + 1)), at a learning "
        + "rate of \(rate): \(place)",
      next: "lower learning_rate (now \(learningRate)) or raise warmup_ratio")
  }

  // MARK: The end, and going on

  /// The best weights by the validation metric, else the last ones.
  ///
  /// Ends the run's own bookkeeping of weights; `TrainedWeights.apply` on a freshly loaded donor
  /// makes the adapted model again.
  public var keptWeights: TrainedWeights {
    best?.weights ?? TrainedWeights(of: learner.network.layout.parameters)
  }

  /// Whether the weights in the model are the ones to keep.
  public var hasKeptWeightsInModel: Bool {
    guard best != nil, let last = history.epochs.last else { return best == nil }
    return history.bestEpoch == last.epoch && last.step == step
  }

  /// Writes what is pending into the model's weights.
  public func finish() { optimizer.finish() }

  /// Everything that a run needs to go on from here as if it had not stopped.
  public var state: TrainingState {
    TrainingState(
      step: step, history: history, weights: TrainedWeights(of: learner.network.layout.parameters),
      optimizer: optimizer.state, best: best, layerNorms: layerNorms, epochLoss: epochLoss)
  }

  /// Goes on from a state. The model must be as it was before the run's first step.
  public func restore(_ state: TrainingState) throws {
    guard state.step <= totalSteps else {
      throw TransferError(
        "the saved run is at step \(state.step), this one has \(totalSteps) in all")
    }
    try state.weights.apply(to: learner.network.layout.parameters, decaying: false)
    try optimizer.restore(state.optimizer)
    (step, history, best) = (state.step, state.history, state.best)
    (layerNorms, epochLoss) = (state.layerNorms, state.epochLoss)
  }
}
