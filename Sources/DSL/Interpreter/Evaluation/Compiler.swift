// From the checked tree to the form that runs: names become slots, calls of known functions get
// their arguments in order, and the common operand forms get nodes of their own.

import TLSyntax

final class Compiler {
  private let checked: CheckedScript
  private let machine: Machine
  private var scope: FunctionScope
  /// Slots in use behind the locals, and the most that were.
  private var depth = 0
  private var deepest = 0
  private var hasReturn = false
  /// Completed when the function is, for nodes that need the size of their frame.
  private var frame = FrameSize()
  private var arena = NodeArena()
  /// The top-level names that the function being compiled reads.
  private var reads: [GlobalSlot] = []

  /// One top-level statement, ready to run in a frame of `frameSize` slots.
  struct Unit {
    let node: Node
    let frameSize: Int
    let arena: NodeArena
  }

  init(_ checked: CheckedScript, _ machine: Machine) {
    self.checked = checked
    self.machine = machine
    scope = FunctionScope(syntax: nil, parent: nil)
  }

  private func place(_ span: Span) -> Place { Place(checked.script.source, span) }

  func compileTopLevel(_ index: Int) -> Unit {
    let statement = checked.script.statements[index]
    scope = checked.statementScopes[index]
    (depth, deepest, frame) = (0, 0, FrameSize())
    arena = NodeArena()
    let node: Node
    switch statement.kind {
    case .let(let name, let value):
      node = storeGlobal(name, compile(value), statement.span)
    case .function(let syntax):
      node =
        syntax.name.map { storeGlobal($0, closure(syntax), statement.span) }
        ?? ConstantNode(place(statement.span), .none)
    case .expression(let expression): node = compile(expression)
    default: node = compile(statement)
    }
    frame.value = scope.firstTemporary + deepest
    return Unit(node: node, frameSize: frame.value, arena: arena)
  }

  private func storeGlobal(_ name: Name, _ value: Node, _ span: Span) -> Node {
    guard let binding = checked.globals[name.id] else { return value }
    return StoreGlobalNode(place(span), binding.slot, ref(value))
  }

  // MARK: Frames

  /// A child of the node that is about to be made.
  private func ref(_ node: Node) -> NodeRef { NodeRef(node, arena) }

  private func ref(_ expression: Expression) -> NodeRef { NodeRef(compile(expression), arena) }

  private func refs(_ expressions: [Expression]) -> NodeList {
    arena.list(expressions.map { compile($0) })
  }

  private func operand(_ expression: Expression) -> Operand {
    Operand(compile(expression), arena)
  }

  /// Reserves slots behind the locals while the body is compiled.
  private func withTemporaries<Result>(_ count: Int, _ body: (Int) -> Result) -> Result {
    let start = scope.firstTemporary + depth
    depth += count
    deepest = max(deepest, depth)
    defer { depth -= count }
    return body(start)
  }

  private func code(of syntax: FunctionSyntax) -> FunctionCode {
    let outer = (scope, depth, deepest, hasReturn, frame)
    defer { (scope, depth, deepest, hasReturn, frame) = outer }
    let outerReads = reads
    reads = []
    defer { reads = outerReads + reads }
    if let inner = checked.scopes[ObjectIdentifier(syntax)] { scope = inner }
    (depth, deepest, hasReturn, frame) = (0, 0, false, FrameSize())
    let code = FunctionCode(
      name: syntax.name?.text ?? "function", source: checked.script.source,
      span: syntax.name?.span ?? syntax.span, extent: syntax.span, parameterNames: syntax.parameters.map(\.name.text),
      requiredCount: syntax.parameters.firstIndex { $0.defaultValue != nil }
        ?? syntax.parameters.count,
      body: ref(ConstantNode(place(syntax.span), .none)), arena: arena)
    code.defaults = syntax.parameters.map { $0.defaultValue.map { ref($0) } }
    let body = compile(syntax.body, isTail: true)
    code.body = ref(
      hasReturn ? FunctionBodyNode(place(syntax.span), ref(body), machine) : body)
    code.reads = reads
    code.captureCount = scope.captures.count
    code.frameSize = scope.firstTemporary + deepest
    frame.value = code.frameSize
    return code
  }

  private func closure(_ syntax: FunctionSyntax) -> ClosureNode {
    let code = code(of: syntax)
    let inner = checked.scopes[ObjectIdentifier(syntax)]
    let captures = (inner?.captures ?? []).compactMap { capture in
      capture.origin.map { (slot: $0.slot, isFunction: capture.root.role == .function) }
    }
    return ClosureNode(place(syntax.span), code, captures: captures)
  }

  // MARK: Statements

  private func compile(_ block: Block, isTail: Bool = false) -> Node {
    var nodes: [Node] = []
    for (index, statement) in block.statements.enumerated() {
      if isTail, index == block.statements.count - 1 {
        nodes.append(compileTail(statement))
      } else {
        nodes.append(compile(statement))
      }
    }
    // A block of one statement is that statement; only a `return` in it needs the block.
    if nodes.count == 1, !isTail || isExpression(block.statements[0]) { return nodes[0] }
    return BlockNode(place(block.span), arena.list(nodes), isTail: isTail, machine)
  }

  private func isExpression(_ statement: Statement) -> Bool {
    switch statement.kind {
    case .expression, .return: true
    default: false
    }
  }

  /// The last statement of a function: `return e` is just `e` there.
  private func compileTail(_ statement: Statement) -> Node {
    switch statement.kind {
    case .return(let value):
      return value.map { compileTail($0) } ?? ConstantNode(place(statement.span), .none)
    case .expression(let expression): return compileTail(expression)
    default:
      let place = place(statement.span)
      return BlockNode(
        place, arena.list([compile(statement), ConstantNode(place, .none)]), isTail: true, machine)
    }
  }

  private func compileTail(_ expression: Expression) -> Node {
    if case .conditional(let arms, let otherwise) = expression.kind {
      return conditional(arms[...], otherwise, expression.span, isTail: true)
    }
    return compile(expression)
  }

  private func compile(_ statement: Statement) -> Node {
    let place = place(statement.span)
    switch statement.kind {
    case .let(let name, let value):
      guard let binding = checked.bindings[name.id] else { return compile(value) }
      return StoreNode(place, binding.slot, ref(value))
    case .var(let name, let value):
      guard let binding = checked.bindings[name.id] else { return compile(value) }
      return binding.isBoxed
        ? StoreNewBoxNode(place, binding.slot, ref(value))
        : StoreNode(place, binding.slot, ref(value))
    case .assign(let name, let path, let value):
      return assignment(name, path, value, place)
    case .function(let syntax):
      guard let name = syntax.name, let binding = checked.bindings[name.id] else {
        return ConstantNode(place, .none)
      }
      let closure = closure(syntax)
      let selfCapture = checked.scopes[ObjectIdentifier(syntax)]?.captures.firstIndex {
        $0.origin === binding
      }
      return StoreFunctionNode(place, binding.slot, ref(closure), selfCapture: selfCapture)
    case .for(let name, let sequence, let body):
      let binding = checked.bindings[name.id]
      return ForNode(
        place, slot: binding?.slot ?? 0, ref(sequence), ref(compile(body)), machine)
    case .while(let condition, let body):
      return WhileNode(place, ref(condition), ref(compile(body)), machine)
    case .return(let value):
      hasReturn = true
      return ReturnNode(place, value.map { ref($0) }, machine)
    case .break: return JumpNode(place, .breakLoop)
    case .continue: return JumpNode(place, .continueLoop)
    case .import: return ConstantNode(place, .none)
    case .expression(let expression): return compile(expression)
    }
  }

  private func assignment(
    _ name: Name, _ path: [AssignmentStep], _ value: Expression, _ place: Place
  ) -> Node {
    guard let binding = checked.bindings[name.id] else { return compile(value) }
    let slot = binding.slot
    if !path.isEmpty {
      let steps = path.map { step -> PartAssignmentNode.Step in
        switch step {
        case .index(let index): .index(operand(index))
        case .field(let field): .field(field.text, machine.symbols.symbol(field.text))
        }
      }
      return PartAssignmentNode(
        place, slot, isBoxed: binding.isBoxed, steps, ref(value), machine)
    }
    if binding.isBoxed { return StoreIntoBoxNode(place, slot, ref(value)) }
    switch value.kind {
    case .binary(.add, let left, let right, _) where isLocal(left, slot):
      let append = AppendNode(self.place(value.span), slot, operand(right), machine)
      if case .list(let elements) = right.kind, elements.count == 1 {
        return AppendElementNode(
          self.place(value.span), slot, ref(elements[0]), whole: append)
      }
      return append
    case .call(let callee, let piped, let arguments):
      if case .name = callee.kind,
        case .library(let function) = checked.resolutions[callee.id], !function.isVariadic
      {
        let all = (piped.map { [Argument(label: nil, value: $0)] } ?? []) + arguments
        if let first = all.first, first.label == nil, isLocal(first.value, slot),
          !all.dropFirst().contains(where: { mentions($0.value, name.text) })
        {
          return withTemporaries(function.parameters.count) { start in
            let nodes = libraryArguments(function, all, self.place(value.span))
            return NativeUpdateNode(
              self.place(value.span), slot, function,
              arena.list(Array(nodes.dropFirst())), temporaries: start, frame: frame, machine)
          }
        }
      }
    default: break
    }
    return StoreNode(place, slot, ref(value))
  }

  /// Whether an expression is exactly the local of a slot.
  private func isLocal(_ expression: Expression, _ slot: Int) -> Bool {
    if case .name = expression.kind, case .local(let binding) = checked.resolutions[expression.id] {
      return !binding.isBoxed && binding.slot == slot && binding.root.role == .variable
    }
    return false
  }

  private func mentions(_ expression: Expression, _ name: String) -> Bool {
    SyntaxWalk.names(in: expression).contains { bytesEqual($0, name) }
  }

  // MARK: Expressions

  private func compile(_ expression: Expression) -> Node {
    let place = place(expression.span)
    switch expression.kind {
    case .none, .invalid: return ConstantNode(place, .none)
    case .boolean(let value): return ConstantNode(place, .boolean(value))
    case .integer(let value): return ConstantNode(place, .integer(value))
    case .number(let value): return ConstantNode(place, .number(value))
    case .text(let value): return ConstantNode(place, .text(value))
    case .interpolation(let parts):
      return InterpolationNode(
        place, machine,
        parts.map { part in
          switch part {
          case .text(let text): (text, nil)
          case .value(let value): ("", ref(value))
          }
        })
    case .name: return name(expression, place)
    case .list(let elements): return ListNode(place, refs(elements))
    case .record(let fields):
      return withTemporaries(fields.count) { start in
        let shape = machine.symbols.shape(fields.map(\.key.text))
        guard shape.count == fields.count else { return ConstantNode(place, .none) }
        return RecordNode(place, shape, refs(fields.map(\.value)), temporaries: start)
      }
    case .function(let syntax): return closure(syntax)
    case .call(let callee, let piped, let arguments):
      let all = (piped.map { [Argument(label: nil, value: $0)] } ?? []) + arguments
      return call(callee, all, place)
    case .field(let value, let name):
      return FieldNode(
        place, operand(value), name.text, machine.symbols.symbol(name.text), nameSpan: name.span,
        machine)
    case .index(let value, let index): return indexing(value, index, place)
    case .unary(.negate, let operand):
      let node = compile(operand)
      if let constant = node as? ConstantNode,
        let negated = try? Operators.negate(constant.value, place)
      {
        return ConstantNode(place, negated)
      }
      return NegateNode(place, ref(node))
    case .unary(.not, let operand): return NotNode(place, ref(operand))
    case .binary(let op, let left, let right, let span):
      return binary(op, left, right, self.place(span))
    case .conditional(let arms, let otherwise):
      return conditional(arms[...], otherwise, expression.span, isTail: false)
    case .attempt(let body, let problem, let handler):
      let slot = checked.bindings[problem.id]?.slot ?? 0
      let temporaries = scope.firstTemporary + depth
      return AttemptNode(
        place, ref(compile(body)), ref(compile(handler)), problemSlot: slot,
        temporaries: temporaries, frame: frame, machine)
    }
  }

  private func name(_ expression: Expression, _ place: Place) -> Node {
    switch checked.resolutions[expression.id] {
    case .unresolved: return ConstantNode(place, .none)
    case .library(let function):
      if let constant = function.constant { return ConstantNode(place, .number(constant)) }
      return ConstantNode(place, .object(NativeObject(function)))
    case .global(let binding):
      reads.append(binding.slot)
      if binding.slot.isSet { return ConstantNode(place, binding.slot.value) }
      return GlobalNode(place, binding.slot)
    case .local(let binding):
      if binding.isBoxed { return BoxedLocalNode(place, binding.slot) }
      if binding.role == .capture, binding.root.role == .function {
        return SelfNode(place, binding.slot)
      }
      return LocalNode(place, binding.slot)
    }
  }

  private func conditional(
    _ arms: ArraySlice<ConditionalArm>, _ otherwise: Block?, _ span: Span, isTail: Bool
  ) -> Node {
    guard let arm = arms.first else {
      return otherwise.map { compile($0, isTail: isTail) } ?? ConstantNode(place(span), .none)
    }
    let rest = arms.dropFirst()
    let other =
      rest.isEmpty && otherwise == nil ? nil : conditional(rest, otherwise, span, isTail: isTail)
    return ConditionalNode(
      place(span), ref(arm.condition), ref(compile(arm.body, isTail: isTail)), other.map { ref($0) }
    )
  }

  // MARK: Calls

  private func call(_ callee: Expression, _ arguments: [Argument], _ place: Place) -> Node {
    if case .name = callee.kind {
      switch checked.resolutions[callee.id] {
      case .library(let function):
        return withTemporaries(function.parameters.count) { start in
          NativeCallNode(
            place, function, arena.list(libraryArguments(function, arguments, place)),
            temporaries: start, frame: frame, machine)
        }
      case .global(let binding):
        guard let syntax = binding.function,
          let positions = positions(of: arguments, syntax)
        else { break }
        reads.append(binding.slot)
        let count = syntax.parameters.count
        return withTemporaries(max(count, arguments.count)) { start in
          DirectCallNode(
            place, binding.slot, refs(arguments.map(\.value)), positions: positions,
            parameterCount: count, temporaries: start, machine)
        }
      default: break
      }
    }
    let target = compile(callee)
    return withTemporaries(arguments.count) { start in
      ValueCallNode(
        place, ref(target), refs(arguments.map(\.value)),
        labels: arguments.map { $0.label?.text }, temporaries: start, frame: frame, machine)
    }
  }

  private func positions(of arguments: [Argument], _ syntax: FunctionSyntax) -> [Int]? {
    var positions: [Int] = []
    for (index, argument) in arguments.enumerated() {
      guard let label = argument.label else {
        if index >= syntax.parameters.count { return nil }
        positions.append(index)
        continue
      }
      guard
        let found = syntax.parameters.firstIndex(where: { bytesEqual($0.name.text, label.text) })
      else { return nil }
      positions.append(found)
    }
    return positions
  }

  /// A node for every parameter: the argument, or the constant of the default.
  private func libraryArguments(
    _ function: LibraryFunction, _ arguments: [Argument], _ place: Place
  ) -> [Node] {
    var nodes = [Node?](repeating: nil, count: function.parameters.count)
    var rest: [Node] = []
    for (index, argument) in arguments.enumerated() {
      let node = compile(argument.value)
      if let label = argument.label {
        if let found = function.index(ofParameter: label.text) { nodes[found] = node }
      } else if function.isVariadic, index >= nodes.count - 1 {
        rest.append(node)
      } else if index < nodes.count {
        nodes[index] = node
      }
    }
    if function.isVariadic { nodes[nodes.count - 1] = ListNode(place, arena.list(rest)) }
    return nodes.enumerated().map { index, node in
      node ?? ConstantNode(place, function.parameters[index].defaultValue.value)
    }
  }

  // MARK: Operators

  private func indexing(_ value: Expression, _ index: Expression, _ place: Place) -> Node {
    IndexNode(place, operand(value), operand(index), machine)
  }

  private func binary(
    _ op: BinaryOperator, _ leftSide: Expression, _ rightSide: Expression, _ place: Place
  ) -> Node {
    switch op {
    case .or: return OrNode(place, ref(leftSide), ref(rightSide))
    case .and: return AndNode(place, ref(leftSide), ref(rightSide))
    case .in: return InNode(place, ref(leftSide), ref(rightSide))
    default: break
    }
    let left = operand(leftSide)
    let right = operand(rightSide)
    switch op {
    case .or, .and, .in: return ConstantNode(place, .none)
    case .range:
      return OperatorNode(place, left, right, machine) { a, b, _, place in
        try Operators.range(a, b, place)
      }
    case .power: return OperatorNode(place, left, right, machine, Operators.power)
    case .add: return AddNode(place, left, right, machine)
    case .subtract: return SubtractNode(place, left, right, machine)
    case .multiply: return MultiplyNode(place, left, right, machine)
    case .divide: return DivideNode(place, left, right, machine)
    case .floorDivide: return FloorDivideNode(place, left, right, machine)
    case .remainder: return RemainderNode(place, left, right, machine)
    case .equal: return EqualNode(place, left, right, machine)
    case .notEqual: return NotEqualNode(place, left, right, machine)
    case .less: return LessNode(place, left, right, machine)
    case .lessOrEqual: return LessOrEqualNode(place, left, right, machine)
    case .greater: return GreaterNode(place, left, right, machine)
    case .greaterOrEqual: return GreaterOrEqualNode(place, left, right, machine)
    }
  }
}
