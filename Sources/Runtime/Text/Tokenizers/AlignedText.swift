// Text on its way through a tokenizer: bytes of UTF-8 and, for each byte, the part of the original
// that it stands for. Every change of the text goes through `Rewriter`, which keeps the two in step
// by the rules of the reference library, its oddities included (a scalar that replaces another
// takes its place, an added one shares the place of the scalar before it).

/// Half-open range; which unit it counts is said where it is used.
public struct TokenSpan: Equatable, Sendable {
  public var start: Int32
  public var end: Int32

  public init(_ start: Int32, _ end: Int32) {
    self.start = start
    self.end = end
  }
}

/// Bytes with the byte ranges of the original that they came from.
struct AlignedText {
  var bytes: [UInt8] = []
  /// As many as bytes when `tracks`, else empty.
  var spans: [TokenSpan] = []
  var tracks = false

  /// Starts over with a slice of the original that begins at byte `origin` of it.
  mutating func reset(_ slice: UnsafeBufferPointer<UInt8>, origin: Int, tracks: Bool) {
    bytes.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: slice)
    self.tracks = tracks
    guard tracks else { return }
    var position = 0
    while position < slice.count {
      let length = UTF8Scalar.length(slice, position)
      let span = TokenSpan(Int32(origin + position), Int32(origin + position + length))
      for _ in 0..<length { spans.append(span) }
      position += length
    }
  }

  mutating func clear(tracks: Bool) {
    bytes.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
    self.tracks = tracks
  }

  mutating func append(_ other: borrowing AlignedText) {
    bytes.append(contentsOf: other.bytes)
    if tracks { spans.append(contentsOf: other.spans) }
  }

  /// Replaces the text by what `body` writes; `scratch` lends its memory.
  mutating func rewrite(with scratch: inout AlignedText, _ body: (inout Rewriter) -> Void) {
    scratch.clear(tracks: tracks)
    var writer = Rewriter(source: AlignedText(), output: AlignedText())
    swap(&writer.source, &self)
    swap(&writer.output, &scratch)
    body(&writer)
    writer.flush()
    swap(&writer.output, &self)
    swap(&writer.source, &scratch)
  }

  /// True when some scalar outside ASCII, or some ASCII byte, satisfies the condition.
  func contains(ascii: (UInt8) -> Bool, other: (UInt32) -> Bool) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < bytes.count {
        let byte = bytes[position]
        if byte < 0x80 {
          if ascii(byte) { return true }
          position += 1
        } else {
          let (scalar, length) = UTF8Scalar.decode(bytes, position)
          if other(scalar) { return true }
          position += length
        }
      }
      return false
    }
  }
}

/// Decoding and encoding of single scalars. Bytes that are not valid count one by one as U+FFFD.
enum UTF8Scalar {
  @inline(__always)
  static func length(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    let lead = bytes[position]
    if lead < 0x80 { return 1 }
    return decode(bytes, position).length
  }

  @inline(__always)
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int
  ) -> (scalar: UInt32, length: Int) {
    let lead = UInt32(bytes[position])
    if lead < 0x80 { return (lead, 1) }
    let left = bytes.count - position
    if lead >= 0xC2, lead < 0xE0, left > 1 {
      let second = UInt32(bytes[position + 1])
      if second & 0xC0 == 0x80 { return ((lead & 0x1F) << 6 | second & 0x3F, 2) }
    } else if lead >= 0xE0, lead < 0xF0, left > 2 {
      let second = UInt32(bytes[position + 1])
      let third = UInt32(bytes[position + 2])
      let value = (lead & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
      if second & 0xC0 == 0x80, third & 0xC0 == 0x80, value >= 0x800,
        value < 0xD800 || value > 0xDFFF
      {
        return (value, 3)
      }
    } else if lead >= 0xF0, lead < 0xF5, left > 3 {
      let second = UInt32(bytes[position + 1])
      let third = UInt32(bytes[position + 2])
      let fourth = UInt32(bytes[position + 3])
      let value =
        (lead & 0x07) << 18 | (second & 0x3F) << 12 | (third & 0x3F) << 6 | fourth & 0x3F
      if second & 0xC0 == 0x80, third & 0xC0 == 0x80, fourth & 0xC0 == 0x80, value >= 0x10000,
        value < 0x110000
      {
        return (value, 4)
      }
    }
    return (0xFFFD, 1)
  }

  /// Start of the scalar that ends before `position`.
  static func before(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    var start = position - 1
    while start > 0, position - start < 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return decode(bytes, start).length == position - start ? start : position - 1
  }

  static func count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }

  @inline(__always)
  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    if scalar < 0x80 {
      bytes.append(UInt8(scalar))
    } else if scalar < 0x800 {
      bytes.append(UInt8(0xC0 | scalar >> 6))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    } else if scalar < 0x10000 {
      bytes.append(UInt8(0xE0 | scalar >> 12))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    } else {
      bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}

/// Writes the new form of a text from left to right.
struct Rewriter {
  fileprivate(set) var source: AlignedText
  fileprivate(set) var output: AlignedText
  /// How far the source has been used up, in bytes.
  private(set) var position = 0
  /// The last scalar and its change, not written yet because what follows may amend it.
  private var pending: (scalar: UInt32, change: Int)?

  fileprivate init(source: AlignedText, output: AlignedText) {
    self.source = source
    self.output = output
  }

  /// `change` 0: the scalar replaces the next one of the source; 1: it is added; -n: it replaces
  /// the next one, and the n after it fall away.
  mutating func push(_ scalar: UInt32, _ change: Int) {
    flush()
    pending = (scalar, change)
  }

  /// Amends the change of the last pushed scalar; without one nothing happens.
  mutating func amendLast(_ difference: Int) {
    if let last = pending { pending = (last.scalar, last.change + difference) }
  }

  /// Drops scalars of the source at this place.
  mutating func skip(_ count: Int) {
    flush()
    for _ in 0..<count where position < source.bytes.count { position += sourceLength() }
  }

  /// Takes over the source up to the byte `end` as it is.
  mutating func copy(upTo end: Int) {
    flush()
    guard end > position else { return }
    output.bytes.append(contentsOf: source.bytes[position..<end])
    if source.tracks { output.spans.append(contentsOf: source.spans[position..<end]) }
    position = end
  }

  /// Takes over a stretch of the source, even when places have fallen behind the text.
  mutating func take(_ range: Range<Int>) {
    flush()
    if position == range.lowerBound { return copy(upTo: range.upperBound) }
    let bytes = source.bytes
    bytes.withUnsafeBufferPointer { bytes in
      var next = range.lowerBound
      while next < range.upperBound {
        let (scalar, length) = UTF8Scalar.decode(bytes, next)
        push(scalar, 0)
        next += length
      }
    }
  }

  /// Replaces the source up to the byte `end` by `content`, all of it placed at the last byte.
  mutating func replace(upTo end: Int, with content: [UInt8]) {
    flush()
    output.bytes.append(contentsOf: content)
    if source.tracks, end > 0, end <= source.spans.count {
      for _ in content { output.spans.append(source.spans[end - 1]) }
    } else if source.tracks {
      for _ in content { output.spans.append(TokenSpan(0, 0)) }
    }
    position = end
  }

  /// Adds bytes that share the place of the source byte at `place`.
  mutating func insert(_ content: [UInt8], at place: Int) {
    flush()
    output.bytes.append(contentsOf: content)
    guard source.tracks else { return }
    let span = place < source.spans.count ? source.spans[place] : TokenSpan(0, 0)
    for _ in content { output.spans.append(span) }
  }

  mutating func flush() {
    guard let (scalar, change) = pending else { return }
    pending = nil
    if source.tracks {
      let place = change > 0 ? position - 1 : position
      let spans = source.spans
      let span = place < 0 || spans.isEmpty ? TokenSpan(0, 0) : spans[min(place, spans.count - 1)]
      let before = output.bytes.count
      UTF8Scalar.append(scalar, to: &output.bytes)
      for _ in before..<output.bytes.count { output.spans.append(span) }
    } else {
      UTF8Scalar.append(scalar, to: &output.bytes)
    }
    if change <= 0, position < source.bytes.count { position += sourceLength() }
    if change < 0 {
      for _ in 0..<(-change) where position < source.bytes.count { position += sourceLength() }
    }
  }

  private func sourceLength() -> Int {
    source.bytes.withUnsafeBufferPointer { UTF8Scalar.length($0, position) }
  }
}
