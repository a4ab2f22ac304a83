import Glibc
import TLAnalysis
import TLTensor
import TLText
import Testing

@Suite struct DistributionTests {
  @Test func quantilesAreThoseOfTheTables() {
    #expect(abs(Distributions.normalQuantile(0.975) - 1.959963984540054) < 1e-12)
    #expect(abs(Distributions.normalQuantile(1e-10) + 6.361340902404056) < 1e-9)
    for (n, t) in [
      (1.0, 12.706204736174698), (2, 4.302652729749462), (4, 2.7764451051977934),
      (9, 2.2621571628540993), (30, 2.0422724563012373), (1000, 1.9623390808264078),
    ] {
      #expect(abs(Distributions.studentQuantile(0.975, degreesOfFreedom: n) - t) < 1e-9 * t)
      #expect(abs(Distributions.studentCumulative(t, degreesOfFreedom: n) - 0.975) < 1e-10)
    }
    #expect(
      abs(Distributions.binomialCumulative(3, trials: 10, probability: 0.5) - 0.171875) < 1e-14)
    #expect(abs(Distributions.chiSquaredTail(3.841458820694124) - 0.05) < 1e-12)
    #expect(Distributions.normalQuantile(0) == -.infinity)
    #expect(Distributions.studentQuantile(1, degreesOfFreedom: 3) == .infinity)
  }
}

@Suite struct EstimateTests {
  @Test func oneValueHasNoInterval() throws {
    let estimate = try Estimate([0.8])
    #expect(estimate.mean == 0.8 && estimate.interval == nil && estimate.n == 1)
    #expect(throws: AnalysisError.self) { try Estimate([]) }
    #expect(throws: AnalysisError.self) { try Estimate([1, .nan]) }
    #expect(throws: AnalysisError.self) { try Estimate([1, 2], confidence: 95) }
  }

  @Test func theIntervalIsStudents() throws {
    let estimate = try Estimate([1, 2, 3, 4, 5])
    let half = 2.7764451051977934 * (2.5 / 5).squareRoot()
    #expect(estimate.mean == 3)
    #expect(abs((estimate.interval?.upper ?? 0) - 3 - half) < 1e-9)
    #expect(abs((estimate.standardDeviation ?? 0) - 2.5.squareRoot()) < 1e-12)
  }

  @Test func intervalsOverSeedsCoverAsTheySay() throws {
    var random = RandomStream(seed: 11)
    var covered = 0
    let trials = 3000
    for _ in 0..<trials {
      let values = (0..<5).map { _ in 0.8 + 0.01 * Double(random.normal()) }
      if try Estimate(values).interval?.contains(0.8) == true { covered += 1 }
    }
    let share = Double(covered) / Double(trials)
    #expect(share > 0.93 && share < 0.97, "coverage \(share)")
  }
}

private let isDebug = _isDebugAssertConfiguration()

@Suite struct BootstrapTests {
  /// Two classifiers of the given accuracies on the same balanced examples.
  private static func pair(
    _ count: Int, _ accuracies: (Double, Double), _ random: inout RandomStream
  ) throws -> (ClassPredictions, ClassPredictions) {
    let gold = (0..<count).map { _ in random.uniform() < 0.5 ? 0 : 1 }
    let answer = { (accuracy: Double, random: inout RandomStream) in
      gold.map { random.uniform() < accuracy ? $0 : 1 - $0 }
    }
    return (
      try ClassPredictions(gold: gold, predicted: answer(accuracies.0, &random), classes: 2),
      try ClassPredictions(gold: gold, predicted: answer(accuracies.1, &random), classes: 2)
    )
  }

  @Test func sameSeedSameInterval() throws {
    var random = RandomStream(seed: 3)
    let predictions = Predictions.classes(try Self.pair(200, (0.8, 0.8), &random).0)
    let metric = try MetricRegistry.named("macro_f1")
    let a = try Bootstrap.estimate(metric, predictions, seed: 7)
    #expect(try a == Bootstrap.estimate(metric, predictions, seed: 7))
    #expect(try a != Bootstrap.estimate(metric, predictions, seed: 8))
    #expect(try a.mean == metric.value(predictions))
    #expect(a.interval?.contains(a.mean) == true)
    #expect(throws: AnalysisError.self) {
      try Bootstrap.estimate(metric, predictions, resamples: 10)
    }
  }

  @Test(arguments: Bootstrap.Method.allCases)
  func intervalsOverExamplesCoverAsTheySay(method: Bootstrap.Method) throws {
    var random = RandomStream(seed: 5)
    // Two equal classes and symmetric errors: the macro-F1 of the population is the accuracy.
    let metric = try MetricRegistry.named("macro_f1")
    let trials = isDebug ? 50 : 1000
    var covered = 0
    for trial in 0..<trials {
      let predictions = Predictions.classes(try Self.pair(200, (0.8, 0.8), &random).0)
      let estimate = try Bootstrap.estimate(
        metric, predictions, resamples: 500, method: method, seed: UInt64(trial))
      if estimate.interval?.contains(0.8) == true { covered += 1 }
    }
    let share = Double(covered) / Double(trials)
    // Unoptimized there is time for a rough look only.
    #expect(share >= (isDebug ? 0.85 : 0.93) && share <= (isDebug ? 1 : 0.97), "coverage \(share)")
  }

  @Test func equalModelsAreRarelyToldApartAndUnequalOnesOften() throws {
    var random = RandomStream(seed: 6)
    let metric = try MetricRegistry.named("accuracy")
    let trials = isDebug ? 100 : 1000
    var falsely = (bootstrap: 0, mcnemar: 0)
    var rightly = 0
    for trial in 0..<trials {
      let (a, b) = try Self.pair(150, (0.8, 0.8), &random)
      let comparison = try Bootstrap.compare(
        metric, .classes(a), .classes(b), resamples: 500, seed: UInt64(trial))
      if comparison.isDistinguishable() { falsely.bootstrap += 1 }
      if try McNemar(a, b).exactP < 0.05 { falsely.mcnemar += 1 }
      if trial < 100 {
        let (a, b) = try Self.pair(150, (0.9, 0.7), &random)
        let comparison = try Bootstrap.compare(
          metric, .classes(a), .classes(b), resamples: 500, seed: UInt64(trial))
        if comparison.isDistinguishable() && comparison.difference > 0 { rightly += 1 }
      }
    }
    #expect(Double(falsely.bootstrap) / Double(trials) < (isDebug ? 0.15 : 0.07), "\(falsely)")
    #expect(Double(falsely.mcnemar) / Double(trials) <= (isDebug ? 0.12 : 0.05), "\(falsely)")
    #expect(rightly > 90)
  }

  @Test func aModelIsNotDistinguishableFromItself() throws {
    var random = RandomStream(seed: 9)
    let a = Predictions.classes(try Self.pair(50, (0.7, 0.7), &random).0)
    let comparison = try Bootstrap.compare(MetricRegistry.named("accuracy"), a, a)
    #expect(comparison.pValue == 1 && comparison.difference == 0)
    #expect(!comparison.isDistinguishable())
  }
}

@Suite struct PairedTestTests {
  /// Values of scipy 1.17: binomtest(2, 12), chi-squared with correction by hand.
  @Test func mcNemarIsThatOfTheBinomialTest() {
    let test = McNemar(onlyFirst: 2, onlySecond: 10)
    #expect(abs(test.exactP - 0.03857421875) < 1e-12)
    #expect(abs(test.statistic - 49.0 / 12) < 1e-12)
    #expect(abs(test.correctedP - 0.04330814281079661) < 1e-9)
    #expect(McNemar(onlyFirst: 0, onlySecond: 0).exactP == 1)
    #expect(McNemar(onlyFirst: 5, onlySecond: 5).exactP == 1)
  }

  /// The classic example of Wilcoxon's test: two-sided exact p of T = 3 for n = 8 is 10/256.
  @Test func wilcoxonCountsSignedRanks() throws {
    let differences = [1.0, -2, 3, 4, 5, 6, 7, 8].map { $0 == -2 ? -2.0 : $0 }
    let zero = [Double](repeating: 0, count: 8)
    let test = try PairedTests.wilcoxon(differences, zero)
    #expect(test.statistic == 2 && test.n == 8 && test.isExact)
    // Rank sums 0, 1, 2: 1 + 1 + 1 of 256 sign choices, twice.
    #expect(abs(test.pValue - 6.0 / 256) < 1e-12)
    #expect(try PairedTests.wilcoxon(zero, zero).pValue == 1)
    let many = (0..<100).map { Double($0 % 7) - 2.5 }
    let large = try PairedTests.wilcoxon(many, [Double](repeating: 0, count: 100))
    #expect(!large.isExact && large.pValue > 0 && large.pValue < 1)
  }

  @Test func flippedSignsAreCountedExactly() throws {
    let test = try PairedTests.permutation([3, 2, 1, 4], [1, 1, 0, 1])
    #expect(test.isExact && abs(test.pValue - 2.0 / 16) < 1e-12)
    let sampled = try PairedTests.permutation(
      (0..<30).map { Double($0 % 3) + 0.5 }, (0..<30).map { Double($0 % 3) })
    #expect(!sampled.isExact && sampled.pValue < 0.001)
    #expect(throws: AnalysisError.self) { try PairedTests.permutation([1], []) }
    #expect(throws: AnalysisError.self) { try PairedTests.student([1], [0]) }
  }

  @Test func testsKeepTheirLevelUnderTheNull() throws {
    var random = RandomStream(seed: 21)
    var rejected = (permutation: 0, wilcoxon: 0, student: 0)
    let trials = 1000
    for _ in 0..<trials {
      let a = (0..<8).map { _ in Double(random.normal()) }
      let b = (0..<8).map { _ in Double(random.normal()) }
      if try PairedTests.permutation(a, b).pValue < 0.05 { rejected.permutation += 1 }
      if try PairedTests.wilcoxon(a, b).pValue < 0.05 { rejected.wilcoxon += 1 }
      if try PairedTests.student(a, b).pValue < 0.05 { rejected.student += 1 }
    }
    #expect(rejected.permutation < 70 && rejected.wilcoxon < 70 && rejected.student < 70)
    #expect(rejected.permutation > 30 && rejected.student > 30)
  }

  @Test func holmStepsDown() {
    let corrected = PairedTests.holm([0.01, 0.04, 0.03, 0.005])
    for (found, wanted) in zip(corrected, [0.03, 0.06, 0.06, 0.02]) {
      #expect(abs(found - wanted) < 1e-12)
    }
    #expect(PairedTests.holm([]).isEmpty)
    #expect(PairedTests.holm([0.9, 0.8]) == [1, 1])
  }
}
