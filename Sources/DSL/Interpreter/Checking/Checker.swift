// Checks a whole script before any of it runs: names, calls, kinds, columns, files. What it finds
// out about names is what the compiler builds on.

import TLSyntax

final class Checker {
  let script: Script
  let checked: CheckedScript
  let library: Library
  /// Names bound by earlier inputs, which this script may use and bind anew.
  private let earlier: [ByteKey: GlobalBinding]
  private(set) var globals: [ByteKey: GlobalBinding] = [:]
  private(set) var diagnostics: [Diagnostic] = []
  /// Loads, checks and remembers an imported script.
  private let importer: ((String, Place) throws -> Module)?
  /// The values that `--set` gives, by name.
  let settings: [ByteKey: Kind]

  var scope: FunctionScope
  /// Inside `try` only errors of names and arguments are reported: the others may be meant.
  var attemptDepth = 0
  /// What conditions around the current place say of names.
  var narrowed: NarrowedKinds = [:]
  /// The top-level names that the current statement has used.
  private var reads: [GlobalBinding] = []
  /// Files that an earlier line writes, so that their absence now means nothing.
  var written: Set<String> = []
  var writesUnknownFiles = false
  /// Whether an import failed, so that any unknown name may be one of its names.
  private var importsAreUnknown = false
  /// The words in what recovery left out; a name that stands there may be bound there.
  private lazy var doubtfulWords: Set<[UInt8]> = {
    var words = Set<[UInt8]>()
    for span in script.skipped {
      let bytes = script.source.bytes[span.start..<span.end]
      for word in bytes.split(whereSeparator: { !Self.isWordByte($0) }) {
        words.insert(Array(word))
      }
    }
    return words
  }()
  /// What completion wants to know of one place; nil in a real check.
  var probe: CompletionProbe?

  init(
    _ script: Script, library: Library, earlier: [ByteKey: GlobalBinding],
    settings: [ByteKey: Kind] = [:], importer: ((String, Place) throws -> Module)?
  ) {
    self.script = script
    self.library = library
    self.earlier = earlier
    self.importer = importer
    self.settings = settings
    checked = CheckedScript(script)
    scope = FunctionScope(syntax: nil, parent: nil)
  }

  func check() {
    declareTopLevel()
    for (index, statement) in script.statements.enumerated() {
      scope = FunctionScope(syntax: nil, parent: nil)
      checked.statementScopes.append(scope)
      reads = []
      checkTopLevel(statement, index)
      if diagnostics.count >= Diagnostic.limit { return }
    }
    for cell in script.cells {
      checked.graph.append(graphNode(cell))
    }
  }

  func report(
    _ rule: DiagnosticRule, _ message: String, at span: Span, notes: [Diagnostic.Note] = [],
    suggestion: Diagnostic.Suggestion? = nil
  ) {
    guard diagnostics.count < Diagnostic.limit else { return }
    diagnostics.append(
      Diagnostic(
        rule, message, source: script.source, span: span, notes: notes, suggestion: suggestion))
  }

  func didYouMean(
    _ name: String, among names: [String], at span: Span,
    by search: (String, [String]) -> String? = { nearest($0, among: $1) }
  ) -> Diagnostic.Suggestion? {
    search(name, names).map {
      Diagnostic.Suggestion(message: "did you mean `\($0)`?", replacement: $0, span: span)
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 95, 97...122, 128...255: true
    default: false
    }
  }

  /// Whether a part of the script that has an error of its own may bind a name.
  private func mayBind(_ name: String) -> Bool {
    if importsAreUnknown { return true }
    if script.skipped.isEmpty { return false }
    return doubtfulWords.contains(Array(name.utf8)) || doubtfulWords.contains(Array("import".utf8))
  }

  // MARK: Top level

  private func declareTopLevel() {
    for (index, statement) in script.statements.enumerated() {
      switch statement.kind {
      case .let(let name, let value):
        let function: FunctionSyntax?
        if case .function(let syntax) = value.kind { function = syntax } else { function = nil }
        declareGlobal(name, function)
      case .function(let syntax):
        if let name = syntax.name { declareGlobal(name, syntax) }
      case .import(let path, let span):
        importModule(path, span, statement: index)
      default: break
      }
    }
  }

  private func declareGlobal(_ name: Name, _ function: FunctionSyntax?) {
    let key = ByteKey(name.text)
    if let first = globals[key] {
      report(
        CheckRules.boundTwice, "`\(name.text)` is bound twice", at: name.span,
        notes: [
          Diagnostic.Note(
            message: "it is bound here first", source: first.definition.source,
            span: first.definition.span)
        ])
      return
    }
    let binding = GlobalBinding(name: name.text, definition: Place(script.source, name.span))
    binding.function = function
    globals[key] = binding
    checked.globals[name.id] = binding
  }

  private func importModule(_ path: String, _ span: Span, statement: Int) {
    guard let importer else {
      report(CheckRules.badImport, "nothing can be imported here", at: span)
      return
    }
    do {
      let module = try importer(path, Place(script.source, span))
      checked.modules[statement] = module
      for (key, binding) in module.names {
        if let first = globals[key] {
          report(
            CheckRules.boundTwice,
            "`\(binding.name)` of \"\(path)\" is bound here already", at: span,
            notes: [
              Diagnostic.Note(
                message: "it is bound here", source: first.definition.source,
                span: first.definition.span)
            ])
        } else {
          globals[key] = binding
        }
      }
    } catch let problem as Problem {
      importsAreUnknown = true
      report(problem.rule, problem.message, at: span, notes: problem.notes)
    } catch {
      importsAreUnknown = true
      report(CheckRules.badImport, "\"\(path)\" cannot be imported", at: span)
    }
  }

  private func checkTopLevel(_ statement: Statement, _ index: Int) {
    switch statement.kind {
    case .let(let name, let value):
      var kind = check(value)
      guard let binding = checked.globals[name.id] else { return }
      if let setting = settings[ByteKey(name.text)] { kind = setting }
      binding.kind = kind
      binding.reads = reads
      binding.isBefore = true
    case .function(let syntax):
      guard let name = syntax.name, let binding = checked.globals[name.id] else { return }
      binding.isBefore = true
      binding.kind = Kind(.function)
      let result = checkFunction(syntax, parameterKinds: [])
      binding.kind = Kind(.function, Kind.Detail(result: result))
      binding.reads = reads.filter { $0 !== binding }
    case .var(let name, let value):
      _ = check(value)
      report(
        CheckRules.variableAtTopLevel, "`var \(name.text)` stands at the top level", at: name.span,
        suggestion: Diagnostic.Suggestion(
          message: "use `let`, or move the code into a function", replacement: nil, span: name.span)
      )
      if globals[ByteKey(name.text)] == nil { declareGlobal(name, nil) }
      globals[ByteKey(name.text)]?.isBefore = true
    case .assign(let name, _, let value):
      _ = check(value)
      let isKnown = globals[ByteKey(name.text)] != nil || earlier[ByteKey(name.text)] != nil
      report(
        CheckRules.variableAtTopLevel,
        isKnown
          ? "`\(name.text)` is bound already and cannot be assigned at the top level"
          : "`\(name.text)` is assigned at the top level, where names are bound with `let`",
        at: name.span,
        suggestion: isKnown
          ? nil
          : Diagnostic.Suggestion(
            message: "write `let \(name.text) = …`", replacement: "let \(name.text)",
            span: name.span))
      if !isKnown {
        declareGlobal(name, nil)
        globals[ByteKey(name.text)]?.isBefore = true
      }
    case .import:
      if let module = checked.modules[index] {
        for binding in module.names.values { binding.isBefore = true }
      }
    default:
      check(statement)
    }
  }

  private func graphNode(_ cell: CellSyntax) -> CellGraph.Node {
    var makes: [String] = []
    for index in cell.statements {
      switch script.statements[index].kind {
      case .let(let name, _): makes.append(name.text)
      case .function(let syntax): if let name = syntax.name { makes.append(name.text) }
      case .import: makes += checked.modules[index]?.names.values.map(\.name).sorted() ?? []
      default: break
      }
    }
    var used: [String] = []
    for (id, resolution) in checked.resolutions.enumerated() {
      guard case .global(let binding) = resolution, let span = checkedSpans[id],
        span.start >= cell.span.start, span.end <= cell.span.end
      else { continue }
      if !makes.contains(binding.name), !used.contains(binding.name) { used.append(binding.name) }
    }
    return CellGraph.Node(
      title: cell.title, reads: used, makes: makes,
      firstLine: script.source.line(at: cell.span.start))
  }

  /// Where each resolved name stands, by its id.
  private var checkedSpans: [Int: Span] = [:]
  /// The right side of the last `//`: in other languages a remark begins there.
  var remarkSpan: Span?

  // MARK: Statements

  func check(_ statement: Statement) {
    switch statement.kind {
    case .let(let name, let value):
      let kind = check(value)
      bind(name, .constant, kind)
      if case .function(let syntax) = value.kind { checked.bindings[name.id]?.function = syntax }
    case .var(let name, let value):
      _ = check(value)
      bind(name, .variable, .any)
    case .assign(let name, let path, let value):
      for step in path { if case .index(let index) = step { _ = check(index) } }
      _ = check(value)
      checkAssignment(name)
    case .function(let syntax):
      guard let name = syntax.name else { return }
      bind(name, .function, Kind(.function))
      checked.bindings[name.id]?.function = syntax
      let result = checkFunction(syntax, parameterKinds: [])
      checked.bindings[name.id]?.kind = Kind(.function, Kind.Detail(result: result))
    case .for(let name, let sequence, let body):
      let kind = check(sequence)
      expect(kind, .sequence, "`for` walks over", at: sequence.span)
      scope.blocks.append([:])
      bind(name, .loop, elementKind(of: kind))
      scope.loopDepth += 1
      checkStatements(body)
      scope.loopDepth -= 1
      scope.blocks.removeLast()
    case .while(let condition, let body):
      checkCondition(condition)
      scope.loopDepth += 1
      _ = narrowing(facts(condition, holds: true)) { check(body) }
      scope.loopDepth -= 1
    case .return(let value):
      if let value { _ = check(value) }
      if scope.syntax == nil {
        report(CheckRules.outsideFunction, "`return` stands outside a function", at: statement.span)
      }
    case .break, .continue:
      if scope.loopDepth == 0 {
        let word = if case .break = statement.kind { "break" } else { "continue" }
        report(CheckRules.outsideLoop, "`\(word)` stands outside a loop", at: statement.span)
      }
    case .import(_, let span):
      report(CheckRules.badImport, "`import` stands inside a block", at: span)
    case .expression(let expression):
      _ = check(expression)
    }
  }

  private func checkStatements(_ block: Block) {
    let outer = narrowed
    defer { narrowed = outer }
    for statement in block.statements { checkNarrowing(statement) }
  }

  /// Checks a statement; what it says of names holds until the end of the block.
  private func checkNarrowing(_ statement: Statement) {
    check(statement)
    narrowed.merge(factsBehind(statement)) { $1 }
  }

  /// Checks a block in a scope of its own; its kind is that of its last expression.
  func check(_ block: Block) -> Kind {
    scope.blocks.append([:])
    let outer = narrowed
    defer {
      scope.blocks.removeLast()
      narrowed = outer
    }
    for statement in block.statements.dropLast() { checkNarrowing(statement) }
    guard let last = block.statements.last else { return .none }
    switch last.kind {
    case .expression(let expression): return check(expression)
    case .return:
      check(last)
      return .any
    default:
      check(last)
      return .none
    }
  }

  func bind(_ name: Name, _ role: Binding.Role, _ kind: Kind) {
    if let first = scope.blocks[scope.blocks.count - 1][ByteKey(name.text)] {
      report(
        CheckRules.boundTwice, "`\(name.text)` is bound twice in the same block", at: name.span,
        notes: [
          Diagnostic.Note(
            message: "it is bound here first", source: script.source, span: first.span)
        ],
        suggestion: first.role == .variable
          ? Diagnostic.Suggestion(
            message: "to change a variable write `\(name.text) = …`", replacement: nil,
            span: name.span) : nil)
    }
    checked.bindings[name.id] = scope.bind(name, role, kind)
  }

  private func checkAssignment(_ name: Name) {
    if let binding = scope.resolve(ByteKey(name.text)) {
      if binding.root.role == .variable {
        checked.bindings[name.id] = binding
        return
      }
      report(
        CheckRules.notAVariable, "`\(name.text)` is not a variable and cannot be assigned",
        at: name.span,
        notes: [
          Diagnostic.Note(
            message: binding.root.role == .constant
              ? "it is bound here; `var` would make it a variable" : "it is bound here",
            source: script.source, span: binding.root.span)
        ])
      return
    }
    if let global = globals[ByteKey(name.text)] ?? earlier[ByteKey(name.text)] {
      report(
        CheckRules.notAVariable, "`\(name.text)` is a top-level name and means one value",
        at: name.span,
        notes: [
          Diagnostic.Note(
            message: "it is bound here", source: global.definition.source,
            span: global.definition.span)
        ])
      return
    }
    if mayBind(name.text) {
      bind(name, .variable, .any)
      return
    }
    report(
      CheckRules.unknownName, "unknown name `\(name.text)`", at: name.span,
      suggestion: didYouMean(name.text, among: scope.visibleNames, at: name.span)
        ?? Diagnostic.Suggestion(
          message: "a variable begins with `var \(name.text) = …`", replacement: nil,
          span: name.span))
    // Bound now, so that each further use is not one more error.
    bind(name, .variable, .any)
  }

  // MARK: Functions and names

  /// Checks a function's body and returns the kind of its result.
  func checkFunction(_ syntax: FunctionSyntax, parameterKinds: [Kind]) -> Kind {
    let inner = FunctionScope(syntax: syntax, parent: scope)
    checked.scopes[ObjectIdentifier(syntax)] = inner
    let outer = scope
    scope = inner
    defer { scope = outer }
    if syntax.parameters.count > FunctionCode.parameterLimit {
      report(
        CheckRules.tooManyParameters,
        "a function takes at most \(FunctionCode.parameterLimit) parameters, this one has "
          + "\(syntax.parameters.count)",
        at: syntax.parameters[FunctionCode.parameterLimit].name.span)
    }
    for (index, parameter) in syntax.parameters.enumerated() {
      if let value = parameter.defaultValue { _ = check(value) }
      bind(
        parameter.name, .parameter,
        index < parameterKinds.count && parameter.defaultValue == nil ? parameterKinds[index] : .any
      )
    }
    return check(syntax.body)
  }

  func resolve(_ name: String, id: Int, span: Span) -> Kind {
    let key = ByteKey(name)
    probe?.meet(name, visible: scope)
    if let binding = scope.resolve(key) {
      checked.resolutions[id] = .local(binding)
      return narrowed[ObjectIdentifier(binding.root)] ?? binding.kind
    }
    if let binding = globals[key] {
      checked.resolutions[id] = .global(binding)
      checkedSpans[id] = span
      if !binding.isBefore, scope.isTopLevel, binding.function == nil || !isHoisted(binding) {
        report(
          CheckRules.usedBeforeMade, "`\(name)` is used before it is made", at: span,
          notes: [
            Diagnostic.Note(
              message: "it is made here", source: binding.definition.source,
              span: binding.definition.span)
          ])
      }
      note(binding)
      return narrowed[ObjectIdentifier(binding)] ?? binding.kind
    }
    if let binding = earlier[key] {
      checked.resolutions[id] = .global(binding)
      checkedSpans[id] = span
      note(binding)
      return narrowed[ObjectIdentifier(binding)] ?? binding.kind
    }
    if let function = library.function(named: name) {
      checked.resolutions[id] = .library(function)
      return function.constant == nil ? .function : function.result(ArgumentKinds(kinds: []))
    }
    if mayBind(name) { return .any }
    let visible =
      scope.visibleNames + globals.values.map(\.name).sorted() + earlier.values.map(\.name).sorted()
      + library.names
    report(
      CheckRules.unknownName, "unknown name `\(name)`", at: span,
      suggestion: didYouMean(name, among: visible, at: span)
        ?? (span == remarkSpan
          ? Diagnostic.Suggestion(
            message: "`//` divides; a comment begins with `#`", replacement: nil, span: span)
          : nil))
    return .any
  }

  /// Functions bound with `fn` exist before the first line runs.
  private func isHoisted(_ binding: GlobalBinding) -> Bool {
    binding.function?.name?.text == binding.name
  }

  private func note(_ binding: GlobalBinding) {
    if !reads.contains(where: { $0 === binding }) { reads.append(binding) }
  }

  /// The top-level names that a name can be completed or resolved to.
  func global(named name: String) -> GlobalBinding? {
    globals[ByteKey(name)] ?? earlier[ByteKey(name)]
  }

  // MARK: Kinds

  func checkCondition(_ condition: Expression) {
    expect(check(condition), .boolean, "a condition must be", at: condition.span)
  }

  /// Reports when a value can be none of the kinds that are possible.
  @discardableResult
  func expect(
    _ kind: Kind, _ possible: KindSet, _ need: String, at span: Span,
    suggestion: @autoclosure () -> Diagnostic.Suggestion? = nil
  ) -> Bool {
    if !kind.set.isDisjoint(with: possible) || attemptDepth > 0 { return true }
    report(
      RuntimeRules.wrongKind, "\(need) \(possible.description), found \(kind.description)",
      at: span, suggestion: suggestion())
    return false
  }

  func elementKind(of kind: Kind) -> Kind {
    switch kind.set {
    case .range: return .integer
    case .text: return .text
    case .list: return kind.element ?? .any
    case .table: return Kind(.record, kind.detail)
    default: return .any
    }
  }
}

extension FunctionScope {
  /// Whether the code runs when its line is reached, and not when a function is called.
  var isTopLevel: Bool { syntax == nil }
}
