// Figures of tables: the kind follows from the columns where it is not named.

import TLAnalysis
import TLFigures
import TLText

struct TableFigures: Plottable {
  let table: Table

  init(_ table: Table) { self.table = table }

  var plotKinds: [String] {
    ["auto", "scatter", "line", "curve", "bar", "histogram", "box", "heatmap"]
  }

  func figure(_ request: PlotRequest) throws -> Figure {
    if table.rowCount == 0 { throw request.bad("the table has no rows to draw") }
    for name in [request.x, request.color, request.label, request.lower, request.upper] {
      if let name { _ = try table.column(name) }
    }
    for name in request.y { _ = try table.column(name) }
    switch request.kind {
    case "auto": return try automatic(request)
    case "scatter": return request.figure([try scatter(request)])
    case "line": return request.figure(try lines(request))
    case "curve": return request.figure([try curve(request)])
    case "bar": return request.figure([try bars(request)])
    case "histogram": return request.figure(try histograms(request))
    case "box": return request.figure([try boxes(request)])
    default: return request.figure([try heatMap(request)])
    }
  }

  // MARK: The choice

  /// Columns that others are a function of.
  private static let steps = ["step", "epoch", "layer", "size"]

  private func automatic(_ request: PlotRequest) throws -> Figure {
    let numeric = table.names.filter { isNumeric($0) }
    guard let x = request.x else {
      if !request.y.isEmpty || numeric.contains(where: { Self.steps.contains($0) }) {
        return request.figure(try lines(request), columns: nil)
      }
      if !numeric.isEmpty { return request.figure(try histograms(request)) }
      return request.figure([try counts(of: table.names[0], request)])
    }
    guard !request.y.isEmpty else {
      return request.figure(
        isNumeric(x) ? try histograms(request) : [try counts(of: x, request)])
    }
    if !isNumeric(x) {
      return request.figure([isOnePerCategory(request) ? try bars(request) : try boxes(request)])
    }
    if request.lower != nil || Self.steps.contains(x) {
      return request.figure([try curve(request)])
    }
    return request.figure([try scatter(request)])
  }

  private func isOnePerCategory(_ request: PlotRequest) -> Bool {
    guard let x = request.x, let names = try? texts(x) else { return false }
    let groups = request.color.flatMap { try? texts($0) }
    var seen = Set<[String]>()
    for row in names.indices where !seen.insert([names[row], groups?[row] ?? ""]).inserted {
      return false
    }
    return true
  }

  // MARK: Columns

  func isNumeric(_ name: String) -> Bool { (try? table.column(name))?.isNumeric == true }

  /// The cells as numbers; what is missing or is none becomes not-a-number.
  func numbers(_ name: String, _ request: PlotRequest) throws -> [Double] {
    let column = try table.column(name)
    if let flags = column.booleans {
      return flags.indices.map { column.isMissing($0) ? .nan : flags[$0] ? 1 : 0 }
    }
    guard let values = column.numbers else {
      throw request.bad("column `\(name)` should hold numbers, it holds \(column.kind.rawValue)")
    }
    return values.indices.map { column.isMissing($0) ? .nan : values[$0] }
  }

  func texts(_ name: String) throws -> [String] {
    let column = try table.column(name)
    return (0..<column.count).map { row in
      switch column.value(at: row) {
      case .none: "–"
      case .text(let text): text
      case let other: display(Value(other, nil))
      }
    }
  }

  /// The rows of each value of a column, in the order first seen; numbers rising.
  func groups(_ name: String?) throws -> [(name: String, rows: [Int])] {
    guard let name else { return [("", Array(0..<table.rowCount))] }
    var order: [String] = []
    var rows: [String: [Int]] = [:]
    for (row, text) in try texts(name).enumerated() {
      if rows[text] == nil { order.append(text) }
      rows[text, default: []].append(row)
    }
    if isNumeric(name) { order.sort { (Double($0) ?? .infinity) < (Double($1) ?? .infinity) } }
    return order.map { ($0, rows[$0] ?? []) }
  }

  private func needed(_ name: String?, _ what: String, _ request: PlotRequest) throws -> String {
    guard let name else {
      throw request.bad("\(request.kind) needs `\(what)`, the name of a column")
    }
    return name
  }

  private func axis(_ name: String, _ request: PlotRequest, _ values: [Double]) -> Axis {
    Axis(
      AxisNames.label(name, request.language),
      isLogarithmic: request.isLogarithmic == true && values.contains { $0 > 0 })
  }

  private static let manyGroups = 24

  // MARK: Kinds

  private func scatter(_ request: PlotRequest) throws -> ScatterPanel {
    let x = try needed(request.x, "x", request)
    let y = try needed(request.y.first, "y", request)
    let (xs, ys) = (try numbers(x, request), try numbers(y, request))
    var color = ScatterPanel.Color.none
    if let name = request.color {
      let groups = try groups(name)
      if isNumeric(name), groups.count > 8 {
        color = .values(
          try numbers(name, request), label: AxisNames.label(name, request.language))
      } else if groups.count <= Self.manyGroups {
        var indices = [Int](repeating: -1, count: table.rowCount)
        for (index, group) in groups.enumerated() {
          for row in group.rows { indices[row] = index }
        }
        color = .groups(indices, names: groups.map(\.name))
      } else {
        throw request.bad(
          "column `\(name)` has \(groups.count) different values; at most \(Self.manyGroups) can be "
            + "told apart by colour")
      }
    }
    return ScatterPanel(
      x: axis(x, request, xs), y: Axis(AxisNames.label(y, request.language)), xs: xs, ys: ys,
      color: color, labels: try request.label.map { try texts($0) } ?? [])
  }

  /// A line for each column of `y`, or for each group of `color`; of columns without `y` a panel each.
  private func lines(_ request: PlotRequest) throws -> [any Panel] {
    let x = request.x ?? Self.steps.first { isNumeric($0) }
    let xs = try x.map { try numbers($0, request) } ?? (1...table.rowCount).map { Double($0) }
    let xAxis = x.map { axis($0, request, xs) } ?? Axis(request.word(.rows))
    if request.y.isEmpty {
      let names = table.names.filter { isNumeric($0) && !Self.steps.contains($0) && $0 != x }
      if names.isEmpty { throw request.bad("the table has no column of numbers to draw") }
      return try names.prefix(6).map { name in
        CurvePanel(
          x: xAxis, y: Axis(AxisNames.label(name, request.language)),
          curves: [.init("", x: xs, y: try numbers(name, request), style: .line)])
      }
    }
    var curves: [CurvePanel.Curve] = []
    for name in request.y {
      let values = try numbers(name, request)
      for group in try groups(request.color) {
        let title = [
          request.y.count > 1 ? AxisNames.label(name, request.language) : "", group.name,
        ]
        .filter { !$0.isEmpty }.joined(separator: ", ")
        curves.append(
          .init(
            title, x: group.rows.map { xs[$0] }, y: group.rows.map { values[$0] },
            style: .lineAndPoints))
      }
    }
    let label = request.y.count == 1 ? AxisNames.label(request.y[0], request.language) : ""
    return [CurvePanel(x: xAxis, y: Axis(label), curves: curves)]
  }

  /// The mean of equal x with its interval: over the rows, or as the columns `lower` and `upper` say.
  private func curve(_ request: PlotRequest) throws -> CurvePanel {
    let x = try needed(request.x, "x", request)
    let y = try needed(request.y.first, "y", request)
    let (xs, ys) = (try numbers(x, request), try numbers(y, request))
    let lower = try request.lower.map { try numbers($0, request) }
    let upper = try request.upper.map { try numbers($0, request) }
    let curves = try groups(request.color).map { group -> CurvePanel.Curve in
      let rows = group.rows.filter { xs[$0].isFinite && ys[$0].isFinite }
      let byX = Dictionary(grouping: rows) { xs[$0] }
      let places = byX.keys.sorted()
      var (means, lows, highs): ([Double], [Double], [Double]) = ([], [], [])
      for place in places {
        let rows = byX[place] ?? []
        let estimate = try Estimate(rows.map { ys[$0] })
        means.append(estimate.mean)
        if let lower, let upper {
          lows.append(lower[rows[0]])
          highs.append(upper[rows[0]])
        } else {
          lows.append(estimate.interval?.lower ?? estimate.mean)
          highs.append(estimate.interval?.upper ?? estimate.mean)
        }
      }
      let hasBand = zip(lows, highs).contains { $0 < $1 }
      return .init(
        group.name, x: places, y: means, lower: hasBand ? lows : [], upper: hasBand ? highs : [])
    }
    var horizontal = axis(x, request, xs)
    let positive = xs.filter { $0 > 0 }
    if request.isLogarithmic == nil, x == "size", let low = positive.min(),
      let high = positive.max()
    {
      horizontal.isLogarithmic = high / low >= 20
    }
    return CurvePanel(x: horizontal, y: Axis(AxisNames.label(y, request.language)), curves: curves)
  }

  private func bars(_ request: PlotRequest) throws -> BarPanel {
    guard let y = request.y.first else {
      return try counts(of: try needed(request.x, "x", request), request)
    }
    let x = try needed(request.x, "x", request)
    let categories = try groups(x)
    let names = try texts(x)
    let places = Dictionary(
      uniqueKeysWithValues: categories.enumerated().map { ($1.name, $0) })
    let lower = try request.lower.map { try numbers($0, request) }
    let upper = try request.upper.map { try numbers($0, request) }
    var series: [BarPanel.Series] = []
    for column in request.y {
      let values = try numbers(column, request)
      for group in try groups(request.color) {
        var one = BarPanel.Series(
          [
            request.y.count > 1 ? AxisNames.label(column, request.language) : "", group.name,
          ].filter { !$0.isEmpty }.joined(separator: ", "),
          [Double](repeating: .nan, count: categories.count))
        if lower != nil, upper != nil {
          one.lower = one.values
          one.upper = one.values
        }
        for row in group.rows {
          guard let place = places[names[row]] else { continue }
          one.values[place] = values[row]
          if let lower, let upper {
            one.lower[place] = lower[row]
            one.upper[place] = upper[row]
          }
        }
        series.append(one)
      }
    }
    return BarPanel(
      categoryLabel: AxisNames.label(x, request.language), categories: categories.map(\.name),
      value: Axis(request.y.count == 1 ? AxisNames.label(y, request.language) : ""), series: series)
  }

  /// How often each value of a column occurs.
  private func counts(of name: String, _ request: PlotRequest) throws -> BarPanel {
    let categories = try groups(name)
    guard categories.count <= 200 else {
      throw request.bad(
        "column `\(name)` has \(categories.count) different values; at most 200 can be bars")
    }
    let names = try texts(name)
    let places = Dictionary(
      uniqueKeysWithValues: categories.enumerated().map { ($1.name, $0) })
    let series = try groups(request.color).map { group -> BarPanel.Series in
      var counts = [Double](repeating: 0, count: categories.count)
      for row in group.rows { if let place = places[names[row]] { counts[place] += 1 } }
      return BarPanel.Series(group.name, counts)
    }
    return BarPanel(
      categoryLabel: AxisNames.label(name, request.language), categories: categories.map(\.name),
      value: Axis(request.word(.count)), series: series)
  }

  private func histograms(_ request: PlotRequest) throws -> [any Panel] {
    let names = request.x.map { [$0] } ?? table.names.filter { isNumeric($0) }
    if names.isEmpty { throw request.bad("the table has no column of numbers to draw") }
    let groups = try groups(request.color)
    guard groups.count <= 8 else {
      throw request.bad(
        "`color` has \(groups.count) different values; at most 8 histograms can lie over each other"
      )
    }
    return try names.prefix(6).map { name in
      let values = try numbers(name, request)
      return HistogramPanel(
        x: Axis(AxisNames.label(name, request.language)),
        groups: groups.map { ($0.name, $0.rows.map { values[$0] }) }, bins: request.bins,
        countLabel: request.word(.count))
    }
  }

  private func boxes(_ request: PlotRequest) throws -> BoxPanel {
    guard let y = request.y.first ?? (request.x == nil ? table.names.first(where: isNumeric) : nil)
    else { throw request.bad("box needs `y`, the name of a column of numbers") }
    let values = try numbers(y, request)
    let groups = try groups(request.x ?? request.color)
    guard groups.count <= 60 else {
      throw request.bad("`x` has \(groups.count) different values; at most 60 can be boxes")
    }
    return BoxPanel(
      groupLabel: request.x.map { AxisNames.label($0, request.language) } ?? "",
      value: Axis(
        AxisNames.label(y, request.language), isLogarithmic: request.isLogarithmic == true),
      groups: groups.map { ($0.name, $0.rows.map { values[$0] }) })
  }

  /// Long: `x` names the columns, `label` or `color` the rows, `y` the numbers. Wide: a row of the table
  /// is a row of the map.
  private func heatMap(_ request: PlotRequest) throws -> HeatMapPanel {
    if let x = request.x, let row = request.color ?? request.label, let y = request.y.first {
      let values = try numbers(y, request)
      let (columns, rows) = (try groups(x), try groups(row))
      guard columns.count * rows.count <= 1_000_000 else {
        throw request.bad("a map of \(rows.count) × \(columns.count) cells is too large")
      }
      var cells = [[Double]](
        repeating: [Double](repeating: .nan, count: columns.count), count: rows.count)
      var places = [Int](repeating: 0, count: table.rowCount)
      for (index, column) in columns.enumerated() {
        for row in column.rows { places[row] = index }
      }
      for (index, group) in rows.enumerated() {
        for row in group.rows { cells[index][places[row]] = values[row] }
      }
      return HeatMapPanel(
        rowLabel: AxisNames.label(row, request.language),
        columnLabel: AxisNames.label(x, request.language), rows: rows.map(\.name),
        columns: columns.map(\.name), values: cells,
        scale: TableFigures.scale(cells), scaleLabel: AxisNames.label(y, request.language))
    }
    let names = table.names.filter { isNumeric($0) && $0 != request.label }
    if names.isEmpty { throw request.bad("the table has no column of numbers to draw") }
    let columns = try names.map { try numbers($0, request) }
    let rowName = request.label ?? table.names.first { !isNumeric($0) }
    let cells = (0..<table.rowCount).map { row in columns.map { $0[row] } }
    return HeatMapPanel(
      rowLabel: rowName.map { AxisNames.label($0, request.language) } ?? "",
      rows: try rowName.map { try texts($0) } ?? (0..<table.rowCount).map { "\($0)" },
      columns: names, values: cells, scale: TableFigures.scale(cells))
  }

  /// Around zero where numbers of both signs matter.
  static func scale(_ cells: [[Double]]) -> ColorScale {
    let all = cells.joined().filter(\.isFinite)
    guard let low = all.min(), let high = all.max() else { return .sequential }
    return low < 0 && high > 0 && -low > high / 10 ? .diverging : .sequential
  }
}

/// A list of numbers: their course, their distribution.
struct NumberFigures: Plottable {
  let values: [Double]

  var plotKinds: [String] { ["line", "histogram", "box"] }

  func figure(_ request: PlotRequest) throws -> Figure {
    switch request.kind {
    case "histogram":
      return request.figure([
        HistogramPanel(
          x: Axis(request.word(.value)), groups: [("", values)], bins: request.bins,
          countLabel: request.word(.count))
      ])
    case "box":
      return request.figure([
        BoxPanel(value: Axis(request.word(.value)), groups: [("", values)])
      ])
    default:
      return request.figure([
        CurvePanel(
          x: Axis(), y: Axis(request.word(.value), isLogarithmic: request.isLogarithmic == true),
          curves: [
            .init("", x: values.indices.map { Double($0) }, y: values, style: .lineAndPoints)
          ])
      ])
    }
  }
}

extension MatrixObject: Plottable {
  public var plotKinds: [String] { ["heatmap"] }

  public func figure(_ request: PlotRequest) throws -> Figure {
    guard tensor.count <= 1_000_000 else {
      throw request.bad("a map of \(tensor.rows) × \(tensor.columns) cells is too large")
    }
    let cells = (0..<tensor.rows).map { row in
      (0..<tensor.columns).map { Double(tensor[row, $0]) }
    }
    return request.figure([
      HeatMapPanel(
        rows: (0..<tensor.rows).map { "\($0)" }, columns: (0..<tensor.columns).map { "\($0)" },
        values: cells, scale: TableFigures.scale(cells))
    ])
  }
}
