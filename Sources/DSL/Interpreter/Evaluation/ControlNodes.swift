// Blocks, conditions, loops, assignments and `try`.

import TLSyntax

/// Statements in order; the value is that of the last one.
final class BlockNode: Node {
  private let statements: NodeList
  /// Whether the block's value is the function's: then a `return` inside is the block's value.
  private let isTail: Bool
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ statements: NodeList, isTail: Bool, _ machine: Machine) {
    self.statements = statements
    self.isTail = isTail
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let last = statements.count - 1
    if last < 0 { return .none }
    for index in 0..<last {
      let completion = try statements[index].exec(f)
      if completion != .normal { return try leave(completion) }
    }
    return try statements[last].eval(f)
  }

  @inline(never)
  private func leave(_ completion: Completion) throws -> Value {
    if isTail, completion == .returnValue { return machine.takeReturnValue() }
    throw ControlSignal(completion: completion)
  }

  override func exec(_ f: Frame) throws -> Completion {
    for index in 0..<statements.count {
      let completion = try statements[index].exec(f)
      if completion != .normal { return completion }
    }
    return .normal
  }
}

final class ConditionalNode: Node {
  let condition: NodeRef
  let body: NodeRef
  let otherwise: NodeRef?

  init(_ place: Place, _ condition: NodeRef, _ body: NodeRef, _ otherwise: NodeRef?) {
    self.condition = condition
    self.body = body
    self.otherwise = otherwise
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    if try condition.test(f) { return try body.eval(f) }
    if let otherwise { return try otherwise.eval(f) }
    return .none
  }

  override func exec(_ f: Frame) throws -> Completion {
    if try condition.test(f) { return try body.exec(f) }
    if let otherwise { return try otherwise.exec(f) }
    return .normal
  }
}

final class WhileNode: Node {
  let condition: NodeRef
  let body: NodeRef
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ condition: NodeRef, _ body: NodeRef, _ machine: Machine) {
    self.condition = condition
    self.body = body
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let completion = try exec(f)
    if completion != .normal { throw ControlSignal(completion: completion) }
    return .none
  }

  override func exec(_ f: Frame) throws -> Completion {
    // Held once, not counted at every round.
    let machine = machine
    while try condition.test(f) {
      try machine.poll()
      do {
        let completion = try body.exec(f)
        if completion == .normal || completion == .continueLoop { continue }
        if completion == .breakLoop { break }
        return completion
      } catch let signal as ControlSignal {
        if signal.completion == .breakLoop { break }
        if signal.completion == .returnValue { return .returnValue }
      }
    }
    return .normal
  }
}

/// `for x in …` over a range, a list, a text's characters or a table's rows.
final class ForNode: Node {
  let slot: Int
  let sequence: NodeRef
  let body: NodeRef
  unowned(unsafe) let machine: Machine

  init(_ place: Place, slot: Int, _ sequence: NodeRef, _ body: NodeRef, _ machine: Machine) {
    self.slot = slot
    self.sequence = sequence
    self.body = body
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let completion = try exec(f)
    if completion != .normal { throw ControlSignal(completion: completion) }
    return .none
  }

  override func exec(_ f: Frame) throws -> Completion {
    let value = try sequence.eval(f)
    // Held once, not counted at every round.
    let machine = machine
    if let range = value.asRange {
      guard range.last >= range.first else { return .normal }
      var number = range.first
      while true {
        let completion = try step(f, machine, .integer(number))
        if completion == .breakLoop { break }
        if completion == .returnValue { return completion }
        if number == range.last { break }
        number += 1
      }
      return .normal
    }
    if let list = value.asList {
      return try walk(f, machine, list.elements)
    }
    if let table = value.asTable {
      for index in 0..<table.table.rowCount {
        let completion = try step(f, machine, table.row(index))
        if completion == .breakLoop { break }
        if completion == .returnValue { return completion }
      }
      return .normal
    }
    return try walk(f, machine, machine.elements(of: value, at: sequence.place))
  }

  private func walk(
    _ f: Frame, _ machine: Machine, _ elements: ContiguousArray<Value>
  ) throws -> Completion {
    for element in elements {
      let completion = try step(f, machine, element)
      if completion == .breakLoop { break }
      if completion == .returnValue { return completion }
    }
    return .normal
  }

  @inline(__always)
  private func step(_ f: Frame, _ machine: Machine, _ value: Value) throws -> Completion {
    try machine.poll()
    f[slot] = value
    do {
      return try body.exec(f)
    } catch let signal as ControlSignal {
      return signal.completion
    }
  }
}

final class ReturnNode: Node {
  let value: NodeRef?
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ value: NodeRef?, _ machine: Machine) {
    self.value = value
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    _ = try exec(f)
    throw ControlSignal(completion: .returnValue)
  }

  override func exec(_ f: Frame) throws -> Completion {
    machine.setReturnValue(try value?.eval(f) ?? .none)
    return .returnValue
  }
}

final class JumpNode: Node {
  let completion: Completion

  init(_ place: Place, _ completion: Completion) {
    self.completion = completion
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value { throw ControlSignal(completion: completion) }

  override func exec(_ f: Frame) throws -> Completion { completion }
}

/// The body of a function that may be left by `return` from within an expression.
final class FunctionBodyNode: Node {
  let body: NodeRef
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ body: NodeRef, _ machine: Machine) {
    self.body = body
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    do {
      return try body.eval(f)
    } catch let signal as ControlSignal where signal.completion == .returnValue {
      return machine.takeReturnValue()
    }
  }
}

// MARK: Assignment

/// What gives a local a value.
class SlotNode: Node {
  let slot: Int
  let value: NodeRef

  init(_ place: Place, _ slot: Int, _ value: NodeRef) {
    self.slot = slot
    self.value = value
    super.init(place)
  }
}

/// `let`, `var` and `name = …` of a local.
final class StoreNode: SlotNode {
  override func eval(_ f: Frame) throws -> Value {
    f[slot] = try value.eval(f)
    return .none
  }

  override func exec(_ f: Frame) throws -> Completion {
    let new = try value.eval(f)
    if case .object = f[slot] { f[slot] = .none }
    (f + slot).initialize(to: new)
    return .normal
  }
}

/// Makes the box of a `var` that a function value captures.
final class StoreNewBoxNode: SlotNode {
  override func eval(_ f: Frame) throws -> Value {
    f[slot] = .object(BoxObject(try value.eval(f)))
    return .none
  }
}

final class StoreIntoBoxNode: SlotNode {
  override func eval(_ f: Frame) throws -> Value {
    let new = try value.eval(f)
    if case .object(let object) = f[slot], object.tag == .box {
      unsafeDowncast(object, to: BoxObject.self).value = new
    }
    return .none
  }
}

final class StoreGlobalNode: Node {
  let slot: GlobalSlot
  let value: NodeRef

  init(_ place: Place, _ slot: GlobalSlot, _ value: NodeRef) {
    self.slot = slot
    self.value = value
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    slot.value = try value.eval(f)
    slot.isSet = true
    return .none
  }
}

/// `x = x + e` on a text or list that only `x` holds: appended in place.
final class AppendNode: Node {
  let slot: Int
  let addition: Operand
  /// The addition, when it is a text with values in it: it is written onto the end at once.
  private let interpolation: Unmanaged<InterpolationNode>?
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ slot: Int, _ addition: Operand, _ machine: Machine) {
    interpolation = addition.node.interpolation
    self.slot = slot
    self.addition = addition
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    _ = try exec(f)
    return .none
  }

  override func exec(_ f: Frame) throws -> Completion {
    if let interpolation, case .object = f[slot] {
      return try interpolation._withUnsafeGuaranteedRef { try append(f, $0) }
    }
    let right = try addition.read(f)
    switch f[slot] {
    case .integer(let x):
      if case .integer(let y) = right {
        let (sum, overflow) = x.addingReportingOverflow(y)
        if !overflow {
          (f + slot).initialize(to: .integer(sum))
          return .normal
        }
      }
    case .number(let x):
      if let y = right.asDouble {
        (f + slot).initialize(to: .number(x + y))
        return .normal
      }
    default: break
    }
    try append(f, right)
    return .normal
  }

  private func append(_ f: Frame, _ interpolation: InterpolationNode) throws -> Completion {
    let machine = machine
    let start = machine.scratch.count
    try interpolation.write(f, machine)
    guard let object = (f + slot).uniqueObject(.text, TextObject.self) else {
      try append(f, .text(machine.takeScratch(from: start)))
      return .normal
    }
    defer { machine.shortenScratch(to: start) }
    let addition = machine.scratch.bytes(from: start)
    try object._withUnsafeGuaranteedRef { text in
      try reserve(text.byteCount, addition.count)
      text.append(addition)
    }
    return .normal
  }

  /// Asks for the memory of a text that grows: when it has doubled, not at every step.
  @inline(__always)
  private func reserve(_ before: Int, _ more: Int) throws {
    let bytes = before + more
    if bytes < 1 << 20 || before.leadingZeroBitCount == bytes.leadingZeroBitCount { return }
    try machine.reserve(bytes, elementBytes: 2, at: place)
  }

  @inline(never)
  private func append(_ f: Frame, _ right: Value) throws {
    if case .object(var object) = f[slot], case .object(let other) = right {
      f[slot] = .none
      if object.tag == .text, other.tag == .text, isKnownUniquelyReferenced(&object) {
        let text = unsafeDowncast(object, to: TextObject.self)
        let addition = unsafeDowncast(other, to: TextObject.self).string
        do { try reserve(text.byteCount, addition.utf8.count) } catch {
          f[slot] = .object(object)
          throw error
        }
        text.append(addition)
        f[slot] = .object(object)
        return
      }
      if object.tag == .list, other.tag == .list, isKnownUniquelyReferenced(&object) {
        let list = unsafeDowncast(object, to: ListObject.self)
        let addition = unsafeDowncast(other, to: ListObject.self).elements
        let count = list.elements.count + addition.count
        if count > list.elements.capacity {
          do { try machine.reserve(count, at: place) } catch {
            f[slot] = .object(object)
            throw error
          }
        }
        list.elements.append(contentsOf: addition)
        f[slot] = .object(object)
        return
      }
      f[slot] = .object(object)
    }
    f[slot] = try Operators.add(f[slot], right, machine, place)
  }
}

/// `x = x + [e]`: one element appended in place, without the list around it.
final class AppendElementNode: Node {
  let slot: Int
  let element: NodeRef
  let whole: AppendNode

  init(_ place: Place, _ slot: Int, _ element: NodeRef, whole: AppendNode) {
    self.slot = slot
    self.element = element
    self.whole = whole
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    _ = try exec(f)
    return .none
  }

  override func exec(_ f: Frame) throws -> Completion {
    let value = try element.eval(f)
    if let list = (f + slot).uniqueObject(.list, ListObject.self),
      list._withUnsafeGuaranteedRef({ $0.elements.count }) < whole.machine.sizeLimit >> 4
    {
      list._withUnsafeGuaranteedRef { $0.elements.append(value) }
      return .normal
    }
    f[slot] = try Operators.add(f[slot], .list([value]), whole.machine, place)
    return .normal
  }
}

/// `try { … } catch problem { … }`
final class AttemptNode: Node {
  let body: NodeRef
  let handler: NodeRef
  let problemSlot: Int
  let temporaries: Int
  let frame: FrameSize
  unowned(unsafe) let machine: Machine

  init(
    _ place: Place, _ body: NodeRef, _ handler: NodeRef, problemSlot: Int, temporaries: Int,
    frame: FrameSize, _ machine: Machine
  ) {
    self.body = body
    self.handler = handler
    self.problemSlot = problemSlot
    self.temporaries = temporaries
    self.frame = frame
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    do {
      return try body.eval(f)
    } catch let problem as Problem {
      prepare(f, problem)
    }
    return try handler.eval(f)
  }

  override func exec(_ f: Frame) throws -> Completion {
    do {
      return try body.exec(f)
    } catch let problem as Problem {
      prepare(f, problem)
    }
    return try handler.exec(f)
  }

  private func prepare(_ f: Frame, _ problem: Problem) {
    machine.finish(problem)
    machine.clear(f + temporaries, max(frame.value - temporaries, 0))
    let line: Value = problem.place.map { .integer($0.line) } ?? .none
    f[problemSlot] = machine.record([
      ("message", .text(problem.message)), ("kind", .text(problem.rule.id)), ("line", line),
    ])
  }
}
