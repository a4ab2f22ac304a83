// A JSON document as a value: ordered objects, duplicate keys kept, integers apart from other
// numbers (RFC 8259), those beyond 64 bits as they are written. Parsing is in JSONParser.swift, the strict reference parser that also finds
// the place of an error in JSONDiagnosis.swift, writing in JSONWriter.swift.

/// A JSON value.
public enum JSON: Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction and exponent that fits into 64 bits.
  case int(Int)
  /// Another integer, as it is written: as a number it would be one with its neighbours.
  case largeInteger(String)
  case number(Double)
  case string(String)
  case array([JSON])
  /// Members in the order of the file; a key may occur twice.
  case object([JSONField])
}

/// One member of a JSON object.
public struct JSONField: Sendable, Equatable {
  public let key: String
  public let value: JSON

  public init(_ key: String, _ value: JSON) {
    self.key = key
    self.value = value
  }

  public init(key: String, value: JSON) {
    self.key = key
    self.value = value
  }

  public static func == (a: JSONField, b: JSONField) -> Bool {
    a.key.hasSameBytes(as: b.key) && a.value == b.value
  }
}

extension JSON: Equatable {
  /// Equal structure and equal bytes: a composed and a decomposed letter differ, and so do 1 and 1.0.
  public static func == (a: JSON, b: JSON) -> Bool {
    switch (a, b) {
    case (.null, .null): return true
    case (.bool(let x), .bool(let y)): return x == y
    case (.int(let x), .int(let y)): return x == y
    case (.largeInteger(let x), .largeInteger(let y)): return x == y
    case (.number(let x), .number(let y)): return x == y
    case (.string(let x), .string(let y)): return x.hasSameBytes(as: y)
    case (.array(let x), .array(let y)): return x == y
    case (.object(let x), .object(let y)): return x == y
    default: return false
    }
  }
}

extension JSON {
  /// The value of the last member named `key`; nil for a missing member or another kind of value.
  public subscript(key: String) -> JSON? {
    guard case .object(let fields) = self else { return nil }
    return fields.last { $0.key.hasSameBytes(as: key) }?.value
  }

  /// The element at `index`; nil outside the array or for another kind of value.
  public subscript(index: Int) -> JSON? {
    guard case .array(let items) = self, items.indices.contains(index) else { return nil }
    return items[index]
  }

  public var isNull: Bool {
    if case .null = self { return true }
    return false
  }

  public var bool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  public var int: Int? {
    if case .int(let value) = self { return value }
    return nil
  }

  /// The value of any number, an integer included.
  public var number: Double? {
    switch self {
    case .int(let value): return Double(value)
    case .largeInteger(let digits): return Double(digits)
    case .number(let value): return value
    default: return nil
    }
  }

  public var string: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  public var array: [JSON]? {
    if case .array(let items) = self { return items }
    return nil
  }

  public var object: [JSONField]? {
    if case .object(let fields) = self { return fields }
    return nil
  }

  /// What the value is, in a word for messages: "null", "a boolean", "an integer", …
  public var kindName: String {
    switch self {
    case .null: return "null"
    case .bool: return "a boolean"
    case .int, .largeInteger: return "an integer"
    case .number: return "a number"
    case .string: return "a string"
    case .array: return "an array"
    case .object: return "an object"
    }
  }
}

/// Why a text is not a JSON document, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was expected and what was found, without the place.
  public let message: String
  /// Byte offset from the start of the document; nil where no place applies.
  public let offset: Int?
  /// Counted from 1.
  public let line: Int?
  /// Counted in Unicode scalars from 1.
  public let column: Int?

  public init(_ message: String, offset: Int? = nil, line: Int? = nil, column: Int? = nil) {
    self.message = message
    self.offset = offset
    self.line = line
    self.column = column
  }

  public var description: String {
    guard let line, let column else { return message }
    return "line \(line), column \(column): \(message)"
  }
}

extension String {
  /// Equality of the UTF-8 bytes; `==` would take a composed and a decomposed letter for equal.
  func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
