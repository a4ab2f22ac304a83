// Plain text as lines: UTF-8 or Windows-1251, LF or CRLF, with or without a byte order mark and a
// line break at the end.

import Glibc

public enum TextLines {
  /// The lines of a file as a column of text; an empty line is an empty text.
  public static func readColumn(_ path: String, encoding: String? = nil) throws(TextError)
    -> Column
  {
    let text = try TextEncoding.decoded(FileBytes(path: path), as: encoding)
    try checkBreaks(text.content, path: path)
    return withExtendedLifetime(text.file) {
      let content = text.content
      var bytes: [UInt8] = []
      bytes.reserveCapacity(content.count)
      var offsets = [0]
      forEach(in: content) { _, line in
        bytes.append(contentsOf: line)
        offsets.append(bytes.count)
      }
      return Column(.text(TextCells(bytes: bytes, offsets: offsets)))
    }
  }

  /// Calls `body` with the number, from 1, and the bytes of each line, without its LF or CRLF.
  static func forEach<Failure: Error>(
    in content: UnsafeRawBufferPointer,
    _ body: (Int, UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard let base = content.baseAddress else { return }
    var number = 0
    var start = 0
    while start < content.count {
      number += 1
      var end = content.count
      if let found = memchr(base + start, 0x0A, content.count - start) {
        end = UnsafeRawPointer(found) - base
      }
      let next = end + 1
      if end > start && content[end - 1] == 0x0D { end -= 1 }
      try body(number, UnsafeRawBufferPointer(rebasing: content[start..<end]))
      start = next
    }
  }

  /// Throws `malformed` for a text whose lines end with CR alone, which would be one line.
  static func checkBreaks(
    _ content: UnsafeRawBufferPointer, path: String?
  ) throws(TextError) {
    if let base = content.baseAddress, memchr(base, 0x0A, content.count) == nil,
      let found = memchr(base, 0x0D, content.count),
      UnsafeRawPointer(found) - base < content.count - 1
    {
      throw .malformed(
        path: path, line: 1,
        message: "the lines end with CR alone; convert them with `tr '\\r' '\\n'`")
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
