// What the SentencePiece library does around and beside its unigram model: its normalization, its
// byte-pair model, its decoding. The fast tokenizers imitate it by other stages; Marian, which has
// no fast tokenizer, and a lone `.model` file go this way.

/// The normalization of the library (`normalizer.cc`).
struct SentencePieceNormalizer: Sendable {
  let map: CharacterMap?
  let addsDummyPrefix: Bool
  let removesExtraWhitespace: Bool
  let escapesWhitespace: Bool
  let whitespaceIsSuffix: Bool
  /// Pieces that normalization leaves alone.
  let userDefined: [[UInt8]]
  private let finder: PieceTrie

  init(
    map: CharacterMap?, addsDummyPrefix: Bool, removesExtraWhitespace: Bool,
    escapesWhitespace: Bool, whitespaceIsSuffix: Bool, userDefined: [[UInt8]]
  ) {
    self.map = map
    self.addsDummyPrefix = addsDummyPrefix
    self.removesExtraWhitespace = removesExtraWhitespace
    self.escapesWhitespace = escapesWhitespace
    self.whitespaceIsSuffix = whitespaceIsSuffix
    self.userDefined = userDefined
    var finder = PieceTrie(capacity: 0)
    for piece in userDefined { piece.withUnsafeBufferPointer { finder.insert($0, id: 0) } }
    self.finder = finder
  }

  private static let metaspace: [UInt8] = [0xE2, 0x96, 0x81]
  private var blank: [UInt8] { escapesWhitespace ? Self.metaspace : [0x20] }

  func apply(to text: inout AlignedText, scratch: inout AlignedText) {
    let blank = blank
    text.rewrite(with: &scratch) { writer in
      let bytes = writer.source.bytes
      bytes.withUnsafeBufferPointer { bytes in
        var position = 0
        if removesExtraWhitespace {
          while position < bytes.count {
            let (length, form) = prefix(bytes, position)
            guard form.elementsEqual([0x20]) else { break }
            position += length
          }
        }
        guard position < bytes.count else { return }
        if addsDummyPrefix, !whitespaceIsSuffix { writer.insert(blank, at: position) }
        var followsSpace = removesExtraWhitespace
        while position < bytes.count {
          let next = prefix(bytes, position)
          var form = next.form
          while followsSpace, form.first == 0x20 { form = form.dropFirst() }
          if !form.isEmpty {
            for byte in form {
              writer.insert(byte == 0x20 ? blank : [byte], at: position)
            }
            followsSpace = form.last == 0x20
          }
          position += next.length
          if !removesExtraWhitespace { followsSpace = false }
        }
      }
    }
    if removesExtraWhitespace {
      while text.bytes.count >= blank.count, text.bytes.suffix(blank.count).elementsEqual(blank) {
        text.bytes.removeLast(blank.count)
        if text.tracks { text.spans.removeLast(blank.count) }
      }
    }
    if addsDummyPrefix, whitespaceIsSuffix, !text.bytes.isEmpty {
      text.bytes += blank
      if text.tracks {
        let last = text.spans.last ?? TokenSpan(0, 0)
        text.spans += blank.map { _ in last }
      }
    }
  }

  /// The next stretch of the text and its form.
  private func prefix(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int
  ) -> (length: Int, form: ArraySlice<UInt8>) {
    let rest = UnsafeBufferPointer(rebasing: bytes[position...])
    if let length = finder.longestPrefix(rest) { return (length, Array(rest[..<length])[...]) }
    if let (length, form) = map?.longestMatch(rest) { return (length, form) }
    let length = UTF8Scalar.length(rest, 0)
    return (length, Array(rest[..<length])[...])
  }
}

extension PieceTrie {
  /// Length of the longest piece that the bytes begin with.
  func longestPrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var node: Int32 = 0
    var best: Int?
    for (index, byte) in bytes.enumerated() {
      guard let next = child(node, byte) else { break }
      node = next
      if id(node) >= 0 { best = index + 1 }
    }
    return best
  }
}

/// The byte-pair model of the library (`bpe_model.cc`): the neighbours whose joint piece has the
/// highest score merge first.
struct SentencePieceBPE: Sendable {
  let vocabulary: PieceVocabulary
  let unknownID: Int32
  private let scores: [Float]
  private let kinds: [SentencePieceModel.Kind]
  private let byteIDs: [Int32]
  private let byteFallback: Bool
  private let frozen: PieceTrie

  init(_ model: SentencePieceModel, unknownID: Int) throws(TokenizerError) {
    var vocabulary = PieceVocabulary(capacity: model.pieces.count)
    var frozen = PieceTrie(capacity: 0)
    for (id, piece) in model.pieces.enumerated() {
      try withBytes(piece.bytes) { bytes throws(TokenizerError) in
        try vocabulary.insert(bytes, id: id)
      }
      if piece.kind == .userDefined {
        piece.bytes.withUnsafeBufferPointer { frozen.insert($0, id: Int32(id)) }
      }
    }
    self.vocabulary = vocabulary
    self.frozen = frozen
    self.unknownID = Int32(unknownID)
    scores = model.pieces.map(\.score)
    kinds = model.pieces.map(\.kind)
    byteFallback = model.byteFallback
    byteIDs = ByteFallback.ids(in: vocabulary)
  }

  private struct Part {
    var start: Int
    var end: Int
    var isFrozen: Bool
  }

  private func mergeable(_ slice: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard let id = vocabulary.id(slice) else { return nil }
    switch kinds[Int(id)] {
    case .normal, .userDefined, .unused: return id
    default: return nil
    }
  }

  func tokenize(
    _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken],
    _ workspace: inout ModelWorkspace
  ) {
    var parts: [Part] = []
    var position = 0
    while position < piece.count {
      let rest = UnsafeBufferPointer(rebasing: piece[position...])
      let known = frozen.longestPrefix(rest)
      let length = known ?? UTF8Scalar.length(rest, 0)
      parts.append(Part(start: position, end: position + length, isFrozen: known != nil))
      position += length
    }
    // A list with links and a heap of candidates, best score and leftmost first.
    var next = Array(1...max(parts.count, 1))
    var previous = Array(-1..<max(parts.count, 1) - 1)
    var heap: [(score: Float, left: Int, right: Int, length: Int)] = []
    func precedes(_ a: Int, _ b: Int) -> Bool {
      heap[a].score != heap[b].score ? heap[a].score > heap[b].score : heap[a].left < heap[b].left
    }
    func propose(_ left: Int, _ right: Int) {
      guard left >= 0, right < parts.count, !parts[left].isFrozen, !parts[right].isFrozen else {
        return
      }
      let slice = UnsafeBufferPointer(rebasing: piece[parts[left].start..<parts[right].end])
      guard let id = mergeable(slice) else { return }
      heap.append((scores[Int(id)], left, right, slice.count))
      var child = heap.count - 1
      while child > 0, precedes(child, (child - 1) / 2) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    }
    for index in 1..<max(parts.count, 1) { propose(index - 1, index) }
    while let top = heap.first {
      let last = heap.removeLast()
      if !heap.isEmpty {
        heap[0] = last
        var parent = 0
        while true {
          var best = parent
          if 2 * parent + 1 < heap.count, precedes(2 * parent + 1, best) { best = 2 * parent + 1 }
          if 2 * parent + 2 < heap.count, precedes(2 * parent + 2, best) { best = 2 * parent + 2 }
          if best == parent { break }
          heap.swapAt(parent, best)
          parent = best
        }
      }
      let (left, right) = (parts[top.left], parts[top.right])
      // Stale when one of the two has been merged since.
      guard left.end > left.start, right.end > right.start,
        right.end - left.start == top.length, left.end == right.start
      else { continue }
      parts[top.left].end = right.end
      parts[top.right].start = right.end
      next[top.left] = next[top.right]
      if next[top.right] < parts.count { previous[next[top.right]] = top.left }
      propose(previous[top.left], top.left)
      propose(top.left, next[top.left])
    }
    emit(parts, piece, into: &tokens)
  }

  private func emit(
    _ parts: [Part], _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken]
  ) {
    var followsUnknown = false
    for part in parts where part.end > part.start {
      let slice = UnsafeBufferPointer(rebasing: piece[part.start..<part.end])
      let span = (Int32(part.start), Int32(part.end))
      if let id = mergeable(slice) {
        tokens.append(ModelToken(id: id, start: span.0, end: span.1))
        followsUnknown = false
      } else if byteFallback, !slice.contains(where: { byteIDs[Int($0)] < 0 }) {
        for byte in slice {
          tokens.append(ModelToken(id: byteIDs[Int(byte)], start: span.0, end: span.1))
        }
      } else if followsUnknown {
        tokens[tokens.count - 1].end = span.1
      } else {
        tokens.append(ModelToken(id: unknownID, start: span.0, end: span.1))
        followsUnknown = true
      }
    }
  }
}

/// Pieces of a SentencePiece model under the ids of another vocabulary.
struct MappedVocabulary: Sendable {
  let vocabulary: PieceVocabulary
  let unknownID: Int32

  /// Gives the tokens from `start` on their ids in this vocabulary.
  func map(
    _ piece: UnsafeBufferPointer<UInt8>, _ tokens: inout [ModelToken], from start: Int,
    inner: PieceVocabulary
  ) {
    for index in start..<tokens.count {
      let name = inner.piece(tokens[index].id).map(Array.init) ?? []
      if TokenDecoder.byteOfPiece(name) != nil {
        tokens[index].id = vocabulary.id(name) ?? unknownID
        continue
      }
      // The text counts, not the piece: an unknown stretch may be in this vocabulary.
      let slice = UnsafeBufferPointer(
        rebasing: piece[Int(tokens[index].start)..<Int(tokens[index].end)])
      tokens[index].id = vocabulary.id(slice) ?? unknownID
    }
  }
}

/// The decoding of the library, and of Marian around it.
struct SentencePieceDecoder: Sendable {
  /// Tokens that stand for themselves, with a blank after each.
  let specialTokens: [[UInt8]]
  let addsDummyPrefix: Bool
  let removesExtraWhitespace: Bool
  /// Pieces that leave no trace, and the unknown piece with what is shown for it.
  let control: [[UInt8]]
  let unknown: [UInt8]
  let unknownSurface: [UInt8]
  /// Pieces of the model; others are shown as they are.
  let pieces: PieceVocabulary
  /// As Marian: blanks at both ends fall away.
  let strips: Bool

  func decode(_ tokens: [[UInt8]]) -> [UInt8] {
    var output: [UInt8] = []
    var pending: [[UInt8]] = []
    for token in tokens {
      if specialTokens.contains(token) {
        output += join(pending) + token + [0x20]
        pending = []
      } else {
        pending.append(token)
      }
    }
    output = (output + join(pending)).replacing([0xE2, 0x96, 0x81], with: [0x20])
    guard strips else { return output }
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 >= 9 && $0 <= 13 }
    output = Array(output.drop(while: isBlank))
    while let last = output.last, isBlank(last) { output.removeLast() }
    return output
  }

  private func join(_ tokens: [[UInt8]]) -> [UInt8] {
    var output: [UInt8] = []
    var bytes: [UInt8] = []
    var isAtStart = true
    func flush() {
      output += Array(String(decoding: bytes, as: UTF8.self).utf8)
      bytes = []
    }
    for token in tokens {
      if let byte = TokenDecoder.byteOfPiece(token) {
        bytes.append(byte)
        continue
      }
      flush()
      if control.contains(token) { continue }
      if token == unknown {
        output += unknownSurface
        isAtStart = false
        continue
      }
      guard pieces.id(token) != nil else {
        output += token
        isAtStart = false
        continue
      }
      var text = token
      if isAtStart, output.isEmpty, addsDummyPrefix || removesExtraWhitespace,
        text.starts(with: [0xE2, 0x96, 0x81])
      {
        text.removeFirst(3)
        // Only where blanks are folded may more of them be dropped.
        isAtStart = removesExtraWhitespace
      }
      output += text.replacing([0xE2, 0x96, 0x81], with: [0x20])
      if !output.isEmpty { isAtStart = false }
    }
    flush()
    return output
  }
}
