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

  private final class FrameSize { var value = 0 }

  /// One top-level statement, ready to run in a frame of `frameSize` slots.
  struct Unit {
    let node: Node
    let frameSize: Int
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
    return Unit(node: node, frameSize: frame.value)
  }

  private func storeGlobal(_ name: Name, _ value: Node, _ span: Span) -> Node {
    guard let binding = checked.globals[name.id] else { return value }
    return StoreGlobalNode(place(span), binding.slot, value)
  }

  // MARK: Frames

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
    if let inner = checked.scopes[ObjectIdentifier(syntax)] { scope = inner }
    (depth, deepest, hasReturn, frame) = (0, 0, false, FrameSize())
    let code = FunctionCode(
      name: syntax.name?.text ?? "function", source: checked.script.source,
      span: syntax.name?.span ?? syntax.span, parameterNames: syntax.parameters.map(\.name.text),
      requiredCount: syntax.parameters.firstIndex { $0.defaultValue != nil }
        ?? syntax.parameters.count,
      body: ConstantNode(place(syntax.span), .none))
    code.defaults = syntax.parameters.map { $0.defaultValue.map { compile($0) } }
    let body = compile(syntax.body, isTail: true)
    code.body = hasReturn ? FunctionBodyNode(place(syntax.span), body, machine) : body
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
    if nodes.count == 1, isExpression(block.statements[0], isTail: isTail) { return nodes[0] }
    return BlockNode(place(block.span), nodes, isTail: isTail, machine)
  }

  private func isExpression(_ statement: Statement, isTail: Bool) -> Bool {
    switch statement.kind {
    case .expression: true
    case .return: isTail
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
        place, [compile(statement), ConstantNode(place, .none)], isTail: true, machine)
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
      return StoreNode(place, binding.slot, compile(value))
    case .var(let name, let value):
      guard let binding = checked.bindings[name.id] else { return compile(value) }
      return binding.isBoxed
        ? StoreNewBoxNode(place, binding.slot, compile(value))
        : StoreNode(place, binding.slot, compile(value))
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
      return StoreFunctionNode(place, binding.slot, closure, selfCapture: selfCapture)
    case .for(let name, let sequence, let body):
      let binding = checked.bindings[name.id]
      return ForNode(
        place, slot: binding?.slot ?? 0, compile(sequence), compile(body), machine)
    case .while(let condition, let body):
      return WhileNode(place, compile(condition), compile(body), machine)
    case .return(let value):
      hasReturn = true
      return ReturnNode(place, value.map { compile($0) }, machine)
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
        case .index(let index): .index(compile(index))
        case .field(let field): .field(field.text, machine.symbols.symbol(field.text))
        }
      }
      return PartAssignmentNode(
        place, slot, isBoxed: binding.isBoxed, steps, compile(value), machine)
    }
    if binding.isBoxed { return StoreIntoBoxNode(place, slot, compile(value)) }
    switch value.kind {
    case .binary(.add, let left, let right, _) where isLocal(left, slot):
      let append = AppendNode(self.place(value.span), slot, compile(right), machine)
      if case .list(let elements) = right.kind, elements.count == 1 {
        return AppendElementNode(
          self.place(value.span), slot, compile(elements[0]), whole: append)
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
              self.place(value.span), slot, function, Array(nodes.dropFirst()),
              temporaries: start, machine)
          }
        }
      }
    default: break
    }
    return StoreNode(place, slot, compile(value))
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
        place,
        parts.map { part in
          switch part {
          case .text(let text): (text, nil)
          case .value(let value): ("", compile(value))
          }
        })
    case .name: return name(expression, place)
    case .list(let elements): return ListNode(place, elements.map { compile($0) })
    case .record(let fields):
      return withTemporaries(fields.count) { start in
        let shape = machine.symbols.shape(fields.map(\.key.text))
        guard shape.count == fields.count else { return ConstantNode(place, .none) }
        return RecordNode(place, shape, fields.map { compile($0.value) }, temporaries: start)
      }
    case .function(let syntax): return closure(syntax)
    case .call(let callee, let piped, let arguments):
      let all = (piped.map { [Argument(label: nil, value: $0)] } ?? []) + arguments
      return call(callee, all, place)
    case .field(let value, let name):
      return FieldNode(
        place, compile(value), name.text, machine.symbols.symbol(name.text), nameSpan: name.span,
        machine)
    case .index(let value, let index): return indexing(value, index, place)
    case .unary(.negate, let operand):
      let node = compile(operand)
      if let constant = node as? ConstantNode,
        let negated = try? Operators.negate(constant.value, place)
      {
        return ConstantNode(place, negated)
      }
      return NegateNode(place, node)
    case .unary(.not, let operand): return NotNode(place, compile(operand))
    case .binary(let op, let left, let right, let span):
      return binary(op, left, right, self.place(span))
    case .conditional(let arms, let otherwise):
      return conditional(arms[...], otherwise, expression.span, isTail: false)
    case .attempt(let body, let problem, let handler):
      let size = frame
      let slot = checked.bindings[problem.id]?.slot ?? 0
      let temporaries = scope.firstTemporary + depth
      return AttemptNode(
        place, compile(body), compile(handler), problemSlot: slot, temporaries: temporaries,
        frameSize: { size.value }, machine)
    }
  }

  private func name(_ expression: Expression, _ place: Place) -> Node {
    switch checked.resolutions[expression.id] {
    case .unresolved: return ConstantNode(place, .none)
    case .library(let function):
      if let constant = function.constant { return ConstantNode(place, .number(constant)) }
      return ConstantNode(place, .object(NativeObject(function)))
    case .global(let binding):
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
      place(span), compile(arm.condition), compile(arm.body, isTail: isTail), other)
  }

  // MARK: Calls

  private func call(_ callee: Expression, _ arguments: [Argument], _ place: Place) -> Node {
    if case .name = callee.kind {
      switch checked.resolutions[callee.id] {
      case .library(let function):
        return withTemporaries(function.parameters.count) { start in
          NativeCallNode(
            place, function, libraryArguments(function, arguments, place), temporaries: start,
            machine)
        }
      case .global(let binding):
        guard let syntax = binding.function,
          let positions = positions(of: arguments, syntax)
        else { break }
        let count = syntax.parameters.count
        return withTemporaries(max(count, arguments.count)) { start in
          DirectCallNode(
            place, binding.slot, arguments.map { compile($0.value) }, positions: positions,
            parameterCount: count, temporaries: start, machine)
        }
      default: break
      }
    }
    let target = compile(callee)
    return withTemporaries(arguments.count) { start in
      ValueCallNode(
        place, target, arguments.map { compile($0.value) },
        labels: arguments.map { $0.label?.text }, temporaries: start, machine)
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
    if function.isVariadic { nodes[nodes.count - 1] = ListNode(place, rest) }
    return nodes.enumerated().map { index, node in
      node ?? ConstantNode(place, function.parameters[index].defaultValue.value)
    }
  }

  // MARK: Operators

  private func indexing(_ value: Expression, _ index: Expression, _ place: Place) -> Node {
    let container = compile(value)
    let position = compile(index)
    if let container = container as? LocalNode {
      let left = LocalOperand(slot: container.slot)
      if let local = position as? LocalNode {
        return IndexNode(place, left, LocalOperand(slot: local.slot), machine)
      }
      return IndexNode(place, left, NodeOperand(node: position), machine)
    }
    return IndexNode(place, NodeOperand(node: container), NodeOperand(node: position), machine)
  }

  private func binary(
    _ op: BinaryOperator, _ leftSide: Expression, _ rightSide: Expression, _ place: Place
  ) -> Node {
    let left = compile(leftSide)
    let right = compile(rightSide)
    switch op {
    case .or: return OrNode(place, left, right)
    case .and: return AndNode(place, left, right)
    case .in: return InNode(place, left, right)
    case .range:
      return OperatorNode(place, left, right, machine) { a, b, _, place in
        try Operators.range(a, b, place)
      }
    case .power: return OperatorNode(place, left, right, machine, Operators.power)
    case .add: return specialize(left, right, Arithmetic<Add>(place, machine, true))
    case .subtract: return specialize(left, right, Arithmetic<Subtract>(place, machine, true))
    case .multiply: return specialize(left, right, Arithmetic<Multiply>(place, machine, true))
    case .floorDivide:
      return specialize(left, right, Arithmetic<FloorDivide>(place, machine, false))
    case .remainder: return specialize(left, right, Arithmetic<Remainder>(place, machine, false))
    case .divide: return specialize(left, right, Division(place: place, machine: machine))
    case .equal: return specialize(left, right, Comparison<Equal>(place: place))
    case .notEqual: return specialize(left, right, Comparison<NotEqual>(place: place))
    case .less: return specialize(left, right, Comparison<Less>(place: place))
    case .lessOrEqual: return specialize(left, right, Comparison<LessOrEqual>(place: place))
    case .greater: return specialize(left, right, Comparison<Greater>(place: place))
    case .greaterOrEqual: return specialize(left, right, Comparison<GreaterOrEqual>(place: place))
    }
  }

  private func specialize(_ left: Node, _ right: Node, _ form: some OperatorForm) -> Node {
    if let local = left as? LocalNode {
      return specialize(LocalOperand(slot: local.slot), right, form)
    }
    if let constant = left as? ConstantNode {
      return specialize(ConstantOperand(value: constant.value), right, form)
    }
    return specialize(NodeOperand(node: left), right, form)
  }

  private func specialize(
    _ left: some Operand, _ right: Node, _ form: some OperatorForm
  ) -> Node {
    if let local = right as? LocalNode {
      return form.node(left, LocalOperand(slot: local.slot))
    }
    if let constant = right as? ConstantNode {
      return form.node(left, ConstantOperand(value: constant.value))
    }
    return form.node(left, NodeOperand(node: right))
  }
}

/// Makes the node of an operator for two forms of operands.
private protocol OperatorForm {
  func node<L: Operand, R: Operand>(_ left: L, _ right: R) -> Node
}

private struct Arithmetic<Op: ArithmeticOperator>: OperatorForm {
  let place: Place
  let machine: Machine
  let fastNumbers: Bool

  init(_ place: Place, _ machine: Machine, _ fastNumbers: Bool) {
    self.place = place
    self.machine = machine
    self.fastNumbers = fastNumbers
  }

  func node<L: Operand, R: Operand>(_ left: L, _ right: R) -> Node {
    ArithmeticNode<Op, L, R>(place, left, right, machine, fastNumbers: fastNumbers)
  }
}

private struct Division: OperatorForm {
  let place: Place
  let machine: Machine

  func node<L: Operand, R: Operand>(_ left: L, _ right: R) -> Node {
    DivideNode<L, R>(place, left, right, machine)
  }
}

private struct Comparison<Op: ComparisonOperator>: OperatorForm {
  let place: Place

  func node<L: Operand, R: Operand>(_ left: L, _ right: R) -> Node {
    ComparisonNode<Op, L, R>(place, left, right)
  }
}
