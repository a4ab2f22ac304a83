// Sentences of a text by its punctuation: a sentence ends after . ! ? or … (with the quotes and
// brackets that close after it) where blank and a capital letter, a digit or an opening mark follow,
// and at the end of a line. Not after initials and the usual abbreviations of Russian and English. A
// rule for references and statistics, not a model: headlines and lists stay as they are.

/// Cuts a text into sentences.
public enum Sentences {
  /// The sentences in order, without blanks around them; empty for a text of blanks.
  /// Where `isStopped` says so, only the first ones.
  public static func of(_ text: String, isStopped: () -> Bool = { false }) -> [String] {
    var sentences: [String] = []
    var line: [Unicode.Scalar] = []
    var count = 0
    for scalar in text.unicodeScalars {
      count += 1
      if count & 0xFFFF == 0, isStopped() { return sentences }
      if isLineBreak(scalar) {
        cut(line, &sentences, isStopped)
        line.removeAll(keepingCapacity: true)
      } else {
        line.append(scalar)
      }
    }
    cut(line, &sentences, isStopped)
    return sentences
  }

  private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Adds the sentences of a line.
  private static func cut(
    _ scalars: [Unicode.Scalar], _ sentences: inout [String], _ isStopped: () -> Bool
  ) {
    var start = 0
    var place = 0
    while place < scalars.count {
      guard isEnd(scalars[place]) else {
        place += 1
        if place & 0xFFFF == 0, isStopped() { return }
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
