// What a condition says of the names in it: behind `is_none(limit)`, `limit == none` and their
// opposites a name is none or is not, so that a value that may be missing, such as a setting
// `let limit = none`, can be guarded and then used. Only names that keep their value are narrowed.

import TLSyntax

/// What is known of names while a condition holds.
typealias NarrowedKinds = [ObjectIdentifier: Kind]

extension Checker {
  /// What is known where `condition`, which has been checked, is true, or is false.
  func facts(_ condition: Expression, holds: Bool) -> NarrowedKinds {
    switch condition.kind {
    case .unary(.not, let operand): return facts(operand, holds: !holds)
    case .binary(.and, let left, let right, _) where holds:
      return facts(left, holds: true).merging(facts(right, holds: true)) { $1 }
    case .binary(.or, let left, let right, _) where !holds:
      return facts(left, holds: false).merging(facts(right, holds: false)) { $1 }
    case .binary(let op, let left, let right, _) where op == .equal || op == .notEqual:
      let isNone = (op == .equal) == holds
      if case .none = right.kind { return fact(left, isNone: isNone) }
      if case .none = left.kind { return fact(right, isNone: isNone) }
      return [:]
    case .call(let callee, let piped, let arguments):
      guard case .name = callee.kind, case .library(let function) = checked.resolutions[callee.id],
        function.name == "is_none", arguments.count + (piped == nil ? 0 : 1) == 1,
        let value = piped ?? arguments.first?.value
      else { return [:] }
      return fact(value, isNone: holds)
    default: return [:]
    }
  }

  private func fact(_ value: Expression, isNone: Bool) -> NarrowedKinds {
    guard case .name = value.kind else { return [:] }
    let known: (key: ObjectIdentifier, kind: Kind)
    switch checked.resolutions[value.id] {
    case .local(let binding) where binding.root.role != .variable:
      known = (ObjectIdentifier(binding.root), binding.kind)
    case .global(let binding): known = (ObjectIdentifier(binding), binding.kind)
    default: return [:]
    }
    let kind = narrowed[known.key] ?? known.kind
    if isNone { return [known.key: kind.set.contains(.none) ? .none : .any] }
    let rest = kind.set.subtracting(.none)
    // Where nothing is left the code does not run now; a setting may change that.
    return [known.key: rest.isEmpty ? .any : Kind(rest, kind.detail)]
  }

  /// Checks `body` with what `facts` say; gives what `body` gives.
  func narrowing<Result>(_ facts: NarrowedKinds, _ body: () -> Result) -> Result {
    if facts.isEmpty { return body() }
    let outer = narrowed
    narrowed.merge(facts) { $1 }
    defer { narrowed = outer }
    return body()
  }

  /// What is known behind a statement that leaves the block in some cases:
  /// `if is_none(limit) { return rows }`.
  func factsBehind(_ statement: Statement) -> NarrowedKinds {
    guard case .expression(let expression) = statement.kind,
      case .conditional(let arms, nil) = expression.kind, arms.count == 1,
      let last = arms[0].body.statements.last
    else { return [:] }
    switch last.kind {
    case .return, .break, .continue: return facts(arms[0].condition, holds: false)
    default: return [:]
    }
  }
}
