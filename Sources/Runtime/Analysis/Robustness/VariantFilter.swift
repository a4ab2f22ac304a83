// Whether another wording of a text may stand for it: not a copy, nothing lost that labels hang on
// (numbers, names), not one more of the same. Rules on words; what a text means they do not know.

import TLText

/// Judges other wordings of texts.
public struct VariantFilter: Sendable {
  public enum Problem: String, Sendable, CaseIterable {
    case empty
    /// The same words in the same order.
    case copy
    /// A number of the text is missing, or a new one has come.
    case number
    /// A name of the text is missing.
    case name
    /// Much shorter or longer.
    case length
    /// Nearly the same words as the text, or as a wording before.
    case duplicate
  }

  /// Of the sets of words, above which two wordings count as one.
  public var similarity = 0.9
  /// Words of the variant for each of the text.
  public var lengths = 0.5...2.0

  public init() {}

  /// What speaks against each of several wordings of a text; nil for nothing.
  public func judge(_ variants: [String], of text: String) -> [Problem?] {
    let source = Words.of(text)
    let numbers = Self.numbers(text)
    let names = Self.names(text)
    var kept = [Set(source)]
    return variants.map { variant in
      let words = Words.of(variant)
      if words.isEmpty { return .empty }
      if words == source { return .copy }
      if Self.numbers(variant) != numbers { return .number }
      let stems = Set(words.map { Self.folded($0) })
      if !names.isSubset(of: stems) { return .name }
      let ratio = Double(words.count) / Double(max(1, source.count))
      if !lengths.contains(ratio) { return .length }
      let set = Set(words)
      // Another order of the same words is another wording of the text, not of one before.
      let near = kept.indices.contains { index in
        let common = Double(set.intersection(kept[index]).count)
        let share = common / Double(max(1, set.union(kept[index]).count))
        return share >= similarity && (index > 0 || share < 1)
      }
      if near { return .duplicate }
      kept.append(set)
      return nil
    }
  }

  /// Runs of digits, without what groups them: 1 000 and 1000 are one number.
  static func numbers(_ text: String) -> [String: Int] {
    var found: [String: Int] = [:]
    var current = ""
    var gap = false
    func end() {
      if !current.isEmpty { found[current, default: 0] += 1 }
      (current, gap) = ("", false)
    }
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      if scalar.properties.numericType == .decimal {
        current.unicodeScalars.append(scalar)
        gap = false
        continue
      }
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      let groups = scalar == " " || scalar == "\u{A0}" || scalar == "\u{202F}"
      let isThree =
        index + 3 < scalars.count
        && scalars[index + 1...index + 3].allSatisfy { $0.properties.numericType == .decimal }
        && !(index + 4 < scalars.count && scalars[index + 4].properties.numericType == .decimal)
      if !current.isEmpty, !gap, groups && isThree {
        gap = true
      } else if !current.isEmpty, scalar == "," || scalar == ".",
        next.properties.numericType == .decimal
      {
        // A decimal comma and a decimal point are one.
        current += "."
      } else {
        end()
      }
    }
    end()
    return found
  }

  /// Words that begin with a capital within a sentence, or are in capitals, as stems.
  static func names(_ text: String) -> Set<String> {
    var names: Set<String> = []
    for sentence in Sentences.of(text) {
      var isFirst = true
      for part in TextParts(sentence).parts where part.isWord {
        let letters = Array(part.text.unicodeScalars)
        let capitals = letters.count { $0.properties.isUppercase }
        let isCapital = letters.first?.properties.isUppercase == true
        if letters.count > 1, isCapital && !isFirst || capitals == letters.count {
          names.insert(folded(part.text.lowercased()))
        }
        isFirst = false
      }
    }
    return names
  }

  /// The stem of a small word, without a vowel at its end, so that cases of a name are one.
  private static func folded(_ word: String) -> String {
    RussianStemmer.stem(word)
  }
}
