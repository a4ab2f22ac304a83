// DeBERTa v2 and v3 (He, Liu, Gao, Chen, 2021; He, Gao, Chen, 2023): disentangled attention. The
// score of two tokens is the sum of content-content, content-position and position-content products;
// distances beyond half the buckets are numbered logarithmically. Read it from the top down.

import Glibc
import TLTensor

/// The encoder of DeBERTa-v2/v3.
public final class DeBERTa: Encoder {
  public let configuration: EncoderConfiguration
  public let deberta: DeBERTaConfiguration
  public let embeddings: DeBERTaEmbeddings
  /// Vectors of relative positions [2 span, C]; nil where attention is not relative.
  public let relativePositions: Parameter?
  public let relativeNorm: LayerNorm?
  public let blocks: [DeBERTaBlock]
  public let convolution: DeBERTaConvolution?

  public init(_ weights: ModelWeights, _ configuration: EncoderConfiguration) throws {
    guard let deberta = configuration.deberta else {
      throw ModelError("expected a configuration of DeBERTa, found \(configuration.family)")
    }
    self.configuration = configuration
    self.deberta = deberta
    let size = configuration.hiddenSize
    embeddings = try DeBERTaEmbeddings(weights, "deberta.embeddings", configuration, deberta)
    relativePositions =
      deberta.isRelative
      ? try weights.parameter("deberta.encoder.rel_embeddings.weight", [2 * deberta.span, size])
      : nil
    relativeNorm =
      deberta.isRelative && deberta.normalizesPositions
      ? try LayerNorm(
        weights, "deberta.encoder.LayerNorm", size, epsilon: configuration.layerNormEpsilon) : nil
    blocks = try (0..<configuration.layers).map {
      try DeBERTaBlock(weights, "deberta.encoder.layer.\($0)", configuration, deberta)
    }
    convolution =
      deberta.convolutionWidth > 0
      ? try DeBERTaConvolution(weights, "deberta.encoder.conv", configuration, deberta) : nil
  }

  public var wordEmbeddings: Parameter { embeddings.words }

  public func encode(_ input: EncoderInput, on tape: Tape, trace: EncoderTrace?) -> Variable {
    let sequences = input.sequences
    let embedded = embeddings(input, on: tape)
    trace?.keep(embedded)
    let positions = relativeVectors(longest: sequences.longest, on: tape)
    var x = embedded
    for (index, block) in blocks.enumerated() {
      x = tape.scope {
        let y = block(x, positions, sequences, on: tape, maps: trace?.maps())
        guard index == 0, let convolution else { return y }
        return convolution(embedded, residual: y, sequences, on: tape)
      }
      trace?.keep(x)
    }
    return x
  }

  /// The vectors of relative positions, normalized; nil where attention is not relative.
  private func relativeVectors(longest: Int, on tape: Tape) -> DistanceVectors? {
    guard let relativePositions else { return nil }
    let rows = tape.arena.sequences(lengths: [relativePositions.rows])
    let vectors = tape.embedding(
      Lookup(relativePositions, rows.tokenNumbers), count: relativePositions.rows)
    return DistanceVectors(
      vectors: relativeNorm.map { $0(vectors, on: tape) } ?? vectors, rows: .tokens(rows),
      buckets: distanceBuckets(longest: longest, on: tape))
  }

  /// The row of `relativePositions` for distances -longest + 1 ... longest - 1.
  private func distanceBuckets(longest: Int, on tape: Tape) -> UnsafePointer<Int32> {
    let buckets = tape.arena.allocate(Int32.self, max(1, 2 * longest - 1))
    for distance in stride(from: 1 - longest, to: longest, by: 1) {
      let bucket =
        deberta.buckets > 0
        ? DeBERTa.logarithmicBucket(
          distance, buckets: deberta.buckets, largest: deberta.maxRelativePositions) : distance
      buckets[distance + longest - 1] = Int32(
        min(max(bucket + deberta.span, 0), 2 * deberta.span - 1))
    }
    return UnsafePointer(buckets)
  }

  /// Distances within half the buckets as they are, larger ones by the logarithm, with their sign.
  public static func logarithmicBucket(_ distance: Int, buckets: Int, largest: Int) -> Int {
    let middle = buckets / 2
    if abs(distance) <= middle { return distance }
    let magnitude =
      ceil(
        log(Float(abs(distance)) / Float(middle)) / log(Float(largest - 1) / Float(middle))
          * Float(middle - 1)) + Float(middle)
    return distance < 0 ? -Int(magnitude) : Int(magnitude)
  }
}

/// The vectors of relative positions in a pass.
struct DistanceVectors {
  /// [2 span, C]
  let vectors: Variable
  /// Their numbers, the same for every worker: dropout falls on them alike for all texts.
  let rows: RowNumbers
  /// The row for each of the distances -longest + 1 ... longest - 1.
  let buckets: UnsafePointer<Int32>
}

/// norm(word [+ position] [+ token type]).
public final class DeBERTaEmbeddings {
  public let words: Parameter
  public let positions: Parameter?
  public let types: Parameter?
  /// From the embedding size to the hidden size where they differ.
  public let projection: Parameter?
  public let norm: LayerNorm
  private let dropout: Float

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderConfiguration,
    _ deberta: DeBERTaConfiguration
  ) throws {
    let size = deberta.embeddingSize
    words = try weights.parameter(
      "\(path).word_embeddings.weight", [configuration.vocabularySize, size], form: .rows)
    positions =
      deberta.hasPositionEmbeddings
      ? try weights.parameter(
        "\(path).position_embeddings.weight", [configuration.maxPositions, size], form: .rows) : nil
    types =
      configuration.typeVocabularySize > 0
      ? try weights.parameter(
        "\(path).token_type_embeddings.weight", [configuration.typeVocabularySize, size],
        form: .rows) : nil
    projection =
      size != configuration.hiddenSize
      ? try weights.parameter("\(path).embed_proj.weight", [configuration.hiddenSize, size]) : nil
    norm = try LayerNorm(
      weights, "\(path).LayerNorm", configuration.hiddenSize,
      epsilon: configuration.layerNormEpsilon)
    dropout = configuration.hiddenDropout
  }

  func callAsFunction(_ input: EncoderInput, on tape: Tape) -> Variable {
    let sequences = input.sequences
    let rows = tape.arena.allocate(Int32.self, sequences.tokens)
    for sequence in 0..<sequences.count {
      let start = sequences.start(sequence)
      for i in 0..<sequences.length(sequence) { rows[start + i] = Int32(i) }
    }
    var x = tape.embedding(
      Lookup(words, input.ids), positions.map { Lookup($0, UnsafePointer(rows)) },
      types.map { Lookup($0, input.types) }, count: sequences.tokens)
    if let projection { x = tape.linear(x, projection) }
    return tape.dropout(norm(x, on: tape), dropout, rows: .tokens(sequences))
  }
}

/// One block: disentangled self-attention, then the feed-forward layers.
public final class DeBERTaBlock {
  public let attention: DisentangledAttention
  public let attentionOutput: ResidualOutput
  public let feedForward: FeedForward

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderConfiguration,
    _ deberta: DeBERTaConfiguration
  ) throws {
    attention = try DisentangledAttention(
      weights, "\(path).attention.self", configuration, deberta)
    attentionOutput = try ResidualOutput(
      weights, "\(path).attention.output", configuration.hiddenSize, configuration)
    feedForward = try FeedForward(weights, path, configuration)
  }

  func callAsFunction(
    _ x: Variable, _ positions: DistanceVectors?, _ sequences: Sequences, on tape: Tape,
    maps: AttentionMaps?
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    let context = attention(x, positions, sequences, on: tape, maps: maps)
    return feedForward(
      attentionOutput(context, residual: x, rows: rows, on: tape), rows: rows, on: tape)
  }
}

/// Q Kᵀ + Q (position keys)ᵀ + (position queries) Kᵀ, scaled by 1 / √(D × the number of parts).
public final class DisentangledAttention {
  public let query: Linear
  public let key: Linear
  public let value: Linear
  /// Projections of the positions where they do not share those of the content.
  public let positionKey: Linear?
  public let positionQuery: Linear?
  private let heads: Int
  private let dropout: Float
  private let positionDropout: Float
  private let deberta: DeBERTaConfiguration

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderConfiguration,
    _ deberta: DeBERTaConfiguration
  ) throws {
    let size = configuration.hiddenSize
    query = try Linear(weights, "\(path).query_proj", size, size)
    key = try Linear(weights, "\(path).key_proj", size, size)
    value = try Linear(weights, "\(path).value_proj", size, size)
    positionKey =
      deberta.isRelative && deberta.hasContentToPosition && !deberta.sharesKeys
      ? try Linear(weights, "\(path).pos_key_proj", size, size) : nil
    positionQuery =
      deberta.isRelative && deberta.hasPositionToContent && !deberta.sharesKeys
      ? try Linear(weights, "\(path).pos_query_proj", size, size) : nil
    heads = configuration.heads
    dropout = configuration.attentionDropout
    positionDropout = configuration.hiddenDropout
    self.deberta = deberta
  }

  func callAsFunction(
    _ x: Variable, _ positions: DistanceVectors?, _ sequences: Sequences, on tape: Tape,
    maps: AttentionMaps?
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    var shape = AttentionShape(
      sequences, heads: heads, headSize: x.columns / heads, dropout: dropout)
    let parts =
      1 + (deberta.hasContentToPosition ? 1 : 0) + (deberta.hasPositionToContent ? 1 : 0)
    shape.scale = 1 / Float(x.columns / heads * parts).squareRoot()
    let q = query(x, on: tape, rows: rows)
    let k = key(x, on: tape, rows: rows)
    let v = value(x, on: tape, rows: rows)
    var relative: RelativePositions?
    if let positions, parts > 1 {
      // Where nothing is dropped no mask is counted, so that those of what follows stay the same.
      let vectors =
        positionDropout > 0
        ? tape.dropout(positions.vectors, positionDropout, rows: positions.rows)
        : positions.vectors
      relative = RelativePositions(
        keys: deberta.hasContentToPosition
          ? project(vectors, positionKey ?? key, on: tape) : nil,
        queries: deberta.hasPositionToContent
          ? project(vectors, positionQuery ?? query, on: tape) : nil,
        buckets: positions.buckets, center: max(0, sequences.longest - 1))
    }
    return tape.attention(q, k, v, shape, relative: relative, maps: maps)
  }

  /// A low-rank update of a shared projection applies to positions too, without its dropout.
  private func project(_ positions: Variable, _ layer: Linear, on tape: Tape) -> Variable {
    let y = tape.linear(positions, layer.weight, layer.bias)
    guard let lowRank = layer.lowRank else { return y }
    return tape.add(
      y, tape.linear(tape.linear(positions, lowRank.a), lowRank.b), scale: lowRank.scale)
  }
}

/// norm(residual + activation(dropout(convolution of the embeddings))), after the first block.
public final class DeBERTaConvolution {
  /// [out, in, width]
  public let weight: Parameter
  public let bias: Parameter
  public let norm: LayerNorm
  private let width: Int
  private let activation: Activation
  private let dropout: Float

  init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderConfiguration,
    _ deberta: DeBERTaConfiguration
  ) throws {
    let size = configuration.hiddenSize
    width = deberta.convolutionWidth
    weight = try weights.parameter("\(path).conv.weight", [size, size, width])
    bias = try weights.parameter("\(path).conv.bias", [size])
    norm = try LayerNorm(
      weights, "\(path).LayerNorm", size, epsilon: configuration.layerNormEpsilon)
    activation = deberta.convolutionActivation
    dropout = configuration.hiddenDropout
  }

  func callAsFunction(
    _ x: Variable, residual: Variable, _ sequences: Sequences, on tape: Tape
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    let y = tape.linear(tape.window(x, sequences, width: width), weight, bias)
    let active = tape.activation(tape.dropout(y, dropout, rows: rows), activation)
    return norm(active, residual: residual, rows: rows, on: tape)
  }
}
