// Two classifiers on the same examples (McNemar 1947): only the examples that one gets right and
// the other wrong tell them apart.

import Glibc

public struct McNemar: Sendable, Equatable {
  /// Examples that only the first, and only the second, got right.
  public let onlyFirst: Int
  public let onlySecond: Int
  /// Two-sided p of the exact binomial test.
  public let exactP: Double
  /// Chi-squared with Edwards' continuity correction, one degree of freedom, and its p.
  public let statistic: Double
  public let correctedP: Double

  /// From the counts of the two kinds of disagreement.
  public init(onlyFirst: Int, onlySecond: Int) {
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    let n = onlyFirst + onlySecond
    guard n > 0 else {
      (exactP, statistic, correctedP) = (1, 0, 1)
      return
    }
    let tail = Distributions.binomialCumulative(
      min(onlyFirst, onlySecond), trials: n, probability: 0.5)
    exactP = min(1, 2 * tail)
    let gap = max(0, abs(Double(onlyFirst - onlySecond)) - 1)
    statistic = gap * gap / Double(n)
    correctedP = Distributions.chiSquaredTail(statistic)
  }

  /// Throws `invalid` when the two are not about the same examples.
  public init(_ first: ClassPredictions, _ second: ClassPredictions) throws(AnalysisError) {
    guard first.gold == second.gold else {
      throw .invalid("McNemar's test needs the same examples for both models")
    }
    var counts = (0, 0)
    for row in 0..<first.count {
      switch (first.predicted[row] == first.gold[row], second.predicted[row] == first.gold[row]) {
      case (true, false): counts.0 += 1
      case (false, true): counts.1 += 1
      default: break
      }
    }
    self.init(onlyFirst: counts.0, onlySecond: counts.1)
  }
}
