// BART (Lewis et al., 2020), mBART (Liu et al., 2020) and the layers of Marian (Junczys-Dowmunt et al.,
// 2018): blocks with LayerNorm after each part, in mBART before it. Positions are learned, counted from 2;
// Marian's are sines and cosines (Marian.swift). Read it from the top down.

import Glibc
import TLTensor

/// The two stacks of BART, mBART or Marian.
public final class BART: EncoderDecoderNetwork {
  public let configuration: EncoderDecoderConfiguration
  /// Word embeddings of both stacks [V, C].
  public let shared: Parameter
  public let encoder: BARTStack
  public let decoder: BARTStack
  public let vocabulary: Parameter
  /// `final_logits_bias`, which no training changes; nil where it is zero.
  public let vocabularyBias: Tensor?

  public init(_ weights: ModelWeights, _ configuration: EncoderDecoderConfiguration) throws {
    self.configuration = configuration
    let shape = [configuration.vocabularySize, configuration.hiddenSize]
    let ties = configuration.tiesEmbeddings
    let copy = "model.encoder.embed_tokens.weight"
    let name =
      !weights.contains("model.shared.weight") && weights.contains(copy)
      ? copy : "model.shared.weight"
    shared = try weights.parameter(
      name, copy: "model.decoder.embed_tokens.weight", shape, form: ties ? .dense : .rows)
    encoder = try BARTStack(weights, "model.encoder", configuration, isDecoder: false)
    decoder = try BARTStack(weights, "model.decoder", configuration, isDecoder: true)
    vocabulary = ties ? shared : try weights.parameter("lm_head.weight", shape)
    let bias = try weights.buffer("final_logits_bias", count: configuration.vocabularySize)
    vocabularyBias = bias.flatMap { $0.values.contains { $0 != 0 } ? $0 : nil }
  }

  public func encode(_ input: PackedIDs, on tape: Tape, trace: EncoderTrace?) -> Variable {
    var x = encoder.embed(shared, input.ids, input.sequences, on: tape)
    let rows = RowNumbers.tokens(input.sequences)
    trace?.keep(x)
    for (index, block) in encoder.blocks.enumerated() {
      x = tape.scope {
        let y = block.attention(
          x, input.sequences, over: nil, input.sequences, on: tape, maps: trace?.maps())
        return block.feedForward(y, rows: rows, on: tape)
      }
      keep(x, index, encoder, trace)
    }
    return end(x, encoder, trace, on: tape)
  }

  public func decode(
    _ input: PackedIDs, _ encoded: Variable, _ sources: Sequences, on tape: Tape,
    trace: EncoderDecoderTrace?
  ) -> Variable {
    var x = decoder.embed(shared, input.ids, input.sequences, on: tape)
    let rows = RowNumbers.tokens(input.sequences)
    trace?.decoder.keep(x)
    for (index, block) in decoder.blocks.enumerated() {
      x = tape.scope {
        var y = block.attention(
          x, input.sequences, over: nil, input.sequences, isCausal: true, on: tape,
          maps: trace?.decoder.maps())
        if let cross = block.cross {
          y = cross(
            y, input.sequences, over: encoded, sources, on: tape, maps: trace?.crossMaps())
        }
        return block.feedForward(y, rows: rows, on: tape)
      }
      keep(x, index, decoder, trace?.decoder)
    }
    return end(x, decoder, trace?.decoder, on: tape)
  }

  public func begin(_ cache: DecodingCache, _ encoded: Variable, on tape: Tape) {
    let rows = RowNumbers.tokens(tape.arena.sequences(lengths: [encoded.rows]))
    for (index, block) in decoder.blocks.enumerated() {
      guard let attention = block.cross else { continue }
      cache.keepSources(
        index, keys: attention.key(encoded, on: tape, rows: rows).tensor,
        values: attention.value(encoded, on: tape, rows: rows).tensor)
    }
  }

  public func step(_ ids: UnsafePointer<Int32>, _ cache: DecodingCache, on tape: Tape) -> Variable {
    let sequences = tape.arena.sequences(lengths: [cache.rows])
    let rows = RowNumbers.tokens(sequences)
    let positions = tape.arena.allocate(Int32.self, cache.rows)
    for row in 0..<cache.rows { positions[row] = Int32(cache.position - 1) }
    var x = decoder.embed(shared, ids, sequences, positions: positions, on: tape)
    for (index, block) in decoder.blocks.enumerated() {
      x = tape.scope {
        var y = block.attention.step(x, rows, on: tape) { attention, x in
          tape.attentionStep(
            attention.query(x, on: tape, rows: rows), attention.key(x, on: tape, rows: rows),
            attention.value(x, on: tape, rows: rows), heads: attention.heads,
            scale: attention.scale, layer: index, cache)
        }
        if let cross = block.cross {
          y = cross.step(y, rows, on: tape) { attention, x in
            tape.sourceAttentionStep(
              attention.query(x, on: tape, rows: rows), heads: attention.heads,
              scale: attention.scale, layer: index, cache)
          }
        }
        return block.feedForward(y, rows: rows, on: tape)
      }
    }
    return decoder.finalNorm?.callAsFunction(x, on: tape) ?? x
  }

  /// The last block's vectors are seen after the final norm, where there is one.
  private func keep(_ x: Variable, _ index: Int, _ stack: BARTStack, _ trace: EncoderTrace?) {
    if index < stack.blocks.count - 1 || stack.finalNorm == nil { trace?.keep(x) }
  }

  private func end(
    _ x: Variable, _ stack: BARTStack, _ trace: EncoderTrace?, on tape: Tape
  ) -> Variable {
    guard let norm = stack.finalNorm else { return x }
    let y = norm(x, on: tape)
    trace?.keep(y)
    return y
  }
}

/// One of the two stacks.
public final class BARTStack {
  /// Learned positions, or those of sines.
  public let positions: Parameter
  public let embeddingNorm: LayerNorm?
  public let blocks: [BARTBlock]
  public let finalNorm: LayerNorm?
  private let firstPosition: Int32
  private let configuration: EncoderDecoderConfiguration

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderDecoderConfiguration,
    isDecoder: Bool
  ) throws {
    self.configuration = configuration
    let size = configuration.hiddenSize
    let isMarian = configuration.family == .marian
    firstPosition = isMarian ? 0 : 2
    let count = configuration.maxPositions ?? 0
    positions =
      isMarian
      ? Marian.positions(count, size)
      : try weights.parameter("\(path).embed_positions.weight", [count + 2, size], form: .rows)
    blocks = try (0..<(isDecoder ? configuration.decoder : configuration.encoder).layers).map {
      try BARTBlock(weights, "\(path).layers.\($0)", configuration, isDecoder: isDecoder)
    }
    func norm(_ name: String) throws -> LayerNorm {
      try LayerNorm(weights, "\(path).\(name)", size, epsilon: configuration.layerNormEpsilon)
    }
    embeddingNorm = isMarian ? nil : try norm("layernorm_embedding")
    finalNorm = configuration.family == .mbart ? try norm("layer_norm") : nil
  }

  func embed(
    _ shared: Parameter, _ ids: UnsafePointer<Int32>, _ sequences: Sequences,
    positions given: UnsafePointer<Int32>? = nil, on tape: Tape
  ) -> Variable {
    let numbers = tape.arena.allocate(Int32.self, sequences.tokens)
    for sequence in 0..<sequences.count {
      let start = sequences.start(sequence)
      for i in 0..<sequences.length(sequence) {
        numbers[start + i] = firstPosition + (given?[start + i] ?? Int32(i))
      }
    }
    let padding = Int32(configuration.paddingID)
    let words = Lookup(shared, ids, frozenRow: padding)
    let places = Lookup(positions, UnsafePointer(numbers))
    var x: Variable
    if configuration.scalesEmbeddings {
      x = tape.add(
        tape.scale(
          tape.embedding(words, count: sequences.tokens),
          by: Float(configuration.hiddenSize).squareRoot()),
        tape.embedding(places, count: sequences.tokens))
    } else {
      x = tape.embedding(words, places, count: sequences.tokens)
    }
    if let embeddingNorm { x = embeddingNorm(x, on: tape) }
    return tape.dropout(x, configuration.dropout, rows: .tokens(sequences))
  }
}

/// One block: attention to the own text, in the decoder to the source, then the feed-forward layers.
public final class BARTBlock {
  public let attention: BARTAttention
  public let cross: BARTAttention?
  public let feedForward: BARTFeedForward

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderDecoderConfiguration,
    isDecoder: Bool
  ) throws {
    attention = try BARTAttention(
      weights, "\(path).self_attn", configuration, .selfAttention, isDecoder: isDecoder)
    cross =
      isDecoder
      ? try BARTAttention(
        weights, "\(path).encoder_attn", configuration, .crossAttention, isDecoder: true) : nil
    feedForward = try BARTFeedForward(weights, path, configuration, isDecoder: isDecoder)
  }
}

/// norm(x + attention(x)), in mBART x + attention(norm(x)).
public final class BARTAttention {
  public let query: Linear
  public let key: Linear
  public let value: Linear
  public let output: Linear
  public let norm: LayerNorm
  let place: AdapterPlace
  let heads: Int
  let scale: Float
  private let normalizesFirst: Bool
  private let dropout: Float

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderDecoderConfiguration,
    _ kind: AdapterPlace.Kind, isDecoder: Bool
  ) throws {
    let size = configuration.hiddenSize
    query = try Linear(weights, "\(path).q_proj", size, size)
    key = try Linear(weights, "\(path).k_proj", size, size)
    value = try Linear(weights, "\(path).v_proj", size, size)
    output = try Linear(weights, "\(path).out_proj", size, size)
    norm = try LayerNorm(
      weights, "\(path)_layer_norm", size, epsilon: configuration.layerNormEpsilon)
    place = AdapterPlace(weights, path, kind, dropout: configuration.dropout)
    heads = (isDecoder ? configuration.decoder : configuration.encoder).heads
    scale = 1 / Float(size / heads).squareRoot()
    normalizesFirst = configuration.family == .mbart
    dropout = configuration.attentionDropout
  }

  /// Over the rows of `others`, which hold texts of their own, or over those of x.
  func callAsFunction(
    _ x: Variable, _ sequences: Sequences, over others: Variable?, _ keySequences: Sequences,
    isCausal: Bool = false, on tape: Tape, maps: AttentionMaps?
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    let keyRows = RowNumbers.tokens(keySequences)
    let input = normalizesFirst ? norm(x, on: tape) : x
    let read = others ?? input
    var shape = AttentionShape(
      sequences, keys: keySequences, heads: heads, headSize: x.columns / heads, dropout: dropout)
    shape.isCausal = isCausal
    let context = tape.attention(
      query(input, on: tape, rows: rows), key(read, on: tape, rows: keyRows),
      value(read, on: tape, rows: keyRows), shape, maps: maps)
    return end(context, x, rows, on: tape)
  }

  /// The same for the newest tokens of a decoding.
  func step(
    _ x: Variable, _ rows: RowNumbers, on tape: Tape,
    _ context: (BARTAttention, Variable) -> Variable
  ) -> Variable {
    end(context(self, normalizesFirst ? norm(x, on: tape) : x), x, rows, on: tape)
  }

  private func end(
    _ context: Variable, _ x: Variable, _ rows: RowNumbers, on tape: Tape
  ) -> Variable {
    place(
      output(context, on: tape, rows: rows), residual: x, norm: normalizesFirst ? nil : norm,
      rows: rows, on: tape)
  }
}

/// norm(x + W₂ activation(W₁ x)), in mBART x + W₂ activation(W₁ norm(x)).
public final class BARTFeedForward {
  public let input: Linear
  public let output: Linear
  public let norm: LayerNorm
  let place: AdapterPlace
  private let normalizesFirst: Bool
  private let activation: Activation
  private let dropout: Float

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderDecoderConfiguration,
    isDecoder: Bool
  ) throws {
    let size = configuration.hiddenSize
    let inner = (isDecoder ? configuration.decoder : configuration.encoder).intermediateSize
    input = try Linear(weights, "\(path).fc1", size, inner)
    output = try Linear(weights, "\(path).fc2", inner, size)
    norm = try LayerNorm(
      weights, "\(path).final_layer_norm", size, epsilon: configuration.layerNormEpsilon)
    place = AdapterPlace(weights, path, .feedForward, dropout: configuration.dropout)
    normalizesFirst = configuration.family == .mbart
    activation = configuration.activation
    dropout = configuration.activationDropout
  }

  func callAsFunction(_ x: Variable, rows: RowNumbers, on tape: Tape) -> Variable {
    let normed = normalizesFirst ? norm(x, on: tape) : x
    let inner = input(normed, on: tape, rows: rows, activation: activation)
    let y = output(tape.dropout(inner, dropout, rows: rows), on: tape, rows: rows)
    return place(
      y, residual: x, norm: normalizesFirst ? nil : norm, rows: rows, on: tape)
  }
}
