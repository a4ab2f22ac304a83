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

  public var legend: [String] { series.map(\.name).filter { !$0.isEmpty } }
  public var name: String { "bars" }
  public var size: FigureSize {
    if Orientation(categories, width: 140, isText: false) == .upright { return FigureSize(140, 85) }
    let bars = Double(categories.count * max(1, series.count))
    return FigureSize(140, min(220, max(50, 22 + max(5 * bars, 7 * Double(categories.count)))))
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
    script.legend(
      series.enumerated().filter { !$1.name.isEmpty }.map {
        LegendEntry($1.name, .area(color: HouseStyle.color($0)))
      }, in: frame)
    let orientation = Orientation(categories, width: frame.size.width, isText: script.isText)
    var axis = value
    axis.includesZero = true
    let all = series.flatMap { $0.values + $0.lower + $0.upper }
    let ends = orientation.axes(&script, categories, categoryLabel, axis, all, frame)
    let base = axis.isLogarithmic ? ends.low : min(max(0, ends.low), ends.high)
    let perLine = orientation.perLine(ends, categories.count, frame)
    let wide = 0.8 / Double(max(1, series.count))
    var parts: [String] = []
    var intervals: [String] = []
    for (index, one) in series.enumerated() {
      let places = categories.indices.filter { $0 < one.values.count && axis.shown(one.values[$0]) }
      guard !places.isEmpty else { continue }
      let centers = places.map { Double($0) - 0.4 + wide * (Double(index) + 0.5) }
      let boxes = zip(places, centers).map { place, center in
        orientation.box(
          center, wide * (script.isText ? 0.38 : 0.46), base,
          min(max(one.values[place], ends.low), ends.high))
      }
      parts.append(
        script.rectangles(
          boxes, color: index, title: script.title(one.name), perLine: perLine))
      let marked = zip(places, centers).compactMap { place, center in
        one.interval(place).map { (at: center, from: $0.0, to: $0.1) }
      }
      if !marked.isEmpty, !script.isText {
        intervals.append(
          orientation.lines(&script, marked, "linewidth 1.4 linecolor rgb '\(HouseStyle.ink)'"))
      }
    }
    script.plot(parts + intervals)
  }
}
