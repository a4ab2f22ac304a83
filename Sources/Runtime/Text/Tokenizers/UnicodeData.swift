// What the tokenizers must know about a scalar: its classes, its case, its decompositions.
// The numbers are those of the reference tokenizers (see scripts/interop/unicode_tables.py), not
// those of the newest Unicode: a vocabulary was trained with the former.

/// Classes of a scalar, as the reference library draws them.
struct ScalarClass: OptionSet, Sendable {
  let rawValue: UInt16

  /// Control, format, private use or unassigned; tab, line feed and carriage return are not.
  static let other = ScalarClass(rawValue: 1)
  /// ASCII punctuation and symbols, and the punctuation categories.
  static let punctuation = ScalarClass(rawValue: 2)
  /// The White_Space property.
  static let whitespace = ScalarClass(rawValue: 4)
  /// Any numeric category.
  static let numeric = ScalarClass(rawValue: 8)
  static let nonspacingMark = ScalarClass(rawValue: 16)
  static let combiningMark = ScalarClass(rawValue: 32)
  /// `\p{L}`, `\p{N}`, `\s`, `\w` of the reference's regular expressions.
  static let letter = ScalarClass(rawValue: 64)
  static let number = ScalarClass(rawValue: 128)
  static let space = ScalarClass(rawValue: 256)
  static let word = ScalarClass(rawValue: 512)
  static let decomposes = ScalarClass(rawValue: 1024)
  static let decomposesCompatibly = ScalarClass(rawValue: 2048)
  static let changesInLowercase = ScalarClass(rawValue: 4096)
  /// The canonical combining class is not zero.
  static let reorders = ScalarClass(rawValue: 8192)
  /// May change under NFC, by itself or with the scalar before it.
  static let mayCompose = ScalarClass(rawValue: 16384)
}

/// Reads the numbers of a generated table.
private struct TableReader {
  private var next: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  init(_ table: StaticString) {
    next = table.utf8Start
    end = next + table.utf8CodeUnitCount
  }

  var isAtEnd: Bool { next >= end }

  mutating func number() -> UInt32 {
    var value: UInt32 = 0
    var shift: UInt32 = 0
    while next < end {
      let digit = UInt32(next.pointee &- 48)
      next += 1
      value |= (digit & 31) << shift
      if digit & 32 == 0 { break }
      shift += 5
    }
    return value
  }
}

/// A map from a scalar to several, sorted by scalar.
struct ScalarMapping: Sendable {
  private var keys: [UInt32] = []
  private var starts: [UInt32] = []
  private var values: [UInt32] = []
  /// Pairs (first, last) that compose to a scalar, where the table marks them.
  fileprivate var marked: [UInt32] = []

  fileprivate init(_ table: StaticString) {
    var reader = TableReader(table)
    var key: UInt32 = 0
    while !reader.isAtEnd {
      key += reader.number()
      let count = reader.number()
      keys.append(key)
      starts.append(UInt32(values.count))
      for _ in 0..<(count >> 1) { values.append(reader.number()) }
      if count & 1 == 1 { marked.append(key) }
    }
    starts.append(UInt32(values.count))
  }

  /// What the scalar maps to; nil where it maps to itself.
  func callAsFunction(_ scalar: UInt32) -> ArraySlice<UInt32>? {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < scalar { low = middle + 1 } else { high = middle }
    }
    guard low < keys.count, keys[low] == scalar else { return nil }
    return values[Int(starts[low])..<Int(starts[low + 1])]
  }
}

/// The tables, read once.
enum UnicodeData {
  static let canonical = ScalarMapping(UnicodeDecompositionTables.canonical)
  static let compatibility = ScalarMapping(UnicodeDecompositionTables.compatibility)
  static let lowercase = ScalarMapping(UnicodeClassTables.lowercase)
  private static let classTable = PagedTable(UnicodeClassTables.classes)
  private static let combiningTable = PagedTable(UnicodeClassTables.combining)

  /// Canonical compositions, keyed by first << 32 | second. Hangul is arithmetic, not in here.
  private static let compositions: [UInt64: UInt32] = {
    var pairs: [UInt64: UInt32] = [:]
    // A decomposition is full; its head without the last mark is composed already when it comes
    // up, because every shorter composition precedes it in this order.
    let marked = canonical.marked.compactMap { scalar in
      canonical(scalar).map { (scalar, Array($0)) }
    }
    for (scalar, parts) in marked.sorted(by: { $0.1.count < $1.1.count }) {
      var first = parts[0]
      for second in parts.dropFirst().dropLast() {
        first = pairs[UInt64(first) << 32 | UInt64(second)] ?? first
      }
      pairs[UInt64(first) << 32 | UInt64(parts[parts.count - 1])] = scalar
    }
    return pairs
  }()

  static func classes(_ scalar: UInt32) -> ScalarClass {
    ScalarClass(rawValue: classTable[scalar])
  }

  static func combiningClass(_ scalar: UInt32) -> UInt16 { combiningTable[scalar] }

  /// The canonical composition of two scalars, Hangul included.
  static func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if first >= 0x1100, first < 0x1113, second >= 0x1161, second < 0x1176 {
      return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
    }
    if first >= 0xAC00, first <= 0xD7A3, (first - 0xAC00) % 28 == 0, second > 0x11A7,
      second < 0x11C3
    {
      return first + (second - 0x11A7)
    }
    return compositions[UInt64(first) << 32 | UInt64(second)]
  }
}

/// One 16-bit value per scalar, in pages of 256 of which equal uniform ones are shared.
private struct PagedTable: @unchecked Sendable {
  // Both blocks live as long as the process: a table is a static constant.
  private let pages: UnsafePointer<UInt16>
  private let values: UnsafePointer<UInt16>

  init(_ table: StaticString) {
    var pages = [UInt16](repeating: 0, count: 0x1100)
    var values: [UInt16] = []
    var uniform: [UInt16: UInt16] = [:]
    var reader = TableReader(table)
    var left: UInt32 = 0
    var value: UInt16 = 0
    for page in 0..<0x1100 {
      if page >= 0xD8 && page < 0xE0 { continue }
      if left >= 256, let known = uniform[value] {
        pages[page] = known
        left -= 256
        continue
      }
      let start = values.count
      var isUniform = left >= 256
      for _ in 0..<256 {
        if left == 0 {
          left = reader.isAtEnd ? .max : reader.number()
          value = UInt16(truncatingIfNeeded: reader.number())
          isUniform = false
        }
        values.append(value)
        left -= 1
      }
      pages[page] = UInt16(start / 256)
      if isUniform { uniform[value] = pages[page] }
    }
    // Surrogates never occur in valid text; they read as page 0 holds whatever it holds.
    self.pages = PagedTable.leak(pages)
    self.values = PagedTable.leak(values)
  }

  private static func leak(_ array: [UInt16]) -> UnsafePointer<UInt16> {
    let block = UnsafeMutablePointer<UInt16>.allocate(capacity: array.count)
    block.initialize(from: array, count: array.count)
    return UnsafePointer(block)
  }

  subscript(scalar: UInt32) -> UInt16 {
    guard scalar < 0x110000 else { return 0 }
    return values[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 255)]
  }
}
