// The unigram model (Kudo, 2018): among all ways to cut a text into pieces, the one whose scores
// (log probabilities) sum to the most. The search is Viterbi's over the places of the text.

/// Pieces with scores.
struct Unigram: Sendable {
  /// How kinds of pieces and sums are treated.
  enum Arithmetic: Sendable {
    /// As the fast tokenizers: sums in double precision, all pieces alike.
    case double
    /// As the SentencePiece library: sums in single precision; control, unknown and byte pieces
    /// do not match text, user-defined ones always win.
    case single(kinds: [SentencePieceModel.Kind])
  }

  struct Step {
    var score: Double
    var start: Int32
    var id: Int32
  }

  let vocabulary: PieceVocabulary
  /// One per id.
  let scores: [Double]
  let unknownID: Int32?
  let byteFallback: Bool
  let arithmetic: Arithmetic
  private let trie: PieceTrie
  private let byteIDs: [Int32]
  private let unknownScore: Double
  private let matchScores: [Double]

  init(
    pieces: [(piece: [UInt8], score: Double)], unknownID: Int?, byteFallback: Bool,
    arithmetic: Arithmetic = .double
  ) throws(TokenizerError) {
    var builder = try UnigramBuilder(capacity: pieces.count)
    for (piece, score) in pieces {
      try withBytes(piece) { bytes throws(TokenizerError) in try builder.add(bytes, score: score) }
    }
    try self.init(
      builder, unknownID: unknownID, byteFallback: byteFallback, arithmetic: arithmetic)
  }

  init(
    _ builder: UnigramBuilder, unknownID: Int?, byteFallback: Bool,
    arithmetic: Arithmetic = .double
  ) throws(TokenizerError) {
    if let unknownID {
      guard unknownID >= 0, unknownID < builder.scores.count else {
        throw TokenizerError(
          "the id of the unknown piece is \(unknownID), the vocabulary has "
            + "\(builder.scores.count) pieces")
      }
    }
    vocabulary = builder.vocabulary
    scores = builder.scores
    self.unknownID = unknownID.map { Int32($0) }
    self.byteFallback = byteFallback
    self.arithmetic = arithmetic
    byteIDs = ByteFallback.ids(in: builder.vocabulary)
    var trie = PieceTrie(capacity: builder.byteCount)
    var matchScores = builder.scores
    switch arithmetic {
    case .double:
      builder.vocabulary.forEach { _, piece in
        // Of equal pieces the last id counts.
        piece.withUnsafeBufferPointer {
          if let id = builder.vocabulary.id($0) { trie.insert($0, id: id) }
        }
      }
      unknownScore = (builder.scores.min() ?? .infinity) - 10
    case .single(let kinds):
      let normal = zip(builder.scores, kinds).filter { $1 == .normal }.map { Float($0.0) }
      let highest = normal.max() ?? 0
      builder.vocabulary.forEach { id, piece in
        guard [.normal, .userDefined].contains(kinds[Int(id)]) else { return }
        piece.withUnsafeBufferPointer { trie.insert($0, id: id) }
        if kinds[Int(id)] == .userDefined {
          matchScores[Int(id)] = Double(Float(piece.count) * highest) - 0.1
        }
      }
      unknownScore = Double((normal.min() ?? 0) - 10)
    }
    self.trie = trie
    self.matchScores = matchScores
  }

  func tokenize(
    _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken],
    _ workspace: inout ModelWorkspace
  ) throws(TokenizerError) {
    workspace.best.removeAll(keepingCapacity: true)
    workspace.best.append(
      contentsOf: repeatElement(Step(score: 0, start: -1, id: 0), count: piece.count + 1))
    if case .single = arithmetic {
      try search(piece, &workspace.best) { Double(Float($0 + $1)) }
    } else {
      try search(piece, &workspace.best) { $0 + $1 }
    }
    collect(piece, workspace.best, into: &tokens)
  }

  private func search(
    _ piece: UnsafeBufferPointer<UInt8>, _ best: inout [Step], _ sum: (Double, Double) -> Double
  ) throws(TokenizerError) {
    let unknown = unknownID ?? -1
    var lacksUnknown = false
    best.withUnsafeMutableBufferPointer { best in
      var start = 0
      while start < piece.count {
        let here = best[start].score
        let length = UTF8Scalar.length(piece, start)
        var hasSingle = false
        var node: Int32 = 0
        var end = start
        while end < piece.count, let next = trie.child(node, piece[end]) {
          node = next
          end += 1
          let id = trie.id(node)
          guard id >= 0 else { continue }
          let score = sum(matchScores[Int(id)], here)
          if best[end].start < 0 || score > best[end].score {
            best[end] = Step(score: score, start: Int32(start), id: id)
          }
          if end - start == length { hasSingle = true }
        }
        if !hasSingle {
          let end = start + length
          let score = sum(unknownScore, here)
          if best[end].start < 0 || score > best[end].score {
            if unknown < 0 { lacksUnknown = true }
            best[end] = Step(score: score, start: Int32(start), id: unknown)
          }
        }
        start += length
      }
    }
    if lacksUnknown {
      throw TokenizerError(
        "the text has a character that no piece covers, and the model names no unknown piece")
    }
  }

  /// Walks back from the end; unknown neighbours become one token.
  private func collect(
    _ piece: UnsafeBufferPointer<UInt8>, _ best: [Step], into tokens: inout [ModelToken]
  ) {
    let first = tokens.count
    var end = piece.count
    var unknownEnd = -1
    func addUnknown(from start: Int, to end: Int) {
      let slice = UnsafeBufferPointer(rebasing: piece[start..<end])
      let span = (Int32(start), Int32(end))
      if case .double = arithmetic, let known = vocabulary.id(slice) {
        tokens.append(ModelToken(id: known, start: span.0, end: span.1))
        return
      }
      if byteFallback {
        let ids = slice.map { byteIDs[Int($0)] }
        if !ids.contains(-1) {
          for id in ids.reversed() {
            tokens.append(ModelToken(id: id, start: span.0, end: span.1))
          }
          return
        }
      }
      tokens.append(ModelToken(id: unknownID ?? 0, start: span.0, end: span.1))
    }
    while end > 0 {
      let step = best[end]
      let start = Int(step.start)
      guard start >= 0 else { break }
      if step.id == unknownID {
        if unknownEnd < 0 { unknownEnd = end }
      } else {
        if unknownEnd >= 0 { addUnknown(from: end, to: unknownEnd) }
        unknownEnd = -1
        tokens.append(ModelToken(id: step.id, start: step.start, end: Int32(end)))
      }
      end = start
    }
    if unknownEnd >= 0 { addUnknown(from: 0, to: unknownEnd) }
    tokens[first...].reverse()
  }
}

/// Gathers the pieces of a unigram model in the order of their ids.
struct UnigramBuilder {
  private(set) var vocabulary: PieceVocabulary
  private(set) var scores: [Double] = []
  private(set) var byteCount = 0

  init(capacity: Int) throws(TokenizerError) {
    vocabulary = PieceVocabulary(capacity: capacity)
    scores.reserveCapacity(capacity)
  }

  mutating func add(_ piece: UnsafeBufferPointer<UInt8>, score: Double) throws(TokenizerError) {
    try vocabulary.insert(piece, id: scores.count, keepsEarlierID: true)
    scores.append(score)
    byteCount += piece.count
  }
}

/// A trie over bytes: children in one hash table keyed by (node, byte).
struct PieceTrie: Sendable {
  private var keys: [UInt32]
  private var children: [Int32]
  private var ids: [Int32] = [-1]
  private var mask: Int
  /// Children of the root, the place most often asked.
  private var roots = [Int32](repeating: -1, count: 256)
  private static let nodeLimit: Int32 = 1 << 24

  init(capacity: Int) {
    keys = [UInt32](repeating: .max, count: 1024)
    children = [Int32](repeating: -1, count: 1024)
    mask = 1023
  }

  @inline(__always)
  private func slot(_ key: UInt32) -> Int {
    var slot = Int((UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> 40) & mask
    while keys[slot] != key, keys[slot] != .max { slot = (slot + 1) & mask }
    return slot
  }

  @inline(__always)
  func child(_ node: Int32, _ byte: UInt8) -> Int32? {
    if node == 0 {
      let root = roots[Int(byte)]
      return root < 0 ? nil : root
    }
    let key = UInt32(node) << 8 | UInt32(byte)
    let slot = slot(key)
    return keys[slot] == key ? children[slot] : nil
  }

  /// The id of the piece that ends in `node`, or -1.
  @inline(__always)
  func id(_ node: Int32) -> Int32 { ids[Int(node)] }

  mutating func insert(_ piece: UnsafeBufferPointer<UInt8>, id: Int32) {
    guard !piece.isEmpty else { return }
    var node: Int32 = 0
    for byte in piece {
      if let next = child(node, byte) {
        node = next
        continue
      }
      let new = Int32(ids.count)
      guard new < PieceTrie.nodeLimit - 1 else { return }
      ids.append(-1)
      if node == 0 {
        roots[Int(byte)] = new
      } else {
        if ids.count * 2 > keys.count { grow() }
        let key = UInt32(node) << 8 | UInt32(byte)
        let slot = slot(key)
        keys[slot] = key
        children[slot] = new
      }
      node = new
    }
    ids[Int(node)] = id
  }

  private mutating func grow() {
    let oldKeys = keys
    let oldChildren = children
    keys = [UInt32](repeating: .max, count: oldKeys.count * 2)
    children = [Int32](repeating: -1, count: oldKeys.count * 2)
    mask = keys.count - 1
    for (index, key) in oldKeys.enumerated() where key != .max {
      let slot = slot(key)
      keys[slot] = key
      children[slot] = oldChildren[index]
    }
  }
}
