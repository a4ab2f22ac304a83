// TextWidth: how much room a text takes in the letters of the house. gnuplot counts characters, and so
// leaves too much room for some texts and too little for others. The advances are those of DejaVu Sans
// 2.37; what stands in no table has the width of a common letter.

import TLText

enum TextWidth {
  /// Hundredths of the letters' size, U+0020 to U+007E.
  private static let latin: [UInt8] = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79,
    60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63,
    63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
  ]

  /// The same, U+0410 to U+044F.
  private static let cyrillic: [UInt8] = [
    68, 69, 69, 61, 78, 63, 108, 64, 75, 75, 71, 75, 86, 75, 79, 75, 60, 70, 61, 61, 86, 69, 78, 69,
    107, 109, 83, 88, 69, 70, 108, 69, 61, 62, 59, 53, 69, 62, 90, 53, 65, 65, 60, 64, 75, 65, 61,
    65, 63, 55, 58, 59, 85, 59, 68, 59, 92, 94, 71, 79, 59, 55, 84, 60,
  ]

  /// In parts of the letters' size.
  static func of(_ text: some StringProtocol) -> Double {
    var sum = 0.0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20...0x7E: sum += Double(latin[Int(scalar.value) - 0x20]) / 100
      case 0x410...0x44F: sum += Double(cyrillic[Int(scalar.value) - 0x410]) / 100
      case 0x202F: sum += 0.2
      case 0x2014, 0x2026: sum += 1
      case 0x2116: sum += 1.04
      case 0x2190...0x22FF: sum += 0.84
      case 0..<0x1100: sum += DisplayWidth.of(String(scalar)) == 0 ? 0 : 0.63
      default: sum += [0, 0.66, 1.05][min(2, DisplayWidth.of(String(scalar)))]
      }
    }
    return sum
  }
}

extension HouseStyle {
  /// The width of a text in millimetres.
  static func width(of text: some StringProtocol, fontSize: Double = HouseStyle.fontSize) -> Double
  {
    TextWidth.of(text) * 1.02 * fontSize * 25.4 / 72
  }

  /// The width of the widest text in millimetres.
  static func width(
    ofAll texts: some Swift.Sequence<String>, fontSize: Double = HouseStyle.fontSize
  )
    -> Double
  {
    texts.lazy.map { width(of: $0, fontSize: fontSize) }.max() ?? 0
  }

  /// The text, or its beginning with an ellipsis when it is wider than so many millimetres.
  static func fitting(
    _ text: String, to millimetres: Double, fontSize: Double = HouseStyle.fontSize
  ) -> String {
    guard width(of: text, fontSize: fontSize) > millimetres else { return text }
    let room = millimetres - width(of: "…", fontSize: fontSize)
    var kept = ""
    var taken = 0.0
    for character in text {
      taken += width(of: String(character), fontSize: fontSize)
      if taken > room, !kept.isEmpty { break }
      kept.append(character)
    }
    while kept.last == " " { kept.removeLast() }
    return kept + "…"
  }

  /// A text in one line or two of so many millimetres, broken between words.
  static func lines(
    _ text: String, to millimetres: Double, fontSize: Double = HouseStyle.fontSize
  ) -> [String] {
    guard width(of: text, fontSize: fontSize) > millimetres else { return [text] }
    var first = ""
    var rest = text.split(separator: " ")[...]
    while let word = rest.first,
      width(of: first.isEmpty ? String(word) : first + " " + word, fontSize: fontSize)
        <= millimetres
    {
      first += (first.isEmpty ? "" : " ") + word
      rest.removeFirst()
    }
    return first.isEmpty ? [text] : [first, rest.joined(separator: " ")]
  }
}
