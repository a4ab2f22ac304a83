// Lists and ranges.

import TLSyntax

enum ListLibrary {
  static let functions: [LibraryFunction] = [
    LibraryFunction(
      "length", .lists, "how many elements, characters, fields or rows there are",
      [
        ParameterDeclaration(
          "values", [.list, .range, .text, .record, .table], "a list, range, text, record or table")
      ],
      result: .integer,
      examples: [.init("length(\"привет\")", "6"), .init("length([1, 2, 3])", "3")]
    ) { call in
      guard case .object(let object) = call[0] else { return .integer(0) }
      switch object.tag {
      case .list: return .integer(unsafeDowncast(object, to: ListObject.self).elements.count)
      case .text: return .integer(unsafeDowncast(object, to: TextObject.self).count)
      case .range: return .integer(unsafeDowncast(object, to: RangeObject.self).count)
      case .record: return .integer(unsafeDowncast(object, to: RecordObject.self).count)
      case .table: return .integer(unsafeDowncast(object, to: TableObject.self).table.rowCount)
      case .row: return .integer(unsafeDowncast(object, to: RowObject.self).table.columns.count)
      default: return .integer(0)
      }
    },
    LibraryFunction(
      "append", .lists, "the list with one more element at its end",
      [
        ParameterDeclaration("values", .list, "a list"),
        ParameterDeclaration("value", .any, "the new element"),
      ],
      result: .list,
      inferred: { kinds in
        Kind(
          .list,
          kinds[0].element == nil ? nil : Kind.Detail(element: kinds[0].element?.union(kinds[1])))
      },
      examples: [.init("append([1, 2], 3)", "[1, 2, 3]")]
    ) { call in
      let element = call[1]
      if case .object(var object) = call.take(0) {
        if isKnownUniquelyReferenced(&object) {
          let list = unsafeDowncast(object, to: ListObject.self)
          if list.elements.count < call.machine.sizeLimit >> 4 {
            list.elements.append(element)
            return .object(list)
          }
        }
        let elements = unsafeDowncast(object, to: ListObject.self).elements
        call.restore(0, .object(object))
        try call.machine.reserve(elements.count + 1, at: call.place)
        return .list(elements + [element])
      }
      return .none
    },
    LibraryFunction(
      "map", .lists, "what a function makes of every element",
      [
        ParameterDeclaration("values", .sequence, "a list, range, text or table"),
        ParameterDeclaration(
          "function", .function, "gets an element", role: .function { [Checker.element(of: $0[0])] }
        ),
      ],
      result: .list,
      inferred: { kinds in Kind(.list, Kind.Detail(element: kinds[1].detail?.result)) },
      examples: [.init("1..4 |> map(n => n ^ 2)", "[1, 4, 9, 16]")]
    ) { call in
      var result = ContiguousArray<Value>()
      let caller = try call.caller(1, count: 1)
      try call.forEach(0) { element in
        caller.base[0] = element
        result.append(try caller.run())
        return true
      }
      return .list(result)
    },
    LibraryFunction(
      "filter", .lists, "the elements that a function says true to",
      [
        ParameterDeclaration("values", .sequence, "a list, range, text or table"),
        ParameterDeclaration(
          "function", .function, "gets an element, gives true to keep it",
          role: .function { [Checker.element(of: $0[0])] }),
      ],
      result: .list,
      inferred: { kinds in
        kinds[0].set == .table
          ? Kind(.table, kinds[0].detail)
          : Kind(.list, Kind.Detail(element: Checker.element(of: kinds[0])))
      },
      examples: [.init("1..10 |> filter(n => n % 3 == 0)", "[3, 6, 9]")]
    ) { call in
      if let table = call[0].asTable { return try Tables.filter(table, call, 1) }
      var result = ContiguousArray<Value>()
      let caller = try call.caller(1, count: 1)
      try call.forEach(0) { element in
        caller.base[0] = element
        if try call.condition(try caller.run()) { result.append(element) }
        return true
      }
      return .list(result)
    },
    LibraryFunction(
      "reduce", .lists, "combines all elements into one value, from the first to the last",
      [
        ParameterDeclaration("values", .sequence, "a list, range, text or table"),
        ParameterDeclaration("start", .any, "the value to begin with"),
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
        result = try caller.run()
        return true
      }
      return result
    },
  ]
}

extension Checker {
  /// The kind of what a walk over a value gives.
  static func element(of kind: Kind) -> Kind {
    switch kind.set {
    case .range: .integer
    case .text: .text
    case .list: kind.element ?? .any
    case .table: Kind(.record, kind.detail)
    default: .any
    }
  }
}

extension Arguments {
  /// Puts a taken argument back, so that an error leaves it where it was.
  func restore(_ index: Int, _ value: Value) {
    base[index] = value
  }

  /// A function argument made ready for many calls with `count` arguments each.
  func caller(_ index: Int, count: Int) throws -> Machine.Caller {
    try Machine.Caller(machine, base[index], count: count, at: place)
  }

  /// What a function gave where a condition is needed.
  func condition(_ value: Value) throws -> Bool {
    if case .boolean(let condition) = value { return condition }
    throw Problem(
      RuntimeRules.wrongKind,
      "the function given to \(function.name) must give true or false, it gave "
        + "\(value.kindName) \(brief(value))", at: place)
  }

  /// Walks over a list, range, text or table until `body` gives false; stops after Ctrl-C.
  func forEach(_ index: Int, _ body: (Value) throws -> Bool) throws {
    if let range = base[index].asRange {
      guard range.count > 0 else { return }
      for number in range.first...range.last {
        try machine.poll()
        guard try body(.integer(number)) else { return }
      }
      return
    }
    if let table = base[index].asTable {
      for row in 0..<table.table.rowCount {
        try machine.poll()
        guard try body(table.row(row)) else { return }
      }
      return
    }
    for element in try elements(index) {
      try machine.poll()
      guard try body(element) else { return }
    }
  }
}
