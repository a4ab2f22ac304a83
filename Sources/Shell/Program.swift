// The command line. The forms that people and scripts use all the time are told apart by hand, so
// that `tl -e 1` starts at once; the others go through swift-argument-parser (CommandLineTool.swift).

import Glibc
import TLInterpreter
import TLSyntax

/// What the process ends with (sysexits.h, and 130 as shells say it for Ctrl-C).
public enum ExitCode {
  public static let success: Int32 = 0
  public static let usage: Int32 = 64
  public static let script: Int32 = 65
  public static let missingInput: Int32 = 66
  public static let runtime: Int32 = 70
  public static let interrupted: Int32 = 130
}

public enum Program {
  public static let version = "0.1.0"

  /// Runs the command line and ends the process.
  public static func main() -> Never {
    stopIdleThreads()
    let terminal = Terminal()
    let streams = StandardStreams(terminal)
    streams.output.onFailure = { code in
      streams.error.write(
        "error: standard output cannot be written: \(String(cString: strerror(code)))\n")
    }
    let shell = Shell(terminal: terminal, streams: streams)
    let code = shell.run(Array(CommandLine.arguments.dropFirst()))
    streams.output.flush()
    exit(code == ExitCode.success && streams.output.failure != nil ? ExitCode.runtime : code)
  }
}

/// Ends the threads that OpenBLAS starts when it is loaded: they would spend 0.1 s of a processor on
/// waiting. It starts them again when it is used.
private func stopIdleThreads() {
  guard let symbol = dlsym(nil, "blas_thread_shutdown_") else { return }
  _ = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)()
}

/// One run of the program.
public final class Shell: Sendable {
  let terminal: Terminal
  let streams: StandardStreams
  /// Whether what a script says with `fail` is shown like its other errors, with the script's lines.
  let traces: Bool

  public init(terminal: Terminal, streams: StandardStreams, traces: Bool = false) {
    self.terminal = terminal
    self.streams = streams
    self.traces = traces
  }

  /// How errors are shown.
  var renderer: DiagnosticRenderer {
    DiagnosticRenderer(
      usesColor: terminal.errorUsesColor, usesBoxes: terminal.usesUTF8,
      width: terminal.errorIsTerminal ? terminal.width : 100)
  }

  /// How values are shown.
  var style: DisplayStyle {
    DisplayStyle(
      width: terminal.outputIsTerminal ? terminal.width : 100,
      usesColor: terminal.outputUsesColor)
  }

  /// Does what the arguments say; returns the exit code.
  func run(_ arguments: [String]) -> Int32 {
    guard let first = arguments.first else {
      if terminal.inputIsTerminal { return startREPL() }
      return runScript(path: "-", arguments: [], settings: [])
    }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "-e":
      guard let expression = rest.first else {
        return usageError("-e needs an expression, such as: tl -e '1 + 1'")
      }
      guard !rest.dropFirst().contains("-e") else {
        return usageError("-e takes one expression; several lines may stand in it")
      }
      let source = Source(name: "-e", text: expression)
      return run(source, arguments: Array(rest.dropFirst()), settings: [])
    case "-": return runScript(path: "-", arguments: rest, settings: [])
    case "help": return help(rest)
    case "doctor" where rest.isEmpty: return doctor()
    case "--version":
      streams.output.write("tl \(Program.version)\n")
      return ExitCode.success
    case _ where first.hasPrefix("-") || CommandLineTool.names.contains(first):
      return CommandLineTool.run(arguments, self)
    case "sweep-worker", "detached": return CommandLineTool.run(arguments, self)
    default:
      if !Files.exists(first), !first.contains("/"), !first.contains(".") {
        let suggestion = nearest(first, among: CommandLineTool.names + ["help"])
          .map { "; did you mean `tl \($0)`?" }
        return usageError(
          "there is no command and no file \"\(first)\""
            + (suggestion ?? "; `tl help` lists the commands"))
      }
      // `tl script.tl --set name=value` is what `tl run` is for.
      if rest.prefix(while: { $0 != "--" }).contains(where: {
        $0 == "--set" || $0.hasPrefix("--set=")
      }) {
        return CommandLineTool.run(["run"] + arguments, self)
      }
      return runScript(path: first, arguments: rest, settings: [])
    }
  }

  func usageError(_ message: String) -> Int32 {
    streams.report("error: \(renderer.visible(message))\n")
    return ExitCode.usage
  }

  /// Says a problem and returns the exit code that goes with it.
  func report(_ problem: Problem) -> Int32 {
    let isForUser = problem.rule == RuntimeRules.raised && !traces
    streams.report(isForUser ? renderer.render(raised: problem) : renderer.render(problem))
    return problem.rule == RuntimeRules.notFound ? ExitCode.missingInput : ExitCode.runtime
  }

  private func startREPL() -> Int32 {
    do {
      return try REPL(self).run()
    } catch let problem as Problem {
      return report(problem)
    } catch {
      return usageError("\(error)")
    }
  }

  // MARK: Help

  private func help(_ topics: [String]) -> Int32 {
    guard let topic = topics.first else {
      streams.output.write(CommandLineTool.usage + "\n")
      streams.output.write(Help.overview(library: .standard, width: style.width))
      return ExitCode.success
    }
    if let page = CommandLineTool.help(topic)
      ?? Help.page(topic, library: .standard, width: style.width)
    {
      streams.output.write(page)
      return ExitCode.success
    }
    let suggestion = Help.suggestion(topic, library: .standard)
      .map { "; did you mean `\($0)`?" }
    return usageError(
      "there is no help on \"\(topic)\"" + (suggestion ?? "; `tl help` lists the topics"))
  }
}
