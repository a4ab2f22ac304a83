// Numbers of lists: sums, means, spreads, extremes, quantiles.

import Glibc
import TLSyntax

enum StatisticsLibrary {
  static let functions: [LibraryFunction] = [
    sum, product, mean, median, variance, standardDeviation, quantile, correlation, minimum,
    maximum, argmin, argmax, cumulativeSum,
  ]

  private static let numbers = ParameterDeclaration(
    "values", [.list, .range], "a list of numbers, or a range")

  static let sum = LibraryFunction(
    "sum", .numbers, "the sum of the numbers of a list",
    [numbers], result: .numeric,
    inferred: { kinds in
      Checker.element(of: kinds[0]).set == .integer
        ? .integer
        : Checker.element(of: kinds[0]).set == .number ? .number : .numeric
    },
    examples: [.init("sum([1, 2, 3])", "6"), .init("sum([0.1, 0.2, 0.3])", "0.6")],
    details: "Integers are added exactly; Numbers with the lost digits carried along (Neumaier "
      + "1974), so that long sums stay accurate. The sum of no numbers is 0."
  ) { call in
    if let range = call[0].asRange {
      if range.count == 0 { return .integer(0) }
      let (ends, endsOverflow) = range.first.addingReportingOverflow(range.last)
      // One of the two factors is even.
      let (a, b) = ends % 2 == 0 ? (ends / 2, range.count) : (ends, range.count / 2)
      let (total, overflow) = a.multipliedReportingOverflow(by: b)
      if overflow || endsOverflow || range.count == .max { throw tooLarge(call) }
      return .integer(total)
    }
    switch try call.numbers(0) {
    case .integers(let values):
      guard let total = exactSum(values) else { throw tooLarge(call) }
      return .integer(total)
    case .numbers(let values): return .number(sum(values))
    }
  }

  private static func tooLarge(_ call: Arguments) -> Problem {
    call.problem(RuntimeRules.overflow, "the result does not fit in an Integer")
  }

  /// The sum of integers, nil when it does not fit.
  static func exactSum(_ values: [Int]) -> Int? {
    var total = 0
    for value in values {
      let (next, overflow) = total.addingReportingOverflow(value)
      if overflow { return nil }
      total = next
    }
    return total
  }

  /// The sum with the lost low parts added at the end (Neumaier 1974).
  static func sum(_ values: [Double]) -> Double {
    var total = 0.0
    var lost = 0.0
    for value in values {
      let next = total + value
      lost += abs(total) >= abs(value) ? (total - next) + value : (value - next) + total
      total = next
    }
    return lost.isFinite ? total + lost : total
  }

  static let product = LibraryFunction(
    "product", .numbers, "the product of the numbers of a list",
    [numbers], result: .numeric,
    examples: [.init("product([2, 3, 4])", "24")]
  ) { call in
    switch try call.numbers(0) {
    case .integers(let values):
      var total = 1
      for value in values {
        let (next, overflow) = total.multipliedReportingOverflow(by: value)
        if overflow { throw tooLarge(call) }
        total = next
      }
      return .integer(total)
    case .numbers(let values): return .number(values.reduce(1, *))
    }
  }

  /// The mean of numbers that are there.
  static func mean(_ values: NumberList) -> Double {
    if case .integers(let integers) = values, let total = exactSum(integers) {
      return Double(total) / Double(integers.count)
    }
    let numbers = values.doubles
    let total = sum(numbers)
    if total.isInfinite, numbers.allSatisfy(\.isFinite) {
      return sum(numbers.map { $0 / Double(numbers.count) })
    }
    return total / Double(numbers.count)
  }

  static let mean = LibraryFunction(
    "mean", .numbers, "the arithmetic mean of the numbers of a list",
    [numbers], result: .number,
    examples: [.init("mean([1, 2, 6])", "3.0")]
  ) { call in
    let values = try call.numbers(0)
    if values.count == 0 { throw noMean(call, "mean") }
    return .number(mean(values))
  }

  private static func noMean(_ call: Arguments, _ what: String) -> Problem {
    call.bad(0, "an empty list has no \(what)")
  }

  static let median = LibraryFunction(
    "median", .numbers, "the middle of the numbers of a list in order",
    [numbers], result: .number,
    examples: [.init("median([5, 1, 2])", "2.0"), .init("median([1, 2, 3, 4])", "2.5")]
  ) { call in
    let values = try call.numbers(0).doubles
    if values.isEmpty { throw noMean(call, "median") }
    return .number(quantile(values, 0.5))
  }

  private static let isPopulation = ParameterDeclaration(
    "population", .boolean, "divide by n, not by n - 1", default: .boolean(false))

  static let variance = LibraryFunction(
    "variance", .numbers, "the variance of the numbers of a list, of a sample by default",
    [numbers, isPopulation], result: .number,
    examples: [
      .init("variance([1, 2, 3, 4])", "1.6666666666666667"),
      .init("variance([1, 2, 3, 4], population: true)", "1.25"),
    ]
  ) { call in .number(try variance(call)) }

  static let standardDeviation = LibraryFunction(
    "standard_deviation", .numbers,
    "the standard deviation of the numbers of a list, of a sample by default",
    [numbers, isPopulation], result: .number,
    examples: [.init("standard_deviation([2, 4, 4, 4, 5, 5, 7, 9], population: true)", "2.0")]
  ) { call in .number(try variance(call).squareRoot()) }

  private static func variance(_ call: Arguments) throws -> Double {
    let values = try call.numbers(0).doubles
    let isPopulation = try call.boolean(1)
    guard values.count >= (isPopulation ? 1 : 2) else {
      throw call.bad(
        0,
        "\(isPopulation ? "1 number is" : "2 numbers are") needed at least, found "
          + "\(values.count)")
    }
    let center = mean(.numbers(values))
    let squares = sum(values.map { ($0 - center) * ($0 - center) })
    return squares / Double(values.count - (isPopulation ? 0 : 1))
  }

  static let quantile = LibraryFunction(
    "quantile", .numbers, "the number below which a share of the numbers of a list lies",
    [
      numbers,
      ParameterDeclaration("share", .number, "for instance 25%, or 0.5 for the median", in: 0...1),
    ],
    result: .number,
    examples: [.init("quantile([1, 2, 3, 4, 5], 25%)", "2.0")],
    details: "Between two numbers it is interpolated linearly (type 7 of Hyndman and Fan 1996)."
  ) { call in
    let values = try call.numbers(0).doubles
    if values.isEmpty { throw noMean(call, "quantile") }
    let share = try call.number(1)
    if share.isNaN { throw call.bad(1, "`share` is not a number") }
    return .number(quantile(values, share))
  }

  /// NaN when there is one among the values.
  static func quantile(_ values: [Double], _ share: Double) -> Double {
    if values.contains(where: \.isNaN) { return .nan }
    let sorted = values.sorted()
    let position = share * Double(sorted.count - 1)
    let low = Int(position.rounded(.down))
    let high = min(low + 1, sorted.count - 1)
    let weight = position - Double(low)
    if weight == 0 || sorted[low] == sorted[high] { return sorted[low] }
    return sorted[low] + (sorted[high] - sorted[low]) * weight
  }

  static let correlation = LibraryFunction(
    "correlation", .numbers, "how far two lists of numbers rise and fall together, from -1 to 1",
    [
      numbers, ParameterDeclaration("others", [.list, .range], "as many numbers"),
      ParameterDeclaration(
        "method", .text, "Pearson's, or Spearman's of the ranks", default: .text("pearson"),
        choices: ["pearson", "spearman"]),
    ],
    result: .number,
    examples: [
      .init("correlation([1, 2, 3], [2, 4, 6])", "1.0"),
      .init("correlation([1, 2, 3], [1, 4, 9], method: \"spearman\")", "1.0"),
    ]
  ) { call in
    var x = try call.numbers(0).doubles
    var y = try call.numbers(1).doubles
    guard x.count == y.count else {
      throw call.bad(1, "the lists have different lengths: \(x.count) and \(y.count)")
    }
    guard x.count >= 2 else { throw call.bad(0, "2 numbers are needed at least, found \(x.count)") }
    if try call.text(2) == "spearman" { (x, y) = (ranks(x), ranks(y)) }
    let (a, b) = (mean(.numbers(x)), mean(.numbers(y)))
    let xx = sum(x.map { ($0 - a) * ($0 - a) })
    let yy = sum(y.map { ($0 - b) * ($0 - b) })
    let xy = sum(Swift.zip(x, y).map { ($0 - a) * ($1 - b) })
    guard xx > 0, yy > 0 else {
      throw call.bad(xx > 0 ? 1 : 0, "all numbers are equal, which correlate with nothing")
    }
    let product = xx * yy
    let norm =
      product.isNormal ? product.squareRoot() : xx.squareRoot() * yy.squareRoot()
    return .number(max(-1, min(1, xy / norm)))
  }

  /// The ranks from 1; equal values share the mean of theirs.
  static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for index in start..<end { ranks[order[index]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  static let minimum = LibraryFunction(
    "min", .numbers, "the smallest of several values, or of the elements of a list",
    [ParameterDeclaration("values", .any, "one list or range, or several values", variadic: true)],
    result: .any,
    examples: [.init("min([3, 1, 2])", "1"), .init("min(2.5, 2)", "2")],
    details: "Values compare as with `<`: numbers, texts, dates, lists."
  ) { call in try extreme(call, sign: -1) }

  static let maximum = LibraryFunction(
    "max", .numbers, "the largest of several values, or of the elements of a list",
    [ParameterDeclaration("values", .any, "one list or range, or several values", variadic: true)],
    result: .any,
    examples: [.init("max([3, 1, 2])", "3"), .init("max(\"а\", \"я\")", "я")],
    details: "Values compare as with `<`: numbers, texts, dates, lists."
  ) { call in try extreme(call, sign: 1) }

  private static func extreme(_ call: Arguments, sign: Int) throws -> Value {
    var values = try call.list(0)
    if values.count == 1, values[0].isOf([.list, .range]) {
      if let range = values[0].asRange {
        if range.count == 0 { throw noMean(call, call.function.name) }
        return .integer(sign < 0 ? range.first : range.last)
      }
      values = values[0].asList?.elements ?? []
    }
    guard let position = try extremePosition(values, sign: sign, call) else {
      throw noMean(call, call.function.name)
    }
    return values[position]
  }

  /// The position of the first extreme element; of numbers with a NaN, that of the NaN.
  private static func extremePosition(
    _ values: ContiguousArray<Value>, sign: Int, _ call: Arguments
  ) throws -> Int? {
    guard var best = values.first else { return nil }
    var position = 0
    for index in values.indices {
      if index & 0xFFF == 0 { try call.checkCancellation() }
      switch (values[index], best) {
      case (.integer(let x), .integer(let y)): if sign > 0 ? x <= y : x >= y { continue }
      case (.number(let x), .number(let y)):
        if x.isNaN { return index }
        if sign > 0 ? x <= y : x >= y { continue }
      default:
        if case .number(let x) = values[index], x.isNaN { return index }
        let order = try Operators.compare(values[index], best, call.function.name, call.place)
        if order * sign <= 0 { continue }
      }
      best = values[index]
      position = index
    }
    return position
  }

  private static let anyValues = ParameterDeclaration(
    "values", .sequence, "a list, range, text or table")
  private static let by = ParameterDeclaration(
    "by", [.function, .text], "a function that gives what to compare, or the name of a field",
    default: .none, role: .key(of: 0))

  static let argmin = LibraryFunction(
    "argmin", .numbers, "the position of the smallest element, the first where several are",
    [anyValues, by], result: .integer,
    examples: [.init("argmin([3, 1, 2])", "1"), .init("argmin([-3, 2], by: abs)", "1")]
  ) { call in try argument(call, sign: -1) }

  static let argmax = LibraryFunction(
    "argmax", .numbers, "the position of the largest element, the first where several are",
    [anyValues, by], result: .integer,
    examples: [.init("argmax([3, 1, 2])", "0"), .init("argmax([-3, 2], by: abs)", "0")]
  ) { call in try argument(call, sign: 1) }

  private static func argument(_ call: Arguments, sign: Int) throws -> Value {
    let elements = try call.elements(0)
    let keys = call.isNone(1) ? elements : try call.keys(of: elements, by: 1)
    guard let position = try extremePosition(keys, sign: sign, call) else {
      throw noMean(call, call.function.name)
    }
    return .integer(position)
  }

  static let cumulativeSum = LibraryFunction(
    "cumulative_sum", .numbers, "the sums of the numbers of a list up to each of them",
    [numbers], result: .list(of: .numeric),
    examples: [.init("cumulative_sum([1, 2, 3])", "[1, 3, 6]")]
  ) { call in
    switch try call.numbers(0) {
    case .integers(let values):
      return try call.collect(values.count) { result in
        var total = 0
        for value in values {
          let (next, overflow) = total.addingReportingOverflow(value)
          if overflow { throw tooLarge(call) }
          total = next
          result.append(.integer(total))
        }
      }
    case .numbers(let values):
      return try call.collect(values.count) { result in
        var total = 0.0
        for value in values {
          total += value
          result.append(.number(total))
        }
      }
    }
  }
}
