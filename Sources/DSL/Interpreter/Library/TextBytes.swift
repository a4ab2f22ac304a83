// Searching and cutting texts by bytes, and the way from bytes to characters. A part is found only
// where it begins and ends at a scalar, which valid UTF-8 gives by itself.

import TLSyntax

enum TextBytes {
  /// Of long texts so many bytes are worked on before the next look at Ctrl-C.
  static let blockSize = 1 << 18

  /// Calls `body` with stretches of a text, cut between scalars, and throws when it shall stop.
  ///
  /// - Parameter beforeASCII: cuts only before characters of ASCII, which no normalization joins with
  ///   what stands in front of them.
  static func inBlocks(
    _ text: String, _ call: Arguments, beforeASCII: Bool = false,
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    var text = text
    try text.withUTF8 { bytes in
      var start = 0
      while start < bytes.count {
        var end = min(bytes.count, start + blockSize)
        while end < bytes.count, beforeASCII ? bytes[end] >= 0x80 : bytes[end] & 0xC0 == 0x80 {
          end += 1
        }
        try call.checkCancellation()
        try body(UnsafeBufferPointer(rebasing: bytes[start..<end]))
        start = end
      }
    }
  }

  /// What `change` makes of a text, which must not depend on what stands around a stretch of it as
  /// `inBlocks` cuts them.
  static func changed(
    _ text: String, _ call: Arguments, beforeASCII: Bool = false, _ change: (String) -> String
  ) throws -> String {
    if text.utf8.count <= blockSize { return change(text) }
    var result = ""
    result.reserveCapacity(text.utf8.count)
    try inBlocks(text, call, beforeASCII: beforeASCII) {
      result += change(String(decoding: $0, as: UTF8.self))
    }
    return result
  }

  /// The byte offset of the first occurrence of a part.
  static func firstOffset(of part: String, in whole: String) -> Int? {
    var whole = whole
    var part = part
    return whole.withUTF8 { haystack in
      part.withUTF8 { needle in
        needle.isEmpty ? 0 : Operators.firstIndex(of: needle, in: haystack)
      }
    }
  }

  /// The byte offsets of the occurrences of a part, which do not overlap; at most `limit`.
  static func offsets(
    of part: String, in whole: String, limit: Int = .max, _ call: Arguments
  ) throws -> [Int] {
    var whole = whole
    var part = part
    return try whole.withUTF8 { haystack in
      try part.withUTF8 { needle in
        var found: [Int] = []
        var offset = 0
        while found.count < limit, !needle.isEmpty,
          let hit = Operators.firstIndex(of: needle, in: haystack, from: offset)
        {
          if found.count & 0xFFFF == 0 { try call.checkCancellation() }
          found.append(hit)
          offset = hit + needle.count
        }
        return found
      }
    }
  }

  /// The pieces between the occurrences of a part.
  static func pieces(
    _ whole: String, between part: String, limit: Int, _ call: Arguments
  ) throws -> Value {
    let offsets = try offsets(of: part, in: whole, limit: limit, call)
    var whole = whole
    let width = part.utf8.count
    return try call.collect(offsets.count + 1) { result in
      try whole.withUTF8 { bytes in
        var start = 0
        for offset in offsets {
          if result.count & 0xFFFF == 0 { try call.checkCancellation() }
          result.append(.text(string(bytes, start, offset)))
          start = offset + width
        }
        result.append(.text(string(bytes, start, bytes.count)))
      }
    }
  }

  @inline(__always)
  static func string(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
  }

  /// The pieces between runs of white space; none are empty. With a limit the last piece keeps the
  /// white space inside it.
  static func pieces(
    betweenSpaces whole: String, limit: Int, _ call: Arguments
  ) throws -> Value {
    var whole = whole
    return try call.collect { result in
      try whole.withUTF8 { bytes in
        var start: Int?
        var offset = 0
        while offset < bytes.count {
          if offset & 0xFFFF == 0 { try call.checkCancellation() }
          let width = spaceWidth(bytes, offset)
          if width == 0 {
            if start == nil {
              if result.count == limit {
                var end = bytes.count
                while end > offset, trailingSpaceWidth(bytes, end) > 0 {
                  end -= trailingSpaceWidth(bytes, end)
                }
                result.append(.text(string(bytes, offset, end)))
                return
              }
              start = offset
            }
            offset += 1
            continue
          }
          if let begin = start {
            result.append(.text(string(bytes, begin, offset)))
            start = nil
          }
          offset += width
        }
        if let begin = start { result.append(.text(string(bytes, begin, bytes.count))) }
      }
    }
  }

  /// The bytes of the white space that begins at an offset; 0 for another character.
  @inline(__always)
  static func spaceWidth(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Int {
    let byte = bytes[offset]
    if byte < 0x80 { return byte == 0x20 || byte >= 9 && byte <= 13 ? 1 : 0 }
    if byte == 0xC2 {
      return offset + 1 < bytes.count && (bytes[offset + 1] == 0xA0 || bytes[offset + 1] == 0x85)
        ? 2 : 0
    }
    guard byte == 0xE2 || byte == 0xE1 || byte == 0xE3, offset + 2 < bytes.count else { return 0 }
    let scalar =
      UInt32(byte & 0xF) << 12 | UInt32(bytes[offset + 1] & 0x3F) << 6
      | UInt32(bytes[offset + 2] & 0x3F)
    return Unicode.Scalar(scalar)?.properties.isWhitespace == true ? 3 : 0
  }

  /// The bytes of the white space that ends before an offset; 0 for another character.
  static func trailingSpaceWidth(_ bytes: UnsafeBufferPointer<UInt8>, _ end: Int) -> Int {
    var start = end - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return spaceWidth(bytes, start) == end - start ? end - start : 0
  }

  /// How many characters stand before a byte offset.
  static func characters(of text: String, before offset: Int) -> Int {
    let utf8 = text.utf8
    return text[..<utf8.index(utf8.startIndex, offsetBy: offset)].count
  }

  /// Texts, one after the other with a separator between.
  static func joined(
    _ parts: ContiguousArray<Value>, _ separator: String, _ call: Arguments
  ) throws -> String {
    var total = 0
    for (position, part) in parts.enumerated() {
      guard let text = part.asText else {
        throw Problem(
          RuntimeRules.wrongKind,
          "join needs texts, found \(part.inWords) at position \(position)",
          at: call.place, notes: [.init(message: "make texts first: `map(values, text)`")])
      }
      total += text.string.utf8.count + separator.utf8.count
    }
    try call.machine.reserve(total, elementBytes: 2, at: call.place)
    var result = ""
    result.reserveCapacity(total)
    for (position, part) in parts.enumerated() {
      if position & 0xFFFF == 0xFFFF { try call.checkCancellation() }
      if position > 0 { result += separator }
      if let text = part.asText { result += text.string }
    }
    return result
  }

  /// The lines without their ends (LF, CRLF or CR); an end of line at the very end begins none.
  static func lines(_ whole: String, _ call: Arguments) throws -> Value {
    var whole = whole
    return try call.collect { result in
      try whole.withUTF8 { bytes in
        var start = 0
        var offset = 0
        while offset < bytes.count {
          if offset & 0xFFFF == 0 { try call.checkCancellation() }
          let byte = bytes[offset]
          if byte == 0x0A || byte == 0x0D {
            result.append(.text(string(bytes, start, offset)))
            if byte == 0x0D, offset + 1 < bytes.count, bytes[offset + 1] == 0x0A { offset += 1 }
            start = offset + 1
          }
          offset += 1
        }
        if start < bytes.count { result.append(.text(string(bytes, start, bytes.count))) }
      }
    }
  }
}
