// BERT: bidirectional encoder (Devlin, Chang, Lee, Toutanova, 2019), as the reference library has it:
// post-norm blocks, learned absolute positions. Read it from the top down.

import TLTensor

/// The encoder of BERT.
public final class BERT: Encoder {
  public let configuration: EncoderConfiguration
  public let embeddings: BERTEmbeddings
  public let blocks: [BERTBlock]

  public init(_ weights: ModelWeights, _ configuration: EncoderConfiguration) throws {
    self.configuration = configuration
    embeddings = try BERTEmbeddings(weights, "bert.embeddings", configuration)
    blocks = try (0..<configuration.layers).map {
      try BERTBlock(weights, "bert.encoder.layer.\($0)", configuration)
    }
  }

  public var wordEmbeddings: Parameter { embeddings.words }

  public func encode(_ input: EncoderInput, on tape: Tape, trace: EncoderTrace?) -> Variable {
    let positions = tape.arena.allocate(Int32.self, input.sequences.tokens)
    for sequence in 0..<input.sequences.count {
      let start = input.sequences.start(sequence)
      for i in 0..<input.sequences.length(sequence) { positions[start + i] = Int32(i) }
    }
    let x = embeddings(input, positions: UnsafePointer(positions), on: tape)
    return BERTBlock.run(blocks, x, input.sequences, on: tape, trace: trace)
  }
}

/// norm(word + position + token type).
public final class BERTEmbeddings {
  public let words: Parameter
  public let positions: Parameter
  public let types: Parameter
  public let norm: LayerNorm
  public let dropout: Float

  public init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderConfiguration
  ) throws {
    let size = configuration.hiddenSize
    words = try weights.parameter(
      "\(path).word_embeddings.weight", [configuration.vocabularySize, size], form: .rows)
    positions = try weights.parameter(
      "\(path).position_embeddings.weight", [configuration.maxPositions, size], form: .rows)
    types = try weights.parameter(
      "\(path).token_type_embeddings.weight", [configuration.typeVocabularySize, size], form: .rows)
    norm = try LayerNorm(
      weights, "\(path).LayerNorm", size, epsilon: configuration.layerNormEpsilon)
    dropout = configuration.hiddenDropout
  }

  public func callAsFunction(
    _ input: EncoderInput, positions rows: UnsafePointer<Int32>, on tape: Tape
  ) -> Variable {
    let sum = tape.embedding(
      Lookup(words, input.ids), Lookup(positions, rows), Lookup(types, input.types),
      count: input.sequences.tokens)
    return tape.dropout(norm(sum, on: tape), dropout, rows: .tokens(input.sequences))
  }
}

/// One block: self-attention, then the feed-forward layers.
public final class BERTBlock {
  public let attention: BERTAttention
  public let feedForward: FeedForward

  public init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderConfiguration
  ) throws {
    attention = try BERTAttention(weights, "\(path).attention", configuration)
    feedForward = try FeedForward(weights, path, configuration)
  }

  public func callAsFunction(
    _ x: Variable, _ sequences: Sequences, on tape: Tape, maps: AttentionMaps?
  ) -> Variable {
    feedForward(
      attention(x, sequences, on: tape, maps: maps), rows: .tokens(sequences), on: tape)
  }

  static func run(
    _ blocks: [BERTBlock], _ embedded: Variable, _ sequences: Sequences, on tape: Tape,
    trace: EncoderTrace?
  ) -> Variable {
    var x = embedded
    trace?.keep(x)
    for block in blocks {
      x = tape.scope { block(x, sequences, on: tape, maps: trace?.maps()) }
      trace?.keep(x)
    }
    return x
  }
}

/// Multi-head self-attention with its output layer.
public final class BERTAttention {
  public let query: Linear
  public let key: Linear
  public let value: Linear
  public let output: ResidualOutput
  private let heads: Int
  private let dropout: Float

  public init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderConfiguration
  ) throws {
    let size = configuration.hiddenSize
    query = try Linear(weights, "\(path).self.query", size, size)
    key = try Linear(weights, "\(path).self.key", size, size)
    value = try Linear(weights, "\(path).self.value", size, size)
    output = try ResidualOutput(weights, "\(path).output", size, configuration)
    heads = configuration.heads
    dropout = configuration.attentionDropout
  }

  public func callAsFunction(
    _ x: Variable, _ sequences: Sequences, on tape: Tape, maps: AttentionMaps?
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    let context = tape.attention(
      query(x, on: tape, rows: rows), key(x, on: tape, rows: rows), value(x, on: tape, rows: rows),
      AttentionShape(
        sequences, heads: heads, headSize: x.columns / heads, dropout: dropout), maps: maps)
    return output(context, residual: x, rows: rows, on: tape)
  }
}
