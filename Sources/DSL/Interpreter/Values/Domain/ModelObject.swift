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
    "name", "path", "family", "layers", "hidden_size", "heads", "parameters", "vocabulary_size",
    "max_length", "tokenizer", "mask", "summary",
  ]
  override public var fieldNames: [String] { Self.fields }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    let configuration = donor.configuration
    switch name {
    case "name": return .text(donor.name)
    case "path": return .text(donor.directory)
    case "family": return .text(configuration.family.rawValue)
    case "layers": return .integer(configuration.layers)
    case "hidden_size": return .integer(configuration.hiddenSize)
    case "heads": return .integer(configuration.heads)
    case "parameters": return .integer(donor.parameterCount)
    case "vocabulary_size": return .integer(donor.tokenizer.vocabularySize)
    case "max_length": return configuration.longestText.map { .integer($0) } ?? Value.none
    case "tokenizer": return .text(donor.tokenizer.kind)
    case "mask": return donor.tokenizer.specialTokens.mask.map { .text($0) } ?? Value.none
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
