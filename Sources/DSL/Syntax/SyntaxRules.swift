// Every kind of error that the lexer and the parser report: its stable id, cause, example and cure.
// The sentences that a particular error says stand in SyntaxProblem.swift.

/// The rules of the syntax; `all` lists them for the reference page.
public enum SyntaxRules {
  private static func rule(
    _ id: String, cause: String, example: String, cure: String
  ) -> DiagnosticRule {
    DiagnosticRule(id: id, cause: cause, example: example, cure: cure)
  }

  public static let notUTF8 = rule(
    "not-utf8", cause: "the script's bytes are not UTF-8 text, often because it is in CP1251",
    example: "bytes CF F0 E8 in a script",
    cure: "convert it: iconv -f cp1251 -t utf-8 old.tl > new.tl")
  public static let nulByte = rule(
    "nul-byte", cause: "the script holds a byte 0, so it is damaged or not a text at all",
    example: "print(1)␀", cure: "delete the byte, or give the right file")
  public static let tooLarge = rule(
    "script-too-large", cause: "a script has at most 2 GB",
    example: "a data file given as a script", cure: "read data with read(\"file\")")
  public static let unexpectedCharacter = rule(
    "unexpected-character", cause: "a character that TL does not use outside texts and comments",
    example: "let x = 5 @ 2", cure: "delete it, or put it into a text")
  public static let mixedScripts = rule(
    "mixed-scripts",
    cause: "a name mixes Latin and Cyrillic letters so that one cannot see which is which",
    example: "let mоdel = 1   # the first о is Cyrillic",
    cure: "type the name again in one script; words between _ may differ when their script is plain"
  )
  public static let badNumber = rule(
    "bad-number", cause: "a number is not written as TL writes numbers", example: "let x = 12kg",
    cure: "write 7, 1_000, 0.5, 5e-5 or 15%")
  public static let numberTooLarge = rule(
    "number-too-large",
    cause: "an integer has at most 63 bits, a number at most about 1.8e308",
    example: "let x = 9223372036854775808", cure: "write it with a decimal point, or smaller")
  public static let unfinishedText = rule(
    "unfinished-text", cause: "a text is not closed on its line", example: "let x = \"abc",
    cure: "close it with \"; a text over several lines stands in \"\"\"…\"\"\"")
  public static let badEscape = rule(
    "bad-escape", cause: "a backslash in a text is followed by something unknown",
    example: "let x = \"\\d+\"",
    cure:
      "write \\n \\t \\r \\0 \\\\ \\\" \\{ \\} or \\u{1F600}; a raw text r\"\\d+\" needs no escapes"
  )
  public static let badInterpolation = rule(
    "bad-interpolation",
    cause: "between { and } of a text stands something else than one expression",
    example: "print(\"{}\")", cure: "write {expression}, and \\{ for a brace")
  public static let foreignQuotes = rule(
    "foreign-quotes", cause: "a text stands in quotes of another language",
    example: "let x = 'abc'", cure: "write \"abc\"")
  public static let foreignOperator = rule(
    "foreign-operator", cause: "an operator of another language", example: "let x = a && b",
    cure: "write the TL operator that the message shows")
  public static let foreignWord = rule(
    "foreign-word", cause: "a word of another language where TL has its own",
    example: "def f(x) { x }", cure: "write the TL word that the message shows")
  public static let foreignComment = rule(
    "foreign-comment", cause: "a comment of another language; no line begins with //",
    example: "// a comment", cure: "begin a comment with #")
  public static let semicolon = rule(
    "semicolon", cause: "TL ends a statement at the end of its line", example: "let x = 1;",
    cure: "delete the semicolon; give each statement its own line")
  public static let unclosedBracket = rule(
    "unclosed-bracket", cause: "a bracket is opened and never closed", example: "print((1 + 2)",
    cure: "close it")
  public static let mismatchedBracket = rule(
    "mismatched-bracket", cause: "a bracket is closed by one of another kind",
    example: "print(1]", cure: "close it with its own kind")
  public static let strayBracket = rule(
    "stray-bracket", cause: "a closing bracket closes nothing", example: "print(1))",
    cure: "delete it, or open it before")
  public static let expectedExpression = rule(
    "expected-expression", cause: "a value should stand here", example: "let x = 1 +",
    cure: "write the missing value")
  public static let expectedToken = rule(
    "expected-token", cause: "a form lacks one of its parts", example: "for x xs { }",
    cure: "write the part that the message names")
  public static let unexpectedToken = rule(
    "unexpected-token", cause: "a statement is complete, but its line goes on",
    example: "let x = 1 2", cure: "begin a new line, or write the missing operator or comma")
  public static let missingValue = rule(
    "missing-value", cause: "a name is made without a value", example: "let x",
    cure: "give it one: let x = none")
  public static let chainedComparison = rule(
    "chained-comparison", cause: "comparisons do not chain", example: "0 < x < 10",
    cure: "write 0 < x and x < 10")
  public static let badPipeTarget = rule(
    "bad-pipe-target", cause: "to the right of |> stands something that is not called",
    example: "xs |> 5", cure: "write xs |> f(…), xs |> f or xs |> (y => …)")
  public static let argumentOrder = rule(
    "argument-order", cause: "a positional argument stands after a named one",
    example: "f(rank: 8, x)", cure: "put the positional arguments first")
  public static let duplicateArgument = rule(
    "duplicate-argument", cause: "an argument is named twice", example: "f(rank: 8, rank: 16)",
    cure: "keep one of the two")
  public static let duplicateKey = rule(
    "duplicate-key", cause: "a record has a key twice", example: "{a: 1, a: 2}",
    cure: "keep one of the two")
  public static let duplicateParameter = rule(
    "duplicate-parameter", cause: "two parameters of a function have one name",
    example: "fn f(a, a) { a }", cure: "rename one of the two")
  public static let parameterOrder = rule(
    "parameter-order", cause: "a parameter without a default stands after one with a default",
    example: "fn f(a = 1, b) { a }", cure: "put the parameters without a default first")
  public static let badAssignment = rule(
    "bad-assignment", cause: "the left of = is not a name, an element or a field of one",
    example: "f(x) = 3", cure: "assign to name, name[i] or name.field")
  public static let assignmentInExpression = rule(
    "assignment-in-expression", cause: "= stands where a value is expected",
    example: "if x = 1 { 2 }", cure: "compare with ==; name an argument with name: value")
  public static let elseWithoutIf = rule(
    "else-without-if", cause: "else or catch begins a statement", example: "else { 1 }",
    cure: "put it right after the closing brace of its if or try")
  public static let reservedName = rule(
    "reserved-name", cause: "a word of the language stands where a name is bound",
    example: "let for = 1", cure: "choose another name")
  public static let noKinds = rule(
    "kind-annotation", cause: "a name is given a kind; TL finds kinds itself",
    example: "let x: Integer = 1", cure: "write let x = 1")
  public static let parenthesesNeeded = rule(
    "parentheses-needed", cause: "a function value or `not` stands as an operand",
    example: "xs |> x => x + 1", cure: "put it in parentheses")
  public static let nestingTooDeep = rule(
    "nesting-too-deep", cause: "brackets, blocks, function values or signs nest over 200 deep",
    example: "((((…))))", cure: "name the parts with let")
  public static let chainTooLong = rule(
    "chain-too-long", cause: "one expression chains more than 2,000 operators, calls or fields",
    example: "1 + 1 + 1 + …", cure: "use a list with sum, or name the parts with let")
  public static let textCellStatement = rule(
    "text-cell-statement", cause: "a text cell holds a statement; it is for comment lines only",
    example: "#%% [markdown] Title\nprint(1)",
    cure: "begin a new cell with #%% before the statement")

  public static let all: [DiagnosticRule] = [
    notUTF8, nulByte, tooLarge, unexpectedCharacter, mixedScripts, badNumber, numberTooLarge,
    unfinishedText, badEscape, badInterpolation, foreignQuotes, foreignOperator, foreignWord,
    foreignComment, semicolon, unclosedBracket, mismatchedBracket, strayBracket,
    expectedExpression, expectedToken, unexpectedToken, missingValue, chainedComparison,
    badPipeTarget, argumentOrder, duplicateArgument, duplicateKey, duplicateParameter,
    parameterOrder, badAssignment, assignmentInExpression, elseWithoutIf, reservedName, noKinds,
    parenthesesNeeded, nestingTooDeep, chainTooLong, textCellStatement,
  ]
}

/// Words of other languages and what TL writes instead.
public enum ForeignWords {
  /// The TL word for a statement's first word, such as `def`.
  public static func statement(_ word: String) -> String? {
    switch word {
    case "def", "function", "func", "fun", "sub", "proc", "procedure": "fn"
    case "const", "val", "auto", "my", "local": "let"
    case "mut": "var"
    case "foreach": "for"
    case "include", "require", "use", "using": "import"
    default: nil
    }
  }

  /// The TL literal for a word such as `None`.
  public static func literal(_ word: String) -> String? {
    switch word {
    case "None", "null", "nil", "NULL", "Null": "none"
    case "True", "TRUE": "true"
    case "False", "FALSE": "false"
    default: nil
    }
  }
}
