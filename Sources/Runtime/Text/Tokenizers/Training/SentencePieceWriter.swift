// The file of a unigram tokenizer made here as the SentencePiece library reads it (`ModelProto`, see
// SentencePieceModel.swift), so that tokenizers that know no tokenizer.json load it too. The library has
// no Unicode normalization of its own: a precompiled map stands for it, as in its trainer (the rule
// nmt_nfkc): scalars, and the decompositions of scalars, with what they become. A text with marks in
// another order than the standard's is not put in order by such a map.

/// Writes `spiece.model`.
struct SentencePieceWriter {
  private let definition: TokenizerDefinition
  private let unigram: Unigram
  /// Those of the tokenizer's stages that a map stands for.
  private let stages: [Normalizer]

  /// Nil for a tokenizer of another form than `TokenizerTraining` makes.
  init?(_ definition: TokenizerDefinition) {
    guard case .unigram(let unigram) = definition.model,
      case .sequence(let all)? = definition.normalizer, all.count >= 2,
      case .nmt = all[0], case .unicode(.nfkc) = all[1], case .metaspace = definition.preTokenizer
    else { return nil }
    self.definition = definition
    self.unigram = unigram
    var stages = Array(all.prefix(2))
    if all.count > 2, case .lowercase = all[2] { stages.append(.lowercase) }
    self.stages = stages
  }

  /// The bytes of the file. T5's sentinels are not in it: its tokenizer adds them.
  func bytes() throws(TokenizerError) -> [UInt8] {
    let specials = Set(definition.addedTokens.map { Array($0.content.utf8) })
    let byteIDs = unigram.byteFallback ? Set(ByteFallback.ids(in: unigram.vocabulary)) : []
    var pieces: [(id: Int32, bytes: [UInt8])] = []
    unigram.vocabulary.forEach { pieces.append(($0, Array($1))) }
    pieces.sort { $0.id < $1.id }
    while let last = pieces.last, specials.contains(last.bytes),
      last.bytes.starts(with: "<extra_id_".utf8)
    {
      pieces.removeLast()
    }
    var model = WireWriter()
    for (id, piece) in pieces {
      let kind: SentencePieceModel.Kind =
        id == unigram.unknownID
        ? .unknown : byteIDs.contains(id) ? .byte : specials.contains(piece) ? .control : .normal
      var message = WireWriter()
      message.bytes(1, piece)
      message.float(2, Float(unigram.scores[Int(id)]))
      if kind != .normal { message.integer(3, kind.rawValue) }
      model.bytes(1, message.content)
    }
    func id(_ token: String?) -> Int {
      let bytes = Array((token ?? "").utf8)
      return pieces.first { $0.bytes == bytes }.map { Int($0.id) } ?? -1
    }
    let roles = definition.specialTokens
    var training = WireWriter()
    training.integer(3, SentencePieceModel.Algorithm.unigram.rawValue)
    training.integer(4, pieces.count)
    if unigram.byteFallback { training.integer(35, 1) }
    for (field, token) in [
      (40, roles.unknown), (41, roles.beginning), (42, roles.end), (43, roles.padding),
    ] { training.integer(field, id(token)) }
    for (field, token) in [
      (45, roles.unknown), (46, roles.beginning), (47, roles.end), (48, roles.padding),
    ] {
      if let token { training.bytes(field, Array(token.utf8)) }
    }
    model.bytes(2, training.content)
    var normalization = WireWriter()
    normalization.bytes(1, Array((stages.count > 2 ? "nmt_nfkc_cf" : "nmt_nfkc").utf8))
    normalization.bytes(2, try map())
    normalization.integer(3, 1)
    normalization.integer(4, 1)
    normalization.integer(5, 1)
    model.bytes(3, normalization.content)
    return model.content
  }

  // MARK: The map of characters

  /// The trie and the replacements, in the form that `CharacterMap` reads.
  private func map() throws(TokenizerError) -> [UInt8] {
    var entries: [[UInt8]: [UInt8]] = [:]
    var text = AlignedText()
    var scratch = AlignedText()
    func form(_ form: UnicodeForm, _ bytes: [UInt8]) -> [UInt8] {
      text.bytes = bytes
      form.apply(to: &text, scratch: &scratch)
      return text.bytes
    }
    func add(_ key: [UInt8]) throws(TokenizerError) {
      text.bytes = key
      for stage in stages { try stage.apply(to: &text, scratch: &scratch) }
      if text.bytes != key, !key.isEmpty { entries[key] = text.bytes }
    }
    // Beyond these planes nothing decomposes.
    for scalar in UInt32(1)..<0x30000 where scalar < 0xD800 || scalar > 0xDFFF {
      // Syllables of Hangul are made of letters by rule; the letters' own sequences are left.
      if (0xAC00...0xD7A3).contains(scalar) { continue }
      var key: [UInt8] = []
      UTF8Scalar.append(scalar, to: &key)
      try add(key)
      guard scalar >= 0xA0 else { continue }
      let whole = form(.nfd, key)
      guard whole != key else { continue }
      try add(whole)
      // What a keyboard gives: a letter that is composed in part, and the last mark.
      guard let last = whole.lastIndex(where: { $0 & 0xC0 != 0x80 }), last > 0 else { continue }
      try add(form(.nfc, Array(whole[..<last])) + whole[last...])
    }
    var replacements: [UInt8] = []
    var places: [[UInt8]: Int] = [:]
    var trie = DoubleArrayBuilder()
    let sorted = entries.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let values = sorted.map { entry in
      if let known = places[entry.value] { return known }
      let place = replacements.count
      replacements += entry.value + [0]
      places[entry.value] = place
      return place
    }
    trie.build(sorted.map(\.key), values)
    var blob: [UInt8] = []
    func append(_ word: UInt32) {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        blob.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    append(UInt32(4 * trie.units.count))
    for unit in trie.units { append(unit) }
    return blob + replacements
  }
}

/// Builds a double array as Darts-clone has it: a node's children stand at its base XOR their byte; a
/// key that ends has a value at the base itself.
struct DoubleArrayBuilder {
  private(set) var units: [UInt32] = []
  private var isUsed: [Bool] = []
  private var isBase: [Bool] = []
  private var firstFree = 1

  /// - Parameter keys: sorted by bytes, each once, none empty and none with a zero byte.
  mutating func build(_ keys: [[UInt8]], _ values: [Int]) {
    grow(to: 256)
    isUsed[0] = true
    place(keys, values, keys.indices, depth: 0, at: 0)
    // What is looked at beside the used units must be there.
    grow(to: (units.count + 255) & ~255)
  }

  private mutating func grow(to count: Int) {
    guard units.count < count else { return }
    let more = count - units.count
    units += [UInt32](repeating: 0, count: more)
    isUsed += [Bool](repeating: false, count: more)
    isBase += [Bool](repeating: false, count: more)
  }

  private mutating func place(
    _ keys: [[UInt8]], _ values: [Int], _ range: Range<Int>, depth: Int, at node: Int
  ) {
    guard let first = range.first else { return }
    let ends = keys[first].count == depth
    var children: [(byte: UInt8, keys: Range<Int>)] = []
    var start = ends ? first + 1 : first
    while start < range.upperBound {
      let byte = keys[start][depth]
      var end = start + 1
      while end < range.upperBound, keys[end][depth] == byte { end += 1 }
      children.append((byte, start..<end))
      start = end
    }
    let bytes = (ends ? [0] : []) + children.map(\.byte)
    let base = freeBase(for: bytes)
    isBase[base] = true
    units[node] |= UInt32(node ^ base) << 10 | (ends ? 1 << 8 : 0)
    for byte in bytes { isUsed[base ^ Int(byte)] = true }
    if ends { units[base] = 1 << 31 | UInt32(values[first]) }
    for child in children { units[base ^ Int(child.byte)] = UInt32(child.byte) }
    for child in children {
      place(keys, values, child.keys, depth: depth + 1, at: base ^ Int(child.byte))
    }
  }

  /// A place whose units for the bytes are free, and that is the base of no other node.
  private mutating func freeBase(for bytes: [UInt8]) -> Int {
    while firstFree < isUsed.count, isUsed[firstFree] { firstFree += 1 }
    let lowest = Int(bytes.first ?? 0)
    var place = firstFree
    while true {
      grow(to: (place | 255) + 257)
      let base = place ^ lowest
      if base > 0, !isBase[base], !isUsed[place],
        bytes.allSatisfy({ !isUsed[base ^ Int($0)] })
      {
        return base
      }
      place += 1
    }
  }
}

/// Writes the wire format of protocol buffers.
struct WireWriter {
  private(set) var content: [UInt8] = []

  private mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      content.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    content.append(UInt8(value))
  }

  mutating func integer(_ field: Int, _ value: Int) {
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func float(_ field: Int, _ value: Float) {
    varint(UInt64(field) << 3 | 5)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      content.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
    }
  }

  mutating func bytes(_ field: Int, _ value: [UInt8]) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(value.count))
    content += value
  }
}
