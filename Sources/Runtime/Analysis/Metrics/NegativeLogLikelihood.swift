// The mean of -ln p(right class), p clipped to [2^-52, 1 - 2^-52] as in scikit-learn.

import Glibc

public enum NegativeLogLikelihood {
  static let metric = Metric.ofClasses(
    "nll", "mean negative log probability of the right class, in nats", higherIsBetter: false,
    range: 0...Double.infinity
  ) {
    (predictions) throws(AnalysisError) in
    try BrierScore.mean(of: predictions) { row in
      ofProbability(predictions.probabilities[row * predictions.classes + predictions.gold[row]])
    }
  }

  static func ofProbability(_ p: Double) -> Double {
    -log(min(max(p, Double.ulpOfOne), 1 - Double.ulpOfOne))
  }

  /// Of two classes, from the probability of class 1.
  public static func binary(_ probabilities: [Double], labels: [Int]) -> Double {
    ratio(
      zip(probabilities, labels).reduce(0) { sum, pair in
        let p = min(max(pair.0, Double.ulpOfOne), 1 - Double.ulpOfOne)
        return sum - log(pair.1 == 1 ? p : 1 - p)
      }, Double(min(probabilities.count, labels.count)))
  }
}
