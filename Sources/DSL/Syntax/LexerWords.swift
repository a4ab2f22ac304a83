// Numbers, names and keywords, and the characters that TL does not use: typographic signs, letters
// of other widths, invisible characters.

extension Lexer {
  // MARK: Numbers

  mutating func number() {
    let start = position
    var isInteger = true
    var reason: String?
    digits(&reason)
    if byte(position) == UInt8(ascii: "."), isDigit(byte(position + 1)) {
      isInteger = false
      position += 1
      digits(&reason)
    }
    exponent(&isInteger, &reason)
    let end = position
    let c = byte(position)
    if isLetter(c) || (c >= 0x80 && isNameScalar(scalar(at: position).0)) {
      skipWord()
      report(lettersProblem(start: start, end: end))
      emit(.invalid, from: start, to: position)
      return
    }
    if c == UInt8(ascii: "%"), !isOperandStart(byte(position + 1)) {
      isInteger = false
      position += 1
    }
    if let reason {
      let span = Span(start, position)
      report(Problem(.badNumber(source.text(of: span), reason: reason), span))
      emit(.invalid, from: start, to: position)
    } else {
      emit(isInteger ? .integer : .number, from: start, to: position)
    }
  }

  private mutating func exponent(_ isInteger: inout Bool, _ reason: inout String?) {
    guard byte(position) | 0x20 == UInt8(ascii: "e") else { return }
    var offset = position + 1
    if byte(offset) == UInt8(ascii: "-") || byte(offset) == UInt8(ascii: "+") { offset += 1 }
    guard isDigit(byte(offset)) else { return }
    isInteger = false
    position = offset
    digits(&reason)
  }

  private mutating func digits(_ reason: inout String?) {
    var last: UInt8 = 0
    while isDigit(byte(position)) || byte(position) == UInt8(ascii: "_") {
      let c = bytes[position]
      if c == UInt8(ascii: "_"), last == c || last == 0 {
        reason = "`_` stands only between two digits"
      }
      last = c
      position += 1
    }
    if last == UInt8(ascii: "_") { reason = "`_` stands only between two digits" }
  }

  private func lettersProblem(start: Int, end: Int) -> Problem {
    let number = source.text(of: Span(start, end))
    let letters = source.text(of: Span(end, position))
    let problem = Problem(
      .lettersAfterNumber(number: number, letters: letters), Span(start, position))
    if number == "0", let first = letters.first, "xXbBoO".contains(first) {
      return problem.suggesting("TL writes numbers in decimal")
    }
    return problem.suggesting(
      "did you mean `\(number) * \(letters)`?", replacement: "\(number) * \(letters)")
  }

  /// Whether a `%` right after a number and before this byte is the remainder, not percent.
  private func isOperandStart(_ c: UInt8) -> Bool {
    isDigit(c) || isLetter(c) || c >= 0x80 || c == UInt8(ascii: "(")
  }

  func isDigit(_ c: UInt8) -> Bool { c >= 0x30 && c <= 0x39 }

  func isLetter(_ c: UInt8) -> Bool {
    (c | 0x20 >= 0x61 && c | 0x20 <= 0x7A) || c == UInt8(ascii: "_")
  }

  // MARK: Names

  private func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    if (0x0410...0x044F).contains(scalar.value) { return true }
    return scalar.properties.isXIDContinue
  }

  private mutating func skipWord() {
    while position < bytes.count {
      let c = bytes[position]
      if isLetter(c) || isDigit(c) {
        position += 1
      } else if c >= 0x80 {
        let (scalar, length) = scalar(at: position)
        guard isNameScalar(scalar) else { return }
        position += length
      } else {
        return
      }
    }
  }

  mutating func word() {
    let start = position
    var packed: UInt64 = 0
    while true {
      let c = byte(position)
      guard isLetter(c) || isDigit(c) else { break }
      packed = packed << 8 | UInt64(c)
      position += 1
    }
    if byte(position) >= 0x80 {
      let before = position
      skipWord()
      if position > before {
        otherWord(from: start)
        return
      }
    }
    let length = position - start
    if length == 1, bytes[start] == UInt8(ascii: "r"), byte(position) == UInt8(ascii: "\"") {
      text(at: position, rawPrefix: 1)
      return
    }
    emit(length <= 8 ? keyword(packed) : .name, from: start, to: position)
  }

  /// A name with letters outside ASCII.
  private mutating func otherWord(from start: Int) {
    let span = Span(start, position)
    let name = source.text(of: span)
    let narrow = LookAlikes.narrowed(name)
    let mended = LookAlikes.mended(name)
    var problem: Problem
    if narrow != name {
      problem = Problem(.foreignOperator(name, ours: narrow), span)
        .suggesting("did you mean `\(narrow)`?", replacement: narrow)
    } else if LookAlikes.isMixed(name) {
      problem = Problem(.mixedScripts(name, letters: LookAlikes.description(of: name)), span)
      if mended != name {
        problem = problem.suggesting(
          "did you mean `\(mended)` in Latin letters?", replacement: mended)
      }
    } else {
      return emit(.name, from: start, to: position)
    }
    report(problem)
    emit(keyword(spelled: mended), from: start, to: position, lookAlike: true)
  }

  private func keyword(spelled word: String) -> TokenKind {
    guard word.utf8.count <= 8 else { return .name }
    return keyword(word.utf8.reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// The keyword whose ASCII letters are packed into an integer, the first the most significant.
  private func keyword(_ packed: UInt64) -> TokenKind {
    switch packed {
    case 0x6C6574: .letKeyword
    case 0x766172: .varKeyword
    case 0x666E: .fnKeyword
    case 0x6966: .ifKeyword
    case 0x656C7365: .elseKeyword
    case 0x666F72: .forKeyword
    case 0x696E: .inKeyword
    case 0x7768696C65: .whileKeyword
    case 0x72657475726E: .returnKeyword
    case 0x627265616B: .breakKeyword
    case 0x636F6E74696E7565: .continueKeyword
    case 0x747279: .tryKeyword
    case 0x6361746368: .catchKeyword
    case 0x696D706F7274: .importKeyword
    case 0x616E64: .andKeyword
    case 0x6F72: .orKeyword
    case 0x6E6F74: .notKeyword
    case 0x74727565: .trueKeyword
    case 0x66616C7365: .falseKeyword
    case 0x6E6F6E65: .noneKeyword
    default: .name
    }
  }

  // MARK: Other characters

  mutating func foreignCharacter() {
    let (scalar, length) = scalar(at: position)
    if (0x0410...0x044F).contains(scalar.value) || scalar.properties.isXIDStart {
      let start = position
      skipWord()
      otherWord(from: start)
      return
    }
    switch scalar.value {
    case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: position += length  // spaces
    case 0x201C, 0x201D: foreignText(close: Array("\u{201D}".utf8), length: length)
    case 0x201E: foreignText(close: Array("\u{201C}".utf8), length: length)
    case 0x2018, 0x2019, 0x201A: foreignText(close: Array("\u{2019}".utf8), length: length)
    case 0xAB: foreignText(close: Array("\u{BB}".utf8), length: length)
    default:
      guard let (kind, ours) = replacement(for: scalar) else { return unexpectedRun() }
      let span = Span(position, position + length)
      let spoken = String(scalar)
      report(
        Problem(.foreignOperator(spoken, ours: ours), span)
          .suggesting("did you mean `\(ours)`?", replacement: ours))
      emit(kind, from: position, to: position + length)
      position += length
    }
  }

  private func replacement(for scalar: Unicode.Scalar) -> (TokenKind, String)? {
    switch scalar.value {
    case 0x2010...0x2015, 0x2212, 0xFE63, 0xFF0D: (.minus, "-")
    case 0xD7, 0x22C5, 0xB7, 0x2217: (.star, "*")
    case 0xF7, 0x2215, 0x2044: (.slash, "/")
    case 0x2264: (.lessOrEqual, "<=")
    case 0x2265: (.greaterOrEqual, ">=")
    case 0x2260: (.notEqual, "!=")
    case 0x2192, 0x21D2: (.arrow, "=>")
    case 0x2026: (.range, "..")
    case 0x2208: (.inKeyword, "in")
    case 0x2227: (.andKeyword, "and")
    case 0x2228: (.orKeyword, "or")
    case 0xAC: (.notKeyword, "not")
    case 0xFF08: (.leftParenthesis, "(")
    case 0xFF09: (.rightParenthesis, ")")
    case 0xFF0C: (.comma, ",")
    case 0xFF1A: (.colon, ":")
    case 0xFF1B: (.semicolon, ";")
    case 0xFF1D: (.assign, "=")
    case 0xFF0B: (.plus, "+")
    case 0xFF3B: (.leftBracket, "[")
    case 0xFF3D: (.rightBracket, "]")
    case 0xFF1C: (.less, "<")
    case 0xFF1E: (.greater, ">")
    default: nil
    }
  }

  /// One error for a run of characters of which TL uses none; invisible ones make no token.
  mutating func unexpectedRun() {
    let start = position
    let (first, length) = scalar(at: position)
    position += length
    while position < bytes.count, isUnused(at: position) {
      position += scalar(at: position).1
    }
    let isInvisible = first.properties.generalCategory == .format
    var problem = Problem(.unexpectedCharacter(first), Span(start, position))
    if isInvisible { problem = problem.suggesting("delete it; it is invisible", replacement: "") }
    report(problem)
    if !isInvisible { emit(.invalid, from: start, to: position) }
  }

  private func isUnused(at offset: Int) -> Bool {
    let (scalar, _) = scalar(at: offset)
    if scalar.isASCII {
      let c = UInt8(truncatingIfNeeded: scalar.value)
      return c < 0x20 && !(0x09...0x0D).contains(c) || c == 0x7F || c == UInt8(ascii: "@")
        || c == UInt8(ascii: "$") || c == UInt8(ascii: "\\") || c == UInt8(ascii: "~")
    }
    switch scalar.value {
    case 0xA0, 0xAB, 0x2000...0x205F, 0x3000: return false
    default: return !scalar.properties.isXIDContinue && replacement(for: scalar) == nil
    }
  }
}
