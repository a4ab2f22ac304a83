// How a delimited file is to be read, and guessing its delimiter.

import CTextLibraries

/// How to read CSV, TSV, and their relatives.
public struct DelimitedOptions: Sendable {
  /// What to do with a row that has fewer cells than the header.
  public enum RaggedRows: Sendable {
    case error
    /// The cells that lack are missing values. A row with more cells is an error in any case.
    case pad
  }

  /// One ASCII character; nil takes the best guess of `,` `;` TAB `|`.
  public var delimiter: Character?
  /// The first row names the columns; otherwise they are called column_1, column_2, …
  public var hasHeader = true
  public var ragged = RaggedRows.error
  /// "utf-8" or "cp1251"; nil is UTF-8.
  public var encoding: String?
  /// False takes a quote for an ordinary character, as some corpora in TSV do.
  public var quotes = true
  /// The decimal separator of numbers: "." or ",".
  public var decimal: Character = "."
  /// Kinds that are not to be inferred, by column name.
  public var kinds: [String: ColumnKind] = [:]
  public var threads = 2

  public init() {}

  func check() throws(TextError) {
    if let delimiter {
      guard let byte = delimiter.asciiValue, byte != 0, delimiter != "\"", !delimiter.isNewline
      else {
        throw .invalid(
          "the delimiter must be one ASCII character other than a quote and a line break, found "
            + JSON.string(String(delimiter)).serialized())
      }
    }
    guard decimal == "." || decimal == "," else {
      throw .invalid("the decimal separator must be \".\" or \",\", found \"\(decimal)\"")
    }
    if decimal == "," && delimiter == "," {
      throw .invalid("the decimal separator and the delimiter cannot both be \",\"")
    }
    for (name, kind) in kinds where kind == .mixed {
      throw .invalid("column `\(name)`: a delimited file has no cells of kind mixed")
    }
  }
}

/// Guesses the delimiter from the first rows.
enum DelimiterGuess {
  static let candidates: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

  /// The candidate that cuts the first 20 rows into the same number of cells, the most if several
  /// do; a comma when none cuts anything.
  static func guess(_ bytes: UnsafeRawBufferPointer, quotes: Bool) -> UInt8 {
    var best = (isEven: false, least: 1, delimiter: candidates[0])
    for delimiter in candidates {
      let counts = widths(bytes, delimiter, quotes: quotes)
      guard let least = counts.min(), least > 1 else { continue }
      let isEven = counts.allSatisfy { $0 == least }
      if (isEven && !best.isEven) || (isEven == best.isEven && least > best.least) {
        best = (isEven, least, delimiter)
      }
    }
    return best.delimiter
  }

  /// Cells of each of the first 20 rows.
  private static func widths(
    _ bytes: UnsafeRawBufferPointer, _ delimiter: UInt8, quotes: Bool
  ) -> [Int] {
    var scanner = tl_cells_scanner()
    scanner.bytes = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    scanner.length = bytes.count
    scanner.limit = min(bytes.count, 1 << 18)
    scanner.delimiter = delimiter
    scanner.quotes = quotes
    return withUnsafeTemporaryAllocation(of: tl_cell.self, capacity: 4096) { cells in
      var widths: [Int] = []
      while widths.count < 20 && scanner.position < scanner.limit {
        var rows = 0
        var filled = 0
        let status = tl_cells_scan(&scanner, cells.baseAddress, cells.count, &rows, &filled)
        guard status == TL_CELLS_OK, rows > 0 else { break }
        widths.append(filled)
      }
      return widths
    }
  }
}
