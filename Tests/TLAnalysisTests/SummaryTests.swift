// ROUGE with precision, recall and stems, sentences, extractive references, statistics.

import TLAnalysis
import TLTestSupport
import TLText
import Testing

@Suite struct SummaryTests {
  @Test func scoresInOnePassAreThoseOfTheReference() throws {
    for c in try fixtureCases("rouge_ru.json") {
      guard let reference = c.input["reference"]?.string,
        let hypothesis = c.input["hypothesis"]?.string
      else { continue }
      let scores = try ROUGEScores(predictions: [hypothesis], references: [reference])
      for (key, measure) in [
        ("rouge1", ROUGEScores.Measure.rouge1), ("rouge2", .rouge2), ("rougeL", .rougeL),
        ("rougeLsum", .rougeLsum),
      ] {
        let mean = scores.mean(measure)
        c.expect(key, [mean.precision, mean.recall, mean.f1])
      }
    }
  }

  /// From snowballstemmer; all 164 789 Russian words of two corpora were equal.
  @Test(arguments: [
    ("важнейшего", "важн"), ("вагонов", "вагон"), ("ваше", "ваш"), ("вечностью", "вечност"),
    ("возвратившись", "возврат"), ("встревоженная", "встревожен"), ("говорят", "говор"),
    ("длинной", "длин"), ("ёлка", "елк"), ("ещё", "ещ"), ("женщина", "женщин"),
    ("интересующийся", "интерес"), ("красивейшая", "красив"), ("лежавшими", "лежа"),
    ("ломоносов", "ломонос"), ("объявленная", "объявлен"), ("первоначальной", "первоначальн"),
    ("правительственный", "правительствен"), ("процентов", "процент"), ("родившийся", "род"),
    ("самостоятельность", "самостоятельн"), ("старейшими", "стар"), ("увеличивая", "увеличив"),
    ("уходящий", "уходя"), ("центробанком", "центробанк"), ("юность", "юност"),
  ])
  func stemsAreThoseOfSnowball(_ word: String, _ stem: String) {
    #expect(RussianStemmer.stem(word) == stem)
  }

  @Test func stemmingMakesFormsOfAWordEqual() throws {
    let plain = try ROUGEScores(predictions: ["Новые банки"], references: ["новый банк"])
    let stems = try ROUGEScores(
      predictions: ["Новые банки"], references: ["новый банк"], form: .stem)
    #expect(plain.mean(.rougeL).f1 == 0)
    #expect(stems.mean(.rougeL).f1 == 1)
    #expect(RussianStemmer.stem("running") == "running")
  }

  @Test func intervalHoldsTheMeanAndListsMustFit() throws {
    let references = (0..<40).map { "слово \($0) и ещё \($0 % 7)" }
    let predictions = (0..<40).map { "слово \($0 % 9) и \($0 % 5)" }
    let scores = try ROUGEScores(predictions: predictions, references: references)
    let estimate = try scores.estimate(.rougeL, resamples: 200)
    #expect(estimate.interval?.contains(estimate.mean) == true)
    #expect(throws: AnalysisError.self) {
      try ROUGEScores(predictions: ["а"], references: [])
    }
    #expect(throws: AnalysisError.self) { try ROUGEScores(predictions: [], references: []) }
  }

  @Test(
    arguments: [
      ("", []), (" \n ", []), ("Одно", ["Одно"]),
      (
        "В 2020 г. Банк вырос на 3.5 %. Ставка упала!",
        ["В 2020 г. Банк вырос на 3.5 %.", "Ставка упала!"]
      ),
      ("«Да!» Он ушёл… И вернулся?", ["«Да!»", "Он ушёл…", "И вернулся?"]),
      ("А. С. Пушкин писал.Без пробела", ["А. С. Пушкин писал.Без пробела"]),
      ("Mr. Smith came. He left", ["Mr. Smith came.", "He left"]),
    ] as [(String, [String])])
  func sentencesEndWhereTheyDo(_ text: String, _ sentences: [String]) {
    #expect(Sentences.of(text) == sentences)
  }

  @Test func oracleIsNotWorseThanLead() throws {
    let text = "Утро было ясным. Банк снизил ставку. Рынок не заметил. Ставка стала ниже."
    let reference = "банк снизил ставку ниже"
    func f1(_ summary: String) -> Double {
      ROUGE.longest(reference: reference, hypothesis: summary).f1
    }
    #expect(ExtractiveSummary.lead(text, count: 2) == "Утро было ясным. Банк снизил ставку.")
    let oracle = ExtractiveSummary.oracle(text, reference: reference, count: 2)
    #expect(oracle == "Банк снизил ставку.")
    #expect(f1(oracle) >= f1(ExtractiveSummary.lead(text, count: 2)))
    #expect(ExtractiveSummary.oracle(text, reference: "", count: 3) == "Утро было ясным.")
    #expect(ExtractiveSummary.oracle("", reference: "а", count: 3).isEmpty)
  }

  @Test func statisticsCountWhatTheyName() {
    let found = SummaryStatistics(
      summary: "рынок рос и рынок рос и рынок падал", source: "Рынок рос. Рынок падал, и вот")
    #expect(found.words == 8)
    #expect(found.compression == 6.0 / 8)
    // Six trigrams, two of them seen before: «рынок рос и», «рос и рынок».
    #expect(found.repeatedTrigrams == 2.0 / 6)
    #expect(found.novel[0] == 0)
    let empty = SummaryStatistics(summary: "", source: "а")
    #expect(empty.words == 0 && empty.compression == 0 && empty.novel == [0, 0, 0])
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func firstSentenceReachesTheMeasuredReference() throws {
    let lines = try FileBytes.readText(Shared.folder + "/data/summ.jsonl").split(separator: "\n")
    var (texts, summaries) = ([String](), [String]())
    for line in lines.prefix(2000) {
      let row = try JSON.parse(String(line))
      texts.append(row["text"]?.string ?? "")
      summaries.append(row["summary"]?.string ?? "")
    }
    let first = texts.map { ExtractiveSummary.lead($0, count: 1) }
    let lead = try ROUGEScores(predictions: first, references: summaries)
    let best = zip(texts, summaries).map {
      ExtractiveSummary.oracle($0, reference: $1, count: 1)
    }
    let oracle = try ROUGEScores(predictions: best, references: summaries)
    #expect((0.15...0.3).contains(lead.mean(.rougeL).f1))
    #expect(oracle.mean(.rougeL).f1 > lead.mean(.rougeL).f1)
  }
}
