// The reliability diagram as numbers: per bin of confidence, how often the prediction was right
// (DeGroot and Fienberg 1983). Bin i of equal width is (edge i, edge i+1], 0 in the first.

/// Bins of confidence with their accuracy.
public struct Reliability: Sendable {
  public enum Binning: String, Sendable, CaseIterable {
    case equalWidth = "equal_width"
    case equalMass = "equal_mass"
  }

  public struct Bin: Sendable, Equatable {
    public let lower: Double
    public let upper: Double
    /// Examples in the bin.
    public let count: Int
    /// 0 for an empty bin, like the accuracy.
    public let meanConfidence: Double
    public let accuracy: Double

    public var gap: Double { abs(accuracy - meanConfidence) }
  }

  public let bins: [Bin]
  public let binning: Binning

  /// Confidence of the predicted class against whether it was right. Throws `invalid` for
  /// predictions without probabilities or fewer than one bin.
  public init(
    _ predictions: ClassPredictions, bins: Int = 15, binning: Binning = .equalWidth
  ) throws(AnalysisError) {
    guard !predictions.probabilities.isEmpty else {
      throw .invalid("a reliability diagram needs probabilities, the predictions have classes only")
    }
    try self.init(
      confidences: (0..<predictions.count).map { predictions.confidence($0) },
      hits: zip(predictions.gold, predictions.predicted).map { $0 == $1 }, bins: bins,
      binning: binning)
  }

  /// Any probabilities against whether what they are about was so.
  public init(
    confidences: [Double], hits: [Bool], bins: Int = 15, binning: Binning = .equalWidth
  ) throws(AnalysisError) {
    guard bins >= 1 && bins <= 100_000 else {
      throw .invalid("a reliability diagram needs 1 to 100000 bins, found \(bins)")
    }
    guard confidences.count == hits.count else {
      throw .invalid("\(confidences.count) confidences have \(hits.count) outcomes")
    }
    self.init(
      confidences: confidences, hits: hits, bins: bins, binning: binning,
      weights: [Int32](repeating: 1, count: hits.count), order: Self.order(confidences))
  }

  /// The examples by rising confidence, ties in their order.
  static func order(_ confidences: [Double]) -> [Int] {
    confidences.indices.sorted { (confidences[$0], $0) < (confidences[$1], $1) }
  }

  init(
    confidences: [Double], hits: [Bool], bins: Int, binning: Binning, weights: [Int32],
    order: [Int]
  ) {
    self.binning = binning
    var counts = [Double](repeating: 0, count: bins)
    var sums = counts
    var right = counts
    var edges = (0...bins).map { Double($0) * (1 / Double(bins)) }
    edges[bins] = 1
    let total = weights.reduce(0.0) { $0 + Double($1) }
    var seen = 0.0
    var bin = 0
    var lowest = [Double?](repeating: nil, count: bins)
    var highest = [Double?](repeating: nil, count: bins)
    for example in order where weights[example] > 0 {
      let confidence = confidences[example]
      let weight = Double(weights[example])
      switch binning {
      case .equalWidth: while bin < bins - 1 && confidence > edges[bin + 1] { bin += 1 }
      // Equal confidences stay together: the first of them says which bin.
      case .equalMass:
        if highest[bin] != confidence {
          bin = max(bin, min(bins - 1, Int(seen * Double(bins) / max(total, 1))))
        }
      }
      seen += weight
      counts[bin] += weight
      sums[bin] += weight * confidence
      if hits[example] { right[bin] += weight }
      lowest[bin] = lowest[bin] ?? confidence
      highest[bin] = confidence
    }
    self.bins = (0..<bins).map { index in
      Bin(
        lower: binning == .equalWidth ? edges[index] : lowest[index] ?? 0,
        upper: binning == .equalWidth ? edges[index + 1] : highest[index] ?? 0,
        count: Int(counts[index]), meanConfidence: ratio(sums[index], counts[index]),
        accuracy: ratio(right[index], counts[index]))
    }
  }

  /// The mean gap between accuracy and confidence, each bin counting as its examples.
  public var expectedCalibrationError: Double {
    let total = bins.reduce(0.0) { $0 + Double($1.count) }
    return ratio(bins.reduce(0) { $0 + Double($1.count) * $1.gap }, total)
  }

  /// The largest gap of a bin that has examples.
  public var maximumCalibrationError: Double {
    bins.filter { $0.count > 0 }.map(\.gap).max() ?? 0
  }
}
