// Texts as weighted counts of their n-grams, each row of length 1: idf = ln((1 + n)/(1 + df)) + 1,
// as scikit-learn's TfidfVectorizer (smooth_idf, norm l2). Words are runs of two or more word
// characters in lower case; or n-grams of characters within words padded by a space.

import Glibc
import TLText

public struct TFIDF: Sendable {
  public enum Analyzer: Sendable, Equatable {
    case words
    /// Characters within words.
    case characters
  }

  public struct Options: Sendable {
    public var analyzer = Analyzer.words
    public var ngrams = 1...1
    /// A term occurs in at least so many texts.
    public var minimumTexts = 1
    /// The most frequent terms only.
    public var maximumFeatures: Int?
    /// 1 + ln(count) in place of the count.
    public var isSublinear = false
    public var usesIDF = true

    public init() {}
  }

  public let options: Options
  public let idf: [Double]
  /// All terms that were seen.
  private let table: TermTable
  /// The column of each term, -1 for those left out.
  private let columns: [Int32]
  /// The term of each column, by code points.
  private let terms: [Int]

  public var width: Int { terms.count }

  /// Terms by code points; a term is a column.
  public var vocabulary: [String] { terms.map { String(decoding: table.term($0), as: UTF8.self) } }

  /// Learns the terms of some texts. Throws `invalid` when no term is left.
  public init(_ texts: [String], options: Options = Options()) throws(AnalysisError) {
    self = try Self.fit(texts, options: options).model
  }

  /// Learns the terms of some texts, and gives their rows with it.
  public static func fit(
    _ texts: [String], options: Options = Options(),
    isCancelled: CancellationCheck = neverCancelled
  ) throws(AnalysisError) -> (model: TFIDF, rows: SparseRows) {
    guard options.ngrams.lowerBound >= 1 && options.ngrams.upperBound <= 10 else {
      throw .invalid("n-grams have 1 to 10 parts, found \(options.ngrams)")
    }
    var counter = TermCounter()
    var table = TermTable()
    var counts = TermCounts()
    for text in texts {
      if isCancelled() { throw .cancelled }
      counter.count(text, options) { term, hash in table.add(term, hash: hash) }
      counts.append(&counter)
    }
    let model = try TFIDF(table, counts, options)
    var rows = SparseRows(width: model.width)
    for row in 0..<counts.rowCount { model.append(counts.row(row), to: &rows) }
    return (model, rows)
  }

  private init(
    _ table: TermTable, _ counts: TermCounts, _ options: Options
  ) throws(AnalysisError) {
    var texts = [Int32](repeating: 0, count: table.count)
    var totals = [Int](repeating: 0, count: table.count)
    for (term, count) in zip(counts.terms, counts.counts) {
      texts[Int(term)] += 1
      totals[Int(term)] += Int(count)
    }
    var terms = (0..<table.count).filter { Int(texts[$0]) >= options.minimumTexts }
      .sorted { table.isBefore($0, $1) }
    if let limit = options.maximumFeatures, terms.count > limit {
      let most = terms.indices.sorted {
        let (a, b) = (totals[terms[$0]], totals[terms[$1]])
        return a != b ? a > b : $0 < $1
      }
      terms = most.prefix(max(0, limit)).sorted().map { terms[$0] }
    }
    guard !terms.isEmpty else {
      throw .invalid(
        "no term is left of \(counts.rowCount) texts; each must occur in "
          + "\(options.minimumTexts) of them")
    }
    var columns = [Int32](repeating: -1, count: table.count)
    for (column, term) in terms.enumerated() { columns[term] = Int32(column) }
    self.options = options
    self.table = table
    self.columns = columns
    self.terms = terms
    idf = terms.map {
      options.usesIDF ? log((1 + Double(counts.rowCount)) / (1 + Double(texts[$0]))) + 1 : 1
    }
  }

  /// A row per text; a text without known terms gives an empty row.
  public func rows(_ texts: [String]) -> SparseRows {
    var rows = SparseRows(width: width)
    var counter = TermCounter()
    for text in texts {
      counter.count(text, options) { term, hash in table.number(of: term, hash: hash) }
      append(counter.take(), to: &rows)
    }
    return rows
  }

  /// Appends the row of a text's counts.
  private func append(
    _ counts: some Sequence<(term: Int32, count: Int32)>, to rows: inout SparseRows
  ) {
    var entries: [(column: Int, value: Double)] = []
    for (term, count) in counts {
      let column = Int(columns[Int(term)])
      guard column >= 0 else { continue }
      let weight = options.isSublinear ? 1 + log(Double(count)) : Double(count)
      entries.append((column, weight * idf[column]))
    }
    entries.sort { $0.column < $1.column }
    let norm = entries.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
    rows.append(entries.lazy.map { (column: $0.column, value: $0.value / norm) })
  }
}

/// The counts of many texts, one behind the other.
private struct TermCounts {
  private(set) var terms: [Int32] = []
  private(set) var counts: [Int32] = []
  private var starts = [0]

  var rowCount: Int { starts.count - 1 }

  mutating func append(_ counter: inout TermCounter) {
    for (term, count) in counter.take() {
      terms.append(term)
      counts.append(count)
    }
    starts.append(terms.count)
  }

  func row(_ row: Int) -> some Sequence<(term: Int32, count: Int32)> {
    (starts[row]..<starts[row + 1]).lazy.map { (term: terms[$0], count: counts[$0]) }
  }
}

/// How often each n-gram occurs in a text, counted text by text.
private struct TermCounter {
  /// The terms of the text in the order of their first appearance.
  private var found: [(term: Int32, count: Int32)] = []
  /// The place of each known term in `found`; valid where it holds that term.
  private var places: [Int32] = []
  /// The words of the text in lower case, a space before and behind each.
  private var bytes: [UInt8] = []
  /// Where each scalar of `bytes` begins, and the end.
  private var scalars: [Int32] = []

  /// What was counted, which is then forgotten.
  mutating func take() -> [(term: Int32, count: Int32)] {
    defer { found.removeAll(keepingCapacity: true) }
    return found
  }

  /// Counts a text's terms; `number` gives the number of a term, below 0 for one to leave out.
  mutating func count(
    _ text: String, _ options: TFIDF.Options,
    _ number: (UnsafeBufferPointer<UInt8>, UInt64) -> Int
  ) {
    bytes.removeAll(keepingCapacity: true)
    scalars.removeAll(keepingCapacity: true)
    switch options.analyzer {
    case .words:
      let words = Words.of(text, minimumLength: 2)
      var starts: [Int] = []
      for word in words {
        starts.append(bytes.count)
        bytes.append(contentsOf: word.utf8)
        bytes.append(0x20)
      }
      starts.append(bytes.count)
      for n in options.ngrams where n <= words.count {
        for first in 0...words.count - n { add(starts[first], starts[first + n] - 1, number) }
      }
    case .characters:
      var word = 0
      push(" ")
      for scalar in text.lowercased().unicodeScalars {
        if !scalar.properties.isWhitespace {
          push(scalar)
        } else if scalars.count - word > 1 {
          push(" ")
          addCharacters(from: word, to: scalars.count, options.ngrams, number)
          word = scalars.count - 1
        }
      }
      if scalars.count - word > 1 {
        push(" ")
        addCharacters(from: word, to: scalars.count, options.ngrams, number)
      }
    }
  }

  private mutating func push(_ scalar: Unicode.Scalar) {
    scalars.append(Int32(bytes.count))
    bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// The n-grams of one padded word; a word not longer than n counts once as a whole.
  private mutating func addCharacters(
    from first: Int, to last: Int, _ ngrams: ClosedRange<Int>,
    _ number: (UnsafeBufferPointer<UInt8>, UInt64) -> Int
  ) {
    let count = last - first
    func offset(_ scalar: Int) -> Int {
      scalar < scalars.count ? Int(scalars[scalar]) : bytes.count
    }
    for start in first..<last {
      var hash = TermTable.emptyHash
      let begin = offset(start)
      var end = begin
      for length in 1...min(ngrams.upperBound, last - start) {
        let next = offset(start + length)
        while end < next {
          hash = TermTable.extended(hash, by: bytes[end])
          end += 1
        }
        if length == count || length >= ngrams.lowerBound { add(begin, end, hash, number) }
      }
    }
  }

  private mutating func add(
    _ start: Int, _ end: Int, _ number: (UnsafeBufferPointer<UInt8>, UInt64) -> Int
  ) {
    let hash = bytes[start..<end].withUnsafeBufferPointer { TermTable.hash($0) }
    add(start, end, hash, number)
  }

  private mutating func add(
    _ start: Int, _ end: Int, _ hash: UInt64,
    _ number: (UnsafeBufferPointer<UInt8>, UInt64) -> Int
  ) {
    let term = bytes.withUnsafeBufferPointer { buffer in
      number(UnsafeBufferPointer(rebasing: buffer[start..<end]), hash)
    }
    guard term >= 0 else { return }
    if term >= places.count {
      places += [Int32](repeating: -1, count: max(1024, term + 1 - places.count + places.count / 2))
    }
    let place = Int(places[term])
    if place >= 0, place < found.count, found[place].term == term {
      found[place].count += 1
    } else {
      places[term] = Int32(found.count)
      found.append((Int32(term), 1))
    }
  }
}
