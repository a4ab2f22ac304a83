import Glibc

/// A file that appears under its name only when it is complete and on the disk.
///
/// The bytes go to a temporary file beside it; `commit` flushes, renames and flushes the folder.
/// A file that is not committed is removed.
final class AtomicFile {
  let path: String
  private let temporary: String
  private var descriptor: Int32
  /// Bytes written so far.
  private(set) var count = 0

  init(path: String) throws(CheckpointError) {
    self.path = path
    var template = Array("\(path).tmp-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    temporary = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard descriptor >= 0 else { throw failure("create") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporary)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let step = Glibc.write(descriptor, base + done, bytes.count - done)
      if step >= 0 {
        done += step
      } else if errno != EINTR {
        throw failure("write")
      }
    }
    count += done
  }

  func write(_ bytes: [UInt8]) throws(CheckpointError) {
    var failure: CheckpointError?
    bytes.withUnsafeBytes { buffer in
      do throws(CheckpointError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Replaces bytes that are already written.
  func patch(_ bytes: [UInt8], at offset: Int) throws(CheckpointError) {
    guard pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count else {
      throw failure("write")
    }
  }

  /// Makes the file visible under its name.
  func commit() throws(CheckpointError) {
    // mkstemp makes the file private to its owner; weights follow the user's umask.
    let mask = umask(0)
    umask(mask)
    guard fchmod(descriptor, 0o666 & ~mask) == 0, fsync(descriptor) == 0 else {
      throw failure("flush")
    }
    guard rename(temporary, path) == 0 else { throw failure("rename to") }
    close(descriptor)
    descriptor = -1
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if handle >= 0 {
      fsync(handle)
      close(handle)
    }
  }

  private func failure(_ verb: String) -> CheckpointError {
    CheckpointError(
      .inputOutput, file: path, "cannot \(verb) the file: \(String(cString: strerror(errno)))")
  }
}
