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

/// Texts with hidden tokens.
struct MaskedTexts {
  var texts: [EncodedText] = []
  /// For each text the places of the hidden tokens, ascending, and what stood there.
  var places: [[Int32]] = []
  var hidden: [[Int32]] = []

  var count: Int { places.reduce(0) { $0 + $1.count } }

  /// Hides `share` of the tokens that are neither special nor unknown, at least one of a text that
  /// has any.
  init(_ texts: [String], tokenizer: Tokenizer, maxLength: Int, share: Double, seed: UInt64) throws
  {
    guard let mask = tokenizer.specialTokens.mask, let maskID = tokenizer.id(of: mask) else {
      throw TransferError("the donor's tokenizer has no mask token")
    }
    let unknown = tokenizer.specialTokens.unknown.flatMap { tokenizer.id(of: $0) }
    let encodings = try tokenizer.encodeBatch(
      texts, options: EncodeOptions(truncation: Truncation(maxLength: maxLength)))
    for (number, encoding) in encodings.enumerated() {
      var ids = encoding.ids
      var candidates = ids.indices.filter {
        !encoding.specialTokensMask[$0] && ids[$0] != unknown
      }
      let count = min(
        candidates.count, max(1, Int((share * Double(candidates.count)).rounded())))
      var random = RandomStream(seed: seed, stream: UInt64(number) &+ 1 << 33)
      for chosen in 0..<count {
        let left = candidates.count - chosen
        candidates.swapAt(
          chosen, chosen + min(left - 1, Int(random.uniform() * Double(left))))
      }
      let chosen = candidates.prefix(count).sorted()
      places.append(chosen.map { Int32($0) })
      hidden.append(chosen.map { ids[$0] })
      for place in chosen { ids[place] = maskID }
      self.texts.append(EncodedText(ids: ids, typeIDs: encoding.typeIDs))
    }
  }
}

extension AdaptedRun {
  /// Measures the donor and the adapted model on the same hidden tokens of texts.
  ///
  /// Throws where the donor has no masked-LM head, or nothing can be hidden.
  /// - Parameter share: of the tokens of a text, in (0, 1).
  public func forgetting(
    _ texts: [String], share: Double = 0.15, maxLength: Int? = nil, resamples: Int = 1000,
    seed: UInt64 = 0, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Forgetting {
    try EmbeddingEncoder.check(texts)
    let donor = adaptation.donor
    let original = try donor.maskedLM()
    let masked = try MaskedTexts(
      texts, tokenizer: donor.tokenizer, maxLength: maxLength ?? adaptation.maxLength,
      share: share, seed: seed)
    guard masked.count > 0 else {
      throw TransferError("no token of the texts can be hidden: all are unknown to the donor")
    }
    let adapted = try adaptedModel()
    let before = try MaskedScores(masked, original, original, donor.workers(), isStopped)
    let after = try MaskedScores(masked, adapted.model, original, adapted.workers, isStopped)
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

/// What a model says of hidden tokens, summed by text.
struct MaskedScores: Sendable {
  private let losses: [Double]
  private let right: [Double]
  private let counts: [Double]

  /// - Parameters:
  ///   - model: what reads the texts.
  ///   - original: the donor with the masked-LM head that guesses.
  init(
    _ masked: MaskedTexts, _ model: EncoderModel, _ original: EncoderModel, _ workers: Workers,
    _ isStopped: @escaping @Sendable () -> Bool
  ) throws {
    let batch = try EncoderBatch(masked.texts, for: model.configuration)
    var losses = [Double](repeating: 0, count: masked.texts.count)
    var right = losses
    let (places, hidden) = (masked.places, masked.hidden)
    try losses.withUnsafeMutableBufferPointer { losses in
      try right.withUnsafeMutableBufferPointer { right in
        nonisolated(unsafe) let (losses, right) = (losses, right)
        try workers.forward(lengths: batch.lengths) { tape, range in
          if isStopped() { throw Stopped() }
          guard let head = original.maskedLMHead else { return }
          let input = EncoderInput(batch, range, on: tape)
          let vectors = model.encode(input, on: tape)
          var rows: [Int32] = []
          for (position, text) in range.enumerated() {
            let start = Int32(input.sequences.start(position))
            rows += places[text].map { start + $0 }
          }
          guard !rows.isEmpty else { return }
          let chosen = tape.select(vectors, rows: tape.arena.copy(rows), count: rows.count)
          let logits = head(
            chosen, .tokens(tape.arena.sequences(lengths: [rows.count])), on: tape)
          var labels = [Int32](repeating: EncodedPart.ignored, count: rows.count)
          var row = 0
          for text in range {
            let own = row..<row + hidden[text].count
            labels.replaceSubrange(own, with: hidden[text])
            losses[text] = tape.crossEntropy(logits, labels, scale: 1)
            for (place, token) in zip(own, hidden[text]) {
              let values = logits.row(place)
              let value = values[Int(token)]
              var isLargest = true
              for other in values where other > value {
                isLargest = false
                break
              }
              if isLargest { right[text] += 1 }
              labels[place] = EncodedPart.ignored
            }
            row = own.upperBound
          }
        }
      }
    }
    self.losses = losses
    self.right = right
    counts = hidden.map { Double($0.count) }
  }

  /// The mean loss of a hidden token.
  var loss: Scorer { ratio(losses) }
  /// The share that was guessed.
  var accuracy: Scorer { ratio(right) }

  private func ratio(_ sums: [Double]) -> Scorer {
    let counts = counts
    return { weights in
      var (sum, count) = (0.0, 0.0)
      for (text, weight) in weights.enumerated() where weight > 0 {
        sum += Double(weight) * sums[text]
        count += Double(weight) * counts[text]
      }
      return count > 0 ? sum / count : 0
    }
  }
}
