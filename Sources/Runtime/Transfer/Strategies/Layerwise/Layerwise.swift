// Layer-wise learning rates (Howard, Ruder, 2018; Sun et al., 2019): every weight is trained, the
// lower its layer, the more slowly: rate * decay^(top - depth). The embeddings have depth 0, block i
// depth i + 1, pooler and head the depth of the top; the blocks of a decoder follow those of its encoder.

import Glibc
import TLModels
import TLTensor
import TLText

/// Trains all weights, lower layers at lower rates.
public struct Layerwise: TransferAdaptor, Equatable {
  public static let name = "layerwise"
  /// The ratio of the rates of neighbouring layers, in (0, 1].
  public var decay: Double

  public init(decay: Double = 0.9) { self.decay = decay }
  public init(saved: JSON) { self.init(decay: saved["decay"]?.number ?? 0.9) }

  public var settings: [JSONField] { [JSONField("decay", .number(decay))] }
  public var defaultLearningRate: Double { 1e-4 }

  public func attach(to model: EncoderModel, seed: UInt64) throws -> Attachment {
    guard decay > 0, decay <= 1 else {
      throw TransferError("layerwise: expected a decay above 0 and at most 1, found \(decay)")
    }
    for parameter in model.parameters { parameter.isTrainable = true }
    let (decay, top) = (decay, model.configuration.layers + 1)
    return Attachment(model) { parameter in
      pow(decay, Double(top - Self.depth(of: parameter.name, top: top)))
    }
  }

  public func attach(to model: EncoderDecoderModel, seed: UInt64) throws -> SequenceAttachment {
    guard decay > 0, decay <= 1 else {
      throw TransferError("layerwise: expected a decay above 0 and at most 1, found \(decay)")
    }
    for parameter in model.parameters { parameter.isTrainable = true }
    let (decay, below) = (decay, model.configuration.encoder.layers)
    let top = below + model.configuration.decoder.layers + 1
    return SequenceAttachment(model) { parameter in
      pow(decay, Double(top - Self.depth(of: parameter.name, encoderLayers: below, top: top)))
    }
  }

  /// 0 for embeddings, then the blocks of the encoder, of the decoder, and `top` for what follows.
  public static func depth(of name: String, encoderLayers: Int, top: Int) -> Int {
    let parts = EncoderDecoderModel.layer(of: name).split(separator: ".").map(String.init)
    let isDecoder = parts.first == "decoder"
    if parts.count > 2, let index = Int(parts[2]) {
      return index + 1 + (isDecoder ? encoderLayers : 0)
    }
    if parts.first == "shared" || parts.last?.contains("embed") == true { return 0 }
    return parts.first == "encoder" ? encoderLayers : top
  }

  /// 0 for embeddings, i + 1 for block i, 1 for what all blocks share (DeBERTa's relative
  /// positions and convolution), `top` for pooler and head.
  public static func depth(of name: String, top: Int) -> Int {
    let layer = EncoderModel.layer(of: name)
    if layer == "embeddings" { return 0 }
    if layer == "encoder" { return 1 }
    if layer.hasPrefix("encoder.layer."), let index = Int(layer.dropFirst(14)) { return index + 1 }
    return top
  }
}
