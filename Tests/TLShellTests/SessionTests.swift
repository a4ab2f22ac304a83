// What the REPL does with inputs, over a real pseudo-terminal.

import Foundation
import Testing

@Suite(.serialized) struct SessionTests {
  private func start(
    columns: UInt16 = 100, environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(columns: columns, environment: environment)
    try terminal.expectPrompt()
    return terminal
  }

  @Test func anErrorNeverEndsTheSession() throws {
    let terminal = try start()
    terminal.line("let x = 40")
    try terminal.expectPrompt()
    terminal.line("1 // 0")
    try terminal.expect("error: ")
    try terminal.expect("┌─ input 2:1:")
    try terminal.expectPrompt()
    terminal.line("nonsense(")
    try terminal.expect("... ")
    terminal.line(")")
    try terminal.expect("unknown name `nonsense`")
    try terminal.expectPrompt()
    terminal.line("x + 2")
    try terminal.expect("42")
  }

  @Test func controlCStopsAnEndlessLoop() throws {
    let terminal = try start()
    terminal.line("fn spin() { while true { } }")
    try terminal.expectPrompt()
    terminal.line("let kept = 900")
    try terminal.expectPrompt()
    terminal.line("spin()")
    Thread.sleep(forTimeInterval: 0.4)
    let start = Date()
    terminal.send("\u{03}")
    try terminal.expect("interrupted")
    // 0.2 s on a quiet machine; tests share theirs.
    #expect(Date().timeIntervalSince(start) < 1)
    try terminal.expectPrompt()
    terminal.line("kept + 9")
    try terminal.expect("909")
  }

  @Test func controlCStopsAgainAndAgain() throws {
    let terminal = try start()
    terminal.line("fn spin(n) { if n < 0 { 0 } else { spin2(n) } }\rfn spin2(n) { 1 }")
    for _ in 0..<3 {
      terminal.line("for i in 1..1_000_000_000_000 { let y = i * 2 }")
      Thread.sleep(forTimeInterval: 0.3)
      terminal.send("\u{03}")
      try terminal.expect("interrupted")
    }
    try terminal.expectPrompt()
    terminal.line("31 * 10")
    try terminal.expect("310")
  }

  @Test func controlCEndsAScriptWith130() throws {
    let folder = try TemporaryFolder()
    let script = "fn f() { while true { } }\nprint(\"on\")\nf()\n"
    try Data(script.utf8).write(to: folder.url.appendingPathComponent("a.tl"))
    let terminal = try PseudoTerminal(["a.tl"], folder: folder)
    try terminal.expect("on\r\n")
    terminal.send("\u{03}")
    try terminal.expect("interrupted")
    #expect(terminal.exitStatus() == 130)
  }

  @Test func aStaleValueSaysSo() throws {
    let terminal = try start()
    for line in ["let a = 1", "let b = a + 1", "let c = b + 1", "let a = 100"] {
      terminal.line(line)
      try terminal.expectPrompt()
    }
    terminal.line("c")
    try terminal.expect("note: `c` is stale: `b` is stale: `a` was bound anew in input 4")
    terminal.line(":stale")
    try terminal.expect("b  `a` was bound anew in input 4")
    terminal.line(":vars")
    try terminal.expect("stale")
    try terminal.expectPrompt()
    terminal.line("let b = a + 1")
    try terminal.expectPrompt()
    terminal.line("c")
    try terminal.expect("note: `c` is stale: `b` was bound anew in input 6")
  }

  @Test func commandsLookAtTheSession() throws {
    let terminal = try start()
    terminal.line("let город = \"Уфа\"")
    try terminal.expectPrompt()
    terminal.line(":vars")
    try terminal.expect("город  Text  \"Уфа\"")
    terminal.line(":type [1, 2]")
    try terminal.expect("List of Integer")
    terminal.line(":time 1 + 1")
    try terminal.expect("2")
    try terminal.expect("s")
    terminal.line("?print")
    try terminal.expect("print(values…)")
    terminal.line("?город")
    try terminal.expect("made in input 1")
    terminal.line(":help")
    try terminal.expect(":save 3..12 file.tl")
    terminal.line(":varz")
    try terminal.expect("did you mean `:vars`?")
    terminal.line(":reset")
    try terminal.expectPrompt()
    terminal.line(":vars")
    try terminal.expect("no names are bound yet")
    terminal.line(":quit")
    #expect(terminal.exitStatus() == 0)
  }

  @Test func inputsAreSavedAndLoaded() throws {
    let terminal = try start()
    for line in ["let a = 5", "1 // 0", "let b = a * 11", "b + 1"] {
      terminal.line(line)
      try terminal.expectPrompt()
    }
    terminal.line(":save 1..3 lab.tl")
    try terminal.expect("2 inputs written to lab.tl")
    let text = try String(
      contentsOf: terminal.folder.url.appendingPathComponent("lab.tl"), encoding: .utf8)
    #expect(text == "let a = 5\nlet b = a * 11\n")
    terminal.line(":save 1..3 lab.tl")
    try terminal.expect("exists already")
    terminal.line(":reset")
    try terminal.expectPrompt()
    terminal.line(":load lab.tl")
    try terminal.expectPrompt()
    terminal.line("b + 700")
    try terminal.expect("755")
    terminal.line(":load no-such.tl")
    try terminal.expect("there is no file \"no-such.tl\"")
  }

  @Test func colourIsUsedWhereTheTerminalHasIt() throws {
    let terminal = try PseudoTerminal(environment: ["NO_COLOR": ""])
    try terminal.expect("tl>")
    terminal.line("nonsense")
    try terminal.expect("\u{1b}[1;31merror")
    terminal.line(":quit")
    #expect(terminal.exitStatus() == 0)
  }

  @Test func noColorIsRespected() throws {
    let terminal = try start()
    terminal.line("nonsense")
    try terminal.expect("error: unknown name")
    terminal.line(":quit")
    #expect(terminal.exitStatus() == 0)
    #expect(!terminal.output.contains("m\u{1b}") && !terminal.output.contains("\u{1b}[1;31m"))
  }

  @Test func aDumbTerminalGetsPlainText() throws {
    let terminal = try start(environment: ["TERM": "dumb", "NO_COLOR": ""])
    terminal.line("let слово = \"да\"")
    try terminal.expectPrompt()
    terminal.line("слово == \"да\"")
    try terminal.expect("true")
    terminal.line("[1,")
    try terminal.expect("... ")
    terminal.line("nonsense]")
    try terminal.expect("error: unknown name")
    try terminal.expectPrompt()
    terminal.send("abc\u{03}")
    try terminal.expectPrompt()
    terminal.line("6 * 111")
    try terminal.expect("666")
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
