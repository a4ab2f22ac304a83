// A histogram: how often values of a group fall into bins of equal width. The number of bins follows
// Freedman and Diaconis 1981 where none is given.

import TLText

public struct HistogramPanel: Panel {
  public var title: String
  public var x: Axis
  public var groups: [(name: String, values: [Double])]
  public var bins: Int?
  public var countLabel: String

  public init(
    title: String = "", x: Axis, groups: [(name: String, values: [Double])], bins: Int? = nil,
    countLabel: String
  ) {
    self.title = title
    self.x = x
    self.groups = groups
    self.bins = bins
    self.countLabel = countLabel
  }

  public var legend: [String] { groups.map(\.name).filter { !$0.isEmpty } }
  public var name: String { "histogram" }
  public var size: FigureSize { FigureSize(140, 85) }

  /// The edges of the bins; empty without a finite value.
  public var edges: [Double] {
    let all = groups.flatMap(\.values).filter { x.shown($0) }.sorted()
    guard let low = all.first, let high = all.last else { return [] }
    if low == high { return [low - 0.5, low + 0.5] }
    let quartiles = Quartiles(sorted: all)
    var count = bins ?? 0
    if bins == nil {
      let width = 2 * (quartiles.upper - quartiles.lower) / cubeRoot(Double(all.count))
      let isFine = width > 0 && (high - low) / width < 200
      count = isFine ? Int(((high - low) / width).rounded(.up)) : 30
      // Whole numbers want bins of whole width.
      if all.allSatisfy({ $0 == $0.rounded() }), high - low < 1e6 {
        let step = max(1, ((high - low) / Double(max(1, min(60, count)))).rounded())
        let number = Int(((high - low) / step).rounded(.down)) + 1
        return (0...number).map { low - 0.5 + Double($0) * step }
      }
    }
    count = max(1, min(count, 500))
    return (0...count).map { low + (high - low) * Double($0) / Double(count) }
  }

  func counts(_ edges: [Double]) -> [[Int]] {
    groups.map { group in
      var counts = [Int](repeating: 0, count: max(0, edges.count - 1))
      guard let low = edges.first, let high = edges.last, !counts.isEmpty else { return counts }
      for value in group.values where x.shown(value) {
        let place = Int((value - low) / (high - low) * Double(counts.count))
        counts[min(max(0, place), counts.count - 1)] += 1
      }
      return counts
    }
  }

  private func cubeRoot(_ value: Double) -> Double {
    var root = max(1, value / 3)
    for _ in 0..<60 { root = (2 * root + value / (root * root)) / 3 }
    return root
  }

  public func table() throws(TextError) -> Table {
    let edges = edges
    var (names, lower, upper, values): ([DataValue], [DataValue], [DataValue], [DataValue]) =
      ([], [], [], [])
    for (group, counts) in zip(groups, counts(edges)) {
      for (bin, count) in counts.enumerated() {
        names.append(.text(group.name))
        lower.append(.number(edges[bin]))
        upper.append(.number(edges[bin + 1]))
        values.append(.int(count))
      }
    }
    return try Table([("series", names), ("from", lower), ("to", upper), ("count", values)])
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    script.legend(
      groups.enumerated().filter { !$1.name.isEmpty }.map {
        LegendEntry($1.name, .area(color: HouseStyle.color($0)))
      }, in: frame)
    let edges = edges
    // Numbers at the axis are whole where the values are, though the edges are not.
    var x = x
    if let low = edges.first, let high = edges.last, x.range == nil, !x.isLogarithmic {
      x.range = low - 0.02 * (high - low)...high + 0.02 * (high - low)
    }
    script.axis("x", x, groups.lazy.flatMap(\.values), room: frame.size.width, padding: 0.02)
    let all = counts(edges)
    let ends = script.axis(
      "y", Axis(countLabel, includesZero: true), all.lazy.flatMap { $0 }.map { Double($0) },
      room: frame.size.height)
    if !script.isText { script.line("set grid noxtics ytics") }
    let isAlone = groups.count == 1
    var parts: [String] = []
    for (index, counts) in all.enumerated() where counts.contains(where: { $0 > 0 }) {
      let paint = HouseStyle.color(index)
      let title = script.title(groups[index].name)
      if isAlone {
        parts.append(
          script.rectangles(
            counts.indices.filter { counts[$0] > 0 }.map {
              ((edges[$0], edges[$0 + 1]), (0, Double(counts[$0])))
            }, color: index, title: title, perLine: Orientation.upright.perLine(ends, 1, frame),
            transparency: 0.15, isOutlined: true))
      } else {
        // Outlines that can cross, over a pale fill.
        let xs = counts.indices.flatMap { [edges[$0], edges[$0 + 1]] }
        let ys = counts.flatMap { [Double($0), Double($0)] }
        let block = script.data([
          [edges[0]] + xs + [edges[edges.count - 1]], [0] + ys + [0],
        ])
        if !script.isText {
          parts.insert(
            "\(block) using 1:2 with filledcurves y1=0 fillcolor rgb "
              + "'\(HouseStyle.color(index, transparency: 0.8))' notitle", at: 0)
        }
        parts.append(
          "\(block) using 1:2 with lines linewidth 1.5 linecolor rgb '\(paint)' \(title)")
      }
    }
    script.plot(parts)
  }
}

/// Quartiles by linear interpolation (type 7 of Hyndman and Fan 1996).
struct Quartiles {
  let lower, median, upper: Double

  /// - Parameter sorted: at least one value, rising
  init(sorted: [Double]) {
    func at(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let index = Int(place)
      guard index + 1 < sorted.count else { return sorted[sorted.count - 1] }
      return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
    lower = at(0.25)
    median = at(0.5)
    upper = at(0.75)
  }
}
