// Calls and function values. Arguments are evaluated into the slots where the called function's
// frame will begin; a call whose function is known needs no look-up when it runs.

import TLSyntax

/// The size of a frame, known once its function is compiled.
final class FrameSize {
  var value = 0
}

/// Makes a function value: the code with the variables it captures.
final class ClosureNode: Node {
  let code: FunctionCode
  /// The slots of the surrounding frame that are captured, in order, and whether a local `fn`
  /// stands there, which within itself is held weakly.
  let captures: [(slot: Int, isFunction: Bool)]

  init(_ place: Place, _ code: FunctionCode, captures: [(slot: Int, isFunction: Bool)]) {
    self.code = code
    self.captures = captures
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    var values = ContiguousArray<Value>()
    if !captures.isEmpty {
      values.reserveCapacity(captures.count)
      for capture in captures {
        values.append(capture.isFunction ? WeakFunction.strong(f[capture.slot]) : f[capture.slot])
      }
    }
    return .object(FunctionObject(code, captures: values))
  }
}

/// A local function that calls itself finds itself among its captures.
final class StoreFunctionNode: Node {
  let slot: Int
  let closure: NodeRef
  /// Where in the captures the function itself stands.
  let selfCapture: Int?

  init(_ place: Place, _ slot: Int, _ closure: NodeRef, selfCapture: Int?) {
    self.slot = slot
    self.closure = closure
    self.selfCapture = selfCapture
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let value = try closure.eval(f)
    if let selfCapture, case .object(let object) = value {
      // A box breaks the circle: the function holds the box, whose value is the function.
      let function = unsafeDowncast(object, to: FunctionObject.self)
      function.captures[selfCapture] = .object(WeakFunction(function))
    }
    f[slot] = value
    return .none
  }
}

/// A function's reference to itself, which does not keep it alive.
final class WeakFunction: Object {
  weak var function: FunctionObject?

  init(_ function: FunctionObject) {
    self.function = function
    super.init(tag: .box)
  }

  /// The function itself, where a value is a function's reference to itself.
  static func strong(_ value: Value) -> Value {
    if case .object(let object) = value, object.tag == .box,
      let function = (object as? WeakFunction)?.function
    {
      return .object(function)
    }
    return value
  }
}

/// Reads a local function from within itself.
final class SelfNode: Node {
  let slot: Int

  init(_ place: Place, _ slot: Int) {
    self.slot = slot
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    WeakFunction.strong(f[slot])
  }
}

/// A call of a library function that is known before the script runs; all its parameters have a
/// node, those not given the constant of their default.
final class NativeCallNode: Node {
  let function: LibraryFunction
  private let arguments: NodeList
  private let temporaries: Int
  private let frame: FrameSize
  unowned(unsafe) let machine: Machine

  init(
    _ place: Place, _ function: LibraryFunction, _ arguments: NodeList, temporaries: Int,
    frame: FrameSize, _ machine: Machine
  ) {
    self.frame = frame
    self.function = function
    self.arguments = arguments
    self.temporaries = temporaries
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let base = f + temporaries
    let count = arguments.count
    for index in 0..<count { base[index] = try arguments[index].eval(f) }
    machine.top = f + frame.value
    let result = try machine.runNative(function, base, at: place)
    machine.clear(base, count)
    return result
  }
}

/// `x = f(x, …)` with a library function: `x` is moved into the call, so that a function that
/// returns a changed copy may change the value itself when nobody else holds it.
final class NativeUpdateNode: Node {
  let slot: Int
  let function: LibraryFunction
  /// The arguments from the second on.
  private let arguments: NodeList
  private let temporaries: Int
  private let frame: FrameSize
  unowned(unsafe) let machine: Machine

  init(
    _ place: Place, _ slot: Int, _ function: LibraryFunction, _ arguments: NodeList,
    temporaries: Int, frame: FrameSize, _ machine: Machine
  ) {
    self.frame = frame
    self.slot = slot
    self.function = function
    self.arguments = arguments
    self.temporaries = temporaries
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let base = f + temporaries
    for index in 0..<arguments.count { base[index + 1] = try arguments[index].eval(f) }
    base[0] = f[slot]
    f[slot] = .none
    machine.top = f + frame.value
    do {
      let result = try machine.runNative(function, base, at: place)
      f[slot] = result
    } catch {
      f[slot] = base[0]
      throw error
    }
    machine.clear(base, arguments.count + 1)
    return .none
  }
}

/// A call of a function of the script that is known by name, its arguments in order.
final class DirectCallNode: Node {
  let callee: GlobalSlot
  private let arguments: NodeList
  /// Which parameter each argument is for.
  private let positions: [Int]
  private let isInOrder: Bool
  private let given: UInt64
  private let parameterCount: Int
  private let temporaries: Int
  unowned(unsafe) let machine: Machine
  /// The code of a function without captures, known from the first call on: the slot keeps it.
  private var code: Unmanaged<FunctionCode>?

  init(
    _ place: Place, _ callee: GlobalSlot, _ arguments: NodeList, positions: [Int],
    parameterCount: Int, temporaries: Int, _ machine: Machine
  ) {
    self.callee = callee
    self.arguments = arguments
    self.positions = positions
    self.parameterCount = parameterCount
    isInOrder = positions == Array(positions.indices)
    given = positions.reduce(0) { $0 | 1 << UInt64($1) }
    self.temporaries = temporaries
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let base = f + temporaries
    if isInOrder {
      for index in 0..<arguments.count {
        let value = try arguments[index].eval(f)
        (base + index).initialize(to: value)
      }
    } else {
      for index in 0..<arguments.count { base[positions[index]] = try arguments[index].eval(f) }
    }
    guard let code else { return try callFirst(base) }
    var isDone = false
    defer { if !isDone { noteCall(of: code._withUnsafeGuaranteedRef(\.name)) } }
    let result = try code._withUnsafeGuaranteedRef {
      try machine.invoke($0, capturesOf: nil, base, given: given)
    }
    isDone = true
    return result
  }

  @inline(never)
  private func noteCall(of name: String) {
    machine.note(Problem.Call(name: name, place: place))
  }

  /// The first call, and all calls of a function with captures.
  @inline(never)
  private func callFirst(_ base: Frame) throws -> Value {
    guard case .object(let object) = callee.value, object.tag == .function else { throw notMade() }
    let function = unsafeDowncast(object, to: FunctionObject.self)
    if function.code.captureCount == 0 { code = Unmanaged.passUnretained(function.code) }
    var isDone = false
    defer { if !isDone { noteCall(of: function.code.name) } }
    let result = try machine.invoke(function, base, given: given)
    isDone = true
    return result
  }

  @inline(never)
  private func notMade() -> Problem {
    Problem(RuntimeRules.notYetMade, "`\(callee.name)` is not made yet", at: place)
  }
}

/// A call of a value that turns out to be a function when it runs.
final class ValueCallNode: Node {
  let callee: NodeRef
  private let arguments: NodeList
  private let labels: [String?]
  private let hasLabels: Bool
  private let temporaries: Int
  private let frame: FrameSize
  unowned(unsafe) let machine: Machine

  init(
    _ place: Place, _ callee: NodeRef, _ arguments: NodeList, labels: [String?], temporaries: Int,
    frame: FrameSize, _ machine: Machine
  ) {
    self.frame = frame
    self.callee = callee
    self.arguments = arguments
    self.labels = labels
    hasLabels = labels.contains { $0 != nil }
    self.temporaries = temporaries
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let target = try callee.eval(f)
    guard case .object(let object) = target else { throw notCallable(target) }
    switch object.tag {
    case .function: return try call(unsafeDowncast(object, to: FunctionObject.self), f)
    case .native:
      return try call(unsafeDowncast(object, to: NativeObject.self).function, f)
    default: throw notCallable(target)
    }
  }

  private func call(_ function: FunctionObject, _ f: Frame) throws -> Value {
    let base = f + temporaries
    let names = function.code.parameterNames
    guard arguments.count <= names.count else { throw wrongCount(function) }
    for index in 0..<arguments.count { base[index] = try arguments[index].eval(f) }
    // Parameters beyond the arguments have no slot of the caller's.
    for index in arguments.count..<max(names.count, arguments.count) {
      (base + index).initialize(to: .none)
    }
    var given: UInt64 = (1 << UInt64(arguments.count)) - 1
    if hasLabels { given = try arrange(base, function) }
    for index in 0..<names.count
    where given & (1 << UInt64(index)) == 0 && function.code.defaults[index] == nil {
      throw wrongCount(function)
    }
    do {
      return try machine.invoke(function, base, given: given)
    } catch let problem as Problem {
      machine.finish(problem)
      problem.passed(through: function.code.name, at: place)
      throw problem
    }
  }

  /// Moves labelled arguments to the slots of their parameters.
  private func arrange(_ base: Frame, _ function: FunctionObject) throws -> UInt64 {
    let names = function.code.parameterNames
    var given: UInt64 = 0
    var values: [Value] = []
    for index in 0..<arguments.count {
      values.append(base[index])
      base[index] = .none
    }
    for (index, value) in values.enumerated() {
      var position = index
      if let label = labels[index] {
        guard let found = names.firstIndex(where: { bytesEqual($0, label) }) else {
          throw wrongArguments("`\(function.code.name)` has no argument `\(label)`", names, label)
        }
        position = found
      }
      guard given & (1 << UInt64(position)) == 0 else {
        throw wrongArguments("the argument `\(names[position])` is given twice", [], nil)
      }
      given |= 1 << UInt64(position)
      base[position] = value
    }
    return given
  }

  private func call(_ function: LibraryFunction, _ f: Frame) throws -> Value {
    var values: [Value] = []
    for index in 0..<arguments.count { values.append(try arguments[index].eval(f)) }
    let placed = try function.place(values, labels: labels, at: place)
    machine.top = f + frame.value
    return try machine.callNative(function, placed, at: place)
  }

  private func notCallable(_ value: Value) -> Problem {
    Problem(
      RuntimeRules.notCallable,
      "\(value.inWords) is not a function and cannot be called", at: place)
  }

  private func wrongCount(_ function: FunctionObject) -> Problem {
    let names = function.code.parameterNames.joined(separator: ", ")
    return Problem(
      RuntimeRules.wrongArguments,
      "`\(function.code.name)` takes (\(names)), but \(arguments.count) "
        + (arguments.count == 1 ? "argument is given" : "arguments are given"), at: place)
  }

  private func wrongArguments(_ message: String, _ names: [String], _ label: String?) -> Problem {
    let suggestion = label.flatMap { nearest($0, among: names) }.map {
      Diagnostic.Suggestion(message: "did you mean `\($0)`?", replacement: $0, span: place.span)
    }
    return Problem(RuntimeRules.wrongArguments, message, at: place, suggestion: suggestion)
  }
}

extension LibraryFunction {
  /// Puts argument values in the order of the parameters, defaults filled in.
  func place(_ values: [Value], labels: [String?], at place: Place) throws -> [Value] {
    var slots = [Value?](repeating: nil, count: parameters.count)
    var rest = ContiguousArray<Value>()
    for (index, value) in values.enumerated() {
      if let label = labels[index] {
        guard let found = self.index(ofParameter: label) else {
          throw Problem(
            RuntimeRules.wrongArguments, "`\(name)` has no argument `\(label)`", at: place)
        }
        slots[found] = value
      } else if isVariadic, index >= parameters.count - 1 {
        rest.append(value)
      } else if index < parameters.count {
        slots[index] = value
      } else {
        throw Problem(
          RuntimeRules.wrongArguments,
          "`\(signature)` takes at most \(parameters.count) arguments, \(values.count) are given",
          at: place)
      }
    }
    if isVariadic { slots[parameters.count - 1] = .list(rest) }
    return try slots.enumerated().map { index, value in
      if let value { return value }
      if parameters[index].isRequired {
        throw Problem(
          RuntimeRules.wrongArguments, "`\(signature)` needs `\(parameters[index].name)`",
          at: place)
      }
      return parameters[index].defaultValue.value
    }
  }
}
