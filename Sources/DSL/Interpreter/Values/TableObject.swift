// A Table of the runtime as a value, and one row of it as a record-like value that copies nothing.

import CStack
import TLText

public final class TableObject: Object {
  public let table: Table
  /// The names of the machine whose records stand in cells; records of two machines do not mix.
  let symbols: SymbolTable?
  /// Columns that were read as lists already.
  private var lists: [ByteKey: Value] = [:]

  public init(_ table: Table, _ machine: Machine? = nil) {
    self.table = table
    symbols = machine?.symbols
    super.init(tag: .table)
  }

  /// A column as a list, made once.
  func column(named name: String) -> Value? {
    let key = ByteKey(name)
    if let list = lists[key] { return list }
    guard let index = table.index(of: name) else { return nil }
    let list = list(table.columns[index])
    lists[key] = list
    return list
  }

  /// The cells of a column as a list.
  func list(_ column: Column) -> Value {
    var elements = ContiguousArray<Value>()
    elements.reserveCapacity(column.count)
    for row in 0..<column.count { elements.append(cell(column, row)) }
    return .list(elements)
  }

  @inline(__always)
  func cell(_ column: Column, _ row: Int) -> Value {
    if case .mixed(let values) = column.storage { return Value(values[row], symbols) }
    return TableObject.cell(column, row)
  }

  @inline(__always)
  static func cell(_ column: Column, _ row: Int) -> Value {
    if let missing = column.missing, missing[row] { return .none }
    switch column.storage {
    case .boolean(let values): return .boolean(values[row])
    case .integer(let values): return .integer(values[row])
    case .number(let values): return .number(values[row])
    default: return Value(column.value(at: row), nil)
    }
  }

  func row(_ index: Int) -> Value { .object(RowObject(self, index)) }

  func rows(_ machine: Machine) -> ContiguousArray<Value> {
    ContiguousArray((0..<table.rowCount).map { row($0) })
  }

  func isEqual(to other: TableObject) -> Bool { table == other.table }

  /// What the checker would know of the table.
  var kind: Kind {
    .table(zip(table.names, table.columns).map { Kind.Field($0, Kind(KindSet($1.kind))) })
  }
}

/// One row of a table: reads like a record.
public final class RowObject: Object {
  let owner: TableObject
  let index: Int

  init(_ owner: TableObject, _ index: Int) {
    self.owner = owner
    self.index = index
    super.init(tag: .row)
  }

  var table: Table { owner.table }

  func value(named name: String) -> Value? {
    let names = owner.table.names
    for position in names.indices where bytesEqual(names[position], name) {
      return owner.cell(owner.table.columns[position], index)
    }
    return nil
  }

  func isEqual(to other: RowObject) -> Bool {
    table.names == other.table.names
      && table.columns.indices.allSatisfy {
        table.columns[$0].value(at: index) == other.table.columns[$0].value(at: other.index)
      }
  }

  /// The row as a record of its own.
  func record(_ machine: Machine) -> Value {
    machine.record(
      zip(table.names, table.columns).map { ($0, owner.cell($1, index)) })
  }
}

extension KindSet {
  init(_ kind: ColumnKind) {
    switch kind {
    case .boolean: self = [.boolean, .none]
    case .integer: self = [.integer, .none]
    case .number: self = [.number, .none]
    case .text: self = [.text, .none]
    case .mixed: self = .any
    }
  }
}

extension Value {
  var asRow: RowObject? {
    if case .object(let object) = self, object.tag == .row {
      return unsafeDowncast(object, to: RowObject.self)
    }
    return nil
  }

  /// A cell or a JSON value as a value of the language.
  /// - Parameter symbols: those of the machine that the records are for; a record made without
  ///   them can only be shown.
  init(_ data: DataValue, _ symbols: SymbolTable?) {
    switch data {
    case .none: self = .none
    case .bool(let value): self = .boolean(value)
    case .int(let value): self = .integer(value)
    case .number(let value): self = .number(value)
    case .text(let value): self = .text(value)
    case .list(let values): self = .list(ContiguousArray(values.map { Value($0, symbols) }))
    case .record(let fields):
      self = (symbols ?? SymbolTable()).record(fields.map { ($0.0, Value($0.1, symbols)) })
    }
  }

  /// The value as a cell; nil for functions and other values that no file can hold, and for what
  /// nests deeper than JSON may or is larger than `Machine.walkLimit`.
  var data: DataValue? {
    var conversion = DataConversion()
    return conversion.convert(self, depth: 0)
  }
}

/// Values as data. A list that holds one list twice, and so on, would grow without end.
struct DataConversion {
  static let depthLimit = 256
  private var left = Int(tl_thread_state()?.pointee.walk_limit ?? 0)

  mutating func convert(_ value: Value, depth: Int) -> DataValue? {
    switch value {
    case .none: return DataValue.none
    case .boolean(let value): return .bool(value)
    case .integer(let value): return .int(value)
    case .number(let value): return .number(value)
    case .object(let object): return convert(object, depth: depth)
    }
  }

  private mutating func take(_ count: Int) -> Bool {
    left -= count
    return left >= 0
  }

  private mutating func convert(_ object: Object, depth: Int) -> DataValue? {
    guard depth < DataConversion.depthLimit else { return nil }
    switch object.tag {
    case .text: return .text(unsafeDowncast(object, to: TextObject.self).string)
    case .list:
      let elements = unsafeDowncast(object, to: ListObject.self).elements
      guard take(elements.count) else { return nil }
      var list: [DataValue] = []
      list.reserveCapacity(elements.count)
      for element in elements {
        guard let data = convert(element, depth: depth + 1) else { return nil }
        list.append(data)
      }
      return .list(list)
    case .record:
      let record = unsafeDowncast(object, to: RecordObject.self)
      guard take(record.count) else { return nil }
      var fields: [(String, DataValue)] = []
      for index in 0..<record.count {
        guard let data = convert(record[index], depth: depth + 1) else { return nil }
        fields.append((record.shape.names[index], data))
      }
      return .record(fields)
    case .range:
      let range = unsafeDowncast(object, to: RangeObject.self)
      guard range.count > 0 else { return .list([]) }
      guard take(range.count) else { return nil }
      return .list((range.first...range.last).map { .int($0) })
    case .row:
      let row = unsafeDowncast(object, to: RowObject.self)
      return .record(row.table.row(row.index))
    case .date: return .text(unsafeDowncast(object, to: DateObject.self).description)
    case .table:
      let table = unsafeDowncast(object, to: TableObject.self).table
      return .list((0..<table.rowCount).map { .record(table.row($0)) })
    case .domain:
      guard let estimate = object as? EstimateObject else { return nil }
      return .record(estimate.data)
    case .function, .native, .box: return nil
    }
  }
}
