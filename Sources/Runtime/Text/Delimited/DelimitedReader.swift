// CSV, TSV, and their relatives (RFC 4180) to tables: the header, parts of the file on several
// threads, the kinds of the columns, and errors that name the line.

import CTextLibraries
import Glibc

extension Table {
  /// Reads a delimited file. An empty cell is a missing value; `""` is an empty text in a column of
  /// text. The kind of a column is integer, number, or boolean if all its cells are, else text;
  /// 007 and integers above 64 bits make text. Empty lines are skipped, and so is a first line
  /// `sep=;`, whose delimiter is taken where none is given.
  public static func readDelimited(
    _ path: String, _ options: DelimitedOptions = DelimitedOptions(),
    isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    var options = options
    if options.delimiter == nil && (path.hasSuffix(".tsv") || path.hasSuffix(".tab")) {
      options.delimiter = "\t"
    }
    return try parseDelimited(FileBytes(path: path), options, isCancelled: isCancelled)
  }

  /// Reads delimited text that is in memory.
  public static func parseDelimited(
    _ text: String, _ options: DelimitedOptions = DelimitedOptions(),
    isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    try parseDelimited(FileBytes(Array(text.utf8)), options, isCancelled: isCancelled)
  }

  public static func parseDelimited(
    _ file: FileBytes, _ options: DelimitedOptions = DelimitedOptions(),
    isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    try options.check()
    let text = try TextEncoding.decoded(file, as: options.encoding)
    let result = withExtendedLifetime(text.file) {
      Result { () throws(TextError) in
        try DelimitedReader(text.content, path: file.path, options).table(isCancelled)
      }
    }
    let table = try result.get()
    let before = DelimitedReader.delimiterLine(text.content) == nil ? 0 : 1
    return table.with(
      RowOrigin(
        file, header: before + (options.hasHeader ? 1 : 0), rowCount: table.rowCount))
  }
}

/// One reading of one text.
struct DelimitedReader {
  static let columnLimit = 100_000

  private let text: UnsafeRawBufferPointer
  private let path: String?
  private let options: DelimitedOptions
  private let delimiter: UInt8
  /// Where the first row begins.
  private let start: Int

  init(
    _ text: UnsafeRawBufferPointer, path: String?, _ options: DelimitedOptions
  ) throws(TextError) {
    self.text = text
    self.path = path
    self.options = options
    if let base = text.baseAddress, let nul = memchr(base, 0, text.count) {
      let line = Place(of: UnsafeRawPointer(nul) - base, in: text).line
      throw .malformed(
        path: path, line: line, message: "a NUL byte; the file is binary, damaged, or UTF-16")
    }
    let line = Self.delimiterLine(text)
    start = line?.length ?? 0
    delimiter =
      options.delimiter?.asciiValue ?? line?.delimiter
      ?? DelimiterGuess.guess(text, quotes: options.quotes)
  }

  /// The line `sep=;` that Excel understands before the header, with its line break.
  static func delimiterLine(
    _ text: UnsafeRawBufferPointer
  ) -> (length: Int, delimiter: UInt8)? {
    guard text.count > 5, text.starts(with: "sep=".utf8), (1..<0x80).contains(text[4]),
      ![0x0A, 0x0D, 0x22].contains(text[4])
    else { return nil }
    let length = text[5] == 0x0D ? 7 : 6
    guard length <= text.count, text[length - 1] == 0x0A else { return nil }
    return (length, text[4])
  }

  func table(_ isCancelled: CancellationCheck) throws(TextError) -> Table {
    guard let (names, bodyStart) = try header() else { return Table.empty }
    var fixed: [Int: ColumnKind] = [:]
    for (name, kind) in options.kinds {
      guard let column = names.firstIndex(where: { $0.hasSameBytes(as: name) }) else {
        throw .noSuchColumn(name: name, columns: names)
      }
      fixed[column] = kind
    }
    do throws(DelimitedChunk.Fault) {
      let chunks = try chunks(names.count, bodyStart, fixed, isCancelled)
      let columns = try columns(of: chunks, names.count, fixed, isCancelled)
      return Table(
        unchecked: names, columns, rowCount: chunks.reduce(0) { $0 + $1.rowCount })
    } catch {
      throw describe(error, names)
    }
  }

  /// The column names, and where the rows begin; nil for a text without any row.
  private func header() throws(TextError) -> ([String], Int)? {
    var scanner = tl_cells_scanner()
    scanner.bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self)
    scanner.length = text.count
    scanner.limit = text.count
    scanner.position = start
    scanner.delimiter = delimiter
    scanner.quotes = options.quotes
    var cells = [tl_cell](repeating: tl_cell(), count: min(Self.columnLimit, text.count + 1))
    var rows = 0
    var filled = 0
    let status = tl_cells_scan(&scanner, &cells, cells.count, &rows, &filled)
    switch status {
    case TL_CELLS_OK: break
    case TL_CELLS_OPEN_QUOTE:
      throw describe(DelimitedChunk.Fault(offset: scanner.fault, kind: .openQuote), [])
    case TL_CELLS_AFTER_QUOTE:
      throw describe(DelimitedChunk.Fault(offset: scanner.fault, kind: .afterQuote), [])
    default: throw describe(DelimitedChunk.Fault(offset: scanner.fault, kind: .tooManyCells), [])
    }
    guard rows == 1 else { return nil }
    try TextLines.checkBreaks(text, path: path)
    if !options.hasHeader { return ((1...filled).map { "column_\($0)" }, start) }
    let names = cells.prefix(filled).enumerated().map { index, cell in
      let end = Int(cell.end & ~(3 << 62))
      var bytes = Array(text[Int(cell.start)..<end])
      if cell.end >> 62 & 1 == 1 { bytes = Self.withoutDoubledQuotes(bytes) }
      let space: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
      let name = bytes.drop(while: space).reversed().drop(while: space).reversed()
      return name.isEmpty ? "column_\(index + 1)" : String(decoding: name, as: UTF8.self)
    }
    return (Table.uniqueNames(names), scanner.position)
  }

  private static func withoutDoubledQuotes(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var skips = false
    for byte in bytes {
      if skips {
        skips = false
        continue
      }
      result.append(byte)
      skips = byte == UInt8(ascii: "\"")
    }
    return result
  }

  /// Reads the rows from `start`, in parts of about equal size on as many threads.
  private func chunks(
    _ columnCount: Int, _ start: Int, _ fixed: [Int: ColumnKind], _ isCancelled: CancellationCheck
  ) throws(DelimitedChunk.Fault) -> [DelimitedChunk] {
    let settings = DelimitedChunk.Settings(
      columnCount: columnCount, delimiter: delimiter,
      decimal: options.decimal == "," ? 0x2C : 0x2E, quotes: options.quotes,
      pads: options.ragged == .pad)
    let fixedColumns = Set(fixed.keys)
    func chunk(_ start: Int, _ limit: Int) -> DelimitedChunk {
      let chunk = DelimitedChunk(text, start, limit, settings)
      for (column, kind) in fixed { chunk.fixKind(column, kind) }
      return chunk
    }
    let cuts = cuts(from: start)
    let parts = (0...cuts.count).map { index in
      chunk(
        index == 0 ? start : cuts[index - 1], index < cuts.count ? cuts[index] : text.count)
    }
    let results = Threads.map(parts, isCancelled) { part, isCancelled in
      Result { () throws(DelimitedChunk.Fault) in
        try part.read(fixed: fixedColumns, isCancelled)
      }
    }
    for (index, result) in results.enumerated() {
      try result.get()
      // A cut is right when the part before it ended there; else it fell into quotes.
      if index < cuts.count && parts[index].end != cuts[index] {
        let whole = chunk(start, text.count)
        try whole.read(fixed: fixedColumns, isCancelled)
        return [whole]
      }
    }
    return parts
  }

  /// Starts of rows, nearly at equal distances; wrong only when a quote stands inside a bare cell.
  private func cuts(from start: Int) -> [Int] {
    guard let base = text.baseAddress, text.count > 1 << 20, options.threads > 1 else { return [] }
    let parts = min(options.threads, 16)
    var cuts: [Int] = []
    var counted = start
    var isInside = false
    for part in 1..<parts {
      var cut = max(start + (text.count - start) / parts * part, counted)
      if options.quotes {
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        if tl_count_byte(bytes + counted, cut - counted, 0x22) % 2 == 1 { isInside.toggle() }
        counted = cut
        if isInside {
          guard let quote = memchr(base + cut, 0x22, text.count - cut) else { break }
          cut = UnsafeRawPointer(quote) - base + 1
          isInside = false
          counted = cut
          // A doubled quote is two: still inside.
          while cut < text.count && text[cut] == 0x22 {
            guard let next = memchr(base + cut + 1, 0x22, text.count - cut - 1) else { break }
            cut = UnsafeRawPointer(next) - base + 1
            counted = cut
          }
        }
      }
      guard let feed = memchr(base + cut, 0x0A, text.count - cut) else { break }
      let next = UnsafeRawPointer(feed) - base + 1
      if next >= text.count { break }
      if next > (cuts.last ?? start) { cuts.append(next) }
    }
    return cuts
  }

  private func columns(
    of chunks: [DelimitedChunk], _ count: Int, _ fixed: [Int: ColumnKind],
    _ isCancelled: CancellationCheck
  ) throws(DelimitedChunk.Fault) -> [Column] {
    let kinds = (0..<count).map { column in
      var looks = CellLooks()
      for chunk in chunks { looks.add(chunk.columns[column].looks) }
      return fixed[column] ?? looks.kind ?? .text
    }
    let results = Threads.map(chunks, isCancelled) { chunk, isCancelled in
      var again: [Int: ColumnKind] = [:]
      for (index, column) in chunk.columns.enumerated() {
        let isWidened = kinds[index] == .number && column.kind == .integer
        // A column without values may hold empty texts.
        let isEmpty = column.kind == nil && !column.looks.has(TL_LOOKS_EMPTY_TEXT)
        if column.isStale || (column.kind != kinds[index] && !isWidened && !isEmpty) {
          again[index] = kinds[index]
        }
      }
      return Result { () throws(DelimitedChunk.Fault) in
        if !again.isEmpty { try chunk.readAgain(again, isCancelled) }
      }
    }
    for result in results { try result.get() }
    // Every n-th column on one of n threads.
    let parts = Threads.map(Array(chunks.indices), isCancelled) { part, _ in
      stride(from: part, to: count, by: chunks.count).map { index in
        Column.concatenated(chunks.map { $0.columns[index].finished(as: kinds[index]) })
      }
    }
    return (0..<count).map { parts[$0 % chunks.count][$0 / chunks.count] }
  }

  private func describe(_ fault: DelimitedChunk.Fault, _ names: [String]) -> TextError {
    let line = Place(of: fault.offset, in: text).line
    func malformed(_ message: String) -> TextError {
      .malformed(path: path, line: line, message: message)
    }
    switch fault.kind {
    case .cancelled: return .cancelled
    case .ragged(let found):
      let source = options.hasHeader ? "the header" : "the first row"
      let remedy =
        found < names.count
        ? "; ragged: \"pad\" makes the rest missing"
        : "; a cell with the delimiter \(Self.name(delimiter)) in it needs quotes"
      return malformed("expected \(names.count) cells as in \(source), found \(found)\(remedy)")
    case .openQuote:
      return malformed(
        "a quote is opened and never closed; quotes: false reads quotes as ordinary characters")
    case .afterQuote:
      return malformed(
        "text behind a closing quote; a quote inside quotes is doubled, and quotes: false reads "
          + "quotes as ordinary characters")
    case .tooManyCells:
      return malformed(
        "more than \(Self.columnLimit) cells in a row; is the delimiter \(Self.name(delimiter))?")
    case .wrongKind(let column, let cell):
      let kind = options.kinds[names[column]]?.rawValue ?? "value"
      return malformed(
        "expected \(kind == "integer" ? "an" : "a") \(kind) in column `\(names[column])`, found "
          + JSON.string(cell).serialized())
    }
  }

  private static func name(_ delimiter: UInt8) -> String {
    delimiter == 0x09 ? "TAB" : "`\(Unicode.Scalar(delimiter))`"
  }
}
