// Curves: lines over numbers, with points, bands of uncertainty, and marked places.

import TLText

/// Lines of one or more series.
public struct CurvePanel: Panel {
  public struct Curve: Sendable {
    public enum Style: Sendable, Equatable {
      case line
      case lineAndPoints
      /// Thin and pale, for what another curve smooths.
      case pale
      case points
      case dashed
    }

    public var name: String
    public var x: [Double]
    public var y: [Double]
    /// The band around the line, where it has one.
    public var lower: [Double]
    public var upper: [Double]
    public var style: Style
    /// The place in the palette; nil: the curve's own.
    public var color: Int?

    public init(
      _ name: String, x: [Double], y: [Double], lower: [Double] = [], upper: [Double] = [],
      style: Style = .lineAndPoints, color: Int? = nil
    ) {
      self.name = name
      self.x = x
      self.y = y
      self.lower = lower
      self.upper = upper
      self.style = style
      self.color = color
    }

    var hasBand: Bool { lower.count == y.count && upper.count == y.count && !y.isEmpty }
  }

  /// A place on the x axis with a word.
  public struct Mark: Sendable {
    public var x: Double
    public var text: String

    public init(_ x: Double, _ text: String) {
      self.x = x
      self.text = text
    }
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  public var curves: [Curve]
  public var marks: [Mark]

  public init(title: String = "", x: Axis, y: Axis, curves: [Curve], marks: [Mark] = []) {
    self.title = title
    self.x = x
    self.y = y
    self.curves = curves
    self.marks = marks
  }

  public var legend: [String] { curves.map(\.name).filter { !$0.isEmpty } }
  public var name: String { "curves" }
  public var size: FigureSize { FigureSize(140, 90) }

  /// Long form: a row for each point of each curve.
  public func table() throws(TextError) -> Table {
    var (names, xs, ys): ([DataValue], [DataValue], [DataValue]) = ([], [], [])
    var (lowers, uppers): ([DataValue], [DataValue]) = ([], [])
    let hasBands = curves.contains(where: \.hasBand)
    for curve in curves {
      for index in 0..<min(curve.x.count, curve.y.count) {
        names.append(.text(curve.name))
        xs.append(DataValue(figure: curve.x[index]))
        ys.append(DataValue(figure: curve.y[index]))
        guard hasBands else { continue }
        lowers.append(curve.hasBand ? DataValue(figure: curve.lower[index]) : .none)
        uppers.append(curve.hasBand ? DataValue(figure: curve.upper[index]) : .none)
      }
    }
    var columns: [(name: String, values: [DataValue])] = [
      ("series", names), ("x", xs), ("y", ys),
    ]
    if hasBands { columns += [("lower", lowers), ("upper", uppers)] }
    return try Table(columns)
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    script.legend(
      curves.enumerated().filter { !$1.name.isEmpty }.map {
        LegendEntry($1.name, sample($1, $1.color ?? $0))
      }, in: frame)
    let room = frame.size
    let allX = curves.lazy.flatMap(\.x)
    let (left, right) = script.axis("x", x, allX, room: room.width)
    let allY = curves.flatMap { $0.y + ($0.hasBand && !script.isText ? $0.lower + $0.upper : []) }
    script.axis("y", y, allY, room: room.height)
    // Their words stand between the plot and its title.
    if !marks.isEmpty { script.margins?.top += title.isEmpty ? 2.5 : 3.5 }
    for mark in marks where mark.x.isFinite {
      let place = Decimals.exact(mark.x)
      script.line(
        "set arrow from \(place), graph 0 to \(place), graph 1 nohead back"
          + (script.isText
            ? " linecolor rgb '\(TextColors.mark)'"
            : " linecolor rgb '\(HouseStyle.axis)' dashtype 3 linewidth 1"))
      // The word stands on the side that has more room.
      let isRight = mark.x > (left + right) / 2
      script.label(
        mark.text, at: "\(place), graph 1",
        options: script.isText
          ? (isRight ? "right offset -0.5,-0.6" : "left offset 0.5,-0.6")
          : "center offset 0,0.45 textcolor rgb '\(HouseStyle.axis)'")
    }
    var bands: [String] = []
    var lines: [String] = []
    for (index, curve) in curves.enumerated() {
      let count = min(curve.x.count, curve.y.count)
      // Noise hides the rest in a terminal of characters.
      if script.isText, curve.style == .pale, curves.contains(where: { $0.style == .line }) {
        continue
      }
      let isShown = (0..<count).contains { x.shown(curve.x[$0]) && y.shown(curve.y[$0]) }
      guard isShown else { continue }
      let color = curve.color ?? index
      let kept = Thinning.indices(curve.x, curve.y, curve.style == .points ? .max : 2_000)
      func column(_ values: [Double]) -> [Double] {
        kept.map { values[$0] }
      }
      let block = script.data(
        [column(curve.x), column(curve.y)]
          + (curve.hasBand ? [column(curve.lower), column(curve.upper)] : []))
      if curve.hasBand, !script.isText {
        bands.append(
          "\(block) using 1:3:4 with filledcurves fillcolor rgb "
            + "'\(HouseStyle.color(color, transparency: 0.82))' notitle")
      }
      lines.append("\(block) using 1:2 " + style(curve, index, color, kept.count, script))
    }
    script.plot(bands + lines)
  }

  /// What stands before the curve's name in the legend.
  private func sample(_ curve: Curve, _ color: Int) -> LegendEntry.Sample {
    let paint = HouseStyle.color(color)
    let shape = HouseStyle.shape(color)
    let count = min(curve.x.count, curve.y.count)
    switch curve.style {
    case .points: return .point(color: paint, shape: shape)
    case .dashed: return .line(color: paint, dash: 2, shape: nil)
    case .pale, .line, .lineAndPoints:
      let isPlain = count > (curve.style == .lineAndPoints ? 60 : 1)
      return .line(color: paint, dash: HouseStyle.dash(color), shape: isPlain ? nil : shape)
    }
  }

  private func style(
    _ curve: Curve, _ index: Int, _ color: Int, _ count: Int, _ script: GnuplotScript
  ) -> String {
    let title = script.title(curve.name)
    let paint = "linecolor rgb '\(HouseStyle.color(color))'"
    let shape = "pointtype \(HouseStyle.shape(color))"
    if script.isText {
      let style = curve.style == .points || count == 1 ? "points" : "lines"
      return "with \(style) \(paint) \(title)"
    }
    switch curve.style {
    case .points: return "with points \(shape) pointsize 0.45 \(paint) \(title)"
    case .pale:
      let pale = "linecolor rgb '\(HouseStyle.color(color, transparency: 0.65))'"
      if count == 1 { return "with points \(shape) pointsize 0.4 \(pale) \(title)" }
      return "with lines linewidth 0.8 \(pale) \(title)"
    case .dashed: return "with lines linewidth 1.4 dashtype 2 \(paint) \(title)"
    case .line where count > 1:
      return "with lines linewidth 1.8 dashtype \(HouseStyle.dash(color)) \(paint) \(title)"
    case .line, .lineAndPoints:
      // A point more is no mark but a smear once they touch.
      if count > 60 {
        return "with lines linewidth 1.8 dashtype \(HouseStyle.dash(color)) \(paint) \(title)"
      }
      return "with linespoints linewidth 1.6 dashtype \(HouseStyle.dash(color)) \(shape) "
        + "pointsize 0.5 \(paint) \(title)"
    }
  }
}

/// Fewer points of a long curve: of each stretch the lowest and the highest, so that no peak is lost.
enum Thinning {
  static func indices(_ x: [Double], _ y: [Double], _ limit: Int) -> [Int] {
    let count = min(x.count, y.count)
    guard count > limit else { return Array(0..<count) }
    var kept: [Int] = []
    let stretches = limit / 2
    for stretch in 0..<stretches {
      let range = count * stretch / stretches..<count * (stretch + 1) / stretches
      let finite = range.filter { y[$0].isFinite }
      guard let low = finite.min(by: { y[$0] < y[$1] }),
        let high = finite.max(by: { y[$0] < y[$1] })
      else {
        kept.append(range.lowerBound)
        continue
      }
      kept.append(min(low, high))
      if low != high { kept.append(max(low, high)) }
    }
    return kept
  }
}

extension DataValue {
  /// A number as a cell of a figure's data: missing when it is not finite.
  init(figure value: Double) { self = value.isFinite ? .number(value) : .none }
}
