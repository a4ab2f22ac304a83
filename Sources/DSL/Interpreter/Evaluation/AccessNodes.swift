// Lists, records and texts: making them, reading their parts, and setting a part of a variable.

import TLSyntax

final class ListNode: Node {
  private let elements: NodeList

  init(_ place: Place, _ elements: NodeList) {
    self.elements = elements
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    var result = ContiguousArray<Value>()
    result.reserveCapacity(elements.count)
    for index in 0..<elements.count { result.append(try elements[index].eval(f)) }
    return .list(result)
  }
}

final class RecordNode: Node {
  private let values: NodeList
  private let shape: Shape
  /// The frame's slots that hold the values while the others are computed.
  private let temporaries: Int

  init(_ place: Place, _ shape: Shape, _ values: NodeList, temporaries: Int) {
    self.shape = shape
    self.values = values
    self.temporaries = temporaries
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let slots = f + temporaries
    for index in 0..<values.count {
      // A slot that is not in use holds no object.
      let value = try values[index].eval(f)
      (slots + index).initialize(to: value)
    }
    return .object(RecordObject(shape, taking: slots))
  }
}

final class InterpolationNode: Node {
  private let parts: [(text: [UInt8], value: NodeRef?)]
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ machine: Machine, _ parts: [(text: String, value: NodeRef?)]) {
    self.parts = parts.map { (Array($0.text.utf8), $0.value) }
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    let machine = machine
    let start = machine.scratch.count
    try write(f, machine)
    return .text(machine.takeScratch(from: start))
  }

  /// Writes the text's bytes at the end of the machine's scratch.
  func write(_ f: Frame, _ machine: Machine) throws {
    let start = machine.scratch.count
    for part in parts {
      guard let node = part.value else {
        part.text.withUnsafeBufferPointer { machine.scratch.append($0) }
        continue
      }
      do {
        let value = try node.eval(f)
        switch value {
        case .integer(let number): machine.scratch.append(number)
        case .object(let object) where object.tag == .text:
          machine.scratch.append(unsafeDowncast(object, to: TextObject.self).string)
        default: machine.scratch.append(try machine.displayed(value, at: place))
        }
        let count = machine.scratch.count - start
        if count > 1 << 16 { try machine.reserve(count, elementBytes: 1, at: place) }
      } catch {
        machine.shortenScratch(to: start)
        throw error
      }
    }
  }
}

final class FieldNode: Node {
  let value: Operand
  let name: String
  let symbol: Symbol
  let nameSpan: Span
  unowned(unsafe) let machine: Machine
  private var cachedShape: UnsafeMutableRawPointer?
  private var cachedIndex = 0

  init(
    _ place: Place, _ value: Operand, _ name: String, _ symbol: Symbol, nameSpan: Span,
    _ machine: Machine
  ) {
    self.value = value
    self.name = name
    self.symbol = symbol
    self.nameSpan = nameSpan
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    if value.form == .local {
      // Read in place: the record stays where it is.
      if let object = (f + value.slot).object,
        let found = object._withUnsafeGuaranteedRef({ $0.tag == .record ? field($0) : nil })
      {
        return found
      }
      return try general(f[value.slot])
    }
    return try general(try value.read(f))
  }

  @inline(__always)
  private func field(_ object: Object) -> Value? {
    let record = unsafeDowncast(object, to: RecordObject.self)
    let shape = Unmanaged.passUnretained(record.shape)
    if shape.toOpaque() == cachedShape { return record[cachedIndex] }
    return shape._withUnsafeGuaranteedRef { shape in
      guard let index = shape.index(of: symbol) else { return nil }
      if !shape.isPrivate {
        // The machine keeps shared shapes.
        cachedShape = Unmanaged.passUnretained(shape).toOpaque()
        cachedIndex = index
      }
      return record[index]
    }
  }

  private func general(_ container: Value) throws -> Value {
    if case .object(let object) = container {
      if object.tag == .record {
        if let found = field(object) { return found }
      } else if object.tag == .row {
        let row = unsafeDowncast(object, to: RowObject.self)
        if let value = row.value(named: name) { return value }
      }
    }
    return try Fields.read(name, of: container, machine, Place(place.source, nameSpan))
  }
}

/// Reading a part by name, for every kind of value.
enum Fields {
  static func read(
    _ name: String, of value: Value, _ machine: Machine, _ place: Place
  ) throws -> Value {
    if let record = value.asRecord, let found = record[name] { return found }
    if let table = value.asTable, let column = table.column(named: name) { return column }
    if let row = value.asRow, let found = row.value(named: name) { return found }
    if let date = value.asDate, let found = date.field(name) { return found }
    if let domain = value.asDomain, let found = try domain.field(name, machine) { return found }
    throw missing(name, names(of: value), value, place)
  }

  /// The names that can be read from a value.
  static func names(of value: Value) -> [String] {
    if let record = value.asRecord { return record.shape.names }
    if let table = value.asTable { return table.table.names }
    if let row = value.asRow { return row.table.names }
    if value.asDate != nil { return DateObject.fieldNames }
    if let domain = value.asDomain { return domain.fieldNames }
    return []
  }

  static func missing(
    _ name: String, _ names: [String], _ value: Value, _ place: Place
  ) -> Problem {
    let what = value.asTable != nil || value.asRow != nil ? "column" : "field"
    var message = "\(value.kindName) has no \(what) `\(name)`"
    if !names.isEmpty {
      let shown = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
      message += "; there is \(shown)" + (names.count > 12 ? " and \(names.count - 12) more" : "")
    } else if value.asRecord != nil {
      message += ": it is empty"
    }
    let suggestion = nearest(name, among: names).map {
      Diagnostic.Suggestion(message: "did you mean `\($0)`?", replacement: $0, span: place.span)
    }
    return Problem(RuntimeRules.missingField, message, at: place, suggestion: suggestion)
  }
}

final class IndexNode: Node {
  let container: Operand
  let index: Operand
  unowned(unsafe) let machine: Machine

  init(_ place: Place, _ container: Operand, _ index: Operand, _ machine: Machine) {
    self.container = container
    self.index = index
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    if container.form == .local {
      // Read in place: the list stays where it is.
      let i: Int
      switch index.form {
      case .integer: i = index.constant
      case .number: return try general(f)
      case .local:
        guard case .integer(let value) = f[index.slot] else { return try general(f) }
        i = value
      case .node:
        let position = try index.node.eval(f)
        guard case .integer(let value) = position else {
          return try Indexing.read(f[container.slot], position, machine, place)
        }
        i = value
      }
      if let object = (f + container.slot).object,
        let element = object._withUnsafeGuaranteedRef({ $0.tag == .list ? element($0, i) : nil })
      {
        return element
      }
      return try Indexing.read(f[container.slot], .integer(i), machine, place)
    }
    return try general(f)
  }

  @inline(__always)
  private func element(_ list: Object, _ i: Int) -> Value? {
    let elements = unsafeDowncast(list, to: ListObject.self).elements
    if i >= 0, i < elements.count { return elements[i] }
    if i < 0, i >= -elements.count { return elements[elements.count + i] }
    return nil
  }

  private func general(_ f: Frame) throws -> Value {
    let whole = try container.read(f)
    let position = try index.read(f)
    if case .object(let object) = whole, object.tag == .list, case .integer(let i) = position,
      let element = element(object, i)
    {
      return element
    }
    return try Indexing.read(whole, position, machine, place)
  }
}

/// `value[index]` for every kind of value and index.
enum Indexing {
  static func read(
    _ whole: Value, _ index: Value, _ machine: Machine, _ place: Place
  ) throws -> Value {
    switch index {
    case .integer(let position):
      if let list = whole.asList {
        return list.elements[try resolve(position, list.elements.count, "list", place)]
      }
      if let text = whole.asText {
        let at = try resolve(position, text.count, "text", place)
        return .text(text.slice(at, at + 1))
      }
      if let range = whole.asRange {
        return .integer(range.first + (try resolve(position, range.count, "range", place)))
      }
      if let table = whole.asTable {
        return table.row(try resolve(position, table.table.rowCount, "table", place))
      }
      if let domain = whole.asDomain, let count = domain.elementCount {
        return domain.element(try resolve(position, count, "value", place))
      }
    case .object(let object) where object.tag == .text:
      let name = unsafeDowncast(object, to: TextObject.self).string
      if let record = whole.asRecord {
        let symbol = machine.symbols.symbol(name)
        if let found = record.shape.index(of: symbol) { return record[found] }
      }
      if whole.asRecord != nil || whole.asTable != nil || whole.asRow != nil
        || whole.asDomain != nil
      {
        return try Fields.read(name, of: whole, machine, place)
      }
    case .object(let object) where object.tag == .range:
      let range = unsafeDowncast(object, to: RangeObject.self)
      if let list = whole.asList {
        let (start, end) = try slice(range, list.elements.count, "list", place)
        return .list(ContiguousArray(list.elements[start..<end]))
      }
      if let text = whole.asText {
        let (start, end) = try slice(range, text.count, "text", place)
        return .text(text.slice(start, end))
      }
      if let table = whole.asTable {
        let (start, end) = try slice(range, table.table.rowCount, "table", place)
        return .object(TableObject(table.table.slice(start..<end)))
      }
    default: break
    }
    throw Problem(
      RuntimeRules.wrongKind,
      "\(whole.inWords) cannot be indexed with \(index.inWords)",
      at: place)
  }

  /// The position from the front; negative ones count from the end.
  static func resolve(_ position: Int, _ count: Int, _ what: String, _ place: Place) throws -> Int {
    if position >= 0, position < count { return position }
    if position < 0, position >= -count { return count + position }
    let there =
      count == 0
      ? "it is empty"
      : count == 1
        ? "its only position is 0, or -1 from the end"
        : "its positions are 0 to \(count - 1), or -1 to -\(count) from the end"
    throw Problem(
      RuntimeRules.indexOutOfRange, "the \(what) has no position \(position): \(there)", at: place)
  }

  /// The half-open bounds of a slice by an inclusive range. A range that ends right before its
  /// start gives an empty slice; positions outside are an error.
  static func slice(
    _ range: RangeObject, _ count: Int, _ what: String, _ place: Place
  ) throws -> (Int, Int) {
    let start = range.first < 0 ? range.first + count : range.first
    let last = range.last < 0 ? range.last + count : range.last
    guard start >= 0, start <= count, last < count, last >= start - 1 else {
      throw Problem(
        RuntimeRules.indexOutOfRange,
        "the \(what) has no slice \(range.first)..\(range.last): it has \(count) "
          + (what == "table" ? "rows" : what == "text" ? "characters" : "elements"), at: place)
    }
    return (start, last + 1)
  }
}

/// `name[i].field = value` of a `var`: the variable gets a value with that part replaced; whoever
/// else holds the old value keeps it.
final class PartAssignmentNode: Node {
  enum Step {
    case index(Operand)
    case field(String, Symbol)
  }

  let slot: Int
  let isBoxed: Bool
  let steps: [Step]
  let value: NodeRef
  unowned(unsafe) let machine: Machine
  /// The only step, when it is an index or a field of a variable without a box.
  private let onlyIndex: Operand?
  private let onlyField: Symbol?

  init(
    _ place: Place, _ slot: Int, isBoxed: Bool, _ steps: [Step], _ value: NodeRef,
    _ machine: Machine
  ) {
    switch isBoxed || steps.count > 1 ? nil : steps.first {
    case .index(let index): (onlyIndex, onlyField) = (index, nil)
    case .field(_, let symbol): (onlyIndex, onlyField) = (nil, symbol)
    case nil: (onlyIndex, onlyField) = (nil, nil)
    }
    self.slot = slot
    self.isBoxed = isBoxed
    self.steps = steps
    self.value = value
    self.machine = machine
    super.init(place)
  }

  override func eval(_ f: Frame) throws -> Value {
    _ = try exec(f)
    return .none
  }

  override func exec(_ f: Frame) throws -> Completion {
    if let onlyIndex {
      let position = try onlyIndex.read(f)
      let new = try value.eval(f)
      switch position {
      case .integer(let i):
        if let list = (f + slot).uniqueObject(.list, ListObject.self),
          i >= 0, i < list._withUnsafeGuaranteedRef({ $0.elements.count })
        {
          list._withUnsafeGuaranteedRef { $0.elements[i] = new }
          return .normal
        }
      case .object(let key) where key.tag == .text:
        if let record = (f + slot).uniqueObject(.record, RecordObject.self) {
          let name = unsafeDowncast(key, to: TextObject.self).string
          let symbol = machine.symbols.symbol(name)
          record._withUnsafeGuaranteedRef { $0.set(name, symbol, new) }
          return .normal
        }
      default: break
      }
      f[slot] = try replace(take(f), [position], new, restore: f)
      return .normal
    }
    if let onlyField {
      let new = try value.eval(f)
      if let object = (f + slot).object,
        object._withUnsafeGuaranteedRef({ setField(onlyField, of: $0, f, new) })
      {
        return .normal
      }
      f[slot] = try replace(take(f), keys(f), new, restore: f)
      return .normal
    }
    let keys = try keys(f)
    let new = try value.eval(f)
    let result = try replace(take(f), keys, new, restore: f)
    put(f, result)
    return .normal
  }

  /// Sets a field that the record in the variable has; false when it has none of the name.
  @inline(__always)
  private func setField(_ symbol: Symbol, of object: Object, _ f: Frame, _ new: Value) -> Bool {
    guard object.tag == .record else { return false }
    let record = unsafeDowncast(object, to: RecordObject.self)
    guard let index = record.shape.index(of: symbol) else { return false }
    if (f + slot).uniqueObject(.record, RecordObject.self) != nil {
      record[index] = new
    } else {
      let copy = RecordObject(copying: record)
      copy[index] = new
      f[slot] = .object(copy)
    }
    return true
  }

  private func keys(_ f: Frame) throws -> [Value] {
    var keys: [Value] = []
    for step in steps {
      switch step {
      case .index(let index): keys.append(try index.read(f))
      case .field(let name, _): keys.append(.text(name))
      }
    }
    return keys
  }

  private func take(_ f: Frame) -> Value {
    if isBoxed, case .object(let object) = f[slot], object.tag == .box {
      return unsafeDowncast(object, to: BoxObject.self).value
    }
    let value = f[slot]
    f[slot] = .none
    return value
  }

  private func put(_ f: Frame, _ value: Value) {
    if isBoxed, case .object(let object) = f[slot], object.tag == .box {
      unsafeDowncast(object, to: BoxObject.self).value = value
    } else {
      f[slot] = value
    }
  }

  private func replace(
    _ whole: consuming Value, _ keys: [Value], _ new: Value, restore f: Frame
  ) throws -> Value {
    // The old value is put back when a part of the path does not exist.
    var old = whole
    do {
      return try set(&old, ArraySlice(keys), new)
    } catch {
      put(f, old)
      throw error
    }
  }

  /// Returns `whole` with the part at `keys` replaced, in place where nobody else holds it; takes
  /// the value out of `whole` unless it throws.
  private func set(_ whole: inout Value, _ keys: ArraySlice<Value>, _ new: Value) throws -> Value {
    guard let key = keys.first else { return new }
    let rest = keys.dropFirst()
    guard case .object(var object) = whole else {
      throw wrongPart(whole, key)
    }
    switch object.tag {
    case .list:
      guard case .integer(let position) = key else { throw wrongPart(whole, key) }
      let count = unsafeDowncast(object, to: ListObject.self).elements.count
      let at = try Indexing.resolve(position, count, "list", place)
      whole = .none
      if !isKnownUniquelyReferenced(&object) {
        object = ListObject(unsafeDowncast(object, to: ListObject.self).elements)
      }
      let list = unsafeDowncast(object, to: ListObject.self)
      var part = list.elements[at]
      list.elements[at] = .none
      do {
        list.elements[at] = try set(&part, rest, new)
      } catch {
        list.elements[at] = part
        whole = .object(object)
        throw error
      }
      return .object(list)
    case .record:
      guard let name = key.asText?.string else { throw wrongPart(whole, key) }
      let symbol = machine.symbols.symbol(name)
      let index = unsafeDowncast(object, to: RecordObject.self).shape.index(of: symbol)
      if index == nil, !rest.isEmpty {
        throw Fields.missing(name, Fields.names(of: whole), whole, place)
      }
      whole = .none
      if !isKnownUniquelyReferenced(&object) {
        object = RecordObject(copying: unsafeDowncast(object, to: RecordObject.self))
      }
      let record = unsafeDowncast(object, to: RecordObject.self)
      guard let index else {
        record.set(name, symbol, new)
        return .object(record)
      }
      var part = record[index]
      record[index] = .none
      do {
        record[index] = try set(&part, rest, new)
      } catch {
        record[index] = part
        whole = .object(object)
        throw error
      }
      return .object(record)
    default:
      throw wrongPart(whole, key)
    }
  }

  private func wrongPart(_ whole: Value, _ key: Value) -> Problem {
    Problem(
      RuntimeRules.wrongKind,
      "a part \(brief(key)) of \(whole.inWords) cannot be set", at: place)
  }
}
