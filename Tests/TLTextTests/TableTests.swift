import TLTestSupport
import TLText
import Testing

/// Cells from literals, for short tests.
extension DataValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .none }
}

/// A table from columns of cells.
func table(_ columns: (String, [DataValue])...) throws -> Table {
  try Table(columns.map { (name: $0.0, values: $0.1) })
}

@Suite struct TableTests {
  @Test func columnsTakeTheNarrowestKind() throws {
    #expect(Column.of([1, nil, 3]).kind == .integer)
    #expect(Column.of([nil, 1, 2.5]) == Column.of([nil, 1.0, 2.5]))
    #expect(Column.of([2.5, 1]).kind == .number)
    #expect(Column.of([true, nil]).kind == .boolean)
    #expect(Column.of(["a", nil, ""]).kind == .text)
    #expect(Column.of([1, "a"]).kind == .mixed)
    #expect(Column.of([nil, .list([1])]).values == [nil, .list([1])])
    #expect(Column.of([nil, nil]).missingCount == 2)
    #expect(Column.of([nil, true, 1, "x", 2.5, nil]).values == [nil, true, 1, "x", 2.5, nil])
    #expect(Column.of(["б", nil, "а"]).values == ["б", nil, "а"])
    #expect(Column.of([] as [DataValue]).count == 0)
  }

  @Test func recordsBecomeAUnionOfFields() {
    let table = Table(records: [
      [("a", 1), ("b", "x")], [("b", "y"), ("c", true)], [], [("c", false), ("a", 2), ("a", 3)],
    ])
    #expect(table.names == ["a", "b", "c"])
    #expect(table.rowCount == 4)
    #expect(table.columns[0].values == [1, nil, nil, 3])
    #expect(table.columns[1].values == ["x", "y", nil, nil])
    #expect(table.columns[2].values == [nil, true, nil, false])
    #expect(table.row(1).map(\.1) == [nil, "y", true])
  }

  @Test func columnOperations() throws {
    let base = try table(("a", [1, 2]), ("б", ["x", "y"]), ("c", [true, false]))
    #expect(try base.selecting(["c", "a"]).names == ["c", "a"])
    #expect(try base.dropping(["б"]).names == ["a", "c"])
    #expect(try base.renaming([("a", "n")]).names == ["n", "б", "c"])
    #expect(try base.with("a", Column(integers: [5, 6])).columns[0].values == [5, 6])
    #expect(try base.with("d", Column(integers: [5, 6])).names == ["a", "б", "c", "d"])
    let error = #expect(throws: TextError.self) { try base.column("x") }
    #expect(error?.description == "no column `x`; the table has `a`, `б`, `c`")
    #expect(throws: TextError.self) { try base.renaming([("a", "c")]) }
    #expect(throws: TextError.self) { try base.selecting(["a", "a"]) }
    #expect(throws: TextError.self) { try base.with("d", Column(integers: [1])) }
    #expect(throws: TextError.self) { try table(("a", [1]), ("b", [])) }
    #expect(throws: TextError.self) { try table(("a", [1]), ("a", [2])) }
  }

  @Test func composedAndDecomposedNamesAreTwoColumns() throws {
    let two = try table(("\u{439}", [1]), ("\u{438}\u{306}", [2]))
    #expect(try two.column("\u{438}\u{306}").values == [2])
    #expect(try two.column("\u{439}").values == [1])
  }

  @Test func rowOperations() throws {
    let base = try table(("n", [1, nil, 3, 4]), ("t", ["а", "бб", nil, ""]))
    #expect(base.head(2).columns[1].values == ["а", "бб"])
    #expect(base.tail(2).columns[1].values == [nil, ""])
    #expect(base.tail(2).columns[0].values == [3, 4])
    #expect(base.slice(1..<3).columns[0].values == [nil, 3])
    #expect(base.slice(3..<30).rowCount == 1)
    #expect(base.head(-1).rowCount == 0)
    #expect(try base.taking([3, 0, 0]).columns[1].values == ["", "а", "а"])
    #expect(try base.taking([1]).columns[0].values == [nil])
    #expect(throws: TextError.self) { try base.taking([4]) }
    #expect(try base.filtering([true, false, true, false]).columns[0].values == [1, 3])
    #expect(throws: TextError.self) { try base.filtering([true]) }
    #expect(try base.filtering(Column.of([true, nil, false, true])).columns[0].values == [1, 4])
    #expect(throws: TextError.self) { try base.filtering(Column(integers: [1, 2, 3, 4])) }
  }

  @Test func concatenationUnitesColumnsAndKinds() throws {
    let a = try table(("n", [1, nil]), ("t", ["x", "y"]))
    let b = try table(("t", [nil, "z"]), ("n", [0.5, 2]), ("m", [true, nil]))
    let both = Table.concatenated([a, b])
    #expect(both.names == ["n", "t", "m"])
    #expect(both.columns[0].values == [1.0, nil, 0.5, 2.0])
    #expect(both.columns[1].values == ["x", "y", nil, "z"])
    #expect(both.columns[2].values == [nil, nil, true, nil])
    let mixed = Table.concatenated([a, try table(("n", ["x"]))])
    #expect(mixed.columns[0].values == [1, nil, "x"])
    #expect(Table.concatenated([]) == Table.empty)
  }

  // MARK: Sorting

  @Test func sortIsStableWithMissingLast() throws {
    let base = try table(
      ("t", ["б", "а", nil, "б", "Я", "ё", "а"]), ("n", [1, 2, 3, 4, 5, 6, 7]))
    let up = try base.sorted(by: [SortKey("t")])
    #expect(up.columns[0].values == ["Я", "а", "а", "б", "б", "ё", nil])
    #expect(up.columns[1].values == [5, 2, 7, 1, 4, 6, 3])
    let down = try base.sorted(by: [SortKey("t", descending: true)])
    #expect(down.columns[1].values == [6, 1, 4, 2, 7, 5, 3])
    let two = try base.sorted(by: [SortKey("t"), SortKey("n", descending: true)])
    #expect(two.columns[1].values == [5, 7, 2, 4, 1, 6, 3])
    #expect(throws: TextError.self) { try base.sorted(by: [SortKey("x")]) }
  }

  @Test func numbersSortWithNaNAfterAllAndMissingLast() throws {
    let base = try table(("x", [2.5, .number(.nan), -1.0, nil, .number(-.infinity), -0.0, 0.0]))
    #expect(try base.sortedRows(by: [SortKey("x")]) == [4, 2, 5, 6, 0, 1, 3])
    #expect(try base.sortedRows(by: [SortKey("x", descending: true)]) == [1, 0, 5, 6, 2, 4, 3])
    let integers = try table(("x", [5, .int(.min), 0, .int(.max), -5]))
    #expect(try integers.sortedRows(by: [SortKey("x")]) == [1, 4, 2, 0, 3])
  }

  @Test func mixedValuesSortByKindThenValue() throws {
    let base = try table(("x", ["b", 2, nil, 1.5, true, .list([2]), .list([1, 5]), "a"]))
    #expect(try base.sortedRows(by: [SortKey("x")]) == [4, 3, 1, 7, 0, 6, 5, 2])
  }

  @Test func randomSortsAgreeWithComparison() throws {
    var random = TestRandom(seed: 11)
    for size in [1, 2, 30, 500, 5000] {
      let words = (0..<size).map { _ -> DataValue in
        let length = Int.random(in: 0...20, using: &random)
        if Int.random(in: 0..<20, using: &random) == 0 { return .none }
        return .text(
          String(
            (0..<length).map { _ in
              ["a", "б", "\0", "префикс", "😀"].randomElement(using: &random) ?? ""
            }
            .joined()))
      }
      let numbers = (0..<size).map { _ in DataValue.int(Int.random(in: -3...3, using: &random)) }
      let base = try table(("t", words), ("n", numbers))
      for (first, down) in [("t", false), ("t", true), ("n", true)] {
        let second = first == "t" ? "n" : "t"
        let rows = try base.sortedRows(by: [SortKey(first, descending: down), SortKey(second)])
        func order(_ a: DataValue, _ b: DataValue, _ down: Bool) -> Int {
          if a == b { return 0 }
          if a.isMissing || b.isMissing { return a.isMissing ? 1 : -1 }
          return DataValue.isOrderedBefore(a, b) == down ? 1 : -1
        }
        let (x, y) = first == "t" ? (words, numbers) : (numbers, words)
        let expected = (0..<size).sorted { a, b in
          let major = order(x[a], x[b], down)
          let minor = order(y[a], y[b], false)
          return major != 0 ? major < 0 : minor != 0 ? minor < 0 : a < b
        }
        #expect(rows == expected)
      }
    }
  }

  // MARK: Groups

  let sales = Table(records: [
    [("city", "Омск"), ("year", 1), ("x", 2.0), ("n", 1), ("ok", true)],
    [("city", "Уфа"), ("year", 1), ("x", 5.0), ("n", 2), ("ok", false)],
    [("city", "Омск"), ("year", 2), ("x", 4.0), ("n", nil), ("ok", true)],
    [("city", nil), ("year", 1), ("x", 1.0), ("n", 5), ("ok", nil)],
    [("city", "Омск"), ("year", 1), ("x", nil), ("n", 7), ("ok", true)],
  ])

  @Test func groupsStandInTheOrderFirstSeen() throws {
    let result = try sales.grouped(
      by: ["city"],
      [
        Aggregation(.count), Aggregation(.count, of: "x"), Aggregation(.sum, of: "n"),
        Aggregation(.mean, of: "x"), Aggregation(.median, of: "n"), Aggregation(.max, of: "x"),
        Aggregation(.standardDeviation, of: "x"), Aggregation(.first, of: "n"),
        Aggregation(.last, of: "n"), Aggregation(.countDistinct, of: "ok"),
        Aggregation(.mean, of: "ok", as: "share"), Aggregation(.collect, of: "n"),
      ])
    #expect(result.names.prefix(4) == ["city", "count", "count_x", "sum_n"])
    #expect(result.columns[0].values == ["Омск", "Уфа", nil])
    #expect(result.columns[1].values == [3, 1, 1])
    #expect(result.columns[2].values == [2, 1, 1])
    #expect(result.columns[3].values == [8, 2, 5])
    #expect(result.columns[4].values == [3.0, 5.0, 1.0])
    #expect(result.columns[5].values == [4.0, 2.0, 5.0])
    #expect(result.columns[6].values == [4.0, 5.0, 1.0])
    #expect(result.columns[7].values == [.number(2.0.squareRoot()), nil, nil])
    #expect(result.columns[8].values == [1, 2, 5])
    #expect(result.columns[9].values == [7, 2, 5])
    #expect(result.columns[10].values == [1, 1, 0])
    #expect(result.columns[11].values == [1.0, 0.0, nil])
    #expect(result.columns[12].values == [.list([1, nil, 7]), .list([2]), .list([5])])
  }

  @Test func severalKeysAndNone() throws {
    let two = try sales.grouped(by: ["city", "year"], [Aggregation(.count)])
    #expect(two.columns[1].values == [1, 1, 2, 1])
    #expect(two.columns[2].values == [2, 1, 1, 1])
    let all = try sales.grouped(
      by: [], [Aggregation(.sum, of: "x"), Aggregation(.min, of: "city")])
    #expect(all.row(0).map(\.1) == [12.0, "Омск"])
    #expect(try Table.empty.grouped(by: [], [Aggregation(.count)]).rowCount == 0)
  }

  @Test func aggregatesRefuseWhatTheyCannot() throws {
    let error = #expect(throws: TextError.self) {
      try sales.grouped(by: ["year"], [Aggregation(.mean, of: "city")])
    }
    #expect(error?.description == "mean needs numbers, column `city` is text such as \"Омск\"")
    #expect(throws: TextError.self) { try sales.grouped(by: ["year"], [Aggregation(.sum)]) }
    let big = try table(("n", [.int(.max), 1]))
    #expect(throws: TextError.self) { try big.grouped(by: [], [Aggregation(.sum, of: "n")]) }
  }

  @Test func minusZeroAndNaNGroupWithTheirLikes() throws {
    let base = try table(("x", [0.0, -0.0, .number(.nan), .number(.nan), 1.0]))
    #expect(try base.grouping(by: ["x"]).ids == [0, 0, 1, 1, 2])
    let mixed = try table(("x", [1, "1", .list([1]), 1, nil, .list([1])]))
    #expect(try mixed.grouping(by: ["x"]).ids == [0, 1, 2, 0, 3, 2])
  }

  @Test func manyGroupsKeepTheirRows() throws {
    let values = (0..<50_000).map { ($0 &* 7919) % 20_011 }
    let base = try Table([
      (name: "n", column: Column(integers: values)),
      (name: "t", column: Column(texts: values.map { "ключ \($0)" })),
    ])
    let byNumber = try base.grouping(by: ["n"])
    let byText = try base.grouping(by: ["t"])
    #expect(byNumber.count == 20_011)
    #expect(byNumber.ids == byText.ids)
    #expect(byNumber.firstRows.map { values[$0] } == Array(values.prefix(20_011)))
  }

  @Test func uniqueAndValueCounts() throws {
    #expect(try sales.unique(by: ["city"]).columns[3].values == [1, 2, 5])
    #expect(try Table.concatenated([sales, sales]).unique() == sales)
    let counts = try sales.valueCounts("city")
    #expect(counts.columns[0].values == ["Омск", "Уфа", nil])
    #expect(counts.columns[1].values == [3, 1, 1])
  }

  @Test func pivotMakesColumnsOfValues() throws {
    let wide = try sales.pivoted(rows: ["city"], columns: "year", value: "x", aggregate: .sum)
    #expect(wide.names == ["city", "1", "2"])
    #expect(wide.columns[1].values == [2.0, 5.0, 1.0])
    #expect(wide.columns[2].values == [4.0, nil, nil])
    let twice = try sales.pivoted(rows: ["year"], columns: "city", value: "n")
    #expect(twice.names == ["year", "Омск", "Уфа", "none"])
    let many = try Table([(name: "n", column: Column(integers: Array(0..<2000)))])
    #expect(throws: TextError.self) { try many.pivoted(rows: [], columns: "n", value: "n") }
  }

  @Test func describeTellsAColumnPerRow() throws {
    let facts = try sales.described()
    #expect(try facts.column("column").values == ["city", "year", "x", "n", "ok"])
    #expect(try facts.column("kind").values == ["text", "integer", "number", "integer", "boolean"])
    #expect(try facts.column("missing").values == [1, 0, 1, 1, 1])
    #expect(try facts.column("distinct").values == [2, 2, 4, 4, 2])
    #expect(try facts.column("median").values == [nil, 1.0, 3.0, 3.5, nil])
    #expect(try facts.column("q25").values == [nil, 1.0, 1.75, 1.75, nil])
    #expect(try facts.column("top").values == ["Омск", "1", nil, nil, "true"])
    #expect(try facts.column("top_count").values == [3, 4, nil, nil, 3])
    #expect(try Table.empty.described().rowCount == 0)
  }

  // MARK: Joins

  @Test func joinsOfFourKinds() throws {
    let left = try table(("k", ["a", "b", nil, "c", "a"]), ("x", [1, 2, 3, 4, 5]))
    let right = try table(("k", ["c", "a", "d", nil, "a"]), ("x", [10, 20, 30, 40, 50]))
    let inner = try left.joined(with: right, by: ["k"])
    #expect(inner.names == ["k", "x", "x_right"])
    #expect(inner.columns[0].values == ["a", "a", "c", "a", "a"])
    #expect(inner.columns[1].values == [1, 1, 4, 5, 5])
    #expect(inner.columns[2].values == [20, 50, 10, 20, 50])
    let outer = try left.joined(with: right, by: ["k"], .left)
    #expect(outer.columns[1].values == [1, 1, 2, 3, 4, 5, 5])
    #expect(outer.columns[2].values == [20, 50, nil, nil, 10, 20, 50])
    let reverse = try left.joined(with: right, by: ["k"], .right, suffix: "2")
    #expect(reverse.names == ["k", "x", "x2"])
    #expect(reverse.columns[0].values == ["c", "a", "a", "d", nil, "a", "a"])
    #expect(reverse.columns[1].values == [4, 1, 5, nil, nil, 1, 5])
    let full = try left.joined(with: right, by: ["k"], .full)
    #expect(full.columns[0].values == ["a", "a", "b", nil, "c", "a", "a", "d", nil])
    #expect(full.columns[2].values == [20, 50, nil, nil, 10, 20, 50, 30, 40])
  }

  @Test func joinsByTwoColumnsAndByOtherNames() throws {
    let left = try table(("a", [1, 1, 2]), ("b", ["x", "y", "x"]), ("v", [1, 2, 3]))
    let right = try table(("p", [1.0, 2.0]), ("q", ["y", "x"]), ("w", [true, false]))
    let both = try left.joined(with: right, leftKeys: ["a", "b"], rightKeys: ["p", "q"])
    #expect(both.names == ["a", "b", "v", "w"])
    #expect(both.columns[2].values == [2, 3])
    let error = #expect(throws: TextError.self) {
      try left.joined(with: right, leftKeys: ["a"], rightKeys: ["q"])
    }
    #expect(
      error?.description == "cannot join: `a` is integer on the left, `q` is text on the right; "
        + "convert one of them")
    #expect(throws: TextError.self) { try left.joined(with: right, by: []) }
  }

  @Test func anExplodingJoinIsAnError() throws {
    let same = try Table([(name: "k", column: Column(integers: .init(repeating: 1, count: 20_000)))]
    )
    #expect(throws: TextError.self) { try same.joined(with: same, by: ["k"]) }
  }

  @Test func longOperationsStopWhenAsked() throws {
    let stop = { true }
    #expect(throws: TextError.cancelled) { try sales.grouping(by: ["city"], isCancelled: stop) }
    let many = try Table([(name: "n", column: Column(integers: (0..<600_000).map { $0 ^ 5 }))])
    #expect(throws: TextError.cancelled) {
      try many.sortedRows(by: [SortKey("n")], isCancelled: stop)
    }
    #expect(throws: TextError.cancelled) {
      try many.joined(with: many, by: ["n"], isCancelled: stop)
    }
    #expect(throws: TextError.cancelled) { try many.described(isCancelled: stop) }
  }
}
