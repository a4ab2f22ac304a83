// Linear probing (Alain, Bengio, 2017): a linear classifier on the vectors of one frozen layer, which
// says how much of the task can be read off that layer as it is.

import TLModels
import TLTensor
import TLText

/// Trains a linear layer on the vectors of one layer of the frozen encoder.
public struct LinearProbe: TransferAdaptor, Equatable {
  public static let name = "linear_probe"
  /// 0 for the embeddings, i for block i; negative ones count from the last block (-1).
  public var layer: Int
  /// Not used for tagging, where each word has its first piece's vector.
  public var pooling: FrozenFeatures.Pooling

  public init(layer: Int = -1, pooling: FrozenFeatures.Pooling = .mean) {
    self.layer = layer
    self.pooling = pooling
  }

  public init(saved: JSON) {
    self.init(
      layer: saved["layer"]?.int ?? -1,
      pooling: saved["pool"]?.string.flatMap(FrozenFeatures.Pooling.init) ?? .mean)
  }

  public var settings: [JSONField] {
    [JSONField("layer", .int(layer)), JSONField("pool", .string(pooling.rawValue))]
  }
  public var defaultLearningRate: Double { 1e-2 }

  public func attach(to model: EncoderModel, seed: UInt64) throws -> Attachment {
    let layers = model.configuration.layers
    let index = layer < 0 ? layers + 1 + layer : layer
    guard (0...layers).contains(index) else {
      throw TransferError(
        "linear_probe: the model has the layers 0 (embeddings) to \(layers), found \(layer)")
    }
    for parameter in model.parameters { parameter.isTrainable = false }
    let classes = model.sequenceHead?.classes ?? model.tokenHead?.classes ?? 0
    let weight = Parameter(
      "probe.weight",
      .normal(
        [classes, model.configuration.hiddenSize],
        standardDeviation: model.configuration.initializerRange, seed: seed,
        stream: ModelWeights.stream(of: "probe.weight")))
    let bias = Parameter("probe.bias", Tensor(zeros: [classes]))
    return Attachment(
      model, added: [weight, bias],
      features: FrozenFeatures(layer: index, pooling: pooling),
      probe: Linear(weight: weight, bias: bias))
  }
}
