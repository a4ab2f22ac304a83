// Functions that put the elements of a list into another order or form.

import TLSyntax

enum ListOrder {
  static let functions: [LibraryFunction] = [
    sort, reverse, unique, flatten, zip, enumerate, chunk, window, transpose, dropMissing,
  ]

  static let sort = LibraryFunction(
    "sort", .lists, "the elements or rows in ascending or descending order",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration(
        "by", [.function, .text, .list],
        "a function that gives what to compare, or the name of a field or column; for a table "
          + "also a list of columns", default: .none, role: .key(of: 0)),
      ParameterDeclaration(
        "descending", .boolean, "whether the largest comes first", default: .boolean(false)),
    ],
    result: [.list, .table],
    inferred: { kinds in
      switch kinds[0].set {
      case .table: Checker.part(of: kinds[0])
      case let set where set.contains(.table): Kind([.list, .table])
      default: Checker.listOfElements(kinds[0])
      }
    },
    examples: [
      .init("sort([3, 1, 2])", "[1, 2, 3]"),
      .init("[\"мир\", \"я\"] |> sort(by: length)", "[\"я\", \"мир\"]"),
      .init("[{n: 1}, {n: 2}] |> sort(by: \"n\", descending: true)", "[{n: 2}, {n: 1}]"),
    ],
    details: "The sort is stable. Texts sort by code points, lists by their elements; missing "
      + "values come last in both directions."
  ) { call in
    let descending = try call.boolean(2)
    if let table = call[0].asTable { return try TableFunctions.sort(table, call) }
    let elements = try call.elements(0)
    if call.isNone(1) {
      return .list(try ListSort.sorted(elements, descending: descending, call))
    }
    let keys = try call.keys(of: elements, by: 1)
    let order = try ListSort.order(of: keys, descending: descending, call)
    return try call.collect(elements.count) { result in
      for index in order { result.append(elements[index]) }
    }
  }

  static let reverse = LibraryFunction(
    "reverse", .lists, "the elements, characters or rows from the last to the first",
    [ParameterDeclaration("values", .sequence, "a list, range, text or table")],
    result: .sequence, inferred: { Checker.part(of: $0[0]) },
    examples: [.init("reverse(1..3)", "[3, 2, 1]"), .init("reverse(\"мир\")", "рим")]
  ) { call in
    if let text = call[0].asText {
      var result = ""
      result.reserveCapacity(text.string.utf8.count)
      for (position, character) in text.string.reversed().enumerated() {
        if position & 0x3FFF == 0 { try call.checkCancellation() }
        result.append(character)
      }
      return .text(result)
    }
    if let table = call[0].asTable {
      return call.table(try table.table.taking((0..<table.table.rowCount).reversed()))
    }
    return .list(ContiguousArray(try call.elements(0).reversed()))
  }

  static let unique = LibraryFunction(
    "unique", .lists, "each element or row once, where it is first seen",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration(
        "by", [.function, .text, .list],
        "a function that gives what must differ, or the name of a field or column; for a table "
          + "also a list of columns", default: .none, role: .key(of: 0)),
    ],
    result: [.list, .table],
    inferred: { kinds in
      kinds[0].set == .table
        ? Checker.part(of: kinds[0])
        : kinds[0].set.contains(.table) ? Kind([.list, .table]) : Checker.listOfElements(kinds[0])
    },
    examples: [
      .init("unique([2, 1, 2])", "[2, 1]"),
      .init("unique([\"дом\", \"мир\", \"я\"], by: length)", "[\"дом\", \"я\"]"),
    ]
  ) { call in
    if let table = call[0].asTable { return try TableFunctions.unique(table, call) }
    let elements = try call.elements(0)
    let keys = call.isNone(1) ? elements : try call.keys(of: elements, by: 1)
    var index = ValueIndex()
    return try call.collect { result in
      for (position, key) in keys.enumerated() {
        try call.checkCancellation()
        if index.insert(key).isNew { result.append(elements[position]) }
      }
    }
  }

  static let flatten = LibraryFunction(
    "flatten", .lists, "the elements of the lists in a list, as one list",
    [ParameterDeclaration("values", .list, "a list of lists; other elements stay as they are")],
    result: .list,
    inferred: { $0[0].element?.element.map { .list(of: $0) } ?? .list },
    examples: [.init("flatten([[1, 2], [], [3]])", "[1, 2, 3]")]
  ) { call in
    let lists = try call.list(0)
    return try call.collect(lists.count) { result in
      for element in lists {
        try call.checkCancellation()
        if element.isOf([.list, .range]) {
          result.append(contentsOf: try call.machine.elements(of: element, at: call.place))
          if result.count > 1 << 20 { try call.machine.reserve(result.count, at: call.place) }
        } else {
          result.append(element)
        }
      }
    }
  }

  static let zip = LibraryFunction(
    "zip", .lists, "lists with the elements at the same position of several lists",
    [
      ParameterDeclaration(
        "lists", .sequence, "lists, ranges, texts or tables of the same length", variadic: true)
    ],
    result: .list(of: .list),
    examples: [.init("zip([\"а\", \"б\"], 1..2)", "[[\"а\", 1], [\"б\", 2]]")]
  ) { call in
    let columns = try call.list(0).map { try call.machine.elements(of: $0, at: call.place) }
    guard let first = columns.first else { return .list([]) }
    if let other = columns.first(where: { $0.count != first.count }) {
      throw call.bad(
        0,
        "the lists have different lengths: \(first.count) and \(other.count); `take` shortens one"
      )
    }
    return try call.collect(first.count) { result in
      for row in first.indices {
        try call.checkCancellation()
        result.append(.list(ContiguousArray(columns.map { $0[row] })))
      }
    }
  }

  static let enumerate = LibraryFunction(
    "enumerate", .lists, "every element with its position",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration("start", .integer, "the first position", default: .integer(0)),
    ],
    result: .list,
    inferred: {
      .list(
        of: .record([
          Kind.Field("index", .integer), Kind.Field("value", Checker.element(of: $0[0])),
        ]))
    },
    examples: [
      .init("enumerate([\"а\", \"б\"])", "[{index: 0, value: \"а\"}, {index: 1, value: \"б\"}]")
    ]
  ) { call in
    let start = try call.integer(1)
    let shape = call.machine.symbols.shape(["index", "value"])
    return try call.collect(min(call.length(0), 1 << 24)) { result in
      try call.forEach(0) { element in
        let (index, overflow) = start.addingReportingOverflow(result.count)
        if overflow { throw call.bad(1, "`start` is too large") }
        result.append(.object(RecordObject(shape, [.integer(index), element])))
        return true
      }
    }
  }

  static let chunk = LibraryFunction(
    "chunk", .lists, "the elements in parts of a size; the last may be shorter",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration("size", .integer, "elements in a part", in: 1...Double.infinity),
    ],
    result: .list, inferred: { .list(of: Checker.part(of: $0[0])) },
    examples: [.init("chunk([1, 2, 3, 4, 5], 2)", "[[1, 2], [3, 4], [5]]")]
  ) { call in
    let size = try call.integer(1)
    let count = call.length(0)
    return try call.collect(count / size + 1) { result in
      var start = 0
      while start < count {
        try call.checkCancellation()
        let end = size > count - start ? count : start + size
        result.append(try call.part(0, start, end))
        start = end
      }
    }
  }

  static let window = LibraryFunction(
    "window", .lists, "all runs of so many neighbouring elements",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration("size", .integer, "elements in a run", in: 1...Double.infinity),
      ParameterDeclaration(
        "step", .integer, "how far the next run is", default: .integer(1), in: 1...Double.infinity),
    ],
    result: .list, inferred: { .list(of: Checker.part(of: $0[0])) },
    examples: [.init("window([1, 2, 3, 4], 2)", "[[1, 2], [2, 3], [3, 4]]")]
  ) { call in
    let size = try call.integer(1)
    let step = try call.integer(2)
    let count = call.length(0)
    guard size <= count else { return .list([]) }
    let windows = (count - size) / step + 1
    let (elements, overflow) = windows.multipliedReportingOverflow(by: size)
    try call.machine.reserve(overflow ? .max : elements, at: call.place)
    return try call.collect(windows) { result in
      for index in 0..<windows {
        try call.checkCancellation()
        result.append(try call.part(0, index * step, index * step + size))
      }
    }
  }

  static let transpose = LibraryFunction(
    "transpose", .lists, "a list of rows as a list of columns",
    [ParameterDeclaration("rows", .list, "lists of the same length", of: .list)],
    result: .list(of: .list),
    examples: [.init("transpose([[1, 2, 3], [4, 5, 6]])", "[[1, 4], [2, 5], [3, 6]]")]
  ) { call in
    let rows = try call.list(0).map { $0.asList?.elements ?? [] }
    guard let first = rows.first else { return .list([]) }
    if let other = rows.first(where: { $0.count != first.count }) {
      throw call.bad(0, "the rows have different lengths: \(first.count) and \(other.count)")
    }
    return try call.collect(first.count) { result in
      for column in first.indices {
        try call.checkCancellation()
        result.append(.list(ContiguousArray(rows.map { $0[column] })))
      }
    }
  }

  static let dropMissing = LibraryFunction(
    "drop_missing", .lists, "the elements that are not none, or the rows without missing values",
    [
      ParameterDeclaration("values", [.list, .table], "a list or table"),
      ParameterDeclaration(
        "columns", [.text, .list],
        "for a table: the columns that must have a value; all by default",
        default: .none, role: .column(of: 0)),
    ],
    result: [.list, .table],
    inferred: { kinds in
      guard kinds[0].set == .list, let element = kinds[0].element, element.set != .any else {
        return Checker.part(of: kinds[0])
      }
      return .list(of: Kind(element.set.subtracting(.none), element.detail))
    },
    examples: [.init("mean(drop_missing([1, none, 3]))", "2.0")]
  ) { call in
    if let table = call[0].asTable { return try TableFunctions.dropMissing(table, call) }
    return .list(
      try call.list(0).filter {
        if case .none = $0 { return false }
        return true
      })
  }
}

extension Arguments {
  /// What elements are sorted or told apart by: the results of a function or a field.
  func keys(
    of elements: ContiguousArray<Value>, by index: Int
  ) throws -> ContiguousArray<Value> {
    var keys = ContiguousArray<Value>()
    keys.reserveCapacity(elements.count)
    if let name = base[index].asText?.string {
      let symbol = machine.symbols.symbol(name)
      for element in elements { keys.append(try field(name, symbol, of: element)) }
      return keys
    }
    if base[index].asList != nil {
      let names = try texts(index)
      let symbols = names.map { machine.symbols.symbol($0) }
      for element in elements {
        var key = ContiguousArray<Value>()
        for (name, symbol) in Swift.zip(names, symbols) {
          key.append(try field(name, symbol, of: element))
        }
        keys.append(.list(key))
      }
      return keys
    }
    let caller = try caller(index, count: 1)
    for element in elements {
      try machine.poll()
      caller.base[0] = element
      keys.append(try caller.run())
    }
    return keys
  }
}
