// `table` of a study.

import TLStudies
import TLText

extension Arguments {
  /// The table of the study in argument 0: rows, columns and values in arguments 1 to 3.
  func studyTable() throws -> Value {
    let study = try study(0).study
    let columns = try axes(2, of: study) ?? []
    let rows =
      try axes(1, of: study)
      ?? study.axes.indices.filter { $0 != study.replicate && !columns.contains($0) }
    if let both = rows.first(where: { columns.contains($0) }) {
      throw bad(2, "the axis `\(study.axes[both].name)` cannot make rows and columns both")
    }
    let values =
      try isNone(3)
      ? [measurement(named: nil, 3, study)] : texts(3).map { try measurement(named: $0, 3, study) }
    let summary = try StudySummary(
      study, rows: rows, columns: columns, values: values,
      lowerIsBetter: AxisNames.lowerIsBetter(values[0]))
    for note in summary.notes { machine.notify(.note("table: \(note)")) }
    let shown = StudyTable(summary)
    if shown.hasMark, let replicate = study.replicate {
      machine.notify(
        .note(
          "* better than every other one of its column beyond chance: p < 0.05, paired t over "
            + "\(study.axes[replicate].name) with Holm's correction"))
    }
    return table(try shown.table)
  }
}
