// What the lexer makes: tokens without their white space, and comments kept apart by position, so
// that the parser never meets one and the formatter loses none.

/// What a token is; keywords and operators have a kind of their own.
public enum TokenKind: UInt8, Sendable {
  /// After the last token.
  case end
  /// A cell marker `#%%` at column 1.
  case cell
  /// Something whose error is already reported.
  case invalid
  case name, integer, number
  /// A whole text: `"…"`, `r"…"`, `"""…"""`.
  case text
  /// `"…{`, `}…{` and `}…"` of a text with interpolations.
  case textStart, textMiddle, textEnd
  case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, colon, semicolon, dot, assign, arrow, pipe
  /// `+=` and its kin, which TL has not.
  case compoundAssign
  /// `++`, which TL has not.
  case increment
  case question
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, range
  case plus, minus, star, slash, floorDivide, percent, power
  case letKeyword, varKeyword, fnKeyword, ifKeyword, elseKeyword, forKeyword, inKeyword
  case whileKeyword, returnKeyword, breakKeyword, continueKeyword, tryKeyword, catchKeyword
  case importKeyword, andKeyword, orKeyword, notKeyword, trueKeyword, falseKeyword, noneKeyword

  public var isKeyword: Bool { rawValue >= TokenKind.letKeyword.rawValue }

  var isOpener: Bool {
    switch self {
    case .leftParenthesis, .leftBracket, .leftBrace, .textStart: true
    default: false
    }
  }

  var isCloser: Bool {
    switch self {
    case .rightParenthesis, .rightBracket, .rightBrace, .textEnd: true
    default: false
    }
  }

  /// Whether it stands between two operands, so that a line beginning with it continues.
  var isBinaryOperator: Bool {
    switch self {
    case .pipe, .orKeyword, .andKeyword, .equal, .notEqual, .less, .lessOrEqual, .greater,
      .greaterOrEqual, .inKeyword, .range, .plus, .minus, .star, .slash, .floorDivide, .percent,
      .power:
      true
    default: false
    }
  }
}

/// One token: its kind and its UTF-8 offsets.
public struct Token: Sendable {
  public struct Flags: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The first token of its line.
    public static let beginsLine = Flags(rawValue: 1)
    /// White space, a comment or a line break stands before it.
    public static let spaceBefore = Flags(rawValue: 2)
    /// Its error is reported: an unfinished text, an unclosed opener, a stray closer.
    public static let broken = Flags(rawValue: 4)
    /// A name whose letters are of several scripts or widths; it is taken in Latin letters.
    public static let lookAlike = Flags(rawValue: 8)
  }

  public let kind: TokenKind
  public var flags: Flags
  let startOffset: Int32
  let endOffset: Int32

  init(kind: TokenKind, flags: Flags, start: Int, end: Int) {
    self.kind = kind
    self.flags = flags
    startOffset = Int32(truncatingIfNeeded: start)
    endOffset = Int32(truncatingIfNeeded: end)
  }

  public var start: Int { Int(startOffset) }
  public var end: Int { Int(endOffset) }
  public var span: Span { Span(start, end) }
  public var beginsLine: Bool { flags.contains(.beginsLine) }
  var isBroken: Bool { flags.contains(.broken) }
}

/// A comment from its `#` to the end of its line, a cell marker included.
public struct Comment: Sendable {
  public let span: Span
  /// Nothing but white space stands before it on its line.
  public let ownsLine: Bool
}

/// The tokens of a source, ending with one of kind `end`.
public struct TokenList: Sendable {
  public let tokens: [Token]
  public let comments: [Comment]
  /// For an opener the index of its closer, or of the token before which it should have been closed;
  /// for a closer the index of its opener; otherwise -1.
  let partners: [Int32]
  let problems: [Problem]
  /// The source cannot be read as text at all, so nothing else is worth saying.
  let isUnreadable: Bool
}
