// Scripts with their errors, each as `line:column rule: message | advice | note`; a table, hence long.

// swift-format-ignore: messages stand on one line each, as they are shown
enum MessageTable {
  static let all: [(String, [String])] = [
    (
      "let x = 1 +\nlet y = 2",
      [
        "1:12 expected-expression: expected an expression after `+`, found the end of the line"
      ]
    ),
    (
      "def f(x):\n  return x",
      [
        "1:1 foreign-word: `def` is not TL; write `fn` | did you mean `fn`?"
      ]
    ),
    (
      "def f(x) { x }",
      [
        "1:1 foreign-word: `def` is not TL; write `fn` | did you mean `fn`?"
      ]
    ),
    (
      "if a = 1 { 2 }",
      [
        "1:6 assignment-in-expression: `=` assigns; a condition compares with `==` | did you mean `==`?"
      ]
    ),
    (
      "let x == 5",
      [
        "1:7 assignment-in-expression: `==` compares; `let` takes `=` | did you mean `=`?"
      ]
    ),
    (
      "let x",
      [
        "1:5 missing-value: `let x` has no value | write `let x = …`"
      ]
    ),
    (
      "let x: Integer = 3",
      [
        "1:6 kind-annotation: `x` is given a kind here; TL finds kinds itself | write `let x = …`"
      ]
    ),
    (
      "print x",
      [
        "1:7 unexpected-token: expected the end of the line, found the name `x` | a call needs parentheses: `print(…)`"
      ]
    ),
    (
      "f(1, 2\nlet y = 3",
      [
        "1:7 unclosed-bracket: `(` is never closed; expected `)` | 1:2 `(` is opened here"
      ]
    ),
    (
      "f(1, 2]",
      [
        "1:7 mismatched-bracket: `(` is closed by `]`; expected `)` | did you mean `)`? | 1:2 `(` is opened here"
      ]
    ),
    (
      "fn f() {\n  let a = [1, 2\n  let b = 3\n}",
      [
        "2:16 unclosed-bracket: `[` is never closed; expected `]` | 2:11 `[` is opened here"
      ]
    ),
    (
      "fn f() {\n  let a = 1",
      [
        "2:12 unclosed-bracket: `{` is never closed; expected `}` | 1:8 `{` is opened here"
      ]
    ),
    (
      "f(g(x)",
      [
        "1:7 unclosed-bracket: `(` is never closed; expected `)` | 1:2 `(` is opened here"
      ]
    ),
    (
      "print(1))",
      [
        "1:9 stray-bracket: `)` closes nothing"
      ]
    ),
    (
      "let x = 'abc'",
      [
        "1:9 foreign-quotes: a text stands in `\"…\"`, not in `'…'` | did you mean `\"abc\"`?"
      ]
    ),
    (
      "let x = “abc” + «def»",
      [
        "1:9 foreign-quotes: a text stands in `\"…\"`, not in `“…”` | did you mean `\"abc\"`?",
        "1:17 foreign-quotes: a text stands in `\"…\"`, not in `«…»` | did you mean `\"def\"`?",
      ]
    ),
    (
      "let x = \"abc\nlet y = 1",
      [
        "1:9 unfinished-text: this text is not closed on its line; it needs `\"` at its end"
      ]
    ),
    (
      "print(\"{\")\nlet y = 1",
      [
        "1:7 unfinished-text: this text is not closed on its line; it needs `\"` at its end | 1:8 an interpolation begins here; write `\\{` for a brace"
      ]
    ),
    (
      "print(\"{}\")",
      [
        "1:8 bad-interpolation: nothing stands between `{` and `}`; write `\\{` for a brace"
      ]
    ),
    (
      "print(\"{x:.2f}\")",
      [
        "1:10 bad-interpolation: expected `}` after the expression in this text, found `:` | braces hold an expression: write `\\{` for a brace; `format` and `round` shape a number"
      ]
    ),
    (
      "let x = 5 – 3",
      [
        "1:11 foreign-operator: `–` is not TL; write `-` | did you mean `-`?"
      ]
    ),
    (
      "let x = 5 × 2",
      [
        "1:11 foreign-operator: `×` is not TL; write `*` | did you mean `*`?"
      ]
    ),
    (
      "lеt x = 1",
      [
        "1:1 mixed-scripts: `lеt` mixes letters that look alike: Latin l t, Cyrillic е | did you mean `let` in Latin letters?"
      ]
    ),
    (
      "let mоdel = 1",
      [
        "1:5 mixed-scripts: `mоdel` mixes letters that look alike: Latin m d e l, Cyrillic о | did you mean `model` in Latin letters?"
      ]
    ),
    (
      "let ｘ = 1",
      [
        "1:5 foreign-operator: `ｘ` is not TL; write `x` | did you mean `x`?"
      ]
    ),
    (
      "a && b || !c",
      [
        "1:3 foreign-operator: `&&` is not TL; write `and` | did you mean `and`?",
        "1:8 foreign-operator: `||` is not TL; write `or` | did you mean `or`?",
        "1:11 foreign-operator: `!` is not TL; write `not` | did you mean `not`?",
      ]
    ),
    (
      "a ** 2",
      [
        "1:3 foreign-operator: `**` is not TL; write `^` | did you mean `^`?"
      ]
    ),
    (
      "x += 1",
      [
        "1:3 foreign-operator: `+=` is not TL; write `x = x + …`"
      ]
    ),
    (
      "x++",
      [
        "1:2 foreign-operator: `++` is not TL; write `x = x + 1`"
      ]
    ),
    (
      "x--",
      [
        "1:4 expected-expression: expected an expression after `-`, found the end of the script | TL has no `--`; write `x = x - 1`"
      ]
    ),
    (
      "0 < x < 10",
      [
        "1:7 chained-comparison: comparisons do not chain; write `0 < x and x < …`"
      ]
    ),
    (
      "1..2..3",
      [
        "1:5 unexpected-token: a range has two ends, not three"
      ]
    ),
    (
      "xs |> 5",
      [
        "1:7 bad-pipe-target: to the right of `|>` stands a call such as `f(…)`, a name, or a function value in parentheses, not a number"
      ]
    ),
    (
      "xs |> x => x + 1",
      [
        "1:7 parentheses-needed: a function value needs parentheses here"
      ]
    ),
    (
      "xs |> f(1) + 2",
      [
        "1:12 bad-pipe-target: to the right of `|>` stands a call such as `f(…)`, a name, or a function value in parentheses, not an operation | put the pipeline before `+` in parentheses"
      ]
    ),
    (
      "f(a: 1, 2)",
      [
        "1:9 argument-order: a positional argument cannot follow a named one"
      ]
    ),
    (
      "f(a: 1, a: 2)",
      [
        "1:9 duplicate-argument: argument `a` is given twice"
      ]
    ),
    (
      "{a: 1, a: 2}",
      [
        "1:8 duplicate-key: key `a` is given twice"
      ]
    ),
    (
      "f(a = 1)",
      [
        "1:5 assignment-in-expression: `a` is given with `:`, not with `=` | did you mean `:`?"
      ]
    ),
    (
      "f(x) = 3",
      [
        "1:1 bad-assignment: only a name, an element or a field of one can be assigned"
      ]
    ),
    (
      "else { 1 }",
      [
        "1:1 else-without-if: `else` without `if`"
      ]
    ),
    (
      "if a { 1 } elif b { 2 }",
      [
        "1:12 foreign-word: `elif` is not TL; write `else if` | did you mean `else if`?"
      ]
    ),
    (
      "if a { 1 }\nelif b { 2 }",
      [
        "2:1 foreign-word: `elif` is not TL; write `else if` | did you mean `else if`?"
      ]
    ),
    (
      "if a: 1",
      [
        "1:5 expected-token: expected `{` after `a`, found `:` | a block stands in braces: `{ … }`"
      ]
    ),
    (
      "while x do { 1 }",
      [
        "1:9 foreign-word: `do` is not TL; write `{` | delete `do`"
      ]
    ),
    (
      "for x of xs { 1 }",
      [
        "1:7 foreign-word: `of` is not TL; write `in` | did you mean `in`?"
      ]
    ),
    (
      "for (x in xs) { 1 }",
      [
        "1:5 expected-token: expected a name after `for`, found `(` | did you mean `for x in xs { }`?"
      ]
    ),
    (
      "for i = 1 to 10 { }",
      [
        "1:7 expected-token: expected `in` after `i`, found `=` | did you mean `in`?"
      ]
    ),
    (
      "map(xs, lambda x: x + 1)",
      [
        "1:9 foreign-word: `lambda` is not TL; write `x => …` | did you mean `x => …`?"
      ]
    ),
    (
      "[x for x in xs]",
      [
        "1:4 expected-token: expected `,` or `]` after `x`, found `for` | did you mean `xs |> map(x => …)`?"
      ]
    ),
    (
      "(1, 2)",
      [
        "1:3 expected-token: expected `)` after `1`, found `,` | several values make a list: `[a, b]`"
      ]
    ),
    (
      "()",
      [
        "1:2 expected-expression: expected an expression after `(`, found `)`"
      ]
    ),
    (
      "[1 2]",
      [
        "1:4 expected-token: expected `,` or `]` after `1`, found the number `2` | is a comma missing here?"
      ]
    ),
    (
      "{a, b}",
      [
        "1:1 expected-expression: expected a record such as `{name: value}`; a block stands only after `if`, `else`, `for`, `while`, `fn`, `try`, `catch` or `=>` | did you mean `{a: a}`?"
      ]
    ),
    (
      "{1, 2}",
      [
        "1:1 expected-expression: expected a record such as `{name: value}`; a block stands only after `if`, `else`, `for`, `while`, `fn`, `try`, `catch` or `=>`"
      ]
    ),
    (
      "let f = fn(x) { x }",
      [
        "1:9 expected-expression: expected an expression after `=`, found `fn` | a function value is written `(a, b) => …`"
      ]
    ),
    (
      "fn f(x) = x + 1",
      [
        "1:9 expected-token: expected `{`, found `=` | a named function's body stands in braces: `fn f(…) { … }`"
      ]
    ),
    (
      "let for = 1",
      [
        "1:5 reserved-name: `for` is a word of the language and cannot be a name"
      ]
    ),
    (
      "let x = None\nlet y = True",
      [
        "1:9 foreign-word: `None` is not TL; write `none` | did you mean `none`?",
        "2:9 foreign-word: `True` is not TL; write `true` | did you mean `true`?",
      ]
    ),
    (
      "let x = 1;\nlet y = 2; let z = 3",
      [
        "1:10 semicolon: a statement ends at the end of its line, without `;` | delete the `;`",
        "2:10 semicolon: a statement ends at the end of its line, without `;` | begin a new line here",
      ]
    ),
    (
      "// comment\nlet x = 1 // comment here",
      [
        "1:1 foreign-comment: a comment begins with `#`, not with `//` | did you mean `#`?",
        "2:22 unexpected-token: expected the end of the line, found the name `here` | a comment begins with `#`",
      ]
    ),
    (
      "/* a\nb */ let x = 1",
      [
        "1:1 foreign-comment: a comment begins with `#`, not with `/*`"
      ]
    ),
    (
      "x not in xs",
      [
        "1:3 unexpected-token: expected the end of the line, found `not` | did you mean `not … in …`?"
      ]
    ),
    (
      "a ? b : c",
      [
        "1:3 unexpected-token: expected the end of the line, found `?` | did you mean `if … { … } else { … }`?"
      ]
    ),
    (
      "let x = .5",
      [
        "1:9 expected-expression: expected an expression after `=`, found `.` | did you mean `0.5`?"
      ]
    ),
    (
      "let x = 0x1F",
      [
        "1:9 bad-number: the number `0` runs into `x1F` | TL writes numbers in decimal"
      ]
    ),
    (
      "15% 2",
      [
        "1:5 unexpected-token: expected the end of the line, found the number `2` | for the remainder put a space before `%`"
      ]
    ),
    (
      "\"\\d\"",
      [
        "1:2 bad-escape: unknown escape `\\d`; write `\\\\` for a backslash, or a raw text `r\"…\"`"
      ]
    ),
    (
      "\"\\u{110000}\"",
      [
        "1:2 bad-escape: `\\u{110000}` is no character; write its number in hexadecimal, as in `\\u{1F600}`"
      ]
    ),
    (
      "try { 1 } except e { 2 }",
      [
        "1:11 foreign-word: `except` is not TL; write `catch` | did you mean `catch`?"
      ]
    ),
    (
      "try { 1 } catch { 2 }",
      [
        "1:17 expected-token: expected a name after `catch`, found `{` | write `catch problem { … }`"
      ]
    ),
    (
      "let a, b = 1",
      [
        "1:6 expected-token: expected `=` after `a`; TL binds one name at a time"
      ]
    ),
    (
      "import x",
      [
        "1:8 expected-token: expected a file in quotes after `import`, found the name `x` | write `import \"file.tl\"`"
      ]
    ),
    (
      "1 + not x",
      [
        "1:5 parentheses-needed: `not` needs parentheses here"
      ]
    ),
    (
      "class Foo { }",
      [
        "1:7 unexpected-token: expected the end of the line, found the name `Foo` | TL has no classes; a record holds fields: `{name: value}`"
      ]
    ),
    (
      "switch x { }",
      [
        "1:8 unexpected-token: expected the end of the line, found the name `x` | did you mean `if … { } else if … { }`?"
      ]
    ),
    (
      "x = y = 3",
      [
        "1:7 assignment-in-expression: an assignment is a statement and has no value"
      ]
    ),
    (
      "a b\nlet c = )\nlet d = = 3",
      [
        "1:3 unexpected-token: expected the end of the line, found the name `b`",
        "2:9 stray-bracket: `)` closes nothing",
        "3:9 expected-expression: expected an expression after `=`, found `=`",
      ]
    ),
    (
      "#%% [markdown] Title\n# text\nprint(1)",
      [
        "3:1 text-cell-statement: a text cell holds only comment lines; begin a new cell with `#%%` before this"
      ]
    ),
    (
      "f(\n#%% B\n1",
      [
        "1:3 unclosed-bracket: `(` is never closed; expected `)` | 1:2 `(` is opened here"
      ]
    ),
    (
      "let x = 99999999999999999999",
      [
        "1:9 number-too-large: `99999999999999999999` is larger than the largest integer 9223372036854775807"
      ]
    ),
    (
      "let x = @foo $bar",
      [
        "1:9 unexpected-character: unexpected character `@` (U+0040)",
        "1:14 unexpected-character: unexpected character `$` (U+0024)",
      ]
    ),
    (
      "fn f(a, a) { 1 }",
      [
        "1:9 duplicate-parameter: parameter `a` is given twice"
      ]
    ),
    (
      "fn f(a = 1, b) { 1 }",
      [
        "1:13 parameter-order: parameter `b` has no default but follows one that has"
      ]
    ),
    (
      "let x = if a { 1 } else 2",
      [
        "1:25 expected-token: expected `{` after `else`, found the number `2`"
      ]
    ),
    (
      "foo(1, 2) {\n  3\n}",
      [
        "1:11 unexpected-token: expected the end of the line, found `{`"
      ]
    ),
    (
      "x =",
      [
        "1:4 expected-expression: expected an expression after `=`, found the end of the script"
      ]
    ),
    (
      "\"\"\"abc",
      [
        "1:1 unfinished-text: this text is never closed; it needs `\"\"\"` at its end"
      ]
    ),
    (
      "if c {",
      [
        "1:7 unclosed-bracket: `{` is never closed; expected `}` | 1:6 `{` is opened here"
      ]
    ),
    (
      "f(1,",
      [
        "1:5 unclosed-bracket: `(` is never closed; expected `)` | 1:2 `(` is opened here"
      ]
    ),
    (
      "x |>",
      [
        "1:5 expected-expression: expected an expression after `|>`, found the end of the script"
      ]
    ),
    (
      "if a {",
      [
        "1:7 unclosed-bracket: `{` is never closed; expected `}` | 1:6 `{` is opened here"
      ]
    ),
    (
      "let s = \"abc {f(x\" \nlet y = 1",
      [
        "1:9 unfinished-text: this text is not closed on its line; it needs `\"` at its end | 1:14 an interpolation begins here; write `\\{` for a brace"
      ]
    ),
    (
      "return\nx.\ny",
      [
        "2:3 expected-token: expected a field's name after `.`, found the end of the line"
      ]
    ),
    (
      "let x = (1 +\nlet y = 2)",
      [
        "1:13 unclosed-bracket: `(` is never closed; expected `)` | 1:9 `(` is opened here",
        "2:10 stray-bracket: `)` closes nothing",
      ]
    ),
    (
      "{a = 1}",
      [
        "1:4 assignment-in-expression: `a` is given with `:`, not with `=` | did you mean `:`?"
      ]
    ),
    (
      "{a: 1 b: 2}",
      [
        "1:7 expected-token: expected `,` or `}` after `1`, found the name `b` | is a comma missing here?"
      ]
    ),
    (
      "let x = [1,\n  2\nlet y = 3",
      [
        "2:4 unclosed-bracket: `[` is never closed; expected `]` | 1:9 `[` is opened here"
      ]
    ),
    (
      "=> 5",
      [
        "1:1 expected-expression: expected an expression, found `=>`"
      ]
    ),
    (
      "let x = a[1:3]",
      [
        "1:12 expected-token: expected `]` after `1`, found `:`"
      ]
    ),
    ("let x = --5", []),
    (
      "let const = 5\nconst y = 6",
      [
        "2:1 foreign-word: `const` is not TL; write `let` | did you mean `let`?"
      ]
    ),
    (
      "x := 3",
      [
        "1:3 foreign-operator: `:=` is not TL; write `=` | did you mean `=`?"
      ]
    ),
    (
      "let Привет мир = 1",
      [
        "1:12 expected-token: expected `=` after `Привет`, found the name `мир`"
      ]
    ),
  ]
}
