// The command line: exit codes, streams, and input that is not as it should be.

import Foundation
import TLInterpreter
import Testing

struct CommandLineTests {
  @Test(arguments: [
    ("-e '1 + 1'", 0), ("-e 'let'", 65), ("-e 'nonsense'", 65), ("-e '1 // 0'", 70), ("-e", 64),
    ("--nonsense", 64), ("frobnicate", 64), ("no-such.tl", 66), ("run no-such.tl", 66),
    ("run", 64), ("check no-such.tl", 66), ("check", 64), ("/", 66), ("--version", 0),
    ("help", 0), ("help print", 0), ("help check", 0), ("help nonsense-topic", 64),
    ("doctor", 0), ("check --format yaml a.tl", 64), ("--help", 0),
  ])
  func everyEndHasItsExitCode(arguments: String, status: Int32) throws {
    let outcome = try BuiltProgram.run("\"$TL\" \(arguments)")
    #expect(outcome.status == status, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.isEmpty == (status == 0), "\(outcome.error)")
  }

  @Test func theLastExpressionIsShown() throws {
    #expect(try BuiltProgram.run("\"$TL\" -e '[1, 2.5, \"а\"]'").output == "[1, 2.5, \"а\"]\n")
  }

  @Test func aScriptComesFromStandardInput() throws {
    let outcome = try BuiltProgram.run("\"$TL\"", input: Data("let x = 20\nx + 1\n".utf8))
    #expect(outcome.output == "21\n")
    let failed = try BuiltProgram.run("\"$TL\" -", input: Data("let x = 20\nx +\n".utf8))
    #expect(failed.status == 65)
    #expect(failed.error.contains("standard input:2:"))
  }

  @Test func aShebangLineMakesAProgram() throws {
    let script = "#!/usr/bin/env tl\nprint(arguments[1], length(arguments))\n"
    // A program that is still open for writing cannot be run, and a process that another test starts
    // at that moment holds what this one has open: the shell writes the program itself.
    let outcome = try BuiltProgram.run(
      "cat a.tl > program; chmod +x program; "
        + "PATH=\"$(dirname \"$TL\"):$PATH\" ./program один 'два три'",
      files: ["a.tl": Data(script.utf8)])
    #expect(outcome.output == "два три 2\n", "\(outcome.error)")
  }

  @Test func settingsReplaceWhatTheScriptBinds() throws {
    let script = Data("let seed = 1\nlet rate = 0\nlet name = \"a\"\n[seed, rate, name]\n".utf8)
    let outcome = try BuiltProgram.run(
      "\"$TL\" run a.tl --set seed=7 --set rate=15% --set name='два слова'",
      files: ["a.tl": script])
    #expect(outcome.output == "[7, 0.15, \"два слова\"]\n", "\(outcome.error)")
    let unknown = try BuiltProgram.run("\"$TL\" run a.tl --set sed=7", files: ["a.tl": script])
    #expect(unknown.status == 65)
    #expect(unknown.error.contains("did you mean `seed`?"))
    #expect(try BuiltProgram.run("\"$TL\" run a.tl --set 7", files: ["a.tl": script]).status == 64)
    let twice = try BuiltProgram.run(
      "\"$TL\" run a.tl --set seed=7 --set seed=8", files: ["a.tl": script])
    #expect(twice.status == 64 && twice.error.contains("--set gives `seed` twice"), "\(twice)")
    let short = try BuiltProgram.run("\"$TL\" a.tl --set seed=7", files: ["a.tl": script])
    let long = try BuiltProgram.run("\"$TL\" run a.tl --set seed=7", files: ["a.tl": script])
    #expect(short.status == 0 && short.output == long.output, "\(short)")
    let wrong = try BuiltProgram.run(
      "\"$TL\" a.tl --set n=abc", files: ["a.tl": Data("let n = 1\nprint(take([1], n))".utf8)])
    #expect(wrong.status == 65 && wrong.error.contains("--set gives `n` the value Text \"abc\""))
    #expect(try BuiltProgram.run("\"$TL\" -e 1 -e 2").status == 64)
  }

  @Test func aSettingThatIsNoneMayBeUsedBehindAGuard() throws {
    let text = """
      let limit = none
      let rows = [1, 2, 3]
      if not is_none(limit) and limit < 3 { take(rows, limit) } else { rows }

      """
    let files = ["a.tl": Data(text.utf8)]
    let plain = try BuiltProgram.run("\"$TL\" run a.tl", files: files)
    #expect(plain.output == "[1, 2, 3]\n", "\(plain.error)")
    let set = try BuiltProgram.run("\"$TL\" run a.tl --set limit=2", files: files)
    #expect(set.output == "[1, 2]\n", "\(set.error)")
  }

  @Test func whatNoGoldenScriptCanHoldIsNamedByItsId() throws {
    let damaged: [(bytes: [UInt8], id: String)] = [
      ([0x78, 0x20, 0xCF, 0xF0], "not-utf8"), ([0x31, 0x00], "nul-byte"),
    ]
    for (bytes, id) in damaged {
      let outcome = try BuiltProgram.run(
        "\"$TL\" check --format json a.tl", files: ["a.tl": Data(bytes)])
      #expect(outcome.status == 65 && outcome.output.contains("\"\(id)\""), "\(outcome)")
    }
    let large = try BuiltProgram.run("truncate -s 3G a.tl; \"$TL\" check a.tl")
    #expect(large.status == 65, "\(large)")
    #expect(large.error.contains("\"a.tl\" is larger than 2 GB"), "\(large)")
    #expect(large.error.contains("read data with `read(\"a.tl\")`"), "\(large)")
    let unknown = try BuiltProgram.run(
      "\"$TL\" run a.tl --set sede=1", files: ["a.tl": Data("let seed = 2".utf8)])
    #expect(unknown.status == 65)
    #expect(
      unknown.error.contains("--set names `sede`, which the script does not bind at the top level"))
  }

  @Test func whatAScriptSaysWithFailIsAboutItsUsersData() throws {
    let script = Data("fn check(n) {\n  if n < 10 { fail(\"only {n} rows\") }\n}\ncheck(3)\n".utf8)
    let outcome = try BuiltProgram.run("\"$TL\" a.tl", files: ["a.tl": script])
    #expect(outcome.status == 70)
    #expect(outcome.error == "error: only 3 rows\n  · said by `fail` at a.tl:2:15\n")
    let traced = try BuiltProgram.run("\"$TL\" run a.tl --trace", files: ["a.tl": script])
    #expect(traced.status == 70)
    #expect(traced.error.contains("^^^") && traced.error.contains("called at a.tl:4:1"))
  }

  @Test func helpFitsTheWidth() throws {
    for topic in ["adapt", "tables", "numbers", "donors", "operators"] {
      let page = try #require(Help.page(topic, library: .standard, width: 50))
      let lines = page.split(separator: "\n")
      let long = lines.filter { $0.count > 50 && !$0.contains("tl> ") }
      #expect(long.isEmpty, "\(long)")
      // The words are the same at any width.
      let wide = try #require(Help.page(topic, library: .standard, width: 500))
      #expect(
        page.split(whereSeparator: \.isWhitespace) == wide.split(whereSeparator: \.isWhitespace))
    }
  }

  @Test func aTableIsPrintedAligned() throws {
    let script = Data(
      "let t = table({n: 1..100})\nprint(\"rows:\", t)\nprint(head(t, 1), \"end\", 1)\n".utf8)
    let outcome = try BuiltProgram.run("\"$TL\" a.tl", files: ["a.tl": script])
    #expect(outcome.output.hasPrefix("rows:\n"), "\(outcome)")
    #expect(outcome.output.contains("\n… 80 more rows\n"), "\(outcome)")
    #expect(outcome.output.hasSuffix("      1\nend 1\n"), "\(outcome)")
  }

  @Test func errorsGoToStandardErrorAfterTheOutput() throws {
    let script = Data("print(\"before\")\nfn f(x) {\n  1 // x\n}\nf(0)\n".utf8)
    let outcome = try BuiltProgram.run("\"$TL\" a.tl", files: ["a.tl": script])
    #expect(outcome.status == 70)
    #expect(outcome.output == "before\n")
    #expect(outcome.error.contains("┌─ a.tl:3:"))
    #expect(outcome.error.contains("· in `f`, called at a.tl:5:1"))
  }

  @Test func repeatedCallsAreSaidOnce() throws {
    // In a process of its own: the test runner records where each of the million frames throws.
    let script = Data("fn f(n) { 1 + f(n + 1) }\nf(0)\n".utf8)
    let outcome = try BuiltProgram.run("\"$TL\" a.tl", files: ["a.tl": script])
    #expect(outcome.status == 70)
    #expect(outcome.error.contains("in `f`, called at a.tl:1:15 ("))
    #expect(outcome.error.contains("more calls"))
    #expect(outcome.error.split(separator: "\n").count < 10)
  }

  @Test func anotherLocaleGetsASCII() throws {
    let outcome = try BuiltProgram.run("\"$TL\" -e nonsense", environment: ["LC_ALL": "C"])
    #expect(outcome.error.contains("--> -e:1:1"))
    #expect(outcome.error.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func checkWritesJSON() throws {
    let script = Data("let я = 1\n\nprint(\"ы\", яя)\n".utf8)
    let outcome = try BuiltProgram.run(
      "\"$TL\" check --format json a.tl", files: ["a.tl": script])
    #expect(outcome.status == 65)
    let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let first = try #require((json as? [[String: Any]])?.first)
    #expect(first["id"] as? String == "unknown-name")
    #expect(first["file"] as? String == "a.tl")
    let range = try #require(first["range"] as? [String: [String: Int]])
    #expect(range["start"] == ["line": 3, "column": 12, "offset": 24])
    let fine = try BuiltProgram.run(
      "\"$TL\" check --format json a.tl", files: ["a.tl": Data("1\n".utf8)])
    #expect(fine.status == 0)
    #expect(fine.output == "[]\n")
  }

  @Test func aFileThatIsMissingIsMissingInput() throws {
    let script = Data("let bytes = read(\"no-such.jsonl\")\n".utf8)
    let outcome = try BuiltProgram.run("\"$TL\" check a.tl", files: ["a.tl": script])
    // Until `read` is in the library this is an unknown name.
    #expect(outcome.status == (outcome.error.contains("no file") ? 66 : 65))
  }

  @Test func layoutIsWrittenOrShown() throws {
    let script = Data("let   x=1\n".utf8)
    let shown = try BuiltProgram.run("\"$TL\" fmt --stdout a.tl", files: ["a.tl": script])
    #expect(shown.output == "let x = 1\n")
    let checked = try BuiltProgram.run("\"$TL\" fmt --check a.tl", files: ["a.tl": script])
    #expect(checked.status == 65)
    #expect(checked.output == "a.tl\n")
    let written = try BuiltProgram.run(
      "\"$TL\" fmt a.tl; cat a.tl; \"$TL\" fmt --check a.tl", files: ["a.tl": script])
    #expect(written.output == "let x = 1\n")
    #expect(written.status == 0)
    let broken = try BuiltProgram.run("\"$TL\" fmt a.tl", files: ["a.tl": Data("let (".utf8)])
    #expect(broken.status == 65)
  }

  // MARK: Streams

  @Test func aPipeThatClosesEndsInSilence() throws {
    let script = Data("for i in 1..10_000_000 { print(i) }\n".utf8)
    let outcome = try BuiltProgram.run(
      "\"$TL\" a.tl | head -1; echo \"${PIPESTATUS[0]}\"", files: ["a.tl": script])
    #expect(outcome.output == "1\n141\n")
    #expect(outcome.error.isEmpty)
  }

  @Test func unwritableOutputIsAnError() throws {
    let full = try BuiltProgram.run("\"$TL\" -e 'print(1)' > /dev/full")
    #expect(full.status == 70)
    #expect(full.error.contains("standard output cannot be written"))
    let closed = try BuiltProgram.run("\"$TL\" -e 'print(1)' >&-")
    #expect(closed.status == 70)
    #expect(try BuiltProgram.run("\"$TL\" -e 'let x = 1' <&- 2>&-").status == 0)
  }

  // MARK: Bad scripts

  @Test func aScriptOf50MBRunsOrSaysWhyNot() throws {
    var text = String(repeating: "# a line of comment that fills the file\n", count: 1_200_000)
    text += "print(\"last\")\n"
    let long = try BuiltProgram.run("\"$TL\" a.tl", files: ["a.tl": Data(text.utf8)])
    #expect(long.status == 0)
    #expect(long.output == "last\n")
    // One line of 50 MB with an error at its end: the excerpt is short.
    let line = "let x = [\"" + String(repeating: "слово ", count: 4_600_000) + "\", oops]"
    let wide = try BuiltProgram.run("\"$TL\" check a.tl", files: ["a.tl": Data(line.utf8)])
    #expect(wide.status == 65)
    #expect(wide.error.count < 2_000)
  }
}
