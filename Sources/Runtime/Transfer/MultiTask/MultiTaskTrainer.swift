// MultiTaskTrainer: the loop of runs with several tasks. Batches of one task each come in an order that
// the seed alone decides; the mean of the tasks' headline metrics on their validation parts decides which
// weights are kept. It stops and goes on like the trainer of one task.

import Glibc
import TLAnalysis
import TLModels
import TLStore
import TLTensor
import TLText

final class MultiTaskTrainer {
  private let adaptation: MultiTaskAdaptation
  private let settings: TrainingSettings
  private var model: MultiTaskModel
  private let train: [EncodedPart]
  private let validation: [EncodedPart?]
  private let optimizer: AdamW
  private let schedule: Schedule
  private let learningRate: Double
  private let stepsPerEpoch: Int
  private let lossOptions: CrossEntropyOptions
  private var history = TrainingHistory()
  private var step = 0
  private var best: (value: Double, weights: TrainedWeights)?
  private var epochLoss = 0.0
  private var layerNorms: [String: Double] = [:]

  init(_ adaptation: MultiTaskAdaptation) throws {
    self.adaptation = adaptation
    settings = adaptation.settings
    let donor = adaptation.donor
    let maxLength = adaptation.single(0).maxLength
    func encoded(_ part: TaskPart) throws -> [EncodedPart?] {
      try adaptation.tasks.map {
        try $0.encode(part, tokenizer: donor.tokenizer, maxLength: maxLength)
      }
    }
    train = try encoded(.train).compactMap { $0 }
    guard train.count == adaptation.tasks.count else {
      throw TransferError("a task has no train part")
    }
    validation = try encoded(.validation)
    model = try MultiTaskModel(adaptation)
    learningRate = settings.learningRate ?? adaptation.strategy.defaultLearningRate
    stepsPerEpoch = train.reduce(0) {
      $0 + ($1.count + adaptation.settings.batchSize - 1) / adaptation.settings.batchSize
    }
    let total = stepsPerEpoch * settings.epochs
    schedule = Schedule(
      settings.schedule, warmupRatio: settings.warmupRatio, totalSteps: total)
    let attachment = model.attachment
    optimizer = AdamW(
      model.layout, clipNorm: settings.clipNorm, weightDecay: settings.weightDecay,
      rateMultiplier: { attachment.rateMultiplier($0) })
    lossOptions = CrossEntropyOptions(labelSmoothing: Float(settings.labelSmoothing))
  }

  /// The batches of an epoch: a task and its texts each.
  ///
  /// By size every text comes once. Equally, each task has the same number of batches; those of a small
  /// task are gone through again in a new order.
  static func batches(
    _ counts: [Int], batchSize: Int, sampling: MultiTaskAdaptation.Sampling, seed: UInt64,
    epoch: Int
  ) -> [(task: Int, texts: [Int])] {
    let own = counts.map { ($0 + batchSize - 1) / batchSize }
    let total = own.reduce(0, +)
    var all: [(task: Int, texts: [Int])] = []
    for (task, count) in counts.enumerated() {
      // What does not divide evenly goes to the first tasks.
      let wanted =
        sampling == .size
        ? own[task] : total / counts.count + (task < total % counts.count ? 1 : 0)
      var pass = 0
      var made = 0
      while made < wanted {
        let order = Trainer.order(
          count, seed: seed &+ UInt64(task) &* 0x9E37_79B9, epoch: epoch * 1000 + pass)
        for start in stride(from: 0, to: count, by: batchSize) where made < wanted {
          all.append((task, Array(order[start..<min(start + batchSize, count)])))
          made += 1
        }
        pass += 1
      }
    }
    return Trainer.order(all.count, seed: seed ^ 0x6D75_6C74, epoch: epoch).map { all[$0] }
  }

  func run(
    _ writer: RunWriter?, checkpoint: String?, checkpointSeconds: Double,
    isStopped: @escaping @Sendable () -> Bool, progress: @escaping (AdaptationProgress) -> Void
  ) throws -> MultiTaskRun {
    let meter = EnergyMeter()
    if let checkpoint { try restore(TrainingState(checkpoint: checkpoint)) }
    let start = Self.now
    var lastSave = start
    var lastShown = 0.0
    var rows = 0
    let stepsBefore = step
    var isInterrupted = false
    let total = stepsPerEpoch * settings.epochs
    training: while history.epochs.count < settings.epochs && !hasLostPatience {
      let epoch = history.epochs.count
      let order = Self.batches(
        train.map(\.count), batchSize: settings.batchSize, sampling: adaptation.sampling,
        seed: settings.seed, epoch: epoch)
      while step < (epoch + 1) * stepsPerEpoch {
        let batch = order[step - epoch * stepsPerEpoch]
        let record = try trainStep(batch.task, batch.texts, epoch: epoch)
        rows += batch.texts.count
        try writer?.log(
          step: record.step,
          [
            ("loss", record.loss), ("loss_\(adaptation.names[batch.task])", record.loss),
            ("learning_rate", record.learningRate), ("gradient_norm", record.gradientNorm),
          ])
        let now = Self.now
        if now - lastShown >= 0.1 {
          lastShown = now
          let seconds = max(1e-9, now - start)
          progress(
            AdaptationProgress(
              epoch: epoch + 1, epochs: settings.epochs, step: step, totalSteps: total,
              loss: record.loss, rowsPerSecond: Double(rows) / seconds,
              secondsLeft: seconds / Double(max(1, step - stepsBefore)) * Double(total - step),
              metric: nil))
        }
        if let writer, now - lastSave >= checkpointSeconds {
          try writer.checkpoint(step: step) { try state.write(to: $0) }
          lastSave = Self.now
        }
        if isStopped() {
          isInterrupted = true
          break training
        }
      }
      do {
        try finishEpoch(epoch, isStopped: isStopped)
      } catch is Stopped {
        isInterrupted = true
        break training
      }
    }
    var facts = AdaptedRun.Facts()
    facts.trainSeconds = Self.now - start + (writer?.previous?.seconds ?? 0)
    facts.rowsPerSecond = Double(rows) / max(1e-9, Self.now - start)
    facts.trainedParameters = model.trainedCount
    facts.totalParameters = model.totalCount
    facts.truncated = train.reduce(0) { $0 + $1.truncated }
    facts.isInterrupted = isInterrupted
    if isInterrupted, let writer {
      try writer.checkpoint(step: step) { try state.write(to: $0) }
    }
    let kept = best?.weights ?? TrainedWeights(of: model.layout.parameters)
    if best == nil || history.bestEpoch == history.epochs.last?.epoch && !isInterrupted {
      optimizer.finish()
    } else {
      model = try MultiTaskModel(adaptation)
      try kept.apply(to: model.layout.parameters, decaying: true)
    }
    return try result(writer, kept, facts, meter)
  }

  private func result(
    _ writer: RunWriter?, _ kept: TrainedWeights, _ given: AdaptedRun.Facts, _ meter: EnergyMeter
  ) throws -> MultiTaskRun {
    var facts = given
    var metrics: [[TaskPart: [TrainingHistory.Metric]]] = []
    var logits: [[TaskPart: Logits]] = []
    for (index, task) in adaptation.tasks.enumerated() {
      var found: [TaskPart: Logits] = [:]
      var measured: [TaskPart: [TrainingHistory.Metric]] = [:]
      for part in [TaskPart.validation, .test] where task.count(part) > 0 {
        guard
          let encoded = part == .validation
            ? validation[index]
            : try task.encode(
              part, tokenizer: adaptation.donor.tokenizer,
              maxLength: adaptation.single(0).maxLength)
        else { continue }
        let values = try model.views[index].logits(encoded, precision: settings.precision)
        found[part] = values
        measured[part] = try task.metrics(part, values)
      }
      logits.append(found)
      metrics.append(measured)
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    facts.peakMemory = usage.ru_maxrss << 10
    facts.add(meter.use(memory: facts.peakMemory), before: writer?.previous?.metrics)
    var stored: StoredRun?
    if let writer {
      try writer.artifact("weights.safetensors") { try kept.write(to: $0) }
      try writer.artifact("history.json") {
        try AtomicFile.write($0, text: history.json.serialized(pretty: true))
      }
      for (name, values) in zip(adaptation.names, logits) {
        try writer.artifact("logits_\(name).safetensors") { try Logits.write(values, to: $0) }
      }
      var fields = AdaptedRun.json([:], facts).object ?? []
      fields.append(
        JSONField(
          "tasks",
          .object(
            zip(adaptation.names, metrics).map { name, parts in
              JSONField(name, .object(parts.fields))
            })))
      stored =
        facts.isInterrupted
        ? try writer.interrupt(metrics: .object(fields))
        : try writer.finish(metrics: .object(fields))
    }
    let runs = adaptation.tasks.indices.map { index in
      AdaptedRun(
        adaptation.single(index), stored: stored, history: history, metrics: metrics[index],
        logits: logits[index], facts: facts, wasStored: false, model: model.views[index],
        weights: nil)
    }
    return MultiTaskRun(
      adaptation, stored: stored, runs: runs, history: history, facts: facts, wasStored: false)
  }

  // MARK: Steps

  private func trainStep(
    _ task: Int, _ texts: [Int], epoch: Int
  ) throws -> TrainingHistory.Step {
    let batch = try EncoderBatch(
      texts.map { train[task].texts[$0] }, for: model.attachment.model.configuration)
    let labels = texts.map { train[task].labels[$0] }
    let weight = lossOptions.weight(of: labels.flatMap { $0 })
    let (options, model) = (lossOptions, model)
    let view = model.views[task].model
    var loss = 0.0
    if weight > 0 {
      loss = try model.workers.accumulate(
        costs: batch.lengths, dropout: DropoutKey(seed: settings.seed, step: UInt32(step)),
        precision: settings.precision
      ) { tape, part in
        let logits = view.logits(EncoderInput(batch, part, on: tape), on: tape)
        return tape.crossEntropy(
          logits, tape.arena.copy(part.flatMap { labels[$0] }), options: options,
          scale: 1 / weight)
      }
    }
    let rate = learningRate * schedule.multiplier(at: step)
    let norms = optimizer.step(
      model.workers.gradients, learningRate: rate, on: model.workers.pool)
    guard loss.isFinite, norms.total.isFinite else {
      throw TransferError(
        "training diverged at step \(step + 1), in a batch of \(adaptation.names[task]), at a "
          + "learning rate of \(rate): the loss is \(loss)", next: "lower learning_rate")
    }
    var byLayer: [String: Double] = [:]
    for (parameter, norm) in zip(model.layout.parameters, norms.parameters) {
      byLayer[EncoderModel.layer(of: parameter.name), default: 0] += norm * norm
    }
    for (layer, square) in byLayer { layerNorms[layer, default: 0] += square.squareRoot() }
    step += 1
    epochLoss += loss
    let record = TrainingHistory.Step(
      step: step, epoch: epoch + 1, loss: loss, learningRate: rate, gradientNorm: norms.total)
    history.steps.append(record)
    return record
  }

  private func finishEpoch(
    _ epoch: Int, isStopped: @escaping @Sendable () -> Bool
  ) throws {
    var metrics: [TrainingHistory.Metric] = []
    var headlines: [Double] = []
    for (index, task) in adaptation.tasks.enumerated() {
      guard let part = validation[index], part.count > 0 else { continue }
      let logits = try model.views[index].logits(
        part, precision: settings.precision, isStopped: isStopped)
      for metric in try task.metrics(.validation, logits) {
        metrics.append(.init("\(adaptation.names[index])_\(metric.name)", metric.value))
        if metric.name == task.headline.name { headlines.append(metric.value) }
      }
    }
    if !headlines.isEmpty {
      let value = headlines.reduce(0, +) / Double(headlines.count)
      metrics.insert(.init("mean_headline", value), at: 0)
      if value.isFinite, best.map({ value > $0.value }) ?? true {
        best = (value, TrainedWeights(of: model.layout.parameters))
        history.bestEpoch = epoch + 1
      }
    }
    let steps = Double(stepsPerEpoch)
    history.epochs.append(
      TrainingHistory.Epoch(
        epoch: epoch + 1, step: step, trainLoss: epochLoss / steps, validation: metrics,
        layerNorms: layerNorms.map { TrainingHistory.Metric($0.key, $0.value / steps) }
          .sorted { Trainer.isBelow($0.name, $1.name) }))
    layerNorms = [:]
    epochLoss = 0
  }

  private var hasLostPatience: Bool {
    guard let patience = settings.patience, let bestEpoch = history.bestEpoch else { return false }
    return history.epochs.count - bestEpoch >= patience
  }

  private var state: TrainingState {
    TrainingState(
      step: step, history: history, weights: TrainedWeights(of: model.layout.parameters),
      optimizer: optimizer.state, best: best, layerNorms: layerNorms, epochLoss: epochLoss)
  }

  private func restore(_ state: TrainingState) throws {
    try state.weights.apply(to: model.layout.parameters, decaying: false)
    try optimizer.restore(state.optimizer)
    (step, history, best) = (state.step, state.history, state.best)
    (layerNorms, epochLoss) = (state.layerNorms, state.epochLoss)
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
