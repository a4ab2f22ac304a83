// What each error says and where: line:column rule, the caret line's advice, the note's place.

import TLSyntax
import Testing

@Suite struct MessageTests {
  private func summary(_ text: String) -> [String] {
    let source = Source(name: "test", text: text)
    return parse(source).diagnostics.map { diagnostic in
      let place = source.location(of: diagnostic.span.start)
      var line = "\(place.line):\(place.column) \(diagnostic.rule.id): \(diagnostic.message)"
      if let suggestion = diagnostic.suggestion { line += " | \(suggestion.message)" }
      for note in diagnostic.notes {
        guard let span = note.span else { continue }
        let place = source.location(of: span.start)
        line += " | \(place.line):\(place.column) \(note.message)"
      }
      return line
    }
  }

  @Test(arguments: MessageTable.all)
  func message(text: String, expected: [String]) {
    #expect(summary(text) == expected)
  }

  /// Each rule's example does what the rule says; bytes and sizes have tests of their own.
  @Test(arguments: SyntaxRules.all) func exampleCausesItsRule(rule: DiagnosticRule) {
    let special = [
      "not-utf8", "nul-byte", "script-too-large", "nesting-too-deep", "chain-too-long",
    ]
    guard !special.contains(rule.id) else { return }
    let ids = parse(Source(name: "test", text: rule.example)).diagnostics.map(\.rule.id)
    #expect(ids.first == rule.id)
  }

  @Test func ruleIDsAreUnique() {
    #expect(Set(SyntaxRules.all.map(\.id)).count == SyntaxRules.all.count)
  }

  @Test(arguments: [
    "f(1,", "if a {", "x =", "x |>", "a +", "\"\"\"abc", "fn f()", "for x in", "[1,\n2", "x =>",
    "if a { 1 } else", "try { 1 }", "{a: 1,", "f(x => {\n  let y = 1",
  ])
  func moreInputCouldCompleteIt(text: String) {
    #expect(parse(Source(name: "test", text: text)).isIncomplete)
  }

  @Test(arguments: ["f(1", "x = 1", "let x", "\"abc", "f(]", "a b", "x |> 5", "x."])
  func completenessIsKnown(text: String) {
    let isOpen = text == "f(1"
    #expect(parse(Source(name: "test", text: text)).isIncomplete == isOpen)
  }

  @Test func fixesMendTheScript() {
    for text in [
      "let x = 'a'", "a && b", "if a = 1 { 2 }", "let x == 5", "def f(x) { x }", "f(a = 1)",
    ] {
      let source = Source(name: "test", text: text)
      guard let suggestion = parse(source).diagnostics.first?.suggestion,
        let replacement = suggestion.replacement
      else {
        Issue.record("no fix for \(text)")
        continue
      }
      var bytes = source.bytes
      bytes.replaceSubrange(
        suggestion.span.start..<suggestion.span.end, with: Array(replacement.utf8))
      #expect(parse(Source(name: "test", bytes: bytes)).diagnostics.isEmpty, "\(text)")
    }
  }
}

@Suite struct SuggestionTests {
  @Test(
    arguments: [
      ("rnk", ["rank", "alpha"], "rank"),
      ("learningRate", ["learning_rate", "learning"], "learning_rate"),
      ("Rank", ["rank"], "rank"),
      ("mоdel", ["model"], "model"),
      ("modle", ["model", "mode"], "model"),
      ("max_len", ["max_length", "min_length"], "max_length"),
      ("xyz", ["rank", "alpha"], nil),
      ("ab", ["ac"], nil),
      ("cat", ["bat", "hat"], nil),
      ("rank", ["rank"], nil),
      ("", ["rank"], nil),
    ] as [(String, [String], String?)])
  func nearestIsOneOrNone(name: String, candidates: [String], expected: String?) {
    #expect(nearest(name, among: candidates) == expected)
  }
}
