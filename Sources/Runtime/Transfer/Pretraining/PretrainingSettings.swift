// PretrainingSettings: everything that decides a pretraining run besides texts, model and tokenizer.

import TLTensor
import TLText

/// How a model is pretrained.
public struct PretrainingSettings: Sendable, Equatable {
  public enum Objective: String, Sendable, CaseIterable {
    /// Masked words, for encoders.
    case mlm
    /// Hidden spans, for T5.
    case spanCorruption = "span_corruption"
    /// Infilled spans and sentences in another order, for BART.
    case denoising
  }

  public var objective = Objective.mlm
  /// Passes over the texts, where `steps` is not given.
  public var epochs = 1
  public var steps: Int?
  /// Sequences in a step.
  public var batchSize = 32
  /// In tokens, special ones included.
  public var maxLength = 128
  /// Whether several texts share a sequence.
  public var joinsTexts = true
  /// The highest rate of the schedule; nil: 5e-4 from nothing, 1e-4 for a donor that goes on.
  public var learningRate: Double?
  public var weightDecay = 0.01
  public var warmupRatio = 0.1
  public var schedule = TrainingSettings.ScheduleShape.linear
  public var clipNorm: Double? = 1
  /// The share of the tokens that have to be guessed; nil: 0.15, and 0.3 for denoising.
  public var maskingShare: Double?
  public var wholeWords = true
  /// In place of the dropout of the donor or the architecture.
  public var dropout: Double?
  /// The share of the texts that is held out, at most 2000 of them.
  public var validationShare = 0.02
  /// How often the held-out texts are measured, the end included.
  public var evaluations = 10
  public var precision = Precision.float32
  public var seed: UInt64 = 0
  /// Not part of the key.
  public var threads: Int?

  public init() {}

  /// The share, with the objective's own where none is given.
  var maskedShare: Double { maskingShare ?? (objective == .denoising ? 0.3 : 0.15) }

  public var fields: [JSONField] {
    [
      JSONField("objective", .string(objective.rawValue)), JSONField("epochs", .int(epochs)),
      JSONField("steps", steps.map { .int($0) } ?? .null), JSONField("batch_size", .int(batchSize)),
      JSONField("max_length", .int(maxLength)), JSONField("join_texts", .bool(joinsTexts)),
      JSONField("weight_decay", .number(weightDecay)),
      JSONField("warmup_ratio", .number(warmupRatio)),
      JSONField("schedule", .string(schedule.rawValue)),
      JSONField("clip_norm", clipNorm.map { .number($0) } ?? .null),
      JSONField("masking", .number(maskedShare)), JSONField("whole_words", .bool(wholeWords)),
      JSONField("dropout", dropout.map { .number($0) } ?? .null),
      JSONField("validation", .number(validationShare)),
      JSONField("evaluations", .int(evaluations)),
      JSONField("precision", .string(precision.rawValue)),
      JSONField("seed", .string(String(seed))),
    ]
  }

  /// Throws for values that cannot be meant.
  public func check() throws(TransferError) {
    func need(_ holds: Bool, _ what: String) throws(TransferError) {
      if !holds { throw TransferError("pretraining: expected \(what)") }
    }
    try need(epochs >= 1, "at least 1 epoch, found \(epochs)")
    if let steps { try need(steps >= 1, "at least 1 step, found \(steps)") }
    try need(batchSize >= 1, "a batch_size of at least 1, found \(batchSize)")
    try need(maxLength >= 4, "a max_length of at least 4, found \(maxLength)")
    try need(evaluations >= 1, "at least 1 evaluation, found \(evaluations)")
    if let maskingShare {
      try need(
        maskingShare > 0 && maskingShare < 1, "a masking share in (0, 1), found \(maskingShare)")
    }
    try need(
      validationShare >= 0 && validationShare <= 0.5,
      "a validation share from 0 to 0.5, found \(validationShare)")
    try need(weightDecay >= 0 && weightDecay < 1, "a weight_decay in [0, 1), found \(weightDecay)")
    try need((0...1).contains(warmupRatio), "a warmup_ratio from 0 to 1, found \(warmupRatio)")
    if let rate = learningRate {
      try need(rate > 0 && rate.isFinite, "a learning_rate above 0, found \(rate)")
    }
    if let dropout {
      try need(dropout >= 0 && dropout < 1, "a dropout in [0, 1), found \(dropout)")
    }
  }
}
