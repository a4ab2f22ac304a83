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
      "a condition must be true or false, found \(value.kindName) \(brief(value))", at: place)
  }
}

/// The child nodes of a node, reached without counting references.
struct NodeList {
  private let owner: ContiguousArray<Node>
  private let nodes: UnsafeMutablePointer<Unmanaged<Node>>
  let count: Int

  /// The memory lives as long as the program, which frees it with `release`.
  init(_ list: [Node]) {
    owner = ContiguousArray(list)
    count = list.count
    nodes = .allocate(capacity: max(count, 1))
    for (index, node) in list.enumerated() {
      (nodes + index).initialize(to: Unmanaged.passUnretained(node))
    }
  }

  @inline(__always)
  subscript(index: Int) -> Node { nodes[index]._withUnsafeGuaranteedRef { $0 } }

  func release() {
    nodes.deallocate()
  }
}

// MARK: Operands

/// Where an operand comes from. Nodes are generic over it, so that a local or a constant is read
/// in place.
protocol Operand {
  func read(_ f: Frame) throws -> Value
}

struct LocalOperand: Operand {
  let slot: Int

  @inline(__always)
  func read(_ f: Frame) -> Value { f[slot] }
}

struct ConstantOperand: Operand {
  let value: Value

  @inline(__always)
  func read(_ f: Frame) -> Value { value }
}

struct NodeOperand: Operand {
  let node: Node

  @inline(__always)
  func read(_ f: Frame) throws -> Value { try node.eval(f) }
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

protocol ArithmeticOperator {
  static func integers(_ x: Int, _ y: Int) -> (Int, Bool)
  static func numbers(_ x: Double, _ y: Double) -> Double
  static func slow(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value
}

enum Add: ArithmeticOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> (Int, Bool) { x.addingReportingOverflow(y) }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Double { x + y }
  static func slow(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    try Operators.add(a, b, machine, place)
  }
}

enum Subtract: ArithmeticOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> (Int, Bool) { x.subtractingReportingOverflow(y) }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Double { x - y }
  static func slow(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    try Operators.subtract(a, b, machine, place)
  }
}

enum Multiply: ArithmeticOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> (Int, Bool) { x.multipliedReportingOverflow(by: y) }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Double { x * y }
  static func slow(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    try Operators.multiply(a, b, machine, place)
  }
}

enum FloorDivide: ArithmeticOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> (Int, Bool) {
    guard x >= 0, y > 0 else { return (0, true) }
    return (x / y, false)
  }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Double { (x / y).rounded(.down) }
  static func slow(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    try Operators.floorDivide(a, b, machine, place)
  }
}

enum Remainder: ArithmeticOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> (Int, Bool) {
    guard x >= 0, y > 0 else { return (0, true) }
    if (x | y) >> 32 == 0 {
      return (Int(UInt32(truncatingIfNeeded: x) % UInt32(truncatingIfNeeded: y)), false)
    }
    return (x % y, false)
  }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Double { .nan }
  static func slow(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    try Operators.remainder(a, b, machine, place)
  }
}

/// `+ - *` and integer `// %`.
final class ArithmeticNode<Op: ArithmeticOperator, L: Operand, R: Operand>: Node {
  let left: L
  let right: R
  unowned(unsafe) let machine: Machine
  /// Whether two Numbers may be computed without a look at the divisor.
  let fastNumbers: Bool

  init(_ place: Place, _ left: L, _ right: R, _ machine: Machine, fastNumbers: Bool) {
    self.left = left
    self.right = right
    self.machine = machine
    self.fastNumbers = fastNumbers
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let a = try left.read(f)
    let b = try right.read(f)
    if case .integer(let x) = a, case .integer(let y) = b {
      let (result, overflow) = Op.integers(x, y)
      if !overflow { return .integer(result) }
    } else if fastNumbers {
      if case .number(let x) = a {
        if case .number(let y) = b { return .number(Op.numbers(x, y)) }
        if case .integer(let y) = b { return .number(Op.numbers(x, Double(y))) }
      } else if case .integer(let x) = a, case .number(let y) = b {
        return .number(Op.numbers(Double(x), y))
      }
    }
    return try Op.slow(a, b, machine, place)
  }
}

/// `/`, `^` and `..`, which need no specialization.
final class OperatorNode: Node {
  typealias Body = (Value, Value, Machine, Place) throws -> Value
  let left: Node
  let right: Node
  let body: Body
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ left: Node, _ right: Node, _ machine: Machine, _ body: @escaping Body) {
    self.left = left
    self.right = right
    self.machine = machine
    self.body = body
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let a = try left.eval(f)
    return try body(a, try right.eval(f), machine, place)
  }
}

final class DivideNode<L: Operand, R: Operand>: Node {
  let left: L
  let right: R
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ left: L, _ right: R, _ machine: Machine) {
    self.left = left
    self.right = right
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let a = try left.read(f)
    let b = try right.read(f)
    if let x = a.asDouble, let y = b.asDouble, y != 0 { return .number(x / y) }
    return try Operators.divide(a, b, machine, place)
  }
}

protocol ComparisonOperator {
  static func integers(_ x: Int, _ y: Int) -> Bool
  static func numbers(_ x: Double, _ y: Double) -> Bool
  static func slow(_ a: Value, _ b: Value, _ place: Place) throws -> Bool
}

enum Less: ComparisonOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> Bool { x < y }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Bool { x < y }
  static func slow(_ a: Value, _ b: Value, _ place: Place) throws -> Bool {
    try Operators.ordered(a, b, "<", place) { $0 < 0 }
  }
}

enum LessOrEqual: ComparisonOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> Bool { x <= y }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Bool { x <= y }
  static func slow(_ a: Value, _ b: Value, _ place: Place) throws -> Bool {
    try Operators.ordered(a, b, "<=", place) { $0 <= 0 }
  }
}

enum Greater: ComparisonOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> Bool { x > y }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Bool { x > y }
  static func slow(_ a: Value, _ b: Value, _ place: Place) throws -> Bool {
    try Operators.ordered(a, b, ">", place) { $0 > 0 }
  }
}

enum GreaterOrEqual: ComparisonOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> Bool { x >= y }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Bool { x >= y }
  static func slow(_ a: Value, _ b: Value, _ place: Place) throws -> Bool {
    try Operators.ordered(a, b, ">=", place) { $0 >= 0 }
  }
}

enum Equal: ComparisonOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> Bool { x == y }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Bool { x == y }
  static func slow(_ a: Value, _ b: Value, _ place: Place) throws -> Bool { Operators.equal(a, b) }
}

enum NotEqual: ComparisonOperator {
  @inline(__always)
  static func integers(_ x: Int, _ y: Int) -> Bool { x != y }
  @inline(__always)
  static func numbers(_ x: Double, _ y: Double) -> Bool { x != y }
  static func slow(_ a: Value, _ b: Value, _ place: Place) throws -> Bool { !Operators.equal(a, b) }
}

final class ComparisonNode<Op: ComparisonOperator, L: Operand, R: Operand>: Node {
  let left: L
  let right: R

  init(_ place: Place, _ left: L, _ right: R) {
    self.left = left
    self.right = right
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool {
    let a = try left.read(f)
    let b = try right.read(f)
    if case .integer(let x) = a, case .integer(let y) = b { return Op.integers(x, y) }
    if case .number(let x) = a, case .number(let y) = b { return Op.numbers(x, y) }
    return try Op.slow(a, b, place)
  }
}

final class InNode: Node {
  let element: Node
  let container: Node

  init(_ place: Place, _ element: Node, _ container: Node) {
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

final class AndNode: Node {
  let left: Node
  let right: Node

  init(_ place: Place, _ left: Node, _ right: Node) {
    self.left = left
    self.right = right
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool { try left.test(f) && right.test(f) }
}

final class OrNode: Node {
  let left: Node
  let right: Node

  init(_ place: Place, _ left: Node, _ right: Node) {
    self.left = left
    self.right = right
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { .boolean(try test(f)) }

  override func test(_ f: Frame) throws -> Bool { try left.test(f) || right.test(f) }
}

final class NotNode: Node {
  let operand: Node

  init(_ place: Place, _ operand: Node) {
    self.operand = operand
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { .boolean(try !operand.test(f)) }

  override func test(_ f: Frame) throws -> Bool { try !operand.test(f) }
}

final class NegateNode: Node {
  let operand: Node

  init(_ place: Place, _ operand: Node) {
    self.operand = operand
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    try Operators.negate(try operand.eval(f), place)
  }
}
