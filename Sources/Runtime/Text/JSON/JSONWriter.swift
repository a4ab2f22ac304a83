// JSON values to text: shortest decimals that read back, integers as integers, keys in order.

extension JSON {
  /// The document as text. `pretty` puts each member on a line of its own, indented by 2 spaces.
  /// JSON has no infinity and no NaN: they become null.
  public func serialized(pretty: Bool = false) -> String {
    var bytes: [UInt8] = []
    write(to: &bytes, pretty: pretty)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the document in UTF-8.
  public func write(to bytes: inout [UInt8], pretty: Bool = false) {
    write(to: &bytes, indent: pretty ? 0 : nil)
  }

  private func write(to bytes: inout [UInt8], indent: Int?) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .int(let value): bytes.append(contentsOf: String(value).utf8)
    case .largeInteger(let digits): bytes.append(contentsOf: digits.utf8)
    case .number(let value): JSONWriter.append(value, to: &bytes)
    case .string(let text): JSONWriter.append(text, to: &bytes)
    case .array(let items):
      JSONWriter.list("[", "]", items.count, indent, &bytes) { index, indent, bytes in
        items[index].write(to: &bytes, indent: indent)
      }
    case .object(let fields):
      JSONWriter.list("{", "}", fields.count, indent, &bytes) { index, indent, bytes in
        JSONWriter.append(fields[index].key, to: &bytes)
        bytes.append(contentsOf: ": ".utf8)
        fields[index].value.write(to: &bytes, indent: indent)
      }
    }
  }
}

enum JSONWriter {
  static func append(_ value: Double, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
  }

  static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { append($0, to: &bytes) }
  }

  /// Appends a string in quotes; `text` is valid UTF-8.
  static func append(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var start = 0
    for position in 0..<text.count {
      let byte = text[position]
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<position]))
      start = position + 1
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
      case 8: bytes.append(UInt8(ascii: "b"))
      case 9: bytes.append(UInt8(ascii: "t"))
      case 10: bytes.append(UInt8(ascii: "n"))
      case 12: bytes.append(UInt8(ascii: "f"))
      case 13: bytes.append(UInt8(ascii: "r"))
      default:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      }
    }
    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes brackets, commas, and line breaks around `count` elements.
  static func list(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ count: Int, _ indent: Int?,
    _ bytes: inout [UInt8], element: (Int, Int?, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    let inner = indent.map { $0 + 2 }
    for index in 0..<count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      if let inner { newLine(inner, &bytes) } else if index > 0 { bytes.append(0x20) }
      element(index, inner, &bytes)
    }
    if let indent, count > 0 { newLine(indent, &bytes) }
    bytes.append(UInt8(ascii: close))
  }

  private static func newLine(_ indent: Int, _ bytes: inout [UInt8]) {
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: indent))
  }
}
