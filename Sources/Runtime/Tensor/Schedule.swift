// Schedule: the multiplier of the base learning rate at an optimizer step, counted from 0, as the
// reference library defines it: with a warm-up, the first step has the multiplier 0.

import Glibc

/// A learning-rate schedule with a linear warm-up.
public struct Schedule: Sendable, Equatable {
  public enum Shape: Sendable, Equatable {
    case constant
    case linear
    case cosine
    /// A cosine that starts again `cycles` times.
    case cosineWithRestarts(cycles: Int)
    /// (1 - progress)^power, down to `end` (a share of the base rate).
    case polynomial(power: Double, end: Double)
  }

  public var shape: Shape
  public var warmupSteps: Int
  public var totalSteps: Int

  public init(_ shape: Shape, warmupSteps: Int, totalSteps: Int) {
    self.shape = shape
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
  }

  /// The multiplier at a step; 0 (or `end`) after the last one.
  public func multiplier(at step: Int) -> Double {
    if step < warmupSteps { return Double(step) / Double(max(1, warmupSteps)) }
    let rest = Double(max(1, totalSteps - warmupSteps))
    let progress = Double(step - warmupSteps) / rest
    switch shape {
    case .constant:
      return 1
    case .linear:
      return max(0, Double(totalSteps - step) / rest)
    case .cosine:
      return max(0, 0.5 * (1 + cos(Double.pi * progress)))
    case .cosineWithRestarts(let cycles):
      if progress >= 1 { return 0 }
      let phase = (Double(cycles) * progress).truncatingRemainder(dividingBy: 1)
      return max(0, 0.5 * (1 + cos(Double.pi * phase)))
    case .polynomial(let power, let end):
      if step > totalSteps { return end }
      return (1 - end) * pow(1 - progress, power) + end
    }
  }
}
