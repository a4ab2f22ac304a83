import Glibc

/// The folder of data and fixtures beside the package, which a clone may lack.
enum Shared {
  static let folder: String = {
    if let path = getenv("TL_SHARED") { return String(cString: path) }
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.dropLast().joined(separator: "/") + "/shared"
  }()

  static let isPresent = access(folder + "/data/README.md", R_OK) == 0
}

/// A folder for one test, removed when the object goes.
final class ScratchFolder {
  let path: String

  init() {
    var template = Array("/tmp/tltext.XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
  }

  deinit {
    guard path != "/tmp" else { return }
    if let entries = opendir(path) {
      while let entry = readdir(entries) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != "." && name != ".." { unlink(path + "/" + name) }
      }
      closedir(entries)
    }
    rmdir(path)
  }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = self.path + "/" + name
    if let file = fopen(path, "w") {
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
    }
    return path
  }

  func file(_ name: String, _ text: String) -> String { file(name, Array(text.utf8)) }
}

/// A small deterministic generator (SplitMix64) for mutation tests.
struct TestRandom: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Up to four random edits of `bytes`, with a taste for the syntax of `alphabet`.
  mutating func mutate(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &self)
      let byte =
        Bool.random(using: &self)
        ? alphabet.randomElement(using: &self) ?? 0 : UInt8.random(in: 0...255, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes.insert(byte, at: place)
      case 1: if !bytes.isEmpty { bytes.remove(at: place) }
      case 2: if !bytes.isEmpty { bytes[place] = byte }
      case 3: bytes = Array(bytes[..<place])
      default:
        let end = min(bytes.count, place + Int.random(in: 0...8, using: &self))
        bytes.insert(contentsOf: bytes[place..<end], at: place)
      }
    }
    return bytes
  }
}
