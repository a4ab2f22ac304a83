// The shape of a model that is pretrained from nothing: sizes by name (Turc, Chang, Lee, Toutanova,
// 2019) or one by one.

import TLModels
import TLText

/// The shape of a BERT.
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
  public var title: String { "BERT \(layers) × \(hiddenSize)" }

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
}
