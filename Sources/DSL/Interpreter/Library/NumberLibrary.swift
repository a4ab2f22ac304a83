// Numbers: rounding, elementary functions, whole-number arithmetic, constants.

import Glibc
import TLSyntax

enum NumberLibrary {
  static let functions: [LibraryFunction] =
    constants + rounding + elementary + [
      absolute, sign, clamp, logarithm, atan2Function, isNaN, isFinite, gcd, lcm, factorial,
    ]

  private static let x = ParameterDeclaration("x", .number, "a number")

  // MARK: Constants

  static let constants = [
    LibraryFunction(
      constant: "pi", .numbers, "the circumference of a circle of diameter 1", Double.pi,
      examples: [.init("pi", "3.141592653589793")]),
    LibraryFunction(
      constant: "infinity", .numbers, "a Number larger than all others", Double.infinity,
      examples: [.init("1e308 < infinity", "true")]),
    LibraryFunction(
      constant: "nan", .numbers, "no number: what has no value, equal to nothing", Double.nan,
      examples: [.init("nan == nan", "false")]),
  ]

  // MARK: Rounding

  static let rounding = [
    LibraryFunction(
      "round", .numbers, "the nearest whole number, or the nearest with so many decimal digits",
      [
        x,
        ParameterDeclaration(
          "digits", .integer, "digits behind the point; negative ones round to tens, hundreds, …",
          default: .none, in: -400...400),
      ],
      result: .numeric,
      inferred: { kinds in
        kinds[0].set == .integer || kinds[1].set == .none
          ? .integer
          : kinds[0].set == .number && kinds[1].set == .integer ? .number : .numeric
      },
      examples: [
        .init("round(2.5)", "3"), .init("round(-2.5)", "-3"),
        .init("round(2.675, digits: 2)", "2.68"), .init("round(1234, digits: -2)", "1200"),
      ],
      details: "Halves go away from zero, as the number's digits are written. Without `digits` the "
        + "result is an Integer."
    ) { call in try round(call) },
    wholeNumber("floor", "the largest whole number that is not larger", .down, "floor(-2.5)", "-3"),
    wholeNumber(
      "ceiling", "the smallest whole number that is not smaller", .up, "ceiling(2.1)", "3"),
    wholeNumber(
      "truncate", "the number without its digits behind the point", .towardZero, "truncate(-2.7)",
      "-2"),
  ]

  private static func round(_ call: Arguments) throws -> Value {
    if call.isNone(1) { return try whole(call, .toNearestOrAwayFromZero) }
    let places = try call.integer(1)
    if case .integer(let value) = call[0] {
      if places >= 0 { return call[0] }
      var decimal = Decimal(value)
      decimal.round(places)
      guard let result = Int(decimal.plain(digits: nil, thousands: "", decimal: ".")) else {
        throw call.problem(RuntimeRules.overflow, "the result does not fit in an Integer")
      }
      return .integer(result)
    }
    let value = try call.number(0)
    if (0...15).contains(places) {
      // Where the digits that fall away are clearly not a half, the digits need no look.
      let scale = powersOfTen[places]
      let scaled = value * scale
      let rest = abs(scaled - scaled.rounded(.towardZero))
      if abs(scaled) < 1e9, abs(rest - 0.5) > 1e-6 { return .number(scaled.rounded() / scale) }
    }
    guard var decimal = Decimal(value) else { return call[0] }
    decimal.round(places)
    return .number(decimal.value)
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  private static func whole(
    _ call: Arguments, _ rule: FloatingPointRoundingRule
  ) throws -> Value {
    if case .integer = call[0] { return call[0] }
    let value = try call.number(0)
    if let result = Int(exactly: value.rounded(rule)) { return .integer(result) }
    if value.isFinite {
      throw call.problem(
        RuntimeRules.overflow, "\(display(number: value)) does not fit in an Integer")
    }
    throw call.bad(0, "\(display(number: value)) has no whole number near it")
  }

  private static func wholeNumber(
    _ name: String, _ purpose: String, _ rule: FloatingPointRoundingRule, _ code: String,
    _ result: String
  ) -> LibraryFunction {
    LibraryFunction(
      name, .numbers, purpose, [x], result: .integer, examples: [.init(code, result)]
    ) { call in try whole(call, rule) }
  }

  // MARK: Elementary functions

  static let elementary = [
    function("sqrt", "the square root", from: 0, "sqrt(9)", "3.0") { $0.squareRoot() },
    function("exp", "e raised to the number", "exp(0)", "1.0") { Glibc.exp($0) },
    function("log2", "the logarithm with base 2", above: 0, "log2(8)", "3.0") { Glibc.log2($0) },
    function("log10", "the logarithm with base 10", above: 0, "log10(1000)", "3.0") {
      Glibc.log10($0)
    },
    function("sin", "the sine of an angle in radians", "sin(pi / 2)", "1.0") { Glibc.sin($0) },
    function("cos", "the cosine of an angle in radians", "cos(0)", "1.0") { Glibc.cos($0) },
    function("tan", "the tangent of an angle in radians", "tan(0)", "0.0") { Glibc.tan($0) },
    function(
      "asin", "the angle in radians whose sine is the number", from: -1, to: 1, "asin(0)", "0.0"
    ) { Glibc.asin($0) },
    function(
      "acos", "the angle in radians whose cosine is the number", from: -1, to: 1, "acos(1)", "0.0"
    ) { Glibc.acos($0) },
    function("atan", "the angle in radians whose tangent is the number", "atan(0)", "0.0") {
      Glibc.atan($0)
    },
    function("tanh", "the hyperbolic tangent", "tanh(0)", "0.0") { Glibc.tanh($0) },
    function("sigmoid", "the logistic function 1 / (1 + exp(-x))", "sigmoid(0)", "0.5") {
      1 / (1 + Glibc.exp(-$0))
    },
  ]

  private static func function(
    _ name: String, _ purpose: String, from low: Double = -.infinity, above: Double? = nil,
    to high: Double = .infinity, _ code: String, _ result: String,
    _ compute: @escaping @Sendable (Double) -> Double
  ) -> LibraryFunction {
    LibraryFunction(
      name, .numbers, purpose, [x], result: .number, examples: [.init(code, result)]
    ) { call in
      let value = try call.number(0)
      if value < low || value > high || above.map({ value <= $0 }) ?? false {
        let limits =
          above.map { "above \(display(.integer(Int($0))))" } ?? Arguments.describe(low...high)
        throw call.bad(0, "`x` must be \(limits), found \(brief(call[0]))")
      }
      return .number(compute(value))
    }
  }

  static let logarithm = LibraryFunction(
    "log", .numbers, "the logarithm, natural unless a base is given",
    [
      ParameterDeclaration("x", .number, "a number above 0"),
      ParameterDeclaration("base", .number, "a number above 0 that is not 1", default: .none),
    ],
    result: .number,
    examples: [.init("log(1)", "0.0"), .init("log(81, base: 3)", "4.0")]
  ) { call in
    let x = try call.number(0)
    if x <= 0 { throw call.bad(0, "`x` must be above 0, found \(brief(call[0]))") }
    if call.isNone(1) { return .number(Glibc.log(x)) }
    let base = try call.number(1)
    if base <= 0 || base == 1 {
      throw call.bad(1, "`base` must be above 0 and not 1, found \(brief(call[1]))")
    }
    if base == 2 { return .number(Glibc.log2(x)) }
    if base == 10 { return .number(Glibc.log10(x)) }
    let power = Glibc.log(x) / Glibc.log(base)
    // Exact where the number is a whole power of the base.
    if Glibc.pow(base, power.rounded()) == x { return .number(power.rounded()) }
    return .number(power)
  }

  static let atan2Function = LibraryFunction(
    "atan2", .numbers, "the angle in radians of the point (x, y), from -pi to pi",
    [
      ParameterDeclaration("y", .number, "the point's height"),
      ParameterDeclaration("x", .number, "the point's distance to the right"),
    ],
    result: .number, examples: [.init("atan2(1, 0) == pi / 2", "true")]
  ) { call in .number(Glibc.atan2(try call.number(0), try call.number(1))) }

  // MARK: Signs and limits

  static let absolute = LibraryFunction(
    "abs", .numbers, "the number without its sign", [x], result: .numeric,
    inferred: { kinds in Kind(kinds[0].set.intersection(.numeric)) },
    examples: [.init("abs(-3)", "3"), .init("abs(-0.5)", "0.5")]
  ) { call in
    if case .integer(let value) = call[0] {
      if value == .min {
        throw call.problem(RuntimeRules.overflow, "the result does not fit in an Integer")
      }
      return .integer(Swift.abs(value))
    }
    return .number(Swift.abs(try call.number(0)))
  }

  static let sign = LibraryFunction(
    "sign", .numbers, "-1, 0 or 1 for a negative number, zero, or a positive one", [x],
    result: .integer, examples: [.init("sign(-0.5)", "-1")]
  ) { call in
    let value = try call.number(0)
    if value.isNaN { throw call.bad(0, "nan has no sign") }
    return .integer(value < 0 ? -1 : value > 0 ? 1 : 0)
  }

  static let clamp = LibraryFunction(
    "clamp", .numbers, "the number, or the nearer of two limits when it is outside them",
    [
      x, ParameterDeclaration("low", .number, "the lower limit"),
      ParameterDeclaration("high", .number, "the upper limit"),
    ],
    result: .numeric, examples: [.init("clamp(120, 0, 100)", "100")]
  ) { call in
    let low = try call.number(1)
    let high = try call.number(2)
    guard low <= high else {
      throw call.bad(1, "`low` \(brief(call[1])) is above `high` \(brief(call[2]))")
    }
    let value = try call.number(0)
    return value < low ? call[1] : value > high ? call[2] : call[0]
  }

  static let isNaN = LibraryFunction(
    "is_nan", .numbers, "whether a Number is nan", [x], result: .boolean,
    examples: [.init("is_nan(nan)", "true")]
  ) { call in .boolean(try call.number(0).isNaN) }

  static let isFinite = LibraryFunction(
    "is_finite", .numbers, "whether a Number is neither nan nor infinite", [x], result: .boolean,
    examples: [.init("is_finite(-infinity)", "false")]
  ) { call in .boolean(try call.number(0).isFinite) }

  // MARK: Whole numbers

  private static let a = ParameterDeclaration("a", .integer, "a whole number")
  private static let b = ParameterDeclaration("b", .integer, "another")

  private static func greatestDivisor(_ a: Int, _ b: Int) -> UInt {
    var (x, y) = (a.magnitude, b.magnitude)
    while y != 0 { (x, y) = (y, x % y) }
    return x
  }

  static let gcd = LibraryFunction(
    "gcd", .numbers, "the greatest common divisor", [a, b], result: .integer,
    examples: [.init("gcd(12, 18)", "6")]
  ) { call in
    guard let result = Int(exactly: greatestDivisor(try call.integer(0), try call.integer(1)))
    else { throw call.problem(RuntimeRules.overflow, "the result does not fit in an Integer") }
    return .integer(result)
  }

  static let lcm = LibraryFunction(
    "lcm", .numbers, "the least common multiple", [a, b], result: .integer,
    examples: [.init("lcm(4, 6)", "12")]
  ) { call in
    let (a, b) = (try call.integer(0), try call.integer(1))
    if a == 0 || b == 0 { return .integer(0) }
    let (product, overflow) = (a.magnitude / greatestDivisor(a, b))
      .multipliedReportingOverflow(by: b.magnitude)
    guard !overflow, let result = Int(exactly: product) else {
      throw call.problem(RuntimeRules.overflow, "the result does not fit in an Integer")
    }
    return .integer(result)
  }

  static let factorial = LibraryFunction(
    "factorial", .numbers, "the product of the whole numbers from 1 to n",
    [ParameterDeclaration("n", .integer, "a whole number", in: 0...20)], result: .integer,
    examples: [.init("factorial(5)", "120")]
  ) { call in
    let n = try call.integer(0)
    return .integer(n < 2 ? 1 : (2...n).reduce(1, *))
  }
}
