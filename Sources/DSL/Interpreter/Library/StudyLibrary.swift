// Studies: grids of cells that survive anything, and what they say together.

import TLAnalysis
import TLStore
import TLStudies
import TLSyntax
import TLText
import TLTransfer

enum StudyLibrary {
  static let functions: [LibraryFunction] = [
    sweep, transferComparison, learningCurve, saturation, emissions, LatexTable.latex,
  ]

  static let example =
    "let study = sweep({strategy: [feature_extraction(), lora(rank: 2)], seed: 1..2},\n"
    + "  cell => adapt(donor, task, strategy: cell.strategy, epochs: 1, seed: cell.seed))\n"
  private static let numbers =
    "let study = sweep({size: [100, 200, 400, 800], seed: 1..3},\n"
    + "  cell => {accuracy: 0.9 - 4 / cell.size + 0.001 * cell.seed})\n"

  static let sweep = LibraryFunction(
    "sweep", .studies, "every cell of a grid: computed once, kept, gone on with after anything",
    [
      ParameterDeclaration(
        "grid", .record,
        "a list of values for each axis; a record in place of a list names its values"),
      ParameterDeclaration(
        "cell", .function,
        "gets a record with a value of each axis; gives a run, an evaluation, a number or a record",
        role: .function { [StudyKinds.point($0[0])] }),
      ParameterDeclaration(
        "replicate", .text, "the axis whose values repeat the same measurement",
        default: .text("seed")),
      ParameterDeclaration(
        "workers", .integer, "processes that compute, each with its share of the processors",
        default: .integer(1), in: 1...256),
      ParameterDeclaration(
        "budget", [.text, .number],
        "whole replicates are left out beyond this time, such as \"1h30m\" or seconds",
        default: .none),
      ParameterDeclaration(
        "retry", .boolean, "computes cells again that have failed before",
        default: .boolean(false)),
      ParameterDeclaration(
        "launcher", .text, "where cells are computed", default: .text("local"),
        choices: ["local", "slurm"]),
      ParameterDeclaration("partition", .text, "of Slurm", default: .none),
      ParameterDeclaration(
        "time", .text, "of Slurm, for one cell, such as \"1:00:00\"", default: .none),
      ParameterDeclaration(
        "array_limit", .integer, "of Slurm: how many cells run at once", default: .none,
        in: 1...100_000),
    ],
    result: Kind(.study),
    examples: [
      .init(
        "let study = sweep({size: [10, 20], seed: 1..2}, cell => cell.size * cell.seed)\n"
          + "study.cells.value", "[10, 20, 20, 40]"),
      .init(example + "study.finished", "4"),
    ],
    details:
      "A cell's key is the meaning of its function, with everything that it reads, and its place "
      + "in the grid: cells that are stored are not computed again, also after the grid has grown, "
      + "and a run that was killed goes on from its checkpoint. A cell that fails is recorded with its "
      + "error and the others go on. All cells of one seed are computed before the next seed. With "
      + "`workers` other processes run the script silently up to this line and share the cells; a "
      + "worker that dies costs its cell only, which is tried again. The table of all cells is "
      + "`study.cells`: `write(study.cells, \"cells.csv\")`."
  ) { call in
    var options = SweepRunner.Options()
    options.workers = try call.integer(3)
    options.budget = try call.duration(4)
    options.retries = try call.boolean(5)
    options.launcher = try call.text(6)
    options.slurm = SlurmArray.Options(
      partition: try call.optionalText(7), time: try call.optionalText(8),
      limit: call.isNone(9) ? nil : try call.integer(9))
    if options.launcher == "slurm" { options.slurm.processors = nil }
    let runner = try SweepRunner(call, replicate: call.text(2), options: options)
    return .object(StudyObject(try runner.run(), store: try call.machine.store()))
  }

  /// By whose electricity CO2 is counted.
  static let country = ParameterDeclaration(
    "country", [.text, .number],
    "of a study: by whose electricity CO2 is counted; a name, a code of two or three letters, or kg of "
      + "CO2 for a kWh; \"RUS\" if not given", default: .none)

  static let study0 = ParameterDeclaration("study", .study, "a study from `sweep`")

  static let transferComparison = LibraryFunction(
    "transfer_comparison", .studies,
    "a study as a table of numbers for a file: quality, cost and what is better beyond chance",
    [
      study0,
      ParameterDeclaration(
        "rows", [.text, .list], "axes that make the rows; all but the replicates if not given",
        of: .text, default: .none),
      ParameterDeclaration(
        "value", .text, "the measurement that is compared; the headline if not given",
        default: .none),
      ParameterDeclaration(
        "within", [.text, .list],
        "axes within whose values rows are compared; `size` if there is one",
        of: .text, default: .none),
      country,
    ],
    result: .table,
    examples: [
      .init(
        example + "transfer_comparison(study) |> columns |> head(4)",
        "[\"strategy\", \"macro_f1\", \"macro_f1_lower\", \"macro_f1_upper\"]"),
      .init(
        example + "let here = transfer_comparison(study)[0].co2_kg\n"
          + "format(transfer_comparison(study, country: \"France\")[0].co2_kg / here, digits: 3)",
        "0.127"),
    ],
    details:
      "For every measurement its mean, `_lower` and `_upper` (95%, Student's t over the replicates) "
      + "and `_sd`; `n` replicates, `failed` cells; `p_against_best` by the paired t test with Holm's "
      + "correction, `first` for the best mean, `distinguishable_best` where it is better than all "
      + "others beyond chance. Times are seconds, memory bytes, `energy_kwh` kWh, `co2_kg` kg by the "
      + "electricity of the country, Russia's 0.441 kg a kWh if none is given."
  ) { call in
    let study = try call.study(0).study.emitting(call.carbonIntensity(4).intensity)
    let value = try call.measurement(2, study)
    let within = try call.axes(3, of: study) ?? study.axis("size").map { [$0] } ?? []
    let rows =
      try call.axes(1, of: study)
      ?? study.axes.indices.filter { $0 != study.replicate && !within.contains($0) }
    let all = study.measurements
    let costs = [
      "train_seconds", "trained_parameters", "trainable_share", "peak_memory", "cpu_seconds",
      "energy_kwh", "co2_kg",
    ].filter { all.contains($0) && $0 != value }
    let summary = try StudySummary(
      study, rows: rows, columns: within.filter { !rows.contains($0) }, values: [value] + costs,
      lowerIsBetter: AxisNames.lowerIsBetter(value))
    return call.table(try summary.long())
  }

  static let learningCurve = LibraryFunction(
    "learning_curve", .studies,
    "a measurement over the number of training examples, with bands and a power law",
    [
      study0,
      ParameterDeclaration(
        "by", .text, "the axis that has a curve for each value", default: .none),
      ParameterDeclaration(
        "value", .text, "the measurement; the headline if not given", default: .none),
      ParameterDeclaration("x", .text, "the axis of sizes", default: .text("size")),
      ParameterDeclaration("seed", .integer, "of the bootstrap", default: .integer(0)),
    ],
    result: Kind(.domain),
    examples: [
      .init(numbers + "learning_curve(study).points.n", "[3, 3, 3, 3]"),
      .init(numbers + "format(learning_curve(study).laws[0].limit, digits: 3)", "0.902"),
    ],
    details:
      "`points` is a table of means with 95% intervals over three replicates or more, `laws` of the power laws "
      + "limit - gain · size^-exponent, each number with an interval by parametric bootstrap. Three "
      + "sizes are the least for a law. `plot` draws it."
  ) { call in
    let study = try call.study(0).study
    let value = try call.measurement(2, study)
    return .object(
      LearningCurveObject(
        try call.curves(study, by: 1, value: value, x: 3, seed: 4), value: value,
        x: try call.text(3), by: try call.optionalText(1) ?? "",
        replicate: study.replicate.map { study.axes[$0].name }))
  }

  static let saturation = LibraryFunction(
    "saturation", .studies, "the size from which twice the data adds less than a threshold",
    [
      study0,
      ParameterDeclaration(
        "by", .text,
        "the axis that has an answer for each value; if there is one besides sizes "
          + "and replicates, that", default: .none),
      ParameterDeclaration(
        "threshold", .number, "what doubling the data must add", default: .number(0.01),
        in: 1e-9...1e9),
      ParameterDeclaration(
        "value", .text, "the measurement; the headline if not given", default: .none),
      ParameterDeclaration("x", .text, "the axis of sizes", default: .text("size")),
      ParameterDeclaration("seed", .integer, "of the bootstrap", default: .integer(0)),
    ],
    result: .table,
    examples: [
      .init(numbers + "saturation(study, threshold: 0.005).saturation", "[\"400\"]"),
      .init(numbers + "saturation(study, threshold: 1e-5).saturation", "[\"not reached\"]"),
    ],
    details:
      "By the power law of `learning_curve`. `size` is where it says so, also beyond what was "
      + "measured; `lower` and `upper` its 95% interval; `next_gain` what doubling the largest measured "
      + "size is expected to add. `saturation` in words is a size within what was measured, \"not "
      + "reached\", or \"no gain\" where the curve does not rise; a bound beyond a thousand times the "
      + "largest size is left out."
  ) { call in
    let study = try call.study(0).study
    let value = try call.measurement(3, study)
    let others = study.axes.indices.filter {
      $0 != study.replicate && study.axes[$0].name != (try? call.text(4))
        && study.axes[$0].labels.count > 1
    }
    let curves = try call.curves(
      study, by: 1, value: value, x: 4, seed: 5,
      usual: others.count == 1 ? others[0] : nil)
    let threshold = try call.number(2)
    let found = curves.map { $0.saturation(threshold) }
    let largest = curves.flatMap(\.sizes).max() ?? 0
    func number(_ value: Double?) -> DataValue {
      // Beyond a thousand times what was measured a law says nothing.
      guard let value, value.isFinite, value <= 1000 * largest else { return .none }
      return .number(value.rounded())
    }
    let name =
      try call.optionalText(1) ?? (others.count == 1 ? study.axes[others[0]].name : "curve")
    return call.table(
      try Table([
        (name, curves.map { .text($0.name.isEmpty ? value : $0.name) }),
        (
          "saturation",
          found.map { found in
            guard found.isReached, let size = found.size else { return .text("not reached") }
            return .text(found.isGrowing ? String(Int(size.rounded())) : "no gain")
          }
        ),
        ("size", found.map { number($0.size) }),
        ("lower", found.map { number($0.interval?.lower) }),
        ("upper", found.map { number($0.interval?.upper) }),
        (
          "next_gain", found.map { $0.nextGain.map { .number($0) } ?? DataValue.none }
        ),
        ("largest_measured", curves.map { number($0.sizes.last) }),
      ]))
  }

  static let emissions = LibraryFunction(
    "emissions", .studies, "energy, CO2 and money of a run, of several, or of a study",
    [
      ParameterDeclaration("of", [.run, .study, .list], "a run, a study, or a list of runs"),
      ParameterDeclaration(
        "country", .text, "by whose electricity; a name or a code of two or three letters",
        default: .text("RUS")),
      ParameterDeclaration(
        "tariff", .number, "money for a kWh; without it no cost is said", default: .none,
        in: 0...1e9),
      ParameterDeclaration("currency", .text, "of the tariff", default: .text("₽")),
      ParameterDeclaration(
        "intensity", .number, "kg of CO2 for a kWh in place of the country's", default: .none,
        in: 0...10),
    ],
    result: Kind(.domain),
    examples: [
      .init("emissions(trained).kg_co2 > 0", "true"),
      .init(
        "emissions(trained).table |> columns |> head(3)",
        "[\"timestamp\", \"project_name\", \"run_id\"]"),
    ],
    details:
      "Measured by the processor's counters (RAPL) where the system lets them be read; else an "
      + "estimate by processor time and kind of processor, and `basis` says so. `table` has the columns "
      + "of CodeCarbon: `write(emissions(study).table, \"emissions.csv\")`. Runs that other processes "
      + "computed at the same time share what is measured."
  ) { call in
    let runs = try call.energies(0)
    var country: CarbonIntensity.Country
    if let intensity = try call.given(4, call.number) {
      let name = try call.text(1)
      let known = CarbonIntensity.country(name)
      country = CarbonIntensity.Country(
        code: known?.code ?? name, short: known?.short ?? "", name: known?.name ?? name,
        intensity: intensity)
    } else {
      country = try call.carbonIntensity(1)
    }
    return .object(
      EmissionsObject(
        Emissions(
          runs, country: country, tariff: call.isNone(2) ? nil : try call.number(2),
          currency: try call.text(3))))
  }
}

/// What the checker knows of a grid's places.
enum StudyKinds {
  static func point(_ grid: Kind) -> Kind {
    guard let fields = grid.fields else { return .record }
    return .record(
      fields.map { field in
        let kind = field.kind
        if kind.set == .list || kind.set == .range {
          return Kind.Field(field.name, Checker.element(of: kind))
        }
        return Kind.Field(field.name, .any)
      })
  }
}

extension Arguments {
  func study(_ index: Int) throws -> StudyObject {
    if let object = self[index].asDomain as? StudyObject { return object }
    throw wrongKind(index, expected: .study)
  }

  /// The measurement of that name, or the study's headline; throws with what there is.
  func measurement(_ index: Int, _ study: Study) throws -> String {
    try measurement(named: optionalText(index), index, study)
  }

  func measurement(named name: String?, _ index: Int, _ study: Study) throws -> String {
    if let found = study.measurement(name) { return found }
    guard study.count(.finished) > 0 else {
      throw bad(
        index,
        "no cell of the study has finished"
          + (study.cells.compactMap(\.error).first.map { "; the first error: \($0)" } ?? ""))
    }
    let all = study.measurements
    guard let name else { throw bad(index, "the cells of the study have given no numbers") }
    let near = nearest(name, among: all).map { "; did you mean `\($0)`?" } ?? ""
    throw bad(
      index,
      "the cells have no number `\(name)`; there is \(all.prefix(12).joined(separator: ", "))"
        + near)
  }

  /// The axes that an argument names; nil where it is not given.
  func axes(_ index: Int, of study: Study) throws -> [Int]? {
    if isNone(index) { return nil }
    return try texts(index).map { try axis($0, index, study) }
  }

  func axis(_ name: String, _ index: Int, _ study: Study) throws -> Int {
    if let found = study.axis(name) { return found }
    let names = study.axes.map(\.name)
    let near = nearest(name, among: names).map { "; did you mean `\($0)`?" } ?? ""
    throw bad(
      index, "the study has no axis `\(name)`; it has \(names.joined(separator: ", "))" + near)
  }

  /// Learning curves by arguments.
  func curves(
    _ study: Study, by: Int, value: String, x: Int, seed: Int, usual: Int? = nil
  ) throws -> [LearningCurve] {
    let axis = try axis(text(x), x, study)
    let group = try optionalText(by).map { try self.axis($0, by, study) } ?? usual
    if group == axis { throw bad(by, "`by` and the sizes are the same axis") }
    return try study.learningCurves(
      x: axis, by: group, value: value, seed: UInt64(bitPattern: Int64(integer(seed))))
  }

  /// `"1h30m"`, `"45m"`, `"90s"`, `"2d"`, or seconds; nil where not given.
  func duration(_ index: Int) throws -> Double? {
    if isNone(index) { return nil }
    if let seconds = self[index].asDouble {
      guard seconds > 0 else { throw bad(index, "`budget` is above 0, found \(seconds)") }
      return seconds
    }
    let given = try text(index)
    var total = 0.0
    var digits = ""
    let units: [Character: Double] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
    for character in given where character != " " {
      if character.isASCII && character.isNumber || character == "." {
        digits.append(character)
      } else if let unit = units[character], let number = Double(digits) {
        total += number * unit
        digits = ""
      } else {
        total = .nan
        break
      }
    }
    guard total > 0, digits.isEmpty else {
      throw bad(index, "a time is written like \"1h30m\", \"45m\" or \"90s\", found \"\(given)\"")
    }
    return total
  }

  /// The energy of runs.
  func energies(_ index: Int) throws -> [RunEnergy] {
    if let object = self[index].asDomain as? RunObject { return [object.energy] }
    if let list = self[index].asList {
      return try list.elements.map { element in
        guard let object = element.asDomain as? RunObject else {
          throw bad(index, "a list of runs is needed, found \(element.kindName) in it")
        }
        return object.energy
      }
    }
    let object = try study(index)
    let study = object.study
    let runs = try object.energies(machine)
    guard !runs.isEmpty else {
      throw bad(
        index,
        "no cell of the study has given a run with its time; found "
          + study.measurements.prefix(8).joined(separator: ", "))
    }
    return runs
  }
}
