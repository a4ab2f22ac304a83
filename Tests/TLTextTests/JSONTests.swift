import Glibc
import TLTestSupport
import TLText
import Testing

@Suite struct JSONTests {
  @Test func valuesOfEveryKind() throws {
    let json = try JSON.parse(
      #"{"a": [1, -2.5, 1e3, true, false, null], "б": "\u0439\ud83d\ude00\n", "a": {}}"#)
    let list = json.object?[0].value
    #expect(
      list?.array == [.int(1), .number(-2.5), .number(1000), .bool(true), .bool(false), .null])
    #expect(json["б"]?.string == "й😀\n")
    #expect(json.object?.map(\.key) == ["a", "б", "a"])
    #expect(json.object?[2].value == .object([]))
    #expect(json["c"] == nil)
    #expect(list?[1]?.number == -2.5)
    #expect(list?[9] == nil)
    #expect(list?[0]?.number == 1)
  }

  @Test func ofAKeyThatOccursTwiceTheLastCounts() throws {
    #expect(try JSON.parse(#"{"a": 1, "b": 2, "a": 3}"#)["a"] == .int(3))
    let file = try FileBytes(Array("{\"a\": 1, \"b\": 2, \"a\": 3}\n{\"a\": 4}\n".utf8))
    let table = try Table.parseJSONLines(file)
    #expect(table.names == ["a", "b"])
    #expect(try table.column("a").values == [3, 4])
    let whole = try Table(json: JSON.parse(#"[{"a": "x", "a": "y"}]"#))
    #expect(try whole.column("a").values == ["y"])
  }

  @Test func largeIntegersOfATableStayDifferent() throws {
    let lines = "{\"id\": 18446744073709551615}\n{\"id\": 18446744073709551614}\n"
    let table = try Table.parseJSONLines(FileBytes(Array(lines.utf8)))
    #expect(
      try table.column("id").values == ["18446744073709551615", "18446744073709551614"])
    let nested = try Table(json: JSON.parse("[{\"id\": [123456789012345678901]}]"))
    #expect(try nested.column("id").value(at: 0) == .list(["123456789012345678901"]))
  }

  @Test func integersBeyond64BitsStayAsWritten() throws {
    #expect(try JSON.parse("9223372036854775807") == .int(.max))
    #expect(try JSON.parse("-9223372036854775808") == .int(.min))
    for digits in ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"]
    {
      let json = try JSON.parse("[\(digits)]")
      #expect(json == .array([.largeInteger(digits)]))
      #expect(json.serialized() == "[\(digits)]")
      #expect(json[0]?.number == Double(digits) && json[0]?.kindName == "an integer")
    }
  }

  @Test func composedAndDecomposedKeysDiffer() throws {
    let json = try JSON.parse("{\"\u{439}\": 1, \"\u{438}\u{306}\": 2}")
    #expect(json["\u{439}"] == .int(1))
    #expect(json["\u{438}\u{306}"] == .int(2))
    #expect(JSON.string("\u{439}") != JSON.string("\u{438}\u{306}"))
  }

  @Test(arguments: [
    ("", 1, 1, "expected a JSON value, found nothing"),
    ("   \n ", 2, 2, "expected a JSON value, found nothing"),
    ("{\"a\": 1,\n \"b\": }", 2, 7, "expected a value, found `}`"),
    ("[1, 2", 1, 1, "this `[` is never closed"),
    ("[1, 2,]", 1, 6, "a comma before `]`; remove it"),
    ("{\"a\": 1,}", 1, 8, "a comma before `}`; remove it"),
    (
      "{'a': 1}", 1, 2,
      "expected a key in double quotes, found a single quote; strings stand in double quotes"
    ),
    ("[1 2]", 1, 4, "expected `,` or `]`, found `2`"),
    ("{\"й\" 1}", 1, 6, "expected `:` after the key, found `1`"),
    ("nul", 1, 1, "expected `null`"),
    ("[True]", 1, 2, "expected a value, found `T`"),
    ("01", 1, 1, "a number does not begin with 0"),
    ("[1.]", 1, 4, "expected a digit, found `]`"),
    ("[-]", 1, 3, "expected a digit, found `]`"),
    ("1e999", 1, 1, "the number is too large for 64 bits"),
    ("\"a\nb\"", 1, 3, "a line break inside a string; write \\n"),
    ("\"abc", 1, 1, "this string is never closed"),
    ("\"\\x\"", 1, 2, "an escape that JSON does not have"),
    ("\"\\u12g4\"", 1, 2, "expected four hexadecimal digits after \\u"),
    ("\"\\ud800\"", 1, 2, "the first half of a surrogate pair stands alone"),
    ("\"\\udc00\"", 1, 2, "the second half of a surrogate pair stands alone"),
    ("{} {}", 1, 4, "expected the end of the text, found `{`"),
    ("[«a»]", 1, 2, "expected a value, found `«` (U+00AB)"),
    ("{\"a\": NaN}", 1, 7, "expected a value, found `N`"),
  ])
  func anErrorNamesItsPlace(text: String, line: Int, column: Int, message: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
    #expect(error?.message == message)
    #expect(error?.line == line)
    #expect(error?.column == column)
  }

  @Test func invalidUTF8NamesItsPlace() {
    let bytes: [UInt8] = Array("[\"й\",\n\"".utf8) + [0xCF] + Array("\"]".utf8)
    let error = #expect(throws: JSONError.self) { try JSON.parse(bytes) }
    #expect(error?.description == "line 2, column 2: invalid UTF-8: the byte 0xCF")
    #expect(error?.offset == 8)
  }

  @Test func nestingHasALimit() throws {
    let deep = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try JSON.parse(deep(256)) }
    let error = #expect(throws: JSONError.self) { try JSON.parse(deep(257)) }
    #expect(error?.message == "arrays and objects nest deeper than 256")
    #expect(throws: JSONError.self) {
      try JSON.parse(String(repeating: "{\"a\":[", count: 100_000))
    }
  }

  @Test func deepestDocumentFitsA512KilobyteStack() throws {
    let text =
      String(repeating: "{\"a\":[", count: 128) + "1" + String(repeating: "]}", count: 128)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    // Unoptimized frames are about three times as large.
    #if DEBUG
      pthread_attr_setstacksize(&attributes, 2048 * 1024)
    #else
      pthread_attr_setstacksize(&attributes, 512 * 1024)
    #endif
    let box = Unmanaged.passRetained(Box(text))
    var thread = pthread_t()
    pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        let box = Unmanaged<Box>.fromOpaque(argument).takeUnretainedValue()
        let simd = try? JSON.parse(box.text)
        // The reference parser recurses as deep.
        var bytes = box.text
        let slow = bytes.withUTF8 { try? JSONDiagnosis.parse(UnsafeRawBufferPointer($0)) }
        box.agrees = simd != nil && simd == slow
        box.written = simd?.serialized(pretty: true)
        return nil
      }, box.toOpaque())
    pthread_join(thread, nil)
    let result = box.takeRetainedValue()
    #expect(result.agrees)
    #expect(try JSON.parse(result.written ?? "") == JSON.parse(text))
  }

  private final class Box {
    let text: String
    var agrees = false
    var written: String?
    init(_ text: String) { self.text = text }
  }

  @Test func serializedReadsBack() throws {
    let json = JSON.object([
      JSONField("a", .array([.int(1), .number(0.1), .number(1), .number(1e300)])),
      JSONField("least", .number(.leastNonzeroMagnitude)),
      JSONField("текст", .string("\"\\/\u{8}\u{c}\n\r\t\u{1}\u{7f}😀")),
      JSONField("empty", .object([])), JSONField("none", .null), JSONField("list", .array([])),
    ])
    #expect(try JSON.parse(json.serialized()) == json)
    #expect(try JSON.parse(json.serialized(pretty: true)) == json)
    #expect(
      JSON.parseOrNull(#"{"a":[1,{"b":[]}]}"#).serialized(pretty: true) == """
        {
          "a": [
            1,
            {
              "b": []
            }
          ]
        }
        """)
    #expect(
      JSON.parseOrNull(#"{"a":[1,2.50,"x\u0001"],"b":true}"#).serialized()
        == #"{"a": [1, 2.5, "x\u0001"], "b": true}"#)
    #expect(JSON.number(.infinity).serialized() == "null")
    #expect(JSON.number(.nan).serialized() == "null")
  }

  @Test func mutatedDocumentsAgreeWithTheReferenceParser() throws {
    let seeds = [
      #"{"id": "sen-1", "text": "Качество \"x\" 😀\u0439\n", "n": [1, -2.5e-3, true, null, {}]}"#,
      #"[0, 123456789012345678901, [[]], {"a": {"b": [false]}}, "\ud83d\ude00"]"#,
    ]
    var random = TestRandom(seed: 7)
    let alphabet = Array("{}[]\",:\\0123456789.eE+-truefalsn \n".utf8)
    for round in 0..<20_000 {
      let bytes = random.mutate(Array(seeds[round % seeds.count].utf8), alphabet: alphabet)
      let fast = Result { try JSON.parse(bytes) }
      let slow = Result { try bytes.withUnsafeBytes { try JSONDiagnosis.parse($0) } }
      switch (fast, slow) {
      case (.success(let a), .success(let b)):
        #expect(a == b)
        #expect(try JSON.parse(a.serialized()) == a)
      case (.failure(let error), .failure):
        let place = (error as? JSONError)?.offset
        #expect(place.map { $0 >= 0 && $0 <= bytes.count } == true)
      default:
        Issue.record("the two parsers disagree on \(String(decoding: bytes, as: UTF8.self))")
      }
    }
  }
}

extension JSON {
  static func parseOrNull(_ text: String) -> JSON { (try? JSON.parse(text)) ?? .null }
}

@Suite struct JSONLinesTests {
  let folder = TemporaryFolder()

  @Test func linesOfAllSorts() throws {
    let path = folder.file("a.jsonl", "\u{feff}{\"a\": 1}\r\n\n  \t\n[2]\n\"й\"")
    var lines: [Int] = []
    var values: [JSON] = []
    try JSONLines(path: path).forEach {
      lines.append($0)
      values.append($1)
    }
    #expect(lines == [1, 4, 5])
    #expect(values == [.object([JSONField("a", .int(1))]), .array([.int(2)]), .string("й")])
    #expect(try JSONLines.read(folder.file("empty.jsonl", "")).isEmpty)
  }

  @Test func aBrokenLineIsNamed() throws {
    var text = ""
    for line in 1...8000 {
      text +=
        line == 7213 ? "{\"text\": \"ой\" \"n\": 1}\n" : "{\"text\": \"ой\", \"n\": \(line)}\n"
    }
    let path = folder.file("broken.jsonl", text)
    let error = #expect(throws: TextError.self) { try JSONLines.read(path) }
    #expect(error?.line == 7213)
    #expect(
      error?.description == "\"\(path)\", line 7213: column 15: expected `,` or `}`, found `\"`")
  }

  @Test func anInvalidByteIsNamedWithTheRemedy() {
    let cp1251: [UInt8] = [0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2]
    let path = folder.file(
      "cp.jsonl", Array("{}\n\n{\"a\": \"".utf8) + cp1251 + Array("\"}\n".utf8))
    let error = #expect(throws: TextError.self) { try JSONLines.read(path) }
    #expect(
      error
        == .encoding(
          path: path, line: 3,
          message: "expected UTF-8, found the byte 0xCF at column 8; "
            + "the text looks like Windows-1251: read it with encoding: \"cp1251\""))
  }

  @Test func missingFilesAndFoldersAreErrors() {
    #expect(throws: TextError.noSuchFile(path: "/nonexistent/x")) {
      try JSONLines(path: "/nonexistent/x")
    }
    #expect(throws: TextError.isFolder(path: folder.path)) { try JSONLines(path: folder.path) }
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func theLabsFilesRead() throws {
    let values = try JSONLines.read(Shared.folder + "/data/sentiment.jsonl")
    #expect(values.count == 17_212)
    #expect(values.filter { $0["sentiment"]?.string == "positive" }.count == 8606)
  }
}
