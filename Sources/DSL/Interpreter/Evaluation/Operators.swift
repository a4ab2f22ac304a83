// What the operators mean, one function each. The nodes have fast paths for the common kinds of
// operands and come here for everything else.

import CStack
import Glibc
import TLSyntax

enum Operators {
  @inline(never)
  static func add(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    switch (a, b) {
    case (.integer(let x), .integer(let y)):
      let (sum, overflow) = x.addingReportingOverflow(y)
      if overflow { throw overflowed("+", x, y, place) }
      return .integer(sum)
    case (.object(let x), .object(let y)) where x.tag == .text && y.tag == .text:
      let left = unsafeDowncast(x, to: TextObject.self).string
      let right = unsafeDowncast(y, to: TextObject.self).string
      try machine.reserve(left.utf8.count + right.utf8.count, elementBytes: 2, at: place)
      return .text(left + right)
    case (.object(let x), .object(let y)) where x.tag == .list && y.tag == .list:
      let left = unsafeDowncast(x, to: ListObject.self).elements
      let right = unsafeDowncast(y, to: ListObject.self).elements
      try machine.reserve(left.count + right.count, at: place)
      return .list(left + right)
    default:
      if let x = a.asDouble, let y = b.asDouble { return .number(x + y) }
      if let x = a.asDate, case .integer(let days) = b { return try x.adding(days: days, place) }
      throw wrongOperands("+", a, b, place)
    }
  }

  @inline(never)
  static func subtract(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    if case .integer(let x) = a, case .integer(let y) = b {
      let (difference, overflow) = x.subtractingReportingOverflow(y)
      if overflow { throw overflowed("-", x, y, place) }
      return .integer(difference)
    }
    if let x = a.asDouble, let y = b.asDouble { return .number(x - y) }
    if let x = a.asDate {
      if case .integer(let days) = b, days != .min { return try x.adding(days: -days, place) }
      if let y = b.asDate { return .integer(x.days - y.days) }
    }
    throw wrongOperands("-", a, b, place)
  }

  @inline(never)
  static func multiply(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    if case .integer(let x) = a, case .integer(let y) = b {
      let (product, overflow) = x.multipliedReportingOverflow(by: y)
      if overflow { throw overflowed("*", x, y, place) }
      return .integer(product)
    }
    if let x = a.asDouble, let y = b.asDouble { return .number(x * y) }
    throw wrongOperands("*", a, b, place)
  }

  @inline(never)
  static func divide(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    guard let x = a.asDouble, let y = b.asDouble else { throw wrongOperands("/", a, b, place) }
    if y == 0 { throw divisionByZero("/", place) }
    return .number(x / y)
  }

  @inline(never)
  static func floorDivide(
    _ a: Value, _ b: Value, _ machine: Machine, _ place: Place
  ) throws -> Value {
    if case .integer(let x) = a, case .integer(let y) = b {
      if y == 0 { throw divisionByZero("//", place) }
      let (quotient, overflow) = x.dividedReportingOverflow(by: y)
      if overflow { throw overflowed("//", x, y, place) }
      return .integer(quotient - ((x % y != 0 && (x < 0) != (y < 0)) ? 1 : 0))
    }
    guard let x = a.asDouble, let y = b.asDouble else { throw wrongOperands("//", a, b, place) }
    if y == 0 { throw divisionByZero("//", place) }
    return .number((x / y).rounded(.down))
  }

  @inline(never)
  static func remainder(
    _ a: Value, _ b: Value, _ machine: Machine, _ place: Place
  ) throws -> Value {
    if case .integer(let x) = a, case .integer(let y) = b {
      if y == 0 { throw divisionByZero("%", place) }
      if y == -1 { return .integer(0) }
      let remainder = x % y
      return .integer(remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder)
    }
    guard let x = a.asDouble, let y = b.asDouble else { throw wrongOperands("%", a, b, place) }
    if y == 0 { throw divisionByZero("%", place) }
    let remainder = fmod(x, y)
    return .number(remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder)
  }

  /// Integer powers stay integers; a negative exponent makes a Number.
  @inline(never)
  static func power(_ a: Value, _ b: Value, _ machine: Machine, _ place: Place) throws -> Value {
    if case .integer(let x) = a, case .integer(let exponent) = b, exponent >= 0 {
      var result = 1
      var base = x
      var rest = exponent
      while rest > 0 {
        if rest & 1 == 1 {
          let (product, overflow) = result.multipliedReportingOverflow(by: base)
          if overflow { throw overflowed("^", x, exponent, place) }
          result = product
        }
        rest >>= 1
        if rest > 0 {
          let (square, overflow) = base.multipliedReportingOverflow(by: base)
          if overflow { throw overflowed("^", x, exponent, place) }
          base = square
        }
      }
      return .integer(result)
    }
    guard let x = a.asDouble, let y = b.asDouble else { throw wrongOperands("^", a, b, place) }
    if x == 0, y < 0 { throw divisionByZero("^", place) }
    return .number(pow(x, y))
  }

  static func negate(_ a: Value, _ place: Place) throws -> Value {
    switch a {
    case .integer(let x):
      let (negated, overflow) = 0.subtractingReportingOverflow(x)
      if overflow {
        throw Problem(RuntimeRules.overflow, "-(\(x)) does not fit in an Integer", at: place)
      }
      return .integer(negated)
    case .number(let x): return .number(-x)
    default:
      throw Problem(
        RuntimeRules.wrongKind, "`-` needs a Number, found \(a.inWords)", at: place)
    }
  }

  static func range(_ a: Value, _ b: Value, _ place: Place) throws -> Value {
    guard case .integer(let first) = a, case .integer(let last) = b else {
      throw wrongOperands("..", a, b, place)
    }
    return .object(RangeObject(first, last))
  }

  /// Equality by content; an Integer equals the Number of the same value; other kinds differ.
  /// - Throws: `recursion-limit` for values nested too deeply, or too large.
  static func equal(_ a: Value, _ b: Value, _ place: Place) throws -> Bool {
    guard case .object(let x) = a, case .object(let y) = b else { return equalPlain(a, b) }
    if x === y { return true }
    if x.tag == .text, y.tag == .text { return equalTexts(x, y) }
    var comparison = Comparison()
    let result = comparison.equal(x, y)
    if comparison.isGivenUp { throw comparison.problem(place) }
    return result
  }

  /// Equality of two values that are not both objects.
  @inline(__always)
  static func equalPlain(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.none, .none): true
    case (.boolean(let x), .boolean(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.number(let x), .number(let y)): x == y
    case (.integer(let x), .number(let y)): y == Double(x) && Int(exactly: y) == x
    case (.number(let x), .integer(let y)): x == Double(y) && Int(exactly: x) == y
    default: false
    }
  }

  @inline(__always)
  static func equalTexts(_ x: Object, _ y: Object) -> Bool {
    bytesEqual(
      unsafeDowncast(x, to: TextObject.self).string, unsafeDowncast(y, to: TextObject.self).string)
  }

  /// -1, 0 or 1; numbers by value, texts by code points, lists element by element, dates by time.
  static func compare(_ a: Value, _ b: Value, _ name: String, _ place: Place) throws -> Int {
    if case .object(let x) = a, case .object(let y) = b, x.tag == .list, y.tag == .list {
      var comparison = Comparison()
      return try comparison.compareLists(x, y, name, place)
    }
    return try comparePlain(a, b, name, place)
  }

  /// The order of two values that are not both lists.
  @inline(__always)
  static func comparePlain(_ a: Value, _ b: Value, _ name: String, _ place: Place) throws -> Int {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): return x < y ? -1 : x == y ? 0 : 1
    case (.boolean(let x), .boolean(let y)): return x == y ? 0 : y ? -1 : 1
    case (.object(let x), .object(let y)) where x.tag == y.tag:
      switch x.tag {
      case .text:
        let left = unsafeDowncast(x, to: TextObject.self).string
        let right = unsafeDowncast(y, to: TextObject.self).string
        return bytesLess(left, right) ? -1 : bytesEqual(left, right) ? 0 : 1
      case .date:
        let left = unsafeDowncast(x, to: DateObject.self)
        let right = unsafeDowncast(y, to: DateObject.self)
        return left < right ? -1 : left == right ? 0 : 1
      default: break
      }
    default:
      if let x = a.asDouble, let y = b.asDouble { return x < y ? -1 : x > y ? 1 : 0 }
    }
    throw wrongOperands(name, a, b, place)
  }

  /// Whether a comparison of two numbers holds, NaN included, which no comparison holds for.
  static func ordered(
    _ a: Value, _ b: Value, _ name: String, _ place: Place, _ test: (Int) -> Bool
  ) throws -> Bool {
    if case .number(let x) = a, x.isNaN, b.asDouble != nil { return false }
    if case .number(let y) = b, y.isNaN, a.asDouble != nil { return false }
    return test(try compare(a, b, name, place))
  }

  /// `element in list`, `"part" in text`, `"key" in record`, `"column" in table`, `7 in 1..10`.
  static func contains(_ element: Value, in container: Value, _ place: Place) throws -> Bool {
    if let list = container.asList {
      return try list.elements.contains { try equal($0, element, place) }
    }
    if let range = container.asRange {
      var whole: Int?
      if case .integer(let value) = element { whole = value }
      if case .number(let value) = element { whole = Int(exactly: value) }
      guard let value = whole else { return false }
      return value >= range.first && value <= range.last
    }
    if let text = element.asText {
      if let whole = container.asText { return containsBytes(whole.string, text.string) }
      if let record = container.asRecord { return record[text.string] != nil }
      if let table = container.asTable { return table.table.index(of: text.string) != nil }
      if let row = container.asRow { return row.table.index(of: text.string) != nil }
    }
    throw wrongOperands("in", element, container, place)
  }

  static func containsBytes(_ whole: String, _ part: String) -> Bool {
    var whole = whole
    var part = part
    return whole.withUTF8 { haystack in
      part.withUTF8 { needle in
        if needle.isEmpty { return true }
        return Operators.firstIndex(of: needle, in: haystack) != nil
      }
    }
  }

  /// The offset of the first occurrence of a non-empty run of bytes.
  static func firstIndex(
    of needle: UnsafeBufferPointer<UInt8>, in haystack: UnsafeBufferPointer<UInt8>, from: Int = 0
  ) -> Int? {
    guard let first = needle.first, let start = haystack.baseAddress, let part = needle.baseAddress
    else { return nil }
    var offset = from
    while offset + needle.count <= haystack.count {
      let rest = haystack.count - needle.count - offset + 1
      guard let hit = memchr(start + offset, Int32(first), rest) else { return nil }
      offset = UnsafeRawPointer(hit) - UnsafeRawPointer(start)
      if memcmp(start + offset, part, needle.count) == 0 { return offset }
      offset += 1
    }
    return nil
  }

  // MARK: Errors

  static func wrongOperands(_ name: String, _ a: Value, _ b: Value, _ place: Place) -> Problem {
    var suggestion: Diagnostic.Suggestion?
    if name == "+", a.asText != nil || b.asText != nil {
      suggestion = Diagnostic.Suggestion(
        message: "put the value into the text: \"… {value} …\"", replacement: nil, span: place.span)
    }
    return Problem(
      RuntimeRules.wrongKind,
      "`\(name)` does not work on \(a.inWords) and \(b.inWords)",
      at: place, suggestion: suggestion)
  }

  static func overflowed(_ name: String, _ x: Int, _ y: Int, _ place: Place) -> Problem {
    Problem(RuntimeRules.overflow, "\(x) \(name) \(y) does not fit in an Integer", at: place)
  }

  static func divisionByZero(_ name: String, _ place: Place) -> Problem {
    Problem(RuntimeRules.divisionByZero, "the right side of `\(name)` is zero", at: place)
  }
}
