// PretrainingLoop: the steps of masked-language-model training. What it does is decided by the settings
// and the seed: the order of the sequences in a pass, the tokens to guess, the dropout masks. The
// product with the vocabulary is computed at the places to guess alone. It can stop at any step and go
// on later with the same weights to the bit.

import TLModels
import TLTensor

/// Trains one model on one set of sequences.
final class PretrainingLoop {
  let model: EncoderModel
  let settings: PretrainingSettings
  let packs: TokenPacks
  let masking: WordMasking
  let learningRate: Double
  private(set) var history = TrainingHistory()
  let totalSteps: Int
  let stepsPerEpoch: Int
  /// Tokens of the steps of this process.
  private(set) var tokensDone = 0

  private let validation: MaskedTexts?
  private let layout: GradientLayout
  private let workers: Workers
  private let optimizer: AdamW
  private let schedule: Schedule
  private var step = 0
  private var lossSum = 0.0
  private var stepsSinceEvaluation = 0

  init(
    _ model: EncoderModel, packs: TokenPacks, validation: TokenPacks, masking: WordMasking,
    settings: PretrainingSettings, learningRate: Double
  ) {
    self.model = model
    self.packs = packs
    self.masking = masking
    self.settings = settings
    self.learningRate = learningRate
    // What no part of this objective reaches stays as it is.
    let trained = model.parameters.filter {
      !$0.name.contains("pooler.") && !$0.name.hasPrefix("cls.seq_relationship")
    }
    layout = GradientLayout(trained)
    workers = Workers(threads: settings.threads ?? ThreadPool.processors, layout: layout)
    stepsPerEpoch = (packs.count + settings.batchSize - 1) / settings.batchSize
    totalSteps = settings.steps ?? stepsPerEpoch * settings.epochs
    var options = AdamW.Settings()
    options.clipNorm = settings.clipNorm
    optimizer = AdamW(layout, settings: options) { parameter in
      AdamW.Treatment(weightDecay: Trainer.isDecayed(parameter.name) ? settings.weightDecay : 0)
    }
    let shape: Schedule.Shape =
      switch settings.schedule {
      case .linear: .linear
      case .cosine: .cosine
      case .constant: .constant
      }
    schedule = Schedule(
      shape, warmupSteps: Int((Double(totalSteps) * settings.warmupRatio).rounded(.up)),
      totalSteps: totalSteps)
    // The same tokens to guess at every evaluation.
    self.validation =
      validation.count == 0
      ? nil
      : MaskedTexts(
        validation.packs.enumerated().map { number, pack in
          var random = RandomStream(
            seed: settings.seed, stream: 0x7661_6C69_0000_0000 | UInt64(number))
          return masking.apply(to: pack, &random)
        })
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
          order = Trainer.order(packs.count, seed: settings.seed, epoch: epoch)
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
    let masked = numbers.map { number in
      var random = RandomStream(
        seed: settings.seed, stream: UInt64(epoch + 1) << 40 | UInt64(number))
      return masking.apply(to: packs.packs[number], &random)
    }
    let batch = try EncoderBatch(
      masked.map { EncodedText(ids: $0.ids) }, for: model.configuration)
    let count = masked.reduce(0) { $0 + $1.places.count }
    let model = model
    let loss = try workers.accumulate(
      costs: batch.lengths, dropout: DropoutKey(seed: settings.seed, step: UInt32(step)),
      precision: settings.precision
    ) { tape, part in
      let input = EncoderInput(batch, part, on: tape)
      let hidden = model.encode(input, on: tape)
      guard let head = model.maskedLMHead else { return 0 }
      var rows: [Int32] = []
      var labels: [Int32] = []
      for (position, sequence) in part.enumerated() {
        let start = Int32(input.sequences.start(position))
        rows += masked[sequence].places.map { start + $0 }
        labels += masked[sequence].originals
      }
      let chosen = tape.select(hidden, rows: tape.arena.copy(rows), count: rows.count)
      let logits = head(
        chosen, .tokens(tape.arena.sequences(lengths: [rows.count])), on: tape)
      return tape.crossEntropy(
        logits, tape.arena.copy(labels), scale: 1 / Double(count), overwriting: true)
    }
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
    let tokens = batch.lengths.reduce(0, +)
    tokensDone += tokens
    let record = TrainingHistory.Step(
      step: step, epoch: epoch + 1, loss: loss, learningRate: rate, gradientNorm: norms.total)
    history.steps.append(record)
    return (record, tokens)
  }

  private func evaluate(_ isStopped: @escaping @Sendable () -> Bool) throws {
    var metrics: [TrainingHistory.Metric] = []
    if let validation {
      let scores = try MaskedScores(
        validation, model, model, workers, precision: settings.precision, isStopped)
      metrics = [
        TrainingHistory.Metric("loss", scores.meanLoss),
        TrainingHistory.Metric("accuracy", scores.meanAccuracy),
      ]
    }
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
