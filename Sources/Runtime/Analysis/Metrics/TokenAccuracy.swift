// The share of words whose tag is right, O included: high by nature where most words are O.

enum TokenAccuracy {
  static let metric = Metric.ofTags("token_accuracy", "share of words whose tag is right") {
    (predictions) throws(AnalysisError) in
    let sums = ExampleSums(
      width: 2,
      (0..<predictions.count).map { row in
        let pairs = zip(predictions.gold[row], predictions.predicted[row])
        let correct = pairs.reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
        return [(0, Double(correct)), (1, Double(predictions.gold[row].count))]
      })
    return { weights in
      let total = sums.total(weights)
      return ratio(total[0], total[1])
    }
  }
}
