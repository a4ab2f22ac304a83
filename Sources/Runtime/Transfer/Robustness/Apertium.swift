// Apertium, a translator by rules, as a way to other wordings: a text to a near language and back.
// It is a program of its own, of which the steps of an installed mode are run one after the other; its
// tagger is left out (of version 3.8.3 it ends without a word on most Russian sentences), the constraint
// grammar before it chooses instead. Noise for tests and training rather than good paraphrase.

import Glibc
import TLText

/// Translation by an installed Apertium.
public enum Apertium {
  /// There and back: `rus-ukr` means from Russian to Ukrainian and again to Russian.
  ///
  /// Throws where the program or the pair is not installed, with what to do.
  public static func backTranslate(
    _ texts: [String], through pair: String, isStopped: @Sendable () -> Bool = { false }
  ) throws -> [String] {
    let names = pair.split(separator: "-", omittingEmptySubsequences: false)
    guard names.count == 2,
      names.allSatisfy({ $0.count >= 2 && $0.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7A } })
    else {
      throw TransferError("a pair of languages is two codes such as rus-ukr, found \"\(pair)\"")
    }
    guard ExternalProgram.find("lt-proc") != nil else {
      throw TransferError(
        "apertium is not installed", next: "apt-get install apertium apertium-\(pair)")
    }
    let there = try steps(pair, pair)
    let back = try steps("\(names[1])-\(names[0])", pair)
    return try translate(translate(texts, there, pair, isStopped), back, pair, isStopped)
  }

  /// The command of an installed mode.
  private static func steps(_ mode: String, _ pair: String) throws -> String {
    var folders = ["/usr/share/apertium/modes", "/usr/local/share/apertium/modes"]
    if let own = getenv("APERTIUM_DATADIR") {
      folders.insert(String(cString: own) + "/modes", at: 0)
    }
    let paths = folders.map { (folder: String) -> String in "\(folder)/\(mode).mode" }
    guard let path = paths.first(where: { (path: String) -> Bool in access(path, R_OK) == 0 })
    else {
      throw TransferError(
        "apertium does not translate \(mode): no \(mode).mode in "
          + folders.joined(separator: ", "),
        next: "apt-get install apertium-\(pair)")
    }
    var steps = try FileBytes.readText(path).split(separator: "\n").joined(separator: " ")
      .split(separator: "|").map { $0.trimmed }
    let hasGrammar = steps.contains { $0.hasPrefix("cg-proc ") }
    if hasGrammar {
      steps.removeAll { $0.hasPrefix("apertium-tagger ") }
      // One reading of each word, by its first.
      steps = steps.map {
        $0.hasPrefix("cg-proc ") ? "cg-proc -1 -n " + $0.dropFirst("cg-proc ".count) : $0
      }
    }
    // $1 is how unknown words are marked (-n: not at all), $2 an option of the tagger.
    steps = steps.map { $0.replacing("$1", with: "-n").replacing("$2", with: "") }
    return (["apertium-destxt"] + steps + ["apertium-retxt"]).joined(separator: " | ")
  }

  private static func translate(
    _ texts: [String], _ command: String, _ pair: String, _ isStopped: @Sendable () -> Bool
  ) throws -> [String] {
    // A blank line between texts keeps sentences apart that have no mark at their end.
    let lines = texts.map { text in String(text.map { $0.isNewline ? " " : $0 }) }
    let input = Array((lines.joined(separator: "\n\n") + "\n").utf8)
    let result = try ExternalProgram.run(
      "/bin/sh", ["-c", command], input: input, isStopped: isStopped)
    var output = String(decoding: result.output, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while output.count > 2 * texts.count - 1, output.last?.isEmpty == true { output.removeLast() }
    guard result.status == 0, output.count == max(0, 2 * texts.count - 1) else {
      let errors = String(decoding: result.errors.prefix(200), as: UTF8.self)
      throw TransferError(
        "apertium \(pair) gave \(output.count) lines for \(max(0, 2 * texts.count - 1))"
          + (errors.isEmpty ? "" : ": \(errors)"))
    }
    return stride(from: 0, to: output.count, by: 2).map { output[$0] }
  }
}

extension StringProtocol {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    var part = self[...]
    while part.first?.isWhitespace == true { part.removeFirst() }
    while part.last?.isWhitespace == true { part.removeLast() }
    return String(part)
  }
}

/// A program that is fed a text and read from.
enum ExternalProgram {
  struct Result {
    var status: Int
    var output: [UInt8]
    var errors: [UInt8]
  }

  /// The path of a program on PATH; nil where there is none.
  static func find(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Runs a program to its end; throws `Stopped` when asked to stop, and ends it then.
  static func run(
    _ path: String, _ arguments: [String], input: [UInt8], isStopped: () -> Bool
  ) throws -> Result {
    var pipes: [[Int32]] = []
    for _ in 0..<3 {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else {
        throw TransferError("no pipe for \(path): \(String(cString: strerror(errno)))")
      }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      pipes.append(ends)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[0][0], 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1][1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[2][1], 2)
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    let search = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    // Enough for a filter of texts, whatever the person's own settings.
    let variables: [UnsafeMutablePointer<CChar>?] = [
      strdup("PATH=\(search)"), strdup("LC_ALL=C.UTF-8"), nil,
    ]
    defer { for word in words + variables { free(word) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own: Ctrl-C is for this program, which ends the other.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var process = pid_t()
    let status = posix_spawn(&process, path, &actions, &attributes, words, variables)
    for (pipe, end) in zip(pipes, [0, 1, 1]) { close(pipe[end]) }
    let (feed, output, errors) = (pipes[0][1], pipes[1][0], pipes[2][0])
    defer {
      close(output)
      close(errors)
    }
    guard status == 0 else {
      close(feed)
      throw TransferError("\(path) cannot be started: \(String(cString: strerror(status)))")
    }
    _ = fcntl(feed, F_SETFL, O_NONBLOCK)
    // What is written to a program that has ended is lost, not a signal.
    signal(SIGPIPE, SIG_IGN)
    var result = Result(status: 0, output: [], errors: [])
    var sent = 0
    var isOpen = (feed: true, output: true, errors: true)
    if input.isEmpty {
      close(feed)
      isOpen.feed = false
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    func read(_ file: Int32, _ list: inout [UInt8]) -> Bool {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count > 0 { list += buffer[..<count] }
      return count > 0 || count < 0 && errno == EINTR
    }
    while isOpen.output || isOpen.errors {
      if isStopped() {
        kill(-process, SIGTERM)
        if isOpen.feed { close(feed) }
        waitpid(process, nil, 0)
        throw Stopped()
      }
      var polled = [
        pollfd(fd: isOpen.output ? output : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isOpen.errors ? errors : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isOpen.feed ? feed : -1, events: Int16(POLLOUT), revents: 0),
      ]
      poll(&polled, 3, 100)
      if polled[0].revents != 0 { isOpen.output = read(output, &result.output) }
      if polled[1].revents != 0 { isOpen.errors = read(errors, &result.errors) }
      if polled[2].revents != 0, isOpen.feed {
        let count = input[sent...].withUnsafeBytes { write(feed, $0.baseAddress, $0.count) }
        if count > 0 { sent += count }
        if sent == input.count || count < 0 && errno != EAGAIN && errno != EINTR {
          close(feed)
          isOpen.feed = false
        }
      }
    }
    if isOpen.feed { close(feed) }
    var code: Int32 = 0
    waitpid(process, &code, 0)
    result.status = Int(code & 0x7F == 0 ? code >> 8 & 0xFF : -(code & 0x7F))
    return result
  }
}
