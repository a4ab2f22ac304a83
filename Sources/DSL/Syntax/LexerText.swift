// Texts: `"…{expression}…"`, raw `r"…"` and `r"""…"""`, long `"""…"""`, and the quotes of other
// languages. A text on one line ends at the line's end at the latest; the parser decodes escapes.

extension Lexer {
  private enum Ending { case closed, interpolation, unfinished }

  /// A text whose quote stands at `quote`, `rawPrefix` bytes after the token's start.
  mutating func text(at quote: Int, rawPrefix: Int) {
    let start = quote - rawPrefix
    let isLong = byte(quote + 1) == UInt8(ascii: "\"") && byte(quote + 2) == UInt8(ascii: "\"")
    position = quote + (isLong ? 3 : 1)
    switch segment(isLong: isLong, isRaw: rawPrefix > 0) {
    case .closed: emit(.text, from: start, to: position)
    case .interpolation:
      emit(.textStart, from: start, to: position)
      openTexts.append(OpenText(start: start, isLong: isLong, interpolation: position - 1))
    case .unfinished:
      reportUnfinished(start: start, end: position, isLong: isLong, interpolation: nil)
      emit(.text, from: start, to: position, broken: true)
    }
  }

  /// Goes on after the `}` of an interpolation.
  mutating func continueText() {
    guard let open = openTexts.last else { return }
    let start = position
    position += 1
    switch segment(isLong: open.isLong, isRaw: false) {
    case .closed:
      openTexts.removeLast()
      emit(.textEnd, from: start, to: position)
    case .interpolation:
      openTexts[openTexts.count - 1].interpolation = position - 1
      emit(.textMiddle, from: start, to: position)
    case .unfinished:
      openTexts.removeLast()
      reportUnfinished(start: open.start, end: position, isLong: open.isLong, interpolation: nil)
      emit(.textEnd, from: start, to: position, broken: true)
    }
  }

  /// Ends the texts from `first` on, which a line or the script leaves open inside an interpolation.
  mutating func closeTexts(from first: Int, at end: Int) {
    let open = openTexts[first]
    let stop = end > 0 && end <= bytes.count && bytes[end - 1] == 0x0D ? end - 1 : end
    reportUnfinished(
      start: open.start, end: open.isLong ? open.start + 3 : stop, isLong: open.isLong,
      interpolation: open.interpolation)
    for _ in first..<openTexts.count { emit(.textEnd, from: end, to: end, broken: true) }
    openTexts.removeSubrange(first...)
  }

  private mutating func reportUnfinished(start: Int, end: Int, isLong: Bool, interpolation: Int?) {
    var problem = Problem(
      .unfinishedText(isLong: isLong), Span(start, isLong ? min(start + 3, end) : end))
    problem.endsEarly = isLong
    if let interpolation {
      problem = problem.noting(
        "an interpolation begins here; write `\\{` for a brace",
        Span(interpolation, interpolation + 1))
    }
    report(problem)
  }

  /// Walks to the end of a text's part; `position` is then after its last byte.
  private mutating func segment(isLong: Bool, isRaw: Bool) -> Ending {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        if !isLong {
          position += 1
          return .closed
        }
        if byte(position + 1) == UInt8(ascii: "\""), byte(position + 2) == UInt8(ascii: "\"") {
          position += 3
          return .closed
        }
        position += 1
      case UInt8(ascii: "\\") where !isRaw:
        position += 1
        if byte(position) == UInt8(ascii: "u"), byte(position + 1) == UInt8(ascii: "{") {
          position += 2
        } else if position < bytes.count, bytes[position] != 0x0A {
          position += 1
        }
      case UInt8(ascii: "{") where !isRaw:
        position += 1
        return .interpolation
      case 0x0A where !isLong:
        if bytes[position - 1] == 0x0D { position -= 1 }
        return .unfinished
      default: position += 1
      }
    }
    return .unfinished
  }

  /// A text in the quotes of another language, if it closes on its line.
  mutating func foreignText(close: [UInt8], length: Int) {
    let start = position
    // Without a memory a line of opening quotes would be walked once for each.
    let isKnownMissing = missingQuote.close == close && start < missingQuote.end
    let end = isKnownMissing ? start : bytes.count
    var offset = start + length
    while offset < end, bytes[offset] != 0x0A {
      if starts(with: close, at: offset) {
        let inner = source.text(of: Span(start + length, offset))
        let stop = offset + close.count
        let span = Span(start, stop)
        let quotes =
          source.text(of: Span(start, start + length)) + "…"
          + source.text(of: Span(offset, stop))
        var problem = Problem(.foreignQuotes(quotes), span)
        if !inner.contains("\""), !inner.contains("{") {
          problem = problem.suggesting(
            "did you mean `\"\(inner)\"`?", replacement: "\"\(inner)\"")
        }
        report(problem)
        // The parser takes a broken text as a value of which nothing is known.
        emit(.text, from: start, to: stop, broken: true)
        position = stop
        return
      }
      offset += 1
    }
    if !isKnownMissing { missingQuote = (close, offset) }
    position = start
    unexpectedRun()
  }
}
