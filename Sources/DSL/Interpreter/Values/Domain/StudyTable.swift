// StudyTable: a study's groups for people: `0.886 ± 0.012 (3)`, the best marked with a star where it is
// distinguishable.

import TLAnalysis
import TLStudies
import TLText
import TLTransfer

/// Rows and columns of estimates as texts.
struct StudyTable {
  let summary: StudySummary

  init(_ summary: StudySummary) { self.summary = summary }

  /// What stands behind a best one.
  static let mark = " *"

  var hasMark: Bool { summary.groups.contains(where: \.isBest) }

  var table: Table {
    get throws {
      let study = summary.study
      var columns: [(name: String, values: [DataValue])] = []
      for (index, axis) in summary.rows.enumerated() {
        let isNumeric = study.axes[axis].numbers != nil
        columns.append(
          (
            study.axes[axis].name,
            summary.rowPlaces.map { places in
              isNumeric
                ? study.axes[axis].values[places[index]]
                : .text(study.axes[axis].labels[places[index]])
            }
          ))
      }
      let titles = CellText.titles(summary.values)
      for column in summary.columnPlaces {
        let label = summary.labels(summary.columns, column).joined(separator: ", ")
        for (index, title) in titles.enumerated() {
          let name =
            label.isEmpty ? title : titles.count == 1 ? label : "\(label) \(title)"
          columns.append(
            (
              unique(name, columns.map(\.name)),
              summary.rowPlaces.map { row in
                guard let group = summary.group(row, column) else { return .none }
                return .text(text(group, index))
              }
            ))
        }
      }
      return try Table(columns)
    }
  }

  private func unique(_ name: String, _ taken: [String]) -> String {
    taken.contains(name) ? unique(name + " ", taken) : name
  }

  private func text(_ group: StudyGroup, _ index: Int) -> String {
    guard let estimate = group.estimates[index] else {
      return group.failed > 0 ? "failed" : "–"
    }
    var text = CellText.estimate(estimate, summary.values[index])
    var counts = "\(estimate.n)"
    if group.failed > 0 { counts += ", \(group.failed) failed" }
    text += " (\(counts))"
    if index == 0, group.isBest { text += Self.mark }
    return text
  }
}

/// Measurements in the units and digits that people read.
enum CellText {
  static func titles(_ names: [String]) -> [String] { names.map(title) }

  static func title(_ name: String) -> String {
    let known = [
      "train_seconds": "train, s", "cpu_seconds": "processor, s", "peak_memory": "peak, MB",
      "trained_parameters": "trained", "trainable_share": "share, %", "energy_kwh": "energy, Wh",
      "co2_kg": "CO2, g",
    ]
    return known[name] ?? MetricNames.title(name)
  }

  private static func scale(_ name: String) -> Double {
    switch name {
    case "peak_memory": 1e-6
    case "trainable_share": 100
    case "energy_kwh", "co2_kg": 1000
    default: 1
    }
  }

  /// `0.886 ± 0.012`; without an interval the mean alone.
  static func estimate(_ found: Estimate, _ name: String) -> String {
    let estimate = found.ofSeeds(name)
    let scale = scale(name)
    let mean = estimate.mean * scale
    let half = estimate.interval.map { ($0.upper - $0.lower) / 2 * scale }
    if name == "trained_parameters" || name == "total_parameters", mean < 1e15 {
      return Donor.grouped(Int(mean.rounded()))
    }
    let digits = digits(mean, name)
    var text = Rounded.fixed(mean, digits)
    // A measurement that never varies says so by its n; ± 0 would promise more than it knows.
    if let half, half > 0 { text += " ± \(Rounded.fixed(half, digits))" }
    return text
  }

  private static func digits(_ mean: Double, _ name: String) -> Int {
    if name == "peak_memory" { return 0 }
    if name == "train_seconds" || name == "cpu_seconds" { return abs(mean) < 10 ? 2 : 1 }
    let size = abs(mean)
    if size >= 1000 { return 0 }
    if size >= 100 { return 1 }
    if size >= 10 { return 2 }
    return size > 0 && size < 0.01 ? 5 : 3
  }
}
