// What the REPL does with inputs, over a real pseudo-terminal.

import Foundation
import TLTestSupport
import Testing

@Suite(.serialized) struct SessionTests {
  @Test func anErrorNeverEndsTheSession() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.enter("let x = 40")
    try terminal.line("1 // 0", shows: "error: ")
    try terminal.expect("┌─ input 2:1:")
    try terminal.expectPrompt()
    try terminal.line("nonsense(", shows: "... ")
    try terminal.line(")", shows: "unknown name `nonsense`")
    try terminal.expectPrompt()
    try terminal.line("x + 2", shows: "42")
  }

  @Test func aNameBoundToDataSaysWhatThatIs() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.line(
      "let t = table(map(1..1200, n => {text: \"день {n}\", mood: if n < 400 { \"a\" } else { \"b\" }}))",
      shows: "Table  1 200 rows · text: Text · mood: b 801, a 399")
    try terminal.expectPrompt()
    try terminal.line("let n = 7", shows: "tl> ")
    try terminal.line("n * 3", shows: "21")
  }

  @Test func controlCStopsAnEndlessLoop() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.enter("fn spin() { while true { } }")
    try terminal.enter("let kept = 900")
    terminal.line("spin()")
    Thread.sleep(forTimeInterval: 0.4)
    let start = Date()
    terminal.send("\u{03}")
    try terminal.expect("interrupted")
    // 0.2 s on a quiet machine; tests share theirs.
    #expect(Date().timeIntervalSince(start) < 1)
    try terminal.expectPrompt()
    try terminal.line("kept + 9", shows: "909")
  }

  @Test(arguments: [
    "title(t)", "lower(t)", "words(t)", "find_all(t, r\"\\w\")", "characters(t)", "reverse(t)",
    "replace(t, \"о\", \"оо\")", "split_pattern(t, r\"\\s\")", "sentences(t)",
    "list(edit_distance(t, reverse(t))..1)", "shuffle(1..40_000_000, 1)",
  ])
  func controlCStopsALongFunctionOfALongText(_ call: String) throws {
    let terminal = try PseudoTerminal.atPrompt()
    // 75 MB; each call takes many times the pause before Ctrl-C.
    try terminal.enter("let t = join(repeat([\"слово и дело, \"], 3_000_000), \"\")")
    terminal.line("length(\(call) + \(call) + \(call))")
    Thread.sleep(forTimeInterval: 0.3)
    let start = Date()
    terminal.send("\u{03}")
    try terminal.expect("interrupted")
    // 0.2 s on a quiet machine; tests share theirs.
    #expect(Date().timeIntervalSince(start) < 1)
    try terminal.line("8 * 111", shows: "888")
  }

  @Test func controlCStopsAgainAndAgain() throws {
    let terminal = try PseudoTerminal.atPrompt()
    terminal.line("fn spin(n) { if n < 0 { 0 } else { spin2(n) } }\rfn spin2(n) { 1 }")
    for _ in 0..<3 {
      terminal.line("for i in 1..1_000_000_000_000 { let y = i * 2 }")
      Thread.sleep(forTimeInterval: 0.3)
      terminal.send("\u{03}")
      try terminal.expect("interrupted")
    }
    try terminal.expectPrompt()
    try terminal.line("31 * 10", shows: "310")
  }

  @Test func controlCEndsAScriptWith130() throws {
    let folder = TemporaryFolder()
    let script = "fn f() { while true { } }\nprint(\"on\")\nf()\n"
    try Data(script.utf8).write(to: folder.url.appendingPathComponent("a.tl"))
    let terminal = try PseudoTerminal(["a.tl"], folder: folder)
    try terminal.expect("on\r\n")
    terminal.send("\u{03}")
    try terminal.expect("interrupted")
    #expect(terminal.exitStatus() == 130)
  }

  @Test func aStaleValueSaysSo() throws {
    let terminal = try PseudoTerminal.atPrompt()
    for line in ["let a = 1", "let b = a + 1", "let c = b + 1", "let a = 100"] {
      try terminal.enter(line)
    }
    try terminal.line("c", shows: "note: `c` is stale: `b` is stale: `a` was bound anew in input 4")
    try terminal.line(":stale", shows: "b  `a` was bound anew in input 4")
    try terminal.line(":vars", shows: "stale")
    try terminal.expectPrompt()
    try terminal.enter("let b = a + 1")
    try terminal.line("c", shows: "note: `c` is stale: `b` was bound anew in input 6")
  }

  @Test func commandsLookAtTheSession() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.enter("let город = \"Уфа\"")
    try terminal.line(":vars", shows: "город  Text  \"Уфа\"")
    try terminal.line(":type [1, 2]", shows: "List of Integer")
    try terminal.line(":time 1 + 1", shows: "2")
    try terminal.expect("s")
    try terminal.line("?print", shows: "print(values…)")
    try terminal.line("?город", shows: "made in input 1")
    try terminal.line(":help", shows: ":save 3..12 file.tl")
    try terminal.line(":varz", shows: "did you mean `:vars`?")
    try terminal.enter(":reset")
    try terminal.line(":vars", shows: "no names are bound yet")
    terminal.line(":quit")
    #expect(terminal.exitStatus() == 0)
  }

  @Test func inputsAreSavedAndLoaded() throws {
    let terminal = try PseudoTerminal.atPrompt()
    for line in ["let a = 5", "1 // 0", "let b = a * 11", "b + 1"] {
      try terminal.enter(line)
    }
    try terminal.line(":save 1..3 lab.tl", shows: "2 inputs written to lab.tl")
    let text = try String(
      contentsOf: terminal.folder.url.appendingPathComponent("lab.tl"), encoding: .utf8)
    #expect(text == "let a = 5\nlet b = a * 11\n")
    try terminal.line(":save 1..3 lab.tl", shows: "exists already")
    try terminal.enter(":reset")
    try terminal.enter(":load lab.tl")
    try terminal.line("b + 700", shows: "755")
    try terminal.line(":load no-such.tl", shows: "there is no file \"no-such.tl\"")
  }

  @Test func colourIsUsedWhereTheTerminalHasIt() throws {
    let terminal = try PseudoTerminal(environment: ["NO_COLOR": ""])
    try terminal.expect("tl>")
    try terminal.line("nonsense", shows: "\u{1b}[1;31merror")
    terminal.line(":quit")
    #expect(terminal.exitStatus() == 0)
  }

  @Test func noColorIsRespected() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.line("nonsense", shows: "error: unknown name")
    terminal.line(":quit")
    #expect(terminal.exitStatus() == 0)
    #expect(!terminal.output.contains("m\u{1b}") && !terminal.output.contains("\u{1b}[1;31m"))
  }

  @Test func aDumbTerminalGetsPlainText() throws {
    let terminal = try PseudoTerminal.atPrompt(environment: ["TERM": "dumb", "NO_COLOR": ""])
    try terminal.enter("let слово = \"да\"")
    try terminal.line("слово == \"да\"", shows: "true")
    try terminal.line("[1,", shows: "... ")
    try terminal.line("nonsense]", shows: "error: unknown name")
    try terminal.expectPrompt()
    terminal.send("abc\u{03}")
    try terminal.expectPrompt()
    try terminal.line("6 * 111", shows: "666")
    terminal.send("\u{04}")
    #expect(terminal.exitStatus() == 0)
    #expect(!terminal.output.contains("\u{1b}"))
  }

  @Test func outputIntoAPipeIsPlain() throws {
    let terminal = try PseudoTerminal(
      environment: ["NO_COLOR": ""], command: "\"$TL\" | cat; echo \"end ${PIPESTATUS[0]}\"")
    terminal.line("print(1_000 + 234)")
    terminal.send("\u{04}")
    try terminal.expect("end 0")
    #expect(terminal.output.contains("1234"))
    #expect(!terminal.output.contains("\u{1b}"))
    #expect(!terminal.output.contains("tl> "))
  }
}
