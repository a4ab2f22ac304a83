// The shape of a model that is pretrained from nothing: sizes by name (Turc, Chang, Lee, Toutanova,
// 2019) or one by one. The objective says which family it is: BERT, T5 (as version 1.1, with a gated
// GELU, but with tied embeddings, which small vocabularies need less text for) or BART.

import TLModels
import TLText

/// The sizes of a model; each stack of an encoder-decoder has them.
public struct ModelArchitecture: Sendable, Equatable {
  public var layers: Int
  public var hiddenSize: Int
  public var heads: Int
  public var intermediateSize: Int
  public var maxPositions = 512
  public var dropout = 0.1

  public init(layers: Int, hiddenSize: Int, heads: Int, intermediateSize: Int) {
    self.layers = layers
    self.hiddenSize = hiddenSize
    self.heads = heads
    self.intermediateSize = intermediateSize
  }

  /// The sizes that have a name, the smallest first.
  public static let named: [(name: String, architecture: ModelArchitecture)] = [
    ("tiny", ModelArchitecture(layers: 2, hiddenSize: 128, heads: 2, intermediateSize: 512)),
    ("mini", ModelArchitecture(layers: 4, hiddenSize: 256, heads: 4, intermediateSize: 1024)),
    ("small", ModelArchitecture(layers: 4, hiddenSize: 512, heads: 8, intermediateSize: 2048)),
    ("medium", ModelArchitecture(layers: 8, hiddenSize: 512, heads: 8, intermediateSize: 2048)),
    ("base", ModelArchitecture(layers: 12, hiddenSize: 768, heads: 12, intermediateSize: 3072)),
  ]

  /// `BERT 4 × 256`
  public func title(_ objective: PretrainingSettings.Objective) -> String {
    let family =
      switch objective {
      case .mlm: "BERT"
      case .spanCorruption: "T5"
      case .denoising: "BART"
      }
    return "\(family) \(layers) × \(hiddenSize)"
  }

  /// Throws for sizes that cannot be meant.
  public func check() throws(TransferError) {
    for (name, value, limit) in [
      ("layers", layers, 200), ("hidden_size", hiddenSize, 16_384), ("heads", heads, 256),
      ("intermediate_size", intermediateSize, 65_536), ("max_positions", maxPositions, 65_536),
    ] where value < 1 || value > limit {
      throw TransferError("architecture: \(name) must be 1 to \(limit), found \(value)")
    }
    guard hiddenSize % heads == 0 else {
      throw TransferError(
        "architecture: hidden_size must be a multiple of heads, found \(hiddenSize) and \(heads)")
    }
    guard dropout >= 0, dropout < 1 else {
      throw TransferError("architecture: dropout must be in [0, 1), found \(dropout)")
    }
  }

  var fields: [JSONField] {
    [
      JSONField("layers", .int(layers)), JSONField("hidden_size", .int(hiddenSize)),
      JSONField("heads", .int(heads)), JSONField("intermediate_size", .int(intermediateSize)),
      JSONField("max_positions", .int(maxPositions)), JSONField("dropout", .number(dropout)),
    ]
  }

  /// The configuration of a BERT of this shape for a vocabulary.
  func configuration(vocabularySize: Int, paddingID: Int?) throws -> EncoderConfiguration {
    try EncoderConfiguration(
      ConfigurationFile(
        path: "architecture",
        json: .object([
          JSONField("model_type", .string("bert")), JSONField("vocab_size", .int(vocabularySize)),
          JSONField("hidden_size", .int(hiddenSize)),
          JSONField("num_hidden_layers", .int(layers)),
          JSONField("num_attention_heads", .int(heads)),
          JSONField("intermediate_size", .int(intermediateSize)),
          JSONField("max_position_embeddings", .int(maxPositions)),
          JSONField("type_vocab_size", .int(2)), JSONField("hidden_act", .string("gelu")),
          JSONField("hidden_dropout_prob", .number(dropout)),
          JSONField("attention_probs_dropout_prob", .number(dropout)),
          JSONField("layer_norm_eps", .number(1e-12)),
          JSONField("initializer_range", .number(0.02)),
          JSONField("pad_token_id", .int(paddingID ?? 0)),
        ])))
  }

  /// The configuration of a T5 of this shape.
  func configurationOfT5(_ tokenizer: Tokenizer) throws -> EncoderDecoderConfiguration {
    let ids = try SequenceIDs(tokenizer)
    return try EncoderDecoderConfiguration(
      ConfigurationFile(
        path: "architecture",
        json: .object([
          JSONField("model_type", .string("t5")), JSONField("vocab_size", .int(tokenizer.idLimit)),
          JSONField("d_model", .int(hiddenSize)), JSONField("d_kv", .int(hiddenSize / heads)),
          JSONField("d_ff", .int(intermediateSize)), JSONField("num_layers", .int(layers)),
          JSONField("num_decoder_layers", .int(layers)), JSONField("num_heads", .int(heads)),
          JSONField("relative_attention_num_buckets", .int(32)),
          JSONField("relative_attention_max_distance", .int(128)),
          JSONField("dropout_rate", .number(dropout)),
          JSONField("layer_norm_epsilon", .number(1e-6)),
          JSONField("initializer_factor", .number(1)),
          JSONField("feed_forward_proj", .string("gated-gelu")),
          JSONField("tie_word_embeddings", .bool(true)),
          JSONField("pad_token_id", .int(ids.padding)), JSONField("eos_token_id", .int(ids.end)),
          JSONField("decoder_start_token_id", .int(ids.padding)),
        ])))
  }

  /// The configuration of a BART of this shape.
  func configurationOfBART(_ tokenizer: Tokenizer) throws -> EncoderDecoderConfiguration {
    let ids = try SequenceIDs(tokenizer)
    return try EncoderDecoderConfiguration(
      ConfigurationFile(
        path: "architecture",
        json: .object([
          JSONField("model_type", .string("bart")),
          JSONField("vocab_size", .int(tokenizer.idLimit)), JSONField("d_model", .int(hiddenSize)),
          JSONField("encoder_layers", .int(layers)), JSONField("decoder_layers", .int(layers)),
          JSONField("encoder_attention_heads", .int(heads)),
          JSONField("decoder_attention_heads", .int(heads)),
          JSONField("encoder_ffn_dim", .int(intermediateSize)),
          JSONField("decoder_ffn_dim", .int(intermediateSize)),
          JSONField("max_position_embeddings", .int(maxPositions)),
          JSONField("activation_function", .string("gelu")),
          JSONField("dropout", .number(dropout)), JSONField("attention_dropout", .number(0)),
          JSONField("activation_dropout", .number(0)), JSONField("init_std", .number(0.02)),
          JSONField("pad_token_id", .int(ids.padding)), JSONField("eos_token_id", .int(ids.end)),
          JSONField("bos_token_id", ids.beginning.map { .int($0) } ?? .null),
          JSONField("decoder_start_token_id", .int(ids.end)),
        ])))
  }
}

/// The special tokens that an encoder-decoder is configured with.
private struct SequenceIDs {
  let padding: Int
  let end: Int
  let beginning: Int?

  init(_ tokenizer: Tokenizer) throws(TransferError) {
    let roles = tokenizer.specialTokens
    guard let padding = roles.padding.flatMap({ tokenizer.id(of: $0) }),
      let end = roles.end.flatMap({ tokenizer.id(of: $0) })
    else {
      throw TransferError(
        "the tokenizer has no padding or end token, which an encoder-decoder needs",
        next: "make one with kind \"unigram\"")
    }
    self.padding = Int(padding)
    self.end = Int(end)
    beginning = roles.beginning.flatMap { tokenizer.id(of: $0) }.map { Int($0) }
  }
}
