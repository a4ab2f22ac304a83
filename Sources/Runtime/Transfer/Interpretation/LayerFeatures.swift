// LayerFeatures: what every layer of a frozen encoder says of texts or of their words, out of one pass.

import Synchronization
import TLModels
import TLTensor

/// How many texts several threads have read.
final class ReadCount: Sendable {
  private let count = Mutex(0)

  /// The sum after adding.
  func added(_ more: Int) -> Int {
    count.withLock { count in
      count += more
      return count
    }
  }
}

/// Rows of vectors by layer: one for a text, one for each word that was read.
struct LayerFeatures: @unchecked Sendable {
  let layers: [Int]
  /// For each of the layers [rows, hiddenSize].
  let vectors: [Tensor]
  /// Text i has the rows from `starts[i]` up to `starts[i + 1]`.
  let starts: [Int]
  /// The label of each row.
  let labels: [Int32]

  /// - Parameters:
  ///   - layers: 0 for the embeddings, i for block i, each once.
  ///   - isStopped: asked between chunks of texts; true ends the work with `Stopped`.
  ///   - done: hears after each chunk how many texts have been read, of how many.
  init(
    _ part: EncodedPart, layers: [Int], pooling: FrozenFeatures.Pooling,
    _ encoder: EmbeddingEncoder, isStopped: @escaping @Sendable () -> Bool,
    done: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws {
    let model = encoder.model
    let columns = model.configuration.hiddenSize
    var starts = [0]
    var labels: [Int32] = []
    for index in part.texts.indices {
      labels += part.labels[index].lazy.filter { $0 != EncodedPart.ignored }
      starts.append(labels.count)
    }
    let count = labels.count
    let vectors = layers.map { _ in Tensor(zeros: [count, columns]) }
    for tensor in vectors { tensor.storage.willBeFilled() }
    let batch = try EncoderBatch(part.texts, for: model.configuration)
    let rowStarts = starts
    let read = ReadCount()
    try encoder.workers.forward(lengths: batch.lengths, precision: encoder.precision) {
      tape, range in
      if isStopped() { throw Stopped() }
      let input = EncoderInput(batch, range, on: tape)
      let trace = EncoderTrace { layer, hidden in
        guard let place = layers.firstIndex(of: layer) else { return }
        let target = vectors[place].pointer
        guard part.isTagging else {
          let pooled = FeatureCache.pooled(hidden, pooling, input, model, on: tape)
          (target + range.lowerBound * columns).update(from: pooled.data, count: pooled.count)
          return
        }
        for (position, index) in range.enumerated() {
          var row = rowStarts[index]
          for (token, label) in part.labels[index].enumerated() where label != EncodedPart.ignored {
            (target + row * columns).update(
              from: hidden.data + (input.sequences.start(position) + token) * columns,
              count: columns)
            row += 1
          }
        }
      }
      _ = model.encode(input, on: tape, trace: trace)
      done(read.added(range.count), part.texts.count)
    }
    self.layers = layers
    self.vectors = vectors
    self.starts = starts
    self.labels = labels
  }
}

extension EmbeddingEncoder {
  /// One vector for each text and layer, out of one pass: [texts, hiddenSize] for each of the layers,
  /// which may be counted from the last; nil for all.
  public func layers(
    _ texts: [String], layers: [Int]? = nil, pooling: FrozenFeatures.Pooling = .mean,
    isStopped: @escaping @Sendable () -> Bool = { false },
    done: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws -> [Tensor] {
    let part = try EncodedPart(
      texts: texts, labels: texts.map { _ in 0 }, tokenizer: tokenizer, maxLength: maxLength)
    return try LayerFeatures(
      part, layers: numbers(of: layers), pooling: pooling, self, isStopped: isStopped, done: done
    ).vectors
  }

  /// Layers from 0 on, ascending and each once; all for nil.
  func numbers(of layers: [Int]?) throws -> [Int] {
    guard let layers else { return Array(0...layerCount) }
    guard !layers.isEmpty else { throw TransferError("the list of layers is empty") }
    return Set(try layers.map { try layer($0) }).sorted()
  }

  /// Throws where there is no text, or one without words.
  static func check(_ texts: [String]) throws(TransferError) {
    guard !texts.isEmpty else { throw TransferError("there are no texts") }
    if let empty = texts.firstIndex(where: {
      $0.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }) {
      throw TransferError(texts.count == 1 ? "the text is empty" : "text \(empty) is empty")
    }
  }
}
