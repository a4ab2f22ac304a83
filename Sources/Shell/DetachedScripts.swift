// Scripts that outlive their terminal: `tl run --detach`, `tl attach`, `tl status`. A detached script is a
// process with a session of its own; everything it writes goes to a log in the store's folder `scripts/N`,
// from which `attach` shows it, from the beginning.

import CProcesses
import Glibc
import TLInterpreter
import TLStore
import TLText

/// One detached script, as its folder has it.
struct DetachedScript {
  let number: Int
  let folder: String
  let script: String
  let process: Int
  /// Unix time in seconds.
  let started: Double

  enum State: Equatable {
    case running
    case ended(Int32)
    /// Its process is gone and has left no exit code.
    case killed
  }

  static func root(_ store: String) -> String { store + "/scripts" }

  var log: String { folder + "/log" }

  /// What it said last of its progress.
  var progress: String? {
    (try? FileBytes.readText(folder + "/progress")).flatMap { $0.isEmpty ? nil : $0 }
  }

  private var exitCode: Int32? {
    (try? FileBytes.readText(folder + "/status")).flatMap { Int32($0.filter { !$0.isWhitespace }) }
  }

  var state: State {
    if let exitCode { return .ended(exitCode) }
    let file = open(folder + "/lock", O_RDWR | O_CLOEXEC)
    guard file >= 0 else {
      // It has not come to its lock yet, or it never will.
      return process > 0 && kill(pid_t(process), 0) == 0 ? .running : .killed
    }
    defer { close(file) }
    if lockf(file, F_TEST, 0) != 0 { return .running }
    // Nobody holds it; it may have ended since its exit code was looked for.
    return exitCode.map { .ended($0) } ?? .killed
  }

  /// Seconds since it began, or that it took.
  var seconds: Double {
    var status = stat()
    if state != .running, stat(log, &status) == 0 {
      return max(0, Double(status.st_mtim.tv_sec) - started)
    }
    return max(0, Double(time(nil)) - started)
  }

  init?(folder: String, number: Int) {
    guard let json = try? JSON.parse(FileBytes.readText(folder + "/script.json")),
      let script = json["script"]?.string
    else { return nil }
    self.number = number
    self.folder = folder
    self.script = script
    process = json["process"]?.int ?? 0
    started = json["started"]?.number ?? 0
  }

  /// All that the store has, the newest first.
  static func all(_ store: String) -> [DetachedScript] {
    numbers(store).sorted(by: >).compactMap {
      DetachedScript(folder: "\(root(store))/\($0)", number: $0)
    }
  }

  static func numbers(_ store: String) -> [Int] {
    guard let directory = opendir(root(store)) else { return [] }
    defer { closedir(directory) }
    var found: [Int] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let number = Int(name) { found.append(number) }
    }
    return found
  }
}

extension Shell {
  // MARK: Beginning

  /// Starts `tl detached FOLDER`, which runs the script, and says how to come back to it.
  func detach(path: String, arguments: [String], settings: [String]) -> Int32 {
    guard path != "-" else {
      return usageError("a detached script is a file; standard input goes away with the terminal")
    }
    // Errors that can be found now are better said now.
    let checked = check(paths: [path], asJSON: false, isQuiet: true)
    guard checked == ExitCode.success else { return checked }
    guard let program = Program.path else {
      return usageError("the program's own file cannot be found")
    }
    let store = RunStore.defaultFolder
    let root = DetachedScript.root(store)
    mkdir(store, 0o777)
    mkdir(root, 0o777)
    var number = (DetachedScript.numbers(store).max() ?? 0) + 1
    while mkdir("\(root)/\(number)", 0o777) != 0 {
      guard errno == EEXIST else {
        return usageError("cannot make \(root)/\(number): \(String(cString: strerror(errno)))")
      }
      number += 1
    }
    let folder = "\(root)/\(number)"
    let words = ["tl", "detached", folder, path] + settings.flatMap { ["--set", $0] } + arguments
    let output = open(folder + "/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    let process = pointers.withUnsafeBufferPointer {
      tl_process_start(program, $0.baseAddress, input, output, output, 1)
    }
    let code = errno
    close(output)
    close(input)
    guard process > 0 else {
      return usageError("the script cannot be started: \(String(cString: strerror(code)))")
    }
    let json = JSON.object([
      JSONField("script", .string(([path] + arguments).joined(separator: " "))),
      JSONField("settings", .array(settings.map { .string($0) })),
      JSONField("process", .int(Int(process))), JSONField("started", .int(time(nil))),
    ])
    try? AtomicFile.write(folder + "/script.json", text: json.serialized())
    streams.output.write(
      "\(number): \(renderer.visible(path)) runs as process \(process)\n"
        + "tl attach \(number) shows what it says, tl status how far it is, "
        + "kill -INT \(process) stops it\n")
    return ExitCode.success
  }

  /// The detached process itself.
  func runDetached(folder: String, path: String, arguments: [String], settings: [Setting]) -> Int32
  {
    // The lock is held from the moment that it has its name.
    let lock = open(folder + "/lock.new", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    _ = lockf(lock, F_TLOCK, 0)
    rename(folder + "/lock.new", folder + "/lock")
    ProgressLine.file = folder + "/progress"
    let code = runScript(path: path, arguments: arguments, settings: settings)
    streams.output.flush()
    unlink(folder + "/progress")
    try? AtomicFile.write(folder + "/status", text: "\(code)\n")
    return code
  }

  // MARK: Looking

  /// Shows everything that a detached script has said, and what it says until it ends; its exit code.
  func attach(_ wanted: Int?) -> Int32 {
    let all = DetachedScript.all(RunStore.defaultFolder)
    guard let script = wanted.map({ number in all.first { $0.number == number } }) ?? all.first
    else {
      return usageError(
        all.isEmpty
          ? "no script was detached with this store; `tl run --detach script.tl` does that"
          : "there is no detached script \(wanted ?? 0); there is "
            + all.prefix(8).map { "\($0.number) (\($0.script))" }.joined(separator: ", "))
    }
    let file = open(script.log, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return usageError("\(script.log) cannot be read") }
    defer { close(file) }
    let line = ProgressLine(streams, terminal)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var shown = ""
    while true {
      // Before the log is read: what was written before the end is shown.
      let state = script.state
      while true {
        let count = read(file, &chunk, chunk.count)
        guard count > 0 else { break }
        line.show(.done)
        streams.output.write(bytes: chunk[..<count])
      }
      streams.output.flush()
      switch state {
      case .running:
        if let progress = script.progress, progress != shown {
          shown = progress
          line.show(.progress(label: progress, share: 0, details: []), isPlain: true)
        }
        usleep(200_000)
      case .ended(let code):
        line.show(.done)
        return code
      case .killed:
        line.show(.done)
        streams.report("the process \(script.process) is gone without an end: it was killed\n")
        return ExitCode.interrupted
      }
    }
  }

  /// Lists the detached scripts of the store, and what is computed right now.
  func status() -> Int32 {
    let store = RunStore.defaultFolder
    let all = DetachedScript.all(store)
    if all.isEmpty { streams.output.write("no detached scripts in \(renderer.visible(store))\n") }
    for script in all.prefix(20) {
      var text = "\(script.number)  \(renderer.visible(script.script))  "
      switch script.state {
      case .running: text += "running for \(Self.clock(script.seconds)), process \(script.process)"
      case .ended(0): text += "finished in \(Self.clock(script.seconds))"
      case .ended(let code): text += "ended with status \(code) after \(Self.clock(script.seconds))"
      case .killed: text += "killed after \(Self.clock(script.seconds)); running it again goes on"
      }
      if script.state == .running, let progress = script.progress {
        text += "\n   \(renderer.visible(progress))"
      }
      streams.output.write(text + "\n")
    }
    guard access(store + "/runs.sqlite", R_OK) == 0,
      let runs = try? RunStore(folder: store).runs(RunFilter(states: [.running]))
    else { return ExitCode.success }
    for run in runs.prefix(20) {
      streams.output.write(
        "run \(run.shortID)  \(run.kind)  \(renderer.visible(run.title))  running for "
          + "\(Self.clock(max(0, Double(time(nil)) - run.created)))\n")
    }
    return ExitCode.success
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds)
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
