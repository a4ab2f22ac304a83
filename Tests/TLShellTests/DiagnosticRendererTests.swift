// How errors look: columns, cuts, notes, calls.

import TLInterpreter
import TLSyntax
import Testing

struct DiagnosticRendererTests {
  private let rule = DiagnosticRule(id: "a-rule", cause: "", example: "", cure: "")

  /// The rendering of an error at the first place of `marked` in `text`.
  private func render(
    _ text: String, at marked: String, suggestion: String? = nil,
    renderer: DiagnosticRenderer = DiagnosticRenderer()
  ) throws -> String {
    let source = Source(name: "a.tl", text: text)
    let bytes = Array(text.utf8)
    let wanted = Array(marked.utf8)
    let start = try #require(
      (0...(bytes.count - wanted.count)).last { bytes[$0...].starts(with: wanted) })
    let span = Span(start, start + wanted.count)
    return renderer.render(
      Diagnostic(
        rule, "a message", source: source, span: span,
        suggestion: suggestion.map { .init(message: $0, replacement: nil, span: span) }))
  }

  /// The column under which the first caret stands, and how many there are.
  private func caret(_ text: String) -> (column: Int, count: Int) {
    let line = text.split(separator: "\n").last { $0.contains("^") } ?? ""
    let content = line.dropFirst(4)
    return (content.prefix { $0 != "^" }.count, content.filter { $0 == "^" }.count)
  }

  @Test func aByteOrderMarkTakesNoColumn() throws {
    let text = try render("\u{FEFF}f(rnk: 8)\nf(1)", at: "rnk")
    #expect(text.contains("a.tl:1:3\n  │ f(rnk: 8)\n"))
    #expect(caret(text) == (2, 3))
  }

  @Test func theFormIsThatOfTheDesign() throws {
    let text = try render("f(rnk: 8)", at: "rnk", suggestion: "did you mean `rank`?")
    #expect(
      text == """
        error: a message
          ┌─ a.tl:1:3
          │ f(rnk: 8)
          │   ^^^ did you mean `rank`?

        """)
  }

  @Test(arguments: [
    ("имя = oops", 6, 4), ("let 名前 = oops", 11, 4), ("\"😀\" oops", 5, 4), ("\toops", 4, 4),
    ("a\toops", 4, 4), ("é́ oops", 2, 4), ("👨‍👩‍👧 oops", 3, 4),
  ])
  func caretsStandUnderDisplayColumns(text: String, column: Int, count: Int) throws {
    let found = caret(try render(text, at: "oops"))
    #expect(found.column == column)
    #expect(found.count == count)
  }

  @Test func wideCharactersHaveWideCarets() throws {
    #expect(caret(try render("x + 名前", at: "名前")).count == 4)
  }

  @Test func emptySpansAndTheEndOfALineHaveOneCaret() {
    let source = Source(name: "a.tl", text: "abc\n")
    for offset in [0, 3, 4] {
      let text = DiagnosticRenderer().render(
        Diagnostic(rule, "m", source: source, span: Span(offset, offset)))
      #expect(caret(text).count == 1)
    }
  }

  @Test func aSpanOfSeveralLinesIsMarkedOnItsFirst() throws {
    let text = try render("ab(\ncd)", at: "b(\ncd)")
    #expect(text.contains("│ ab(\n"))
    #expect(caret(text) == (1, 2))
  }

  @Test(arguments: [0, 10, 60, 25_000, 49_990])
  func longLinesAreCutAroundTheCaret(position: Int) throws {
    for letter in ["x", "ы", "名"] {
      let text =
        String(repeating: letter, count: position) + "!oops!"
        + String(repeating: letter, count: 50_000 - position)
      let shown = try render(text, at: "!oops!", renderer: DiagnosticRenderer(width: 60))
      let lines = shown.split(separator: "\n").map(String.init)
      #expect(shown.utf8.count < 1_000)
      let line = try #require(lines.first { $0.contains("!oops!") })
      // The caret stands under what it means, columns counted as the terminal does.
      let before = line.dropFirst(4).prefix { $0 != "!" }
      let width = before.reduce(0) { $0 + ($1 == "名" ? 2 : 1) }
      #expect(caret(shown).column == width)
      #expect(caret(shown).count == 6)
      let whole = line.dropFirst(4).reduce(0) { $0 + ($1 == "名" ? 2 : 1) }
      #expect(whole <= 56)
    }
  }

  @Test func aLongMarkedSpanIsCut() throws {
    let text = String(repeating: "y", count: 30_000)
    let shown = try render("let x = " + text, at: text, renderer: DiagnosticRenderer(width: 50))
    #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 50 })
  }

  @Test func nothingMovesTheCursor() throws {
    let shown = try render("\"\u{1b}[31m\u{0}\u{202e}\" oops", at: "oops")
    #expect(!shown.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{0}" || $0 == "\u{202e}" })
  }

  @Test func asciiAloneIsUsedOnDemand() throws {
    let shown = try render(
      "f(rnk: 8)", at: "rnk", renderer: DiagnosticRenderer(usesBoxes: false))
    #expect(shown.utf8.allSatisfy { $0 < 0x80 })
    #expect(shown.contains("--> a.tl:1:3"))
  }

  @Test func colourIsUsedOnDemand() throws {
    #expect(!(try render("oops", at: "oops")).contains("\u{1b}"))
    let shown = try render("oops", at: "oops", renderer: DiagnosticRenderer(usesColor: true))
    #expect(shown.contains("\u{1b}[1;31merror\u{1b}[0m"))
  }

  @Test func notesShowTheirOwnPlace() {
    let source = Source(name: "a.tl", text: "let x = 1\nlet x = 2\n")
    let text = DiagnosticRenderer().render(
      Diagnostic(
        rule, "`x` is bound twice", source: source, span: Span(14, 15),
        notes: [
          .init(message: "it is bound here first", source: source, span: Span(4, 5)),
          .init(message: "a remark"),
        ]))
    #expect(
      text == """
        error: `x` is bound twice
          ┌─ a.tl:2:5
          │ let x = 2
          │     ^
          ├─ a.tl:1:5  it is bound here first
          │ let x = 1
          │     ^
          · a remark

        """)
  }
}
