// Tasks: data in parts, and what is to be learned from them.

import TLAnalysis
import TLSyntax
import TLText
import TLTransfer

enum TaskLibrary {
  static let functions: [LibraryFunction] = [
    split, classification, tagging, summarization, overlap, deduplicate,
  ]

  static let split = LibraryFunction(
    "split", .tasks, "a table in parts for training, validation and test; or a text in pieces",
    [
      ParameterDeclaration("data", [.table, .text], "a table, or a text"),
      ParameterDeclaration(
        "separator", .text, "of a text: what stands between its pieces; white space by default",
        default: .none),
      ParameterDeclaration(
        "limit", .integer, "of a text: cut at most so often", default: .none,
        in: 0...Double.infinity),
      ParameterDeclaration(
        "train", .number, "the share of rows to train on", default: .number(0.7), in: 0...1),
      ParameterDeclaration(
        "validation", .number, "the share that decides when to stop", default: .number(0.15),
        in: 0...1),
      ParameterDeclaration(
        "test", .number, "the share to measure on", default: .number(0.15), in: 0...1),
      ParameterDeclaration(
        "stratify", .text,
        "a column whose classes, or entities, all parts shall have in equal shares",
        default: .none, role: .column(of: 0)),
      ParameterDeclaration(
        "group", .text, "a column, such as the document, whose equal values stay in one part",
        default: .none, role: .column(of: 0)),
      ParameterDeclaration("seed", .integer, "of the order of the rows", default: .integer(0)),
    ],
    result: [.split, .list],
    inferred: { kinds in
      kinds[0].set == .text
        ? .list(of: .text) : kinds[0].set == .table ? Kind(.split) : Kind([.split, .list])
    },
    examples: [
      .init("split(\"a,б,,c\", \",\")", "[\"a\", \"б\", \"\", \"c\"]"),
      .init("split(\" два  слова \")", "[\"два\", \"слова\"]"),
      .init("split(\"ключ: a: b\", \": \", limit: 1)", "[\"ключ\", \"a: b\"]"),
      .init(
        "let data = table({n: 1..100, kind: repeat([\"a\", \"b\"], 50) |> flatten})\n"
          + "let parts = data |> split(train: 80%, validation: 10%, test: 10%, stratify: \"kind\")\n"
          + "value_counts(parts.test, \"kind\").count", "[5, 5]"),
    ],
    details: "The parts of a table have exactly the sizes that the shares give, rounded; with "
      + "`group` nearly. Same seed, same parts."
  ) { call in
    if call[0].asText != nil { return try TextLibrary.pieces(call) }
    let table = try call.table(0).table.withOrigin
    var strata = Strata.none
    if !call.isNone(6) { strata = try call.strata(of: table, column: call.columnName(6, table)) }
    let groups =
      call.isNone(7)
      ? nil : Splitting.groups(try table.column(call.columnName(7, table)))
    let shares = [try call.number(3), try call.number(4), try call.number(5)]
    let sum = shares.reduce(0, +)
    guard abs(sum - 1) < 1e-9 else {
      throw call.bad(
        3,
        "train, validation and test must sum to 100%, found "
          + shares.map { share in
            let percent = (share * 1e6).rounded() / 1e4
            let isWhole = percent == percent.rounded()
            return (isWhole ? String(Int(percent)) : display(number: percent)) + "%"
          }.joined(separator: " + "))
    }
    let rows = try Splitting.split(
      count: table.rowCount, shares: shares, strata: strata, groups: groups,
      seed: UInt64(bitPattern: Int64(call.integer(8))))
    var parts: [TaskPart: Table] = [:]
    for (part, rows) in zip(TaskPart.allCases, rows) { parts[part] = try table.taking(rows) }
    return .object(SplitObject(parts))
  }

  private static let split0 = ParameterDeclaration(
    "split", [.split, .record],
    "parts from `split`, or a record {train, validation, test} of tables")

  static let classification = LibraryFunction(
    "classification", .tasks, "the task to tell classes of texts apart",
    [
      split0,
      ParameterDeclaration("text", .text, "the column of texts", default: .text("text")),
      ParameterDeclaration("label", .text, "the column of classes", default: .text("label")),
      ParameterDeclaration(
        "pair", .text, "a column of second texts, for tasks on pairs", default: .none),
    ],
    result: Kind(.task),
    examples: [.init("task.labels", "[\"negative\", \"positive\"]")],
    details:
      "The classes are those of the train part. A class that only another part has, and texts "
      + "that two parts share, are errors and warnings: `task.warnings`."
  ) { call in
    let tables = try call.parts(0)
    try call.checkTrain(tables)
    let (text, label) = (try call.text(1), try call.text(2))
    let pair = call.isNone(3) ? nil : try call.text(3)
    var parts: [TaskPart: TransferTask.Data] = [:]
    var names: LabelNames?
    var texts: [(name: String, texts: [String])] = []
    for part in TaskPart.allCases {
      guard let table = tables[part], table.rowCount > 0 else { continue }
      let data: ClassificationData
      do {
        data = try ClassificationData(
          table, text: text, pair: pair, label: label, labelNames: names)
      } catch let error as TextError {
        throw call.located(error, part, table)
      }
      names = data.labelNames
      parts[part] = .classification(data)
      texts.append((part.rawValue, data.texts))
    }
    return try call.task(parts, texts: texts)
  }

  static let tagging = LibraryFunction(
    "tagging", .tasks, "the task to find entities: a tag for each word",
    [
      split0,
      ParameterDeclaration(
        "tokens", .text, "the column with lists of words", default: .text("tokens")),
      ParameterDeclaration(
        "tags", .text, "the column with lists of tags: O, B-PER, I-PER, …",
        default: .text("ner_tags")),
    ],
    result: Kind(.task),
    examples: [
      .init(
        "let t = table([{tokens: [\"Анна\", \"дома\"], ner_tags: [\"B-PER\", \"O\"]}])\n"
          + "tagging({train: t}).entities", "[\"PER\"]")
    ],
    details:
      "Tags in IOB1, IOB2 and IOBES are read. Malformed sequences (an I- with nothing before "
      + "it, a change of kind inside) are repaired as conlleval reads them and counted in "
      + "`task.warnings`."
  ) { call in
    let tables = try call.parts(0)
    try call.checkTrain(tables)
    var parts: [TaskPart: TransferTask.Data] = [:]
    var kinds: LabelNames?
    var texts: [(name: String, texts: [String])] = []
    var warnings: [String] = []
    for part in TaskPart.allCases {
      guard let table = tables[part], table.rowCount > 0 else { continue }
      let data: TaggingData
      do {
        data = try TaggingData(table, tokens: call.text(1), tags: call.text(2), kinds: kinds)
      } catch let error as TextError {
        throw call.located(error, part, table)
      }
      kinds = data.kinds
      if let repairs = data.repairs.summary(table.origin) {
        warnings.append("\(part.rawValue): \(repairs)")
      }
      parts[part] = .tagging(data)
      texts.append((part.rawValue, data.tokens.map { $0.joined(separator: " ") }))
    }
    return try call.task(parts, texts: texts, warnings: warnings)
  }

  static let summarization = LibraryFunction(
    "summarization", .tasks,
    "the task to write a text for a text: summaries, headlines, translations",
    [
      split0,
      ParameterDeclaration(
        "source", .text, "the column of texts to read", default: .text("text")),
      ParameterDeclaration(
        "target", .text, "the column of texts to write", default: .text("summary")),
      ParameterDeclaration(
        "prefix", .text, "stands before every source, such as \"summarize: \"",
        default: .text("")),
      ParameterDeclaration(
        "max_target", .integer, "longer targets are cut, in tokens; the most that is written",
        default: .integer(128), in: 4...100_000),
    ],
    result: Kind(.task),
    examples: [
      .init(
        "let t = table([{text: \"Банк снизил ставку до 7%.\", summary: \"Ставка снижена\"}])\n"
          + "summarization({train: t}).kind", "summarization")
    ],
    details: "It needs an encoder-decoder: T5, mT5, BART, mBART or Marian. While a run trains, it "
      + "is measured by the validation loss; `evaluate(run)` writes the texts and gives ROUGE."
  ) { call in
    let tables = try call.parts(0)
    try call.checkTrain(tables)
    let (source, target) = (try call.text(1), try call.text(2))
    var parts: [TaskPart: TransferTask.Data] = [:]
    var texts: [(name: String, texts: [String])] = []
    for part in TaskPart.allCases {
      guard let table = tables[part], table.rowCount > 0 else { continue }
      do {
        let data = try SummaryData(table, source: source, target: target)
        for (name, list) in [(source, data.sources), (target, data.targets)] {
          if let row = list.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) {
            throw TextError.invalidRow(
              row, "column `\(name)` is empty; drop such rows before making a task")
          }
        }
        parts[part] = .summarization(data)
        texts.append((part.rawValue, data.sources))
      } catch let error as TextError {
        throw call.located(error, part, table)
      }
    }
    return try call.task(
      parts, texts: texts,
      summary: SummaryOptions(prefix: call.text(3), maxTarget: call.integer(4)))
  }

  static let overlap = LibraryFunction(
    "overlap", .tasks, "the texts that parts share, exactly or nearly",
    [
      ParameterDeclaration("data", [.task, .split], "a task, or parts from `split`"),
      ParameterDeclaration("text", .text, "for parts: the column of texts", default: .text("text")),
      ParameterDeclaration(
        "threshold", .number, "the share of common word triples from which texts are near",
        default: .number(0.7), in: 0.3...1),
    ],
    result: .table,
    examples: [.init("overlap(task).exact", "[0, 0, 0]")],
    details: "Near duplicates are found by MinHash over triples of words, without case and marks. "
      + "Empty texts are left out."
  ) { call in
    var texts: [(name: String, texts: [String])] = []
    if let object = call[0].asDomain as? TaskObject {
      for part in TaskPart.allCases {
        guard let data = object.task.parts[part] else { continue }
        texts.append((part.rawValue, data.texts))
      }
    } else {
      let tables = try call.split(0).tables
      for part in TaskPart.allCases {
        guard let table = tables[part] else { continue }
        texts.append((part.rawValue, try table.texts(call.text(1))))
      }
    }
    let report = try OverlapReport(texts, threshold: call.number(2))
    return call.table(
      try Table([
        ("first", report.pairs.map { .text($0.first) }),
        ("second", report.pairs.map { .text($0.second) }),
        ("exact", report.pairs.map { .int($0.exact) }),
        ("near", report.pairs.map { .int($0.near) }),
        (
          "example",
          report.pairs.map { $0.examples.first.map { .text($0.text) } ?? DataValue.none }
        ),
      ]))
  }

  static let deduplicate = LibraryFunction(
    "deduplicate", .tasks, "the rows of a table without those whose text was there before",
    [
      ParameterDeclaration("table", .table, "a table"),
      ParameterDeclaration(
        "text", .text, "the column of texts", default: .text("text"), role: .column(of: 0)),
      ParameterDeclaration(
        "threshold", .number,
        "also near duplicates, from this share of common word triples; none: equal texts only",
        default: .none, in: 0.3...1),
    ],
    result: .table, inferred: { Checker.part(of: $0[0]) },
    examples: [
      .init("length(deduplicate(table([{text: \"а\"}, {text: \"б\"}, {text: \"а\"}])))", "2")
    ]
  ) { call in
    let table = try call.table(0).table
    let kept = try Deduplication(
      table.texts(call.text(1)), threshold: call.isNone(2) ? nil : call.number(2)
    ).kept
    return call.table(try table.taking(kept))
  }
}

extension Table {
  /// A column of texts; missing ones are empty, lists of words are joined.
  func texts(_ name: String) throws -> [String] {
    let column = try column(name)
    return (0..<column.count).map { row in
      switch column.value(at: row) {
      case .text(let text): text
      case .list(let words): words.map(\.cellText).joined(separator: " ")
      case let other: other.cellText
      }
    }
  }
}

extension TransferTask.Data {
  /// What to say of class names that differ only in blanks around them or in capital letters.
  static func alike(_ data: TransferTask.Data) -> [String] {
    guard case .classification(let data) = data else { return [] }
    var order: [String] = []
    var groups: [String: [String]] = [:]
    for name in data.labelNames.names {
      let folded = name.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
      if groups[folded] == nil { order.append(folded) }
      groups[folded, default: []].append("\"\(name)\"")
    }
    return order.compactMap { groups[$0] }.filter { $0.count > 1 }.map { names in
      "the classes \(names.dropLast().joined(separator: ", ")) and \(names.last ?? "") differ only "
        + "in blanks or capital letters"
    }
  }

  /// One text for each example.
  var texts: [String] {
    switch self {
    case .classification(let data): data.texts
    case .tagging(let data): data.tokens.map { $0.joined(separator: " ") }
    case .summarization(let data): data.sources
    }
  }
}

extension Arguments {
  /// The tables of the parts, from a Split or a record of tables.
  func parts(_ index: Int) throws -> [TaskPart: Table] {
    if let object = self[index].asDomain as? SplitObject { return object.tables }
    var parts: [TaskPart: Table] = [:]
    for (name, value) in try fields(index) {
      guard let part = TaskPart(rawValue: name), let table = value.asTable else {
        throw bad(
          index,
          "the parts must be tables named train, validation and test, found \(value.kindName) "
            + "`\(name)`")
      }
      parts[part] = table.table
    }
    return parts
  }

  /// An error about a table, with the part it is in.
  func located(_ error: TextError, _ part: TaskPart, _ table: Table) -> any Error {
    switch error {
    case .noSuchColumn(let name, _): return missingColumn(name, table)
    case .invalidRow(let row, let message), .unknownLabel(let row, let message):
      var advice = ""
      if case .unknownLabel = error {
        advice = "; the train part says what there is: split with `stratify`, or drop such rows"
      }
      let origin = table.origin.map { ", which is \($0.place(of: row))" } ?? ""
      return problem(
        RuntimeRules.badArgument,
        "the \(part.rawValue) part, row \(row)\(origin): \(message)\(advice)")
    default: return problem(RuntimeRules.badArgument, "the \(part.rawValue) part, \(error)")
    }
  }

  /// Whether the parts have what every task needs: something to train on.
  func checkTrain(_ tables: [TaskPart: Table]) throws {
    guard let train = tables[.train] else { return }
    if train.rowCount == 0 { throw bad(0, "the train part has no rows") }
  }

  /// A task with what is to be said of it.
  func task(
    _ parts: [TaskPart: TransferTask.Data], texts: [(name: String, texts: [String])],
    summary: SummaryOptions = SummaryOptions(), warnings: [String] = []
  ) throws -> Value {
    var warnings = warnings
    if texts.reduce(0, { $0 + $1.texts.count }) <= 200_000,
      let shared = try OverlapReport(texts).warning
    {
      warnings.append(shared)
    }
    warnings += parts[.train].map(TransferTask.Data.alike) ?? []
    let mixed = MixedLetters(texts.flatMap(\.texts))
    if mixed.wordCount > 0 {
      let examples = mixed.examples.prefix(3).map(\.marked).joined(separator: ", ")
      warnings.append(
        "\(counted(mixed.wordCount, "word")) \(mixed.wordCount == 1 ? "mixes" : "mix") Cyrillic and "
          + "Latin look-alikes: \(examples)")
    }
    return .object(TaskObject(try TransferTask(parts, summary: summary, warnings: warnings)))
  }

  /// The name of a column that is there.
  func columnName(_ index: Int, _ table: Table) throws -> String {
    let name = try text(index)
    if table.index(of: name) == nil { throw missingColumn(name, table) }
    return name
  }

  /// Classes, or entities of each kind, by a column.
  func strata(of table: Table, column name: String) throws -> Strata {
    let column = try table.column(name)
    if case .mixed(let values) = column.storage,
      values.contains(where: { if case .list = $0 { true } else { false } })
    {
      let data = try TaggingData(
        tokens: values.map { value in
          if case .list(let tags) = value { return tags.map { _ in "x" } }
          return []
        },
        tagTexts: values.map { value in
          if case .list(let tags) = value { return tags.map(\.cellText) }
          return []
        })
      return .counts(data.kindCountsByRow())
    }
    let labels = try LabelNames.found(in: column, called: name)
    return .classes((0..<column.count).map { labels.index(of: column.value(at: $0).cellText) ?? 0 })
  }
}
