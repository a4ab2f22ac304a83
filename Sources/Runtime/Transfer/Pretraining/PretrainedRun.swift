// PretrainedRun: a pretraining run with the donor it has made, out of the store.

import Glibc
import TLModels
import TLStore
import TLText

/// A stored pretraining run.
public final class PretrainedRun: Sendable {
  public let stored: StoredRun
  public let donor: Donor
  /// Its epochs are the evaluations, with the mean loss of the steps between them.
  public let history: TrainingHistory
  public let facts: Facts
  /// Whether it came out of the store.
  public let wasStored: Bool

  /// What a run cost and what it learned from.
  public struct Facts: Sendable, Equatable {
    public var seconds = 0.0
    /// Tokens in a second of training, evaluations included.
    public var tokensPerSecond = 0.0
    public var steps = 0
    public var totalSteps = 0
    /// Of the train part.
    public var texts = 0
    /// Texts longer than a sequence.
    public var cutTexts = 0
    public var sequences = 0
    public var tokens = 0
    public var validationTokens = 0
    /// Weights that the donor lacked and that began anew.
    public var newWeights = 0

    public init() {}

    var json: JSON {
      .object([
        JSONField("seconds", .number(seconds)),
        JSONField("tokens_per_second", .number(tokensPerSecond)),
        JSONField("steps", .int(steps)), JSONField("total_steps", .int(totalSteps)),
        JSONField("texts", .int(texts)), JSONField("cut_texts", .int(cutTexts)),
        JSONField("sequences", .int(sequences)), JSONField("tokens", .int(tokens)),
        JSONField("validation_tokens", .int(validationTokens)),
        JSONField("new_weights", .int(newWeights)),
      ])
    }

    init(_ json: JSON) {
      seconds = json["seconds"]?.number ?? 0
      tokensPerSecond = json["tokens_per_second"]?.number ?? 0
      steps = json["steps"]?.int ?? 0
      totalSteps = json["total_steps"]?.int ?? 0
      texts = json["texts"]?.int ?? 0
      cutTexts = json["cut_texts"]?.int ?? 0
      sequences = json["sequences"]?.int ?? 0
      tokens = json["tokens"]?.int ?? 0
      validationTokens = json["validation_tokens"]?.int ?? 0
      newWeights = json["new_weights"]?.int ?? 0
    }
  }

  /// Throws where the store has lost the model or its history.
  public init(_ stored: StoredRun, wasStored: Bool) throws {
    self.stored = stored
    self.wasStored = wasStored
    facts = Facts(stored.metrics)
    donor = try Donor(
      name: "\(Self.namePrefix)\(stored.id)", directory: stored.artifact("model").path)
    history = try stored.trainingHistory()
  }

  /// What the name of such a donor begins with, before the id of the run.
  static let namePrefix = "pretrained-"

  public var shortID: String { String(stored.id.prefix(4)) }
  public var isInterrupted: Bool { stored.state == .interrupted }
  /// Held-out loss in nats at the last evaluation.
  public var validationLoss: Double? { history.epochs.last?.validation("loss") }
}

extension PretrainedRun {
  /// Copies the model into a folder that exists.
  public func copy(to folder: String) throws {
    let names = (["model.safetensors"] + DonorLocator.companions).filter {
      access("\(donor.directory)/\($0)", R_OK) == 0 && $0 != "config.json"
    }
    // config.json last: a folder with it is complete.
    for name in names + ["config.json"] {
      let bytes = try FileBytes(path: "\(donor.directory)/\(name)")
      try AtomicFile.write("\(folder)/\(name)", bytes: bytes.withBytes { Array($0) })
    }
  }
}
