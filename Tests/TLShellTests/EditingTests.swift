// Typing at the prompt of the REPL, over a real pseudo-terminal.

import Foundation
import TLTestSupport
import Testing

@Suite(.serialized) struct EditingTests {
  @Test func backspaceErasesWholeCyrillicLetters() throws {
    let terminal = try PseudoTerminal.atPrompt()
    terminal.line("let имя = \"приветы\u{7f}\"")
    // The backspace took `ы`.
    try terminal.expectPrompt()
    try terminal.line("имя == \"привет\"", shows: "true")
  }

  @Test func theCursorMovesByCyrillicLetters() throws {
    let terminal = try PseudoTerminal.atPrompt()
    // Left over the quote and `т`, then a letter between, then to the beginning and back.
    terminal.send("let слово = \"поле\"\u{1b}[D\u{1b}[D\u{7f}т\u{01}\u{05}\r")
    try terminal.expectPrompt()
    try terminal.line("слово == \"поте\"", shows: "true")
  }

  @Test func historyIsKeptBetweenSessions() throws {
    let folder = TemporaryFolder()
    let first = try PseudoTerminal.atPrompt(folder: folder)
    try first.enter("let ответ = 6 * 7")
    try first.enter("1 + 1")
    first.send("\u{04}")
    #expect(first.exitStatus() == 0)

    let second = try PseudoTerminal.atPrompt(folder: folder)
    // Two lines up stands the first input.
    second.send("\u{1b}[A\u{1b}[A\r")
    try second.expectPrompt()
    try second.line("ответ + 100", shows: "142")
  }

  @Test func controlRSearchesTheHistory() throws {
    let folder = TemporaryFolder()
    let first = try PseudoTerminal.atPrompt(folder: folder)
    try first.enter("let поиск = 11 * 11")
    try first.enter("2 + 2")
    first.line(":quit")
    #expect(first.exitStatus() == 0)

    let second = try PseudoTerminal.atPrompt(folder: folder)
    second.send("\u{12}поис")
    try second.expect("11 * 11")
    second.send("\r")
    try second.expectPrompt()
    try second.line("поиск + 1000", shows: "1121")
  }

  @Test func anUnwritableHistoryStopsNothing() throws {
    let terminal = try PseudoTerminal.atPrompt(environment: [
      "XDG_STATE_HOME": "/proc/no-such-folder"
    ])
    try terminal.line("20 + 3", shows: "23")
  }

  @Test func tabCompletesNames() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.enter("let warmup_ratio = 77 + 11")
    terminal.send("warm\t\r")
    try terminal.expect("88")
    try terminal.enter("let скорость = 3")
    terminal.send("ско\t * 111\r")
    try terminal.expect("333")
  }

  @Test func tabCompletesFieldsAndCommands() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.enter("let run = {rank: 8, alpha: 4242}")
    terminal.send("run.al\t\r")
    try terminal.expect("4242")
    terminal.send(":va\t\r")
    try terminal.expect("Record")
  }

  @Test func tabCompletesArgumentsColumnsAndPaths() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try Data("имя,size\nУфа,3\n".utf8).write(
      to: terminal.folder.url.appendingPathComponent("города.csv"))
    terminal.send("round(2.0625, dig\t3)\r")
    try terminal.expect("2.063")
    try terminal.expectPrompt()
    terminal.send("let t = read(\"гор\t)\r")
    try terminal.expectPrompt()
    terminal.send("t |> select(\"и\t) |> columns\r")
    try terminal.expect("[\"имя\"]")
    try terminal.expectPrompt()
    terminal.send("t.si\t\r")
    try terminal.expect("[3]")
  }

  @Test func tabListsWhatIsPossible() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.enter("let rate_a = 1\rlet rate_b = 2")
    try terminal.expectPrompt()
    terminal.send("rat\t\t")
    try terminal.expect("rate_a")
    try terminal.expect("rate_b")
    terminal.send("b + 70\r")
    try terminal.expect("72")
  }

  @Test func openBracketsContinueTheInput() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.line("let xs = [100,", shows: "... ")
    try terminal.enter("  200]")
    try terminal.line("xs[0] + xs[1]", shows: "300")
    try terminal.enter("fn f(x) {\r  x * 2\r}")
    try terminal.line("f(333)", shows: "666")
  }

  @Test func controlCClearsTheLine() throws {
    let terminal = try PseudoTerminal.atPrompt()
    terminal.send("let x = (1 +")
    try terminal.expect("(1 +")
    terminal.send("\u{03}")
    try terminal.expectPrompt()
    try terminal.line("70 * 11", shows: "770")
  }

  @Test func controlCLeavesAnInputOfSeveralLines() throws {
    let terminal = try PseudoTerminal.atPrompt()
    try terminal.line("[1,", shows: "... ")
    terminal.send("\u{03}")
    try terminal.expectPrompt()
    try terminal.line("50 * 11", shows: "550")
  }

  @Test func controlDLeaves() throws {
    let terminal = try PseudoTerminal.atPrompt()
    terminal.send("\u{04}")
    #expect(terminal.exitStatus() == 0)
  }

  @Test func aHundredLinesArriveAsTyped() throws {
    let terminal = try PseudoTerminal.atPrompt()
    var lines = (0..<99).map { "let v\($0) = \($0) + 1_000" }
    lines.append("v0 + v98 + 1_000_000")
    terminal.send(lines.joined(separator: "\r") + "\r")
    try terminal.expect("1002098", seconds: 60)
  }

  @Test func aBracketedPasteOfAHundredLinesIsOneInput() throws {
    let terminal = try PseudoTerminal.atPrompt()
    var lines = ["fn total(x) {", "\tlet a = \"таб\"", "", "\tlet b0 = x"]
    lines += (1..<95).map { "\tlet b\($0) = b\($0 - 1) + 1" }
    lines += ["\tb94", "}", "total(5_000)"]
    let text = lines.joined(separator: "\n")
    terminal.send("\u{1b}[200~\(text)\n\u{1b}[201~")
    try terminal.expect("5094", seconds: 30)
    // A paste without a line break is edited on.
    try terminal.expectPrompt()
    terminal.send("\u{1b}[200~total(6_\u{1b}[201~000)\r")
    try terminal.expect("6094")
    // What follows the last line break is edited on, too.
    try terminal.expectPrompt()
    terminal.send("\u{1b}[200~let q = total(\n7_0\u{1b}[201~00)\r")
    try terminal.expectPrompt()
    try terminal.line("q + 0", shows: "7094")
  }

  @Test func aNarrowWindowWraps() throws {
    let terminal = try PseudoTerminal.atPrompt(columns: 40)
    let words = (0..<12).map { "слово\($0)" }.joined(separator: " ")
    terminal.send("let текст = \"\(words)ы\"\u{1b}[D\u{7f}\u{05}\r")
    try terminal.expectPrompt()
    try terminal.line("текст == \"\(words)\"", shows: "true")
    try terminal.line(
      "let y = 1 + \(String(repeating: "1 + ", count: 20))unknown_thing",
      shows: "error: unknown name")
    try terminal.expectPrompt()
    let shown = terminal.plainOutput.components(separatedBy: "error: unknown name").last ?? ""
    for line in shown.components(separatedBy: "\r\n") where line.hasPrefix("  │") {
      #expect(line.count <= 40, "\(line)")
    }
  }
}
