// JSON to tables and back: JSONL with an object per line, and a document that is an array of
// objects. Flat fields become typed columns straight from the parser's tape, nested ones mixed.

extension Table {
  /// More different fields than this are taken for a mistake: a key that should be a value.
  static let fieldLimit = 4096

  /// Reads JSONL. Columns are the union of the fields in the order first seen; a field that a row
  /// lacks, or that is null, is missing.
  public static func readJSONLines(
    _ path: String, encoding: String? = nil, isCancelled: CancellationCheck = neverCancelled
  ) throws -> Table {
    try parseJSONLines(FileBytes(path: path, encoding: encoding), isCancelled: isCancelled)
  }

  public static func parseJSONLines(
    _ file: FileBytes, isCancelled: CancellationCheck = neverCancelled
  ) throws -> Table {
    let lines = JSONLines(file)
    let parser = JSONParser()
    let builder = RecordTableBuilder()
    try lines.forEachLine(isCancelled: isCancelled) { line, bytes in
      func malformed(_ message: String) -> TextError {
        .malformed(path: file.path, line: line, message: message)
      }
      do throws(JSONError) {
        try Self.append(bytes, parser, to: builder)
      } catch {
        throw lines.fault(error, line: line, bytes: bytes)
      }
      if builder.columnCount > Self.fieldLimit {
        throw malformed(
          "more than \(Self.fieldLimit) different fields up to this line; "
            + "rows of a table share their fields")
      }
    }
    let table = builder.finished()
    return table.with(RowOrigin(file, header: 0, rowCount: table.rowCount))
  }

  /// Adds the row of one line.
  private static func append(
    _ line: UnsafeRawBufferPointer, _ parser: JSONParser, to builder: RecordTableBuilder
  ) throws(JSONError) {
    if var tape = try parser.tape(line, padded: true), tape.kind == UInt8(ascii: "{"),
      tape.appendRow(to: builder)
    {
      return
    }
    // Another kind, half of a surrogate pair, or a fault: the slow way finds the words.
    let value = try JSONDiagnosis.parse(line)
    guard case .object(let fields) = value else {
      throw JSONError("expected an object, found \(value.kindName)")
    }
    builder.discardRow()
    for field in fields { builder.set(field.key, DataValue(field.value)) }
    builder.endRow()
  }

  /// Reads a JSON document that is an array of objects.
  public static func readJSON(_ path: String, encoding: String? = nil) throws -> Table {
    let file = try FileBytes(path: path, encoding: encoding)
    return try file.withBytes { bytes in
      let content = UnsafeRawBufferPointer(
        rebasing: bytes[TextEncoding.markLength(bytes)...])
      let json: JSON
      do throws(JSONError) {
        json = try JSONParser().parse(content, padded: true)
      } catch {
        if let offset = UTF8Bytes.firstInvalid(in: content) {
          throw TextEncoding.fault(content, at: offset, path: path)
        }
        let column = error.column.map { "column \($0): " } ?? ""
        throw TextError.malformed(path: path, line: error.line, message: column + error.message)
      }
      return try Table(json: json, path: path)
    }
  }

  /// A table from an array of objects; `path` is for messages.
  public init(json: JSON, path: String? = nil) throws(TextError) {
    guard case .array(let items) = json else {
      throw .malformed(
        path: path, line: nil,
        message: "expected an array of objects, found \(json.kindName)")
    }
    let builder = RecordTableBuilder()
    for (index, item) in items.enumerated() {
      guard case .object(let fields) = item else {
        throw .malformed(
          path: path, line: nil,
          message: "expected an array of objects, element \(index) is \(item.kindName)")
      }
      for field in fields { builder.set(field.key, DataValue(field.value)) }
      builder.endRow()
      if builder.columnCount > Self.fieldLimit {
        throw .malformed(
          path: path, line: nil,
          message: "more than \(Self.fieldLimit) different fields up to element \(index)")
      }
    }
    self = builder.finished()
  }

  /// The table as an array of objects; missing values are left out.
  public var json: JSON {
    .array(
      (0..<rowCount).map { row in
        .object(
          zip(names, columns).compactMap { name, column in
            column.isMissing(row) ? nil : JSONField(name, column.value(at: row).json)
          })
      })
  }
}

extension JSONTape {
  /// Reads the object under the cursor as a row. False, with the row to be discarded, for a string
  /// that is not valid UTF-8.
  mutating func appendRow(to builder: RecordTableBuilder) -> Bool {
    _ = enter()
    while kind != UInt8(ascii: "}") {
      let key = stringBytes()
      guard isValid(key) else { return false }
      let column = builder.builder(key)
      switch kind {
      case UInt8(ascii: "\""):
        let text = stringBytes()
        guard isValid(text) else { return false }
        column.append(text: text)
      case UInt8(ascii: "l"): column.append(integer())
      case UInt8(ascii: "u"): column.append(.text(String(unsigned())))
      case UInt8(ascii: "d"): column.append(double())
      case UInt8(ascii: "n"):
        position += 1
        column.appendMissing()
      case UInt8(ascii: "t"), UInt8(ascii: "f"):
        column.append(kind == UInt8(ascii: "t"))
        position += 1
      default:
        guard let value = value() else { return false }
        column.append(DataValue(value))
      }
    }
    builder.endRow()
    return true
  }
}
