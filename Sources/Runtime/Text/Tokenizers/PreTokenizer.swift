// Stage 2: the normalized text is cut into pieces that the model may not cross. Each case is one
// pre-tokenizer of the `tokenizer.json` format with its settings.

/// A part of the text: bytes, or a token that was found before the model's turn.
struct TextPiece {
  var start: Int32
  var end: Int32
  /// The id of an added token, or -1.
  var token: Int32 = -1
}

/// A text and the pieces it is cut into, in order.
struct PieceList {
  var text = AlignedText()
  var pieces: [TextPiece] = []

  mutating func clear(tracks: Bool) {
    text.clear(tracks: tracks)
    pieces.removeAll(keepingCapacity: true)
  }
}

/// What becomes of the delimiters of a split.
enum SplitBehavior: String, Sendable, CaseIterable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"
}

/// When a metaspace is put before a piece.
enum PrependScheme: String, Sendable, CaseIterable {
  case first, never, always
}

struct Metaspace: Sendable {
  /// One scalar in UTF-8.
  var replacement: [UInt8] = [0xE2, 0x96, 0x81]
  var prepend = PrependScheme.always
  var splits = true
}

/// A pre-tokenizer with its settings.
indirect enum PreTokenizer: Sendable {
  case sequence([PreTokenizer])
  case bert
  case byteLevel(addPrefixSpace: Bool, trimOffsets: Bool, useExpression: Bool)
  case metaspace(Metaspace)
  case whitespace
  case whitespaceSplit
  case punctuation(SplitBehavior)
  case digits(individual: Bool)
  case delimiter([UInt8])
  case split(TokenPattern, SplitBehavior, inverted: Bool)
  case fixedLength(Int)

  /// The same, but byte-level pieces begin with a blank.
  var withPrefixSpace: PreTokenizer {
    switch self {
    case .sequence(let parts): .sequence(parts.map(\.withPrefixSpace))
    case .byteLevel(_, let trimOffsets, let useExpression):
      .byteLevel(addPrefixSpace: true, trimOffsets: trimOffsets, useExpression: useExpression)
    default: self
    }
  }

  func apply(to list: inout PieceList, scratch: inout PieceList) throws(TokenizerError) {
    switch self {
    case .sequence(let parts):
      for part in parts { try part.apply(to: &list, scratch: &scratch) }
    case .bert: list.split(&scratch, PreTokenizer.splitForBERT)
    case .byteLevel(let addPrefixSpace, _, let useExpression):
      if addPrefixSpace { list.prepend([0x20], scratch: &scratch) { $0.first != 0x20 } }
      if useExpression { list.split(&scratch, GPT2Split.split) }
      list.rewriteAll(&scratch) { ByteAlphabet.write(&$0, $1) }
    case .metaspace(let settings): settings.apply(to: &list, scratch: &scratch)
    case .whitespace: list.split(&scratch, PreTokenizer.splitWords)
    case .whitespaceSplit:
      list.splitScalars(&scratch, .removed, Normalizer.isWhitespace)
    case .punctuation(let behavior):
      list.splitScalars(&scratch, behavior) { UnicodeData.classes($0).contains(.punctuation) }
    case .digits(let individual):
      list.splitScalars(&scratch, individual ? .isolated : .contiguous) {
        UnicodeData.classes($0).contains(.numeric)
      }
    case .delimiter(let bytes):
      try list.splitMatches(&scratch, .literal(bytes), .removed, inverted: false)
    case .split(let pattern, let behavior, let inverted):
      try list.splitMatches(&scratch, pattern, behavior, inverted: inverted)
    case .fixedLength(let length):
      list.split(&scratch) { bytes, emit in
        var start = 0
        var position = 0
        var count = 0
        while position < bytes.count {
          position += UTF8Scalar.length(bytes, position)
          count += 1
          if count == length || position == bytes.count {
            emit(start, position)
            start = position
            count = 0
          }
        }
      }
    }
  }

  /// True when a blank always ends a piece and pieces on both sides of it do not matter.
  var worksByWord: Bool {
    switch self {
    case .sequence(let parts):
      return parts.allSatisfy {
        switch $0 {
        case .bert, .whitespace, .whitespaceSplit, .punctuation, .digits: return true
        default: return false
        }
      } && parts.contains { $0.worksByWord }
    case .bert, .whitespace, .whitespaceSplit: return true
    default: return false
    }
  }

  /// True when places in the original decide where something is inserted.
  var needsPlaces: Bool {
    switch self {
    case .sequence(let parts): return parts.contains(where: \.needsPlaces)
    case .metaspace(let settings): return settings.prepend == .first
    default: return false
    }
  }

  private static func splitForBERT(
    _ bytes: UnsafeBufferPointer<UInt8>, _ emit: (Int, Int) -> Void
  ) {
    var start = 0
    var position = 0
    while position < bytes.count {
      let (scalar, length) = UTF8Scalar.decode(bytes, position)
      let isLetter = scalar | 32 &- 97 < 26 && scalar < 0x80
      let classes = isLetter ? [] : UnicodeData.classes(scalar)
      if classes.contains(.whitespace) {
        if start < position { emit(start, position) }
        start = position + length
      } else if classes.contains(.punctuation) {
        if start < position { emit(start, position) }
        emit(position, position + length)
        start = position + length
      }
      position += length
    }
    if start < position { emit(start, position) }
  }

  /// `\w+|[^\w\s]+`
  private static func splitWords(
    _ bytes: UnsafeBufferPointer<UInt8>, _ emit: (Int, Int) -> Void
  ) {
    var start = 0
    var position = 0
    var kind = 0
    while position < bytes.count {
      let (scalar, length) = UTF8Scalar.decode(bytes, position)
      let classes = UnicodeData.classes(scalar)
      let new = classes.contains(.word) ? 1 : classes.contains(.whitespace) ? 0 : 2
      if new != kind {
        if kind != 0 { emit(start, position) }
        start = position
        kind = new
      }
      position += length
    }
    if kind != 0 { emit(start, position) }
  }
}

extension Metaspace {
  func apply(to list: inout PieceList, scratch: inout PieceList) {
    let replacement = replacement
    let lead = replacement[0]
    list.rewriteAll(&scratch) { output, source in
      let bytes = source.bytes
      func isReplacement(_ position: Int) -> Bool {
        bytes.count - position >= replacement.count
          && replacement.indices.allSatisfy { bytes[position + $0] == replacement[$0] }
      }
      var start = output.text.bytes.count
      if prepend == .always || prepend == .first && source.span(0).start == 0,
        bytes[0] != 0x20, !isReplacement(0)
      {
        output.insert(replacement, source, at: 0)
      }
      var position = 0
      while position < bytes.count {
        let from = position
        while position < bytes.count, bytes[position] != 0x20, !splits || bytes[position] != lead {
          position += 1
        }
        if position > from { output.copy(source, from, position) }
        guard position < bytes.count else { break }
        let isSpace = bytes[position] == 0x20
        let length = isSpace ? 1 : isReplacement(position) ? replacement.count : 0
        // A piece begins with each replacement.
        if splits, length > 0, output.text.bytes.count > start {
          output.endPiece(from: start)
          start = output.text.bytes.count
        }
        if isSpace {
          output.insert(replacement, source, at: position)
        } else {
          output.copy(source, position, position + max(length, 1))
        }
        position += max(length, 1)
      }
      output.endPiece(from: start)
    }
  }
}

/// One piece of a list that is being written anew.
struct PieceSource {
  let bytes: UnsafeBufferPointer<UInt8>
  /// Empty when places are not tracked.
  let spans: UnsafeBufferPointer<TokenSpan>

  func span(_ position: Int) -> TokenSpan {
    position < spans.count ? spans[position] : TokenSpan(0, 0)
  }
}

extension PieceList {
  mutating func copy(_ source: PieceSource, _ start: Int, _ end: Int) {
    text.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source.bytes[start..<end]))
    guard text.tracks else { return }
    text.spans.append(contentsOf: UnsafeBufferPointer(rebasing: source.spans[start..<end]))
  }

  /// Adds bytes that share the place of the byte at `place`.
  mutating func insert(_ content: [UInt8], _ source: PieceSource, at place: Int) {
    text.bytes.append(contentsOf: content)
    guard text.tracks else { return }
    let span = source.span(place)
    for _ in content { text.spans.append(span) }
  }

  /// Closes a piece that reaches from `start` to the end of what is written.
  mutating func endPiece(from start: Int, token: Int32 = -1) {
    guard text.bytes.count > start else { return }
    pieces.append(
      TextPiece(start: Int32(start), end: Int32(text.bytes.count), token: token))
  }

  /// Writes every piece anew; those that are tokens already are copied. `body` ends its pieces.
  mutating func rewriteAll(
    _ scratch: inout PieceList, _ body: (inout PieceList, PieceSource) -> Void
  ) {
    scratch.clear(tracks: text.tracks)
    text.bytes.withUnsafeBufferPointer { bytes in
      text.spans.withUnsafeBufferPointer { spans in
        for piece in pieces {
          let range = Int(piece.start)..<Int(piece.end)
          let source = PieceSource(
            bytes: UnsafeBufferPointer(rebasing: bytes[range]),
            spans: spans.isEmpty ? spans : UnsafeBufferPointer(rebasing: spans[range]))
          if piece.token >= 0 {
            let start = scratch.text.bytes.count
            scratch.copy(source, 0, source.bytes.count)
            scratch.endPiece(from: start, token: piece.token)
          } else {
            body(&scratch, source)
          }
        }
      }
    }
    swap(&self, &scratch)
  }

  /// Cuts every piece; `body` emits the ranges to keep, relative to the piece, in order.
  mutating func split(
    _ scratch: inout PieceList,
    _ body: (UnsafeBufferPointer<UInt8>, (Int, Int) -> Void) -> Void
  ) {
    scratch.pieces.removeAll(keepingCapacity: true)
    text.bytes.withUnsafeBufferPointer { bytes in
      for piece in pieces {
        if piece.token >= 0 {
          scratch.pieces.append(piece)
          continue
        }
        let slice = UnsafeBufferPointer(rebasing: bytes[Int(piece.start)..<Int(piece.end)])
        body(slice) { start, end in
          if end > start {
            scratch.pieces.append(
              TextPiece(start: piece.start + Int32(start), end: piece.start + Int32(end)))
          }
        }
      }
    }
    swap(&pieces, &scratch.pieces)
  }

  mutating func splitScalars(
    _ scratch: inout PieceList, _ behavior: SplitBehavior, _ isDelimiter: (UInt32) -> Bool
  ) {
    split(&scratch) { bytes, emit in
      var parts = SplitParts(behavior)
      var position = 0
      var start = 0
      while position < bytes.count {
        let (scalar, length) = UTF8Scalar.decode(bytes, position)
        if isDelimiter(scalar) {
          if start < position { parts.add(start, position, isMatch: false) }
          parts.add(position, position + length, isMatch: true)
          start = position + length
        }
        position += length
      }
      if start < position { parts.add(start, position, isMatch: false) }
      parts.finish(emit)
    }
  }

  mutating func splitMatches(
    _ scratch: inout PieceList, _ pattern: TokenPattern, _ behavior: SplitBehavior, inverted: Bool
  ) throws(TokenizerError) {
    var failure: TokenizerError?
    split(&scratch) { bytes, emit in
      var parts = SplitParts(behavior)
      var start = 0
      do throws(TokenizerError) {
        try pattern.forEachMatch(in: bytes) { from, to in
          if start < from { parts.add(start, from, isMatch: inverted) }
          parts.add(from, to, isMatch: !inverted)
          start = to
        }
      } catch {
        failure = error
      }
      if start < bytes.count { parts.add(start, bytes.count, isMatch: inverted) }
      parts.finish(emit)
    }
    if let failure { throw failure }
  }

  /// Puts `prefix` before each piece that `needsIt`.
  mutating func prepend(
    _ prefix: [UInt8], scratch: inout PieceList, _ needsIt: (UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    rewriteAll(&scratch) { output, source in
      let start = output.text.bytes.count
      if needsIt(source.bytes) { output.insert(prefix, source, at: 0) }
      output.copy(source, 0, source.bytes.count)
      output.endPiece(from: start)
    }
  }
}

/// Gathers matches and the text between them by a behavior.
private struct SplitParts {
  private let behavior: SplitBehavior
  private var parts: [(start: Int, end: Int, isMatch: Bool)] = []

  init(_ behavior: SplitBehavior) { self.behavior = behavior }

  mutating func add(_ start: Int, _ end: Int, isMatch: Bool) {
    parts.append((start, end, isMatch))
  }

  func finish(_ emit: (Int, Int) -> Void) {
    switch behavior {
    case .removed:
      for part in parts where !part.isMatch { emit(part.start, part.end) }
    case .isolated:
      for part in parts { emit(part.start, part.end) }
    case .contiguous: merge(emit) { $0 == $1 }
    case .mergedWithPrevious: merge(emit) { previous, current in current && !previous }
    case .mergedWithNext:
      var index = 0
      while index < parts.count {
        if parts[index].isMatch, index + 1 < parts.count, !parts[index + 1].isMatch {
          emit(parts[index].start, parts[index + 1].end)
          index += 2
        } else {
          emit(parts[index].start, parts[index].end)
          index += 1
        }
      }
    }
  }

  private func merge(_ emit: (Int, Int) -> Void, _ joins: (Bool, Bool) -> Bool) {
    var open: (start: Int, end: Int)?
    var previous = false
    for part in parts {
      if let current = open, joins(previous, part.isMatch) {
        open = (current.start, part.end)
      } else {
        if let current = open { emit(current.start, current.end) }
        open = (part.start, part.end)
      }
      previous = part.isMatch
    }
    if let current = open { emit(current.start, current.end) }
  }
}
