// A number that knows its spread, as a value.

import TLAnalysis
import TLText

extension Estimate {
  /// As a metric over seeds is shown: within what it can be, and without an interval where there are
  /// two, of which Student's is wider than all that it can be.
  func ofSeeds(_ name: String) -> Estimate {
    let range = Self.range(of: name)
    return Estimate(
      mean: mean, standardDeviation: standardDeviation,
      interval: n < 3
        ? nil : interval.map { interval in range.map { interval.clipped(to: $0) } ?? interval },
      n: n)
  }

  /// Of `macro_f1`, `validation_macro_f1`, `classification.macro_f1`; nil for what is no metric.
  private static func range(of name: String) -> ClosedRange<Double>? {
    var bare = name.split(separator: ".").last.map(String.init) ?? name
    if bare.hasPrefix("validation_") { bare.removeFirst("validation_".count) }
    if bare == "mean_headline" { return 0...1 }
    return MetricRegistry.all.first { $0.name == bare }?.range
  }
}

/// A mean, or another value, with its interval and the number of measurements.
public final class EstimateObject: DomainObject {
  public let estimate: Estimate

  public init(_ estimate: Estimate) {
    self.estimate = estimate
    super.init()
  }

  override public var kind: KindSet { .estimate }

  static let fields = ["mean", "lower", "upper", "interval", "confidence", "deviation", "n"]
  override public var fieldNames: [String] { Self.fields }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    let interval = estimate.interval
    switch name {
    case "mean": return .number(estimate.mean)
    case "lower": return interval.map { .number($0.lower) } ?? Value.none
    case "upper": return interval.map { .number($0.upper) } ?? Value.none
    case "interval":
      return interval.map { .list([.number($0.lower), .number($0.upper)]) } ?? Value.none
    case "confidence": return interval.map { .number($0.confidence) } ?? Value.none
    case "deviation": return estimate.standardDeviation.map { .number($0) } ?? Value.none
    case "n": return .integer(estimate.n)
    default: return nil
    }
  }

  /// What JSON says of it.
  var data: [(String, DataValue)] {
    let interval = estimate.interval
    func number(_ value: Double?) -> DataValue { value.map { .number($0) } ?? .none }
    return [
      ("mean", .number(estimate.mean)), ("lower", number(interval?.lower)),
      ("upper", number(interval?.upper)), ("confidence", number(interval?.confidence)),
      ("deviation", number(estimate.standardDeviation)), ("n", .int(estimate.n)),
    ]
  }

  /// `0.886 (95%: 0.861 to 0.909, n = 600)`
  override public func display(_ style: DisplayStyle) -> String {
    guard let interval = estimate.interval else {
      return "\(Self.shown(estimate.mean, step: abs(estimate.mean) / 100)) (n = \(estimate.n))"
    }
    let step = max((interval.upper - interval.lower) / 10, abs(estimate.mean) * 1e-12)
    let share = Self.shown(interval.confidence * 100, step: 0.1)
    return Self.shown(estimate.mean, step: step) + " (\(share)%: "
      + "\(Self.shown(interval.lower, step: step)) to \(Self.shown(interval.upper, step: step)), "
      + "n = \(estimate.n))"
  }

  /// With the digits that a step of this size needs, at most 12 and without zeros at the end of a
  /// whole number.
  private static func shown(_ value: Double, step: Double) -> String {
    guard step > 0, value != value.rounded() || step < 1 else { return Rounded.fixed(value, 0) }
    var digits = 0
    var unit = 1.0
    while unit > step, digits < 12 {
      unit /= 10
      digits += 1
    }
    let text = Rounded.fixed(value, digits)
    return value == value.rounded() && text.hasSuffix(String(repeating: "0", count: max(1, digits)))
      && digits > 0 ? String(text.dropLast(digits + 1)) : text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    (other as? EstimateObject)?.estimate == estimate
  }
}
