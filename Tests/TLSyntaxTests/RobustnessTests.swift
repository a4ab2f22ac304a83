// Whatever the bytes, parsing ends, traps nowhere, and every error has a place in the source.

import Foundation
import TLSyntax
import Testing

@Suite struct RobustnessTests {
  private func check(_ bytes: [UInt8]) {
    let script = parse(Source(name: "test", bytes: bytes))
    #expect(script.diagnostics.count <= Diagnostic.limit)
    for diagnostic in script.diagnostics {
      let spans = [diagnostic.span] + diagnostic.notes.compactMap(\.span)
      for span in spans + (diagnostic.suggestion.map { [$0.span] } ?? []) {
        let isInside = span.start >= 0 && span.start <= span.end && span.end <= bytes.count
        #expect(
          isInside, "\(diagnostic.rule.id) \(span) in \(String(decoding: bytes, as: UTF8.self))")
      }
      #expect(!diagnostic.message.isEmpty && !diagnostic.message.hasSuffix("."))
    }
  }

  @Test(arguments: Samples.all) func samplesAreRight(text: String) {
    let script = parse(Source(name: "test", text: text))
    #expect(script.diagnostics.map(\.message) == [])
    #expect(!script.isIncomplete)
  }

  @Test(arguments: Samples.all) func deletionOfAnyTokenIsSurvived(text: String) {
    let bytes = Array(text.utf8)
    for token in lex(Source(name: "test", bytes: bytes)).tokens {
      check(Array(bytes[..<token.start] + bytes[token.end...]))
    }
  }

  @Test(arguments: Samples.all) func duplicationOfAnyTokenIsSurvived(text: String) {
    let bytes = Array(text.utf8)
    for token in lex(Source(name: "test", bytes: bytes)).tokens {
      check(Array(bytes[..<token.end] + bytes[token.start...]))
      check(Array(bytes[..<token.end] + [0x20] + bytes[token.start...]))
    }
  }

  @Test(arguments: Samples.all) func truncationAtAnyByteIsSurvived(text: String) {
    let bytes = Array(text.utf8)
    for count in bytes.indices { check(Array(bytes[..<count])) }
  }

  @Test func randomTokensAreSurvived() {
    let pieces = Samples.all.flatMap { text -> [String] in
      let source = Source(name: "test", text: text)
      return lex(source).tokens.map { source.text(of: $0.span) }
    }
    var state: UInt64 = 42
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33) % count
    }
    for _ in 0..<2_000 {
      var text = ""
      for _ in 0..<(1 + random(40)) {
        text += pieces[random(pieces.count)]
        text += ["", " ", "\n", "  "][random(4)]
      }
      check(Array(text.utf8))
    }
  }

  @Test func randomBytesAreSurvived() {
    let alphabet = Array("a1 \"{}()[]\n=>|.,:;-+#%'\\/rй“–x".utf8) + [0, 0xFF, 0x0D]
    var state: UInt64 = 7
    for _ in 0..<3_000 {
      var bytes: [UInt8] = []
      state = state &* 6_364_136_223_846_793_005 &+ 1
      for _ in 0..<(state >> 40) % 60 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        // Zero and broken bytes only now and then, or nothing else would be met.
        let limit = state % 50 == 0 ? alphabet.count : alphabet.count - 3
        bytes.append(alphabet[Int(state >> 33) % limit])
      }
      check(bytes)
    }
  }

  @Test(arguments: [
    "(", "[", "{a: ", "f(", "x => ", "- ", "not ", "2 ^ ", "if a { ", "fn f() { ", "x => { ",
    "\"{", "\"\"\"{", "xs[", "() => (", "if (", "try { ", "for x in [", "{", "[{a: (x => ",
  ])
  func nestingHasALimit(piece: String) {
    for count in [190, 2_000, 20_000] {
      check(Array(String(repeating: piece, count: count).utf8))
    }
    let deep = parse(Source(name: "test", text: String(repeating: piece, count: 20_000)))
    #expect(!deep.diagnostics.isEmpty)
  }

  @Test func nestingUpTo100IsFine() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{a: ", "}"), ("f(", ")")] {
      let text = String(repeating: open, count: 100) + "1" + String(repeating: close, count: 100)
      #expect(parse(Source(name: "test", text: text)).diagnostics.isEmpty)
    }
    let bomb = String(repeating: "(", count: 300) + "1" + String(repeating: ")", count: 300)
    let ids = parse(Source(name: "test", text: bomb + "\nlet x = \n")).diagnostics.map(\.rule.id)
    #expect(ids == ["nesting-too-deep", "expected-expression"])
  }

  @Test(arguments: [" + 1", ".f", "(1)", "[0]", " |> f", " and b", " * 2"])
  func chainsHaveALimit(link: String) {
    let good = parse(Source(name: "test", text: "a" + String(repeating: link, count: 1_900)))
    #expect(good.diagnostics.isEmpty)
    let bad = parse(Source(name: "test", text: "a" + String(repeating: link, count: 100_000)))
    #expect(bad.diagnostics.map(\.rule.id) == ["chain-too-long"])
  }

  @Test func longListsAndManyErrorsAreLinear() {
    let list = "let xs = [" + String(repeating: "1, ", count: 200_000) + "]\n"
    let keys = (0..<50_000).map { "k\($0): \($0)" }.joined(separator: ", ")
    let errors = String(repeating: "let = (\n", count: 50_000)
    let braces = String(repeating: "if a { let = }\n", count: 20_000)
    for text in [list, "{\(keys)}", errors, braces, String(repeating: "}", count: 100_000)] {
      let start = ContinuousClock.now
      check(Array(text.utf8))
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }

  @Test func unreadableBytesGiveOneError() {
    let cp1251: [UInt8] = [0x6C, 0x65, 0x74, 0x0A, 0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2]
    let script = parse(Source(name: "old.tl", bytes: cp1251))
    #expect(script.diagnostics.count == 1)
    #expect(script.diagnostics[0].rule.id == "not-utf8")
    #expect(script.diagnostics[0].message.contains("line 2"))
    #expect(script.diagnostics[0].message.contains("iconv -f cp1251 -t utf-8 old.tl"))
    let nul = parse(Source(name: "test", bytes: Array("let x = 1\nlet\u{0} y\u{0}".utf8)))
    #expect(nul.diagnostics.map(\.rule.id) == ["nul-byte"])
    let utf16 = parse(Source(name: "test", bytes: [0xFF, 0xFE, 0x31, 0x00]))
    #expect(utf16.diagnostics.map(\.rule.id) == ["not-utf8"])
  }
}
