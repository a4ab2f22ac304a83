// Records: their fields as lists, and records made from others. A record with many fields serves as
// a dictionary with texts as keys.

import TLSyntax

enum RecordLibrary {
  static let functions: [LibraryFunction] = [
    keys, values, items, fromItems, merge, without, mapValues,
  ]

  private static let record = ParameterDeclaration(
    "record", .record, "a record, or a row of a table")

  static let keys = LibraryFunction(
    "keys", .records, "the names of a record's fields", [record], result: .list(of: .text),
    examples: [.init("keys({rank: 8, alpha: 16})", "[\"rank\", \"alpha\"]")]
  ) { call in
    if let record = call[0].asRecord { return .texts(record.shape.names) }
    return .texts(try call.fields(0).map(\.name))
  }

  static let values = LibraryFunction(
    "values", .records, "the values of a record's fields", [record], result: .list,
    examples: [.init("values({rank: 8, alpha: 16})", "[8, 16]")]
  ) { call in .list(ContiguousArray(try call.fields(0).map(\.value))) }

  static let items = LibraryFunction(
    "items", .records, "the fields of a record as a list of records with `key` and `value`",
    [record],
    result: .list(of: .record([Kind.Field("key", .text), Kind.Field("value", .any)])),
    examples: [
      .init(
        "items({да: 2, нет: 5}) |> sort(by: \"value\", descending: true) |> map(item => item.key)",
        "[\"нет\", \"да\"]")
    ]
  ) { call in
    let shape = call.machine.symbols.shape(["key", "value"])
    let fields = try call.fields(0)
    return try call.collect(fields.count) { result in
      for (name, value) in fields {
        result.append(.object(RecordObject(shape, [.text(name), value])))
      }
    }
  }

  static let fromItems = LibraryFunction(
    "from_items", .records, "a record from a list of keys with their values",
    [
      ParameterDeclaration(
        "items", .list, "records with `key` and `value`, or lists of a key and a value")
    ],
    result: .record,
    examples: [.init("from_items(zip([\"rank\", \"alpha\"], [8, 16]))", "{rank: 8, alpha: 16}")],
    details: "Of equal keys the last one counts."
  ) { call in
    let symbols = call.machine.symbols
    let (key, value) = (symbols.symbol("key"), symbols.symbol("value"))
    let result = RecordObject(symbols.emptyShape, [])
    for (position, item) in try call.list(0).enumerated() {
      try call.checkCancellation()
      var pair: (key: Value, value: Value)?
      if let list = item.asList?.elements, list.count == 2 {
        pair = (list[0], list[1])
      } else if item.isOf(.record) {
        pair = (try call.field("key", key, of: item), try call.field("value", value, of: item))
      }
      guard let pair, let name = pair.key.asText?.string else {
        throw call.bad(
          0,
          "position \(position) must hold a text as key and a value, found "
            + "\(item.inWords)")
      }
      result.set(name, symbols.symbol(name), pair.value)
    }
    return .object(result)
  }

  static let merge = LibraryFunction(
    "merge", .records, "the fields of several records in one; of equal names the last counts",
    [ParameterDeclaration("records", .record, "records", variadic: true)],
    result: .record,
    examples: [.init("merge({rank: 8, alpha: 16}, {rank: 4})", "{rank: 4, alpha: 16}")]
  ) { call in
    let symbols = call.machine.symbols
    let records = try call.list(0)
    var result = RecordObject(symbols.emptyShape, [])
    for (index, part) in records.enumerated() {
      if index == 0, let first = part.asRecord {
        result = RecordObject(copying: first)
        continue
      }
      let fields = part.asRow.map { $0.record(call.machine) } ?? part
      guard let record = fields.asRecord else { continue }
      for field in 0..<record.count {
        let name = record.shape.names[field]
        result.set(name, symbols.symbol(name), record[field])
      }
    }
    return .object(result)
  }

  static let without = LibraryFunction(
    "without", .records, "a record without some of its fields",
    [
      record,
      ParameterDeclaration(
        "names", [.text, .list], "a name or a list of names", of: .text, role: .column(of: 0)),
    ],
    result: .record, inferred: { TableKinds.drop($0) },
    examples: [.init("without({rank: 8, alpha: 16}, \"alpha\")", "{rank: 8}")]
  ) { call in
    let names = Set(try call.texts(1).map { ByteKey($0) })
    let fields = try call.fields(0)
    for name in names where !fields.contains(where: { bytesEqual($0.name, name.string) }) {
      throw Fields.missing(name.string, fields.map(\.name), call[0], call.place)
    }
    return call.record(
      fields.filter { !names.contains(ByteKey($0.name)) }.map { ($0.name, $0.value) })
  }

  static let mapValues = LibraryFunction(
    "map_values", .records, "a record with what a function makes of every value",
    [record, ParameterDeclaration("function", .function, "gets a value")],
    result: .record,
    inferred: { kinds in
      guard let fields = kinds[0].fields else { return .record }
      let kind = kinds[1].detail?.result ?? .any
      return .record(fields.map { Kind.Field($0.name, kind) })
    },
    examples: [.init("map_values({a: 1, b: 2}, n => n * 10)", "{a: 10, b: 20}")]
  ) { call in
    let fields = try call.fields(0)
    let caller = try call.caller(1, count: 1)
    var results: [(String, Value)] = []
    results.reserveCapacity(fields.count)
    for (name, value) in fields {
      try call.checkCancellation()
      caller.base[0] = value
      results.append((name, try caller.run()))
    }
    if let record = call[0].asRecord, !record.shape.isPrivate {
      return .object(RecordObject(record.shape, results.map(\.1)))
    }
    return call.record(results)
  }
}
