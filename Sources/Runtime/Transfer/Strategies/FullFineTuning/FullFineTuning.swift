// Full fine-tuning (Devlin et al., 2019): every weight is trained at one rate.

import TLModels
import TLTensor
import TLText

/// Trains all weights.
public struct FullFineTuning: TransferAdaptor, Equatable {
  public static let name = "full_fine_tuning"
  public init() {}
  public init(saved: JSON) {}

  public var settings: [JSONField] { [] }
  public var defaultLearningRate: Double { 5e-5 }

  public func attach(to model: EncoderModel, seed: UInt64) throws -> Attachment {
    for parameter in model.parameters { parameter.isTrainable = true }
    return Attachment(model)
  }

  public func attach(to model: EncoderDecoderModel, seed: UInt64) throws -> SequenceAttachment {
    for parameter in model.parameters { parameter.isTrainable = true }
    return SequenceAttachment(model)
  }
}
