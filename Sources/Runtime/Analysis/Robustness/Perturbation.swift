// Small changes of a text that leave its meaning: what a person types by mistake or writes otherwise.
// Rules alone, no model; a function of text, kind, rate and a random stream. The rate is the share of
// the places of a kind (words, marks, letters ё) that change.

import TLTensor
import TLText

/// A kind of change.
public enum Perturbation: String, Sendable, CaseIterable {
  /// Words in capitals or in small letters.
  case capitals = "case"
  /// A letter slipped, lost, doubled by a neighbour on the keyboard, or two swapped.
  case typo
  /// ё written as е, and е as ё in words that are always written with ё.
  case yo
  /// Marks lost, doubled, or another one.
  case punctuation
  /// Neighbouring words swapped, not over a mark.
  case wordOrder = "word_order"

  /// Whether every word stays in its place, so that tags of words go on to fit.
  public var keepsWords: Bool { self != .punctuation && self != .wordOrder }

  /// The changed text; the text itself where the kind finds nothing to change.
  public func apply(to text: String, rate: Double, seed: UInt64, number: Int) -> String {
    let kind = UInt64(Self.allCases.firstIndex(of: self) ?? 0)
    var random = RandomStream(
      seed: seed, stream: 0x7065_7274_0000_0000 | kind << 28 | UInt64(truncatingIfNeeded: number))
    var parts = TextParts(text).parts
    switch self {
    case .capitals: Self.changeCase(&parts, rate, &random)
    case .typo: Self.mistype(&parts, rate, &random)
    case .yo: Self.changeYo(&parts, rate, &random)
    case .punctuation: Self.changeMarks(&parts, rate, &random)
    case .wordOrder: Self.swapWords(&parts, rate, &random)
    }
    return parts.map(\.text).joined()
  }

  private static func changeCase(
    _ parts: inout [TextParts.Part], _ rate: Double, _ random: inout RandomStream
  ) {
    for index in parts.indices where parts[index].isWord && random.uniform() < rate {
      let word = parts[index].text
      let (upper, lower) = (word.uppercased(), word.lowercased())
      let first = random.uniform() < 0.5 ? upper : lower
      parts[index].text = first == word ? (first == upper ? lower : upper) : first
    }
  }

  private static func mistype(
    _ parts: inout [TextParts.Part], _ rate: Double, _ random: inout RandomStream
  ) {
    for index in parts.indices where parts[index].isWord {
      var letters = Array(parts[index].text.unicodeScalars)
      // Short words, numbers and first letters are left: readers tell words by these.
      guard letters.count >= 4, letters.allSatisfy(\.properties.isAlphabetic),
        random.uniform() < rate
      else { continue }
      let place = 1 + random.index(below: letters.count - 1)
      let small = letters[place].properties.lowercaseMapping.unicodeScalars.first ?? letters[place]
      let isCapital = small != letters[place]
      let neighbors = Keyboard.neighbors(of: small)
      func slipped() -> Unicode.Scalar {
        guard !neighbors.isEmpty else { return letters[place] }
        let key = neighbors[random.index(below: neighbors.count)]
        return isCapital ? key.properties.uppercaseMapping.unicodeScalars.first ?? key : key
      }
      switch random.index(below: 4) {
      case 0: letters[place] = slipped()
      case 1: letters.insert(slipped(), at: place)
      case 2: letters.remove(at: place)
      default:
        let other = place + 1 < letters.count ? place + 1 : place - 1
        letters.swapAt(place, other)
      }
      parts[index].text = Self.string(letters)
    }
  }

  private static func changeYo(
    _ parts: inout [TextParts.Part], _ rate: Double, _ random: inout RandomStream
  ) {
    for index in parts.indices where parts[index].isWord && random.uniform() < rate {
      let word = parts[index].text
      if word.unicodeScalars.contains(where: { $0 == "ё" || $0 == "Ё" }) {
        parts[index].text = Self.string(
          word.unicodeScalars.map { $0 == "ё" ? "е" : $0 == "Ё" ? "Е" : $0 })
      } else if let place = YoWords.place(word.lowercased()) {
        var letters = Array(word.unicodeScalars)
        guard place < letters.count else { continue }
        letters[place] = letters[place] == "Е" ? "Ё" : "ё"
        parts[index].text = Self.string(letters)
      }
    }
  }

  private static func changeMarks(
    _ parts: inout [TextParts.Part], _ rate: Double, _ random: inout RandomStream
  ) {
    for index in parts.indices where parts[index].isPunctuation && random.uniform() < rate {
      // A part of the number behind it, as in -5.
      if index + 1 < parts.count, parts[index + 1].hasDigit { continue }
      // Within a number or a word it is a part of it: 93,5 or кто-то.
      let isInside =
        index > 0 && parts[index - 1].isWord && index + 1 < parts.count && parts[index + 1].isWord
      if isInside { continue }
      let mark = parts[index].text
      switch random.index(below: 4) {
      case 0, 1: parts[index].text = ""
      case 2: parts[index].text = mark + mark
      default: parts[index].text = exchanges[mark] ?? ""
      }
    }
    if let last = parts.last, last.isWord, random.uniform() < rate {
      parts.append(TextParts.Part(text: random.uniform() < 0.5 ? "." : "!", kind: .mark))
    }
  }

  private static let exchanges = [
    ".": "!", "!": ".", ",": " -", ";": ",", ":": " -", "?": "?!", "«": "\"", "»": "\"", "\"": "'",
    "—": "-", "–": "-", "…": "...", "“": "\"", "”": "\"",
  ]

  private static func swapWords(
    _ parts: inout [TextParts.Part], _ rate: Double, _ random: inout RandomStream
  ) {
    // Word, blank, word: nothing else may stand between.
    var index = 0
    while index + 2 < parts.count {
      let isPair =
        parts[index].isWord && parts[index + 1].kind == .blank && parts[index + 2].isWord
      // Numbers stay as they are, and with them their neighbours: 1 200 млн.
      let reach = max(0, index - 2)...min(index + 4, parts.count - 1)
      if isPair, !parts[reach].contains(where: \.hasDigit), random.uniform() < rate {
        parts.swapAt(index, index + 2)
        index += 3
      } else {
        index += 1
      }
    }
  }

  private static func string(_ letters: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: letters)
    return String(view)
  }
}

/// A text in words, marks and blanks; together they are the text.
struct TextParts {
  enum Kind { case word, mark, blank }

  struct Part {
    var text: String
    var kind: Kind
    var isWord: Bool { kind == .word }
    /// A mark that separates: no sign of a currency or a degree, and none that belongs to a number
    /// or a name.
    var isPunctuation: Bool {
      guard kind == .mark, let scalar = text.unicodeScalars.first else { return false }
      switch scalar.properties.generalCategory {
      case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation:
        return !"%‰&@#*".unicodeScalars.contains(scalar)
      default: return false
      }
    }
    var hasDigit: Bool { text.unicodeScalars.contains { $0.properties.numericType != nil } }
  }

  private(set) var parts: [Part] = []

  init(_ text: String) {
    var current = String.UnicodeScalarView()
    var kind = Kind.blank
    func close(_ parts: inout [Part]) {
      if !current.isEmpty { parts.append(Part(text: String(current), kind: kind)) }
      current = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      let isMarkAbove = scalar.properties.generalCategory == .nonspacingMark
      let next: Kind =
        isMarkAbove
        ? kind
        : Words.isWordScalar(scalar) ? .word : scalar.properties.isWhitespace ? .blank : .mark
      // Each mark is a part of its own.
      if next != kind || next == .mark && !isMarkAbove { close(&parts) }
      kind = next
      current.append(scalar)
    }
    close(&parts)
  }
}

/// Words that are always written with ё where it is written at all.
enum YoWords {
  /// Where е may become ё in a small word; nil for other words.
  static func place(_ word: String) -> Int? { places[word] }

  private static let places: [String: Int] = {
    let words =
      "её ещё моё твоё своё причём приём объём подъём счёт расчёт учёт отчёт зачёт самолёт полёт "
      + "вертолёт партнёр актёр режиссёр тёплый чёрный жёлтый зелёный тяжёлый далёкий лёгкий твёрдый "
      + "надёжный серьёзный учёный мёртвый чёткий шёл пошёл пришёл нашёл ушёл зашёл прошёл подошёл "
      + "произошёл идёт пойдёт придёт найдёт даёт живёт берёт ведёт несёт растёт ждёт поёт начнёт "
      + "четвёртый трёх четырёх ребёнок ребёнка орёл козёл котёл мёд лёд лёгкая тёмный весёлый "
      + "дешёвый солёный тётя берёза вперёд назовёт создаёт остаётся объёма приёма счёта расчёта учёта "
      + "отчёта счёте отчёте самолёта самолёты чёрная чёрные серьёзная серьёзные надёжная учёные"
    var places: [String: Int] = [:]
    for word in words.split(separator: " ") {
      let letters = Array(word.unicodeScalars)
      guard let place = letters.firstIndex(of: "ё") else { continue }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: letters.map { $0 == "ё" ? "е" : $0 })
      places[String(view)] = place
    }
    return places
  }()
}
