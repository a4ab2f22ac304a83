// PlotMargins: what stands around a plot, in millimetres. gnuplot's own margins count characters, and know
// nothing of a legend below the title of an axis.

/// The sides of the plot that is being set up.
struct PlotMargins: Sendable {
  var frame: PanelFrame
  /// Above the plot: the title.
  var top = 3.0
  /// Room for the numbers at the axes.
  var left = 2.0
  var bottom = 2.0
  var right = 4.0
  var xLabel = ""
  var yLabel = ""
  var legend: [LegendEntry] = []
  /// The ends of the colours with what they are, where a scale stands beside the plot.
  var scale: (ends: ClosedRange<Double>, label: String)?
  /// Whether the panel sets the margins itself.
  var isOwn = false

  static let xLabelHeight = 4.6
  static let yLabelWidth = 5.2
  static let edge = 1.2

  var legendHeight: Double {
    LegendLayout.height(legend.map(\.name), width: frame.size.width)
  }

  /// All that stands beside the plot.
  var allLeft: Double { left + Self.edge + (yLabel.isEmpty ? 0 : Self.yLabelWidth) }
  var allBottom: Double {
    bottom + Self.edge + legendHeight + (xLabel.isEmpty ? 0 : Self.xLabelHeight)
  }

  /// Millimetres of the plot itself; never nothing.
  var plot: FigureSize {
    let bar =
      scale.map {
        ColorBar.room($0.ends, label: $0.label, fontSize: HouseStyle.fontSize)
      } ?? 0
    return FigureSize(
      max(frame.size.width * 0.1, frame.size.width - allLeft - max(right, bar + 1)),
      max(frame.size.height * 0.1, frame.size.height - allBottom - top))
  }
}

extension GnuplotScript {
  /// Leaves exactly so much room for the numbers at the axes.
  mutating func setRoom(left: Double, bottom: Double? = nil, right: Double) {
    margins?.left = left
    margins?.right = right
    if let bottom { margins?.bottom = bottom }
  }

  /// Says where the plot stands in its frame, and draws the titles of the axes and the legend.
  mutating func applyMargins() {
    guard !isText, var margins, !margins.isOwn else { return }
    let frame = margins.frame
    let plot = margins.plot
    // In a frame that is too small the plot goes over its surroundings.
    let left = min(margins.allLeft, frame.size.width - plot.width)
    let bottom = min(margins.allBottom, frame.size.height - plot.height)
    setMargins(frame, x: left, y: bottom, plot)
    func middle(_ text: String, _ start: Double, _ length: Double, _ whole: Double) -> Double {
      // A title longer than its axis stands in the middle of the frame.
      let half = HouseStyle.width(of: text) / 2
      return min(max(start + length / 2, half + 1), max(half + 1, whole - half - 1))
    }
    let ink = "textcolor rgb '\(HouseStyle.ink)'"
    if !margins.xLabel.isEmpty {
      margins.xLabel = HouseStyle.fitting(margins.xLabel, to: frame.size.width - 2)
      label(
        margins.xLabel,
        at: frame.screen(
          middle(margins.xLabel, left, plot.width, frame.size.width),
          PlotMargins.edge + margins.legendHeight + PlotMargins.xLabelHeight / 2),
        options: "center \(ink)", limit: 200, font: HouseStyle.font)
    }
    if !margins.yLabel.isEmpty {
      margins.yLabel = HouseStyle.fitting(margins.yLabel, to: frame.size.height - 2)
      label(
        margins.yLabel,
        at: frame.screen(
          PlotMargins.edge + 2, middle(margins.yLabel, bottom, plot.height, frame.size.height)),
        options: "center rotate by 90 \(ink)", limit: 200, font: HouseStyle.font)
    }
    if let scale = margins.scale {
      ColorBar(
        scale.ends, label: scale.label, height: plot.height, fontSize: HouseStyle.fontSize, language
      ).draw(
        &self, frame, x: left + plot.width, y: bottom, height: plot.height,
        room: 1...max(2, frame.size.height - 1))
    }
    if margins.legend.count > 1 {
      LegendLayout(margins.legend.map(\.name), width: frame.size.width)
        .draw(&self, margins.legend, in: frame)
    }
  }

  /// Puts the plot at a place of its frame, in millimetres from the lower left corner.
  mutating func setMargins(_ frame: PanelFrame, x: Double, y: Double, _ plot: FigureSize) {
    func share(_ start: Double, _ length: Double, _ whole: Double) -> String {
      Decimals.fixed(start + length / whole, 4)
    }
    line(
      "set lmargin at screen \(share(frame.x, x, frame.canvas.width)); "
        + "set rmargin at screen \(share(frame.x, x + plot.width, frame.canvas.width)); "
        + "set tmargin at screen \(share(frame.y, y + plot.height, frame.canvas.height)); "
        + "set bmargin at screen \(share(frame.y, y, frame.canvas.height))")
  }
}
