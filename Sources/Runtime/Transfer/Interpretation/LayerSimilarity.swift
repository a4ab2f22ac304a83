// LayerSimilarity: linear CKA between all layers of two models over texts.

import TLAnalysis
import TLTensor

/// How alike the layers of two models are.
public struct LayerSimilarity: Sendable {
  public let first: String
  public let second: String
  /// [layers of the first + 1, layers of the second + 1], the embeddings being layer 0; NaN for a layer
  /// that says the same of all texts.
  public let values: [[Double]]
  public let texts: Int
}

extension EmbeddingEncoder {
  /// CKA of this model's layers with another's over the vectors of texts.
  public func similarity(
    to other: EmbeddingEncoder, _ texts: [String], pooling: FrozenFeatures.Pooling = .mean,
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws -> LayerSimilarity {
    try Self.check(texts)
    guard texts.count >= 3 else {
      throw TransferError("CKA needs three texts or more, found \(texts.count)")
    }
    guard pooling != .pooler else {
      throw TransferError("a pooler reads the last layer alone", next: "use \"cls\" or \"mean\"")
    }
    let mine = try layers(texts, pooling: pooling, isStopped: isStopped) {
      progress("the first model", 0.4 * Double($0) / Double($1))
    }
    let others = try other.layers(texts, pooling: pooling, isStopped: isStopped) {
      progress("the second model", 0.4 + 0.4 * Double($0) / Double($1))
    }
    progress("layers", 0.8)
    return LayerSimilarity(
      first: title, second: other.title,
      values: try LinearCKA.matrix(mine, others, pool: workers.pool, isCancelled: isStopped),
      texts: texts.count)
  }
}
