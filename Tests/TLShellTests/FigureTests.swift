// Figures in the shell: inline in a terminal, as a line of text elsewhere, and as files.

import Foundation
import TLTestSupport
import Testing

private let hasGnuplot = access("/usr/bin/gnuplot", X_OK) == 0

@Suite(.serialized) struct FigureTests {
  @Test func aPipeGetsOneLine() throws {
    let outcome = try BuiltProgram.run("$TL -e 'plot([3, 1, 2], title: \"Ряд\")'")
    #expect(outcome.status == 0)
    #expect(outcome.output == "Figure  curves · 140 × 90 mm · Ряд\n")
    #expect(outcome.error.isEmpty)
  }

  @Test func withoutGnuplotTheDataIsWritten() throws {
    for path in ["", "/nowhere", "."] {
      let outcome = try BuiltProgram.run(
        "$TL -e 'save(plot([3, 1, 2]), \"a.pdf\")' && read -r line < a.csv && echo \"$line\""
          + " && [ ! -e a.pdf ]",
        environment: ["PATH": path])
      #expect(outcome.status == 0)
      #expect(outcome.output == "[\"a.csv\"]\nseries,x,y\n")
      #expect(
        outcome.error
          == "note: a.pdf was not drawn: gnuplot is not installed; get it: sudo apt-get install -y "
          + "--no-install-recommends gnuplot-nox; its data is in a.csv\n")
    }
  }

  @Test(.enabled(if: hasGnuplot, "needs gnuplot"))
  func filesAreOfTheirFormat() throws {
    let outcome = try BuiltProgram.run(
      "$TL -e 'for name in [\"a.pdf\", \"б.svg\", \"c.png\"] { save(plot([3, 1, 2]), name) }'"
        + " && head -c 4 a.pdf && head -c 5 б.svg && head -c 4 c.png | tail -c 3 && ls")
    #expect(outcome.status == 0)
    #expect(outcome.output == "%PDF<?xmlPNGa.csv\na.pdf\nc.csv\nc.png\nб.csv\nб.svg\n")
  }

  @Test func badPathsAreErrors() throws {
    for (code, message) in [
      ("save(plot([1]), \"a.jpg\")", "a figure's file ends in .pdf, .svg or .png, found \"a.jpg\""),
      ("save(plot([1]), \"no/such/a.png\")", "cannot write \"no/such/a.csv\""),
      ("save(plot([1]), \"a.png\", width: 1000, dpi: 1200)", "at most 20 000 pixels"),
      ("plot([])", "the list is empty"),
      ("plot([1], kind: \"lines\")", "did you mean \"line\"?"),
      ("plot(table([{a: 1}]), x: \"b\")", "no column `b`"),
      ("plot(\"text\")", "expected a value that can be drawn"),
      ("figure([])", "at least one part"),
    ] {
      let outcome = try BuiltProgram.run("$TL -e '\(code)'")
      #expect(outcome.status == 70 || outcome.status == 65, "\(code)")
      #expect(outcome.error.contains(message), "\(code): \(outcome.error)")
    }
  }

  @Test(.enabled(if: hasGnuplot, "needs gnuplot"))
  func aTerminalGetsCharacters() throws {
    for (columns, environment) in [
      (UInt16(80), ["TERM": "xterm-256color"]), (200, ["TERM": "screen"]),
      (80, ["TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"]),
    ] {
      let terminal = try PseudoTerminal(columns: columns, environment: environment)
      try terminal.expectPrompt()
      terminal.line("plot([3, 1, 2], title: \"Ряд\", lang: \"ru\")")
      try terminal.expect("└────")
      try terminal.expectPrompt()
      let output = terminal.plainOutput
      #expect(output.contains("Ряд") && output.contains("•") && output.contains("значение"))
      #expect(!output.contains("\u{1B}_G") && !output.contains("\u{1B}P"))
      let longest = output.split(separator: "\r\n").map(\.count).max() ?? 0
      #expect(longest <= Int(columns) + 8)
    }
  }

  @Test(.enabled(if: hasGnuplot, "needs gnuplot"))
  func kittyGetsAPicture() throws {
    let terminal = try PseudoTerminal(environment: ["TERM": "xterm-kitty"])
    try terminal.expectPrompt()
    terminal.line("plot([3, 1, 2])")
    try terminal.expect("\u{1B}_Gf=100,a=T,q=2,m=1;iVBORw0KGgo")
    try terminal.expect("\u{1B}\\")
    try terminal.expectPrompt()
  }

  @Test func aTerminalThatCannotMoveItsCursorGetsOneLine() throws {
    let terminal = try PseudoTerminal(environment: ["TERM": "dumb"])
    terminal.line("plot([3, 1, 2])")
    try terminal.expect("Figure  curves")
    #expect(!terminal.output.contains("└"))
  }

  /// The one who waits for a slow gnuplot can stop it, and the session goes on.
  @Test func controlCStopsADrawing() throws {
    let folder = TemporaryFolder()
    let program = folder.url.appendingPathComponent("gnuplot")
    try Data("#!/bin/sh\nexec sleep 60\n".utf8).write(to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    let terminal = try PseudoTerminal(
      environment: ["PATH": "\(folder.url.path):/usr/bin:/bin"], folder: folder)
    try terminal.expectPrompt()
    for line in ["plot([3, 1, 2])", "save(plot([3, 1, 2]), \"a.png\")"] {
      terminal.line(line)
      Thread.sleep(forTimeInterval: 0.6)
      terminal.send("\u{03}")
      try terminal.expect("interrupted", seconds: 10)
      try terminal.expectPrompt()
    }
    terminal.line("40 + 2")
    try terminal.expect("42")
  }
}
