// Words that mix Cyrillic with Latin letters that look the same, such as `Cбербанк` with a Latin C:
// to a tokenizer another word, to a reader the same one. Found and counted, never changed here.

/// Words with look-alike letters of the other script.
public struct MixedLetters: Sendable {
  public struct Example: Sendable, Equatable {
    public let row: Int
    public let word: String
    /// The word with `[` `]` around the letters of the rarer script.
    public let marked: String
  }

  /// How many such words there are.
  public private(set) var wordCount = 0
  /// How many texts have one.
  public private(set) var rowCount = 0
  /// The first ones, at most ten.
  public private(set) var examples: [Example] = []

  /// Looks through texts; only a word of both scripts counts, and only when each letter of the
  /// rarer one has a twin in the other.
  public init(_ texts: some Sequence<String>) {
    for (row, text) in texts.enumerated() {
      let before = wordCount
      var word: [Unicode.Scalar] = []
      for scalar in text.unicodeScalars {
        if Self.isCyrillic(scalar) || Self.isLatin(scalar) {
          word.append(scalar)
        } else if !word.isEmpty {
          check(word, row)
          word.removeAll(keepingCapacity: true)
        }
      }
      check(word, row)
      if wordCount > before { rowCount += 1 }
    }
  }

  private mutating func check(_ word: [Unicode.Scalar], _ row: Int) {
    let latin = word.reduce(0) { $0 + (Self.isLatin($1) ? 1 : 0) }
    guard latin > 0 && latin < word.count else { return }
    let latinIsRare = latin * 2 <= word.count
    let isRare: (Unicode.Scalar) -> Bool = { Self.isLatin($0) == latinIsRare }
    let twins = latinIsRare ? Self.latinTwins : Self.cyrillicTwins
    guard word.allSatisfy({ !isRare($0) || twins.contains($0) }) else { return }
    wordCount += 1
    guard examples.count < 10 else { return }
    var plain = String.UnicodeScalarView()
    var marked = String.UnicodeScalarView()
    for scalar in word {
      plain.append(scalar)
      if isRare(scalar) {
        marked.append(contentsOf: ["[", scalar, "]"])
      } else {
        marked.append(scalar)
      }
    }
    examples.append(Example(row: row, word: String(plain), marked: String(marked)))
  }

  private static let latinTwins = Set("aeopcyxkiABEKMHOPCTYXI".unicodeScalars)
  private static let cyrillicTwins = Set("аеорсухкіАВЕКМНОРСТУХІ".unicodeScalars)

  private static func isCyrillic(_ scalar: Unicode.Scalar) -> Bool {
    (0x0400...0x0481).contains(scalar.value) || (0x048A...0x052F).contains(scalar.value)
  }

  private static func isLatin(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x41...0x5A, 0x61...0x7A: return true
    default: return false
    }
  }
}
