import TLText
import Testing

/// Regular expressions of `tokenizer.json` cut a text as the reference library does, which reads them
/// with Oniguruma (tokenizers 0.22.2).
@Suite struct TokenizerExpressionTests {
  static func json(
    _ stage: String, _ type: String, _ expression: String, _ settings: [JSONField],
    words: [String] = []
  ) -> [UInt8] {
    let vocabulary = (["<unk>"] + words).enumerated().map { JSONField($1, .int($0)) }
    let fields = [
      JSONField("type", .string(type)),
      JSONField("pattern", .object([JSONField("Regex", .string(expression))])),
    ]
    let model = [
      JSONField("type", .string("WordLevel")), JSONField("vocab", .object(vocabulary)),
      JSONField("unk_token", .string("<unk>")),
    ]
    return Array(
      JSON.object([
        JSONField(stage, .object(fields + settings)), JSONField("model", .object(model)),
      ])
      .serialized().utf8)
  }

  static func pieces(
    _ expression: String, _ text: String, behavior: String = "Isolated", inverted: Bool = false
  ) throws -> [String] {
    let tokenizer = try Tokenizer(
      json: json(
        "pre_tokenizer", "Split", expression,
        [JSONField("behavior", .string(behavior)), JSONField("invert", .bool(inverted))]))
    let scalars = Array(text.unicodeScalars)
    return try tokenizer.encode(text).offsets.map { span in
      var piece = String.UnicodeScalarView()
      piece.append(contentsOf: scalars[Int(span.start)..<Int(span.end)])
      return String(piece)
    }
  }

  @Test(
    arguments: [
      (#"[\w]+"#, "a²½_1 ё\u{301}", ["a", "²½", "_1", " ", "ё\u{301}"]),
      (#"\w+"#, "a²½_1 ё\u{301} b", ["a²½_1", " ", "ё\u{301}", " ", "b"]),
      (#"\W+"#, "a²½, b", ["a²½", ", ", "b"]),
      (#"[\W]+"#, "a²½, b", ["a", "²½, ", "b"]),
      (#"[^\W\d_]+"#, "ab1_\u{301}ё ⅷ", ["ab", "1_", "\u{301}ё", " ", "ⅷ"]),
      (#"^\w+"#, "foo bar\nbaz", ["foo", " bar\n", "baz"]),
      (#"\w+$"#, "foo bar\nbaz", ["foo ", "bar", "\n", "baz"]),
      (#"(?m)a.b"#, "a\nb", ["a\nb"]),
      (#"(?m:a.)b"#, "a\nb", ["a\nb"]),
      (#"(?im)A."#, "a\nb", ["a\n", "b"]),
      (#"[a-c[x-z]]+"#, "abyzq", ["abyz", "q"]),
      (#"[[a]-z]+"#, "a-zbm", ["a-z", "bm"]),
      (#"[-[bc]]+"#, "a-bcd", ["a", "-bc", "d"]),
      (#"[[a]-[b]]+"#, "a-b", ["a-b"]),
      (#"[a[]b]]+"#, "a]bc", ["a]b", "c"]),
      (#"[a[^b]]+"#, "abcc", ["a", "b", "cc"]),
      (#"[^[ab]c]+"#, "abcde", ["abc", "de"]),
      (#"[^[^ab]c]+"#, "abcde", ["ab", "cde"]),
      (#"[[[a]b]c]+"#, "abcd", ["abc", "d"]),
      (
        #" ?[^(\s|[.,!?…。，、।۔،])]+"#, "foo (bar), baz. ок",
        ["foo", " (", "bar", "),", " baz", ".", " ок"]
      ),
      (#"[[:punct:]]+"#, "a+b©!€—x_1", ["a", "+", "b", "©!€—", "x", "_", "1"]),
      (#"[[:^punct:]]+"#, "a+b©!€—x_1", ["a", "+", "b", "©!€—", "x", "_", "1"]),
      (#"[[:alpha:][:digit:]]+"#, "aя1 ⅷ\u{345}—²", ["aя1", " ", "ⅷ\u{345}", "—²"]),
      (#"[^[:space:]]+"#, "a\u{a0}b c", ["a", "\u{a0}", "b", " ", "c"]),
      (#"[[:upper:]]+"#, "aЯⒶb", ["a", "ЯⒶ", "b"]),
      (#"[[:word:]]+"#, "a_²b", ["a_", "²", "b"]),
      (#"[[:blank:]]+"#, "a \u{9}\nb", ["a", " \u{9}", "\nb"]),
      (#"\p{Han}+"#, "中、。文", ["中", "、。", "文"]),
      (#"[\p{Han}a]+"#, "中a、", ["中a", "、"]),
      (#"\p{^Han}+"#, "中a、", ["中", "a、"]),
      (#"(?#[)a"#, "ab", ["a", "b"]),
      (#"(?i:s|t)+"#, "aSTb", ["a", "ST", "b"]),
      (#"(?=\d)"#, "a12", ["a", "1", "2"]),
      (#"(?=(\d{3})+(?!\d))"#, "1234567", ["1", "234", "567"]),
      (#"|a"#, "aa", ["a", "a"]),
      (#"x*"#, "axxb", ["a", "xx", "b"]),
      (#"^"#, "a\nb", ["a\n", "b"]),
      (#"$"#, "a\nb", ["a", "\nb"]),
      (#"\s*$"#, "a \nb", ["a", " ", "\nb"]),
      (#"\b"#, "a² и\u{306}а—ё", ["a²", " ", "и\u{306}а", "—", "ё"]),
      (#"\B"#, "a² и\u{306}а—ё", ["a", "² и", "\u{306}", "а—ё"]),
    ] as [(String, String, [String])])
  func aTextIsCutAsTheReferenceDoes(_ expression: String, _ text: String, _ pieces: [String]) throws
  {
    #expect(try Self.pieces(expression, text) == pieces)
  }

  @Test(
    arguments: [
      ("Removed", false, ["a", "b", "b", "a", "b"]),
      ("Removed", true, ["c"]),
      ("Isolated", false, ["a", "b", "b", "c", "a", "b"]),
      ("Isolated", true, ["a", "b", "b", "c", "a", "b"]),
      ("MergedWithPrevious", false, ["a", "b", "bc", "a", "b"]),
      ("MergedWithPrevious", true, ["a", "b", "b", "ca", "b"]),
      ("MergedWithNext", false, ["a", "b", "b", "ca", "b"]),
      ("MergedWithNext", true, ["a", "b", "bc", "a", "b"]),
      ("Contiguous", false, ["a", "b", "b", "c", "a", "b"]),
      ("Contiguous", true, ["a", "b", "b", "c", "a", "b"]),
    ] as [(String, Bool, [String])])
  func matchesOfNoLengthCutInEveryWay(
    _ behavior: String, _ inverted: Bool, _ pieces: [String]
  ) throws {
    #expect(
      try Self.pieces("(?=b)|c", "abbcab", behavior: behavior, inverted: inverted) == pieces)
  }

  @Test(arguments: [
    (#"(?=b)"#, "abb", "a-b-b"),
    (#"x*"#, "axxb", "-a-b-"),
    (#"^"#, "a\nb", "-a\n-b"),
    (#"$"#, "a\nb", "a-\nb-"),
    (#"\s+$"#, "a \nb ", "a-\nb-"),
  ])
  func matchesOfNoLengthAreReplaced(_ expression: String, _ text: String, _ becomes: String) throws
  {
    let tokenizer = try Tokenizer(
      json: Self.json(
        "normalizer", "Replace", expression, [JSONField("content", .string("-"))],
        words: [becomes]))
    #expect(try tokenizer.encode(text).ids == [1])
    #expect(try tokenizer.encode("").ids == [])
  }

  @Test(arguments: [
    ("[a-z&&[^b]]", "cuts sets with &&; list what is in both"),
    ("[a-[bc]]", #"has a hyphen before a set; write \- at the end"#),
    ("[[:letter:]]", "has the unknown set [:letter:]"), ("a[[b]", "has a set that is not closed"),
    (#"[a[^[^b]]]"#, "has a negated set within a negated set; list what is meant"),
    (String(repeating: "[", count: 100_000), "nests sets more than 50 deep"),
  ])
  func whatCannotBeReadIsSaid(_ expression: String, _ message: String) {
    #expect {
      try Self.pieces(expression, "a")
    } throws: {
      "\($0)".contains("the regular expression `\(expression.prefix(200))")
        && "\($0)".hasSuffix("` \(message)") && "\($0)".utf8.count < 300
    }
  }
}
