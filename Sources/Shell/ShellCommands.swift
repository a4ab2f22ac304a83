// The REPL's own commands: `?name` and those that begin with a colon.

import Glibc
import TLInterpreter
import TLSyntax
import TLText

extension REPL {
  struct Command: Sendable {
    let name: String
    let form: String
    let purpose: String
    let run: @Sendable (REPL, String) -> Void
  }

  static let commands: [Command] = [
    Command(name: "help", form: ":help [topic]", purpose: "this page, or what `?topic` says") {
      $0.help($1)
    },
    Command(name: "vars", form: ":vars", purpose: "the names bound so far") { repl, _ in
      repl.listNames()
    },
    Command(name: "time", form: ":time expression", purpose: "run it and say how long it took") {
      $0.time($1)
    },
    Command(name: "type", form: ":type expression", purpose: "its kind, without running it") {
      $0.kind($1)
    },
    Command(name: "inputs", form: ":inputs", purpose: "the inputs that `:save` can write") {
      repl, _ in repl.listInputs()
    },
    Command(
      name: "save", form: ":save 3..12 file.tl", purpose: "write inputs to a script, :save! over it"
    ) { $0.save($1, replaces: false) },
    Command(name: "save!", form: "", purpose: "") { $0.save($1, replaces: true) },
    Command(name: "load", form: ":load file.tl", purpose: "run a script here and keep its names") {
      $0.load($1)
    },
    Command(name: "stale", form: ":stale", purpose: "values made from names that are bound anew") {
      repl, _ in repl.listStale()
    },
    Command(name: "reset", form: ":reset", purpose: "forget all names") { repl, _ in
      repl.onSession { repl.session.reset() }
    },
    Command(name: "quit", form: ":quit", purpose: "leave, as Ctrl-D does") { repl, _ in
      repl.isOver = true
    },
  ]

  func runCommand(_ input: String) {
    if input.hasPrefix("?") {
      help(String(input.dropFirst()))
      return
    }
    let body = input.dropFirst()
    let name = String(body.prefix { !$0.isWhitespace })
    let rest = REPL.trimmed(String(body.dropFirst(name.count)))
    if let command = REPL.commands.first(where: { $0.name == name }) {
      command.run(self, rest)
      return
    }
    let suggestion = nearest(name, among: REPL.commands.map(\.name)).map {
      "; did you mean `:\($0)`?"
    }
    fail("there is no command `:\(name)`" + (suggestion ?? "; `:help` lists them"))
  }

  static func trimmed(_ text: String) -> String {
    var text = text.drop { $0.isWhitespace }
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }

  /// What completes the words of a command; nil when the line is none.
  func completionsOfCommand(_ line: String) -> Completions? {
    if line.hasPrefix("?") {
      let word = String(line.dropFirst())
      return onSession { session.topics(beginningWith: word) }
    }
    guard line.hasPrefix(":") else { return nil }
    let parts = line.dropFirst().split(
      separator: " ", maxSplits: 1, omittingEmptySubsequences: false
    ).map(String.init)
    let name = parts[0]
    guard parts.count == 2 else {
      let names = REPL.commands.map(\.name).filter { $0.hasPrefix(name) && $0 != "save!" }
      return Completions(
        word: name, candidates: names.map { .init($0 + " ", label: ":" + $0) })
    }
    switch name {
    case "time", "type": return onSession { session.completions(of: parts[1]) }
    case "help": return onSession { session.topics(beginningWith: parts[1]) }
    case "load", "save", "save!":
      return Completions.paths(
        beginningWith: parts[1].split(separator: " ", omittingEmptySubsequences: false).last
          .map(String.init) ?? "")
    default: return Completions(word: "", candidates: [])
    }
  }

  // MARK: Looking

  private func help(_ topic: String) {
    let topic = REPL.trimmed(topic)
    let width = shell.terminal.width
    if topic.isEmpty {
      write(
        Columns.table(
          [["?name", "what a function or a name is"]]
            + REPL.commands.filter { !$0.form.isEmpty }.map { [$0.form, $0.purpose] },
          width: width) + "\n")
      write(Help.overview(library: session.library, width: width))
      return
    }
    if let binding = session.binding(topic), binding.definition.source.name != "tl" {
      let place = binding.definition
      write("\(binding.name)  \(REPL.describe(binding, width: width))\n")
      if let value = binding.value, value.asDomain != nil {
        write(Help.fields(of: value, library: session.library, width: width))
      }
      write("  made in \(place.source.name), line \(place.line)\n")
      if let reason = session.staleness(of: binding) { write("  stale: \(reason)\n") }
      return
    }
    if let command = REPL.commands.first(where: { ":" + $0.name == topic }) {
      write("\(command.form)  \(command.purpose)\n")
    } else if let page = Help.page(topic, library: session.library, width: width) {
      write(page)
    } else {
      let names = session.bindings.map(\.name)
      let suggestion =
        nearest(topic, among: names) ?? Help.suggestion(topic, library: session.library)
      fail(
        "there is no help on `\(topic)`"
          + (suggestion.map { "; did you mean `\($0)`?" } ?? "; `:help` lists the topics"))
    }
  }

  private static func describe(_ binding: GlobalBinding, width: Int) -> String {
    guard let value = binding.value else { return "" }
    return value.kindName + "  " + DisplayWidth.cut(DisplayWidth.escaped(brief(value)), to: width)
  }

  private func listNames() {
    let width = shell.terminal.outputIsTerminal ? shell.terminal.width : 100
    let rows = onSession {
      session.bindings.filter { $0.definition.source.name != "tl" }.map { binding -> [String] in
        let value = binding.value ?? .none
        let mark = session.staleness(of: binding) == nil ? "" : "stale"
        return [binding.name, value.kindName, mark, DisplayWidth.escaped(brief(value))]
      }
    }
    if rows.isEmpty {
      write("no names are bound yet\n")
      return
    }
    // The column of marks is there only when one is.
    let hasMarks = rows.contains { !$0[2].isEmpty }
    write(Columns.table(hasMarks ? rows : rows.map { [$0[0], $0[1], $0[3]] }, width: width))
  }

  private func listStale() {
    let rows = onSession {
      session.bindings.compactMap { binding in
        session.staleness(of: binding).map { [binding.name, $0] }
      }
    }
    write(
      rows.isEmpty ? "nothing is stale\n" : Columns.table(rows, width: shell.terminal.width))
  }

  private func listInputs() {
    let rows = session.inputs.map { input -> [String] in
      let lines = input.text.split(separator: "\n", omittingEmptySubsequences: false)
      let more = lines.count > 1 ? "  (\(lines.count) lines)" : ""
      return [String(input.number), DisplayWidth.escaped(String(lines[0])) + more]
    }
    write(
      rows.isEmpty
        ? "no input has run yet\n" : Columns.table(rows, width: shell.terminal.width))
  }

  // MARK: Doing

  private func time(_ text: String) {
    if text.isEmpty { return fail(":time needs an expression, such as :time sum(1..1000)") }
    var start = timespec()
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    let source = Source(name: "input \(session.inputCount + 1)", text: text)
    guard evaluate(source) else { return }
    clock_gettime(CLOCK_MONOTONIC, &end)
    let nanoseconds = (end.tv_sec - start.tv_sec) * 1_000_000_000 + end.tv_nsec - start.tv_nsec
    write("\(REPL.duration(Double(nanoseconds) / 1e9))\n")
  }

  /// Three significant digits and a unit.
  static func duration(_ seconds: Double) -> String {
    func digits(_ value: Double) -> String {
      let scale = value < 10 ? 100.0 : value < 100 ? 10.0 : 1.0
      let rounded = (value * scale).rounded() / scale
      return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
    }
    if seconds < 1e-3 { return "\(digits(seconds * 1e6)) µs" }
    if seconds < 1 { return "\(digits(seconds * 1e3)) ms" }
    if seconds < 120 { return "\(digits(seconds)) s" }
    return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
  }

  private func kind(_ text: String) {
    if text.isEmpty { return fail(":type needs an expression, such as :type 1..5") }
    let source = Source(name: ":type", text: text)
    let result = onSession { Result { try session.kind(of: source) } }
    reporting { write(try result.get() + "\n") }
  }

  private func load(_ path: String) {
    if path.isEmpty { return fail(":load needs a file, such as :load experiment.tl") }
    reporting {
      let bytes = try Files.contents(path)
      evaluate(Source(name: path, bytes: bytes))
    }
  }

  /// `:save 3..12 file.tl`, `:save 7 file.tl`, `:save file.tl`.
  private func save(_ text: String, replaces: Bool) {
    var words = text.split(separator: " ", maxSplits: 1).map { REPL.trimmed(String($0)) }
    var range = 0...Int.max
    if words.count == 2 {
      guard let parsed = REPL.range(words[0]) else {
        return fail("`\(words[0])` is no range of inputs, such as 3..12; `:inputs` lists them")
      }
      range = parsed
      words.removeFirst()
    }
    guard let path = words.first, !path.isEmpty, REPL.range(path) == nil else {
      return fail(":save needs inputs and a file, such as :save 3..12 script.tl")
    }
    let chosen = session.inputs.filter { range.contains($0.number) }
    if chosen.isEmpty {
      return fail("none of these inputs ran without an error; `:inputs` lists those that did")
    }
    if !replaces, Files.exists(path) {
      return fail("\"\(path)\" exists already; `:save!` writes over it")
    }
    let script = chosen.map(\.text).joined(separator: "\n") + "\n"
    if let reason = Shell.replace(path, with: Array(script.utf8)) {
      return fail("\"\(path)\" cannot be written: \(reason)")
    }
    write("\(chosen.count) \(chosen.count == 1 ? "input" : "inputs") written to \(path)\n")
    let errors = onSession {
      Session(library: session.library) { _ in }.check(Source(name: path, text: script))
        .diagnostics.filter { $0.severity == .error }.count
    }
    if errors > 0 {
      write(
        note(
          "as a script it has \(errors) \(errors == 1 ? "error" : "errors"), "
            + "which `tl check \(path)` shows"))
    }
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    if let number = Int(text) { return number...number }
    guard let dots = text.firstRange(of: "..") else { return nil }
    guard let first = Int(text[..<dots.lowerBound]), let last = Int(text[dots.upperBound...]),
      first <= last
    else { return nil }
    return first...last
  }
}
