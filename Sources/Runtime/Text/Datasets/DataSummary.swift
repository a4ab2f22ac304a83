// What is in a data set, for a person: rows, classes or entities, lengths, repeated texts, letters
// of the wrong alphabet.

/// The spread of lengths.
public struct LengthSummary: Sendable, Equatable {
  public let minimum: Int
  public let median: Int
  public let mean: Double
  /// The length that 95% of the rows do not exceed.
  public let percentile95: Int
  public let maximum: Int

  /// All zero for no lengths.
  public init(_ lengths: [Int]) {
    let sorted = lengths.sorted()
    guard let first = sorted.first, let last = sorted.last else {
      (minimum, median, mean, percentile95, maximum) = (0, 0, 0, 0, 0)
      return
    }
    minimum = first
    median = sorted[(sorted.count - 1) / 2]
    mean =
      Double(sorted.reduce(0) { $0.addingReportingOverflow($1).partialValue })
      / Double(sorted.count)
    percentile95 = sorted[min(sorted.count - 1, (sorted.count * 95 + 99) / 100 - 1)]
    maximum = last
  }
}

/// A summary of one data set.
public struct DataSummary: Sendable {
  public let rows: Int
  /// Classes, or kinds of entity, with their counts in order of the task.
  public let counts: [(name: String, count: Int)]
  public let characters: LengthSummary
  public let words: LengthSummary
  public let emptyTexts: Int
  /// Rows whose text occurred in an earlier row, byte for byte.
  public let duplicates: Int
  /// Of the duplicates, those with another label than the first one has.
  public let contradictions: Int
  public let mixedLetters: MixedLetters
  public let repairs: TagRepairs?

  public init(_ data: ClassificationData) {
    let joined = data.pairs.map { pairs in zip(data.texts, pairs).map { $0 + "\n" + $1 } }
    let texts = joined ?? data.texts
    let repeated = Self.repetitions(texts, data.labels)
    rows = data.count
    counts = Array(zip(data.labelNames.names, data.classCounts)).map { (name: $0.0, count: $0.1) }
    characters = LengthSummary(texts.map { $0.unicodeScalars.count })
    words = LengthSummary(texts.map { Words.count(in: $0) })
    emptyTexts = texts.reduce(0) { $0 + (Self.isBlank($1) ? 1 : 0) }
    (duplicates, contradictions) = repeated
    mixedLetters = MixedLetters(texts)
    repairs = nil
  }

  /// Words are the tokens of the data; a text is its tokens with spaces between.
  public init(_ data: TaggingData) {
    let texts = data.tokens.map { $0.joined(separator: " ") }
    let repeated = Self.repetitions(texts, data.tags)
    rows = data.count
    counts = Array(zip(data.kinds.names, data.kindCounts)).map { (name: $0.0, count: $0.1) }
    characters = LengthSummary(texts.map { $0.unicodeScalars.count })
    words = LengthSummary(data.tokens.map(\.count))
    emptyTexts = texts.reduce(0) { $0 + (Self.isBlank($1) ? 1 : 0) }
    (duplicates, contradictions) = repeated
    mixedLetters = MixedLetters(texts)
    repairs = data.repairs
  }

  /// Lengths are those of the sources.
  public init(_ data: SummaryData) {
    let repeated = Self.repetitions(data.sources, data.targets.map { Array($0.utf8) })
    rows = data.count
    counts = []
    characters = LengthSummary(data.sources.map { $0.unicodeScalars.count })
    words = LengthSummary(data.sources.map { Words.count(in: $0) })
    emptyTexts = data.sources.reduce(0) { $0 + (Self.isBlank($1) ? 1 : 0) }
    (duplicates, contradictions) = repeated
    mixedLetters = MixedLetters(data.sources)
    repairs = nil
  }

  private static func isBlank(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
  }

  private static func repetitions<Label: Equatable>(
    _ texts: [String], _ labels: [Label]
  ) -> (Int, Int) {
    var first: [[UInt8]: Int] = [:]
    first.reserveCapacity(texts.count)
    var duplicates = 0
    var contradictions = 0
    for (row, text) in texts.enumerated() {
      let key = Array(text.utf8)
      if let earlier = first[key] {
        duplicates += 1
        if labels[earlier] != labels[row] { contradictions += 1 }
      } else {
        first[key] = row
      }
    }
    return (duplicates, contradictions)
  }
}
