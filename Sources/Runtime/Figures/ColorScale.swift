// ColorScale: numbers as colours, with the scale beside the plot.

/// How numbers become colours.
public enum ColorScale: Sendable, Equatable {
  /// From little to much.
  case sequential
  /// From little to much, for points.
  case points
  /// Around zero.
  case diverging

  var colors: String {
    switch self {
    case .sequential: HouseStyle.sequential
    case .points: HouseStyle.points
    case .diverging: HouseStyle.diverging
    }
  }

  /// The numbers at both ends.
  func bounds(_ values: some Sequence<Double>) -> (Double, Double) {
    let finite = values.filter { $0.isFinite && abs($0) < 1e300 }
    guard let low = finite.min(), let high = finite.max() else { return (0, 1) }
    switch self {
    case .sequential, .points:
      return low < high ? (low, high) : (min(0, low), max(high, low == 0 ? 1 : 0))
    case .diverging:
      let end = max(abs(low), abs(high))
      return end > 0 ? (-end, end) : (-1, 1)
    }
  }
}

extension GnuplotScript {
  /// Sets up colours for values; returns the ends of the scale.
  @discardableResult
  mutating func colorScale(
    _ scale: ColorScale, _ values: some Sequence<Double>, label: String, room: Double,
    range: ClosedRange<Double>? = nil, showsBar: Bool = true
  ) -> (low: Double, high: Double) {
    var (low, high) = scale.bounds(values)
    if let range, range.lowerBound < range.upperBound {
      (low, high) = (range.lowerBound, range.upperBound)
    }
    line(
      "set palette maxcolors 256 defined "
        + "(\(scale.colors))")
    line("set cbrange [\(Decimals.exact(low)):\(Decimals.exact(high))]")
    if !showsBar {
      line("unset colorbox")
      return (low, high)
    }
    line("set colorbox noborder; set cbtics scale 0.3 textcolor rgb '\(HouseStyle.ink)'")
    let step = Axis().step(low, high, count: max(2, min(8, Int(room / 14))), isWhole: false)
    line("set cbtics \(Decimals.exact(step))")
    if !label.isEmpty {
      line(
        "set cblabel "
          + GnuplotScript.quoted(label, limit: max(8, Int(room / HouseStyle.width(of: "m"))))
          + " noenhanced textcolor rgb '\(HouseStyle.ink)'")
    }
    return (low, high)
  }
}
