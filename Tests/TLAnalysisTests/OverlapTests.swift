import Glibc
import TLAnalysis
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite struct OverlapTests {
  /// Texts of random words.
  static func texts(_ count: Int, words: Int, seed: UInt64) -> [[String]] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in
      (0..<words).map { _ in "слово\(Int(random.uniform() * 5000))" }
    }
  }

  @Test func equalAndSimilarTextsAreFoundAcrossParts() throws {
    let train = Self.texts(500, words: 20, seed: 1)
    var test = Self.texts(200, words: 20, seed: 2)
    test[3] = train[7]
    test[5] = train[9]
    test[5][0] = "другое"
    test[8] = train[11].map { $0.uppercased() }
    let report = try OverlapReport([
      ("train", train.map { $0.joined(separator: " ") }),
      ("test", test.map { $0.joined(separator: " ") }),
    ])
    let pair = try #require(report.pairs.first)
    #expect(report.pairs.count == 1 && pair.first == "train" && pair.second == "test")
    #expect(pair.exact == 1 && pair.near == 2 && pair.rows == [3, 5, 8])
    #expect(pair.examples.map(\.firstRow) == [7, 11, 9])
    #expect(abs((pair.examples.last?.similarity ?? 0) - 17.0 / 19) < 1e-12)
    #expect(report.warning == "3 rows of test are in train too (1 exactly, 2 nearly)")
    #expect(!report.isClean)
  }

  @Test func partsOfDifferentTextsAreClean() throws {
    let report = try OverlapReport([
      ("a", Self.texts(300, words: 8, seed: 1).map { $0.joined(separator: " ") }),
      ("b", Self.texts(300, words: 8, seed: 2).map { $0.joined(separator: " ") }),
      ("c", ["", "!", ""]),
    ])
    #expect(report.isClean && report.warning == nil && report.pairs.count == 3)
    #expect(throws: AnalysisError.self) { try OverlapReport([("a", ["x"])], threshold: 0) }
  }

  @Test func emptyTextsAreNotShared() throws {
    let report = try OverlapReport([
      ("a", ["", "один два три"]), ("b", ["", " ", "один два три"]),
    ])
    #expect(report.pairs[0].exact == 1 && report.pairs[0].rows == [2])
    #expect(report.warning == "1 row of b is in a too (1 exactly, 0 nearly)")
  }

  @Test func fewPairsAboveTheThresholdAreMissed() throws {
    var random = RandomStream(seed: 4)
    let texts = Self.texts(1000, words: 40, seed: 3)
    // One word changed: 35 of 41 shingles stay.
    let changed = texts.map { words in
      var words = words
      words[3 + Int(random.uniform() * 34)] = "новое"
      return words
    }
    let report = try OverlapReport([
      ("a", texts.map { $0.joined(separator: " ") }),
      ("b", changed.map { $0.joined(separator: " ") }),
    ])
    #expect(report.pairs[0].rows.count >= 995)
  }

  @Test func repeatedRowsGoAndTheFirstStays() throws {
    let texts = [
      "один два три четыре", "x", "один два три четыре", "Один, два три четыре!", "y", "",
    ]
    let exact = try Deduplication(texts)
    #expect(exact.kept == [0, 1, 3, 4, 5] && exact.removed.map(\.first) == [0])
    let near = try Deduplication(texts, threshold: 0.9)
    #expect(near.kept == [0, 1, 4, 5] && near.removed.map(\.row) == [2, 3])
  }

  @Test func ofAChainOfLikenessesEverySecondLinkStays() throws {
    // Neighbours share 34 of 42 shingles, the next but one 30 of 46.
    let texts = (0..<60).map { row in
      (4 * row..<4 * row + 40).map { "w\($0)" }.joined(separator: " ")
    }
    let found = try Deduplication(texts, threshold: 0.7)
    #expect(found.kept == Array(stride(from: 0, to: 60, by: 2)))
    #expect(found.removed.map(\.first) == found.kept)
  }

  @Test func aCrowdOfEqualTextsTakesNoQuadraticTime() throws {
    let texts = [String](repeating: "одно и то же предложение из восьми слов", count: 20_000)
    let start = ContinuousClock.now
    let report = try OverlapReport([("a", texts), ("b", texts.map { $0 + "!" })])
    #expect(report.pairs[0].near == 20_000)
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func theNewsThousandIsWithinTheWhole() throws {
    let all = try Table.readJSONLines(Shared.folder + "/data/sentiment.jsonl")
    let news = try Table.readJSONLines(Shared.folder + "/data/sentiment_news_1k.jsonl")
    let texts = { (table: Table) in
      try #require(
        try table.column("text").texts.map { cells in (0..<cells.count).map { cells[$0] } })
    }
    let report = try OverlapReport([("all", texts(all)), ("news", texts(news))])
    #expect(report.pairs[0].exact == 1000)
    #expect(try Deduplication(texts(all)).removed.isEmpty)
  }
}
