// Expressions: operators by precedence, with explicit stacks instead of recursion, so that only
// brackets and blocks nest on the machine's stack. Loosest first:
// |> · or · and · not · comparisons and in · .. · + - · * / // % · unary - · ^ · call, field, index

extension Parser {
  private enum Level {
    static let pipe = 1
    static let or = 2
    static let and = 3
    static let not = 4
    static let comparison = 5
    static let range = 6
    static let sum = 7
    static let product = 8
    static let negation = 9
    static let power = 10
  }

  private static func binary(_ kind: TokenKind) -> (level: Int, operator: BinaryOperator)? {
    switch kind {
    case .orKeyword: (Level.or, .or)
    case .andKeyword: (Level.and, .and)
    case .equal: (Level.comparison, .equal)
    case .notEqual: (Level.comparison, .notEqual)
    case .less: (Level.comparison, .less)
    case .lessOrEqual: (Level.comparison, .lessOrEqual)
    case .greater: (Level.comparison, .greater)
    case .greaterOrEqual: (Level.comparison, .greaterOrEqual)
    case .inKeyword: (Level.comparison, .in)
    case .range: (Level.range, .range)
    case .plus: (Level.sum, .add)
    case .minus: (Level.sum, .subtract)
    case .star: (Level.product, .multiply)
    case .slash: (Level.product, .divide)
    case .floorDivide: (Level.product, .floorDivide)
    case .percent: (Level.product, .remainder)
    case .power: (Level.power, .power)
    default: nil
    }
  }

  /// A whole expression; sets `height`.
  mutating func expression() throws(Abort) -> Expression {
    try enter()
    let operandBase = operands.count
    let operatorBase = operators.count
    while true {
      try prefixes(operatorBase)
      try operand(isFirst: operands.count == operandBase && operators.count == operatorBase)
      try pipes(operandBase, operatorBase)
      guard let (level, _) = Self.binary(kind), continuesHere() else { break }
      try reduce(to: level, operatorBase)
      operators.append(
        PendingOperator(kind: kind, isPrefix: false, level: level, span: token.span))
      if operators.count - operatorBase > Limits.nesting {
        throw fail(.nestingTooDeep, token.span)
      }
      advance()
    }
    while operators.count > operatorBase { try reduceTop() }
    let result = operands.removeLast()
    height = result.height
    depth -= 1
    return result.expression
  }

  /// Whether the operator at the current token goes on with this expression: always on the same
  /// line, and at the beginning of a line too, a `-` there only when white space follows it.
  private func continuesHere() -> Bool {
    !isNewLine || kind != .minus || isFollowedBySpace(position)
  }

  private mutating func prefixes(_ base: Int) throws(Abort) {
    while true {
      switch kind {
      case .minus:
        mark(.unary, at: position)
        operators.append(
          PendingOperator(
            kind: .minus, isPrefix: true, level: Level.negation, span: token.span))
      case .notKeyword:
        if operators.count > base, let last = operators.last, last.level > Level.not {
          report(.parenthesesNeeded("`not`"), token.span)
        }
        operators.append(
          PendingOperator(kind: .notKeyword, isPrefix: true, level: Level.not, span: token.span))
      case .plus:
        throw fail(
          Problem(.expectedExpression(after: after, found: found), token.span)
            .suggesting("a number needs no `+` before it"))
      default: return
      }
      if operators.count - base > Limits.nesting { throw fail(.nestingTooDeep, token.span) }
      advance()
    }
  }

  /// Pushes one operand: a function value or a value with its calls, fields and indices.
  private mutating func operand(isFirst: Bool) throws(Abort) {
    let start = token.start
    if isLambdaAhead {
      if !isFirst { report(.parenthesesNeeded("a function value"), token.span) }
      let function = try lambda()
      operands.append(Operand(expression: function, start: start, end: lastEnd, height: height))
    } else {
      let value = try suffixed()
      operands.append(Operand(expression: value, start: start, end: lastEnd, height: height))
    }
  }

  // MARK: Pipes

  private mutating func pipes(_ operandBase: Int, _ operatorBase: Int) throws(Abort) {
    while kind == .pipe {
      while operators.count > operatorBase { try reduceTop() }
      let pipeSpan = token.span
      advance()
      let startIndex = position
      let start = token.start
      if isLambdaAhead {
        throw fail(.parenthesesNeeded("a function value"), token.span)
      }
      if kind == .minus || kind == .notKeyword {
        throw fail(.badPipeTarget("an operator"), token.span)
      }
      let target = try suffixed()
      let isParenthesized =
        tokens[startIndex].kind == .leftParenthesis
        && Int(partners[startIndex]) + 1 == position
      if Self.binary(kind) != nil, continuesHere() {
        throw fail(
          Problem(.badPipeTarget("an operation"), token.span)
            .suggesting("put the pipeline before `\(text(token))` in parentheses"))
      }
      var left = operands.removeLast()
      let span = Span(left.start, lastEnd)
      let piped: Expression.Kind
      switch target.kind {
      case .call(let callee, nil, let arguments) where !isParenthesized:
        piped = .call(callee: callee, piped: left.expression, arguments: arguments)
      case .name, .field, .index:
        piped = .call(callee: target, piped: left.expression, arguments: [])
      case .invalid: piped = .invalid
      default:
        guard isParenthesized else {
          throw fail(.badPipeTarget(describe(target)), Span(start, lastEnd))
        }
        piped = .call(callee: target, piped: left.expression, arguments: [])
      }
      left.expression = make(piped, span.start, span.end)
      left.end = span.end
      left.height = max(left.height, height) + 1
      operands.append(left)
      try checkHeight(left.height, pipeSpan)
    }
  }

  private func describe(_ expression: Expression) -> String {
    switch expression.kind {
    case .none, .boolean: "a constant"
    case .integer, .number: "a number"
    case .text, .interpolation: "a text"
    case .list: "a list"
    case .record: "a record"
    case .conditional, .attempt: "a block"
    default: "this"
    }
  }

  // MARK: Reduction

  private mutating func reduce(to level: Int, _ base: Int) throws(Abort) {
    while operators.count > base, let top = operators.last {
      guard top.level > level || (top.level == level && level != Level.power) else { return }
      if top.level == level, level == Level.comparison || level == Level.range {
        reportChain(top)
      }
      try reduceTop()
    }
  }

  /// `a < b < c`, of which the first two are operands already.
  private mutating func reportChain(_ first: PendingOperator) {
    if first.level == Level.range {
      report(
        .advice(SyntaxRules.unexpectedToken, "a range has two ends, not three"), token.span)
      return
    }
    let left = operands[operands.count - 2]
    let middle = operands[operands.count - 1]
    let middleText = source.text(of: Span(middle.start, middle.end))
    let whole = source.text(of: Span(left.start, middle.end))
    let advice =
      whole.utf8.count <= 60 && !whole.utf8.contains(0x0A)
      ? "write `\(whole) and \(middleText) \(text(token)) …`" : "join two of them with `and`"
    report(.chainedComparison(advice), token.span)
  }

  private mutating func checkHeight(_ height: Int, _ span: Span) throws(Abort) {
    self.height = height
    if height > Limits.height { throw fail(.chainTooLong, span) }
  }

  private mutating func reduceTop() throws(Abort) {
    let top = operators.removeLast()
    var right = operands.removeLast()
    if top.isPrefix {
      let kind: UnaryOperator = top.kind == .minus ? .negate : .not
      right.expression = make(.unary(kind, right.expression), top.span.start, right.end)
      right.start = top.span.start
      right.height += 1
      operands.append(right)
      try checkHeight(right.height, top.span)
      return
    }
    guard var left = operands.popLast(), let (_, binary) = Self.binary(top.kind) else {
      throw Abort()
    }
    left.expression = make(
      .binary(binary, left.expression, right.expression, operatorSpan: top.span), left.start,
      right.end)
    left.end = right.end
    left.height = max(left.height, right.height) + 1
    operands.append(left)
    try checkHeight(left.height, top.span)
  }

  // MARK: Function values

  /// `x =>` or `(…) =>` at the current token.
  var isLambdaAhead: Bool {
    if kind == .name { return nextKind == .arrow }
    guard kind == .leftParenthesis, !token.isBroken else { return false }
    let after = Int(partners[position]) + 1
    return after < tokens.count && tokens[after].kind == .arrow
  }

  private mutating func lambda() throws(Abort) -> Expression {
    let start = token.start
    var parameters: [Parameter] = []
    height = 0
    if kind == .name {
      parameters = [Parameter(name: takeName(), defaultValue: nil)]
    } else {
      parameters = try self.parameters()
    }
    let parametersHeight = height
    try expect(.arrow, "`=>`")
    let body: Block
    if kind == .leftBrace, !isRecordAhead {
      body = try block(after: "=>")
    } else {
      let value = try expression()
      body = Block(
        statements: [Statement(span: value.span, kind: .expression(value))], span: value.span)
    }
    height = max(height, parametersHeight) + 1
    if height > Limits.height { throw fail(.chainTooLong, Span(start, lastEnd)) }
    let span = Span(start, lastEnd)
    return make(
      .function(FunctionSyntax(name: nil, parameters: parameters, body: body, span: span)),
      span.start, span.end)
  }

  /// Whether the brace at the current token begins a record.
  var isRecordAhead: Bool {
    guard position + 2 < tokens.count else { return false }
    let key = tokens[position + 1].kind
    if key == .rightBrace { return true }
    return (key == .name || key == .text || key.isKeyword)
      && tokens[position + 2].kind == .colon
  }
}
