// Fingerprint: what tells two inputs of a run apart by their bytes.

import Glibc
import Synchronization
import TLModels
import TLStore
import TLText

/// SHA-256 of what goes into a run.
public enum Fingerprint {
  /// Keys of files that were read before, by path, size and time of change.
  private static let known = Mutex<[String: String]>([:])

  private static func ofFile(_ path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return try ContentKey.ofFile(path) }
    let (size, changed) = (status.st_size, status.st_mtim)
    let place = "\(path) \(status.st_ino) \(size) \(changed.tv_sec) \(changed.tv_nsec)"
    if let key = known.withLock({ $0[place] }) { return key }
    let key = try ContentKey.ofFile(path)
    known.withLock { $0[place] = key }
    return key
  }

  /// Over the names and bytes of the files of a model directory that decide what it computes.
  public static func ofDonor(_ directory: String) throws -> String {
    var parts: [String] = []
    func add(_ name: String) throws {
      parts.append("\(name) \(try ofFile("\(directory)/\(name)"))")
    }
    for name in DonorLocator.companions where access("\(directory)/\(name)", R_OK) == 0 {
      try add(name)
    }
    // One form of weights is read, the first that is there.
    if let name = Checkpoint.fileNames.first(where: { access("\(directory)/\($0)", R_OK) == 0 }) {
      try add(name)
      if name.hasSuffix(".index.json") {
        let index = try JSON.parse(FileBytes.readText("\(directory)/\(name)"))
        let shards = Set((index["weight_map"]?.object ?? []).compactMap(\.value.string))
        for shard in shards.sorted() { try add(shard) }
      }
    }
    return ContentKey.of(Array(parts.joined(separator: "\n").utf8))
  }

  /// Over texts and numbers, each with its length so that no two lists read the same.
  public static func of(_ lists: [[String]], _ numbers: [[Int]]) -> String {
    var hash = ContentHash()
    for list in lists {
      hash.add("\(list.count)\n")
      for text in list {
        hash.add("\(text.utf8.count) ")
        hash.add(text)
      }
    }
    for list in numbers {
      hash.add("\(list.count)\n")
      hash.add(list.map(String.init).joined(separator: " "))
    }
    return hash.hexadecimal
  }
}
