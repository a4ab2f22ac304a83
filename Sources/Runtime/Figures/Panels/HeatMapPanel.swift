// A heat map: a number for each pair of a row and a column, such as attention between tokens or the
// confusions of classes. Rows run from top to bottom.

import TLText

public struct HeatMapPanel: Panel {
  public var title: String
  public var rowLabel: String
  public var columnLabel: String
  public var rows: [String]
  public var columns: [String]
  /// By rows; not finite: no value.
  public var values: [[Double]]
  public var scale: ColorScale
  /// The ends of the scale; nil: from the values. Panels to compare want the same.
  public var range: ClosedRange<Double>?
  public var scaleLabel: String
  /// What stands in the cells in place of their values; nil: the values where there is room for them.
  public var texts: [[String]]?

  public init(
    title: String = "", rowLabel: String = "", columnLabel: String = "", rows: [String],
    columns: [String], values: [[Double]], scale: ColorScale = .sequential,
    range: ClosedRange<Double>? = nil, scaleLabel: String = "", texts: [[String]]? = nil
  ) {
    self.title = title
    self.rowLabel = rowLabel
    self.columnLabel = columnLabel
    self.rows = rows
    self.columns = columns
    self.values = values
    self.scale = scale
    self.range = range
    self.scaleLabel = scaleLabel
    self.texts = texts
  }

  public var name: String { "heatmap" }

  public var size: FigureSize {
    let share = Double(max(1, rows.count)) / Double(max(1, columns.count))
    return FigureSize(140, min(160, max(60, 30 + 95 * share)))
  }

  /// Long form: a row for each cell.
  public func table() throws(TextError) -> Table {
    var (first, second, cells, shown): ([DataValue], [DataValue], [DataValue], [DataValue]) =
      ([], [], [], [])
    for row in rows.indices {
      for column in columns.indices {
        first.append(.text(rows[row]))
        second.append(.text(columns[column]))
        cells.append(DataValue(figure: value(row, column)))
        if let text = text(row, column) { shown.append(.text(text)) }
      }
    }
    var list: [(name: String, values: [DataValue])] = [
      ("row", first), ("column", second), ("value", cells),
    ]
    if shown.count == cells.count, !shown.isEmpty { list.append(("text", shown)) }
    return try Table(list)
  }

  private func value(_ row: Int, _ column: Int) -> Double {
    row < values.count && column < values[row].count ? values[row][column] : .nan
  }

  private func text(_ row: Int, _ column: Int) -> String? {
    guard let texts, row < texts.count, column < texts[row].count else { return nil }
    return texts[row][column]
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    let (height, width) = (max(1, rows.count), max(1, columns.count))
    if !script.isText {
      script.line("unset border; unset grid; set tics scale 0")
    }
    script.axis(
      "x",
      Axis(
        columnLabel, range: -0.5...Double(width) - 0.5,
        ticks: columns.enumerated().map { Axis.Tick(Double($0), $1) }), [],
      room: frame.size.width * 0.75)
    script.axis(
      "y",
      Axis(
        rowLabel, range: -0.5...Double(height) - 0.5,
        ticks: rows.enumerated().map { Axis.Tick(Double(height - 1 - $0), $1) }), [],
      room: frame.size.height * 0.8)
    let all = values.lazy.flatMap { $0 }
    let (low, high) = script.colorScale(
      scale, all, label: scaleLabel, room: frame.size.height, range: range,
      showsBar: !script.isText)
    let cell = FigureSize(
      frame.size.width * 0.7 / Double(width), frame.size.height * 0.7 / Double(height))
    if script.isText {
      drawText(&script, cell, low, high)
      return
    }
    // Cells as large as the plot allows, and square unless there are very many.
    if height <= 4 * width, width <= 4 * height {
      script.line("set size ratio \(Decimals.fixed(Double(height) / Double(width), 4))")
    }
    script.line(
      "set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind "
        + "fillcolor rgb '\(HouseStyle.absent)' fillstyle solid 1 noborder")
    label(&script, cell, low, high)
    let places = rows.indices.flatMap { row in columns.indices.map { (row, $0) } }
      .filter { value($0.0, $0.1).isFinite }
    guard !places.isEmpty else {
      script.plot([])
      return
    }
    // Small cells overlap a little, else the paper shines through between them; large ones have a
    // gap.
    let half = places.count <= 400 ? 0.49 : 0.54
    let block = script.data([
      places.map { Double($0.1) }, places.map { Double(height - 1 - $0.0) },
      places.map { Double($0.1) - 0.5 },
      places.map { min(Double($0.1) + half, Double(width) - 0.5) },
      places.map { max(Double(height - 1 - $0.0) - half, -0.5) },
      places.map { Double(height - 1 - $0.0) + 0.5 },
      places.map { min(max(value($0.0, $0.1), low), high) },
    ])
    script.plot([
      "\(block) using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid 1 "
        + "noborder notitle"
    ])
  }

  /// What a cell says, where it fits; light on dark colours.
  private func label(
    _ script: inout GnuplotScript, _ cell: FigureSize, _ low: Double, _ high: Double
  ) {
    guard rows.count * columns.count <= 400 else { return }
    let shown = rows.indices.map { row in
      columns.indices.map { column in
        text(row, column) ?? HeatMapPanel.brief(value(row, column), script.language)
      }
    }
    let longest = shown.flatMap { $0 }.map(\.count).max() ?? 0
    let side = min(cell.width, cell.height * 2.2)
    guard Double(longest) * HouseStyle.width(of: "m", fontSize: 6) < side,
      cell.height > HouseStyle.lineHeight(fontSize: 6)
    else { return }
    let isLarge = Double(longest) * HouseStyle.width(of: "m", fontSize: 8.5) < side
    for row in rows.indices {
      for column in columns.indices where !shown[row][column].isEmpty {
        let share = (value(row, column) - low) / max(high - low, 1e-300)
        let isDark = scale == .sequential ? share > 0.55 : share < 0.22 || share > 0.78
        script.label(
          shown[row][column], at: "\(column), \(rows.count - 1 - row)",
          options: "center front textcolor rgb '\(isDark ? "#FFFFFF" : HouseStyle.ink)'",
          limit: 16, font: "\(HouseStyle.family),\(isLarge ? "8" : "6")")
      }
    }
  }

  /// Values where they fit into the cells, else four shades.
  private func drawText(
    _ script: inout GnuplotScript, _ cell: FigureSize, _ low: Double, _ high: Double
  ) {
    let shades = ["·", "░", "▒", "▓", "█"]
    for row in rows.indices {
      for column in columns.indices where value(row, column).isFinite {
        var shown = text(row, column) ?? HeatMapPanel.brief(value(row, column), script.language)
        if Double(shown.count + 1) * 1.9 > cell.width {
          let share = (value(row, column) - low) / max(high - low, 1e-300)
          let shade = shades[min(4, max(0, Int((share * 5).rounded(.down))))]
          shown = String(repeating: shade, count: max(1, Int(cell.width / 1.9)))
        }
        script.label(shown, at: "\(column), \(rows.count - 1 - row)", options: "center", limit: 16)
      }
    }
    script.plot(values.contains { $0.contains(where: \.isFinite) } ? ["NaN notitle"] : [])
  }

  /// Two digits after the point.
  static func brief(_ value: Double, _ language: FigureLanguage) -> String {
    guard value.isFinite else { return "" }
    if abs(value) >= 100 || value == value.rounded() { return Decimals.short(value, language) }
    var text = Decimals.fixed(value, 2)
    if text.hasPrefix("0.") { text.removeFirst() }
    if text.hasPrefix("-0.") { text = "−" + text.dropFirst(2) }
    return language == .russian ? text.replacing(".", with: ",") : text
  }
}
