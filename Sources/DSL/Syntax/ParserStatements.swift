// Statements, blocks and assignments.

extension Parser {
  /// Parses statements up to the token `end`; every round takes at least one token.
  mutating func statementList(end: Int, into statements: inout [Statement]) {
    var tall = 0
    while position < end {
      let start = position
      height = 0
      let saved = (isLineSensitive, depth, brokenDepth, operands.count, operators.count)
      let savedProblems = (problemsBefore, boundName)
      problemsBefore = problems.count
      boundName = nil
      mark(.statementStart, at: start)
      do {
        statements.append(try statement(end: end))
        try endStatement(end: end)
      } catch {
        (isLineSensitive, depth, brokenDepth) = (saved.0, saved.1, saved.2)
        operands.removeSubrange(saved.3...)
        operators.removeSubrange(saved.4...)
        // An error after a whole statement leaves that statement in place.
        if let name = boundName {
          let value = invalid(name.span.end, name.span.end)
          statements.append(Statement(span: name.span, kind: .let(name, value)))
        }
        skipStatement(from: start, end: end)
      }
      (problemsBefore, boundName) = savedProblems
      tall = max(tall, height)
    }
    height = tall + 1
  }

  private mutating func endStatement(end: Int) throws(Abort) {
    boundName = nil
    if kind == .semicolon {
      let isLast = position + 1 >= end || tokens[position + 1].beginsLine
      var problem = Problem(.semicolon, token.span)
      problem =
        isLast
        ? problem.suggesting("delete the `;`", replacement: "")
        : problem.suggesting("begin a new line here", replacement: "\n")
      report(problem)
      while kind == .semicolon, position < end { advance() }
      return
    }
    if position >= end || token.beginsLine { return }
    throw failAfterStatement()
  }

  private mutating func failAfterStatement() -> Abort {
    var problem = Problem(.unexpected(found: found), token.span)
    let last = tokens[position - 1]
    if last.kind == .name {
      switch text(last) {
      case "print", "echo", "puts", "println":
        problem = problem.suggesting("a call needs parentheses: `print(…)`")
      case "class", "struct", "enum", "interface", "type":
        problem = problem.suggesting("TL has no classes; a record holds fields: `{name: value}`")
      case "switch", "match", "case", "when":
        problem = problem.suggesting("did you mean `if … { } else if … { }`?")
      case "unless": problem = problem.suggesting("did you mean `if not`?")
      case "until": problem = problem.suggesting("did you mean `while not`?")
      case "from": problem = problem.suggesting("did you mean `import \"file.tl\"`?")
      default: break
      }
    }
    switch kind {
    case .assign:
      problem = Problem(.chainedAssignment, token.span)
    case .notKeyword where nextKind == .inKeyword:
      problem = problem.suggesting("did you mean `not … in …`?")
    case .question: problem = problem.suggesting("did you mean `if … { … } else { … }`?")
    case .name where last.kind == .number && bytes[last.end - 1] == UInt8(ascii: "%"),
      .integer where last.kind == .number && bytes[last.end - 1] == UInt8(ascii: "%"):
      problem = problem.suggesting("for the remainder put a space before `%`")
    default: break
    }
    if isCommentOnLine() { problem = problem.suggesting("a comment begins with `#`") }
    return fail(problem)
  }

  /// Whether a `//` stands before the current token on its line.
  private func isCommentOnLine() -> Bool {
    var index = position
    while index > 0, !tokens[index].beginsLine {
      index -= 1
      if tokens[index].kind == .floorDivide { return true }
    }
    return false
  }

  private mutating func statement(end: Int) throws(Abort) -> Statement {
    let start = token.start
    switch kind {
    case .letKeyword, .varKeyword: return try binding(isLet: kind == .letKeyword)
    case .fnKeyword where nextKind != .leftParenthesis: return try namedFunction()
    case .forKeyword: return try forLoop()
    case .whileKeyword:
      advance()
      let condition = try condition()
      let body = try block(after: "while")
      return Statement(span: Span(start, lastEnd), kind: .while(condition, body))
    case .returnKeyword:
      advance()
      let hasValue = position < end && !token.beginsLine && kind != .semicolon
      let value = hasValue ? try expression() : nil
      return Statement(span: Span(start, lastEnd), kind: .return(value))
    case .breakKeyword, .continueKeyword:
      let isBreak = kind == .breakKeyword
      advance()
      return Statement(span: Span(start, lastEnd), kind: isBreak ? .break : .continue)
    case .importKeyword: return try importStatement()
    case .elseKeyword, .catchKeyword: throw fail(.elseWithoutIf(text(token)), token.span)
    case .semicolon:
      report(.semicolon, token.span)
      throw Abort()
    case .name where followsOnLine(nextKind): return try foreignStatement()
    default: return try expressionStatement()
    }
  }

  /// Whether a word directly after a word on one line makes the first a foreign keyword.
  private func followsOnLine(_ next: TokenKind) -> Bool {
    (next == .name || next == .text || next == .notKeyword || next == .leftParenthesis)
      && !tokens[position + 1].beginsLine
  }

  private mutating func foreignStatement() throws(Abort) -> Statement {
    let word = text(token)
    if nextKind == .leftParenthesis {
      // A function may have such a name; a block after its call says that it is not meant.
      let brace = Int(partners[position + 1]) + 1
      guard brace < tokens.count, tokens[brace].kind == .leftBrace, !tokens[brace].beginsLine else {
        return try expressionStatement()
      }
      if word == "foreach" {
        throw fail(
          Problem(.foreignWord(word, ours: "for"), token.span)
            .suggesting("did you mean `for x in xs { }`?"))
      }
    }
    if isElif { throw fail(.elseWithoutIf(word), token.span) }
    guard let ours = ForeignWords.statement(word) else { return try expressionStatement() }
    report(
      Problem(.foreignWord(word, ours: ours), token.span)
        .suggesting("did you mean `\(ours)`?", replacement: ours))
    switch ours {
    case "fn": return try namedFunction()
    case "let": return try binding(isLet: true)
    case "var": return try binding(isLet: false)
    case "for": return try forLoop()
    default: return try importStatement()
    }
  }

  var isElif: Bool {
    guard kind == .name else { return false }
    return isWord("elif") || isWord("elseif") || isWord("elsif")
  }

  // MARK: Bindings

  /// A name that a form binds; `form` is its first word.
  mutating func boundName(_ form: String) throws(Abort) -> Name {
    if kind == .name, !isNewLine { return takeName() }
    if kind.isKeyword, !isNewLine { throw fail(.reservedName(text(token)), token.span) }
    if kind == .leftBracket || kind == .leftBrace || kind == .leftParenthesis {
      throw fail(
        .advice(
          SyntaxRules.expectedToken,
          "expected a name after `\(form)`; TL binds one name at a time"), token.span)
    }
    throw failExpecting("a name")
  }

  private mutating func binding(isLet: Bool) throws(Abort) -> Statement {
    let start = token.start
    let keyword = text(token)
    let form = isLet ? "let" : "var"
    advance()
    if isLet, isWord("mut"), nextKind == .name {
      report(
        Problem(.foreignWord("let mut", ours: "var"), Span(start, token.end))
          .suggesting("did you mean `var`?", replacement: "var"))
      advance()
    }
    let name = try boundName(keyword)
    boundName = name
    switch kind {
    case .assign: advance()
    case .equal where !isNewLine:
      report(
        Problem(
          .advice(SyntaxRules.assignmentInExpression, "`==` compares; `\(form)` takes `=`"),
          token.span
        ).suggesting("did you mean `=`?", replacement: "="))
      advance()
    case .colon:
      throw fail(
        Problem(.kindAnnotation(name.text), token.span)
          .suggesting("write `\(form) \(name.text) = …`"))
    case .comma:
      throw fail(
        .advice(
          SyntaxRules.expectedToken,
          "expected `=` after `\(name.text)`; TL binds one name at a time"), token.span)
    default:
      if isNewLine || kind == .end || kind == .cell || kind == .rightBrace || kind == .semicolon {
        let problem = Problem(.missingValue(name: name.text, keyword: form), name.span)
          .suggesting("write `\(form) \(name.text) = …`")
        // More input does not complete it: its line has ended.
        if problems.count == problemsBefore, brokenDepth == 0 { report(problem) }
        throw Abort()
      }
      throw failExpecting("`=`")
    }
    let value = try expression()
    return Statement(
      span: Span(start, lastEnd), kind: isLet ? .let(name, value) : .var(name, value))
  }

  private mutating func importStatement() throws(Abort) -> Statement {
    let start = token.start
    advance()
    guard kind == .text, !isNewLine else {
      let problem = Problem(
        .expected("a file in quotes", after: "import", found: found), place
      ).suggesting("write `import \"file.tl\"`")
      if kind == .end { throw abortNow(problem) }
      throw fail(problem)
    }
    let span = token.span
    let path = textToken()
    guard case .text(let text) = path.kind else { throw Abort() }
    return Statement(span: Span(start, lastEnd), kind: .import(path: text, pathSpan: span))
  }

  /// Reports an error that more input does not mend.
  mutating func abortNow(_ problem: Problem) -> Abort {
    if problems.count == problemsBefore, brokenDepth == 0 { report(problem) }
    return Abort()
  }

  private mutating func forLoop() throws(Abort) -> Statement {
    let start = token.start
    advance()
    if kind == .leftParenthesis {
      throw fail(
        Problem(.expected("a name", after: "for", found: found), token.span)
          .suggesting("did you mean `for x in xs { }`?"))
    }
    let name = try boundName("for")
    if isWord("of"), !isNewLine {
      report(
        Problem(.foreignWord("of", ours: "in"), token.span)
          .suggesting("did you mean `in`?", replacement: "in"))
      advance()
    } else if kind == .assign || kind == .comma {
      let advice =
        kind == .comma ? "a loop has one name; take its parts inside" : "did you mean `in`?"
      throw fail(
        Problem(.expected("`in`", after: after, found: found), token.span).suggesting(advice))
    } else {
      try expect(.inKeyword, "`in`")
    }
    let values = try expression()
    let body = try block(after: "for")
    return Statement(span: Span(start, lastEnd), kind: .for(name, in: values, body))
  }

  private mutating func namedFunction() throws(Abort) -> Statement {
    let start = token.start
    advance()
    let name = try boundName("fn")
    boundName = name
    guard kind == .leftParenthesis else { throw failExpecting("`(`") }
    mark(.suffix, at: position)
    let parameters = try parameters()
    switch kind {
    case .assign, .arrow:
      throw fail(
        Problem(
          .expected("`{`", after: nil, found: found), token.span
        ).suggesting("a named function's body stands in braces: `fn \(name.text)(…) { … }`"))
    default: break
    }
    let body = try block(after: "fn")
    let span = Span(start, lastEnd)
    return Statement(
      span: span,
      kind: .function(FunctionSyntax(name: name, parameters: parameters, body: body, span: span)))
  }

  /// `(a, b = 2)`, from its parenthesis.
  mutating func parameters() throws(Abort) -> [Parameter] {
    let opener = open()
    let wasSensitive = isLineSensitive
    isLineSensitive = false
    var parameters: [Parameter] = []
    var highest = 0
    while !isAtClose(of: opener) {
      let name = try boundName("(")
      if parameters.contains(where: { $0.name.text == name.text }) {
        report(
          .duplicate(SyntaxRules.duplicateParameter, what: "parameter", name: name.text), name.span)
      }
      var defaultValue: Expression?
      if kind == .assign {
        advance()
        defaultValue = try expression()
        highest = max(highest, height)
      } else if kind == .colon {
        throw fail(
          Problem(.kindAnnotation(name.text), token.span)
            .suggesting("a default is written `\(name.text) = value`"))
      } else if parameters.last?.defaultValue != nil {
        report(.parameterOrder(name.text), name.span)
      }
      parameters.append(Parameter(name: name, defaultValue: defaultValue))
      if isAtClose(of: opener) { break }
      try expect(.comma, "`,` or `)`")
    }
    try close(opener, "`,` or `)`")
    isLineSensitive = wasSensitive
    height = highest
    return parameters
  }

  // MARK: Blocks

  /// A block in braces; sets `height`.
  mutating func block(after form: String) throws(Abort) -> Block {
    if kind == .name, nextKind == .leftBrace, isWord("then") || isWord("do") {
      report(
        Problem(.foreignWord(text(token), ours: "{"), token.span)
          .suggesting("delete `\(text(token))`", replacement: ""))
      advance()
    }
    guard kind == .leftBrace else {
      var problem = Problem(.expected("`{`", after: after, found: found), place)
      if kind == .colon || isWord("then") || isWord("do") {
        problem = problem.suggesting("a block stands in braces: `{ … }`")
      }
      throw fail(problem)
    }
    try enter()
    let opener = position
    mark(.block, at: opener)
    advance()
    let saved = (isLineSensitive, brokenDepth)
    (isLineSensitive, brokenDepth) = (true, 0)
    let start = tokens[opener].start
    var statements: [Statement] = []
    let end = Int(partners[opener])
    let savedHeight = height
    height = 0
    statementList(end: end, into: &statements)
    (isLineSensitive, brokenDepth) = saved
    depth -= 1
    height = max(savedHeight, height)
    if tokens[opener].isBroken || !kind.isCloser {
      // The missing brace is reported; what is here ends the statement around it too.
      return Block(statements: statements, span: Span(start, max(lastEnd, start + 1)))
    }
    advance()
    return Block(statements: statements, span: Span(start, lastEnd))
  }

  // MARK: Expressions as statements

  private mutating func expressionStatement() throws(Abort) -> Statement {
    let start = token.start
    let target = try expression()
    switch kind {
    case .assign where !token.beginsLine:
      let (name, path) = try assignmentTarget(target, end: lastEnd)
      advance()
      let value = try expression()
      return Statement(span: Span(start, lastEnd), kind: .assign(name, path: path, value))
    case .compoundAssign where !token.beginsLine:
      let targetText = source.text(of: Span(start, lastEnd))
      let sign = String(text(token).dropLast())
      report(
        Problem(
          .foreignOperator(text(token), ours: "\(targetText) = \(targetText) \(sign) …"), token.span
        ))
      advance()
      let value = try expression()
      let (name, path) = try assignmentTarget(target, end: lastEnd)
      return Statement(span: Span(start, lastEnd), kind: .assign(name, path: path, value))
    case .increment where !token.beginsLine:
      let targetText = source.text(of: Span(start, lastEnd))
      report(
        .foreignOperator("++", ours: "\(targetText) = \(targetText) + 1"), token.span)
      advance()
      throw Abort()
    default:
      return Statement(span: Span(start, lastEnd), kind: .expression(target))
    }
  }

  /// The name and the steps that an expression left of `=` stands for.
  private mutating func assignmentTarget(
    _ target: Expression, end: Int
  ) throws(Abort) -> (Name, [AssignmentStep]) {
    var path: [AssignmentStep] = []
    var current = target
    while true {
      switch current.kind {
      case .name(let text):
        path.reverse()
        return (Name(text: text, span: current.span, id: current.id), path)
      case .field(let base, let name):
        path.append(.field(name))
        current = base
      case .index(let base, let index):
        path.append(.index(index))
        current = base
      case .invalid: throw Abort()
      default:
        throw fail(.badAssignment, Span(target.span.start, max(end, target.span.start)))
      }
    }
  }
}
