import TLAnalysis
import TLTensor
import TLTestSupport
import TLText
import Testing

/// Measurements on the real data; they print what they find and fail only far off.
@Suite(
  .serialized,
  .enabled(
    if: Shared.isPresent && !_isDebugAssertConfiguration(), "needs ../shared and an optimized build"
  ))
struct AnalysisSpeedTests {
  private func texts(_ file: String) throws -> [String] {
    try TextLines.read(Shared.folder + "/data/" + file)
  }

  @Test func overlapOfAHundredThousandTexts() throws {
    let general = try texts("general.txt")
    let finance = try texts("finance.txt")
    let start = ContinuousClock.now
    let report = try OverlapReport([("general", general), ("finance", finance)])
    let time = ContinuousClock.now - start
    print(
      "overlap of \(general.count) and \(finance.count) texts: \(time); \(report.warning ?? "none")"
    )
    #expect(time < .seconds(60))
  }

  /// Settings were chosen on the validation part; the least accuracy is about 0.02 below it there.
  @Test(arguments: [
    (LinearModel.Kind.logisticRegression, TextBaseline.Features.words, 0.79),
    (.linearSVM, .words, 0.79), (.logisticRegression, .characters, 0.83),
    (.logisticRegression, .both, 0.84), (.linearSVM, .both, 0.84),
  ])
  func baselineOnAllSentiment(
    kind: LinearModel.Kind, features: TextBaseline.Features, least: Double
  ) throws {
    let table = try Table.readJSONLines(Shared.folder + "/data/sentiment.jsonl")
    let data = try ClassificationData(table, text: "text", label: "sentiment")
    let parts = try Splitting.split(
      count: data.count, shares: [0.7, 0.15, 0.15], strata: .classes(data.labels), seed: 42)
    let start = ContinuousClock.now
    let baseline = try TextBaseline.fit(
      kind, data.taking(parts[0]), features: features, validation: data.taking(parts[1]))
    let trained = ContinuousClock.now - start
    let predictions = Predictions.classes(try baseline.predictions(data.taking(parts[2])))
    let estimate = try Bootstrap.estimate(MetricRegistry.named("accuracy"), predictions)
    print(
      "\(kind.rawValue) \(features), C \(baseline.c): \(estimate.mean) \(estimate.interval?.description ?? "") in \(trained)"
    )
    #expect(estimate.mean > least)
    #expect(trained < .seconds(120))
  }

  @Test func baselineOnAllEntities() throws {
    let table = try Table.readJSONLines(Shared.folder + "/data/ner.jsonl")
    let data = try TaggingData(table, tokens: "tokens", tags: "ner_tags")
    let parts = try Splitting.split(
      count: data.count, shares: [0.7, 0.15, 0.15], strata: .counts(data.kindCountsByRow()),
      groups: Splitting.groups(table.column("doc")), seed: 42)
    let start = ContinuousClock.now
    let baseline = try TagBaseline.fit(data.taking(parts[0]))
    let trained = ContinuousClock.now - start
    let predictions = Predictions.tags(try baseline.predictions(data.taking(parts[2])))
    let strict = try Bootstrap.estimate(MetricRegistry.named("entity_f1_strict"), predictions)
    print("CRF: strict F1 \(strict.mean) \(strict.interval?.description ?? "") in \(trained)")
    #expect(strict.mean > 0.75)
    #expect(trained < .seconds(120))
  }

  @Test func entityScoresAndTheirInterval() throws {
    let table = try Table.readJSONLines(Shared.folder + "/data/ner.jsonl")
    let data = try TaggingData(table, tokens: "tokens", tags: "ner_tags")
    var random = RandomStream(seed: 1)
    let predicted = data.tags.map { $0.map { random.uniform() < 0.05 ? 0 : $0 } }
    let predictions = Predictions.tags(
      try TagPredictions(gold: data.tags, predicted: predicted, kinds: data.kinds.names))
    var start = ContinuousClock.now
    let metric = try MetricRegistry.named("entity_f1")
    let value = try metric.value(predictions)
    print("entity F1 of \(data.tokenCount) words: \(value) in \(ContinuousClock.now - start)")
    start = .now
    let estimate = try Bootstrap.estimate(metric, predictions, resamples: 1000)
    print("interval \(estimate.interval?.description ?? "") in \(ContinuousClock.now - start)")
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test func lookingAtTheData() throws {
    let table = try Table.readJSONLines(Shared.folder + "/data/sentiment.jsonl")
    let data = try ClassificationData(table, text: "text", label: "sentiment")
    let start = ContinuousClock.now
    let summary = DataSummary(data)
    print(
      "\(summary.rows) rows, \(summary.counts), words \(summary.words), mixed letters "
        + "\(summary.mixedLetters.wordCount) in \(summary.mixedLetters.rowCount) rows "
        + "\(summary.mixedLetters.examples.prefix(3).map(\.marked)), \(ContinuousClock.now - start)"
    )
    #expect(summary.counts.map(\.count) == [8606, 8606] && summary.duplicates == 0)
  }
}
