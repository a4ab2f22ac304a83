// The stem of a Russian word by Porter's suffix stripping as the Snowball project defines it for
// Russian (Porter 2001, snowballstem.org/algorithms/russian): no dictionary, no lemma. Works on
// Unicode scalars of a word in lower case; ё counts as е. Words without Cyrillic letters stay.

/// Snowball's stemmer for Russian.
public enum RussianStemmer {
  /// The stem of a word in lower case; the word itself where it has no Cyrillic letter.
  public static func stem(_ word: String) -> String {
    guard word.utf8.contains(where: { $0 == 0xD0 || $0 == 0xD1 }) else { return word }
    var letters = word.unicodeScalars.map { $0.value == 0x451 ? 0x435 : $0.value }
    let regions = Regions(letters)
    strip(&letters, regions)
    var stem = String.UnicodeScalarView()
    for letter in letters { if let scalar = Unicode.Scalar(letter) { stem.append(scalar) } }
    return String(stem)
  }

  /// RV begins after the first vowel, R2 after the second group of vowels with its consonant.
  private struct Regions {
    var rv: Int
    var r2: Int

    init(_ letters: [UInt32]) {
      (rv, r2) = (letters.count, letters.count)
      guard let first = letters.firstIndex(where: RussianStemmer.isVowel) else { return }
      rv = first + 1
      var place = rv
      /// Past the next letter of a kind; nil at the end.
      func past(_ wantsVowel: Bool) -> Int? {
        while place < letters.count {
          place += 1
          if RussianStemmer.isVowel(letters[place - 1]) == wantsVowel { return place }
        }
        return nil
      }
      guard past(false) != nil, past(true) != nil, let end = past(false) else { return }
      r2 = end
    }
  }

  private static func isVowel(_ letter: UInt32) -> Bool { vowels.contains(letter) }

  private static func strip(_ word: inout [UInt32], _ regions: Regions) {
    let rv = regions.rv
    if !remove(perfectiveGerunds, from: &word, within: rv) {
      _ = remove(reflexives, from: &word, within: rv)
      if remove(adjectives, from: &word, within: rv) {
        _ = remove(participles, from: &word, within: rv)
      } else if !remove(verbs, from: &word, within: rv) {
        _ = remove(nouns, from: &word, within: rv)
      }
    }
    _ = remove(letterI, from: &word, within: rv)
    if let ending = derivational.longest(of: word, within: rv),
      word.count - ending.letters.count >= regions.r2
    {
      word.removeLast(ending.letters.count)
    }
    guard let ending = tidying.longest(of: word, within: rv) else { return }
    if ending.letters == doubled {
      // нн becomes н.
      if word.count >= rv + 2, word[word.count - 2] == doubled[0] { word.removeLast() }
      return
    }
    word.removeLast(ending.letters.count)
    if ending.isSuperlative, word.count >= rv + 2, word.last == doubled[0],
      word[word.count - 2] == doubled[0]
    {
      word.removeLast()
    }
  }

  /// Removes the longest ending of a list; false where none fits, or а or я does not precede one
  /// that needs it.
  private static func remove(_ endings: Endings, from word: inout [UInt32], within start: Int)
    -> Bool
  {
    guard let ending = endings.longest(of: word, within: start) else { return false }
    let rest = word.count - ending.letters.count
    if ending.needsA {
      guard rest > start, word[rest - 1] == 0x430 || word[rest - 1] == 0x44F else { return false }
    }
    word.removeLast(ending.letters.count)
    return true
  }

  // MARK: The endings

  private struct Ending {
    var letters: [UInt32]
    /// Only after а or я.
    var needsA = false
    var isSuperlative: Bool { letters.count > 2 }
  }

  private struct Endings {
    private let list: [Ending]

    init(afterA: String = "", _ others: String) {
      func endings(_ text: String, _ needsA: Bool) -> [Ending] {
        text.split(separator: " ").map {
          Ending(letters: $0.unicodeScalars.map(\.value), needsA: needsA)
        }
      }
      list = (endings(afterA, true) + endings(others, false)).sorted {
        $0.letters.count > $1.letters.count
      }
    }

    func longest(of word: [UInt32], within start: Int) -> Ending? {
      list.first {
        word.count - $0.letters.count >= start && word.suffix($0.letters.count) == $0.letters[...]
      }
    }
  }

  private static let vowels = Set("аеиоуыэюя".unicodeScalars.map(\.value))
  private static let doubled = "н".unicodeScalars.map(\.value)
  private static let perfectiveGerunds = Endings(
    afterA: "в вши вшись", "ив ивши ившись ыв ывши ывшись")
  private static let reflexives = Endings("ся сь")
  private static let adjectives = Endings(
    "ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею")
  private static let participles = Endings(afterA: "ем нн вш ющ щ", "ивш ывш ующ")
  private static let verbs = Endings(
    afterA: "ла на ете йте ли й л ем н ло но ет ют ны ть ешь нно",
    "ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены ить "
      + "ыть ишь ую ю")
  private static let nouns = Endings(
    "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию "
      + "ью ю ия ья я")
  private static let letterI = Endings("и")
  private static let derivational = Endings("ост ость")
  private static let tidying = Endings("ейш ейше н ь")
}
