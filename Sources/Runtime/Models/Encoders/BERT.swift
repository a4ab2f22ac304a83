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
    BERTBlock.run(blocks, embedded(input, on: tape), input.sequences, on: tape, trace: trace)
  }

  public func encodeFirst(_ input: EncoderInput, on tape: Tape) -> Variable {
    BERTBlock.runFirst(blocks, embedded(input, on: tape), input.sequences, on: tape)
  }

  private func embedded(_ input: EncoderInput, on tape: Tape) -> Variable {
    let positions = tape.arena.allocate(Int32.self, input.sequences.tokens)
    for sequence in 0..<input.sequences.count {
      let start = input.sequences.start(sequence)
      for i in 0..<input.sequences.length(sequence) { positions[start + i] = Int32(i) }
    }
    return embeddings(input, positions: UnsafePointer(positions), on: tape)
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

  /// The block's vectors of the first token of each sequence alone: [N, C] -> [B, C].
  func first(_ x: Variable, _ sequences: Sequences, on tape: Tape) -> Variable {
    let firsts = tape.arena.firstRows(of: sequences)
    let context = attention(
      tape.firstRows(x, sequences), firsts, over: x, sequences, on: tape, maps: nil)
    return feedForward(context, rows: .tokens(firsts), on: tape)
  }

  static func run(
    _ blocks: some Sequence<BERTBlock>, _ embedded: Variable, _ sequences: Sequences,
    on tape: Tape, trace: EncoderTrace?
  ) -> Variable {
    var x = embedded
    trace?.keep(x)
    for block in blocks {
      x = tape.scope { block(x, sequences, on: tape, maps: trace?.maps()) }
      trace?.keep(x)
    }
    return x
  }

  /// As `run`, without what the last block would compute for tokens that no one reads.
  static func runFirst(
    _ blocks: [BERTBlock], _ embedded: Variable, _ sequences: Sequences, on tape: Tape
  ) -> Variable {
    let x = run(blocks.dropLast(), embedded, sequences, on: tape, trace: nil)
    guard let last = blocks.last else { return tape.firstRows(x, sequences) }
    return tape.scope { last.first(x, sequences, on: tape) }
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
    self(x, sequences, over: x, sequences, on: tape, maps: maps)
  }

  /// What the rows of `x` take from those of `others`, which hold the same sequences.
  func callAsFunction(
    _ x: Variable, _ sequences: Sequences, over others: Variable, _ keySequences: Sequences,
    on tape: Tape, maps: AttentionMaps?
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    let keyRows = RowNumbers.tokens(keySequences)
    let context = tape.attention(
      query(x, on: tape, rows: rows), key(others, on: tape, rows: keyRows),
      value(others, on: tape, rows: keyRows),
      AttentionShape(
        sequences, keys: keySequences, heads: heads, headSize: x.columns / heads,
        dropout: dropout), maps: maps)
    return output(context, residual: x, rows: rows, on: tape)
  }
}
