// One number that the logits are divided by (Guo et al. 2017), found where the mean negative log
// likelihood is least: Newton's method on β = 1/T, in which the loss is convex.

import Glibc

public enum TemperatureScaling {
  /// The temperature for logits [examples, classes]. Throws `invalid` when no finite temperature is
  /// best: the logits separate the classes without error, or say nothing.
  public static func fit(
    logits: [Double], labels: [Int], classes: Int
  ) throws(AnalysisError) -> Double {
    guard classes > 1, !labels.isEmpty, logits.count == labels.count * classes else {
      throw .invalid(
        "\(labels.count) examples of \(classes) classes need \(labels.count * classes) logits, "
          + "found \(logits.count)")
    }
    guard logits.allSatisfy(\.isFinite) else { throw .invalid("a logit is not finite") }
    if let row = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw .invalid("example \(row): class \(labels[row]) is outside the \(classes) classes")
    }
    /// Slope and curvature of the mean loss in β.
    func derivatives(_ beta: Double) -> (slope: Double, curvature: Double) {
      var slope = 0.0
      var curvature = 0.0
      for (row, label) in labels.enumerated() {
        let start = row * classes
        var largest = -Double.infinity
        for k in 0..<classes { largest = max(largest, beta * logits[start + k]) }
        var sum = 0.0
        var mean = 0.0
        var square = 0.0
        // Logits relative to the right one, so that large ones cancel before they are squared.
        let right = logits[start + label]
        for k in 0..<classes {
          let weight = exp(beta * logits[start + k] - largest)
          let value = logits[start + k] - right
          sum += weight
          mean += weight * value
          square += weight * value * value
        }
        mean /= sum
        slope += mean
        curvature += max(0, square / sum - mean * mean)
      }
      return (slope / Double(labels.count), curvature / Double(labels.count))
    }
    var low = 0.0
    var high = 1.0
    guard derivatives(0).slope < 0 else {
      throw .invalid(
        "no temperature improves these logits: they are no better than equal probabilities")
    }
    let hasErrors = labels.indices.contains { row in
      (0..<classes).contains { logits[row * classes + $0] > logits[row * classes + labels[row]] }
    }
    guard hasErrors else {
      throw .invalid(
        "no finite temperature is best: every example is right, so more confidence is always "
          + "better; calibrate on data with errors")
    }
    while derivatives(high).slope < 0 && high < 1e30 {
      low = high
      high *= 2
    }
    var beta = (low + high) / 2
    for _ in 0..<200 {
      let (slope, curvature) = derivatives(beta)
      if slope < 0 { low = beta } else { high = beta }
      let newton = beta - slope / curvature
      let next = newton > low && newton < high ? newton : (low + high) / 2
      if abs(next - beta) <= 1e-15 * beta { break }
      beta = next
    }
    return 1 / beta
  }
}
