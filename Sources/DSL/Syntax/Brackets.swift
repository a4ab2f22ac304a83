// Pairs every opening bracket with its closer before parsing, so that recovery can step over whole
// brackets, `(` can be told from the parameters of `(a, b) =>` without looking twice, and a missing
// bracket is reported once, at a sensible place: a statement's word at the start of a line, and a
// cell marker, end what is still open.

struct BracketPairing {
  let source: Source
  var tokens: [Token]
  /// See `TokenList.partners`.
  var partners: [Int32]
  var problems: [Problem] = []
  private var open: [Int] = []
  /// Open parentheses, square brackets, braces and texts.
  private var counts = [0, 0, 0, 0]
  private var lastProblemLine = -1
  private var lastBrokenText = -1

  init(source: Source, tokens: [Token]) {
    self.source = source
    self.tokens = tokens
    partners = [Int32](repeating: -1, count: tokens.count)
  }

  mutating func run() {
    for index in tokens.indices {
      let kind = tokens[index].kind
      if tokens[index].isBroken, kind == .text || kind == .textEnd { lastBrokenText = index }
      switch kind {
      case .leftParenthesis, .leftBracket, .leftBrace, .textStart:
        open.append(index)
        counts[Self.family(kind)] += 1
      case .rightParenthesis, .rightBracket, .rightBrace, .textEnd: close(index)
      case .cell, .end: popAll(before: index)
      default:
        if tokens[index].beginsLine, !open.isEmpty, beginsStatement(index) {
          popInner(before: index)
        }
      }
    }
  }

  private static func family(_ kind: TokenKind) -> Int {
    switch kind {
    case .leftParenthesis, .rightParenthesis: 0
    case .leftBracket, .rightBracket: 1
    case .leftBrace, .rightBrace: 2
    default: 3
    }
  }

  private static func closer(of kind: TokenKind) -> String {
    switch kind {
    case .leftParenthesis: ")"
    case .leftBracket: "]"
    case .leftBrace: "}"
    default: "\""
    }
  }

  private mutating func close(_ index: Int) {
    let family = Self.family(tokens[index].kind)
    if counts[family] > 0 {
      var isFirst = true
      while let top = open.last, Self.family(tokens[top].kind) != family {
        pop(before: index, reporting: isFirst && !tokens[index].isBroken)
        isFirst = false
      }
      guard let opener = open.popLast() else { return }
      counts[family] -= 1
      partners[opener] = Int32(truncatingIfNeeded: index)
      partners[index] = Int32(truncatingIfNeeded: opener)
      return
    }
    // The end of a text that broke off has been told of.
    if tokens[index].kind == .textEnd, tokens[index].isBroken { return }
    let text = source.text(of: tokens[index].span)
    if let top = open.last, tokens[top].kind != .textStart, !isBlock(top) {
      let opening = source.text(of: tokens[top].span)
      let expected = Self.closer(of: tokens[top].kind)
      report(
        Problem(
          .mismatchedBracket(open: opening, close: text, expected: expected), tokens[index].span
        )
        .noting("`\(opening)` is opened here", tokens[top].span)
        .suggesting("did you mean `\(expected)`?", replacement: expected))
      open.removeLast()
      counts[Self.family(tokens[top].kind)] -= 1
      partners[top] = Int32(truncatingIfNeeded: index)
      partners[index] = Int32(truncatingIfNeeded: top)
      tokens[index].flags.insert(.broken)
      return
    }
    report(Problem(.strayBracket(text), tokens[index].span))
    tokens[index].flags.insert(.broken)
  }

  /// One error per line: a second one there is most likely the same mistake.
  private mutating func report(_ problem: Problem) {
    let line = source.line(at: problem.span.start)
    if line != lastProblemLine, problems.count < 2_000 { problems.append(problem) }
    lastProblemLine = line
  }

  private mutating func pop(before index: Int, reporting: Bool) {
    guard let opener = open.popLast() else { return }
    let kind = tokens[opener].kind
    counts[Self.family(kind)] -= 1
    partners[opener] = Int32(truncatingIfNeeded: index)
    tokens[opener].flags.insert(.broken)
    // An unfinished text has swallowed what would close the bracket.
    guard reporting, kind != .textStart, lastBrokenText < opener else { return }
    let text = source.text(of: tokens[opener].span)
    let place = index > 0 ? tokens[index - 1].span : tokens[opener].span
    let isEnd = tokens[index].kind == .end
    var problem = Problem(
      .unclosedBracket(text, expected: Self.closer(of: kind)),
      isEnd || tokens[index].beginsLine ? Span(place.end, place.end) : tokens[index].span
    ).noting("`\(text)` is opened here", tokens[opener].span)
    problem.endsEarly = isEnd
    report(problem)
  }

  private mutating func popAll(before index: Int) {
    var isFirst = true
    while !open.isEmpty {
      pop(before: index, reporting: isFirst)
      isFirst = false
    }
  }

  /// Ends what no statement can stand in, down to the nearest block.
  private mutating func popInner(before index: Int) {
    var isFirst = true
    while let top = open.last, tokens[top].kind != .textStart, !isBlock(top) {
      pop(before: index, reporting: isFirst)
      isFirst = false
    }
  }

  /// Whether an opening brace begins a block and not a record: a record's is followed by `}` or by
  /// a key and a colon.
  private func isBlock(_ index: Int) -> Bool {
    tokens[index].kind == .leftBrace && !isRecordBrace(tokens, index)
  }

  private func beginsStatement(_ index: Int) -> Bool {
    let next = tokens[index + 1].kind
    switch tokens[index].kind {
    case .letKeyword, .varKeyword, .importKeyword, .returnKeyword, .breakKeyword,
      .continueKeyword, .forKeyword, .whileKeyword:
      return next != .colon && tokens[index - 1].kind != .dot
    case .fnKeyword: return next == .name && tokens[index - 1].kind != .dot
    default: return false
    }
  }
}

/// Whether the brace at `index`, where a value may stand, begins a record.
func isRecordBrace(_ tokens: [Token], _ index: Int) -> Bool {
  guard index + 2 < tokens.count else { return false }
  let key = tokens[index + 1].kind
  if key == .rightBrace { return true }
  return (key == .name || key == .text || key.isKeyword) && tokens[index + 2].kind == .colon
}
