// Reading and writing data: tables of CSV, TSV, JSONL and JSON files, JSON texts.

import Glibc
import TLSyntax
import TLText

enum DataLibrary {
  static let functions: [LibraryFunction] = [read, write, parseJSON, toJSON]

  static let formats = ["csv", "tsv", "jsonl", "json", "conll", "txt"]
  static let outputFormats = ["csv", "tsv", "jsonl", "json", "md", "txt"]

  /// Examples that run at the same time do not share a file.
  private static func example(_ function: String) -> String {
    "let path = path_join(temporary_folder(), \"tl-\(function).csv\")\n"
      + "write([{city: \"Уфа\", size: 3}], path)\n"
  }

  static let read = LibraryFunction(
    "read", .files, "the table in a file of CSV, TSV, JSONL, JSON or lines of text",
    [
      ParameterDeclaration("path", .text, "the file", role: .input),
      ParameterDeclaration(
        "format", .text, "what the file holds; by its ending by default", default: .none,
        choices: formats),
      ParameterDeclaration(
        "header", .boolean, "whether the first row names the columns", default: .boolean(true)),
      ParameterDeclaration(
        "delimiter", .text, "what stands between cells; found out by default", default: .none),
      ParameterDeclaration(
        "encoding", .text, "how the file's bytes stand for characters", default: .text("utf-8"),
        choices: ["utf-8", "cp1251"]),
      ParameterDeclaration(
        "ragged", .text, "what to do with rows of too few cells", default: .text("error"),
        choices: ["error", "pad"]),
      ParameterDeclaration(
        "quotes", .boolean, "whether \" around a cell is a quote", default: .boolean(true)),
      ParameterDeclaration(
        "decimal", .text, "the decimal mark", default: .text("."), choices: [".", ","]),
    ],
    result: [.table, .list, .record], inferred: { FileKinds.read($0) },
    examples: [.init(example("read") + "read(path) |> rows", "[{city: \"Уфа\", size: 3}]")],
    details: "An empty cell of CSV is a missing value, `\"\"` an empty text. A JSON file that is "
      + "not a list of objects is read as it is. A file of lines gives a table with one column, "
      + "`text`. Errors name the line. Where the path is spelled in the script, the columns are "
      + "known before it runs."
  ) { call in
    let path = try call.path(0)
    let format = call.isNone(1) ? try format(of: path, formats, call) : try call.text(1)
    switch format {
    case "csv", "tsv":
      var options = DelimitedOptions()
      options.delimiter = try call.delimiter(3) ?? (format == "tsv" ? "\t" : nil)
      options.hasHeader = try call.boolean(2)
      options.encoding = try call.text(4)
      options.ragged = try call.text(5) == "pad" ? .pad : .error
      options.quotes = try call.boolean(6)
      options.decimal = try call.text(7) == "," ? "," : "."
      return call.table(
        try Table.readDelimited(path, options, isCancelled: call.isCancelled))
    case "jsonl":
      return call.table(
        try Table.readJSONLines(path, encoding: call.text(4), isCancelled: call.isCancelled))
    case "json":
      return try json(path, call)
    case "conll":
      return call.table(
        try Table.readCoNLL(path, encoding: call.text(4), isCancelled: call.isCancelled))
    default:
      let column = try TextLines.readColumn(path, encoding: try call.text(4))
      return call.table(try Table([(name: "text", column: column)]))
    }
  }

  /// The format that a file's ending says.
  private static func format(
    of path: String, _ known: [String], _ call: Arguments
  ) throws -> String {
    let ending = Paths.suffix(Paths.name(path)).lowercased()
    if let format = format(ofEnding: ending), known.contains(format) { return format }
    throw call.bad(1, unknownEnding(path, known))
  }

  /// What is wrong with a path whose ending says no format.
  static func unknownEnding(_ path: String, _ known: [String]) -> String {
    let ending = Paths.suffix(Paths.name(path)).lowercased()
    let endings = known.map { ".\($0)" }.joined(separator: " ")
    return
      (ending.isEmpty
      ? "\"\(path)\" has no ending that says its format"
      : "the ending \".\(ending)\" of \"\(path)\" says no format that is known here")
      + "; known are \(endings), or give `format`, such as format: \"\(known[0])\""
  }

  static func format(ofEnding ending: String) -> String? {
    switch ending {
    case "csv", "tsv", "jsonl", "json", "txt", "md", "conll": ending
    case "tab": "tsv"
    case "ndjson": "jsonl"
    case "markdown": "md"
    default: nil
    }
  }

  private static func json(_ path: String, _ call: Arguments) throws -> Value {
    let encoding = try call.text(4)
    let file = try FileBytes(path: path, encoding: encoding)
    let document: JSON
    do throws(JSONError) {
      document = try file.json()
    } catch {
      // Bytes of another encoding come with their own remedy.
      _ = try FileBytes.readText(path, encoding: encoding)
      let lines = try? Table.readJSONLines(
        path, encoding: encoding, isCancelled: call.isCancelled)
      let isLines = lines != nil
      throw TextError.malformed(
        path: path, line: error.line,
        message: error.message
          + (isLines ? "; the file has a JSON object on each line: give format: \"jsonl\"" : ""))
    }
    if let items = document.array, !items.isEmpty, items.allSatisfy({ $0.object != nil }) {
      return call.table(try Table(json: document, path: path))
    }
    return Value(DataValue(document), call.machine.symbols)
  }

  static let write = LibraryFunction(
    "write", .files, "writes a table, or other data, to a file",
    [
      ParameterDeclaration("value", .any, "a table or a list of records; for JSON any data"),
      ParameterDeclaration(
        "path", .text, "the file", role: .outputByEnding(outputFormats, format: 2)),
      ParameterDeclaration(
        "format", .text, "what to write; by the file's ending by default", default: .none,
        choices: outputFormats),
      ParameterDeclaration(
        "delimiter", .text, "what to put between cells of CSV", default: .none),
      ParameterDeclaration(
        "pretty", .boolean, "JSON over several lines", default: .boolean(false)),
    ],
    result: .none,
    examples: [.init(example("write") + "read_text(path)", "city,size\nУфа,3")],
    details: "Endings: .csv .tsv .jsonl .json .md .txt (a text, or a list of texts as lines). A "
      + "file of the name is replaced, all at once."
  ) { call in
    let path = try call.outputPath(1)
    let format = call.isNone(2) ? try format(of: path, outputFormats, call) : try call.text(2)
    switch format {
    case "json":
      guard let data = call[0].data else { throw notData(call) }
      try AtomicFile.write(
        path, text: data.json.serialized(pretty: try call.boolean(4)) + "\n")
    case "txt":
      if let text = call[0].asText?.string {
        try AtomicFile.write(path, text: text)
      } else {
        try TextLines.write(try call.texts(0), to: path)
      }
    default:
      let table = try table(call)
      switch format {
      case "csv", "tsv":
        try table.writeDelimited(
          to: path, delimiter: try call.delimiter(3) ?? (format == "tsv" ? "\t" : ","),
          isCancelled: call.isCancelled)
      case "jsonl": try table.writeJSONLines(to: path, isCancelled: call.isCancelled)
      default: try AtomicFile.write(path, text: table.markdown())
      }
    }
    return .none
  }

  private static func notData(_ call: Arguments) -> Problem {
    if call[0].asDomain != nil || call[0].isOf(.function) {
      return call.bad(
        0, "\(call[0].kindName) is no data; write its fields, such as {name: value.field}")
    }
    return call.bad(
      0,
      "\(call[0].inWords) cannot be written as data: it holds a function or a value such as a "
        + "model, nests over \(DataConversion.depthLimit) deep or is too large")
  }

  private static func table(_ call: Arguments) throws -> Table {
    if let table = call[0].asTable { return table.table }
    guard call[0].asList != nil, let made = try TableFunctions.fromRecords(call).asTable else {
      throw call.bad(
        0, "a table or a list of records is needed, found \(call[0].inWords)")
    }
    return made.table
  }

  static let parseJSON = LibraryFunction(
    "parse_json", .files, "the value of a JSON text",
    [ParameterDeclaration("text", .text, "a JSON document")], result: .any,
    examples: [
      .init(
        "parse_json(r\"\"\"{\"rank\": 8, \"tags\": [\"да\", null]}\"\"\")",
        "{rank: 8, tags: [\"да\", none]}")
    ],
    details: "An object becomes a record, an array a list, null becomes none; 1 is an Integer and "
      + "1.0 a Number."
  ) { call in
    Value(DataValue(try JSON.parse(try call.text(0))), call.machine.symbols)
  }

  static let toJSON = LibraryFunction(
    "to_json", .files, "a value as a JSON text",
    [
      ParameterDeclaration("value", .any, "data: no functions"),
      ParameterDeclaration("pretty", .boolean, "over several lines", default: .boolean(false)),
    ],
    result: .text, examples: [.init("to_json([1, none, \"да\"])", "[1, null, \"да\"]")],
    details: "A record becomes an object, a table a list of objects, a date a text; nan and "
      + "infinities become null, which is all that JSON has."
  ) { call in
    guard let data = call[0].data else { throw notData(call) }
    return .text(data.json.serialized(pretty: try call.boolean(1)))
  }
}

/// What can be known of a file's columns before the script runs.
enum FileKinds {
  /// Of a larger file only the beginning is looked at, which says nothing of JSONL.
  private static let limit = 1 << 20

  static func read(_ kinds: ArgumentKinds) -> Kind {
    guard case .text(let path) = kinds[0].constant else { return unknown(kinds, path: nil) }
    guard !kinds.mayBeWritten(path), !path.utf8.contains(0), let format = format(kinds, path),
      let (bytes, isWhole) = beginning(of: path)
    else { return unknown(kinds, path: path) }
    switch format {
    case "csv", "tsv":
      return delimited(kinds, format, bytes, isWhole: isWhole) ?? .table
    case "jsonl":
      guard isWhole, let file = try? FileBytes(bytes), let table = try? Table.parseJSONLines(file)
      else { return .table }
      return fields(table, isWhole: true)
    case "txt": return .table([Kind.Field("text", .text)])
    default: return unknown(kinds, path: path)
    }
  }

  private static func format(_ kinds: ArgumentKinds, _ path: String) -> String? {
    switch kinds[1].constant {
    case .text(let format): return format
    default:
      guard kinds[1].set == .none else { return nil }
      return DataLibrary.format(ofEnding: Paths.suffix(Paths.name(path)).lowercased())
    }
  }

  private static func unknown(_ kinds: ArgumentKinds, path: String?) -> Kind {
    let known = path.flatMap { format(kinds, $0) }
    return known == nil || known == "json" ? .any : .table
  }

  private static func delimited(
    _ kinds: ArgumentKinds, _ format: String, _ bytes: [UInt8], isWhole: Bool
  ) -> Kind? {
    var options = DelimitedOptions()
    switch kinds[3].constant {
    case .text(let delimiter): options.delimiter = delimiter.first
    default:
      guard kinds[3].set == .none else { return nil }
      if format == "tsv" { options.delimiter = "\t" }
    }
    guard case .boolean(let header) = kinds[2].constant,
      case .text(let encoding) = kinds[4].constant, case .boolean(let quotes) = kinds[6].constant,
      case .text(let decimal) = kinds[7].constant
    else { return nil }
    options.hasHeader = header
    options.encoding = encoding
    options.quotes = quotes
    options.decimal = decimal == "," ? "," : "."
    options.ragged = .pad
    options.threads = 1
    guard let file = try? FileBytes(bytes), let table = try? Table.parseDelimited(file, options)
    else { return nil }
    return fields(table, isWhole: isWhole)
  }

  /// The kinds of the first rows are not those of all rows.
  private static func fields(_ table: Table, isWhole: Bool) -> Kind {
    .table(
      zip(table.names, table.columns).map { name, column in
        Kind.Field(name, isWhole ? Kind(KindSet(column.kind)) : .any)
      })
  }

  /// The beginning of a file up to the end of a line, and whether that is all of it.
  private static func beginning(of path: String) -> (bytes: [UInt8], isWhole: Bool)? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let wanted = min(Int(status.st_size), limit)
    var bytes = [UInt8](repeating: 0, count: wanted)
    var filled = 0
    while filled < wanted {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(
          descriptor, buffer.baseAddress.map { $0 + filled }, wanted - filled)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return nil }
      filled += count
    }
    if wanted == Int(status.st_size) { return (bytes, true) }
    // A line break within quotes may cut a row; then nothing is known, which is no harm.
    guard let end = bytes.lastIndex(of: 0x0A) else { return nil }
    return (Array(bytes[...end]), false)
  }
}

extension FileBytes {
  func json() throws(JSONError) -> JSON {
    let result: Result<JSON, JSONError> = withBytes { bytes in
      Result { () throws(JSONError) in try JSON.parse(bytes) }
    }
    return try result.get()
  }
}
