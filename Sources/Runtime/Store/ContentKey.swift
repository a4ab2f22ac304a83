// Content keys: SHA-256 over a canonical form of what made a value. Two descriptions that say the
// same (another order of members, 1 and 1.0) have one key.

import CStore
import Glibc
import TLText

/// A running SHA-256.
public struct ContentHash: Sendable {
  private var state = tl_sha256()

  public init() { tl_sha256_begin(&state) }

  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    tl_sha256_add(&state, bytes.baseAddress, bytes.count)
  }

  public mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of all that was added, in 64 lower-case hexadecimal digits.
  public var hexadecimal: String {
    var copy = state
    var digest = [UInt8](repeating: 0, count: 32)
    tl_sha256_end(&copy, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// Keys of descriptions, texts and files; 64 hexadecimal digits.
public enum ContentKey {
  /// The key of a description: equal for equal members in any order, and for 1 and 1.0.
  public static func of(_ description: JSON) -> String {
    var bytes: [UInt8] = []
    append(description, to: &bytes)
    return of(bytes)
  }

  public static func of(_ bytes: [UInt8]) -> String {
    var hash = ContentHash()
    bytes.withUnsafeBytes { hash.add($0) }
    return hash.hexadecimal
  }

  /// The key of a file's bytes. Throws `inputOutput`.
  public static func ofFile(_ path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SystemReason.error(path, "read") }
    defer { close(file) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    var hash = ContentHash()
    while true {
      let count = read(file, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemReason.error(path, "read") }
      if count == 0 { return hash.hexadecimal }
      hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Members sorted by the bytes of their names, no blanks, whole numbers as integers.
  private static func append(_ value: JSON, to bytes: inout [UInt8]) {
    switch value {
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(item, to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let fields):
      let sorted = fields.enumerated().sorted {
        let (a, b) = (Array($0.element.key.utf8), Array($1.element.key.utf8))
        return a == b ? $0.offset < $1.offset : a.lexicographicallyPrecedes(b)
      }
      bytes.append(UInt8(ascii: "{"))
      for (index, field) in sorted.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSON.string(field.element.key).write(to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(field.element.value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    case .number(let number):
      if let whole = Int(exactly: number) {
        bytes.append(contentsOf: String(whole).utf8)
      } else {
        // JSON has no NaN and no infinity; a key tells them apart.
        bytes.append(contentsOf: number.description.utf8)
      }
    default: value.write(to: &bytes)
    }
  }
}
