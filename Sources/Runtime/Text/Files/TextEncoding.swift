// From the bytes of a file to checked UTF-8: byte order marks, Windows-1251, and errors that name
// the line and the remedy. UTF-16 is recognised and refused.

/// Checked UTF-8 with the file it came from.
struct DecodedText {
  let file: FileBytes
  /// Bytes of a byte order mark at the start.
  let skipped: Int

  /// The text, valid UTF-8 without a byte order mark; valid as long as `file` lives.
  var content: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: file.bytes[skipped...])
  }
}

enum TextEncoding {
  /// Checks a file's bytes, or decodes them when `encoding` names something other than UTF-8.
  static func decoded(_ file: FileBytes, as encoding: String?) throws(TextError) -> DecodedText {
    let bytes = file.bytes
    switch (encoding ?? "utf-8").lowercased() {
    case let name where isUTF8(name): break
    case "cp1251", "windows-1251", "cp-1251", "1251":
      return DecodedText(
        file: try FileBytes(utf8(fromCP1251: bytes), path: file.path), skipped: 0)
    default:
      throw .invalid("unknown encoding \"\(encoding ?? "")\"; expected \"utf-8\" or \"cp1251\"")
    }
    let skipped = markLength(bytes)
    if let offset = UTF8Bytes.firstInvalid(in: bytes) {
      throw fault(bytes, at: offset, path: file.path)
    }
    return DecodedText(file: file, skipped: skipped)
  }

  static func isUTF8(_ encoding: String) -> Bool {
    ["utf-8", "utf8"].contains(encoding.lowercased())
  }

  /// Bytes of a UTF-8 byte order mark: 3 or 0.
  static func markLength(_ bytes: UnsafeRawBufferPointer) -> Int {
    bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
  }

  /// The error for a byte at `offset` that is not UTF-8; `line` where the caller knows it.
  static func fault(
    _ bytes: UnsafeRawBufferPointer, at offset: Int, path: String?, line: Int? = nil
  ) -> TextError {
    if line ?? 1 == 1, bytes.count >= 2,
      (bytes[0], bytes[1]) == (0xFF, 0xFE) || (bytes[0], bytes[1]) == (0xFE, 0xFF)
    {
      return .encoding(
        path: path, line: 1,
        message: "the file is UTF-16, expected UTF-8; convert it with `iconv -f UTF-16 -t UTF-8`")
    }
    let place = Place(of: offset, in: bytes)
    let byte = String(bytes[offset], radix: 16, uppercase: true)
    let remedy =
      UTF8Bytes.looksLikeCP1251(bytes)
      ? "the text looks like Windows-1251: read it with encoding: \"cp1251\""
      : "convert the file to UTF-8"
    return .encoding(
      path: path, line: line ?? place.line,
      message: "expected UTF-8, found the byte 0x\(byte) at column \(place.column); \(remedy)")
  }

  private static let cp1251: [UInt16] = [
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021,
    0x20AC, 0x2030, 0x0409, 0x2039, 0x040A, 0x040C, 0x040B, 0x040F,
    0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0xFFFD, 0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F,
    0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7,
    0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407,
    0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6, 0x00B7,
    0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457,
  ]

  /// Windows-1251 to UTF-8; the one undefined byte, 0x98, becomes U+FFFD.
  static func utf8(fromCP1251 bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      if byte < 0x80 {
        text.append(byte)
        continue
      }
      let code = byte >= 0xC0 ? 0x0410 + UInt16(byte - 0xC0) : cp1251[Int(byte) - 0x80]
      if code < 0x800 {
        text.append(UInt8(0xC0 | code >> 6))
      } else {
        text.append(UInt8(0xE0 | code >> 12))
        text.append(UInt8(0x80 | (code >> 6 & 0x3F)))
      }
      text.append(UInt8(0x80 | (code & 0x3F)))
    }
    return text
  }
}
