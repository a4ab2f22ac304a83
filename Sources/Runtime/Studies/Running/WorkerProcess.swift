// WorkerProcess: another process of this program that computes cells. It is told places of the grid on
// its standard input and answers in lines on its standard output; what it says on standard error goes to
// a file, for the case that it dies.

import CProcesses
import Glibc
import TLText

/// A process that computes cells one by one.
public final class WorkerProcess {
  public let process: pid_t
  public let number: Int
  private let input: Int32
  private let output: Int32
  private let errorPath: String
  private var received: [UInt8] = []
  private var status: Int32?
  /// The cell it has been told and has not answered.
  public var cell: Int?
  /// Since when, in seconds of the monotonic clock.
  public var since = 0.0
  public private(set) var isDismissed = false
  /// How far it is with the cell.
  public var progress: (share: Double, text: String) = (0, "")

  /// What a worker says.
  public enum Message: Sendable, Equatable {
    /// It has come to the sweep and waits for cells.
    case ready
    case progress(share: Double, text: String)
    /// It is done with its cell, whose result or error is in the store.
    case done(cell: Int)
    /// Something that concerns all cells, such as a full disk.
    case broken(String)
    case note(String)

    public var line: String {
      func plain(_ text: String) -> String { text.split(separator: "\n").joined(separator: " ") }
      switch self {
      case .ready: return "ready\n"
      case .progress(let share, let text): return "progress \(share) \(plain(text))\n"
      case .done(let cell): return "done \(cell)\n"
      case .broken(let text): return "broken \(plain(text))\n"
      case .note(let text): return "note \(plain(text))\n"
      }
    }

    public init?(_ line: some StringProtocol) {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let rest = parts.count > 1 ? String(parts[1]) : ""
      switch parts.first {
      case "ready": self = .ready
      case "done":
        guard let cell = Int(rest) else { return nil }
        self = .done(cell: cell)
      case "broken": self = .broken(rest)
      case "note": self = .note(rest)
      case "progress":
        let parts = rest.split(separator: " ", maxSplits: 1)
        guard let share = parts.first.flatMap({ Double($0) }) else { return nil }
        self = .progress(share: share, text: parts.count > 1 ? String(parts[1]) : "")
      default: return nil
      }
    }
  }

  /// Starts `program` with arguments.
  ///
  /// Throws `StudyError` with the system's reason.
  public init(program: String, arguments: [String], number: Int, errorPath: String) throws {
    var toChild: [Int32] = [-1, -1]
    var fromChild: [Int32] = [-1, -1]
    guard tl_process_pipe(&toChild) == 0 else { throw Self.failure("a pipe") }
    guard tl_process_pipe(&fromChild) == 0 else {
      let error = Self.failure("a pipe")
      for file in toChild { close(file) }
      throw error
    }
    let errors = open(errorPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    let process = words.withUnsafeBufferPointer {
      tl_process_start(program, $0.baseAddress, toChild[0], fromChild[1], errors, 0)
    }
    let code = errno
    close(toChild[0])
    close(fromChild[1])
    if errors >= 0 { close(errors) }
    guard process > 0 else {
      close(toChild[1])
      close(fromChild[0])
      errno = code
      throw Self.failure("the program \(program)")
    }
    self.process = process
    self.number = number
    self.errorPath = errorPath
    input = toChild[1]
    output = fromChild[0]
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
  }

  deinit {
    if !isDismissed { close(input) }
    close(output)
    if !hasEnded {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
  }

  private static func failure(_ what: String) -> StudyError {
    StudyError("\(what) cannot be started: \(String(cString: strerror(errno)).lowercased())")
  }

  /// Tells it a cell; one that is dead is found out by `hasEnded`.
  public func tell(_ cell: Int) {
    self.cell = cell
    progress = (0, "")
    let bytes = Array("\(cell)\n".utf8)
    _ = write(input, bytes, bytes.count)
  }

  /// What it has said since the last call; never waits.
  public func messages() -> [Message] {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(output, &chunk, chunk.count)
      guard count > 0 else { break }
      received += chunk[..<count]
    }
    var found: [Message] = []
    while let end = received.firstIndex(of: 0x0A) {
      if let message = Message(String(decoding: received[..<end], as: UTF8.self)) {
        found.append(message)
      }
      received.removeSubrange(...end)
    }
    return found
  }

  /// Everything it has written since the last call, as it is.
  func rest() -> String {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(output, &chunk, chunk.count)
      guard count > 0 else { break }
      received += chunk[..<count]
    }
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// As a shell says it: the status, or 128 and the signal.
  var exitStatus: Int32 {
    let code = status ?? 0
    return code & 0x7F == 0 ? code >> 8 & 0xFF : 128 + code & 0x7F
  }

  /// Waits until one of them says something, or dies, or so many milliseconds have passed.
  public static func wait(_ workers: [WorkerProcess], milliseconds: Int32) {
    var files = workers.map { pollfd(fd: $0.output, events: Int16(POLLIN), revents: 0) }
    _ = poll(&files, nfds_t(files.count), milliseconds)
  }

  /// Whether the process is gone.
  public var hasEnded: Bool {
    if status != nil { return true }
    var code: Int32 = 0
    let found = waitpid(process, &code, WNOHANG)
    if found == process || (found < 0 && errno == ECHILD) { status = code }
    return status != nil
  }

  /// How it ended: `by signal 9`, `with status 3`, and the last line it wrote.
  public var ending: String {
    let code = status ?? 0
    let signal = code & 0x7F
    var text =
      signal != 0
      ? "by signal \(signal)"
        + (signal == SIGKILL ? " (killed; where memory is short, the system does that)" : "")
      : "with status \(code >> 8 & 0xFF)"
    if let said = try? FileBytes.readText(errorPath),
      let last = said.split(separator: "\n").last(where: { !$0.isEmpty })
    {
      text += ": \(last.prefix(300))"
    }
    return text
  }

  /// Lets it end: there are no more cells.
  public func dismiss() {
    isDismissed = true
    close(input)
  }

  /// Asks it to stop as Ctrl-C does; it saves what it has.
  public func interrupt() { if !hasEnded { kill(process, SIGINT) } }

  public func end() { if !hasEnded { kill(process, SIGKILL) } }
}

/// The side of the worker.
public enum WorkerSide {
  /// Dies with its parent, and takes its share of the processors.
  /// - Returns: false where the parent is gone already.
  public static func settle(parent: Int, number: Int, of count: Int) -> Bool {
    guard tl_process_end_with_parent(pid_t(parent)) == 0 else { return false }
    if count > 1 {
      let share = max(1, Int(tl_process_processors()) / count)
      _ = tl_process_use_processors(Int32(number * share), Int32(share))
    }
    return true
  }

  /// The next cell to compute; nil at the end.
  public static func next() -> Int? {
    readLine().flatMap { Int($0) }
  }

  public static func say(_ message: WorkerProcess.Message) {
    let bytes = Array(message.line.utf8)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(1, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      done += count
    }
  }
}
