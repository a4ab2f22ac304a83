// Texts with hidden tokens, and what a model says of them: the measure of `perplexity`, of
// `forgetting` and of the validation of pretraining.

import TLAnalysis
import TLModels
import TLTensor
import TLText

/// Texts with hidden tokens.
struct MaskedTexts {
  var texts: [EncodedText] = []
  /// For each text the places of the hidden tokens, ascending, and what stood there.
  var places: [[Int32]] = []
  var hidden: [[Int32]] = []
  /// The number of the example that each text belongs to.
  var examples: [Int] = []

  var count: Int { places.reduce(0) { $0 + $1.count } }

  /// Hides `share` of the tokens that are neither special nor unknown, at least one of a text that
  /// has any.
  init(_ texts: [String], tokenizer: Tokenizer, maxLength: Int, share: Double, seed: UInt64) throws
  {
    let maskID = try Self.maskID(tokenizer)
    for (number, encoding) in try Self.encodings(texts, tokenizer, maxLength).enumerated() {
      var ids = encoding.ids
      var candidates = Self.candidates(encoding, tokenizer)
      let count = min(
        candidates.count, max(1, Int((share * Double(candidates.count)).rounded())))
      var random = RandomStream(seed: seed, stream: UInt64(number) &+ 1 << 33)
      for chosen in 0..<count {
        candidates.swapAt(chosen, chosen + random.number(below: candidates.count - chosen))
      }
      let chosen = candidates.prefix(count).sorted()
      places.append(chosen.map { Int32($0) })
      hidden.append(chosen.map { ids[$0] })
      for place in chosen { ids[place] = maskID }
      self.texts.append(EncodedText(ids: ids, typeIDs: encoding.typeIDs))
      examples.append(number)
    }
  }

  /// Each text once for each of its tokens, with that token hidden (Salazar, Liang, Nguyen,
  /// Kirchhoff, 2020).
  init(eachTokenOf texts: [String], tokenizer: Tokenizer, maxLength: Int) throws {
    let maskID = try Self.maskID(tokenizer)
    for (number, encoding) in try Self.encodings(texts, tokenizer, maxLength).enumerated() {
      for place in Self.candidates(encoding, tokenizer) {
        var ids = encoding.ids
        ids[place] = maskID
        places.append([Int32(place)])
        hidden.append([encoding.ids[place]])
        self.texts.append(EncodedText(ids: ids, typeIDs: encoding.typeIDs))
        examples.append(number)
      }
    }
  }

  /// Sequences that were masked already; each is an example of its own.
  init(_ masked: [WordMasking.Masked]) {
    texts = masked.map { EncodedText(ids: $0.ids) }
    places = masked.map(\.places)
    hidden = masked.map(\.originals)
    examples = Array(masked.indices)
  }

  private static func maskID(_ tokenizer: Tokenizer) throws -> Int32 {
    guard let mask = tokenizer.specialTokens.mask, let id = tokenizer.id(of: mask) else {
      throw TransferError("the donor's tokenizer has no mask token")
    }
    return id
  }

  private static func encodings(
    _ texts: [String], _ tokenizer: Tokenizer, _ maxLength: Int
  ) throws -> [Encoding] {
    try tokenizer.encodeBatch(
      texts, options: EncodeOptions(truncation: Truncation(maxLength: maxLength)))
  }

  private static func candidates(_ encoding: Encoding, _ tokenizer: Tokenizer) -> [Int] {
    let unknown = tokenizer.specialTokens.unknown.flatMap { tokenizer.id(of: $0) }
    return encoding.ids.indices.filter {
      !encoding.specialTokensMask[$0] && encoding.ids[$0] != unknown
    }
  }
}

/// What a model says of hidden tokens, summed by example.
struct MaskedScores: Sendable {
  /// Nats, tokens guessed and tokens hidden, by example.
  let losses: [Double]
  let right: [Double]
  let counts: [Double]

  /// - Parameters:
  ///   - model: what reads the texts.
  ///   - original: the model with the masked-LM head that guesses.
  ///   - done: hears after each chunk how many texts have been read, of how many.
  init(
    _ masked: MaskedTexts, _ model: EncoderModel, _ original: EncoderModel, _ workers: Workers,
    precision: Precision = .float32,
    done: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
    _ isStopped: @escaping @Sendable () -> Bool
  ) throws {
    let batch = try EncoderBatch(masked.texts, for: model.configuration)
    var losses = [Double](repeating: 0, count: masked.texts.count)
    var right = losses
    let (places, hidden) = (masked.places, masked.hidden)
    let read = ReadCount()
    try losses.withUnsafeMutableBufferPointer { losses in
      try right.withUnsafeMutableBufferPointer { right in
        nonisolated(unsafe) let (losses, right) = (losses, right)
        try workers.forward(lengths: batch.lengths, precision: precision) { tape, range in
          if isStopped() { throw Stopped() }
          defer { done(read.added(range.count), masked.texts.count) }
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
    let examples = (masked.examples.last ?? -1) + 1
    var sums = (
      [Double](repeating: 0, count: examples), [Double](repeating: 0, count: examples),
      [Double](repeating: 0, count: examples)
    )
    for (text, example) in masked.examples.enumerated() {
      sums.0[example] += losses[text]
      sums.1[example] += right[text]
      sums.2[example] += Double(hidden[text].count)
    }
    (self.losses, self.right, counts) = sums
  }

  var count: Int { counts.count }
  var meanLoss: Double { losses.reduce(0, +) / max(1, counts.reduce(0, +)) }
  var meanAccuracy: Double { right.reduce(0, +) / max(1, counts.reduce(0, +)) }

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
