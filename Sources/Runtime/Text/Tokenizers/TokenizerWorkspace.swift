// What one thread writes on while it encodes: the text in its stages, and the words it has met.

/// Where in a text the word-by-word way stands.
struct WordCursor {
  let tracks: Bool
  /// The index that every token gets, or -1 for the running count of pieces.
  let word: Int32
  /// Scalars and pieces of the text so far.
  var scalar: Int32 = 0
  var piece: Int32 = 0

  init(tracks: Bool, word: Int32) {
    self.tracks = tracks
    self.word = word
  }
}

/// Memory of one thread at work. The pool of a tokenizer hands each to one thread at a time.
final class TokenizerWorkspace: @unchecked Sendable {
  var segment = AlignedText()
  var segmentScratch = AlignedText()
  var list = PieceList()
  var listScratch = PieceList()
  var tokens: [ModelToken] = []
  var word: [WordCache.Token] = []
  var run = TokenRun()
  /// Raw words, and pieces after the pre-tokenizer.
  var words = WordCache()
  private var pieces = WordCache()
  private var model = ModelWorkspace()
  /// The scalar that each byte belongs to; empty for ASCII.
  private var scalarOfByte: [Int32] = []

  func withText<R>(of piece: TextPiece, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    list.text.bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[Int(piece.start)..<Int(piece.end)]))
    }
  }

  /// Leaves the tokens of a piece of `list` in `tokens`.
  func tokenizePiece(
    _ piece: TextPiece, _ model: TokenModel, usesCache: Bool
  ) throws(TokenizerError) {
    tokens.removeAll(keepingCapacity: true)
    try withBytes(list.text.bytes) { bytes throws(TokenizerError) in
      let slice = UnsafeBufferPointer(rebasing: bytes[Int(piece.start)..<Int(piece.end)])
      guard slice.count <= WordCache.maximumKey else {
        return try model.tokenize(slice, into: &tokens, &self.model)
      }
      let hash = WordCache.hash(slice)
      if let entry = pieces.find(slice, hash: hash) {
        for token in pieces.tokens[pieces.range(entry)] {
          tokens.append(ModelToken(id: token.id, start: token.start, end: token.end))
        }
        return
      }
      try model.tokenize(slice, into: &tokens, &self.model)
      pieces.insert(
        slice, hash: hash, pieceCount: 1, scalarCount: 0,
        tokens.lazy.map { WordCache.Token(id: $0.id, start: $0.start, end: $0.end, piece: 0) })
    }
  }

  /// Prepares `span` for a text.
  func indexScalars(_ bytes: UnsafeBufferPointer<UInt8>) {
    scalarOfByte.removeAll(keepingCapacity: true)
    guard bytes.contains(where: { $0 >= 0x80 }) else { return }
    scalarOfByte.reserveCapacity(bytes.count + 1)
    var scalar: Int32 = -1
    for byte in bytes {
      if byte & 0xC0 != 0x80 { scalar += 1 }
      scalarOfByte.append(scalar)
    }
    scalarOfByte.append(scalar + 1)
  }

  /// The scalars of the original that a token of a piece stands for.
  func span(_ token: ModelToken, in piece: TextPiece) -> TokenSpan {
    let spans = list.text.spans
    let first = Int(piece.start + token.start)
    let last = Int(piece.start + token.end) - 1
    guard first < spans.count, last < spans.count, last >= 0 else { return TokenSpan(0, 0) }
    let (start, end) = (spans[first].start, spans[last].end)
    if scalarOfByte.isEmpty { return TokenSpan(start, end) }
    return TokenSpan(scalarOfByte[Int(start)], scalarOfByte[Int(end)])
  }

  // MARK: word by word

  /// Appends the tokens of a word that is known; false for another.
  @inline(__always)
  func addKnownWord(
    _ bytes: UnsafeBufferPointer<UInt8>, hash: UInt32, _ cursor: inout WordCursor
  ) -> Bool {
    guard bytes.count <= WordCache.maximumKey, let entry = words.find(bytes, hash: hash) else {
      return false
    }
    add(
      words.tokens[words.range(entry)], pieces: Int(entry.pieceCount),
      scalars: Int(entry.scalarCount), &cursor)
    return true
  }

  @inline(__always)
  func add(
    _ tokens: ArraySlice<WordCache.Token>, pieces: Int, scalars: Int, _ cursor: inout WordCursor
  ) {
    if cursor.tracks {
      for token in tokens {
        run.ids.append(token.id)
        run.spans.append(TokenSpan(cursor.scalar + token.start, cursor.scalar + token.end))
        run.words.append(cursor.word >= 0 ? cursor.word : cursor.piece + token.piece)
      }
      cursor.scalar += Int32(scalars)
      cursor.piece += Int32(pieces)
    } else {
      for token in tokens { run.ids.append(token.id) }
    }
  }

  /// Appends an added token of that many scalars.
  func addToken(_ id: Int32, scalars: Int, _ cursor: inout WordCursor) {
    run.ids.append(id)
    guard cursor.tracks else { return }
    let end = cursor.scalar + Int32(scalars)
    run.spans.append(TokenSpan(cursor.scalar, end))
    run.words.append(cursor.word >= 0 ? cursor.word : cursor.piece)
    cursor.scalar = end
    cursor.piece += 1
  }
}
