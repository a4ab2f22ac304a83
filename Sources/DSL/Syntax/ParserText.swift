// Texts: interpolations, escapes, and the indentation of long texts. A long text whose first line
// is empty drops that line break, the white space that all its lines begin with (the line of the
// closing quotes included), and the white space before the closing quotes. Line breaks are `\n` in
// the value whatever the file has.

extension Parser {
  /// The text token at the current position as an expression.
  mutating func textToken() -> Expression {
    let token = token
    advance()
    if token.isBroken { return invalid(token.start, token.end) }
    let isRaw = bytes[token.start] == UInt8(ascii: "r")
    let quote = token.start + (isRaw ? 1 : 0)
    let isLong = token.end - quote >= 6 && bytes[quote + 1] == UInt8(ascii: "\"")
    let marks = isLong ? 3 : 1
    let parts = decode([Span(quote + marks, token.end - marks)], isLong: isLong, isRaw: isRaw)
    return make(.text(parts[0]), token.start, token.end)
  }

  mutating func interpolation() throws(Abort) -> Expression {
    let opener = position
    let start = token.start
    let isLong =
      token.end - start >= 4 && bytes[start + 1] == UInt8(ascii: "\"")
      && bytes[start + 2] == UInt8(ascii: "\"")
    let marks = isLong ? 3 : 1
    var spans = [Span(start + marks, token.end - 1)]
    var values: [Expression?] = []
    var tall = 0
    _ = open()
    let wasSensitive = isLineSensitive
    isLineSensitive = false
    while true {
      if kind == .textMiddle || kind == .textEnd, !token.isBroken {
        report(.emptyInterpolation, Span(lastEnd - 1, token.start + 1))
        values.append(nil)
      } else {
        values.append(try expression())
        tall = max(tall, height)
      }
      guard kind == .textMiddle || kind == .textEnd else { throw failInterpolation(opener) }
      if kind == .textEnd { break }
      spans.append(Span(token.start + 1, token.end - 1))
      advance()
    }
    guard isAtClose(of: opener), !token.isBroken else { throw Abort() }
    spans.append(Span(token.start + 1, token.end - marks))
    if tokens[opener].isBroken { brokenDepth -= 1 }
    advance()
    isLineSensitive = wasSensitive
    height = tall + 1
    var parts: [TextPart] = []
    for (index, piece) in decode(spans, isLong: isLong, isRaw: false).enumerated() {
      if !piece.isEmpty { parts.append(.text(piece)) }
      if index < values.count, let value = values[index] { parts.append(.value(value)) }
    }
    return make(.interpolation(parts), start, lastEnd)
  }

  private mutating func failInterpolation(_ opener: Int) -> Abort {
    var problem = Problem(.interpolationTail(found: found), place)
    if kind == .colon || kind == .notKeyword {
      problem = problem.suggesting(
        "braces hold an expression: write `\\{` for a brace; `format` and `round` shape a number")
    }
    let end = Int(partners[opener])
    if end > position, muted.count < 2_000 {
      muted.append(Span(token.start + 1, tokens[end].start))
    }
    return fail(problem)
  }

  // MARK: Decoding

  /// The values of a text's parts between its interpolations.
  private mutating func decode(_ spans: [Span], isLong: Bool, isRaw: Bool) -> [String] {
    guard isLong else { return spans.map { decode($0, isRaw: isRaw, indentation: nil, false) } }
    var spans = spans
    let first = spans[0]
    let breakLength =
      first.start < first.end && bytes[first.start] == 0x0A
      ? 1
      : (first.end - first.start >= 2 && bytes[first.start] == 0x0D
        && bytes[first.start + 1] == 0x0A ? 2 : 0)
    guard breakLength > 0 else {
      return spans.map { decode($0, isRaw: isRaw, indentation: 0, false) }
    }
    spans[0].start += breakLength
    let common = commonIndentation(spans)
    if let last = spans.last {
      var end = last.end
      while end > last.start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
      let beginsLine = end > last.start ? bytes[end - 1] == 0x0A : spans.count == 1
      if beginsLine { spans[spans.count - 1].end = end }
    }
    return spans.enumerated().map { index, span in
      decode(span, isRaw: isRaw, indentation: common, index == 0)
    }
  }

  private func commonIndentation(_ spans: [Span]) -> Int {
    var common = Int.max
    for (index, span) in spans.enumerated() {
      var offset = span.start
      var atLineStart = index == 0
      while offset <= span.end {
        if atLineStart {
          let start = offset
          while offset < span.end, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
          let isBlank = offset < span.end && (bytes[offset] == 0x0A || bytes[offset] == 0x0D)
          if !isBlank { common = min(common, offset - start) }
          atLineStart = false
        }
        while offset < span.end, bytes[offset] != 0x0A { offset += 1 }
        offset += 1
        atLineStart = offset <= span.end
      }
    }
    return common == .max ? 0 : common
  }

  /// One part; `indentation` bytes of white space go from each line, nil for a text on one line.
  private mutating func decode(
    _ span: Span, isRaw: Bool, indentation: Int?, _ beginsLine: Bool
  ) -> String {
    guard span.start < span.end else { return "" }
    let part = UnsafeBufferPointer(rebasing: bytes[span.start..<span.end])
    let isPlain = (isRaw || !part.contains(UInt8(ascii: "\\"))) && indentation == nil
    if isPlain { return String(decoding: part, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(part.count)
    var offset = span.start
    var atLineStart = beginsLine
    let strip = indentation ?? 0
    while offset < span.end {
      if atLineStart {
        var left = strip
        while left > 0, offset < span.end, bytes[offset] == 0x20 || bytes[offset] == 0x09 {
          offset += 1
          left -= 1
        }
        atLineStart = false
        continue
      }
      let c = bytes[offset]
      if c == UInt8(ascii: "\\"), !isRaw {
        offset = escape(at: offset, end: span.end, into: &result)
      } else if c == 0x0D, offset + 1 < span.end, bytes[offset + 1] == 0x0A {
        offset += 1
      } else {
        result.append(c)
        atLineStart = c == 0x0A
        offset += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Decodes the escape at `offset` and gives the offset after it.
  private mutating func escape(at offset: Int, end: Int, into result: inout [UInt8]) -> Int {
    let c = offset + 1 < end ? bytes[offset + 1] : 0
    switch c {
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "0"): result.append(0)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"):
      result.append(c)
    case UInt8(ascii: "u"): return unicodeEscape(at: offset, end: end, into: &result)
    default:
      var stop = min(offset + 2, end)
      while stop < end, bytes[stop] & 0xC0 == 0x80 { stop += 1 }
      report(.badEscape(source.text(of: Span(offset, stop))), Span(offset, stop))
      return stop
    }
    return offset + 2
  }

  private mutating func unicodeEscape(at offset: Int, end: Int, into result: inout [UInt8]) -> Int {
    var stop = offset + 2
    var value: UInt32 = 0
    var digits = 0
    var isGood = stop < end && bytes[stop] == UInt8(ascii: "{")
    if isGood {
      stop += 1
      while stop < end, let digit = hexadecimalValue(bytes[stop]) {
        value = digits < 8 ? value << 4 | digit : value
        digits += 1
        stop += 1
      }
      isGood = stop < end && bytes[stop] == UInt8(ascii: "}") && (1...8).contains(digits)
      if isGood { stop += 1 }
    }
    guard isGood, let scalar = Unicode.Scalar(value) else {
      report(.badEscape(source.text(of: Span(offset, stop))), Span(offset, stop))
      return stop
    }
    result.append(contentsOf: String(scalar).utf8)
    return stop
  }

  private func hexadecimalValue(_ c: UInt8) -> UInt32? {
    switch c {
    case 0x30...0x39: UInt32(c - 0x30)
    case 0x41...0x46: UInt32(c - 0x41 + 10)
    case 0x61...0x66: UInt32(c - 0x61 + 10)
    default: nil
    }
  }
}
