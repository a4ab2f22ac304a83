// HeatMapLayout: where a heat map stands in its frame, in millimetres. gnuplot's own margins know
// neither the length of turned texts nor that cells want to be square.

struct HeatMapLayout {
  let left, right, top, bottom: Double
  let cell: FigureSize
  let names: HeatMapNames
  private let fontSize: Double

  init(_ panel: HeatMapPanel, _ size: FigureSize) {
    let isSmall = size.width < 100 || panel.rows.count > 15 || panel.columns.count > 15
    let fontSize = isSmall ? 7.5 : 9.0
    self.fontSize = fontSize
    let rows = HeatMapNames.fitted(panel.rows, to: min(52, 0.36 * size.width), fontSize)
    let columns = HeatMapNames.fitted(panel.columns, to: 32, fontSize)
    let rowWidth = HouseStyle.width(ofAll: rows, fontSize: fontSize)
    right = ColorBar.room(panel.ends, label: panel.scaleLabel, fontSize: fontSize) + 1.5
    top = GnuplotScript.titleHeight(panel.title, width: size.width)
    let beside = rowWidth + 2.5 + (panel.rowLabel.isEmpty ? 1 : 5.5)
    let across = max(0.05, min(20, (size.width - beside - right) / panel.columnCount))
    let turn = HeatMapNames.Turn(columns, across, fontSize)
    // A turned name reaches to the left of its column.
    left = max(
      beside,
      turn == .slanted
        ? 0.77 * HouseStyle.width(of: columns.first ?? "", fontSize: fontSize) - across / 2 : 0)
    bottom =
      turn.height(columns, fontSize) + 3 + (panel.columnLabel.isEmpty ? 0 : 5)
    var wide = min(20, (size.width - left - right) / panel.columnCount)
    var high = min(20, (size.height - top - bottom) / panel.rowCount)
    wide = max(wide, 0.05)
    high = max(high, 0.05)
    if max(wide, high) / min(wide, high) <= 2.5 || high > wide {
      high = min(wide, high)
      if wide / high <= 2.5 { wide = high }
    }
    cell = FigureSize(wide, high)
    names = HeatMapNames(rows, columns, cell, turn, fontSize)
  }

  /// Sets margins, names and the scale.
  func apply(_ script: inout GnuplotScript, _ frame: PanelFrame, _ panel: HeatMapPanel) {
    let (wide, high) = (cell.width * panel.columnCount, cell.height * panel.rowCount)
    // The map with its scale stands in the middle, at the top.
    let x = left + max(0, (frame.size.width - left - right - wide) / 2)
    let y = frame.size.height - top - high
    script.margins?.isOwn = true
    script.setMargins(frame, x: x, y: y, FigureSize(wide, high))
    names.apply(&script)
    let font = "\(HouseStyle.family),\(Decimals.fixed(fontSize, 1))"
    let ink = "textcolor rgb '\(HouseStyle.ink)'"
    func middle(_ text: String, _ center: Double, _ whole: Double) -> Double {
      let half = HouseStyle.width(of: text, fontSize: fontSize) / 2
      return min(max(center, half + 1), max(half + 1, whole - half - 1))
    }
    if !panel.rowLabel.isEmpty {
      let text = HouseStyle.fitting(
        GnuplotScript.plain(panel.rowLabel, limit: 200), to: frame.size.height - 2,
        fontSize: fontSize)
      script.label(
        text, at: frame.screen(x - left + 2.8, middle(text, y + high / 2, frame.size.height)),
        options: "center rotate by 90 \(ink)", limit: 200, font: font)
    }
    if !panel.columnLabel.isEmpty {
      let text = HouseStyle.fitting(
        GnuplotScript.plain(panel.columnLabel, limit: 200), to: frame.size.width - 2,
        fontSize: fontSize)
      script.label(
        text, at: frame.screen(middle(text, x + wide / 2, frame.size.width), y - bottom + 2.6),
        options: "center \(ink)", limit: 200, font: font)
    }
    ColorBar(
      panel.ends, label: panel.scaleLabel, height: high, fontSize: fontSize, script.language
    ).draw(
      &script, frame, x: x + wide, y: y, height: high, room: 1...max(2, frame.size.height - top))
  }
}

/// The names at the sides of a map.
struct HeatMapNames {
  /// How the names of the columns stand.
  enum Turn {
    case level, slanted, upright

    /// - Parameter across: millimetres of a column
    init(_ columns: [String], _ across: Double, _ fontSize: Double) {
      let widest = HouseStyle.width(ofAll: columns, fontSize: fontSize)
      // Names that are too many are thinned out, and short ones need no turn.
      if widest + 1.2 <= across || widest <= 5 {
        self = .level
      } else {
        self = across < 1.5 * HouseStyle.lineHeight(fontSize: fontSize) ? .upright : .slanted
      }
    }

    /// Millimetres below the map.
    func height(_ columns: [String], _ fontSize: Double) -> Double {
      let widest = HouseStyle.width(ofAll: columns, fontSize: fontSize)
      let line = HouseStyle.lineHeight(fontSize: fontSize)
      switch self {
      case .level: return line
      case .slanted: return 0.64 * widest + 0.77 * line
      case .upright: return widest
      }
    }

    fileprivate var command: String {
      switch self {
      case .level: ""
      case .slanted: "rotate by 40 right "
      case .upright: "rotate by 90 right "
      }
    }
  }

  let rows: [String]
  let columns: [String]
  let cell: FigureSize
  let turn: Turn
  /// Smaller than the letters of the map where that lets every row have its name.
  let tickSize: Double

  /// Points; names of smaller letters cannot be read in print.
  private static let smallest = 5.0

  init(
    _ rows: [String], _ columns: [String], _ cell: FigureSize, _ turn: Turn, _ fontSize: Double
  ) {
    (self.rows, self.columns, self.cell, self.turn) = (rows, columns, cell, turn)
    let perPoint = 1.2 * HouseStyle.lineHeight(fontSize: 1)
    let fitting = min(cell.height, turn == .upright ? cell.width : cell.height) / perPoint
    tickSize = fitting >= Self.smallest ? min(fontSize, fitting) : min(fontSize, 6)
  }

  /// Names on one line each, not wider than so many millimetres.
  static func fitted(_ names: [String], to millimetres: Double, _ fontSize: Double) -> [String] {
    names.map {
      HouseStyle.fitting(
        GnuplotScript.plain($0, limit: 200), to: millimetres, fontSize: fontSize)
    }
  }

  /// Sets the ranges and the ticks of both axes; without names at a side that shows none.
  func apply(_ script: inout GnuplotScript, showsRows: Bool = true, showsColumns: Bool = true) {
    // Rounded down, so that rounding leaves no name out.
    let font = "font '\(HouseStyle.family),\(Decimals.fixed(tickSize - 0.05, 1))'"
    let line = HouseStyle.lineHeight(fontSize: tickSize)
    func ticks(_ name: String, _ texts: [String], _ room: Double, _ turn: Turn) {
      let isBeside = name == "x" && turn == .level
      let needed =
        isBeside ? HouseStyle.width(ofAll: texts, fontSize: tickSize) + 1 : 1.2 * line
      let stride = max(1, Int((needed / max(room, 0.01) - 1e-6).rounded(.up)))
      let list = texts.indices.filter { $0 % stride == 0 }.map { index in
        GnuplotScript.quotedTick(texts[index], limit: 200)
          + " \(name == "x" ? index : texts.count - 1 - index)"
      }
      script.line(
        "set \(name)tics scale 0 \(turn.command)(\(list.joined(separator: ", "))) noenhanced "
          + font)
    }
    if showsColumns {
      ticks("x", columns, cell.width, turn)
    } else {
      script.line("unset xtics")
    }
    if showsRows {
      ticks("y", rows, cell.height, .level)
    } else {
      script.line("unset ytics")
    }
    let (across, down) = (Double(max(1, columns.count)), Double(max(1, rows.count)))
    script.line(
      "set xrange [-0.5:\(Decimals.exact(across - 0.5))]; "
        + "set yrange [-0.5:\(Decimals.exact(down - 0.5))]")
  }
}
