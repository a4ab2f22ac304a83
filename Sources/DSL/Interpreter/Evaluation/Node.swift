// The resolved form that runs: a tree of final classes. Names are slots of a frame, arguments are
// in the order of the parameters, and the common shapes of operands have classes of their own.
// A frame is a pointer into the machine's value stack; a node never outlives its program.

import TLSyntax

class Node {
  final let place: Place

  init(_ place: Place) {
    self.place = place
  }

  /// The node's value.
  func eval(_ f: Frame) throws -> Value {
    .none
  }

  /// The node as a statement: its value is not needed.
  func exec(_ f: Frame) throws -> Completion {
    _ = try eval(f)
    return .normal
  }

  /// The node as a condition.
  func test(_ f: Frame) throws -> Bool {
    let value = try eval(f)
    if case .boolean(let condition) = value { return condition }
    throw Problem(
      RuntimeRules.wrongKind,
      "a condition must be true or false, found \(value.inWords)", at: place)
  }
}

/// A child node, called without counting references: the arena of the program keeps it alive.
struct NodeRef {
  private let reference: Unmanaged<Node>

  init(_ node: Node, _ arena: NodeArena) {
    arena.keep(node)
    reference = Unmanaged.passUnretained(node)
  }

  @inline(__always)
  func eval(_ f: Frame) throws -> Value {
    try reference._withUnsafeGuaranteedRef { try $0.eval(f) }
  }

  @inline(__always)
  func exec(_ f: Frame) throws -> Completion {
    try reference._withUnsafeGuaranteedRef { try $0.exec(f) }
  }

  @inline(__always)
  func test(_ f: Frame) throws -> Bool {
    try reference._withUnsafeGuaranteedRef { try $0.test(f) }
  }

  /// The node as a text with values in it; nil when it is another.
  var interpolation: Unmanaged<InterpolationNode>? {
    reference._withUnsafeGuaranteedRef { node in
      (node as? InterpolationNode).map { Unmanaged.passUnretained($0) }
    }
  }

  var place: Place { reference._withUnsafeGuaranteedRef { $0.place } }
}

/// Keeps the nodes of one top-level statement alive, with the functions in it. Held by the unit
/// while it runs and by the function values that it made.
final class NodeArena {
  private var nodes: [Node] = []
  private var lists: [UnsafeMutablePointer<NodeRef>] = []

  func keep(_ node: Node) {
    nodes.append(node)
  }

  func list(_ list: [Node]) -> NodeList {
    let memory = UnsafeMutablePointer<NodeRef>.allocate(capacity: max(list.count, 1))
    for (index, node) in list.enumerated() {
      (memory + index).initialize(to: NodeRef(node, self))
    }
    lists.append(memory)
    return NodeList(nodes: memory, count: list.count)
  }

  deinit {
    for list in lists { list.deallocate() }
  }
}

/// The children of a node that has any number of them; the arena owns the memory.
struct NodeList {
  fileprivate let nodes: UnsafeMutablePointer<NodeRef>
  let count: Int

  @inline(__always)
  subscript(index: Int) -> NodeRef { nodes[index] }
}

/// An operand of an operator: a local or a constant is read in place.
struct Operand {
  enum Form: UInt8 { case local, integer, number, node }

  let form: Form
  let slot: Int
  /// The constant, or the bits of the constant Number.
  let constant: Int
  let node: NodeRef

  init(_ node: Node, _ arena: NodeArena) {
    self.node = NodeRef(node, arena)
    if let local = node as? LocalNode {
      (form, slot, constant) = (.local, local.slot, 0)
    } else if let literal = node as? ConstantNode, case .integer(let value) = literal.value {
      (form, slot, constant) = (.integer, 0, value)
    } else if let literal = node as? ConstantNode, case .number(let value) = literal.value {
      (form, slot, constant) = (.number, 0, Int(bitPattern: UInt(value.bitPattern)))
    } else {
      (form, slot, constant) = (.node, 0, 0)
    }
  }

  @inline(__always)
  var number: Double { Double(bitPattern: UInt64(UInt(bitPattern: constant))) }

  @inline(__always)
  func read(_ f: Frame) throws -> Value {
    switch form {
    case .local: f[slot]
    case .integer: .integer(constant)
    case .number: .number(number)
    case .node: try node.eval(f)
    }
  }
}

/// The common base of the operators on two operands.
class BinaryNode: Node {
  final let left: Operand
  final let right: Operand
  final unowned(unsafe) let machine: Machine

  init(_ place: Place, _ left: Operand, _ right: Operand, _ machine: Machine) {
    self.left = left
    self.right = right
    self.machine = machine
    super.init(place)
  }

  /// Evaluates both sides, and calls the one that fits: two Integers, two Numbers (an Integer
  /// beside a Number counts as one), or anything.
  @inline(__always)
  final func combine<Result>(
    _ f: Frame, integers: (Int, Int) -> Result?, numbers: (Double, Double) -> Result?,
    otherwise: (Value, Value) throws -> Result
  ) throws -> Result {
    let x: Int
    switch left.form {
    case .local:
      switch f[left.slot] {
      case .integer(let value): x = value
      case .number(let value):
        return try combine(value, f, numbers: numbers, otherwise: otherwise)
      default:
        let a = f[left.slot]
        return try otherwise(a, try right.read(f))
      }
    case .integer: x = left.constant
    case .number: return try combine(left.number, f, numbers: numbers, otherwise: otherwise)
    case .node:
      let a = try left.node.eval(f)
      switch a {
      case .integer(let value): x = value
      case .number(let value):
        return try combine(value, f, numbers: numbers, otherwise: otherwise)
      default: return try otherwise(a, try right.read(f))
      }
    }
    let b: Value
    switch right.form {
    case .local:
      if case .integer(let y) = f[right.slot] {
        if let result = integers(x, y) { return result }
        return try otherwise(.integer(x), .integer(y))
      }
      b = f[right.slot]
    case .integer:
      if let result = integers(x, right.constant) { return result }
      return try otherwise(.integer(x), .integer(right.constant))
    case .number: b = .number(right.number)
    case .node:
      b = try right.node.eval(f)
      if case .integer(let y) = b {
        if let result = integers(x, y) { return result }
        return try otherwise(.integer(x), .integer(y))
      }
    }
    if case .number(let y) = b, let result = numbers(Double(x), y) { return result }
    return try otherwise(.integer(x), b)
  }

  /// The same when the left side is a Number.
  @inline(__always)
  private final func combine<Result>(
    _ x: Double, _ f: Frame, numbers: (Double, Double) -> Result?,
    otherwise: (Value, Value) throws -> Result
  ) throws -> Result {
    let b: Value
    switch right.form {
    case .local:
      if case .number(let y) = f[right.slot], let result = numbers(x, y) { return result }
      b = f[right.slot]
    case .integer:
      b = .integer(right.constant)
    case .number:
      if let result = numbers(x, right.number) { return result }
      b = .number(right.number)
    case .node:
      b = try right.node.eval(f)
      if case .number(let y) = b, let result = numbers(x, y) { return result }
    }
    if case .integer(let y) = b, let result = numbers(x, Double(y)) { return result }
    return try otherwise(.number(x), b)
  }
}

final class ConstantNode: Node {
  let value: Value

  init(_ place: Place, _ value: Value) {
    self.value = value
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { value }
}

final class LocalNode: Node {
  let slot: Int

  init(_ place: Place, _ slot: Int) {
    self.slot = slot
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { f[slot] }

  override func test(_ f: Frame) throws -> Bool {
    if case .boolean(let condition) = f[slot] { return condition }
    return try super.test(f)
  }
}

final class BoxedLocalNode: Node {
  let slot: Int

  init(_ place: Place, _ slot: Int) {
    self.slot = slot
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    if case .object(let object) = f[slot], object.tag == .box {
      return unsafeDowncast(object, to: BoxObject.self).value
    }
    return .none
  }
}

final class GlobalNode: Node {
  let slot: GlobalSlot

  init(_ place: Place, _ slot: GlobalSlot) {
    self.slot = slot
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    if slot.isSet { return slot.value }
    throw notYetMade()
  }

  @inline(never)
  private func notYetMade() -> Problem {
    Problem(
      RuntimeRules.notYetMade, "`\(slot.name)` is not made yet", at: place,
      notes: [
        Diagnostic.Note(
          message: "it is made here, after this call", source: slot.definition.source,
          span: slot.definition.span)
      ])
  }
}

// MARK: Arithmetic and comparison

final class AddNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value {
    try combine(
      f,
      integers: { x, y in
        let (result, overflow) = x.addingReportingOverflow(y)
        return overflow ? nil : .integer(result)
      },
      numbers: { x, y in .number(x + y) },
      otherwise: { a, b in try Operators.add(a, b, machine, place) })
  }
}

final class SubtractNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value {
    try combine(
      f,
      integers: { x, y in
        let (result, overflow) = x.subtractingReportingOverflow(y)
        return overflow ? nil : .integer(result)
      },
      numbers: { x, y in .number(x - y) },
      otherwise: { a, b in try Operators.subtract(a, b, machine, place) })
  }
}

final class MultiplyNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value {
    try combine(
      f,
      integers: { x, y in
        let (result, overflow) = x.multipliedReportingOverflow(by: y)
        return overflow ? nil : .integer(result)
      },
      numbers: { x, y in .number(x * y) },
      otherwise: { a, b in try Operators.multiply(a, b, machine, place) })
  }
}

final class DivideNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value {
    try combine(
      f, integers: { x, y in y == 0 ? nil : .number(Double(x) / Double(y)) },
      numbers: { x, y in y == 0 ? nil : .number(x / y) },
      otherwise: { a, b in try Operators.divide(a, b, machine, place) })
  }
}

final class FloorDivideNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value {
    try combine(
      f, integers: { x, y in x >= 0 && y > 0 ? .integer(x / y) : nil },
      numbers: { _, _ in nil },
      otherwise: { a, b in try Operators.floorDivide(a, b, machine, place) })
  }
}

final class RemainderNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value {
    try combine(
      f,
      integers: { x, y in
        guard x >= 0, y > 0 else { return nil }
        if (x | y) >> 32 == 0 {
          // A 32-bit division takes half the time.
          return .integer(Int(UInt32(truncatingIfNeeded: x) % UInt32(truncatingIfNeeded: y)))
        }
        return .integer(x % y)
      },
      numbers: { _, _ in nil },
      otherwise: { a, b in try Operators.remainder(a, b, machine, place) })
  }
}

/// `^` and `..`, which need no fast path.
final class OperatorNode: BinaryNode {
  typealias Body = (Value, Value, Machine, Place) throws -> Value
  let body: Body

  init(
    _ place: Place, _ left: Operand, _ right: Operand, _ machine: Machine, _ body: @escaping Body
  ) {
    self.body = body
    super.init(place, left, right, machine)
  }

  override func eval(_ f: Frame) throws -> Value {
    let a = try left.read(f)
    return try body(a, try right.read(f), machine, place)
  }
}

final class LessNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool {
    try combine(
      f, integers: { x, y in x < y }, numbers: { x, y in x < y },
      otherwise: { a, b in try Operators.ordered(a, b, "<", place) { $0 < 0 } })
  }
}

final class LessOrEqualNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool {
    try combine(
      f, integers: { x, y in x <= y }, numbers: { x, y in x <= y },
      otherwise: { a, b in try Operators.ordered(a, b, "<=", place) { $0 <= 0 } })
  }
}

final class GreaterNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool {
    try combine(
      f, integers: { x, y in x > y }, numbers: { x, y in x > y },
      otherwise: { a, b in try Operators.ordered(a, b, ">", place) { $0 > 0 } })
  }
}

final class GreaterOrEqualNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool {
    try combine(
      f, integers: { x, y in x >= y }, numbers: { x, y in x >= y },
      otherwise: { a, b in try Operators.ordered(a, b, ">=", place) { $0 >= 0 } })
  }
}

final class EqualNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool {
    try combine(
      f, integers: { x, y in x == y }, numbers: { _, _ in nil },
      otherwise: { a, b in try Operators.equal(a, b, place) })
  }
}

final class NotEqualNode: BinaryNode {
  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool {
    try combine(
      f, integers: { x, y in x != y }, numbers: { _, _ in nil },
      otherwise: { a, b in try !Operators.equal(a, b, place) })
  }
}

final class InNode: Node {
  let element: NodeRef
  let container: NodeRef

  init(_ place: Place, _ element: NodeRef, _ container: NodeRef) {
    self.element = element
    self.container = container
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool {
    let value = try element.eval(f)
    return try Operators.contains(value, in: try container.eval(f), place)
  }
}

/// `and` and `or`, whose right side is reached in some cases only.
class LogicNode: Node {
  let left: NodeRef
  let right: NodeRef

  init(_ place: Place, _ left: NodeRef, _ right: NodeRef) {
    self.left = left
    self.right = right
    super.init(place)
  }
}

final class AndNode: LogicNode {
  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool { try left.test(f) && right.test(f) }
}

final class OrNode: LogicNode {
  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool { try left.test(f) || right.test(f) }
}

final class NotNode: Node {
  let operand: NodeRef

  init(_ place: Place, _ operand: NodeRef) {
    self.operand = operand
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { .boolean(try !operand.test(f)) }

  override func test(_ f: Frame) throws -> Bool { try !operand.test(f) }
}

final class NegateNode: Node {
  let operand: NodeRef

  init(_ place: Place, _ operand: NodeRef) {
    self.operand = operand
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    try Operators.negate(try operand.eval(f), place)
  }
}
