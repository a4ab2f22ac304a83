/// Why a donor could not be brought, and what to do next.
public struct HubError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// Not in the cache, and the network may not be used.
    case offline
    /// No such repository, revision or file (or no right to see it).
    case notFound
    /// The hub wants a token, or another one (401).
    case unauthorized
    /// The licence of a gated repository has not been accepted (403).
    case forbidden
    /// The network or the server failed after all attempts.
    case network
    /// What came is not what the hub announced.
    case corrupt
    /// The answer of the hub makes no sense.
    case protocolViolation
    /// The disk refused.
    case storage
    /// The name cannot be that of a donor.
    case badName
    /// The caller asked to stop; what came so far is kept.
    case cancelled
  }

  public var kind: Kind
  /// The donor or the address that the error is about.
  public var subject: String
  public var problem: String
  public var next: String?

  public init(_ kind: Kind, _ subject: String, _ problem: String, next: String? = nil) {
    self.kind = kind
    self.subject = subject
    self.problem = problem
    self.next = next
  }

  public var description: String {
    var text = "\(subject): \(problem)"
    if let next { text += "; \(next)" }
    return text
  }
}
