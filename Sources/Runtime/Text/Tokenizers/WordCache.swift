// Words that were seen before and the tokens they became: most words of a text are such words.

/// Tokens by the bytes of a word; forgets everything when it is full.
struct WordCache {
  struct Token {
    var id: Int32
    /// In bytes or scalars of the word, as the owner decides.
    var start: Int32
    var end: Int32
    /// Which piece of the word the token belongs to.
    var piece: Int32
  }

  struct Entry {
    fileprivate var hash: UInt32
    fileprivate var keyStart: Int32
    fileprivate var keyLength: Int32
    fileprivate var tokenStart: Int32
    var tokenCount: Int32
    var pieceCount: Int32
    var scalarCount: Int32
  }

  /// Longer words are not worth keeping.
  static let maximumKey = 96
  private static let capacity = 1 << 16
  private static let byteLimit = 1 << 21

  private var table = [Int32](repeating: -1, count: 1 << 10)
  private var entries: [Entry] = []
  private var keys: [UInt8] = []
  private(set) var tokens: [Token] = []

  static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt32 { ByteHash.of(key) }

  @inline(__always)
  func find(_ key: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Entry? {
    let mask = UInt32(table.count - 1)
    var slot = hash & mask
    while true {
      let index = table[Int(slot)]
      if index < 0 { return nil }
      let entry = entries[Int(index)]
      if entry.hash == hash, Int(entry.keyLength) == key.count, equals(entry, key) { return entry }
      slot = (slot + 1) & mask
    }
  }

  @inline(__always)
  private func equals(_ entry: Entry, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
    keys.withUnsafeBufferPointer { keys in
      let start = Int(entry.keyStart)
      for index in 0..<key.count where keys[start + index] != key[index] { return false }
      return true
    }
  }

  func range(_ entry: Entry) -> Range<Int> {
    Int(entry.tokenStart)..<Int(entry.tokenStart + entry.tokenCount)
  }

  /// Starts an entry; the tokens that `add` appends until the next call belong to it.
  mutating func insert(
    _ key: UnsafeBufferPointer<UInt8>, hash: UInt32, pieceCount: Int, scalarCount: Int,
    _ new: some Sequence<Token>
  ) {
    if entries.count >= WordCache.capacity || keys.count > WordCache.byteLimit
      || tokens.count > WordCache.byteLimit
    {
      self = WordCache()
    }
    if (entries.count + 1) * 2 > table.count { grow() }
    let start = Int32(tokens.count)
    tokens.append(contentsOf: new)
    let entry = Entry(
      hash: hash, keyStart: Int32(keys.count), keyLength: Int32(key.count), tokenStart: start,
      tokenCount: Int32(tokens.count) - start, pieceCount: Int32(pieceCount),
      scalarCount: Int32(scalarCount))
    keys.append(contentsOf: key)
    place(Int32(entries.count), hash)
    entries.append(entry)
  }

  private mutating func place(_ index: Int32, _ hash: UInt32) {
    let mask = UInt32(table.count - 1)
    var slot = hash & mask
    while table[Int(slot)] >= 0 { slot = (slot + 1) & mask }
    table[Int(slot)] = index
  }

  private mutating func grow() {
    table = [Int32](repeating: -1, count: table.count * 2)
    for (index, entry) in entries.enumerated() { place(Int32(index), entry.hash) }
  }
}
