// Points in the plane: a projection of embeddings, or two columns of a table. Points are coloured by
// group with a legend, or by a number with a scale; some can have a text.

import TLText

public struct ScatterPanel: Panel {
  public enum Color: Sendable {
    case none
    /// A group of each point, an index into `names`; a negative one is no group.
    case groups([Int], names: [String])
    /// A number of each point.
    case values([Double], label: String)
  }

  public var title: String
  public var x: Axis
  public var y: Axis
  public var xs: [Double]
  public var ys: [Double]
  public var color: Color
  /// The texts of the points; empty: none. Those that would cover another one are left out.
  public var labels: [String]
  /// Whether a step in x is as long as one in y, as distances in a projection want.
  public var hasEqualUnits: Bool

  public init(
    title: String = "", x: Axis, y: Axis, xs: [Double], ys: [Double], color: Color = .none,
    labels: [String] = [], hasEqualUnits: Bool = false
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.xs = xs
    self.ys = ys
    self.color = color
    self.labels = labels
    self.hasEqualUnits = hasEqualUnits
  }

  public var legend: [String] {
    if case .groups(_, let names) = color { return names }
    return []
  }
  public var name: String { "scatter" }
  public var size: FigureSize {
    hasEqualUnits ? FigureSize(130, height(width: 130)) : FigureSize(140, 100)
  }

  /// Where units are equal, a flat cloud of points wants a flat plot.
  public func height(width: Double) -> Double {
    let legend = LegendLayout.height(legend, width: width)
    guard hasEqualUnits else { return 100 * min(1.2, max(0.8, width / 140)) + max(0, legend - 4) }
    let shown = (0..<count).filter { x.shown(xs[$0]) && y.shown(ys[$0]) }
    let (left, right) = x.bounds(shown.lazy.map { xs[$0] })
    let (low, high) = y.bounds(shown.lazy.map { ys[$0] })
    let aspect = shown.count > 1 ? (high - low) / (right - left) : 0.6
    let plot = (width - (x.showsTicks ? 23 : 6)) * min(0.9, max(0.45, aspect.isFinite ? aspect : 1))
    return GnuplotScript.titleHeight(title, width: width) + plot + legend
      + (x.showsTicks ? 13 : 4)
  }

  public var keepsShape: Bool { hasEqualUnits }

  private var count: Int { min(xs.count, ys.count) }

  public func table() throws(TextError) -> Table {
    var columns: [(name: String, values: [DataValue])] = [
      ("x", xs.prefix(count).map { DataValue(figure: $0) }),
      ("y", ys.prefix(count).map { DataValue(figure: $0) }),
    ]
    switch color {
    case .none: break
    case .groups(let groups, let names):
      columns.append(
        (
          "group",
          (0..<count).map { index in
            let group = index < groups.count ? groups[index] : -1
            return names.indices.contains(group) ? .text(names[group]) : .none
          }
        ))
    case .values(let values, _):
      columns.append(
        (
          "color",
          (0..<count).map { $0 < values.count ? DataValue(figure: values[$0]) : DataValue.none }
        ))
    }
    if !labels.isEmpty {
      columns.append(
        (
          "label",
          (0..<count).map { $0 < labels.count ? DataValue.text(labels[$0]) : DataValue.none }
        ))
    }
    return try Table(columns)
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    let shown = (0..<count).filter { self.x.shown(xs[$0]) && self.y.shown(ys[$0]) }
    let groups = split(shown)
    script.legend(
      groups.filter { !$0.name.isEmpty }.map {
        LegendEntry(
          $0.name,
          .point(
            color: $0.color < 0 ? "#999999" : HouseStyle.color($0.color),
            shape: HouseStyle.shape(max(0, $0.color))))
      }, in: frame)
    var (x, y) = (x, y)
    if hasEqualUnits {
      if var margins = script.margins {
        // The numbers at the axes depend on the ranges, and these on the room that the numbers leave.
        (margins.left, margins.bottom, margins.right) =
          x.showsTicks || y.showsTicks ? (11, 7.2, 5) : (2, 2, 3)
        (margins.xLabel, margins.yLabel) = (x.label, y.label)
        equalize(&x, &y, shown, margins.plot)
        script.margins = margins
      } else {
        equalize(&x, &y, shown, FigureSize(frame.size.width, max(1, frame.size.height - 26)))
      }
    }
    let set = script.margins
    let horizontal = script.axis("x", x, shown.lazy.map { xs[$0] }, room: frame.size.width)
    let vertical = script.axis("y", y, shown.lazy.map { ys[$0] }, room: frame.size.height)
    if hasEqualUnits, !script.isText {
      if let set { script.setRoom(left: set.left, bottom: set.bottom, right: set.right) }
      if !x.showsTicks { script.line("set border 15; unset grid") }
    }
    let size = count > 3_000 ? 0.22 : count > 500 ? 0.35 : 0.5
    let transparency = count > 3_000 ? 0.55 : count > 500 ? 0.35 : 0.15
    var parts: [String] = []
    if case .values(let values, let label) = color, !script.isText {
      let ends = ColorScale.points.ends(values, nil)
      script.colors(.points, ends)
      script.margins?.scale = (ends, label)
      if !shown.isEmpty {
        let block = script.data([
          shown.map { xs[$0] }, shown.map { ys[$0] },
          shown.map { $0 < values.count ? values[$0] : .nan },
        ])
        parts.append(
          "\(block) using 1:2:3 with points pointtype 7 pointsize \(size) linecolor palette notitle"
        )
      }
    } else {
      if !script.isText, !shown.isEmpty {
        parts.append(mixed(groups, size, transparency, &script))
      }
      for group in groups {
        let paint = HouseStyle.color(max(0, group.color))
        let title = script.title(groups.count > 1 ? group.name : "")
        if !group.rows.isEmpty, script.isText {
          let block = script.data([group.rows.map { xs[$0] }, group.rows.map { ys[$0] }])
          parts.append(
            "\(block) using 1:2 with points pointtype \(HouseStyle.shape(max(0, group.color)))"
              + " linecolor rgb '\(paint)' notitle")
        }
        // A group without points stands in the legend too.
        if title != "notitle" {
          parts.append(
            "NaN with points pointtype \(HouseStyle.shape(max(0, group.color)))"
              + " linecolor rgb '\(group.color < 0 ? "#999999" : HouseStyle.color(group.color))' "
              + title)
        }
      }
    }
    place(labels: shown, horizontal, vertical, frame, &script)
    script.plot(shown.isEmpty ? [] : parts)
  }

  /// All points in one go and in mixed order, so that no group lies over another.
  private func mixed(
    _ groups: [Group], _ size: Double, _ transparency: Double, _ script: inout GnuplotScript
  ) -> String {
    let golden = 0.618_033_988_749_894_9
    let all = groups.flatMap { group in group.rows.map { (row: $0, color: group.color) } }
    let order = all.indices.sorted {
      (Double($0) * golden).truncatingRemainder(dividingBy: 1)
        < (Double($1) * golden).truncatingRemainder(dividingBy: 1)
    }
    let points = order.map { all[$0] }
    let colors = groups.map { group -> (Int, Double) in
      let text = HouseStyle.color(max(0, group.color), transparency: transparency)
      let grey = 0x8099_9999
      return (group.color, Double(group.color < 0 ? grey : Int(text.dropFirst(), radix: 16) ?? 0))
    }
    let paint = Dictionary(colors) { first, _ in first }
    let block = script.data([
      points.map { xs[$0.row] }, points.map { ys[$0.row] },
      points.map { Double(HouseStyle.shape(max(0, $0.color))) },
      points.map { paint[$0.color] ?? 0 },
    ])
    return "\(block) using 1:2:3:4 with points pointtype variable pointsize \(size) "
      + "linecolor rgb variable notitle"
  }

  /// Widens the narrower axis until a step in both is of one length and the plot fills its frame.
  private func equalize(_ x: inout Axis, _ y: inout Axis, _ shown: [Int], _ room: FigureSize) {
    let (left, right) = x.bounds(shown.lazy.map { xs[$0] })
    let (low, high) = y.bounds(shown.lazy.map { ys[$0] })
    let wanted = room.width / room.height
    let (width, height) = (right - left, high - low)
    guard width.isFinite, height.isFinite, width > 0, height > 0 else { return }
    let more = (width / wanted - height) / 2
    if more > 0 {
      y.range = low - more...high + more
    } else {
      let more = (height * wanted - width) / 2
      if more > 0 { x.range = left - more...right + more }
    }
  }

  private struct Group {
    var name: String
    var color: Int
    var rows: [Int]
  }

  private func split(_ shown: [Int]) -> [Group] {
    guard case .groups(let groups, let names) = color else {
      return [Group(name: "", color: 0, rows: shown)]
    }
    var result = names.enumerated().map { Group(name: $1, color: $0, rows: []) }
    var rest = Group(name: "–", color: -1, rows: [])
    for row in shown {
      let group = row < groups.count ? groups[row] : -1
      if result.indices.contains(group) {
        result[group].rows.append(row)
      } else {
        rest.rows.append(row)
      }
    }
    return (rest.rows.isEmpty ? [] : [rest]) + result
  }

  /// Texts beside their points, on the first of four sides where they cover no other text.
  private func place(
    labels shown: [Int], _ horizontal: (low: Double, high: Double),
    _ vertical: (low: Double, high: Double), _ frame: PanelFrame, _ script: inout GnuplotScript
  ) {
    guard !labels.isEmpty, shown.count <= 2_000, !x.isLogarithmic, !y.isLogarithmic else { return }
    let plot =
      script.margins?.plot ?? FigureSize(frame.size.width * 0.9, max(1, frame.size.height - 28))
    let (width, height) = (plot.width, plot.height)
    let line = script.isText ? 3.8 : HouseStyle.lineHeight(fontSize: 7.5)
    func spot(_ row: Int) -> (x: Double, y: Double) {
      (
        (xs[row] - horizontal.low) / (horizontal.high - horizontal.low) * width,
        (ys[row] - vertical.low) / (vertical.high - vertical.low) * height
      )
    }
    // No text may stand on another one or on a point.
    var taken = shown.map { row -> (x: ClosedRange<Double>, y: ClosedRange<Double>) in
      let (x, y) = spot(row)
      return (x - 0.8...x + 0.8, y - 0.8...y + 0.8)
    }
    func isFree(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> Bool {
      x.lowerBound >= 0 && x.upperBound <= width && y.lowerBound >= 0 && y.upperBound <= height
        && !taken.contains { $0.x.overlaps(x) && $0.y.overlaps(y) }
    }
    let unit = script.isText ? (2.0, 1.0) : (0.6, 0.65)
    for row in shown where row < labels.count && !labels[row].isEmpty {
      let text = GnuplotScript.clipped(labels[row], to: 24)
      let wide =
        script.isText ? 1.9 * Double(text.count) : HouseStyle.width(of: text, fontSize: 7.5)
      let (x, y) = spot(row)
      let (near, half) = (script.isText ? 3.0 : 1.0, line / 2)
      let sides: [(String, ClosedRange<Double>, ClosedRange<Double>)] = [
        ("left offset \(unit.0),0", x + near...x + near + wide, y - half...y + half),
        ("right offset -\(unit.0),0", x - near - wide...x - near, y - half...y + half),
        ("center offset 0,\(unit.1)", x - wide / 2...x + wide / 2, y + 1...y + 1 + line),
        ("center offset 0,-\(unit.1)", x - wide / 2...x + wide / 2, y - 1 - line...y - 1),
      ]
      guard let side = sides.first(where: { isFree($0.1, $0.2) }) else { continue }
      taken.append((side.1, side.2))
      script.label(
        text, at: "\(Decimals.exact(xs[row])), \(Decimals.exact(ys[row]))",
        options: side.0 + (script.isText ? "" : " textcolor rgb '\(HouseStyle.ink)' front"))
    }
  }
}
