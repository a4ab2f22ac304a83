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
        RuntimeRules.wrongKind, "`-` needs a Number, found \(a.kindName) \(brief(a))", at: place)
    }
  }

  static func range(_ a: Value, _ b: Value, _ place: Place) throws -> Value {
    guard case .integer(let first) = a, case .integer(let last) = b else {
      throw wrongOperands("..", a, b, place)
    }
    return .object(RangeObject(first, last))
  }

  /// Equality by content; an Integer equals the Number of the same value; other kinds differ.
  static func equal(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.none, .none): return true
    case (.boolean(let x), .boolean(let y)): return x == y
    case (.integer(let x), .integer(let y)): return x == y
    case (.number(let x), .number(let y)): return x == y
    case (.integer(let x), .number(let y)): return y == Double(x) && Int(exactly: y) == x
    case (.number(let x), .integer(let y)): return x == Double(y) && Int(exactly: x) == y
    case (.object(let x), .object(let y)): return x === y || equalObjects(x, y)
    default: return false
    }
  }

  private static func equalObjects(_ x: Object, _ y: Object) -> Bool {
    if let state = tl_thread_state(), tl_stack_address() < state.pointee.stack_limit {
      state.pointee.went_too_deep = 1
      return false
    }
    guard x.tag == y.tag else {
      // A range equals the list of its elements.
      if x.tag == .range, y.tag == .list { return equalRange(x, y) }
      if x.tag == .list, y.tag == .range { return equalRange(y, x) }
      return false
    }
    switch x.tag {
    case .text:
      return bytesEqual(
        unsafeDowncast(x, to: TextObject.self).string, unsafeDowncast(y, to: TextObject.self).string
      )
    case .list:
      let a = unsafeDowncast(x, to: ListObject.self).elements
      let b = unsafeDowncast(y, to: ListObject.self).elements
      return a.count == b.count && a.indices.allSatisfy { equal(a[$0], b[$0]) }
    case .record:
      let a = unsafeDowncast(x, to: RecordObject.self)
      let b = unsafeDowncast(y, to: RecordObject.self)
      guard a.count == b.count else { return false }
      for index in 0..<a.count {
        let symbol = a.shape.symbols[index]
        guard let other = b.shape.index(of: symbol), equal(a[index], b[other]) else { return false }
      }
      return true
    case .range:
      let a = unsafeDowncast(x, to: RangeObject.self)
      let b = unsafeDowncast(y, to: RangeObject.self)
      return a.first == b.first && a.last == b.last || a.count == 0 && b.count == 0
    case .date:
      return unsafeDowncast(x, to: DateObject.self) == unsafeDowncast(y, to: DateObject.self)
    case .native:
      return unsafeDowncast(x, to: NativeObject.self).function
        === unsafeDowncast(y, to: NativeObject.self).function
    case .table:
      return unsafeDowncast(x, to: TableObject.self).isEqual(
        to: unsafeDowncast(y, to: TableObject.self))
    case .row:
      return unsafeDowncast(x, to: RowObject.self).isEqual(
        to: unsafeDowncast(y, to: RowObject.self))
    case .domain:
      return unsafeDowncast(x, to: DomainObject.self).isEqual(
        to: unsafeDowncast(y, to: DomainObject.self))
    case .function, .box: return false
    }
  }

  private static func equalRange(_ range: Object, _ list: Object) -> Bool {
    let range = unsafeDowncast(range, to: RangeObject.self)
    let elements = unsafeDowncast(list, to: ListObject.self).elements
    guard range.count == elements.count else { return false }
    return elements.indices.allSatisfy { equal(elements[$0], .integer(range.first + $0)) }
  }

  /// -1, 0 or 1; numbers by value, texts by code points, lists element by element, dates by time.
  static func compare(_ a: Value, _ b: Value, _ name: String, _ place: Place) throws -> Int {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): return x < y ? -1 : x == y ? 0 : 1
    case (.boolean(let x), .boolean(let y)): return x == y ? 0 : y ? -1 : 1
    case (.object(let x), .object(let y)) where x.tag == y.tag:
      switch x.tag {
      case .text:
        let left = unsafeDowncast(x, to: TextObject.self).string
        let right = unsafeDowncast(y, to: TextObject.self).string
        return bytesLess(left, right) ? -1 : bytesEqual(left, right) ? 0 : 1
      case .list:
        let left = unsafeDowncast(x, to: ListObject.self).elements
        let right = unsafeDowncast(y, to: ListObject.self).elements
        if let state = tl_thread_state(), tl_stack_address() < state.pointee.stack_limit {
          throw Problem(
            RuntimeRules.recursionLimit, "the values are nested too deeply to be compared",
            at: place)
        }
        for index in 0..<min(left.count, right.count) {
          let order = try compare(left[index], right[index], name, place)
          if order != 0 { return order }
        }
        return left.count < right.count ? -1 : left.count == right.count ? 0 : 1
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

  /// Equality for a place that can raise an error: values nested deeper than the stack are one.
  static func checkedEqual(_ a: Value, _ b: Value, _ place: Place) throws -> Bool {
    let result = equal(a, b)
    if case .object = a, let state = tl_thread_state(), state.pointee.went_too_deep != 0 {
      state.pointee.went_too_deep = 0
      throw Problem(
        RuntimeRules.recursionLimit, "the values are nested too deeply to be compared", at: place)
    }
    return result
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
      return list.elements.contains { equal($0, element) }
    }
    if let range = container.asRange {
      guard case .integer(let value) = element else { return false }
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
      "`\(name)` does not work on \(a.kindName) \(brief(a)) and \(b.kindName) \(brief(b))",
      at: place, suggestion: suggestion)
  }

  static func overflowed(_ name: String, _ x: Int, _ y: Int, _ place: Place) -> Problem {
    Problem(RuntimeRules.overflow, "\(x) \(name) \(y) does not fit in an Integer", at: place)
  }

  static func divisionByZero(_ name: String, _ place: Place) -> Problem {
    Problem(RuntimeRules.divisionByZero, "the right side of `\(name)` is zero", at: place)
  }
}
