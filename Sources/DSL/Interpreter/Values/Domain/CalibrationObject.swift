// A calibrated run, and a reliability diagram, as values.

import TLAnalysis
import TLText
import TLTransfer

/// A run with corrected probabilities: `calibrate(run)`.
public final class CalibrationObject: DomainObject {
  let run: AdaptedRun
  let calibration: Calibration
  /// Where before and after were measured.
  let part: TaskPart
  let report: CalibrationReport

  init(_ run: AdaptedRun, _ calibration: Calibration, resamples: Int, seed: UInt64) throws {
    self.run = run
    self.calibration = calibration
    part = run.logits[.test] == nil ? .validation : .test
    let data = try run.labelledLogits(part)
    report = try CalibrationReport(
      before: data.predictions(), after: data.predictions(calibration), resamples: resamples,
      seed: seed)
    super.init()
  }

  override public var kind: KindSet { .calibration }
  override public var fieldNames: [String] {
    ["method", "run", "part", "n", "temperature", "parameters", "metrics"]
      + CalibrationReport.metrics
  }

  var title: String { "\(run.adaptation.title), \(calibration.method.rawValue)" }

  /// What the calibrated run says of a part, for its metrics. Tags as the calibrated probabilities
  /// have them.
  func predictions(_ part: TaskPart) throws -> Predictions {
    let data = try run.labelledLogits(part)
    let calibrated = try data.predictions(calibration)
    guard run.adaptation.task.kind == .tagging else { return .classes(calibrated) }
    let logits = try run.logits(of: part)
    // The logarithms of the probabilities are logits whose largest is the calibrated choice.
    let decided = Logits(
      classes: logits.classes,
      values: calibrated.probabilities.map { Float(max($0, 1e-30)) }, starts: logits.starts)
    return try run.adaptation.task.predictions(part, decided)
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    if let row = report.rows.first(where: { $0.metric == name }) { return .number(row.after.mean) }
    switch name {
    case "method": return .text(calibration.method.rawValue)
    case "run": return .object(RunObject(run))
    case "part": return .text(part.rawValue)
    case "n": return .integer(report.count)
    case "temperature":
      guard case .temperature(let value) = calibration.parameters else { return Value.none }
      return .number(value)
    case "parameters": return .object(TableObject(try parameters(), machine))
    case "metrics": return .object(TableObject(try metrics(), machine))
    default: return nil
    }
  }

  func metrics() throws -> Table {
    let rows = report.rows
    func column(
      _ name: String, _ value: (CalibrationReport.Row) -> Double?
    ) -> (name: String, values: [DataValue]) {
      (name, rows.map { value($0).map { .number($0) } ?? .none })
    }
    return try Table([
      ("metric", rows.map { .text($0.metric) }),
      column("before") { $0.before.mean },
      column("before_lower") { $0.before.interval?.lower },
      column("before_upper") { $0.before.interval?.upper },
      column("after") { $0.after.mean },
      column("after_lower") { $0.after.interval?.lower },
      column("after_upper") { $0.after.interval?.upper },
      column("p_value") { $0.change.pValue },
    ])
  }

  /// What was fitted: a row for each class, or for each point of a step function.
  private func parameters() throws -> Table {
    let labels = run.adaptation.task.labels
    // Two classes have one function, of the second.
    func label(_ index: Int, of count: Int) -> DataValue {
      .text(labels[count == 1 ? labels.count - 1 : index])
    }
    switch calibration.parameters {
    case .temperature(let value): return try Table([("temperature", [.number(value)])])
    case .platt(let fits):
      return try Table([
        ("class", fits.indices.map { label($0, of: fits.count) }),
        ("a", fits.map { .number($0.a) }), ("b", fits.map { .number($0.b) }),
      ])
    case .isotonic(let fits):
      return try Table([
        (
          "class",
          fits.enumerated().flatMap { index, fit in
            fit.x.map { _ in label(index, of: fits.count) }
          }
        ),
        ("probability", fits.flatMap { $0.x.map { DataValue.number($0) } }),
        ("calibrated", fits.flatMap { $0.y.map { DataValue.number($0) } }),
      ])
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    let unit = run.adaptation.task.kind == .tagging ? "word" : "row"
    var text = "Calibration  \(calibration.method.rawValue)"
    if case .temperature(let value) = calibration.parameters {
      text += " \(Rounded.fixed(value, 3))"
    }
    text += " of \(run.adaptation.title) · fitted on validation, measured on "
    text += counted(report.count, "\(part.rawValue) \(unit)")
    for row in report.rows {
      text += "\n" + MetricNames.title(row.metric).padded(15)
      text += "\(Self.shown(row.before)) → \(Self.shown(row.after))"
      if row.change.isDistinguishable() {
        text += row.change.difference < 0 ? "  better" : "  worse"
      }
    }
    return text
  }

  /// `0.041 (0.032 to 0.058)`
  private static func shown(_ estimate: Estimate) -> String {
    var text = Rounded.fixed(estimate.mean, 3)
    if let interval = estimate.interval {
      text += " (\(Rounded.fixed(interval.lower, 3)) to \(Rounded.fixed(interval.upper, 3)))"
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? CalibrationObject else { return false }
    return other.calibration.method == calibration.method
      && RunObject(run).isEqual(to: RunObject(other.run))
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}

/// Confidence against accuracy, by bins: `reliability(run)`.
public final class ReliabilityObject: DomainObject {
  let reliability: Reliability
  let title: String
  let count: Int

  init(_ reliability: Reliability, title: String, count: Int) {
    self.reliability = reliability
    self.title = title
    self.count = count
    super.init()
  }

  override public var fieldNames: [String] { ["table", "ece", "mce", "n", "bins", "binning"] }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "table": return .object(TableObject(try table(), machine))
    case "ece": return .number(reliability.expectedCalibrationError)
    case "mce": return .number(reliability.maximumCalibrationError)
    case "n": return .integer(count)
    case "bins": return .integer(reliability.bins.count)
    case "binning": return .text(reliability.binning.rawValue)
    default: return nil
    }
  }

  /// A row for each bin; one without examples has neither confidence nor accuracy.
  func table() throws -> Table {
    let bins = reliability.bins
    func column(
      _ name: String, _ value: (Reliability.Bin) -> Double
    ) -> (name: String, values: [DataValue]) {
      (name, bins.map { $0.count == 0 ? .none : .number(value($0)) })
    }
    return try Table([
      ("from", bins.map { .number($0.lower) }), ("to", bins.map { .number($0.upper) }),
      ("count", bins.map { .int($0.count) }),
      column("confidence") { $0.meanConfidence }, column("accuracy") { $0.accuracy },
      column("gap") { $0.accuracy - $0.meanConfidence },
    ])
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text = "Reliability of \(title) · \(counted(count, "decision"))"
    text += " · ECE \(Rounded.fixed(reliability.expectedCalibrationError, 3))"
    text += " · MCE \(Rounded.fixed(reliability.maximumCalibrationError, 3))"
    text += "\nprobability     right  expected   count"
    let width = max(10, min(40, style.width - 44))
    for bin in reliability.bins where bin.count > 0 {
      text += "\n\(Rounded.fixed(bin.lower, 2)) to \(Rounded.fixed(bin.upper, 2))"
      text += Rounded.fixed(bin.accuracy, 3, width: 9)
      text += Rounded.fixed(bin.meanConfidence, 3, width: 10)
      let number = Donor.grouped(bin.count)
      text += String(repeating: " ", count: max(1, 8 - number.count)) + number + "  "
      text += Self.bar(bin.accuracy, mark: bin.meanConfidence, width: width)
    }
    return text
  }

  /// The accuracy as a bar with a mark where it should end.
  private static func bar(_ value: Double, mark: Double, width: Int) -> String {
    let filled = Int((value * Double(width)).rounded())
    let place = min(width - 1, Int((mark * Double(width)).rounded()))
    return String(
      (0..<max(filled, place + 1)).map { index -> Character in
        index == place ? "│" : index < filled ? "━" : " "
      })
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? ReliabilityObject else { return false }
    return other.reliability.bins == reliability.bins && other.title == title
  }
}
