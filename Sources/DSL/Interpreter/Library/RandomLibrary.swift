// Random values from a seed: the counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", 2011) under the key `seed`, counter 0, 1, 2, …
// Equal seed, equal values, on every machine.

import Glibc
import TLAnalysis
import TLSyntax
import TLTransfer

struct PhiloxSequence {
  private let seed: UInt64
  private var index: UInt64 = 0
  private var pending: UInt64?

  init(seed: Int) {
    self.seed = UInt64(bitPattern: Int64(seed))
  }

  /// 64 random bits: two of the four words of a block, the low ones first.
  mutating func next() -> UInt64 {
    if let value = pending {
      pending = nil
      return value
    }
    let words = PhiloxSequence.block(
      SIMD4(UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0, 0),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    index &+= 1
    pending = UInt64(words[2]) | UInt64(words[3]) << 32
    return UInt64(words[0]) | UInt64(words[1]) << 32
  }

  static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (x0, x1, x2, x3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) &* UInt64(x0)
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(x2)
      (x0, x1, x2, x3) = (
        UInt32(truncatingIfNeeded: p1 >> 32) ^ x1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ x3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(x0, x1, x2, x3)
  }

  /// A Number in [0, 1) with 53 random bits.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An Integer from 0 to `count - 1`, each equally likely (Lemire 2019).
  mutating func below(_ count: UInt64) -> UInt64 {
    if count == 0 { return next() }
    var product = next().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (0 &- count) % count
      while product.low < threshold { product = next().multipliedFullWidth(by: count) }
    }
    return product.high
  }

  /// Two values of the standard normal distribution (Box and Muller 1958).
  mutating func normals() -> (Double, Double) {
    let radius = (-2 * Glibc.log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// The first `count` places of a random order of 0..<total (Fisher and Yates).
  mutating func order(_ total: Int, first count: Int, poll: () throws -> Void) rethrows -> [Int] {
    if count < total / 16 {
      // Few out of many: remember only what was moved.
      var moved: [Int: Int] = [:]
      return try (0..<count).map { place in
        if place & 0xFFFF == 0xFFFF { try poll() }
        let other = place + Int(below(UInt64(total - place)))
        let chosen = moved[other] ?? other
        moved[other] = moved[place] ?? place
        return chosen
      }
    }
    var order: [Int] = []
    order.reserveCapacity(total)
    for place in 0..<total {
      if place & 0xFFFF == 0xFFFF { try poll() }
      order.append(place)
    }
    for place in 0..<count {
      if place & 0xFFFF == 0xFFFF { try poll() }
      order.swapAt(place, place + Int(below(UInt64(total - place))))
    }
    return Array(order.prefix(count))
  }
}

enum RandomLibrary {
  static let functions: [LibraryFunction] = [
    random, randomIntegers, normal, shuffle, sample, choice,
  ]

  private static let seed = ParameterDeclaration(
    "seed", .integer, "any Integer; the same seed gives the same values")
  private static let optionalCount = ParameterDeclaration(
    "count", .integer, "how many, as a list; without it one Number", default: .none,
    in: 0...Double.infinity)

  private static func numberOrList(_ kinds: ArgumentKinds, _ index: Int) -> Kind {
    switch kinds[index].set {
    case .none: .number
    case .integer: .list(of: .number)
    default: Kind([.number, .list])
    }
  }

  static let random = LibraryFunction(
    "random", .random, "random Numbers from 0 up to but without 1, each equally likely",
    [seed, optionalCount], result: [.number, .list], inferred: { numberOrList($0, 1) },
    examples: [
      .init("random(seed: 1, count: 2) == random(seed: 1, count: 2)", "true"),
      .init("0 <= random(seed: 7) and random(seed: 7) < 1", "true"),
    ],
    details: "Philox4x32-10 (Salmon et al. 2011) with the seed as key and counter 0, 1, 2, …; "
      + "the same on every machine and with any number of threads."
  ) { call in
    var sequence = PhiloxSequence(seed: try call.integer(0))
    if call.isNone(1) { return .number(sequence.uniform()) }
    let count = try call.count(1)
    return try call.collect(count) { result in
      for index in 0..<count {
        if index & 0xFFFF == 0 { try call.checkCancellation() }
        result.append(.number(sequence.uniform()))
      }
    }
  }

  static let randomIntegers = LibraryFunction(
    "random_integers", .random, "random Integers between two, both included, each equally likely",
    [
      ParameterDeclaration("low", .integer, "the smallest"),
      ParameterDeclaration("high", .integer, "the largest"),
      ParameterDeclaration("count", .integer, "how many", in: 0...Double.infinity), seed,
    ],
    result: .list(of: .integer),
    examples: [
      .init("random_integers(1, 6, count: 100, seed: 3) |> all(n => n in 1..6)", "true")
    ]
  ) { call in
    let low = try call.integer(0)
    let high = try call.integer(1)
    guard low <= high else { throw call.bad(0, "`low` \(low) is above `high` \(high)") }
    let count = try call.count(2)
    var sequence = PhiloxSequence(seed: try call.integer(3))
    let width = UInt64(bitPattern: Int64(high &- low)) &+ 1
    return try call.collect(count) { result in
      for index in 0..<count {
        if index & 0xFFFF == 0 { try call.checkCancellation() }
        result.append(.integer(low &+ Int(truncatingIfNeeded: sequence.below(width))))
      }
    }
  }

  static let normal = LibraryFunction(
    "normal", .random, "random Numbers of a normal distribution",
    [
      seed, optionalCount,
      ParameterDeclaration("mean", .number, "the distribution's mean", default: .number(0)),
      ParameterDeclaration(
        "standard_deviation", .number, "its spread", default: .number(1), in: 0...Double.infinity),
    ],
    result: [.number, .list], inferred: { numberOrList($0, 1) },
    examples: [
      .init("round(mean(normal(seed: 1, count: 10_000, mean: 5)), digits: 1)", "5.0")
    ]
  ) { call in
    var sequence = PhiloxSequence(seed: try call.integer(0))
    let mean = try call.number(2)
    let spread = try call.number(3)
    if call.isNone(1) { return .number(mean + spread * sequence.normals().0) }
    let count = try call.count(1)
    return try call.collect(count) { result in
      while result.count < count {
        if result.count & 0xFFFF == 0 { try call.checkCancellation() }
        let (a, b) = sequence.normals()
        result.append(.number(mean + spread * a))
        if result.count < count { result.append(.number(mean + spread * b)) }
      }
    }
  }

  private static let values = ParameterDeclaration(
    "values", .sequence, "a list, range, text or table")

  /// The elements or rows at some places.
  private static func taking(_ places: [Int], _ call: Arguments) throws -> Value {
    if let table = call[0].asTable { return call.table(try table.table.taking(places)) }
    if let range = call[0].asRange {
      return try call.collect(places.count) { result in
        for place in places { result.append(.integer(range.first + place)) }
      }
    }
    let elements = try call.elements(0)
    return try call.collect(places.count) { result in
      for place in places {
        if result.count & 0xFFFF == 0xFFFF { try call.checkCancellation() }
        result.append(elements[place])
      }
    }
  }

  private static func sameKind(_ kinds: ArgumentKinds) -> Kind {
    kinds[0].set == .table
      ? Checker.part(of: kinds[0])
      : kinds[0].set.contains(.table) ? Kind([.list, .table]) : Checker.listOfElements(kinds[0])
  }

  static let shuffle = LibraryFunction(
    "shuffle", .random, "the elements or rows in a random order", [values, seed],
    result: [.list, .table], inferred: sameKind,
    examples: [.init("sort(shuffle([1, 2, 3], seed: 1))", "[1, 2, 3]")]
  ) { call in
    let count = call.length(0)
    try call.machine.reserve(count, at: call.place)
    var sequence = PhiloxSequence(seed: try call.integer(1))
    return try taking(
      sequence.order(count, first: count) { try call.checkCancellation() }, call)
  }

  static let sample = LibraryFunction(
    "sample", .random, "so many elements or rows, chosen at random",
    [
      ParameterDeclaration(
        "values", KindSet.sequence.union(.task),
        "a list, range, text or table, or a task, of which the train part is sampled"),
      ParameterDeclaration("count", .integer, "how many", in: 0...Double.infinity), seed,
      ParameterDeclaration(
        "replacement", .boolean, "whether one may be chosen again", default: .boolean(false)),
      ParameterDeclaration(
        "stratify", .text,
        "of a table: a column whose classes, or entities, the sample shall have in their shares",
        default: .none, role: .column(of: 0)),
    ],
    result: [.list, .table, .task],
    inferred: { $0[0].set == .task ? .task : sameKind($0) },
    examples: [
      .init("length(unique(sample(1..100, 10, seed: 1)))", "10"),
      .init(
        "let data = table({n: 1..100, kind: repeat([\"a\", \"a\", \"b\", \"a\"], 25) |> flatten})\n"
          + "value_counts(sample(data, 20, seed: 1, stratify: \"kind\"), \"kind\").count",
        "[15, 5]"),
    ],
    details: "Of a task the train part is sampled with its classes, or kinds of entities, in "
      + "their shares; its other parts stay whole. Of one seed, the smaller sample is part of the larger."
  ) { call in
    if let object = call[0].asDomain as? TaskObject { return try taking(of: object.task, call) }
    let total = call.length(0)
    let count = try call.count(1)
    if !call.isNone(4) { return try stratified(count, call) }
    var sequence = PhiloxSequence(seed: try call.integer(2))
    if try call.boolean(3) {
      if total == 0, count > 0 { throw call.empty(0) }
      try call.machine.reserve(count, at: call.place)
      return try taking((0..<count).map { _ in Int(sequence.below(UInt64(total))) }, call)
    }
    guard count <= total else {
      throw call.bad(
        1, "\(count) of \(total) cannot be chosen without repetition; see `replacement`")
    }
    return try taking(
      sequence.order(total, first: count) { try call.checkCancellation() }, call)
  }

  /// So many rows of a table, in their order.
  private static func stratified(_ count: Int, _ call: Arguments) throws -> Value {
    guard let table = call[0].asTable?.table else {
      throw call.bad(4, "`stratify` is for tables, found \(call[0].kindName)")
    }
    guard count <= table.rowCount, try !call.boolean(3) else {
      throw call.bad(
        1,
        count <= table.rowCount
          ? "a stratified sample is taken without `replacement`"
          : "\(count) of \(table.rowCount) rows cannot be chosen")
    }
    if count == 0 { return call.table(table.head(0)) }
    let rows = try Sampling.sample(
      count, of: table.rowCount, strata: call.strata(of: table, column: call.columnName(4, table)),
      seed: UInt64(bitPattern: Int64(call.integer(2))))
    return call.table(try table.taking(rows))
  }

  /// The task with so many train examples, its classes or entities in equal shares; of one seed the
  /// smaller sample is part of the larger.
  private static func taking(of task: TransferTask, _ call: Arguments) throws -> Value {
    let count = try call.count(1)
    guard let train = task.parts[.train] else { throw call.empty(0) }
    guard count > 0, count <= train.count else {
      throw call.bad(1, "the train part has \(train.count) examples, \(count) were asked for")
    }
    guard try !call.boolean(3) else {
      throw call.bad(3, "the examples of a task are sampled without repetition")
    }
    let rows = try Sampling.sample(
      count, of: train.count, strata: train.strata,
      seed: UInt64(bitPattern: Int64(call.integer(2))))
    return .object(TaskObject(try task.with(train: train.taking(rows))))
  }

  static let choice = LibraryFunction(
    "choice", .random, "one element or row, chosen at random", [values, seed],
    result: .any, inferred: { Checker.element(of: $0[0]) },
    examples: [.init("choice([\"а\", \"б\"], seed: 5) in [\"а\", \"б\"]", "true")]
  ) { call in
    let count = call.length(0)
    if count == 0 { throw call.empty(0) }
    var sequence = PhiloxSequence(seed: try call.integer(1))
    return try Indexing.read(
      call[0], .integer(Int(sequence.below(UInt64(count)))), call.machine, call.place)
  }
}
