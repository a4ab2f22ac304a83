// GnuplotScript: the text that gnuplot is told, built up command by command. Texts of the user stand
// in single quotes only, where gnuplot reads no markup, no command in backquotes and no macro, and
// never in data blocks: these hold numbers only. So no text can become a command.

/// Commands for gnuplot, for one canvas.
public struct GnuplotScript: Sendable {
  public let canvas: Canvas
  public let language: FigureLanguage
  public private(set) var text = ""
  private var blocks = 0
  private var labels = 0
  /// Whether the plot has a title above it.
  private(set) var hasTitle = false
  /// What stands around the plot that is being set up; nil in a terminal of characters.
  var margins: PlotMargins?

  init(_ canvas: Canvas, _ language: FigureLanguage) {
    self.canvas = canvas
    self.language = language
  }

  public var isText: Bool { canvas.isText }

  public func word(_ word: FigureWord) -> String { word(language) }

  /// Appends a command. Texts in it must come from `quoted`.
  public mutating func line(_ command: String) {
    text += command
    text += "\n"
  }

  // MARK: Texts

  /// A text as gnuplot reads it literally: one line, in single quotes, not longer than `limit`
  /// characters. An apostrophe becomes the typographic one: gnuplot takes two of them at the begin
  /// for an empty text, and what follows for commands.
  public static func quoted(_ text: String, limit: Int = 80) -> String {
    "'\(plain(text, limit: limit))'"
  }

  /// The same for a tick, where gnuplot reads `%` as the begin of a format.
  public static func quotedTick(_ text: String, limit: Int = 40) -> String {
    "'\(plain(text, limit: limit).replacing("%", with: "%%"))'"
  }

  /// One line without control characters and apostrophes.
  static func plain(_ text: String, limit: Int) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n", "\r", "\t", "\u{2028}", "\u{2029}": line += " "
      case "'": line += "’"
      default:
        if scalar.properties.generalCategory == .control { continue }
        // Marks that turn the direction of what follows.
        if (0x202A...0x202E).contains(scalar.value) { continue }
        line.unicodeScalars.append(scalar)
      }
    }
    return clipped(line, to: limit)
  }

  /// The text, or its beginning with an ellipsis when it is longer than `limit` characters.
  static func clipped(_ text: String, to limit: Int) -> String {
    guard text.count > limit else { return text }
    return String(text.prefix(max(1, limit - 1))) + "…"
  }

  /// A text broken into at most two lines of so many millimetres. Bold is an eighth wider.
  static func wrapped(
    _ text: String, to millimetres: Double, fontSize: Double, isText: Bool = false
  )
    -> String
  {
    func width(_ text: String) -> Double {
      isText ? 1.9 * Double(text.count) : 1.13 * HouseStyle.width(of: text, fontSize: fontSize)
    }
    func fitting(_ text: String) -> String {
      let fitted =
        isText
        ? clipped(text, to: max(8, Int(millimetres / 1.9)))
        : HouseStyle.fitting(text, to: millimetres / 1.13, fontSize: fontSize)
      return quoted(fitted, limit: 400)
    }
    let line = plain(text, limit: 400)
    if width(line) <= millimetres { return quoted(line, limit: 400) }
    var first = ""
    var rest = line.split(separator: " ")[...]
    while let word = rest.first, width(first + " " + word) <= millimetres {
      first += (first.isEmpty ? "" : " ") + word
      rest.removeFirst()
    }
    if first.isEmpty { return fitting(line) }
    return quoted(first, limit: 400) + ".\"\\n\"." + fitting(rest.joined(separator: " "))
  }

  // MARK: Frames

  mutating func open(title: String) {
    line(canvas.commands)
    line("set encoding utf8")
    if language == .russian { line("set decimalsign ','") }
    line("set multiplot")
    if !title.isEmpty {
      line(
        "set label 1 "
          + GnuplotScript.wrapped(
            title, to: canvas.size.width - 4, fontSize: 11, isText: isText)
          + " at screen 0.5, screen \(Decimals.fixed(1 - 4 / canvas.size.height, 4)) center front"
          + (isText ? "" : " font '\(HouseStyle.family):Bold,11' textcolor rgb '\(HouseStyle.ink)'")
      )
      line("unset border; unset tics; unset key")
      line("set xrange [0:1]; set yrange [0:1]")
      line("plot NaN notitle")
    }
  }

  mutating func close() {
    line("unset multiplot")
  }

  /// Begins a plot in its part of the paper, in the house style.
  public mutating func begin(_ frame: PanelFrame, title: String) {
    line("reset")
    line(
      "set origin \(Decimals.fixed(frame.x, 4)),\(Decimals.fixed(frame.y, 4)); "
        + "set size \(Decimals.fixed(frame.width, 4)),\(Decimals.fixed(frame.height, 4))")
    labels = 1
    hasTitle = !title.isEmpty
    margins = isText ? nil : PlotMargins(frame: frame)
    if isText {
      line(
        "set border 3 linecolor rgb '\(TextColors.border)'; set tics nomirror scale 0 textcolor default"
      )
    } else {
      line("set border 3 linecolor rgb '\(HouseStyle.axis)' linewidth 0.8")
      line("set tics nomirror out scale 0.5 textcolor rgb '\(HouseStyle.ink)'")
      line("set grid linecolor rgb '\(HouseStyle.grid)' linetype 1 linewidth 0.6 back")
      line("set style fill solid 1 noborder")
      line("set bars small")
    }
    line("unset key")
    guard !title.isEmpty else { return }
    let text = GnuplotScript.wrapped(
      title, to: frame.size.width - 4, fontSize: 10, isText: isText)
    if isText {
      line("set title \(text) noenhanced")
      return
    }
    // In the middle of the frame and not of the plot, whose margins can differ much.
    labels += 1
    let top = frame.y + frame.height - 4 / frame.canvas.height
    line(
      "set label \(labels) \(text) at screen \(Decimals.fixed(frame.x + frame.width / 2, 4)), screen "
        + "\(Decimals.fixed(top, 4)) center font '\(HouseStyle.titleFont)' "
        + "textcolor rgb '\(HouseStyle.ink)'")
    margins?.top = GnuplotScript.titleHeight(title, width: frame.size.width)
  }

  /// Millimetres that a panel's title takes, with the space below it.
  static func titleHeight(_ title: String, width: Double) -> Double {
    if title.isEmpty { return 3 }
    let text = wrapped(title, to: width - 4, fontSize: 10)
    return text.contains(".\"\\n\".") ? 13 : 8.5
  }

  /// A legend below the plot, where there are two entries or more; it covers no data. In a terminal of
  /// characters the parts of the plot name their titles themselves.
  mutating func legend(_ entries: [LegendEntry], in frame: PanelFrame) {
    guard entries.count > 1 else { return }
    margins?.legend = entries
    guard isText else { return }
    let widest = entries.map { min(40, $0.name.count) }.max() ?? 5
    let columns = max(1, min(entries.count, Int(frame.size.width * 0.85 / 1.9) / (widest + 6)))
    line(
      "set key bmargin center horizontal Left reverse samplen 1.4 spacing 1.1 maxcols \(columns)")
  }

  /// A text at a place; `at` and `options` are gnuplot's.
  public mutating func label(
    _ label: String, at: String, options: String = "", limit: Int = 60, font: String? = nil
  ) {
    labels += 1
    line(
      "set label \(labels) \(GnuplotScript.quoted(label, limit: limit)) at \(at) \(options)"
        + (isText ? "" : " font '\(font ?? HouseStyle.smallFont)'"))
  }

  // MARK: Data

  /// Numbers in columns of one length; returns the name of the block.
  public mutating func data(_ columns: [[Double]]) -> String {
    blocks += 1
    let name = "$d\(blocks)"
    line("\(name) << EOD")
    for row in 0..<(columns.map(\.count).min() ?? 0) {
      line(columns.map { Decimals.exact($0[row]) }.joined(separator: " "))
    }
    line("EOD")
    return name
  }

  /// Filled rectangles of one colour; `perLine` is what a line of text spans of the y axis. Returns
  /// the part of the plot command.
  mutating func rectangles(
    _ boxes: [(x: (Double, Double), y: (Double, Double))], color: Int, title: String,
    perLine: Double, transparency: Double = 0, isOutlined: Bool = false
  ) -> String {
    guard isText else {
      let block = data([
        boxes.map { ($0.x.0 + $0.x.1) / 2 }, boxes.map(\.y.1), boxes.map(\.x.0), boxes.map(\.x.1),
        boxes.map(\.y.0), boxes.map(\.y.1),
      ])
      return "\(block) using 1:2:3:4:5:6 with boxxyerror fillcolor rgb "
        + "'\(HouseStyle.color(color, transparency: transparency))' fillstyle solid 1 "
        + (isOutlined ? "border linecolor rgb '#FFFFFF' linewidth 0.6 " : "noborder ") + title
    }
    // A terminal of characters fills nothing: a stroke for each line.
    var strokes: [[Double]] = [[], [], [], []]
    for box in boxes {
      let (low, high) = (min(box.y.0, box.y.1), max(box.y.0, box.y.1))
      let count = max(1, min(400, Int((1.3 * (high - low) / perLine).rounded(.up))))
      for line in 0..<count {
        let share = count == 1 ? 0.5 : Double(line) / Double(count - 1)
        strokes[0].append(box.x.0)
        strokes[1].append(low + (high - low) * share)
        strokes[2].append(box.x.1 - box.x.0)
        strokes[3].append(0)
      }
    }
    return "\(data(strokes)) using 1:2:3:4 with vectors nohead linecolor rgb "
      + "'\(TextColors.fill(color))' \(title)"
  }

  /// Draws; a plot of nothing says so.
  public mutating func plot(_ parts: [String]) {
    applyMargins()
    if parts.isEmpty {
      label(
        word(.noData), at: "graph 0.5, graph 0.5",
        options: "center front" + (isText ? "" : " textcolor rgb '\(HouseStyle.axis)'"))
      line("plot NaN notitle")
    } else {
      line("plot " + parts.joined(separator: ", \\\n  "))
    }
  }

  /// `title '…'` for gnuplot's legend in a terminal of characters; `notitle` elsewhere and for a text
  /// that is empty.
  func title(_ text: String) -> String {
    text.isEmpty || !isText ? "notitle" : "title \(GnuplotScript.quoted(text, limit: 40))"
  }
}
