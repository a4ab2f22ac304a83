// Why a tokenizer could not be read or could not encode.

/// An error of a tokenizer: what was expected, what was found, and in which file.
public struct TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
  public let message: String
  /// The file, or nil where the fault lies in a text or a setting.
  public let file: String?

  public init(_ message: String, file: String? = nil) {
    self.message = message
    self.file = file
  }

  public var description: String {
    guard let file else { return message }
    return "\(file): \(message)"
  }

  /// The same error with a file where it had none.
  func inFile(_ name: String) -> TokenizerError {
    file == nil ? TokenizerError(message, file: name) : self
  }
}
