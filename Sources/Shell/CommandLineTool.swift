// The commands with options, declared for swift-argument-parser.

import ArgumentParser
import TLInterpreter

enum CommandLineTool {
  /// The words that are commands, and so never taken for a script's name.
  static let names = ["run", "check", "fmt", "doctor", "attach", "status"]

  static let usage = """
    tl                                       the REPL; with a pipe, the script on standard input
    tl script.tl [arguments]                 run a script; takes --set too
    tl run script.tl [--set name=value] …    run a script with other values for its names
    tl run --detach script.tl                run it without this terminal
    tl attach [number]                       what a detached script says, from its beginning
    tl status                                detached scripts, and what is computed right now
    tl check script.tl [--format json]       find errors without running
    tl fmt file … [--check] [--stdout]       lay scripts out in the one way
    tl doctor                                what is installed, what is missing, how to get it
    tl help [topic]                          this page, or a function, area or form of the language
    tl -e 'expression'                       the value of an expression

    """

  static func run(_ arguments: [String], _ shell: Shell) -> Int32 {
    do {
      var command = try Root.parseAsRoot(arguments)
      if let action = command as? any ShellCommand { return action.run(in: shell) }
      try command.run()
      return ExitCode.success
    } catch {
      let code = Root.exitCode(for: error).rawValue
      let message = Root.fullMessage(for: error)
      if code == 0 {
        shell.streams.output.write(message + "\n")
      } else {
        // Errors begin alike, whoever found them.
        let isPlain = !message.hasPrefix("Error: ")
        shell.streams.report((isPlain ? message : "error: " + message.dropFirst(7)) + "\n")
      }
      return code
    }
  }

  /// The help page of a command, nil when the word is none.
  static func help(_ command: String) -> String? {
    switch command {
    case "run": Root.helpMessage(for: Run.self) + "\n"
    case "check": Root.helpMessage(for: Check.self) + "\n"
    case "fmt": Root.helpMessage(for: Layout.self) + "\n"
    case "doctor": Root.helpMessage(for: Doctor.self) + "\n"
    case "attach": Root.helpMessage(for: Attach.self) + "\n"
    case "status": Root.helpMessage(for: Status.self) + "\n"
    default: nil
    }
  }
}

private protocol ShellCommand {
  func run(in shell: Shell) -> Int32
}

private struct Root: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tl", abstract: "A laboratory for transfer learning in NLP.",
    usage: CommandLineTool.usage, version: "tl \(Program.version)",
    subcommands: [
      Run.self, Check.self, Layout.self, Doctor.self, Attach.self, Status.self, SweepWorker.self,
      Detached.self,
    ])

  @Option(name: .customShort("e"), help: "The value of an expression.")
  var expression: String?
}

private struct Run: ParsableCommand, ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Check a script and run it.")

  @Argument(help: "The script; - is standard input.")
  var script: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "A value for a name that the script binds at its top level.", valueName: "name=value"))
  var settings: [String] = []

  @Flag(help: "Show the script's lines for what it says with `fail`, too.")
  var trace = false

  @Flag(help: "Run it in a process that stays when this terminal goes.")
  var detach = false

  @Argument(help: "What the script finds in `arguments`.")
  var arguments: [String] = []

  func run(in shell: Shell) -> Int32 {
    var values: [Setting] = []
    for text in settings {
      guard let setting = Setting(text) else {
        return shell.usageError(
          "--set needs name=value, such as --set seed=2; found \"\(text)\"")
      }
      if values.contains(where: { $0.name == setting.name }) {
        return shell.usageError("--set gives `\(setting.name)` twice")
      }
      values.append(setting)
    }
    if detach { return shell.detach(path: script, arguments: arguments, settings: settings) }
    let shell = Shell(terminal: shell.terminal, streams: shell.streams, traces: trace)
    return shell.runScript(path: script, arguments: arguments, settings: values)
  }
}

private struct Check: ParsableCommand, ShellCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Find the errors of scripts without running them.")

  @Argument(help: "The scripts; - is standard input.")
  var scripts: [String]

  @Option(help: "text for people, json for editors.")
  var format: Format = .text

  func run(in shell: Shell) -> Int32 {
    shell.check(paths: scripts, asJSON: format == .json)
  }
}

private struct Layout: ParsableCommand, ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Lay scripts out in the one way, in place.")

  @Argument(help: "The scripts; - is standard input, which is written to standard output.")
  var scripts: [String]

  @Flag(help: "Change nothing; name the scripts that are laid out otherwise and exit with 65.")
  var check = false

  @Flag(help: "Write to standard output instead of the file.")
  var stdout = false

  func run(in shell: Shell) -> Int32 {
    shell.layOut(paths: scripts, onlyChecks: check, toOutput: stdout)
  }
}

private struct Attach: ParsableCommand, ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Show what a detached script says, from its beginning to its end.",
    discussion: "Ctrl-C leaves it alone; the script goes on.")

  @Argument(help: "Its number, as `tl status` has it; the newest if not given.")
  var number: Int?

  func run(in shell: Shell) -> Int32 { shell.attach(number) }
}

private struct Status: ParsableCommand, ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "List the detached scripts of this folder's store, and what is computed right now.")

  func run(in shell: Shell) -> Int32 { shell.status() }
}

private struct Detached: ParsableCommand, ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "detached", abstract: "The process of a detached script.", shouldDisplay: false)

  @Argument var folder: String
  @Argument var script: String
  @Option(name: .customLong("set"), parsing: .singleValue) var settings: [String] = []
  @Argument var arguments: [String] = []

  func run(in shell: Shell) -> Int32 {
    shell.runDetached(
      folder: folder, path: script, arguments: arguments,
      settings: settings.compactMap { Setting($0) })
  }
}

private struct SweepWorker: ParsableCommand, ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep-worker", abstract: "Compute cells of a sweep; started by the sweep.",
    shouldDisplay: false)

  @Argument(help: "The file that the sweep has written.")
  var job: String

  @Option(help: "The place in the job's list of the one cell to compute.")
  var task: Int?

  @Option(help: "The process that tells the cells; this one ends with it.")
  var parent: Int?

  @Option(help: "Which of the workers this is, from 0.")
  var number: Int = 0

  @Option(help: "How many workers there are.")
  var of: Int = 1

  func run(in shell: Shell) -> Int32 {
    shell.computeCells(job: job, task: task, parent: parent, number: number, of: of)
  }
}

private struct Doctor: ParsableCommand, ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what is installed, what is missing and how to get it.")

  func run(in shell: Shell) -> Int32 { shell.doctor() }
}
