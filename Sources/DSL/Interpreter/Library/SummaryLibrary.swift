// Summaries: how near they come to the ones to be written, what sentences of the text itself reach,
// and what they are like.

import TLAnalysis
import TLSyntax
import TLText

enum SummaryLibrary {
  static let functions: [LibraryFunction] = [
    rouge, extractiveSummary, summaryStatistics, sentences,
  ]

  private static let stemming = ParameterDeclaration(
    "stemming", .boolean, "compares stems of Russian words", default: .boolean(false))

  static let rouge = LibraryFunction(
    "rouge", .evaluation, "how near texts come to references: ROUGE-1, 2, L, with 95% intervals",
    [
      ParameterDeclaration("predictions", [.list, .text], "texts, or one text", of: .text),
      ParameterDeclaration(
        "references", [.list, .text], "the text to be written for each", of: .text),
      stemming,
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap", default: .integer(1000), in: 100...1_000_000),
      ParameterDeclaration("seed", .integer, "of the resamples", default: .integer(0)),
    ],
    result: .any,
    examples: [
      .init("rouge(\"Банк снизил ставку\", \"Банк снизил ставку\").rouge_l", "1.0"),
      .init("rouge([\"кошка на окне\"], [\"кошки на окнах\"], stemming: true).rouge_1", "1.0"),
      .init(
        "rouge([\"кошка спит\"], [\"кошка не спит\"]).metrics |> columns",
        "[\"metric\", \"precision\", \"recall\", \"f1\", \"lower\", \"upper\"]"),
    ],
    details: "Words are runs of letters and digits of any script in lower case (Lin, 2004; as "
      + "rouge_score with such words). `rouge_l` is the F1 over the whole text, `rouge_lsum` by "
      + "lines. Intervals are by bootstrap over the texts. `metrics` is a table of all, "
      + "`intervals` a record, `table` has the F1 of each text. Stems are Snowball's for Russian. "
      + "`compare` takes it beside a run of a summarization."
  ) { call in
    let references = try call.texts(1)
    let scores = try ROUGEScores(
      predictions: call.texts(0), references: references, form: call.boolean(2) ? .stem : .plain,
      isCancelled: call.isCancelled)
    return .object(
      try ROUGEObject(
        scores, references: references, resamples: call.integer(3), seed: call.seed(4)))
  }

  static let extractiveSummary = LibraryFunction(
    "extractive_summary", .evaluation, "sentences of a text in place of a summary of it",
    [
      ParameterDeclaration("texts", [.list, .text], "texts, or one text", of: .text),
      ParameterDeclaration(
        "method", .text, "the first sentences, or the best ones for a reference",
        default: .text("lead"), choices: ["lead", "oracle"]),
      ParameterDeclaration(
        "sentences", .integer, "how many at most; 1 for lead is the first sentence",
        default: .integer(1), in: 1...1000),
      ParameterDeclaration(
        "references", [.list, .text], "for the oracle: the summary to be written for each text",
        of: .text, default: .none),
      ParameterDeclaration(
        "metric", .text, "what the oracle raises", default: .text("rouge_l"),
        choices: ["rouge_1", "rouge_2", "rouge_l"]),
      stemming,
    ],
    result: [.text, .list],
    inferred: { kinds in
      kinds[0].set == .text ? .text : kinds[0].set == .list ? .list(of: .text) : .any
    },
    examples: [
      .init("extractive_summary(\"Банк снизил ставку. Рынок вырос.\")", "Банк снизил ставку."),
      .init(
        "extractive_summary([\"Утро. Банк снизил ставку.\"], method: \"oracle\", "
          + "references: [\"ставку снизил банк\"])", "[\"Банк снизил ставку.\"]"),
    ],
    details: "What a model that writes has to beat. The oracle adds sentence by sentence what "
      + "raises ROUGE most, knowing the reference: a bound for any choice of sentences, not a method."
  ) { call in
    let texts = try call.texts(0)
    let count = try call.integer(2)
    let isOracle = try call.text(1) == "oracle"
    var references: [String] = []
    if isOracle {
      guard !call.isNone(3) else {
        throw call.bad(3, "the oracle needs `references`, a summary for each text")
      }
      references = try call.texts(3)
      guard references.count == texts.count else {
        throw call.bad(
          3,
          "the references must be as many as the texts, \(texts.count), found \(references.count)")
      }
    } else if !call.isNone(3) {
      throw call.bad(3, "`references` go with method: \"oracle\"")
    }
    let measure = ROUGEScores.Measure(rawValue: try call.text(4)) ?? .rougeL
    let form: ROUGE.WordForm = try call.boolean(5) ? .stem : .plain
    var summaries: [String] = []
    for (row, text) in texts.enumerated() {
      try call.checkCancellation()
      summaries.append(
        isOracle
          ? ExtractiveSummary.oracle(
            text, reference: references[row], count: count, measure: measure, form: form)
          : ExtractiveSummary.lead(text, count: count))
    }
    return call[0].asText != nil ? .text(summaries.first ?? "") : .texts(summaries)
  }

  static let summaryStatistics = LibraryFunction(
    "summary_statistics", .evaluation, "length, repetition and novelty of summaries",
    [
      ParameterDeclaration("summaries", [.list, .text], "texts, or one text", of: .text),
      ParameterDeclaration("texts", [.list, .text], "the text of each summary", of: .text),
    ],
    result: .record,
    examples: [
      .init(
        "let s = summary_statistics(\"рынок вырос\", \"Сегодня рынок вырос.\")\n"
          + "[s.words, s.compression, s.novel_unigrams, s.repeated_trigrams]",
        "[2.0, 1.5, 0.0, 0.0]")
    ],
    details: "Means over the summaries: `words`, `sentences`, `compression` (words of the text for "
      + "each of the summary), `repeated_trigrams` (the share that occurred before), "
      + "`novel_unigrams`, `novel_bigrams`, `novel_trigrams` (the share that the text has not); "
      + "`empty`, the share of empty ones; `table` has them for each summary."
  ) { call in
    let (summaries, sources) = (try call.texts(0), try call.texts(1))
    guard summaries.count == sources.count else {
      throw call.bad(
        1,
        "the texts must be as many as the summaries, \(summaries.count), found \(sources.count)")
    }
    guard !summaries.isEmpty else { throw call.empty(0) }
    var rows: [SummaryStatistics] = []
    for (summary, source) in zip(summaries, sources) {
      try call.checkCancellation()
      rows.append(SummaryStatistics(summary: summary, source: source))
    }
    func mean(_ value: (SummaryStatistics) -> Double) -> Value {
      .number(rows.reduce(0) { $0 + value($1) } / Double(rows.count))
    }
    let table = try Table([
      ("words", rows.map { .int($0.words) }), ("sentences", rows.map { .int($0.sentences) }),
      ("compression", rows.map { .number($0.compression) }),
      ("repeated_trigrams", rows.map { .number($0.repeatedTrigrams) }),
      ("novel_unigrams", rows.map { .number($0.novel[0]) }),
      ("novel_bigrams", rows.map { .number($0.novel[1]) }),
      ("novel_trigrams", rows.map { .number($0.novel[2]) }),
    ])
    return call.record([
      ("n", .integer(rows.count)), ("words", mean { Double($0.words) }),
      ("sentences", mean { Double($0.sentences) }), ("compression", mean(\.compression)),
      ("repeated_trigrams", mean(\.repeatedTrigrams)), ("novel_unigrams", mean { $0.novel[0] }),
      ("novel_bigrams", mean { $0.novel[1] }), ("novel_trigrams", mean { $0.novel[2] }),
      ("empty", mean { $0.words == 0 ? 1 : 0 }), ("table", call.table(table)),
    ])
  }

  static let sentences = LibraryFunction(
    "sentences", .text, "the sentences of a text, by its punctuation",
    [ParameterDeclaration("text", .text, "a text")],
    result: .list(of: .text),
    examples: [
      .init(
        "sentences(\"А. С. Пушкин родился в Москве. Он писал стихи!\")",
        "[\"А. С. Пушкин родился в Москве.\", \"Он писал стихи!\"]")
    ],
    details: "A sentence ends after . ! ? or … where a capital letter, a digit or an opening mark "
      + "follows, and at the end of a line; not after initials and usual abbreviations."
  ) { call in
    let found = Sentences.of(try call.text(0), isStopped: call.isStopped)
    try call.checkCancellation()
    return .texts(found)
  }
}
