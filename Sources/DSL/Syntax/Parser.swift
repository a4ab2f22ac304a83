// The parser's door, its state, and recovery: an error ends its statement, and parsing goes on with
// the next statement at the same bracket depth, so one mistake gives one error.
// Statements are in ParserStatements.swift, operators in ParserOperators.swift, operands in
// ParserOperands.swift, texts in ParserText.swift.

/// Lexes and parses a source. Never fails: what is wrong stands in `diagnostics`, and the tree
/// holds what could be understood; a `let` or `fn` whose rest is broken stays as a name bound to an
/// `invalid` expression.
public func parse(_ source: Source) -> Script {
  parse(source, lex(source)).script
}

/// Parses a lexed source; the roles say for each token what the formatter needs to know.
func parse(
  _ source: Source, _ list: TokenList, recordsRoles: Bool = false
) -> (script: Script, roles: [TokenRole]) {
  list.tokens.withUnsafeBufferPointer { tokens in
    list.partners.withUnsafeBufferPointer { partners in
      source.bytes.withUnsafeBufferPointer { bytes in
        var parser = Parser(source: source, tokens: tokens, partners: partners, bytes: bytes)
        if recordsRoles {
          parser.roles = [TokenRole](repeating: [], count: tokens.count)
          parser.recordsRoles = true
        }
        let script = parser.script(list)
        return (script, parser.roles)
      }
    }
  }
}

/// What a token is to the formatter.
struct TokenRole: OptionSet {
  let rawValue: UInt8
  static let unary = TokenRole(rawValue: 1)
  static let statementStart = TokenRole(rawValue: 2)
  /// The brace that opens a block.
  static let block = TokenRole(rawValue: 4)
  /// The parenthesis or bracket of a call or an index, which nothing separates from its callee.
  static let suffix = TokenRole(rawValue: 8)
}

/// An error was met; it is reported already, or belongs to one that is.
struct Abort: Error {}

struct Parser {
  struct Operand {
    var expression: Expression
    /// UTF-8 offsets, parentheses around it included.
    var start: Int
    var end: Int
    /// The height of its tree.
    var height: Int
  }

  struct PendingOperator {
    var kind: TokenKind
    var isPrefix: Bool
    var level: Int
    var span: Span
  }

  let source: Source
  /// Owned by the caller of `parse`, valid during it; so are the next two.
  let tokens: UnsafeBufferPointer<Token>
  let partners: UnsafeBufferPointer<Int32>
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  /// Whether a line's end ends a statement here: not within `(`, `[` and records.
  var isLineSensitive = true
  var depth = 0
  /// The height of the block or bracket that was parsed last.
  var height = 0
  /// Unclosed brackets around the position; their error is reported, so others there are silent.
  var brokenDepth = 0
  var nextID = 0
  var problems: [Problem] = []
  /// Stretches of text whose tokens are part of an error that is already reported.
  var muted: [Span] = []
  var skipped: [Span] = []
  /// `problems.count` when the current statement began.
  var problemsBefore = 0
  /// The name that the current statement binds, for recovery.
  var boundName: Name?
  var operands: [Operand] = []
  var operators: [PendingOperator] = []
  var roles: [TokenRole] = []
  var recordsRoles = false

  init(
    source: Source, tokens: UnsafeBufferPointer<Token>, partners: UnsafeBufferPointer<Int32>,
    bytes: UnsafeBufferPointer<UInt8>
  ) {
    self.source = source
    self.tokens = tokens
    self.partners = partners
    self.bytes = bytes
  }

  // MARK: Tokens

  var kind: TokenKind { tokens[position].kind }
  var token: Token { tokens[position] }

  /// The kind of the token after the current one.
  var nextKind: TokenKind {
    position + 1 < tokens.count ? tokens[position + 1].kind : .end
  }

  /// Where the token before the current one ends.
  var lastEnd: Int { position > 0 ? tokens[position - 1].end : 0 }

  /// Whether the current token belongs to a new line and that matters here.
  var isNewLine: Bool { isLineSensitive && token.beginsLine }

  mutating func advance() { if position + 1 < tokens.count { position += 1 } }

  func text(_ token: Token) -> String {
    String(decoding: bytes[token.start..<token.end], as: UTF8.self)
  }

  /// The text of a name, in Latin letters where it was meant so.
  func nameText(_ token: Token) -> String {
    token.flags.contains(.lookAlike) ? LookAlikes.mended(text(token)) : text(token)
  }

  func isWord(_ word: String) -> Bool {
    kind == .name && token.end - token.start == word.utf8.count && text(token) == word
  }

  mutating func mark(_ role: TokenRole, at index: Int) {
    if recordsRoles { roles[index].insert(role) }
  }

  mutating func makeID() -> Int {
    nextID += 1
    return nextID - 1
  }

  mutating func make(_ kind: Expression.Kind, _ start: Int, _ end: Int) -> Expression {
    Expression(id: makeID(), span: Span(start, end), kind: kind)
  }

  mutating func invalid(_ start: Int, _ end: Int) -> Expression { make(.invalid, start, end) }

  /// The current token as a name.
  mutating func takeName() -> Name {
    let name = Name(text: nameText(token), span: token.span, id: makeID())
    advance()
    return name
  }

  // MARK: Errors

  /// Reports an error after which the statement can still be understood.
  mutating func report(_ problem: Problem) {
    if problems.count < 2_000 { problems.append(problem) }
  }

  mutating func report(_ problem: SyntaxProblem, _ span: Span) { report(Problem(problem, span)) }

  /// Reports an error at which the statement is given up, unless it is the echo of another.
  mutating func fail(_ problem: Problem) -> Abort {
    let isEcho =
      kind == .invalid || token.isBroken || brokenDepth > 0 || problems.count > problemsBefore
    if !isEcho {
      var problem = problem
      // An error with advice is a mistake that more input does not mend.
      if kind == .end, problem.suggestion == nil, isWaiting(problem) { problem.endsEarly = true }
      report(problem)
    }
    return Abort()
  }

  /// Whether a problem at the script's end says that something is still to come.
  private func isWaiting(_ problem: Problem) -> Bool {
    guard position > 0 else { return false }
    switch tokens[position - 1].kind {
    case .letKeyword, .varKeyword, .importKeyword, .dot: return false
    default:
      return problem.rule == SyntaxRules.expectedExpression
        || problem.rule == SyntaxRules.expectedToken
    }
  }

  mutating func fail(_ problem: SyntaxProblem, _ span: Span) -> Abort {
    fail(Problem(problem, span))
  }

  /// Where to point when the current token is not what is needed.
  var place: Span {
    if kind == .end || kind == .cell || (token.beginsLine && isLineSensitive && position > 0) {
      return Span(lastEnd, lastEnd)
    }
    return token.span
  }

  /// What stands at the current token, for "found …".
  var found: String {
    switch kind {
    case .end: return "the end of the script"
    case .cell: return "a new cell"
    default: break
    }
    if isNewLine, position > 0 { return "the end of the line" }
    let spelled = text(token)
    switch kind {
    case .name: return "the name `\(spelled)`"
    case .integer, .number: return "the number `\(spelled)`"
    case .text, .textStart: return "a text"
    case .textMiddle, .textEnd: return "`}`"
    default: return "`\(spelled)`"
    }
  }

  /// The token before the current one as "after …" says it, or nil for a long or first one.
  var after: String? {
    guard position > 0 else { return nil }
    let last = tokens[position - 1]
    switch last.kind {
    case .text, .textStart, .textMiddle, .textEnd, .cell: return nil
    default: return last.end - last.start <= 40 ? text(last) : nil
    }
  }

  mutating func failExpecting(_ what: String) -> Abort {
    fail(.expected(what, after: after, found: found), place)
  }

  mutating func expect(_ expected: TokenKind, _ what: String) throws(Abort) {
    guard kind == expected else { throw failExpecting(what) }
    advance()
  }

  /// Enters the bracket at the current position and gives its index.
  mutating func open() -> Int {
    let index = position
    if tokens[index].isBroken { brokenDepth += 1 }
    advance()
    return index
  }

  func isAtClose(of opener: Int) -> Bool { Int(partners[opener]) == position }

  /// Leaves the bracket opened at `opener`.
  mutating func close(_ opener: Int, _ what: String) throws(Abort) {
    guard isAtClose(of: opener), kind.isCloser else { throw failExpecting(what) }
    if tokens[opener].isBroken { brokenDepth -= 1 }
    advance()
  }

  mutating func enter() throws(Abort) {
    depth += 1
    if depth > Limits.nesting { throw fail(.nestingTooDeep, token.span) }
  }

  // MARK: Recovery

  /// Goes to the next statement after the one that began at `start`, before the token `end`.
  mutating func skipStatement(from start: Int, end: Int) {
    var index = start
    while index < end {
      if index > start, index >= position, tokens[index].beginsLine, !continuesStatement(index) {
        break
      }
      if tokens[index].kind == .cell, index > start { break }
      let partner = tokens[index].kind.isOpener ? Int(partners[index]) : -1
      if partner > index {
        index = tokens[index].isBroken ? partner : partner + 1
      } else {
        index += 1
      }
    }
    position = min(max(index, start + 1), tokens.count - 1)
    skipped.append(Span(tokens[start].start, tokens[position].start))
  }

  /// Whether a token at the beginning of a line goes on with the line before.
  private func continuesStatement(_ index: Int) -> Bool {
    let token = tokens[index]
    switch token.kind {
    case .minus: return isFollowedBySpace(index)
    case .dot, .elseKeyword, .catchKeyword, .rightParenthesis, .rightBracket, .arrow: return true
    default: return token.kind.isBinaryOperator
    }
  }

  func isFollowedBySpace(_ index: Int) -> Bool {
    index + 1 < tokens.count && tokens[index + 1].flags.contains(.spaceBefore)
  }

  // MARK: The script

  mutating func script(_ list: TokenList) -> Script {
    guard !list.isUnreadable else {
      return finish(
        [],
        [CellSyntax(title: "", isMarkdown: false, span: Span(0, bytes.count), statements: 0..<0)],
        list)
    }
    var statements: [Statement] = []
    var cells: [CellSyntax] = []
    var title = ""
    var isMarkdown = false
    var isImplicit = true
    var cellStart = 0
    var first = 0
    func endCell(at offset: Int) {
      if isImplicit, statements.isEmpty, offset < bytes.count { return }
      cells.append(
        CellSyntax(
          title: title, isMarkdown: isMarkdown, span: Span(cellStart, offset),
          statements: first..<statements.count))
    }
    while kind != .end {
      if kind == .cell {
        endCell(at: token.start)
        (title, isMarkdown) = Self.cellTitle(text(token))
        isImplicit = false
        cellStart = token.start
        first = statements.count
        advance()
        continue
      }
      if isMarkdown, first == statements.count { report(.textCellStatement, token.span) }
      statementList(end: cellEnd(), into: &statements)
    }
    if isImplicit || cellStart < bytes.count { endCell(at: bytes.count) }
    return finish(statements, cells, list)
  }

  /// The index of the next cell marker or the end.
  private func cellEnd() -> Int {
    var index = position
    while tokens[index].kind != .cell, tokens[index].kind != .end { index += 1 }
    return index
  }

  private static func cellTitle(_ marker: String) -> (String, Bool) {
    var title = marker.dropFirst(3).drop { $0 == " " || $0 == "\t" || $0 == "%" }
    var isMarkdown = false
    for tag in ["[markdown]", "[md]"] where title.lowercased().hasPrefix(tag) {
      title = title.dropFirst(tag.count).drop { $0 == " " || $0 == "\t" }
      isMarkdown = true
    }
    while let last = title.last, last == " " || last == "\t" { title.removeLast() }
    return (String(title), isMarkdown)
  }

  private func finish(
    _ statements: [Statement], _ cells: [CellSyntax], _ list: TokenList
  ) -> Script {
    let all = (list.problems + problems).filter { problem in
      !muted.contains { $0.start <= problem.span.start && problem.span.start < $0.end }
    }
    var kept: [Problem] = []
    for problem in all.sorted(by: { $0.span.start < $1.span.start }) {
      if let last = kept.last,
        problem.span.start < last.span.end || problem.span.start == last.span.start
      {
        continue
      }
      kept.append(problem)
    }
    let isIncomplete = !kept.isEmpty && kept.allSatisfy(\.endsEarly)
    let diagnostics = kept.prefix(Diagnostic.limit).map { problem in
      Diagnostic(
        problem.rule, problem.message, source: source, span: problem.span,
        notes: problem.note.map { [.init(message: $0.message, source: source, span: $0.span)] }
          ?? [],
        suggestion: problem.suggestion.map {
          .init(message: $0.message, replacement: $0.replacement, span: $0.span)
        })
    }
    return Script(
      source: source, statements: statements, cells: cells, idCount: nextID,
      diagnostics: diagnostics, isIncomplete: isIncomplete, skipped: skipped)
  }
}
