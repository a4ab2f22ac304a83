// The formatter: meaning unchanged, idempotent, one way to lay a script out.

import TLSyntax
import Testing

@Suite struct FormatterTests {
  private func formatted(_ text: String) -> String {
    switch format(Source(name: "test", text: text)) {
    case .formatted(let bytes): String(decoding: bytes, as: UTF8.self)
    case .refused(let diagnostics): "refused: \(diagnostics.map(\.message))"
    }
  }

  @Test(arguments: Samples.all) func formattingTwiceIsFormattingOnce(text: String) {
    let once = formatted(text)
    #expect(formatted(once) == once)
  }

  @Test(arguments: Samples.all) func meaningIsUnchanged(text: String) {
    #expect(dump(formatted(text)) == dump(text))
  }

  @Test(arguments: Samples.all) func commentsStay(text: String) {
    let before = Source(name: "test", text: text)
    let after = Source(name: "test", text: formatted(text))
    #expect(
      lex(before).comments.map { before.text(of: $0.span) }
        == lex(after).comments.map { after.text(of: $0.span) })
  }

  /// Every sample on as few and on as many lines as its tokens allow gives one layout.
  @Test(arguments: Samples.all) func noLineIsTooLongWithoutNeed(text: String) {
    for line in formatted(text).split(separator: "\n") where line.count > 100 {
      #expect(line.contains("\""), "\(line)")
    }
  }

  @Test(arguments: [
    ("let x=1+2*3", "let x = 1 + 2 * 3\n"),
    ("f( a ,b:1 , )", "f(a, b: 1)\n"),
    ("{ rank : 8 , alpha:16 }", "{rank: 8, alpha: 16}\n"),
    ("xs [ 0 ] . name", "xs[0].name\n"),
    ("-  x ^ - 2", "-x ^ -2\n"),
    ("1 .. n+1", "1..n + 1\n"),
    ("if c {1} else {2}", "if c { 1 } else { 2 }\n"),
    ("if c {\n1} else {2}", "if c {\n  1\n} else {\n  2\n}\n"),
    ("fn f(a,b=2){a+b}", "fn f(a, b = 2) { a + b }\n"),
    ("fn f() {\n\n\n  a\n\n\n\n  b\n\n}", "fn f() {\n  a\n\n  b\n}\n"),
    ("fn f() {}", "fn f() {}\n"),
    ("fn f() { # why\n a }", "fn f() {  # why\n  a\n}\n"),
    ("let f=(a,b)=>a+b", "let f = (a, b) => a + b\n"),
    ("x|>f|>g( 1 )", "x |> f |> g(1)\n"),
    ("a\n  |> f\n  |> g", "a |> f |> g\n"),
    ("[\n  1,\n  2,\n]", "[1, 2]\n"),
    ("[\n  1, # one\n  2\n]", "[\n  1,  # one\n  2,\n]\n"),
    ("let x = 1    # c\n\n\n\nlet y = 2", "let x = 1  # c\n\nlet y = 2\n"),
    ("let x = 1\n#%% B\nlet y = 2", "let x = 1\n\n#%% B\nlet y = 2\n"),
    ("#%% A\nx\n\n\n\n#%% [markdown] B\n# text", "#%% A\nx\n\n#%% [markdown] B\n# text\n"),
    ("let x = 1;", "refused: [\"a statement ends at the end of its line, without `;`\"]"),
    ("print( \"a  {x+1}\" )", "print(\"a  {x+1}\")\n"),
    ("", ""),
    ("# only\n", "# only\n"),
    ("if a { 1 }\nelse { 2 }", "if a { 1 } else { 2 }\n"),
    ("not(a)and(b)", "not (a) and (b)\n"),
    ("map(xs, x => {\nlet y = x\ny })", "map(xs, x => {\n  let y = x\n  y\n})\n"),
    ("a\n-b", "a\n-b\n"),
    ("let x = 7 %2 + 15%", "let x = 7 % 2 + 15%\n"),
    ("let a = 1 # one\n  + 2", "let a = 1  # one\n  + 2\n"),
  ])
  func layout(text: String, expected: String) {
    let result = formatted(text)
    #expect(result == expected)
    if !result.hasPrefix("refused") { #expect(formatted(result) == result) }
  }

  @Test func longThingsBreak() {
    let item = String(repeating: "a", count: 40)
    #expect(
      formatted("f(\(item), \(item), k: \(item))")
        == "f(\n  \(item),\n  \(item),\n  k: \(item),\n)\n")
    #expect(
      formatted("\(item) |> \(item) |> \(item)")
        == "\(item)\n  |> \(item)\n  |> \(item)\n")
    #expect(
      formatted("let x = \(item) + \(item) * 2 - \(item)")
        == "let x = \(item)\n  + \(item) * 2\n  - \(item)\n")
    #expect(
      formatted("if \(item) { \(item) } else { \(item) }")
        == "if \(item) {\n  \(item)\n} else {\n  \(item)\n}\n")
  }
}
