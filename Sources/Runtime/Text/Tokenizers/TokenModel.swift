// Stage 3: a piece of text becomes tokens of the vocabulary.

/// A token inside a piece: its id and the bytes of the piece that it covers.
struct ModelToken: Equatable {
  var id: Int32
  var start: Int32
  var end: Int32
}

/// What cuts pieces into tokens.
enum TokenModel: Sendable {
  case wordPiece(WordPiece)
  case bytePairs(BytePairs)
  case unigram(Unigram)
  case wordLevel(WordLevel)
  case sentencePieceBPE(SentencePieceBPE)
  /// A SentencePiece model whose pieces are looked up in another vocabulary (Marian).
  indirect case mapped(TokenModel, MappedVocabulary)

  /// The name of the algorithm.
  var name: String {
    switch self {
    case .wordPiece: "WordPiece"
    case .bytePairs: "BPE"
    case .unigram: "Unigram"
    case .wordLevel: "WordLevel"
    case .sentencePieceBPE: "SentencePiece BPE"
    case .mapped(let model, _): model.name
    }
  }

  var vocabulary: PieceVocabulary {
    switch self {
    case .wordPiece(let model): return model.vocabulary
    case .bytePairs(let model): return model.vocabulary
    case .unigram(let model): return model.vocabulary
    case .wordLevel(let model): return model.vocabulary
    case .sentencePieceBPE(let model): return model.vocabulary
    case .mapped(_, let mapping): return mapping.vocabulary
    }
  }

  /// The size as the reference counts it: unigram pieces that repeat count twice.
  var size: Int {
    if case .unigram(let model) = self { return model.scores.count }
    return vocabulary.count
  }

  /// Appends the tokens of a piece that is not empty.
  func tokenize(
    _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken],
    _ workspace: inout ModelWorkspace
  ) throws(TokenizerError) {
    switch self {
    case .wordPiece(let model): model.tokenize(piece, into: &tokens)
    case .bytePairs(let model): model.tokenize(piece, into: &tokens, &workspace)
    case .unigram(let model): try model.tokenize(piece, into: &tokens, &workspace)
    case .wordLevel(let model): model.tokenize(piece, into: &tokens)
    case .sentencePieceBPE(let model): model.tokenize(piece, into: &tokens, &workspace)
    case .mapped(let model, let mapping):
      let start = tokens.count
      try model.tokenize(piece, into: &tokens, &workspace)
      mapping.map(piece, &tokens, from: start, inner: model.vocabulary)
    }
  }
}

/// Memory of one thread that models work in.
struct ModelWorkspace {
  var best: [Unigram.Step] = []
  var symbols: [BytePairs.Symbol] = []
  var heap: [BytePairs.Merge] = []
}

/// Words as they stand in the vocabulary, all others unknown.
struct WordLevel: Sendable {
  let vocabulary: PieceVocabulary
  let unknownToken: String
  let unknownID: Int32

  init(vocabulary: PieceVocabulary, unknownToken: String) throws(TokenizerError) {
    guard let id = vocabulary.id(unknownToken) else {
      throw TokenizerError("the unknown token \"\(unknownToken)\" is not in the vocabulary")
    }
    self.vocabulary = vocabulary
    self.unknownToken = unknownToken
    unknownID = id
  }

  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]) {
    tokens.append(
      ModelToken(id: vocabulary.id(piece) ?? unknownID, start: 0, end: Int32(piece.count)))
  }
}

/// WordPiece (Schuster & Nakajima, 2012; as in BERT): the longest piece that fits, again and again.
struct WordPiece: Sendable {
  let vocabulary: PieceVocabulary
  let unknownToken: String
  let unknownID: Int32
  /// Before every piece but the first of a word.
  let continuingPrefix: [UInt8]
  /// Longer words are unknown.
  let maximumScalars: Int
  private let prefixHash: ByteHash

  init(
    vocabulary: PieceVocabulary, unknownToken: String = "[UNK]",
    continuingPrefix: [UInt8] = Array("##".utf8), maximumScalars: Int = 100
  ) throws(TokenizerError) {
    guard let id = vocabulary.id(unknownToken) else {
      throw TokenizerError("the unknown token \"\(unknownToken)\" is not in the vocabulary")
    }
    self.vocabulary = vocabulary
    self.unknownToken = unknownToken
    unknownID = id
    self.continuingPrefix = continuingPrefix
    self.maximumScalars = maximumScalars
    var hash = ByteHash()
    for byte in continuingPrefix { hash.add(byte) }
    prefixHash = hash
  }

  func tokenize(_ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]) {
    let first = tokens.count
    if UTF8Scalar.count(piece) <= maximumScalars {
      var start = 0
      while start < piece.count {
        guard let (id, end) = longest(piece, from: start) else { break }
        tokens.append(ModelToken(id: id, start: Int32(start), end: Int32(end)))
        start = end
      }
      if start == piece.count { return }
      tokens.removeSubrange(first...)
    }
    tokens.append(ModelToken(id: unknownID, start: 0, end: Int32(piece.count)))
  }

  private func longest(
    _ piece: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (id: Int32, end: Int)? {
    // Hashes of all prefixes in one pass, then look-ups from the longest down.
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: piece.count - start) { hashes in
      var hash = start == 0 ? ByteHash() : prefixHash
      for index in start..<piece.count {
        hash.add(piece[index])
        hashes[index - start] = hash.value
      }
      let prefix = start == 0 ? [] : continuingPrefix
      var end = piece.count
      while end > start {
        let rest = UnsafeBufferPointer(rebasing: piece[start..<end])
        if let id = vocabulary.id(hash: hashes[end - start - 1], prefix: prefix, rest: rest) {
          return (id, end)
        }
        end = UTF8Scalar.before(piece, end)
      }
      return nil
    }
  }
}
