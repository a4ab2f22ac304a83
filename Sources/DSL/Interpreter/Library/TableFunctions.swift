// What functions do that take tables as well as lists: they work on whole columns.

import TLSyntax
import TLText

extension Arguments {
  /// A table as a value.
  func table(_ table: Table) -> Value { .object(TableObject(table, machine)) }

  /// Column names of the table in argument 0, given as a text or a list of texts.
  func columnNames(_ index: Int, of table: Table) throws -> [String] {
    let names = try texts(index)
    for name in names where table.index(of: name) == nil { throw missingColumn(name, table) }
    return names
  }

  func missingColumn(_ name: String, _ table: Table) -> Problem {
    let there = table.names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
    let near = nearest(name, among: table.names).map {
      Diagnostic.Suggestion(message: "did you mean `\($0)`?", replacement: nil, span: place.span)
    }
    return Problem(
      RuntimeRules.missingField,
      "\(function.name): the table has no column `\(name)`; there is \(there)", at: place,
      suggestion: near)
  }

  /// Values as a column of a table.
  func column(_ values: ContiguousArray<Value>, _ name: String) throws -> Column {
    try Column(values: values) { position, value in
      Problem(
        RuntimeRules.badArgument,
        "\(function.name): a table cannot hold \(value.inWords), which stands in "
          + "row \(position) of `\(name)`", at: place)
    }
  }
}

extension Column {
  /// A column with the narrowest kind that holds the values.
  /// - Parameter refuse: the error about a value that no table holds.
  convenience init(
    values: ContiguousArray<Value>, refuse: (Int, Value) -> Problem
  ) throws {
    var missing = Bitmap(count: values.count)
    if let storage = Column.typed(values, &missing) {
      self.init(storage, missing: missing)
      return
    }
    var cells: [DataValue] = []
    cells.reserveCapacity(values.count)
    for (position, value) in values.enumerated() {
      guard let data = value.data else { throw refuse(position, value) }
      cells.append(data)
    }
    let column = Column.of(cells)
    self.init(column.storage, missing: column.missing)
  }

  /// Values of one plain kind as they are stored; nil for others.
  private static func typed(
    _ values: ContiguousArray<Value>, _ missing: inout Bitmap
  ) -> Storage? {
    guard
      let first = values.first(where: {
        if case .none = $0 { return false }
        return true
      })
    else { return nil }
    switch first {
    case .integer:
      var result: [Int] = []
      result.reserveCapacity(values.count)
      for (row, value) in values.enumerated() {
        switch value {
        case .integer(let number): result.append(number)
        case .none:
          missing.set(row)
          result.append(0)
        default: return nil
        }
      }
      return .integer(result)
    case .number:
      var result: [Double] = []
      result.reserveCapacity(values.count)
      for (row, value) in values.enumerated() {
        switch value {
        case .number(let number): result.append(number)
        case .none:
          missing.set(row)
          result.append(0)
        default: return nil
        }
      }
      return .number(result)
    case .boolean:
      var result: [Bool] = []
      result.reserveCapacity(values.count)
      for (row, value) in values.enumerated() {
        switch value {
        case .boolean(let condition): result.append(condition)
        case .none:
          missing.set(row)
          result.append(false)
        default: return nil
        }
      }
      return .boolean(result)
    case .object(let object) where object.tag == .text:
      for (row, value) in values.enumerated() {
        if value.asText != nil { continue }
        guard case .none = value else { return nil }
        missing.set(row)
      }
      return .text(TextCells(values.lazy.map { $0.asText?.string ?? "" }))
    default: return nil
    }
  }
}

enum TableFunctions {
  /// The rows of a table that a function says true to.
  static func filter(_ table: TableObject, _ call: Arguments, _ function: Int) throws -> Value {
    var kept: [Int] = []
    let caller = try call.caller(function, count: 1)
    for row in 0..<table.table.rowCount {
      try call.checkCancellation()
      caller.base[0] = table.row(row)
      if try call.condition(try caller.run()) { kept.append(row) }
    }
    if kept.count == table.table.rowCount { return .object(table) }
    return call.table(try table.table.taking(kept))
  }

  /// What a function makes of every row.
  static func values(
    _ table: TableObject, _ call: Arguments, _ function: Int
  ) throws -> ContiguousArray<Value> {
    let caller = try call.caller(function, count: 1)
    var result = ContiguousArray<Value>()
    result.reserveCapacity(table.table.rowCount)
    for row in 0..<table.table.rowCount {
      try call.checkCancellation()
      caller.base[0] = table.row(row)
      result.append(try caller.run())
    }
    return result
  }

  /// Argument 1 is what to sort by, argument 2 whether descending.
  static func sort(_ table: TableObject, _ call: Arguments) throws -> Value {
    let descending = try call.boolean(2)
    if call.isNone(1) {
      throw call.bad(1, "`by` is needed for a table: the name of a column, or several")
    }
    if call[1].isOf(.function) {
      let keys = try values(table, call, 1)
      return call.table(
        try table.table.taking(try ListSort.order(of: keys, descending: descending, call)))
    }
    let keys = try call.columnNames(1, of: table.table).map {
      SortKey($0, descending: descending)
    }
    return call.table(try table.table.sorted(by: keys, isCancelled: call.isCancelled))
  }

  /// Argument 1 is what must differ.
  static func unique(_ table: TableObject, _ call: Arguments) throws -> Value {
    if call[1].isOf(.function) {
      var index = ValueIndex()
      var kept: [Int] = []
      for (row, key) in try values(table, call, 1).enumerated() where index.insert(key).isNew {
        kept.append(row)
      }
      return call.table(try table.table.taking(kept))
    }
    let names = call.isNone(1) ? nil : try call.columnNames(1, of: table.table)
    return call.table(try table.table.unique(by: names, isCancelled: call.isCancelled))
  }

  /// Argument 1 names the columns that must have a value.
  static func dropMissing(_ table: TableObject, _ call: Arguments) throws -> Value {
    let all = table.table
    let names = call.isNone(1) ? all.names : try call.columnNames(1, of: all)
    let masks = try all.columns(names).compactMap(\.missing)
    if masks.isEmpty { return .object(table) }
    return call.table(
      try all.taking((0..<all.rowCount).filter { row in !masks.contains { $0[row] } }))
  }

  static func concatenated(_ parts: ContiguousArray<Value>, _ call: Arguments) throws -> Value {
    let tables = try parts.map { part in
      guard let table = part.asTable else {
        throw call.bad(
          0, "tables and lists do not go together: found \(part.inWords)")
      }
      return table.table
    }
    let rows = tables.reduce(0) { $0 + $1.rowCount }
    try call.machine.reserve(rows, elementBytes: 8 * (tables[0].columnCount + 1), at: call.place)
    return call.table(Table.concatenated(tables))
  }
}
