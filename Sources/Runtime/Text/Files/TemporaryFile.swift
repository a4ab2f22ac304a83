// A file with a name that nobody else has.

import Glibc

/// A new, open file; who makes it closes and removes it.
public struct TemporaryFile {
  public let descriptor: Int32
  public let path: String

  /// Makes a file whose path is the prefix with a point and six letters behind it; nil, with the reason
  /// in `errno`, where that cannot be done.
  ///
  /// - Parameter mode: its permissions, of which the process's umask takes some away; without it the
  ///   file is private to its owner.
  public init?(prefix: String, mode: mode_t = 0o600) {
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
    var file: Int32
    var name: String
    repeat {
      let ending = (0..<6).map { _ in letters[Int.random(in: 0..<letters.count)] }
      name = prefix + "." + String(decoding: ending, as: UTF8.self)
      file = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    } while file < 0 && errno == EEXIST
    guard file >= 0 else { return nil }
    (descriptor, path) = (file, name)
  }
}
