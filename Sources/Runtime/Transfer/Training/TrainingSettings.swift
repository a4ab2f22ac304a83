// TrainingSettings: everything that decides a training run besides donor, task and strategy.

import TLTensor
import TLText

/// How a strategy is trained. Names and meanings are those of the field's usual trainer.
public struct TrainingSettings: Sendable, Equatable {
  public enum ScheduleShape: String, Sendable, CaseIterable {
    case linear, cosine, constant
  }
  /// How much the classes count in the loss.
  public enum ClassWeights: Sendable, Equatable {
    case none
    /// n / (classes * n of the class): each class counts the same.
    case balanced
    case given([Double])
  }

  public var epochs = 3
  public var batchSize = 16
  /// The highest rate of the schedule; nil: the strategy's own.
  public var learningRate: Double?
  /// Of all weights but biases and norms.
  public var weightDecay = 0.01
  /// The share of the steps in which the rate rises from 0.
  public var warmupRatio = 0.1
  public var schedule = ScheduleShape.linear
  /// Gradients are scaled down to this norm; nil: never.
  public var clipNorm: Double? = 1
  /// Batches whose gradients make one step: the mean of the batches' means.
  public var accumulation = 1
  public var labelSmoothing = 0.0
  /// In place of all dropout probabilities of the donor; nil: as config.json says.
  public var dropout: Double?
  /// The probability of mixout (Lee, Cho, Kang, 2020); 0: none.
  public var mixout = 0.0
  /// How many of the top blocks begin anew (Zhang et al., 2021), with the pooler.
  public var reinitializedLayers = 0
  /// Epochs without improvement of the validation metric after which training ends; nil: never.
  public var patience: Int?
  /// The validation metric that decides which weights are kept; nil: the task's headline.
  public var metric: String?
  /// In tokens; nil: what the donor reads, at most 512.
  public var maxLength: Int?
  public var classWeights = ClassWeights.none
  public var precision = Precision.float32
  /// Whether the texts come in a new order in every epoch.
  public var shuffles = true
  public var seed: UInt64 = 0
  /// Worker threads; results do not depend on it beyond rounding. Not part of a run's key.
  public var threads: Int?

  public init() {}

  /// All settings that decide the result, for keys and saved configurations.
  public var fields: [JSONField] {
    func optional(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
    let weights: JSON =
      switch classWeights {
      case .none: .null
      case .balanced: .string("balanced")
      case .given(let values): .array(values.map { .number($0) })
      }
    return [
      JSONField("epochs", .int(epochs)), JSONField("batch_size", .int(batchSize)),
      JSONField("learning_rate", optional(learningRate)),
      JSONField("weight_decay", .number(weightDecay)),
      JSONField("warmup_ratio", .number(warmupRatio)),
      JSONField("schedule", .string(schedule.rawValue)),
      JSONField("clip_norm", optional(clipNorm)), JSONField("accumulation", .int(accumulation)),
      JSONField("label_smoothing", .number(labelSmoothing)),
      JSONField("dropout", optional(dropout)), JSONField("mixout", .number(mixout)),
      JSONField("reinitialized_layers", .int(reinitializedLayers)),
      JSONField("patience", patience.map { .int($0) } ?? .null),
      JSONField("metric", metric.map { .string($0) } ?? .null),
      JSONField("max_length", maxLength.map { .int($0) } ?? .null),
      JSONField("class_weights", weights), JSONField("precision", .string(precision.rawValue)),
      JSONField("shuffle", .bool(shuffles)), JSONField("seed", .string(String(seed))),
    ]
  }

  /// From fields that `fields` has written; what is absent has its default.
  public init(saved: JSON) {
    self.init()
    epochs = saved["epochs"]?.int ?? epochs
    batchSize = saved["batch_size"]?.int ?? batchSize
    learningRate = saved["learning_rate"]?.number
    weightDecay = saved["weight_decay"]?.number ?? weightDecay
    warmupRatio = saved["warmup_ratio"]?.number ?? warmupRatio
    schedule = saved["schedule"]?.string.flatMap(ScheduleShape.init) ?? schedule
    clipNorm = saved["clip_norm"]?.number
    accumulation = saved["accumulation"]?.int ?? accumulation
    labelSmoothing = saved["label_smoothing"]?.number ?? labelSmoothing
    dropout = saved["dropout"]?.number
    mixout = saved["mixout"]?.number ?? mixout
    reinitializedLayers = saved["reinitialized_layers"]?.int ?? reinitializedLayers
    patience = saved["patience"]?.int
    metric = saved["metric"]?.string
    maxLength = saved["max_length"]?.int
    if let weights = saved["class_weights"]?.array {
      classWeights = .given(weights.compactMap(\.number))
    } else if saved["class_weights"]?.string == "balanced" {
      classWeights = .balanced
    }
    precision = saved["precision"]?.string.flatMap(Precision.init) ?? precision
    shuffles = saved["shuffle"]?.bool ?? shuffles
    seed = saved["seed"]?.string.flatMap { UInt64($0) } ?? seed
  }

  /// Throws for values that cannot be meant.
  public func check() throws(TransferError) {
    func need(_ holds: Bool, _ what: String) throws(TransferError) {
      if !holds { throw TransferError("training: expected \(what)") }
    }
    try need(epochs >= 1 && epochs <= 100_000, "1 to 100000 epochs, found \(epochs)")
    try need(batchSize >= 1, "a batch_size of at least 1, found \(batchSize)")
    try need(accumulation >= 1, "an accumulation of at least 1, found \(accumulation)")
    if let rate = learningRate {
      try need(rate > 0 && rate.isFinite, "a learning_rate above 0, found \(rate)")
    }
    try need(weightDecay >= 0 && weightDecay < 1, "a weight_decay in [0, 1), found \(weightDecay)")
    try need((0...1).contains(warmupRatio), "a warmup_ratio from 0 to 1, found \(warmupRatio)")
    try need(
      labelSmoothing >= 0 && labelSmoothing < 1,
      "a label_smoothing in [0, 1), found \(labelSmoothing)")
    try need(mixout >= 0 && mixout < 1, "a mixout in [0, 1), found \(mixout)")
    if let dropout {
      try need(dropout >= 0 && dropout < 1, "a dropout in [0, 1), found \(dropout)")
    }
    if let clipNorm { try need(clipNorm > 0, "a clip_norm above 0, found \(clipNorm)") }
    if let patience { try need(patience >= 1, "a patience of at least 1, found \(patience)") }
    if let maxLength { try need(maxLength >= 4, "a max_length of at least 4, found \(maxLength)") }
  }
}
