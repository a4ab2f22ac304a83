// Forgetting: what a donor has lost of its first task by adaptation: the loss of masked words on general
// text, by the donor and by the adapted encoder under the donor's own masked-LM head, left as it was.
// A share of the tokens of each text is hidden behind the mask token, all of them (no random or kept
// tokens as in training); the choice depends on seed, text number and text alone.

import Glibc
import TLAnalysis
import TLModels
import TLTensor
import TLText

/// Masked-LM loss before and after adaptation.
public struct Forgetting: Sendable {
  public struct Measure: Sendable, Equatable {
    /// Nats for each hidden token.
    public var loss: Estimate
    /// Share of hidden tokens that were guessed.
    public var accuracy: Estimate

    public var perplexity: Double { exp(loss.mean) }
  }

  public let title: String
  public let texts: Int
  /// The hidden ones.
  public let tokens: Int
  public let before: Measure
  public let after: Measure
  /// The loss after less the loss before, over the same tokens.
  public let change: Bootstrap.Comparison
}

extension AdaptedRun {
  /// Measures the donor and the adapted model on the same hidden tokens of texts.
  ///
  /// Throws where the donor has no masked-LM head, or nothing can be hidden.
  /// - Parameter share: of the tokens of a text, in (0, 1).
  public func forgetting(
    _ texts: [String], share: Double = 0.15, maxLength: Int? = nil, resamples: Int = 1000,
    seed: UInt64 = 0, isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws -> Forgetting {
    try EmbeddingEncoder.check(texts)
    let donor = adaptation.donor
    let original = try donor.maskedLM()
    let masked = try MaskedTexts(
      texts, tokenizer: donor.tokenizer,
      maxLength: min(maxLength ?? adaptation.maxLength, donor.longestText),
      share: share, seed: seed)
    guard masked.count > 0 else {
      throw TransferError("no token of the texts can be hidden: all are unknown to the donor")
    }
    let adapted = try adaptedModel()
    let before = try MaskedScores(
      masked, original, original, donor.workers(),
      done: { progress("before", 0.48 * Double($0) / Double($1)) }, isStopped)
    let after = try MaskedScores(
      masked, adapted.model, original, adapted.workers,
      done: { progress("after", 0.48 + 0.48 * Double($0) / Double($1)) }, isStopped)
    progress("resamples", 0.97)
    func estimate(_ scorer: Scorer) throws -> Estimate {
      try Bootstrap.estimate(scorer, count: texts.count, resamples: resamples, seed: seed)
    }
    func measure(_ scores: MaskedScores) throws -> Forgetting.Measure {
      Forgetting.Measure(
        loss: try estimate(scores.loss), accuracy: try estimate(scores.accuracy))
    }
    return Forgetting(
      title: adaptation.title, texts: texts.count, tokens: masked.count,
      before: try measure(before), after: try measure(after),
      change: try Bootstrap.compare(
        after.loss, before.loss, count: texts.count, resamples: resamples, seed: seed))
  }
}
