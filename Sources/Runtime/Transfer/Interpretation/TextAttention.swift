// TextAttention: where the heads of an encoder look: the maps of one text, and over many texts how
// spread, how far and at which tokens (Clark, Khandelwal, Levy, Manning, 2019).

import Glibc
import TLModels
import TLTensor
import TLText

/// The attention maps of a text.
public struct TextAttention: Sendable {
  public let title: String
  public let text: String
  public let tokens: [String]
  /// For each block [heads, tokens, tokens]: from a token (row) to others (column), rows of sum 1.
  public let maps: [Tensor]

  public var layers: Int { maps.count }
  public var heads: Int { maps.first?.shape.first ?? 0 }

  /// One map [tokens, tokens]: of a head, or the mean over the heads or layers not named.
  ///
  /// - Parameters:
  ///   - layer: 1 for the first block, negative from the last.
  ///   - head: 1 for the first head, negative from the last.
  public func map(layer: Int?, head: Int?) throws(TransferError) -> Tensor {
    let layer = try layer.map { number throws(TransferError) in
      try Self.index(number, of: layers, "layer")
    }
    let head = try head.map { number throws(TransferError) in
      try Self.index(number, of: heads, "head")
    }
    let size = tokens.count
    var sums = [Double](repeating: 0, count: size * size)
    let (chosen, among) = (layer.map { [$0] } ?? Array(0..<layers), head.map { [$0] })
    let wanted = among ?? Array(0..<heads)
    for layer in chosen {
      for head in wanted {
        let map = maps[layer].pointer + head * size * size
        for place in 0..<size * size { sums[place] += Double(map[place]) }
      }
    }
    let scale = 1 / Double(max(1, chosen.count * wanted.count))
    return Tensor(sums.map { Float($0 * scale) }, shape: [size, size])
  }

  private static func index(
    _ number: Int, of count: Int, _ word: String
  ) throws(TransferError) -> Int {
    let index = number < 0 ? count + number : number - 1
    guard (0..<count).contains(index), number != 0 else {
      throw TransferError("the model has the \(word)s 1 to \(count), found \(number)")
    }
    return index
  }
}

/// Where heads look over many texts.
public struct AttentionSummary: Sendable {
  public struct Head: Sendable, Equatable {
    /// 1 for the first block.
    public var layer: Int
    /// 1 for the first head.
    public var head: Int
    /// The mean over tokens of -Σ p ln p, in nats: 0 looks at one token, ln(tokens) at all alike.
    public var entropy: Double
    /// The mean of Σ p |i - j|, in tokens.
    public var distance: Double
    /// The share that goes to the first token, [CLS].
    public var first: Double
    /// The share that goes to separators, [SEP].
    public var separator: Double
  }

  public let title: String
  public let layers: Int
  public let headsPerLayer: Int
  /// By layer, then by head.
  public let heads: [Head]
  public let texts: Int
  public let tokens: Int
}

extension EmbeddingEncoder {
  /// The attention maps of one text.
  public func attention(_ text: String) throws -> TextAttention {
    try Self.check([text])
    let encoding = try tokenizer.encode(
      text, options: EncodeOptions(truncation: Truncation(maxLength: maxLength), offsets: false))
    let batch = try EncoderBatch(
      [EncodedText(ids: encoding.ids, typeIDs: encoding.typeIDs)], for: model.configuration)
    let tape = Tape()
    tape.begin(recording: false)
    let trace = EncoderTrace(wantsAttention: true) { _, _ in }
    _ = model.encode(EncoderInput(batch, [0], on: tape), on: tape, trace: trace)
    try tape.check()
    return TextAttention(
      title: title, text: text, tokens: tokenizer.tokens(encoding.ids),
      maps: trace.attentions.compactMap(\.maps.first))
  }

  /// Entropy, distance and special tokens by head over texts; every token of every text counts once,
  /// special ones too.
  public func attentionSummary(
    _ texts: [String], isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws -> AttentionSummary {
    try Self.check(texts)
    let part = try EncodedPart(
      texts: texts, labels: texts.map { _ in 0 }, tokenizer: tokenizer, maxLength: maxLength)
    let batch = try EncoderBatch(part.texts, for: model.configuration)
    let special = tokenizer.specialTokens
    let separator = (special.separator ?? special.end).flatMap { tokenizer.id(of: $0) }
    let (layers, heads) = (layerCount, model.configuration.heads)
    // The sums of each text have their own place, so that no order of threads shows.
    let width = layers * heads * 4
    var sums = [Double](repeating: 0, count: texts.count * width)
    let read = ReadCount()
    try sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      try workers.forward(lengths: batch.lengths, precision: precision) { tape, range in
        if isStopped() { throw Stopped() }
        let trace = EncoderTrace(wantsAttention: true) { _, _ in }
        _ = model.encode(EncoderInput(batch, range, on: tape), on: tape, trace: trace)
        for (position, index) in range.enumerated() {
          let ids = part.texts[index].ids
          for layer in 0..<layers {
            let map = trace.attentions[layer].maps[position]
            for head in 0..<heads {
              let found = HeadSums(
                map.pointer + head * ids.count * ids.count, ids, separator: separator)
              let place = index * width + (layer * heads + head) * 4
              sums[place] = found.entropy
              sums[place + 1] = found.distance
              sums[place + 2] = found.first
              sums[place + 3] = found.separator
            }
          }
        }
        progress("texts", Double(read.added(range.count)) / Double(texts.count))
      }
    }
    let tokens = part.tokens
    let result = (0..<layers * heads).map { place in
      func mean(_ what: Int) -> Double {
        var sum = 0.0
        for text in texts.indices { sum += sums[text * width + place * 4 + what] }
        return sum / Double(max(1, tokens))
      }
      return AttentionSummary.Head(
        layer: place / heads + 1, head: place % heads + 1, entropy: mean(0), distance: mean(1),
        first: mean(2), separator: mean(3))
    }
    return AttentionSummary(
      title: title, layers: layers, headsPerLayer: heads, heads: result, texts: texts.count,
      tokens: tokens)
  }
}

/// What a map of one head adds up to over the tokens that look.
private struct HeadSums {
  var entropy = 0.0
  var distance = 0.0
  var first = 0.0
  var separator = 0.0

  init(_ map: UnsafePointer<Float>, _ ids: [Int32], separator id: Int32?) {
    let count = ids.count
    for query in 0..<count {
      let row = map + query * count
      var (surprise, far): (Float, Float) = (0, 0)
      for key in 0..<count where row[key] > 0 {
        surprise -= row[key] * logf(row[key])
        far += row[key] * Float(abs(query - key))
      }
      entropy += Double(surprise)
      distance += Double(far)
      first += Double(row[0])
      for key in 0..<count where ids[key] == id { separator += Double(row[key]) }
    }
  }
}
