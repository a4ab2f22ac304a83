// JSONL: one JSON document per line. An error names the line of the file. A byte order mark,
// CRLF, blank lines, and a last line without a line break are fine.

/// A JSONL file, read line by line.
public struct JSONLines {
  private let file: FileBytes

  /// Reads the file into memory; its lines are parsed when asked for.
  public init(path: String, encoding: String? = nil) throws(TextError) {
    file = try FileBytes(path: path, encoding: encoding)
  }

  public init(_ file: FileBytes) {
    self.file = file
  }

  /// All documents of the file in order.
  public static func read(
    _ path: String, encoding: String? = nil, isCancelled: CancellationCheck = neverCancelled
  ) throws -> [JSON] {
    var values: [JSON] = []
    try JSONLines(path: path, encoding: encoding).forEach(isCancelled: isCancelled) {
      values.append($1)
    }
    return values
  }

  /// Calls `body` with the line number, from 1, and the value of each line that is not blank.
  public func forEach(
    isCancelled: CancellationCheck = neverCancelled, _ body: (Int, JSON) throws -> Void
  ) throws {
    let parser = JSONParser()
    try forEachLine(isCancelled: isCancelled) { line, bytes in
      let value: JSON
      do throws(JSONError) {
        value = try parser.parse(bytes, padded: true)
      } catch {
        throw fault(error, line: line, bytes: bytes)
      }
      try body(line, value)
    }
  }

  /// Calls `body` with each line that is not blank, without its line break.
  func forEachLine(
    isCancelled: CancellationCheck, _ body: (Int, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try file.withBytes { bytes in
      let content = UnsafeRawBufferPointer(rebasing: bytes[TextEncoding.markLength(bytes)...])
      try TextLines.checkBreaks(content, path: file.path)
      try TextLines.forEach(in: content) { number, line in
        if number & 1023 == 0 && isCancelled() { throw TextError.cancelled }
        if !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
          try body(number, line)
        }
      }
    }
  }

  /// The error of one line as an error of the file.
  func fault(_ error: JSONError, line: Int, bytes: UnsafeRawBufferPointer) -> TextError {
    if let offset = UTF8Bytes.firstInvalid(in: bytes) {
      return TextEncoding.fault(bytes, at: offset, path: file.path, line: line)
    }
    let column = error.column.map { "column \($0): " } ?? ""
    return .malformed(path: file.path, line: line, message: column + error.message)
  }
}
