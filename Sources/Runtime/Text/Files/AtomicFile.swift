// Writing a file so that a reader sees the old content or the whole new one, even after a crash of
// the machine: into a temporary file beside it, which is flushed to the disk and renamed. A file
// that exists keeps its mode, a symbolic link keeps pointing at it. What exists and is not a
// regular file (a pipe, a device) is written directly.

import Glibc

/// A file being written; one that is not committed leaves nothing behind.
public final class AtomicFile {
  private let path: String
  /// Where the bytes go; nil when they go to `path` itself.
  private let temporary: String?
  private let file: Int32
  private var buffer: [UInt8] = []
  /// Bytes that have left the buffer.
  private var written = 0
  private var isOpen = true
  private static let bufferSize = 1 << 20

  /// Bytes appended so far.
  public var count: Int { written + buffer.count }

  /// Calls `body` with a writer; the file appears when `body` returns, and nothing is left when it
  /// throws. Throws `unwritable` with the system's reason.
  public static func write(_ path: String, _ body: (AtomicFile) throws -> Void) throws {
    let file = try AtomicFile(path)
    try body(file)
    try file.commit()
  }

  /// Writes `bytes` as the whole content.
  public static func write(_ path: String, bytes: [UInt8]) throws {
    try write(path) { file in try file.append(bytes) }
  }

  /// Writes `text` as the whole content.
  public static func write(_ path: String, text: String) throws {
    try write(path, bytes: Array(text.utf8))
  }

  /// Begins a file. Throws `unwritable` when it cannot be made.
  public init(_ path: String) throws(TextError) {
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
    guard let made = TemporaryFile(prefix: target, mode: mode == 0 ? 0o666 : 0o600) else {
      throw .unwritable(path: path, reason: SystemError.current)
    }
    file = made.descriptor
    self.path = target
    temporary = made.path
    if mode != 0 { fchmod(file, mode) }
  }

  deinit {
    if isOpen { close(file) }
    if isOpen, let temporary { unlink(temporary) }
  }

  /// Appends bytes.
  public func append(_ bytes: some Collection<UInt8>) throws(TextError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends text in UTF-8.
  public func append(_ text: String) throws(TextError) {
    try append(text.utf8)
  }

  /// Appends memory, large parts of it without a copy.
  public func append(memory bytes: UnsafeRawBufferPointer) throws(TextError) {
    guard bytes.count >= Self.bufferSize else { return try append(bytes) }
    try flush()
    try put(bytes)
  }

  /// Hands the buffer to `fill`, and writes it out when it is large.
  func append(filling fill: (inout [UInt8]) -> Void) throws(TextError) {
    fill(&buffer)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Replaces bytes that are appended already.
  public func patch(_ bytes: [UInt8], at offset: Int) throws(TextError) {
    try flush()
    guard pwrite(file, bytes, bytes.count, off_t(offset)) == bytes.count else { throw failure() }
  }

  /// Makes the file visible under its name, complete and on the disk.
  public func commit() throws(TextError) {
    try flush()
    // What is not a file of a disk cannot be flushed, and says so.
    if temporary != nil, fsync(file) != 0, errno != EINVAL { throw failure() }
    if let temporary, rename(temporary, path) != 0 { throw failure() }
    isOpen = false
    guard close(file) == 0 else { throw failure() }
    if temporary != nil { flushFolder() }
  }

  private func flush() throws(TextError) {
    defer { buffer.removeAll(keepingCapacity: true) }
    var failure: TextError?
    buffer.withUnsafeBytes { bytes in
      do throws(TextError) { try put(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws(TextError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let step = Glibc.write(file, base + done, bytes.count - done)
      if step < 0 && errno == EINTR { continue }
      if step < 0 { throw failure() }
      done += step
    }
    written += done
  }

  /// The rename itself is on the disk when its folder is.
  private func flushFolder() {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { return }
    fsync(handle)
    close(handle)
  }

  private func failure() -> TextError { .unwritable(path: path, reason: SystemError.current) }
}
