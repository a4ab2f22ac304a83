// Files and folders of the store: made, flushed, renamed, measured and removed. A file or folder
// appears under its name only when all of it is on the disk.

import CStore
import Glibc

/// The system's reason for a failure, and the store's error that goes with it.
enum SystemReason {
  static func text(_ code: Int32) -> String {
    switch code {
    case EACCES, EPERM: "permission denied"
    case ENOENT: "there is no such file or folder"
    case ENOTDIR: "a part of the path is a file, not a folder"
    case EEXIST: "a file of this name is there"
    default: String(cString: strerror(code)).lowercased()
    }
  }

  static func error(_ path: String, _ verb: String, _ code: Int32 = errno) -> StoreError {
    switch code {
    case ENOSPC, EFBIG, EDQUOT: .full(path: path)
    case EROFS: .readOnly(path: path)
    default: .inputOutput(path: path, verb: verb, reason: text(code))
    }
  }
}

enum StoreFiles {
  /// Makes a folder and those above it; one that is there is fine.
  static func makeFolder(_ path: String) throws {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    if isFolder(path) { return }
    guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw SystemReason.error(path, "make the folder", code)
    }
    try makeFolder(String(path[..<slash]))
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw SystemReason.error(path, "make the folder")
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// The names in a folder, sorted by their bytes; none where there is no folder.
  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Bytes of the files at and below a path.
  static func size(_ path: String) -> Int {
    var status = stat()
    guard lstat(path, &status) == 0 else { return 0 }
    guard status.st_mode & S_IFMT == S_IFDIR else { return Int(status.st_size) }
    return names(in: path).reduce(0) { $0 + size(path + "/" + $1) }
  }

  /// Removes a file, or a folder with all that is in it; links are removed, not followed.
  static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in names(in: path) { remove(path + "/" + name) }
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  /// Flushes a file, or a folder and all below it, to the disk.
  static func flush(_ path: String) throws {
    if isFolder(path) { for name in names(in: path) { try flush(path + "/" + name) } }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SystemReason.error(path, "flush") }
    defer { close(file) }
    // Some file systems cannot flush a folder, and say so.
    guard fsync(file) == 0 || errno == EINVAL else { throw SystemReason.error(path, "flush") }
  }

  /// Calls `write` with the path of a partial file or folder, then flushes it and gives it its name.
  ///
  /// There must be nothing of this name; nothing is left when `write` throws.
  static func publish(_ path: String, write: (String) throws -> Void) throws {
    let partial = path + ".partial"
    remove(partial)
    do {
      try write(partial)
      try flush(partial)
      guard rename(partial, path) == 0 else { throw SystemReason.error(path, "rename to") }
    } catch {
      remove(partial)
      throw error
    }
    if let slash = path.lastIndex(of: "/") { try? flushFolder(String(path[..<slash])) }
  }

  private static func flushFolder(_ path: String) throws {
    let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw SystemReason.error(path, "flush") }
    fsync(file)
    close(file)
  }

  /// SHA-256 of a file, or of the names and digests of the files of a folder.
  static func digest(_ path: String) throws -> String {
    guard isFolder(path) else { return try ContentKey.ofFile(path) }
    var hash = ContentHash()
    for name in names(in: path) {
      let part = try digest(path + "/" + name)
      hash.add("\(name)\0\(part)\n")
    }
    return hash.hexadecimal
  }

  /// Whether a shared write-ahead log works there: not on file systems of a network, whose
  /// processes on two machines share no memory.
  static func hasSharedMemory(_ path: String) -> Bool {
    let network: Set<UInt32> = [
      0 /* not to be had */, 0x6969 /* NFS */, 0x517B /* SMB */, 0xFF53_4D42 /* CIFS */,
      0xFE53_4D42 /* SMB 2 */,
      0x6573_5546 /* FUSE */, 0x0102_1997 /* 9P */, 0x0BD0_0BD0 /* Lustre */,
      0x4750_4653 /* GPFS */, 0x00C3_6400 /* Ceph */, 0x1983_0326 /* BeeGFS */,
      0x5346_414F /* AFS */,
    ]
    return !network.contains(tl_file_system(path))
  }
}
