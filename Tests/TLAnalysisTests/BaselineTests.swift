import TLAnalysis
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite struct BaselineTests {
  @Test func classicalModelsAreThoseOfTheReference() throws {
    let cases = try fixtureCases("classical.json")
    #expect(cases.count == 15)
    for c in cases {
      if c.input["kind"]?.string == "tfidf" {
        try tfidf(c)
      } else {
        try linear(c)
      }
    }
  }

  private func tfidf(_ c: FixtureCase) throws {
    var options = TFIDF.Options()
    for field in c.input["options"]?.object ?? [] {
      switch field.key {
      case "ngram_range":
        let range = field.value.integers
        options.ngrams = range[0]...range[1]
      case "min_df": options.minimumTexts = try #require(field.value.int)
      case "sublinear_tf": options.isSublinear = true
      case "use_idf": options.usesIDF = field.value.bool ?? true
      case "max_features": options.maximumFeatures = field.value.int
      case "analyzer": options.analyzer = .characters
      default: Issue.record("unknown option \(field.key)")
      }
    }
    let train = c.input["train"]?.texts ?? []
    let model = try TFIDF(train, options: options)
    if options.maximumFeatures != nil {
      // Ties are broken otherwise there.
      #expect(model.vocabulary.count == options.maximumFeatures)
      return
    }
    #expect(model.vocabulary == c.expected("vocabulary")?.texts, "\(c.name)")
    if options.usesIDF { c.expect("idf", model.idf) }
    for (key, texts) in [("train_matrix", train), ("test_matrix", c.input["test"]?.texts ?? [])] {
      let rows = model.rows(texts)
      c.expect(
        key, (0..<rows.count).flatMap { rows.row($0).flatMap { [Double($0.column), $0.value] } })
    }
  }

  private func linear(_ c: FixtureCase) throws {
    let matrix = { (json: JSON?) in
      let dense = (json?.array ?? []).map(\.flattened)
      var rows = SparseRows(width: dense.first?.count ?? 0)
      for row in dense { rows.append(dense: row) }
      return rows
    }
    let labels = c.input["y"]?.integers ?? []
    let kind: LinearModel.Kind =
      c.input["kind"]?.string == "logreg" ? .logisticRegression : .linearSVM
    let train = matrix(c.input["X"])
    let model = try LinearModel.fit(
      kind, train, labels: labels, classes: (labels.max() ?? 0) + 1,
      c: c.input["C"]?.number ?? 1)
    c.expect(
      "coef",
      (0..<model.outputs).flatMap { k in
        (0..<train.width).map { model.weight(feature: $0, output: k) }
      })
    c.expect("intercept", (0..<model.outputs).map { model.intercept($0) })
    c.expect("objective", model.objective)
    if kind == .logisticRegression {
      c.expect("proba_test", try model.probabilities(matrix(c.input["X_test"])))
    } else if let wanted = c.expected("decision")?.array?.count {
      c.expect("decision", Array(try model.scores(train)[..<(wanted * model.outputs)]))
    }
    let right = try zip(model.classes(train), labels).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
    c.expect("train_accuracy", Double(right) / Double(labels.count))
  }

  @Test func aValidationPartChoosesThePenalty() throws {
    let names = try LabelNames(["нет", "да"])
    var random = RandomStream(seed: 4)
    func data(_ count: Int) throws -> ClassificationData {
      let labels = (0..<count).map { $0 % 2 }
      let texts = labels.map { label in
        let noise = (0..<8).map { _ in "слово\(Int(random.uniform() * 40))" }.joined(separator: " ")
        return noise + (random.uniform() < 0.8 ? (label == 1 ? " хорошо" : " плохо") : "")
      }
      return try ClassificationData(texts: texts, labels: labels, labelNames: names)
    }
    let (train, validation) = (try data(120), try data(80))
    let chosen = try TextBaseline.fit(.logisticRegression, train, validation: validation)
    func score(_ baseline: TextBaseline) throws -> Double {
      try MetricRegistry.named("macro_f1").value(.classes(baseline.predictions(validation)))
    }
    let best = try score(chosen)
    for c in [1.0, 3, 10, 30, 100] {
      #expect(try score(TextBaseline.fit(.logisticRegression, train, c: c)) <= best + 0.02)
    }
    #expect(try TextBaseline.fit(.linearSVM, train).c == TextBaseline.defaultC(.linearSVM))
    let stopped = #expect(throws: AnalysisError.self) {
      try TextBaseline.fit(.linearSVM, train, isCancelled: { true })
    }
    #expect(stopped?.description == "stopped")
  }

  /// Names follow a title, and a capital alone is not enough: words, shapes and neighbours are needed.
  private func sentences(_ count: Int, seed: UInt64) throws -> TaggingData {
    var random = RandomStream(seed: seed)
    func pick(_ words: [String]) -> String { words[Int(random.uniform() * Double(words.count))] }
    var tokens: [[String]] = []
    var tags: [[String]] = []
    for _ in 0..<count {
      let name = [pick(["Анна", "Иван", "Ольга"]), pick(["Петрова", "Ильин", "Чо"])]
      let place = pick(["Москве", "Уфе", "Туле"])
      tokens.append(["Вчера", pick(["госпожа", "министр"])] + name + ["была", "в", place, "."])
      tags.append(["O", "O", "B-PER", "I-PER", "O", "O", "B-LOC", "O"])
      tokens.append(["Завтра", "Рынок", "вырос", "в", "мае", "."])
      tags.append(["O", "O", "O", "O", "O", "O"])
    }
    return try TaggingData(tokens: tokens, tagTexts: tags)
  }

  @Test func aConditionalRandomFieldLearnsEntities() throws {
    let train = try sentences(40, seed: 1)
    let test = try sentences(20, seed: 2)
    let baseline = try TagBaseline.fit(train)
    let predictions = Predictions.tags(try baseline.predictions(test))
    #expect(try MetricRegistry.named("entity_f1_strict").value(predictions) == 1)
    #expect(try TagBaseline.fit(train).tags(test.tokens) == baseline.tags(test.tokens))
    #expect(baseline.tags([[], ["Новое"]]).map(\.count) == [0, 1])
    #expect(throws: AnalysisError.self) { try TagBaseline.fit(train, penalty: 0) }
    #expect(throws: AnalysisError.self) { try TagBaseline.fit(train, isCancelled: { true }) }
  }

  @Test func dataWithoutWordsOrOfOneClassIsAnError() throws {
    let names = try LabelNames(["a", "b"])
    let blank = try ClassificationData(texts: ["", "!"], labels: [0, 1], labelNames: names)
    #expect(throws: AnalysisError.self) { try TextBaseline.fit(.linearSVM, blank) }
    let single = try ClassificationData(
      texts: ["да да", "нет нет"], labels: [1, 1], labelNames: names)
    #expect(throws: AnalysisError.self) { try TextBaseline.fit(.logisticRegression, single) }
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"), arguments: LinearModel.Kind.allCases)
  func newsSentimentIsLearntFromAThousand(kind: LinearModel.Kind) throws {
    let table = try Table.readJSONLines(Shared.folder + "/data/sentiment_news_1k.jsonl")
    let data = try ClassificationData(table, text: "text", label: "sentiment")
    let parts = try Splitting.split(
      count: data.count, shares: [0.7, 0.3], strata: .classes(data.labels), seed: 1)
    let baseline = try TextBaseline.fit(kind, data.taking(parts[0]))
    let predictions = Predictions.classes(try baseline.predictions(data.taking(parts[1])))
    let accuracy = try MetricRegistry.named("accuracy").value(predictions)
    #expect(accuracy > 0.68, "\(accuracy)")
    let again = try TextBaseline.fit(kind, data.taking(parts[0]))
    #expect(again.model.weights == baseline.model.weights)
  }
}
