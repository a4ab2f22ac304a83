// One cell of a table as a value: what crosses to the language, never what a column stores per
// cell (except the columns of mixed kind).

import Glibc

/// The value of a cell, or of anything nested in one.
public enum DataValue: Sendable {
  /// A missing value.
  case none
  case bool(Bool)
  case int(Int)
  case number(Double)
  case text(String)
  case list([DataValue])
  /// Fields in order; a name may occur twice.
  case record([(String, DataValue)])
}

extension DataValue: Equatable {
  /// Equal structure and equal bytes of text; 1 and 1.0 differ.
  public static func == (a: DataValue, b: DataValue) -> Bool {
    switch (a, b) {
    case (.none, .none): return true
    case (.bool(let x), .bool(let y)): return x == y
    case (.int(let x), .int(let y)): return x == y
    case (.number(let x), .number(let y)): return x == y
    case (.text(let x), .text(let y)): return x.hasSameBytes(as: y)
    case (.list(let x), .list(let y)): return x == y
    case (.record(let x), .record(let y)):
      return x.count == y.count
        && zip(x, y).allSatisfy { $0.0.hasSameBytes(as: $1.0) && $0.1 == $1.1 }
    default: return false
    }
  }
}

extension DataValue {
  public init(_ json: JSON) {
    switch json {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .largeInteger(let digits): self = .text(digits)
    case .number(let value): self = .number(value)
    case .string(let text): self = .text(text)
    case .array(let items): self = .list(items.map { DataValue($0) })
    case .object(let fields): self = .record(fields.map { ($0.key, DataValue($0.value)) })
    }
  }

  public var json: JSON {
    switch self {
    case .none: return .null
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(value)
    case .number(let value): return .number(value)
    case .text(let text): return .string(text)
    case .list(let items): return .array(items.map(\.json))
    case .record(let fields): return .object(fields.map { JSONField($0.0, $0.1.json) })
    }
  }

  public var isMissing: Bool {
    if case .none = self { return true }
    return false
  }

  /// The value of any number, an integer included.
  public var asNumber: Double? {
    switch self {
    case .int(let value): return Double(value)
    case .number(let value): return value
    default: return nil
    }
  }

  /// As a cell of a file or of the screen: text as it is, nested values as JSON, missing as "".
  public var cellText: String {
    switch self {
    case .none: return ""
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .number(let value): return NumberText.shortest(value)
    case .text(let text): return text
    case .list, .record: return json.serialized()
    }
  }

  /// Order across kinds: booleans, numbers, text, lists, records, and missing values last.
  private var orderOfKind: Int {
    switch self {
    case .bool: return 0
    case .int, .number: return 1
    case .text: return 2
    case .list: return 3
    case .record: return 4
    case .none: return 5
    }
  }

  /// A total order: by kind, then by value; text by code points, NaN after all numbers.
  public static func isOrderedBefore(_ a: DataValue, _ b: DataValue) -> Bool {
    compare(a, b) < 0
  }

  static func compare(_ a: DataValue, _ b: DataValue) -> Int {
    switch (a, b) {
    case (.bool(let x), .bool(let y)): return x == y ? 0 : (x ? 1 : -1)
    case (.int(let x), .int(let y)): return x == y ? 0 : (x < y ? -1 : 1)
    case (.int, .number), (.number, .int), (.number, .number):
      let x = SortableBits.of(a.asNumber ?? 0)
      let y = SortableBits.of(b.asNumber ?? 0)
      return x == y ? 0 : (x < y ? -1 : 1)
    case (.text(let x), .text(let y)):
      if x.utf8.elementsEqual(y.utf8) { return 0 }
      return x.utf8.lexicographicallyPrecedes(y.utf8) ? -1 : 1
    case (.list(let x), .list(let y)):
      for (p, q) in zip(x, y) {
        let order = compare(p, q)
        if order != 0 { return order }
      }
      return x.count - y.count
    case (.record(let x), .record(let y)):
      for (p, q) in zip(x, y) {
        let names = compare(.text(p.0), .text(q.0))
        if names != 0 { return names }
        let order = compare(p.1, q.1)
        if order != 0 { return order }
      }
      return x.count - y.count
    default: return a.orderOfKind - b.orderOfKind
    }
  }
}

/// Numbers as 64-bit patterns whose unsigned order is the numeric order.
enum SortableBits {
  @inline(__always)
  static func of(_ value: Int) -> UInt64 { UInt64(bitPattern: Int64(value)) ^ 1 << 63 }

  /// -0 equals 0; every NaN comes last.
  @inline(__always)
  static func of(_ value: Double) -> UInt64 {
    if value.isNaN { return .max }
    let bits = (value + 0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }
}

/// Numbers as text.
enum NumberText {
  /// The shortest decimal that reads back, "inf" and "nan" included.
  static func shortest(_ value: Double) -> String { value.description }

  /// The value rounded to `digits` significant digits, or to an integer if that has more digits.
  static func rounded(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value != 0 else { return value.description }
    // 1e15 and more: whole anyway.
    let magnitude = abs(value)
    if magnitude >= 1e15 { return value.description }
    var whole = 0
    var power = 1.0
    while power <= magnitude {
      power *= 10
      whole += 1
    }
    var buffer = [CChar](repeating: 0, count: 64)
    let written = withVaList([Int32(max(digits, whole)), value]) {
      vsnprintf(&buffer, buffer.count, "%.*g", $0)
    }
    let text = String(
      decoding: buffer.prefix(max(0, Int(written))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (Double(text) ?? value).description
  }
}
