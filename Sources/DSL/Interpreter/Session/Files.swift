// Files as the language sees them: whole contents, paths, and errors that say what to do.

import Glibc
import TLSyntax

public enum Files {
  /// The bytes of a file.
  /// - Throws: `file-not-found` or `not-readable`, without a place.
  public static func contents(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw Problem(RuntimeRules.notReadable, "\"\(path)\" is a folder, not a file")
    }
    if status.st_size > Int(Int32.max) {
      throw Problem(
        SyntaxRules.tooLarge,
        "\"\(path)\" is larger than 2 GB, which no script is; read data with `read(\"\(path)\")`")
    }
    let expected = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    var bytes: [UInt8] = []
    bytes.reserveCapacity(expected)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable(path, errno)
      }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[0..<count])
    }
    return bytes
  }

  static func unreadable(_ path: String, _ code: Int32) -> Problem {
    if code == ENOENT || code == ENOTDIR {
      return Problem(
        RuntimeRules.notFound, "there is no file \"\(path)\"",
        notes: advice(onMissing: path).map { [Diagnostic.Note(message: $0)] } ?? [])
    }
    return Problem(
      RuntimeRules.notReadable, "\"\(path)\" cannot be read: \(String(cString: strerror(code)))")
  }

  /// What stands near a path that does not exist.
  static func advice(onMissing path: String) -> String? {
    let folder = folder(of: path)
    guard let names = try? list(folder.isEmpty ? "." : folder) else {
      return "there is no folder \"\(folder)\" either"
    }
    let name = String(path.split(separator: "/").last ?? "")
    if let near = nearest(name, among: names) {
      return "did you mean \"\(folder.isEmpty ? near : folder + "/" + near)\"?"
    }
    return nil
  }

  /// The names in a folder, sorted.
  public static func list(_ path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw unreadable(path, errno) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { bytesLess($0, $1) }
  }

  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The part of a path before the last `/`; empty when there is none.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A path without `.` and, where that is plain, without `..`.
  static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") {
      if part == "." { continue }
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
