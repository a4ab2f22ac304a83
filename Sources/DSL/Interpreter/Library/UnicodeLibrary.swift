// Texts below the level of characters: code points, bytes, normalization forms, classes of letters.

import TLSyntax
import TLText

enum UnicodeLibrary {
  static let functions: [LibraryFunction] =
    [normalize, scalars, fromScalars, bytes] + classes

  private static let text = TextLibrary.text

  static let normalize = LibraryFunction(
    "normalize", .text, "the text in a Unicode normalization form",
    [
      text,
      ParameterDeclaration(
        "form", .text,
        "NFC composes letters with their marks, NFD takes them apart; NFKC and "
          + "NFKD also replace variants such as ﬁ and ²", default: .text("NFC"),
        choices: ["NFC", "NFD", "NFKC", "NFKD"]),
    ],
    result: .text,
    examples: [
      .init("scalars(normalize(\"й\", form: \"NFD\"))", "[1080, 774]"),
      .init("normalize(\"ﬁ²\", form: \"NFKC\")", "fi2"),
    ]
  ) { call in
    let form = try call.text(1)
    return .text(
      try TextBytes.changed(call.text(0), call, beforeASCII: true) {
        $0.normalized(form: form) ?? ""
      })
  }

  static let scalars = LibraryFunction(
    "scalars", .text, "the code points of a text as Integers", [text],
    result: .list(of: .integer), examples: [.init("scalars(\"да\")", "[1076, 1072]")]
  ) { call in
    let text = try call.text(0)
    return try call.collect(text.utf8.count) { result in
      for scalar in text.unicodeScalars {
        if result.count & 0xFFFF == 0 { try call.checkCancellation() }
        result.append(.integer(Int(scalar.value)))
      }
    }
  }

  static let fromScalars = LibraryFunction(
    "from_scalars", .text, "the text of a list of code points",
    [ParameterDeclaration("scalars", .list, "code points", of: .integer)], result: .text,
    examples: [.init("from_scalars([1076, 1072])", "да")]
  ) { call in
    var text = String.UnicodeScalarView()
    for (position, value) in try call.list(0).enumerated() {
      guard case .integer(let number) = value, let code = UInt32(exactly: number),
        let scalar = Unicode.Scalar(code)
      else {
        throw call.bad(0, "\(brief(value)) at position \(position) is no code point")
      }
      text.append(scalar)
    }
    return .text(String(text))
  }

  static let bytes = LibraryFunction(
    "bytes", .text, "the bytes of a text in UTF-8 as Integers", [text],
    result: .list(of: .integer), examples: [.init("bytes(\"д!\")", "[208, 180, 33]")]
  ) { call in
    let text = try call.text(0)
    return try call.collect(text.utf8.count) { result in
      for byte in text.utf8 {
        if result.count & 0xFFFFF == 0 { try call.checkCancellation() }
        result.append(.integer(Int(byte)))
      }
    }
  }

  static let classes = [
    classTest("is_letter", "letters", "is_letter(\"Ёж\")", "true") { $0.isLetter },
    classTest("is_digit", "decimal digits", "is_digit(\"42\")", "true") {
      $0.unicodeScalars.first?.properties.numericType == .decimal
    },
    classTest("is_upper", "capital letters", "is_upper(\"ЦБ\")", "true") { $0.isUppercase },
    classTest("is_lower", "small letters", "is_lower(\"Цб\")", "false") { $0.isLowercase },
    classTest("is_space", "white space", "is_space(\" \\n\")", "true") { $0.isWhitespace },
    classTest("is_punctuation", "punctuation", "is_punctuation(\"«!»\")", "true") {
      $0.isPunctuation
    },
  ]

  private static func classTest(
    _ name: String, _ what: String, _ code: String, _ result: String,
    _ test: @escaping @Sendable (Character) -> Bool
  ) -> LibraryFunction {
    LibraryFunction(
      name, .text, "whether a text has only \(what), and at least one character", [text],
      result: .boolean, examples: [.init(code, result)]
    ) { call in
      let text = try call.text(0)
      for (position, character) in text.enumerated() {
        if position & 0xFFFF == 0xFFFF { try call.checkCancellation() }
        if !test(character) { return .boolean(false) }
      }
      return .boolean(!text.isEmpty)
    }
  }
}
