// Boxes: quartiles and whiskers of groups (Tukey 1977: the last value within 1.5 of the box's
// height), with every value as a point; of more than 200 values only those beyond the whiskers. Fewer
// than five values are points and their median alone.

import TLText

public struct BoxPanel: Panel {
  public var title: String
  public var groupLabel: String
  public var value: Axis
  public var groups: [(name: String, values: [Double])]

  public init(
    title: String = "", groupLabel: String = "", value: Axis,
    groups: [(name: String, values: [Double])]
  ) {
    self.title = title
    self.groupLabel = groupLabel
    self.value = value
    self.groups = groups
  }

  public var name: String { "boxes" }
  public var size: FigureSize {
    let isLying = Orientation(groups.map(\.name), width: 140, isText: false) == .lying
    return FigureSize(140, isLying ? min(220, max(50, 22 + 14 * Double(groups.count))) : 90)
  }

  public func table() throws(TextError) -> Table {
    try Table([
      ("group", groups.flatMap { group in group.values.map { _ in .text(group.name) } }),
      ("value", groups.flatMap { group in group.values.map { DataValue(figure: $0) } }),
    ])
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    let orientation = Orientation(
      groups.map(\.name), width: frame.size.width, isText: script.isText)
    _ = orientation.axes(
      &script, groups.map(\.name), groupLabel, value, groups.lazy.flatMap(\.values), frame,
      padding: 0.06)
    var parts: [String] = []
    for (index, group) in groups.enumerated() {
      let values = group.values.filter { value.shown($0) }.sorted()
      guard !values.isEmpty else { continue }
      draw(values, index, orientation, &script, &parts)
    }
    script.plot(parts)
  }

  private func draw(
    _ values: [Double], _ index: Int, _ orientation: Orientation, _ script: inout GnuplotScript,
    _ parts: inout [String]
  ) {
    let center = Double(index)
    let half = 0.28
    let ink = "linecolor rgb '\(script.isText ? HouseStyle.color(index) : HouseStyle.ink)'"
    let quartiles = Quartiles(sorted: values)
    var points = values
    if values.count >= 5 {
      let reach = 1.5 * (quartiles.upper - quartiles.lower)
      let low = values.first { $0 >= quartiles.lower - reach } ?? quartiles.lower
      let high = values.last { $0 <= quartiles.upper + reach } ?? quartiles.upper
      let box = orientation.box(center, half, quartiles.lower, quartiles.upper)
      let block = script.data([
        [(box.x.0 + box.x.1) / 2], [box.y.0], [box.x.0], [box.x.1], [box.y.0], [box.y.1],
      ])
      let style =
        script.isText
        ? ink
        : "fillcolor rgb '\(HouseStyle.color(index, transparency: 0.75))' fillstyle solid 1 border "
          + "\(ink) linewidth 0.8"
      parts.append("\(block) using 1:2:3:4:5:6 with boxxyerror \(style) notitle")
      parts.append(
        orientation.lines(
          &script,
          [(center, quartiles.upper, high), (center, quartiles.lower, low)],
          "linewidth 0.8 \(ink)"))
      if values.count > 200 { points = values.filter { $0 < low || $0 > high } }
    }
    if !points.isEmpty {
      // Spread by the golden ratio: even, and the same every time.
      let spread =
        points.count == 1 || script.isText ? 0 : min(0.22, 0.05 + 0.004 * Double(points.count))
      let places = points.indices.map { row -> Double in
        let share = (Double(row) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
        return orientation.place(center) + (share - 0.5) * 2 * spread
      }
      let block = script.data(orientation == .upright ? [places, points] : [points, places])
      parts.append(
        "\(block) using 1:2 with points "
          + (script.isText
            ? ink
            : "pointtype 7 pointsize \(points.count > 100 ? 0.25 : points.count > 1 ? 0.45 : 0.7) linecolor rgb "
              + "'\(HouseStyle.color(index, transparency: 0.15))'") + " notitle")
    }
    // A value that is alone is its own median.
    if values.count == 1, !script.isText { return }
    parts.append(
      orientation.across(&script, center, half, quartiles.median, "linewidth 2 \(ink)"))
  }
}
