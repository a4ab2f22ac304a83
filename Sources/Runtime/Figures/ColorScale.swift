// ColorScale: numbers as colours, with the scale beside the plot.

/// How numbers become colours.
public enum ColorScale: Sendable, Equatable {
  /// From little to much.
  case sequential
  /// From little to much, for points.
  case points
  /// Around zero.
  case diverging

  var colors: String {
    switch self {
    case .sequential: HouseStyle.sequential
    case .points: HouseStyle.points
    case .diverging: HouseStyle.diverging
    }
  }

  /// The numbers at both ends.
  func bounds(_ values: some Sequence<Double>) -> (Double, Double) {
    let finite = values.filter { $0.isFinite && abs($0) < 1e300 }
    guard let low = finite.min(), let high = finite.max() else { return (0, 1) }
    switch self {
    case .sequential, .points:
      return low < high ? (low, high) : (min(0, low), max(high, low == 0 ? 1 : 0))
    case .diverging:
      let end = max(abs(low), abs(high))
      return end > 0 ? (-end, end) : (-1, 1)
    }
  }

  /// The numbers at both ends: those of the range where one is given.
  func ends(_ values: some Sequence<Double>, _ range: ClosedRange<Double>?) -> ClosedRange<Double> {
    if let range, range.lowerBound < range.upperBound { return range }
    let (low, high) = bounds(values)
    return low...max(low, high)
  }
}

/// The scale beside a plot: a bar of its colours with numbers, and what they are.
struct ColorBar: Sendable {
  static let gap = 2.5
  static let width = 3.0
  private static let tickGap = 2.6
  private static let labelWidth = 5.0

  let ticks: [Axis.Tick]
  let label: String
  let fontSize: Double

  /// - Parameter height: millimetres of the bar
  init(
    _ ends: ClosedRange<Double>, label: String, height: Double, fontSize: Double,
    _ language: FigureLanguage
  ) {
    self.label = GnuplotScript.plain(label, limit: 200)
    self.fontSize = fontSize
    let (low, high) = (ends.lowerBound, ends.upperBound)
    // gnuplot's own numbers take five digits and more where an end is tiny but not zero.
    let counts = [max(2, min(8, Int(height / 9))), 3, 4, 5]
    let even = counts.lazy.map {
      Axis().numberTicks(low, high, count: $0, isWhole: false, language)
    }.first { $0.count >= 2 && height >= 3.5 * Double($0.count) }
    // A short bar may have room for its ends alone.
    ticks =
      even
      ?? (low < high ? [low, high] : [low]).map {
        let isNothing = abs($0) < 1e-3 * (high - low)
        return Axis.Tick($0, isNothing ? "0" : Decimals.short($0, language))
      }
  }

  /// What a bar of any height takes beside a plot.
  static func room(_ ends: ClosedRange<Double>, label: String, fontSize: Double) -> Double {
    [4.0, 10, 20, 40, 80].map {
      ColorBar(ends, label: label, height: $0, fontSize: fontSize, .english).allWidth
    }.max() ?? 0
  }

  /// Millimetres from the plot to the bar's last letter.
  var allWidth: Double {
    Self.gap + Self.width + Self.tickGap
      + HouseStyle.width(ofAll: ticks.map(\.text), fontSize: fontSize)
      + (label.isEmpty ? 0.5 : Self.labelWidth)
  }

  /// Draws it beside a plot whose lower right corner is `x`, `y` millimetres from that of the frame.
  /// - Parameter room: millimetres that the label may be long
  func draw(
    _ script: inout GnuplotScript, _ frame: PanelFrame, x: Double, y: Double, height: Double,
    room: ClosedRange<Double>
  ) {
    let font = "\(HouseStyle.family),\(Decimals.fixed(fontSize, 1))"
    script.line(
      "set colorbox noborder user origin \(frame.screen(x + Self.gap, y)) size screen "
        + "\(Decimals.fixed(Self.width / frame.canvas.width, 4)), screen "
        + "\(Decimals.fixed(height / frame.canvas.height, 4))")
    let list = ticks.map { "\(GnuplotScript.quotedTick($0.text)) \(Decimals.exact($0.place))" }
    script.line(
      "set cbtics scale 0.3 (\(list.joined(separator: ", "))) noenhanced "
        + "textcolor rgb '\(HouseStyle.ink)' font '\(font)'")
    guard !label.isEmpty else { return }
    let length = room.upperBound - room.lowerBound
    let text = HouseStyle.fitting(label, to: length, fontSize: fontSize)
    let half = HouseStyle.width(of: text, fontSize: fontSize) / 2
    let middle = min(
      max(y + height / 2, room.lowerBound + half), max(room.lowerBound, room.upperBound - half))
    script.label(
      text, at: frame.screen(x + allWidth - Self.labelWidth / 2 + 0.6, middle),
      options: "center rotate by 90 textcolor rgb '\(HouseStyle.ink)'", limit: 200, font: font)
  }
}

extension GnuplotScript {
  /// Sets up colours for numbers between two ends; the scale itself is not shown.
  mutating func colors(_ scale: ColorScale, _ ends: ClosedRange<Double>) {
    line("set palette maxcolors 256 defined (\(scale.colors))")
    line(
      "set cbrange [\(Decimals.exact(ends.lowerBound)):\(Decimals.exact(ends.upperBound))]")
    line("unset colorbox")
  }
}
