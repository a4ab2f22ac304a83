// Operands: constants, names, brackets, `if` and `try`, and the calls, fields and indices after
// them.

extension Parser {
  /// A value with its calls, fields and indices; sets `height`.
  mutating func suffixed() throws(Abort) -> Expression {
    let start = token.start
    var value = try primary()
    var tall = height
    while true {
      switch kind {
      case .leftParenthesis where !isNewLine:
        mark(.suffix, at: position)
        let arguments = try arguments()
        tall = max(tall, height) + 1
        value = make(.call(callee: value, piped: nil, arguments: arguments), start, lastEnd)
      case .leftBracket where !isNewLine:
        mark(.suffix, at: position)
        let opener = open()
        let wasSensitive = isLineSensitive
        isLineSensitive = false
        let index = try expression()
        try close(opener, "`]`")
        isLineSensitive = wasSensitive
        tall = max(tall, height) + 1
        value = make(.index(value, index), start, lastEnd)
      case .dot:
        advance()
        guard kind == .name || kind.isKeyword, !isNewLine else {
          throw failExpecting("a field's name")
        }
        let name = takeName()
        tall += 1
        value = make(.field(value, name), start, lastEnd)
      default:
        height = tall
        return value
      }
      if tall > Limits.height { throw fail(.chainTooLong, Span(start, lastEnd)) }
    }
  }

  private mutating func primary() throws(Abort) -> Expression {
    let start = token.start
    height = 1
    switch kind {
    case .name: return try name()
    case .integer: return integer()
    case .number: return number()
    case .text: return textToken()
    case .textStart: return try interpolation()
    case .trueKeyword, .falseKeyword:
      let value = kind == .trueKeyword
      advance()
      return make(.boolean(value), start, lastEnd)
    case .noneKeyword:
      advance()
      return make(.none, start, lastEnd)
    case .leftParenthesis: return try parenthesized()
    case .leftBracket: return try list()
    case .leftBrace: return try record()
    case .ifKeyword: return try conditional()
    case .tryKeyword: return try attempt()
    default: throw failOperand()
    }
  }

  private mutating func failOperand() -> Abort {
    // A keyword at the beginning of a line is the next statement; the missing value is before it.
    let isNextStatement = token.beginsLine && position > 0 && (kind.isKeyword || kind.isCloser)
    let span =
      isNextStatement || kind == .end || kind == .cell ? Span(lastEnd, lastEnd) : token.span
    let what = isNextStatement ? "the end of the line" : found
    var problem = Problem(.expectedExpression(after: after, found: what), span)
    switch kind {
    case .dot where nextKind == .integer || nextKind == .number:
      let digits = text(tokens[position + 1])
      problem = problem.suggesting(
        "did you mean `0.\(digits)`?", replacement: "0.\(digits)",
        at: Span(token.start, tokens[position + 1].end))
    case .assign where position > 0 && tokens[position - 1].kind == .equal:
      problem = problem.suggesting("did you mean `==`?")
    case .fnKeyword:
      problem = problem.suggesting("a function value is written `(a, b) => …`")
    case .elseKeyword: problem = Problem(.elseWithoutIf("else"), token.span)
    case .catchKeyword: problem = Problem(.elseWithoutIf("catch"), token.span)
    default: break
    }
    if position > 1, tokens[position - 1].kind == .minus, tokens[position - 2].kind == .minus,
      tokens[position - 1].start == tokens[position - 2].end
    {
      problem = problem.suggesting("TL has no `--`; write `x = x - 1`")
    }
    return fail(problem)
  }

  private mutating func name() throws(Abort) -> Expression {
    let token = token
    let spelled = nameText(token)
    if spelled == "lambda", nextKind == .name || nextKind == .colon,
      !tokens[position + 1].beginsLine
    {
      throw fail(
        Problem(.foreignWord("lambda", ours: "x => …"), token.span)
          .suggesting("did you mean `x => …`?"))
    }
    if spelled.utf8.count <= 5, let ours = ForeignWords.literal(spelled) {
      report(
        Problem(.foreignWord(spelled, ours: ours), token.span)
          .suggesting("did you mean `\(ours)`?", replacement: ours))
      advance()
      switch ours {
      case "none": return make(.none, token.start, token.end)
      default: return make(.boolean(ours == "true"), token.start, token.end)
      }
    }
    advance()
    return make(.name(spelled), token.start, token.end)
  }

  // MARK: Numbers

  private mutating func integer() -> Expression {
    let token = token
    var value = 0
    var overflows = false
    for offset in token.start..<token.end where bytes[offset] != UInt8(ascii: "_") {
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(Int(bytes[offset]) - 0x30)
      value = sum
      if first || second { overflows = true }
    }
    advance()
    guard overflows else { return make(.integer(value), token.start, token.end) }
    // The smallest integer is a sign and a literal that is one too large by itself.
    if let last = operators.last, last.isPrefix, last.kind == .minus, last.span.end == token.start,
      kind != .power, kind != .dot, kind != .leftBracket, kind != .leftParenthesis,
      let smallest = Int("-" + text(token).filter { $0 != "_" })
    {
      operators.removeLast()
      return make(.integer(smallest), last.span.start, token.end)
    }
    report(.numberTooLarge(text(token)), token.span)
    return invalid(token.start, token.end)
  }

  private mutating func number() -> Expression {
    let token = token
    var spelled = text(token)
    if spelled.utf8.contains(UInt8(ascii: "_")) { spelled.removeAll { $0 == "_" } }
    if spelled.utf8.last == UInt8(ascii: "%") {
      spelled.removeLast()
      spelled = Self.hundredth(spelled)
    }
    advance()
    guard let value = Double(spelled), value.isFinite else {
      report(.numberTooLarge(text(token)), token.span)
      return invalid(token.start, token.end)
    }
    return make(.number(value), token.start, token.end)
  }

  /// A decimal text divided by 100 in decimal, so that `15%` is the same number as `0.15`.
  private static func hundredth(_ text: String) -> String {
    let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let (shifted, overflows) = exponent.subtractingReportingOverflow(2)
    return "\(parts.first ?? "0")e\(overflows ? exponent : shifted)"
  }

  // MARK: Brackets

  private mutating func parenthesized() throws(Abort) -> Expression {
    let opener = open()
    let wasSensitive = isLineSensitive
    isLineSensitive = false
    if isAtClose(of: opener), kind.isCloser {
      throw fail(
        .expectedExpression(after: "(", found: found), token.span)
    }
    let value = try expression()
    if kind == .comma {
      throw fail(
        Problem(.expected("`)`", after: after, found: found), token.span)
          .suggesting("several values make a list: `[a, b]`"))
    }
    try close(opener, "`)`")
    isLineSensitive = wasSensitive
    return value
  }

  private mutating func list() throws(Abort) -> Expression {
    let start = token.start
    let opener = open()
    let wasSensitive = isLineSensitive
    isLineSensitive = false
    var items: [Expression] = []
    var tall = 0
    while !isAtClose(of: opener) {
      items.append(try expression())
      tall = max(tall, height)
      if isAtClose(of: opener) { break }
      try separator("`,` or `]`")
    }
    try close(opener, "`,` or `]`")
    isLineSensitive = wasSensitive
    height = tall + 1
    return make(.list(items), start, lastEnd)
  }

  /// The comma between two items.
  private mutating func separator(_ what: String) throws(Abort) {
    if kind == .comma { return advance() }
    var problem = Problem(.expected(what, after: after, found: found), place)
    switch kind {
    case .forKeyword: problem = problem.suggesting("did you mean `xs |> map(x => …)`?")
    case .assign: problem = problem.suggesting("did you mean `==`?")
    case .name, .integer, .number, .text, .textStart, .leftBrace:
      problem = problem.suggesting(
        "is a comma missing here?", replacement: ", ", at: Span(lastEnd, lastEnd))
    default: break
    }
    throw fail(problem)
  }

  /// The arguments of a call, from its parenthesis; sets `height`.
  private mutating func arguments() throws(Abort) -> [Argument] {
    let opener = open()
    let wasSensitive = isLineSensitive
    isLineSensitive = false
    var arguments: [Argument] = []
    var labels = SeenNames()
    var tall = 0
    while !isAtClose(of: opener) {
      var label: Name?
      if kind == .name || kind.isKeyword, nextKind == .colon {
        label = takeName()
        advance()
      } else if kind == .name, nextKind == .assign {
        let name = takeName()
        report(
          Problem(.assignmentForColon(name.text), token.span)
            .suggesting("did you mean `:`?", replacement: ":", at: token.span))
        label = name
        advance()
      }
      if let label, !labels.insert(label.text) {
        report(
          .duplicate(SyntaxRules.duplicateArgument, what: "argument", name: label.text), label.span)
      }
      let start = token.start
      let value = try expression()
      if label == nil, labels.count > 0 { report(.argumentOrder, Span(start, lastEnd)) }
      arguments.append(Argument(label: label, value: value))
      tall = max(tall, height)
      if isAtClose(of: opener) { break }
      try separator("`,` or `)`")
    }
    try close(opener, "`,` or `)`")
    isLineSensitive = wasSensitive
    height = tall
    return arguments
  }

  private mutating func record() throws(Abort) -> Expression {
    guard isRecordAhead else { throw failRecord() }
    let start = token.start
    let opener = open()
    let wasSensitive = isLineSensitive
    isLineSensitive = false
    var fields: [RecordField] = []
    var keys = SeenNames()
    var tall = 0
    while !isAtClose(of: opener) {
      let key = try recordKey()
      if !keys.insert(key.text) {
        report(.duplicate(SyntaxRules.duplicateKey, what: "key", name: key.text), key.span)
      }
      if kind == .assign {
        report(
          Problem(.assignmentForColon(key.text), token.span)
            .suggesting("did you mean `:`?", replacement: ":"))
        advance()
      } else {
        try expect(.colon, "`:`")
      }
      fields.append(RecordField(key: key, value: try expression()))
      tall = max(tall, height)
      if isAtClose(of: opener) { break }
      try separator("`,` or `}`")
    }
    try close(opener, "`,` or `}`")
    isLineSensitive = wasSensitive
    height = tall + 1
    return make(.record(fields), start, lastEnd)
  }

  private mutating func recordKey() throws(Abort) -> Name {
    if kind == .name || kind.isKeyword { return takeName() }
    guard kind == .text else {
      throw fail(.expected("a key, a name or a text", after: after, found: found), place)
    }
    let span = token.span
    guard case .text(let text) = textToken().kind else { throw Abort() }
    return Name(text: text, span: span, id: makeID())
  }

  /// A brace where a value should stand, but no `key:` in it.
  private mutating func failRecord() -> Abort {
    let span = token.span
    let first = position + 1 < tokens.count ? tokens[position + 1] : token
    let second = position + 2 < tokens.count ? tokens[position + 2].kind : .end
    var problem = Problem(
      .advice(
        SyntaxRules.expectedExpression,
        "expected a record such as `{name: value}`; a block stands only after `if`, `else`, "
          + "`for`, `while`, `fn`, `try`, `catch` or `=>`"), span)
    if first.kind == .end { return fail(problem) }
    if first.kind == .name || first.kind == .text {
      let key = text(first)
      switch second {
      case .assign:
        problem = Problem(.assignmentForColon(key), tokens[position + 2].span)
          .suggesting("did you mean `:`?", replacement: ":")
      case .comma, .rightBrace:
        if first.kind == .name { problem = problem.suggesting("did you mean `{\(key): \(key)}`?") }
      default: break
      }
    }
    return fail(problem)
  }

  // MARK: Forms

  /// The condition of `if` or `while`.
  mutating func condition() throws(Abort) -> Expression {
    let start = token.start
    let left = try expression()
    guard kind == .assign, !isNewLine else { return left }
    let span = token.span
    report(
      Problem(.assignmentInCondition, span).suggesting("did you mean `==`?", replacement: "=="))
    advance()
    let leftHeight = height
    let right = try expression()
    height = max(height, leftHeight) + 1
    return make(.binary(.equal, left, right, operatorSpan: span), start, lastEnd)
  }

  private mutating func conditional() throws(Abort) -> Expression {
    let start = token.start
    var arms: [ConditionalArm] = []
    var otherwise: Block?
    var tall = 0
    advance()
    while true {
      let condition = try condition()
      tall = max(tall, height)
      height = 0
      let body = try block(after: "if")
      tall = max(tall, height)
      arms.append(ConditionalArm(condition: condition, body: body))
      if isElif {
        report(
          Problem(.foreignWord(text(token), ours: "else if"), token.span)
            .suggesting("did you mean `else if`?", replacement: "else if"))
        advance()
        continue
      }
      guard kind == .elseKeyword else { break }
      advance()
      if kind == .ifKeyword, !isNewLine {
        advance()
        continue
      }
      height = 0
      otherwise = try block(after: "else")
      tall = max(tall, height)
      break
    }
    height = tall + 1
    return make(.conditional(arms, otherwise: otherwise), start, lastEnd)
  }

  private mutating func attempt() throws(Abort) -> Expression {
    let start = token.start
    advance()
    height = 0
    let body = try block(after: "try")
    let bodyHeight = height
    if kind == .name, isWord("except") || isWord("rescue") {
      report(
        Problem(.foreignWord(text(token), ours: "catch"), token.span)
          .suggesting("did you mean `catch`?", replacement: "catch"))
      advance()
    } else {
      try expect(.catchKeyword, "`catch`")
    }
    if kind == .leftBrace || kind == .leftParenthesis {
      throw fail(
        Problem(.expected("a name", after: "catch", found: found), token.span)
          .suggesting("write `catch problem { … }`"))
    }
    let problem = try boundName("catch")
    height = 0
    let handler = try block(after: "catch")
    height = max(height, bodyHeight) + 1
    return make(.attempt(body, problem: problem, handler: handler), start, lastEnd)
  }
}

/// Names already seen in one bracket; a set only when there are many.
struct SeenNames {
  private var few: [String] = []
  private var many: Set<String> = []
  var count: Int { few.count + many.count }

  /// False when the name was there.
  mutating func insert(_ name: String) -> Bool {
    if few.contains(name) || many.contains(name) { return false }
    if few.count < 8 { few.append(name) } else { many.insert(name) }
    return true
  }
}
