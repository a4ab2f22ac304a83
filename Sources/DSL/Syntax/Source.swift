// A script's text and the places in it. Offsets are UTF-8 bytes; lines and columns count from 1,
// and a column counts Unicode characters as a person does.

/// A half-open range of UTF-8 offsets in one `Source`.
public struct Span: Hashable, Sendable {
  public var start: Int
  public var end: Int

  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  public static let empty = Span(0, 0)

  /// The smallest span that holds both.
  public func union(_ other: Span) -> Span {
    Span(min(start, other.start), max(end, other.end))
  }
}

/// One text that is lexed, parsed and reported on as a unit: a file, or one input of the REPL.
public final class Source: Sendable {
  /// What errors call it: a path, or `input 9`.
  public let name: String
  public let bytes: [UInt8]
  /// The offset at which each line begins.
  public let lineStarts: [Int]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var starts = [0]
    for index in bytes.indices where bytes[index] == 0x0A { starts.append(index + 1) }
    lineStarts = starts
  }

  public convenience init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The bytes of a byte order mark, which belongs to no line.
  private var markLength: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The text of a span, clamped to the source.
  public func text(of span: Span) -> String {
    let start = min(max(span.start, 0), bytes.count)
    let end = min(max(span.end, start), bytes.count)
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The 1-based line that holds an offset.
  public func line(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The 1-based line and the 1-based column in characters of an offset.
  public func location(of offset: Int) -> (line: Int, column: Int) {
    let line = line(at: offset)
    let start = line == 1 ? min(markLength, bytes.count) : lineStarts[line - 1]
    let end = min(max(offset, start), bytes.count)
    return (line, String(decoding: bytes[start..<end], as: UTF8.self).count + 1)
  }

  /// The span of a 1-based line without its line break.
  public func span(ofLine line: Int) -> Span {
    guard line >= 1, line <= lineStarts.count else { return Span(bytes.count, bytes.count) }
    let start = line == 1 ? min(markLength, bytes.count) : lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return Span(start, end)
  }
}
