// Bars: a number for each category, of one or more series side by side, with intervals where known.

import TLText

public struct BarPanel: Panel {
  public struct Series: Sendable {
    public var name: String
    /// One for each category; not finite: no bar.
    public var values: [Double]
    public var lower: [Double]
    public var upper: [Double]

    public init(_ name: String, _ values: [Double], lower: [Double] = [], upper: [Double] = []) {
      self.name = name
      self.values = values
      self.lower = lower
      self.upper = upper
    }

    func interval(_ index: Int) -> (Double, Double)? {
      guard index < lower.count, index < upper.count, lower[index].isFinite,
        upper[index].isFinite
      else { return nil }
      return (lower[index], upper[index])
    }
  }

  public var title: String
  public var categoryLabel: String
  public var categories: [String]
  public var value: Axis
  public var series: [Series]

  public init(
    title: String = "", categoryLabel: String = "", categories: [String], value: Axis,
    series: [Series]
  ) {
    self.title = title
    self.categoryLabel = categoryLabel
    self.categories = categories
    self.value = value
    self.series = series
  }

  public var name: String { "bars" }
  public var size: FigureSize { FigureSize(140, isTurned ? 100 : 85) }
  private var isTurned: Bool {
    Double(categories.map { min(28, $0.count) }.max() ?? 0) * Double(categories.count) > 60
  }

  public func table() throws(TextError) -> Table {
    var (names, rows, values): ([DataValue], [DataValue], [DataValue]) = ([], [], [])
    var (lowers, uppers): ([DataValue], [DataValue]) = ([], [])
    for one in series {
      for (index, category) in categories.enumerated() {
        names.append(.text(one.name))
        rows.append(.text(category))
        values.append(index < one.values.count ? DataValue(figure: one.values[index]) : .none)
        let interval = one.interval(index)
        lowers.append(interval.map { .number($0.0) } ?? .none)
        uppers.append(interval.map { .number($0.1) } ?? .none)
      }
    }
    var columns: [(name: String, values: [DataValue])] = [
      ("series", names), ("category", rows), ("value", values),
    ]
    if series.contains(where: { !$0.lower.isEmpty }) {
      columns += [("lower", lowers), ("upper", uppers)]
    }
    return try Table(columns)
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    script.begin(frame, title: title)
    script.legend(series.map(\.name).filter { !$0.isEmpty }, in: frame)
    let count = Double(max(1, categories.count))
    script.axis(
      "x",
      Axis(
        categoryLabel, range: -0.6...count - 0.4,
        ticks: categories.enumerated().map { Axis.Tick(Double($0), $1) }), [],
      room: frame.size.width)
    var axis = value
    axis.includesZero = true
    let all = series.flatMap { $0.values + $0.lower + $0.upper }
    let (low, high) = script.axis("y", axis, all, room: frame.size.height)
    if !script.isText { script.line("set grid noxtics ytics; set xtics scale 0") }
    let wide = 0.8 / Double(max(1, series.count))
    var parts: [String] = []
    var intervals: [String] = []
    for (index, one) in series.enumerated() {
      let places = categories.indices.filter { $0 < one.values.count && axis.shown(one.values[$0]) }
      guard !places.isEmpty else { continue }
      let centers = places.map { Double($0) - 0.4 + wide * (Double(index) + 0.5) }
      let base = axis.isLogarithmic ? low : min(max(0, low), high)
      let half = wide * (script.isText ? 0.45 : 0.46)
      let block = script.data([
        centers, centers.map { $0 - half }, centers.map { $0 + half }, places.map { _ in base },
        places.map { min(max(one.values[$0], low), high) },
      ])
      let paint = HouseStyle.color(index)
      parts.append(
        "\(block) using 1:5:2:3:4:5 with boxxyerror "
          + (script.isText ? "linecolor rgb '\(paint)'" : "fillcolor rgb '\(paint)'")
          + " \(GnuplotScript.title(one.name))")
      let marked = zip(places, centers).compactMap { place, center in
        one.interval(place).map { (center, $0.0, $0.1) }
      }
      if !marked.isEmpty, !script.isText {
        let block = script.data([
          marked.map(\.0), marked.map { ($0.1 + $0.2) / 2 }, marked.map(\.1), marked.map(\.2),
        ])
        intervals.append(
          "\(block) using 1:2:3:4 with yerrorbars pointtype 0 linewidth 1 "
            + "linecolor rgb '\(HouseStyle.ink)' notitle")
      }
    }
    script.plot(parts + intervals)
  }
}
