// Perplexity of texts under a masked language model: e to the mean loss of hidden tokens, with a share
// of each text hidden at once, or each token alone (pseudo-perplexity, Salazar et al., 2020).

import Glibc
import TLAnalysis
import TLText

/// How well a masked model expects texts.
public struct Perplexity: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    /// A share of the tokens is hidden at once.
    case masked
    /// Each token is hidden alone, the others seen: as many passes as tokens.
    case pseudo
  }

  public let title: String
  public let method: Method
  public let texts: Int
  /// The hidden ones.
  public let tokens: Int
  /// Nats for each hidden token.
  public let loss: Estimate
  /// The share that was guessed.
  public let accuracy: Estimate
  /// Mean loss by text; nan where nothing could be hidden.
  public let losses: [Double]

  public var value: Double { exp(loss.mean) }
}

extension Donor {
  /// Throws where the donor has no masked-LM head, or nothing can be hidden.
  /// - Parameter share: of the tokens of a text, for `masked`.
  public func perplexity(
    _ texts: [String], method: Perplexity.Method = .masked, share: Double = 0.15,
    maxLength: Int? = nil, resamples: Int = 1000, seed: UInt64 = 0,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Perplexity {
    try EmbeddingEncoder.check(texts)
    let model = try maskedLM()
    let limit = min(maxLength ?? self.maxLength, longestText)
    let masked =
      method == .masked
      ? try MaskedTexts(texts, tokenizer: tokenizer, maxLength: limit, share: share, seed: seed)
      : try MaskedTexts(eachTokenOf: texts, tokenizer: tokenizer, maxLength: limit)
    guard masked.count > 0 else {
      throw TransferError("no token of the texts can be hidden: all are unknown to the donor")
    }
    let scores = try MaskedScores(masked, model, model, workers(), isStopped)
    func estimate(_ scorer: Scorer) throws -> Estimate {
      try Bootstrap.estimate(scorer, count: scores.count, resamples: resamples, seed: seed)
    }
    var losses = zip(scores.losses, scores.counts).map { $1 > 0 ? $0 / $1 : .nan }
    losses += repeatElement(.nan, count: texts.count - losses.count)
    return Perplexity(
      title: shortName, method: method, texts: texts.count, tokens: masked.count,
      loss: try estimate(scores.loss), accuracy: try estimate(scores.accuracy), losses: losses)
  }
}
