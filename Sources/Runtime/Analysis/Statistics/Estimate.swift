// A number that knows its spread: mean, interval, n.

import Glibc

/// An interval that holds the true value in a stated share of cases.
public struct Interval: Sendable, Equatable, CustomStringConvertible {
  public let lower: Double
  public let upper: Double
  /// The share, 0.95 by default.
  public let confidence: Double

  public init(lower: Double, upper: Double, confidence: Double) {
    self.lower = lower
    self.upper = upper
    self.confidence = confidence
  }

  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  public var description: String { "[\(lower), \(upper)]" }
}

/// The mean of repeated measurements with its interval.
public struct Estimate: Sendable, Equatable {
  public let mean: Double
  /// Of one measurement, with n - 1 in the denominator; nil for fewer than two.
  public let standardDeviation: Double?
  /// Nil for fewer than two measurements, which say nothing about their spread.
  public let interval: Interval?
  public let n: Int

  /// Student's t interval of the mean (Student 1908), over seeds or other independent repetitions.
  /// Throws `invalid` for no values, a value that is not finite, or a share outside 0 to 1.
  public init(_ values: [Double], confidence: Double = 0.95) throws(AnalysisError) {
    guard !values.isEmpty else { throw .invalid("an estimate of no values is undefined") }
    guard confidence > 0 && confidence < 1 else {
      throw .invalid("a confidence lies between 0 and 1, found \(confidence)")
    }
    if let bad = values.first(where: { !$0.isFinite }) {
      throw .invalid("an estimate needs finite values, found \(bad)")
    }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    n = values.count
    guard values.count > 1 else {
      standardDeviation = nil
      interval = nil
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    standardDeviation = variance.squareRoot()
    let half =
      Distributions.studentQuantile(0.5 + confidence / 2, degreesOfFreedom: count - 1)
      * (variance / count).squareRoot()
    interval = Interval(lower: mean - half, upper: mean + half, confidence: confidence)
  }

  /// An estimate whose interval was found otherwise.
  public init(mean: Double, standardDeviation: Double?, interval: Interval?, n: Int) {
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.interval = interval
    self.n = n
  }
}
