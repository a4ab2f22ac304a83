// Texts: case, cutting, joining, searching. Positions and lengths are in characters (extended
// grapheme clusters).

import TLSyntax
import TLText

enum TextLibrary {
  static let functions: [LibraryFunction] = [
    upper, lower, capitalize, title, trim, join, replace, startsWith, endsWith, characters,
    words, lines, padLeft, padRight, format, editDistance,
  ]

  static let text = ParameterDeclaration("text", .text, "a text")

  static let upper = LibraryFunction(
    "upper", .text, "the text in capital letters", [text], result: .text,
    examples: [.init("upper(\"ёлка, straße\")", "ЁЛКА, STRASSE")]
  ) { call in .text(try TextBytes.changed(call.text(0), call) { $0.uppercased() }) }

  static let lower = LibraryFunction(
    "lower", .text, "the text in small letters", [text], result: .text,
    examples: [.init("lower(\"ЦБ РФ\")", "цб рф")]
  ) { call in .text(try TextBytes.changed(call.text(0), call) { $0.lowercased() }) }

  static let capitalize = LibraryFunction(
    "capitalize", .text, "the text with its first letter capital, the others unchanged", [text],
    result: .text, examples: [.init("capitalize(\"банк России\")", "Банк России")]
  ) { call in
    let text = try call.text(0)
    guard let first = text.first else { return call[0] }
    return .text(titled(first) + text.dropFirst())
  }

  private static func titled(_ character: Character) -> String {
    var scalars = String(character).unicodeScalars
    let first = scalars.removeFirst()
    return first.properties.titlecaseMapping + String(scalars)
  }

  static let title = LibraryFunction(
    "title", .text, "the text with every word capitalized, its other letters small", [text],
    result: .text, examples: [.init("title(\"нижний НОВГОРОД\")", "Нижний Новгород")]
  ) { call in
    var result = ""
    var isInside = false
    for (position, character) in try call.text(0).enumerated() {
      if position & 0x3FFF == 0 { try call.checkCancellation() }
      let isLetter = character.isLetter || character.isNumber || isInside && character == "'"
      result +=
        !isLetter ? String(character) : isInside ? character.lowercased() : titled(character)
      isInside = isLetter
    }
    return .text(result)
  }

  static let trim = LibraryFunction(
    "trim", .text, "the text without white space, or other characters, at its ends",
    [
      text,
      ParameterDeclaration(
        "characters", .text, "the characters to remove instead of white space", default: .none),
      ParameterDeclaration(
        "side", .text, "which end", default: .text("both"), choices: ["both", "start", "end"]),
    ],
    result: .text,
    examples: [
      .init("trim(\"  да \\n\") + \"!\"", "да!"),
      .init("trim(\"«Газпром»\", characters: \"«»\")", "Газпром"),
    ]
  ) { call in
    let text = try call.text(0)
    let side = try call.text(2)
    var part = text[...]
    let set = call.isNone(1) ? nil : Set(try call.text(1))
    func isRemoved(_ character: Character) -> Bool {
      set?.contains(character) ?? character.isWhitespace
    }
    if side != "end" { part = part.drop(while: isRemoved) }
    if side != "start" {
      while let last = part.last, isRemoved(last) { part.removeLast() }
    }
    let isWhole = part.startIndex == text.startIndex && part.endIndex == text.endIndex
    return isWhole ? call[0] : .text(String(part))
  }

  /// The pieces of a text, for `split`.
  static func pieces(_ call: Arguments) throws -> Value {
    let text = try call.text(0)
    let limit = call.isNone(2) ? Int.max : try call.count(2)
    try call.machine.reserve(text.utf8.count / 2, at: call.place)
    if call.isNone(1) { return try TextBytes.pieces(betweenSpaces: text, limit: limit, call) }
    let separator = try call.text(1)
    if separator.isEmpty {
      throw call.bad(1, "the separator is empty; `characters` gives the characters of a text")
    }
    return try TextBytes.pieces(text, between: separator, limit: limit, call)
  }

  static let join = LibraryFunction(
    "join", .text, "the texts of a list as one, or two tables by equal values",
    [
      ParameterDeclaration("values", [.list, .range, .table], "a list of texts, or a table"),
      ParameterDeclaration(
        "with", [.text, .table], "what to put between the texts, or the other table",
        default: .text("")),
      ParameterDeclaration(
        "on", [.text, .list], "for tables: the columns that must be equal", default: .none,
        role: .column(of: 0)),
      ParameterDeclaration(
        "how", .text, "for tables: which rows without a partner stay", default: .text("inner"),
        choices: JoinKind.allCases.map(\.rawValue)),
    ],
    result: [.text, .table],
    inferred: { kinds in
      if kinds[0].set == .table { return TableKinds.join(kinds) }
      return kinds[0].set.contains(.table) ? Kind([.text, .table]) : .text
    },
    examples: [
      .init("join([\"а\", \"б\"], \", \")", "а, б"),
      .init(
        "let sizes = table({id: [1, 2], size: [10, 20]})\n"
          + "let names = table({id: [2, 1], name: [\"б\", \"а\"]})\n"
          + "join(sizes, names, on: \"id\") |> rows",
        "[{id: 1, size: 10, name: \"а\"}, {id: 2, size: 20, name: \"б\"}]"),
    ],
    details: "Of tables, rows stand in the order of the first one; a column name that both have "
      + "gets `_right` in the second place; a missing value equals nothing."
  ) { call in
    if let table = call[0].asTable { return try TableFunctions.join(table, call) }
    let separator = try call.text(1)
    return .text(try TextBytes.joined(try call.elements(0), separator, call))
  }

  static let replace = LibraryFunction(
    "replace", .text, "the text with every occurrence of a part replaced",
    [
      text, ParameterDeclaration("old", .text, "the part to look for"),
      ParameterDeclaration("new", .text, "what to put there"),
      ParameterDeclaration(
        "limit", .integer, "replace at most so many", default: .none, in: 0...Double.infinity),
    ],
    result: .text,
    examples: [.init("replace(\"ёлка, ёж\", \"ё\", \"е\")", "елка, еж")]
  ) { call in
    var text = try call.text(0)
    let old = try call.text(1)
    let new = try call.text(2)
    if old.isEmpty { throw call.bad(1, "`old` is empty") }
    let limit = call.isNone(3) ? Int.max : try call.count(3)
    let offsets = try TextBytes.offsets(of: old, in: text, limit: limit, call)
    if offsets.isEmpty { return call[0] }
    let width = old.utf8.count
    let (growth, overflow) = offsets.count.multipliedReportingOverflow(by: new.utf8.count)
    try call.machine.reserve(
      overflow ? .max : text.utf8.count + growth, elementBytes: 2, at: call.place)
    return .text(
      try text.withUTF8 { bytes in
        var result = ""
        result.reserveCapacity(bytes.count + growth - offsets.count * width)
        var start = 0
        for (position, offset) in offsets.enumerated() {
          if position & 0xFFFF == 0 { try call.checkCancellation() }
          result += TextBytes.string(bytes, start, offset)
          result += new
          start = offset + width
        }
        return result + TextBytes.string(bytes, start, bytes.count)
      })
  }

  static let startsWith = LibraryFunction(
    "starts_with", .text, "whether a text begins with another",
    [text, ParameterDeclaration("beginning", .text, "the other text")], result: .boolean,
    examples: [.init("starts_with(\"привет\", \"при\")", "true")]
  ) { call in .boolean(try call.text(0).utf8.starts(with: try call.text(1).utf8)) }

  static let endsWith = LibraryFunction(
    "ends_with", .text, "whether a text ends with another",
    [text, ParameterDeclaration("ending", .text, "the other text")], result: .boolean,
    examples: [.init("ends_with(\"data.csv\", \".csv\")", "true")]
  ) { call in
    .boolean(try call.text(0).utf8.reversed().starts(with: try call.text(1).utf8.reversed()))
  }

  static let characters = LibraryFunction(
    "characters", .text, "the characters of a text as a reader counts them", [text],
    result: .list(of: .text),
    examples: [.init("characters(\"да👍🏽\")", "[\"д\", \"а\", \"👍🏽\"]")]
  ) { call in .list(try call.elements(0)) }

  static let words = LibraryFunction(
    "words", .text, "the words of a text, without punctuation", [text], result: .list(of: .text),
    examples: [
      .init("words(\"Кто-то пришёл: 5 раз!\")", "[\"Кто-то\", \"пришёл\", \"5\", \"раз\"]")
    ],
    details: "A word is a run of letters, marks, digits and `_`; a hyphen or an apostrophe between "
      + "two of them belongs to it."
  ) { call in
    let scalars = try call.text(0).unicodeScalars
    return try call.collect { result in
      var start: String.Index?
      var end = scalars.startIndex
      var index = scalars.startIndex
      var steps = 0
      while index < scalars.endIndex {
        steps += 1
        if steps & 0xFFFF == 0 { try call.checkCancellation() }
        let scalar = scalars[index]
        let next = scalars.index(after: index)
        if isWord(scalar) {
          if start == nil { start = index }
          end = next
        } else if let begin = start {
          // A joint stays inside when a word goes on right behind it.
          if !(end == index && isJoint(scalar) && next < scalars.endIndex && isWord(scalars[next]))
          {
            result.append(.text(String(scalars[begin..<end])))
            start = nil
          }
        }
        index = next
      }
      if let begin = start { result.append(.text(String(scalars[begin..<end]))) }
    }
  }

  @inline(__always)
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, 0x5F, 0x410...0x44F, 0x401, 0x451: return true
    case 0..<0x80: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber,
      .connectorPunctuation:
      return true
    default: return false
    }
  }

  private static func isJoint(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "-" || scalar == "'" || scalar == "\u{2019}" || scalar == "\u{2010}"
      || scalar == "\u{2011}"
  }

  static let lines = LibraryFunction(
    "lines", .text, "the lines of a text, without their ends", [text], result: .list(of: .text),
    examples: [.init("lines(\"раз\\nдва\\n\")", "[\"раз\", \"два\"]")]
  ) { call in try TextBytes.lines(call.text(0), call) }

  private static func padding(
    _ name: String, _ purpose: String, _ examples: [LibraryFunction.Example]
  )
    -> LibraryFunction
  {
    LibraryFunction(
      name, .text, purpose,
      [
        ParameterDeclaration("value", .any, "a text; any other value as `print` writes it"),
        ParameterDeclaration("width", .integer, "how many characters at least"),
        ParameterDeclaration("with", .text, "one character to fill up with", default: .text(" ")),
      ],
      result: .text, examples: examples
    ) { call in
      let text = try call.machine.displayed(call[0], at: call.place)
      let fill = try call.text(2)
      guard fill.count == 1 else {
        throw call.bad(2, "`with` must be one character, found \(brief(call[2]))")
      }
      let missing = max(0, try call.integer(1) - (call[0].asText?.count ?? text.count))
      let (bytes, overflow) = missing.multipliedReportingOverflow(by: fill.utf8.count)
      try call.machine.reserve(overflow ? .max : bytes, elementBytes: 2, at: call.place)
      let pad = String(repeating: fill, count: missing)
      return .text(name == "pad_left" ? pad + text : text + pad)
    }
  }

  static let padLeft = padding(
    "pad_left", "the text filled up at its beginning to a width",
    [.init("pad_left(7, 3, with: \"0\")", "007")])

  static let padRight = padding(
    "pad_right", "the text filled up at its end to a width",
    [.init("pad_right(\"да\", 4, with: \".\")", "да..")])

  static let format = LibraryFunction(
    "format", .text, "a number as a text with so many digits behind the point",
    [
      ParameterDeclaration("number", .number, "a number"),
      ParameterDeclaration(
        "digits", .integer, "behind the point; as many as needed by default", default: .none,
        in: 0...100),
      ParameterDeclaration(
        "percent", .boolean, "write 0.15 as 15%", default: .boolean(false)),
      ParameterDeclaration(
        "thousands", .text, "what to put between groups of three digits", default: .text("")),
      ParameterDeclaration("decimal", .text, "the decimal mark", default: .text(".")),
      ParameterDeclaration(
        "sign", .boolean, "write the plus of positive numbers", default: .boolean(false)),
    ],
    result: .text,
    examples: [
      .init("format(2/3, digits: 2)", "0.67"),
      .init("format(0.125, digits: 1, percent: true)", "12.5%"),
      .init("format(1234567.5, thousands: \" \", decimal: \",\")", "1 234 567,5"),
    ]
  ) { call in
    let digits = call.isNone(1) ? nil : try call.integer(1)
    let isPercent = try call.boolean(2)
    var decimal: Decimal
    switch call[0] {
    case .integer(let value): decimal = Decimal(value)
    default:
      let number = try call.number(0)
      guard let exact = Decimal(number) else { return .text(display(number: number)) }
      decimal = exact
    }
    if isPercent { decimal.exponent += 2 }
    if let digits { decimal.round(digits) }
    var text = decimal.plain(
      digits: digits, thousands: try call.text(3), decimal: try call.text(4))
    if isPercent { text += "%" }
    if try call.boolean(5), !decimal.isNegative { text = "+" + text }
    return .text(text)
  }

  static let editDistance = LibraryFunction(
    "edit_distance", .text,
    "the least number of insertions, deletions and replacements that make one text the other",
    [text, ParameterDeclaration("other", .text, "another text")], result: .integer,
    examples: [.init("edit_distance(\"молоко\", \"колоко\")", "1")],
    details: "In characters (Levenshtein 1966)."
  ) { call in
    // Numbers in place of characters: they compare at once, and go away at once.
    var clusters: [ByteKey: UInt32] = [:]
    func characters(_ index: Int) throws -> [UInt32] {
      var result: [UInt32] = []
      for character in try call.text(index) {
        if result.count & 0x3FFF == 0 { try call.checkCancellation() }
        var scalars = character.unicodeScalars.makeIterator()
        if let only = scalars.next(), scalars.next() == nil {
          result.append(only.value)
        } else {
          let next = UInt32(truncatingIfNeeded: 0x11_0000 + clusters.count)
          result.append(clusters[ByteKey(String(character)), default: next])
          clusters[ByteKey(String(character))] = result[result.count - 1]
        }
      }
      return result
    }
    let a = try characters(0)
    let b = try characters(1)
    var row = [Int32](unsafeUninitializedCapacity: b.count + 1) { buffer, count in
      for place in 0...b.count {
        buffer.initializeElement(at: place, to: Int32(truncatingIfNeeded: place))
      }
      count = b.count + 1
    }
    for (i, left) in a.enumerated() {
      try call.checkCancellation()
      var diagonal = row[0]
      row[0] = Int32(truncatingIfNeeded: i + 1)
      for (j, right) in b.enumerated() {
        if j & 0xFFFF == 0xFFFF { try call.checkCancellation() }
        let above = row[j + 1]
        row[j + 1] = left == right ? diagonal : 1 + min(diagonal, above, row[j])
        diagonal = above
      }
    }
    return .integer(Int(row[b.count]))
  }
}
