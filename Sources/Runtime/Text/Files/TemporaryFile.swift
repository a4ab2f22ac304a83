// A file with a name that nobody else has.

import Glibc

/// A new, open file, private to its owner; who makes it closes and removes it.
public struct TemporaryFile {
  public let descriptor: Int32
  public let path: String

  /// Makes a file whose path is the prefix with a point and six letters behind it; nil, with the reason
  /// in `errno`, where that cannot be done.
  public init?(prefix: String) {
    // `mkstemp` replaces the letters X.
    var template = Array((prefix + "." + String(repeating: "X", count: 6)).utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }
}
