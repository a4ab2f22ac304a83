// LogitRules: what may and what must come next, in the order in which the reference library applies its
// processors: repetition penalty, repeated n-grams, bad words, the least length, forced tokens; for
// sampling temperature, top-k and top-p.

import Glibc
import TLTensor

/// The rules of one generation.
struct LogitRules: Sendable {
  let settings: GenerationSettings
  let endIDs: [Int32]
  let forcedBegin: Int32?
  let forcedEnd: Int32?
  let badWords: [[Int32]]

  init(_ settings: GenerationSettings, _ configuration: EncoderDecoderConfiguration) {
    self.settings = settings
    let ends = configuration.endIDs.map { Int32($0) }
    endIDs = ends
    let defaults = configuration.generation
    let ids = 0..<configuration.vocabularySize
    func known(_ id: Int?) -> Int32? { id.flatMap { ids.contains($0) ? Int32($0) : nil } }
    forcedBegin = known(settings.forcedBeginID ?? defaults.forcedBeginID)
    forcedEnd = known(settings.forcedEndID ?? defaults.forcedEndID)
    badWords = (settings.badWords ?? defaults.badWords).filter { word in
      !(word.count == 1 && ends.contains(word[0])) && !word.isEmpty
        && word.allSatisfy { ids.contains(Int($0)) }
    }
  }

  /// Changes the scores of the next token of a text.
  ///
  /// - Parameters:
  ///   - scores: [V], logits or their logarithms of probabilities.
  ///   - tokens: so far, with the start token.
  func apply(_ scores: UnsafeMutablePointer<Float>, _ count: Int, _ tokens: [Int32]) {
    let new = tokens.count - 1
    if settings.repetitionPenalty != 1 {
      let penalty = Float(settings.repetitionPenalty)
      for token in Set(tokens) {
        let score = scores[Int(token)]
        scores[Int(token)] = score < 0 ? score * penalty : score / penalty
      }
    }
    if settings.noRepeatNGram > 0 { banRepeats(scores, tokens, settings.noRepeatNGram) }
    for word in badWords {
      let before = word.dropLast()
      if tokens.count >= before.count, tokens.suffix(before.count).elementsEqual(before),
        let last = word.last
      {
        scores[Int(last)] = -.infinity
      }
    }
    if new < settings.minNewTokens { for end in endIDs { scores[Int(end)] = -.infinity } }
    if new == 0, let forcedBegin { force(forcedBegin, scores, count) }
    if new == settings.maxNewTokens - 1, let forcedEnd { force(forcedEnd, scores, count) }
  }

  private func force(_ token: Int32, _ scores: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in 0..<count { scores[index] = -.infinity }
    scores[Int(token)] = 0
  }

  /// Every token that would end a sequence of `size` tokens that is there already.
  private func banRepeats(
    _ scores: UnsafeMutablePointer<Float>, _ tokens: [Int32], _ size: Int
  ) {
    guard tokens.count + 1 >= size, tokens.count >= size else { return }
    let prefix = tokens.suffix(size - 1)
    for start in 0...(tokens.count - size)
    where tokens[start..<start + size - 1].elementsEqual(prefix) {
      scores[Int(tokens[start + size - 1])] = -.infinity
    }
  }

  // MARK: The next token

  /// The token with the highest score, the first among equals.
  static func best(_ scores: UnsafePointer<Float>, _ count: Int) -> Int32 {
    var best = 0
    var most = -Float.infinity
    for index in 0..<count where scores[index] > most {
      most = scores[index]
      best = index
    }
    return Int32(best)
  }

  /// A token drawn by its probability.
  func sample(
    _ scores: UnsafePointer<Float>, _ count: Int, _ random: inout RandomStream
  ) -> Int32 {
    let temperature = Float(settings.temperature)
    var candidates: [(score: Float, token: Int32)] = []
    if let k = settings.topK, k < count {
      var top = TopCandidates(min(k, count))
      for index in 0..<count where scores[index] / temperature > top.threshold {
        top.insert(scores[index] / temperature, 0, Int32(index))
      }
      candidates = top.sorted.map { ($0.score, $0.token) }
    } else {
      candidates = (0..<count).map { (scores[$0] / temperature, Int32($0)) }
      if settings.topP != nil { candidates.sort { ($0.score, $1.token) > ($1.score, $0.token) } }
    }
    candidates.removeAll { $0.score == -.infinity }
    guard let most = candidates.map(\.score).max() else { return 0 }
    var weights = candidates.map { exp(Double($0.score - most)) }
    if let p = settings.topP, p < 1 {
      let total = weights.reduce(0, +)
      var sum = 0.0
      var kept = 0
      // A token stays while those before it have less than p together.
      while kept < weights.count && (kept == 0 || sum < p * total) {
        sum += weights[kept]
        kept += 1
      }
      weights.removeLast(weights.count - kept)
    }
    var left = random.uniform() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return candidates[index].token }
    }
    return candidates[weights.count - 1].token
  }
}

/// The largest scores seen so far, at most so many.
struct TopCandidates {
  struct Candidate {
    var score: Float
    var beam: Int
    var token: Int32
  }

  private(set) var sorted: [Candidate] = []
  private let limit: Int
  /// What a score must exceed to be among them.
  private(set) var threshold = -Float.infinity

  init(_ limit: Int) {
    self.limit = limit
    sorted.reserveCapacity(limit + 1)
  }

  /// Takes a score above the threshold; equal ones stay in the order they came.
  mutating func insert(_ score: Float, _ beam: Int, _ token: Int32) {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle].score >= score { low = middle + 1 } else { high = middle }
    }
    sorted.insert(Candidate(score: score, beam: beam, token: token), at: low)
    if sorted.count > limit { sorted.removeLast() }
    if sorted.count == limit { threshold = sorted[limit - 1].score }
  }
}
