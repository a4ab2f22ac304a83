// Byte-level text (Radford et al., 2019, GPT-2): every byte becomes a printable scalar, so that any
// text is made of 256 letters; and the expression by which GPT-2 cuts text into words, as a scanner.

/// The 256 scalars that stand for bytes.
enum ByteAlphabet {
  /// The scalar of each byte: printable Latin-1 stands for itself, the others follow from U+0100.
  static let scalars: [UInt32] = {
    var scalars: [UInt32] = []
    var next: UInt32 = 256
    for byte in UInt32(0)..<256 {
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
      scalars.append(isPrintable ? byte : next)
      if !isPrintable { next += 1 }
    }
    return scalars
  }()

  private static let bytesOfScalars: [UInt32: UInt8] = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

  /// The scalar for a blank, U+0120.
  static let space: UInt32 = 0x120

  static func byte(_ scalar: UInt32) -> UInt8? { bytesOfScalars[scalar] }

  /// The normalizer of the same name.
  static func apply(to text: inout AlignedText, scratch: inout AlignedText) {
    text.rewrite(with: &scratch) { writer in
      let bytes = writer.source.bytes
      let scalars = scalars
      bytes.withUnsafeBufferPointer { bytes in
        var position = 0
        while position < bytes.count {
          let length = UTF8Scalar.length(bytes, position)
          for offset in 0..<length {
            writer.push(scalars[Int(bytes[position + offset])], offset == 0 ? 0 : 1)
          }
          position += length
        }
      }
    }
  }

  /// Writes a piece; each scalar has the place of the character that its byte belongs to.
  static func write(_ output: inout PieceList, _ source: PieceSource) {
    let start = output.text.bytes.count
    scalars.withUnsafeBufferPointer { scalars in
      for (index, byte) in source.bytes.enumerated() {
        let before = output.text.bytes.count
        UTF8Scalar.append(scalars[Int(byte)], to: &output.text.bytes)
        if output.text.tracks {
          for _ in before..<output.text.bytes.count { output.text.spans.append(source.span(index)) }
        }
      }
    }
    output.endPiece(from: start)
  }

  /// The bytes behind a token; nil when some scalar stands for no byte.
  static func decode(_ token: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var position = 0
    while position < token.count {
      let (scalar, length) = UTF8Scalar.decode(token, position)
      guard let byte = byte(scalar) else { return nil }
      bytes.append(byte)
      position += length
    }
    return bytes
  }
}

/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
enum GPT2Split {
  private enum Kind { case letter, number, space, other }

  private static func kind(_ scalar: UInt32) -> Kind {
    if scalar < 0x80 {
      if (scalar | 32) &- 97 < 26 { return .letter }
      if scalar &- 48 < 10 { return .number }
      return scalar == 32 || scalar &- 9 < 5 ? .space : .other
    }
    let classes = UnicodeData.classes(scalar)
    if classes.contains(.letter) { return .letter }
    if classes.contains(.number) { return .number }
    return classes.contains(.space) ? .space : .other
  }

  /// Length of a contraction at `position`, 0 for none.
  private static func contraction(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    guard bytes[position] == UInt8(ascii: "'"), position + 1 < bytes.count else { return 0 }
    let first = bytes[position + 1]
    let second = position + 2 < bytes.count ? bytes[position + 2] : 0
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case UInt8(ascii: "r") where second == UInt8(ascii: "e"): return 3
    case UInt8(ascii: "v") where second == UInt8(ascii: "e"): return 3
    case UInt8(ascii: "l") where second == UInt8(ascii: "l"): return 3
    default: return 0
    }
  }

  static func split(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (Int, Int) -> Void) {
    var position = 0
    while position < bytes.count {
      let start = position
      let short = contraction(bytes, position)
      if short > 0 {
        position += short
        emit(start, position)
        continue
      }
      var (scalar, length) = UTF8Scalar.decode(bytes, position)
      var first = kind(scalar)
      if scalar == 32, position + 1 < bytes.count {
        // One blank may lead a run of anything but blanks.
        (scalar, length) = UTF8Scalar.decode(bytes, position + 1)
        first = kind(scalar)
        if first != .space { position += 1 }
      }
      if first == .space {
        // All blanks but the last go together, unless nothing follows them.
        var last = position
        while position < bytes.count {
          let (scalar, length) = UTF8Scalar.decode(bytes, position)
          guard kind(scalar) == .space else { break }
          last = position
          position += length
        }
        if position < bytes.count, last > start { position = last }
      } else {
        position += length
        while position < bytes.count {
          let (scalar, length) = UTF8Scalar.decode(bytes, position)
          guard kind(scalar) == first else { break }
          position += length
        }
      }
      emit(start, position)
    }
  }
}
