// TransferAdaptor: the one interface of all strategies. A strategy is given a loaded donor with a
// head and says what of it is trained, at which rate, what is added to it, and which of its outputs
// never change during training. It does not train: the loop is the same for all (Training/Trainer).

import TLModels
import TLTensor
import TLText

/// A way to adapt a pretrained model to a task.
public protocol TransferAdaptor: Sendable {
  /// As in the library's function and in every table, e.g. `lora`.
  static var name: String { get }

  /// All settings, for the key of a run and for its saved configuration.
  var settings: [JSONField] { get }

  /// From settings that `settings` has written; what is absent has its default.
  init(saved: JSON)

  /// The rate that the trainer takes where none is given.
  var defaultLearningRate: Double { get }

  /// Puts the strategy's parts into the model and sets which of its parameters train.
  ///
  /// Throws `TransferError` where the model has no place for them.
  /// - Parameter seed: of the new weights.
  func attach(to model: EncoderModel, seed: UInt64) throws -> Attachment

  /// The same for a model that writes texts. Throws where the strategy has no form for it.
  func attach(to model: EncoderDecoderModel, seed: UInt64) throws -> SequenceAttachment
}

extension TransferAdaptor {
  public func attach(to model: EncoderDecoderModel, seed: UInt64) throws -> SequenceAttachment {
    throw TransferError(
      "\(name) is for encoders, the donor is an encoder-decoder (\(model.configuration.family.title))",
      next: "lora, adapters, full_fine_tuning, layerwise and feature_extraction are for both")
  }

  public var name: String { Self.name }

  /// `lora(rank: 8, alpha: 16)`, as it is written in TL.
  public var call: String {
    let list = settings.map { "\($0.key): \($0.value.serialized())" }.joined(separator: ", ")
    return "\(name)(\(list))"
  }
}

/// What a strategy has made of a model of any kind.
public class AttachedStrategy: @unchecked Sendable {
  /// The model's own parameters.
  public let parameters: [Parameter]
  /// Parameters that the model had not had: low-rank matrices, adapters, a probe.
  public let added: [Parameter]
  /// By how much the base learning rate is multiplied for a parameter.
  public let rateMultiplier: @Sendable (Parameter) -> Double

  init(
    parameters: [Parameter], added: [Parameter],
    rateMultiplier: @escaping @Sendable (Parameter) -> Double
  ) {
    self.parameters = parameters
    self.added = added
    self.rateMultiplier = rateMultiplier
  }

  /// The parameters that train, the model's first.
  public var trained: [Parameter] { (parameters + added).filter(\.isTrainable) }
  /// The number of weights that train.
  public var trainedCount: Int { trained.reduce(0) { $0 + $1.count } }
  /// The number of all weights, added ones included.
  public var totalCount: Int { (parameters + added).reduce(0) { $0 + $1.count } }
}

/// What a strategy has made of an encoder.
public final class Attachment: AttachedStrategy, @unchecked Sendable {
  public let model: EncoderModel
  /// Where the outputs of the frozen part end; nil: everything is computed in every step.
  public let features: FrozenFeatures?
  /// A head in place of the model's own.
  public let probe: Linear?

  public init(
    _ model: EncoderModel, added: [Parameter] = [], features: FrozenFeatures? = nil,
    probe: Linear? = nil,
    rateMultiplier: @escaping @Sendable (Parameter) -> Double = { _ in 1 }
  ) {
    self.model = model
    self.features = features
    self.probe = probe
    super.init(parameters: model.parameters, added: added, rateMultiplier: rateMultiplier)
  }
}

/// What a strategy has made of an encoder-decoder.
public final class SequenceAttachment: AttachedStrategy, @unchecked Sendable {
  public let model: EncoderDecoderModel
  /// Whether the encoder's outputs never change, and are computed once.
  public let keepsEncoder: Bool

  public init(
    _ model: EncoderDecoderModel, added: [Parameter] = [], keepsEncoder: Bool = false,
    rateMultiplier: @escaping @Sendable (Parameter) -> Double = { _ in 1 }
  ) {
    self.model = model
    self.keepsEncoder = keepsEncoder
    super.init(parameters: model.parameters, added: added, rateMultiplier: rateMultiplier)
  }
}

/// Which outputs of a frozen encoder a head is trained on; they are computed once and kept.
public struct FrozenFeatures: Sendable, Equatable {
  /// How the vectors of a text become one.
  public enum Pooling: String, Sendable, CaseIterable {
    /// What the model's own head reads: the pooler's vector where it has one.
    case pooler
    /// The first token's vector.
    case cls
    /// The mean over all tokens, special ones included.
    case mean
    /// The largest value of each channel over all tokens.
    case max
  }

  /// The block whose outputs are taken, 0 for the embeddings; nil: the last one's.
  public var layer: Int?
  public var pooling: Pooling

  public init(layer: Int? = nil, pooling: Pooling = .pooler) {
    self.layer = layer
    self.pooling = pooling
  }
}

/// What is wrong with a task, a setting or a run, for the person who wrote it.
public struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
  public let message: String
  public let next: String?

  public init(_ message: String, next: String? = nil) {
    self.message = message
    self.next = next
  }

  public var description: String { next.map { "\(message); \($0)" } ?? message }
}

/// All strategies, each added in one line.
public enum StrategyRegistry {
  public static let strategies: [any TransferAdaptor.Type] = [
    FeatureExtraction.self, FullFineTuning.self, Layerwise.self, Adapters.self, LoRA.self,
    LinearProbe.self,
  ]

  /// A strategy as a stored run has it.
  public static func strategy(named name: String, saved: JSON) throws(TransferError)
    -> any TransferAdaptor
  {
    guard let type = strategies.first(where: { $0.name == name }) else {
      throw TransferError(
        "there is no strategy `\(name)`; this program knows "
          + strategies.map { $0.name }.joined(separator: ", "))
    }
    return type.init(saved: saved)
  }
}

extension EncoderModel {
  /// Whether a parameter belongs to the head that a task puts on top.
  public func isHead(_ parameter: Parameter) -> Bool { parameter.name.hasPrefix("classifier.") }

  /// Freezes everything but the head.
  func trainHeadOnly() {
    for parameter in parameters { parameter.isTrainable = isHead(parameter) }
  }
}
