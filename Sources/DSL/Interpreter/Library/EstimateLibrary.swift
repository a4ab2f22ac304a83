// Numbers with their spread: intervals of means over repetitions, and by resampling.

import TLAnalysis
import TLSyntax

enum EstimateLibrary {
  static let functions: [LibraryFunction] = [estimate, bootstrap]

  private static let confidence = ParameterDeclaration(
    "confidence", .number, "the share of cases in which the interval holds the true value",
    default: .number(0.95), in: 0.5...0.9999)

  static let estimate = LibraryFunction(
    "estimate", .numbers, "the mean of repeated measurements with its interval",
    [
      ParameterDeclaration("values", [.list, .range], "numbers, such as a metric over seeds"),
      confidence,
    ],
    result: Kind(.estimate),
    examples: [
      .init("estimate([0.81, 0.84, 0.83])", "0.827 (95%: 0.789 to 0.865, n = 3)"),
      .init("estimate([1, 2, 3, 4]).n", "4"),
    ],
    details: "Student's t interval (Student 1908); one measurement has none. Its fields: `mean`, "
      + "`lower`, `upper`, `interval`, `confidence`, `deviation` (of one measurement), `n`."
  ) { call in
    let values = try call.numbers(0).doubles
    return .object(EstimateObject(try Estimate(values, confidence: try call.number(1))))
  }

  static let bootstrap = LibraryFunction(
    "bootstrap", .numbers, "a statistic of a list with its interval, by resampling the list",
    [
      ParameterDeclaration("values", [.list, .range, .table], "numbers, other values or rows"),
      ParameterDeclaration(
        "statistic", .function, "gives a number for a list like `values`; the mean by default",
        default: .none, role: .function { kinds in [kinds[0]] }),
      ParameterDeclaration(
        "resamples", .integer, "of the list, each as long as it", default: .integer(1000),
        in: 100...1_000_000),
      confidence,
      ParameterDeclaration("seed", .integer, "of the resamples", default: .integer(0)),
    ],
    result: Kind(.estimate),
    examples: [
      .init("bootstrap([2, 4, 4, 5, 7, 9]).mean", "5.166666666666667"),
      .init("bootstrap(1..9, statistic: median, seed: 1).mean", "5.0"),
    ],
    details: "The percentile interval (Efron 1979), widened for short lists (Hesterberg 2015). "
      + "`mean` of the result is the statistic of the list itself, `deviation` its standard error. "
      + "The same seed gives the same interval."
  ) { call in
    let seed = UInt64(bitPattern: Int64(try call.integer(4)))
    let statistic = try statistic(call)
    let value = try statistic.of([Int32](repeating: 1, count: statistic.count))
    let found = try (0..<(try call.count(2))).map { resample in
      try call.checkCancellation()
      return try statistic.of(
        Bootstrap.weights(count: statistic.count, resample: resample, seed: seed))
    }
    return .object(
      EstimateObject(
        try Bootstrap.estimate(
          value, resampled: found, count: statistic.count, confidence: try call.number(3))))
  }

  /// The number of values, and the statistic as a function of how often each is taken.
  private static func statistic(
    _ call: Arguments
  ) throws -> (count: Int, of: (_ weights: [Int32]) throws -> Double) {
    guard !call.isNone(1) else {
      let values = try call.numbers(0).doubles
      return (
        values.count,
        { weights in
          var sum = 0.0
          for (value, weight) in zip(values, weights) { sum += value * Double(weight) }
          return sum / Double(values.count)
        }
      )
    }
    let table = call[0].asTable?.table
    let elements = try table == nil ? call.elements(0) : []
    return (
      table?.rowCount ?? elements.count,
      { weights in
        let chosen = weights.indices.flatMap { repeatElement($0, count: Int(weights[$0])) }
        let sample =
          try table.map { call.table(try $0.taking(chosen)) }
          ?? .list(ContiguousArray(chosen.map { elements[$0] }))
        let found = try call.machine.call(call[1], sample, at: call.place)
        switch found {
        case .integer(let value): return Double(value)
        case .number(let value): return value
        default:
          throw call.bad(
            1, "`statistic` must give a number, it gave \(found.inWords)")
        }
      }
    )
  }
}
