// Reading arguments in the forms that library functions need: sequences, columns of numbers,
// counts, functions made ready to be called.

import TLSyntax
import TLText

/// Numbers out of a list, as plain arrays that loops run over fast.
enum NumberList {
  case integers([Int])
  case numbers([Double])

  var count: Int {
    switch self {
    case .integers(let values): values.count
    case .numbers(let values): values.count
    }
  }

  var doubles: [Double] {
    switch self {
    case .integers(let values): values.map { Double($0) }
    case .numbers(let values): values
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
  @inline(__always)
  func condition(_ value: Value) throws -> Bool {
    if case .boolean(let condition) = value { return condition }
    throw notACondition(value)
  }

  @inline(never)
  private func notACondition(_ value: Value) -> Problem {
    Problem(
      RuntimeRules.wrongKind,
      "the function given to \(function.name) must give true or false, it gave "
        + "\(value.inWords)", at: place)
  }

  /// Walks over a list, range, text or table until `body` gives false; stops after Ctrl-C.
  @inline(__always)
  func forEach(_ index: Int, _ body: (Value) throws -> Bool) throws {
    if let list = base[index].asList {
      let elements = list.elements
      for element in elements {
        try machine.poll()
        guard try body(element) else { return }
      }
      return
    }
    try forEachOther(index, body)
  }

  @inline(never)
  private func forEachOther(_ index: Int, _ body: (Value) throws -> Bool) throws {
    if let range = base[index].asRange {
      guard range.last >= range.first else { return }
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

  /// How many elements a list, range, text or table has.
  func length(_ index: Int) -> Int {
    guard case .object(let object) = base[index] else { return 0 }
    switch object.tag {
    case .list: return unsafeDowncast(object, to: ListObject.self).elements.count
    case .text: return unsafeDowncast(object, to: TextObject.self).count
    case .range: return unsafeDowncast(object, to: RangeObject.self).count
    case .record: return unsafeDowncast(object, to: RecordObject.self).count
    case .table: return unsafeDowncast(object, to: TableObject.self).table.rowCount
    case .row: return unsafeDowncast(object, to: RowObject.self).table.columns.count
    default: return 0
    }
  }

  /// A number of things: an Integer that is not negative.
  func count(_ index: Int) throws -> Int {
    let count = try integer(index)
    guard count >= 0 else {
      throw bad(index, "`\(function.parameters[index].name)` must be at least 0, found \(count)")
    }
    return count
  }

  /// The numbers of a list or range.
  func numbers(_ index: Int) throws -> NumberList {
    if let range = base[index].asRange {
      guard range.count > 0 else { return .integers([]) }
      try machine.reserve(range.count, elementBytes: 8, at: place)
      return .integers(Array(range.first...range.last))
    }
    return try numbers(of: list(index), index)
  }

  func numbers(of elements: ContiguousArray<Value>, _ index: Int) throws -> NumberList {
    try machine.reserve(elements.count, elementBytes: 8, at: place)
    var integers: [Int] = []
    integers.reserveCapacity(elements.count)
    for element in elements {
      guard case .integer(let value) = element else { break }
      integers.append(value)
    }
    if integers.count == elements.count { return .integers(integers) }
    var numbers: [Double] = []
    numbers.reserveCapacity(elements.count)
    for value in integers { numbers.append(Double(value)) }
    for position in integers.count..<elements.count {
      switch elements[position] {
      case .number(let value): numbers.append(value)
      case .integer(let value): numbers.append(Double(value))
      case let other: throw notANumber(other, position, index)
      }
    }
    return .numbers(numbers)
  }

  @inline(never)
  func notANumber(_ value: Value, _ position: Int, _ index: Int) -> Problem {
    var advice = ""
    if case .none = value { advice = "; `drop_missing` leaves missing values out" }
    return Problem(
      RuntimeRules.wrongKind,
      "`\(function.parameters[index].name)` of \(function.name) must hold numbers, found "
        + "\(value.inWords) at position \(position)" + advice, at: place)
  }

  /// An error about an empty list where an element is needed.
  func empty(_ index: Int) -> Problem {
    bad(index, "`\(function.parameters[index].name)` is empty")
  }

  /// The fields of a record or of a row of a table.
  func fields(_ index: Int) throws -> [(name: String, value: Value)] {
    if let record = base[index].asRecord {
      return (0..<record.count).map { (record.shape.names[$0], record[$0]) }
    }
    if let row = base[index].asRow {
      return zip(row.table.names, row.table.columns).map {
        ($0, row.owner.cell($1, row.index))
      }
    }
    throw wrongKind(index, expected: .record)
  }

  /// A list of the same size as a sequence, whose elements come one by one.
  func collect(
    _ capacity: Int = 0, _ body: (inout ContiguousArray<Value>) throws -> Void
  ) throws -> Value {
    try machine.reserve(capacity, at: place)
    var result = ContiguousArray<Value>()
    result.reserveCapacity(capacity)
    do {
      try body(&result)
    } catch {
      // Who stopped it waits: millions of values go away on a thread of their own.
      if result.count > 100_000 { Release.later(&result) }
      throw error
    }
    return .list(result)
  }

  /// The same from several threads.
  var isStopped: @Sendable () -> Bool {
    let cancellation = machine.cancellation
    return { cancellation.isCancelled }
  }

  /// A check that runtime functions ask during long work.
  var isCancelled: CancellationCheck {
    let cancellation = machine.cancellation
    return { cancellation.isCancelled }
  }
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

  /// A list of what a walk over a value gives.
  static func listOfElements(_ kind: Kind) -> Kind { .list(of: element(of: kind)) }

  /// The kind of a part of a list, range, text or table: a text of a text, rows of a table.
  static func part(of kind: Kind) -> Kind {
    switch kind.set {
    case .text: return .text
    case .table: return Kind(.table, kind.fields.map { Kind.Detail(fields: $0) })
    case .list: return kind.element.map { .list(of: $0) } ?? .list
    case .range: return .list(of: .integer)
    default:
      let possible = kind.set.intersection([.text, .table, .list])
      return Kind(kind.set.contains(.range) ? possible.union(.list) : possible)
    }
  }
}
