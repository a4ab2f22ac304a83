// What is wrong with a model directory or with the input of a model, in one line.

/// An error of a configuration, of a model's weights or of its input.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file or directory, where one is concerned.
  public var file: String?
  /// What was expected and what was found.
  public var problem: String
  /// What to do next.
  public var next: String?

  public init(file: String? = nil, _ problem: String, next: String? = nil) {
    self.file = file
    self.problem = problem
    self.next = next
  }

  public var description: String {
    (file.map { "\($0): " } ?? "") + problem + (next.map { "; \($0)" } ?? "")
  }
}
