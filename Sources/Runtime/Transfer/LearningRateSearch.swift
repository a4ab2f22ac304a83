// LearningRateSearch: short runs at rates half a decade apart; the one with the lowest validation loss
// is the one to train with. Each is a stored run like any other.

import Glibc
import TLAnalysis
import TLStore
import TLText

/// Finds a learning rate for a strategy by trying.
public struct LearningRateSearch: Sendable {
  /// What a short run at one rate gave.
  public struct Trial: Sendable {
    public var learningRate: Double
    /// Mean over the last tenth of the steps.
    public var trainLoss: Double
    public var validationLoss: Double
    /// The task's headline on the validation part.
    public var metric: Double
    /// Why the run ended early, e.g. that it diverged.
    public var failure: String?
  }

  public var adaptation: Adaptation
  public var rates: [Double]
  /// Steps of a short run.
  public var steps: Int

  /// - Parameter rates: nil: seven, from a tenth to a hundred times the strategy's own rate.
  public init(_ adaptation: Adaptation, rates: [Double]? = nil, steps: Int = 60) {
    self.adaptation = adaptation
    self.steps = steps
    let center = adaptation.strategy.defaultLearningRate
    self.rates = rates ?? (-2...4).map { Self.rounded(center * pow(10, Double($0) / 2)) }
  }

  /// One digit: 1 or 3 times a power of ten, or what was nearest.
  static func rounded(_ rate: Double) -> Double {
    let power = pow(10, log10(rate).rounded(.down))
    return Double("\((rate / power).rounded())e\(Int(log10(power).rounded()))") ?? rate
  }

  /// The trials, the best first.
  ///
  /// Throws where the task has no validation part, and `Stopped` when asked to stop.
  public func run(
    store: RunStore?, isStopped: @escaping @Sendable () -> Bool = { false },
    progress: (Int) -> Void = { _ in }
  ) throws -> [Trial] {
    var adaptation = adaptation
    guard adaptation.task.count(.validation) > 0, let train = adaptation.task.parts[.train] else {
      throw TransferError(
        "a learning rate is chosen on the validation part, which the task has not",
        next: "give split a share for validation")
    }
    let batch = adaptation.settings.batchSize * adaptation.settings.accumulation
    let wanted = steps * batch
    if train.count > wanted {
      let rows = try Sampling.sample(
        wanted, of: train.count, strata: train.strata, seed: adaptation.settings.seed)
      adaptation.task = try adaptation.task.with(train: train.taking(rows))
    }
    let perEpoch = max(1, (adaptation.task.count(.train) + batch - 1) / batch)
    adaptation.settings.epochs = max(1, steps / perEpoch)
    adaptation.settings.patience = nil
    adaptation.settings.metric = "loss"
    var trials: [Trial] = []
    for (index, rate) in rates.enumerated() {
      if isStopped() { throw Stopped() }
      progress(index)
      adaptation.settings.learningRate = rate
      var trial = Trial(
        learningRate: rate, trainLoss: .nan, validationLoss: .nan, metric: .nan, failure: nil)
      do {
        let run = try adaptation.run(store: store, isStopped: isStopped)
        if run.facts.isInterrupted { throw Stopped() }
        let last = run.history.steps.suffix(max(1, run.history.steps.count / 10)).map(\.loss)
        trial.trainLoss = last.reduce(0, +) / Double(max(1, last.count))
        trial.validationLoss = run.metric("loss", .validation) ?? .nan
        let metric =
          adaptation.task.kind == .summarization
          ? "perplexity" : adaptation.task.headline.name
        trial.metric = run.metric(metric, .validation) ?? .nan
      } catch let error as TransferError {
        trial.failure = error.description
      }
      trials.append(trial)
    }
    if let first = trials.first?.failure, trials.allSatisfy({ $0.failure != nil }) {
      throw TransferError("every one of the \(trials.count) rates failed, the first so: \(first)")
    }
    return trials.sorted { a, b in
      (a.validationLoss.isNaN ? .infinity : a.validationLoss, a.learningRate)
        < (b.validationLoss.isNaN ? .infinity : b.validationLoss, b.learningRate)
    }
  }
}
