import TLText
import Testing

@Suite struct DisplayTests {
  @Test(arguments: [
    ("abc", 3), ("Привет", 6), ("日本", 4), ("😀", 2), ("👨‍👩‍👧‍👦", 2), ("e\u{301}", 1),
    ("й", 1), ("и\u{306}", 1), ("🇷🇺", 2), ("❤\u{FE0F}", 2), ("❤", 1), ("ｱ", 1), ("Ａ", 2), ("", 0),
    ("\u{200B}", 0), ("한국", 4), ("\u{1112}\u{1161}\u{11ab}", 2), ("👍🏽", 2), ("…", 1), ("─", 1),
    ("עברית", 5), ("ไทย", 3), ("₽", 1), ("№", 1),
  ])
  func widthInColumns(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func controlCharactersAreShown() {
    #expect(
      DisplayWidth.escaped("a\nb\t\u{1b}[31m\r\u{202e}ё") == "a\\nb\\t\\u{1b}[31m\\r\\u{202e}ё")
    #expect(DisplayWidth.escaped("обычный текст") == "обычный текст")
    #expect(DisplayWidth.escaped("a\r\nb") == "a\\r\\nb")
  }

  @Test func cutKeepsCharactersWhole() {
    #expect(DisplayWidth.cut("Привет", to: 6) == "Привет")
    #expect(DisplayWidth.cut("Привет", to: 5) == "Прив…")
    #expect(DisplayWidth.cut("日本語", to: 5) == "日本…")
    #expect(DisplayWidth.cut("日本語", to: 4) == "日…")
    #expect(DisplayWidth.cut("e\u{301}e\u{301}e\u{301}", to: 2) == "e\u{301}…")
    #expect(DisplayWidth.cut("abc", to: 1) == "…")
    #expect(DisplayWidth.cut("abc", to: 0) == "")
  }

  @Test func columnsAreAlignedByWidth() throws {
    let small = try table(
      ("имя", ["Анна", "日本", nil, "e\u{301}"]), ("n", [1, -20, nil, 300]),
      ("x", [0.5, nil, 1e-7, 2.0]), ("ok", [true, nil, false, true]))
    #expect(
      small.rendered() == """
        имя         n       x  ok
        text  integer  number  boolean
        ────  ───────  ──────  ───────
        Анна        1     0.5  true
        日本      -20
                        1e-07  false
        e\u{301}         300     2.0  true

        """)
  }

  @Test func whatDoesNotFitIsCounted() throws {
    let long = try Table([
      (name: "n", column: Column(integers: Array(0..<1_234_567))),
      (
        name: "text",
        column: Column(texts: (0..<1_234_567).map { _ in "очень длинный текст ячейки" })
      ),
      (name: "third", column: Column(integers: Array(0..<1_234_567))),
    ])
    #expect(
      long.rendered(maxRows: 3, maxWidth: 20, maxCellWidth: 10) == """
              n  text
        integer  text
        ───────  ──────────
              0  очень дли…
              1  очень дли…
        … 1 234 564 more rows
        1234566  очень дли…
        … 1 more column: third

        """)
    #expect(Table.empty.rendered() == "empty table\n")
    #expect(try table(("a", [])).rendered() == "a\ntext\n────\n")
  }

  @Test func longTextsShareTheRoomThatShortColumnsLeave() throws {
    let long = String(repeating: "слово ", count: 10)
    let wide = try table(
      ("id", ["a1", "a2"]), ("text", [.text(long), .text(long)]),
      ("note", [.text(long), .text(long)]), ("n", [1, 2]))
    #expect(
      wide.rendered(maxWidth: 60) == """
        id    text                   note                          n
        text  text                   text                    integer
        ────  ─────────────────────  ──────────────────────  ───────
        a1    слово слово слово сл…  слово слово слово сло…        1
        a2    слово слово слово сл…  слово слово слово сло…        2

        """)
    // What cannot be made narrow enough is counted below.
    #expect(wide.rendered(maxWidth: 40).hasSuffix("… 1 more column: n\n"))
  }

  @Test func numbersAreShownWithSixDigits() throws {
    let numbers = try table(
      (
        "x",
        [.number(1.0 / 3), 0.5, 1234567.25, .number(2e20 / 3), 1e-9, .number(-.infinity), 100.0]
      ))
    let shown = numbers.rendered().split(separator: "\n").dropFirst(3).map { $0.drop { $0 == " " } }
    #expect(
      shown == ["0.333333", "0.5", "1234567.0", "6.666666666666666e+19", "1e-09", "-inf", "100.0"])
    #expect(numbers.rendered(digits: nil).contains("0.3333333333333333"))
    #expect(numbers.rendered(digits: 2).contains(" 0.33\n"))
  }

  @Test func cellsOfAllSortsAreOneLine() throws {
    let odd = try table(
      ("a\nb", ["x\ty\n", .list([1, "a"]), .record([("k", nil)])]), ("wide", [1, 2, 3]))
    #expect(
      odd.rendered() == """
        a\\nb            wide
        mixed        integer
        ───────────  ───────
        x\\ty\\n             1
        [1, "a"]           2
        {"k": null}        3

        """)
    let book = try table(("t", [.text(String(repeating: "ё", count: 1_000_000))]))
    #expect(book.rendered(maxWidth: 12) == "t\ntext\n────────────\nёёёёёёёёёёё…\n")
  }
}
