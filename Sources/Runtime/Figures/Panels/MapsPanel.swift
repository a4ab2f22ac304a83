// Maps beside each other that share their rows and columns, such as the attention of all heads to one
// text. The names of the rows stand at the left of all, those of the columns below all, and one scale
// serves the neighbours that have it.

import TLText

public struct MapsPanel: Panel {
  public struct Map: Sendable {
    public var title: String
    /// By rows; not finite: no value.
    public var values: [[Double]]
    public var scale: ColorScale
    /// The ends of the scale; nil: from the values. Maps to compare want the same.
    public var range: ClosedRange<Double>?

    public init(
      _ title: String, _ values: [[Double]], scale: ColorScale = .sequential,
      range: ClosedRange<Double>? = nil
    ) {
      self.title = title
      self.values = values
      self.scale = scale
      self.range = range
    }
  }

  public var title: String
  public var rowLabel: String
  public var columnLabel: String
  public var rows: [String]
  public var columns: [String]
  public var maps: [Map]
  /// What the colours are, where all maps have one scale.
  public var scaleLabel: String

  public init(
    title: String = "", rowLabel: String = "", columnLabel: String = "", rows: [String],
    columns: [String], maps: [Map], scaleLabel: String = ""
  ) {
    self.title = title
    self.rowLabel = rowLabel
    self.columnLabel = columnLabel
    self.rows = rows
    self.columns = columns
    self.maps = maps
    self.scaleLabel = scaleLabel
  }

  public var name: String { "heatmaps" }
  public var keepsShape: Bool { true }
  public var size: FigureSize { FigureSize(170, height(width: 170)) }

  public func height(width: Double) -> Double {
    MapsLayout(self, FigureSize(width, MapsLayout.page)).height
  }

  /// Long form: a row for each cell of each map.
  public func table() throws(TextError) -> Table {
    var names: [DataValue] = []
    var (first, second, cells): ([DataValue], [DataValue], [DataValue]) = ([], [], [])
    for index in maps.indices {
      let map = heatMap(index)
      for row in rows.indices {
        for column in columns.indices {
          names.append(.text(map.title))
          first.append(.text(rows[row]))
          second.append(.text(columns[column]))
          cells.append(DataValue(figure: map.value(row, column)))
        }
      }
    }
    return try Table([("map", names), ("row", first), ("column", second), ("value", cells)])
  }

  /// A terminal of characters has no room for maps beside each other.
  public var parts: [any Panel] { maps.indices.map { heatMap($0) } }

  func heatMap(_ index: Int) -> HeatMapPanel {
    HeatMapPanel(
      title: maps[index].title, rowLabel: rowLabel, columnLabel: columnLabel, rows: rows,
      columns: columns, values: maps[index].values, scale: maps[index].scale,
      range: maps[index].range)
  }

  /// Whether one scale serves both.
  func shareScale(_ first: Int, _ second: Int) -> Bool {
    maps[first].scale == maps[second].scale && heatMap(first).ends == heatMap(second).ends
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    guard !maps.isEmpty else {
      script.begin(frame, title: title)
      script.line("unset border; unset tics; set xrange [0:1]; set yrange [0:1]")
      script.plot([])
      return
    }
    if script.isText {
      let height = frame.height / Double(maps.count)
      for (index, part) in parts.enumerated() {
        var place = frame
        place.y = frame.y + frame.height - Double(index + 1) * height
        place.height = height
        part.draw(&script, in: place)
      }
      return
    }
    MapsLayout(self, frame.size).draw(&script, self, frame)
  }
}

/// Where the maps stand, in millimetres.
struct MapsLayout {
  /// What fits on a page with a title above it.
  static let page = 236.0
  private static let fontSize = 7.5
  private static let mapTitle = 5.5
  private static let gap = 3.0
  /// Names of maps whose cells are smaller cannot be read.
  private static let legible = 2.8
  private static let largest = 12.0

  let perRow: Int
  let cell: Double
  let height: Double
  private let left, top, below: Double
  /// Beside each column of maps.
  private let beside: [Double]
  private let names: HeatMapNames
  private let map: FigureSize

  init(_ panel: MapsPanel, _ size: FigureSize) {
    let count = max(1, panel.maps.count)
    var best: MapsLayout?
    for perRow in (1...min(6, count)).reversed() {
      let found = MapsLayout(panel, size, perRow)
      if found.cell >= Self.legible {
        self = found
        return
      }
      if found.cell > (best?.cell ?? 0) * 1.02 { best = found }
    }
    self = best ?? MapsLayout(panel, size, 1)
  }

  private init(_ panel: MapsPanel, _ size: FigureSize, _ perRow: Int) {
    let (down, across) = (Double(max(1, panel.rows.count)), Double(max(1, panel.columns.count)))
    let lines = Double((max(1, panel.maps.count) + perRow - 1) / perRow)
    self.perRow = perRow
    let rows = HeatMapNames.fitted(panel.rows, to: 0.15 * size.width, Self.fontSize)
    let columns = HeatMapNames.fitted(panel.columns, to: 25, Self.fontSize)
    let beside = Self.beside(panel, perRow)
    let labels = panel.rowLabel.isEmpty ? 1 : 5.0
    let rowWidth = HouseStyle.width(ofAll: rows, fontSize: Self.fontSize)
    left = labels + rowWidth + 2
    top = GnuplotScript.titleHeight(panel.title, width: size.width) - 2
    let wide = (size.width - left - beside.reduce(0, +)) / (Double(perRow) * across)
    let turn = HeatMapNames.Turn(columns, max(0.05, min(wide, Self.largest)), Self.fontSize)
    below = turn.height(columns, Self.fontSize) + 2.5 + (panel.columnLabel.isEmpty ? 0 : 4.5)
    let around = top + below + lines * Self.mapTitle + (lines - 1) * Self.gap
    let high = (size.height - around) / (lines * down)
    let cell = max(0.05, min(wide, high, Self.largest))
    self.cell = cell
    self.beside = beside
    height = around + cell * down * lines
    map = FigureSize(cell * across, cell * down)
    names = HeatMapNames(rows, columns, FigureSize(cell, cell), turn, Self.fontSize)
  }

  /// What stands at the right of each column of maps: a scale, or a gap.
  private static func beside(_ panel: MapsPanel, _ perRow: Int) -> [Double] {
    var beside = [Double](repeating: gap, count: perRow)
    for index in panel.maps.indices where hasBar(index, panel, perRow) {
      let bar = ColorBar.room(
        panel.heatMap(index).ends, label: label(index, panel), fontSize: fontSize)
      let column = index % perRow
      beside[column] = max(beside[column], bar + (column + 1 < perRow ? gap : 1.5))
    }
    return beside
  }

  private static func hasBar(_ index: Int, _ panel: MapsPanel, _ perRow: Int) -> Bool {
    guard index + 1 < panel.maps.count, (index + 1) % perRow != 0 else { return true }
    return !panel.shareScale(index, index + 1)
  }

  private static func label(_ index: Int, _ panel: MapsPanel) -> String {
    panel.maps.indices.allSatisfy { panel.shareScale(0, $0) } ? panel.scaleLabel : ""
  }

  func draw(_ script: inout GnuplotScript, _ panel: MapsPanel, _ frame: PanelFrame) {
    let count = panel.maps.count
    let whole = left + Double(perRow) * map.width + beside.reduce(0, +)
    let start = left + max(0, (frame.size.width - whole) / 2)
    let ink = "textcolor rgb '\(HouseStyle.ink)'"
    let font = "\(HouseStyle.family),\(Decimals.fixed(Self.fontSize, 1))"
    for index in 0..<count {
      let (row, column) = (index / perRow, index % perRow)
      let x = start + Double(column) * map.width + beside[..<column].reduce(0, +)
      let y =
        frame.size.height - top - Double(row + 1) * (Self.mapTitle + map.height)
        - Double(row) * Self.gap
      let one = panel.heatMap(index)
      let ends = one.ends
      script.begin(frame, title: index == 0 ? panel.title : "")
      script.margins?.isOwn = true
      script.setMargins(frame, x: x, y: y, map)
      script.label(
        HouseStyle.fitting(
          GnuplotScript.plain(one.title, limit: 200), to: map.width + beside[column] - 2,
          fontSize: 8.5),
        at: frame.screen(x + map.width / 2, y + map.height + Self.mapTitle / 2),
        options: "center \(ink)", limit: 200, font: HouseStyle.legendFont)
      let isLowest = index + perRow >= count
      names.apply(&script, showsRows: column == 0, showsColumns: isLowest)
      script.colors(one.scale, ends)
      if Self.hasBar(index, panel, perRow) {
        ColorBar(
          ends, label: Self.label(index, panel), height: map.height, fontSize: Self.fontSize,
          script.language
        ).draw(
          &script, frame, x: x + map.width, y: y, height: map.height,
          room: 1...frame.size.height - 1)
      }
      if column == 0, !panel.rowLabel.isEmpty {
        let text = HouseStyle.fitting(
          panel.rowLabel, to: map.height + Self.mapTitle, fontSize: Self.fontSize)
        script.label(
          text, at: frame.screen(start - left + 2.8, y + map.height / 2),
          options: "center rotate by 90 \(ink)", limit: 200, font: font)
      }
      if isLowest, !panel.columnLabel.isEmpty {
        let text = HouseStyle.fitting(
          panel.columnLabel, to: map.width + beside[column], fontSize: Self.fontSize)
        script.label(
          text, at: frame.screen(x + map.width / 2, y - below + 2.2), options: "center \(ink)",
          limit: 200, font: font)
      }
      one.cells(&script, FigureSize(cell, cell), ends)
    }
  }
}
