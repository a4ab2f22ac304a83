/// What was wrong with a weight file, where, and what to do next.
///
/// The readers of safetensors, zip, pickle and index files throw this and nothing else.
public struct CheckpointError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// The file could not be opened, read or written.
    case inputOutput
    /// There is no such file or tensor.
    case missing
    /// The bytes break the rules of the format.
    case malformed
    /// A valid file that asks for something this reader does not do.
    case unsupported
    /// A pickle that asks for code or for a class outside the allow-list.
    case refused
    /// The caller's expectation (shape, count) and the file disagree.
    case mismatch
  }

  public var kind: Kind
  public var file: String
  /// Byte offset in the file or in the pickle, where one is known.
  public var offset: Int?
  public var problem: String
  public var next: String?

  public init(
    _ kind: Kind, file: String, offset: Int? = nil, _ problem: String, next: String? = nil
  ) {
    self.kind = kind
    self.file = file
    self.offset = offset
    self.problem = problem
    self.next = next
  }

  public var description: String {
    var text = file
    if let offset { text += " (byte \(offset))" }
    text += ": \(problem)"
    if let next { text += "; \(next)" }
    return text
  }

  /// A text from the file, safe to print: control characters escaped, cut to 80 scalars.
  static func quote(_ text: String) -> String {
    var out = "'"
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == 80 {
        out += "…"
        break
      }
      let isControl = scalar.properties.generalCategory == .control
      out += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    return out + "'"
  }
}
