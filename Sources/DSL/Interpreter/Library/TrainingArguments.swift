// What the functions that train have in common: how their settings are read, how far a run is, what it
// has cost, and what becomes of one that was stopped.

import TLSyntax
import TLTensor
import TLTransfer

extension Arguments {
  /// An argument, or nil where it is none.
  func given<T>(_ index: Int, _ read: (Int) throws -> T) throws -> T? {
    isNone(index) ? nil : try read(index)
  }

  /// A number that random streams begin with.
  func seed(_ index: Int) throws -> UInt64 { UInt64(bitPattern: Int64(try integer(index))) }

  /// One of the choices that a declaration has, which are the raw values of a type.
  func choice<Choice: RawRepresentable>(
    _ index: Int, _ fallback: Choice
  ) throws -> Choice where Choice.RawValue == String {
    Choice(rawValue: try text(index)) ?? fallback
  }

  func strategyOrLoRA(_ index: Int) throws -> any TransferAdaptor {
    isNone(index) ? LoRA() : try strategy(index)
  }

  /// The settings of `adapt`, whose arguments 3 to 20 these are.
  func trainingSettings() throws -> TrainingSettings {
    var settings = TrainingSettings()
    settings.epochs = try integer(3)
    settings.learningRate = try given(4, number)
    settings.batchSize = try integer(5)
    settings.seed = try seed(6)
    settings.patience = try given(7, integer)
    settings.metric = try given(8, text)
    settings.maxLength = try given(9, integer)
    settings.weightDecay = try number(10)
    settings.warmupRatio = try number(11)
    settings.schedule = try choice(12, .linear)
    settings.clipNorm = try given(13, number)
    settings.accumulation = try integer(14)
    settings.labelSmoothing = try number(15)
    settings.dropout = try given(16, number)
    settings.mixout = try number(17)
    settings.reinitializedLayers = try integer(18)
    if self[19].asText != nil {
      settings.classWeights = .balanced
    } else if !isNone(19) {
      settings.classWeights = .given(try numbers(19).doubles)
    }
    settings.precision = try choice(20, .float32)
    return settings
  }

  /// Refuses patience without a validation part.
  func checkPatience(_ settings: TrainingSettings, _ tasks: [TransferTask]) throws {
    guard settings.patience != nil, tasks.allSatisfy({ $0.count(.validation) == 0 }) else { return }
    throw bad(
      7,
      "`patience` needs a validation part, the task\(tasks.count > 1 ? "s have" : " has") none")
  }

  /// Says how far an adaptation is.
  ///
  /// - Parameter label: stands before the epoch.
  func show(_ progress: AdaptationProgress, label: String = "") {
    var details = ["loss \(Rounded.fixed(progress.loss, 3))"]
    if let metric = progress.metric {
      details.append("\(MetricNames.title(metric.name)) \(Rounded.fixed(metric.value, 3))")
    }
    details.append("\(Rounded.fixed(progress.rowsPerSecond, 0)) texts/s")
    details.append("\(Duration.clock(progress.secondsLeft)) left")
    machine.notify(
      .progress(
        label: "\(label)epoch \(progress.epoch)/\(progress.epochs)",
        share: Double(progress.step) / Double(max(1, progress.totalSteps)), details: details))
  }

  /// Says what a run has cost. One that was stopped ends a script, and is kept at the prompt.
  func ended(
    _ title: String, id: String, seconds: Double, wasStored: Bool, isInterrupted: Bool
  ) throws {
    machine.notify(
      .cost(
        wasStored
          ? "stored (run \(id)): \(title)"
          : "ran \(Rounded.fixed(seconds, 1)) s (run \(id)): \(title)"))
    guard isInterrupted else { return }
    guard machine.keepsInterrupted else { throw Interruption(isStepLimit: false) }
    machine.cancellation.reset()
  }
}
