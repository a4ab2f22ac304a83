// A sigmoid of a score (Platt 1999): p = 1 / (1 + exp(a·score + b)), with the smoothed targets
// (n1 + 1)/(n1 + 2) and 1/(n0 + 2), by Newton's method with backtracking (Lin, Lin, Weng 2007).

import Glibc

public struct PlattScaling: Sendable, Equatable {
  public let a: Double
  public let b: Double

  public init(a: Double, b: Double) {
    self.a = a
    self.b = b
  }

  /// Throws `invalid` for scores that are not finite, lists of different length, or none.
  public static func fit(scores: [Double], labels: [Bool]) throws(AnalysisError) -> PlattScaling {
    guard !scores.isEmpty, scores.count == labels.count else {
      throw .invalid("\(scores.count) scores have \(labels.count) labels")
    }
    guard scores.allSatisfy(\.isFinite) else { throw .invalid("a score is not finite") }
    let positives = Double(labels.reduce(0) { $0 + ($1 ? 1 : 0) })
    let negatives = Double(labels.count) - positives
    let targets = labels.map { $0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2) }
    func loss(_ a: Double, _ b: Double) -> Double {
      var sum = 0.0
      for (score, target) in zip(scores, targets) {
        let z = a * score + b
        sum += z >= 0 ? target * z + log1p(exp(-z)) : (target - 1) * z + log1p(exp(z))
      }
      return sum
    }
    var a = 0.0
    var b = log((negatives + 1) / (positives + 1))
    var value = loss(a, b)
    for _ in 0..<200 {
      var (gradientA, gradientB) = (0.0, 0.0)
      var (aa, ab, bb) = (1e-12, 0.0, 1e-12)
      for (score, target) in zip(scores, targets) {
        let p = probability(a * score + b)
        let error = target - p
        let weight = p * (1 - p)
        gradientA += score * error
        gradientB += error
        aa += score * score * weight
        ab += score * weight
        bb += weight
      }
      if abs(gradientA) < 1e-11 && abs(gradientB) < 1e-11 { break }
      let determinant = aa * bb - ab * ab
      guard determinant > 0 else { break }
      let stepA = -(bb * gradientA - ab * gradientB) / determinant
      let stepB = -(aa * gradientB - ab * gradientA) / determinant
      var length = 1.0
      let slope = gradientA * stepA + gradientB * stepB
      while length > 1e-10 {
        let next = loss(a + length * stepA, b + length * stepB)
        if next <= value + 1e-4 * length * slope || (length == 1 && next <= value) {
          value = next
          break
        }
        length /= 2
      }
      guard length > 1e-10 else { break }
      a += length * stepA
      b += length * stepB
    }
    return PlattScaling(a: a, b: b)
  }

  public func callAsFunction(_ score: Double) -> Double { Self.probability(a * score + b) }

  private static func probability(_ z: Double) -> Double {
    z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z))
  }
}
