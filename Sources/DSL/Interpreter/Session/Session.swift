// One conversation with the language: the names bound so far, the inputs, what is stale. The REPL
// gives it one input after another; running a file gives it one.
//
// A session runs on one thread at a time; see `onLargeStack` for deep recursion.

import Glibc
import TLSyntax
import TLText

public final class Session {
  public let machine: Machine
  public let library: Library
  /// Called for the last expression of each cell that has a value.
  public var show: (Value) -> Void = { _ in }
  /// Called for the value of each name that is bound at the top level.
  public var showBinding: (Value) -> Void = { _ in }
  public private(set) var inputCount = 0

  private(set) var environment: [ByteKey: GlobalBinding] = [:]
  private var modules: [String: Module] = [:]
  private var modulesBeingLoaded: [String] = []
  /// The inputs that ran without an error, by number, for `:save`.
  public private(set) var inputs: [(number: Int, text: String)] = []
  /// The names made by earlier inputs that the last run used.
  public private(set) var lastReads: [GlobalBinding] = []

  public enum Outcome {
    /// Everything ran.
    case finished
    /// The script has errors and none of it ran.
    case rejected([Diagnostic])
    /// An error while it ran; what ran before keeps its effect.
    case failed(Problem)
    /// Ctrl-C.
    case interrupted
  }

  public init(library: Library = .standard, output: @escaping (String) -> Void) {
    self.library = library
    machine = Machine(output: output)
  }

  /// What a check alone found.
  public struct Checked {
    public let script: Script
    public let diagnostics: [Diagnostic]
    public let graph: CellGraph
    let checked: CheckedScript
    let bindings: [ByteKey: GlobalBinding]
  }

  /// Parses and checks a source against the names bound so far, and runs nothing.
  /// - Parameter settings: values given by `--set`, by name.
  public func check(_ source: Source, settings: [(name: String, value: Value)] = []) -> Checked {
    machine.enterThread()
    let script = parse(source)
    var kinds: [ByteKey: Kind] = [:]
    for (name, value) in settings { kinds[ByteKey(name)] = value.kind }
    let checker = Checker(
      script, library: library, earlier: environment, settings: kinds
    ) { [unowned self] path, place in
      try self.module(path, place)
    }
    checker.check()
    let diagnostics = Session.together(script, checker)
    return Checked(
      script: script, diagnostics: Array(diagnostics.prefix(Diagnostic.limit)),
      graph: CellGraph(cells: checker.checked.graph), checked: checker.checked,
      bindings: checker.globals)
  }

  /// What parser and checker found, in the order of the lines. On a line that the parser could not
  /// read, what the checker says follows from that.
  private static func together(_ script: Script, _ checker: Checker) -> [Diagnostic] {
    let source = script.source
    let unread = Set(script.diagnostics.map { source.location(of: $0.span.start).line })
    let found = checker.diagnostics.filter {
      unread.isEmpty || !unread.contains(source.location(of: $0.span.start).line)
    }
    return (script.diagnostics + found).sorted { $0.span.start < $1.span.start }
  }

  /// Runs a source: checks the whole of it, then runs it cell by cell.
  /// - Parameters:
  ///   - settings: values that replace what the script binds at the top level.
  ///   - isInput: whether it is an input of the REPL, whose names later inputs can use.
  public func run(
    _ source: Source, settings: [(name: String, value: Value)] = [], isInput: Bool = false
  ) -> Outcome {
    if isInput { inputCount += 1 }
    let checked = check(source, settings: settings)
    var errors = checked.diagnostics.filter { $0.severity == .error }
    for (name, _) in settings where checked.bindings[ByteKey(name)] == nil {
      let names = checked.bindings.values.map(\.name)
      let suggestion = nearest(name, among: names).map { "; did you mean `\($0)`?" } ?? ""
      errors.append(
        Diagnostic(
          CheckRules.unknownSetting,
          "--set names `\(name)`, which the script does not bind at the top level" + suggestion,
          source: source, span: Span(0, 0)))
    }
    if !errors.isEmpty {
      let noted = errors.prefix(Diagnostic.limit).map { error -> Diagnostic in
        let text = error.source.text(of: error.span)
        guard let (name, value) = settings.first(where: { bytesEqual($0.name, text) }) else {
          return error
        }
        var error = error
        error.notes.append(
          Diagnostic.Note(message: "--set gives `\(name)` the value \(value.inWords)"))
        return error
      }
      return .rejected(noted)
    }
    machine.program = ProgramText(
      inputs: isInput ? inputs.map { ("input \($0.number)", $0.text) } : [], source: source,
      isInput: isInput, settings: settings)
    lastReads = checked.graph.cells.flatMap(\.reads).compactMap { environment[ByteKey($0)] }
    let outcome = execute(checked.checked, settings: settings)
    adopt(checked)
    if isInput, case .finished = outcome {
      inputs.append((inputCount, source.text))
    }
    return outcome
  }

  /// Keeps the names that a script bound.
  private func adopt(_ checked: Checked) {
    for (key, binding) in checked.bindings where binding.slot.isSet {
      binding.input = inputCount
      environment[key] = binding
    }
  }

  private func execute(
    _ checked: CheckedScript, settings: [(name: String, value: Value)]
  ) -> Outcome {
    let compiler = Compiler(checked, machine)
    let statements = checked.script.statements
    defer { Release.isHurried.store(false, ordering: .relaxed) }
    do {
      // Functions bound with `fn` exist before the first line runs.
      for (index, statement) in statements.enumerated() {
        if case .function = statement.kind { _ = try run(compiler.compileTopLevel(index)) }
      }
      for cell in checked.script.cells where !cell.isMarkdown {
        for index in cell.statements {
          let isLast = index == cell.statements.upperBound - 1
          try runTopLevel(index, checked, compiler, settings: settings, isLast: isLast)
        }
      }
      return .finished
    } catch let problem as Problem {
      return .failed(problem)
    } catch is Interruption {
      return .interrupted
    } catch {
      return .failed(Problem(RuntimeRules.badArgument, "\(error)"))
    }
  }

  private func runTopLevel(
    _ index: Int, _ checked: CheckedScript, _ compiler: Compiler,
    settings: [(name: String, value: Value)], isLast: Bool
  ) throws {
    let statement = checked.script.statements[index]
    switch statement.kind {
    case .function: return
    case .import:
      if let module = checked.modules[index] { try run(module) }
    case .let(let name, _):
      if let setting = settings.first(where: { bytesEqual($0.name, name.text) }),
        let binding = checked.globals[name.id]
      {
        binding.slot.value = setting.value
        binding.slot.isSet = true
        return
      }
      _ = try run(compiler.compileTopLevel(index))
      if let value = checked.globals[name.id]?.slot.value {
        machine.tellWarnings(of: value)
        showBinding(value)
      }
    case .expression:
      let value = try run(compiler.compileTopLevel(index))
      if isLast {
        if case .none = value { return }
        show(value)
      }
    default:
      _ = try run(compiler.compileTopLevel(index))
    }
  }

  private func run(_ unit: Compiler.Unit) throws -> Value {
    try machine.withFrame(unit.frameSize) { frame in
      do {
        machine.finish(nil)
        return try unit.node.eval(frame)
      } catch let problem as Problem {
        machine.finish(problem)
        throw problem.located(at: unit.node.place)
      } catch let signal as ControlSignal {
        // The checker keeps jumps inside loops and functions.
        _ = signal
        return .none
      }
    }
  }

  /// The value of one expression, without binding or showing anything.
  public func evaluate(_ source: Source) throws -> Value {
    var result = Value.none
    let before = show
    defer { show = before }
    show = { result = $0 }
    switch run(source) {
    case .finished: return result
    case .rejected(let diagnostics):
      throw Problem(
        diagnostics[0].rule, diagnostics[0].message,
        at: Place(diagnostics[0].source, diagnostics[0].span))
    case .failed(let problem): throw problem
    case .interrupted: throw Interruption(isStepLimit: false)
    }
  }

  // MARK: Imports

  func module(_ path: String, _ place: Place) throws -> Module {
    let folder = Files.folder(of: place.source.name)
    let resolved = Files.normalized(
      path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path)
    if let module = modules[resolved] { return module }
    if modulesBeingLoaded.contains(resolved) {
      let chain = (modulesBeingLoaded + [resolved]).joined(separator: " → ")
      throw Problem(CheckRules.importCycle, "the imports form a cycle: \(chain)", at: place)
    }
    let bytes: [UInt8]
    do {
      bytes = try Files.contents(resolved)
    } catch let problem as Problem {
      throw problem.located(at: place)
    }
    modulesBeingLoaded.append(resolved)
    defer { modulesBeingLoaded.removeLast() }
    let script = parse(Source(name: resolved, bytes: bytes))
    let checker = Checker(script, library: library, earlier: [:]) { [unowned self] path, place in
      try self.module(path, place)
    }
    checker.check()
    let errors = Session.together(script, checker).filter { $0.severity == .error }
    if let first = errors.first {
      if first.rule == CheckRules.importCycle || first.rule == RuntimeRules.notFound {
        throw Problem(first.rule, first.message, at: place, notes: first.notes)
      }
      throw Problem(
        CheckRules.badImport,
        "\"\(path)\" has \(errors.count) \(errors.count == 1 ? "error" : "errors")", at: place,
        notes: errors.prefix(5).map {
          Diagnostic.Note(message: $0.message, source: $0.source, span: $0.span)
        })
    }
    let module = Module(path: resolved, checked: checker.checked, names: checker.globals)
    modules[resolved] = module
    return module
  }

  private func run(_ module: Module) throws {
    if module.hasRun { return }
    module.hasRun = true
    let before = show
    defer { show = before }
    show = { _ in }
    switch execute(module.checked, settings: []) {
    case .finished, .rejected: return
    case .failed(let problem):
      module.hasRun = false
      throw problem
    case .interrupted: throw Interruption(isStepLimit: false)
    }
  }

  // MARK: Names

  /// The names bound so far, in the order of their making.
  public var bindings: [GlobalBinding] {
    environment.values.sorted {
      ($0.input, $0.definition.span.start) < ($1.input, $1.definition.span.start)
    }
  }

  public func binding(_ name: String) -> GlobalBinding? { environment[ByteKey(name)] }

  /// Why a value no longer follows from the names as they are now; nil when it does.
  public func staleness(of binding: GlobalBinding) -> String? {
    var visited = Set<ObjectIdentifier>()
    return staleness(of: binding, &visited)
  }

  private func staleness(
    of binding: GlobalBinding, _ visited: inout Set<ObjectIdentifier>
  ) -> String? {
    guard visited.insert(ObjectIdentifier(binding)).inserted else { return nil }
    for read in binding.reads {
      // A name that an import or an input replaced has another binding now; a name that is gone
      // after `reset` has none.
      if let current = environment[ByteKey(read.name)], current !== read {
        return "`\(read.name)` was bound anew in input \(current.input)"
      }
      if let reason = staleness(of: read, &visited) {
        return read.reads.isEmpty ? reason : "`\(read.name)` is stale: \(reason)"
      }
    }
    return nil
  }

  /// Binds a name that a script may use without making it, such as the script's arguments.
  public func define(_ name: String, _ value: Value) {
    let source = Source(name: "tl", text: "")
    let binding = GlobalBinding(
      name: name, definition: Place(source, Span(0, 0)), kind: value.kind)
    binding.slot.value = value
    binding.slot.isSet = true
    environment[ByteKey(name)] = binding
  }

  /// Forgets all names.
  public func reset() {
    environment = [:]
    modules = [:]
    inputs = []
    lastReads = []
  }
}
