// A vocabulary: pieces as bytes, each with an id. Bytes and not `String`, whose equality would take
// a composed and a decomposed letter for one key.

/// FNV-1a over bytes, finished so that the low bits are good.
struct ByteHash {
  private(set) var state: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  mutating func add(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  @inline(__always)
  var value: UInt32 {
    let mixed = (state ^ state >> 32) &* 0x9E37_79B9_7F4A_7C15
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  @inline(__always)
  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash = ByteHash()
    for byte in bytes { hash.add(byte) }
    return hash.value
  }
}

/// Pieces and their ids; a piece that is given twice keeps its last id.
struct PieceVocabulary: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []
  private var ids: [Int32] = []
  private var table: [UInt32]
  private var mask: UInt32
  /// Index of the entry of an id; -1 for none.
  private var entries: [Int32] = []

  init(capacity: Int = 0) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    table = [UInt32](repeating: .max, count: size)
    mask = UInt32(size - 1)
    ends.reserveCapacity(capacity)
    ids.reserveCapacity(capacity)
  }

  /// Number of different pieces.
  var count: Int { ids.count }
  /// One more than the largest id.
  var idLimit: Int { entries.count }

  /// `keepsEarlierID`: a piece that comes again leaves its first id readable too.
  mutating func insert(
    _ piece: UnsafeBufferPointer<UInt8>, id: Int, keepsEarlierID: Bool = false
  ) throws(TokenizerError) {
    // An id far above the number of pieces would make tables of nothing but gaps.
    guard id >= 0, id < 4 * (count + 1) + 4096 || id < Int(table.count) else {
      let text = String(decoding: piece.prefix(60), as: UTF8.self)
      throw TokenizerError(
        "the id \(id) of the piece \"\(text)\" was expected from 0 to about the number of pieces")
    }
    if (count + 1) * 2 > table.count { grow() }
    if id >= entries.count {
      entries.append(contentsOf: repeatElement(-1, count: id + 1 - entries.count))
    }
    let hash = ByteHash.of(piece)
    var slot = hash & mask
    while table[Int(slot)] != .max {
      let entry = Int(table[Int(slot)])
      if equals(entry, piece) {
        if !keepsEarlierID, entries[Int(ids[entry])] == Int32(entry) {
          entries[Int(ids[entry])] = -1
        }
        ids[entry] = Int32(id)
        entries[id] = Int32(entry)
        return
      }
      slot = (slot + 1) & mask
    }
    table[Int(slot)] = UInt32(ids.count)
    entries[id] = Int32(ids.count)
    ids.append(Int32(id))
    bytes.append(contentsOf: piece)
    ends.append(UInt32(bytes.count))
  }

  mutating func insert(_ piece: String, id: Int) throws(TokenizerError) {
    var piece = piece
    let result = piece.withUTF8 { bytes in
      Result { () throws(TokenizerError) in try insert(bytes, id: id) }
    }
    try result.get()
  }

  private mutating func grow() {
    let size = table.count * 2
    table = [UInt32](repeating: .max, count: size)
    mask = UInt32(size - 1)
    for entry in 0..<ids.count {
      var slot = bytes.withUnsafeBufferPointer {
        ByteHash.of(UnsafeBufferPointer(rebasing: $0[range(entry)]))
      }
      slot &= mask
      while table[Int(slot)] != .max { slot = (slot + 1) & mask }
      table[Int(slot)] = UInt32(entry)
    }
  }

  private func range(_ entry: Int) -> Range<Int> {
    (entry == 0 ? 0 : Int(ends[entry - 1]))..<Int(ends[entry])
  }

  private func equals(_ entry: Int, _ piece: UnsafeBufferPointer<UInt8>) -> Bool {
    let range = range(entry)
    guard range.count == piece.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<piece.count where bytes[range.lowerBound + index] != piece[index] {
        return false
      }
      return true
    }
  }

  /// The id of `prefix` followed by `rest`, whose hash is given.
  func id(hash: UInt32, prefix: [UInt8], rest: UnsafeBufferPointer<UInt8>) -> Int32? {
    var slot = hash & mask
    while true {
      let entry = table[Int(slot)]
      if entry == .max { return nil }
      let range = range(Int(entry))
      if range.count == prefix.count + rest.count {
        let isEqual = bytes.withUnsafeBufferPointer { bytes in
          for index in 0..<prefix.count where bytes[range.lowerBound + index] != prefix[index] {
            return false
          }
          let start = range.lowerBound + prefix.count
          for index in 0..<rest.count where bytes[start + index] != rest[index] { return false }
          return true
        }
        if isEqual { return ids[Int(entry)] }
      }
      slot = (slot + 1) & mask
    }
  }

  func id(_ piece: UnsafeBufferPointer<UInt8>) -> Int32? {
    id(hash: ByteHash.of(piece), prefix: [], rest: piece)
  }

  func id(_ piece: [UInt8]) -> Int32? { piece.withUnsafeBufferPointer { id($0) } }

  func id(_ piece: String) -> Int32? {
    var piece = piece
    return piece.withUTF8 { id($0) }
  }

  /// The piece of an id, nil for an id that is not used.
  func piece(_ id: Int32) -> ArraySlice<UInt8>? {
    guard id >= 0, Int(id) < entries.count, entries[Int(id)] >= 0 else { return nil }
    return bytes[range(Int(entries[Int(id)]))]
  }

  /// Ids in use, ascending, with their pieces.
  func forEach(_ body: (Int32, ArraySlice<UInt8>) -> Void) {
    for id in 0..<Int32(entries.count) {
      if let piece = piece(id) { body(id, piece) }
    }
  }
}
