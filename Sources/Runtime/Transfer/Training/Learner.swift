// Learner: what the training loop trains: a model with a strategy attached, its examples, and how it
// computes loss and validation. One for encoders with a head here, one for encoder-decoders in
// SequenceLearner.swift.

import TLModels
import TLTensor

/// A model with examples to learn from.
public protocol Learner: AnyObject {
  var network: any AdaptedNetwork { get }
  /// The number of examples to train on.
  var count: Int { get }
  var hasValidation: Bool { get }
  /// Of AdamW, as the reference library trains the family.
  var epsilon: Double { get }
  /// The weights that mixout may mix with the pretrained ones.
  var mixedWeights: [Parameter] { get }
  /// The layer that a parameter belongs to.
  func layer(of name: String) -> String
  /// Computes once what no step changes. Throws `Stopped` when asked to stop.
  func prepare(_ settings: TrainingSettings, isStopped: @escaping @Sendable () -> Bool) throws
  /// The gradients of one batch: `share` times the mean over its labels; gives the loss.
  func accumulate(
    _ examples: [Int], share: Double, options: CrossEntropyOptions, dropout: DropoutKey,
    _ settings: TrainingSettings
  ) throws -> Double
  /// The metrics of the validation part.
  func validate(
    _ settings: TrainingSettings, isStopped: @escaping @Sendable () -> Bool
  ) throws -> [TrainingHistory.Metric]
}

/// An encoder with a head for classes or tags.
public final class EncoderLearner: Learner {
  public let adapted: AdaptedModel
  public let train: EncodedPart
  public let validation: EncodedPart?
  private let score: (Logits) throws -> [TrainingHistory.Metric]
  private var trainFeatures: FeatureCache?
  private var validationFeatures: FeatureCache?

  /// - Parameter score: the metrics of the validation part's logits, `loss` among them.
  public init(
    _ adapted: AdaptedModel, train: EncodedPart, validation: EncodedPart?,
    score: @escaping (Logits) throws -> [TrainingHistory.Metric]
  ) {
    self.adapted = adapted
    self.train = train
    self.validation = validation.flatMap { $0.count > 0 ? $0 : nil }
    self.score = score
  }

  public var network: any AdaptedNetwork { adapted }
  public var count: Int { train.count }
  public var hasValidation: Bool { validation != nil }
  public var epsilon: Double { 1e-8 }

  public var mixedWeights: [Parameter] {
    adapted.model.linears.map(\.layer.weight).filter {
      $0.isTrainable && !adapted.model.isHead($0)
    }
  }

  public func layer(of name: String) -> String { EncoderModel.layer(of: name) }

  public func prepare(
    _ settings: TrainingSettings, isStopped: @escaping @Sendable () -> Bool
  ) throws {
    guard let features = adapted.attachment.features, trainFeatures == nil else { return }
    trainFeatures = try FeatureCache.shared(
      train, features, adapted.model, adapted.workers, precision: settings.precision,
      isStopped: isStopped)
    validationFeatures = try validation.map {
      try FeatureCache.shared(
        $0, features, adapted.model, adapted.workers, precision: settings.precision,
        isStopped: isStopped)
    }
  }

  public func accumulate(
    _ texts: [Int], share: Double, options: CrossEntropyOptions, dropout: DropoutKey,
    _ settings: TrainingSettings
  ) throws -> Double {
    let adapted = adapted
    if let cache = trainFeatures {
      let lengths = texts.map { cache.starts[$0 + 1] - cache.starts[$0] }
      var starts: [Int] = []
      var rows = 0
      for length in lengths {
        starts.append(rows)
        rows += length
      }
      let weight = options.weight(
        of: texts.flatMap { cache.labels[cache.starts[$0]..<cache.starts[$0 + 1]] })
      guard weight > 0 else { return 0 }
      let batchStarts = starts
      return try adapted.workers.accumulate(
        costs: lengths, pieceTokens: 1 << 20, dropout: dropout, precision: settings.precision
      ) { tape, part in
        let rows = cache.rows(
          part.map { texts[$0] }, numbers: part, starts: part.map { batchStarts[$0] }, on: tape)
        return tape.crossEntropy(
          adapted.head(rows.vectors, rows.sequences, on: tape), rows.labels, options: options,
          scale: share / weight)
      }
    }
    let batch = try EncoderBatch(texts.map { train.texts[$0] }, for: adapted.model.configuration)
    let labels = texts.map { train.labels[$0] }
    let weight = options.weight(of: labels.flatMap { $0 })
    guard weight > 0 else { return 0 }
    return try adapted.workers.accumulate(
      costs: batch.lengths, dropout: dropout, precision: settings.precision
    ) { tape, part in
      let logits = adapted.model.logits(EncoderInput(batch, part, on: tape), on: tape)
      return tape.crossEntropy(
        logits, tape.arena.copy(part.flatMap { labels[$0] }), options: options,
        scale: share / weight)
    }
  }

  public func validate(
    _ settings: TrainingSettings, isStopped: @escaping @Sendable () -> Bool
  ) throws -> [TrainingHistory.Metric] {
    guard let validation else { return [] }
    return try score(
      try validationFeatures.map { try adapted.logits($0) }
        ?? adapted.logits(validation, precision: settings.precision, isStopped: isStopped))
  }
}
