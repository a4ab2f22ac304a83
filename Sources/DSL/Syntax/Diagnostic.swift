// A diagnostic is data: a stable rule, a place, what was found, notes that point at other places,
// and at most one suggestion. How it is shown is decided elsewhere.

/// One kind of error, as the reference page lists it.
public struct DiagnosticRule: Hashable, Sendable {
  /// Stable and spelled like `unknown-name`.
  public let id: String
  /// Why it happens.
  public let cause: String
  /// A script that causes it.
  public let example: String
  /// What to do.
  public let cure: String

  public init(id: String, cause: String, example: String, cure: String) {
    self.id = id
    self.cause = cause
    self.example = example
    self.cure = cure
  }
}

public struct Diagnostic: Sendable {
  public enum Severity: String, Sendable { case error, warning }

  public struct Note: Sendable {
    public let message: String
    public let source: Source?
    public let span: Span?

    public init(message: String, source: Source? = nil, span: Span? = nil) {
      self.message = message
      self.source = source
      self.span = span
    }
  }

  public struct Suggestion: Sendable {
    /// What the caret line says, such as: did you mean `rank`?
    public let message: String
    /// The text that mends it, when replacing the span does, and where.
    public let replacement: String?
    public let span: Span

    public init(message: String, replacement: String?, span: Span) {
      self.message = message
      self.replacement = replacement
      self.span = span
    }
  }

  public let rule: DiagnosticRule
  public let severity: Severity
  /// Lower case, no full stop, names in backquotes.
  public let message: String
  public let source: Source
  public let span: Span
  public var notes: [Note]
  public var suggestion: Suggestion?

  public init(
    _ rule: DiagnosticRule, _ message: String, source: Source, span: Span,
    severity: Severity = .error, notes: [Note] = [], suggestion: Suggestion? = nil
  ) {
    self.rule = rule
    self.message = message
    self.source = source
    self.span = span
    self.severity = severity
    self.notes = notes
    self.suggestion = suggestion
  }

  /// A script reports at most this many at once.
  public static let limit = 20
}
