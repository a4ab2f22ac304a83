import Glibc
import TLAnalysis
import TLTensor
import TLText
import Testing

@Suite struct CalibrationFixtureTests {
  private static func bins(_ c: FixtureCase, _ reliability: Reliability, _ n: Int) {
    c.expect("ece_\(n)", reliability.expectedCalibrationError)
    c.expect("mce_\(n)", reliability.maximumCalibrationError)
    let wanted = c.expected("bins_\(n)")
    #expect(wanted?["count"]?.integers == reliability.bins.map(\.count), "\(c.name)")
    for (key, found) in [
      ("mean_conf", reliability.bins.map(\.meanConfidence)),
      ("accuracy", reliability.bins.map(\.accuracy)),
    ] {
      let numbers = wanted?[key]?.flattened ?? []
      #expect(
        numbers.count == found.count && zip(numbers, found).allSatisfy { abs($0 - $1) <= 1e-10 },
        "\(c.name) \(key)")
    }
  }

  @Test func measuresOfCalibrationAreThoseOfTheReference() throws {
    let cases = try fixtureCases("calibration.json")
    #expect(cases.count == 31)
    for c in cases {
      let labels = c.input["label"]?.integers ?? []
      switch c.input["kind"]?.string {
      case "binary":
        let p1 = c.input["p1"]?.flattened ?? []
        for n in [10, 15] {
          Self.bins(
            c, try Reliability(confidences: p1, hits: labels.map { $0 == 1 }, bins: n), n)
        }
        c.expect("brier", BrierScore.binary(p1, labels: labels))
        c.expect("nll", NegativeLogLikelihood.binary(p1, labels: labels))
        if let scores = c.input["score"]?.flattened {
          let platt = try PlattScaling.fit(scores: scores, labels: labels.map { $0 == 1 })
          c.expect("platt_a", platt.a)
          c.expect("platt_b", platt.b)
          c.expect("platt_a_sklearn", platt.a)
          c.expect("platt_b_sklearn", platt.b)
          c.expect("platt_p", scores.map { platt($0) })
          if c.expected("temperature") != nil {
            let t = try TemperatureScaling.fit(
              logits: scores.flatMap { [0, $0] }, labels: labels, classes: 2)
            c.expect("temperature", t)
            c.expect(
              "nll_at_temperature",
              NegativeLogLikelihood.binary(scores.map { 1 / (1 + exp(-$0 / t)) }, labels: labels))
          }
        }
        let isotonic = try IsotonicRegression(x: p1, y: labels.map(Double.init))
        c.expect("isotonic_x", isotonic.x)
        c.expect("isotonic_y", isotonic.y)
        c.expect("isotonic_predict_train", p1.map { isotonic($0) })
        c.expect(
          "isotonic_predict_query",
          (c.input["isotonic_query"]?.flattened ?? []).map { isotonic($0) })
      case "multiclass":
        let probabilities = c.input["probs"]?.flattened ?? []
        let classes = c.input["probs"]?[0]?.array?.count ?? 0
        let predictions = try ClassPredictions(
          gold: labels, probabilities: probabilities, classes: classes)
        for n in [10, 15] { Self.bins(c, try Reliability(predictions, bins: n), n) }
        let value: (String) throws -> Double = {
          try MetricRegistry.named($0).value(.classes(predictions))
        }
        c.expect("accuracy", try value("accuracy"))
        c.expect("brier_multiclass", try value("brier"))
        c.expect("nll", try value("nll"))
        c.expect("ece_15", try value("ece"))
        c.expect("mce_15", try value("mce"))
        if let logits = c.input["logits"]?.flattened, c.expected("temperature") != nil {
          let t = try TemperatureScaling.fit(logits: logits, labels: labels, classes: classes)
          c.expect("temperature", t)
          let scaled = try ClassPredictions(
            gold: labels,
            probabilities: Softmax.rows(logits, classes: classes, temperature: t),
            classes: classes)
          c.expect(
            "nll_at_temperature", try MetricRegistry.named("nll").value(.classes(scaled)))
        }
      default:
        let weights = c.input["weight"].flatMap { $0.isNull ? nil : $0.flattened }
        let isotonic = try IsotonicRegression(
          x: c.input["x"]?.flattened ?? [], y: c.input["y"]?.flattened ?? [], weights: weights,
          increasing: c.input["increasing"]?.bool ?? true)
        c.expect("isotonic_x", isotonic.x)
        c.expect("isotonic_y", isotonic.y)
        c.expect(
          "isotonic_predict_query", (c.input["query"]?.flattened ?? []).map { isotonic($0) })
      }
    }
  }
}

@Suite struct CalibrationTests {
  /// Logits of a model that is right about its order and three times too sure.
  private static func overconfident(
    _ count: Int, classes: Int, seed: UInt64
  ) -> (logits: [Float], labels: [Int]) {
    var random = RandomStream(seed: seed)
    var logits: [Float] = []
    var labels: [Int] = []
    for _ in 0..<count {
      let z = (0..<classes).map { _ in Double(random.normal()) * 1.5 }
      let p = Softmax.rows(z, classes: classes)
      var rest = random.uniform()
      var label = 0
      while label < classes - 1 && rest >= p[label] {
        rest -= p[label]
        label += 1
      }
      logits += z.map { Float(3 * $0) }
      labels.append(label)
    }
    return (logits, labels)
  }

  @Test(arguments: ["ece", "ece_equal_mass", "mce"])
  func intervalsOfBinnedErrorsHoldTheirValue(name: String) throws {
    let metric = try MetricRegistry.named(name)
    for seed in 0..<5 {
      let few = Self.overconfident(30, classes: 2, seed: UInt64(seed))
      let predictions = Predictions.classes(
        try ClassPredictions(gold: few.labels, logits: few.logits, classes: 2))
      let found = try metric.estimate(predictions, resamples: 200)
      let interval = try #require(found.interval)
      #expect(try found.mean == metric.value(predictions))
      #expect(interval.contains(found.mean) && interval.lower < interval.upper, "\(found)")
      #expect(interval.lower >= 0 && interval.upper <= 1, "\(found)")
    }
  }

  @Test(arguments: CalibrationMethod.allCases, [2, 4])
  func fittedOnOneSetItHelpsAnother(method: CalibrationMethod, classes: Int) throws {
    let train = Self.overconfident(2000, classes: classes, seed: 1)
    let test = Self.overconfident(2000, classes: classes, seed: 2)
    let calibration = try Calibration.fit(
      method, logits: train.logits, labels: train.labels, classes: classes)
    let before = try ClassPredictions(gold: test.labels, logits: test.logits, classes: classes)
    let after = try ClassPredictions(
      gold: test.labels, probabilities: calibration.probabilities(test.logits), classes: classes)
    for name in ["ece", "nll", "brier", "ece_equal_mass"] {
      let metric = try MetricRegistry.named(name)
      #expect(try metric.value(.classes(after)) < metric.value(.classes(before)), "\(name)")
    }
    #expect(try MetricRegistry.named("ece").value(.classes(after)) < 0.05)
    if case .temperature(let t) = calibration.parameters { #expect(abs(t - 3) < 0.3) }
    for row in 0..<after.count {
      let sum = (0..<classes).reduce(0) { $0 + after.probabilities[row * classes + $1] }
      #expect(abs(sum - 1) < 1e-9)
    }
  }

  @Test func aPerfectModelHasNoBestTemperature() {
    #expect(throws: AnalysisError.self) {
      try TemperatureScaling.fit(logits: [1, 0, 0, 1], labels: [0, 1], classes: 2)
    }
    #expect(throws: AnalysisError.self) {
      try TemperatureScaling.fit(logits: [0, 1, 1, 0], labels: [0, 1], classes: 2)
    }
    #expect(throws: AnalysisError.self) {
      try Calibration.fit(.platt, logits: [1, .nan], labels: [0], classes: 2)
    }
    #expect(throws: AnalysisError.self) { try CalibrationMethod.named("plat") }
  }

  @Test func equalConfidencesShareABinOfEqualMass() throws {
    let confidences = [Double](repeating: 0.7, count: 50) + [Double](repeating: 0.9, count: 50)
    let hits = (0..<100).map { $0 % 10 < 7 }
    let reliability = try Reliability(
      confidences: confidences, hits: hits, bins: 10, binning: .equalMass)
    #expect(reliability.bins.filter { $0.count > 0 }.map(\.count) == [50, 50])
    #expect(abs(reliability.expectedCalibrationError - 0.1) < 1e-12)
  }
}
