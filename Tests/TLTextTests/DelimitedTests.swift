import Glibc
import TLTestSupport
import TLText
import Testing

@Suite struct DelimitedTests {
  let folder = TemporaryFolder()

  func options(_ change: (inout DelimitedOptions) -> Void) -> DelimitedOptions {
    var options = DelimitedOptions()
    change(&options)
    return options
  }

  @Test func kindsAreInferredPerColumn() throws {
    let table = try Table.parseDelimited(
      """
      i,n,b,t,code,mixed,big,special,nothing,first
      1,0.5,true,а,007,1,12345678901234567890,nan,,x
      -2,3,FALSE,"б,в",01,x,1,1.5,,1
      ,1e-3,,,1,2.5,2,-inf,,2
      """)
    #expect(
      table.columns.map(\.kind) == [
        .integer, .number, .boolean, .text, .text, .text, .text, .number, .text, .text,
      ])
    #expect(table.columns[0].values == [1, -2, nil])
    #expect(table.columns[1].values == [0.5, 3.0, 0.001])
    #expect(table.columns[2].values == [true, false, nil])
    #expect(table.columns[3].values == ["а", "б,в", nil])
    #expect(table.columns[4].values == ["007", "01", "1"])
    #expect(table.columns[5].values == ["1", "x", "2.5"])
    #expect(table.columns[6].values == ["12345678901234567890", "1", "2"])
    #expect(table.columns[7].numbers?[2] == -.infinity)
    #expect(table.columns[8].missingCount == 3)
    #expect(table.columns[9].values == ["x", "1", "2"])
  }

  @Test(arguments: [
    ("0", DataValue.int(0)), ("-1", .int(-1)), (" 12 ", .int(12)), ("+5", .text("+5")),
    ("-0", .number(-0.0)), ("9223372036854775807", .int(.max)),
    ("-9223372036854775808", .int(.min)),
    ("9223372036854775808", .text("9223372036854775808")), ("1.", .number(1)), (".5", .number(0.5)),
    ("-.5e3", .number(-500)), ("1e5", .number(100_000)), ("1E+2", .number(100)),
    ("0.1234567890123456789", .number(0.1234567890123456789)), ("1e-400", .number(0)),
    ("1e400", .text("1e400")), ("1,5", .text("1,5")), ("0x10", .text("0x10")),
    ("1_000", .text("1_000")),
    ("-", .text("-")), (".", .text(".")), ("1e", .text("1e")), ("--1", .text("--1")),
    ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)), ("00.5", .text("00.5")),
    ("5e-324", .number(.leastNonzeroMagnitude)), ("True", .bool(true)), ("nan", .text("nan")),
    ("1 2", .text("1 2")), ("８", .text("８")),
  ])
  func aCellHasTheKindThatAReaderExpects(cell: String, value: DataValue) throws {
    let table = try Table.parseDelimited("x\n\"\(cell)\"\n", options { $0.delimiter = "|" })
    #expect(table.columns[0].values == [value])
  }

  @Test func theDelimiterThatExcelNamesIsTaken() throws {
    let table = try Table.parseDelimited("sep=;\r\na,b;c\r\n1;2\r\n")
    #expect(table.names == ["a,b", "c"])
    #expect(table.columns.map(\.values) == [[1], [2]])
    let marked = try Table.parseDelimited("\u{feff}sep=|\nx|y\n", options { $0.hasHeader = false })
    #expect(marked.columns.map(\.values) == [["x"], ["y"]])
    let tabbed = try Table.parseDelimited("sep=;\na;b\tc\n1\t2\n", options { $0.delimiter = "\t" })
    #expect(tabbed.names == ["a;b", "c"])
    // A column of that name has no delimiter behind the sign, or nothing below it.
    #expect(try Table.parseDelimited("sep=,x\n1,2\n").names == ["sep=", "x"])
    #expect(try Table.parseDelimited("sep=;").names == ["sep=", "column_2"])
    let error = #expect(throws: TextError.self) { try Table.parseDelimited("sep=;\na;b\n1\n") }
    #expect(error?.line == 3)
  }

  @Test func quotesLineBreaksAndMarks() throws {
    let table = try Table.parseDelimited(
      "\u{feff}\"a \"\"x\"\"\", b \r\n\"1\r\n2\",\"\"\r\n\r\n\"\"\"\",y\r\n  z ,\"q\"")
    #expect(table.names == ["a \"x\"", "b"])
    #expect(table.columns[0].values == ["1\r\n2", "\"", "  z "])
    #expect(table.columns[1].values == ["", "y", "q"])
  }

  @Test func quotedEmptyIsTextOnlyInTextColumns() throws {
    let table = try Table.parseDelimited("a,b,c\n\"\",\"\",\"\"\n\"1\",\"x\",\n")
    #expect(table.columns[0].values == [nil, 1])
    #expect(table.columns[1].values == ["", "x"])
    #expect(table.columns[2].values == ["", nil])
  }

  @Test func delimiterIsSniffed() throws {
    #expect(try Table.parseDelimited("a;b\n1,5;2,7\n").names == ["a", "b"])
    #expect(try Table.parseDelimited("a\tb, c\n1\t2\n").names == ["a", "b, c"])
    #expect(try Table.parseDelimited("a|b|c\n1|2|3\n").columns.count == 3)
    #expect(
      try Table.parseDelimited("один\nдва, три\nчетыре\n", options { $0.delimiter = ";" }).rowCount
        == 2)
    #expect(try Table.parseDelimited("a,b\n\"x;y;z\",2\n").names == ["a", "b"])
    let path = folder.file("x.tsv", "a,b,c\n1,2,3\n")
    #expect(try Table.readDelimited(path).names == ["a,b,c"])
    let comma = try Table.parseDelimited("x;y\n1,5;-0,25e1\n", options { $0.decimal = "," })
    #expect(comma.row(0).map(\.1) == [1.5, -2.5])
  }

  @Test func headerMayBeAbsentEmptyOrRepeated() throws {
    let bare = try Table.parseDelimited("1,x\n2,y\n", options { $0.hasHeader = false })
    #expect(bare.names == ["column_1", "column_2"])
    #expect(bare.rowCount == 2)
    #expect(
      try Table.parseDelimited("a,,a,a_2\n1,2,3,4\n").names == ["a", "column_2", "a_2", "a_2_2"])
    #expect(try Table.parseDelimited("") == Table.empty)
    #expect(try Table.parseDelimited("\n\r\n") == Table.empty)
    let only = try Table.parseDelimited("a,b\n")
    #expect(only.names == ["a", "b"])
    #expect(only.rowCount == 0)
  }

  @Test func raggedRowsNameTheLineAndBothCounts() throws {
    let text = "a,b,c\n1,2,3\n\"x\ny\",2,3\n4,5\n6,7,8\n"
    let path = folder.file("ragged.csv", text)
    let error = #expect(throws: TextError.self) { try Table.readDelimited(path) }
    #expect(
      error?.description == "\"\(path)\", line 5: expected 3 cells as in the header, found 2; "
        + "ragged: \"pad\" makes the rest missing")
    let padded = try Table.parseDelimited(text, options { $0.ragged = .pad })
    #expect(padded.columns[2].values == [3, 3, nil, 8])
    let long = #expect(throws: TextError.self) {
      try Table.parseDelimited("a,b\n1,2\n1,2,3,4\n", options { $0.ragged = .pad })
    }
    #expect(
      long?.description == "line 3: expected 2 cells as in the header, found 4; "
        + "a cell with the delimiter `,` in it needs quotes")
  }

  @Test func quoteFaultsNameTheLine() throws {
    let open = #expect(throws: TextError.self) {
      try Table.parseDelimited("a,b\n1,2\n1,\"x\n2,3\n")
    }
    #expect(open?.line == 3)
    let after = #expect(throws: TextError.self) { try Table.parseDelimited("a,b\n\"x\" y,2\n") }
    #expect(after?.line == 2)
    let plain = try Table.parseDelimited(
      "a\tb\n\"x\t5\" диск\n",
      options {
        $0.quotes = false; $0.delimiter = "\t"
      })
    #expect(plain.row(0).map(\.1) == ["\"x", "5\" диск"])
    // A quote inside a bare cell is an ordinary character.
    #expect(try Table.parseDelimited("a,b\n5\" x,2\n").columns[0].values == ["5\" x"])
  }

  @Test func encodings() throws {
    let word: [UInt8] = [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2, 0x20, 0xB8, 0x96, 0xB9]
    let path = folder.file("cp.csv", Array("a,b\n1,2\n3,".utf8) + word + Array("\n".utf8))
    let error = #expect(throws: TextError.self) { try Table.readDelimited(path) }
    #expect(
      error?.description == "\"\(path)\", line 3: expected UTF-8, found the byte 0xCF at column 3; "
        + "the text looks like Windows-1251: read it with encoding: \"cp1251\"")
    let table = try Table.readDelimited(path, options { $0.encoding = "cp1251" })
    #expect(table.columns[1].values == ["2", "Привет ё–№"])
    #expect(throws: TextError.self) {
      try Table.readDelimited(path, options { $0.encoding = "ebcdic" })
    }
    let wide = folder.file("wide.csv", [0xFF, 0xFE, 0x61, 0, 0x0A, 0])
    let utf16 = #expect(throws: TextError.self) { try Table.readDelimited(wide) }
    #expect(utf16?.description.contains("UTF-16") == true)
    let nul = folder.file("nul.csv", Array("a,b\n1,2\n".utf8) + [0x33, 0, 0x2C, 0x34])
    let zero = #expect(throws: TextError.self) { try Table.readDelimited(nul) }
    #expect(zero?.line == 3)
    #expect(throws: TextError.self) { try Table.parseDelimited("a,b\r1,2\r3,4") }
  }

  @Test func wrongOptionsAreErrors() {
    #expect(throws: TextError.self) {
      try Table.parseDelimited("a", options { $0.delimiter = "й" })
    }
    #expect(throws: TextError.self) {
      try Table.parseDelimited("a", options { $0.delimiter = "\"" })
    }
    #expect(throws: TextError.self) { try Table.parseDelimited("a", options { $0.decimal = ";" }) }
    #expect(throws: TextError.self) {
      try Table.parseDelimited("a", options { $0.kinds = ["b": .text] })
    }
    #expect(throws: TextError.noSuchFile(path: "/no/file.csv")) {
      try Table.readDelimited("/no/file.csv")
    }
  }

  @Test func aKindMayBeFixed() throws {
    let text = try Table.parseDelimited("a,b\n1,2\n3,4\n", options { $0.kinds = ["a": .text] })
    #expect(text.columns[0].values == ["1", "3"])
    let error = #expect(throws: TextError.self) {
      try Table.parseDelimited("a,b\n1,2\nx,4\n", options { $0.kinds = ["a": .integer] })
    }
    #expect(error?.description == "line 3: expected an integer in column `a`, found \"x\"")
  }

  @Test func tooManyColumnsAreAnError() {
    let text = String(repeating: ",", count: 200_000)
    #expect(throws: TextError.self) { try Table.parseDelimited(text) }
  }

  /// A text that is long enough for several parts, with late surprises in most columns.
  @Test(arguments: [1, 2, 3, 5])
  func partsOnThreadsAgreeWithOne(threads: Int) throws {
    var text = "id,late_number,late_text,quoted,early_text,late_empty,flag\n"
    var random = TestRandom(seed: 3)
    let rows = 60_000
    for row in 0..<rows {
      let late = row == rows - 5 ? "2.5" : "\(row)"
      let word = row == rows / 2 ? "x" : "\(row % 100)"
      let quoted =
        Int.random(in: 0..<4, using: &random) == 0 ? "\"a\n,\"\"\(row)\n\n\"" : "плоско"
      let early = row == 3 ? "x" : "\(row)"
      let empty = row > rows - 3 ? "\(row)" : ""
      text += "\(row),\(late),\(word),\(quoted),\(early),\(empty),\(row % 2 == 0)\n"
    }
    let table = try Table.parseDelimited(text, options { $0.threads = threads })
    #expect(table.rowCount == rows)
    #expect(
      table.columns.map(\.kind) == [
        .integer, .number, .text, .text, .text, .integer, .boolean,
      ])
    #expect(table.columns[0].integers == Array(0..<rows))
    #expect(table.columns[1].value(at: rows - 5) == 2.5)
    #expect(table.columns[2].value(at: 7) == "7")
    #expect(table.columns[2].value(at: rows / 2) == "x")
    #expect(table.columns[4].value(at: rows - 1) == .text("\(rows - 1)"))
    #expect(table.columns[5].missingCount == rows - 2)
    #expect(table.columns[6].value(at: 1) == false)
    let one = try Table.parseDelimited(text, options { $0.threads = 1 })
    #expect(table == one)
    // Written and read again it is the same.
    #expect(try Table.parseDelimited(table.delimited(), options { $0.threads = threads }) == table)
  }

  @Test func aQuoteInABareCellDoesNotMisleadTheParts() throws {
    var text = "a,b\n"
    for row in 0..<100_000 { text += row % 3 == 0 ? "5\" диск,\(row)\n" : "\"x\ny\",\(row)\n" }
    let table = try Table.parseDelimited(text, options { $0.threads = 4 })
    #expect(table.columns[1].integers == Array(0..<100_000))
    let broken = text + "1,2,3\n" + text
    let error = #expect(throws: TextError.self) {
      try Table.parseDelimited(broken, options { $0.threads = 2 })
    }
    #expect(error?.line == 1 + 100_000 + 66_666 + 1)
  }

  @Test func readingStopsWhenAsked() {
    #expect(throws: TextError.cancelled) {
      try Table.parseDelimited("a\n1\n", isCancelled: { true })
    }
  }

  @Test(.timeLimit(.minutes(2)))
  func mutatedTextsAreATableOrAnError() throws {
    let seed = Array("a,b,\"в\"\"г\"\n1,2.5,\"x\ny\"\n007,-inf,\n,true,\"\"\r\n9,,я\n".utf8)
    var random = TestRandom(seed: 5)
    let alphabet = Array(",;\t|\"\n\r 0123456789.-eя".utf8)
    var good = 0
    for _ in 0..<20_000 {
      let bytes = random.mutate(seed, alphabet: alphabet)
      do {
        let table = try Table.parseDelimited(FileBytes(bytes))
        good += 1
        #expect(table.columns.allSatisfy { $0.count == table.rowCount })
        // Reading what was written gives the same cells, if no column lost its values' kind.
        let again = try Table.parseDelimited(
          table.delimited(), options { $0.delimiter = "," })
        #expect(again.rowCount == table.rowCount || table.columnCount == 0)
        #expect(again.names == table.names)
      } catch {
      }
    }
    #expect(good > 1000)
  }
}

@Suite struct JSONTableTests {
  let folder = TemporaryFolder()

  @Test func rowsOfJSONLBecomeTypedColumns() throws {
    let path = folder.file(
      "a.jsonl",
      """
      {"text": "Привет", "n": 1, "x": 1, "ok": true, "tags": ["a"], "z": null}
      {"n": 2, "text": "мир \\ud83d\\ude00", "x": 2.5, "extra": {"k": [1, null]}}

      {"big": 123456789012345678901234567890, "n": 7, "n": 5}
      """)
    let table = try Table.readJSONLines(path)
    #expect(table.names == ["text", "n", "x", "ok", "tags", "z", "extra", "big"])
    #expect(
      table.columns.map(\.kind) == [
        .text, .integer, .number, .boolean, .mixed, .text, .mixed, .text,
      ])
    #expect(table.columns[0].values == ["Привет", "мир 😀", nil])
    #expect(table.columns[1].values == [1, 2, 5])
    #expect(table.columns[2].values == [1.0, 2.5, nil])
    #expect(table.columns[6].values == [nil, .record([("k", .list([1, nil]))]), nil])
    #expect(table.columns[7].values == [nil, nil, "123456789012345678901234567890"])
    #expect(
      try Table.readJSONLines(folder.file("b.jsonl", table.jsonLines)).columns[4]
        == table.columns[4])
  }

  @Test func faultsNameTheLine() throws {
    let array = folder.file("a.jsonl", "{\"a\": 1}\n[1]\n")
    let error = #expect(throws: TextError.self) { try Table.readJSONLines(array) }
    #expect(error?.description == "\"\(array)\", line 2: expected an object, found an array")
    let broken = folder.file("b.jsonl", "{\"a\": 1}\n{\"b\": 2, \"a\": 1,}\n")
    #expect(
      throws: TextError.malformed(
        path: broken, line: 2, message: "column 16: a comma before `}`; remove it")
    ) {
      try Table.readJSONLines(broken)
    }
    let half = folder.file("c.jsonl", "{\"a\": 1}\n{\"b\": 2, \"a\": \"\\udc00\"}\n")
    #expect(throws: TextError.self) { try Table.readJSONLines(half) }
    let many = (0..<20).map { line in
      "{" + (0..<500).map { "\"k\(line)_\($0)\": 1" }.joined(separator: ", ") + "}"
    }.joined(separator: "\n")
    let error2 = #expect(throws: TextError.self) {
      try Table.readJSONLines(folder.file("d.jsonl", many))
    }
    #expect(error2?.line == 9)
  }

  @Test func anotherEncodingIsDecoded() throws {
    let bytes = Array("{\"a\": \"".utf8) + [0xC0, 0xE1] + Array("\"}\n".utf8)
    let path = folder.file("cp.jsonl", bytes)
    #expect(try Table.readJSONLines(path, encoding: "cp1251").columns[0].values == ["Аб"])
    #expect(try JSONLines.read(path, encoding: "windows-1251")[0]["a"]?.string == "Аб")
    #expect(throws: TextError.self) { try Table.readJSONLines(path) }
    let array = folder.file("cp.json", [0x5B] + bytes.dropLast() + [0x5D])
    #expect(try Table.readJSON(array, encoding: "cp1251").rowCount == 1)
    #expect(throws: TextError.self) { try Table.readJSON(array) }
  }

  @Test func anArrayOfObjectsIsATable() throws {
    let table = try Table.readJSON(
      folder.file("a.json", "\u{feff}[{\"a\": 1}, {\"b\": \"x\", \"a\": 2}]"))
    #expect(table.columns[0].values == [1, 2])
    #expect(table.columns[1].values == [nil, "x"])
    #expect(try Table(json: table.json) == table)
    #expect(throws: TextError.self) { try Table.readJSON(folder.file("b.json", "{}")) }
    #expect(throws: TextError.self) { try Table.readJSON(folder.file("c.json", "[1]")) }
    let error = #expect(throws: TextError.self) {
      try Table.readJSON(folder.file("d.json", "[\n{\"a\": }]"))
    }
    #expect(error?.line == 2)
  }

  @Test(.timeLimit(.minutes(2)))
  func mutatedLinesAgreeWithTheReferenceParser() throws {
    let seed = Array(
      "{\"a\": \"я\\n\", \"b\": [1, {}]}\n{\"b\": 2.5, \"c\": null, \"a\": \"\"}\n".utf8)
    var random = TestRandom(seed: 9)
    for _ in 0..<10_000 {
      let bytes = random.mutate(seed, alphabet: Array("{}[]\",:\\0e-\n".utf8))
      let file = try FileBytes(bytes)
      var rows: [[(String, DataValue)]]? = []
      do {
        try JSONLines(file).forEach { _, json in
          guard case .object(let fields) = json else {
            rows = nil
            return
          }
          // Of a repeated field the first counts.
          rows?.append(fields.map { ($0.key, DataValue($0.value)) })
        }
      } catch { rows = nil }
      let table = try? Table.parseJSONLines(file)
      #expect((table == nil) == (rows == nil))
      if let table, let rows { #expect(table == Table(records: rows)) }
    }
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func theLabsFilesRead() throws {
    let table = try Table.readJSONLines(Shared.folder + "/data/sentiment.jsonl")
    #expect(table.rowCount == 17_212)
    #expect(table.columns.allSatisfy { $0.kind == .text })
    #expect(try table.valueCounts("sentiment").columns[1].values == [8606, 8606])
    let entities = try Table.readJSONLines(Shared.folder + "/data/ner.jsonl")
    #expect(try entities.column("tokens").kind == .mixed)
    #expect(try Table.parseDelimited(table.delimited()) == table)
  }
}

@Suite struct WriterTests {
  let folder = TemporaryFolder()

  func sample() throws -> Table {
    try table(
      ("имя", ["а,б", "\"q\"", nil, "", "x\ny", " z"]), ("n", [1, nil, 3, -4, 5, 6]),
      ("x", [0.1, 1e300, nil, 2.0, 1e-7, -0.0]), ("ok", [true, false, nil, nil, true, true]))
  }

  @Test func writtenCSVReadsBack() throws {
    let table = try sample()
    #expect(
      try table.delimited() == """
        имя,n,x,ok
        "а,б",1,0.1,true
        \"""q""\",,1e+300,false
        ,3,,
        "",-4,2.0,
        "x
        y",5,1e-07,true
         z,6,-0.0,true

        """)
    let path = folder.path + "/out.csv"
    try table.writeDelimited(to: path)
    #expect(try Table.readDelimited(path) == table)
    try table.writeDelimited(to: path, delimiter: "\t")
    #expect(try Table.readDelimited(path) == table)
    let one = try oneColumn([nil, "x", nil])
    #expect(try one.delimited() == "a\n\"\"\nx\n\"\"\n")
    #expect(try Table.parseDelimited(one.delimited()).rowCount == 3)
  }

  func oneColumn(_ values: [DataValue]) throws -> Table { try table(("a", values)) }

  @Test func writtenJSONLReadsBack() throws {
    let table = try sample()
    let path = folder.path + "/out.jsonl"
    try table.writeJSONLines(to: path)
    #expect(try Table.readJSONLines(path) == table)
    #expect(table.jsonLines.hasPrefix("{\"имя\": \"а,б\", \"n\": 1, \"x\": 0.1, \"ok\": true}\n"))
  }

  @Test func markdownIsAligned() throws {
    let small = try table(("имя", ["a|b", "日本", nil]), ("n", [1, 20, nil]))
    #expect(
      small.markdown() == """
        | имя  |   n |
        | ---- | --: |
        | a\\|b |   1 |
        | 日本 |  20 |
        |      |     |

        """)
  }

  @Test func writingIsAtomicAndKeepsTheMode() throws {
    let path = folder.file("keep.txt", "old")
    chmod(path, 0o640)
    #expect(throws: TextError.cancelled) {
      try AtomicFile.write(path) { file in
        try file.append("new")
        throw TextError.cancelled
      }
    }
    #expect(try FileBytes.readText(path) == "old")
    try AtomicFile.write(path, text: "новое")
    #expect(try FileBytes.readText(path) == "новое")
    var status = stat()
    stat(path, &status)
    #expect(status.st_mode & 0o777 == 0o640)
    // Nothing else is left in the folder.
    #expect(glob(folder.path + "/*") == 1)
    let link = folder.path + "/link"
    symlink(path, link)
    try AtomicFile.write(link, text: "через ссылку")
    #expect(try FileBytes.readText(path) == "через ссылку")
    try AtomicFile.write("/dev/null", text: "x")
  }

  @Test func anUncommittedFileLeavesNothingAndAPatchReplacesBytes() throws {
    let path = folder.path + "/weights"
    do {
      let file = try AtomicFile(path)
      try file.append("lost")
    }
    #expect(glob(folder.path + "/*") == 0)
    let large = [UInt8](repeating: 7, count: 3 << 20)
    let file = try AtomicFile(path)
    try file.append("head")
    try large.withUnsafeBytes { try file.append(memory: $0) }
    try file.append("tail")
    #expect(file.count == large.count + 8)
    try file.patch([1, 2], at: 2)
    try file.commit()
    let bytes = try FileBytes(path: path)
    #expect(bytes.count == large.count + 8)
    let text = try Array(FileBytes.readText(path).utf8)
    #expect(text.prefix(5) == [0x68, 0x65, 1, 2, 7])
    #expect(text.suffix(5) == [7] + Array("tail".utf8))
  }

  func glob(_ pattern: String) -> Int {
    var result = glob_t()
    defer { globfree(&result) }
    return Glibc.glob(pattern, 0, nil, &result) == 0 ? Int(result.gl_pathc) : 0
  }

  @Test func anUnwritablePathIsAnError() throws {
    let error = #expect(throws: TextError.self) {
      try AtomicFile.write(folder.path + "/no/x.csv", text: "")
    }
    #expect(
      error?.description == "cannot write \"\(folder.path)/no/x.csv\": the folder does not exist")
    #expect(throws: TextError.unwritable(path: folder.path, reason: "it is a folder")) {
      try AtomicFile.write(folder.path, text: "")
    }
    #expect(throws: TextError.self) { try AtomicFile.write("", text: "") }
    let file = folder.file("f", "")
    #expect(throws: TextError.self) { try AtomicFile.write(file + "/x", text: "") }
    #expect(throws: TextError.unwritable(path: "/dev/full", reason: "the disk is full")) {
      try AtomicFile.write("/dev/full", text: "x")
    }
  }

  @Test func linesReadAndWrite() throws {
    let path = folder.file("l.txt", "\u{feff}один\r\n\nтри")
    #expect(try TextLines.read(path) == ["один", "", "три"])
    try TextLines.write(["a", "", "б"], to: path)
    #expect(try FileBytes.readText(path) == "a\n\nб\n")
    #expect(throws: TextError.self) { try TextLines.write(["a\nb"], to: path) }
    #expect(try TextLines.read(folder.file("e.txt", "")) == [])
    #expect(try TextLines.read(folder.file("c.txt", [0xC0, 0x0A]), encoding: "cp1251") == ["А"])
  }

  /// What other threads make meanwhile has the permissions that the user's umask leaves.
  @Test func writingDoesNotTouchTheUmask() async throws {
    let plain = folder.path + "/plain"
    #expect(mkdir(plain, 0o777) == 0)
    func permissions(_ path: String) -> mode_t {
      var status = stat()
      return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }
    let expected = permissions(plain)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [folder] in
        for number in 0..<2000 { try AtomicFile.write(folder.path + "/f", text: "\(number)") }
      }
      for number in 0..<4000 {
        let made = folder.path + "/\(number)"
        mkdir(made, 0o777)
        #expect(permissions(made) == expected)
      }
      try await group.waitForAll()
    }
    #expect(permissions(folder.path + "/f") == expected & 0o666)
  }
}
