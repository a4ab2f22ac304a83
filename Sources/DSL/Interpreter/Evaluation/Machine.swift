// What runs a program: the value stack, the limits, cancellation, and calls of function values.
// One machine belongs to one session, which runs on one thread at a time. Recursion is as deep as
// that thread's stack allows: `onLargeStack` gives one with room for hundreds of thousands of calls.

import CStack
import Glibc
import Synchronization
import TLStore
import TLSyntax

typealias Frame = UnsafeMutablePointer<Value>

/// The compiled form of one function of a script.
final class FunctionCode {
  let name: String
  let source: Source
  let span: Span
  let parameterNames: [String]
  let requiredCount: Int
  var captureCount = 0
  var frameSize = 0
  /// The top-level names that it reads, those of the functions inside it among them.
  var reads: [GlobalSlot] = []
  /// The whole function in its source, parameters included.
  let extent: Span
  var body: NodeRef
  /// A parameter's default, evaluated in the called function's own frame.
  var defaults: [NodeRef?]
  /// Keeps the nodes alive; the function's values hold it strongly.
  unowned let arena: NodeArena
  let parameterCount: Int
  let allArguments: UInt64

  init(
    name: String, source: Source, span: Span, extent: Span, parameterNames: [String],
    requiredCount: Int, body: NodeRef, arena: NodeArena
  ) {
    self.name = name
    self.extent = extent
    self.source = source
    self.span = span
    self.parameterNames = parameterNames
    self.requiredCount = requiredCount
    self.body = body
    self.arena = arena
    parameterCount = parameterNames.count
    allArguments = parameterCount >= 64 ? .max : (1 << UInt64(parameterCount)) - 1
    defaults = []
  }

  /// A function may have at most this many parameters.
  static let parameterLimit = 60
}

public final class FunctionObject: Object {
  let code: FunctionCode
  var captures: ContiguousArray<Value>
  private let arena: NodeArena

  init(_ code: FunctionCode, captures: ContiguousArray<Value>) {
    self.code = code
    arena = code.arena
    self.captures = captures
    super.init(tag: .function)
  }

  deinit {
    Release.parts(&captures)
  }
}

public final class NativeObject: Object {
  public let function: LibraryFunction

  public init(_ function: LibraryFunction) {
    self.function = function
    super.init(tag: .native)
  }
}

/// A place that a top-level name is kept in. Binding the name anew makes a new slot, so what was
/// made from the old value keeps it.
public final class GlobalSlot {
  public let name: String
  public internal(set) var value: Value = .none
  public internal(set) var isSet = false
  let definition: Place

  init(name: String, definition: Place) {
    self.name = name
    self.definition = definition
  }
}

public final class Machine {
  public let symbols = SymbolTable()
  /// Receives what `print` and displayed values write.
  public var output: (String) -> Void
  /// How `print` shows tables and other values of several lines.
  public var style = DisplayStyle()
  /// Receives what costly functions say of their progress and cost.
  public var notice: ((Notice) -> Void)?
  /// The run store, opened when it is first needed.
  private var openStore: RunStore?
  /// The script or inputs that run, for processes that are to come to the same place.
  var program = ProgramText()
  /// The path of this program, where it can be started again; nil within another one.
  public var executable: String?
  /// What this process is there for, where it is a worker of a sweep.
  public var sweepRole: SweepRole?
  /// What the script finds in `arguments`.
  public var scriptArguments: [String] = []
  /// Whether Ctrl-C in a costly function gives what there is, for a person at a prompt, and does not
  /// end the program as it does in a script.
  public var keepsInterrupted = false
  /// How often a long run is saved on the way, in seconds.
  public var checkpointSeconds =
    getenv("TL_CHECKPOINT_SECONDS").flatMap { Double(String(cString: $0)) } ?? 20
  /// Where runs are stored.
  public var storeFolder = RunStore.defaultFolder
  /// Set from any thread to stop the running program soon.
  public let cancellation = Cancellation()
  /// Calls and loop rounds left before the program is stopped; for tests.
  public var stepLimit: Int {
    get { steps }
    set { steps = newValue }
  }

  private var steps = Int.max
  private let stack: Frame
  private let stackEnd: Frame
  /// The first value slot that no running function uses.
  var top: Frame
  private var nativeLimit: UInt = 0

  private static let stackCapacity = 24 << 20

  public init(output: @escaping (String) -> Void) {
    self.output = output
    stack = Frame.allocate(capacity: Machine.stackCapacity)
    stackEnd = stack + Machine.stackCapacity - 4096
    top = stack
  }

  deinit {
    scratch.deallocate()
    stack.deallocate()
  }

  /// Takes note of where the native stack of the calling thread ends.
  func enterThread() {
    nativeLimit = tl_call_limit()
    tl_thread_state()?.pointee.walk_limit = Int64(walkLimit)
  }

  /// Throws when the program was told to stop.
  @inline(__always)
  public func poll() throws {
    steps &-= 1
    if steps < 0 || cancellation.isCancelled { try stop() }
  }

  @inline(never)
  private func stop() throws {
    if cancellation.isCancelled { throw Interruption(isStepLimit: false) }
    throw Interruption(isStepLimit: true)
  }

  // MARK: Texts

  /// Bytes of texts that are being made, one behind the other.
  var scratch = ByteBuffer(capacity: 1 << 10)

  /// The text at the end of the scratch, which it leaves.
  func takeScratch(from start: Int) -> String {
    defer { shortenScratch(to: start) }
    return String(decoding: scratch.bytes(from: start), as: UTF8.self)
  }

  func shortenScratch(to count: Int) {
    scratch.count = count
    if count == 0, scratch.capacity > 1 << 20 {
      scratch.deallocate()
      scratch = ByteBuffer(capacity: 1 << 10)
    }
  }

  // MARK: Costly functions

  func notify(_ notice: Notice) { self.notice?(notice) }

  /// The store of runs. Throws what is wrong with its folder.
  func store() throws -> RunStore {
    if let openStore { return openStore }
    let store = try RunStore(folder: storeFolder)
    openStore = store
    return store
  }

  // MARK: Calls

  /// Runs a function whose arguments stand at `base`. Leaves no object in the frame.
  /// - Parameter given: bit i says whether argument i stands at `base + i`.
  @inline(__always)
  func invoke(_ function: FunctionObject, _ base: Frame, given: UInt64) throws -> Value {
    try invoke(function.code, capturesOf: function, base, given: given)
  }

  /// - Parameter function: nil when the function is known to capture nothing.
  @inline(__always)
  func invoke(
    _ code: FunctionCode, capturesOf function: FunctionObject?, _ base: Frame, given: UInt64
  ) throws -> Value {
    let size = code.frameSize
    if tl_stack_address() < nativeLimit || base + size > stackEnd { throw recursionProblem(code) }
    steps &-= 1
    if steps < 0 || cancellation.isCancelled { try stop() }
    var index = code.parameterCount
    if let function, code.captureCount > 0 {
      for capture in function.captures {
        (base + index).initialize(to: capture)
        index += 1
      }
    }
    while index < size {
      (base + index).initialize(to: .none)
      index += 1
    }
    defer { clear(base, size) }
    if given != code.allArguments { try fillDefaults(code, base, given) }
    return try code.body.eval(base)
  }

  /// The calls that an error has left since it was raised, the innermost first. They are noted
  /// here, so that an error passes a million calls without being caught in each.
  private var leftCalls: [Problem.Call] = []
  private var omittedCalls = 0

  @inline(never)
  func note(_ call: Problem.Call) {
    if leftCalls.count < Problem.callLimit { leftCalls.append(call) } else { omittedCalls += 1 }
  }

  /// Gives a problem the calls that it has left; to be called wherever one is caught.
  func finish(_ problem: Problem?) {
    problem?.passed(through: leftCalls, andMore: omittedCalls)
    leftCalls.removeAll(keepingCapacity: true)
    omittedCalls = 0
  }

  @inline(never)
  private func fillDefaults(_ code: FunctionCode, _ base: Frame, _ given: UInt64) throws {
    for index in code.parameterNames.indices where given & (1 << UInt64(index)) == 0 {
      if let node = code.defaults[index] { base[index] = try node.eval(base) }
    }
  }

  @inline(never)
  private func recursionProblem(_ code: FunctionCode) -> Problem {
    Problem(
      RuntimeRules.recursionLimit, "`\(code.name)` calls itself too deeply: the stack is used up",
      at: Place(code.source, code.span))
  }

  @inline(__always)
  func clear(_ base: Frame, _ count: Int) {
    // What is left beyond the frames in use is never an object, but may be anything else.
    for index in 0..<count {
      if case .object = base[index] { base[index] = .none }
    }
  }

  /// Reserves a frame above everything in use, initialized to none.
  func withFrame<Result>(_ size: Int, _ body: (Frame) throws -> Result) throws -> Result {
    let base = top
    guard base + size < stackEnd else {
      throw Problem(RuntimeRules.recursionLimit, "the value stack is used up")
    }
    base.initialize(repeating: .none, count: size)
    top = base + size
    defer {
      clear(base, size)
      top = base
    }
    return try body(base)
  }

  /// Calls a function value with positional arguments, from a library function.
  public func call(_ function: Value, _ arguments: Value..., at place: Place) throws -> Value {
    try callArray(function, arguments, at: place)
  }

  func callArray(_ function: Value, _ arguments: [Value], at place: Place) throws -> Value {
    let caller = try Caller(self, function, count: arguments.count, at: place)
    let base = caller.base
    for (index, argument) in arguments.enumerated() { base[index] = argument }
    return try caller.run()
  }

  /// A function value made ready to be called many times from a library function.
  struct Caller {
    let machine: Machine
    let base: Frame
    private let user: FunctionObject?
    private let native: LibraryFunction?
    private let given: UInt64
    private let place: Place
    private let argumentCount: Int

    /// Checks that the value is a function that takes `count` positional arguments.
    init(_ machine: Machine, _ function: Value, count: Int, at place: Place) throws {
      self.machine = machine
      self.place = place
      argumentCount = count
      base = machine.top
      guard case .object(let object) = function else {
        throw Caller.notCallable(function, place)
      }
      switch object.tag {
      case .function:
        let user = unsafeDowncast(object, to: FunctionObject.self)
        self.user = user
        native = nil
        let code = user.code
        given = (1 << UInt64(count)) - 1
        guard count >= code.requiredCount, count <= code.parameterNames.count else {
          throw Problem(
            RuntimeRules.wrongArguments,
            "this function is called with \(count) "
              + "\(count == 1 ? "argument" : "arguments"), but `\(code.name)` takes "
              + "(\(code.parameterNames.joined(separator: ", ")))",
            at: place)
        }
      case .native:
        let library = unsafeDowncast(object, to: NativeObject.self).function
        user = nil
        native = library
        given = 0
        let required = library.parameters.filter(\.isRequired).count
        guard count >= required, count <= library.parameters.count || library.isVariadic else {
          throw Problem(
            RuntimeRules.wrongArguments,
            "this function is called with \(count) arguments, but `\(library.signature)` "
              + "does not take that many",
            at: place)
        }
      default:
        throw Caller.notCallable(function, place)
      }
      let slots = max(count, user?.code.parameterNames.count ?? 1)
      machine.top.initialize(repeating: .none, count: slots)
    }

    private static func notCallable(_ value: Value, _ place: Place) -> Problem {
      Problem(
        RuntimeRules.notCallable,
        "a function is needed here, found \(value.kindName) "
          + brief(value), at: place)
    }

    /// Calls with the arguments that stand at `base`; they are gone afterwards.
    @inline(__always)
    func run() throws -> Value {
      if let user {
        do {
          return try machine.invoke(user, base, given: given)
        } catch let problem as Problem {
          machine.finish(problem)
          problem.passed(through: user.code.name, at: place)
          throw problem
        } catch let signal as ControlSignal {
          _ = signal
          return machine.takeReturnValue()
        }
      }
      return try runNative()
    }

    @inline(never)
    private func runNative() throws -> Value {
      guard let native else { return .none }
      var values = (0..<argumentCount).map { base[$0] }
      machine.clear(base, argumentCount)
      if native.isVariadic {
        let fixed = native.parameters.count - 1
        let rest = ContiguousArray(values.dropFirst(fixed))
        values = Array(values.prefix(fixed)) + [.list(rest)]
      }
      for index in values.count..<max(values.count, native.parameters.count) {
        values.append(native.parameters[index].defaultValue.value)
      }
      return try machine.callNative(native, values, at: place)
    }
  }

  func callNative(_ function: LibraryFunction, _ values: [Value], at place: Place) throws -> Value {
    try withFrame(max(values.count, 1)) { base in
      for (index, value) in values.enumerated() { base[index] = value }
      return try runNative(function, base, at: place)
    }
  }

  /// Checks the arguments that stand at `base` and runs a library function on them.
  @inline(__always)
  func runNative(_ function: LibraryFunction, _ base: Frame, at place: Place) throws -> Value {
    let arguments = Arguments(base: base, function: function, machine: self, place: place)
    for index in function.kinds.indices where !base[index].isOf(function.kinds[index]) {
      throw arguments.wrongKind(index, expected: function.parameters[index].kind)
    }
    do {
      if function.hasConditions { try arguments.checkConditions() }
      return try function.body(arguments)
    } catch {
      throw Problem.raised(error, by: arguments)
    }
  }

  private var returnValue: Value = .none

  func setReturnValue(_ value: Value) {
    returnValue = value
  }

  func takeReturnValue() -> Value {
    let value = returnValue
    returnValue = .none
    return value
  }

  // MARK: Values

  public func record(_ fields: [(String, Value)]) -> Value { symbols.record(fields) }

  /// The elements of a list, range, text (its characters) or table (its rows).
  func elements(of value: Value, at place: Place) throws -> ContiguousArray<Value> {
    if let list = value.asList { return list.elements }
    if let range = value.asRange {
      try reserve(range.count, at: place)
      var elements = ContiguousArray<Value>()
      elements.reserveCapacity(range.count)
      if range.count > 0 {
        for number in range.first...range.last { elements.append(.integer(number)) }
      }
      return elements
    }
    if let text = value.asText {
      var elements = ContiguousArray<Value>()
      for character in text.string {
        if elements.count & 0x3FFF == 0 {
          do {
            try poll()
          } catch {
            if elements.count > 100_000 { Release.later(&elements) }
            throw error
          }
        }
        elements.append(.text(String(character)))
      }
      return elements
    }
    if let table = value.asTable { return table.rows(self) }
    if let domain = value.asDomain, let count = domain.elementCount {
      try reserve(count, at: place)
      return ContiguousArray((0..<count).map(domain.element))
    }
    throw Problem(
      RuntimeRules.wrongKind,
      "a List, Range, Text or Table is needed here, found \(value.kindName) \(brief(value))",
      at: place)
  }

  /// Whether functions may write, make and remove files.
  public var mayWrite = true

  /// One comparison, or one conversion to data, visits at most so many lists, records and cells; the
  /// default is about a second's work.
  public var walkLimit = 1 << 25

  /// A value may take at most about this many bytes.
  public var sizeLimit = 2 << 30

  /// Throws when a value of so many elements is more than the machine should hold.
  func reserve(_ count: Int, elementBytes: Int = 16, at place: Place?) throws {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: elementBytes)
    if overflow || bytes > sizeLimit {
      throw Problem(
        RuntimeRules.sizeLimit,
        "a value of \(count) elements is larger than the limit of \(sizeLimit / elementBytes)",
        at: place)
    }
    if bytes > 32 << 20, let available = Memory.available, bytes > available {
      throw Problem(
        RuntimeRules.sizeLimit,
        "a value of \(bytes >> 20) MB does not fit in the free memory (\(available >> 20) MB)",
        at: place)
    }
  }
}

/// A flag that any thread may set and the running program reads.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  public init() {}

  @inline(__always)
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  public func cancel() { flag.store(true, ordering: .relaxed) }

  public func reset() { flag.store(false, ordering: .relaxed) }
}

enum Memory {
  /// The bytes that the system says can still be had, where it says so.
  static var available: Int? {
    guard let file = fopen("/proc/meminfo", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      var kilobytes = 0
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("MemAvailable:") else { continue }
      for digit in text.utf8 where digit >= 48 && digit <= 57 {
        kilobytes = kilobytes &* 10 &+ Int(digit - 48)
      }
      return kilobytes << 10
    }
    return nil
  }
}
