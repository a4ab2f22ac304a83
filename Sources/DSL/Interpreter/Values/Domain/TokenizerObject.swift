// A tokenizer as a value.

import TLText
import TLTransfer

/// A tokenizer made from texts: `train_tokenizer(…)`.
public final class TokenizerObject: DomainObject {
  let tokenizer: Tokenizer

  init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    super.init()
  }

  override public var kind: KindSet { .tokenizer }
  override public var fieldNames: [String] {
    ["kind", "vocabulary_size", "mask", "unknown", "special_tokens", "tokens"]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    func optional(_ text: String?) -> Value { text.map { .text($0) } ?? .none }
    switch name {
    case "kind": return .text(tokenizer.kind)
    case "vocabulary_size": return .integer(tokenizer.vocabularySize)
    case "mask": return optional(tokenizer.specialTokens.mask)
    case "unknown": return optional(tokenizer.specialTokens.unknown)
    case "special_tokens":
      return .texts(tokenizer.addedTokens.filter(\.isSpecial).map(\.content))
    case "tokens": return .texts(tokenizer.tokens(0..<Int32(tokenizer.idLimit)))
    default: return nil
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    let size = tokenizer.idLimit
    let middle = tokenizer.tokens(
      stride(from: Int32(size / 4), to: Int32(size), by: max(1, size / 12)))
    return
      "Tokenizer  \(tokenizer.kind) · \(Donor.grouped(tokenizer.vocabularySize)) tokens, such as "
      + middle.prefix(8).joined(separator: " ")
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? TokenizerObject else { return false }
    return (try? other.tokenizer.serialized()) == (try? tokenizer.serialized())
  }
}
