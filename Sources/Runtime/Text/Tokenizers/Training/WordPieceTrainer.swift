// Learns the vocabulary of WordPiece by merges of the most frequent pair (Sennrich, Haddow, Birch,
// 2016), with ## before what continues a word, as the trainer of the `tokenizers` library does: special
// tokens, the alphabet, then merges until the vocabulary is full or no pair is frequent enough. Of
// equally frequent pairs the one with the smaller numbers is merged. Counts of pairs are kept up to
// date at the places of a merge; a word with a letter outside the alphabet is left out, since the
// tokenizer will take it for unknown.

struct WordPieceTrainer {
  var vocabularySize: Int
  var specialTokens: [String]
  var minimumFrequency: Int
  var alphabetLimit: Int

  fileprivate struct Pair {
    var left: Int32
    var right: Int32
    var count = 0
    /// Words that have had the pair; some may have lost it.
    var words: [Int32] = []
  }

  /// The pieces in the order of their ids.
  func train(
    _ words: WordCounts, progress: (Double) -> Void, isCancelled: CancellationCheck
  ) throws(TokenizerError) -> [[UInt8]] {
    var pieces = specialTokens.map { Array($0.utf8) }
    var ids: [[UInt8]: Int32] = [:]
    for (id, piece) in pieces.enumerated() { ids[piece] = Int32(id) }
    func id(of piece: [UInt8]) -> Int32 {
      if let known = ids[piece] { return known }
      let new = Int32(pieces.count)
      pieces.append(piece)
      ids[piece] = new
      return new
    }

    let alphabet = Self.alphabet(words, limit: alphabetLimit)
    let known = Set(alphabet)
    var continuing: Set<UInt32> = []
    var used: [Int] = []
    for word in 0..<words.count {
      let letters = words.scalars(word)
      guard letters.allSatisfy(known.contains) else { continue }
      used.append(word)
      continuing.formUnion(letters.dropFirst())
    }
    try checkSize(letters: alphabet.count, continuing: continuing.count)
    var first: [UInt32: Int32] = [:]
    var later: [UInt32: Int32] = [:]
    for letter in alphabet { first[letter] = id(of: Self.bytes(letter)) }
    for letter in continuing.sorted() { later[letter] = id(of: Self.prefix + Self.bytes(letter)) }

    // The words as numbers of pieces, shortened in place by merges.
    var symbols: [Int32] = []
    var starts: [Int] = []
    var lengths: [Int32] = []
    for word in used {
      starts.append(symbols.count)
      for (place, letter) in words.scalars(word).enumerated() {
        symbols.append((place == 0 ? first[letter] : later[letter]) ?? 0)
      }
      lengths.append(Int32(symbols.count - (starts.last ?? 0)))
    }
    var pairs: [Pair] = []
    var numbers: [UInt64: Int32] = [:]
    func number(_ left: Int32, _ right: Int32) -> Int {
      let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
      if let known = numbers[key] { return Int(known) }
      numbers[key] = Int32(pairs.count)
      pairs.append(Pair(left: left, right: right))
      return pairs.count - 1
    }
    func add(_ pair: Int, _ count: Int, word: Int) {
      pairs[pair].count += count
      if pairs[pair].words.last != Int32(word) { pairs[pair].words.append(Int32(word)) }
    }
    for word in used.indices {
      for place in 0..<max(0, Int(lengths[word]) - 1) {
        let at = starts[word] + place
        add(number(symbols[at], symbols[at + 1]), words.counts[used[word]], word: word)
      }
    }
    var heap = Heap<Candidate>()
    for (index, pair) in pairs.enumerated() { heap.push(Candidate(pair.count, index, pair)) }

    let beginning = pieces.count
    var grown: [Int] = []
    while pieces.count < vocabularySize, let top = heap.pop() {
      let index = top.index
      guard pairs[index].count == top.count else {
        if pairs[index].count > 0 {
          heap.push(Candidate(pairs[index].count, index, pairs[index]))
        }
        continue
      }
      guard top.count >= max(1, minimumFrequency) else { break }
      if pieces.count & 63 == 0 {
        if isCancelled() { throw .stopped }
        progress(
          Double(pieces.count - beginning) / Double(max(1, vocabularySize - beginning)))
      }
      let (left, right) = (pairs[index].left, pairs[index].right)
      let tail = pieces[Int(right)]
      let merged = id(of: pieces[Int(left)] + tail.dropFirst(Self.prefix.count))
      let places = pairs[index].words
      pairs[index].words = []
      grown.removeAll(keepingCapacity: true)
      for word in places {
        let word = Int(word)
        let (start, length) = (starts[word], Int(lengths[word]))
        let count = words.counts[used[word]]
        var read = 0
        var write = 0
        while read < length {
          guard read + 1 < length, symbols[start + read] == left,
            symbols[start + read + 1] == right
          else {
            symbols[start + write] = symbols[start + read]
            read += 1
            write += 1
            continue
          }
          if write > 0 {
            let before = symbols[start + write - 1]
            pairs[number(before, left)].count -= count
            let new = number(before, merged)
            add(new, count, word: word)
            grown.append(new)
          }
          if read + 2 < length {
            let after = symbols[start + read + 2]
            pairs[number(right, after)].count -= count
            let new = number(merged, after)
            add(new, count, word: word)
            grown.append(new)
          }
          symbols[start + write] = merged
          write += 1
          read += 2
        }
        lengths[word] = Int32(write)
      }
      pairs[index].count = 0
      grown.sort()
      for (place, pair) in grown.enumerated() where place == 0 || grown[place - 1] != pair {
        if pairs[pair].count > 0 { heap.push(Candidate(pairs[pair].count, pair, pairs[pair])) }
      }
    }
    return pieces
  }

  static let prefix = Array("##".utf8)

  static func bytes(_ scalar: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    UTF8Scalar.append(scalar, to: &bytes)
    return bytes
  }

  /// The most frequent letters, by their code.
  private static func alphabet(_ words: WordCounts, limit: Int) -> [UInt32] {
    var counts: [UInt32: Int] = [:]
    for word in 0..<words.count {
      for letter in words.scalars(word) { counts[letter, default: 0] += words.counts[word] }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
      .sorted()
  }

  private func checkSize(letters: Int, continuing: Int) throws(TokenizerError) {
    let least = specialTokens.count + letters + continuing
    guard vocabularySize > least else {
      throw TokenizerError(
        "a vocabulary of \(vocabularySize) has no room: the texts have \(letters) letters and marks, "
          + "\(continuing) of them within words, which with \(specialTokens.count) special tokens "
          + "make \(least) pieces; raise vocabulary, or lower alphabet")
    }
  }
}

/// A pair that may be merged next: the more frequent first, then the smaller numbers.
private struct Candidate: Comparable {
  var count: Int
  var index: Int
  var key: UInt64

  init(_ count: Int, _ index: Int, left: Int32, right: Int32) {
    self.count = count
    self.index = index
    key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  static func < (a: Candidate, b: Candidate) -> Bool {
    a.count != b.count ? a.count > b.count : a.key < b.key
  }
}

extension Candidate {
  fileprivate init(_ count: Int, _ index: Int, _ pair: WordPieceTrainer.Pair) {
    self.init(count, index, left: pair.left, right: pair.right)
  }
}

/// The least element first.
struct Heap<Element: Comparable> {
  private var elements: [Element] = []

  mutating func push(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child] < elements[parent] else { break }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Element? {
    guard let top = elements.first else { return nil }
    let last = elements.removeLast()
    guard !elements.isEmpty else { return top }
    elements[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < elements.count && elements[child] < elements[least] {
        least = child
      }
      if least == parent { return top }
      elements.swapAt(parent, least)
      parent = least
    }
  }
}
