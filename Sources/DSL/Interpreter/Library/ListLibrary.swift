// Lists and ranges: making them, reading and replacing their parts.

import TLSyntax

enum ListLibrary {
  static let functions: [LibraryFunction] = [
    length, append, prepend, concat, list, range, linspace, repeated, get, set, insert, removeAt,
    first, last, take, drop, slice,
  ]

  static let length = LibraryFunction(
    "length", .lists, "how many elements, characters, fields or rows there are",
    [
      ParameterDeclaration(
        "values", [.list, .range, .text, .record, .table], "a list, range, text, record or table")
    ],
    result: .integer,
    examples: [.init("length(\"привет\")", "6"), .init("length([1, 2, 3])", "3")]
  ) { call in .integer(call.length(0)) }

  static let append = LibraryFunction(
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
    return try call.changeList(0) { $0.append(element) }
  }

  static let prepend = LibraryFunction(
    "prepend", .lists, "the list with one more element at its beginning",
    [
      ParameterDeclaration("values", .list, "a list"),
      ParameterDeclaration("value", .any, "the new element"),
    ],
    result: .list,
    inferred: { kinds in
      Kind(.list, kinds[0].element.map { Kind.Detail(element: $0.union(kinds[1])) })
    },
    examples: [.init("prepend([2, 3], 1)", "[1, 2, 3]")]
  ) { call in
    let element = call[1]
    return try call.changeList(0) { $0.insert(element, at: 0) }
  }

  static let concat = LibraryFunction(
    "concat", .lists, "several lists, or several tables, one after the other",
    [
      ParameterDeclaration(
        "parts", [.list, .range, .table], "lists and ranges, or tables", variadic: true)
    ],
    result: [.list, .table], inferred: { _ in Kind([.list, .table]) },
    examples: [.init("concat([1, 2], [3], 4..5)", "[1, 2, 3, 4, 5]")],
    details: "The columns of tables are joined by name; a table that lacks one has missing values "
      + "there."
  ) { call in
    let parts = try call.list(0)
    if parts.contains(where: { $0.asTable != nil }) {
      return try TableFunctions.concatenated(parts, call)
    }
    var count = 0
    for part in parts { count += part.asList?.elements.count ?? part.asRange?.count ?? 0 }
    return try call.collect(count) { result in
      for part in parts {
        result.append(contentsOf: try call.machine.elements(of: part, at: call.place))
      }
    }
  }

  static let list = LibraryFunction(
    "list", .lists, "the elements of a range, text or table as a list",
    [ParameterDeclaration("values", .sequence, "a range, text, table or list")],
    result: .list, inferred: { Checker.listOfElements($0[0]) },
    examples: [.init("list(1..4)", "[1, 2, 3, 4]"), .init("list(\"да\")", "[\"д\", \"а\"]")]
  ) { call in
    if call[0].asList != nil { return call[0] }
    return .list(try call.elements(0))
  }

  static let range = LibraryFunction(
    "range", .lists, "the numbers from one to another in equal steps, both ends included",
    [
      ParameterDeclaration("start", .number, "the first number"),
      ParameterDeclaration("stop", .number, "where to end at the latest"),
      ParameterDeclaration(
        "step", .number, "the distance; negative to go down", default: .integer(1)),
    ],
    result: .list,
    inferred: { kinds in
      let all = kinds[0].set.union(kinds[1].set).union(kinds[2].set)
      return .list(of: all == .integer ? .integer : .numeric)
    },
    examples: [
      .init("range(1, 10, step: 3)", "[1, 4, 7, 10]"),
      .init("range(0, 1, step: 0.25)", "[0.0, 0.25, 0.5, 0.75, 1.0]"),
    ],
    details: "With Integers the result is Integers; otherwise element i is start + i × step."
  ) { call in
    if case .integer(let start) = call[0], case .integer(let stop) = call[1],
      case .integer(let step) = call[2]
    {
      if step == 0 { throw call.bad(2, "`step` must not be 0") }
      if step > 0 ? stop < start : stop > start { return .list([]) }
      let (distance, overflow) = stop.subtractingReportingOverflow(start)
      if overflow || step == .min { throw call.bad(1, "the range is too long") }
      let count = Int(min(distance.magnitude / step.magnitude, UInt(Int.max - 1))) + 1
      return try call.collect(count) { result in
        for index in 0..<count { result.append(.integer(start + index * step)) }
      }
    }
    let start = try call.number(0)
    let stop = try call.number(1)
    let step = try call.number(2)
    if step == 0 { throw call.bad(2, "`step` must not be 0") }
    // The last step may fall short of the end by rounding.
    let steps = ((stop - start) / step + 1e-9).rounded(.down)
    if steps < 0 { return .list([]) }
    guard let last = Int(exactly: steps), last < Int.max else {
      throw call.bad(0, "`start`, `stop` and `step` must give a finite number of steps")
    }
    return try call.collect(last + 1) { result in
      for index in 0...last { result.append(.number(start + Double(index) * step)) }
    }
  }

  static let linspace = LibraryFunction(
    "linspace", .lists, "so many numbers at equal distances, both ends included",
    [
      ParameterDeclaration("start", .number, "the first number"),
      ParameterDeclaration("stop", .number, "the last number"),
      ParameterDeclaration("count", .integer, "how many", in: 2...Double(1 << 27)),
    ],
    result: .list(of: .number),
    examples: [.init("linspace(0, 1, 3)", "[0.0, 0.5, 1.0]")]
  ) { call in
    let start = try call.number(0)
    let stop = try call.number(1)
    guard start.isFinite, stop.isFinite else {
      throw call.bad(
        start.isFinite ? 1 : 0,
        "`\(start.isFinite ? "stop" : "start")` must be finite, found "
          + display(number: start.isFinite ? stop : start))
    }
    let count = try call.count(2)
    let distance = stop - start
    return try call.collect(count) { result in
      for index in 0..<count - 1 {
        let share = Double(index) / Double(count - 1)
        result.append(
          .number(
            distance.isFinite
              ? start + distance * Double(index) / Double(count - 1)
              : start * (1 - share) + stop * share))
      }
      result.append(.number(stop))
    }
  }

  static let repeated = LibraryFunction(
    "repeat", .lists, "a text or list several times over, or a list of a value several times",
    [
      ParameterDeclaration("value", .any, "a text, a list, or any other value"),
      ParameterDeclaration("count", .integer, "how often", in: 0...Double.infinity),
    ],
    result: [.text, .list],
    inferred: { kinds in
      switch kinds[0].set {
      case .text: .text
      case .list: kinds[0].element.map { .list(of: $0) } ?? .list
      case let set where set.isDisjoint(with: [.text, .list]): .list(of: kinds[0])
      default: Kind([.text, .list])
      }
    },
    examples: [
      .init("repeat(\"-\", 5)", "-----"), .init("repeat([0, 1], 2)", "[0, 1, 0, 1]"),
      .init("repeat(none, 2)", "[none, none]"),
    ]
  ) { call in
    let count = try call.count(1)
    if let text = call[0].asText?.string {
      let (bytes, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
      try call.machine.reserve(overflow ? .max : bytes, elementBytes: 2, at: call.place)
      return .text(String(repeating: text, count: count))
    }
    if let list = call[0].asList {
      let (total, overflow) = list.elements.count.multipliedReportingOverflow(by: count)
      try call.machine.reserve(overflow ? .max : total, at: call.place)
      if let only = list.elements.first, list.elements.count == 1 {
        return .list(ContiguousArray(repeating: only, count: count))
      }
      return try call.collect(total) { result in
        if total == 0 { return }
        for _ in 0..<count {
          try call.checkCancellation()
          result.append(contentsOf: list.elements)
        }
      }
    }
    try call.machine.reserve(count, at: call.place)
    return .list(ContiguousArray(repeating: call[0], count: count))
  }

  static let get = LibraryFunction(
    "get", .lists, "an element or a field, or a default where there is none",
    [
      ParameterDeclaration(
        "values", [.list, .range, .text, .table, .record], "a list, range, text, table or record"),
      ParameterDeclaration("key", [.integer, .text], "a position, or the name of a field"),
      ParameterDeclaration(
        "default", .any, "the value where there is no such part", default: .none),
    ],
    result: .any,
    examples: [
      .init("get([10, 20], 5, default: 0)", "0"), .init("get([10, 20], -1)", "20"),
      .init("get({rank: 8}, \"alpha\", default: 16)", "16"),
    ]
  ) { call in
    if let record = call[0].asRecord, let name = call[1].asText?.string {
      if let symbol = call.machine.symbols.existing(name),
        let index = record.shape.index(of: symbol)
      {
        return record[index]
      }
      return call[2]
    }
    if let name = call[1].asText?.string {
      if let row = call[0].asRow { return row.value(named: name) ?? call[2] }
      if let table = call[0].asTable { return table.column(named: name) ?? call[2] }
    } else if call[0].asRecord == nil, call[0].asRow == nil {
      let position = try call.integer(1)
      let count = call.length(0)
      guard position >= 0 ? position < count : position >= -count else { return call[2] }
      return try Indexing.read(call[0], call[1], call.machine, call.place)
    }
    throw call.bad(
      1, "\(call[0].kindName) has no part \(call[1].inWords)")
  }

  static let set = LibraryFunction(
    "set", .lists, "the list or record with one element or field replaced",
    [
      ParameterDeclaration("values", [.list, .record], "a list or record"),
      ParameterDeclaration("key", [.integer, .text], "a position, or the name of a field"),
      ParameterDeclaration("value", .any, "the new value"),
    ],
    result: [.list, .record],
    inferred: { kinds in
      if kinds[0].set == .list {
        return kinds[0].element.map { .list(of: $0.union(kinds[2])) } ?? .list
      }
      guard kinds[0].set == .record else { return Kind([.list, .record]) }
      guard let fields = kinds[0].fields, case .text(let name) = kinds[1].constant else {
        return .record
      }
      return .record(Checker.setting(fields, name, kinds[2]))
    },
    examples: [
      .init("set([1, 2, 3], 0, 9)", "[9, 2, 3]"),
      .init("set({rank: 8}, \"alpha\", 16)", "{rank: 8, alpha: 16}"),
    ],
    details: "A field that the record does not have is added; a position must exist."
  ) { call in
    if call[0].asList != nil {
      let position = try call.integer(1)
      let at = try Indexing.resolve(position, call.length(0), "list", call.place)
      let value = call[2]
      return try call.changeList(0) { $0[at] = value }
    }
    let name = try call.text(1)
    let value = call[2]
    return try call.changeRecord(0) { $0.set(name, call.machine.symbols.symbol(name), value) }
  }

  static let insert = LibraryFunction(
    "insert", .lists, "the list with an element inserted before a position",
    [
      ParameterDeclaration("values", .list, "a list"),
      ParameterDeclaration(
        "position", .integer, "where the new element will stand; the list's length for its end"),
      ParameterDeclaration("value", .any, "the new element"),
    ],
    result: .list,
    inferred: { kinds in
      Kind(.list, kinds[0].element.map { Kind.Detail(element: $0.union(kinds[2])) })
    },
    examples: [.init("insert([1, 3], 1, 2)", "[1, 2, 3]")]
  ) { call in
    let position = try call.integer(1)
    let count = call.length(0)
    let at = position < 0 ? position + count : position
    guard at >= 0, at <= count else {
      throw call.problem(
        RuntimeRules.indexOutOfRange,
        "there is no position \(position) to insert at in a list of "
          + "\(count)")
    }
    let value = call[2]
    return try call.changeList(0) { $0.insert(value, at: at) }
  }

  static let removeAt = LibraryFunction(
    "remove_at", .lists, "the list without the element at a position",
    [
      ParameterDeclaration("values", .list, "a list"),
      ParameterDeclaration("position", .integer, "which element; -1 is the last"),
    ],
    result: .list, inferred: { Checker.part(of: $0[0]) },
    examples: [.init("remove_at([1, 2, 3], 0)", "[2, 3]")]
  ) { call in
    let at = try Indexing.resolve(try call.integer(1), call.length(0), "list", call.place)
    return try call.changeList(0) { $0.remove(at: at) }
  }

  static let first = LibraryFunction(
    "first", .lists, "the first element, character or row",
    [ParameterDeclaration("values", .sequence, "a list, range, text or table")],
    result: .any, inferred: { Checker.element(of: $0[0]) },
    examples: [.init("first([3, 1, 2])", "3")],
    details: "An error when there is none; `get(values, 0, default: x)` gives a default."
  ) { call in
    if call.length(0) == 0 { throw call.empty(0) }
    return try Indexing.read(call[0], .integer(0), call.machine, call.place)
  }

  static let last = LibraryFunction(
    "last", .lists, "the last element, character or row",
    [ParameterDeclaration("values", .sequence, "a list, range, text or table")],
    result: .any, inferred: { Checker.element(of: $0[0]) },
    examples: [.init("last(1..5)", "5")],
    details: "An error when there is none; `get(values, -1, default: x)` gives a default."
  ) { call in
    if call.length(0) == 0 { throw call.empty(0) }
    return try Indexing.read(call[0], .integer(-1), call.machine, call.place)
  }

  static let take = LibraryFunction(
    "take", .lists, "the first so many elements, characters or rows",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration("count", .integer, "how many at most", in: 0...Double.infinity),
    ],
    result: .sequence, inferred: { Checker.part(of: $0[0]) },
    examples: [.init("take([3, 1, 2], 2)", "[3, 1]"), .init("take(\"привет\", 3)", "при")]
  ) { call in try call.part(0, 0, try call.count(1)) }

  static let drop = LibraryFunction(
    "drop", .lists, "what is left without the first so many elements, characters or rows",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration("count", .integer, "how many to leave out", in: 0...Double.infinity),
    ],
    result: .sequence, inferred: { Checker.part(of: $0[0]) },
    examples: [.init("drop([3, 1, 2], 2)", "[2]")]
  ) { call in try call.part(0, try call.count(1), .max) }

  static let slice = LibraryFunction(
    "slice", .lists, "the elements, characters or rows from one position to another, both included",
    [
      ParameterDeclaration("values", .sequence, "a list, range, text or table"),
      ParameterDeclaration("first", .integer, "the first position; -1 is the last element"),
      ParameterDeclaration("last", .integer, "the last position", default: .integer(-1)),
    ],
    result: .sequence, inferred: { Checker.part(of: $0[0]) },
    examples: [
      .init("slice([1, 2, 3, 4], 1, 2)", "[2, 3]"), .init("slice(\"привет\", -3)", "вет"),
    ],
    details: "Positions outside are cut to what there is; `values[first..last]` is strict."
  ) { call in
    let count = call.length(0)
    let first = try call.integer(1)
    let last = try call.integer(2)
    let start = first < 0 ? max(0, first + count) : first
    let end = last < 0 ? last + count : min(last, count - 1)
    return try call.part(0, start, end < start ? start : end + 1)
  }
}

extension Checker {
  /// Fields with one added or replaced.
  static func setting(_ fields: [Kind.Field], _ name: String, _ kind: Kind) -> [Kind.Field] {
    var fields = fields
    if let index = fields.firstIndex(where: { bytesEqual($0.name, name) }) {
      fields[index] = Kind.Field(name, kind)
    } else {
      fields.append(Kind.Field(name, kind))
    }
    return fields
  }
}

extension Arguments {
  /// The list of an argument changed: in place when nobody else holds it, else a copy.
  func changeList(
    _ index: Int, _ change: (inout ContiguousArray<Value>) throws -> Void
  ) throws -> Value {
    guard case .object(var object) = take(index), object.tag == .list else { return .none }
    let isUnique = isKnownUniquelyReferenced(&object)
    let list = unsafeDowncast(object, to: ListObject.self)
    if isUnique, list.elements.count < machine.sizeLimit >> 4 {
      do {
        try change(&list.elements)
      } catch {
        restore(index, .object(list))
        throw error
      }
      return .object(list)
    }
    restore(index, .object(list))
    try machine.reserve(list.elements.count + 1, at: place)
    var elements = list.elements
    try change(&elements)
    return .list(elements)
  }

  /// The record of an argument changed: in place when nobody else holds it, else a copy.
  func changeRecord(_ index: Int, _ change: (RecordObject) throws -> Void) throws -> Value {
    if base[index].asRow != nil, case .object(let copy) = record(try fields(index)) {
      let record = unsafeDowncast(copy, to: RecordObject.self)
      try change(record)
      return .object(record)
    }
    guard case .object(var object) = take(index), object.tag == .record else { return .none }
    let isUnique = isKnownUniquelyReferenced(&object)
    let record = unsafeDowncast(object, to: RecordObject.self)
    if !isUnique { restore(index, .object(record)) }
    let changed = isUnique ? record : RecordObject(copying: record)
    try change(changed)
    return .object(changed)
  }

  /// The elements from `start` up to but not including `end`, cut to what there is.
  func part(_ index: Int, _ start: Int, _ end: Int) throws -> Value {
    guard case .object(let object) = base[index] else { return .list([]) }
    let count = length(index)
    let low = min(max(0, start), count)
    let high = max(low, min(end, count))
    switch object.tag {
    case .list:
      let elements = unsafeDowncast(object, to: ListObject.self).elements
      if low == 0, high == count { return base[index] }
      return .list(ContiguousArray(elements[low..<high]))
    case .text: return .text(unsafeDowncast(object, to: TextObject.self).slice(low, high))
    case .range:
      let first = unsafeDowncast(object, to: RangeObject.self).first
      if low == high { return .list([]) }
      return .object(RangeObject(first + low, first + high - 1))
    case .table:
      let table = unsafeDowncast(object, to: TableObject.self)
      return .object(TableObject(table.table.slice(low..<high), machine))
    default: return .none
    }
  }
}
