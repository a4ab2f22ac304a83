// BeamSearch: the beams of one source (or of one group of them), in the arithmetic of the reference
// library (transformers 4.57, `_beam_search`): twice as many candidates as beams in every step, of which
// those that end compete with the finished texts by their length-penalized scores.

import Glibc

/// The running and the finished texts of one source.
struct BeamSearch {
  struct Finished {
    var tokens: [Int32]
    var score: Float
    var isFinished: Bool
  }

  let source: Int
  let group: Int
  /// The running texts with the start token, the best first, and their sums of log-probabilities.
  private(set) var running: [[Int32]]
  private(set) var scores: [Float]
  private(set) var finished: [Finished]
  private(set) var isDone = false
  private let beams: Int
  private let settings: GenerationSettings
  private let endIDs: [Int32]

  init(source: Int, group: Int, start: Int32, _ rules: LogitRules) {
    self.source = source
    self.group = group
    settings = rules.settings
    endIDs = rules.endIDs
    beams = settings.beams / settings.groups
    // One row at first: all beams begin alike.
    running = [[start]]
    scores = [0]
    finished = Array(
      repeating: Finished(tokens: [start], score: -1e9, isFinished: false), count: beams)
  }

  /// The number of candidates of a step.
  var candidateCount: Int { max(2, 1 + endIDs.count) * beams }

  /// Takes a step with the best candidates, the highest first; gives for each of the next running texts
  /// the one it continues.
  mutating func advance(_ candidates: [TopCandidates.Candidate]) -> [Int] {
    let new = (running.first?.count ?? 1)
    let hits = candidates.map { endIDs.contains($0.token) || new >= settings.maxNewTokens }
    let texts = candidates.map { running[$0.beam] + [$0.token] }
    finish(candidates, hits, texts, new: new)
    // The best that go on.
    let onward = zip(candidates, hits).map { $0.score + ($1 ? -1e9 : 0) }
    let order = onward.indices.sorted { (onward[$0], $1) > (onward[$1], $0) }.prefix(beams)
    let parents = order.map { candidates[$0].beam }
    running = order.map { texts[$0] }
    scores = order.map { onward[$0] }
    let isFull = finished.allSatisfy(\.isFinished)
    isDone =
      hits.allSatisfy { $0 } || !canImprove(new)
      || (settings.earlyStopping == .full && isFull)
    return parents
  }

  /// Lets the candidates that end compete with the finished texts.
  private mutating func finish(
    _ candidates: [TopCandidates.Candidate], _ hits: [Bool], _ texts: [[Int32]], new: Int
  ) {
    let divisor = Float(pow(Double(new), settings.lengthPenalty))
    var merged = finished
    for (index, candidate) in candidates.enumerated() {
      let hasFinished = hits[index] && index < beams
      merged.append(
        Finished(
          tokens: texts[index], score: candidate.score / divisor + (hasFinished ? 0 : -1e9),
          isFinished: hasFinished))
    }
    let order = merged.indices.sorted { (merged[$0].score, $1) > (merged[$1].score, $0) }
    finished = order.prefix(beams).map { merged[$0] }
  }

  /// Whether the best running text may still become better than the worst finished one.
  private func canImprove(_ new: Int) -> Bool {
    guard let best = scores.first else { return false }
    let isNever = settings.earlyStopping == .never && settings.lengthPenalty > 0
    let length = isNever ? settings.maxNewTokens : new
    let possible = best / Float(pow(Double(length), settings.lengthPenalty))
    guard finished.allSatisfy(\.isFinished) else { return possible > -1e9 }
    return possible > finished.map(\.score).min() ?? -1e9
  }

  /// The best texts, the finished ones first.
  func results(_ count: Int, isStopped: Bool) -> [GeneratedText] {
    var texts = finished.filter(\.isFinished).map {
      GeneratedText(ids: Array($0.tokens.dropFirst()), score: Double($0.score))
    }
    if texts.isEmpty || !isStopped {
      texts += zip(running, scores).map { tokens, score in
        GeneratedText(
          ids: Array(tokens.dropFirst()),
          score: Double(score) / pow(Double(max(1, tokens.count - 1)), settings.lengthPenalty),
          isComplete: false)
      }
    }
    return Array(texts.prefix(count))
  }
}
