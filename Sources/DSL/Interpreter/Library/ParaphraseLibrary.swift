// Other wordings of texts that models write: paraphrases, and translations there and back.

import TLAnalysis
import TLModels
import TLSyntax
import TLText
import TLTransfer

enum ParaphraseLibrary {
  static let functions: [LibraryFunction] = [paraphrase, backTranslate]

  private static let maxNewTokens = ParameterDeclaration(
    "max_new_tokens", .integer, "the most tokens to write", default: .integer(64), in: 1...100_000)
  private static let seed = ParameterDeclaration(
    "seed", .integer, "of the draws", default: .integer(0))

  static let paraphrase = LibraryFunction(
    "paraphrase", .robustness, "other wordings of texts that a model writes, without bad ones",
    [
      ParameterDeclaration("texts", [.list, .text], "texts, or one text", of: .text),
      ParameterDeclaration(
        "with", [.model, .run], "an encoder-decoder made for it, or a run of a summarization"),
      ParameterDeclaration(
        "n", .integer, "wordings for each text, at most", default: .integer(3), in: 1...20),
      ParameterDeclaration(
        "method", .text, "diverse beams, or draws", default: .text("beams"),
        choices: ["beams", "sampling"]),
      ParameterDeclaration(
        "diversity_penalty", .number, "of beams: what a token loses that another group has written",
        default: .number(0.7), in: 0.001...1e9),
      ParameterDeclaration(
        "temperature", .number, "of draws", default: .number(0.9), in: 1e-6...1000),
      ParameterDeclaration(
        "top_p", .number, "of draws: among the likeliest tokens with this probability together",
        default: .number(0.95), in: 1e-9...1),
      maxNewTokens,
      ParameterDeclaration("prefix", .text, "stands before every text", default: .none),
      ParameterDeclaration(
        "filter", .boolean, "leaves out what `check_variants` finds fault with",
        default: .boolean(true)),
      seed,
    ],
    result: RobustnessLibrary.variantColumns,
    examples: [
      .init(
        "paraphrase([\"Весна\", \"Река\"], with: writer, n: 2, max_new_tokens: 8, filter: false) "
          + "|> length", "4")
    ],
    details:
      "Twice as many wordings as asked for are written, and the first that have no fault are "
      + "kept: copies, wordings that lost or changed a number, lost a name, are far too short or "
      + "long, or repeat another one go (`filter`); where none of a text is kept, a note says why. A table with `text`, `kind` and `variant`, as "
      + "`robustness` takes it."
  ) { call in
    let texts = try call.texts(0)
    let count = try call.integer(2)
    let filters = try call.boolean(9)
    var settings = GenerationSettings()
    settings.results = filters ? 2 * count : count
    if try call.text(3) == "beams" {
      settings.beams = settings.results
      settings.groups = settings.results
      settings.diversityPenalty = try call.number(4)
      if settings.results == 1 { (settings.beams, settings.groups) = (4, 1) }
    } else {
      settings.isSampling = true
      settings.temperature = try call.number(5)
      settings.topP = try call.number(6)
    }
    settings.maxNewTokens = try call.integer(7)
    settings.noRepeatNGram = 3
    settings.seed = UInt64(bitPattern: Int64(try call.integer(10)))
    let writer = try call.writer(
      call[1], 1, prefix: call.isNone(8) ? nil : call.text(8), &settings)
    let written = try GenerationLibrary.write(call, writer, texts, settings)
    var rows: [(text: String, variant: String)] = []
    var without = 0
    var lost: [VariantFilter.Problem] = []
    for (text, found) in zip(texts, written) {
      let wordings = found.map(\.text)
      let faults =
        filters
        ? VariantFilter().judge(wordings, of: text)
        : wordings.map { _ in nil }
      let kept = zip(wordings, faults).filter { $0.1 == nil }.map(\.0)
      rows += kept.prefix(count).map { (text, $0) }
      if kept.isEmpty {
        without += 1
        lost += faults.compactMap { $0 }
      }
    }
    if without > 0 {
      let reasons = VariantFilter.Problem.allCases.compactMap { problem -> String? in
        let count = lost.count { $0 == problem }
        return count == 0 ? nil : "\(count) \(reason(problem))"
      }.joined(separator: ", ")
      call.machine.notify(
        .note(
          "paraphrase: \(without) of \(counted(texts.count, "text")) kept none of "
            + counted(lost.count, "wording") + (reasons.isEmpty ? "" : ": \(reasons)")))
    }
    return call.table(
      try Table([
        ("text", rows.map { .text($0.text) }), ("kind", rows.map { _ in .text("paraphrase") }),
        ("variant", rows.map { .text($0.variant) }),
      ]))
  }

  /// What a wording did that is left out.
  private static func reason(_ problem: VariantFilter.Problem) -> String {
    switch problem {
    case .empty: "without a word"
    case .copy: "copied the text"
    case .number: "lost or changed a number"
    case .name: "lost a name"
    case .length: "far too short or long"
    case .duplicate: "repeated another"
    }
  }

  static let backTranslate = LibraryFunction(
    "back_translate", .robustness, "other wordings of texts by way of another language",
    [
      ParameterDeclaration("texts", [.list, .text], "texts, or one text", of: .text),
      ParameterDeclaration(
        "through", [.text, .list],
        "two models, there and back; or \"apertium:rus-ukr\", the installed translator and its pair"
      ),
      ParameterDeclaration(
        "beams", .integer, "of the models", default: .integer(4), in: 1...100), maxNewTokens,
    ],
    result: RobustnessLibrary.variantColumns,
    examples: [
      .init(
        "try { back_translate(\"дом\", through: \"apertium:rus-xx\") } catch problem { \"no pair\" }",
        "no pair"),
      .init(
        "back_translate(\"Весна\", through: [writer, writer], max_new_tokens: 8).kind",
        "[\"back_translation\"]"),
    ],
    details:
      "A table with `text`, `kind` and `variant`, as `robustness` takes it; `check_variants` "
      + "finds copies and losses. Models are Marian's such as opus-mt-ru-en and opus-mt-en-ru. "
      + "Apertium is a program of its own: `apt-get install apertium apertium-rus-ukr`."
  ) { call in
    let texts = try call.texts(0)
    let kind: String
    let found: [String]
    if let way = call[1].asText?.string {
      guard way.hasPrefix("apertium:") else {
        throw call.bad(
          1,
          "`through` must be two models, or \"apertium:\" with a pair such as "
            + "\"apertium:rus-ukr\", found \(brief(call[1]))")
      }
      kind = way
      found = try Apertium.backTranslate(
        texts, through: String(way.dropFirst("apertium:".count)), isStopped: call.isStopped)
    } else {
      let models = try call.list(1)
      guard models.count == 2 else {
        throw call.bad(1, "`through` must be two models, there and back; found \(models.count)")
      }
      var settings = GenerationSettings()
      settings.beams = try call.integer(2)
      settings.maxNewTokens = try call.integer(3)
      kind = "back_translation"
      var now = texts
      for model in models {
        let writer = try call.writer(model, 1, prefix: nil, &settings)
        now = try GenerationLibrary.write(call, writer, now, settings).map { $0.first?.text ?? "" }
        // A model that wrote nothing leaves nothing to translate back.
        now = zip(now, texts).map { $0.isEmpty ? $1 : $0 }
      }
      found = now
    }
    return call.table(
      try Table([
        ("text", texts.map { .text($0) }), ("kind", texts.map { _ in .text(kind) }),
        ("variant", found.map { .text($0) }),
      ]))
  }
}

extension Arguments {
  /// A model or a run that writes texts, and its limits in the settings.
  func writer(
    _ value: Value, _ index: Int, prefix: String?, _ settings: inout GenerationSettings
  ) throws -> Writer {
    var writer: Writer
    if let object = value.asDomain as? RunObject {
      writer = try object.run.textWriter()
      if let prefix { writer.prefix = prefix }
    } else if let object = value.asDomain as? ModelObject {
      writer = try object.donor.textWriter(prefix: prefix ?? "")
    } else {
      throw bad(
        index, "`\(function.parameters[index].name)` must hold models, found \(value.kindName)")
    }
    if let longest = writer.model.configuration.longestText {
      settings.maxNewTokens = min(settings.maxNewTokens, longest)
    }
    return writer
  }
}
