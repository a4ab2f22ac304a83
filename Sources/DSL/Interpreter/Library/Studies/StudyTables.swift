// `table` of a study.

import TLAnalysis
import TLStudies
import TLSyntax
import TLText

extension Arguments {
  /// The table of the study in argument 0: rows, columns and values in arguments 1 to 3.
  func studyTable() throws -> Value {
    let study = try study(0).study.emitting(carbonIntensity(4).intensity)
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
    if let replicate = study.replicate,
      summary.groups.contains(where: { $0.estimates.contains { $0?.n == 2 } })
    {
      let name = study.axes[replicate].name
      machine.notify(
        .note("table: an interval needs three values of `\(name)`; of two the mean stands alone"))
    }
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

extension Arguments {
  /// The country in an argument: a name, a code, or the intensity itself; Russia where none is given.
  func carbonIntensity(_ index: Int) throws -> CarbonIntensity.Country {
    if isNone(index) { return CarbonIntensity.countries[0] }
    if let intensity = self[index].asDouble {
      guard intensity >= 0, intensity <= 10 else {
        throw bad(index, "a kWh has 0 to 10 kg of CO2, found \(display(number: intensity))")
      }
      return CarbonIntensity.Country(code: "", short: "", name: "given", intensity: intensity)
    }
    let name = try text(index)
    if let known = CarbonIntensity.country(name) { return known }
    let names = CarbonIntensity.countries.flatMap { [$0.code, $0.name] }
    let near = nearest(name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    let other = function.parameters.contains { $0.name == "intensity" }
    throw bad(
      index,
      "no carbon intensity is known of \"\(name)\"\(near); give it as "
        + (other ? "`intensity`, kg a kWh" : "a number, kg a kWh"))
  }
}
