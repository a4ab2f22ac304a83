// Bottleneck adapters: the encoder is frozen; after its output layers stand small two-layer networks
// with a residual connection. Houlsby et al., 2019: after attention and after the feed-forward layers;
// Pfeiffer et al., 2021: after the feed-forward layers only. Weights begin normal with deviation 0.02,
// biases with zeros, as in AdapterHub.

import TLModels
import TLTensor
import TLText

/// Trains bottleneck adapters, and the head.
public struct Adapters: TransferAdaptor, Equatable {
  public enum Form: String, Sendable, CaseIterable {
    case houlsby
    case pfeiffer
  }

  public static let name = "adapters"
  /// The width of an adapter.
  public var bottleneck: Int
  public var form: Form
  public var activation: Activation

  public init(bottleneck: Int = 64, form: Form = .houlsby, activation: Activation? = nil) {
    self.bottleneck = bottleneck
    self.form = form
    self.activation = activation ?? (form == .houlsby ? .silu : .relu)
  }

  public init(saved: JSON) {
    self.init(
      bottleneck: saved["bottleneck"]?.int ?? 64,
      form: saved["form"]?.string.flatMap(Form.init) ?? .houlsby,
      activation: saved["activation"]?.string.flatMap { Activation(named: $0) })
  }

  public var settings: [JSONField] {
    [
      JSONField("bottleneck", .int(bottleneck)), JSONField("form", .string(form.rawValue)),
      JSONField("activation", .string(activation.rawValue)),
    ]
  }
  public var defaultLearningRate: Double { 1e-3 }

  public func attach(to model: EncoderModel, seed: UInt64) throws -> Attachment {
    let size = try checked(model.configuration.hiddenSize)
    model.trainHeadOnly()
    var added: [Parameter] = []
    for (path, layer) in model.outputs {
      if form == .pfeiffer && path.hasSuffix(".attention.output") { continue }
      layer.adapter = bottleneck(path, size, seed, &added)
    }
    return Attachment(model, added: added)
  }

  /// After self-attention and feed-forward layers of both stacks, not after attention to the source.
  public func attach(to model: EncoderDecoderModel, seed: UInt64) throws -> SequenceAttachment {
    let size = try checked(model.configuration.hiddenSize)
    for parameter in model.parameters { parameter.isTrainable = false }
    var added: [Parameter] = []
    for (path, place) in model.adapterPlaces {
      if place.kind == .crossAttention { continue }
      if form == .pfeiffer && place.kind != .feedForward { continue }
      place.adapter = bottleneck(path, size, seed, &added)
    }
    return SequenceAttachment(model, added: added)
  }

  private func checked(_ size: Int) throws(TransferError) -> Int {
    guard bottleneck >= 1 else {
      throw TransferError("adapters: expected a bottleneck of at least 1, found \(bottleneck)")
    }
    guard bottleneck <= size else {
      throw TransferError(
        "adapters: a bottleneck of \(bottleneck) is wider than the model's \(size)")
    }
    return size
  }

  /// A new adapter for vectors of a size.
  private func bottleneck(
    _ path: String, _ size: Int, _ seed: UInt64, _ added: inout [Parameter]
  ) -> Bottleneck {
    func linear(_ path: String, _ inputs: Int, _ outputs: Int) -> Linear {
      let name = "\(path).weight"
      let weight = Parameter(
        name,
        .normal(
          [outputs, inputs], standardDeviation: 0.02, seed: seed,
          stream: ModelWeights.stream(of: name)))
      let bias = Parameter("\(path).bias", Tensor(zeros: [outputs]))
      added += [weight, bias]
      return Linear(weight: weight, bias: bias)
    }
    return Bottleneck(
      down: linear("\(path).adapters.task.adapter_down.0", size, bottleneck),
      up: linear("\(path).adapters.task.adapter_up", bottleneck, size),
      activation: activation, normalizesFirst: form == .pfeiffer)
  }
}
