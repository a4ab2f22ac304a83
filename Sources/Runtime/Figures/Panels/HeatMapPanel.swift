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

  public var size: FigureSize { FigureSize(140, height(width: 140)) }

  /// Cells are square where that leaves them large enough.
  public func height(width: Double) -> Double {
    let layout = HeatMapLayout(self, FigureSize(width, 1_000))
    let least = scaleLabel.isEmpty && rowLabel.isEmpty ? 25.0 : 45
    return min(200, max(least, layout.top + layout.bottom + layout.cell.height * rowCount))
  }

  public var keepsShape: Bool { true }

  /// The numbers at the ends of the scale.
  var ends: ClosedRange<Double> { scale.ends(values.lazy.flatMap { $0 }, range) }

  var rowCount: Double { Double(max(1, rows.count)) }
  var columnCount: Double { Double(max(1, columns.count)) }

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

  func value(_ row: Int, _ column: Int) -> Double {
    row < values.count && column < values[row].count ? values[row][column] : .nan
  }

  private func text(_ row: Int, _ column: Int) -> String? {
    guard let texts, row < texts.count, column < texts[row].count else { return nil }
    return texts[row][column]
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    let ends = ends
    script.colors(scale, ends)
    let columnTicks = columns.enumerated().map { Axis.Tick(Double($0), $1) }
    let rowTicks = rows.enumerated().map { Axis.Tick(rowCount - 1 - Double($0), $1) }
    let across = Axis(columnLabel, range: -0.5...columnCount - 0.5, ticks: columnTicks)
    let down = Axis(rowLabel, range: -0.5...rowCount - 0.5, ticks: rowTicks)
    if script.isText {
      script.axis("x", across, [], room: frame.size.width * 0.75)
      script.axis("y", down, [], room: frame.size.height * 0.8)
      let cell = FigureSize(
        frame.size.width * 0.7 / columnCount, frame.size.height * 0.7 / rowCount)
      drawText(&script, cell, ends.lowerBound, ends.upperBound)
      return
    }
    let layout = HeatMapLayout(self, frame.size)
    layout.apply(&script, frame, self)
    cells(&script, layout.cell, ends)
  }

  /// Draws the cells into the plot whose margins and ranges are set.
  func cells(_ script: inout GnuplotScript, _ cell: FigureSize, _ ends: ClosedRange<Double>) {
    let (low, high) = (ends.lowerBound, ends.upperBound)
    // A map that is all white still has its edges.
    script.line("set border 15 linecolor rgb '\(HouseStyle.grid)' linewidth 0.6; unset grid")
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
    // Small cells lie over their neighbours' edges, else the paper shines through; large ones have a
    // gap.
    let more = places.count <= 400 ? -0.01 : min(0.5, 0.35 / max(cell.width, 0.01))
    let bottoms = places.map { rowCount - 1 - Double($0.0) }
    let block = script.data([
      places.map { Double($0.1) }, bottoms, places.map { Double($0.1) - 0.5 },
      places.map { row, column in
        Double(column) + 0.5 + (value(row, column + 1).isFinite ? more : min(0, more))
      },
      zip(places, bottoms).map { place, bottom in
        bottom - 0.5 - (value(place.0 + 1, place.1).isFinite ? more : min(0, more))
      },
      bottoms.map { $0 + 0.5 }, places.map { min(max(value($0.0, $0.1), low), high) },
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
    let widest = HouseStyle.width(ofAll: shown.flatMap { $0 }, fontSize: 1)
    guard
      let size = [8.0, 6.5, 5.5].first(where: { size in
        widest * size + 0.8 < cell.width && HouseStyle.lineHeight(fontSize: size) < cell.height
      })
    else { return }
    for row in rows.indices {
      for column in columns.indices where !shown[row][column].isEmpty {
        let share = (value(row, column) - low) / max(high - low, 1e-300)
        let isDark = scale == .sequential ? share > 0.55 : share < 0.22 || share > 0.78
        script.label(
          shown[row][column], at: "\(column), \(rows.count - 1 - row)",
          options: "center front textcolor rgb '\(isDark ? "#FFFFFF" : HouseStyle.ink)'",
          limit: 16, font: "\(HouseStyle.family),\(Decimals.fixed(size, 1))")
      }
    }
  }

  /// Values where they fit into the cells, else four shades.
  private func drawText(
    _ script: inout GnuplotScript, _ cell: FigureSize, _ low: Double, _ high: Double
  ) {
    let shades = ["·", "░", "▒", "▓", "█"]
    let shown = rows.indices.map { row in
      columns.indices.map { column in
        text(row, column) ?? HeatMapPanel.brief(value(row, column), script.language)
      }
    }
    let longest = shown.joined().map(\.count).max() ?? 0
    let fits = Double(longest + 1) * 1.9 <= cell.width
    for row in rows.indices {
      for column in columns.indices where value(row, column).isFinite {
        var text = shown[row][column]
        if !fits {
          let share = (value(row, column) - low) / max(high - low, 1e-300)
          let shade = shades[Int(min(4, max(0, (share * 5).rounded(.down))))]
          text = String(repeating: shade, count: max(1, Int(cell.width / 1.9)))
        }
        script.label(text, at: "\(column), \(rows.count - 1 - row)", options: "center", limit: 16)
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
