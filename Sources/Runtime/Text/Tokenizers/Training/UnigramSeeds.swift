// The pieces that a unigram vocabulary is chosen from: substrings of words that occur in more than one
// surrounding (the inner nodes of the suffix tree, as the SentencePiece library takes them), found
// from sorted suffixes and their common prefixes. A piece stays within one kind of writing: letters of
// one script, digits, or marks; the mark of a blank stands only at the beginning.

struct UnigramSeeds {
  /// Stretches of one kind of writing, with counts: words cut where no piece may reach over.
  let runs: WordCounts
  /// Letters and marks that have a piece of their own, by their code.
  let letters: [(scalar: UInt32, count: Int)]
  /// Candidates with how often they occur, letters not among them.
  let pieces: [(scalars: [UInt32], count: Int)]

  static let blank: UInt32 = 0x2581

  /// - Parameter coverage: the share of the letters of the texts that get pieces of their own; the
  ///   rarest are unknown.
  init(
    _ words: WordCounts, coverage: Double, maximumLength: Int, limit: Int,
    isCancelled: CancellationCheck
  ) throws(TokenizerError) {
    letters = Self.letters(words, coverage: coverage)
    runs = Self.runs(words, Set(letters.map(\.scalar)))
    if isCancelled() { throw .stopped }
    pieces = try Self.repeated(
      runs, maximumLength: maximumLength, limit: limit, isCancelled: isCancelled)
  }

  private static func letters(
    _ words: WordCounts, coverage: Double
  ) -> [(scalar: UInt32, count: Int)] {
    var counts: [UInt32: Int] = [:]
    var total = 0
    for word in 0..<words.count {
      for letter in words.scalars(word) { counts[letter, default: 0] += words.counts[word] }
      total += words.counts[word] * words.scalars(word).count
    }
    var kept: [(scalar: UInt32, count: Int)] = []
    var covered = 0
    for (scalar, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      guard Double(covered) < coverage * Double(total) || scalar == blank else { continue }
      kept.append((scalar, count))
      covered += count
    }
    return kept.sorted { $0.scalar < $1.scalar }
  }

  private static func runs(_ words: WordCounts, _ known: Set<UInt32>) -> WordCounts {
    var found = ByteCounts()
    var bytes: [UInt8] = []
    func end(_ count: Int) {
      if !bytes.isEmpty { bytes.withUnsafeBufferPointer { found.add($0, count: count) } }
      bytes.removeAll(keepingCapacity: true)
    }
    for word in 0..<words.count {
      var last = Writing.any
      var length = 0
      for scalar in words.scalars(word) {
        let writing = Writing(scalar)
        let isKnown = known.contains(scalar)
        if !isKnown || last != .any && writing != last || length == longestRun {
          end(words.counts[word])
          length = 0
        }
        last = isKnown ? writing : .any
        guard isKnown else { continue }
        UTF8Scalar.append(scalar, to: &bytes)
        length += 1
      }
      end(words.counts[word])
    }
    return WordCounts(found)
  }

  /// Longer stretches are cut, so that products of probabilities stay within a Double.
  private static let longestRun = 32

  // MARK: Repeated substrings

  private static func repeated(
    _ runs: WordCounts, maximumLength: Int, limit: Int, isCancelled: CancellationCheck
  ) throws(TokenizerError) -> [(scalars: [UInt32], count: Int)] {
    var suffixes: [Suffix] = []
    for run in 0..<runs.count {
      let (start, end) = (runs.starts[run], runs.starts[run + 1])
      for place in start..<end {
        suffixes.append(
          Suffix(start: Int32(place), end: Int32(min(end, place + maximumLength)), run: Int32(run)))
      }
    }
    if isCancelled() { throw .stopped }
    runs.scalars.withUnsafeBufferPointer { scalars in
      for index in suffixes.indices {
        suffixes[index].key = Suffix.key(scalars, suffixes[index], from: 0)
      }
      suffixes.sort { Suffix.precedes($0, $1, scalars) }
    }
    if isCancelled() { throw .stopped }
    var found: [(start: Int, length: Int, count: Int)] = []
    runs.scalars.withUnsafeBufferPointer { scalars in
      // Intervals of suffixes that share a prefix: a stack of (length, where it begins).
      var sums: [Int] = [0]
      for suffix in suffixes { sums.append(sums[sums.count - 1] + runs.counts[Int(suffix.run)]) }
      var open: [(length: Int, first: Int)] = [(0, 0)]
      var before = 0
      for index in 0...suffixes.count {
        let shared =
          index > 0 && index < suffixes.count
          ? Suffix.shared(suffixes[index - 1], suffixes[index], scalars) : 0
        if index > 0 {
          // A run that is no prefix of anything else, but occurs more than once.
          let own = suffixes[index - 1]
          let count = runs.counts[Int(own.run)]
          if own.length > max(1, max(before, shared)), count > 1,
            Int(own.start) == runs.starts[Int(own.run)],
            Int(own.end) == runs.starts[Int(own.run) + 1]
          {
            found.append((Int(own.start), own.length, count))
          }
        }
        var first = max(0, index - 1)
        while let top = open.last, top.length > shared {
          open.removeLast()
          first = top.first
          let count = sums[index] - sums[top.first]
          if top.length > 1, count > 1 {
            found.append((Int(suffixes[top.first].start), top.length, count))
          }
        }
        if let top = open.last, top.length < shared { open.append((shared, first)) }
        before = shared
      }
    }
    // The most text first; equal ones in the order of their letters, as they were found.
    var order = Array(found.indices)
    if found.count > limit {
      order.sort {
        let (a, b) = (found[$0].count * found[$0].length, found[$1].count * found[$1].length)
        return (b, $0) < (a, $1)
      }
      order.removeLast(found.count - limit)
      order.sort()
    }
    return order.map { index in
      let (start, length, count) = found[index]
      return (Array(runs.scalars[start..<start + length]), count)
    }
  }

  private struct Suffix {
    var start: Int32
    var end: Int32
    var run: Int32
    /// The first three letters, so that most comparisons end at once.
    var key: UInt64 = 0

    var length: Int { Int(end - start) }

    /// Letters `from` to `from + 2` in 21 bits each, 0 past the end.
    static func key(_ scalars: UnsafeBufferPointer<UInt32>, _ suffix: Suffix, from: Int) -> UInt64 {
      var key: UInt64 = 0
      for place in Int(suffix.start) + from..<Int(suffix.start) + from + 3 {
        key = key << 21 | (place < Int(suffix.end) ? UInt64(scalars[place]) : 0)
      }
      return key
    }

    static func precedes(
      _ a: Suffix, _ b: Suffix, _ scalars: UnsafeBufferPointer<UInt32>
    ) -> Bool {
      if a.key != b.key { return a.key < b.key }
      var place = 3
      while place < max(a.length, b.length) {
        let (x, y) = (key(scalars, a, from: place), key(scalars, b, from: place))
        if x != y { return x < y }
        place += 3
      }
      return a.start < b.start
    }

    static func shared(
      _ a: Suffix, _ b: Suffix, _ scalars: UnsafeBufferPointer<UInt32>
    ) -> Int {
      let limit = min(a.length, b.length)
      var length = 0
      while length < limit, scalars[Int(a.start) + length] == scalars[Int(b.start) + length] {
        length += 1
      }
      return length
    }
  }
}

/// The kinds of writing that a piece does not mix.
enum Writing: Equatable {
  /// Goes with whatever follows: the mark of a blank.
  case any
  case latin, cyrillic, letters, digits, marks

  init(_ scalar: UInt32) {
    switch scalar {
    case UnigramSeeds.blank: self = .any
    case 0x30...0x39: self = .digits
    case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F: self = .latin
    case 0x400...0x52F: self = .cyrillic
    case 0..<0x80: self = .marks
    default:
      guard let properties = Unicode.Scalar(scalar)?.properties else {
        self = .marks
        return
      }
      self = properties.isAlphabetic ? .letters : .marks
    }
  }
}
