// Plain text as lines: UTF-8 or Windows-1251, LF or CRLF, with or without a byte order mark and a
// line break at the end.

import Glibc

public enum TextLines {
  /// The lines of a file as a column of text; an empty line is an empty text.
  public static func readColumn(_ path: String, encoding: String? = nil) throws(TextError)
    -> Column
  {
    let text = try TextEncoding.decoded(FileBytes(path: path), as: encoding)
    return withExtendedLifetime(text.file) {
      let content = text.content
      guard let base = content.baseAddress else { return Column(.text(TextCells([]))) }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(content.count)
      var offsets = [0]
      var start = 0
      while start < content.count {
        var end = content.count
        if let found = memchr(base + start, 0x0A, content.count - start) {
          end = UnsafeRawPointer(found) - base
        }
        let next = end + 1
        if end > start && content[end - 1] == 0x0D { end -= 1 }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: content[start..<end]))
        offsets.append(bytes.count)
        start = next
      }
      return Column(.text(TextCells(bytes: bytes, offsets: offsets)))
    }
  }

  /// The lines of a file.
  public static func read(_ path: String, encoding: String? = nil) throws(TextError) -> [String] {
    guard let cells = try readColumn(path, encoding: encoding).texts else { return [] }
    return (0..<cells.count).map { cells[$0] }
  }

  /// Writes each text as a line; throws for a text with a line break in it.
  public static func write(_ lines: [String], to path: String) throws {
    try AtomicFile.write(path) { file in
      for (index, line) in lines.enumerated() {
        if line.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
          throw TextError.invalid(
            "line \(index + 1) has a line break in it; write JSONL or CSV instead")
        }
        try file.append(line)
        try file.append(CollectionOfOne(0x0A))
      }
    }
  }
}
