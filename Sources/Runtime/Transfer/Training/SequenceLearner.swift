// SequenceLearner: an encoder-decoder that learns to write the targets of sources. Where the encoder is
// frozen its outputs are computed once and kept, as long as they take no more than a gigabyte.

import Glibc
import Synchronization
import TLModels
import TLTensor
import TLText

/// Sources and targets as a donor reads and writes them.
public struct EncodedPairs: Sendable {
  public var sources: [[Int32]]
  /// With the end token.
  public var targets: [[Int32]]
  /// How many sources were longer than the model or the setting allows.
  public var truncated = 0
  /// How many targets were longer.
  public var truncatedTargets = 0

  public init(sources: [[Int32]], targets: [[Int32]]) {
    self.sources = sources
    self.targets = targets
  }

  public var count: Int { sources.count }

  /// Encodes sources behind a prefix, and targets.
  ///
  /// Throws `TransferError` for an empty source.
  public init(
    sources texts: [String], targets: [String] = [], prefix: String, tokenizer: Tokenizer,
    maxLength: Int, maxTarget: Int
  ) throws {
    if let row = texts.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
      throw TransferError("text \(row) is empty: there is nothing to write for it")
    }
    let encodings = try tokenizer.encodeBatch(
      texts.map { prefix + $0 },
      options: EncodeOptions(truncation: Truncation(maxLength: maxLength), offsets: false))
    sources = encodings.map(\.ids)
    truncated = encodings.count(where: \.isTruncated)
    let options = EncodeOptions(truncation: Truncation(maxLength: maxTarget), offsets: false)
    let written = try targets.map { try tokenizer.encodeTarget($0, options: options) }
    self.targets = written.map(\.ids)
    truncatedTargets = written.count(where: \.isTruncated)
  }
}

/// An encoder-decoder with a strategy attached, and the threads that run it.
public final class AdaptedSequenceModel: AdaptedNetwork, @unchecked Sendable {
  public let attachment: SequenceAttachment
  public let workers: Workers
  public let layout: GradientLayout
  public var model: EncoderDecoderModel { attachment.model }
  public var attached: AttachedStrategy { attachment }

  public init(_ attachment: SequenceAttachment, threads: Int? = nil) {
    self.attachment = attachment
    layout = GradientLayout(attachment.model.parameters + attachment.added)
    workers = Workers(threads: threads ?? ThreadPool.processors, layout: layout)
  }

  /// The mean cross-entropy of the targets' tokens, without dropout.
  ///
  /// Throws `Stopped` when asked to stop.
  public func loss(
    _ pairs: EncodedPairs, precision: Precision = .float32,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Double {
    try loss(pairs, kept: nil, precision: precision, isStopped: isStopped)
  }

  func loss(
    _ pairs: EncodedPairs, kept: KeptSources?, precision: Precision,
    isStopped: @escaping @Sendable () -> Bool
  ) throws -> Double {
    let batch = try TextPairBatch(
      sources: pairs.sources, targets: pairs.targets, for: model.configuration)
    let model = model
    let losses = Mutex([Int: Double]())
    try workers.forward(lengths: batch.costs, precision: precision) { tape, range in
      if isStopped() { throw Stopped() }
      let found = Self.loss(
        model, batch, Array(range), texts: Array(range), kept, options: CrossEntropyOptions(),
        scale: 1, on: tape)
      losses.withLock { $0[range.lowerBound] = found }
    }
    let tokens = pairs.targets.reduce(0) { $0 + $1.count }
    // In the order of the texts, whichever thread was first.
    let sum = losses.withLock { $0.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value } }
    return tokens == 0 ? .nan : sum / Double(tokens)
  }

  /// Forward to the loss, from what is kept of the sources where it is there.
  static func loss(
    _ model: EncoderDecoderModel, _ batch: TextPairBatch, _ share: [Int], texts: [Int],
    _ kept: KeptSources?, options: CrossEntropyOptions, scale: Double, on tape: Tape
  ) -> Double {
    let encoded =
      kept?.rows(texts, of: batch, share, on: tape) ?? model.encode(batch, share, on: tape)
    return model.loss(
      model.decode(batch, share, encoded.vectors, encoded.sequences, on: tape), batch, share,
      options: options, scale: scale, on: tape)
  }
}

/// The outputs of a frozen encoder for all sources of a part.
final class KeptSources: @unchecked Sendable {
  private let vectors: Tensor
  private let starts: [Int]

  /// The most memory that is kept.
  static let limit = 1 << 30

  /// Nil where they would take too much memory.
  init?(
    _ pairs: EncodedPairs, _ model: EncoderDecoderModel, _ workers: Workers, precision: Precision,
    isStopped: @escaping @Sendable () -> Bool
  ) throws {
    var starts = [0]
    for source in pairs.sources { starts.append((starts.last ?? 0) + source.count) }
    let size = model.configuration.hiddenSize
    let tokens = starts.last ?? 0
    guard tokens * size * MemoryLayout<Float>.stride <= Self.limit else { return nil }
    let vectors = Tensor(zeros: [tokens, size])
    let batch = try TextPairBatch(sources: pairs.sources, for: model.configuration)
    let first = starts
    try workers.forward(lengths: batch.costs, precision: precision) { tape, range in
      if isStopped() { throw Stopped() }
      let encoded = model.encode(batch, Array(range), on: tape).vectors
      (vectors.pointer + first[range.lowerBound] * size)
        .update(from: encoded.data, count: encoded.count)
    }
    self.vectors = vectors
    self.starts = starts
  }

  /// The vectors of some texts on a tape; `share` are their numbers in the batch.
  func rows(
    _ texts: [Int], of batch: TextPairBatch, _ share: [Int], on tape: Tape
  ) -> (vectors: Variable, sequences: Sequences) {
    let sequences = PackedIDs(sources: batch, share, on: tape).sequences
    let values = tape.constant(rows: sequences.tokens, columns: vectors.columns)
    var row = 0
    for text in texts {
      let count = starts[text + 1] - starts[text]
      (values.data + row * vectors.columns).update(
        from: vectors.pointer + starts[text] * vectors.columns, count: count * vectors.columns)
      row += count
    }
    return (values, sequences)
  }
}

/// Learns to write targets.
public final class SequenceLearner: Learner {
  public let adapted: AdaptedSequenceModel
  public let train: EncodedPairs
  public let validation: EncodedPairs?
  public let epsilon: Double
  private var kept: KeptSources?
  private var keptValidation: KeptSources?
  private var isPrepared = false

  public init(
    _ adapted: AdaptedSequenceModel, train: EncodedPairs, validation: EncodedPairs?,
    epsilon: Double = 1e-8
  ) {
    self.adapted = adapted
    self.train = train
    self.validation = validation.flatMap { $0.count > 0 ? $0 : nil }
    self.epsilon = epsilon
  }

  public var network: any AdaptedNetwork { adapted }
  public var count: Int { train.count }
  public var hasValidation: Bool { validation != nil }

  public var mixedWeights: [Parameter] {
    adapted.model.linears.map(\.layer.weight).filter(\.isTrainable)
  }

  public func layer(of name: String) -> String { EncoderDecoderModel.layer(of: name) }

  public func prepare(
    _ settings: TrainingSettings, isStopped: @escaping @Sendable () -> Bool
  ) throws {
    guard adapted.attachment.keepsEncoder, !isPrepared else { return }
    kept = try KeptSources(
      train, adapted.model, adapted.workers, precision: settings.precision, isStopped: isStopped)
    keptValidation = try validation.flatMap {
      try KeptSources(
        $0, adapted.model, adapted.workers, precision: settings.precision, isStopped: isStopped)
    }
    isPrepared = true
  }

  public func accumulate(
    _ texts: [Int], share: Double, options: CrossEntropyOptions, dropout: DropoutKey,
    _ settings: TrainingSettings
  ) throws -> Double {
    let batch = try TextPairBatch(
      sources: texts.map { train.sources[$0] }, targets: texts.map { train.targets[$0] },
      for: adapted.model.configuration)
    let weight = options.weight(of: batch.targets.flatMap { $0 })
    guard weight > 0 else { return 0 }
    let (model, kept) = (adapted.model, kept)
    return try adapted.workers.accumulate(
      costs: batch.costs, pieceTokens: TextPairBatch.pieceTokens, dropout: dropout,
      precision: settings.precision
    ) { tape, part in
      AdaptedSequenceModel.loss(
        model, batch, part, texts: part.map { texts[$0] }, kept, options: options,
        scale: share / weight, on: tape)
    }
  }

  public func validate(
    _ settings: TrainingSettings, isStopped: @escaping @Sendable () -> Bool
  ) throws -> [TrainingHistory.Metric] {
    guard let validation else { return [] }
    let loss = try adapted.loss(
      validation, kept: keptValidation, precision: settings.precision, isStopped: isStopped)
    return Self.metrics(loss)
  }

  static func metrics(_ loss: Double) -> [TrainingHistory.Metric] {
    [TrainingHistory.Metric("loss", loss), TrainingHistory.Metric("perplexity", exp(loss))]
  }
}
