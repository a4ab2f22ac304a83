// Running, checking and laying out scripts.

import Glibc
import TLInterpreter
import TLSyntax

extension Shell {
  /// The script in a file, or on standard input for `-`.
  /// - Throws: a `Problem` without a place when it cannot be read.
  func source(_ path: String) throws -> Source {
    if path != "-" { return Source(name: path, bytes: try Files.contents(path)) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(0, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw Problem(
          RuntimeRules.notFound,
          "standard input cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[0..<count])
    }
    return Source(name: "standard input", bytes: bytes)
  }

  /// Says that a script cannot be read.
  func unreadable(_ error: any Error) -> Int32 {
    let problem = error as? Problem
    streams.report(
      problem.map { renderer.render($0) } ?? "error: the script cannot be read: \(error)\n")
    return problem?.rule == SyntaxRules.tooLarge ? ExitCode.script : ExitCode.missingInput
  }

  func runScript(path: String, arguments: [String], settings: [Setting]) -> Int32 {
    let script: Source
    do {
      script = try source(path)
    } catch {
      return unreadable(error)
    }
    return run(script, arguments: arguments, settings: settings)
  }

  /// Runs a script in a session of its own.
  func run(_ source: Source, arguments: [String], settings: [Setting]) -> Int32 {
    let thread: EvaluationThread
    do {
      thread = try EvaluationThread()
    } catch let problem as Problem {
      return report(problem)
    } catch {
      return usageError("\(error)")
    }
    return thread.run {
      let session = newSession(arguments: arguments)
      Interrupts.cancel(session.machine.cancellation, endsAtSecond: true)
      session.show = { value in
        self.display(value, session.machine.cancellation)
      }
      let values = settings.map { ($0.name, $0.value(session.machine)) }
      return code(of: session.run(source, settings: values))
    }
  }

  /// A session that writes to standard output; to be called on the evaluation thread. It lives
  /// until the process ends: freeing what a script made would only cost time.
  func newSession(arguments: [String]) -> Session {
    let session = Session { [streams] text in streams.output.write(text) }
    _ = Unmanaged.passRetained(session)
    let progress = ProgressLine(streams, terminal)
    session.machine.style = style
    session.machine.notice = { progress.show($0) }
    session.define("arguments", .texts(arguments))
    session.machine.scriptArguments = arguments
    session.machine.executable = Program.path
    return session
  }

  /// Says what a run ended with.
  func code(of outcome: Session.Outcome) -> Int32 {
    switch outcome {
    case .finished: return ExitCode.success
    case .rejected(let diagnostics):
      streams.report(renderer.render(diagnostics))
      return Shell.code(of: diagnostics)
    case .failed(let problem): return report(problem)
    case .interrupted:
      streams.report("interrupted\n")
      return ExitCode.interrupted
    }
  }

  static func code(of diagnostics: [Diagnostic]) -> Int32 {
    let errors = diagnostics.filter { $0.severity == .error }
    if errors.isEmpty { return ExitCode.success }
    return errors.allSatisfy { $0.rule == RuntimeRules.notFound }
      ? ExitCode.missingInput : ExitCode.script
  }

  // MARK: Checking

  /// Checks scripts without running them.
  /// - Parameter isQuiet: says errors only.
  func check(paths: [String], asJSON: Bool, isQuiet: Bool = false) -> Int32 {
    let thread: EvaluationThread
    do {
      thread = try EvaluationThread()
    } catch let problem as Problem {
      return report(problem)
    } catch {
      return usageError("\(error)")
    }
    var all: [Diagnostic] = []
    var result = ExitCode.success
    for path in paths {
      let script: Source
      do {
        script = try source(path)
      } catch {
        result = max(result, unreadable(error))
        continue
      }
      let diagnostics = thread.run {
        newSession(arguments: []).check(script).diagnostics
      }
      all += diagnostics
      let code = Shell.code(of: diagnostics)
      if result == ExitCode.success || code == ExitCode.script { result = code }
      if asJSON { continue }
      if diagnostics.isEmpty {
        if isQuiet { continue }
        streams.output.write("\(renderer.visible(script.name)): no errors\n")
      } else {
        streams.report(renderer.render(diagnostics))
      }
    }
    if asJSON { streams.output.write(DiagnosticJSON.render(all)) }
    return result
  }
}
