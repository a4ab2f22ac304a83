// Equality and order of nested values. A list that holds one list twice, which holds another twice
// and so on, is small in memory and endless to walk: one comparison looks at so many objects and
// goes so deep, and gives up beyond.

import CStack
import TLSyntax

struct Comparison {
  /// Lists and records that may still be looked at.
  private var left = Int(tl_thread_state()?.pointee.walk_limit ?? 0)
  /// Whether the values were nested too deeply or too large; the result says nothing then.
  private(set) var isGivenUp = false

  func problem(_ place: Place) -> Problem {
    Problem(
      RuntimeRules.recursionLimit, "the values are nested too deeply to be compared", at: place)
  }

  private mutating func enter() -> Bool {
    left -= 1
    if left >= 0, tl_stack_address() >= tl_stack_limit() { return true }
    isGivenUp = true
    return false
  }

  @inline(__always)
  mutating func equal(_ a: Value, _ b: Value) -> Bool {
    guard case .object(let x) = a, case .object(let y) = b else {
      return Operators.equalPlain(a, b)
    }
    if x === y { return true }
    return x.tag == .text && y.tag == .text ? Operators.equalTexts(x, y) : equal(x, y)
  }

  mutating func equal(_ x: Object, _ y: Object) -> Bool {
    guard enter() else { return false }
    guard x.tag == y.tag else {
      // A range equals the list of its elements.
      if x.tag == .range, y.tag == .list { return equalRange(x, y) }
      if x.tag == .list, y.tag == .range { return equalRange(y, x) }
      return false
    }
    switch x.tag {
    case .text: return Operators.equalTexts(x, y)
    case .list:
      let a = unsafeDowncast(x, to: ListObject.self).elements
      let b = unsafeDowncast(y, to: ListObject.self).elements
      guard a.count == b.count else { return false }
      for index in a.indices where !equal(a[index], b[index]) { return false }
      return true
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

  private mutating func equalRange(_ range: Object, _ list: Object) -> Bool {
    let range = unsafeDowncast(range, to: RangeObject.self)
    let elements = unsafeDowncast(list, to: ListObject.self).elements
    guard range.count == elements.count else { return false }
    for index in elements.indices
    where !Operators.equalPlain(elements[index], .integer(range.first + index)) { return false }
    return true
  }

  /// The order of two lists: that of their first elements that differ.
  mutating func compareLists(
    _ x: Object, _ y: Object, _ name: String, _ place: Place
  ) throws -> Int {
    guard enter() else { throw problem(place) }
    let a = unsafeDowncast(x, to: ListObject.self).elements
    let b = unsafeDowncast(y, to: ListObject.self).elements
    for index in 0..<min(a.count, b.count) {
      let order: Int
      if case .object(let x) = a[index], case .object(let y) = b[index], x.tag == .list,
        y.tag == .list
      {
        order = x === y ? 0 : try compareLists(x, y, name, place)
      } else {
        order = try Operators.comparePlain(a[index], b[index], name, place)
      }
      if order != 0 { return order }
    }
    return a.count < b.count ? -1 : a.count == b.count ? 0 : 1
  }
}
