// Tables: making them, choosing rows and columns, counting, reshaping, showing.

import TLSyntax
import TLText
import TLTransfer

enum TableLibrary {
  static let functions: [LibraryFunction] = [
    table, rows, columns, whereFunction, select, dropColumns, rename, withColumn, head, tail,
    valueCounts, pivot, describe, fillMissing, markdown, csv,
  ]

  private static let table0 = ParameterDeclaration("table", .table, "a table")

  private static func sameTable(_ kinds: ArgumentKinds) -> Kind { Checker.part(of: kinds[0]) }

  private static let example = "table([{city: \"Уфа\", size: 3}, {city: \"Омск\", size: 5}])"

  static let table = LibraryFunction(
    "table", .tables,
    "a table from a list of records, or from a record of lists; or of a study, with intervals",
    [
      ParameterDeclaration(
        "data", [.list, .record, .table, .study],
        "a list with a record for each row, a record with a list for each column, or a study"),
      ParameterDeclaration(
        "rows", [.text, .list], "of a study: axes that make the rows; all others if not given",
        of: .text, default: .none),
      ParameterDeclaration(
        "columns", [.text, .list], "of a study: axes that make the columns", of: .text,
        default: .none),
      ParameterDeclaration(
        "value", [.text, .list], "of a study: measurements; the headline if not given", of: .text,
        default: .none),
      StudyLibrary.country,
    ],
    result: .table, inferred: { TableKinds.made($0) },
    examples: [
      .init("table([{a: 1, b: \"x\"}, {a: 2}]) |> rows", "[{a: 1, b: \"x\"}, {a: 2, b: none}]"),
      .init("table({n: 1..3, square: [1, 4, 9]}) |> columns", "[\"n\", \"square\"]"),
    ],
    details: "The columns are the union of the records' fields; a field that a record lacks is "
      + "missing. A column has one kind: Integer, Number, Text, Boolean, or mixed. Of a study: mean ± "
      + "half of the 95% interval over three replicates or more, and their number; a star marks the best of a "
      + "column where it is better than every other one beyond chance (paired t test, Holm's "
      + "correction). `transfer_comparison` has the same as numbers."
  ) { call in
    if call[0].isOf(.study) { return try call.studyTable() }
    for index in 1...4 where !call.isNone(index) {
      throw call.bad(index, "`\(call.function.parameters[index].name)` is for the table of a study")
    }
    if call[0].asTable != nil { return call[0] }
    if call[0].asList != nil { return try TableFunctions.fromRecords(call) }
    var columns: [(name: String, column: Column)] = []
    for (name, value) in try call.fields(0) {
      guard value.isOf([.list, .range]) else {
        throw call.bad(
          0, "the column `\(name)` must be a list, found \(value.inWords)")
      }
      let values = try call.machine.elements(of: value, at: call.place)
      columns.append((name, try call.column(values, name)))
    }
    return call.table(try Table(columns))
  }

  static let rows = LibraryFunction(
    "rows", .tables, "the rows of a table as a list of records", [table0],
    result: .list, inferred: { Checker.listOfElements($0[0]) },
    examples: [.init("rows(\(example)) |> first", "{city: \"Уфа\", size: 3}")]
  ) { call in .list(try call.elements(0)) }

  static let columns = LibraryFunction(
    "columns", .tables, "the names of a table's columns", [table0], result: .list(of: .text),
    examples: [.init("columns(\(example))", "[\"city\", \"size\"]")]
  ) { call in .texts(try call.table(0).table.names) }

  static let whereFunction = LibraryFunction(
    "where", .tables, "the rows that a function says true to, or such cells of a study",
    [
      ParameterDeclaration(
        "table", [.table, .list, .study], "a table, a list of records, or a study"),
      ParameterDeclaration(
        "condition", .function, "gets a row, gives true to keep it",
        role: .function { [Checker.element(of: $0[0])] }),
    ],
    result: [.table, .list, .study],
    inferred: { kinds in
      if kinds[0].set == .study { return .study }
      let part = Checker.part(of: kinds[0])
      return kinds[0].set.contains(.study) ? Kind(part.set.union(.study)) : part
    },
    examples: [
      .init("\(example) |> where(row => row.size > 4) |> rows", "[{city: \"Омск\", size: 5}]"),
      .init(
        "let study = sweep({size: [10, 20], seed: 1..3}, cell => cell.size + cell.seed)\n"
          + "where(study, cell => cell.size > 10).n", "3"
      ),
    ],
    details: "The row of a cell is that of `study.cells`: its place, what it gave, its state."
  ) { call in
    if let study = call[0].asDomain as? StudyObject { return .object(try study.part(call, 1)) }
    return try ListWalks.filter.body(call)
  }

  static let select = LibraryFunction(
    "select", .tables, "the named columns of a table, or fields of a record, in that order",
    [
      ParameterDeclaration(
        "table", [.table, .record, .list], "a table, record or list of records"),
      ParameterDeclaration(
        "columns", [.text, .list], "a name or a list of names", of: .text, role: .column(of: 0)),
    ],
    result: [.table, .record, .list], inferred: { TableKinds.select($0) },
    examples: [
      .init("\(example) |> select(\"city\") |> rows", "[{city: \"Уфа\"}, {city: \"Омск\"}]"),
      .init("select({rank: 8, alpha: 16}, [\"alpha\"])", "{alpha: 16}"),
    ]
  ) { call in
    if let table = call[0].asTable {
      let names = try call.columnNames(1, of: table.table)
      return call.table(try table.table.selecting(names))
    }
    let names = try call.texts(1)
    let symbols = names.map { call.machine.symbols.symbol($0) }
    func selected(_ value: Value) throws -> Value {
      var fields: [(String, Value)] = []
      for (name, symbol) in zip(names, symbols) {
        fields.append((name, try call.field(name, symbol, of: value)))
      }
      return call.record(fields)
    }
    guard let list = call[0].asList else { return try selected(call[0]) }
    return try call.collect(list.elements.count) { result in
      for element in list.elements {
        try call.checkCancellation()
        result.append(try selected(element))
      }
    }
  }

  static let dropColumns = LibraryFunction(
    "drop_columns", .tables, "a table without the named columns",
    [
      table0,
      ParameterDeclaration(
        "columns", [.text, .list], "a name or a list of names", of: .text, role: .column(of: 0)),
    ],
    result: .table, inferred: { TableKinds.drop($0) },
    examples: [.init("\(example) |> drop_columns(\"size\") |> columns", "[\"city\"]")]
  ) { call in
    let table = try call.table(0).table
    return call.table(try table.dropping(try call.columnNames(1, of: table)))
  }

  static let rename = LibraryFunction(
    "rename", .tables, "a table with other names for some columns",
    [table0, ParameterDeclaration("names", .record, "the new name of each: {old: \"new\"}")],
    result: .table, inferred: { TableKinds.rename($0) },
    examples: [
      .init("\(example) |> rename({size: \"people\"}) |> columns", "[\"city\", \"people\"]")
    ]
  ) { call in
    let table = try call.table(0).table
    var changes: [(from: String, to: String)] = []
    for (old, value) in try call.fields(1) {
      guard let new = value.asText?.string else {
        throw call.bad(1, "the new name of `\(old)` must be a text, found \(value.kindName)")
      }
      if table.index(of: old) == nil { throw call.missingColumn(old, table) }
      changes.append((old, new))
    }
    return call.table(try table.renaming(changes))
  }

  static let withColumn = LibraryFunction(
    "with_column", .tables, "a table with a column added, or replaced",
    [
      table0, ParameterDeclaration("name", .text, "the column's name"),
      ParameterDeclaration(
        "values", .any, "a function of a row, a list with a value for each row, or one value",
        role: .function { [Checker.element(of: $0[0])] }),
    ],
    result: .table, inferred: { TableKinds.withColumn($0) },
    examples: [
      .init(
        "\(example) |> with_column(\"twice\", row => row.size * 2) |> select(\"twice\") |> rows",
        "[{twice: 6}, {twice: 10}]")
    ]
  ) { call in
    let table = try call.table(0)
    let name = try call.text(1)
    var values: ContiguousArray<Value>
    if call[2].isOf(.function) {
      values = try TableFunctions.values(table, call, 2)
    } else if call[2].isOf([.list, .range]) {
      values = try call.elements(2)
    } else {
      values = ContiguousArray(repeating: call[2], count: table.table.rowCount)
    }
    return call.table(try table.table.with(name, try call.column(values, name)))
  }

  static let head = LibraryFunction(
    "head", .tables, "the first rows of a table",
    [
      ParameterDeclaration("values", .sequence, "a table; also a list, range or text"),
      ParameterDeclaration(
        "count", .integer, "how many", default: .integer(5), in: 0...Double.infinity),
    ],
    result: .sequence, inferred: sameTable,
    examples: [.init("\(example) |> head(1) |> rows", "[{city: \"Уфа\", size: 3}]")]
  ) { call in try call.part(0, 0, try call.count(1)) }

  static let tail = LibraryFunction(
    "tail", .tables, "the last rows of a table",
    [
      ParameterDeclaration("values", .sequence, "a table; also a list, range or text"),
      ParameterDeclaration(
        "count", .integer, "how many", default: .integer(5), in: 0...Double.infinity),
    ],
    result: .sequence, inferred: sameTable,
    examples: [.init("\(example) |> tail(1) |> rows", "[{city: \"Омск\", size: 5}]")]
  ) { call in
    let count = call.length(0)
    return try call.part(0, count - min(count, try call.count(1)), count)
  }

  static let valueCounts = LibraryFunction(
    "value_counts", .tables, "how often each value occurs, the most frequent first, as a table",
    [
      ParameterDeclaration("values", .sequence, "a table; also a list, range or text"),
      ParameterDeclaration(
        "column", .text, "for a table: the column to count", default: .none, role: .column(of: 0)),
    ],
    result: .table,
    inferred: { kinds in
      var name = "value"
      var value = Checker.element(of: kinds[0])
      if kinds[0].set == .table {
        guard case .text(let column) = kinds[1].constant else { return .table }
        name = column
        value = kinds[0].field(column) ?? .any
      } else if kinds[0].set.contains(.table) {
        return .table
      }
      return .table([
        Kind.Field(name, value), Kind.Field(bytesEqual(name, "count") ? "rows" : "count", .integer),
      ])
    },
    examples: [
      .init(
        "value_counts([\"а\", \"б\", \"а\"]) |> rows",
        "[{value: \"а\", count: 2}, {value: \"б\", count: 1}]")
    ]
  ) { call in
    if let table = call[0].asTable?.table {
      guard !call.isNone(1) else {
        throw call.bad(1, "`column` is needed: which column of the table is counted")
      }
      let name = try call.columnNames(1, of: table)[0]
      return call.table(try table.valueCounts(name, isCancelled: call.isCancelled))
    }
    if !call.isNone(1) { throw call.bad(1, "`column` is for tables") }
    var index = ValueIndex()
    var counts: [Int] = []
    try call.forEach(0) { element in
      let (number, isNew) = index.insert(element)
      if isNew { counts.append(1) } else { counts[number] += 1 }
      return true
    }
    let table = try Table([
      (name: "value", column: try call.column(index.keys, "value")),
      (name: "count", column: Column(integers: counts)),
    ])
    return call.table(
      try table.sorted(
        by: [SortKey("count", descending: true)], isCancelled: call.isCancelled))
  }

  static let pivot = LibraryFunction(
    "pivot", .tables, "a table whose columns are the values of a column",
    [
      table0,
      ParameterDeclaration(
        "rows", [.text, .list], "the columns that name the rows", of: .text, role: .column(of: 0)),
      ParameterDeclaration(
        "columns", .text, "the column whose values become columns", role: .column(of: 0)),
      ParameterDeclaration(
        "value", .text, "the column that fills the cells", role: .column(of: 0)),
      ParameterDeclaration(
        "aggregate", .text, "what to say of several values for one cell", default: .text("first"),
        choices: AggregateSyntax.names),
    ],
    result: .table,
    examples: [
      .init(
        "table([{y: 1, k: \"a\", n: 5}, {y: 1, k: \"b\", n: 6}, {y: 2, k: \"a\", n: 7}])\n"
          + "  |> pivot(rows: \"y\", columns: \"k\", value: \"n\") |> rows",
        "[{y: 1, a: 5, b: 6}, {y: 2, a: 7, b: none}]")
    ]
  ) { call in
    let table = try call.table(0).table
    guard let aggregate = Aggregate(rawValue: try call.text(4)) else { return .none }
    return call.table(
      try table.pivoted(
        rows: try call.columnNames(1, of: table), columns: try call.columnNames(2, of: table)[0],
        value: try call.columnNames(3, of: table)[0], aggregate: aggregate,
        isCancelled: call.isCancelled))
  }

  static let describe = LibraryFunction(
    "describe", .tables, "for each column its kind, its values, and of numbers mean and spread",
    [
      ParameterDeclaration(
        "data", [.table, .split, .task], "a table, parts from `split`, or a task")
    ],
    result: .table,
    examples: [
      .init("length(describe(\(example)))", "2")
    ],
    details: "Of a task, for each part: its examples, those of each class or the entities of each "
      + "kind, the lengths of the texts in words, empty and repeated texts, repeated ones with "
      + "another label, and words that mix Cyrillic and Latin look-alikes; of a summarization the "
      + "lengths of the targets too. Of parts from `split`, the columns of each with the number of its "
      + "rows."
  ) { call in
    if let split = call[0].asDomain as? SplitObject {
      var records: [[(String, DataValue)]] = []
      for part in TaskPart.allCases {
        guard let table = split.tables[part] else { continue }
        let described = try table.described(isCancelled: call.isCancelled)
        let head: [(String, DataValue)] = [
          ("part", .text(part.rawValue)), ("rows", .int(table.rowCount)),
        ]
        for row in 0..<described.rowCount { records.append(head + described.row(row)) }
      }
      return call.table(Table(records: records))
    }
    if let object = call[0].asDomain as? TaskObject {
      return call.table(try object.task.described(poll: { try call.checkCancellation() }))
    }
    return call.table(try call.table(0).table.described(isCancelled: call.isCancelled))
  }

  static let fillMissing = LibraryFunction(
    "fill_missing", .tables, "a value in the place of missing ones",
    [
      ParameterDeclaration("values", [.table, .list], "a table or list"),
      ParameterDeclaration("value", .any, "what to put there"),
      ParameterDeclaration(
        "columns", [.text, .list], "for a table: which columns; all by default", default: .none,
        role: .column(of: 0)),
    ],
    result: [.table, .list], inferred: { Checker.part(of: $0[0]) },
    examples: [.init("fill_missing([1, none, 3], 0)", "[1, 0, 3]")]
  ) { call in
    let value = call[1]
    func filled(_ values: ContiguousArray<Value>) -> ContiguousArray<Value> {
      ContiguousArray(
        values.map {
          if case .none = $0 { return value }
          return $0
        })
    }
    guard let object = call[0].asTable else { return .list(filled(try call.list(0))) }
    var table = object.table
    let names = call.isNone(2) ? table.names : try call.columnNames(2, of: table)
    for name in names {
      let column = try table.column(name)
      guard column.missing != nil else { continue }
      let cells = object.list(column).asList?.elements ?? []
      table = try table.with(name, try call.column(filled(cells), name))
    }
    return call.table(table)
  }

  static let markdown = LibraryFunction(
    "markdown", .tables, "a table in Markdown", [table0], result: .text,
    examples: [
      .init(
        "markdown(\(example))",
        "| city | size |\n| ---- | ---: |\n| Уфа  |    3 |\n| Омск |    5 |\n")
    ]
  ) { call in .text(try call.table(0).table.markdown()) }

  static let csv = LibraryFunction(
    "csv", .tables, "a table as comma-separated values",
    [
      table0,
      ParameterDeclaration("delimiter", .text, "what stands between cells", default: .text(",")),
    ],
    result: .text,
    examples: [.init("csv(\(example))", "city,size\nУфа,3\nОмск,5\n")]
  ) { call in
    .text(try call.table(0).table.delimited(try call.delimiter(1) ?? ","))
  }
}

extension Arguments {
  /// A delimiter of cells: one ASCII character.
  func delimiter(_ index: Int) throws -> Character? {
    if isNone(index) { return nil }
    let text = try text(index)
    guard text.unicodeScalars.count == 1, let character = text.first, character.isASCII,
      character != "\"", character != "\n", character != "\r"
    else {
      throw bad(
        index, "a delimiter is one character such as \",\" or \";\", found \(brief(self[index]))")
    }
    return character
  }
}

extension TableFunctions {
  /// A table with a row for each record of the list in argument 0.
  static func fromRecords(_ call: Arguments) throws -> Value {
    let elements = try call.list(0)
    // Records of one shape are read column by column.
    if let shape = elements.first?.asRecord?.shape,
      elements.allSatisfy({ $0.asRecord?.shape === shape })
    {
      var columns: [(name: String, column: Column)] = []
      for (index, name) in shape.names.enumerated() {
        try call.checkCancellation()
        let values = ContiguousArray(elements.map { $0.asRecord?[index] ?? .none })
        columns.append((name, try call.column(values, name)))
      }
      return call.table(try Table(columns))
    }
    var records: [[(String, DataValue)]] = []
    records.reserveCapacity(elements.count)
    for (position, element) in elements.enumerated() {
      try call.checkCancellation()
      guard element.isOf(.record) else {
        throw call.bad(
          0,
          "the list must hold records, found \(element.inWords) at position "
            + "\(position)")
      }
      guard case .record(let fields)? = element.data else {
        throw call.bad(
          0, "a table cannot hold the record \(brief(element)) at position \(position)")
      }
      records.append(fields)
    }
    return call.table(Table(records: records))
  }

  /// Arguments: a table, another, the columns, how.
  static func join(_ table: TableObject, _ call: Arguments) throws -> Value {
    guard let other = call[1].asTable?.table else {
      throw call.bad(1, "`with` must be the other table, found \(call[1].kindName)")
    }
    guard !call.isNone(2) else {
      throw call.bad(2, "`on` is needed: the name of the column that must be equal, or several")
    }
    let names = try call.columnNames(2, of: table.table)
    for name in names where other.index(of: name) == nil { throw call.missingColumn(name, other) }
    let kind = JoinKind(rawValue: try call.text(3)) ?? .inner
    return call.table(
      try table.table.joined(with: other, by: names, kind, isCancelled: call.isCancelled))
  }
}
