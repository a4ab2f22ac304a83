// Robustness: other wordings of texts by rules, what speaks against a wording, and what wordings do to a
// run. Wordings that models write are in ParaphraseLibrary.swift.

import TLAnalysis
import TLSyntax
import TLText
import TLTransfer

enum RobustnessLibrary {
  static let functions: [LibraryFunction] = [perturb, robustness, checkVariants]

  private static let kinds = ParameterDeclaration(
    "kinds", [.text, .list], "case, typo, yo, punctuation, word_order; all if not given", of: .text,
    default: .none)
  private static let rate = ParameterDeclaration(
    "rate", .number, "the share of the words or marks that change", default: .number(0.15),
    in: 0.001...1)
  private static let part = ParameterDeclaration(
    "part", .text, "which part of the task", default: .text("test"),
    choices: ["train", "validation", "test"])

  static let variantColumns = Kind.table([
    Kind.Field("text", .text), Kind.Field("kind", .text), Kind.Field("variant", .text),
  ])

  static let perturb = LibraryFunction(
    "perturb", .robustness, "texts with small changes by rules: slips, marks, capitals, ё, order",
    [
      ParameterDeclaration(
        "texts", [.list, .text, .run, .task],
        "texts, one text, or a run or task for the texts of its part", of: .text),
      kinds, rate,
      ParameterDeclaration("seed", .integer, "of the places that change", default: .integer(0)),
      part,
    ],
    result: variantColumns,
    examples: [
      .init("perturb(\"Её ждёт ёлка\", kinds: \"yo\", rate: 1)[0].variant", "Ее ждет елка"),
      .init(
        "perturb([\"Рынок вырос, банк снизил ставку.\"], rate: 1).kind",
        "[\"case\", \"typo\", \"punctuation\", \"word_order\"]"),
    ],
    details: "A table with `text`, `kind` and `variant`; what a kind does not change is left out. "
      + "`typo`: a slip to a neighbouring key (ЙЦУКЕН or QWERTY), a letter lost, doubled or swapped, "
      + "in words of four letters and more, never the first. `yo`: ё as е, and е as ё in words that "
      + "always have it. `punctuation`: marks lost, doubled, exchanged. `word_order`: neighbours "
      + "swapped, not over a mark. `case`: a word in capitals or small letters. Of a task of tags "
      + "the texts are the words with a blank between them, and only case, typo and yo, which leave "
      + "every word in its place, are made."
  ) { call in
    let isText = call[0].asText != nil || call[0].asList != nil
    let task = isText ? nil : try call.taskOrItsRun(0)
    return call.table(
      try variants(
        task?.wordedTexts(call.taskPart(4)) ?? call.texts(0),
        kinds: perturbations(call, 1, of: task), rate: call.number(2), seed: call.integer(3), call))
  }

  private static func perturbations(
    _ call: Arguments, _ index: Int, of task: TransferTask?
  ) throws -> [Perturbation] {
    let possible = Perturbation.allCases.filter { task?.kind != .tagging || $0.keepsWords }
    if call.isNone(index) { return possible }
    let known = Perturbation.allCases.map(\.rawValue)
    let names = try call.texts(index)
    guard !names.isEmpty else { throw call.empty(index) }
    return try names.map { name in
      guard let kind = Perturbation(rawValue: name) else {
        throw call.bad(
          index,
          "no kind \"\(name)\"; "
            + (nearest(name, among: known).map { "did you mean \"\($0)\"?" }
              ?? "there are \(known.joined(separator: ", "))"))
      }
      guard possible.contains(kind) else {
        throw call.bad(
          index,
          "\"\(name)\" moves or loses words, and the task has a tag for each; there are "
            + possible.map(\.rawValue).joined(separator: ", "))
      }
      return kind
    }
  }

  private static func variants(
    _ texts: [String], kinds: [Perturbation], rate: Double, seed: Int, _ call: Arguments
  ) throws -> Table {
    var rows: [(text: String, kind: String, variant: String)] = []
    for (number, text) in texts.enumerated() {
      try call.checkCancellation()
      for kind in kinds {
        let variant = kind.apply(
          to: text, rate: rate, seed: UInt64(bitPattern: Int64(seed)), number: number)
        if !bytesEqual(variant, text) { rows.append((text, kind.rawValue, variant)) }
      }
    }
    return try Table([
      ("text", rows.map { .text($0.text) }), ("kind", rows.map { .text($0.kind) }),
      ("variant", rows.map { .text($0.variant) }),
    ])
  }

  static let robustness = LibraryFunction(
    "robustness", .robustness, "how steady the predictions of a run are under other wordings",
    [
      ParameterDeclaration(
        "run", [.run, .calibration], "a run of a classification, of tags or of a summarization"),
      ParameterDeclaration(
        "variants", .table,
        "with `text`, `variant` and maybe `kind`, as `perturb` gives; perturbations of the part "
          + "if not given", default: .none),
      kinds, rate,
      ParameterDeclaration(
        "metric", .text, "what may drop; the task's headline if not given", default: .none,
        choices: TrainingLibrary.taskMetrics),
      part,
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap", default: .integer(1000), in: 100...1_000_000),
      ParameterDeclaration(
        "seed", .integer, "of perturbations and resamples", default: .integer(0)),
    ],
    result: .any,
    examples: [
      .init(
        "robustness(trained, kinds: [\"case\", \"typo\"], rate: 0.5).table.kind",
        "[\"all\", \"case\", \"typo\"]"),
      .init(
        "let v = perturb(trained, kinds: \"word_order\", rate: 1)\nrobustness(trained, v).flips "
          + "|> columns |> first", "text"),
    ],
    details: "`stable` is the share of predictions that stay, `drop` the metric before less after, "
      + "over the texts that have variants, each with a 95% interval by bootstrap over the texts "
      + "(paired for the drop). `table` has them by kind, `flips` every prediction that changed with "
      + "both wordings, the surest first. Of tags `stable` is the share of words whose tag stays, and "
      + "`flips` has a row for each word with another tag; variants keep every word in its place. Of a "
      + "summarization it is the ROUGE-L between what is written for both wordings."
  ) { call in
    let calibrated = call[0].asDomain as? CalibrationObject
    let run = try calibrated?.run ?? call.run(0)
    let part = try call.taskPart(5)
    let seed = try call.integer(7)
    let table: Table
    if call.isNone(1) {
      table = try variants(
        run.adaptation.task.wordedTexts(part),
        kinds: perturbations(call, 2, of: run.adaptation.task), rate: call.number(3), seed: seed,
        call)
    } else {
      guard call.isNone(2) else {
        throw call.bad(2, "`kinds` is for perturbations; given `variants` have theirs already")
      }
      table = try call.table(1).table
    }
    let list = try call.variantRows(table, 1)
    let found = try run.robustness(
      list, part: part, metric: call.isNone(4) ? nil : call.text(4),
      calibration: calibrated?.calibration, resamples: call.integer(6),
      seed: UInt64(bitPattern: Int64(seed)), isStopped: call.isStopped)
    var texts = [String](repeating: "", count: found.originals.count)
    for (variant, row) in zip(found.variants, list) { texts[variant.text] = row.text }
    return .object(
      RobustnessObject(
        found, title: calibrated?.title ?? run.adaptation.title, task: run.adaptation.task,
        texts: texts))
  }

  static let checkVariants = LibraryFunction(
    "check_variants", .robustness,
    "what speaks against other wordings of texts: copies, lost names",
    [
      ParameterDeclaration("variants", .table, "with `text` and `variant`"),
      ParameterDeclaration(
        "similarity", .number, "of sets of words, above which two wordings count as one",
        default: .number(0.9), in: 0.1...1),
    ],
    result: .table,
    examples: [
      .init(
        "check_variants(table([{text: \"Банк дал 5 %\", variant: \"Банк дал 7 %\"}]))[0].problem",
        "number"),
      .init(
        "check_variants(table([{text: \"Курс вырос\", variant: \"Рубль упал\"}]))[0].problem == none",
        "true"),
    ],
    details: "The table with a column `problem`: none, or empty, copy, number (one lost or new), "
      + "name (one lost, by its stem), length (under half or over twice the words), duplicate (nearly "
      + "the words of the text or of a wording before). Keep the rest with "
      + "`filter(row => row.problem == none)`."
  ) { call in
    let table = try call.table(0).table
    let rows = try call.variantRows(table, 0)
    var filter = VariantFilter()
    filter.similarity = try call.number(1)
    var order: [String: [Int]] = [:]
    for (index, row) in rows.enumerated() { order[row.text, default: []].append(index) }
    var problems = [VariantFilter.Problem?](repeating: nil, count: rows.count)
    for (text, indices) in order {
      try call.checkCancellation()
      for (index, problem) in zip(indices, filter.judge(indices.map { rows[$0].wording }, of: text))
      {
        problems[index] = problem
      }
    }
    let added = try Table([
      ("problem", problems.map { $0.map { .text($0.rawValue) } ?? DataValue.none })
    ])
    return call.table(try table.with("problem", added.column("problem")))
  }
}

extension Arguments {
  func taskPart(_ index: Int) throws -> TaskPart { TaskPart(rawValue: try text(index)) ?? .test }

  /// A task, or that of a run.
  func taskOrItsRun(_ index: Int) throws -> TransferTask {
    self[index].asDomain is RunObject ? try run(index).adaptation.task : try task(index)
  }

  /// The rows of a table of variants.
  func variantRows(
    _ table: Table, _ index: Int
  ) throws -> [(text: String, kind: String, wording: String)] {
    func texts(_ name: String) throws -> [String] {
      let column = try table.column(name)
      return try (0..<table.rowCount).map { row in
        guard case .text(let text) = column.value(at: row) else {
          throw bad(index, "the column `\(name)` must hold texts; row \(row) has another value")
        }
        return text
      }
    }
    let kinds =
      table.names.contains("kind")
      ? try texts("kind") : [String](repeating: "variant", count: table.rowCount)
    guard table.rowCount > 0 else { throw bad(index, "there are no variants") }
    let (originals, wordings) = (try texts("text"), try texts("variant"))
    return (0..<table.rowCount).map { (originals[$0], kinds[$0], wordings[$0]) }
  }
}
