// The values of TL as the evaluator holds them: 9 bytes that fit in 16, with one class behind
// everything that does not fit. Values never change once a script can see them; an object is
// written in place only while exactly one variable holds it.

public enum Value {
  case none
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case object(Object)
}

/// What class an `Object` is; tested before every downcast, which then costs nothing.
public enum ObjectTag: UInt8, Sendable {
  case text, list, record, row, range, function, native, table, date, box, domain
}

/// The root of all values that live on the heap.
open class Object {
  public final let tag: ObjectTag

  public init(tag: ObjectTag) {
    self.tag = tag
  }
}

public final class TextObject: Object {
  /// The text without its tail.
  private var whole: String
  /// What was appended last, as bytes: appending to a long String costs more than to bytes.
  private var tail: ByteBuffer?
  /// The UTF-8 offset of every character and of the end, once a text that is not ASCII is indexed.
  private var offsets: [Int32]?
  private static let tailCapacity = 1 << 15

  public init(_ string: String) {
    whole = string
    super.init(tag: .text)
  }

  deinit { tail?.deallocate() }

  public var string: String {
    @inline(__always) get {
      if tail != nil { join() }
      return whole
    }
  }

  @inline(never)
  private func join() {
    guard let bytes = tail else { return }
    whole += String(decoding: bytes.all, as: UTF8.self)
    bytes.deallocate()
    tail = nil
  }

  var byteCount: Int { whole.utf8.count + (tail?.count ?? 0) }

  /// Appends whole scalars in place; only for an object that nobody else holds.
  func append(_ other: UnsafeBufferPointer<UInt8>) {
    offsets = nil
    if tail == nil {
      if whole.utf8.count < TextObject.tailCapacity / 4 {
        whole += String(decoding: other, as: UTF8.self)
        return
      }
      tail = ByteBuffer(capacity: TextObject.tailCapacity)
    }
    tail?.append(other)
    if let tail, tail.count > TextObject.tailCapacity { join() }
  }

  /// Appends in place; only for an object that nobody else holds.
  func append(_ other: String) {
    var other = other
    other.withUTF8 { append($0) }
  }

  /// The number of characters (extended grapheme clusters).
  public var count: Int {
    if isASCII { return string.utf8.count }
    if offsets == nil, let count = simpleCount { return count }
    return characterOffsets().count - 1
  }

  /// Whether byte offsets are character offsets.
  private var isASCII: Bool {
    string.utf8.withContiguousStorageIfAvailable { bytes in
      !bytes.contains { $0 >= 0x80 || $0 == 0x0D }
    } ?? false
  }

  /// The number of characters where each scalar is one, as in Russian, Greek or Chinese text; nil
  /// where that is not sure.
  private var simpleCount: Int? {
    string.utf8.withContiguousStorageIfAvailable(SimpleCharacters.count).flatMap { $0 }
  }

  private func characterOffsets() -> [Int32] {
    if let offsets { return offsets }
    var result: [Int32] = []
    result.reserveCapacity(string.utf8.count / 2 + 1)
    if simpleCount != nil {
      var offset: Int32 = 0
      for byte in string.utf8 {
        if byte & 0xC0 != 0x80 { result.append(offset) }
        offset += 1
      }
      result.append(offset)
      offsets = result
      return result
    }
    var offset: Int32 = 0
    for character in string {
      result.append(offset)
      offset += Int32(character.utf8.count)
    }
    result.append(offset)
    offsets = result
    return result
  }

  /// The characters from `start` up to but not including `end`; both are within `0...count`.
  public func slice(_ start: Int, _ end: Int) -> String {
    let utf8 = string.utf8
    let low: Int
    let high: Int
    if isASCII {
      (low, high) = (start, end)
    } else {
      let offsets = characterOffsets()
      (low, high) = (Int(offsets[start]), Int(offsets[end]))
    }
    let from = utf8.index(utf8.startIndex, offsetBy: low)
    let to = utf8.index(utf8.startIndex, offsetBy: high)
    return String(string[from..<to])
  }
}

/// Scalars that are characters whatever stands beside them: what scripts without combining marks
/// write with (Unicode 15, Grapheme_Cluster_Break = Other or Control, no carriage return).
enum SimpleCharacters {
  /// The number of scalars, or nil when one of them may join another.
  static func count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var count = 0
    var index = 0
    let end = bytes.count
    while index < end {
      let byte = bytes[index]
      count += 1
      switch byte {
      case 0x0D: return nil
      case 0..<0x80: index += 1
      // U+0080 to U+02FF, and U+0380 to U+057F but for the marks U+0483 to U+0489.
      case 0xC2...0xCB, 0xCE...0xD1, 0xD3...0xD5: index += 2
      case 0xD2:
        if index + 1 < end, (0x83...0x89).contains(bytes[index + 1]) { return nil }
        index += 2
      // U+2010 to U+2027: dashes, quotes, the ellipsis.
      case 0xE2:
        guard index + 2 < end, bytes[index + 1] == 0x80,
          (0x90...0xA7).contains(bytes[index + 2])
        else { return nil }
        index += 3
      // U+5000 to U+9FFF.
      case 0xE5...0xE9: index += 3
      default: return nil
      }
    }
    return count
  }
}

public final class ListObject: Object {
  public internal(set) var elements: ContiguousArray<Value>

  public init(_ elements: ContiguousArray<Value>) {
    self.elements = elements
    super.init(tag: .list)
  }

  deinit {
    Release.parts(&elements)
  }
}

/// `a..b`: the integers from `first` to `last`, both included; empty when `last < first`.
public final class RangeObject: Object {
  public let first: Int
  public let last: Int

  public init(_ first: Int, _ last: Int) {
    self.first = first
    self.last = last
    super.init(tag: .range)
  }

  public var count: Int {
    guard last >= first else { return 0 }
    let (difference, overflow) = last.subtractingReportingOverflow(first)
    return overflow || difference == .max ? .max : difference + 1
  }
}

/// A variable that a function value captured and that somebody assigns.
final class BoxObject: Object {
  var value: Value

  init(_ value: Value) {
    self.value = value
    super.init(tag: .box)
  }

  deinit {
    Release.part(&value)
  }
}

/// The base of the values that the runtime brings: datasets, models, runs, figures.
open class DomainObject: Object {
  public init() {
    super.init(tag: .domain)
  }

  /// The kind's bit, see `KindSet`.
  open var kind: KindSet { .domain }

  /// The kind's name; of a value without a bit of its own that of its class, such as `ROUGE`.
  final var kindName: String {
    if kind != .domain { return kind.description }
    let name = "\(type(of: self))"
    return name.hasSuffix("Object") ? String(name.dropLast("Object".count)) : name
  }

  /// The fields that completion offers and `value.name` reads.
  open var fieldNames: [String] { [] }

  /// The value of a field, or nil when there is none of that name.
  open func field(_ name: String, _ machine: Machine) throws -> Value? { nil }

  /// What the REPL shows for the value.
  open func display(_ style: DisplayStyle) -> String { "" }

  /// How many elements the value has, where one can walk over it.
  open var elementCount: Int? { nil }

  /// An element; `index` is within `0..<elementCount`.
  open func element(_ index: Int) -> Value { .none }

  /// Whether two values are equal for `==`.
  open func isEqual(to other: DomainObject) -> Bool { self === other }
}

extension UnsafeMutablePointer<Value> {
  /// The object in a slot, without counting a reference; the payload of a value stands at its
  /// beginning, whatever the case.
  @inline(__always)
  var object: Unmanaged<Object>? {
    guard case .object = pointee else { return nil }
    return UnsafeMutableRawPointer(self).assumingMemoryBound(to: Unmanaged<Object>.self).pointee
  }

  /// The object in a slot when it is of a class and nothing else holds it: it may then be changed
  /// in place.
  @inline(__always)
  func uniqueObject<Class: Object>(_ tag: ObjectTag, _ type: Class.Type) -> Unmanaged<Class>? {
    guard let object, object._withUnsafeGuaranteedRef({ $0.tag == tag }),
      isKnownUniquelyReferenced(
        &UnsafeMutableRawPointer(self).assumingMemoryBound(to: Object.self).pointee)
    else { return nil }
    return Unmanaged<Class>.fromOpaque(object.toOpaque())
  }
}

extension Value {
  @inline(__always)
  public static func text(_ string: String) -> Value { .object(TextObject(string)) }

  @inline(__always)
  public static func list(_ elements: ContiguousArray<Value>) -> Value {
    .object(ListObject(elements))
  }

  public static func texts(_ strings: some Sequence<String>) -> Value {
    .list(ContiguousArray(strings.map { .text($0) }))
  }

  @inline(__always)
  public var asText: TextObject? {
    if case .object(let object) = self, object.tag == .text {
      return unsafeDowncast(object, to: TextObject.self)
    }
    return nil
  }

  @inline(__always)
  public var asList: ListObject? {
    if case .object(let object) = self, object.tag == .list {
      return unsafeDowncast(object, to: ListObject.self)
    }
    return nil
  }

  @inline(__always)
  public var asRecord: RecordObject? {
    if case .object(let object) = self, object.tag == .record {
      return unsafeDowncast(object, to: RecordObject.self)
    }
    return nil
  }

  @inline(__always)
  public var asRange: RangeObject? {
    if case .object(let object) = self, object.tag == .range {
      return unsafeDowncast(object, to: RangeObject.self)
    }
    return nil
  }

  @inline(__always)
  public var asTable: TableObject? {
    if case .object(let object) = self, object.tag == .table {
      return unsafeDowncast(object, to: TableObject.self)
    }
    return nil
  }

  public var asDomain: DomainObject? {
    if case .object(let object) = self, object.tag == .domain {
      return unsafeDowncast(object, to: DomainObject.self)
    }
    return nil
  }

  /// The value as a Double when it is an Integer or a Number.
  @inline(__always)
  public var asDouble: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
