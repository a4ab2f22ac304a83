// Functions that walk over a list, range, text or table and call a function or look at each
// element.

import TLSyntax

enum ListWalks {
  static let functions: [LibraryFunction] = [
    map, filter, reduce, each, flatMap, any, all, count, find, indexOf, contains, group,
  ]

  private static let values = ParameterDeclaration(
    "values", .sequence, "a list, range, text or table")

  private static func function(_ purpose: String, optional: Bool = false) -> ParameterDeclaration {
    ParameterDeclaration(
      "function", .function, purpose, default: optional ? .none : .required,
      role: .function { [Checker.element(of: $0[0])] })
  }

  static let map = LibraryFunction(
    "map", .lists, "what a function makes of every element",
    [values, function("gets an element")],
    result: .list,
    inferred: { kinds in Kind(.list, Kind.Detail(element: kinds[1].detail?.result)) },
    examples: [.init("1..4 |> map(n => n ^ 2)", "[1, 4, 9, 16]")]
  ) { call in
    let caller = try call.caller(1, count: 1)
    return try call.collect(min(call.length(0), 1 << 20)) { result in
      try call.forEach(0) { element in
        caller.base[0] = element
        result.append(try caller.run())
        return true
      }
    }
  }

  static let filter = LibraryFunction(
    "filter", .lists, "the elements that a function says true to",
    [values, function("gets an element, gives true to keep it")],
    result: [.list, .table],
    inferred: { kinds in
      switch kinds[0].set {
      case .table: Checker.part(of: kinds[0])
      case let set where set.contains(.table): Kind([.list, .table])
      default: Checker.listOfElements(kinds[0])
      }
    },
    examples: [.init("1..10 |> filter(n => n % 3 == 0)", "[3, 6, 9]")]
  ) { call in
    if let table = call[0].asTable { return try TableFunctions.filter(table, call, 1) }
    var result = ContiguousArray<Value>()
    let caller = try call.caller(1, count: 1)
    try call.forEach(0) { element in
      caller.base[0] = element
      if try call.condition(try caller.run()) { result.append(element) }
      return true
    }
    return .list(result)
  }

  static let reduce = LibraryFunction(
    "reduce", .lists, "combines all elements into one value, from the first to the last",
    [
      values, ParameterDeclaration("start", .any, "the value to begin with"),
      ParameterDeclaration("function", .function, "gets the value so far and an element"),
    ],
    result: .any,
    examples: [.init("reduce(1..5, 1, (product, n) => product * n)", "120")]
  ) { call in
    var result = call[1]
    let caller = try call.caller(2, count: 2)
    try call.forEach(0) { element in
      caller.base[0] = result
      caller.base[1] = element
      result = .none
      result = try caller.run()
      return true
    }
    return result
  }

  static let each = LibraryFunction(
    "each", .lists, "calls a function with every element, for what it does",
    [values, function("gets an element; what it gives is not used")],
    result: .none,
    examples: [.init("[\"а\", \"б\"] |> each(letter => print(letter))", "а\nб")]
  ) { call in
    let caller = try call.caller(1, count: 1)
    try call.forEach(0) { element in
      caller.base[0] = element
      _ = try caller.run()
      return true
    }
    return .none
  }

  static let flatMap = LibraryFunction(
    "flat_map", .lists, "the lists that a function makes of every element, as one list",
    [values, function("gets an element, gives a list")],
    result: .list,
    inferred: { kinds in
      kinds[1].detail?.result?.element.map { .list(of: $0) } ?? .list
    },
    examples: [.init("[\"да нет\", \"ага\"] |> flat_map(words)", "[\"да\", \"нет\", \"ага\"]")]
  ) { call in
    var result = ContiguousArray<Value>()
    let caller = try call.caller(1, count: 1)
    try call.forEach(0) { element in
      caller.base[0] = element
      let part = try caller.run()
      guard part.isOf(.sequence) else {
        throw Problem(
          RuntimeRules.wrongKind,
          "the function given to flat_map must give a list, it gave \(part.inWords)",
          at: call.place)
      }
      result.append(contentsOf: try call.machine.elements(of: part, at: call.place))
      if result.count > 1 << 20 {
        try call.machine.reserve(result.count, at: call.place)
      }
      return true
    }
    return .list(result)
  }

  static let any = LibraryFunction(
    "any", .lists, "whether a function says true to at least one element",
    [
      values,
      function("gives true or false; without it the elements themselves count", optional: true),
    ],
    result: .boolean,
    examples: [
      .init("[1, 2, 3] |> any(n => n > 2)", "true"), .init("any([false, false])", "false"),
    ]
  ) { call in .boolean(try firstPosition(call, of: true) != nil) }

  static let all = LibraryFunction(
    "all", .lists, "whether a function says true to every element",
    [
      values,
      function("gives true or false; without it the elements themselves count", optional: true),
    ],
    result: .boolean,
    examples: [
      .init("[1, 2, 3] |> all(n => n > 2)", "false"), .init("all([])", "true"),
    ]
  ) { call in .boolean(try firstPosition(call, of: false) == nil) }

  /// The position of the first element that the condition in argument 1 gives `wanted` for.
  private static func firstPosition(_ call: Arguments, of wanted: Bool) throws -> Int? {
    var position = 0
    var found: Int?
    if call.isNone(1) {
      try call.forEach(0) { element in
        if try call.condition(element) == wanted { found = position }
        position += 1
        return found == nil
      }
      return found
    }
    let caller = try call.caller(1, count: 1)
    try call.forEach(0) { element in
      caller.base[0] = element
      if try call.condition(try caller.run()) == wanted { found = position }
      position += 1
      return found == nil
    }
    return found
  }

  static let count = LibraryFunction(
    "count", .lists, "how many elements equal a value, or fulfil a condition",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration(
        "what", .any, "a value, a part of a text, or a function that gives true or false",
        role: .function { [Checker.element(of: $0[0])] }),
    ],
    result: .integer,
    examples: [
      .init("count([1, 2, 1], 1)", "2"), .init("1..10 |> count(n => n > 7)", "3"),
      .init("count(\"колокол\", \"кол\")", "2"),
    ]
  ) { call in
    var count = 0
    if call[1].isOf(.function) {
      let caller = try call.caller(1, count: 1)
      try call.forEach(0) { element in
        caller.base[0] = element
        if try call.condition(try caller.run()) { count += 1 }
        return true
      }
      return .integer(count)
    }
    if let text = call[0].asText?.string {
      let part = try call.text(1)
      if part.isEmpty { throw call.bad(1, "an empty text cannot be counted") }
      return .integer(try TextBytes.offsets(of: part, in: text, call).count)
    }
    let wanted = call[1]
    try call.forEach(0) { element in
      if try Operators.equal(element, wanted, call.place) { count += 1 }
      return true
    }
    return .integer(count)
  }

  static let find = LibraryFunction(
    "find", .lists, "the first element that a function says true to, or none",
    [values, function("gets an element, gives true or false")],
    result: .any,
    inferred: { kinds in
      let element = Checker.element(of: kinds[0])
      return Kind(element.set.union(.none), element.set == .any ? nil : element.detail)
    },
    examples: [.init("find([5, 8, 11], n => n % 2 == 0)", "8")]
  ) { call in
    var found = Value.none
    let caller = try call.caller(1, count: 1)
    try call.forEach(0) { element in
      caller.base[0] = element
      guard try call.condition(try caller.run()) else { return true }
      found = element
      return false
    }
    return found
  }

  static let indexOf = LibraryFunction(
    "index_of", .lists, "the position of the first element that is equal or fulfils a condition",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration(
        "what", .any, "a value, a part of a text, or a function that gives true or false",
        role: .function { [Checker.element(of: $0[0])] }),
    ],
    result: [.integer, .none], inferred: { _ in Kind([.integer, .none]) },
    examples: [
      .init("index_of([\"а\", \"б\"], \"б\")", "1"), .init("index_of(\"привет\", \"вет\")", "3"),
      .init("kind(index_of([1, 2], 3))", "none"),
    ],
    details: "The result is none when there is no such element."
  ) { call in
    if call[1].isOf(.function) {
      return try firstPosition(call, of: true).map { .integer($0) } ?? .none
    }
    if let text = call[0].asText {
      let part = try call.text(1)
      guard let offset = TextBytes.firstOffset(of: part, in: text.string) else { return .none }
      return .integer(TextBytes.characters(of: text.string, before: offset))
    }
    if let range = call[0].asRange {
      guard case .integer(let value) = call[1], value >= range.first, value <= range.last else {
        return .none
      }
      return .integer(value - range.first)
    }
    var position = 0
    var found: Int?
    let wanted = call[1]
    try call.forEach(0) { element in
      if try Operators.equal(element, wanted, call.place) { found = position }
      position += 1
      return found == nil
    }
    return found.map { .integer($0) } ?? .none
  }

  static let contains = LibraryFunction(
    "contains", .lists, "whether a list has an element, a text a part, a record a field",
    [
      ParameterDeclaration(
        "values", [.list, .range, .text, .record, .table], "a list, range, text, record or table"),
      ParameterDeclaration("value", .any, "the element, part, field or column"),
    ],
    result: .boolean,
    examples: [
      .init("contains([1, 2], 2)", "true"), .init("contains(\"привет\", \"вет\")", "true"),
      .init("contains({rank: 8}, \"alpha\")", "false"),
    ]
  ) { call in .boolean(try Operators.contains(call[1], in: call[0], call.place)) }

  static let group = LibraryFunction(
    "group", .lists, "the elements or rows of equal key together",
    [
      ParameterDeclaration(
        "values", [.list, .range, .text, .table], "a list, range, text or table"),
      ParameterDeclaration(
        "by", [.function, .text, .list],
        "a function that gives an element's key, or the name of a field or column; for a table "
          + "also a list of columns", role: .key(of: 0)),
      ParameterDeclaration(
        "aggregates", .record,
        "for a table: the new columns, each \"count\", a pair such as [\"mean\", \"size\"], or a "
          + "function that gets the group's rows as a table", default: .none,
        role: .aggregates(of: 0)),
    ],
    result: [.list, .table], inferred: { GroupKinds.result($0) },
    examples: [
      .init(
        "group([\"дом\", \"мир\", \"лето\"], by: length)",
        "[{key: 3, values: [\"дом\", \"мир\"]}, {key: 4, values: [\"лето\"]}]"),
      .init(
        "table([{city: \"Уфа\", size: 2}, {city: \"Уфа\", size: 4}])\n"
          + "  |> group(\"city\", {rows: \"count\", mean_size: [\"mean\", \"size\"]})\n"
          + "  |> rows",
        "[{city: \"Уфа\", rows: 2, mean_size: 3.0}]"),
    ],
    details: "A list gives a list of records with `key` and `values`, in the order in which the "
      + "keys are first seen. A table gives a table with the columns of `by` and one for each "
      + "aggregate; without aggregates it has the column `rows` with the number of rows. "
      + "Aggregates: " + AggregateSyntax.names.joined(separator: ", ") + "."
  ) { call in
    if let table = call[0].asTable { return try TableFunctions.group(table, call) }
    if !call.isNone(2) { throw call.bad(2, "`aggregates` is for tables; `map` over the groups") }
    var index = ValueIndex()
    var groups: [ContiguousArray<Value>] = []
    func add(_ element: Value, _ key: Value) {
      let (number, isNew) = index.insert(key)
      if isNew { groups.append([element]) } else { groups[number].append(element) }
    }
    if let name = call[1].asText?.string {
      let symbol = call.machine.symbols.symbol(name)
      try call.forEach(0) { element in
        add(element, try call.field(name, symbol, of: element))
        return true
      }
    } else {
      let caller = try call.caller(1, count: 1)
      try call.forEach(0) { element in
        caller.base[0] = element
        add(element, try caller.run())
        return true
      }
    }
    let shape = call.machine.symbols.shape(["key", "values"])
    return try call.collect(groups.count) { result in
      for (number, key) in index.keys.enumerated() {
        result.append(.object(RecordObject(shape, [key, .list(groups[number])])))
      }
    }
  }
}

extension Arguments {
  /// A field of an element that must be a record or a row.
  func field(_ name: String, _ symbol: Symbol, of element: Value) throws -> Value {
    if let record = element.asRecord, let index = record.shape.index(of: symbol) {
      return record[index]
    }
    return try Fields.read(name, of: element, machine, place)
  }
}
