// Kinds of expressions: what can be known of a value before the script runs, and what cannot fit.

import TLSyntax

extension Checker {
  @discardableResult
  func check(_ expression: Expression) -> Kind {
    switch expression.kind {
    case .none: return .none
    case .boolean(let value): return Kind(.boolean, Kind.Detail(constant: .boolean(value)))
    case .integer(let value): return Kind(.integer, Kind.Detail(constant: .integer(value)))
    case .number(let value): return Kind(.number, Kind.Detail(constant: .number(value)))
    case .text(let value): return Kind(.text, Kind.Detail(constant: .text(value)))
    case .interpolation(let parts):
      for part in parts { if case .value(let value) = part { check(value) } }
      return .text
    case .name(let name):
      return resolve(name, id: expression.id, span: expression.span)
    case .list(let elements):
      return checkList(elements)
    case .record(let fields):
      return .record(fields.map { Kind.Field($0.key.text, check($0.value)) })
    case .function(let syntax):
      let result = checkFunction(syntax, parameterKinds: [])
      return Kind(.function, Kind.Detail(result: result))
    case .call(let callee, let piped, let arguments):
      return checkCall(expression, callee, piped, arguments)
    case .field(let value, let name):
      return checkField(check(value), name.text, at: name.span)
    case .index(let value, let index):
      return checkIndex(check(value), check(index), expression, index)
    case .unary(.negate, let operand):
      let kind = check(operand)
      expect(kind, .numeric, "`-` needs a", at: operand.span)
      switch kind.constant {
      case .integer(let value) where value != .min:
        return Kind(.integer, Kind.Detail(constant: .integer(-value)))
      case .number(let value): return Kind(.number, Kind.Detail(constant: .number(-value)))
      default:
        return Kind(
          kind.set.intersection(.numeric).isEmpty ? .numeric : kind.set.intersection(.numeric))
      }
    case .unary(.not, let operand):
      expect(check(operand), .boolean, "`not` needs a", at: operand.span)
      return .boolean
    case .binary(let op, let left, let right, let span):
      return checkBinary(op, left, right, span)
    case .conditional(let arms, let otherwise):
      return checkConditional(arms, otherwise)
    case .attempt(let body, let problem, let handler):
      attemptDepth += 1
      let kind = check(body)
      attemptDepth -= 1
      scope.blocks.append([:])
      bind(
        problem, .problem,
        .record([
          Kind.Field("message", .text), Kind.Field("kind", .text),
          Kind.Field("line", Kind([.integer, .none])),
        ]))
      let other = check(handler)
      scope.blocks.removeLast()
      return kind.union(other)
    case .invalid:
      return .any
    }
  }

  private func checkConditional(_ arms: [ConditionalArm], _ otherwise: Block?) -> Kind {
    var kind: Kind?
    // Each arm is reached where the conditions above it do not hold.
    var known: NarrowedKinds = [:]
    for arm in arms {
      narrowing(known) {
        checkCondition(arm.condition)
        let body = narrowing(facts(arm.condition, holds: true)) { check(arm.body) }
        kind = kind?.union(body) ?? body
        known.merge(facts(arm.condition, holds: false)) { $1 }
      }
    }
    let last = otherwise.map { block in narrowing(known) { check(block) } } ?? .none
    return kind?.union(last) ?? last
  }

  private func checkList(_ elements: [Expression]) -> Kind {
    var element: Kind?
    var texts: [String]? = []
    for expression in elements {
      let kind = check(expression)
      element = element?.union(kind) ?? kind
      if case .text(let text) = kind.constant { texts?.append(text) } else { texts = nil }
    }
    // The elements' own constants say nothing about the list.
    if let known = element, known.constant != nil, elements.count > 1 {
      element = Kind(known.set)
    }
    return Kind(
      .list, Kind.Detail(element: element, constant: texts.map { Kind.Constant.texts($0) }))
  }

  // MARK: Operators

  private func checkBinary(
    _ op: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Span
  ) -> Kind {
    let a = check(left)
    // `x = 5 // a remark`, as other languages write it.
    if op == .floorDivide, case .name = right.kind { remarkSpan = right.span }
    let known = op == .and || op == .or ? facts(left, holds: op == .and) : [:]
    let b = narrowing(known) { check(right) }
    let name = op.rawValue
    switch op {
    case .and, .or:
      expect(a, .boolean, "`\(name)` needs a", at: left.span)
      expect(b, .boolean, "`\(name)` needs a", at: right.span)
      return .boolean
    case .equal, .notEqual: return .boolean
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      let ordered: [KindSet] = [.numeric, .text, .list, .date, .boolean]
      requireCommon(ordered, a, b, name, span)
      return .boolean
    case .in:
      expect(
        b, [.list, .range, .text, .record, .table], "`in` looks into a", at: right.span)
      return .boolean
    case .range:
      expect(a, .integer, "`..` needs an", at: left.span)
      expect(b, .integer, "`..` needs an", at: right.span)
      return .range
    case .add:
      requireCommon([.numeric, .text, .list], a, b, name, span, dates: [.integer])
      if !a.set.isDisjoint(with: .date) { return a.set == .date ? .date : .any }
      if a.set == .text || b.set == .text { return .text }
      if a.set == .list || b.set == .list { return a.union(b).set == .list ? a.union(b) : .list }
      return arithmetic(a, b)
    case .subtract:
      requireCommon([.numeric], a, b, name, span, dates: [.integer, .date])
      if !a.set.isDisjoint(with: .date) { return .any }
      return arithmetic(a, b)
    case .multiply, .floorDivide, .remainder:
      requireCommon([.numeric], a, b, name, span)
      return arithmetic(a, b)
    case .divide:
      requireCommon([.numeric], a, b, name, span)
      return .number
    case .power:
      requireCommon([.numeric], a, b, name, span)
      return .numeric
    }
  }

  private func arithmetic(_ a: Kind, _ b: Kind) -> Kind {
    if a.set == .integer, b.set == .integer { return .integer }
    if a.set == .number || b.set == .number { return .number }
    return a.set.union(b.set).isSubset(of: .numeric) ? .numeric : .any
  }

  /// Reports unless both sides can be of one of the families.
  private func requireCommon(
    _ families: [KindSet], _ a: Kind, _ b: Kind, _ name: String, _ span: Span,
    dates: KindSet? = nil
  ) {
    if attemptDepth > 0 { return }
    for family in families
    where !a.set.isDisjoint(with: family) && !b.set.isDisjoint(with: family) {
      return
    }
    if let dates, !a.set.isDisjoint(with: .date), !b.set.isDisjoint(with: dates) { return }
    var suggestion: Diagnostic.Suggestion?
    if name == "+", a.set == .text || b.set == .text {
      suggestion = Diagnostic.Suggestion(
        message: "put the value into the text: \"… {value} …\"", replacement: nil, span: span)
    }
    report(
      RuntimeRules.wrongKind,
      "`\(name)` does not work on \(a.description) and \(b.description)", at: span,
      suggestion: suggestion)
  }

  // MARK: Parts

  func checkField(_ kind: Kind, _ name: String, at span: Span) -> Kind {
    probe?.meet(field: name, of: kind)
    if let fields = kind.fields, kind.set == .record || kind.set == .table {
      if let found = kind.field(name) { return kind.set == .table ? .list(of: found) : found }
      if attemptDepth > 0 { return .any }
      let isTable = kind.set == .table
      let names = fields.map(\.name)
      let shown = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
      report(
        isTable ? CheckRules.unknownColumn : CheckRules.unknownField,
        "\(kind.set.description) has no \(isTable ? "column" : "field") `\(name)`"
          + (names.isEmpty ? ": it is empty" : "; there is \(shown)")
          + (names.count > 12 ? " and \(names.count - 12) more" : ""), at: span,
        suggestion: didYouMean(name, among: names, at: span))
      return .any
    }
    let plain: KindSet = [
      .none, .boolean, .integer, .number, .text, .list, .function, .range,
    ]
    if kind.set.isSubset(of: plain), !kind.set.isEmpty, attemptDepth == 0 {
      report(
        CheckRules.unknownField, "\(kind.set.description) has no fields, so none named `\(name)`",
        at: span,
        suggestion: library.function(named: name).map { _ in
          Diagnostic.Suggestion(
            message: "`\(name)` is a function: write \(name)(value) or value |> \(name)",
            replacement: nil, span: span)
        })
    }
    if kind.set == .date { return Kind([.integer, .text]) }
    return .any
  }

  private func checkIndex(
    _ whole: Kind, _ index: Kind, _ expression: Expression, _ indexExpression: Expression
  ) -> Kind {
    let indexable = KindSet.any.subtracting([.none, .boolean, .integer, .number, .function, .date])
    guard
      expect(
        whole, indexable, "only a List, Record, Text, Range or Table can be indexed:",
        at: expression.span)
    else { return .any }
    if case .text(let name) = index.constant, whole.set == .record || whole.set == .table {
      probe?.meet(index: name, of: whole)
      if whole.fields != nil { return checkField(whole, name, at: indexExpression.span) }
      return .any
    }
    expect(index, [.integer, .text, .range], "an index must be", at: indexExpression.span)
    if index.set == .integer {
      switch whole.set {
      case .list: return whole.element ?? .any
      case .text: return .text
      case .range: return .integer
      case .table: return Kind(.record, whole.detail)
      default: return .any
      }
    }
    if index.set == .range, whole.set == .list || whole.set == .text || whole.set == .table {
      return Kind(whole.set, whole.set == .text ? nil : whole.detail)
    }
    return .any
  }
}
