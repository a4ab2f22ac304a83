// Tokens beside the model's vocabulary: special ones and those a user added. They are found in the
// text before the model sees it, the longest at each place, from left to right.

/// A token that is looked for in the text as it stands.
public struct AddedToken: Sendable, Equatable {
  public var content: String
  public var id: Int32
  /// Only where no letter or digit touches it.
  public var singleWord: Bool
  /// Takes the blanks before it, after it.
  public var stripsLeft: Bool
  public var stripsRight: Bool
  /// Looked for after normalization, in its own normalized form.
  public var isNormalized: Bool
  /// Left out when decoding asks for it.
  public var isSpecial: Bool

  public init(
    _ content: String, id: Int32, isSpecial: Bool = true, isNormalized: Bool = false,
    stripsLeft: Bool = false, stripsRight: Bool = false, singleWord: Bool = false
  ) {
    self.content = content
    self.id = id
    self.isSpecial = isSpecial
    self.isNormalized = isNormalized
    self.stripsLeft = stripsLeft
    self.stripsRight = stripsRight
    self.singleWord = singleWord
  }

  public static func == (a: AddedToken, b: AddedToken) -> Bool {
    a.content.hasSameBytes(as: b.content) && a.id == b.id && a.singleWord == b.singleWord
      && a.stripsLeft == b.stripsLeft && a.stripsRight == b.stripsRight
      && a.isNormalized == b.isNormalized && a.isSpecial == b.isSpecial
  }
}

/// Finds added tokens in a text.
struct AddedTokenFinder: Sendable {
  private var trie = PieceTrie(capacity: 0)
  private var starts = [Bool](repeating: false, count: 256)
  private var tokens: [AddedToken] = []
  private var lengths: [Int] = []

  var isEmpty: Bool { tokens.isEmpty }

  /// `key` is what is looked for; the first of equal keys counts.
  mutating func add(_ token: AddedToken, key: [UInt8]) {
    guard let first = key.first else { return }
    key.withUnsafeBufferPointer { bytes in
      var node: Int32 = 0
      for byte in bytes {
        guard let next = trie.child(node, byte) else {
          node = -1
          break
        }
        node = next
      }
      if node > 0, trie.id(node) >= 0 { return }
      trie.insert(bytes, id: Int32(tokens.count))
      tokens.append(token)
      lengths.append(key.count)
    }
    starts[Int(first)] = true
  }

  /// Emits the ranges of the text in order: those of tokens with their id, the others with -1.
  func split(
    _ bytes: UnsafeBufferPointer<UInt8>, _ emit: (_ start: Int, _ end: Int, _ token: Int32) -> Void
  ) {
    var open = 0
    var position = 0
    while position < bytes.count {
      guard starts[Int(bytes[position])], let index = match(bytes, position) else {
        position += 1
        continue
      }
      let token = tokens[index]
      var start = position
      var end = position + lengths[index]
      position = end
      if token.singleWord {
        let touchesLeft = start > 0 && isWord(bytes, UTF8Scalar.before(bytes, start))
        let touchesRight = end < bytes.count && isWord(bytes, end)
        if touchesLeft || touchesRight { continue }
      }
      if token.stripsLeft {
        while start > open {
          let before = UTF8Scalar.before(bytes, start)
          guard before >= open, isBlank(bytes, before) else { break }
          start = before
        }
      }
      if token.stripsRight {
        while end < bytes.count, isBlank(bytes, end) { end += UTF8Scalar.length(bytes, end) }
      }
      if start < open {
        // A token before this one has taken the blanks that this one begins with.
        start = open
        if end <= start { continue }
      }
      if open < start { emit(open, start, -1) }
      emit(start, end, token.id)
      open = end
    }
    if open < bytes.count { emit(open, bytes.count, -1) }
  }

  private func match(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int? {
    var node: Int32 = 0
    var end = position
    var best: Int32 = -1
    while end < bytes.count, let next = trie.child(node, bytes[end]) {
      node = next
      end += 1
      if trie.id(node) >= 0 { best = trie.id(node) }
    }
    return best < 0 ? nil : Int(best)
  }

  private func isBlank(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
    Normalizer.isWhitespace(UTF8Scalar.decode(bytes, position).scalar)
  }

  private func isWord(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
    UnicodeData.classes(UTF8Scalar.decode(bytes, position).scalar).contains(.word)
  }
}
