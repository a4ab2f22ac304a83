// How often each word of a corpus occurs: what the trainers of vocabularies learn from. Texts are cut
// at blanks first and each distinct stretch is normalized once; threads count parts of the corpus,
// and the words come out in the order of their bytes, so that nothing depends on the threads.

/// Distinct byte strings with counts.
struct ByteCounts {
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  private(set) var counts: [Int] = []
  private var hashes: [UInt32] = []
  private var slots = [Int32](repeating: -1, count: 1 << 12)

  var count: Int { counts.count }

  mutating func add(_ key: UnsafeBufferPointer<UInt8>, count: Int = 1) {
    let hash = ByteHash.of(key)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = Int(slots[slot])
      if hashes[entry] == hash, equals(entry, key) {
        counts[entry] += count
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(counts.count)
    bytes.append(contentsOf: key)
    starts.append(bytes.count)
    counts.append(count)
    hashes.append(hash)
    if counts.count * 2 > slots.count { grow() }
  }

  mutating func add(_ other: ByteCounts) {
    for entry in 0..<other.count {
      other.withKey(entry) { add($0, count: other.counts[entry]) }
    }
  }

  func withKey<R>(_ entry: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    bytes.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[starts[entry]..<starts[entry + 1]]))
    }
  }

  /// The entries in the order of their bytes.
  func sorted() -> [Int] {
    bytes.withUnsafeBufferPointer { bytes in
      (0..<count).sorted { a, b in
        bytes[starts[a]..<starts[a + 1]].lexicographicallyPrecedes(bytes[starts[b]..<starts[b + 1]])
      }
    }
  }

  private func equals(_ entry: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
    let (start, end) = (starts[entry], starts[entry + 1])
    guard end - start == key.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<key.count where bytes[start + index] != key[index] { return false }
      return true
    }
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (entry, hash) in hashes.enumerated() {
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(entry)
    }
  }
}

/// The words of a corpus as scalars, in the order of their bytes, with counts.
struct WordCounts {
  private(set) var scalars: [UInt32] = []
  private(set) var starts: [Int] = [0]
  private(set) var counts: [Int] = []

  var count: Int { counts.count }
  var total: Int { counts.reduce(0, +) }

  func scalars(_ word: Int) -> ArraySlice<UInt32> { scalars[starts[word]..<starts[word + 1]] }

  init() {}

  init(_ words: ByteCounts) {
    for entry in words.sorted() {
      words.withKey(entry) { key in
        var place = 0
        while place < key.count {
          scalars.append(UTF8Scalar.decode(key, place).scalar)
          place += max(1, UTF8Scalar.length(key, place))
        }
      }
      starts.append(scalars.count)
      counts.append(words.counts[entry])
    }
  }

  mutating func append(_ word: some Sequence<UInt32>, count: Int) {
    scalars.append(contentsOf: word)
    starts.append(scalars.count)
    counts.append(count)
  }

  /// Counts the words of texts as the first two stages of a tokenizer make them.
  init(
    _ texts: [String], _ normalizer: Normalizer?, _ preTokenizer: PreTokenizer, threads: Int,
    isCancelled: CancellationCheck
  ) throws(TokenizerError) {
    let shares = (0..<max(1, threads)).map {
      texts.count * $0 / max(1, threads)..<texts.count * ($0 + 1) / max(1, threads)
    }
    let counted = Threads.map(shares, isCancelled) { range, isCancelled in
      WordCounts.count(texts[range], normalizer, preTokenizer, isCancelled)
    }
    var all = ByteCounts()
    for result in counted { all.add(try result.get()) }
    self.init(all)
  }

  private static func count(
    _ texts: ArraySlice<String>, _ normalizer: Normalizer?, _ preTokenizer: PreTokenizer,
    _ isCancelled: CancellationCheck
  ) -> Result<ByteCounts, TokenizerError> {
    var stretches = ByteCounts()
    for (number, text) in texts.enumerated() {
      if number & 255 == 0, isCancelled() { return .failure(.stopped) }
      var text = text
      text.withUTF8 { bytes in
        var place = 0
        while place < bytes.count {
          while place < bytes.count, isBlank(bytes[place]) { place += 1 }
          let start = place
          while place < bytes.count, !isBlank(bytes[place]) { place += 1 }
          if place > start { stretches.add(UnsafeBufferPointer(rebasing: bytes[start..<place])) }
        }
      }
    }
    var words = ByteCounts()
    var (segment, segmentScratch) = (AlignedText(), AlignedText())
    var (list, listScratch) = (PieceList(), PieceList())
    for entry in 0..<stretches.count {
      if entry & 4095 == 0, isCancelled() { return .failure(.stopped) }
      list.clear(tracks: false)
      stretches.withKey(entry) { segment.reset($0, origin: 0, tracks: false) }
      do throws(TokenizerError) {
        try normalizer?.apply(to: &segment, scratch: &segmentScratch)
        list.text.append(segment)
        list.endPiece(from: 0)
        try preTokenizer.apply(to: &list, scratch: &listScratch)
      } catch {
        return .failure(error)
      }
      list.text.bytes.withUnsafeBufferPointer { bytes in
        for piece in list.pieces where piece.end > piece.start {
          words.add(
            UnsafeBufferPointer(rebasing: bytes[Int(piece.start)..<Int(piece.end)]),
            count: stretches.counts[entry])
        }
      }
    }
    return .success(words)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D
  }
}

extension TokenizerError {
  /// What a trainer throws when it was asked to stop.
  static let stopped = TokenizerError("stopped")
  /// Whether this is the answer to a request to stop.
  public var isCancellation: Bool { self == .stopped }
}
