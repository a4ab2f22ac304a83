// Orientation: whether categories stand side by side or, when their names are long, one below the
// other.

/// Which way the bars and boxes of categories go.
enum Orientation {
  case upright
  case lying

  /// - Parameter width: millimetres of the panel
  init(_ names: [String], width: Double, isText: Bool) {
    let longest =
      names.map { isText ? 1.9 * Double(min(30, $0.count)) : HouseStyle.width(of: $0) }.max() ?? 0
    let needed = (longest + 3) * Double(names.count)
    self = needed > width * 0.8 && names.count <= 60 ? .lying : .upright
  }

  /// Sets up both axes; categories stand at 0, 1, …, or at 0, −1, … from the top.
  func axes(
    _ script: inout GnuplotScript, _ names: [String], _ label: String, _ value: Axis,
    _ values: some Swift.Sequence<Double>, _ frame: PanelFrame, padding: Double = 0.04
  ) -> (low: Double, high: Double) {
    let count = Double(max(1, names.count))
    let limit = max(8, Int(frame.size.width * 0.4 / 1.9))
    let ticks = names.enumerated().map {
      Axis.Tick(
        place(Double($0)),
        self == .lying && script.isText ? GnuplotScript.clipped($1, to: limit) : $1)
    }
    let range = self == .upright ? -0.6...count - 0.4 : 0.4 - count...0.6
    let names = Axis(label, range: range, ticks: ticks)
    let size = frame.size
    let ends: (low: Double, high: Double)
    if self == .upright {
      script.axis("x", names, [], room: size.width)
      ends = script.axis("y", value, values, room: size.height, padding: padding)
    } else {
      script.axis("y", names, [], room: size.height)
      ends = script.axis("x", value, values, room: size.width * 0.6, padding: padding)
    }
    if !script.isText {
      script.line(
        self == .upright
          ? "set grid noxtics ytics; set xtics scale 0"
          : "set grid xtics noytics; set ytics scale 0")
    }
    return ends
  }

  /// Where a category stands on its axis.
  func place(_ index: Double) -> Double { self == .upright ? index : -index }

  /// A rectangle around a category.
  func box(_ center: Double, _ half: Double, _ from: Double, _ to: Double)
    -> (x: (Double, Double), y: (Double, Double))
  {
    let across = (place(center) - half, place(center) + half)
    return self == .upright ? (across, (from, to)) : ((from, to), across)
  }

  /// What a line of text spans of the y axis.
  func perLine(_ ends: (low: Double, high: Double), _ count: Int, _ frame: PanelFrame) -> Double {
    let lines = max(4, frame.size.height / 3.8 - 6)
    return (self == .upright ? ends.high - ends.low : Double(max(1, count))) / lines
  }

  /// Straight lines from value to value at categories, as a part of the plot command.
  func lines(
    _ script: inout GnuplotScript, _ lines: [(at: Double, from: Double, to: Double)],
    _ style: String
  ) -> String {
    let zero = lines.map { _ in 0.0 }
    let at = lines.map { place($0.at) }
    let from = lines.map(\.from)
    let length = lines.map { $0.to - $0.from }
    let block = script.data(
      self == .upright ? [at, from, zero, length] : [from, at, length, zero])
    return "\(block) using 1:2:3:4 with vectors nohead \(style) notitle"
  }

  /// A line across a category at a value.
  func across(
    _ script: inout GnuplotScript, _ center: Double, _ half: Double, _ value: Double,
    _ style: String
  ) -> String {
    let start = place(center) - half
    let block = script.data(
      self == .upright
        ? [[start], [value], [2 * half], [0]] : [[value], [start], [0], [2 * half]])
    return "\(block) using 1:2:3:4 with vectors nohead \(style) notitle"
  }
}
