// Standard output and standard error. Output is collected and written in large pieces, at once
// when it goes to a terminal; a reader that has gone away ends the process as it ends any Unix
// tool, and any other failure is an error that is said once.

import Glibc

/// A stream that collects what is written to it.
public final class OutputStream: @unchecked Sendable {
  // One thread writes at a time: the shell waits while the evaluation thread runs.
  private var buffer: [UInt8] = []
  private let descriptor: Int32
  private let isImmediate: Bool
  private static let capacity = 1 << 16
  /// Whether a write failed; said once by `complain`.
  private(set) var failure: Int32?
  /// Called at the first failure that is not a reader gone away.
  public var onFailure: (Int32) -> Void = { _ in }

  init(descriptor: Int32, isImmediate: Bool) {
    self.descriptor = descriptor
    self.isImmediate = isImmediate
  }

  public func write(_ text: String) {
    if failure != nil { return }
    var text = text
    text.withUTF8 { buffer.append(contentsOf: $0) }
    if buffer.count >= Self.capacity || isImmediate { flush() }
  }

  /// Bytes as they are, such as a log's.
  func write(bytes: ArraySlice<UInt8>) {
    if failure != nil { return }
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.capacity || isImmediate { flush() }
  }

  public func flush() {
    var start = 0
    while start < buffer.count, failure == nil {
      let written = buffer.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&ready, 1, -1)
          continue
        }
        let code = errno
        failure = code
        if code == EPIPE { OutputStream.dieOfClosedPipe() }
        buffer.removeAll()
        onFailure(code)
        return
      }
      start += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Ends the process as a write to a closed pipe does by default.
  private static func dieOfClosedPipe() -> Never {
    signal(SIGPIPE, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGPIPE)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    kill(getpid(), SIGPIPE)
    _exit(128 + SIGPIPE)
  }
}

/// The two streams of the process.
public struct StandardStreams: Sendable {
  public let output: OutputStream
  public let error: OutputStream

  /// Makes sure that descriptors 0 to 2 are open, so that no file opened later becomes one of them,
  /// and that a closed pipe is an error that can be handled.
  public init(_ terminal: Terminal) {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      // Open for the wrong direction: using it stays an error.
      _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
    signal(SIGPIPE, SIG_IGN)
    output = OutputStream(descriptor: 1, isImmediate: terminal.outputIsTerminal)
    error = OutputStream(descriptor: 2, isImmediate: true)
  }

  /// Writes to standard error, after everything written to standard output so far.
  public func report(_ text: String) {
    output.flush()
    error.write(text)
  }
}
