// What binds tighter than what, and where a statement ends.

import Testing

@Suite struct PrecedenceTests {
  @Test(arguments: [
    ("-2 ^ 2", "(- (^ 2 2))"),
    ("2 ^ -1", "(^ 2 (- 1))"),
    ("2 ^ 3 ^ 2", "(^ 2 (^ 3 2))"),
    ("2 ^ -3 ^ 2 * 4", "(* (^ 2 (- (^ 3 2))) 4)"),
    ("-x * y", "(* (- x) y)"),
    ("- -x", "(- (- x))"),
    ("-x.f(1)[0]", "(- (at (call (. x f) 1) 0))"),
    ("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"),
    ("(1 + 2) * 3", "(* (+ 1 2) 3)"),
    ("a // b % c", "(% (// a b) c)"),
    ("1..n + 1", "(.. 1 (+ n 1))"),
    ("x in 1..5", "(in x (.. 1 5))"),
    ("not a in b", "(not (in a b))"),
    ("not a == b and not c or d", "(or (and (not (== a b)) (not c)) d)"),
    ("a or b and c", "(or a (and b c))"),
    ("a or b |> f", "(pipe (or a b) f)"),
    (
      "x |> f(1, k: 2) |> m.g |> (y => y + 1)",
      "(pipe (pipe (pipe x f 1 k:2) (. m g)) (fn [y] (do (+ y 1))))"
    ),
    ("x |> (f(1))", "(pipe x (call f 1))"),
    ("x |> f(1)(2)", "(pipe x (call f 1) 2)"),
    ("x |> fs[0]", "(pipe x (at fs 0))"),
    ("x => x |> f", "(fn [x] (do (pipe x f)))"),
    ("(a, b = 2) => a + b", "(fn [a b=2] (do (+ a b)))"),
    ("() => 1", "(fn [] (do 1))"),
    ("x => y => x + y", "(fn [x] (do (fn [y] (do (+ x y)))))"),
    ("x => {a: x}", "(fn [x] (do (record \"a\":x)))"),
    ("x => {}", "(fn [x] (do (record)))"),
    ("x => { x }", "(fn [x] (do x))"),
    ("1 + if c { 1 } else { 2 }", "(+ 1 (if c (do 1) else (do 2)))"),
    ("if a { 1 } else if b { 2 }\nelse { 3 }", "(if a (do 1) b (do 2) else (do 3))"),
    ("try { f() } catch p { p.message }", "(try (do (call f)) p (do (. p message)))"),
    ("f(x, rank: 8,)", "(call f x rank:8)"),
    ("[1, 2,]", "(list 1 2)"),
    ("{a: 1, \"key with space\": 2, for: 3,}", "(record \"a\":1 \"key with space\":2 \"for\":3)"),
    ("{}", "(record)"),
    ("r.in.for", "(. (. r in) for)"),
    ("xs[-1]", "(at xs (- 1))"),
    ("1.abs", "(. 1 abs)"),
  ])
  func expressionsParseAs(text: String, tree: String) {
    #expect(dump(text) == tree)
  }

  @Test(arguments: [
    ("7 1", "7 !unexpected-token"),
    ("7", "7"),
    ("1_000", "1000"),
    ("0.5", "0.5f"),
    ("5e-5", "5e-05f"),
    ("15%", "0.15f"),
    ("12.5%", "0.125f"),
    ("7% + 1", "(+ 0.07f 1)"),
    ("7 % 2", "(% 7 2)"),
    ("7%2", "(% 7 2)"),
    ("7%x", "(% 7 x)"),
    ("7%(2)", "(% 7 2)"),
    ("f(a: 70%, b: 15%)", "(call f a:0.7f b:0.15f)"),
    ("1..5", "(.. 1 5)"),
    ("1.5..2", "(.. 1.5f 2)"),
    ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("9223372036854775808", "? !number-too-large"),
    ("1e999", "? !number-too-large"),
    ("1__0", "!bad-number"),
    ("12kg", "!bad-number"),
  ])
  func numbersParseAs(text: String, tree: String) {
    #expect(dump(text) == tree)
  }

  @Test(arguments: [
    ("a\nb", "a b"),
    ("a +\nb", "(+ a b)"),
    ("a\n+ b", "(+ a b)"),
    ("a\n- b", "(- a b)"),
    ("a\n-b", "a (- b)"),
    ("a\n  |> f\n  |> g(1)", "(pipe (pipe a f) g 1)"),
    ("a\n.b", "(. a b)"),
    ("a\nor b", "(or a b)"),
    ("a\nnot b", "a (not b)"),
    ("f\n(a)", "f a"),
    ("f\n[a]", "f (list a)"),
    ("(f\n(a))", "(call f a)"),
    ("[1,\n2\n]", "(list 1 2)"),
    ("f(x => {\n let a = 1\n -a\n})", "(call f (fn [x] (do (let a 1) (- a))))"),
    ("let x =\n 1", "(let x 1)"),
    ("# c\n\n\nlet x = 1 # d\n", "(let x 1)"),
    ("let a = 1\r\nlet b = 2\r\n", "(let a 1) (let b 2)"),
    ("#!/usr/bin/env tl\n1", "1"),
    ("\u{FEFF}1", "1"),
    ("let\u{A0}x = 1", "(let x 1)"),
    ("let день = 1", "(let день 1)"),
    ("let bert_модель = 1", "(let bert_модель 1)"),
  ])
  func linesEndStatements(text: String, tree: String) {
    #expect(dump(text) == tree)
  }

  @Test(arguments: [
    ("fn f(a, b = 2) { return a }", "(fn f [a b=2] (do (return a)))"),
    ("fn f() {\n  fn g() { 1 }\n  g()\n}", "(fn f [] (do (fn g [] (do 1)) (call g)))"),
    ("for x in 1..5 { print(x) }", "(for x (.. 1 5) (do (call print x)))"),
    ("while true { break\ncontinue }", "(while true (do (break) (continue)))"),
    ("fn f() {\n  return\n}", "(fn f [] (do (return)))"),
    ("var x = 1\nx = x + 1", "(var x 1) (set x (+ x 1))"),
    ("xs[0].a[i] = 3", "(set (at (. (at xs 0) a) i) 3)"),
    ("import \"shared.tl\"", "(import \"shared.tl\")"),
    ("if r == {a: 1} { 2 }", "(if (== r (record \"a\":1)) (do 2))"),
  ])
  func statementsParseAs(text: String, tree: String) {
    #expect(dump(text) == tree)
  }

  @Test(arguments: [
    (#""a\n\t\\\"\{\}\u{1F600}""#, "\"a\\n\\t\\\\\\\"{}😀\""),
    (#"r"\d{3}""#, "\"\\\\d{3}\""),
    (#""a {x + 1} b {f("c")}""#, "(text \"a \" (+ x 1) \" b \" (call f \"c\"))"),
    (#""{ {a: 1}.a }""#, "(text (. (record \"a\":1) a))"),
    (#""a } b""#, "\"a } b\""),
    (#""""#, "\"\""),
    ("\"\"\"a\nb\"\"\"", "\"a\\nb\""),
    ("\"\"\"\n    a\n      b\n\n    c\n    \"\"\"", "\"a\\n  b\\n\\nc\\n\""),
    ("\"\"\"\r\n  a\r\n  b\"\"\"", "\"a\\nb\""),
    ("\"\"\"\n  {x} a\n    {y}\n  \"\"\"", "(text x \" a\\n  \" y \"\\n\")"),
    ("\"\"\"say \"hi\" {\n x\n}\"\"\"", "(text \"say \\\"hi\\\" \" x)"),
    ("r\"\"\"\n  \\d{2}\n  \"\"\"", "\"\\\\d{2}\\n\""),
  ])
  func textsParseAs(text: String, tree: String) {
    #expect(dump(text) == tree)
  }
}
