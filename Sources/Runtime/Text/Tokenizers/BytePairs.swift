// Byte-pair encoding (Sennrich et al., 2016): the pair of symbols with the lowest rank merges first,
// the leftmost of equals before the others.

/// A byte-pair model with its merges.
struct BytePairs: Sendable {
  struct Settings: Sendable, Equatable {
    var unknownToken: String?
    var continuingPrefix: String?
    var endOfWordSuffix: String?
    var fusesUnknown = false
    var byteFallback = false
    var ignoresMerges = false
    /// Kept for writing; encoding never drops merges.
    var dropout: Double?
  }

  struct Symbol {
    var id: Int32
    var previous: Int32
    var next: Int32
    /// In bytes; 0 once merged into the symbol before.
    var length: Int32
  }

  struct Merge {
    var rank: UInt32
    var position: Int32
    var id: Int32

    @inline(__always)
    func precedes(_ other: Merge) -> Bool {
      rank != other.rank ? rank < other.rank : position < other.position
    }
  }

  let vocabulary: PieceVocabulary
  let settings: Settings
  private let merges: PairTable
  private let unknownID: Int32?
  /// Ids of the pieces "<0x00>" to "<0xFF>", -1 for one that is missing.
  private let byteIDs: [Int32]

  /// `merges` in the order of their ranks, as pairs of pieces.
  init(
    vocabulary: PieceVocabulary, merges pairs: [(Int32, Int32)], settings: Settings
  ) throws(TokenizerError) {
    self.vocabulary = vocabulary
    self.settings = settings
    if let token = settings.unknownToken, !token.isEmpty {
      unknownID = vocabulary.id(token)
    } else {
      unknownID = nil
    }
    byteIDs = ByteFallback.ids(in: vocabulary)
    var table = PairTable(capacity: pairs.count)
    let prefix = settings.continuingPrefix?.utf8.count ?? 0
    var joined: [UInt8] = []
    for (rank, pair) in pairs.enumerated() {
      guard let left = vocabulary.piece(pair.0), let right = vocabulary.piece(pair.1) else {
        throw TokenizerError("merge \(rank + 1) names an id that the vocabulary lacks")
      }
      joined.removeAll(keepingCapacity: true)
      joined.append(contentsOf: left)
      joined.append(contentsOf: right.dropFirst(prefix))
      guard let id = vocabulary.id(joined) else {
        throw TokenizerError(
          "merge \(rank + 1) makes \"\(String(decoding: joined, as: UTF8.self))\", "
            + "which is not in the vocabulary")
      }
      table.insert(pair.0, pair.1, rank: UInt32(rank), id: id)
    }
    merges = table
  }

  /// The merges in the order of their ranks.
  var pairs: [(Int32, Int32)] { merges.sortedPairs }

  func tokenize(
    _ piece: UnsafeBufferPointer<UInt8>, into tokens: inout [ModelToken],
    _ workspace: inout ModelWorkspace
  ) {
    if settings.ignoresMerges, let id = vocabulary.id(piece) {
      tokens.append(ModelToken(id: id, start: 0, end: Int32(piece.count)))
      return
    }
    workspace.symbols.removeAll(keepingCapacity: true)
    split(piece, into: &workspace.symbols)
    merges.apply(to: &workspace.symbols, heap: &workspace.heap)
    var start: Int32 = 0
    for symbol in workspace.symbols where symbol.length > 0 {
      tokens.append(ModelToken(id: symbol.id, start: start, end: start + symbol.length))
      start += symbol.length
    }
  }

  /// The scalars of the piece as symbols.
  private func split(_ piece: UnsafeBufferPointer<UInt8>, into symbols: inout [Symbol]) {
    func add(_ id: Int32, _ length: Int) {
      let index = Int32(symbols.count)
      if index > 0 { symbols[Int(index) - 1].next = index }
      symbols.append(Symbol(id: id, previous: index - 1, next: -1, length: Int32(length)))
    }
    let prefix = settings.continuingPrefix ?? ""
    let suffix = settings.endOfWordSuffix ?? ""
    var unknownLength = 0
    var position = 0
    while position < piece.count {
      let length = UTF8Scalar.length(piece, position)
      let slice = UnsafeBufferPointer(rebasing: piece[position..<position + length])
      let isLast = position + length == piece.count
      var key: UnsafeBufferPointer<UInt8>? = slice
      var decorated: [UInt8] = []
      if position > 0 && !prefix.isEmpty || isLast && !suffix.isEmpty {
        decorated = (position > 0 ? Array(prefix.utf8) : []) + Array(slice)
        if isLast { decorated += Array(suffix.utf8) }
        key = nil
      }
      let id = key.map { vocabulary.id($0) } ?? vocabulary.id(decorated)
      position += length
      if let id {
        if unknownLength > 0, let unknownID { add(unknownID, unknownLength) }
        unknownLength = 0
        add(id, length)
        continue
      }
      if settings.byteFallback {
        let bytes = key.map(Array.init) ?? decorated
        let ids = bytes.map { byteIDs[Int($0)] }
        if !ids.contains(-1) {
          for id in ids { add(id, 1) }
          continue
        }
      }
      guard let unknownID else { continue }
      if unknownLength > 0, !settings.fusesUnknown {
        add(unknownID, unknownLength)
        unknownLength = 0
      }
      unknownLength += length
    }
    if unknownLength > 0, let unknownID { add(unknownID, unknownLength) }
  }
}

/// Pieces that stand for single bytes.
enum ByteFallback {
  static func piece(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF")
    return "<0x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])>"
  }

  static func ids(in vocabulary: PieceVocabulary) -> [Int32] {
    (0...255).map { vocabulary.id(piece(UInt8($0))) ?? -1 }
  }
}

/// What pairs of symbols merge to.
struct PairTable: Sendable {
  private struct Entry {
    var key: UInt64
    var rank: UInt32
    var id: Int32
  }
  private var entries: [Entry]
  private var mask: Int
  private static let empty = UInt64.max

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    entries = Array(repeating: Entry(key: PairTable.empty, rank: 0, id: 0), count: size)
    mask = size - 1
  }

  @inline(__always)
  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while entries[slot].key != key, entries[slot].key != PairTable.empty {
      slot = (slot + 1) & mask
    }
    return slot
  }

  /// A pair that is given twice keeps its last rank.
  mutating func insert(_ left: Int32, _ right: Int32, rank: UInt32, id: Int32) {
    let key = PairTable.key(left, right)
    entries[slot(key)] = Entry(key: key, rank: rank, id: id)
  }

  @inline(__always)
  func callAsFunction(_ left: Int32, _ right: Int32) -> (rank: UInt32, id: Int32)? {
    let key = PairTable.key(left, right)
    let entry = entries[slot(key)]
    return entry.key == key ? (entry.rank, entry.id) : nil
  }

  var sortedPairs: [(Int32, Int32)] {
    entries.filter { $0.key != PairTable.empty }.sorted { $0.rank < $1.rank }.map {
      (Int32(truncatingIfNeeded: $0.key >> 32), Int32(truncatingIfNeeded: $0.key))
    }
  }

  /// Merges until no pair is left; symbols of length 0 are gone.
  func apply(to symbols: inout [BytePairs.Symbol], heap: inout [BytePairs.Merge]) {
    heap.removeAll(keepingCapacity: true)
    for index in symbols.indices.dropLast() {
      if let (rank, id) = self(symbols[index].id, symbols[index + 1].id) {
        push(&heap, BytePairs.Merge(rank: rank, position: Int32(index), id: id))
      }
    }
    while let top = pop(&heap) {
      let position = Int(top.position)
      guard symbols[position].length > 0, symbols[position].next >= 0 else { continue }
      let next = Int(symbols[position].next)
      let right = symbols[next]
      // An entry whose symbols have changed since is stale.
      guard let (_, id) = self(symbols[position].id, right.id), id == top.id else { continue }
      symbols[position].id = top.id
      symbols[position].length += right.length
      symbols[position].next = right.next
      symbols[next].length = 0
      if right.next >= 0 { symbols[Int(right.next)].previous = top.position }
      let previous = symbols[position].previous
      if previous >= 0, let (rank, id) = self(symbols[Int(previous)].id, top.id) {
        push(&heap, BytePairs.Merge(rank: rank, position: previous, id: id))
      }
      if right.next >= 0, let (rank, id) = self(top.id, symbols[Int(right.next)].id) {
        push(&heap, BytePairs.Merge(rank: rank, position: top.position, id: id))
      }
    }
  }

  private func push(_ heap: inout [BytePairs.Merge], _ merge: BytePairs.Merge) {
    heap.append(merge)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private func pop(_ heap: inout [BytePairs.Merge]) -> BytePairs.Merge? {
    guard let top = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var parent = 0
    while true {
      var smallest = parent
      let left = 2 * parent + 1
      if left < heap.count, heap[left].precedes(heap[smallest]) { smallest = left }
      if left + 1 < heap.count, heap[left + 1].precedes(heap[smallest]) { smallest = left + 1 }
      if smallest == parent { return top }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
