// Records: a shape shared by all records with the same keys in the same order, and the values.
// A field is found once per place in the program and then by the identity of the shape.

import Glibc

/// An interned name. Two names are the same when their bytes are (never by canonical equivalence).
public typealias Symbol = Int

/// A key of a hash table over texts that compares bytes.
struct ByteKey: Hashable {
  let string: String

  init(_ string: String) {
    self.string = string
  }

  static func == (left: ByteKey, right: ByteKey) -> Bool {
    bytesEqual(left.string, right.string)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(_rawHashValue(seed: 0)) }

  /// Names are short, and come from the user's own scripts and data: a few multiplications do.
  func _rawHashValue(seed: Int) -> Int {
    var copy = string
    return copy.withUTF8 { bytes in
      var hash = UInt64(truncatingIfNeeded: seed) ^ UInt64(truncatingIfNeeded: bytes.count)
      let raw = UnsafeRawBufferPointer(bytes)
      var index = 0
      while index + 8 <= raw.count {
        hash = mixed(hash, raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        index += 8
      }
      var last: UInt64 = 0
      while index < raw.count {
        last = last << 8 | UInt64(raw[index])
        index += 1
      }
      return Int(truncatingIfNeeded: mixed(hash, last))
    }
  }
}

/// Both words into one, every bit of which depends on all of theirs.
@inline(__always)
private func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = (a ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: b ^ 0xD6E8_FEB8_6659_FD93)
  return product.high ^ product.low
}

/// Whether two texts have the same code points.
func bytesEqual(_ left: String, _ right: String) -> Bool {
  // The same memory, or the same few bytes held in place of it.
  if unsafeBitCast(left, to: (UInt64, UInt64).self)
    == unsafeBitCast(right, to: (UInt64, UInt64).self)
  {
    return true
  }
  let a = left.utf8
  let b = right.utf8
  if a.count != b.count { return false }
  return a.withContiguousStorageIfAvailable { x in
    b.withContiguousStorageIfAvailable { y in
      guard let x = x.baseAddress, let y = y.baseAddress else { return true }
      return memcmp(x, y, a.count) == 0
    } ?? a.elementsEqual(b)
  } ?? a.elementsEqual(b)
}

/// Whether a text sorts before another by code points.
func bytesLess(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// The names and shapes of one machine.
public final class SymbolTable {
  /// What a name is compared by before its bytes are.
  private struct Key {
    let hash: Int
    let bits: (UInt64, UInt64)
  }

  private(set) var names: [String] = []
  private var keys: ContiguousArray<Key> = []
  /// A table by open addressing: the symbol of each slot, or -1.
  private var slots: ContiguousArray<Int32> = ContiguousArray(repeating: -1, count: 64)
  /// The symbol that was asked for last: what reads a key of a dictionary often sets it next.
  private var latest = 0
  /// The shape of `{}`.
  public private(set) var emptyShape: Shape

  public init() {
    emptyShape = Shape(names: [], symbols: [])
  }

  public func symbol(_ name: String) -> Symbol {
    if isLatest(name) { return latest }
    let hash = ByteKey(name)._rawHashValue(seed: 0)
    var slot = 0
    if let symbol = find(name, hash, &slot) { return symbol }
    let symbol = names.count
    names.append(name)
    keys.append(Key(hash: hash, bits: unsafeBitCast(name, to: (UInt64, UInt64).self)))
    slots[slot] = Int32(truncatingIfNeeded: symbol)
    if names.count > slots.count / 2 { grow() }
    return symbol
  }

  /// The symbol of a name that was seen before.
  func existing(_ name: String) -> Symbol? {
    if isLatest(name) { return latest }
    var slot = 0
    return find(name, ByteKey(name)._rawHashValue(seed: 0), &slot)
  }

  /// Whether a name is the same memory, or the same few bytes held in place of it, as the latest.
  @inline(__always)
  private func isLatest(_ name: String) -> Bool {
    latest < keys.count
      && keys[latest].bits == unsafeBitCast(name, to: (UInt64, UInt64).self)
  }

  /// - Parameter slot: becomes the slot that the name has, or would have.
  private func find(_ name: String, _ hash: Int, _ slot: inout Int) -> Symbol? {
    let bits = unsafeBitCast(name, to: (UInt64, UInt64).self)
    slot = hash & (slots.count - 1)
    while slots[slot] >= 0 {
      let symbol = Int(slots[slot])
      if keys[symbol].hash == hash,
        keys[symbol].bits == bits || bytesEqual(names[symbol], name)
      {
        latest = symbol
        return symbol
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func grow() {
    slots = ContiguousArray(repeating: -1, count: slots.count * 2)
    for (symbol, key) in keys.enumerated() {
      var slot = key.hash & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(truncatingIfNeeded: symbol)
    }
  }

  /// A record with these fields; of equal names the last one counts.
  func record(_ fields: [(String, Value)]) -> Value {
    let shape = shape(fields.lazy.map(\.0))
    guard shape.count == fields.count else {
      let record = RecordObject(emptyShape, [])
      for (name, value) in fields { record.set(name, symbol(name), value) }
      return .object(record)
    }
    return .object(RecordObject(shape, fields.map(\.1)))
  }

  /// The shape with these keys in this order; of equal keys the first place counts.
  public func shape(_ keys: some Sequence<String>) -> Shape {
    var shape = emptyShape
    for key in keys { shape = shape.adding(key, symbol(key)) }
    return shape
  }
}

/// A symbol as a key; symbols are small numbers, so one multiplication spreads them.
private struct SymbolKey: Hashable {
  let symbol: Symbol

  init(_ symbol: Symbol) { self.symbol = symbol }

  func hash(into hasher: inout Hasher) { hasher.combine(symbol) }

  func _rawHashValue(seed: Int) -> Int {
    Int(truncatingIfNeeded: mixed(UInt64(truncatingIfNeeded: seed), UInt64(symbol)))
  }
}

/// The keys of a record, in order. One machine has one shape per sequence of keys, up to a number
/// of keys; a record with more of them serves as a dictionary and owns its shape.
public final class Shape {
  public private(set) var names: [String]
  private(set) var symbols: [Symbol]
  /// Whether one record owns the shape and may add keys to it in place.
  let isPrivate: Bool
  private var transitions: [Symbol: Shape] = [:]
  /// Beyond a few keys a search by hash beats a scan.
  private var positions: [SymbolKey: Int] = [:]
  /// What was found in `positions` last.
  private var latest: (symbol: Symbol, index: Int) = (-1, 0)

  private static let sharedLimit = 64

  init(names: [String], symbols: [Symbol], isPrivate: Bool = false) {
    self.names = names
    self.symbols = symbols
    self.isPrivate = isPrivate
    if symbols.count > 8 {
      for (index, symbol) in symbols.enumerated() { positions[SymbolKey(symbol)] = index }
    }
  }

  public var count: Int { names.count }

  func index(of symbol: Symbol) -> Int? {
    if symbols.count > 8 {
      if latest.symbol == symbol { return latest.index }
      guard let index = positions[SymbolKey(symbol)] else { return nil }
      latest = (symbol, index)
      return index
    }
    for index in symbols.indices where symbols[index] == symbol { return index }
    return nil
  }

  /// The index of a key by its bytes.
  public func index(of name: String) -> Int? {
    for index in names.indices where bytesEqual(names[index], name) { return index }
    return nil
  }

  /// Adds a key in place; only for a private shape that one record holds.
  fileprivate func append(_ name: String, _ symbol: Symbol) {
    positions[SymbolKey(symbol)] = names.count
    names.append(name)
    symbols.append(symbol)
  }

  func adding(_ name: String, _ symbol: Symbol) -> Shape {
    if index(of: symbol) != nil { return self }
    if let next = transitions[symbol] { return next }
    if count >= Shape.sharedLimit {
      return Shape(names: names + [name], symbols: symbols + [symbol], isPrivate: true)
    }
    let next = Shape(names: names + [name], symbols: symbols + [symbol])
    transitions[symbol] = next
    return next
  }
}

public final class RecordObject: Object {
  public internal(set) var shape: Shape
  /// The first values stand in the object itself: most records have few fields.
  private var value0: Value
  private var value1: Value
  private var value2: Value
  private var value3: Value
  private var rest: ContiguousArray<Value>

  /// - Parameter values: as many as the shape has keys.
  public init(_ shape: Shape, _ values: some Collection<Value>) {
    self.shape = shape
    var iterator = values.makeIterator()
    value0 = iterator.next() ?? .none
    value1 = iterator.next() ?? .none
    value2 = iterator.next() ?? .none
    value3 = iterator.next() ?? .none
    rest = []
    while let value = iterator.next() { rest.append(value) }
    super.init(tag: .record)
  }

  /// A record whose values are moved out of consecutive slots, which are none then.
  init(_ shape: Shape, taking slots: UnsafeMutablePointer<Value>) {
    self.shape = shape
    let count = shape.count
    value0 = count > 0 ? slots.move() : .none
    value1 = count > 1 ? (slots + 1).move() : .none
    value2 = count > 2 ? (slots + 2).move() : .none
    value3 = count > 3 ? (slots + 3).move() : .none
    rest = []
    if count > 4 {
      rest.reserveCapacity(count - 4)
      for index in 4..<count { rest.append((slots + index).move()) }
    }
    slots.initialize(repeating: .none, count: count)
    super.init(tag: .record)
  }

  init(copying other: RecordObject) {
    shape = other.shape
    value0 = other.value0
    value1 = other.value1
    value2 = other.value2
    value3 = other.value3
    rest = other.rest
    super.init(tag: .record)
  }

  deinit {
    Release.part(&value0)
    Release.part(&value1)
    Release.part(&value2)
    Release.part(&value3)
    Release.parts(&rest)
  }

  public var count: Int { shape.count }

  public subscript(index: Int) -> Value {
    @inline(__always) get {
      switch index {
      case 0: value0
      case 1: value1
      case 2: value2
      case 3: value3
      default: rest[index - 4]
      }
    }
    @inline(__always) set {
      switch index {
      case 0: value0 = newValue
      case 1: value1 = newValue
      case 2: value2 = newValue
      case 3: value3 = newValue
      default: rest[index - 4] = newValue
      }
    }
  }

  public subscript(name: String) -> Value? {
    shape.index(of: name).map { self[$0] }
  }

  /// Sets a field in place, adding it when the record has none of the name; only for an object
  /// that nobody else holds.
  func set(_ name: String, _ symbol: Symbol, _ value: Value) {
    if let index = shape.index(of: symbol) {
      self[index] = value
      return
    }
    let index = shape.count
    if shape.isPrivate, isKnownUniquelyReferenced(&shape) {
      shape.append(name, symbol)
    } else {
      shape = shape.adding(name, symbol)
    }
    if index < 4 { self[index] = value } else { rest.append(value) }
  }

  /// The values in the order of the keys.
  public var values: ContiguousArray<Value> {
    ContiguousArray((0..<count).map { self[$0] })
  }
}
