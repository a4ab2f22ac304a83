// The lexer: bytes to tokens in one pass. Texts and their interpolations are in LexerText.swift,
// numbers, names and foreign characters in LexerWords.swift, brackets are paired in Brackets.swift.
// It never stops at an error: it reports, and emits what the text was most likely meant to be.

/// Splits a source into tokens and comments; never fails.
public func lex(_ source: Source) -> TokenList {
  source.bytes.withUnsafeBufferPointer { bytes in
    var lexer = Lexer(source: source, bytes: bytes)
    return lexer.run()
  }
}

struct Lexer {
  /// A text whose interpolation is being lexed.
  struct OpenText {
    let start: Int
    let isLong: Bool
    /// Braces open inside the interpolation.
    var braces = 0
    /// Where the interpolation's `{` stands.
    var interpolation: Int
  }

  let source: Source
  /// Owned by the `Source`, valid during `lex`.
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  var tokens: [Token] = []
  var comments: [Comment] = []
  var problems: [Problem] = []
  var openTexts: [OpenText] = []
  var beginsLine = true
  /// A closing quote of another language that the text before `end` is known not to hold.
  var missingQuote: (close: [UInt8], end: Int) = ([], 0)

  init(source: Source, bytes: UnsafeBufferPointer<UInt8>) {
    self.source = source
    self.bytes = bytes
  }

  mutating func run() -> TokenList {
    if let problem = unreadable() {
      return TokenList(
        tokens: [Token(kind: .end, flags: [.beginsLine], start: bytes.count, end: bytes.count)],
        comments: [], partners: [-1], problems: [problem], isUnreadable: true)
    }
    tokens.reserveCapacity(bytes.count / 4 + 16)
    if starts(with: [0xEF, 0xBB, 0xBF], at: 0) { position = 3 }
    if starts(with: Array("#!".utf8), at: position) { comment(ownsLine: true) }
    while position < bytes.count { next() }
    if !openTexts.isEmpty { closeTexts(from: 0, at: bytes.count) }
    beginsLine = true
    emit(.end, from: bytes.count, to: bytes.count)
    var pairing = BracketPairing(source: source, tokens: tokens)
    pairing.run()
    return TokenList(
      tokens: pairing.tokens, comments: comments, partners: pairing.partners,
      problems: problems + pairing.problems, isUnreadable: false)
  }

  func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  func starts(with prefix: [UInt8], at offset: Int) -> Bool {
    for (index, value) in prefix.enumerated() where byte(offset + index) != value { return false }
    return true
  }

  mutating func emit(
    _ kind: TokenKind, from start: Int, to end: Int, broken: Bool = false, lookAlike: Bool = false
  ) {
    var flags: Token.Flags = []
    if beginsLine { flags.insert(.beginsLine) }
    if beginsLine || start == 0 || (tokens.last.map { $0.end != start } ?? true) {
      flags.insert(.spaceBefore)
    }
    if broken { flags.insert(.broken) }
    if lookAlike { flags.insert(.lookAlike) }
    tokens.append(Token(kind: kind, flags: flags, start: start, end: end))
    beginsLine = false
  }

  mutating func report(_ problem: SyntaxProblem, _ start: Int, _ end: Int) {
    report(Problem(problem, Span(start, end)))
  }

  mutating func report(_ problem: Problem) {
    // The list is cut to `Diagnostic.limit` after sorting; far more are never of use.
    if problems.count < 2_000 { problems.append(problem) }
  }

  /// Takes `length` bytes as a token.
  private mutating func take(_ kind: TokenKind, _ length: Int) {
    emit(kind, from: position, to: position + length)
    position += length
  }

  /// Takes an operator of another language as ours.
  private mutating func takeForeign(_ kind: TokenKind, _ length: Int, ours: String) {
    let span = Span(position, position + length)
    report(
      Problem(.foreignOperator(source.text(of: span), ours: ours), span)
        .suggesting("did you mean `\(ours)`?", replacement: ours))
    take(kind, length)
  }

  private mutating func next() {
    let c = bytes[position]
    switch c {
    case UInt8(ascii: " "), 0x09, 0x0B, 0x0C, 0x0D: position += 1
    case 0x0A: lineBreak()
    case UInt8(ascii: "#"): hash()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      word()
    case UInt8(ascii: "\""): text(at: position, rawPrefix: 0)
    case UInt8(ascii: "'"), UInt8(ascii: "`"): foreignText(close: [c], length: 1)
    case UInt8(ascii: "("): take(.leftParenthesis, 1)
    case UInt8(ascii: ")"): take(.rightParenthesis, 1)
    case UInt8(ascii: "["): take(.leftBracket, 1)
    case UInt8(ascii: "]"): take(.rightBracket, 1)
    case UInt8(ascii: "{"):
      if let last = openTexts.indices.last { openTexts[last].braces += 1 }
      take(.leftBrace, 1)
    case UInt8(ascii: "}"): rightBrace()
    case UInt8(ascii: ","): take(.comma, 1)
    case UInt8(ascii: ";"): take(.semicolon, 1)
    case UInt8(ascii: "?"): take(.question, 1)
    case 0x80...: foreignCharacter()
    default: punctuation(c, byte(position + 1), byte(position + 2))
    }
  }

  private mutating func punctuation(_ c: UInt8, _ d: UInt8, _ e: UInt8) {
    let equals = UInt8(ascii: "=")
    switch c {
    case UInt8(ascii: ":"):
      if d == equals { takeForeign(.assign, 2, ours: "=") } else { take(.colon, 1) }
    case UInt8(ascii: "="):
      if d == equals {
        if e == equals { takeForeign(.equal, 3, ours: "==") } else { take(.equal, 2) }
      } else {
        if d == UInt8(ascii: ">") { take(.arrow, 2) } else { take(.assign, 1) }
      }
    case UInt8(ascii: "!"):
      if d == equals {
        if e == equals { takeForeign(.notEqual, 3, ours: "!=") } else { take(.notEqual, 2) }
      } else {
        takeForeign(.notKeyword, 1, ours: "not")
      }
    case UInt8(ascii: "<"):
      if d == equals {
        take(.lessOrEqual, 2)
      } else if d == UInt8(ascii: ">") {
        takeForeign(.notEqual, 2, ours: "!=")
      } else {
        take(.less, 1)
      }
    case UInt8(ascii: ">"):
      if d == equals { take(.greaterOrEqual, 2) } else { take(.greater, 1) }
    case UInt8(ascii: "|"):
      if d == UInt8(ascii: ">") {
        take(.pipe, 2)
      } else if d == UInt8(ascii: "|") {
        takeForeign(.orKeyword, 2, ours: "or")
      } else {
        takeForeign(.pipe, 1, ours: "|>")
      }
    case UInt8(ascii: "&"):
      takeForeign(.andKeyword, d == c ? 2 : 1, ours: "and")
    case UInt8(ascii: "."): dots(d, e)
    case UInt8(ascii: "+"):
      if d == equals {
        take(.compoundAssign, 2)
      } else if d == c {
        take(.increment, 2)
      } else {
        take(.plus, 1)
      }
    case UInt8(ascii: "-"):
      if d == equals {
        take(.compoundAssign, 2)
      } else if d == UInt8(ascii: ">") {
        takeForeign(.arrow, 2, ours: "=>")
      } else {
        take(.minus, 1)
      }
    case UInt8(ascii: "*"):
      if d == c {
        takeForeign(.power, 2, ours: "^")
      } else if d == equals {
        take(.compoundAssign, 2)
      } else {
        take(.star, 1)
      }
    case UInt8(ascii: "/"): slash(d)
    case UInt8(ascii: "%"):
      if d == equals, e != equals { take(.compoundAssign, 2) } else { take(.percent, 1) }
    case UInt8(ascii: "^"):
      if d == equals, e != equals { take(.compoundAssign, 2) } else { take(.power, 1) }
    default: unexpectedRun()
    }
  }

  private mutating func dots(_ d: UInt8, _ e: UInt8) {
    let dot = UInt8(ascii: ".")
    guard d == dot else { return take(.dot, 1) }
    if e == dot || e == UInt8(ascii: "<") || e == UInt8(ascii: "=") {
      takeForeign(.range, 3, ours: "..")
    } else {
      take(.range, 2)
    }
  }

  private mutating func slash(_ d: UInt8) {
    if d == UInt8(ascii: "/") {
      guard beginsLine else { return take(.floorDivide, 2) }
      report(
        Problem(.foreignComment("//"), Span(position, position + 2))
          .suggesting("did you mean `#`?", replacement: "#"))
      comments.append(Comment(span: Span(position, lineEnd(position)), ownsLine: true))
      position = lineEnd(position)
    } else if d == UInt8(ascii: "*") {
      report(.foreignComment("/*"), position, position + 2)
      var end = position + 2
      while end < bytes.count, !(bytes[end] == UInt8(ascii: "*") && byte(end + 1) == 0x2F) {
        end += 1
      }
      position = min(end + 2, bytes.count)
    } else if d == UInt8(ascii: "=") {
      take(.compoundAssign, 2)
    } else {
      take(.slash, 1)
    }
  }

  private mutating func rightBrace() {
    guard let last = openTexts.indices.last else { return take(.rightBrace, 1) }
    if openTexts[last].braces > 0 {
      openTexts[last].braces -= 1
      take(.rightBrace, 1)
    } else {
      continueText()
    }
  }

  private mutating func lineBreak() {
    if !openTexts.isEmpty, let first = openTexts.firstIndex(where: { !$0.isLong }) {
      closeTexts(from: first, at: position)
    }
    position += 1
    beginsLine = true
  }

  /// The offset of the line break that ends the line of `offset`, the `\r` before it left out.
  func lineEnd(_ offset: Int) -> Int {
    var end = offset
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    if end > offset, bytes[end - 1] == 0x0D { end -= 1 }
    return end
  }

  private mutating func hash() {
    let isAtColumn1 = position == 0 || bytes[position - 1] == 0x0A || isAfterMark
    if isAtColumn1, openTexts.isEmpty, starts(with: Array("#%%".utf8), at: position) {
      let start = position
      comment(ownsLine: true)
      beginsLine = true
      emit(.cell, from: start, to: position)
    } else {
      comment(ownsLine: beginsLine)
    }
  }

  private var isAfterMark: Bool { position == 3 && starts(with: [0xEF, 0xBB, 0xBF], at: 0) }

  private mutating func comment(ownsLine: Bool) {
    let end = lineEnd(position)
    comments.append(Comment(span: Span(position, end), ownsLine: ownsLine))
    position = end
  }

  /// What makes the bytes no script at all: one error instead of one per byte.
  private func unreadable() -> Problem? {
    guard bytes.count < Int(Int32.max) else { return Problem(.tooLarge, Span(0, 0)) }
    if bytes.count >= 2 {
      let first = (bytes[0], bytes[1])
      if first == (0xFF, 0xFE) || first == (0xFE, 0xFF) { return Problem(.utf16, Span(0, 2)) }
    }
    var offset = 0
    while offset < bytes.count {
      let c = bytes[offset]
      if c != 0, c < 0x80 {
        offset += 1
        continue
      }
      if c == 0 {
        return Problem(.nulByte(line: source.line(at: offset)), Span(offset, offset + 1))
      }
      let length = sequenceLength(at: offset)
      guard length > 0 else {
        return Problem(
          .notUTF8(line: source.line(at: offset), byte: c, name: source.name),
          Span(offset, offset + 1))
      }
      offset += length
    }
    return nil
  }

  /// The length of a well-formed UTF-8 sequence of more than one byte (Unicode table 3-7), or 0.
  private func sequenceLength(at offset: Int) -> Int {
    func follows(_ index: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      offset + index < bytes.count && range.contains(bytes[offset + index])
    }
    switch bytes[offset] {
    case 0xC2...0xDF: return follows(1) ? 2 : 0
    case 0xE0: return follows(1, 0xA0...0xBF) && follows(2) ? 3 : 0
    case 0xED: return follows(1, 0x80...0x9F) && follows(2) ? 3 : 0
    case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
    case 0xF0: return follows(1, 0x90...0xBF) && follows(2) && follows(3) ? 4 : 0
    case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
    case 0xF4: return follows(1, 0x80...0x8F) && follows(2) && follows(3) ? 4 : 0
    default: return 0
    }
  }

  /// The scalar at an offset of text that is known to be UTF-8, and its length.
  func scalar(at offset: Int) -> (Unicode.Scalar, Int) {
    let c = UInt32(bytes[offset])
    func tail(_ index: Int) -> UInt32 { UInt32(byte(offset + index) & 0x3F) }
    let (value, length): (UInt32, Int) =
      switch c {
      case ..<0x80: (c, 1)
      case ..<0xE0: ((c & 0x1F) << 6 | tail(1), 2)
      case ..<0xF0: ((c & 0x0F) << 12 | tail(1) << 6 | tail(2), 3)
      default: ((c & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
      }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}
