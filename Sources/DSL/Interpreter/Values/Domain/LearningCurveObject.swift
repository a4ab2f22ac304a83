// A learning curve as a value, and the emissions of runs.

import Glibc
import TLAnalysis
import TLFigures
import TLStudies
import TLText
import TLTransfer

/// A measurement over sizes: `learning_curve(study)`.
public final class LearningCurveObject: DomainObject {
  let curves: [LearningCurve]
  /// Of each curve, as people are shown them.
  private let estimates: [[Estimate]]
  let value: String
  let x: String
  let by: String
  /// What the intervals are over.
  let replicate: String?

  init(_ curves: [LearningCurve], value: String, x: String, by: String, replicate: String?) {
    self.curves = curves
    estimates = curves.map { $0.estimates.map { $0.ofSeeds(value) } }
    self.value = value
    self.x = x
    self.by = by
    self.replicate = replicate
    super.init()
  }

  override public var fieldNames: [String] { ["points", "laws", "value", "x", "by"] }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "points": return .object(TableObject(try points(), machine))
    case "laws": return .object(TableObject(try laws(), machine))
    case "value": return .text(value)
    case "x": return .text(x)
    case "by": return .text(by)
    default: return nil
    }
  }

  private var curveColumn: String { by.isEmpty ? "curve" : by }

  func points() throws -> Table {
    let rows = curves.flatMap { curve in
      curve.sizes.indices.map { (curve, $0) }
    }
    let shown = estimates.flatMap { $0 }
    func optional(_ number: Double?) -> DataValue { number.map { .number($0) } ?? .none }
    return try Table([
      (curveColumn, rows.map { .text($0.0.name.isEmpty ? value : $0.0.name) }),
      (x, rows.map { .number($0.0.sizes[$0.1]) }),
      (value, rows.map { .number($0.0.estimates[$0.1].mean) }),
      ("lower", shown.map { optional($0.interval?.lower) }),
      ("upper", shown.map { optional($0.interval?.upper) }),
      ("n", rows.map { .int($0.0.estimates[$0.1].n) }),
      ("law", rows.map { row in optional(row.0.law.map { $0(row.0.sizes[row.1]) }) }),
    ])
  }

  func laws() throws -> Table {
    func optional(_ number: Double?) -> DataValue {
      number.flatMap { $0.isFinite ? .number($0) : nil } ?? .none
    }
    func bound(_ curve: LearningCurve, _ part: KeyPath<PowerLaw, Double>, _ isUpper: Bool)
      -> DataValue
    {
      let interval = LearningCurve.interval(curve.draws.map { $0[keyPath: part] })
      return optional(isUpper ? interval?.upper : interval?.lower)
    }
    return try Table([
      (curveColumn, curves.map { .text($0.name.isEmpty ? value : $0.name) }),
      ("limit", curves.map { optional($0.law?.limit) }),
      ("limit_lower", curves.map { bound($0, \.limit, false) }),
      ("limit_upper", curves.map { bound($0, \.limit, true) }),
      ("gain", curves.map { optional($0.law?.gain) }),
      ("exponent", curves.map { optional($0.law?.exponent) }),
      ("exponent_lower", curves.map { bound($0, \.exponent, false) }),
      ("exponent_upper", curves.map { bound($0, \.exponent, true) }),
    ])
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text = "Learning curve  \(MetricNames.title(value)) over \(x)"
    if let replicate { text += ", 95% intervals over \(replicate)" }
    for curve in curves {
      text += "\n"
      if !curve.name.isEmpty { text += "\(curve.name)  " }
      text += zip(curve.sizes, curve.estimates).map { size, estimate in
        "\(Donor.grouped(Int(size))): \(CellText.estimate(estimate, value))"
      }.joined(separator: " · ")
      if let law = curve.law, law.gain <= 0 {
        text += "\n  does not rise with \(x): no power law"
      } else if let law = curve.law {
        text += "\n  \(Rounded.fixed(law.limit, 3)) - \(Rounded.fixed(law.gain, 2)) · \(x)"
        text += "^-\(Rounded.fixed(law.exponent, 2))"
        if let next = curve.sizes.last.map({ law.doublingGain($0) }) {
          text += "; twice the data would add about \(Rounded.fixed(next, 3))"
        }
      } else {
        text += "\n  a law needs three sizes"
      }
    }
    return text
  }
}

extension LearningCurveObject: Plottable {
  public var plotKinds: [String] { ["curve", "law"] }

  public func figure(_ request: PlotRequest) throws -> Figure {
    let sizes = curves.flatMap(\.sizes)
    guard let low = sizes.min(), let high = sizes.max() else {
      throw request.bad("the learning curve has no points")
    }
    let withLaw = request.kind == "law"
    var drawn: [CurvePanel.Curve] = []
    for (index, curve) in curves.enumerated() {
      let means = curve.estimates.map(\.mean)
      let shown = estimates[index]
      let hasBand = shown.contains { $0.interval != nil }
      drawn.append(
        .init(
          curve.name, x: curve.sizes, y: means,
          lower: hasBand ? zip(shown, means).map { $0.interval?.lower ?? $1 } : [],
          upper: hasBand ? zip(shown, means).map { $0.interval?.upper ?? $1 } : [],
          color: index))
      if withLaw, let law = curve.law, low > 0 {
        // One doubling beyond what was measured.
        let places = (0...40).map { low * exp2(log2(2 * high / low) * Double($0) / 40) }
        drawn.append(.init("", x: places, y: places.map { law($0) }, style: .pale, color: index))
      }
    }
    return request.figure([
      CurvePanel(
        x: Axis(
          AxisNames.label(x, request.language),
          isLogarithmic: request.isLogarithmic ?? (low > 0 && high / low >= 8)),
        y: Axis(AxisNames.label(value, request.language)), curves: drawn)
    ])
  }
}

/// Energy, CO2 and money: `emissions(study)`.
public final class EmissionsObject: DomainObject {
  let emissions: Emissions

  init(_ emissions: Emissions) {
    self.emissions = emissions
    super.init()
  }

  override public var fieldNames: [String] {
    [
      "kwh", "kg_co2", "cost", "currency", "seconds", "cpu_seconds", "runs", "country", "intensity",
      "measured", "basis", "table",
    ]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "kwh": return .number(emissions.kWh)
    case "kg_co2": return .number(emissions.kilograms)
    case "cost": return emissions.cost.map { .number($0) } ?? Value.none
    case "currency": return .text(emissions.currency)
    case "seconds": return .number(emissions.seconds)
    case "cpu_seconds": return .number(emissions.cpuSeconds)
    case "runs": return .integer(emissions.runs.count)
    case "country": return .text(emissions.country.name)
    case "intensity": return .number(emissions.country.intensity)
    case "measured": return .boolean(emissions.isMeasured)
    case "basis": return .text(emissions.basis)
    case "table": return .object(TableObject(try emissions.table(), machine))
    default: return nil
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    let count = emissions.runs.count
    var text = "Emissions  \(Self.amount(emissions.kWh, "kWh", "Wh")) · "
    text += "\(Self.amount(emissions.kilograms, "kg", "g")) CO2"
    if let cost = emissions.cost {
      text += " · \(Rounded.fixed(cost, cost < 1 ? 4 : 2)) \(emissions.currency)"
    }
    text +=
      " · \(count) \(count == 1 ? "run" : "runs"), \(Duration.clock(emissions.seconds)) of training"
    text += "\nat \(emissions.country.intensity) kg CO2 a kWh (\(emissions.country.name)); "
    return text + emissions.basis
  }

  /// In the unit, or in thousandths of it where there is little.
  private static func amount(_ value: Double, _ unit: String, _ small: String) -> String {
    let (amount, name) = value >= 0.1 ? (value, unit) : (value * 1000, small)
    // Three digits that count.
    var digits = 2
    var limit = 1.0
    while amount > 0, amount < limit, digits < 12 {
      digits += 1
      limit /= 10
    }
    return "\(Rounded.fixed(amount, digits)) \(name)"
  }
}
