import Glibc

/// The cache of the Hugging Face libraries on disk, shared with them.
///
/// ```
/// models--org--name/refs/main                 the commit of the branch
/// models--org--name/snapshots/COMMIT/FILE  →  ../../blobs/ETAG
/// models--org--name/blobs/ETAG                content, ETAG.incomplete while it comes
/// .locks/models--org--name/ETAG.lock
/// ```
struct HubCache {
  let root: String

  func folder(of repository: String) -> String {
    root + "/models--" + repository.split(separator: "/").joined(separator: "--")
  }

  /// The snapshot folder that `revision` (a branch, a tag, or a commit) names, if it is there.
  func snapshot(of repository: String, revision: String) -> String? {
    let folder = folder(of: repository)
    let named = HubSettings.firstLine(of: folder + "/refs/" + revision)
    let commit = named ?? revision
    guard HubCache.isPlainName(commit) else { return nil }
    let path = folder + "/snapshots/" + commit
    return FileQuery.isDirectory(path) ? path : nil
  }

  /// The names of all donors with a snapshot that could be opened, sorted.
  func repositories() -> [String] {
    FileQuery.names(in: root).compactMap { entry in
      guard entry.hasPrefix("models--") else { return nil }
      let path = root + "/" + entry
      let isUsable = FileQuery.names(in: path + "/snapshots").contains {
        DonorLocator.isComplete(path + "/snapshots/" + $0)
      }
      // The first "--" parts organization and name; a name may contain more of them.
      let name = entry.dropFirst("models--".count)
      guard isUsable, !name.isEmpty else { return nil }
      guard let dashes = HubCache.firstSeparator(name) else { return String(name) }
      return name[..<dashes] + "/" + name[name.index(dashes, offsetBy: 2)...]
    }
  }

  private static func firstSeparator(_ name: Substring) -> Substring.Index? {
    var index = name.startIndex
    while let dash = name[index...].firstIndex(of: "-") {
      let next = name.index(after: dash)
      if next < name.endIndex, name[next] == "-", dash > name.startIndex { return dash }
      index = next
    }
    return nil
  }

  /// A file or commit name that cannot leave its folder.
  static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  /// Makes `path` with all folders above it.
  static func makeFolder(_ path: String) throws(HubError) {
    if FileQuery.isDirectory(path) { return }
    let above = FileQuery.folder(of: path)
    if above != path, above != "." { try makeFolder(above) }
    if mkdir(path, 0o777) != 0, errno != EEXIST {
      throw HubError(.storage, path, "cannot make the folder: \(String(cString: strerror(errno)))")
    }
  }

  /// Makes the snapshot's entry for a blob; replaces another one.
  static func link(blob: String, as file: String) throws(HubError) {
    let temporary = file + ".tmp-\(getpid())"
    unlink(temporary)
    let target = "../../blobs/" + blob
    if symlink(target, temporary) != 0 {
      // A file system without symbolic links: a second name for the same content.
      let real = FileQuery.folder(of: FileQuery.folder(of: FileQuery.folder(of: file)))
      guard Glibc.link(real + "/blobs/" + blob, temporary) == 0 else {
        throw HubError(.storage, file, "cannot link it: \(String(cString: strerror(errno)))")
      }
    }
    guard rename(temporary, file) == 0 else {
      throw HubError(.storage, file, "cannot rename to it: \(String(cString: strerror(errno)))")
    }
  }

  /// Runs `body` while no other process works on the same blob.
  func withLock<R>(
    _ repository: String, _ blob: String, _ body: () throws(HubError) -> R
  ) throws(HubError) -> R {
    let name = FileQuery.lastPart(folder(of: repository))
    let locks = root + "/.locks/" + name
    try HubCache.makeFolder(locks)
    let descriptor = open(locks + "/\(blob).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw HubError(.storage, locks, "cannot lock: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw HubError(.storage, locks, "cannot lock: \(String(cString: strerror(errno)))")
      }
    }
    return try body()
  }
}
