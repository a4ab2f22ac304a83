/// A pickle machine that can build plain data and tensors, and nothing else.
///
/// Reads protocols 2 to 5 (Python's `pickletools` names the opcodes). Names are looked up in
/// `PickleGlobal` only; nothing is imported, called or executed. What a call may do is in
/// PickleCalls.swift. Opcodes of protocol 0, INST, OBJ, EXT and out-of-band buffers are refused.
struct PickleReader {
  let file: String
  let bytes: UnsafeRawBufferPointer
  /// Position of the next opcode; after `read`, the first byte behind the pickle.
  private(set) var position = 0
  var heap = PickleHeap()
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  /// The most values (16 bytes each) that may be alive at once.
  private let limit: Int

  /// `fileSize` bounds how many values the pickle may build.
  init(file: String, bytes: UnsafeRawBufferPointer, fileSize: Int) {
    self.file = file
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(UInt32.max)))
    limit = 524_288 + fileSize / 24
  }

  func fail(_ kind: CheckpointError.Kind, _ problem: String, next: String? = nil)
    -> CheckpointError
  {
    CheckpointError(kind, file: file, offset: position, "pickle: \(problem)", next: next)
  }

  func text(_ slice: PickleValue.Slice) -> String {
    let start = Int(slice.start)
    return String(decoding: bytes[start..<start + Int(slice.count)], as: UTF8.self)
  }

  func raw(_ slice: PickleValue.Slice) -> UnsafeRawBufferPointer {
    let start = Int(slice.start)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(slice.count)])
  }

  // MARK: Reading operands

  private mutating func take(_ count: Int) throws(CheckpointError) -> PickleValue.Slice {
    guard count >= 0, count <= bytes.count - position else {
      throw fail(
        .malformed, "expected \(count) more bytes, \(bytes.count - position) are left",
        next: "the file is cut or damaged: fetch it again")
    }
    defer { position += count }
    return PickleValue.Slice(start: UInt32(position), count: UInt32(count))
  }

  private mutating func unsigned(_ width: Int) throws(CheckpointError) -> Int {
    let slice = try take(width)
    var value: UInt64 = 0
    for i in 0..<width { value |= UInt64(bytes[Int(slice.start) + i]) << UInt64(8 * i) }
    guard let result = Int(exactly: value) else {
      throw fail(.malformed, "the length \(value) is impossible")
    }
    return result
  }

  private mutating func line() throws(CheckpointError) -> String {
    let rest = bytes[position...]
    guard let end = rest.prefix(4096).firstIndex(of: 0x0A),
      let text = String(validating: bytes[position..<end], as: UTF8.self)
    else { throw fail(.malformed, "expected a name that ends in a new line") }
    position = end + 1
    return text
  }

  private mutating func string(_ count: Int) throws(CheckpointError) -> PickleValue {
    let slice = try take(count)
    guard String(validating: raw(slice), as: UTF8.self) != nil else {
      throw fail(.malformed, "a string is not UTF-8")
    }
    return .string(slice)
  }

  /// A string of Python 2: text where it is UTF-8.
  private mutating func oldString(_ count: Int) throws(CheckpointError) -> PickleValue {
    let slice = try take(count)
    let isText = String(validating: raw(slice), as: UTF8.self) != nil
    return isText ? .string(slice) : .bytes(slice)
  }

  /// A little-endian two's complement number of any length.
  private mutating func long(_ count: Int) throws(CheckpointError) -> PickleValue {
    let slice = try take(count)
    guard count <= 8 else { return .long(slice) }
    var value: UInt64 = 0
    for (i, byte) in raw(slice).enumerated() { value |= UInt64(byte) << UInt64(8 * i) }
    if count > 0, count < 8, bytes[position - 1] >= 0x80 { value |= ~0 << UInt64(8 * count) }
    return .int(Int(Int64(bitPattern: value)))
  }

  // MARK: The stack

  private mutating func push(_ value: PickleValue) throws(CheckpointError) {
    try checkLimit()
    stack.append(value)
  }

  func checkLimit() throws(CheckpointError) {
    guard stack.count + marks.count + heap.used + 3 * memo.count < limit else {
      throw fail(.malformed, "it builds more objects than a file of this size can need")
    }
  }

  private mutating func pop() throws(CheckpointError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw fail(.malformed, "an opcode takes a value from an empty stack")
    }
    return value
  }

  private func top() throws(CheckpointError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else {
      throw fail(.malformed, "an opcode looks at an empty stack")
    }
    return value
  }

  private mutating func popToMark() throws(CheckpointError) -> ArraySlice<PickleValue> {
    guard let mark = marks.popLast(), mark <= stack.count else {
      throw fail(.malformed, "an opcode needs a mark and there is none")
    }
    let items = stack[mark...]
    stack.removeSubrange(mark...)
    return items
  }

  private mutating func pushTuple(_ count: Int) throws(CheckpointError) {
    var items: [PickleValue] = []
    for _ in 0..<count { items.append(try pop()) }
    try push(heap.makeTuple(items.reversed()))
  }

  private mutating func setMemo(_ index: Int) throws(CheckpointError) {
    try checkLimit()
    memo[index] = try top()
  }

  private mutating func pushMemo(_ index: Int) throws(CheckpointError) {
    guard let value = memo[index] else {
      throw fail(.malformed, "it recalls object \(index), which was never remembered")
    }
    try push(value)
  }

  private mutating func appendToList(_ items: ArraySlice<PickleValue>) throws(CheckpointError) {
    guard case .list(let list) = try top() else {
      throw fail(.malformed, "values are appended to \(try top().kindName), not to a list")
    }
    heap.append(items, toList: list)
  }

  private mutating func setItems(_ items: ArraySlice<PickleValue>) throws(CheckpointError) {
    guard case .dict(let dict) = try top() else {
      throw fail(.malformed, "items are set in \(try top().kindName), not in a dictionary")
    }
    guard items.count % 2 == 0 else { throw fail(.malformed, "a dictionary key has no value") }
    var index = items.startIndex
    while index < items.endIndex {
      heap.set(items[index], items[index + 1], inDict: dict)
      index += 2
    }
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws(CheckpointError) {
    guard let global = PickleGlobal(module: module, name: name) else {
      let full = CheckpointError.quote("\(module).\(name)")
      throw fail(
        .refused, "it names \(full), which is not on the list of what weights need",
        next: "nothing was executed; save the plain state_dict as safetensors and load that")
    }
    try push(.global(global))
  }

  // MARK: The machine

  /// Reads one pickle up to its STOP; the value stays valid with `heap`.
  mutating func read() throws(CheckpointError) -> PickleValue {
    stack.removeAll(keepingCapacity: true)
    marks.removeAll(keepingCapacity: true)
    memo.removeAll(keepingCapacity: true)
    while true {
      guard position < bytes.count else {
        throw fail(
          .malformed, "it ends without STOP", next: "the file is cut or damaged: fetch it again")
      }
      let opcode = bytes[position]
      position += 1
      if opcode == UInt8(ascii: ".") {
        let value = try pop()
        guard stack.isEmpty, marks.isEmpty else {
          throw fail(.malformed, "\(stack.count) values are left on the stack at STOP")
        }
        return value
      }
      try step(opcode)
    }
  }

  private mutating func step(_ opcode: UInt8) throws(CheckpointError) {
    switch opcode {
    case 0x80:  // PROTO
      let version = try unsigned(1)
      guard (2...5).contains(version) else {
        throw fail(.unsupported, "protocol \(version), expected 2 to 5")
      }
    case 0x95:  // FRAME
      let length = try unsigned(8)
      guard length <= bytes.count - position else {
        throw fail(.malformed, "a frame of \(length) bytes runs past the end")
      }
    case UInt8(ascii: "("):  // MARK
      try checkLimit()
      marks.append(stack.count)
    case UInt8(ascii: "0"):  // POP
      if let mark = marks.last, mark == stack.count {
        marks.removeLast()
      } else {
        _ = try pop()
      }
    case UInt8(ascii: "1"): _ = try popToMark()  // POP_MARK
    case UInt8(ascii: "2"): try push(top())  // DUP
    case UInt8(ascii: "N"): try push(.none)
    case 0x88: try push(.bool(true))
    case 0x89: try push(.bool(false))
    case UInt8(ascii: "K"): try push(.int(unsigned(1)))  // BININT1
    case UInt8(ascii: "M"): try push(.int(unsigned(2)))  // BININT2
    case UInt8(ascii: "J"): try push(.int(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case 0x8A: try push(long(unsigned(1)))  // LONG1
    case 0x8B: try push(long(unsigned(4)))  // LONG4
    case UInt8(ascii: "G"):  // BINFLOAT, big-endian
      let bits = raw(try take(8)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      try push(.float(Double(bitPattern: bits)))
    case 0x8C: try push(string(unsigned(1)))  // SHORT_BINUNICODE
    case UInt8(ascii: "X"): try push(string(unsigned(4)))  // BINUNICODE
    case 0x8D: try push(string(unsigned(8)))  // BINUNICODE8
    case UInt8(ascii: "U"): try push(oldString(unsigned(1)))  // SHORT_BINSTRING
    case UInt8(ascii: "T"): try push(oldString(unsigned(4)))  // BINSTRING
    case UInt8(ascii: "C"): try push(.bytes(take(unsigned(1))))
    case UInt8(ascii: "B"): try push(.bytes(take(unsigned(4))))
    case 0x8E, 0x96: try push(.bytes(take(unsigned(8))))  // BINBYTES8, BYTEARRAY8
    case UInt8(ascii: ")"): try push(heap.makeTuple([]))
    case 0x85: try pushTuple(1)
    case 0x86: try pushTuple(2)
    case 0x87: try pushTuple(3)
    case UInt8(ascii: "t"): try push(heap.makeTuple(Array(popToMark())))
    case UInt8(ascii: "]"): try push(heap.makeList())
    case UInt8(ascii: "l"):
      let items = try popToMark()
      try push(heap.makeList())
      try appendToList(items)
    case UInt8(ascii: "a"): try appendToList([pop()])
    case UInt8(ascii: "e"): try appendToList(popToMark())
    case UInt8(ascii: "}"): try push(heap.makeDict())
    case UInt8(ascii: "d"):
      let items = try popToMark()
      try push(heap.makeDict())
      try setItems(items)
    case UInt8(ascii: "s"):
      let value = try pop()
      let key = try pop()
      try setItems([key, value])
    case UInt8(ascii: "u"): try setItems(popToMark())
    case UInt8(ascii: "q"): try setMemo(unsigned(1))
    case UInt8(ascii: "r"): try setMemo(unsigned(4))
    case 0x94: try setMemo(memo.count)
    case UInt8(ascii: "h"): try pushMemo(unsigned(1))
    case UInt8(ascii: "j"): try pushMemo(unsigned(4))
    case UInt8(ascii: "c"):
      let module = try line()
      try pushGlobal(module, line())
    case 0x93:  // STACK_GLOBAL
      guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
        throw fail(.malformed, "STACK_GLOBAL needs two strings")
      }
      try pushGlobal(text(module), text(name))
    case UInt8(ascii: "R"), 0x81:  // REDUCE, NEWOBJ
      let arguments = try pop()
      let callable = try pop()
      try push(call(callable, arguments))
    case UInt8(ascii: "b"):  // BUILD
      let state = try pop()
      // An OrderedDict may carry attributes (`_metadata`); they hold no weights.
      guard case .dict = state, case .dict = try top() else {
        throw fail(.refused, "BUILD would set the state of \(try top().kindName)")
      }
    case UInt8(ascii: "Q"): try push(persistentStorage(pop()))
    default:
      throw fail(
        .refused, "opcode 0x\(String(opcode, radix: 16)) is not one that weights need",
        next: "nothing was executed; save the plain state_dict as safetensors and load that")
    }
  }
}
