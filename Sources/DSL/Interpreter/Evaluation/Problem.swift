// A runtime error: what happened, where, and the calls that led there.

import TLSyntax

/// Where a node of the program stands in its source.
public struct Place: Sendable {
  public let source: Source
  public let span: Span

  public init(_ source: Source, _ span: Span) {
    self.source = source
    self.span = span
  }

  public var line: Int { source.line(at: span.start) }
}

public final class Problem: Error, @unchecked Sendable {
  /// One call on the way to the error, the innermost first.
  public struct Call: Sendable {
    /// The function that was called.
    public let name: String
    /// Where the call stands.
    public let place: Place
  }

  public let rule: DiagnosticRule
  public let message: String
  public private(set) var place: Place?
  public let notes: [Diagnostic.Note]
  public let suggestion: Diagnostic.Suggestion?
  public private(set) var calls: [Call] = []
  /// It lies in the machine and not in the script: a full disk, a store that cannot be written to.
  var isOfMachine = false
  /// Calls left out of `calls` because there were too many.
  public private(set) var omittedCalls = 0

  static let callLimit = 20

  public init(
    _ rule: DiagnosticRule, _ message: String, at place: Place? = nil,
    notes: [Diagnostic.Note] = [], suggestion: Diagnostic.Suggestion? = nil
  ) {
    self.rule = rule
    self.message = message
    self.place = place
    self.notes = notes
    self.suggestion = suggestion
  }

  /// Gives a problem that a library function raised the place of the call.
  func located(at place: Place) -> Problem {
    if self.place == nil { self.place = place }
    return self
  }

  func passed(through name: String, at place: Place) {
    passed(through: [Call(name: name, place: place)], andMore: 0)
  }

  func passed(through more: [Call], andMore count: Int) {
    let kept = max(0, min(more.count, Problem.callLimit - calls.count))
    calls += more.prefix(kept)
    omittedCalls += more.count - kept + count
  }

  /// The problem as a diagnostic; nil when it has no place.
  public var diagnostic: Diagnostic? {
    guard let place else { return nil }
    var notes = notes
    for call in calls {
      notes.append(
        Diagnostic.Note(
          message: "in `\(call.name)`, called here", source: call.place.source,
          span: call.place.span))
    }
    if omittedCalls > 0 {
      notes.append(Diagnostic.Note(message: "and \(omittedCalls) more calls"))
    }
    return Diagnostic(
      rule, message, source: place.source, span: place.span, notes: notes, suggestion: suggestion)
  }
}

/// Ctrl-C, or a limit of steps in a test.
public struct Interruption: Error {
  public let isStepLimit: Bool

  public init(isStepLimit: Bool) {
    self.isStepLimit = isStepLimit
    Release.isHurried.store(true, ordering: .relaxed)
  }
}

/// `return`, `break` and `continue` out of the middle of an expression.
struct ControlSignal: Error {
  let completion: Completion
}

/// How a statement ended.
enum Completion: UInt8 {
  case normal, breakLoop, continueLoop, returnValue
}
