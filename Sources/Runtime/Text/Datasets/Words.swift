// Words of a text as the field counts them: runs of word characters in lower case, as Python's
// `re.findall(r"\w+", text.lower())` gives them. A combining mark separates; nothing is normalized,
// stemmed or left out, unless a caller folds ё to е.

/// Splits text into lower-case words, by Unicode scalars.
public enum Words {
  /// The words of a text in order.
  public static func of(_ text: String, minimumLength: Int = 1) -> [String] {
    var words: [String] = []
    var current = String.UnicodeScalarView()
    var length = 0
    scan(text) { scalar in
      if let scalar {
        current.append(scalar)
        length += 1
      } else if length > 0 {
        if length >= minimumLength { words.append(String(current)) }
        current = String.UnicodeScalarView()
        length = 0
      }
    }
    return words
  }

  /// A hash of each word (FNV-1a over its lower-case scalars), ё taken as е.
  public static func hashes(of text: String) -> [UInt64] {
    var hashes: [UInt64] = []
    var hash = offsetBasis
    var isInside = false
    scan(text) { scalar in
      if let scalar {
        let value = scalar.value == 0x451 ? 0x435 : scalar.value
        hash = (hash ^ UInt64(value)) &* 0x100_0000_01B3
        isInside = true
      } else if isInside {
        hashes.append(hash)
        hash = offsetBasis
        isInside = false
      }
    }
    return hashes
  }

  /// How many words a text has.
  public static func count(in text: String) -> Int {
    var count = 0
    var isInside = false
    for scalar in text.unicodeScalars {
      let belongs = isWordScalar(scalar)
      if belongs && !isInside { count += 1 }
      isInside = belongs
    }
    return count
  }

  private static let offsetBasis: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Calls `body` with the lower-case word scalars, and with nil where a word may end.
  private static func scan(_ text: String, _ body: (Unicode.Scalar?) -> Void) {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x61...0x7A, 0x30...0x39, 0x5F, 0x430...0x45F: body(scalar)
      case 0x41...0x5A: body(Unicode.Scalar(UInt8(scalar.value + 0x20)))
      case 0x410...0x42F: body(Unicode.Scalar(scalar.value + 0x20))
      case 0x400...0x40F: body(Unicode.Scalar(scalar.value + 0x50))
      case 0..<0x80: body(nil)
      default:
        // A mapping may give several scalars, some of them no word characters.
        for lower in scalar.properties.lowercaseMapping.unicodeScalars {
          body(isWordScalar(lower) ? lower : nil)
        }
      }
    }
    body(nil)
  }

  /// Letters, anything with a numeric value, and the underscore.
  public static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x61...0x7A, 0x30...0x39, 0x5F, 0x41...0x5A, 0x400...0x481: return true
    case 0..<0x80: return false
    default:
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        return true
      default: return scalar.properties.numericType != nil
      }
    }
  }
}
