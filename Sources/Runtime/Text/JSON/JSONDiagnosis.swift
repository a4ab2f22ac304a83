// A strict recursive-descent JSON parser (RFC 8259) that knows where it stands: the executable
// specification beside simdjson, and what finds the place of an error. It is the slow path only.

import CTextLibraries

/// The reference parser.
public enum JSONDiagnosis {
  /// Parses a whole document; throws the first error with its offset, line, and column.
  public static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSON {
    var scanner = Scanner(bytes: bytes)
    do {
      return try scanner.document()
    } catch {
      let place = Place(of: error.offset, in: bytes)
      throw JSONError(
        error.message, offset: error.offset, line: place.line, column: place.column)
    }
  }

  private struct Failure: Error {
    let message: String
    let offset: Int
  }

  private struct Scanner {
    let bytes: UnsafeRawBufferPointer
    var position = 0
    var depth = 0

    init(bytes: UnsafeRawBufferPointer) {
      self.bytes = bytes
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ message: String, at offset: Int? = nil) -> Failure {
      Failure(message: message, offset: offset ?? position)
    }

    /// What stands at the cursor, for messages.
    private var found: String {
      guard let byte = current else { return "the end of the text" }
      switch byte {
      case UInt8(ascii: "'"): return "a single quote; strings stand in double quotes"
      case 0x21...0x7E: return "`\(Unicode.Scalar(byte))`"
      case 0x80...0xFF:
        guard let scalar = UTF8Bytes.scalar(in: bytes, at: position) else {
          return "the byte 0x\(hex(byte))"
        }
        return scalar.value == 0xFEFF
          ? "a byte order mark" : "`\(scalar)` (U+\(hex(scalar.value)))"
      default: return "the control byte 0x\(hex(byte))"
      }
    }

    private func hex<T: BinaryInteger>(_ value: T) -> String {
      let digits = String(value, radix: 16, uppercase: true)
      return String(repeating: "0", count: max(0, (T.self == UInt32.self ? 4 : 2) - digits.count))
        + digits
    }

    mutating func document() throws(Failure) -> JSON {
      if let offset = UTF8Bytes.firstInvalid(in: bytes) {
        throw failure("invalid UTF-8: the byte 0x\(hex(bytes[offset]))", at: offset)
      }
      skipSpace()
      if current == nil { throw failure("expected a JSON value, found nothing") }
      let value = try value()
      skipSpace()
      if current != nil { throw failure("expected the end of the text, found \(found)") }
      return value
    }

    private mutating func skipSpace() {
      while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
        position += 1
      }
    }

    private mutating func value() throws(Failure) -> JSON {
      switch current {
      case UInt8(ascii: "{"): return try object()
      case UInt8(ascii: "["): return try array()
      case UInt8(ascii: "\""): return .string(try string())
      case UInt8(ascii: "t"): return try word("true", .bool(true))
      case UInt8(ascii: "f"): return try word("false", .bool(false))
      case UInt8(ascii: "n"): return try word("null", .null)
      case UInt8(ascii: "-"): return try number()
      case let byte? where (0x30...0x39).contains(byte): return try number()
      default: throw failure("expected a value, found \(found)")
      }
    }

    private mutating func word(_ word: String, _ value: JSON) throws(Failure) -> JSON {
      let start = position
      for byte in word.utf8 {
        guard current == byte else { throw failure("expected `\(word)`", at: start) }
        position += 1
      }
      if let byte = current, isWordByte(byte) {
        throw failure("expected `\(word)`", at: start)
      }
      return value
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
        return true
      default: return false
      }
    }

    private mutating func enter() throws(Failure) {
      depth += 1
      if depth > JSON.maximumDepth {
        throw failure("arrays and objects nest deeper than \(JSON.maximumDepth)")
      }
      position += 1
      skipSpace()
    }

    private mutating func array() throws(Failure) -> JSON {
      let start = position
      try enter()
      var items: [JSON] = []
      if current == UInt8(ascii: "]") {
        position += 1
        depth -= 1
        return .array(items)
      }
      while true {
        items.append(try value())
        skipSpace()
        switch current {
        case UInt8(ascii: ","):
          let comma = position
          position += 1
          skipSpace()
          if current == UInt8(ascii: "]") {
            throw failure("a comma before `]`; remove it", at: comma)
          }
        case UInt8(ascii: "]"):
          position += 1
          depth -= 1
          return .array(items)
        case nil: throw failure("this `[` is never closed", at: start)
        default: throw failure("expected `,` or `]`, found \(found)")
        }
      }
    }

    private mutating func object() throws(Failure) -> JSON {
      let start = position
      try enter()
      var fields: [JSONField] = []
      if current == UInt8(ascii: "}") {
        position += 1
        depth -= 1
        return .object(fields)
      }
      while true {
        if current == nil { throw failure("this `{` is never closed", at: start) }
        guard current == UInt8(ascii: "\"") else {
          throw failure("expected a key in double quotes, found \(found)")
        }
        let key = try string()
        skipSpace()
        guard current == UInt8(ascii: ":") else {
          throw failure("expected `:` after the key, found \(found)")
        }
        position += 1
        skipSpace()
        fields.append(JSONField(key, try value()))
        skipSpace()
        switch current {
        case UInt8(ascii: ","):
          let comma = position
          position += 1
          skipSpace()
          if current == UInt8(ascii: "}") {
            throw failure("a comma before `}`; remove it", at: comma)
          }
        case UInt8(ascii: "}"):
          position += 1
          depth -= 1
          return .object(fields)
        case nil: throw failure("this `{` is never closed", at: start)
        default: throw failure("expected `,` or `}`, found \(found)")
        }
      }
    }

    private mutating func digits() throws(Failure) {
      let start = position
      while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
      if position == start { throw failure("expected a digit, found \(found)") }
    }

    private mutating func number() throws(Failure) -> JSON {
      let start = position
      var isInteger = true
      if current == UInt8(ascii: "-") { position += 1 }
      let firstDigit = position
      try digits()
      if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
        throw failure("a number does not begin with 0", at: start)
      }
      if current == UInt8(ascii: ".") {
        isInteger = false
        position += 1
        try digits()
      }
      if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
        isInteger = false
        position += 1
        if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
        try digits()
      }
      if let byte = current, isWordByte(byte) || byte == UInt8(ascii: ".") {
        throw failure("a number goes on with \(found)")
      }
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      if isInteger { return Int(text).map { .int($0) } ?? .largeInteger(text) }
      guard let number = Double(text), number.isFinite else {
        throw failure("the number is too large for 64 bits", at: start)
      }
      return .number(number)
    }

    private mutating func string() throws(Failure) -> String {
      let start = position
      position += 1
      var text: [UInt8] = []
      while let byte = current {
        switch byte {
        case UInt8(ascii: "\""):
          position += 1
          return String(decoding: text, as: UTF8.self)
        case UInt8(ascii: "\\"):
          try escape(into: &text)
        case 0..<0x20:
          let (name, escape) =
            switch byte {
            case 0x09: ("a tab", "\\t")
            case 0x0A: ("a line break", "\\n")
            default: ("the control byte 0x\(hex(byte))", "\\u00\(hex(byte))")
            }
          throw failure("\(name) inside a string; write \(escape)")
        default:
          text.append(byte)
          position += 1
        }
      }
      throw failure("this string is never closed", at: start)
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
      let start = position
      position += 1
      guard let byte = current else { throw failure("the text ends inside an escape", at: start) }
      position += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "u"):
        var code = try hexDigits(start)
        if (0xD800..<0xDC00).contains(code) {
          guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
          else { throw failure("the first half of a surrogate pair stands alone", at: start) }
          position += 2
          let low = try hexDigits(start)
          guard (0xDC00..<0xE000).contains(low) else {
            throw failure("the first half of a surrogate pair stands alone", at: start)
          }
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else {
          throw failure("the second half of a surrogate pair stands alone", at: start)
        }
        text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
      default: throw failure("an escape that JSON does not have", at: start)
      }
    }

    private mutating func hexDigits(_ start: Int) throws(Failure) -> UInt32 {
      var code: UInt32 = 0
      for _ in 0..<4 {
        guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
          throw failure("expected four hexadecimal digits after \\u", at: start)
        }
        code = code << 4 | UInt32(digit)
        position += 1
      }
      return code
    }
  }
}
