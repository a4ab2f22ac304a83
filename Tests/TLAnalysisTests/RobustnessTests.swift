// Perturbations change what their kind names and nothing else; filters find what a wording lost;
// robustness counts what it says.

import TLAnalysis
import TLText
import Testing

@Suite struct RobustnessMeasureTests {
  static let text = "Её счёт вырос на 5 %, — сообщил банк «Заря»; курс, однако, упал до 93,5 рубля."

  private func apply(_ kind: Perturbation, _ text: String, rate: Double = 1, number: Int = 0)
    -> String
  {
    kind.apply(to: text, rate: rate, seed: 7, number: number)
  }

  @Test(arguments: Perturbation.allCases)
  func sameSeedSameText(_ kind: Perturbation) {
    for number in 0..<20 {
      let once = apply(kind, Self.text, rate: 0.5, number: number)
      #expect(once == apply(kind, Self.text, rate: 0.5, number: number))
    }
    let all = Set((0..<20).map { apply(kind, Self.text, rate: 0.5, number: $0) })
    #expect(all.count > 1)
    #expect(apply(kind, "").isEmpty || kind == .punctuation)
  }

  @Test func capitalsAloneChange() {
    let changed = apply(.capitals, Self.text)
    #expect(changed.lowercased() == Self.text.lowercased())
    #expect(changed != Self.text)
  }

  @Test func typosStayNearAndSpareShortWordsAndNumbers() {
    for number in 0..<50 {
      let (before, after) = (
        Self.text.split(separator: " "),
        apply(.typo, Self.text, number: number).split(separator: " ")
      )
      #expect(before.count == after.count)
      for (a, b) in zip(before, after) {
        #expect(abs(a.unicodeScalars.count - b.unicodeScalars.count) <= 1)
        if a.unicodeScalars.count < 4 || a.contains(where: \.isNumber) { #expect(a == b) }
        #expect(a.first == b.first)
      }
    }
  }

  @Test func yoGoesBothWays() {
    #expect(apply(.yo, "Её ждёт ёлка") == "Ее ждет елка")
    #expect(apply(.yo, "Расчет и ЕЩЕ учет") == "Расчёт и ЕЩЁ учёт")
    #expect(apply(.yo, "мел и лето") == "мел и лето")
  }

  @Test func marksAloneChange() {
    for number in 0..<50 {
      let changed = apply(.punctuation, Self.text, number: number)
      #expect(Words.of(changed) == Words.of(Self.text))
      #expect(changed != Self.text)
    }
  }

  @Test func wordsMoveByOnePlaceWithinTheirMarks() {
    #expect(apply(.wordOrder, "один два три, четыре пять") == "два один три, пять четыре")
    #expect(apply(.wordOrder, "слово") == "слово")
    for number in 0..<20 {
      let changed = apply(.wordOrder, Self.text, rate: 0.5, number: number)
      #expect(Words.of(changed).sorted() == Words.of(Self.text).sorted())
    }
  }

  @Test func numbersStayAsTheyAre() {
    let profit = "Чистая прибыль выросла до 1 200 млн руб., то есть на 15% к 2 023 году."
    let growth = "Рост на 15% и €20, минус -5 °C (№3), 100$ от @банка & #тега *."
    for number in 0..<100 {
      let moved = apply(.wordOrder, profit, number: number)
      #expect(moved.contains("до 1 200 млн") && moved.contains("на 15% к 2 023 году"), "\(moved)")
      let marked = apply(.punctuation, growth, number: number)
      for part in ["15% и €20", "минус -5 °C", "№3", "100$ от @банка & #тега *"] {
        #expect(marked.contains(part), "\(marked)")
      }
    }
    #expect(apply(.wordOrder, profit) != profit)
  }

  @Test func theRateIsTheShareOfWords() {
    let words = (0..<4000).map { "слово\($0 % 10)а" }.joined(separator: " ")
    let changed = apply(.capitals, words, rate: 0.2).split(separator: " ")
    let share = Double(zip(changed, words.split(separator: " ")).count { $0 != $1 }) / 4000
    #expect(abs(share - 0.2) < 0.03)
  }

  // MARK: Filters

  @Test(arguments: [
    ("Банк снизил ставку", "банк снизил ставку!", "copy"),
    ("Банк снизил ставку", "", "empty"),
    ("Ставка выросла до 5 %", "Ставка поднялась до 7 %", "number"),
    ("Продано 1 000 машин", "Продали 1000 автомобилей", ""),
    ("Курс 93,5 рубля", "Рубль стоит 93.5", ""),
    ("Вчера Иванова уехала в Москву", "Вчера Иванова покинула город", "name"),
    ("Вчера Иванова уехала в Москву", "Иванова накануне отбыла, её видели в Москве", ""),
    ("СССР распался", "Страна распалась", "name"),
    ("Рынок вырос", "Рынок вырос так, как не рос он никогда", "length"),
    (
      "один два три четыре пять шесть семь восемь девять десять",
      "один два три четыре пять шесть семь восемь девять десять снова", "duplicate"
    ),
    ("Рубль упал", "Упал рубль", ""),
  ])
  func whatSpeaksAgainstAWording(_ text: String, _ variant: String, _ problem: String) {
    let found = VariantFilter().judge([variant], of: text)
    #expect((found[0]?.rawValue ?? "") == problem)
  }

  @Test func theSecondOfTwoNearWordingsGoes() {
    let found = VariantFilter().judge(
      ["Рубль подешевел", "Подешевел рубль", "Валюта упала"], of: "Курс вырос")
    #expect(found == [nil, .duplicate, nil])
  }

  // MARK: Robustness

  @Test func sharesAndDropsAreWhatTheyName() throws {
    // Four texts, all right before; of the first two kinds one and two wordings flip.
    func row(_ label: Int) -> [Double] { label == 0 ? [0.9, 0.1] : [0.2, 0.8] }
    let gold = [0, 1, 0, 1]
    let originals = try ClassPredictions(
      gold: gold, probabilities: gold.flatMap(row), classes: 2)
    var variants: [Robustness.Variant] = []
    for kind in ["a", "b", "c"] {
      for text in 0..<4 {
        variants.append(Robustness.Variant(text: text, kind: kind, wording: "\(kind)\(text)"))
      }
    }
    var said = gold + gold + gold
    said[0] = 1
    said[4] = 1
    said[5] = 0
    let changed = try ClassPredictions(
      gold: gold + gold + gold, probabilities: said.flatMap(row), classes: 2)
    let found = try Robustness(
      metric: MetricRegistry.named("accuracy"), variants: variants, originals: originals,
      changed: changed, resamples: 200)
    #expect(found.rows.map(\.kind) == ["all", "a", "b", "c"])
    #expect(found.rows.map(\.stable.mean) == [0.75, 0.75, 0.5, 1])
    #expect(found.rows.map(\.drop.difference) == [0.25, 0.25, 0.5, 0])
    #expect(found.rows.map(\.before) == [1, 1, 1, 1])
    #expect(abs((found.rows[1].probabilityDrop ?? 0) - 0.7 / 4) < 1e-12)
    #expect(found.flips == [0, 4, 5])
    for row in found.rows { #expect(row.drop.interval.contains(row.drop.difference)) }
    #expect(throws: AnalysisError.self) {
      try Robustness(
        metric: MetricRegistry.named("accuracy"), variants: [], originals: originals,
        changed: changed)
    }
  }

  @Test func ofTagsWordsAreCounted() throws {
    func tags(_ numbers: [[Int]], _ gold: [[Int]]) throws -> Predictions {
      .tags(try TagPredictions(gold: gold, predicted: numbers, kinds: ["LOC", "PER"]))
    }
    // B-PER O B-LOC and B-LOC O: numbers as TaggingData has them.
    let gold = [[3, 0, 1], [1, 0]]
    let variants = [0, 1, 1].map { Robustness.Variant(text: $0, kind: "case", wording: "\($0)") }
    let found = try Robustness(
      metric: MetricRegistry.named("entity_f1"), variants: variants, originals: tags(gold, gold),
      changed: tags([[3, 0, 0], [1, 0], [0, 0]], [gold[0], gold[1], gold[1]]), resamples: 200)
    let row = try #require(found.rows.first)
    #expect(row.stable.mean == 5.0 / 7)
    // Of four entities two are found.
    #expect(row.before == 1 && abs(row.after - 2 * 2.0 / (4 + 2)) < 1e-12)
    #expect(row.probabilityDrop == nil)
    // The most changed first.
    #expect(found.flips == [2, 0])
    #expect(throws: AnalysisError.self) {
      try Robustness(
        metric: MetricRegistry.named("entity_f1"), variants: [variants[0]],
        originals: tags(gold, gold), changed: tags([[3, 0]], [[3, 0]]))
    }
  }

  @Test func ofWrittenTextsWhatTheyHaveInCommonCounts() throws {
    let references = ["рынок вырос"]
    func texts(_ written: [String]) throws -> Predictions {
      .texts(
        try TextPredictions(references: written.map { _ in references[0] }, hypotheses: written))
    }
    let found = try Robustness(
      metric: MetricRegistry.named("rouge_l"),
      variants: ["a", "b"].map { Robustness.Variant(text: 0, kind: "typo", wording: $0) },
      originals: texts(["рынок вырос"]), changed: texts(["рынок вырос", "рынок упал"]),
      resamples: 200)
    #expect(found.stays == [1, 0.5] && found.flips == [1])
    #expect(found.rows[0].stable.mean == 0.75 && found.rows[0].drop.difference == 0.25)
  }

  @Test(arguments: Perturbation.allCases.filter(\.keepsWords))
  func wordsStayInTheirPlaces(_ kind: Perturbation) {
    let words = ["Её", "ждёт", "Иванов", "-", "из", "Нью-Йорка", ",", "счёт", "№", "17", "."]
    for seed in 0..<200 {
      let changed = kind.apply(
        to: words.joined(separator: " "), rate: 1, seed: UInt64(seed), number: seed)
      let found = changed.split(separator: " ", omittingEmptySubsequences: false)
      #expect(found.count == words.count && found.allSatisfy { !$0.isEmpty }, "\(changed)")
    }
  }
}
