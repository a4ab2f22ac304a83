// A donor as a value.

import TLTransfer

/// A pretrained model: `model("org/name")`.
public class ModelObject: DomainObject {
  public let donor: Donor

  public init(_ donor: Donor) {
    self.donor = donor
    super.init()
  }

  override public var kind: KindSet { .model }

  static let fields = [
    "name", "path", "family", "layers", "decoder_layers", "hidden_size", "heads", "parameters",
    "vocabulary_size", "max_length", "tokenizer", "mask", "unread_weights", "summary",
  ]
  override public var fieldNames: [String] { Self.fields }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    let (family, layers, decoderLayers, hiddenSize, heads, longest):
      (String, Int, Int?, Int, Int, Int?)
    switch donor.architecture {
    case .encoder(let c):
      (family, layers, decoderLayers) = (c.family.rawValue, c.layers, nil)
      (hiddenSize, heads, longest) = (c.hiddenSize, c.heads, c.longestText)
    case .encoderDecoder(let c):
      (family, layers, decoderLayers) = (c.family.rawValue, c.encoder.layers, c.decoder.layers)
      (hiddenSize, heads, longest) = (c.hiddenSize, c.encoder.heads, c.longestText)
    }
    switch name {
    case "name": return .text(donor.name)
    case "path": return .text(donor.directory)
    case "family": return .text(family)
    case "layers": return .integer(layers)
    case "decoder_layers": return decoderLayers.map { .integer($0) } ?? Value.none
    case "hidden_size": return .integer(hiddenSize)
    case "heads": return .integer(heads)
    case "parameters": return .integer(donor.parameterCount)
    case "vocabulary_size": return .integer(donor.tokenizer.vocabularySize)
    case "max_length": return longest.map { .integer($0) } ?? Value.none
    case "tokenizer": return .text(donor.tokenizer.kind)
    case "mask": return donor.tokenizer.specialTokens.mask.map { .text($0) } ?? Value.none
    case "unread_weights": return .texts(try donor.unreadWeights())
    case "summary": return .text(donor.summary)
    default: return nil
    }
  }

  override public func display(_ style: DisplayStyle) -> String { "Model  \(donor.summary)" }

  override public func isEqual(to other: DomainObject) -> Bool {
    (other as? ModelObject)?.donor.directory == donor.directory
  }
}

extension Arguments {
  func model(_ index: Int) throws -> Donor {
    if let object = self[index].asDomain as? ModelObject { return object.donor }
    throw wrongKind(index, expected: .model)
  }
}
