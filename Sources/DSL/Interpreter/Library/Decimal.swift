// A decimal number as its digits: what rounding and formatting work on, so that 2.675 rounds to
// 2.68 as a reader of the digits expects, though the nearest binary number is a little less.

struct Decimal {
  var isNegative: Bool
  /// The significant digits, the first not 0; empty for zero.
  private(set) var digits: [UInt8]
  /// The value is 0.digits × 10 ^ exponent.
  var exponent: Int

  init(_ value: Int) {
    isNegative = value < 0
    digits = String(value.magnitude).utf8.map { $0 - 48 }
    exponent = digits.count
    if value == 0 { digits = [] }
  }

  /// The shortest decimal that reads back to the number; nil for NaN and infinities.
  init?(_ value: Double) {
    guard value.isFinite else { return nil }
    isNegative = value.sign == .minus && value != 0
    digits = []
    exponent = 0
    var isBehindPoint = false
    var isBehindMark = false
    var shift = 0
    var isShiftNegative = false
    for byte in value.magnitude.description.utf8 {
      switch byte {
      case 0x2E: isBehindPoint = true
      case 0x65: isBehindMark = true
      case 0x2D: isShiftNegative = true
      case 0x30...0x39 where isBehindMark: shift = shift * 10 + Int(byte - 48)
      case 0x30...0x39:
        if digits.isEmpty, byte == 0x30 {
          if isBehindPoint { exponent -= 1 }
        } else {
          digits.append(byte - 48)
          if !isBehindPoint { exponent += 1 }
        }
      default: break
      }
    }
    exponent += isShiftNegative ? -shift : shift
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  /// Rounds half away from zero to so many places behind the point (before it when negative).
  mutating func round(_ places: Int) {
    let kept = exponent + places
    if kept >= digits.count { return }
    guard kept >= 0 else {
      digits = []
      isNegative = false
      return
    }
    let roundsUp = digits[kept] >= 5
    digits.removeLast(digits.count - kept)
    if roundsUp {
      var index = kept - 1
      while index >= 0, digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        digits[index] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
      }
    }
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { isNegative = false }
  }

  /// The nearest Double.
  var value: Double {
    let text = digits.map { String($0) }.joined()
    let number = Double("0." + (text.isEmpty ? "0" : text) + "e\(exponent)") ?? 0
    return isNegative ? -number : number
  }

  /// Without an exponent: `-1 234,50`.
  /// - Parameter places: places behind the point, filled with zeros; nil for as many as there are.
  func plain(digits places: Int?, thousands: String, decimal: String) -> String {
    var whole: [UInt8] = []
    var fraction: [UInt8] = []
    for index in stride(from: 0, to: max(exponent, 0), by: 1) {
      whole.append(index < digits.count ? digits[index] : 0)
    }
    if exponent < 0, !digits.isEmpty { fraction = [UInt8](repeating: 0, count: -exponent) }
    if exponent < digits.count { fraction += digits.dropFirst(max(exponent, 0)) }
    if digits.isEmpty { whole = [] }
    if let places { while fraction.count < places { fraction.append(0) } }
    var text = isNegative ? "-" : ""
    if whole.isEmpty { whole = [0] }
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { text += thousands }
      text += String(digit)
    }
    if !fraction.isEmpty { text += decimal + fraction.map { String($0) }.joined() }
    return text
  }
}
