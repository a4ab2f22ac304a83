import Glibc

/// A file opened for reading, as a private mapping and through positioned reads.
///
/// The mapping serves headers while a checkpoint is opened. Values go through `read`, which turns a
/// file cut or changed under our feet into an error and adds no pages to the process.
public final class MappedFile: @unchecked Sendable {
  public let path: String
  /// The whole file; valid as long as this object lives.
  let bytes: UnsafeRawBufferPointer
  private let descriptor: Int32
  /// When the file was last written, as it was opened.
  private let written: timespec

  public var count: Int { bytes.count }

  /// Opens and maps a regular file.
  ///
  /// Throws when it is missing, unreadable, or not a regular file.
  public init(path: String) throws(CheckpointError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw CheckpointError(
        code == ENOENT ? .missing : .inputOutput, file: path,
        "cannot open: \(String(cString: strerror(code)))")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw CheckpointError(
        .inputOutput, file: path,
        "expected a regular file"
          + (status.st_mode & S_IFMT == S_IFDIR ? ", found a folder" : ""))
    }
    let size = Int(status.st_size)
    if size == 0 {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    } else {
      guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED
      else {
        let code = errno
        close(descriptor)
        throw CheckpointError(
          .inputOutput, file: path, "cannot map \(size) bytes: \(String(cString: strerror(code)))")
      }
      bytes = UnsafeRawBufferPointer(start: base, count: size)
    }
    self.descriptor = descriptor
    written = status.st_mtim
  }

  /// A file in memory: for tests of the readers, which never look at the disk again.
  package init(name: String, contents: [UInt8]) {
    path = name
    descriptor = -1
    written = timespec()
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: contents.count, alignment: 8)
    copy.copyBytes(from: contents)
    bytes = UnsafeRawBufferPointer(copy)
  }

  deinit {
    if descriptor < 0 {
      bytes.deallocate()
    } else {
      if let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress) {
        munmap(base, bytes.count)
      }
      close(descriptor)
    }
  }

  /// Copies `destination.count` bytes from `offset` on.
  ///
  /// Throws when the file ends before.
  func read(at offset: Int, into destination: UnsafeMutableRawBufferPointer)
    throws(CheckpointError)
  {
    guard offset >= 0, destination.count <= count, offset <= count - destination.count else {
      throw CheckpointError(
        .malformed, file: path, offset: offset,
        "expected \(destination.count) more bytes, the file has \(count) in all")
    }
    guard let base = destination.baseAddress else { return }
    if descriptor < 0 {
      destination.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[offset...].prefix(destination.count)))
      return
    }
    var done = 0
    while done < destination.count {
      let step = pread(descriptor, base + done, destination.count - done, off_t(offset + done))
      if step > 0 {
        done += step
      } else if step == 0 {
        throw CheckpointError(
          .malformed, file: path, offset: offset + done, "the file was cut while it was read")
      } else if errno != EINTR {
        throw CheckpointError(
          .inputOutput, file: path, offset: offset + done,
          "cannot read: \(String(cString: strerror(errno)))")
      }
    }
  }

  /// Throws where someone has written to the file since it was opened: what is read late must be of
  /// the same weights as what was read before. A file that was deleted or replaced by another is still
  /// the one that was opened.
  func checkUnchanged() throws(CheckpointError) {
    guard descriptor >= 0 else { return }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) == count,
      status.st_mtim.tv_sec == written.tv_sec, status.st_mtim.tv_nsec == written.tv_nsec
    else {
      throw CheckpointError(
        .inputOutput, file: path, "was changed while the model was in use", next: "load it again")
    }
  }

  /// The bytes of a range that the caller has checked against `count`.
  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  /// What a file of the wrong kind is, judged by its first bytes: a pointer of git-lfs, a web
  /// page, JSON text, an archive.
  func disguise() -> (problem: String, next: String)? {
    let head = bytes.prefix(512)
    func starts(_ text: String) -> Bool { head.starts(with: Array(text.utf8)) }
    if starts("version https://git-lfs") {
      return ("is a git-lfs pointer, not the weights", "fetch the real file with git lfs pull")
    }
    let text = head.drop { $0 == 0x20 || (9...13).contains($0) }
    let page = String(decoding: text.prefix(16), as: UTF8.self).lowercased()
    if page.hasPrefix("<!doctype") || page.hasPrefix("<html") || page.hasPrefix("<?xml") {
      return ("is a web page, not the weights", "the download failed: fetch the file again")
    }
    return nil
  }
}
