// How many columns of a terminal a text takes: East Asian wide characters and emoji 2, combining
// marks 0, everything else 1 (Unicode Standard Annex 11, and Annex 29 for the clusters).

/// Widths in terminal columns.
public enum DisplayWidth {
  /// The width of a text without control characters.
  public static func of(_ text: String) -> Int {
    if let ascii = widthOfASCII(text) { return ascii }
    return text.reduce(0) { $0 + of($1) }
  }

  /// The width of one character as a reader sees it: that of its widest scalar, so that a family
  /// emoji of seven scalars takes two columns.
  public static func of(_ character: Character) -> Int {
    var width = 0
    var hasEmojiSelector = false
    for scalar in character.unicodeScalars {
      width = max(width, of(scalar))
      if scalar.value == 0xFE0F { hasEmojiSelector = true }
    }
    return hasEmojiSelector && width == 1 && character.unicodeScalars.count > 1 ? 2 : width
  }

  public static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 {
      return value < 0x20 || (0x7F..<0xA0).contains(value) || value == 0xAD ? 0 : 1
    }
    // Cyrillic and Greek, the common case.
    if (0x370..<0x483).contains(value) || (0x48A..<0x591).contains(value) { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    // Vowels and final consonants that complete a Hangul syllable.
    if (0x1160...0x11FF).contains(value) { return 0 }
    return isWide(value) ? 2 : 1
  }

  /// The width of a text of printable ASCII, nil for another text.
  private static func widthOfASCII(_ text: String) -> Int? {
    text.utf8.allSatisfy { $0 < 0x7F && $0 >= 0x20 } ? text.utf8.count : nil
  }

  /// Ranges of East Asian Width W and F, emoji presentation included, sorted.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
    0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
    0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
    0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
    0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
    0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
    0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F004...0x1F004,
    0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F1E6...0x1F202,
    0x1F210...0x1F23B, 0x1F240...0x1F248, 0x1F250...0x1F251, 0x1F260...0x1F265,
    0x1F300...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393,
    0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4,
    0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC, 0x1F4FF...0x1F53D,
    0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596,
    0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC,
    0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6D7, 0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC,
    0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7EB, 0x1F7F0...0x1F7F0, 0x1F90C...0x1F93A,
    0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x2FFFD,
    0x30000...0x3FFFD,
  ]

  private static func isWide(_ value: UInt32) -> Bool {
    if value < 0x1100 { return false }
    var low = 0
    var high = wide.count
    while low < high {
      let middle = (low + high) / 2
      if wide[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < wide.count && wide[low].lowerBound <= value
  }

  /// The text with control characters made visible as on a keyboard of C: `\n`, `\t`, `\u{1b}`.
  /// Direction marks and other invisible format characters but the emoji joiner are shown too.
  public static func escaped(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { !needsEscape($0) }
    if isPlain { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case _ where needsEscape(scalar):
        let code = "\\u{\(String(scalar.value, radix: 16))}"
        result.append(contentsOf: code.unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00..<0x20, 0x7F..<0xA0: return true
    case 0x20..<0x7F, 0x400..<0x500: return false
    // Line and paragraph separators, marks that turn the direction, the byte order mark.
    case 0x2028...0x202E, 0x2066...0x2069, 0x200E...0x200F, 0x061C, 0xFEFF: return true
    default: return false
    }
  }

  /// The text cut to `width` columns, with `…` at its end when something is missing.
  public static func cut(_ text: String, to width: Int) -> String {
    // A long cell is measured only as far as it can be shown.
    var used = 0
    var fits = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      used += of(text[index])
      if used > width { return width < 1 ? "" : String(text[..<fits]) + "…" }
      if used <= width - 1 { fits = next }
      index = next
    }
    return text
  }
}
