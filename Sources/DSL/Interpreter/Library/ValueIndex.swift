// A hash table over values by content, with the equality of `==`: 1 and 1.0 are one key, texts go
// by their bytes, lists and records by what they hold. Open addressing; nothing is allocated per
// look-up.

import TLText

struct ValueIndex {
  /// The keys in the order first seen.
  private(set) var keys = ContiguousArray<Value>()
  private var hashes: [UInt64] = []
  /// 0 for a free place, else the key's number plus 1.
  private var slots = [Int32](repeating: 0, count: 16)
  private var mask = 15

  /// The number of a key, which is added when it is new.
  mutating func insert(_ key: Value) -> (number: Int, isNew: Bool) {
    let hash = ValueIndex.hash(key)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if hashes[number] == hash, ValueIndex.isSame(keys[number], key) { return (number, false) }
      slot = (slot + 1) & mask
    }
    let number = keys.count
    keys.append(key)
    hashes.append(hash)
    slots[slot] = Int32(number + 1)
    if keys.count * 2 > slots.count { grow() }
    return (number, true)
  }

  /// The number of a key, nil when it is not there.
  func find(_ key: Value) -> Int? {
    let hash = ValueIndex.hash(key)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if hashes[number] == hash, ValueIndex.isSame(keys[number], key) { return number }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 4)
    mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number + 1)
    }
  }

  /// Equality of keys: as `==`, but every NaN is the same key.
  @inline(__always)
  private static func isSame(_ a: Value, _ b: Value) -> Bool {
    if case .integer(let x) = a, case .integer(let y) = b { return x == y }
    if case .number(let x) = a, case .number(let y) = b, x.isNaN, y.isNaN { return true }
    // What is too deep or too large to be compared is a key of its own.
    var comparison = Comparison()
    return comparison.equal(a, b) && !comparison.isGivenUp
  }

  static func hash(_ value: Value) -> UInt64 {
    switch value {
    case .none: return mix(1)
    case .boolean(let value): return mix(value ? 3 : 2)
    case .integer(let value): return mix(UInt64(bitPattern: Int64(value)) &+ 0x51)
    case .number(let value):
      if let whole = Int(exactly: value) { return mix(UInt64(bitPattern: Int64(whole)) &+ 0x51) }
      return mix(value.isNaN ? 5 : value.bitPattern ^ 0x1234_5678_9ABC_DEF1)
    case .object(let object): return hash(object, depth: 0)
    }
  }

  /// Of deep values only the outer levels count, so that a value whose parts are shared many times
  /// is not walked through many times.
  private static func hash(_ object: Object, depth: Int) -> UInt64 {
    func inner(_ value: Value) -> UInt64 {
      if case .object(let object) = value { return hash(object, depth: depth + 1) }
      return hash(value)
    }
    switch object.tag {
    case .text: return hash(text: unsafeDowncast(object, to: TextObject.self).string)
    case .list:
      let elements = unsafeDowncast(object, to: ListObject.self).elements
      return hash(count: elements.count, depth: depth) { inner(elements[$0]) }
    case .range:
      let range = unsafeDowncast(object, to: RangeObject.self)
      // Equal to the list of its elements, hence hashed like it.
      return hash(count: range.count, depth: depth) { hash(.integer(range.first + $0)) }
    case .record:
      // The order of the fields does not count.
      let record = unsafeDowncast(object, to: RecordObject.self)
      var result = UInt64(13 + record.count)
      if depth > 3 { return mix(result) }
      for index in 0..<record.count {
        result = result &+ mix(hash(text: record.shape.names[index]) &+ inner(record[index]))
      }
      return mix(result)
    case .date:
      let date = unsafeDowncast(object, to: DateObject.self)
      return mix(UInt64(bitPattern: Int64(date.days)) &+ UInt64(date.seconds ?? 0) << 32)
    case .row:
      let row = unsafeDowncast(object, to: RowObject.self)
      var result: UInt64 = 17
      for column in row.table.columns {
        result = mix(result &+ inner(row.owner.cell(column, row.index)))
      }
      return result
    case .table, .function, .native, .box, .domain: return 19
    }
  }

  /// Of a long list the first and the last elements count.
  private static func hash(count: Int, depth: Int, _ element: (Int) -> UInt64) -> UInt64 {
    var result = mix(UInt64(count) &+ 11)
    if depth > 3 { return result }
    let ends = 32 >> (2 * depth)
    for index in 0..<min(count, ends) { result = mix(result &+ element(index)) }
    for index in max(ends, count - ends)..<max(ends, count) {
      result = mix(result &+ element(index))
    }
    return result
  }

  static func hash(text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { bytes in
      var result = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
      let raw = UnsafeRawBufferPointer(bytes)
      var offset = 0
      while offset + 8 <= raw.count {
        result = mix(result ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      var rest: UInt64 = 0
      while offset < raw.count {
        rest = rest << 8 | UInt64(raw[offset])
        offset += 1
      }
      return mix(result ^ rest)
    }
  }

  /// One round of a 64-bit finalizer: multiply, fold the high half down.
  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let (high, low) = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(
      by: 0xE703_7ED1_A0B4_28DB)
    return high ^ low
  }
}
