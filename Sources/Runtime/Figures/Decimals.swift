// Numbers as figures write them: in gnuplot's commands, and for people.

enum Decimals {
  /// So many digits after the point, without the zeros at the end.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "NaN" }
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let scaled = (abs(value) * power).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    var text = String(Int(scaled) / Int(power))
    let rest = Int(scaled) % Int(power)
    if rest > 0 {
      var tail = String(rest)
      tail = String(repeating: "0", count: digits - tail.count) + tail
      while tail.hasSuffix("0") { tail.removeLast() }
      text += "." + tail
    }
    return value < 0 && scaled > 0 ? "-" + text : text
  }

  /// A number for gnuplot: the shortest that reads back, `NaN` for what is not finite.
  static func exact(_ value: Double) -> String {
    guard value.isFinite else { return "NaN" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return "\(value)"
  }

  /// About three digits that count, for a label in a figure.
  static func short(_ value: Double, _ language: FigureLanguage) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    let size = abs(value)
    var text: String
    switch size {
    case 0: return "0"
    case 1e6...: text = short(value / power(value), language) + "e\(exponent(value))"
    case 100...: text = grouped(Int(value.rounded()))
    case 10...: text = fixed(value, 1)
    case 1...: text = fixed(value, 2)
    case 0.001...: text = fixed(value, 3)
    default: text = short(value / power(value), language) + "e\(exponent(value))"
    }
    if language == .russian { text = text.replacing(".", with: ",") }
    return text.replacing("-", with: "−")
  }

  /// Numbers of a scale whose neighbours are `step` apart: all with as many digits as tell them apart.
  static func even(_ values: [Double], step: Double, _ language: FigureLanguage) -> [String] {
    let size = values.map { abs($0) }.max() ?? 0
    guard size > 0, step > 0, step.isFinite else { return values.map { short($0, language) } }
    let isExponential = size >= 1e7 || size < 1e-3
    let power = isExponential ? exponent(size) : 0
    let digits = max(0, power - exponent(step * 1.000_001))
    guard digits <= 12 else { return values.map { exact($0) } }
    return values.map { value in
      if value == 0 { return "0" }
      var text = fixed(isExponential ? value / self.power(size) : value, digits)
      if digits > 0 {
        if !text.contains(".") { text += "." }
        let shown =
          text.count - 1
          - text.distance(from: text.startIndex, to: text.firstIndex(of: ".") ?? text.startIndex)
        text += String(repeating: "0", count: max(0, digits - shown))
      } else if !isExponential {
        text = grouped(Int(value.rounded()))
      }
      if isExponential { text += "e\(power)" }
      if language == .russian { text = text.replacing(".", with: ",") }
      return text.replacing("-", with: "−")
    }
  }

  private static func exponent(_ value: Double) -> Int {
    var exponent = 0
    var size = abs(value)
    while size >= 10 {
      size /= 10
      exponent += 1
    }
    while size < 1 {
      size *= 10
      exponent -= 1
    }
    return exponent
  }

  private static func power(_ value: Double) -> Double {
    var power = 1.0
    let exponent = exponent(value)
    for _ in 0..<abs(exponent) { power *= 10 }
    return exponent < 0 ? 1 / power : power
  }

  private static func grouped(_ value: Int) -> String {
    let digits = Array(String(abs(value)))
    guard digits.count > 4 else { return String(value) }
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      // A narrow space that does not break.
      if index > 0, (digits.count - index) % 3 == 0 { text += "\u{202F}" }
      text.append(digit)
    }
    return text
  }
}
