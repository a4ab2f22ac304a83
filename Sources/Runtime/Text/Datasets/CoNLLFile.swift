// Tagged sentences in columns: a word per line, its tag last, an empty line between sentences. The
// four columns of CoNLL-2003 (word, part of speech, chunk, entity; Tjong Kim Sang and De Meulder),
// two columns, or any number from two on. Not CoNLL-U, whose columns mean other things.

extension Table {
  /// Reads a CoNLL file into one row per sentence: lists `tokens` and `ner_tags`; for four columns
  /// `pos_tags` and `chunk_tags` too, for others `column_2`, …; `doc`, the number of the document,
  /// when lines `-DOCSTART-` part them. Columns are parted by tabs when the first line has one,
  /// else by spaces. LF or CRLF, byte order mark allowed. Lines before a sentence that begin with `# `
  /// (or `#begin document`, `#end document`) and do not end with a tag are comments. Throws `malformed`
  /// with the line for a line with more or fewer columns than the first or with an empty one.
  public static func readCoNLL(
    _ path: String, encoding: String? = nil, isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    try parseCoNLL(FileBytes(path: path), encoding: encoding, isCancelled: isCancelled)
  }

  /// The same from bytes in memory.
  public static func parseCoNLL(
    _ file: FileBytes, encoding: String? = nil, isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    let text = try TextEncoding.decoded(file, as: encoding)
    var reader = CoNLLReader(path: file.path)
    try TextLines.checkBreaks(text.content, path: file.path)
    try TextLines.forEach(in: text.content) { _, line throws(TextError) in
      try reader.line(line)
      if reader.lineNumber & 4095 == 0 && isCancelled() { throw .cancelled }
    }
    _ = withExtendedLifetime(text.file) { 0 }
    return try reader.finished()
  }

  /// Writes lists of tokens and tags as two columns parted by a tab, an empty line after each
  /// sentence. Throws for cells that are no lists of text of one length, or hold a separator.
  public func writeCoNLL(
    to path: String, tokens: String = "tokens", tags: String = "ner_tags"
  ) throws {
    let words = try column(tokens)
    let labels = try column(tags)
    try AtomicFile.write(path) { file in
      for row in 0..<rowCount {
        guard case .list(let word) = words.value(at: row),
          case .list(let label) = labels.value(at: row), word.count == label.count
        else {
          throw TextError.invalidRow(
            row, "expected lists of one length in columns `\(tokens)` and `\(tags)`")
        }
        for (word, label) in zip(word, label) {
          let cells = try [word, label].map { cell in
            guard case .text(let text) = cell, !text.isEmpty,
              !text.utf8.contains(where: { $0 == 0x09 || $0 == 0x0A || $0 == 0x0D })
            else {
              throw TextError.invalidRow(
                row,
                "\(cell.kindName) cannot be a CoNLL column; expected a text that is "
                  + "not empty and has no tab or line break")
            }
            return text
          }
          try file.append(cells[0] + "\t" + cells[1] + "\n")
        }
        try file.append("\n")
      }
    }
  }
}

/// Collects lines into sentences.
private struct CoNLLReader {
  let path: String?
  private(set) var lineNumber = 0
  private var isTabbed = false
  /// Cells of the open sentence by column; empty until the first line with a word.
  private var open: [[DataValue]] = []
  private var columns: [[DataValue]] = []
  private var documents: [DataValue] = []
  private var document = -1
  private var firstLine = 0

  init(path: String?) { self.path = path }

  mutating func line(_ bytes: UnsafeRawBufferPointer) throws(TextError) {
    lineNumber += 1
    if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
      endSentence()
      return
    }
    if bytes.starts(with: "-DOCSTART-".utf8) {
      endSentence()
      document += 1
      return
    }
    let isFirst = open.first?.isEmpty ?? true
    if isFirst && Self.isComment(bytes) { return }
    if open.isEmpty { isTabbed = bytes.contains(0x09) }
    let cells = bytes.split(
      separator: isTabbed ? 0x09 : 0x20, omittingEmptySubsequences: !isTabbed)
    if open.isEmpty {
      guard cells.count >= 2 else {
        throw fault("expected a word and its tag parted by a tab or a space, found one column")
      }
      // A column takes memory in each sentence, so their number is bounded.
      guard cells.count <= 64 else {
        throw fault("expected 2 to 64 columns, found \(cells.count)")
      }
      if cells.count == 10, cells[0].elementsEqual("1".utf8) || cells[0].starts(with: "1-".utf8) {
        throw fault(
          "ten columns of which the first counts the words are CoNLL-U, whose last column is no tag; "
            + "expected a word first and its tag last")
      }
      open = cells.map { _ in [] }
      columns = open
      firstLine = lineNumber
    }
    guard cells.count == open.count else {
      throw fault(
        "expected \(open.count) columns as in line \(firstLine), found \(cells.count)"
          + (isTabbed ? "; columns are parted by tabs in this file" : ""))
    }
    for (index, cell) in cells.enumerated() {
      if cell.isEmpty { throw fault("column \(index + 1) is empty") }
      open[index].append(.text(String(decoding: cell, as: UTF8.self)))
    }
  }

  /// Whether the line begins as a comment does and is no word with its tag, as `# O` is.
  private static func isComment(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let beginnings = ["# ", "#begin document", "#end document"]
    guard bytes.count == 1 || beginnings.contains(where: { bytes.starts(with: $0.utf8) }),
      bytes.first == 0x23
    else { return false }
    let last = bytes.split { $0 == 0x20 || $0 == 0x09 }.last ?? bytes[...]
    return TagSequence.parts(String(decoding: last, as: UTF8.self)) == nil
  }

  private func fault(_ message: String) -> TextError {
    .malformed(path: path, line: lineNumber, message: message)
  }

  private mutating func endSentence() {
    guard let first = open.first, !first.isEmpty else { return }
    for index in open.indices {
      columns[index].append(.list(open[index]))
      open[index] = []
    }
    documents.append(.int(max(0, document)))
  }

  mutating func finished() throws(TextError) -> Table {
    endSentence()
    let names: [String]
    switch columns.count {
    case 0: names = []
    case 4: names = ["tokens", "pos_tags", "chunk_tags", "ner_tags"]
    default:
      names = columns.indices.map {
        $0 == 0 ? "tokens" : $0 == columns.count - 1 ? "ner_tags" : "column_\($0 + 1)"
      }
    }
    guard !names.isEmpty else {
      return try Table([
        (name: "tokens", column: Column(.mixed([]))),
        (name: "ner_tags", column: Column(.mixed([]))),
      ])
    }
    var result = zip(names, columns).map { (name: $0, column: Column(.mixed($1))) }
    if document >= 0 { result.append((name: "doc", column: Column.of(documents))) }
    return try Table(result)
  }
}
