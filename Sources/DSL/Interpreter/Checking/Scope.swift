// What the checker finds out about names: which binding each name means, where it will live when
// the program runs, and what functions capture.

import TLSyntax

/// A name bound inside a function, a loop or a block.
final class Binding {
  enum Role { case parameter, constant, variable, loop, problem, function, capture }

  let name: String
  let span: Span
  let role: Role
  unowned let owner: FunctionScope
  /// The position among the owner's parameters, captures or locals, by role.
  let position: Int
  /// Whether a function value inside captures it.
  var isCaptured = false
  var kind: Kind
  /// What the capture stands for in the surrounding function.
  let origin: Binding?
  /// The function that a local `fn` binds, whose arguments are known.
  var function: FunctionSyntax?

  init(
    name: String, span: Span, role: Role, owner: FunctionScope, position: Int, kind: Kind,
    origin: Binding? = nil
  ) {
    self.name = name
    self.span = span
    self.role = role
    self.owner = owner
    self.position = position
    self.kind = kind
    self.origin = origin
    function = origin?.function
  }

  /// The binding that this one is, seen through captures.
  var root: Binding { origin?.root ?? self }

  /// A captured variable lives in a box that both sides share.
  var isBoxed: Bool {
    let root = root
    return root.role == .variable && root.isCaptured
  }

  /// The slot in the owner's frame: parameters, then captures, then locals. Right only after the
  /// whole function has been checked.
  var slot: Int {
    switch role {
    case .parameter: position
    case .capture: owner.parameterCount + position
    default: owner.parameterCount + owner.captures.count + position
    }
  }
}

/// One function being checked; the code of a top-level statement is one too.
final class FunctionScope {
  let syntax: FunctionSyntax?
  let parent: FunctionScope?
  let parameterCount: Int
  private(set) var captures: [Binding] = []
  private(set) var localCount = 0
  var blocks: [[ByteKey: Binding]] = [[:]]
  var loopDepth = 0

  init(syntax: FunctionSyntax?, parent: FunctionScope?) {
    self.syntax = syntax
    self.parent = parent
    parameterCount = syntax?.parameters.count ?? 0
  }

  /// The first slot behind parameters, captures and locals.
  var firstTemporary: Int { parameterCount + captures.count + localCount }

  func bind(_ name: Name, _ role: Binding.Role, _ kind: Kind) -> Binding {
    let position: Int
    if role == .parameter {
      position = blocks[0].values.filter { $0.role == .parameter }.count
    } else {
      position = localCount
      localCount += 1
    }
    let binding = Binding(
      name: name.text, span: name.span, role: role, owner: self, position: position, kind: kind)
    blocks[blocks.count - 1][ByteKey(name.text)] = binding
    return binding
  }

  /// Finds a name here or in a surrounding function, capturing it on the way.
  func resolve(_ key: ByteKey) -> Binding? {
    for block in blocks.reversed() {
      if let binding = block[key] { return binding }
    }
    guard let outer = parent?.resolve(key) else { return nil }
    if let known = captures.first(where: { $0.origin === outer }) { return known }
    outer.root.isCaptured = true
    let capture = Binding(
      name: outer.name, span: outer.span, role: .capture, owner: self, position: captures.count,
      kind: outer.kind, origin: outer)
    captures.append(capture)
    return capture
  }

  /// All names that can be seen from here, for suggestions.
  var visibleNames: [String] {
    blocks.flatMap { $0.values.map(\.name) } + (parent?.visibleNames ?? [])
  }
}

/// A name bound at the top level.
public final class GlobalBinding {
  public let name: String
  let slot: GlobalSlot
  /// What is known of the value.
  public internal(set) var kind: Kind
  /// The function that it is bound to with `fn`, or with `let` and `=>`.
  var function: FunctionSyntax?
  /// The top-level bindings that its expression used.
  var reads: [GlobalBinding] = []
  /// Whether the statement that makes it stands before the one being checked.
  var isBefore = false
  /// Which input or script made it.
  public let definition: Place
  /// The number of the REPL input that made it; 0 in a file.
  public internal(set) var input = 0

  init(name: String, definition: Place, kind: Kind = .any) {
    self.name = name
    self.definition = definition
    self.kind = kind
    slot = GlobalSlot(name: name, definition: definition)
  }

  public var value: Value? { slot.isSet ? slot.value : nil }
}

/// What a name in an expression means.
enum Resolution {
  case unresolved
  case local(Binding)
  case global(GlobalBinding)
  case library(LibraryFunction)
}

/// What a script's check found, beside its tree.
final class CheckedScript {
  let script: Script
  /// By the id of a name expression.
  var resolutions: [Resolution]
  /// By the id of a bound name or, for an assignment, of the name assigned.
  var bindings: [Binding?]
  var globals: [GlobalBinding?]
  var scopes: [ObjectIdentifier: FunctionScope] = [:]
  /// The scope of each top-level statement's own code.
  var statementScopes: [FunctionScope] = []
  var modules: [Int: Module] = [:]
  var graph: [CellGraph.Node] = []

  init(_ script: Script) {
    self.script = script
    resolutions = Array(repeating: .unresolved, count: script.idCount)
    bindings = Array(repeating: nil, count: script.idCount)
    globals = Array(repeating: nil, count: script.idCount)
  }
}

/// An imported script, checked once and run once.
final class Module {
  let path: String
  let checked: CheckedScript
  let names: [ByteKey: GlobalBinding]
  var hasRun = false

  init(path: String, checked: CheckedScript, names: [ByteKey: GlobalBinding]) {
    self.path = path
    self.checked = checked
    self.names = names
  }
}

/// What each cell of a script reads and makes, known without running it.
public struct CellGraph: Sendable {
  public struct Node: Sendable {
    public let title: String
    /// The names that the cell uses and does not make.
    public let reads: [String]
    /// The names that the cell makes.
    public let makes: [String]
    public let firstLine: Int

    public init(title: String, reads: [String], makes: [String], firstLine: Int) {
      self.title = title
      self.reads = reads
      self.makes = makes
      self.firstLine = firstLine
    }
  }

  public let cells: [Node]

  public init(cells: [Node]) {
    self.cells = cells
  }

  /// The cells whose names a cell uses, by index, each once and in order.
  public func dependencies(of cell: Int) -> [Int] {
    cells.indices.filter { other in
      other != cell && cells[other].makes.contains { cells[cell].reads.contains($0) }
    }
  }
}
