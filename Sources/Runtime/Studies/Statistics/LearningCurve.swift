// LearningCurve: a measurement over the number of training examples, with intervals over replicates and
// a power law a - b * size^-c through the means (Hestness et al., "Deep learning scaling is predictable,
// empirically", 2017). The law's uncertainty is by a parametric bootstrap: means drawn anew with the
// spread that the replicates of all sizes show together, as Student's t has it.

import Glibc
import TLAnalysis
import TLTensor

/// a - b * size^-c: `limit` is what would be reached with endless data.
public struct PowerLaw: Sendable, Equatable {
  public var limit: Double
  public var gain: Double
  public var exponent: Double

  public init(limit: Double, gain: Double, exponent: Double) {
    self.limit = limit
    self.gain = gain
    self.exponent = exponent
  }

  public func callAsFunction(_ size: Double) -> Double { limit - gain * pow(size, -exponent) }

  /// What doubling the data adds at a size.
  public func doublingGain(_ size: Double) -> Double {
    gain * pow(size, -exponent) * (1 - pow(2, -exponent))
  }

  /// The size from which doubling the data adds less than `threshold`; 0 where it never adds so much.
  public func saturation(_ threshold: Double) -> Double {
    guard gain > 0, threshold > 0 else { return 0 }
    let factor = gain * (1 - pow(2, -exponent)) / threshold
    return factor <= 0 ? 0 : pow(factor, 1 / exponent)
  }

  /// The law nearest to the points by weighted squares; nil for fewer than three sizes. Its limit is at
  /// most `ceiling`.
  ///
  /// For a given exponent the best limit and gain are linear; the exponent is searched from 0.05 to 3.
  public static func fit(
    _ sizes: [Double], _ values: [Double], weights: [Double]? = nil, ceiling: Double? = nil
  ) -> PowerLaw? {
    guard sizes.count == values.count, sizes.count >= 3, sizes.allSatisfy({ $0 > 0 }),
      values.allSatisfy(\.isFinite)
    else { return nil }
    let weights = weights ?? [Double](repeating: 1, count: sizes.count)
    func solve(_ exponent: Double) -> (law: PowerLaw, error: Double) {
      var (s, sx, sy, sxx, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
      // Sizes as multiples of the first keep the sums near one.
      let xs = sizes.map { pow($0 / sizes[0], -exponent) }
      for index in xs.indices {
        let (w, x, y) = (weights[index], xs[index], values[index])
        s += w
        sx += w * x
        sy += w * y
        sxx += w * x * x
        sxy += w * x * y
      }
      let denominator = s * sxx - sx * sx
      var slope = denominator > 1e-14 * s * sxx ? (s * sxy - sx * sy) / denominator : 0
      var limit = (sy - slope * sx) / s
      if let ceiling, limit > ceiling, sxx > 0 {
        limit = ceiling
        slope = (sxy - limit * sx) / sxx
      }
      var error = 0.0
      for index in xs.indices {
        let rest = values[index] - limit - slope * xs[index]
        error += weights[index] * rest * rest
      }
      let gain = -slope * pow(sizes[0], exponent)
      return (PowerLaw(limit: limit, gain: gain, exponent: exponent), error)
    }
    let low = log(0.05)
    let high = log(3.0)
    let steps = 40
    var best = 0
    var bestError = Double.infinity
    for step in 0...steps {
      let error = solve(exp(low + (high - low) * Double(step) / Double(steps))).error
      if error < bestError * (1 - 1e-12) { (best, bestError) = (step, error) }
    }
    // Golden section between the neighbours of the best step.
    var a = low + (high - low) * Double(max(0, best - 1)) / Double(steps)
    var b = low + (high - low) * Double(min(steps, best + 1)) / Double(steps)
    let ratio = (5.0.squareRoot() - 1) / 2
    for _ in 0..<30 {
      let (c, d) = (b - ratio * (b - a), a + ratio * (b - a))
      if solve(exp(c)).error < solve(exp(d)).error { b = d } else { a = c }
    }
    return solve(exp((a + b) / 2)).law
  }
}

/// A measurement over sizes.
public struct LearningCurve: Sendable {
  public let name: String
  public let sizes: [Double]
  public let estimates: [Estimate]
  /// Nil where there are fewer than three sizes.
  public let law: PowerLaw?
  /// The law of each draw of the bootstrap; empty where no size has two replicates.
  public let draws: [PowerLaw]

  /// - Parameter points: the replicates' values by size.
  public init(
    name: String, _ points: [(size: Double, values: [Double])], confidence: Double = 0.95,
    draws count: Int = 500, seed: UInt64 = 0
  ) throws {
    self.name = name
    let points = points.filter { !$0.values.isEmpty }.sorted { $0.size < $1.size }
    sizes = points.map(\.size)
    estimates = try points.map { try Estimate($0.values, confidence: confidence) }
    let means = estimates.map(\.mean)
    let weights = points.map { Double($0.values.count) }
    // Shares and scores end at one.
    let isShare = points.allSatisfy { $0.values.allSatisfy { (0...1).contains($0) } }
    let ceiling = isShare ? 1.0 : nil
    law = PowerLaw.fit(sizes, means, weights: weights, ceiling: ceiling)
    var squares = 0.0
    var freedom = 0.0
    for (point, mean) in zip(points, means) {
      squares += point.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      freedom += Double(point.values.count - 1)
    }
    guard law != nil, freedom > 0 else {
      draws = []
      return
    }
    let deviation = (squares / freedom).squareRoot()
    var random = RandomStream(seed: seed, stream: 0x6375_7276)
    let places = sizes
    draws = (0..<count).compactMap { _ in
      // One factor for all sizes: the spread itself is known from few replicates only.
      let factor = (freedom / Self.chiSquared(freedom, &random)).squareRoot()
      let drawn = points.indices.map {
        means[$0] + deviation * factor * Self.normal(&random) / weights[$0].squareRoot()
      }
      return PowerLaw.fit(places, drawn, weights: weights, ceiling: ceiling)
    }
  }

  /// By Box and Muller.
  private static func normal(_ random: inout RandomStream) -> Double {
    let u = (Double(random.next() >> 11) + 0.5) / 9_007_199_254_740_992
    let v = Double(random.next() >> 11) / 9_007_199_254_740_992
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }

  private static func chiSquared(_ freedom: Double, _ random: inout RandomStream) -> Double {
    var sum = 0.0
    for _ in 0..<max(1, Int(freedom)) {
      let z = normal(&random)
      sum += z * z
    }
    return max(1e-12, sum)
  }

  /// The law at a size with its interval.
  public func predicted(_ size: Double, confidence: Double = 0.95) -> Estimate? {
    guard let law else { return nil }
    return Estimate(
      mean: law(size), standardDeviation: nil,
      interval: Self.interval(draws.map { $0(size) }, confidence), n: estimates.count)
  }

  public static func interval(_ values: [Double], _ confidence: Double = 0.95) -> Interval? {
    guard values.count >= 20 else { return nil }
    let sorted = values.sorted()
    func quantile(_ p: Double) -> Double {
      sorted[min(sorted.count - 1, max(0, Int((p * Double(sorted.count)).rounded(.down))))]
    }
    return Interval(
      lower: quantile((1 - confidence) / 2), upper: quantile((1 + confidence) / 2),
      confidence: confidence)
  }

  /// Where more data stops paying.
  public struct Saturation: Sendable {
    /// The size from which doubling adds less than the threshold; nil where no law was fitted.
    public var size: Double?
    public var interval: Interval?
    /// Whether it lies within what was measured.
    public var isReached: Bool
    /// What doubling the largest measured size is expected to add.
    public var nextGain: Double?
  }

  public func saturation(_ threshold: Double, confidence: Double = 0.95) -> Saturation {
    guard let law, let largest = sizes.last else {
      return Saturation(size: nil, interval: nil, isReached: false, nextGain: nil)
    }
    let size = max(law.saturation(threshold), sizes.first ?? 0)
    return Saturation(
      size: size,
      interval: Self.interval(
        draws.map { max($0.saturation(threshold), sizes.first ?? 0) }, confidence),
      isReached: size <= largest, nextGain: law.doublingGain(largest))
  }
}

extension Study {
  /// The curves of a measurement over an axis of numbers, one for each value of `by`.
  public func learningCurves(
    x: Int, by: Int?, value: String, confidence: Double = 0.95, seed: UInt64 = 0
  ) throws -> [LearningCurve] {
    guard let numbers = axes[x].numbers else {
      throw StudyError("the axis `\(axes[x].name)` has values that are no numbers")
    }
    let summary = try StudySummary(
      self, rows: by.map { [$0] } ?? [], columns: [x], values: [value], lowerIsBetter: false,
      confidence: confidence)
    return try summary.rowPlaces.map { row in
      try LearningCurve(
        name: summary.labels(summary.rows, row).joined(separator: ", "),
        summary.columnPlaces.compactMap { column in
          summary.group(row, column).map { group in
            (
              size: numbers[column[0]],
              values: group.values[0].sorted { $0.key < $1.key }.map(\.value)
            )
          }
        }, confidence: confidence, seed: seed)
    }
  }
}
