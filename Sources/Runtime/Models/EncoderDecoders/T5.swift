// T5 (Raffel et al., 2020) and mT5 (Xue et al., 2021): pre-norm blocks with root-mean-square norms, no
// biases, attention without 1/√D, and scores by distance that the first block's table gives to all.
// Read it from the top down.

import Glibc
import TLTensor

/// The two stacks of T5.
public final class T5: EncoderDecoderNetwork {
  public let configuration: EncoderDecoderConfiguration
  /// Word embeddings of both stacks [V, C].
  public let shared: Parameter
  public let encoder: T5Stack
  public let decoder: T5Stack
  public let vocabulary: Parameter
  public var vocabularyBias: Tensor? { nil }

  public init(_ weights: ModelWeights, _ configuration: EncoderDecoderConfiguration) throws {
    self.configuration = configuration
    let shape = [configuration.vocabularySize, configuration.hiddenSize]
    let factor = configuration.initializerRange
    let ties = configuration.tiesEmbeddings
    // Old checkpoints have the table under the name of its first use.
    let name =
      !weights.contains("shared.weight") && weights.contains("encoder.embed_tokens.weight")
      ? "encoder.embed_tokens.weight" : "shared.weight"
    shared = try weights.parameter(
      name, copy: "decoder.embed_tokens.weight", shape, form: ties ? .dense : .rows,
      deviation: factor)
    encoder = try T5Stack(weights, "encoder", configuration, isDecoder: false)
    decoder = try T5Stack(weights, "decoder", configuration, isDecoder: true)
    vocabulary =
      ties ? shared : try weights.parameter("lm_head.weight", shape, deviation: factor)
  }

  public func encode(_ input: PackedIDs, on tape: Tape, trace: EncoderTrace?) -> Variable {
    let embedded = embed(input.ids, input.sequences, on: tape)
    let bias = encoder.bias(longest: input.sequences.longest, on: tape)
    return encoder(embedded, input.sequences, bias, on: tape, trace: trace, maps: nil) {
      _, x, _ in x
    }
  }

  public func decode(
    _ input: PackedIDs, _ encoded: Variable, _ sources: Sequences, on tape: Tape,
    trace: EncoderDecoderTrace?
  ) -> Variable {
    let embedded = embed(input.ids, input.sequences, on: tape)
    let bias = decoder.bias(longest: input.sequences.longest, on: tape)
    let hidden = decoder(
      embedded, input.sequences, bias, on: tape, trace: trace?.decoder, maps: trace
    ) { block, x, maps in
      block.cross?.callAsFunction(
        x, input.sequences, over: encoded, sources, on: tape, maps: maps) ?? x
    }
    return scaled(hidden, on: tape)
  }

  public func begin(_ cache: DecodingCache, _ encoded: Variable, on tape: Tape) {
    let rows = RowNumbers.tokens(tape.arena.sequences(lengths: [encoded.rows]))
    for (index, block) in decoder.blocks.enumerated() {
      guard let attention = block.cross?.attention else { continue }
      cache.keepSources(
        index, keys: attention.key(encoded, on: tape, rows: rows).tensor,
        values: attention.value(encoded, on: tape, rows: rows).tensor)
    }
  }

  public func step(_ ids: UnsafePointer<Int32>, _ cache: DecodingCache, on tape: Tape) -> Variable {
    let sequences = tape.arena.sequences(lengths: [cache.rows])
    var x = embed(ids, sequences, on: tape)
    let bias = decoder.bias(longest: cache.position, on: tape)
    for (index, block) in decoder.blocks.enumerated() {
      x = tape.scope { block.step(x, sequences, index, bias, cache, on: tape) }
    }
    return scaled(decoder.finalNorm(x, on: tape), on: tape)
  }

  private func embed(
    _ ids: UnsafePointer<Int32>, _ sequences: Sequences, on tape: Tape
  ) -> Variable {
    tape.dropout(
      tape.embedding(Lookup(shared, ids), count: sequences.tokens), configuration.dropout,
      rows: .tokens(sequences))
  }

  /// With tied embeddings the logits are those of vectors scaled by 1/√C.
  private func scaled(_ hidden: Variable, on tape: Tape) -> Variable {
    guard configuration.tiesEmbeddings else { return hidden }
    return tape.scale(hidden, by: 1 / Float(configuration.hiddenSize).squareRoot())
  }
}

/// One of the two stacks.
public final class T5Stack {
  public let blocks: [T5Block]
  public let finalNorm: RMSNorm
  /// Scores by bucket of distance [buckets, H], of the first block, used by all.
  public let distanceScores: Parameter
  private let configuration: EncoderDecoderConfiguration
  private let isDecoder: Bool

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderDecoderConfiguration,
    isDecoder: Bool
  ) throws {
    let stack = isDecoder ? configuration.decoder : configuration.encoder
    distanceScores = try weights.parameter(
      "\(path).block.0.layer.0.SelfAttention.relative_attention_bias.weight",
      [configuration.distanceBuckets, stack.heads],
      deviation: configuration.initializerRange / Float(configuration.hiddenSize).squareRoot())
    blocks = try (0..<stack.layers).map {
      try T5Block(weights, "\(path).block.\($0)", configuration, isDecoder: isDecoder)
    }
    finalNorm = try RMSNorm(
      weights, "\(path).final_layer_norm", configuration.hiddenSize,
      epsilon: configuration.layerNormEpsilon)
    self.configuration = configuration
    self.isDecoder = isDecoder
  }

  func callAsFunction(
    _ embedded: Variable, _ sequences: Sequences, _ bias: DistanceBias, on tape: Tape,
    trace: EncoderTrace?, maps: EncoderDecoderTrace?,
    cross: (T5Block, Variable, AttentionMaps?) -> Variable
  ) -> Variable {
    var x = embedded
    trace?.keep(x)
    for (index, block) in blocks.enumerated() {
      x = tape.scope {
        let y = block.attention(
          x, sequences, over: nil, sequences, bias: bias, isCausal: isDecoder, on: tape,
          maps: trace?.maps())
        return block.feedForward(
          cross(block, y, maps?.crossMaps()), rows: .tokens(sequences), on: tape)
      }
      if index < blocks.count - 1 { trace?.keep(x) }
    }
    let y = tape.dropout(
      finalNorm(x, on: tape), configuration.dropout, rows: .tokens(sequences))
    trace?.keep(y)
    return y
  }

  /// The scores of distances within texts up to a length.
  func bias(longest: Int, on tape: Tape) -> DistanceBias {
    let (before, after) = (max(0, longest - 1), isDecoder ? 0 : max(0, longest - 1))
    let buckets = tape.arena.allocate(Int32.self, before + after + 1)
    for distance in -before...after {
      buckets[distance + before] = Int32(
        Self.bucket(
          distance, buckets: configuration.distanceBuckets, largest: configuration.maxDistance,
          isBidirectional: !isDecoder))
    }
    return tape.distanceBias(distanceScores, buckets, before: before, after: after)
  }

  /// The bucket of a distance (key minus query): half of them one distance each, the others growing
  /// with the logarithm; later keys have the upper half where both directions are seen.
  public static func bucket(
    _ distance: Int, buckets: Int, largest: Int, isBidirectional: Bool
  ) -> Int {
    var (offset, count) = (0, buckets)
    var length = max(0, -distance)
    if isBidirectional {
      count /= 2
      if distance > 0 { offset = count }
      length = abs(distance)
    }
    let exact = count / 2
    if length < exact || exact == 0 { return offset + min(length, count - 1) }
    // In float32, as the reference computes it.
    let share =
      logf(Float(length) / Float(exact)) / Float(log(Double(largest) / Double(exact)))
      * Float(count - exact)
    return offset + min(exact + Int(share), count - 1)
  }
}

/// One block: attention to the own text, in the decoder to the source, then the feed-forward layers.
public final class T5Block {
  public let attention: T5AttentionLayer
  public let cross: T5AttentionLayer?
  public let feedForward: T5FeedForward

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderDecoderConfiguration,
    isDecoder: Bool
  ) throws {
    attention = try T5AttentionLayer(
      weights, "\(path).layer.0", "SelfAttention", configuration, isDecoder: isDecoder)
    cross =
      isDecoder
      ? try T5AttentionLayer(
        weights, "\(path).layer.1", "EncDecAttention", configuration, isDecoder: true) : nil
    feedForward = try T5FeedForward(
      weights, "\(path).layer.\(isDecoder ? 2 : 1)", configuration, isDecoder: isDecoder)
  }

  func step(
    _ x: Variable, _ sequences: Sequences, _ index: Int, _ bias: DistanceBias,
    _ cache: DecodingCache, on tape: Tape
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    var y = attention.step(x, rows, on: tape) { attention, x in
      tape.attentionStep(
        attention.query(x, on: tape, rows: rows), attention.key(x, on: tape, rows: rows),
        attention.value(x, on: tape, rows: rows), heads: attention.heads, scale: 1, layer: index,
        bias: bias, cache)
    }
    if let cross {
      y = cross.step(y, rows, on: tape) { attention, x in
        tape.sourceAttentionStep(
          attention.query(x, on: tape, rows: rows), heads: attention.heads, scale: 1,
          layer: index, cache)
      }
    }
    return feedForward(y, rows: rows, on: tape)
  }
}

/// The projections of an attention.
public final class T5Attention {
  public let query: Linear
  public let key: Linear
  public let value: Linear
  public let output: Linear
  let heads: Int

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderDecoderConfiguration,
    heads: Int
  ) throws {
    let (size, inner) = (configuration.hiddenSize, configuration.headSize * heads)
    let factor = configuration.initializerRange
    func linear(_ name: String, _ inputs: Int, _ outputs: Int, _ variance: Int) throws -> Linear {
      try Linear(
        weights, "\(path).\(name)", inputs, outputs, hasBias: false,
        deviation: factor / Float(variance).squareRoot())
    }
    query = try linear("q", size, inner, size * configuration.headSize)
    key = try linear("k", size, inner, size)
    value = try linear("v", size, inner, size)
    output = try linear("o", inner, size, inner)
    self.heads = heads
  }
}

/// x + dropout(attention(norm(x))).
public final class T5AttentionLayer {
  public let attention: T5Attention
  public let norm: RMSNorm
  let place: AdapterPlace
  private let dropout: Float

  init(
    _ weights: ModelWeights, _ path: String, _ name: String,
    _ configuration: EncoderDecoderConfiguration, isDecoder: Bool
  ) throws {
    attention = try T5Attention(
      weights, "\(path).\(name)", configuration,
      heads: (isDecoder ? configuration.decoder : configuration.encoder).heads)
    norm = try RMSNorm(
      weights, "\(path).layer_norm", configuration.hiddenSize,
      epsilon: configuration.layerNormEpsilon)
    dropout = configuration.dropout
    place = AdapterPlace(
      weights, path, name == "SelfAttention" ? .selfAttention : .crossAttention, dropout: dropout)
  }

  /// Over the rows of `others`, which hold texts of their own, or over those of x.
  func callAsFunction(
    _ x: Variable, _ sequences: Sequences, over others: Variable?, _ keySequences: Sequences,
    bias: DistanceBias? = nil, isCausal: Bool = false, on tape: Tape, maps: AttentionMaps?
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    let keyRows = RowNumbers.tokens(keySequences)
    let normed = norm(x, on: tape)
    let read = others ?? normed
    let query = attention.query(normed, on: tape, rows: rows)
    var shape = AttentionShape(
      sequences, keys: keySequences, heads: attention.heads,
      headSize: query.columns / attention.heads, dropout: dropout)
    shape.scale = 1
    shape.isCausal = isCausal
    let context = tape.attention(
      query, attention.key(read, on: tape, rows: keyRows),
      attention.value(read, on: tape, rows: keyRows), shape, bias: bias, maps: maps)
    return end(context, x, rows, on: tape)
  }

  /// The same for the newest tokens of a decoding.
  func step(
    _ x: Variable, _ rows: RowNumbers, on tape: Tape,
    _ context: (T5Attention, Variable) -> Variable
  ) -> Variable {
    end(context(attention, norm(x, on: tape)), x, rows, on: tape)
  }

  private func end(
    _ context: Variable, _ x: Variable, _ rows: RowNumbers, on tape: Tape
  ) -> Variable {
    place(attention.output(context, on: tape, rows: rows), residual: x, rows: rows, on: tape)
  }
}

/// x + dropout(W₂ activation(W₁ norm(x))), or gated: W₂ (activation(W₀ n) * W₁ n).
public final class T5FeedForward {
  public let input: Linear
  public let gate: Linear?
  public let output: Linear
  public let norm: RMSNorm
  let place: AdapterPlace
  private let activation: Activation
  private let dropout: Float

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderDecoderConfiguration,
    isDecoder: Bool
  ) throws {
    let size = configuration.hiddenSize
    let inner = (isDecoder ? configuration.decoder : configuration.encoder).intermediateSize
    let factor = configuration.initializerRange
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws -> Linear {
      try Linear(
        weights, "\(path).DenseReluDense.\(name)", inputs, outputs, hasBias: false,
        deviation: factor / Float(inputs).squareRoot())
    }
    input = try linear(configuration.isGated ? "wi_0" : "wi", size, inner)
    gate = configuration.isGated ? try linear("wi_1", size, inner) : nil
    output = try linear("wo", inner, size)
    norm = try RMSNorm(
      weights, "\(path).layer_norm", size, epsilon: configuration.layerNormEpsilon)
    activation = configuration.activation
    dropout = configuration.dropout
    place = AdapterPlace(weights, path, .feedForward, dropout: dropout)
  }

  func callAsFunction(_ x: Variable, rows: RowNumbers, on tape: Tape) -> Variable {
    let normed = norm(x, on: tape)
    var inner = input(normed, on: tape, rows: rows, activation: activation)
    if let gate { inner = tape.multiply(inner, gate(normed, on: tape, rows: rows)) }
    let y = output(tape.dropout(inner, dropout, rows: rows), on: tape, rows: rows)
    return place(y, residual: x, rows: rows, on: tape)
  }
}

/// Root-mean-square normalization (Zhang, Sennrich, 2019).
public final class RMSNorm {
  public let weight: Parameter
  private let epsilon: Float

  init(_ weights: ModelWeights, _ path: String, _ size: Int, epsilon: Float) throws {
    weight = try weights.parameter("\(path).weight", [size])
    self.epsilon = epsilon
  }

  func callAsFunction(_ x: Variable, on tape: Tape) -> Variable {
    tape.rmsNorm(x, weight, epsilon: epsilon)
  }
}
