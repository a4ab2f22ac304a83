import TLTestSupport
import TLText
import Testing

/// What every reader of lines says of a file that has no lines, or no UTF-8.
@Suite struct LineBreakTests {
  let folder = TemporaryFolder()
  static let formats = ["csv", "txt", "jsonl", "conll"]

  func read(_ bytes: [UInt8], _ format: String, encoding: String? = nil) throws -> [DataValue] {
    let path = folder.file("a." + format, bytes)
    switch format {
    case "csv":
      var options = DelimitedOptions()
      options.encoding = encoding
      return try Table.readDelimited(path, options).columns[0].values
    case "txt": return try TextLines.readColumn(path, encoding: encoding).values
    case "jsonl": return try Table.readJSONLines(path, encoding: encoding).columns[0].values
    default: return try Table.readCoNLL(path, encoding: encoding).columns[0].values
    }
  }

  @Test(arguments: formats)
  func linesThatEndWithCRAloneAreNamed(_ format: String) {
    let text = format == "jsonl" ? "{\"a\": 1}\r{\"a\": 2}\r" : "a O\rb O\r"
    #expect {
      try read(Array(text.utf8), format)
    } throws: {
      ($0 as? TextError)?.line == 1
        && "\($0)".hasSuffix(
          "line 1: the lines end with CR alone; convert them with `tr '\\r' '\\n'`")
    }
  }

  @Test func aLineOfItsOwnMayEndWithCR() throws {
    #expect(try read(Array("один\r".utf8), "txt") == ["один"])
    #expect(try read(Array("{\"a\": 1}\r".utf8), "jsonl") == [1])
    #expect(try read(Array("а O\r".utf8), "conll") == [.list(["а"])])
    #expect(try read(Array("один\r\n\r\nдва\n".utf8), "txt") == ["один", "", "два"])
  }

  @Test(arguments: formats, [[0xFF, 0xFE], [0xFE, 0xFF]] as [[UInt8]])
  func aFileOfUTF16IsSent(_ format: String, _ mark: [UInt8]) {
    let text = "{\"a\": \"б\"}\n".utf16.flatMap { unit in
      let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      return mark[0] == 0xFF ? bytes : bytes.reversed()
    }
    #expect {
      try read(mark + text, format)
    } throws: { "\($0)".contains("iconv -f UTF-16 -t UTF-8") }
  }

  @Test func aLineThatBeginsLikeAMarkOfUTF16IsNone() {
    // яю in Windows-1251.
    #expect {
      try read(Array("{\"a\": 1}\n".utf8) + [0xFF, 0xFE, 0x0A], "jsonl")
    } throws: { "\($0)".contains("cp1251") && ($0 as? TextError)?.line == 2 }
  }

  @Test func linesOfJSONAreReadInWindows1251() throws {
    let bytes = Array("{\"a\": \"".utf8) + [0xFF] + Array("\"}\n".utf8)
    #expect(try read(bytes, "jsonl", encoding: "cp1251") == ["я"])
  }
}
