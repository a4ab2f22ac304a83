// TerminalImage: pictures inside a terminal, for those that can show them.

/// How a terminal shows pictures.
public enum TerminalImage: String, Sendable {
  /// PNG in base64 through the graphics protocol of kitty.
  case kitty
  /// Bands of six pixels, as DEC defined them.
  case sixel

  /// What to write to the terminal.
  public static func kitty(_ png: [UInt8]) -> String {
    let text = base64(png)
    var result = ""
    var start = 0
    let size = 4_096
    while start < text.count {
      let end = min(text.count, start + size)
      let more = end < text.count ? 1 : 0
      let head = start == 0 ? "f=100,a=T,q=2,m=\(more)" : "m=\(more)"
      result += "\u{1B}_G\(head);" + String(decoding: text[start..<end], as: UTF8.self) + "\u{1B}\\"
      start = end
    }
    return result + "\n"
  }

  /// Bytes in base64 (RFC 4648).
  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let rest = min(3, bytes.count - index)
      var value = 0
      for place in 0..<3 { value = value << 8 | (place < rest ? Int(bytes[index + place]) : 0) }
      for place in 0..<4 {
        let digit = alphabet[value >> (18 - 6 * place) & 63]
        result.append(place <= rest ? digit : UInt8(ascii: "="))
      }
      index += 3
    }
    return result
  }
}
