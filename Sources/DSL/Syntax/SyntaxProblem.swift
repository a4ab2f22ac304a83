// The facts of an error as a case, and the one place where its sentence is worded.

/// What is wrong, with its facts.
enum SyntaxProblem {
  case notUTF8(line: Int, byte: UInt8, name: String)
  case utf16
  case nulByte(line: Int)
  case tooLarge
  case unexpectedCharacter(Unicode.Scalar)
  case mixedScripts(String, letters: String)
  case lettersAfterNumber(number: String, letters: String)
  case badNumber(String, reason: String)
  case numberTooLarge(String)
  case unfinishedText(isLong: Bool)
  case badEscape(String)
  case emptyInterpolation
  case interpolationTail(found: String)
  case foreignQuotes(String)
  case foreignOperator(String, ours: String)
  case foreignWord(String, ours: String)
  case foreignComment(String)
  case semicolon
  case unclosedBracket(String, expected: String)
  case mismatchedBracket(open: String, close: String, expected: String)
  case strayBracket(String)
  case expectedExpression(after: String?, found: String)
  case expected(String, after: String?, found: String)
  case unexpected(found: String)
  case missingValue(name: String, keyword: String)
  case chainedComparison(String)
  case badPipeTarget(String)
  case argumentOrder
  case duplicate(DiagnosticRule, what: String, name: String)
  case parameterOrder(String)
  case badAssignment
  case chainedAssignment
  case assignmentInCondition
  case assignmentForColon(String)
  case elseWithoutIf(String)
  case reservedName(String)
  case kindAnnotation(String)
  case parenthesesNeeded(String)
  case nestingTooDeep
  case chainTooLong
  case textCellStatement
  case advice(DiagnosticRule, String)

  var rule: DiagnosticRule {
    switch self {
    case .notUTF8, .utf16: SyntaxRules.notUTF8
    case .nulByte: SyntaxRules.nulByte
    case .tooLarge: SyntaxRules.tooLarge
    case .unexpectedCharacter: SyntaxRules.unexpectedCharacter
    case .mixedScripts: SyntaxRules.mixedScripts
    case .lettersAfterNumber, .badNumber: SyntaxRules.badNumber
    case .numberTooLarge: SyntaxRules.numberTooLarge
    case .unfinishedText: SyntaxRules.unfinishedText
    case .badEscape: SyntaxRules.badEscape
    case .emptyInterpolation, .interpolationTail: SyntaxRules.badInterpolation
    case .foreignQuotes: SyntaxRules.foreignQuotes
    case .foreignOperator: SyntaxRules.foreignOperator
    case .foreignWord: SyntaxRules.foreignWord
    case .foreignComment: SyntaxRules.foreignComment
    case .semicolon: SyntaxRules.semicolon
    case .unclosedBracket: SyntaxRules.unclosedBracket
    case .mismatchedBracket: SyntaxRules.mismatchedBracket
    case .strayBracket: SyntaxRules.strayBracket
    case .expectedExpression: SyntaxRules.expectedExpression
    case .expected: SyntaxRules.expectedToken
    case .unexpected: SyntaxRules.unexpectedToken
    case .missingValue: SyntaxRules.missingValue
    case .chainedComparison: SyntaxRules.chainedComparison
    case .badPipeTarget: SyntaxRules.badPipeTarget
    case .argumentOrder: SyntaxRules.argumentOrder
    case .duplicate(let rule, _, _): rule
    case .parameterOrder: SyntaxRules.parameterOrder
    case .badAssignment: SyntaxRules.badAssignment
    case .chainedAssignment, .assignmentInCondition, .assignmentForColon:
      SyntaxRules.assignmentInExpression
    case .elseWithoutIf: SyntaxRules.elseWithoutIf
    case .reservedName: SyntaxRules.reservedName
    case .kindAnnotation: SyntaxRules.noKinds
    case .parenthesesNeeded: SyntaxRules.parenthesesNeeded
    case .nestingTooDeep: SyntaxRules.nestingTooDeep
    case .chainTooLong: SyntaxRules.chainTooLong
    case .textCellStatement: SyntaxRules.textCellStatement
    case .advice(let rule, _): rule
    }
  }

  var message: String {
    switch self {
    case .notUTF8(let line, let byte, let name):
      "line \(line) is not UTF-8 (byte \(hexadecimal(UInt32(byte), digits: 2))); if the script is "
        + "in CP1251, convert it: iconv -f cp1251 -t utf-8 \(name) > new.tl"
    case .utf16:
      "the script is UTF-16, not UTF-8; convert it: iconv -f utf-16 -t utf-8 old.tl > new.tl"
    case .nulByte(let line):
      "line \(line) holds a byte 0, so this is not a text; delete the byte or give the right file"
    case .tooLarge: "the script is larger than 2 GB; read data with `read(\"file\")` instead"
    case .unexpectedCharacter(let scalar):
      "unexpected character \(describe(scalar))"
    case .mixedScripts(let name, let letters):
      "`\(name)` mixes letters that look alike: \(letters)"
    case .lettersAfterNumber(let number, let letters):
      "the number `\(number)` runs into `\(letters)`"
    case .badNumber(let text, let reason): "`\(text)` is not a number: \(reason)"
    case .numberTooLarge(let text):
      text.allSatisfy({ $0.isNumber || $0 == "_" })
        ? "`\(text)` is larger than the largest integer 9223372036854775807"
        : "`\(text)` is larger than the largest number, about 1.8e308"
    case .unfinishedText(let isLong):
      isLong
        ? "this text is never closed; it needs `\"\"\"` at its end"
        : "this text is not closed on its line; it needs `\"` at its end"
    case .badEscape(let text):
      text.hasPrefix("\\u")
        ? "`\(text)` is no character; write its number in hexadecimal, as in `\\u{1F600}`"
        : "unknown escape `\(text)`; write `\\\\` for a backslash, or a raw text `r\"…\"`"
    case .emptyInterpolation: "nothing stands between `{` and `}`; write `\\{` for a brace"
    case .interpolationTail(let found):
      "expected `}` after the expression in this text, found \(found)"
    case .foreignQuotes(let quotes): "a text stands in `\"…\"`, not in `\(quotes)`"
    case .foreignOperator(let theirs, let ours): "`\(theirs)` is not TL; write `\(ours)`"
    case .foreignWord(let theirs, let ours): "`\(theirs)` is not TL; write `\(ours)`"
    case .foreignComment(let mark): "a comment begins with `#`, not with `\(mark)`"
    case .semicolon: "a statement ends at the end of its line, without `;`"
    case .unclosedBracket(let bracket, let expected):
      "`\(bracket)` is never closed; expected `\(expected)`"
    case .mismatchedBracket(let open, let close, let expected):
      "`\(open)` is closed by `\(close)`; expected `\(expected)`"
    case .strayBracket(let bracket): "`\(bracket)` closes nothing"
    case .expectedExpression(let after, let found):
      "expected an expression\(place(after)), found \(found)"
    case .expected(let what, let after, let found):
      "expected \(what)\(place(after)), found \(found)"
    case .unexpected(let found): "expected the end of the line, found \(found)"
    case .missingValue(let name, let keyword): "`\(keyword) \(name)` has no value"
    case .chainedComparison(let advice): "comparisons do not chain; \(advice)"
    case .badPipeTarget(let found):
      "to the right of `|>` stands a call such as `f(…)`, a name, or a function value in "
        + "parentheses, not \(found)"
    case .argumentOrder: "a positional argument cannot follow a named one"
    case .duplicate(_, let what, let name): "\(what) `\(name)` is given twice"
    case .parameterOrder(let name):
      "parameter `\(name)` has no default but follows one that has"
    case .badAssignment: "only a name, an element or a field of one can be assigned"
    case .chainedAssignment: "an assignment is a statement and has no value"
    case .assignmentInCondition: "`=` assigns; a condition compares with `==`"
    case .assignmentForColon(let name): "`\(name)` is given with `:`, not with `=`"
    case .elseWithoutIf(let word):
      word == "catch" ? "`catch` without `try`" : "`\(word)` without `if`"
    case .reservedName(let word): "`\(word)` is a word of the language and cannot be a name"
    case .kindAnnotation(let name): "`\(name)` is given a kind here; TL finds kinds itself"
    case .parenthesesNeeded(let what): "\(what) needs parentheses here"
    case .nestingTooDeep: "nested more than \(Limits.nesting) deep; name the parts with `let`"
    case .chainTooLong:
      "an expression of more than \(Limits.height) steps; name its parts with `let`"
    case .textCellStatement:
      "a text cell holds only comment lines; begin a new cell with `#%%` before this"
    case .advice(_, let text): text
    }
  }

  private func place(_ after: String?) -> String { after.map { " after `\($0)`" } ?? "" }

  private func describe(_ scalar: Unicode.Scalar) -> String {
    let code = "U+" + hexadecimal(scalar.value, digits: 4)
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator,
      .paragraphSeparator, .nonspacingMark, .enclosingMark, .spacingMark, .spaceSeparator:
      return code
    default: return "`\(scalar)` (\(code))"
    }
  }

  private func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

/// What keeps later recursive passes safe on any script.
enum Limits {
  /// Brackets, blocks, function values, signs and exponents inside one another.
  static let nesting = 200
  /// The height of the tree, chains of operators and calls included.
  static let height = 2_000
}

/// A problem at a place, before it becomes a `Diagnostic`.
struct Problem: Sendable {
  var rule: DiagnosticRule
  var message: String
  var span: Span
  var note: (message: String, span: Span)?
  var suggestion: (message: String, replacement: String?, span: Span)?
  /// More input could make it right.
  var endsEarly = false

  init(_ problem: SyntaxProblem, _ span: Span) {
    rule = problem.rule
    message = problem.message
    self.span = span
  }

  func noting(_ message: String, _ span: Span) -> Problem {
    var copy = self
    copy.note = (message, span)
    return copy
  }

  func suggesting(_ message: String, replacement: String? = nil, at place: Span? = nil) -> Problem {
    var copy = self
    copy.suggestion = (message, replacement, place ?? span)
    return copy
  }
}
