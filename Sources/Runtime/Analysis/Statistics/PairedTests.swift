// Paired tests of few numbers, such as one score per seed of two strategies: signs flipped at
// random (Fisher 1935), signed ranks (Wilcoxon 1945), Student's t; and Holm's correction (1979) for
// making many of them.

import Glibc
import TLTensor

/// The result of a test.
public struct TestResult: Sendable, Equatable {
  public let statistic: Double
  /// Two-sided.
  public let pValue: Double
  /// Pairs that took part.
  public let n: Int
  /// Whether every arrangement was counted, not a sample or an approximation.
  public let isExact: Bool
}

public enum PairedTests {
  /// The mean difference against all flips of signs: exact for up to 20 pairs, else `samples`
  /// random ones. Throws `invalid` for lists of different length, none, or values not finite.
  public static func permutation(
    _ first: [Double], _ second: [Double], samples: Int = 10_000, seed: UInt64 = 0
  ) throws(AnalysisError) -> TestResult {
    let differences = try pairs(first, second)
    let n = differences.count
    let observed = differences.reduce(0, +)
    // Sums that differ by rounding only count as equal.
    let limit = abs(observed) - 1e-12 * differences.reduce(0) { $0 + abs($1) }
    let mean = observed / Double(n)
    if n <= 20 {
      var extreme = 0
      // Gray code: each step flips one sign.
      var signs = [Double](repeating: 1, count: n)
      var sum = observed
      for step in 0..<(1 << n) {
        if step > 0 {
          let place = step.trailingZeroBitCount
          sum -= 2 * signs[place] * differences[place]
          signs[place] = -signs[place]
        }
        if abs(sum) >= limit { extreme += 1 }
      }
      return TestResult(
        statistic: mean, pValue: Double(extreme) / Double(1 << n), n: n, isExact: true)
    }
    let samples = max(100, samples)
    var random = RandomStream(seed: seed, stream: 0x5167)
    var extreme = 0
    for _ in 0..<samples {
      var sum = 0.0
      for difference in differences { sum += random.next() >> 63 == 0 ? difference : -difference }
      if abs(sum) >= limit { extreme += 1 }
    }
    return TestResult(
      statistic: mean, pValue: Double(extreme + 1) / Double(samples + 1), n: n, isExact: false)
  }

  /// Wilcoxon's signed ranks; pairs without a difference take no part. Exact for up to 50 pairs,
  /// ties included, else the normal approximation with corrections for ties and continuity. The
  /// statistic is the smaller sum of ranks.
  public static func wilcoxon(
    _ first: [Double], _ second: [Double]
  ) throws(AnalysisError) -> TestResult {
    let differences = try pairs(first, second).filter { $0 != 0 }
    let n = differences.count
    guard n > 0 else { return TestResult(statistic: 0, pValue: 1, n: 0, isExact: true) }
    // Twice the ranks, which are whole even for ties.
    let order = differences.indices.sorted { abs(differences[$0]) < abs(differences[$1]) }
    var ranks = [Int](repeating: 0, count: n)
    var ties = 0.0
    var start = 0
    while start < n {
      var end = start
      while end + 1 < n && abs(differences[order[end + 1]]) == abs(differences[order[start]]) {
        end += 1
      }
      for place in start...end { ranks[order[place]] = start + end + 2 }
      let size = Double(end - start + 1)
      ties += size * size * size - size
      start = end + 1
    }
    let positive = zip(differences, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    let total = ranks.reduce(0, +)
    let smaller = min(positive, total - positive)
    let statistic = Double(smaller) / 2
    if n <= 50 {
      // ways[s]: share of sign choices whose positive ranks sum to s.
      var ways = [Double](repeating: 0, count: total + 1)
      ways[0] = 1
      for rank in ranks {
        for sum in stride(from: total, through: 0, by: -1) {
          ways[sum] = 0.5 * (ways[sum] + (sum >= rank ? ways[sum - rank] : 0))
        }
      }
      let tail = ways[...smaller].reduce(0, +)
      return TestResult(statistic: statistic, pValue: min(1, 2 * tail), n: n, isExact: true)
    }
    let count = Double(n)
    let mean = count * (count + 1) / 4
    let variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48
    let z = min(0, statistic - mean + 0.5) / variance.squareRoot()
    return TestResult(
      statistic: statistic, pValue: min(1, 2 * Distributions.normalCumulative(z)), n: n,
      isExact: false)
  }

  /// Student's paired t test; a difference that never varies gives p = 0, or 1 when it is zero.
  public static func student(
    _ first: [Double], _ second: [Double]
  ) throws(AnalysisError) -> TestResult {
    let differences = try pairs(first, second)
    let n = Double(differences.count)
    guard differences.count > 1 else {
      throw .invalid("a paired t test needs at least two pairs, found one")
    }
    let mean = differences.reduce(0, +) / n
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    guard variance > 0 else {
      return TestResult(
        statistic: mean == 0 ? 0 : mean > 0 ? .infinity : -.infinity, pValue: mean == 0 ? 1 : 0,
        n: differences.count, isExact: true)
    }
    let t = mean / (variance / n).squareRoot()
    let p = 2 * Distributions.studentCumulative(-abs(t), degreesOfFreedom: n - 1)
    return TestResult(statistic: t, pValue: min(1, p), n: differences.count, isExact: true)
  }

  /// Holm's step-down correction: p values that stay below a level with the family-wise error held
  /// there, in the order given.
  public static func holm(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    var corrected = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
      corrected[index] = largest
    }
    return corrected
  }

  private static func pairs(
    _ first: [Double], _ second: [Double]
  ) throws(AnalysisError) -> [Double] {
    guard first.count == second.count else {
      throw .invalid("a paired test needs pairs: \(first.count) and \(second.count) values found")
    }
    guard !first.isEmpty else { throw .invalid("a paired test of no pairs is undefined") }
    let differences = zip(first, second).map { $0 - $1 }
    if differences.contains(where: { !$0.isFinite }) {
      throw .invalid("a paired test needs finite values")
    }
    return differences
  }
}
