// Learns the vocabulary of a unigram model (Kudo, 2018), as the SentencePiece library does: from many
// candidates, rounds of expectation and maximization, after each of which the pieces go that the
// likelihood of the texts misses least. Words are cut where no piece reaches over (UnigramSeeds), so
// each distinct stretch is worked on once; its ways through it are kept as a list. Sums are taken over
// a fixed number of shares in a fixed order: the same bytes at any number of threads.

import Glibc

struct UnigramTrainer {
  /// Pieces of the model, without special tokens and bytes.
  var size: Int
  var coverage: Double
  var maximumLength = 16
  var seedLimit = 1_000_000
  var shrinking = 0.75
  var threads: Int

  private static let shares = 8

  /// The pieces with their log probabilities, the most probable first.
  func train(
    _ words: WordCounts, progress: (Double) -> Void, isCancelled: CancellationCheck
  ) throws(TokenizerError) -> [(piece: [UInt8], score: Double)] {
    let seeds = try UnigramSeeds(
      words, coverage: coverage, maximumLength: maximumLength, limit: seedLimit,
      isCancelled: isCancelled)
    let required = seeds.letters.count
    guard size > required else {
      throw TokenizerError(
        "a vocabulary with \(size) pieces has no room: the texts have \(required) letters and "
          + "marks; raise vocabulary, or lower coverage (now \(coverage))")
    }
    var pieces = seeds.letters.map { [$0.scalar] } + seeds.pieces.map(\.scalars)
    var weights =
      seeds.letters.map { Double($0.count) }
      + seeds.pieces.map { Double($0.count * $0.scalars.count) }
    let total = weights.reduce(0, +)
    for index in weights.indices { weights[index] /= total }
    var ways = Ways(seeds.runs, pieces, isCancelled)
    progress(0.3)

    let wanted = max(required, size * 11 / 10)
    let before = Double(pieces.count)
    while true {
      for _ in 0..<2 {
        let expected = try expectations(seeds.runs, ways, weights, isCancelled)
        let alive = expected.indices.map { $0 < required || expected[$0] >= 0.5 }
        weights = Self.maximized(zip(expected, alive).map { $1 ? max($0, 0.5) : 0 })
      }
      if weights.count(where: { $0 > 0 }) <= wanted { break }
      if isCancelled() { throw .stopped }
      let kept = try pruned(seeds.runs, ways, pieces, weights, required: required, wanted: wanted)
      var numbers = [Int32](repeating: -1, count: pieces.count)
      for (new, old) in kept.enumerated() { numbers[old] = Int32(new) }
      ways.renumber(numbers)
      pieces = kept.map { pieces[$0] }
      weights = kept.map { weights[$0] }
      let part = log(before / Double(pieces.count)) / log(max(1.01, before / Double(wanted)))
      progress(0.3 + 0.7 * min(1, part))
    }
    let order = pieces.indices.filter { weights[$0] > 0 }
    let letters = order.filter { $0 < required }
    let others = order.filter { $0 >= required }
      .sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
      .prefix(size - required)
    return (letters + others)
      .sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
      .map { index in
        var bytes: [UInt8] = []
        for scalar in pieces[index] { UTF8Scalar.append(scalar, to: &bytes) }
        return (bytes, log(weights[index]))
      }
  }

  // MARK: Expectation and maximization

  /// How often each piece is expected in the texts.
  private func expectations(
    _ runs: WordCounts, _ ways: Ways, _ weights: [Double], _ isCancelled: CancellationCheck
  ) throws(TokenizerError) -> [Double] {
    let shares = try inShares(runs, isCancelled) { range, isCancelled in
      var expected = [Double](repeating: 0, count: weights.count)
      var alpha = [Double](repeating: 0, count: 64)
      var beta = alpha
      for run in range {
        if run & 4095 == 0, isCancelled() { break }
        let length = runs.starts[run + 1] - runs.starts[run]
        for place in 0...length { (alpha[place], beta[place]) = (0, 0) }
        alpha[0] = 1
        beta[length] = 1
        for place in 0..<length {
          for edge in ways.range(runs.starts[run] + place) {
            let way = ways.edges[edge]
            alpha[place + Int(way.length)] += alpha[place] * weights[Int(way.piece)]
          }
        }
        for place in (0..<length).reversed() {
          for edge in ways.range(runs.starts[run] + place) {
            let way = ways.edges[edge]
            beta[place] += weights[Int(way.piece)] * beta[place + Int(way.length)]
          }
        }
        guard alpha[length] > 0 else { continue }
        let share = Double(runs.counts[run]) / alpha[length]
        for place in 0..<length {
          for edge in ways.range(runs.starts[run] + place) {
            let way = ways.edges[edge]
            expected[Int(way.piece)] +=
              share * alpha[place] * weights[Int(way.piece)] * beta[place + Int(way.length)]
          }
        }
      }
      return expected
    }
    return Self.sum(shares)
  }

  /// The probabilities that the counts give, with the digamma function for few (a Bayesian estimate
  /// that makes rare pieces rarer still).
  private static func maximized(_ expected: [Double]) -> [Double] {
    let total = digamma(expected.reduce(0, +))
    return expected.map { $0 > 0 ? exp(digamma($0) - total) : 0 }
  }

  /// The derivative of log Γ, by recurrence and the asymptotic series around x - 1/2.
  private static func digamma(_ x: Double) -> Double {
    var (x, result) = (x, 0.0)
    while x < 7 {
      result -= 1 / x
      x += 1
    }
    x -= 0.5
    let q = 1 / (x * x)
    return result + log(x)
      + q * (1.0 / 24 - q * (7.0 / 960 - q * (31.0 / 8064 - q * 127.0 / 30720)))
  }

  // MARK: Pruning

  /// The pieces to keep, ascending: those whose loss would cost the most likelihood.
  private func pruned(
    _ runs: WordCounts, _ ways: Ways, _ pieces: [[UInt32]], _ weights: [Double], required: Int,
    wanted: Int
  ) throws(TokenizerError) -> [Int] {
    let scores = weights.map { $0 > 0 ? log($0) : -.infinity }
    let shares = try inShares(runs, neverCancelled) { range, _ in
      var counts = [Double](repeating: 0, count: weights.count)
      for run in range {
        let start = runs.starts[run]
        for piece in ways.best(start, runs.starts[run + 1] - start, scores, without: -1) {
          counts[Int(piece)] += Double(runs.counts[run])
        }
      }
      return counts
    }
    let counts = Self.sum(shares)
    let total = counts.reduce(0, +)
    let logTotal = log(total)
    var losses: [(piece: Int, loss: Double)] = []
    var kept: [Int] = Array(0..<required)
    for piece in required..<pieces.count where counts[piece] > 0 {
      let parts = ways.best(
        ways.place(of: piece), pieces[piece].count, scores, without: Int32(piece))
      guard !parts.isEmpty else {
        kept.append(piece)
        continue
      }
      let count = counts[piece]
      let logOther = log(total + count * Double(parts.count - 1))
      let other = parts.reduce(0.0) { $0 + log(counts[Int($1)] + count) - logOther }
      losses.append((piece, count * (log(count) - logTotal - other)))
    }
    let size = max(wanted, Int(shrinking * Double(weights.count(where: { $0 > 0 }))))
    losses.sort { $0.loss != $1.loss ? $0.loss > $1.loss : $0.piece < $1.piece }
    kept += losses.prefix(max(0, size - kept.count)).map(\.piece)
    return kept.sorted()
  }

  // MARK: Threads

  private func inShares(
    _ runs: WordCounts, _ isCancelled: CancellationCheck,
    _ body: (Range<Int>, CancellationCheck) -> [Double]
  ) throws(TokenizerError) -> [[Double]] {
    let ranges = (0..<Self.shares).map {
      runs.count * $0 / Self.shares..<runs.count * ($0 + 1) / Self.shares
    }
    let workers = min(max(1, threads), Self.shares)
    let found = Threads.map(Array(0..<workers), isCancelled) { worker, isCancelled in
      stride(from: worker, to: Self.shares, by: workers).map { body(ranges[$0], isCancelled) }
    }
    if isCancelled() { throw .stopped }
    return (0..<Self.shares).map { found[$0 % workers][$0 / workers] }
  }

  private static func sum(_ shares: [[Double]]) -> [Double] {
    var sum = shares[0]
    for share in shares.dropFirst() {
      for index in sum.indices { sum[index] += share[index] }
    }
    return sum
  }
}

/// Which pieces lie at each place of the runs.
private struct Ways {
  struct Edge {
    var piece: Int32
    /// In letters.
    var length: Int32
  }

  private(set) var edges: [Edge] = []
  /// For each letter of the runs where its edges begin.
  private var starts: [Int32] = [0]
  /// A place where each piece stands.
  private var places: [Int32]

  init(_ runs: WordCounts, _ pieces: [[UInt32]], _ isCancelled: CancellationCheck) {
    // Children of a node by letter: the number of a node and a letter make the key.
    var nodes: [UInt64: Int32] = [:]
    var pieceOf: [Int32] = [-1]
    for (number, piece) in pieces.enumerated() {
      var node: Int32 = 0
      for scalar in piece {
        let key = UInt64(UInt32(node)) << 32 | UInt64(scalar)
        if let next = nodes[key] {
          node = next
        } else {
          node = Int32(pieceOf.count)
          nodes[key] = node
          pieceOf.append(-1)
        }
      }
      pieceOf[Int(node)] = Int32(number)
    }
    places = [Int32](repeating: 0, count: pieces.count)
    starts.reserveCapacity(runs.scalars.count + 1)
    for run in 0..<runs.count {
      if run & 4095 == 0, isCancelled() { return }
      let end = runs.starts[run + 1]
      for place in runs.starts[run]..<end {
        var node: Int32 = 0
        var letter = place
        while letter < end,
          let next = nodes[UInt64(UInt32(node)) << 32 | UInt64(runs.scalars[letter])]
        {
          node = next
          letter += 1
          let piece = pieceOf[Int(node)]
          guard piece >= 0 else { continue }
          edges.append(Edge(piece: piece, length: Int32(letter - place)))
          places[Int(piece)] = Int32(place)
        }
        starts.append(Int32(edges.count))
      }
    }
  }

  @inline(__always)
  func range(_ place: Int) -> Range<Int> { Int(starts[place])..<Int(starts[place + 1]) }

  func place(of piece: Int) -> Int { Int(places[piece]) }

  /// Leaves out the pieces with a negative number, and numbers the others anew.
  mutating func renumber(_ numbers: [Int32]) {
    var kept = 0
    var read = 0
    for place in 0..<starts.count - 1 {
      let end = Int(starts[place + 1])
      while read < end {
        let number = numbers[Int(edges[read].piece)]
        if number >= 0 {
          edges[kept] = Edge(piece: number, length: edges[read].length)
          kept += 1
        }
        read += 1
      }
      starts[place + 1] = Int32(kept)
    }
    edges.removeLast(edges.count - kept)
    var moved: [Int32] = []
    for (old, number) in numbers.enumerated() where number >= 0 { moved.append(places[old]) }
    places = moved
  }

  /// The most probable way through `length` letters from a place; empty where there is none.
  func best(_ start: Int, _ length: Int, _ scores: [Double], without piece: Int32) -> [Int32] {
    var best = [(score: Double, from: Int, piece: Int32)](
      repeating: (-.infinity, -1, -1), count: length + 1)
    best[0].score = 0
    for place in 0..<length where best[place].score > -.infinity {
      for index in range(start + place) {
        let edge = edges[index]
        let end = place + Int(edge.length)
        guard end <= length, edge.piece != piece else { continue }
        let score = best[place].score + scores[Int(edge.piece)]
        if score > best[end].score { best[end] = (score, place, edge.piece) }
      }
    }
    var path: [Int32] = []
    var place = length
    while place > 0, best[place].from >= 0 {
      path.append(best[place].piece)
      place = best[place].from
    }
    return place == 0 ? path.reversed() : []
  }
}
