// Writing a file so that a reader sees the old content or the whole new one: into a temporary file
// beside it, then a rename. What exists and is not a regular file (a pipe, a device) is written
// directly.

import Glibc

/// A file being written.
public final class AtomicFile {
  private let path: String
  /// Where the bytes go; nil when they go to `path` itself.
  private let temporary: String?
  private let file: Int32
  private var buffer: [UInt8] = []
  private var isOpen = true

  /// Calls `body` with a writer; the file appears when `body` returns, and nothing is left when it
  /// throws. Throws `unwritable` with the system's reason.
  public static func write(_ path: String, _ body: (AtomicFile) throws -> Void) throws {
    let file = try AtomicFile(path)
    do {
      try body(file)
      try file.finish()
    } catch {
      file.abandon()
      throw error
    }
  }

  /// Writes `bytes` as the whole content.
  public static func write(_ path: String, bytes: [UInt8]) throws {
    try write(path) { file in try file.append(bytes) }
  }

  /// Writes `text` as the whole content.
  public static func write(_ path: String, text: String) throws {
    try write(path, bytes: Array(text.utf8))
  }

  private init(_ path: String) throws(TextError) {
    var target = path
    var status = stat()
    var mode: mode_t = 0
    if stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR {
        throw .unwritable(path: path, reason: "it is a folder")
      }
      if status.st_mode & S_IFMT != S_IFREG {
        file = open(path, O_WRONLY | O_CLOEXEC)
        self.path = path
        temporary = nil
        if file < 0 { throw .unwritable(path: path, reason: SystemError.current) }
        return
      }
      mode = status.st_mode & 0o7777
      if access(path, W_OK) != 0 { throw .unwritable(path: path, reason: SystemError.current) }
      // A rename would replace a symbolic link and not the file that it names.
      if let real = realpath(path, nil) {
        target = String(cString: real)
        free(real)
      }
    } else if path.isEmpty {
      throw .unwritable(path: path, reason: "the path is empty")
    } else if path.hasSuffix("/") {
      throw .unwritable(path: path, reason: "it is a folder")
    }
    var template = Array((target + ".XXXXXX").utf8CString)
    file = mkstemp(&template)
    guard file >= 0 else { throw .unwritable(path: path, reason: SystemError.current) }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    self.path = target
    temporary = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) }
    }
    if mode == 0 {
      let mask = umask(0)
      umask(mask)
      mode = 0o666 & ~mask
    }
    fchmod(file, mode)
  }

  /// Appends bytes.
  public func append(_ bytes: some Collection<UInt8>) throws(TextError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 20 { try flush() }
  }

  /// Appends text in UTF-8.
  public func append(_ text: String) throws(TextError) {
    try append(text.utf8)
  }

  /// Hands the buffer to `fill`, and writes it out when it is large.
  func append(filling fill: (inout [UInt8]) -> Void) throws(TextError) {
    fill(&buffer)
    if buffer.count >= 1 << 20 { try flush() }
  }

  private func flush() throws(TextError) {
    var reason: String?
    buffer.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count, let base = bytes.baseAddress {
        let step = Glibc.write(file, base + written, bytes.count - written)
        if step < 0 && errno == EINTR { continue }
        if step < 0 {
          reason = SystemError.current
          return
        }
        written += step
      }
    }
    buffer.removeAll(keepingCapacity: true)
    if let reason { throw .unwritable(path: path, reason: reason) }
  }

  private func finish() throws(TextError) {
    try flush()
    isOpen = false
    guard close(file) == 0 else {
      throw .unwritable(path: path, reason: SystemError.current)
    }
    if let temporary, rename(temporary, path) != 0 {
      throw .unwritable(path: path, reason: SystemError.current)
    }
  }

  private func abandon() {
    if isOpen { close(file) }
    isOpen = false
    if let temporary { unlink(temporary) }
  }
}
