// What summaries are like apart from being right: how long, how much shorter than the text, how
// repetitive, how much of them is not in the text (Grusky, Naaman, Artzi, 2018; See, Liu, Manning,
// 2017 for n-grams that are new). Words are those of ROUGE.

import TLText

/// Length, repetition and novelty of one summary.
public struct SummaryStatistics: Sendable, Equatable {
  public var words: Int
  public var sentences: Int
  /// Words of the text for each word of the summary; 0 for an empty summary.
  public var compression: Double
  /// The share of trigrams that occurred in the summary before; 0 with fewer than two.
  public var repeatedTrigrams: Double
  /// The share of the summary's n-grams that the text has not, for n = 1, 2, 3; 0 with none.
  public var novel: [Double]

  public init(summary: String, source: String) {
    let (own, others) = (Words.of(summary), Words.of(source))
    words = own.count
    sentences = Sentences.of(summary).count
    compression = ratio(Double(others.count), Double(own.count))
    var seen: Set<[String]> = []
    let trigrams = Self.ngrams(own, 3)
    for trigram in trigrams { seen.insert(trigram) }
    repeatedTrigrams = ratio(Double(trigrams.count - seen.count), Double(trigrams.count))
    novel = (1...3).map { n in
      let known = Set(Self.ngrams(others, n))
      let found = Self.ngrams(own, n)
      return ratio(Double(found.count { !known.contains($0) }), Double(found.count))
    }
  }

  private static func ngrams(_ words: [String], _ n: Int) -> [[String]] {
    guard words.count >= n else { return [] }
    return (0...words.count - n).map { Array(words[$0..<$0 + n]) }
  }
}
