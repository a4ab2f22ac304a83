// Boxes: quartiles and whiskers of groups (Tukey 1977: the last value within 1.5 of the box's
// height), with every value as a point. Fewer than five values are points and their median alone.

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
  public var size: FigureSize { FigureSize(140, 90) }

  public func table() throws(TextError) -> Table {
    try Table([
      ("group", groups.flatMap { group in group.values.map { _ in .text(group.name) } }),
      ("value", groups.flatMap { group in group.values.map { DataValue(figure: $0) } }),
    ])
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    script.axis(
      "x",
      Axis(
        groupLabel, range: -0.6...Double(max(1, groups.count)) - 0.4,
        ticks: groups.enumerated().map { Axis.Tick(Double($0), $1.name) }), [],
      room: frame.size.width)
    script.axis("y", value, groups.lazy.flatMap(\.values), room: frame.size.height, padding: 0.06)
    if !script.isText { script.line("set grid noxtics ytics; set xtics scale 0") }
    var parts: [String] = []
    for (index, group) in groups.enumerated() {
      let values = group.values.filter { value.shown($0) }.sorted()
      guard !values.isEmpty else { continue }
      draw(values, index, &script, &parts)
    }
    script.plot(parts)
  }

  private func draw(
    _ values: [Double], _ index: Int, _ script: inout GnuplotScript, _ parts: inout [String]
  ) {
    let center = Double(index)
    let ink = script.isText ? HouseStyle.color(index) : HouseStyle.ink
    let quartiles = Quartiles(sorted: values)
    let half = 0.28
    if values.count >= 5 {
      let reach = 1.5 * (quartiles.upper - quartiles.lower)
      let low = values.first { $0 >= quartiles.lower - reach } ?? quartiles.lower
      let high = values.last { $0 <= quartiles.upper + reach } ?? quartiles.upper
      let box = script.data([
        [center], [quartiles.median], [center - half], [center + half], [quartiles.lower],
        [quartiles.upper],
      ])
      let style =
        script.isText
        ? "linecolor rgb '\(ink)'"
        : "fillcolor rgb '\(HouseStyle.color(index, transparency: 0.75))' fillstyle solid 1 border "
          + "linecolor rgb '\(ink)' linewidth 0.8"
      parts.append("\(box) using 1:2:3:4:5:6 with boxxyerror \(style) notitle")
      let whiskers = script.data([
        [center, center], [quartiles.upper, quartiles.lower], [0, 0],
        [high - quartiles.upper, low - quartiles.lower],
      ])
      parts.append(
        "\(whiskers) using 1:2:3:4 with vectors nohead linewidth 0.8 linecolor rgb '\(ink)' notitle")
    }
    if !script.isText {
      // Spread by the golden ratio: even, and the same every time.
      let spread = values.count == 1 ? 0 : min(0.22, 0.05 + 0.004 * Double(values.count))
      let places = values.indices.map { row -> Double in
        let share = (Double(row) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
        return center + (share - 0.5) * 2 * spread
      }
      let points = script.data([places, values])
      let isMany = values.count > 200
      parts.append(
        "\(points) using 1:2 with points pointtype 7 pointsize \(isMany ? 0.2 : 0.45) linecolor rgb "
          + "'\(HouseStyle.color(index, transparency: isMany ? 0.6 : 0.15))' notitle")
    } else {
      let points = script.data([values.map { _ in center }, values])
      parts.append("\(points) using 1:2 with points linecolor rgb '\(ink)' notitle")
    }
    let median = script.data([[center - half], [quartiles.median], [2 * half], [0]])
    parts.append(
      "\(median) using 1:2:3:4 with vectors nohead linewidth 2 linecolor rgb '\(ink)' notitle")
  }
}
