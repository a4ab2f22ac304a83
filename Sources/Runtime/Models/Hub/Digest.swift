import CModelFiles

/// SHA-1 and SHA-256 of files, by libcrypto.
enum Digest {
  enum Kind: Int32 {
    case sha1 = 1
    case sha256 = 256
  }

  /// The digest of `prefix` and then the whole file, in lower-case hexadecimal.
  ///
  /// Nil when there is no libcrypto. Throws what reading throws.
  static func hexadecimal(_ kind: Kind, prefix: String = "", of file: MappedFile)
    throws(CheckpointError) -> String?
  {
    guard let digest = tl_digest_make(kind.rawValue) else { return nil }
    let head = Array(prefix.utf8)
    tl_digest_update(digest, head, head.count)
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { scratch.deallocate() }
    var out = [UInt8](repeating: 0, count: 64)
    var done = 0
    var failure: CheckpointError?
    while done < file.count, failure == nil {
      let part = UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(file.count - done))
      do throws(CheckpointError) { try file.read(at: done, into: part) } catch { failure = error }
      tl_digest_update(digest, part.baseAddress, part.count)
      done += part.count
    }
    let length = tl_digest_finish(digest, &out)
    if let failure { throw failure }
    let digits = Array("0123456789abcdef".unicodeScalars)
    var text = ""
    for byte in out.prefix(length) {
      text.unicodeScalars.append(digits[Int(byte >> 4)])
      text.unicodeScalars.append(digits[Int(byte & 15)])
    }
    return text
  }
}
