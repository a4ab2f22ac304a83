// The text before a cursor: which brackets and texts are open there, what word is being typed, and
// what would make it whole. It looks at bytes and brackets only; meaning is the checker's.

import TLSyntax

struct UnfinishedInput {
  private enum Open {
    case bracket(UInt8, Int)
    /// `{` inside a text.
    case interpolation
    case text(quote: String, isRaw: Bool, start: Int)
  }

  /// The call whose parentheses hold the cursor.
  struct Call {
    var name: String
    /// How many arguments stand before the cursor without a name, a piped one included.
    var positionalCount: Int
    var labels: [String]
  }

  private let bytes: [UInt8]
  private var open: [Open] = []
  private(set) var isInComment = false

  init(_ text: String) {
    bytes = Array(text.utf8)
    scan()
  }

  private func starts(_ text: String, at index: Int) -> Bool {
    bytes[index...].starts(with: text.utf8)
  }

  private mutating func scan() {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if isInComment {
        if byte == 0x0A { isInComment = false }
        index += 1
      } else if case .text(let quote, let isRaw, _) = open.last {
        if starts(quote, at: index) {
          open.removeLast()
          index += quote.utf8.count
        } else if byte == UInt8(ascii: "\\"), !isRaw {
          index += 2
        } else if byte == UInt8(ascii: "{"), !isRaw {
          open.append(.interpolation)
          index += 1
        } else {
          if byte == 0x0A, quote.utf8.count == 1 { open.removeLast() }
          index += 1
        }
      } else {
        index += step(byte, index)
      }
    }
  }

  /// Takes one byte outside texts and comments; returns how many bytes it was.
  private mutating func step(_ byte: UInt8, _ index: Int) -> Int {
    switch byte {
    case UInt8(ascii: "#"): isInComment = true
    case UInt8(ascii: "\""):
      let quote = starts("\"\"\"", at: index) ? "\"\"\"" : "\""
      let isRaw =
        previousByte(before: index) == UInt8(ascii: "r")
        && !(index > 1 && UnfinishedInput.isWord(bytes[index - 2]))
      open.append(.text(quote: quote, isRaw: isRaw, start: index + quote.utf8.count))
      return quote.utf8.count
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      open.append(.bracket(byte, index))
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      if !open.isEmpty { open.removeLast() }
    default: break
    }
    return 1
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 9 && byte <= 13 }

  // MARK: What stands at the cursor

  /// Where the content of the open text begins; nil outside texts.
  var textStart: Int? {
    if case .text(_, _, let start) = open.last { return min(start, bytes.count) }
    return nil
  }

  /// Where the word before the cursor begins.
  var wordStart: Int {
    var index = bytes.count
    while index > 0, UnfinishedInput.isWord(bytes[index - 1]) { index -= 1 }
    return index
  }

  func previousByte(before index: Int) -> UInt8 {
    index > 0 && index <= bytes.count ? bytes[index - 1] : 0
  }

  func string(from start: Int) -> String { String(decoding: bytes[start...], as: UTF8.self) }

  /// The word that ends before `index`, spaces between left out.
  func word(before index: Int) -> String {
    var end = max(0, index)
    while end > 0, UnfinishedInput.isSpace(bytes[end - 1]) { end -= 1 }
    var start = end
    while start > 0, UnfinishedInput.isWord(bytes[start - 1]) { start -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// A text as it must be written inside the open text.
  func escaped(_ text: String) -> String {
    guard case .text(_, false, _) = open.last else { return text }
    var result = ""
    for character in text {
      if character == "\"" || character == "\\" || character == "{" { result += "\\" }
      result.append(character)
    }
    return result
  }

  /// The input up to `start`, with a word there and everything closed.
  func completed(at start: Int, with word: String, isText: Bool) -> String {
    var result = String(decoding: bytes[..<start], as: UTF8.self) + word
    for item in open.reversed() {
      switch item {
      case .bracket(let byte, _):
        result +=
          byte == UInt8(ascii: "(") ? ")" : byte == UInt8(ascii: "[") ? "]" : "}"
      case .interpolation: result += "}"
      case .text(let quote, _, _): result += quote
      }
    }
    return result
  }

  /// The lines above the one of `start`, with another line instead of it and everything closed.
  func aboveLine(of start: Int, then line: String) -> String {
    let end = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return UnfinishedInput(String(decoding: bytes[..<end], as: UTF8.self))
      .completed(at: end, with: line, isText: false)
  }

  /// The names, calls and indices that end before `end`, such as `run.history[0]`.
  func operand(before end: Int) -> String {
    var index = end
    var depth = 0
    while index > 0 {
      let byte = bytes[index - 1]
      switch byte {
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth += 1
      case UInt8(ascii: "("), UInt8(ascii: "["):
        if depth == 0 { return String(decoding: bytes[index..<end], as: UTF8.self) }
        depth -= 1
      case UInt8(ascii: "."): break
      default:
        if depth == 0, !UnfinishedInput.isWord(byte) {
          return String(decoding: bytes[index..<end], as: UTF8.self)
        }
      }
      index -= 1
    }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// The call around the cursor, where an argument can begin at `wordStart`.
  func call(at wordStart: Int) -> Call? {
    guard case .bracket(UInt8(ascii: "("), let opening) = open.last else { return nil }
    var before = wordStart
    while before > 0, UnfinishedInput.isSpace(bytes[before - 1]) { before -= 1 }
    let last = previousByte(before: before)
    guard last == UInt8(ascii: "(") || last == UInt8(ascii: ",") else { return nil }
    var nameStart = opening
    while nameStart > 0, UnfinishedInput.isWord(bytes[nameStart - 1]) { nameStart -= 1 }
    guard nameStart < opening else { return nil }
    var call = Call(
      name: String(decoding: bytes[nameStart..<opening], as: UTF8.self), positionalCount: 0,
      labels: [])
    var pipe = nameStart
    while pipe > 0, UnfinishedInput.isSpace(bytes[pipe - 1]) { pipe -= 1 }
    if pipe >= 2, bytes[pipe - 1] == UInt8(ascii: ">"), bytes[pipe - 2] == UInt8(ascii: "|") {
      call.positionalCount = 1
    }
    // The tokens of the arguments so far, texts included, outside inner brackets.
    let source = Source(
      name: "", text: String(decoding: bytes[(opening + 1)..<before], as: UTF8.self))
    let tokens = lex(source).tokens
    var depth = 0
    var label: String?
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .leftParenthesis, .leftBracket, .leftBrace, .textStart: depth += 1
      case .rightParenthesis, .rightBracket, .rightBrace, .textEnd: depth -= 1
      case .colon where depth == 0 && index > 0: label = source.text(of: tokens[index - 1].span)
      case .comma where depth == 0:
        if let label { call.labels.append(label) } else { call.positionalCount += 1 }
        label = nil
      default: break
      }
    }
    return call
  }
}
