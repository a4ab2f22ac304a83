// HeatMapLayout: where a heat map stands in its frame, in millimetres. gnuplot's own margins know
// neither the length of turned texts nor that cells want to be square.

struct HeatMapLayout {
  let left, right, top, bottom: Double
  let cell: FigureSize
  private let fontSize: Double
  /// Smaller than `fontSize` where that lets every row have its name.
  private let tickSize: Double
  private let isTurned, isUpright: Bool

  init(_ panel: HeatMapPanel, _ size: FigureSize) {
    let isSmall = size.width < 100 || panel.rows.count > 15 || panel.columns.count > 15
    let fontSize = isSmall ? 7.5 : 9.0
    func width(_ texts: [String], _ limit: Int) -> Double {
      let longest = texts.map { min(limit, $0.count) }.max() ?? 0
      return Double(longest) * HouseStyle.width(of: "m", fontSize: fontSize)
    }
    self.fontSize = fontSize
    left = 1.1 * width(panel.rows, 30) + 4.5 + (panel.rowLabel.isEmpty ? 1 : 6)
    right = panel.scaleLabel.isEmpty ? 15 : 21
    top = panel.title.isEmpty ? 3 : 9
    let across = max(10, (size.width - left - right) / panel.columnCount)
    let line = HouseStyle.lineHeight(fontSize: fontSize)
    let texts = width(panel.columns, 20)
    let room = min(20, across)
    // Names that are too many are thinned out, and short ones need no turn.
    isTurned = texts + 1.5 > room && texts > 8
    isUpright = isTurned && room < 1.5 * line
    let label = isUpright ? texts : isTurned ? 0.68 * texts + line / 2 : line
    bottom = label + 4 + (panel.columnLabel.isEmpty ? 0 : 5)
    var wide = min(20, (size.width - left - right) / panel.columnCount)
    var high = min(20, (size.height - top - bottom) / panel.rowCount)
    wide = max(wide, 0.05)
    high = max(high, 0.05)
    if max(wide, high) / min(wide, high) <= 2.5 || high > wide {
      high = min(wide, high)
      if wide / high <= 2.5 { wide = high }
    }
    cell = FigureSize(wide, high)
    let perPoint = 1.2 * HouseStyle.lineHeight(fontSize: 1)
    let fitting = min(high, isUpright ? wide : high) / perPoint
    tickSize = fitting >= Self.smallest ? min(fontSize, fitting) : fontSize
  }

  /// Points; names of smaller letters cannot be read in print.
  private static let smallest = 5.0

  /// Sets margins and ticks.
  func apply(_ script: inout GnuplotScript, _ frame: PanelFrame, _ panel: HeatMapPanel) {
    let (wide, high) = (cell.width * panel.columnCount, cell.height * panel.rowCount)
    // The map with its scale stands in the middle, at the top.
    let shift = max(0, (frame.size.width - left - right - wide) / 2)
    let x = frame.x + (left + shift) / frame.canvas.width
    let y = frame.y + frame.height - top / frame.canvas.height
    func place(_ value: Double) -> String { Decimals.fixed(value, 4) }
    script.line(
      "set lmargin at screen \(place(x)); set rmargin at screen "
        + "\(place(x + wide / frame.canvas.width)); set tmargin at screen \(place(y)); "
        + "set bmargin at screen \(place(y - high / frame.canvas.height))")
    let font = "font '\(HouseStyle.family),\(Decimals.fixed(fontSize, 1))'"
    // Rounded down, so that rounding leaves no name out.
    let tickFont = "font '\(HouseStyle.family),\(Decimals.fixed(tickSize - 0.05, 1))'"
    func ticks(_ name: String, _ texts: [String], _ room: Double, _ limit: Int, _ turn: String) {
      let line = HouseStyle.lineHeight(fontSize: tickSize)
      let longest = Double(texts.map { min(limit, $0.count) }.max() ?? 0)
      let isBeside = name == "x" && turn.isEmpty
      let needed =
        isBeside ? longest * HouseStyle.width(of: "m", fontSize: tickSize) + 2 : 1.2 * line
      let stride = max(1, Int((needed / max(room, 0.01) - 1e-6).rounded(.up)))
      let list = texts.indices.filter { $0 % stride == 0 }.map { index in
        GnuplotScript.quotedTick(texts[index], limit: limit)
          + " \(name == "x" ? index : texts.count - 1 - index)"
      }
      script.line(
        "set \(name)tics scale 0 \(turn)(\(list.joined(separator: ", "))) noenhanced \(tickFont)")
    }
    ticks(
      "x", panel.columns, cell.width, 20,
      isUpright ? "rotate by 90 right " : isTurned ? "rotate by 40 right " : "")
    ticks("y", panel.rows, cell.height, 30, "")
    let x0 = "set xrange [-0.5:\(Decimals.exact(panel.columnCount - 0.5))]"
    script.line("\(x0); set yrange [-0.5:\(Decimals.exact(panel.rowCount - 0.5))]")
    if !panel.rowLabel.isEmpty {
      let limit = max(
        6, Int(min(frame.size.height, high + 20) / HouseStyle.width(of: "m", fontSize: fontSize)))
      let at = "screen \(place(x - (left - 2.5) / frame.canvas.width)), graph 0.5"
      script.label(
        panel.rowLabel, at: at, options: "center rotate by 90 textcolor rgb '\(HouseStyle.ink)'",
        limit: limit, font: "\(HouseStyle.family),\(Decimals.fixed(fontSize, 1))")
    }
    if !panel.columnLabel.isEmpty {
      let limit = max(6, Int(frame.size.width / HouseStyle.width(of: "m", fontSize: fontSize)))
      let below = y - (high + bottom - 2.5) / frame.canvas.height
      script.label(
        panel.columnLabel, at: "graph 0.5, screen \(place(below))",
        options: "center textcolor rgb '\(HouseStyle.ink)'", limit: limit,
        font: "\(HouseStyle.family),\(Decimals.fixed(fontSize, 1))")
    }
    script.line(
      "set colorbox user origin screen \(place(x + (wide + 2.5) / frame.canvas.width)), screen "
        + "\(place(y - high / frame.canvas.height)) size screen "
        + "\(place(3 / frame.canvas.width)), screen \(place(high / frame.canvas.height))")
    script.line("set cbtics \(font)")
    if !panel.scaleLabel.isEmpty {
      let room = min(frame.size.height - 4, high + bottom)
      script.label(
        panel.scaleLabel,
        at: "screen \(place(x + (wide + 18.5) / frame.canvas.width)), graph 0.5",
        options: "center rotate by 90 textcolor rgb '\(HouseStyle.ink)'",
        limit: max(6, Int(room / HouseStyle.width(of: "m", fontSize: fontSize))),
        font: "\(HouseStyle.family),\(Decimals.fixed(fontSize, 1))")
    }
  }
}
