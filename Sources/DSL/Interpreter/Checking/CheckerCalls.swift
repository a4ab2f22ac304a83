// Calls: which parameter each argument is for, and what can be said of it before it has a value.

import Glibc
import TLSyntax
import TLText

extension Checker {
  func checkCall(
    _ call: Expression, _ callee: Expression, _ piped: Expression?, _ arguments: [Argument]
  ) -> Kind {
    let pipedKind = piped.map { check($0) }
    var all: [(label: Name?, value: Expression)] = []
    if let piped { all.append((nil, piped)) }
    all += arguments.map { ($0.label, $0.value) }

    if case .name(let name) = callee.kind {
      let kind = resolve(name, id: callee.id, span: callee.span)
      switch checked.resolutions[callee.id] {
      case .library(let function):
        return checkLibraryCall(call, function, all, pipedKind)
      case .global(let binding) where binding.function != nil:
        checkPlain(all, pipedKind)
        if let syntax = binding.function { checkUserCall(call, name, syntax, all) }
        return kind.detail?.result ?? .any
      case .local(let binding) where binding.function != nil && binding.role != .variable:
        checkPlain(all, pipedKind)
        if let syntax = binding.function { checkUserCall(call, name, syntax, all) }
        return kind.detail?.result ?? .any
      default:
        checkPlain(all, pipedKind)
        return callResult(kind, callee)
      }
    }
    let kind = check(callee)
    checkPlain(all, pipedKind)
    return callResult(kind, callee)
  }

  private func callResult(_ kind: Kind, _ callee: Expression) -> Kind {
    if kind.set.isDisjoint(with: .function), attemptDepth == 0 {
      report(
        RuntimeRules.notCallable, "\(kind.description) is not a function and cannot be called",
        at: callee.span)
    }
    return kind.detail?.result ?? .any
  }

  private func checkPlain(_ all: [(label: Name?, value: Expression)], _ pipedKind: Kind?) {
    for (index, argument) in all.enumerated() where index > 0 || pipedKind == nil {
      check(argument.value)
    }
  }

  // MARK: Functions of the script

  private func checkUserCall(
    _ call: Expression, _ name: String, _ syntax: FunctionSyntax,
    _ all: [(label: Name?, value: Expression)]
  ) {
    let names = syntax.parameters.map(\.name.text)
    let definition = Diagnostic.Note(
      message: "`\(name)` is defined here", source: script.source,
      span: syntax.name?.span ?? Span(syntax.span.start, syntax.span.start + 1))
    var given = Set<Int>()
    for (index, argument) in all.enumerated() {
      guard let label = argument.label else {
        if index < names.count { given.insert(index) }
        continue
      }
      guard let position = names.firstIndex(where: { bytesEqual($0, label.text) }) else {
        report(
          CheckRules.unknownArgument, "`\(name)` has no argument `\(label.text)`", at: label.span,
          notes: [definition], suggestion: didYouMean(label.text, among: names, at: label.span))
        return
      }
      if !given.insert(position).inserted {
        report(
          CheckRules.tooManyArguments, "the argument `\(label.text)` is given twice",
          at: label.span)
        return
      }
    }
    let positional = all.filter { $0.label == nil }.count
    if positional > names.count {
      report(
        CheckRules.tooManyArguments,
        "`\(name)` takes \(count(names.count, "argument")), \(all.count) "
          + (all.count == 1 ? "is given" : "are given"), at: all[names.count].value.span,
        notes: [definition])
      return
    }
    let missing = names.indices.filter {
      !given.contains($0) && syntax.parameters[$0].defaultValue == nil
    }
    if !missing.isEmpty {
      report(
        CheckRules.missingArgument,
        "`\(name)` needs \(missing.map { "`\(names[$0])`" }.joined(separator: ", "))",
        at: call.span, notes: [definition])
    }
  }

  private func count(_ number: Int, _ noun: String) -> String {
    number == 0 ? "no \(noun)s" : number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }

  // MARK: Functions of the library

  private func checkLibraryCall(
    _ call: Expression, _ function: LibraryFunction, _ all: [(label: Name?, value: Expression)],
    _ pipedKind: Kind?
  ) -> Kind {
    let parameters = function.parameters
    var kinds = [Kind?](repeating: nil, count: parameters.count)
    var values = [Expression?](repeating: nil, count: parameters.count)
    var variadic: [(Expression, Kind?)] = []
    var failed = false
    for (index, argument) in all.enumerated() {
      var position = index
      if let label = argument.label {
        guard let found = function.index(ofParameter: label.text) else {
          report(
            CheckRules.unknownArgument, "\(function.name) has no argument `\(label.text)`",
            at: label.span, notes: [Diagnostic.Note(message: "it is \(function.signature)")],
            suggestion: didYouMean(label.text, among: parameters.map(\.name), at: label.span))
          check(argument.value)
          failed = true
          continue
        }
        position = found
        if values[found] != nil {
          report(
            CheckRules.tooManyArguments, "the argument `\(label.text)` is given twice",
            at: label.span)
          failed = true
        }
      } else if function.isVariadic, position >= parameters.count - 1 {
        variadic.append((argument.value, index == 0 ? pipedKind : nil))
        continue
      } else if position >= parameters.count {
        report(
          CheckRules.tooManyArguments,
          "\(function.name) takes at most \(count(parameters.count, "argument")), "
            + "\(all.count) are given", at: argument.value.span,
          notes: [Diagnostic.Note(message: "it is \(function.signature)")])
        check(argument.value)
        failed = true
        continue
      }
      values[position] = argument.value
      if index == 0, let pipedKind { kinds[position] = pipedKind }
    }
    for (value, kind) in variadic where kind == nil { check(value) }
    // Function values last: what is known of the other arguments tells what they will be given.
    for index in parameters.indices where kinds[index] == nil {
      guard let value = values[index] else { continue }
      if case .function = value.kind { continue }
      if let probe, case .name(CompletionProbe.placeholder) = value.kind {
        probe.meet(argument: parameters[index])
      }
      kinds[index] = check(value)
    }
    let known = ArgumentKinds(kinds: kinds.map { $0 ?? .any })
    probe?.meet(argumentsOf: function, kinds, known)
    for index in parameters.indices where kinds[index] == nil {
      guard let value = values[index], case .function(let syntax) = value.kind else { continue }
      var given: [Kind] = []
      switch parameters[index].role {
      case .function(let rule): given = rule(known)
      case .key(let of): given = [Checker.element(of: known[of])]
      default: break
      }
      let result = checkFunction(syntax, parameterKinds: given)
      kinds[index] = Kind(.function, Kind.Detail(result: result))
    }
    if failed { return .any }
    for index in parameters.indices where parameters[index].isRequired && values[index] == nil {
      report(
        CheckRules.missingArgument, "\(function.name) needs `\(parameters[index].name)`",
        at: call.span, notes: [Diagnostic.Note(message: "it is \(function.signature)")])
      return .any
    }
    let complete = ArgumentKinds(
      kinds: kinds.indices.map { kinds[$0] ?? defaultKind(parameters[$0]) },
      written: written, writesUnknownFiles: writesUnknownFiles)
    for index in parameters.indices {
      guard let value = values[index], let kind = kinds[index] else { continue }
      checkArgument(function, index, kind, complete, at: value.span)
    }
    return function.result(complete)
  }

  private func defaultKind(_ parameter: ParameterDeclaration) -> Kind {
    switch parameter.defaultValue {
    case .required: .any
    case .none: .none
    case .boolean(let value): Kind(.boolean, Kind.Detail(constant: .boolean(value)))
    case .integer(let value): Kind(.integer, Kind.Detail(constant: .integer(value)))
    case .number(let value): Kind(.number, Kind.Detail(constant: .number(value)))
    case .text(let value): Kind(.text, Kind.Detail(constant: .text(value)))
    }
  }

  private func checkArgument(
    _ function: LibraryFunction, _ index: Int, _ kind: Kind, _ all: ArgumentKinds, at span: Span
  ) {
    let parameter = function.parameters[index]
    guard
      expect(
        kind, parameter.accepted, "`\(parameter.name)` of \(function.name) must be", at: span,
        suggestion: maker(kind, parameter.accepted, span))
    else { return }
    if attemptDepth > 0 { return }
    if let element = parameter.element, kind.set == .list, let found = kind.element,
      found.set.isDisjoint(with: element.contains(.number) ? element.union(.integer) : element)
    {
      report(
        RuntimeRules.wrongKind,
        "`\(parameter.name)` of \(function.name) must be a List of \(element.description), "
          + "found \(kind.description)", at: span)
    }
    if let range = parameter.range {
      var found: (number: Double, value: Value)?
      if case .integer(let value) = kind.constant { found = (Double(value), .integer(value)) }
      if case .number(let value) = kind.constant { found = (value, .number(value)) }
      if let found, !range.contains(found.number) {
        report(
          CheckRules.outOfRange,
          "`\(parameter.name)` of \(function.name) must be \(Arguments.describe(range)), found "
            + display(found.value), at: span)
      }
    }
    if let choices = parameter.choices, case .text(let text) = kind.constant,
      !choices.contains(where: { bytesEqual($0, text) })
    {
      report(
        CheckRules.unknownChoice,
        "`\(parameter.name)` of \(function.name) must be "
          + choices.map { "\"\($0)\"" }.joined(separator: ", ") + "; found \"\(text)\"", at: span,
        suggestion: didYouMean(text, among: choices, at: span, by: nearestChoice))
    }
    checkRole(function, parameter, kind, all, at: span)
  }

  /// What to write for a function, or the name of one, in the place of what it makes: `lora()`.
  private func maker(_ kind: Kind, _ wanted: KindSet, _ span: Span) -> Diagnostic.Suggestion? {
    var name = script.source.text(of: span)
    if case .text(let text) = kind.constant { name = text }
    guard kind.set == .function || kind.set == .text,
      let function = library.function(named: name), function.constant == nil,
      !function.parameters.contains(where: \.isRequired), !function.isVariadic
    else { return nil }
    let made = function.result(ArgumentKinds(kinds: function.parameters.map(defaultKind)))
    guard !made.set.isEmpty, made.set.isSubset(of: wanted) else { return nil }
    return Diagnostic.Suggestion(
      message: "did you mean `\(name)()`?", replacement: "\(name)()", span: span)
  }

  private func checkColumns(_ names: [String], of kind: Kind, at span: Span) {
    guard let columns = kind.fields ?? (kind.set == .list ? kind.element?.fields : nil) else {
      return
    }
    let what = kind.set == .table ? "the table has no column" : "there is no field"
    for name in names where !columns.contains(where: { bytesEqual($0.name, name) }) {
      let there = columns.prefix(12).map { "`\($0.name)`" }.joined(separator: ", ")
      report(
        CheckRules.unknownColumn, "\(what) `\(name)`; there is \(there)",
        at: span, suggestion: didYouMean(name, among: columns.map(\.name), at: span))
    }
  }

  private func checkRole(
    _ function: LibraryFunction, _ parameter: ParameterDeclaration, _ kind: Kind,
    _ all: ArgumentKinds, at span: Span
  ) {
    switch parameter.role {
    case .value, .function, .donor: break
    case .column(let of), .key(let of):
      var names: [String] = []
      if case .text(let name) = kind.constant { names = [name] }
      if case .texts(let list) = kind.constant { names = list }
      checkColumns(names, of: all[of], at: span)
    case .aggregates(let of):
      for field in kind.fields ?? [] {
        guard let aggregate = AggregateSyntax(field.kind) else { continue }
        if !AggregateSyntax.names.contains(where: { bytesEqual($0, aggregate.name) }) {
          report(
            CheckRules.unknownChoice,
            "there is no aggregate \"\(aggregate.name)\"; there is "
              + AggregateSyntax.names.map { "\"\($0)\"" }.joined(separator: ", "), at: span,
            suggestion: didYouMean(aggregate.name, among: AggregateSyntax.names, at: span))
        } else if let column = aggregate.column {
          checkColumns([column], of: all[of], at: span)
        }
      }
    case .input:
      guard case .text(let path) = kind.constant else { return }
      if writesUnknownFiles || written.contains(path) { return }
      if access(path, F_OK) != 0 {
        report(
          RuntimeRules.notFound, "there is no file \"\(path)\"", at: span,
          notes: Files.advice(onMissing: path).map { [Diagnostic.Note(message: $0)] } ?? [])
      }
    case .output, .outputByEnding:
      if case .outputByEnding(let known, let format) = parameter.role,
        case .text(let path) = kind.constant, all[format].set == .none,
        DataLibrary.format(ofEnding: Paths.suffix(Paths.name(path)).lowercased())
          .map({ !known.contains($0) }) ?? true
      {
        report(
          RuntimeRules.badArgument,
          "\(function.name): \(DataLibrary.unknownEnding(path, known))", at: span)
      }
      if case .text(let path) = kind.constant {
        written.insert(path)
      } else {
        writesUnknownFiles = true
      }
    }
  }
}

extension Arguments {
  /// `between 0 and 1`, `at least 1`.
  static func describe(_ range: ClosedRange<Double>) -> String {
    func number(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : display(.number(value))
    }
    if range.upperBound == .infinity { return "at least \(number(range.lowerBound))" }
    if range.lowerBound == -.infinity { return "at most \(number(range.upperBound))" }
    return "between \(number(range.lowerBound)) and \(number(range.upperBound))"
  }
}
