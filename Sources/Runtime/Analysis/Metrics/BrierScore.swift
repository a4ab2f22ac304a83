// The mean squared distance of the probabilities from the right answer (Brier 1950): summed over
// the classes, 0 to 2. The form for two classes that looks at class 1 only is half of it.

public enum BrierScore {
  static let metric = Metric.ofClasses(
    "brier", "mean squared error of the probabilities, summed over the classes, 0 to 2",
    higherIsBetter: false, range: 0...2
  ) { (predictions) throws(AnalysisError) in
    try mean(of: predictions) { row in
      let k = predictions.classes
      return (0..<k).reduce(0) { sum, label in
        let right = label == predictions.gold[row] ? 1.0 : 0.0
        let error = predictions.probabilities[row * k + label] - right
        return sum + error * error
      }
    }
  }

  /// Of two classes, from the probability of class 1: mean (p - y)², 0 to 1.
  public static func binary(_ probabilities: [Double], labels: [Int]) -> Double {
    ratio(
      zip(probabilities, labels).reduce(0) { sum, pair in
        let error = pair.0 - Double(pair.1)
        return sum + error * error
      }, Double(min(probabilities.count, labels.count)))
  }

  /// The mean over the examples of a number that each has. Throws when probabilities are missing.
  static func mean(
    of predictions: ClassPredictions, _ value: (Int) -> Double
  ) throws(AnalysisError) -> Scorer {
    guard !predictions.probabilities.isEmpty else {
      throw .invalid("this metric needs probabilities, the predictions have classes only")
    }
    let values = (0..<predictions.count).map(value)
    return { weights in
      var sum = 0.0
      var count = 0.0
      for (value, weight) in zip(values, weights) {
        sum += Double(weight) * value
        count += Double(weight)
      }
      return ratio(sum, count)
    }
  }
}
