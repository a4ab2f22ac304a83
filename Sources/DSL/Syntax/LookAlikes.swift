// Letters that look alike in Cyrillic and Latin, and the rule for mixing the two in one identifier:
// every word of it (the parts between `_` and digits) must show its script, so `модель_bert` is
// fine, while `lеt` with a Cyrillic е, or `x_тест` whose x could be either, is not.
// Not a full confusables table (Unicode TR 39): only what a Russian keyboard produces by accident.

public enum LookAlikes {
  /// The Latin letter that a Cyrillic one looks like, lower and upper case.
  static func latin(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar {
    case "а": "a"
    case "е", "ё": "e"
    case "о": "o"
    case "р": "p"
    case "с": "c"
    case "у": "y"
    case "х": "x"
    case "к": "k"
    case "і", "ї": "i"
    case "ј": "j"
    case "ѕ": "s"
    case "һ": "h"
    case "А": "A"
    case "В": "B"
    case "Е", "Ё": "E"
    case "К": "K"
    case "М": "M"
    case "Н": "H"
    case "О": "O"
    case "Р": "P"
    case "С": "C"
    case "Т": "T"
    case "У": "Y"
    case "Х": "X"
    case "І", "Ї": "I"
    case "Ј": "J"
    case "Ѕ": "S"
    default: nil
    }
  }

  static func looksCyrillic(_ latin: Unicode.Scalar) -> Bool {
    switch latin {
    case "a", "e", "o", "p", "c", "y", "x", "k", "i", "j", "s", "h", "A", "B", "E", "K", "M", "H",
      "O", "P", "C", "T", "Y", "X", "I", "J", "S":
      true
    default: false
    }
  }

  static func isCyrillic(_ scalar: Unicode.Scalar) -> Bool {
    (0x0400...0x052F).contains(scalar.value)
  }

  static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x024F: true
    default: false
    }
  }

  /// The text with every Cyrillic letter that looks Latin replaced by the Latin one.
  public static func folded(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(latin(for: scalar) ?? scalar) }
    return String(result)
  }

  /// Full-width letters, digits and signs as ASCII.
  static func narrowed(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isWide = (0xFF01...0xFF5E).contains(scalar.value)
      let narrow = isWide ? Unicode.Scalar(scalar.value - 0xFEE0) : nil
      result.append(narrow ?? scalar)
    }
    return String(result)
  }

  /// What a name of mixed letters was meant to be, if that is ASCII; otherwise the name itself.
  static func mended(_ name: String) -> String {
    let mended = folded(narrowed(name))
    return mended.unicodeScalars.allSatisfy(\.isASCII) ? mended : name
  }

  /// Whether an identifier mixes the two scripts so that a reader cannot tell which letter is which.
  public static func isMixed(_ identifier: String) -> Bool {
    var latinTotal = 0
    var cyrillicTotal = 0
    var latinHere = 0
    var cyrillicHere = 0
    var alikeHere = 0
    var isUnclear = false
    func endWord() {
      let letters = latinHere + cyrillicHere
      if letters > 0 {
        if latinHere > 0, cyrillicHere > 0, alikeHere > 0 { isUnclear = true }
        if alikeHere == letters { isUnclear = true }
      }
      latinTotal += latinHere
      cyrillicTotal += cyrillicHere
      latinHere = 0
      cyrillicHere = 0
      alikeHere = 0
    }
    for scalar in identifier.unicodeScalars {
      if isLatin(scalar) {
        latinHere += 1
        if looksCyrillic(scalar) { alikeHere += 1 }
      } else if isCyrillic(scalar) {
        cyrillicHere += 1
        if latin(for: scalar) != nil { alikeHere += 1 }
      } else if scalar == "_" || ("0"..."9").contains(scalar) {
        endWord()
      }
    }
    endWord()
    return isUnclear && latinTotal > 0 && cyrillicTotal > 0
  }

  /// Which letters are Cyrillic and which Latin, such as "Latin l, t; Cyrillic е".
  public static func description(of identifier: String) -> String {
    var latinLetters: [String] = []
    var cyrillicLetters: [String] = []
    for scalar in identifier.unicodeScalars {
      let letter = String(scalar)
      if isLatin(scalar), !latinLetters.contains(letter) { latinLetters.append(letter) }
      if isCyrillic(scalar), !cyrillicLetters.contains(letter) { cyrillicLetters.append(letter) }
    }
    var parts: [String] = []
    if !latinLetters.isEmpty { parts.append("Latin \(latinLetters.joined(separator: " "))") }
    if !cyrillicLetters.isEmpty {
      parts.append("Cyrillic \(cyrillicLetters.joined(separator: " "))")
    }
    return parts.joined(separator: ", ")
  }
}
