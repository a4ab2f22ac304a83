// PretrainingLoop: the steps of pretraining by any objective. What it does is decided by the settings
// and the seed: the order of the sequences in a pass, the tokens to guess, the dropout masks. It can
// stop at any step and go on later with the same weights to the bit.

import TLModels
import TLTensor

/// Trains one model on one set of sequences.
final class PretrainingLoop {
  let objective: any PretrainingObjective
  let settings: PretrainingSettings
  let learningRate: Double
  private(set) var history = TrainingHistory()
  let totalSteps: Int
  let stepsPerEpoch: Int
  /// Tokens of the steps of this process.
  private(set) var tokensDone = 0

  private let layout: GradientLayout
  private let workers: Workers
  private let optimizer: AdamW
  private let schedule: Schedule
  private var step = 0
  private var lossSum = 0.0
  private var stepsSinceEvaluation = 0

  init(
    _ objective: any PretrainingObjective, settings: PretrainingSettings, learningRate: Double
  ) {
    self.objective = objective
    self.settings = settings
    self.learningRate = learningRate
    layout = GradientLayout(objective.parameters)
    workers = Workers(threads: settings.threads ?? ThreadPool.processors, layout: layout)
    stepsPerEpoch = (objective.count + settings.batchSize - 1) / settings.batchSize
    totalSteps = settings.steps ?? stepsPerEpoch * settings.epochs
    optimizer = AdamW(layout, clipNorm: settings.clipNorm, weightDecay: settings.weightDecay)
    schedule = Schedule(
      settings.schedule, warmupRatio: settings.warmupRatio, totalSteps: totalSteps)
  }

  /// Runs to the end, or until `observe` gives true or `isStopped` says so; true when it was stopped.
  ///
  /// Throws `TransferError` at the first loss or gradient that is not a number.
  func run(
    isStopped: @escaping @Sendable () -> Bool,
    observe: (_ step: TrainingHistory.Step, _ tokens: Int) throws -> Bool,
    evaluated: (TrainingHistory.Epoch) throws -> Void
  ) throws -> Bool {
    do {
      var (epoch, order) = (-1, [Int]())
      while true {
        // Before the next step, so that one missed by a stop is made up for.
        if isEvaluationDue {
          try evaluate(isStopped)
          if let last = history.epochs.last { try evaluated(last) }
        }
        guard step < totalSteps else { break }
        if step / stepsPerEpoch != epoch {
          epoch = step / stepsPerEpoch
          order = Trainer.order(objective.count, seed: settings.seed, epoch: epoch)
        }
        let record = try train(order, epoch: epoch)
        if try observe(record.step, record.tokens), step < totalSteps { return true }
      }
      return false
    } catch is Stopped {
      return true
    }
  }

  /// Evaluations are spread evenly over the steps; the last one is at the end.
  private var isEvaluationDue: Bool {
    let count = min(settings.evaluations, totalSteps)
    guard step > 0, history.epochs.last?.step != step else { return false }
    return step * count / totalSteps > (step - 1) * count / totalSteps
  }

  private func train(
    _ order: [Int], epoch: Int
  ) throws -> (step: TrainingHistory.Step, tokens: Int) {
    let first = step % stepsPerEpoch * settings.batchSize
    let numbers = order[first..<min(first + settings.batchSize, order.count)]
    let (loss, tokens) = try objective.accumulate(
      Array(numbers), epoch: epoch, dropout: DropoutKey(seed: settings.seed, step: UInt32(step)),
      precision: settings.precision, workers)
    let rate = learningRate * schedule.multiplier(at: step)
    let norms = optimizer.step(workers.gradients, learningRate: rate, on: workers.pool)
    guard loss.isFinite, norms.total.isFinite else {
      throw TransferError(
        "pretraining diverged at step \(step + 1) of \(totalSteps), at a learning rate of \(rate): "
          + "the loss is \(loss), the norm of the gradients \(norms.total)",
        next: "lower learning_rate (now \(learningRate)) or raise warmup_ratio")
    }
    step += 1
    lossSum += loss
    stepsSinceEvaluation += 1
    tokensDone += tokens
    let record = TrainingHistory.Step(
      step: step, epoch: epoch + 1, loss: loss, learningRate: rate, gradientNorm: norms.total)
    history.steps.append(record)
    return (record, tokens)
  }

  private func evaluate(_ isStopped: @escaping @Sendable () -> Bool) throws {
    let metrics = try objective.validate(workers, precision: settings.precision, isStopped)
    history.epochs.append(
      TrainingHistory.Epoch(
        epoch: history.epochs.count + 1, step: step,
        trainLoss: lossSum / Double(max(1, stepsSinceEvaluation)), validation: metrics,
        layerNorms: []))
    (lossSum, stepsSinceEvaluation) = (0, 0)
  }

  // MARK: The end, and going on

  /// Writes what is pending into the model's weights.
  func finish() { optimizer.finish() }

  /// Everything that the run needs to go on from here as if it had not stopped.
  var state: TrainingState {
    TrainingState(
      step: step, history: history, weights: TrainedWeights(of: layout.parameters),
      optimizer: optimizer.state, best: nil,
      layerNorms: ["steps": Double(stepsSinceEvaluation)], epochLoss: lossSum)
  }

  /// Goes on from a state. The model must be as it was before the first step.
  func restore(_ state: TrainingState) throws {
    guard state.step <= totalSteps else {
      throw TransferError(
        "the saved run is at step \(state.step), this one has \(totalSteps) in all")
    }
    try state.weights.apply(to: layout.parameters, decaying: false)
    try optimizer.restore(state.optimizer)
    (step, history, lossSum) = (state.step, state.history, state.epochLoss)
    stepsSinceEvaluation = Int(state.layerNorms["steps"] ?? 0)
  }
}
