// How far stated confidence is from observed accuracy: ECE over bins of equal width (Naeini et al.
// 2015; Guo et al. 2017, 15 bins), over bins of equal mass (Nguyen and O'Connor 2015), and the
// largest gap of a bin (MCE). Confidence is the probability of the predicted class. Few examples in a
// bin give it a gap by chance, in a resample of them twice: hence the interval of biased metrics.

enum CalibrationError {
  static let metrics = [
    metric("ece", "expected calibration error, 15 bins of equal width", .equalWidth) {
      $0.expectedCalibrationError
    },
    metric("ece_equal_mass", "expected calibration error, 15 bins of equal mass", .equalMass) {
      $0.expectedCalibrationError
    },
    metric("mce", "largest calibration error of a bin, 15 bins of equal width", .equalWidth) {
      $0.maximumCalibrationError
    },
  ]

  private static func metric(
    _ name: String, _ purpose: String, _ binning: Reliability.Binning,
    _ score: @escaping @Sendable (Reliability) -> Double
  ) -> Metric {
    .ofClasses(name, purpose, higherIsBetter: false, isBiased: true) {
      (predictions) throws(AnalysisError) in
      guard !predictions.probabilities.isEmpty else {
        throw .invalid("metric `\(name)` needs probabilities, the predictions have classes only")
      }
      let confidences = (0..<predictions.count).map { predictions.confidence($0) }
      let hits = zip(predictions.gold, predictions.predicted).map { $0 == $1 }
      let order = Reliability.order(confidences)
      return { weights in
        score(
          Reliability(
            confidences: confidences, hits: hits, bins: 15, binning: binning, weights: weights,
            order: order))
      }
    }
  }
}
