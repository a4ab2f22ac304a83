// Feature extraction: the encoder and its pooler are frozen, only the head on top is trained. The
// encoder's outputs are computed once for the whole run. Of an encoder-decoder the word embeddings and
// the encoder are frozen, and the decoder is trained.

import TLModels
import TLTensor
import TLText

/// Trains the head on the vectors of the frozen encoder.
public struct FeatureExtraction: TransferAdaptor, Equatable {
  public static let name = "feature_extraction"
  public init() {}
  public init(saved: JSON) {}

  public var settings: [JSONField] { [] }
  public var defaultLearningRate: Double { 5e-3 }

  public func attach(to model: EncoderModel, seed: UInt64) throws -> Attachment {
    model.trainHeadOnly()
    return Attachment(model, features: FrozenFeatures())
  }

  public func attach(to model: EncoderDecoderModel, seed: UInt64) throws -> SequenceAttachment {
    for parameter in model.parameters {
      let layer = EncoderDecoderModel.layer(of: parameter.name)
      parameter.isTrainable = !(layer == "shared" || layer.hasPrefix("encoder."))
    }
    return SequenceAttachment(model, keepsEncoder: true)
  }
}
