// What a calibration did: the measures of calibration before and after it on the same examples, with
// intervals by bootstrap, and the paired comparison.

/// Measures of calibration before and after.
public struct CalibrationReport: Sendable {
  public struct Row: Sendable {
    public let metric: String
    public let before: Estimate
    public let after: Estimate
    /// After less before, on the same resamples.
    public let change: Bootstrap.Comparison
  }

  public static let metrics = ["ece", "ece_equal_mass", "mce", "brier", "nll"]

  public let rows: [Row]
  public let count: Int

  /// Throws `invalid` for other examples before than after, none, and a bad number of resamples.
  public init(
    before: ClassPredictions, after: ClassPredictions, resamples: Int = 1000, seed: UInt64 = 0
  ) throws(AnalysisError) {
    guard before.gold == after.gold else {
      throw .invalid("a calibration is measured on the same examples before and after")
    }
    var rows: [Row] = []
    for name in Self.metrics {
      let metric = try MetricRegistry.named(name)
      rows.append(
        Row(
          metric: name,
          before: try metric.estimate(.classes(before), resamples: resamples, seed: seed),
          after: try metric.estimate(.classes(after), resamples: resamples, seed: seed),
          change: try Bootstrap.compare(
            metric, .classes(after), .classes(before), resamples: resamples, seed: seed)))
    }
    self.rows = rows
    count = before.count
  }
}
