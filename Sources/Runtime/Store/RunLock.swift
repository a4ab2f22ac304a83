// The lock of a run that is being computed: on a file, held through an open file description, so
// the kernel releases it when the process ends in whatever way, `kill -9` included.

import CStore
import Glibc
import TLText

/// Who holds a run.
public struct RunOwner: Sendable, Equatable {
  public var process: Int
  public var host: String
  /// Unix time in seconds; 0 where it is not known.
  public var since: Double

  static var current: RunOwner {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return RunOwner(process: Int(getpid()), host: host, since: StoreClock.now)
  }
}

enum StoreClock {
  /// Unix time in seconds.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

final class RunLock: Sendable {
  private let path: String
  private let file: Int32

  enum Outcome {
    case taken(RunLock)
    case held(RunOwner)
  }

  /// Takes the lock, or says who has it; never waits.
  static func take(_ path: String) throws -> Outcome {
    while true {
      let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw SystemReason.error(path, "lock") }
      let status = tl_lock_take(file)
      if status < 0 {
        let error = SystemReason.error(path, "lock")
        close(file)
        throw error
      }
      if status == 0 {
        let owner = owner(file)
        close(file)
        return .held(owner)
      }
      // The holder removes the file when it is done: what was opened may have no name any more.
      var own = stat()
      var named = stat()
      if fstat(file, &own) == 0, stat(path, &named) == 0, own.st_ino == named.st_ino,
        own.st_dev == named.st_dev
      {
        let owner = RunOwner.current
        let text = JSON.object([
          JSONField("process", .int(owner.process)), JSONField("host", .string(owner.host)),
          JSONField("since", .number(owner.since)),
        ]).serialized()
        ftruncate(file, 0)
        let bytes = Array(text.utf8)
        // Only for the message to others: a full disk does not matter here.
        _ = pwrite(file, bytes, bytes.count, 0)
        return .taken(RunLock(path, file))
      }
      close(file)
    }
  }

  /// Whether a live process holds the lock.
  static func isHeld(_ path: String) -> Bool {
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return tl_lock_is_held(file) == 1
  }

  private static func owner(_ file: Int32) -> RunOwner {
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = pread(file, &bytes, bytes.count, 0)
    let json = try? JSON.parse(Array(bytes.prefix(max(0, count))))
    return RunOwner(
      process: json?["process"]?.int ?? 0, host: json?["host"]?.string ?? "this machine",
      since: json?["since"]?.number ?? 0)
  }

  private init(_ path: String, _ file: Int32) {
    self.path = path
    self.file = file
  }

  deinit {
    unlink(path)
    close(file)
  }
}
