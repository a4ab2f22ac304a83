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
  /// Terms by code points; a term is a column.
  public let vocabulary: [String]
  public let idf: [Double]
  private let places: [[UInt8]: Int32]

  /// Learns the terms of some texts. Throws `invalid` when no term is left.
  public init(_ texts: [String], options: Options = Options()) throws(AnalysisError) {
    guard options.ngrams.lowerBound >= 1 && options.ngrams.upperBound <= 10 else {
      throw .invalid("n-grams have 1 to 10 parts, found \(options.ngrams)")
    }
    var found: [[UInt8]: (texts: Int, total: Int)] = [:]
    for text in texts {
      for (term, count) in Self.counts(text, options) {
        let known = found[term] ?? (0, 0)
        found[term] = (known.texts + 1, known.total + count)
      }
    }
    var terms = found.filter { $0.value.texts >= options.minimumTexts }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    if let limit = options.maximumFeatures, terms.count > limit {
      let most = terms.indices.sorted {
        let (a, b) = (terms[$0].value.total, terms[$1].value.total)
        return a != b ? a > b : $0 < $1
      }
      terms = most.prefix(max(0, limit)).sorted().map { terms[$0] }
    }
    guard !terms.isEmpty else {
      throw .invalid(
        "no term is left of \(texts.count) texts; each must occur in "
          + "\(options.minimumTexts) of them")
    }
    self.options = options
    vocabulary = terms.map { String(decoding: $0.key, as: UTF8.self) }
    idf = terms.map {
      options.usesIDF ? log((1 + Double(texts.count)) / (1 + Double($0.value.texts))) + 1 : 1
    }
    var places: [[UInt8]: Int32] = [:]
    places.reserveCapacity(terms.count)
    for (column, term) in terms.enumerated() { places[term.key] = Int32(column) }
    self.places = places
  }

  /// A row per text; a text without known terms gives an empty row.
  public func rows(_ texts: [String]) -> SparseRows {
    var rows = SparseRows(width: vocabulary.count)
    for text in texts {
      var entries: [(column: Int, value: Double)] = []
      for (term, count) in Self.counts(text, options) {
        guard let column = places[term] else { continue }
        let weight = options.isSublinear ? 1 + log(Double(count)) : Double(count)
        entries.append((Int(column), weight * idf[Int(column)]))
      }
      entries.sort { $0.column < $1.column }
      let norm = entries.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
      rows.append(entries.map { (column: $0.column, value: $0.value / norm) })
    }
    return rows
  }

  /// How often each n-gram occurs in a text.
  private static func counts(_ text: String, _ options: Options) -> [[UInt8]: Int] {
    var counts: [[UInt8]: Int] = [:]
    switch options.analyzer {
    case .words:
      let words = Words.of(text, minimumLength: 2).map { Array($0.utf8) }
      for n in options.ngrams where n <= words.count {
        for start in 0...words.count - n {
          var term = words[start]
          for word in words[start + 1..<start + n] {
            term.append(0x20)
            term += word
          }
          counts[term, default: 0] += 1
        }
      }
    case .characters:
      let scalars = Array(text.lowercased().unicodeScalars)
      for word in scalars.split(whereSeparator: { $0.properties.isWhitespace }) {
        let padded = [" "] + word + [" "]
        for n in options.ngrams {
          // A word shorter than n counts once.
          for start in 0...max(0, padded.count - n) {
            var term = String.UnicodeScalarView()
            term.append(contentsOf: padded[start..<min(padded.count, start + n)])
            counts[Array(String(term).utf8), default: 0] += 1
          }
          if n >= padded.count { break }
        }
      }
    }
    return counts
  }
}
