// A fitted correction of probabilities, learned on validation data and applied to other data. The
// methods for two classes serve more by one against the rest, the results brought to sum 1.

import Glibc

public enum CalibrationMethod: String, Sendable, CaseIterable {
  case temperature, platt, isotonic

  /// Throws `unknownName` with the nearest method.
  public static func named(_ name: String) throws(AnalysisError) -> CalibrationMethod {
    guard let method = CalibrationMethod(rawValue: name) else {
      throw .unknown("calibration method", name, known: allCases.map(\.rawValue))
    }
    return method
  }
}

/// A map from logits to calibrated probabilities.
public struct Calibration: Sendable {
  public enum Parameters: Sendable {
    case temperature(Double)
    /// One per class; for two classes one, of class 1.
    case platt([PlattScaling])
    case isotonic([IsotonicRegression])
  }

  public let parameters: Parameters
  public let classes: Int

  public var method: CalibrationMethod {
    switch parameters {
    case .temperature: return .temperature
    case .platt: return .platt
    case .isotonic: return .isotonic
    }
  }

  /// Fits on logits [examples, classes]. Throws `invalid` for data that the method cannot use.
  public static func fit(
    _ method: CalibrationMethod, logits: [Float], labels: [Int], classes: Int
  ) throws(AnalysisError) -> Calibration {
    let predictions = try ClassPredictions(gold: labels, logits: logits, classes: classes)
    guard classes > 1, !labels.isEmpty else {
      throw .invalid("calibration needs two classes and at least one example")
    }
    let parameters: Parameters
    switch method {
    case .temperature:
      parameters = .temperature(
        try TemperatureScaling.fit(
          logits: logits.map(Double.init), labels: labels, classes: classes))
    case .platt:
      var fits: [PlattScaling] = []
      for k in fitted(classes) {
        fits.append(
          try PlattScaling.fit(
            scores: labels.indices.map { score(logits, $0, k, classes) },
            labels: labels.map { $0 == k }))
      }
      parameters = .platt(fits)
    case .isotonic:
      var fits: [IsotonicRegression] = []
      for k in fitted(classes) {
        fits.append(
          try IsotonicRegression(
            x: labels.indices.map { predictions.probabilities[$0 * classes + k] },
            y: labels.map { $0 == k ? 1 : 0 }))
      }
      parameters = .isotonic(fits)
    }
    return Calibration(parameters: parameters, classes: classes)
  }

  /// Calibrated probabilities [examples, classes]. Throws `invalid` for logits of other classes.
  public func probabilities(_ logits: [Float]) throws(AnalysisError) -> [Double] {
    guard logits.count % classes == 0 else {
      throw .invalid("\(logits.count) logits are no rows of \(classes) classes")
    }
    guard logits.allSatisfy(\.isFinite) else { throw .invalid("a logit is not finite") }
    let rows = logits.count / classes
    switch parameters {
    case .temperature(let temperature):
      return Softmax.rows(logits.map(Double.init), classes: classes, temperature: temperature)
    case .platt(let fits):
      return combined(rows) { row, k in fits[k](Self.score(logits, row, k + offset, classes)) }
    case .isotonic(let fits):
      let plain = Softmax.rows(logits.map(Double.init), classes: classes)
      return combined(rows) { row, k in fits[k](plain[row * classes + k + offset]) }
    }
  }

  private var offset: Int { classes == 2 ? 1 : 0 }

  private static func fitted(_ classes: Int) -> Range<Int> { classes == 2 ? 1..<2 : 0..<classes }

  /// Log odds of class k against the rest: z_k - log Σ exp z_j over the others.
  private static func score(_ logits: [Float], _ row: Int, _ k: Int, _ classes: Int) -> Double {
    let start = row * classes
    var largest = -Double.infinity
    for j in 0..<classes where j != k { largest = max(largest, Double(logits[start + j])) }
    var sum = 0.0
    for j in 0..<classes where j != k { sum += exp(Double(logits[start + j]) - largest) }
    return Double(logits[start + k]) - largest - log(sum)
  }

  private func combined(_ rows: Int, _ value: (Int, Int) -> Double) -> [Double] {
    var result = [Double](repeating: 0, count: rows * classes)
    for row in 0..<rows {
      if classes == 2 {
        let p = value(row, 0)
        result[2 * row] = 1 - p
        result[2 * row + 1] = p
        continue
      }
      var sum = 0.0
      for k in 0..<classes {
        result[row * classes + k] = value(row, k)
        sum += result[row * classes + k]
      }
      // No class claims the example: all are equally likely.
      for k in 0..<classes {
        result[row * classes + k] = sum > 0 ? result[row * classes + k] / sum : 1 / Double(classes)
      }
    }
    return result
  }
}
