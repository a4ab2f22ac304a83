// Sentences of a text by its punctuation: a sentence ends after . ! ? or … (with the quotes and
// brackets that close after it) where blank and a capital letter, a digit or an opening mark follow,
// and at the end of a line. Not after initials and the usual abbreviations of Russian and English. A
// rule for references and statistics, not a model: headlines and lists stay as they are.

/// Cuts a text into sentences.
public enum Sentences {
  /// The sentences in order, without blanks around them; empty for a text of blanks.
  public static func of(_ text: String) -> [String] {
    var sentences: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let scalars = Array(line.unicodeScalars)
      var start = 0
      var place = 0
      while place < scalars.count {
        guard isEnd(scalars[place]) else {
          place += 1
          continue
        }
        let mark = place
        while place < scalars.count, isEnd(scalars[place]) || isClosing(scalars[place]) {
          place += 1
        }
        var next = place
        while next < scalars.count, scalars[next].properties.isWhitespace { next += 1 }
        guard next > place, next < scalars.count, begins(scalars[next]),
          !(scalars[mark] == "." && place == mark + 1 && isAbbreviated(scalars[start..<mark]))
        else { continue }
        add(scalars[start..<place], &sentences)
        start = next
        place = next
      }
      add(scalars[start...], &sentences)
    }
    return sentences
  }

  private static func add(_ part: ArraySlice<Unicode.Scalar>, _ sentences: inout [String]) {
    var part = part
    while part.last?.properties.isWhitespace == true { part.removeLast() }
    while part.first?.properties.isWhitespace == true { part.removeFirst() }
    guard !part.isEmpty else { return }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: part)
    sentences.append(String(view))
  }

  private static func isEnd(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "." || scalar == "!" || scalar == "?" || scalar == "…"
  }

  private static func isClosing(_ scalar: Unicode.Scalar) -> Bool {
    "\"'»”’)]".unicodeScalars.contains(scalar)
  }

  private static func begins(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isUppercase || scalar.properties.numericType != nil
      || "«“\"'‘([—–-".unicodeScalars.contains(scalar)
  }

  /// Whether what stands before a full stop is an initial or an abbreviation.
  private static func isAbbreviated(_ before: ArraySlice<Unicode.Scalar>) -> Bool {
    let word = before.reversed().prefix { $0.properties.isAlphabetic }
    if word.count == 1, word[word.startIndex].properties.isUppercase { return true }
    var view = String.UnicodeScalarView()
    for scalar in word.reversed() { view.append(scalar) }
    return abbreviations.contains(String(view).lowercased())
  }

  private static let abbreviations: Set<String> = [
    "г", "гг", "в", "вв", "ул", "пр", "им", "см", "рис", "стр", "тыс", "млн", "млрд", "руб", "коп",
    "проф", "акад", "доц", "ст", "п", "обл", "р", "д", "кв", "тел", "напр", "ср", "др", "mr", "mrs",
    "ms", "dr", "prof", "st", "vs", "no", "fig", "e", "i",
  ]
}
