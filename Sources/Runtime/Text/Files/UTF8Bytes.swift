// Looking into bytes that should be UTF-8: validity, the place of the first fault, lines and
// columns of an offset, and whether a faulty text looks like Windows-1251.

import CTextLibraries

/// Questions about raw bytes as UTF-8.
enum UTF8Bytes {
  static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    return tl_utf8_valid(base.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// Offset of the first byte that does not belong to valid UTF-8, nil when there is none.
  static func firstInvalid(in bytes: UnsafeRawBufferPointer) -> Int? {
    if isValid(bytes) { return nil }
    var position = 0
    while position < bytes.count {
      guard let length = sequenceLength(in: bytes, at: position) else { return position }
      position += length
    }
    return nil
  }

  /// The scalar whose first byte is at `position`, nil for invalid bytes.
  static func scalar(in bytes: UnsafeRawBufferPointer, at position: Int) -> Unicode.Scalar? {
    guard let length = sequenceLength(in: bytes, at: position) else { return nil }
    return String(decoding: bytes[position..<position + length], as: UTF8.self)
      .unicodeScalars.first
  }

  /// Bytes of the sequence at `position`: 1 to 4, nil when it is not valid (Unicode, table 3-7).
  static func sequenceLength(in bytes: UnsafeRawBufferPointer, at position: Int) -> Int? {
    let first = bytes[position]
    func continues(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      position + offset < bytes.count && range.contains(bytes[position + offset])
    }
    switch first {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return continues(1) ? 2 : nil
    case 0xE0: return continues(1, 0xA0...0xBF) && continues(2) ? 3 : nil
    case 0xED: return continues(1, 0x80...0x9F) && continues(2) ? 3 : nil
    case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : nil
    case 0xF0: return continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : nil
    case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : nil
    case 0xF4: return continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : nil
    default: return nil
    }
  }

  /// True when the bytes above 0x7F are mostly Russian letters of Windows-1251.
  static func looksLikeCP1251(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var high = 0
    var letters = 0
    for byte in bytes.prefix(1 << 20) where byte >= 0x80 {
      high += 1
      if byte >= 0xC0 || byte == 0xA8 || byte == 0xB8 { letters += 1 }
    }
    return high > 0 && letters * 10 >= high * 7
  }
}

/// A place in a text: line and column from 1, the column in Unicode scalars.
struct Place {
  let line: Int
  let column: Int

  init(of offset: Int, in bytes: UnsafeRawBufferPointer) {
    let end = min(max(offset, 0), bytes.count)
    var line = 1
    var lineStart = 0
    for position in 0..<end where bytes[position] == 0x0A {
      line += 1
      lineStart = position + 1
    }
    var column = 1
    for position in lineStart..<end where bytes[position] & 0xC0 != 0x80 { column += 1 }
    self.line = line
    self.column = column
  }
}
