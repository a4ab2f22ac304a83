// Text to JSON values: simdjson validates and flattens the document into a tape in one call, and
// Swift walks the tape. A document that simdjson refuses goes through JSONDiagnosis.swift, which
// finds the place of the error, and accepts the integers above 64 bits that simdjson does not.

import CTextLibraries
import Glibc

extension JSON {
  /// Arrays and objects may nest this deep; more is an error.
  public static let maximumDepth = 256

  /// Parses a whole document in UTF-8. Throws with the place of the first error.
  public static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSON {
    try JSONParser().parse(bytes)
  }

  public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
    let parser = JSONParser()
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(JSONError) in try parser.parse(bytes) }
    }
    return try result.get()
  }

  public static func parse(_ text: String) throws(JSONError) -> JSON {
    var text = text
    let parser = JSONParser()
    let result = text.withUTF8 { bytes in
      Result { () throws(JSONError) in try parser.parse(UnsafeRawBufferPointer(bytes)) }
    }
    return try result.get()
  }
}

/// A parser that keeps its working memory from one document to the next. Not for two threads.
public final class JSONParser {
  private let handle: OpaquePointer?

  public init() {
    handle = tl_json_parser_make()
  }

  deinit {
    if let handle { tl_json_parser_free(handle) }
  }

  /// Parses one document.
  public func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSON {
    try parse(bytes, padded: false)
  }

  /// `padded`: at least `TL_JSON_PADDING` readable bytes follow, so that no copy is made.
  func parse(_ bytes: UnsafeRawBufferPointer, padded: Bool) throws(JSONError) -> JSON {
    if var tape = try tape(bytes, padded: padded), let value = tape.value() { return value }
    return try JSONDiagnosis.parse(bytes)
  }

  /// The flat form of the document, valid until the next call; nil where simdjson refuses it.
  func tape(_ bytes: UnsafeRawBufferPointer, padded: Bool) throws(JSONError) -> JSONTape? {
    guard let handle else { throw JSONError("no memory for a JSON parser") }
    var tape: UnsafePointer<UInt64>?
    var strings: UnsafePointer<UInt8>?
    let status = tl_json_parse(
      handle, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, padded,
      JSON.maximumDepth, &tape, &strings)
    switch status {
    case TL_JSON_OK:
      guard let tape, let strings else { return nil }
      // Halves of surrogate pairs come from escapes only.
      let hasEscapes = bytes.baseAddress.map { memchr($0, 0x5C, bytes.count) != nil } ?? false
      return JSONTape(words: tape, strings: strings, hasEscapes: hasEscapes)
    case TL_JSON_TOO_LARGE:
      throw JSONError(
        "the document has \(bytes.count) bytes, the limit is 4 GiB; use JSONL with a row per line")
    case TL_JSON_NO_MEMORY:
      throw JSONError("not enough memory for a document of \(bytes.count) bytes")
    default: return nil
    }
  }
}

/// simdjson's tape (its `doc/tape.md`) with a cursor. The parser owns the memory.
struct JSONTape {
  let words: UnsafePointer<UInt64>
  let strings: UnsafePointer<UInt8>
  /// Without escapes every string is valid UTF-8, as the whole document is.
  let hasEscapes: Bool
  /// Word 0 is the root.
  var position = 1

  /// The kind of the item under the cursor: one of `[ { ] } " l u d t f n`.
  var kind: UInt8 { UInt8(truncatingIfNeeded: words[position] >> 56) }
  private var payload: UInt64 { words[position] & 0x00FF_FFFF_FFFF_FFFF }

  init(words: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, hasEscapes: Bool) {
    self.words = words
    self.strings = strings
    self.hasEscapes = hasEscapes
  }

  /// Reads the value under the cursor and moves behind it. Nil for a string with half of a
  /// surrogate pair, which simdjson lets through.
  mutating func value() -> JSON? {
    switch kind {
    case UInt8(ascii: "\""):
      guard let text = string() else { return nil }
      return .string(text)
    case UInt8(ascii: "l"):
      return .int(integer())
    case UInt8(ascii: "u"):
      return .largeInteger(String(unsigned()))
    case UInt8(ascii: "d"):
      return .number(double())
    case UInt8(ascii: "t"):
      position += 1
      return .bool(true)
    case UInt8(ascii: "f"):
      position += 1
      return .bool(false)
    case UInt8(ascii: "["):
      var items: [JSON] = []
      items.reserveCapacity(enter())
      while kind != UInt8(ascii: "]") {
        guard let item = value() else { return nil }
        items.append(item)
      }
      position += 1
      return .array(items)
    case UInt8(ascii: "{"):
      var fields: [JSONField] = []
      fields.reserveCapacity(enter())
      while kind != UInt8(ascii: "}") {
        guard let key = string(), let item = value() else { return nil }
        fields.append(JSONField(key, item))
      }
      position += 1
      return .object(fields)
    default:
      position += 1
      return .null
    }
  }

  /// Steps into the array or object under the cursor; its count, at most 16,777,215.
  mutating func enter() -> Int {
    let count = Int(payload >> 32) & 0xFF_FFFF
    position += 1
    return count
  }

  /// Steps over the value under the cursor.
  mutating func skip() {
    switch kind {
    case UInt8(ascii: "["), UInt8(ascii: "{"): position = Int(payload & 0xFFFF_FFFF)
    case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): position += 2
    default: position += 1
    }
  }

  /// False for a string that half of a surrogate pair made invalid.
  func isValid(_ string: UnsafeBufferPointer<UInt8>) -> Bool {
    !hasEscapes || UTF8Bytes.isValid(UnsafeRawBufferPointer(string))
  }

  /// The bytes of the string under the cursor.
  mutating func stringBytes() -> UnsafeBufferPointer<UInt8> {
    let start = strings + Int(payload)
    let length = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
    position += 1
    return UnsafeBufferPointer(start: start + 4, count: Int(length))
  }

  mutating func string() -> String? {
    String(validating: stringBytes(), as: UTF8.self)
  }

  mutating func integer() -> Int {
    position += 2
    return Int(Int64(bitPattern: words[position - 1]))
  }

  mutating func unsigned() -> UInt64 {
    position += 2
    return words[position - 1]
  }

  mutating func double() -> Double {
    position += 2
    return Double(bitPattern: words[position - 1])
  }
}
