// Axis: what stands at the sides of a plot. Ranges are always given to gnuplot, which draws nothing
// at all when it finds no finite value, or only one.

import Glibc

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
  /// and 5 times the powers, or at powers alone where those are enough.
  func logarithmicTicks(_ values: some Sequence<Double>, _ low: Double, _ high: Double) -> [Double]
  {
    let few = Set(values.lazy.filter(shown)).sorted()
    let areApart = zip(few, few.dropFirst()).allSatisfy { $1 / $0 >= 1.4 }
    if (2...8).contains(few.count), areApart, few.allSatisfy({ $0 == $0.rounded() }) { return few }
    guard low > 0 else { return [] }
    var ticks: [Double] = []
    if high / low >= 100 {
      let powers = stride(
        from: Int(log10(low).rounded(.up)), through: Int(log10(high).rounded(.down)),
        by: max(1, Int((log10(high) - log10(low)) / 8)))
      return powers.map { pow(10, Double($0)) }
    }
    var power = 1.0
    while power > low { power /= 10 }
    while power * 10 <= low { power *= 10 }
    while power <= high {
      ticks += [1, 2, 5].map { $0 * power }.filter { low <= $0 && $0 <= high }
      power *= 10
    }
    return ticks
  }

  /// Numbers at even distances, all with as many digits as their distance needs.
  func numberTicks(
    _ low: Double, _ high: Double, count: Int, isWhole: Bool, _ language: FigureLanguage
  ) -> [Tick] {
    let step = step(low, high, count: count, isWhole: isWhole)
    let (first, last) = (low / step - 1e-6, high / step + 1e-6)
    guard first.isFinite, last.isFinite, abs(first) < 1e9, abs(last) < 1e9, last - first < 100
    else { return [] }
    // A step below one is the inverse of a whole number, which leaves no crumbs behind.
    let inverse = step < 1 ? (1 / step).rounded() : 0
    let places = (Int(first.rounded(.up))...max(Int(first.rounded(.up)), Int(last.rounded(.down))))
      .map { inverse > 0 && inverse < 1e15 ? Double($0) / inverse : Double($0) * step }
      .filter { low - 1e-6 * step <= $0 && $0 <= high + 1e-6 * step }
    return zip(places, Decimals.even(places, step: step, language)).map { Tick($0, $1) }
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
    } else if !axis.label.isEmpty, isText {
      let limit = max(8, Int(room / 1.9))
      line("set \(name)label \(GnuplotScript.quoted(axis.label, limit: limit)) noenhanced")
    } else if name == "x" {
      margins?.xLabel = GnuplotScript.plain(axis.label, limit: 200)
    } else {
      margins?.yLabel = GnuplotScript.plain(axis.label, limit: 200)
    }
    if !axis.showsTicks {
      line("unset \(name)tics")
    } else if let ticks = axis.ticks {
      set(ticks: ticks, name, low...high, room: room)
    } else if axis.isLogarithmic {
      let ticks = axis.logarithmicTicks(values, low, high)
      set(
        ticks: ticks.map { Axis.Tick($0, Decimals.short($0, language)) }, name, low...high,
        room: room)
    } else if high - low < 1e200 {
      let shown = values.filter { axis.shown($0) }
      let isWhole = !shown.isEmpty && shown.allSatisfy { $0 == $0.rounded() }
      let ticks = numberTicks(name, axis, low, high, isWhole: isWhole, room: room)
      if ticks.isEmpty {
        // Numbers that differ in their last digits alone: gnuplot's own.
        margins?.left = 24
        margins?.bottom = 6
      } else {
        set(ticks: ticks, name, low...high, room: room)
      }
    }
    return (low, high)
  }

  /// As many numbers as can be read.
  private func numberTicks(
    _ name: String, _ axis: Axis, _ low: Double, _ high: Double, isWhole: Bool, room: Double
  ) -> [Axis.Tick] {
    func ticks(_ count: Int) -> [Axis.Tick] {
      axis.numberTicks(low, high, count: count, isWhole: isWhole, language)
    }
    if isText || name == "y" {
      // Lines want to be three of their heights apart.
      let count = isText ? room / (name == "x" ? 17 : 12) : room / 10
      return ticks(max(isText ? 2 : 3, min(10, Int(count))))
    }
    let fitting = stride(from: min(10, max(2, Int(room / 8))), through: 3, by: -1).lazy
      .map { ticks($0) }.first { found in
        let widest = HouseStyle.width(ofAll: found.map(\.text))
        return Double(found.count) * (widest + 4.5) < 0.8 * room
      }
    return fitting ?? ticks(2)
  }

  /// Named ticks: turned when they are too long to stand beside each other, and not more of them than
  /// can be read.
  private mutating func set(
    ticks: [Axis.Tick], _ name: String, _ range: ClosedRange<Double>, room: Double
  ) {
    let lineHeight = isText ? 3.8 : HouseStyle.lineHeight()
    // Names have less room where they stand beside the plot, or turned.
    let limit = name == "y" ? 0.42 * (margins?.frame.size.width ?? 140) : 45
    func width(_ text: String) -> Double {
      isText ? 1.9 * Double(min(30, text.count)) : HouseStyle.width(of: text)
    }
    // A long name beside the plot has two lines where they fit.
    let canBreak =
      name == "y" && !isText && room * 0.75 / Double(max(1, ticks.count)) > 2.2 * lineHeight
    let texts = ticks.map { tick -> [String] in
      let text = GnuplotScript.plain(tick.text, limit: 200)
      if isText { return [text] }
      let lines = canBreak ? HouseStyle.lines(text, to: limit) : [text]
      return lines.map { HouseStyle.fitting($0, to: limit) }
    }
    let widest = texts.joined().map(width).max() ?? 0
    let each = room * 0.8 / Double(max(1, ticks.count))
    let turns = name == "x" && widest > each && !isText
    let needed = name == "x" ? (turns ? lineHeight * 1.6 : widest + 2) : lineHeight
    let stride = max(1, Int((needed / max(each, 1e-9)).rounded(.up)))
    let shown = ticks.indices.filter { $0 % stride == 0 }
    let list = shown.map { index in
      texts[index].map { GnuplotScript.quotedTick($0, limit: isText ? 30 : 200) }
        .joined(separator: ".\"\\n\".") + " " + Decimals.exact(ticks[index].place)
    }
    line(
      "set \(name)tics \(turns ? "rotate by 40 right " : "")(\(list.joined(separator: ", "))) "
        + "noenhanced")
    guard var margins else { return }
    if name == "y" {
      margins.left = max(margins.left, widest > 0 ? widest + 3 : 2)
    } else if turns {
      margins.bottom = 0.64 * widest + 0.77 * lineHeight + 2
      margins.left = max(margins.left, 0.77 * widest - each / 2)
    } else {
      margins.bottom = widest > 0 ? lineHeight + 3.2 : 2
      // The outer numbers reach beyond the ends of the axis.
      if let last = shown.last, let first = shown.first, range.lowerBound < range.upperBound {
        func share(_ index: Int) -> Double {
          (ticks[index].place - range.lowerBound) / (range.upperBound - range.lowerBound)
        }
        let after = width(texts[last][0]) / 2 - (1 - share(last)) * 0.75 * room
        let before = width(texts[first][0]) / 2 - share(first) * 0.75 * room
        margins.right = max(margins.right, after + 1.5)
        margins.left = max(margins.left, before)
      }
    }
    self.margins = margins
  }
}
