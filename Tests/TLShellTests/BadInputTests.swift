// Files and streams that are not as they should be: each ends with its exit code and an error that
// says what was expected, where, and what to do next.

import Foundation
import Testing

struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: String
    let status: Int32
    /// What the error says, each somewhere.
    let says: [String]
    var file = ""
    var bytes: [UInt8] = []
    var testDescription: String { arguments }
  }

  private static let brokenJSONL = Array(
    (1...9_000).map { "{\"id\": \($0), \"text\": \"строка\($0 == 7_213 ? "" : "\"")}\n" }
      .joined().utf8)
  private static let cp1251: [UInt8] = [0xE3, 0xEE, 0xF0, 0xEE, 0xE4, 0x2C, 0x61, 0x0A, 0xD3, 0x2C]
  /// `{"a": "Уфа"}`
  private static let letters1251 =
    Array("{\"a\": \"".utf8) + [0xD3, 0xF4, 0xE0] + Array("\"}\n".utf8)
  private static let ragged = Array("city,size\nУфа,3\nОмск\nТула,5,6\n".utf8)

  @Test(arguments: [
    Case(
      arguments: "a.tl", status: 65, says: ["a.tl:1:8", "not UTF-8", "iconv -f cp1251"],
      file: "a.tl", bytes: Array("print(\"".utf8) + [0xCF, 0xF0, 0xE8, 0x22, 0x29]),
    Case(
      arguments: "a.tl", status: 65, says: ["a.tl:2:9", "line 2 holds a byte 0"],
      file: "a.tl", bytes: Array("let x = 1\nprint(\"a\0b\")\n".utf8)),
    Case(
      arguments: "a.tl", status: 65, says: ["UTF-16", "iconv -f utf-16"],
      file: "a.tl", bytes: [0xFF, 0xFE, 0x31, 0x00]),
    Case(arguments: "no-such.tl", status: 66, says: ["there is no file \"no-such.tl\""]),
    Case(arguments: "/", status: 66, says: ["\"/\" is a folder"]),
    Case(
      arguments: "-e 'read(\"a.csv\")'", status: 70,
      says: ["line 3", "expected 2 cells", "found 1", "ragged: \"pad\""], file: "a.csv",
      bytes: ragged),
    Case(
      arguments: "-e 'read(\"a.csv\", ragged: \"pad\")'", status: 70, says: ["line 4", "found 3"],
      file: "a.csv", bytes: ragged),
    Case(
      arguments: "-e 'read(\"a.csv\")'", status: 70,
      says: ["line 1", "UTF-8", "encoding: \"cp1251\""], file: "a.csv", bytes: cp1251),
    Case(
      arguments: "-e 'read(\"a.jsonl\")'", status: 70, says: ["line 7213", "never closed"],
      file: "a.jsonl", bytes: brokenJSONL),
    Case(
      arguments: "-e 'read(\"a.jsonl\")'", status: 70,
      says: ["line 1", "UTF-8", "encoding: \"cp1251\""], file: "a.jsonl", bytes: letters1251),
    Case(
      arguments: "-e 'fail(read(\"a.jsonl\", encoding: \"cp1251\")[0].a)'", status: 70,
      says: ["Уфа"], file: "a.jsonl", bytes: letters1251),
    Case(
      arguments: "-e 'fail(read(\"a.json\", encoding: \"cp1251\").a)'", status: 70,
      says: ["Уфа"], file: "a.json", bytes: letters1251),
    Case(
      arguments: "-e 'read(\"no-such.csv\")'", status: 66,
      says: ["there is no file \"no-such.csv\"", "-e:1:6"]),
    Case(
      arguments: "-e 'write([{a: 1}], \"/no/such/a.csv\")'", status: 70,
      says: [
        "cannot write \"/no/such/a.csv\"", "folder does not exist",
        "`make_folder(\"/no/such\")` makes it",
      ]),
    Case(
      arguments: "-e 'write([{a: 1}], \"out.xls\")'", status: 65,
      says: [
        "-e:1:17", "the ending \".xls\" of \"out.xls\" says no format", ".csv .tsv", "format:",
      ]),
    Case(
      arguments: "-e 'write([{a: 1}], \"\" + \"out\")'", status: 70,
      says: ["\"out\" has no ending that says its format", ".jsonl", "format: \"csv\""]),
    Case(
      arguments: "-e 'write_text(\"a\", \"/dev/full\")'", status: 70,
      says: ["cannot write \"/dev/full\"", "disk is full"]),
    Case(
      arguments: "-e 'print(1)' > /dev/full", status: 70,
      says: ["standard output cannot be written", "No space left"]),
    Case(arguments: "check", status: 64, says: ["error: Missing expected argument", "Usage: tl"]),
    Case(arguments: "chek a.tl", status: 64, says: ["did you mean `tl check`?"]),
    Case(arguments: "run a.tl --set 3=4", status: 64, says: ["--set needs name=value"]),
  ])
  func theErrorSaysWhatAndWhereAndWhatNext(_ example: Case) throws {
    let files = example.file.isEmpty ? [:] : [example.file: Data(example.bytes)]
    let outcome = try BuiltProgram.run("\"$TL\" \(example.arguments)", files: files)
    #expect(outcome.status == example.status, "\(outcome.error)")
    for text in example.says { #expect(outcome.error.contains(text), "\(outcome.error)") }
    // An error is a few lines, without control characters.
    #expect(outcome.error.split(separator: "\n").count <= 12)
    #expect(outcome.error.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" })
  }

  @Test func anErrorInAPartNamesTheLineOfTheFile() throws {
    let rows = (1...60).map {
      "{\"text\": \"текст \($0)\", \"label\": \($0 == 41 ? "null" : "\"\($0 % 2)\"")}\n"
    }
    let csv = (1...60).map { "текст \($0),\($0 == 41 ? "" : "\($0 % 2)")\n" }
    let quoted = (1...60).map { "\"текст\n\($0)\",\($0 == 41 ? "" : "\($0 % 2)")\n" }
    for (file, content, place) in [
      ("a.jsonl", rows.joined(), "line 41 of \"a.jsonl\""),
      ("a.csv", "text,label\n" + csv.joined(), "line 42 of \"a.csv\""),
      ("b.csv", "text,label\n" + quoted.joined(), "row 40 of \"b.csv\""),
    ] {
      let outcome = try BuiltProgram.run(
        "\"$TL\" -e 'read(\"\(file)\") |> where(row => row.text != \"\") |> shuffle(seed: 1) "
          + "|> split(seed: 2) |> classification()'", files: [file: Data(content.utf8)])
      #expect(outcome.status == 70)
      #expect(outcome.error.contains("part, row "), "\(outcome.error)")
      #expect(
        outcome.error.contains(", which is \(place): column `label` has no label"),
        "\(outcome.error)")
    }
  }

  @Test func withoutATerminalNothingIsDecorated() throws {
    let outcome = try BuiltProgram.run(
      "setsid \"$TL\" -e 'table([{a: 1}])' < /dev/null | cat",
      environment: ["TERM": "xterm-256color"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("a"))
    #expect(!outcome.output.contains("\u{1b}"))
  }

  @Test func noHomeIsNoError() throws {
    let outcome = try BuiltProgram.run("env -i \"$TL\" -e '1 + 1'")
    #expect(outcome.status == 0)
    #expect(outcome.output == "2\n")
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func anUnreadableScriptIsMissingInput() throws {
    let outcome = try BuiltProgram.run(
      "chmod 000 a.tl; \"$TL\" a.tl", files: ["a.tl": Data("1".utf8)])
    #expect(outcome.status == 66)
    #expect(outcome.error.contains("Permission denied"))
  }
}
