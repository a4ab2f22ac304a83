// `tl fmt`: one way to lay a script out. It works on the tokens with what the parser found about
// them, so no token changes but commas before a closing bracket; comments, cell markers and single
// empty lines stay. A bracket that does not fit in 100 columns has one item per line, a pipeline
// one `|>` per line, an operation one operand per line; a block of one statement stays on its line
// if it was written so and fits.

/// What `format` gives: the text, or why there is none.
public enum FormatResult: Sendable {
  case formatted([UInt8])
  /// The script has errors and stays as it is.
  case refused([Diagnostic])
}

/// Lays a script out; a script with errors is refused.
public func format(_ source: Source) -> FormatResult {
  var current = source
  // Breaking a block can let a bracket around it be joined, so the layout is repeated until it
  // rests; two rounds are enough for nearly every script.
  for round in 0..<8 {
    let list = lex(current)
    let (script, roles) = parse(current, list, recordsRoles: true)
    if !script.diagnostics.isEmpty {
      // Only the first round reads what a person wrote.
      return round == 0 ? .refused(script.diagnostics) : .formatted(source.bytes)
    }
    var formatter = Formatter(source: current, list: list, roles: roles)
    let bytes = formatter.run()
    let next = Source(name: source.name, bytes: bytes)
    guard sameTokens(current, list, next) else { return .formatted(source.bytes) }
    if bytes == current.bytes { break }
    current = next
  }
  return .formatted(current.bytes)
}

/// Whether two scripts have the same tokens but for commas before closing brackets, and the same
/// number of comments.
private func sameTokens(_ a: Source, _ listA: TokenList, _ b: Source) -> Bool {
  let listB = lex(b)
  func essential(_ tokens: [Token]) -> [Token] {
    tokens.indices.compactMap { index in
      let isTrailingComma =
        tokens[index].kind == .comma && index + 1 < tokens.count && tokens[index + 1].kind.isCloser
      return isTrailingComma ? nil : tokens[index]
    }
  }
  let tokensA = essential(listA.tokens)
  let tokensB = essential(listB.tokens)
  guard tokensA.count == tokensB.count, listA.comments.count == listB.comments.count else {
    return false
  }
  for (x, y) in zip(tokensA, tokensB) where x.kind != .cell {
    guard x.kind == y.kind, a.bytes[x.start..<x.end] == b.bytes[y.start..<y.end] else {
      return false
    }
  }
  return listB.problems.isEmpty
}

struct Formatter {
  private let source: Source
  private let tokens: [Token]
  private let partners: [Int32]
  private let comments: [Comment]
  private let roles: [TokenRole]
  private var nextComment = 0

  init(source: Source, list: TokenList, roles: [TokenRole]) {
    self.source = source
    tokens = list.tokens
    partners = list.partners
    comments = list.comments
    self.roles = roles
  }

  mutating func run() -> [UInt8] {
    let layouts = statements(from: 0, to: tokens.count - 1, isTop: true, afterBrace: false)
    var bytes = LayoutPrinter.print(layouts)
    while let last = bytes.last, last == 0x0A || last == 0x20 { bytes.removeLast() }
    if !bytes.isEmpty { bytes.append(0x0A) }
    return bytes
  }

  private func partner(_ index: Int) -> Int { Int(partners[index]) }

  private func text(_ index: Int) -> Layout { .text(source.text(of: tokens[index].span)) }

  /// The index after a token, or after the bracket that it opens.
  private func after(_ index: Int) -> Int {
    tokens[index].kind.isOpener ? partner(index) + 1 : index + 1
  }

  // MARK: Comments

  /// Whether an uncollected comment stands before the token `index`.
  private func hasComment(before index: Int) -> Bool {
    nextComment < comments.count && comments[nextComment].span.start < tokens[index].start
  }

  private mutating func takeComment() -> (text: String, comment: Comment) {
    let comment = comments[nextComment]
    nextComment += 1
    var text = source.text(of: comment.span)
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return (text, comment)
  }

  private func hasEmptyLine(_ start: Int, _ end: Int) -> Bool {
    var breaks = 0
    for offset in start..<max(start, end) where source.bytes[offset] == 0x0A {
      breaks += 1
      if breaks == 2 { return true }
    }
    return false
  }

  // MARK: Statements

  /// The statements and comments before the token `end`, a line break between any two.
  private mutating func statements(
    from start: Int, to end: Int, isTop: Bool, afterBrace: Bool
  ) -> [Layout] {
    var result: [Layout] = []
    var lastEnd = start > 0 ? tokens[start - 1].end : 0
    var isFirst = true
    var index = start
    func separate(_ place: Int, isCell: Bool) {
      if isFirst {
        isFirst = false
        return
      }
      if isCell || hasEmptyLine(lastEnd, place) { result.append(.blank) }
      result.append(.hardline)
    }
    while true {
      while nextComment < comments.count, comments[nextComment].span.start <= tokens[index].start,
        comments[nextComment].span.start < tokens[end].start || index == end
      {
        guard index < end || comments[nextComment].span.start < tokens[end].start || isTop else {
          break
        }
        let (text, comment) = takeComment()
        let isMarker = isTop && text.hasPrefix("#%%")
        let isCell = isMarker && isAtColumn1(comment.span.start)
        if !comment.ownsLine, !isFirst || afterBrace, lastEnd > 0 {
          result.append(.trailing(text))
        } else {
          separate(comment.span.start, isCell: isCell)
          // Moved to column 1 it would begin a cell.
          let isDisguised = isMarker && !isCell
          result.append(.text(isDisguised ? "# " + text.dropFirst() : text))
        }
        lastEnd = comment.span.end
      }
      if index >= end { return result }
      if tokens[index].kind == .cell {
        index += 1
        continue
      }
      separate(tokens[index].start, isCell: false)
      var next = after(index)
      while next < end, !roles[next].contains(.statementStart), tokens[next].kind != .cell {
        next = after(next)
      }
      result.append(sequence(index, next))
      lastEnd = tokens[next - 1].end
      index = next
    }
  }

  private func isAtColumn1(_ offset: Int) -> Bool {
    offset == 0 || source.bytes[offset - 1] == 0x0A
      || (offset == 3 && source.bytes[0] == 0xEF)
  }

  // MARK: Sequences

  /// Tokens of one statement or item: runs of operations, and the blocks between them.
  private mutating func sequence(_ start: Int, _ end: Int) -> Layout {
    var parts: [Layout] = []
    var runStart = start
    var index = start
    // One block on several lines puts the others there too.
    var isBroken = false
    while index < end {
      guard roles[index].contains(.block) else {
        index = after(index)
        continue
      }
      if runStart < index {
        if runStart > start { parts += gap(before: runStart) }
        parts += run(runStart, index, looserThan: 0)
      }
      if index > start { parts += gap(before: index) }
      parts += block(index)
      if !isOnOneLine(index) { isBroken = true }
      index = partner(index) + 1
      runStart = index
    }
    if runStart < end {
      if runStart > start { parts += gap(before: runStart) }
      parts += run(runStart, end, looserThan: 0)
    }
    return .group(parts, isBroken: isBroken)
  }

  /// How loosely an operator binds where a line may begin with it, or nil.
  private func breakLevel(_ index: Int) -> Int? {
    switch tokens[index].kind {
    case .pipe: 1
    case .orKeyword: 2
    case .andKeyword: 3
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 5
    case .plus: 7
    case .minus: roles[index].contains(.unary) ? nil : 7
    case .star, .slash: 8
    default: nil
    }
  }

  /// Tokens without blocks of their own, breakable before their loosest operators.
  private mutating func run(_ start: Int, _ end: Int, looserThan tighter: Int) -> [Layout] {
    var loosest = Int.max
    var index = start
    while index < end {
      if index > start, let level = breakLevel(index), level > tighter {
        loosest = min(loosest, level)
      }
      index = after(index)
    }
    guard loosest < .max else { return plain(start, end) }
    var first: [Layout] = []
    var parts: [Layout] = []
    var segment = start
    index = start
    while index <= end {
      let isBreak = index < end && index > start && breakLevel(index) == loosest
      if isBreak || index == end {
        if segment > start {
          parts += hasComment(before: segment) ? gap(before: segment) : [.line]
          parts += run(segment, index, looserThan: loosest)
        } else {
          first = run(segment, index, looserThan: loosest)
        }
        segment = index
      }
      if index == end { break }
      index = after(index)
    }
    return [.group(first + [.indentIfBroken(parts)], isBroken: false)]
  }

  private mutating func plain(_ start: Int, _ end: Int) -> [Layout] {
    var parts: [Layout] = []
    var index = start
    while index < end {
      if index > start { parts += gap(before: index) }
      switch tokens[index].kind {
      case .leftParenthesis, .leftBracket, .leftBrace: parts.append(bracket(index))
      case .textStart:
        let close = partner(index)
        parts.append(.text(source.text(of: Span(tokens[index].start, tokens[close].end))))
        // Comments inside an interpolation are part of the text.
        while nextComment < comments.count,
          comments[nextComment].span.start < tokens[close].end
        {
          nextComment += 1
        }
      default: parts.append(text(index))
      }
      index = after(index)
    }
    return parts
  }

  /// What stands between a token and the one before it.
  private mutating func gap(before index: Int) -> [Layout] {
    guard hasComment(before: index) else {
      return needsSpace(before: index) ? [.text(" ")] : []
    }
    var parts: [Layout] = []
    while hasComment(before: index) {
      let (text, comment) = takeComment()
      parts += comment.ownsLine ? [.hardline, .text(text)] : [.trailing(text)]
    }
    return [.indent(parts + [.hardline])]
  }

  private func needsSpace(before index: Int) -> Bool {
    let left = tokens[index - 1].kind
    let right = tokens[index].kind
    if roles[index - 1].contains(.unary) || roles[index].contains(.suffix) { return false }
    switch right {
    case .comma, .colon, .dot, .range, .rightParenthesis, .rightBracket: return false
    case .rightBrace: return roles[partner(index)].contains(.block)
    default: break
    }
    switch left {
    case .dot, .range, .leftParenthesis, .leftBracket: return false
    case .leftBrace: return roles[index - 1].contains(.block)
    default: return true
    }
  }

  // MARK: Brackets and blocks

  private mutating func bracket(_ open: Int) -> Layout {
    let close = partner(open)
    var items: [(start: Int, end: Int)] = []
    var start = open + 1
    var index = open + 1
    while index < close {
      if tokens[index].kind == .comma {
        items.append((start, index))
        start = index + 1
        index = start
      } else {
        index = after(index)
      }
    }
    if start < close { items.append((start, close)) }
    var inner: [Layout] = []
    var isBroken = false
    func collect(before place: Int, isFirst: Bool) {
      while hasComment(before: place) {
        let (text, comment) = takeComment()
        isBroken = true
        inner += comment.ownsLine ? [.hardline, .text(text)] : [.trailing(text)]
      }
    }
    for (number, item) in items.enumerated() {
      collect(before: item.start, isFirst: number == 0)
      inner.append(number == 0 ? .softline : .line)
      inner.append(sequence(item.start, item.end))
      if number < items.count - 1 {
        // A comment before the comma goes after it.
        inner.append(.text(","))
      } else if takesTrailingComma(open) {
        inner.append(.ifBroken(","))
      }
    }
    collect(before: close, isFirst: items.isEmpty)
    if inner.isEmpty {
      return .text(source.text(of: tokens[open].span) + source.text(of: tokens[close].span))
    }
    return .group([text(open), .indentIfBroken(inner), .softline, text(close)], isBroken: isBroken)
  }

  private func takesTrailingComma(_ open: Int) -> Bool {
    switch tokens[open].kind {
    case .leftBrace: true
    case .leftBracket: !roles[open].contains(.suffix)
    default: roles[open].contains(.suffix) || tokens[partner(open) + 1].kind == .arrow
    }
  }

  private func isOnOneLine(_ open: Int) -> Bool {
    !source.bytes[tokens[open].start..<tokens[partner(open)].end].contains(0x0A)
  }

  private mutating func block(_ open: Int) -> [Layout] {
    let close = partner(open)
    if close == open + 1, !hasComment(before: close) { return [.text("{}")] }
    var count = 0
    var index = open + 1
    while index < close {
      if roles[index].contains(.statementStart) { count += 1 }
      index = after(index)
    }
    let inner = statements(from: open + 1, to: close, isTop: false, afterBrace: true)
    if isOnOneLine(open), count == 1 {
      return [.text("{"), .indent([.line] + inner), .line, .text("}")]
    }
    // A comment right after the brace stays on its line.
    if case .trailing = inner.first {
      return [.text("{"), .indent(inner), .hardline, .text("}")]
    }
    return [.text("{"), .indent([.hardline] + inner), .hardline, .text("}")]
  }
}
