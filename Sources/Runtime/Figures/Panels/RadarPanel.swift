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
  public var size: FigureSize { FigureSize(140, 120) }

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

  private func place(_ spoke: Int, _ share: Double) -> (x: Double, y: Double) {
    let angle = Double.pi / 2 - 2 * Double.pi * Double(spoke) / Double(max(1, spokes.count))
    let radius = RadarPanel.hub + (1 - RadarPanel.hub) * share
    return (cos(angle) * radius, sin(angle) * radius)
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    script.line("unset border; unset tics; unset grid")
    script.legend(legend, in: frame)
    if !script.isText { script.line("set size ratio -1") }
    script.axis("x", Axis(range: -2.55...2.55, showsTicks: false), [], room: frame.size.width)
    script.axis("y", Axis(range: -1.62...1.45, showsTicks: false), [], room: frame.size.height)
    var parts: [String] = []
    for (index, share) in [0.0, 0.5, 1.0].enumerated() where !spokes.isEmpty {
      let ring = (spokes.indices + [0]).map { place($0, share) }
      let block = script.data([ring.map(\.x), ring.map(\.y)])
      parts.append(
        "\(block) using 1:2 with lines linewidth \(index == 2 ? 1 : 0.6) linecolor rgb "
          + "'\(script.isText ? TextColors.guide : index == 2 ? "#AAAAAA" : "#D5D5D5")' notitle")
    }
    for (spoke, axis) in spokes.enumerated() {
      let rim = place(spoke, 1)
      let block = script.data([[0, rim.x], [0, rim.y]])
      parts.append(
        "\(block) using 1:2 with lines linewidth 0.6 linecolor rgb "
          + "'\(script.isText ? TextColors.guide : "#D5D5D5")' notitle")
      label(axis, spoke, &script)
    }
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
          + GnuplotScript.title(one.name))
    }
    script.label(
      script.word(.normalization), at: "graph 0.5, graph 0.015",
      options: "center" + (script.isText ? "" : " textcolor rgb '\(HouseStyle.axis)'"))
    script.plot(parts)
  }

  private func label(_ axis: Spoke, _ spoke: Int, _ script: inout GnuplotScript) {
    let end = place(spoke, 1.12)
    let side = end.x > 0.15 ? "left" : end.x < -0.15 ? "right" : "center"
    let lift = end.y > 0.5 ? 0.13 : end.y < -0.5 ? -0.02 : 0.05
    let at = { (y: Double) in "\(Decimals.fixed(end.x, 3)), \(Decimals.fixed(y, 3))" }
    script.label(
      axis.name, at: at(end.y + lift),
      options: side + (script.isText ? "" : " textcolor rgb '\(HouseStyle.ink)'"), limit: 22,
      font: HouseStyle.legendFont)
    if let ends = ends(spoke) {
      script.label(
        "\(Decimals.short(ends.worst, script.language)) → "
          + Decimals.short(ends.best, script.language),
        at: at(end.y + lift - 0.14),
        options: side + (script.isText ? "" : " textcolor rgb '\(HouseStyle.axis)'"))
    }
  }
}
