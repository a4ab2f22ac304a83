// What every training loop here sets up alike: the schedule of the rates and the optimizer. Not the
// arithmetic of either, which is TLTensor's.

import TLTensor

extension Schedule {
  /// The schedule of a run; its warm-up is a share of the steps, rounded up.
  init(_ shape: TrainingSettings.ScheduleShape, warmupRatio: Double, totalSteps: Int) {
    let shape: Schedule.Shape =
      switch shape {
      case .linear: .linear
      case .cosine: .cosine
      case .constant: .constant
      }
    self.init(
      shape, warmupSteps: Int((Double(totalSteps) * warmupRatio).rounded(.up)),
      totalSteps: totalSteps)
  }
}

extension AdamW {
  /// The optimizer of a run, which does not decay biases and the weights of norms.
  convenience init(
    _ layout: GradientLayout, clipNorm: Double?, weightDecay: Double, epsilon: Double = 1e-8,
    rateMultiplier: (Parameter) -> Double = { _ in 1 }
  ) {
    var options = AdamW.Settings()
    options.clipNorm = clipNorm
    options.epsilon = epsilon
    self.init(layout, settings: options) { parameter in
      AdamW.Treatment(
        rateMultiplier: rateMultiplier(parameter),
        weightDecay: Trainer.isDecayed(parameter.name) ? weightDecay : 0)
    }
  }
}
