// A whole file in memory, with the readable padding that simdjson wants behind it. It is read and
// not mapped: a mapped file that another process shortens kills the reader, and reading costs
// 25 ms per 100 MB. Pipes and devices are read to their end.

import CTextLibraries
import Glibc

/// The bytes of a file; immutable, freed with the last reference.
public final class FileBytes: @unchecked Sendable {
  // Written in `init` only, hence safe to share.
  private let storage: UnsafeMutableRawPointer
  public let count: Int
  /// The path as given; nil for bytes that came from elsewhere.
  public let path: String?

  /// The content; valid as long as this object lives.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: count) }

  static let padding = TL_JSON_PADDING

  /// Reads a file. Throws `noSuchFile`, `isFolder`, or `unreadable`.
  public init(path: String) throws(TextError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw errno == ENOENT
        ? .noSuchFile(path: path) : .unreadable(path: path, reason: SystemError.current)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw .unreadable(path: path, reason: SystemError.current)
    }
    if status.st_mode & S_IFMT == S_IFDIR { throw .isFolder(path: path) }
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    var capacity = isRegular ? max(Int(status.st_size), 0) + 1 : 1 << 16
    guard var storage = malloc(capacity + Self.padding) else {
      throw .unreadable(path: path, reason: "not enough memory for \(capacity) bytes")
    }
    var count = 0
    while true {
      if count == capacity {
        capacity *= 2
        guard let larger = realloc(storage, capacity + Self.padding) else {
          free(storage)
          throw .unreadable(path: path, reason: "not enough memory for \(capacity) bytes")
        }
        storage = larger
      }
      let step = read(file, storage + count, min(capacity - count, 1 << 30))
      if step < 0 && errno == EINTR { continue }
      guard step >= 0 else {
        let reason = SystemError.current
        free(storage)
        throw .unreadable(path: path, reason: reason)
      }
      if step == 0 { break }
      count += step
    }
    memset(storage + count, 0, Self.padding)
    self.storage = storage
    self.count = count
    self.path = path
  }

  /// Copies bytes that are in memory already; `path` is for messages only.
  public init(_ bytes: [UInt8], path: String? = nil) throws(TextError) {
    guard let storage = malloc(bytes.count + Self.padding) else {
      throw .invalid("not enough memory for \(bytes.count) bytes")
    }
    bytes.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { memcpy(storage, base, bytes.count) }
    }
    memset(storage + bytes.count, 0, Self.padding)
    self.storage = storage
    self.count = bytes.count
    self.path = path
  }

  /// Reads a file and makes UTF-8 of it when `encoding` names another encoding. UTF-8 itself is
  /// not checked here.
  public convenience init(path: String, encoding: String?) throws(TextError) {
    guard let encoding, !TextEncoding.isUTF8(encoding) else {
      try self.init(path: path)
      return
    }
    let decoded = try TextEncoding.decoded(FileBytes(path: path), as: encoding)
    try self.init(Array(decoded.content), path: path)
  }

  deinit { free(storage) }

  /// Calls `body` with the content.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  /// The whole content as text: UTF-8, with an optional byte order mark that is dropped.
  public static func readText(_ path: String, encoding: String? = nil) throws(TextError) -> String {
    let text = try TextEncoding.decoded(FileBytes(path: path), as: encoding)
    return withExtendedLifetime(text) { String(decoding: text.content, as: UTF8.self) }
  }
}

/// The system's words for `errno`.
enum SystemError {
  static var current: String { message(errno) }

  static func message(_ code: Int32) -> String {
    switch code {
    case EACCES, EPERM: return "permission denied"
    case ENOENT: return "the folder does not exist"
    case ENOTDIR: return "a part of the path is a file, not a folder"
    case EISDIR: return "it is a folder"
    case ENOSPC: return "the disk is full"
    case EROFS: return "the file system is read-only"
    case ENAMETOOLONG: return "the name is too long"
    default: return String(cString: strerror(code)).lowercased()
    }
  }
}
