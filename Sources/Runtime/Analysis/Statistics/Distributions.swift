// The distributions that intervals and tests need: normal, Student's t, binomial. Continued
// fraction of the incomplete beta function by Lentz's method (Press et al., Numerical Recipes 6.4);
// quantiles by bisection, exact to the last few digits.

import Glibc

public enum Distributions {
  /// P(Z <= z) of the standard normal distribution.
  public static func normalCumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// The z with P(Z <= z) = p, for 0 < p < 1; infinite at the ends.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p > 0 else { return -.infinity }
    guard p < 1 else { return .infinity }
    // The lower tail keeps its digits where the upper one loses them.
    if p > 0.5 { return -normalQuantile(1 - p) }
    return bisect(-40, 0) { normalCumulative($0) < p }
  }

  /// P(T <= t) of Student's distribution.
  public static func studentCumulative(_ t: Double, degreesOfFreedom n: Double) -> Double {
    guard t.isFinite else { return t > 0 ? 1 : 0 }
    let tail = 0.5 * incompleteBeta(n / (n + t * t), n / 2, 0.5)
    return t > 0 ? 1 - tail : tail
  }

  /// The t with P(T <= t) = p; infinite at the ends.
  public static func studentQuantile(_ p: Double, degreesOfFreedom n: Double) -> Double {
    guard p > 0 else { return -.infinity }
    guard p < 1 else { return .infinity }
    if p > 0.5 { return -studentQuantile(1 - p, degreesOfFreedom: n) }
    var low = -1.0
    while low > -1e300 && studentCumulative(low, degreesOfFreedom: n) > p { low *= 2 }
    return bisect(low, 0) { studentCumulative($0, degreesOfFreedom: n) < p }
  }

  /// P(X <= k) of a binomial distribution.
  public static func binomialCumulative(_ k: Int, trials n: Int, probability p: Double) -> Double {
    guard k >= 0 else { return 0 }
    guard k < n else { return 1 }
    return incompleteBeta(1 - p, Double(n - k), Double(k + 1))
  }

  /// P(X > x) of the chi-squared distribution with one degree of freedom.
  public static func chiSquaredTail(_ x: Double) -> Double {
    x <= 0 ? 1 : erfc((x / 2).squareRoot())
  }

  /// The regularized incomplete beta function I_x(a, b).
  static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    let logFront =
      lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    let front = exp(logFront)
    // The fraction converges fast on this side of the mean.
    if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
    return 1 - front * betaFraction(1 - x, b, a) / b
  }

  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func safe(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / safe(1 - (a + b) * x / (a + 1))
    var result = d
    for m in 1...10_000 {
      let m = Double(m)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / safe(1 + even * d)
      c = safe(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / safe(1 + odd * d)
      c = safe(1 + odd / c)
      let step = d * c
      result *= step
      if abs(step - 1) < 1e-16 { break }
    }
    return result
  }

  /// The place where `isBelow` turns from true to false.
  private static func bisect(
    _ low: Double, _ high: Double, _ isBelow: (Double) -> Bool
  ) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle == low || middle == high { break }
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }
}
