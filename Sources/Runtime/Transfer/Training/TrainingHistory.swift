// TrainingHistory: what is known of a run step by step and epoch by epoch.

import TLText

/// The log of a training run.
public struct TrainingHistory: Sendable, Equatable {
  /// One optimizer step.
  public struct Step: Sendable, Equatable {
    /// From 1.
    public var step: Int
    public var epoch: Int
    /// Of the batch, with smoothing and class weights.
    public var loss: Double
    public var learningRate: Double
    /// Of all gradients together, before clipping.
    public var gradientNorm: Double

    public init(step: Int, epoch: Int, loss: Double, learningRate: Double, gradientNorm: Double) {
      self.step = step
      self.epoch = epoch
      self.loss = loss
      self.learningRate = learningRate
      self.gradientNorm = gradientNorm
    }
  }

  /// A named number.
  public struct Metric: Sendable, Equatable {
    public var name: String
    public var value: Double

    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  public struct Epoch: Sendable, Equatable {
    /// From 1.
    public var epoch: Int
    /// The last step of the epoch.
    public var step: Int
    /// Mean over the steps of the epoch.
    public var trainLoss: Double
    /// On the validation part; empty without one.
    public var validation: [Metric]
    /// Mean gradient norm of each layer over the steps of the epoch.
    public var layerNorms: [Metric]

    public init(
      epoch: Int, step: Int, trainLoss: Double, validation: [Metric], layerNorms: [Metric]
    ) {
      self.epoch = epoch
      self.step = step
      self.trainLoss = trainLoss
      self.validation = validation
      self.layerNorms = layerNorms
    }

    public func validation(_ name: String) -> Double? {
      validation.first { $0.name == name }?.value
    }
  }

  public var steps: [Step] = []
  public var epochs: [Epoch] = []
  /// The epoch whose weights were kept; nil without validation.
  public var bestEpoch: Int?

  public init() {}
}

extension TrainingHistory {
  public var json: JSON {
    func metrics(_ list: [Metric]) -> JSON {
      .object(list.map { JSONField($0.name, .number($0.value)) })
    }
    return .object([
      JSONField(
        "steps",
        .array(
          steps.map {
            .array([
              .int($0.step), .int($0.epoch), .number($0.loss), .number($0.learningRate),
              .number($0.gradientNorm),
            ])
          })),
      JSONField(
        "epochs",
        .array(
          epochs.map {
            .object([
              JSONField("epoch", .int($0.epoch)), JSONField("step", .int($0.step)),
              JSONField("train_loss", .number($0.trainLoss)),
              JSONField("validation", metrics($0.validation)),
              JSONField("gradient_norms", metrics($0.layerNorms)),
            ])
          })),
      JSONField("best_epoch", bestEpoch.map { .int($0) } ?? .null),
    ])
  }

  /// Reads what `json` has written; nil if it is something else.
  public init?(_ json: JSON) {
    guard let steps = json["steps"]?.array, let epochs = json["epochs"]?.array else { return nil }
    for step in steps {
      guard let number = step[0]?.int, let epoch = step[1]?.int, let loss = step[2]?.number,
        let rate = step[3]?.number, let norm = step[4]?.number
      else { return nil }
      self.steps.append(
        Step(step: number, epoch: epoch, loss: loss, learningRate: rate, gradientNorm: norm))
    }
    func metrics(_ json: JSON?) -> [Metric] {
      (json?.object ?? []).compactMap { field in
        field.value.number.map { Metric(field.key, $0) }
      }
    }
    for epoch in epochs {
      guard let number = epoch["epoch"]?.int, let step = epoch["step"]?.int,
        let loss = epoch["train_loss"]?.number
      else { return nil }
      self.epochs.append(
        Epoch(
          epoch: number, step: step, trainLoss: loss, validation: metrics(epoch["validation"]),
          layerNorms: metrics(epoch["gradient_norms"])))
    }
    bestEpoch = json["best_epoch"]?.int
  }
}
