// Intervals by resampling the examples (Efron 1979; Efron and Tibshirani 1993, chapters 13 and 14),
// and the paired comparison of two models on the same examples (Koehn 2004). Resample r of a seed
// is a function of (seed, r) alone, hence the same at any number of threads and for both models.

import Glibc
import TLTensor

public enum Bootstrap {
  public enum Method: String, Sendable, CaseIterable {
    case percentile
    /// Bias-corrected and accelerated.
    case bca
  }

  /// A metric with its interval over examples. Throws what the metric throws, and `invalid` for
  /// fewer than 100 resamples, which give no 95% interval.
  public static func estimate(
    _ metric: Metric, _ predictions: Predictions, resamples: Int = 1000, confidence: Double = 0.95,
    method: Method = .percentile, seed: UInt64 = 0
  ) throws(AnalysisError) -> Estimate {
    try estimate(
      metric.scorer(predictions), count: predictions.count, resamples: resamples,
      confidence: confidence, method: method, seed: seed)
  }

  /// The same for any function of the examples' weights. `standardDeviation` is that of the
  /// resamples, the standard error of the value.
  public static func estimate(
    _ scorer: Scorer, count: Int, resamples: Int = 1000, confidence: Double = 0.95,
    method: Method = .percentile, seed: UInt64 = 0
  ) throws(AnalysisError) -> Estimate {
    try check(count: count, resamples: resamples, confidence: confidence)
    let value = scorer([Int32](repeating: 1, count: count))
    guard count > 1 else {
      return Estimate(mean: value, standardDeviation: nil, interval: nil, n: count)
    }
    let values = (0..<resamples).map { scorer(weights(count: count, resample: $0, seed: seed)) }
    let tail = expandedTail(confidence, count: count)
    var levels = (lower: tail, upper: 1 - tail)
    if method == .bca,
      let corrected = correctedLevels(
        scorer, count, value, values.sorted(), levels.lower, levels.upper)
    {
      levels = (corrected.0, corrected.1)
    }
    return estimate(value, values, count, levels, confidence)
  }

  /// The percentile interval of a value from those that a function of the caller found in resamples
  /// (`weights`). `standardDeviation` is the standard error of the value.
  public static func estimate(
    _ value: Double, resampled: [Double], count: Int, confidence: Double = 0.95
  ) throws(AnalysisError) -> Estimate {
    try check(count: count, resamples: resampled.count, confidence: confidence)
    guard count > 1 else {
      return Estimate(mean: value, standardDeviation: nil, interval: nil, n: count)
    }
    let tail = expandedTail(confidence, count: count)
    return estimate(value, resampled, count, (tail, 1 - tail), confidence)
  }

  private static func estimate(
    _ value: Double, _ resampled: [Double], _ count: Int, _ levels: (lower: Double, upper: Double),
    _ confidence: Double
  ) -> Estimate {
    let sorted = resampled.sorted()
    let size = Double(sorted.count)
    let mean = sorted.reduce(0, +) / size
    let variance = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (size - 1)
    return Estimate(
      mean: value, standardDeviation: variance.squareRoot(),
      interval: Interval(
        lower: quantile(sorted, levels.lower), upper: quantile(sorted, levels.upper),
        confidence: confidence),
      n: count)
  }

  /// How often each example occurs in a resample.
  public static func weights(count: Int, resample: Int, seed: UInt64) -> [Int32] {
    var weights = [Int32](repeating: 0, count: count)
    guard count > 0 else { return weights }
    var random = RandomStream(seed: seed, stream: UInt64(resample) &+ 1 << 40)
    weights.withUnsafeMutableBufferPointer { weights in
      for _ in 0..<count { weights[random.index(below: count)] += 1 }
    }
    return weights
  }

  /// The result of a paired comparison.
  public struct Comparison: Sendable {
    /// Value of the first minus value of the second.
    public let difference: Double
    /// Of the difference, over examples.
    public let interval: Interval
    /// Two-sided: twice the share of resamples in which the difference is not on its side of 0.
    public let pValue: Double
    public let resamples: Int

    /// Whether the two can be told apart at a level.
    public func isDistinguishable(level: Double = 0.05) -> Bool { pValue < level }
  }

  /// Compares two models on the same examples, resampled alike for both.
  public static func compare(
    _ metric: Metric, _ first: Predictions, _ second: Predictions, resamples: Int = 2000,
    confidence: Double = 0.95, seed: UInt64 = 0
  ) throws(AnalysisError) -> Comparison {
    guard first.count == second.count else {
      throw .invalid(
        "a paired comparison needs the same examples: \(first.count) and \(second.count) found")
    }
    return try compare(
      metric.scorer(first), metric.scorer(second), count: first.count, resamples: resamples,
      confidence: confidence, seed: seed)
  }

  /// The same for any two functions of the examples' weights.
  public static func compare(
    _ first: Scorer, _ second: Scorer, count: Int, resamples: Int = 2000,
    confidence: Double = 0.95, seed: UInt64 = 0
  ) throws(AnalysisError) -> Comparison {
    try check(count: count, resamples: resamples, confidence: confidence)
    let all = [Int32](repeating: 1, count: count)
    let difference = first(all) - second(all)
    var values: [Double] = []
    values.reserveCapacity(resamples)
    for resample in 0..<resamples {
      let weights = weights(count: count, resample: resample, seed: seed)
      values.append(first(weights) - second(weights))
    }
    values.sort()
    let notAbove = values.reduce(0) { $0 + ($1 <= 0 ? 1 : 0) }
    let notBelow = values.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) }
    let p = 2 * Double(min(notAbove, notBelow) + 1) / Double(resamples + 1)
    let tail = expandedTail(confidence, count: count)
    return Comparison(
      difference: difference,
      interval: Interval(
        lower: quantile(values, tail), upper: quantile(values, 1 - tail), confidence: confidence),
      pValue: min(1, p), resamples: resamples)
  }

  private static func check(
    count: Int, resamples: Int, confidence: Double
  ) throws(AnalysisError) {
    guard count > 0 else { throw .invalid("an interval over no examples is undefined") }
    guard resamples >= 100 && resamples <= 10_000_000 else {
      throw .invalid("a bootstrap needs 100 to 10000000 resamples, found \(resamples)")
    }
    guard confidence > 0 && confidence < 1 else {
      throw .invalid("a confidence lies between 0 and 1, found \(confidence)")
    }
  }

  /// The share left out at each end, less for few examples: resamples vary by (n - 1)/n less than
  /// samples do (Hesterberg 2015, the expanded percentile interval).
  private static func expandedTail(_ confidence: Double, count: Int) -> Double {
    guard count > 1 else { return (1 - confidence) / 2 }
    let n = Double(count)
    let t = Distributions.studentQuantile((1 - confidence) / 2, degreesOfFreedom: n - 1)
    return Distributions.normalCumulative((n / (n - 1)).squareRoot() * t)
  }

  /// The quantile by linear interpolation between the values around it.
  static func quantile(_ sorted: [Double], _ p: Double) -> Double {
    guard let first = sorted.first, let last = sorted.last else { return .nan }
    let place = p * Double(sorted.count - 1)
    guard place > 0 else { return first }
    let index = Int(place)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }

  /// The levels of BCa: bias from the share of resamples below the value, acceleration from the
  /// values without one group of examples each (at most 200 groups). Nil when it is undefined.
  private static func correctedLevels(
    _ scorer: Scorer, _ count: Int, _ value: Double, _ sorted: [Double], _ lower: Double,
    _ upper: Double
  ) -> (Double, Double)? {
    let below = sorted.reduce(0.0) { $0 + ($1 < value ? 1 : $1 == value ? 0.5 : 0) }
    let bias = Distributions.normalQuantile(below / Double(sorted.count))
    guard bias.isFinite else { return nil }
    let groups = min(count, 200)
    let left = (0..<groups).map { group in
      var weights = [Int32](repeating: 1, count: count)
      for example in stride(from: group, to: count, by: groups) { weights[example] = 0 }
      return scorer(weights)
    }
    let mean = left.reduce(0, +) / Double(groups)
    let squares = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let cubes = left.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
    let acceleration = ratio(cubes, 6 * squares * squares.squareRoot())
    func level(_ p: Double) -> Double {
      let z = bias + Distributions.normalQuantile(p)
      return Distributions.normalCumulative(bias + z / (1 - acceleration * z))
    }
    return (level(lower), level(upper))
  }
}

extension RandomStream {
  /// A number in 0..<count without bias (Lemire 2019).
  mutating func index(below count: Int) -> Int {
    let bound = UInt64(count)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// The numbers 0..<count in random order.
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, index(below: last + 1))
    }
    return order
  }
}
