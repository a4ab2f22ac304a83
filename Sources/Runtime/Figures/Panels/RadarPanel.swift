// A radar: several things compared on axes of different units. Each axis is normalized on its own
// over the things compared: the centre is the worst value, the rim the best, and both numbers stand
// at the axis, since without them the shape says nothing.

import Glibc
import TLText

public struct RadarPanel: Panel {
  public struct Spoke: Sendable {
    public var name: String
    /// Whether a smaller value is the better one, as with seconds.
    public var lowerIsBetter: Bool

    public init(_ name: String, lowerIsBetter: Bool = false) {
      self.name = name
      self.lowerIsBetter = lowerIsBetter
    }
  }

  public var title: String
  public var spokes: [Spoke]
  public var series: [(name: String, values: [Double])]

  public init(
    title: String = "", spokes: [Spoke], series: [(name: String, values: [Double])]
  ) {
    self.title = title
    self.spokes = spokes
    self.series = series
  }

  public var legend: [String] { series.map(\.name).filter { !$0.isEmpty } }
  public var name: String { "radar" }
  public var size: FigureSize { FigureSize(140, height(width: 140)) }
  public var keepsShape: Bool { true }

  /// The rim is as large as the texts beside it allow, up to 45 mm.
  public func height(width: Double) -> Double {
    let layout = RadarLayout(self, FigureSize(width, 1_000), .english)
    return layout.up + layout.down + layout.top + layout.bottom
  }

  /// The worst and the best value of a spoke.
  public func ends(_ spoke: Int) -> (worst: Double, best: Double)? {
    let values = series.compactMap { $0.values.indices.contains(spoke) ? $0.values[spoke] : nil }
      .filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return nil }
    return spokes[spoke].lowerIsBetter ? (high, low) : (low, high)
  }

  /// 0 for the worst, 1 for the best; 1 for all when they are equal.
  public func normalized(_ series: Int, _ spoke: Int) -> Double {
    guard let ends = ends(spoke), self.series[series].values.indices.contains(spoke) else {
      return .nan
    }
    let value = self.series[series].values[spoke]
    guard value.isFinite else { return .nan }
    if ends.worst == ends.best { return 1 }
    // Not the negative zero that a falling axis gives.
    return abs((value - ends.worst) / (ends.best - ends.worst))
  }

  public func table() throws(TextError) -> Table {
    var (names, axes, values, shares): ([DataValue], [DataValue], [DataValue], [DataValue]) =
      ([], [], [], [])
    for (index, one) in series.enumerated() {
      for (spoke, axis) in spokes.enumerated() {
        names.append(.text(one.name))
        axes.append(.text(axis.name))
        values.append(spoke < one.values.count ? DataValue(figure: one.values[spoke]) : .none)
        shares.append(DataValue(figure: normalized(index, spoke)))
      }
    }
    return try Table([
      ("series", names), ("axis", axes), ("value", values), ("normalized", shares),
    ])
  }

  /// The worst value stands a little away from the centre, so that its line can be seen.
  private static let hub = 0.12

  /// In parts of the rim's radius.
  private func place(_ spoke: Int, _ share: Double) -> (x: Double, y: Double) {
    let direction = RadarLayout.direction(spoke, of: spokes.count)
    let radius = RadarPanel.hub + (1 - RadarPanel.hub) * share
    return (direction.x * radius, direction.y * radius)
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    script.line("unset border; unset tics; unset grid")
    script.legend(
      series.enumerated().filter { !$1.name.isEmpty }.map {
        LegendEntry(
          $1.name,
          .line(
            color: HouseStyle.color($0), dash: HouseStyle.dash($0), shape: HouseStyle.shape($0)))
      }, in: frame)
    if script.isText {
      script.axis("x", Axis(range: -2.55...2.55, showsTicks: false), [], room: frame.size.width)
      script.axis("y", Axis(range: -1.62...1.45, showsTicks: false), [], room: frame.size.height)
      for (spoke, axis) in spokes.enumerated() { label(axis, spoke, &script) }
      script.label(
        script.word(.normalization), at: "graph 0.5, graph 0.015", options: "center")
    } else {
      // The plot is the whole frame, its units are the rim's radius.
      let layout = RadarLayout(self, frame.size, script.language)
      let (width, height) = (frame.size.width, frame.size.height)
      let range = { (low: Double, high: Double) in
        "[\(Decimals.fixed(low / layout.radius, 5)):\(Decimals.fixed(high / layout.radius, 5))]"
      }
      script.line(
        "set xrange \(range(-width / 2, width / 2)); "
          + "set yrange \(range(-layout.center, height - layout.center))")
      script.setMargins(frame, x: 0, y: 0, frame.size)
      script.margins?.isOwn = true
      layout.draw(&script, self, frame)
    }
    let rings = rings(&script)
    script.plot(rings + lines(&script))
  }

  private func rings(_ script: inout GnuplotScript) -> [String] {
    var parts: [String] = []
    for (index, share) in [0.0, 0.5, 1.0].enumerated() where !spokes.isEmpty {
      let ring = (spokes.indices + [0]).map { place($0, share) }
      let block = script.data([ring.map(\.x), ring.map(\.y)])
      parts.append(
        "\(block) using 1:2 with lines linewidth \(index == 2 ? 1 : 0.6) linecolor rgb "
          + "'\(script.isText ? TextColors.guide : index == 2 ? "#AAAAAA" : "#D5D5D5")' notitle")
    }
    for spoke in spokes.indices {
      let rim = place(spoke, 1)
      let block = script.data([[0, rim.x], [0, rim.y]])
      parts.append(
        "\(block) using 1:2 with lines linewidth 0.6 linecolor rgb "
          + "'\(script.isText ? TextColors.guide : "#D5D5D5")' notitle")
    }
    return parts
  }

  private func lines(_ script: inout GnuplotScript) -> [String] {
    var parts: [String] = []
    for (index, one) in series.enumerated() {
      let found = spokes.indices.filter { normalized(index, $0).isFinite }
      guard !found.isEmpty else { continue }
      let ring = (found + [found[0]]).map { place($0, normalized(index, $0)) }
      let block = script.data([ring.map(\.x), ring.map(\.y)])
      let paint = HouseStyle.color(index)
      if !script.isText, found.count > 2 {
        parts.append(
          "\(block) using 1:2 with filledcurves closed fillcolor rgb "
            + "'\(HouseStyle.color(index, transparency: 0.9))' notitle")
      }
      parts.append(
        "\(block) using 1:2 with linespoints linewidth 1.6 dashtype \(HouseStyle.dash(index)) "
          + "pointtype \(HouseStyle.shape(index)) pointsize 0.6 linecolor rgb '\(paint)' "
          + script.title(one.name))
    }
    return parts
  }

  /// In a terminal of characters.
  private func label(_ axis: Spoke, _ spoke: Int, _ script: inout GnuplotScript) {
    let rim = place(spoke, 1.12)
    let side = rim.x > 0.15 ? "left" : rim.x < -0.15 ? "right" : "center"
    // Whole lines of characters, so that none covers another.
    let line = side == "center" && rim.y > 0 ? 2 : 0
    let at = "\(Decimals.fixed(rim.x, 3)), \(Decimals.fixed(rim.y, 3))"
    script.label(axis.name, at: at, options: "\(side) offset 0,\(line)", limit: 22)
    if let ends = ends(spoke) {
      script.label(
        RadarLayout.ends(ends, script.language), at: at, options: "\(side) offset 0,\(line - 1)")
    }
  }
}
