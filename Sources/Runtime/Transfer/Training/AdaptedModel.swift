// AdaptedModel: a donor with a strategy attached, as one function from texts to logits, whether the
// encoder runs in every step or its outputs were kept.

import TLModels
import TLTensor

/// A model of any kind with a strategy attached, and the threads that run it.
public protocol AdaptedNetwork: AnyObject, Sendable {
  var attached: AttachedStrategy { get }
  var workers: Workers { get }
  var layout: GradientLayout { get }
}

/// An encoder with a strategy attached, and the threads that run it.
public final class AdaptedModel: AdaptedNetwork, @unchecked Sendable {
  public let attachment: Attachment
  public let workers: Workers
  public let layout: GradientLayout
  public var model: EncoderModel { attachment.model }
  public var attached: AttachedStrategy { attachment }
  public var classes: Int {
    attachment.probe?.weight.rows ?? model.sequenceHead?.classes ?? model.tokenHead?.classes ?? 0
  }

  public init(_ attachment: Attachment, threads: Int? = nil) {
    self.attachment = attachment
    layout = GradientLayout(attachment.model.parameters + attachment.added)
    workers = Workers(threads: threads ?? ThreadPool.processors, layout: layout)
  }

  /// A model on the threads of another one, for what is not trained by itself.
  init(_ attachment: Attachment, layout: GradientLayout, workers: Workers) {
    self.attachment = attachment
    self.layout = layout
    self.workers = workers
  }

  /// The head's logits for rows of features.
  func head(_ vectors: Variable, _ sequences: Sequences, on tape: Tape) -> Variable {
    if let probe = attachment.probe { return probe(vectors, on: tape, rows: .tokens(sequences)) }
    if let head = model.tokenHead { return head(vectors, sequences, on: tape) }
    if let head = model.sequenceHead { return head(vectors, sequences, on: tape) }
    return vectors
  }

  /// The logits of a part without dropout: a row for each text, or for each word that was read.
  ///
  /// Throws `Stopped` when asked to stop.
  public func logits(
    _ part: EncodedPart, precision: Precision = .float32,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Logits {
    if let features = attachment.features {
      let cache = try FeatureCache.shared(
        part, features, model, workers, precision: precision, isStopped: isStopped)
      return try logits(cache)
    }
    var starts = [0]
    for labels in part.labels {
      starts.append(
        (starts.last ?? 0)
          + (part.isTagging ? labels.count { $0 != EncodedPart.ignored } : 1))
    }
    let classes = classes
    let values = Tensor(zeros: [starts.last ?? 0, classes])
    let batch = try EncoderBatch(part.texts, for: model.configuration)
    let rowStarts = starts
    try workers.forward(lengths: batch.lengths, precision: precision) { tape, range in
      if isStopped() { throw Stopped() }
      let input = EncoderInput(batch, range, on: tape)
      let logits = model.logits(input, on: tape)
      guard part.isTagging else {
        (values.pointer + range.lowerBound * classes)
          .update(from: logits.data, count: logits.count)
        return
      }
      for (position, index) in range.enumerated() {
        var row = rowStarts[index]
        for (token, label) in part.labels[index].enumerated() where label != EncodedPart.ignored {
          (values.pointer + row * classes)
            .update(
              from: logits.data + (input.sequences.start(position) + token) * classes,
              count: classes)
          row += 1
        }
      }
    }
    return Logits(classes: classes, values: values.values, starts: starts)
  }

  /// The head's logits for kept features.
  func logits(_ cache: FeatureCache) throws -> Logits {
    let classes = classes
    let values = Tensor(zeros: [cache.labels.count, classes])
    let lengths = (0..<cache.starts.count - 1).map { cache.starts[$0 + 1] - cache.starts[$0] }
    try workers.forward(lengths: lengths, chunkTokens: 4096) { tape, range in
      let numbers = Array(range)
      let rows = cache.rows(numbers, numbers: numbers, starts: numbers, on: tape)
      let logits = head(rows.vectors, rows.sequences, on: tape)
      (values.pointer + cache.starts[range.lowerBound] * classes)
        .update(from: logits.data, count: logits.count)
    }
    return Logits(classes: classes, values: values.values, starts: cache.starts)
  }
}
