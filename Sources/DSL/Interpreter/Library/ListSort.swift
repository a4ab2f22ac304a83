// Sorting lists: integers, numbers, dates and texts as typed arrays by radix, everything else by a
// stable merge with the order of `<`. Missing values come last in either direction, NaN before
// them.

import TLSyntax
import TLText

enum ListSort {
  /// How often long loops look at Ctrl-C.
  private static let pollMask = (1 << 20) - 1

  /// The elements in order.
  static func sorted(
    _ elements: ContiguousArray<Value>, descending: Bool, _ call: Arguments
  ) throws -> ContiguousArray<Value> {
    if elements.count < 2 { return elements }
    if case .integer = elements[0] {
      var integers: [Int] = []
      integers.reserveCapacity(elements.count)
      for element in elements {
        guard case .integer(let value) = element else { break }
        integers.append(value)
      }
      if integers.count == elements.count {
        try sort(&integers, call)
        var result = ContiguousArray<Value>()
        result.reserveCapacity(integers.count)
        if descending {
          for value in integers.reversed() { result.append(.integer(value)) }
        } else {
          for value in integers { result.append(.integer(value)) }
        }
        return result
      }
    }
    let order = try order(of: elements, descending: descending, call)
    var result = ContiguousArray<Value>()
    result.reserveCapacity(elements.count)
    for (position, index) in order.enumerated() {
      if position & pollMask == 0 { try call.checkCancellation() }
      result.append(elements[Int(index)])
    }
    return result
  }

  /// The positions of the elements in order; equal ones keep theirs.
  static func order(
    of keys: ContiguousArray<Value>, descending: Bool, _ call: Arguments
  ) throws -> [Int] {
    var present: [Int] = []
    present.reserveCapacity(keys.count)
    var missing: [Int] = []
    var last: [Int] = []
    for (index, key) in keys.enumerated() {
      if index & pollMask == 0 { try call.checkCancellation() }
      switch key {
      case .none: missing.append(index)
      case .number(let value) where value.isNaN: last.append(index)
      default: present.append(index)
      }
    }
    last += missing
    let sorted: [Int]
    if let bits = sortableBits(keys, present) {
      try call.checkCancellation()
      sorted = try radix(bits, present, descending: descending, call)
    } else if let texts = texts(keys, present) {
      try call.checkCancellation()
      let table = try Table([(name: "key", column: Column(.text(texts)))])
      let order = try table.sortedRows(
        by: [SortKey("key", descending: descending)], isCancelled: call.isCancelled)
      sorted = order.map { present[$0] }
    } else {
      sorted = try merged(keys, present, descending: descending, call)
    }
    return last.isEmpty ? sorted : sorted + last
  }

  /// The order by comparing values, for kinds that no radix fits.
  private static func merged(
    _ keys: ContiguousArray<Value>, _ present: [Int], descending: Bool, _ call: Arguments
  ) throws -> [Int] {
    let place = call.place
    return try present.sorted { left, right in
      try call.machine.poll()
      let order = try Operators.compare(keys[left], keys[right], "sort", place)
      return descending ? order > 0 : order < 0
    }
  }

  private static func texts(_ keys: ContiguousArray<Value>, _ present: [Int]) -> TextCells? {
    guard let first = present.first, keys[first].asText != nil,
      present.allSatisfy({ keys[$0].asText != nil })
    else { return nil }
    return TextCells(present.lazy.map { keys[$0].asText?.string ?? "" })
  }

  /// Keys whose order as unsigned integers is that of the values; nil when they are not all
  /// numbers, or all dates.
  private static func sortableBits(
    _ keys: ContiguousArray<Value>, _ present: [Int]
  ) -> [UInt64]? {
    guard let first = present.first else { return [] }
    var bits: [UInt64] = []
    bits.reserveCapacity(present.count)
    if keys[first].asDate != nil {
      for index in present {
        guard let date = keys[index].asDate else { return nil }
        bits.append(ofInteger(date.days * 86_400 + (date.seconds ?? 0)))
      }
      return bits
    }
    var hasNumbers = false
    for index in present {
      switch keys[index] {
      case .integer(let value): bits.append(ofInteger(value))
      case .number:
        hasNumbers = true
        bits.append(0)
      default: return nil
      }
    }
    guard hasNumbers else { return bits }
    for (position, index) in present.enumerated() {
      switch keys[index] {
      case .number(let value): bits[position] = ofNumber(value)
      case .integer(let value):
        guard value.magnitude <= 1 << 53 else { return nil }
        bits[position] = ofNumber(Double(value))
      default: return nil
      }
    }
    return bits
  }

  @inline(__always)
  private static func ofInteger(_ value: Int) -> UInt64 {
    UInt64(bitPattern: Int64(value)) ^ 1 << 63
  }

  /// -0 equals 0.
  @inline(__always)
  private static func ofNumber(_ value: Double) -> UInt64 {
    let bits = (value + 0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }

  /// Sorts integers in place.
  static func sort(_ values: inout [Int], _ call: Arguments) throws {
    var isSorted = true
    for index in 1..<max(1, values.count) where values[index] < values[index - 1] {
      isSorted = false
      break
    }
    if isSorted { return }
    if values.count < 300 {
      values.sort()
      return
    }
    try call.machine.reserve(values.count, elementBytes: 8, at: call.place)
    var keys = values.map(ofInteger)
    var scratch = [UInt64](repeating: 0, count: keys.count)
    try keys.withUnsafeMutableBufferPointer { keys in
      try scratch.withUnsafeMutableBufferPointer { scratch in
        var (from, to) = (keys, scratch)
        for shift in try varyingBytes(keys.count, { from[$0] }) {
          try call.checkCancellation()
          var starts = starts(from.count) { Int(from[$0] >> shift & 0xFF) }
          for index in 0..<from.count {
            if index & pollMask == 0 { try call.checkCancellation() }
            let key = from[index]
            let bucket = Int(key >> shift & 0xFF)
            to[starts[bucket]] = key
            starts[bucket] += 1
          }
          swap(&from, &to)
        }
        for index in 0..<values.count {
          values[index] = Int(Int64(bitPattern: from[index] ^ 1 << 63))
        }
      }
    }
  }

  private struct Entry {
    var key: UInt64
    var row: Int
  }

  private static func radix(
    _ bits: [UInt64], _ rows: [Int], descending: Bool, _ call: Arguments
  ) throws -> [Int] {
    let flip: UInt64 = descending ? .max : 0
    var entries = zip(bits, rows).map { Entry(key: $0 ^ flip, row: $1) }
    if entries.count < 300 {
      entries.sort { $0.key == $1.key ? $0.row < $1.row : $0.key < $1.key }
      return entries.map(\.row)
    }
    try call.machine.reserve(entries.count * 2, at: call.place)
    var scratch = [Entry](repeating: Entry(key: 0, row: 0), count: entries.count)
    return try entries.withUnsafeMutableBufferPointer { entries in
      try scratch.withUnsafeMutableBufferPointer { scratch in
        var (from, to) = (entries, scratch)
        for shift in try varyingBytes(entries.count, { from[$0].key }) {
          try call.checkCancellation()
          var starts = starts(from.count) { Int(from[$0].key >> shift & 0xFF) }
          for index in 0..<from.count {
            if index & pollMask == 0 { try call.checkCancellation() }
            let entry = from[index]
            let bucket = Int(entry.key >> shift & 0xFF)
            to[starts[bucket]] = entry
            starts[bucket] += 1
          }
          swap(&from, &to)
        }
        return from.map(\.row)
      }
    }
  }

  /// The shifts of the bytes in which keys differ, the lowest first.
  @inline(__always)
  private static func varyingBytes(_ count: Int, _ key: (Int) -> UInt64) throws -> [UInt64] {
    var differing: UInt64 = 0
    let first = count > 0 ? key(0) : 0
    for index in 0..<count { differing |= key(index) ^ first }
    return stride(from: UInt64(0), to: 64, by: 8).filter { differing >> $0 & 0xFF != 0 }
  }

  /// Where each of the 256 buckets begins.
  @inline(__always)
  private static func starts(_ count: Int, _ bucket: (Int) -> Int) -> [Int] {
    var starts = [Int](repeating: 0, count: 257)
    for index in 0..<count { starts[bucket(index) + 1] += 1 }
    for index in 1..<257 { starts[index] += starts[index - 1] }
    return starts
  }
}
