// The reliability diagram (DeGroot and Fienberg 1983; Guo and others 2017): per bin of confidence, how
// often the prediction was right, with the counts of the bins below it on the same axis.

import TLText

public struct ReliabilityPanel: Panel {
  /// One curve, such as before and after calibration; columns have an entry for each bin.
  public struct Series: Sendable {
    public var name: String
    public var lower: [Double]
    public var upper: [Double]
    /// Empty bins have no point.
    public var counts: [Int]
    /// 0 to 1.
    public var confidence: [Double]
    public var accuracy: [Double]
    /// A number for the legend, such as the calibration error; nil: none.
    public var error: Double?
    /// Intervals of the accuracy; empty: none.
    public var accuracyLower: [Double] = []
    public var accuracyUpper: [Double] = []

    public init(
      _ name: String, lower: [Double], upper: [Double], counts: [Int], confidence: [Double],
      accuracy: [Double], error: Double? = nil, accuracyLower: [Double] = [],
      accuracyUpper: [Double] = []
    ) {
      self.name = name
      self.lower = lower
      self.upper = upper
      self.counts = counts
      self.confidence = confidence
      self.accuracy = accuracy
      self.error = error
      self.accuracyLower = accuracyLower
      self.accuracyUpper = accuracyUpper
    }

    var binCount: Int {
      min(
        min(lower.count, upper.count), min(counts.count, min(confidence.count, accuracy.count)))
    }

    func legend(_ language: FigureLanguage) -> String {
      guard let error else { return name }
      let number = "ECE \(Decimals.short(error, language))"
      return name.isEmpty ? number : "\(name), \(number)"
    }
  }

  public var title: String
  public var series: [Series]

  public init(title: String = "", series: [Series]) {
    self.title = title
    self.series = series
  }

  public var name: String { "reliability" }
  public var size: FigureSize { FigureSize(110, height(width: 110)) }
  public var legend: [String] { entries(.english) }
  public var keepsShape: Bool { true }

  /// The diagram is a square.
  public func height(width: Double) -> Double {
    GnuplotScript.titleHeight(title, width: width) + max(25, width - Self.beside) + 3
      + lowerHeight(width: width)
  }

  private static let tickWidth = 12.5
  /// Millimetres beside the plots.
  private static let beside = tickWidth + PlotMargins.edge + PlotMargins.yLabelWidth + 4
  /// Millimetres of the bars.
  private static let barHeight = 20.0

  /// The bars, the axis and the legend.
  private func lowerHeight(width: Double) -> Double {
    Self.barHeight + 3 + 7.2 + PlotMargins.xLabelHeight + PlotMargins.edge
      + LegendLayout.height(legend, width: width)
  }

  private func entries(_ language: FigureLanguage) -> [String] {
    [FigureWord.perfect(language)]
      + series.map { $0.legend(language) }.map { $0.isEmpty ? " " : $0 }
  }

  public func table() throws(TextError) -> Table {
    var names: [DataValue] = []
    var numbers = [[DataValue]](repeating: [], count: 5)
    for one in series {
      for bin in 0..<one.binCount {
        names.append(.text(one.name))
        numbers[0].append(.number(one.lower[bin]))
        numbers[1].append(.number(one.upper[bin]))
        numbers[2].append(.int(one.counts[bin]))
        let isEmpty = one.counts[bin] == 0
        numbers[3].append(isEmpty ? .none : DataValue(figure: one.confidence[bin]))
        numbers[4].append(isEmpty ? .none : DataValue(figure: one.accuracy[bin]))
      }
    }
    return try Table([
      ("series", names), ("from", numbers[0]), ("to", numbers[1]), ("count", numbers[2]),
      ("confidence", numbers[3]), ("accuracy", numbers[4]),
    ])
  }

  public func draw(_ script: inout GnuplotScript, in frame: PanelFrame) {
    let split =
      script.isText ? 0.4 : min(0.6, lowerHeight(width: frame.size.width) / frame.size.height)
    var upper = frame
    upper.y += frame.height * split
    upper.height *= 1 - split
    var lower = frame
    lower.height *= split
    script.begin(upper, title: title)
    let entries = entries(script.language)
    // The numbers stand below the lower plot, at the same places.
    let places = Axis().numberTicks(0, 1, count: 5, isWhole: false, script.language)
    script.axis(
      "x", Axis(range: 0...1, ticks: script.isText ? nil : places.map { .init($0.place, "") }), [],
      room: upper.size.width)
    script.axis("y", Axis(script.word(.accuracy), range: 0...1), [], room: upper.size.height)
    // Both plots have the same width.
    script.setRoom(left: Self.tickWidth, bottom: 2 - PlotMargins.edge, right: 4)
    var parts: [String] = []
    let diagonal = script.data([[0, 1], [0, 1]])
    parts.append(
      "\(diagonal) using 1:2 with lines \(diagonalStyle(script)) notitle")
    for (index, one) in series.enumerated() {
      let bins = (0..<one.binCount).filter { one.counts[$0] > 0 && one.accuracy[$0].isFinite }
      guard !bins.isEmpty else { continue }
      let paint = "linecolor rgb '\(HouseStyle.color(index))'"
      let shape = "pointtype \(HouseStyle.shape(index))"
      if one.accuracyLower.count >= one.binCount, one.accuracyUpper.count >= one.binCount,
        !script.isText
      {
        let block = script.data([
          bins.map { one.confidence[$0] }, bins.map { one.accuracy[$0] },
          bins.map { one.accuracyLower[$0] }, bins.map { one.accuracyUpper[$0] },
        ])
        parts.append(
          "\(block) using 1:2:3:4 with yerrorbars pointtype 0 linewidth 0.9 \(paint) notitle")
      }
      let block = script.data([bins.map { one.confidence[$0] }, bins.map { one.accuracy[$0] }])
      parts.append(
        "\(block) using 1:2 with \(script.isText ? "points" : "linespoints") linewidth 1.6 "
          + "dashtype \(HouseStyle.dash(index)) \(shape) pointsize 0.6 \(paint) notitle")
    }
    script.plot(parts)

    script.begin(lower, title: "")
    script.axis(
      "x", Axis(script.word(.confidence), range: 0...1, ticks: script.isText ? nil : places), [],
      room: lower.size.width)
    let ends = script.axis(
      "y", Axis(script.word(.examples), includesZero: true),
      series.lazy.flatMap(\.counts).map { Double($0) },
      room: script.isText ? lower.size.height : 24)
    if !script.isText { script.line("set grid noxtics ytics") }
    // The legend of both stands below both.
    script.legend(
      [LegendEntry(entries[0], .line(color: "#999999", dash: 2, shape: nil))]
        + series.indices.map {
          LegendEntry(
            entries[$0 + 1],
            .line(
              color: HouseStyle.color($0), dash: HouseStyle.dash($0), shape: HouseStyle.shape($0)))
        }, in: frame)
    script.setRoom(left: Self.tickWidth, right: 4)
    var bars: [String] = []
    if script.isText {
      bars.append("keyentry with lines \(diagonalStyle(script)) " + script.title(entries[0]))
    }
    for index in series.indices where script.isText {
      bars.append(
        "keyentry with points pointtype \(HouseStyle.shape(index)) "
          + "linecolor rgb '\(HouseStyle.color(index))' " + script.title(entries[index + 1]))
    }
    let perLine = Orientation.upright.perLine(ends, 1, lower)
    for (index, one) in series.enumerated() {
      let bins = (0..<one.binCount).filter { one.counts[$0] > 0 }
      guard !bins.isEmpty else { continue }
      // Beside each other within the bin.
      let share = 1 / Double(series.count)
      func edge(_ bin: Int, _ part: Double) -> Double {
        one.lower[bin] + (one.upper[bin] - one.lower[bin]) * (0.06 + 0.88 * part)
      }
      bars.append(
        script.rectangles(
          bins.map {
            (
              (edge($0, share * Double(index)), edge($0, share * Double(index + 1))),
              (0, Double(one.counts[$0]))
            )
          }, color: index, title: "notitle", perLine: perLine))
    }
    if series.allSatisfy({ $0.counts.allSatisfy { $0 == 0 } }) {
      script.plot([])
    } else {
      script.plot(bars)
    }
  }

  private func diagonalStyle(_ script: GnuplotScript) -> String {
    script.isText
      ? "linecolor rgb '\(TextColors.guide)'" : "linewidth 1 dashtype 2 linecolor rgb '#999999'"
  }
}
