// Axis: what stands at the sides of a plot. Ranges are always given to gnuplot, which draws nothing
// at all when it finds no finite value, or only one.

/// One axis of a plot.
public struct Axis: Sendable, Equatable {
  /// What is shown, with its unit: `loss, nats`.
  public var label: String
  public var isLogarithmic: Bool
  /// nil: from the values.
  public var range: ClosedRange<Double>?
  public var includesZero: Bool
  /// Texts in place of numbers.
  public var ticks: [Tick]?
  /// Whether it has numbers; the axes of a projection mean nothing.
  public var showsTicks: Bool

  public struct Tick: Sendable, Equatable {
    public var place: Double
    public var text: String

    public init(_ place: Double, _ text: String) {
      self.place = place
      self.text = text
    }
  }

  public init(
    _ label: String = "", isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil,
    includesZero: Bool = false, ticks: [Tick]? = nil, showsTicks: Bool = true
  ) {
    self.label = label
    self.isLogarithmic = isLogarithmic
    self.range = range
    self.includesZero = includesZero
    self.ticks = ticks
    self.showsTicks = showsTicks
  }

  /// What of the values can be shown.
  func shown(_ value: Double) -> Bool {
    value.isFinite && abs(value) < 1e300 && (!isLogarithmic || value > 0)
  }

  /// The ends of the axis for values: a little more than they need, never empty.
  func bounds(_ values: some Sequence<Double>, padding: Double = 0.04) -> (Double, Double) {
    if let range, range.lowerBound < range.upperBound {
      return (range.lowerBound, range.upperBound)
    }
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where shown(value) {
      low = min(low, value)
      high = max(high, value)
    }
    if includesZero, !isLogarithmic {
      low = min(low, 0)
      high = max(high, 0)
    }
    guard low <= high else { return isLogarithmic ? (0.1, 10) : (0, 1) }
    if isLogarithmic {
      return high / low < 1.5 ? (low / 2, high * 2) : (low / 1.15, high * 1.15)
    }
    let span = high - low
    if span <= 1e-9 * max(abs(high), 1e-12) {
      let pad = low == low.rounded() && abs(low) < 1e6 ? 0.5 : max(abs(low) * 0.1, 1e-9)
      return (low - pad, high + pad)
    }
    let lower = includesZero && low == 0 ? 0 : low - padding * span
    return (lower, includesZero && high == 0 ? 0 : high + padding * span)
  }

  /// Where ticks of a logarithmic axis stand that powers of ten alone would leave without numbers: at
  /// the values where they are few whole numbers apart from each other, such as sizes, else at 1, 2
  /// and 5 times the powers; none where powers of ten will do.
  func logarithmicTicks(_ values: some Sequence<Double>, _ low: Double, _ high: Double) -> [Double]
  {
    let few = Set(values.lazy.filter(shown)).sorted()
    let areApart = zip(few, few.dropFirst()).allSatisfy { $1 / $0 >= 1.4 }
    if (2...8).contains(few.count), areApart, few.allSatisfy({ $0 == $0.rounded() }) { return few }
    guard low > 0, high / low < 100 else { return [] }
    var ticks: [Double] = []
    var power = 1.0
    while power > low { power /= 10 }
    while power * 10 <= low { power *= 10 }
    while power <= high {
      ticks += [1, 2, 5].map { $0 * power }.filter { low <= $0 && $0 <= high }
      power *= 10
    }
    return ticks
  }

  /// The distance of ticks that are at most `count`: 1, 2 or 5 times a power of ten, and whole
  /// where all values are.
  func step(_ low: Double, _ high: Double, count: Int, isWhole: Bool) -> Double {
    let least = max((high - low) / Double(max(1, count)), 1e-300)
    var power = 1.0
    while power > least { power /= 10 }
    while power * 10 <= least { power *= 10 }
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * 0.999 } ?? 10 * power
    return isWhole ? max(1, step) : step
  }
}

extension GnuplotScript {
  /// Sets up an axis; returns its ends.
  /// - Parameters:
  ///   - axis: `x` or `y`
  ///   - room: millimetres along the axis
  @discardableResult
  public mutating func axis(
    _ name: String, _ axis: Axis, _ values: some Sequence<Double>, room: Double,
    padding: Double = 0.04
  ) -> (low: Double, high: Double) {
    let (low, high) = axis.bounds(values, padding: padding)
    line("set \(name)range [\(Decimals.exact(low)):\(Decimals.exact(high))]")
    if axis.isLogarithmic { line("set logscale \(name)") }
    if !axis.label.isEmpty, isText, name == "y" {
      // A terminal of characters cannot turn a text: it stands above the axis.
      line("set tmargin \(hasTitle ? 2 : 1)")
      label(axis.label, at: "screen 0, graph 1", options: "left offset 1,1")
    } else if !axis.label.isEmpty {
      let limit = max(8, Int(room / HouseStyle.width(of: "m")))
      line(
        "set \(name)label \(GnuplotScript.quoted(axis.label, limit: limit)) noenhanced"
          + (isText
            ? ""
            : " textcolor rgb '\(HouseStyle.ink)'\(name == "x" ? " offset 0,0.4" : " offset 0.8,0")")
      )
    }
    if !axis.showsTicks {
      line("unset \(name)tics")
    } else if let ticks = axis.ticks {
      set(ticks: ticks, name, room: room)
    } else if axis.isLogarithmic {
      let ticks = axis.logarithmicTicks(values, low, high)
      if !ticks.isEmpty {
        set(
          ticks: ticks.map { Axis.Tick($0, Decimals.short($0, language)) }, name, room: room)
      }
    } else if high - low < 1e200 {
      let shown = values.filter { axis.shown($0) }
      let isWhole = !shown.isEmpty && shown.allSatisfy { $0 == $0.rounded() }
      // A number is about 8 mm wide, and lines want to be three of their heights apart.
      let count = isText ? room / (name == "x" ? 20 : 12) : room / (name == "x" ? 14 : 10)
      let step = axis.step(low, high, count: max(2, min(10, Int(count))), isWhole: isWhole)
      line("set \(name)tics \(Decimals.exact(step))")
    }
    return (low, high)
  }

  /// Named ticks: turned when they are too long to stand beside each other, and not more of them than
  /// can be read.
  private mutating func set(ticks: [Axis.Tick], _ name: String, room: Double) {
    let lineHeight = isText ? 3.8 : HouseStyle.lineHeight()
    let longest = ticks.map { min(30, $0.text.count) }.max() ?? 0
    let widest = Double(longest) * (isText ? 1.9 : HouseStyle.width(of: "m"))
    let each = room * 0.8 / Double(max(1, ticks.count))
    let turns = name == "x" && widest > each && !isText
    let needed = name == "x" ? (turns ? lineHeight * 1.6 : widest + 2) : lineHeight
    let stride = max(1, Int((needed / max(each, 1e-9)).rounded(.up)))
    let list = ticks.indices.filter { $0 % stride == 0 }.map { index in
      GnuplotScript.quotedTick(ticks[index].text, limit: turns ? 20 : 30)
        + " " + Decimals.exact(ticks[index].place)
    }
    line(
      "set \(name)tics \(turns ? "rotate by 40 right " : "")(\(list.joined(separator: ", "))) "
        + "noenhanced")
  }
}
