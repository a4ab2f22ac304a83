// Embeddings: vectors of texts and of words, by a donor or by a model adapted from it.

import TLModels
import TLTensor
import TLText

/// Vectors of words, with the words.
public struct WordVectors: Sendable {
  /// [words, hiddenSize], of the first piece of each word.
  public let vectors: Tensor
  public let words: [String]
  /// The number of the text that each word stands in.
  public let texts: [Int]
}

/// An encoder with the threads that run it and how it reads texts.
public struct EmbeddingEncoder: Sendable {
  let name: String
  let model: EncoderModel
  let workers: Workers
  let tokenizer: Tokenizer
  let maxLength: Int
  let precision: Precision
  /// What figures and tables call it.
  public let title: String

  /// The number of blocks.
  var layerCount: Int { model.configuration.layers }

  /// The number of a layer that may be counted from the last.
  func layer(_ layer: Int) throws -> Int {
    let layers = layerCount
    let index = layer < 0 ? layers + 1 + layer : layer
    guard (0...layers).contains(index) else {
      throw TransferError("\(name) has the layers 0 (embeddings) to \(layers), found \(layer)")
    }
    return index
  }

  func texts(
    _ texts: [String], layer: Int, pooling: FrozenFeatures.Pooling,
    isStopped: @escaping @Sendable () -> Bool
  ) throws -> Tensor {
    let index = try self.layer(layer)
    guard pooling != .pooler || model.pooler != nil else {
      throw TransferError("\(name) has no pooler", next: "use \"cls\", \"mean\" or \"max\"")
    }
    let part = try EncodedPart(
      texts: texts, labels: texts.map { _ in 0 }, tokenizer: tokenizer, maxLength: maxLength)
    return try FeatureCache(
      part, FrozenFeatures(layer: index, pooling: pooling), model, workers, precision: precision,
      isStopped: isStopped
    ).vectors
  }

  func words(
    _ sentences: [[String]], layer: Int, isStopped: @escaping @Sendable () -> Bool
  ) throws -> WordVectors {
    let index = try self.layer(layer)
    let filled = sentences.indices.filter { !sentences[$0].isEmpty }
    guard !filled.isEmpty else {
      return WordVectors(
        vectors: Tensor(zeros: [0, model.configuration.hiddenSize]), words: [], texts: [])
    }
    // The label of a word is its place in its sentence.
    let part = try EncodedPart(
      sentences: filled.map { sentences[$0] },
      labels: filled.map { sentences[$0].indices.map { Int32($0) } }, tokenizer: tokenizer,
      maxLength: maxLength)
    let cache = try FeatureCache(
      part, FrozenFeatures(layer: index, pooling: .mean), model, workers, precision: precision,
      isStopped: isStopped)
    var (words, texts) = ([String](), [Int]())
    for (position, sentence) in filled.enumerated() {
      for row in cache.starts[position]..<cache.starts[position + 1] {
        words.append(sentences[sentence][Int(cache.labels[row])])
        texts.append(sentence)
      }
    }
    return WordVectors(vectors: cache.vectors, words: words, texts: texts)
  }
}

extension Donor {
  /// The vectors of the words of texts that are cut into words; words that were cut off at the end of
  /// a long text have none.
  public func wordEmbeddings(
    _ sentences: [[String]], layer: Int = -1, maxLength: Int? = nil,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> WordVectors {
    try encoder(maxLength).words(sentences, layer: layer, isStopped: isStopped)
  }

  /// The donor as a reader of texts, which are cut to `maxLength` tokens.
  public func encoder(_ maxLength: Int? = nil) throws -> EmbeddingEncoder {
    EmbeddingEncoder(
      name: name, model: try features(), workers: workers(), tokenizer: tokenizer,
      maxLength: min(maxLength ?? self.maxLength, longestText), precision: .float32,
      title: shortName)
  }
}

extension AdaptedRun {
  /// One vector for each text by the adapted encoder, as `Donor.embeddings`.
  public func embeddings(
    _ texts: [String], layer: Int = -1, pooling: FrozenFeatures.Pooling = .mean,
    maxLength: Int? = nil, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Tensor {
    try encoder(maxLength).texts(texts, layer: layer, pooling: pooling, isStopped: isStopped)
  }

  /// The vectors of words by the adapted encoder, as `Donor.wordEmbeddings`.
  public func wordEmbeddings(
    _ sentences: [[String]], layer: Int = -1, maxLength: Int? = nil,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> WordVectors {
    try encoder(maxLength).words(sentences, layer: layer, isStopped: isStopped)
  }

  /// The adapted encoder as a reader of texts, which are cut to `maxLength` tokens.
  public func encoder(_ maxLength: Int? = nil) throws -> EmbeddingEncoder {
    let adapted = try adaptedModel()
    return EmbeddingEncoder(
      name: adaptation.donor.name, model: adapted.model, workers: adapted.workers,
      tokenizer: adaptation.donor.tokenizer,
      maxLength: min(maxLength ?? adaptation.maxLength, adaptation.donor.longestText),
      precision: .float32, title: adaptation.title)
  }
}

extension Predictor {
  /// Words and marks of a text, as predictions of tags have them.
  public static func wordList(_ text: String) -> [String] { words(text) }
}
