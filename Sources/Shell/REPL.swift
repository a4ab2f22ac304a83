// The conversation: lines become inputs, inputs run in the session, and an error never ends it.
// The session lives on the evaluation thread; this side waits, and owns the terminal. Commands that
// begin with `:` and `?` are in ShellCommands.swift.

import Glibc
import TLInterpreter
import TLSyntax

final class REPL {
  let shell: Shell
  let session: Session
  private let thread: EvaluationThread
  private let history = History()
  private var lines: [String] = []
  private var reader: any LineReader
  /// Set by `:quit`.
  var isOver = false

  init(_ shell: Shell) throws {
    self.shell = shell
    thread = try EvaluationThread()
    session = thread.run { shell.newSession(arguments: []) }
    session.machine.keepsInterrupted = true
    Interrupts.cancel(session.machine.cancellation, endsAtSecond: false)
    let terminal = shell.terminal
    let isTerminal = terminal.inputIsTerminal && terminal.outputIsTerminal
    reader = PlainLines(shell.streams, showsPrompt: isTerminal)
    if isTerminal, terminal.isCapable,
      let edited = EditedLines(
        shell.streams, usesColor: terminal.outputUsesColor, history: history.load(),
        complete: { [unowned self] in complete($0) })
    {
      reader = edited
    }
    session.show = { [shell, cancellation = session.machine.cancellation] value in
      shell.display(value, cancellation)
    }
    session.showBinding = { [shell] value in
      if let line = bindingLine(value, width: shell.style.width) {
        shell.streams.output.write(line + "\n")
      }
    }
    if isTerminal {
      write("tl \(Program.version)  :help explains, Tab completes, Ctrl-D leaves\n")
    }
  }

  /// Runs until the input ends; returns the exit code.
  func run() -> Int32 {
    while !isOver {
      switch reader.read(isContinuation: !lines.isEmpty) {
      case .line(let line):
        lines.append(line)
        takeInput()
      case .paste(let text): take(paste: text)
      case .interrupted:
        lines = []
        Interrupts.reset(session.machine.cancellation)
      case .end:
        if lines.isEmpty {
          isOver = true
          if shell.terminal.outputIsTerminal { write("\n") }
        } else {
          // What is open stays open: say so, and begin anew.
          takeInput(isWhole: true)
        }
      }
    }
    shell.streams.output.flush()
    reader.close()
    return ExitCode.success
  }

  func write(_ text: String) { shell.streams.output.write(text) }

  /// Runs work on the session's thread.
  func onSession<Result>(_ body: () -> Result) -> Result { thread.run(body) }

  // MARK: Inputs

  /// A paste is one input as far as its last line break; what follows stays to be edited.
  private func take(paste text: String) {
    var parts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let rest = parts.removeLast()
    reader.echo(parts.dropFirst())
    lines += parts
    if rest.isEmpty {
      takeInput()
    } else {
      reader.push(
        rest.split(separator: "\t", omittingEmptySubsequences: false)
          .joined(separator: "  "))
    }
  }

  /// Runs the lines read so far when they are a whole input.
  private func takeInput(isWhole: Bool = false) {
    let text = lines.joined(separator: "\n")
    let first = text.drop { $0.isWhitespace }
    if first.isEmpty {
      lines = []
      return
    }
    let isCommand = first.hasPrefix(":") || first.hasPrefix("?")
    if !isCommand, !isWhole, onSession({ parse(Source(name: "", text: text)).isIncomplete }) {
      return
    }
    lines = []
    reader.remember(text)
    history.append(text)
    Interrupts.reset(session.machine.cancellation)
    if isCommand {
      runCommand(String(first))
    } else {
      evaluate(Source(name: "input \(session.inputCount + 1)", text: text))
    }
    shell.streams.output.flush()
  }

  /// Runs an input, and says what went wrong or what is stale.
  @discardableResult
  func evaluate(_ source: Source) -> Bool {
    let outcome = onSession { session.run(source, isInput: true) }
    switch outcome {
    case .finished:
      for binding in session.lastReads {
        if let reason = session.staleness(of: binding) {
          write(note("`\(binding.name)` is stale: \(reason)"))
        }
      }
      return true
    case .rejected(let diagnostics):
      shell.streams.report(shell.renderer.render(diagnostics))
    case .failed(let problem):
      shell.streams.report(shell.renderer.render(problem))
    case .interrupted:
      shell.streams.report("interrupted\n")
      Interrupts.reset(session.machine.cancellation)
    }
    return false
  }

  /// Runs a piece of work that can fail, and says how it failed.
  func reporting(_ body: () throws -> Void) {
    do {
      try body()
    } catch let problem as Problem {
      shell.streams.report(shell.renderer.render(problem))
    } catch is Interruption {
      shell.streams.report("interrupted\n")
    } catch {
      shell.streams.report("error: \(error)\n")
    }
  }

  func fail(_ message: String) {
    shell.streams.report("error: \(shell.renderer.visible(message))\n")
  }

  func note(_ message: String) -> String {
    let title = shell.terminal.outputUsesColor ? "\u{1b}[33mnote\u{1b}[0m" : "note"
    return "\(title): \(message)\n"
  }

  // MARK: Completion

  private func complete(_ line: String) -> (insertion: String, listing: String) {
    if line.allSatisfy({ $0 == " " || $0 == "\t" }), !line.isEmpty || !lines.isEmpty {
      return ("  ", "")
    }
    let found = completions(of: line)
    let insertion = found.insertion
    if !insertion.isEmpty || found.candidates.count < 2 { return (insertion, "") }
    return ("", Columns.list(found.candidates.map(\.label), width: shell.terminal.width))
  }

  private func completions(of line: String) -> Completions {
    if lines.isEmpty {
      if let found = completionsOfCommand(line) { return found }
    }
    let text = (lines + [line]).joined(separator: "\n")
    return onSession { session.completions(of: text) }
  }
}
