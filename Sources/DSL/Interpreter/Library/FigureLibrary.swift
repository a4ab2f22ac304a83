// Figures: drawing a value, putting panels together, and saving.

import Glibc
import TLFigures
import TLSyntax
import TLText

enum FigureLibrary {
  static let functions: [LibraryFunction] = [plot, boxplot, radar, heatmap, figure, save]

  private static let language = ParameterDeclaration(
    "lang", .text, "of the words that the figure adds by itself", default: .text("en"),
    choices: ["en", "ru"])
  private static let title = ParameterDeclaration(
    "title", .text, "above the figure; the value's own if not given", default: .none)
  private static let width = ParameterDeclaration(
    "width", .number, "in mm; chosen by the panels if not given", default: .none, in: 20...1000)
  private static let height = ParameterDeclaration(
    "height", .number, "in mm; chosen by the panels if not given", default: .none, in: 20...1000)

  private static let numbers =
    "let found = table([{size: 100, f1: 0.5}, {size: 1000, f1: 0.75}, {size: 1000, f1: 1.0}])\n"

  static let plot = LibraryFunction(
    "plot", .figures, "the figure of a value, chosen by its kind",
    [
      ParameterDeclaration("value", .any, "a run, an evaluation, a table, a list of them, …"),
      ParameterDeclaration(
        "kind", .text, "another figure of the value; an unknown one names those it has",
        default: .none),
      ParameterDeclaration("x", .text, "a column of a table", default: .none),
      ParameterDeclaration(
        "y", [.text, .list], "a column of a table, or several", of: .text, default: .none),
      ParameterDeclaration(
        "color", .text, "a column of a table whose values get a colour each", default: .none),
      ParameterDeclaration("label", .text, "a column of texts for points or rows", default: .none),
      ParameterDeclaration("lower", .text, "a column with the lower ends of bands", default: .none),
      ParameterDeclaration("upper", .text, "a column with the upper ends of bands", default: .none),
      ParameterDeclaration(
        "bins", .integer, "of a histogram; by its values if not given", default: .none, in: 1...500),
      ParameterDeclaration(
        "log", .boolean, "whether x, or the values of boxes, have a logarithmic scale",
        default: .none),
      title, width, height, language,
    ],
    result: Kind(.figure),
    examples: [
      .init("plot(trained).kinds", "[\"curves\", \"curves\", \"curves\"]"),
      .init("plot(evaluate(trained), lang: \"ru\").kinds", "[\"heatmap\"]"),
      .init(numbers + "plot(found, x: \"size\", y: \"f1\").data[0].y", "[0.5, 0.875]"),
    ],
    details: "A run gives its losses, metrics and gradient norms by layer; an evaluation its "
      + "confusions; a list of runs or evaluations boxes with points; a table of `x` and `y` points, "
      + "bars, boxes or a curve of means with 95% intervals; one column a histogram. `kind` "
      + "chooses among them: of a table `scatter`, `line`, `curve`, `bar`, `histogram`, `box`, "
      + "`heatmap`. The prompt shows a figure in the terminal; `save` writes it to a file."
  ) { call in
    let value = call[0]
    let plottable = try call.plottable(value)
    let request = PlotRequest(
      kind: try call.plotKind(call.optionalText(1), plottable, value),
      language: try call.language(13), title: try call.optionalText(10),
      x: try call.optionalText(2), y: call.isNone(3) ? [] : try call.texts(3),
      color: try call.optionalText(4), label: try call.optionalText(5),
      lower: try call.optionalText(6), upper: try call.optionalText(7),
      bins: call.isNone(8) ? nil : try call.integer(8),
      isLogarithmic: call.isNone(9) ? nil : try call.boolean(9), call: call)
    if (request.lower == nil) != (request.upper == nil) {
      throw call.bad(6, "`lower` and `upper` go together, found one of them")
    }
    return .object(FigureObject(try call.sized(plottable.figure(request), 11, 12)))
  }

  static let boxplot = LibraryFunction(
    "boxplot", .figures, "the spread of a number in groups: boxes with their points",
    [
      ParameterDeclaration(
        "value", [.table, .list, .study], "a table, a study, or a list of runs or evaluations"),
      ParameterDeclaration(
        "x", .text, "the column that names the groups; the strategy of runs", default: .none),
      ParameterDeclaration(
        "y", .text, "the column of numbers; the headline metric of runs", default: .none),
      title, width, height, language,
    ],
    result: Kind(.figure),
    examples: [.init("boxplot([trained, trained]).data[0] |> columns", "[\"group\", \"value\"]")],
    details: "Of a list of runs `y` is a metric of the test part, `trained_parameters`, "
      + "`trainable_share`, `train_seconds`, `rows_per_second` or `peak_memory`."
  ) { call in
    let value = call[0]
    let plottable = try call.plottable(value)
    let request = PlotRequest(
      kind: try call.plotKind("box", plottable, value), language: try call.language(6),
      title: try call.optionalText(3), x: try call.optionalText(1),
      y: try call.optionalText(2).map { [$0] } ?? [], color: nil, label: nil, lower: nil,
      upper: nil, bins: nil, isLogarithmic: nil, call: call)
    return .object(FigureObject(try call.sized(plottable.figure(request), 4, 5)))
  }

  static let radar = LibraryFunction(
    "radar", .figures, "several things on axes of their own: quality, resources, speed",
    [
      ParameterDeclaration(
        "value", [.table, .list, .study], "a table, a study, or a list of runs"),
      ParameterDeclaration("axes", .list, "columns of numbers, three or more", of: .text),
      ParameterDeclaration(
        "name", .text, "the column that names the things; the strategy of runs", default: .none),
      ParameterDeclaration(
        "lower_is_better", .list,
        "the axes where less is better; seconds, memory, shares, parameters and losses if not given",
        of: .text, default: .none),
      title, width, height, language,
    ],
    result: Kind(.figure),
    examples: [
      .init(
        "let found = table([{name: \"a\", f1: 0.9, seconds: 20}, {name: \"b\", f1: 0.8, seconds: 5}])\n"
          + "radar(found, axes: [\"f1\", \"seconds\"]).data[0].normalized", "[1.0, 0.0, 0.0, 1.0]")
    ],
    details:
      "Each axis is normalized over the things compared: the centre is the worst value and the "
      + "rim the best, and both numbers stand at the axis. Rows of one name are averaged."
  ) { call in
    try radarFigure(call)
  }

  private static func radarFigure(_ call: Arguments) throws -> Value {
    let table: Table
    if let found = call[0].asTable?.table {
      table = found
    } else if let study = call[0].asDomain as? StudyObject {
      table = try study.figureTable()
    } else if let facts = try ListFigures.facts(call.list(0), call) {
      table = facts.table
    } else {
      throw call.bad(0, "expected a table or a list of runs, found another list")
    }
    let language = try call.language(7)
    let axes = try call.texts(1)
    guard axes.count >= 2 else {
      throw call.bad(1, "a radar needs at least two axes, found \(axes.count)")
    }
    let lower = call.isNone(3) ? nil : try call.texts(3)
    for name in lower ?? [] where !axes.contains(name) {
      throw call.bad(3, "`lower_is_better` names `\(name)`, which is no axis")
    }
    let figures = TableFigures(table)
    let request = PlotRequest(
      kind: "radar", language: language, title: try call.optionalText(4), x: nil, y: [], color: nil,
      label: nil, lower: nil, upper: nil, bins: nil, isLogarithmic: nil, call: call)
    let columns = try axes.map { try figures.numbers($0, request) }
    let name =
      try call.optionalText(2) ?? (call[0].asDomain as? StudyObject)?.group
      ?? table.names.first { !figures.isNumeric($0) }
    let groups = try figures.groups(name)
    guard groups.count <= 8 else {
      throw call.bad(0, "\(groups.count) things cannot be told apart in a radar; at most 8 can")
    }
    let panel = RadarPanel(
      spokes: axes.map {
        .init(
          AxisNames.label($0, language),
          lowerIsBetter: lower?.contains($0) ?? AxisNames.lowerIsBetter($0))
      },
      series: groups.map { group in
        (
          group.name,
          columns.map { column in
            let values = group.rows.map { column[$0] }.filter(\.isFinite)
            return values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
          }
        )
      })
    return .object(FigureObject(try call.sized(request.figure([panel]), 5, 6)))
  }

  static let heatmap = LibraryFunction(
    "heatmap", .figures, "numbers in rows and columns as colours",
    [
      ParameterDeclaration("value", [.table, .matrix], "a table or a matrix"),
      ParameterDeclaration(
        "rows", .text, "the column whose values are the rows of the map", default: .none),
      ParameterDeclaration(
        "columns", .text, "the column whose values are the columns of the map", default: .none),
      ParameterDeclaration("value_column", .text, "the column of numbers", default: .none),
      title, width, height, language,
    ],
    result: Kind(.figure),
    examples: [
      .init("heatmap(table([{word: \"да\", a: 1, b: 2}])).data[0].value", "[1.0, 2.0]")
    ],
    details:
      "Without `columns` a row of the table is a row of the map, named by the column `rows` or "
      + "the first one of texts. Numbers of both signs are coloured around zero."
  ) { call in
    let value = call[0]
    let plottable = try call.plottable(value)
    let request = PlotRequest(
      kind: try call.plotKind("heatmap", plottable, value), language: try call.language(7),
      title: try call.optionalText(4), x: try call.optionalText(2),
      y: try call.optionalText(3).map { [$0] } ?? [], color: nil, label: try call.optionalText(1),
      lower: nil, upper: nil, bins: nil, isLogarithmic: nil, call: call)
    if request.x != nil, request.label == nil || request.y.isEmpty {
      throw call.bad(2, "`columns` needs `rows` and `value_column` too")
    }
    return .object(FigureObject(try call.sized(plottable.figure(request), 5, 6)))
  }

  static let figure = LibraryFunction(
    "figure", .figures, "several figures as panels of one",
    [
      ParameterDeclaration("parts", .list, "figures, or values that `plot` draws"),
      ParameterDeclaration("title", .text, "above all panels", default: .text("")),
      ParameterDeclaration(
        "columns", .integer, "how many panels stand beside each other", default: .none, in: 1...8),
      width, height, language,
    ],
    result: Kind(.figure),
    examples: [
      .init(
        "figure([plot([1, 4, 2]), plot([3, 5], kind: \"histogram\")], title: \"Два\").kinds",
        "[\"curves\", \"histogram\"]")
    ]
  ) { call in
    let language = try call.language(5)
    let figures = try call.list(0).map { try call.drawn($0, language) }
    let panels = figures.flatMap(\.panels)
    guard !panels.isEmpty else { throw call.bad(0, "a figure needs at least one part") }
    guard panels.count <= 40 else {
      throw call.bad(0, "a figure holds at most 40 panels, found \(panels.count)")
    }
    // Words are already in the language of the parts; the decimal sign follows them.
    let isRussian = language == .russian || figures.allSatisfy { $0.language == .russian }
    let figure = Figure(
      panels, title: try call.text(1), columns: call.isNone(2) ? nil : try call.integer(2),
      language: isRussian ? .russian : .english)
    return .object(FigureObject(try call.sized(figure, 3, 4)))
  }

  static let save = LibraryFunction(
    "save", .figures, "writes a figure as pdf, svg or png, and its data as CSV beside it",
    [
      ParameterDeclaration("figure", .figure, "a figure"),
      ParameterDeclaration("path", .text, "a file that ends in .pdf, .svg or .png", role: .output),
      width, height,
      ParameterDeclaration(
        "dpi", .number, "dots per inch of a png", default: .number(200), in: 30...1200),
      ParameterDeclaration(
        "data", .boolean, "whether to write the CSV files", default: .boolean(true)),
    ],
    result: .list(of: .text),
    examples: [
      .init(
        "let path = path_join(temporary_folder(), \"tl-example.svg\")\n"
          + "save(plot([3, 1, 2]), path) |> map(file_name) |> last", "tl-example.csv")
    ],
    details:
      "The result lists the files. Without gnuplot, which draws the figures, only the CSV files "
      + "are written, and a note says how to get it. A figure of several panels has a CSV file for "
      + "each."
  ) { call in
    try saved(call)
  }

  private static func saved(_ call: Arguments) throws -> Value {
    guard let object = call[0].asDomain as? FigureObject else {
      throw call.wrongKind(0, expected: .figure)
    }
    let path = try call.outputPath(1)
    let format: Figure.Format
    do {
      format = try Figure.format(of: path)
    } catch { throw call.bad(1, "\(error)") }
    let figure = try call.sized(object.figure, 2, 3)
    let dpi = try call.number(4)
    let size = figure.naturalSize
    if format == .png, max(size.width, size.height) / 25.4 * dpi > 20_000 {
      throw call.bad(4, "a png has at most 20 000 pixels a side; ask for fewer dpi or less mm")
    }
    var files: [String] = []
    if try call.boolean(5) { files = try figure.writeData(beside: path) }
    do {
      let renderer = try FigureRenderer()
      try figure.write(to: path, renderer, dpi: dpi, isCancelled: call.isCancelled)
      files.insert(path, at: 0)
    } catch FigureError.noGnuplot {
      let data = files.isEmpty ? "" : "; its data is in \(files.joined(separator: ", "))"
      call.machine.notify(
        .note("\(path) was not drawn: \(FigureError.noGnuplot.description)\(data)"))
    }
    return .texts(files)
  }
}

extension Arguments {
  /// The figure with the width and height of two arguments, where given.
  func sized(_ figure: Figure, _ width: Int, _ height: Int) throws -> Figure {
    if isNone(width), isNone(height) { return figure }
    var figure = figure
    var size = figure.naturalSize
    let share = size.height / size.width
    if !isNone(width) {
      size.width = try number(width)
      size.height = size.width * share
    }
    if !isNone(height) { size.height = try number(height) }
    figure.size = size
    return figure
  }
}
