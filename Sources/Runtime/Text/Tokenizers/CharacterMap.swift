// The precompiled character map that a SentencePiece model carries: a Darts double-array trie
// (https://github.com/s-yata/darts-clone) followed by the replacements, each ended by a zero byte.
// Two ways of applying it exist. `apply` is that of the fast tokenizers: by grapheme cluster where
// that is shorter than six bytes, else by scalar, and the shortest match counts for the whole.
// SentencePiece itself takes the longest match at each place (`longestMatch`).

/// A map from strings to strings, as SentencePiece precompiles it.
final class CharacterMap: Sendable {
  /// The file form, kept to be written again.
  let blob: [UInt8]
  private let trie: [UInt32]
  private let replacements: [UInt8]
  /// One bit per scalar of the basic plane.
  private let mapped: [UInt64]
  private let plain: [UInt64]

  init(blob: [UInt8]) throws(TokenizerError) {
    guard blob.count >= 4 else {
      throw TokenizerError("the character map has \(blob.count) bytes, at least 4 were expected")
    }
    let size = Int(CharacterMap.word(blob, 0))
    guard size % 4 == 0, size > 0, size <= blob.count - 4 else {
      throw TokenizerError(
        "the character map says its trie has \(size) bytes, \(blob.count - 4) follow")
    }
    self.blob = blob
    let trie = (0..<size / 4).map { CharacterMap.word(blob, 4 + 4 * $0) }
    let replacements = Array(blob[(4 + size)...])
    guard replacements.withUnsafeBytes({ UTF8Bytes.isValid($0) }) else {
      throw TokenizerError("the replacements of the character map are not UTF-8")
    }
    self.trie = trie
    self.replacements = replacements
    var mapped = [UInt64](repeating: 0, count: 1024)
    var plain = [UInt64](repeating: 0, count: 1024)
    var scratch: [UInt8] = []
    for scalar in UInt32(0)..<0x10000 where scalar < 0xD800 || scalar > 0xDFFF {
      scratch.removeAll(keepingCapacity: true)
      UTF8Scalar.append(scalar, to: &scratch)
      let isMapped = scratch.withUnsafeBufferPointer {
        CharacterMap.matches($0, trie: trie, replacementCount: replacements.count) { _, _ in false }
      }
      let bit = UInt64(1) << UInt64(scalar & 63)
      if isMapped { mapped[Int(scalar >> 6)] |= bit }
      if CharacterMap.standsAlone(scalar) { plain[Int(scalar >> 6)] |= bit }
    }
    self.mapped = mapped
    self.plain = plain
  }

  private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
      | UInt32(bytes[at + 3]) << 24
  }

  /// Scalars of which two neighbours never share a grapheme cluster.
  private static func standsAlone(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x0D: return false
    case 0...0x7F, 0xA1...0xA8, 0xAA...0xAC, 0xAF...0x2FF, 0x370...0x482, 0x48A...0x58F: return true
    case 0x2010...0x2027, 0x2030...0x203B, 0x20A0...0x20CF, 0x2500...0x259F: return true
    case 0x2116, 0x2200...0x22FF, 0x3001...0x3020, 0x3041...0x3096, 0x30A1...0x30FF: return true
    case 0x4E00...0x9FFF: return true
    default: return false
    }
  }

  /// Calls `body` with each prefix of the bytes that has a replacement: its length and where the
  /// replacement starts; stops when it returns false. True when there was any.
  @discardableResult
  private static func matches(
    _ bytes: UnsafeBufferPointer<UInt8>, trie: [UInt32], replacementCount: Int,
    _ body: (Int, Int) -> Bool
  ) -> Bool {
    func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 512) >> 6) }
    var node = offset(trie[0])
    var found = false
    for (index, byte) in bytes.enumerated() {
      if byte == 0 { break }
      node ^= Int(byte)
      guard node < trie.count else { break }
      let unit = trie[node]
      guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { break }
      node ^= offset(unit)
      guard node < trie.count else { break }
      if unit >> 8 & 1 == 1 {
        let value = Int(trie[node] & 0x7FFF_FFFF)
        guard value <= replacementCount else { break }
        found = true
        if !body(index + 1, value) { break }
      }
    }
    return found
  }

  private func replacement(at start: Int) -> ArraySlice<UInt8> {
    var end = start
    while end < replacements.count, replacements[end] != 0 { end += 1 }
    return replacements[start..<end]
  }

  /// The replacement of the shortest prefix that has one.
  private func shortest(_ bytes: UnsafeBufferPointer<UInt8>) -> ArraySlice<UInt8>? {
    var start: Int?
    CharacterMap.matches(bytes, trie: trie, replacementCount: replacements.count) {
      start = $1
      return false
    }
    return start.map(replacement)
  }

  /// The longest prefix that has a replacement, and that replacement.
  func longestMatch(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) -> (length: Int, replacement: ArraySlice<UInt8>)? {
    var best: (Int, Int)?
    CharacterMap.matches(bytes, trie: trie, replacementCount: replacements.count) {
      best = ($0, $1)
      return true
    }
    return best.map { ($0.0, replacement(at: $0.1)) }
  }

  @inline(__always)
  private func isPlain(_ scalar: UInt32) -> Bool {
    scalar < 0x10000 && plain[Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 == 1
  }

  @inline(__always)
  private func isMapped(_ scalar: UInt32) -> Bool {
    scalar >= 0x10000 || mapped[Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 == 1
  }

  /// Replaces in the way of the fast tokenizers.
  func apply(to text: inout AlignedText, scratch: inout AlignedText) {
    let start = text.bytes.withUnsafeBufferPointer { firstSuspect($0, from: 0) }
    guard start < text.bytes.count else { return }
    let bytes = text.bytes
    text.rewrite(with: &scratch) { writer in
      bytes.withUnsafeBufferPointer { bytes in
        // The scalar before a suspect may belong to its cluster or be amended by it.
        var position = start
        var copied = start == 0 ? 0 : UTF8Scalar.before(bytes, start)
        writer.copy(upTo: copied)
        while position < bytes.count {
          // Everything but the last scalar of an untouched stretch is copied as it is.
          if position > copied {
            let last = UTF8Scalar.before(bytes, position)
            writer.copy(upTo: last)
            writer.push(UTF8Scalar.decode(bytes, last).scalar, 0)
          }
          let end = clusterRunEnd(bytes, from: position)
          rewriteClusters(bytes, position..<end, &writer)
          copied = end
          position = firstSuspect(bytes, from: end)
        }
        writer.flush()
        if copied < bytes.count { writer.copy(upTo: bytes.count) }
      }
    }
  }

  /// The first place from which a cluster needs a look: a scalar that is mapped or not plain.
  private func firstSuspect(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var position = start
    var clusterStart = start
    while position < bytes.count {
      let (scalar, length) = UTF8Scalar.decode(bytes, position)
      guard isPlain(scalar) else { return clusterStart }
      clusterStart = position
      if isMapped(scalar) { return position }
      position += length
    }
    return position
  }

  /// The end of the run of scalars whose clusters are not obvious.
  private func clusterRunEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var position = start
    var previousIsPlain = false
    while position < bytes.count {
      let (scalar, length) = UTF8Scalar.decode(bytes, position)
      let isPlain = isPlain(scalar)
      if isPlain, previousIsPlain { return position }
      previousIsPlain = isPlain
      position += length
    }
    return position
  }

  private func rewriteClusters(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ writer: inout Rewriter
  ) {
    var position = range.lowerBound
    func slice(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: bytes[start..<end])
    }
    func cluster(_ end: Int) {
      if end - position < 6, let new = shortest(slice(position, end)) {
        write(slice(position, end), as: new, &writer)
        position = end
        return
      }
      while position < end {
        let (scalar, length) = UTF8Scalar.decode(bytes, position)
        let next = min(position + length, end)
        if let new = shortest(slice(position, next)) {
          write(slice(position, next), as: new, &writer)
        } else {
          writer.push(scalar, 0)
        }
        position = next
      }
    }
    if isPlain(UTF8Scalar.decode(bytes, position).scalar) {
      let length = UTF8Scalar.length(bytes, position)
      if position + length == range.upperBound { return cluster(range.upperBound) }
    }
    let text = String(decoding: slice(range.lowerBound, range.upperBound), as: UTF8.self)
    var end = range.lowerBound
    for character in text {
      end += character.utf8.count
      cluster(min(end, range.upperBound))
    }
  }

  private func write(
    _ old: UnsafeBufferPointer<UInt8>, as new: ArraySlice<UInt8>, _ writer: inout Rewriter
  ) {
    let oldCount = UTF8Scalar.count(old)
    let newCount = new.withUnsafeBufferPointer(UTF8Scalar.count)
    new.withUnsafeBufferPointer { new in
      var position = 0
      var index = 0
      while position < new.count {
        let (scalar, length) = UTF8Scalar.decode(new, position)
        // The scalars in excess are additions; those that lack fall away after the last one.
        writer.push(scalar, index >= newCount - max(newCount - oldCount, 0) ? 1 : 0)
        position += length
        index += 1
      }
    }
    if newCount < oldCount { writer.amendLast(newCount - oldCount) }
  }
}
