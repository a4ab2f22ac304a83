// Prompting: what a model knows of a task before any training, and what a few examples add to that.

import TLAnalysis
import TLSyntax
import TLText
import TLTransfer

enum PromptLibrary {
  static let functions: [LibraryFunction] = [zeroShot, fewShot]

  static let zeroShot = LibraryFunction(
    "zero_shot", .evaluation, "classes of texts by the words a masked model expects, untrained",
    [
      DonorLibrary.donor0,
      ParameterDeclaration(
        "texts", [.list, .text, .task], "texts, or a task, whose part is evaluated", of: .text),
      ParameterDeclaration(
        "templates", [.text, .list], "with [text] and [label], e.g. \"[text] Это [label].\"",
        of: .text),
      ParameterDeclaration(
        "labels", [.list, .record],
        "the words of the classes; a record of class and word, or class and list of words"),
      ParameterDeclaration(
        "calibrated", .boolean, "takes off what the model expects without a text",
        default: .boolean(false)),
      ParameterDeclaration(
        "part", .text, "of a task", default: .text("test"), choices: ["validation", "test"]),
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap, for a task", default: .integer(1000),
        in: 100...1_000_000),
      ParameterDeclaration("seed", .integer, "of the resamples", default: .integer(0)),
    ],
    result: [.table, .evaluation],
    inferred: { kinds in
      kinds[1].set == .task
        ? .evaluation
        : kinds[1].set.contains(.task) ? Kind([.table, .evaluation]) : .table
    },
    examples: [
      .init(
        "zero_shot(donor, [\"рынок вырос\"], \"[text] Это [label].\", [\"хорошо\", \"плохо\"]) "
          + "|> columns", "[\"text\", \"label\", \"хорошо\", \"плохо\"]"),
      .init(
        "zero_shot(donor, task, \"[text] Это [label].\", "
          + "{positive: [\"хорошо\", \"рост\"], negative: \"плохо\"}).n", "\(Prelude.testRows)"),
    ],
    details:
      "The pieces of a word are hidden one by one and their log-probabilities added; the words "
      + "of a class count by their mean probability, templates by theirs. With `calibrated`, the score "
      + "with an empty text is subtracted. For texts a table of label and probabilities, in which the "
      + "column of a class called `text` or `label` is `probability text`, `probability label`; for a "
      + "task an Evaluation, to be compared with those of runs."
  ) { call in
    let donor = try call.model(0)
    guard call[1].asDomain is TaskObject else {
      let texts = try call.texts(1)
      let labels = try words(call, 3)
      let shot = try ZeroShot(
        donor, templates: call.texts(2), labels: labels, calibrates: call.boolean(4))
      let found = try shot.probabilities(texts, isStopped: call.isStopped)
      var columns: [(name: String, values: [DataValue])] = [
        ("text", texts.map { .text($0) }),
        (
          "label",
          found.map { row in
            .text(labels[row.indices.dropFirst().reduce(0) { row[$1] > row[$0] ? $1 : $0 }].name)
          }
        ),
      ]
      for (index, label) in labels.enumerated() {
        columns.appendClass(label.name, found.map { .number($0[index]) })
      }
      return call.table(try Table(columns))
    }
    return .object(
      try evaluation(
        call, donor, try call.task(1), part: call.part(5), templates: 2, labels: 3,
        calibrates: call.boolean(4), resamples: call.integer(6), seed: call.seed(7)))
  }

  /// The classes with their words, in argument `index`.
  private static func words(
    _ call: Arguments, _ index: Int
  ) throws -> [(name: String, words: [String])] {
    guard call[index].asRecord != nil else { return try call.texts(index).map { ($0, [$0]) } }
    return try call.fields(index).map { name, value in
      if let word = value.asText { return (name, [word.string]) }
      guard let list = value.asList else {
        throw call.bad(
          index, "the label `\(name)` needs a word or a list of words, found \(value.kindName)")
      }
      return (
        name,
        try list.elements.map { word in
          guard let text = word.asText else {
            throw call.bad(index, "the words of `\(name)` must be texts, found \(word.kindName)")
          }
          return text.string
        }
      )
    }
  }

  /// What prompts reach on a part of a task; `templates` and `labels` are numbers of arguments.
  private static func evaluation(
    _ call: Arguments, _ donor: Donor, _ task: TransferTask, part: TaskPart, templates: Int,
    labels index: Int, calibrates: Bool, resamples: Int, seed: UInt64
  ) throws -> EvaluationObject {
    let data = try task.classification(part)
    let labels =
      call.isNone(index) ? task.labels.map { ($0, [$0]) } : try words(call, index)
    let ordered = try task.labels.map { name in
      guard let found = labels.first(where: { $0.0 == name }) else {
        throw call.bad(index, "the task has the label `\(name)`, `labels` has no word for it")
      }
      return (name: found.0, words: found.1)
    }
    if let extra = labels.first(where: { !task.labels.contains($0.0) }) {
      throw call.bad(index, "the task has no label `\(extra.0)`")
    }
    let shot = try ZeroShot(
      donor, templates: call.texts(templates), labels: ordered, calibrates: calibrates)
    let found = try shot.probabilities(data.texts, isStopped: call.isStopped)
    return try EvaluationObject(
      title: "zero-shot \(donor.shortName)", part: part, task: task,
      predictions: .classes(
        try ClassPredictions(
          gold: data.labels, probabilities: found.flatMap { $0 }, classes: task.labels.count)),
      resamples: resamples, seed: seed)
  }

  static let fewShot = LibraryFunction(
    "few_shot", .evaluation,
    "what adaptation on few examples reaches on the test part, beside prompts without any",
    [
      DonorLibrary.donor0,
      ParameterDeclaration("task", .task, "of classes or tags, with a test part"),
      ParameterDeclaration(
        "n", .integer, "examples of the train part, of all classes in equal shares",
        default: .integer(100), in: 1...1_000_000),
      ParameterDeclaration(
        "strategy", .strategy, "from `lora`, `full_fine_tuning`, …; lora() if not given",
        default: .none),
      ParameterDeclaration(
        "seeds", [.list, .range], "of the choice of examples and of training; 1..5 if not given",
        of: .integer, default: .none),
      ParameterDeclaration(
        "templates", [.text, .list],
        "for the row of `zero_shot`, with [text] and [label]; no such row if not given",
        of: .text, default: .none),
      ParameterDeclaration(
        "labels", [.list, .record],
        "the words of the classes, as for `zero_shot`; their names if "
          + "not given", default: .none),
      ParameterDeclaration(
        "metric", .text, "what is measured; the task's headline if not given", default: .none,
        choices: TrainingLibrary.taskMetrics),
      ParameterDeclaration(
        "epochs", .integer, "passes over the examples", default: .integer(10), in: 1...100_000),
      ParameterDeclaration(
        "learning_rate", .number, "the highest rate; the strategy's own if not given",
        default: .none, in: 1e-12...100),
      ParameterDeclaration(
        "batch_size", .integer, "texts in a batch", default: .integer(8), in: 1...65_536),
      ParameterDeclaration(
        "max_length", .integer, "longer texts are cut, in tokens", default: .none, in: 4...1_000_000
      ),
      ParameterDeclaration(
        "calibrated", .boolean, "for `zero_shot`: takes off what the model expects without a text",
        default: .boolean(false)),
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap, for `zero_shot`", default: .integer(1000),
        in: 100...1_000_000),
    ],
    result: .table,
    examples: [
      .init(
        "let found = few_shot(donor, task, n: 8, seeds: 1..3, epochs: 1,\n"
          + "  templates: \"[text] Это [label].\", "
          + "labels: {positive: \"хорошо\", negative: \"плохо\"})\n"
          + "[found.method, found.examples, found.seeds]",
        "[[\"zero-shot\", \"few-shot\"], [0, 8], [0, 3]]"),
      .init(
        "few_shot(donor, task, n: 8, seeds: 1..2, epochs: 1) |> columns",
        "[\"method\", \"strategy\", \"examples\", \"seeds\", \"macro_f1\", \"lower\", \"upper\"]"),
      .init("few_shot(donor, task, n: 8, seeds: 1..2, epochs: 1).upper", "[none]"),
    ],
    details: "A table of two rows. Few-shot: the mean over the seeds with Student's 95% interval, "
      + "within the bounds of the metric, which needs three seeds; each seed has its own choice of examples and its own new weights. Zero-shot: the value with "
      + "its interval by bootstrap over the texts. Only the chosen examples are seen: the last epoch's "
      + "weights are measured, not those that a validation part would choose. The runs are stored "
      + "like any other."
  ) { call in
    let donor = try call.model(0)
    let task = try call.task(1)
    guard task.kind != .summarization else {
      throw call.bad(1, "few_shot is for classes and tags, this is a summarization")
    }
    guard let train = task.parts[.train], let test = task.parts[.test], test.count > 0 else {
      throw call.bad(1, "few_shot measures on the test part, the task has none")
    }
    let count = try call.integer(2)
    guard count <= train.count else {
      throw call.bad(2, "the train part has \(train.count) examples, \(count) were asked for")
    }
    guard !call.isNone(5) || call.isNone(6) else {
      throw call.bad(6, "`labels` are for the row of zero_shot, which needs `templates`")
    }
    let metric =
      try call.given(7) { try MetricRegistry.named(call.text($0), for: task.taskKind) }
      ?? task.headline
    let seeds = call.isNone(4) ? Array(1...5) : try call.wholeNumbers(4)
    if let twice = seeds.indices.first(where: { seeds[..<$0].contains(seeds[$0]) }) {
      throw call.bad(4, "the seed \(seeds[twice]) comes twice, which tells nothing of the spread")
    }
    var settings = TrainingSettings()
    settings.epochs = try call.integer(8)
    settings.learningRate = try call.given(9, call.number)
    settings.batchSize = try call.integer(10)
    settings.maxLength = try call.given(11, call.integer)
    let strategy = try call.strategyOrLoRA(3)
    defer { call.machine.notify(.done) }
    // What costs no training is wrong first.
    let zero =
      try call.isNone(5)
      ? nil
      : evaluation(
        call, donor, task, part: .test, templates: 5, labels: 6, calibrates: call.boolean(12),
        resamples: call.integer(13), seed: 0)
    var values: [Double] = []
    for (number, seed) in seeds.enumerated() {
      let rows = try Sampling.sample(
        count, of: train.count, strata: train.strata, seed: UInt64(bitPattern: Int64(seed)))
      settings.seed = UInt64(bitPattern: Int64(seed))
      let run = try Adaptation(
        donor: donor, task: TransferTask([.train: train.taking(rows), .test: test]),
        strategy: strategy, settings: settings
      ).run(
        store: call.machine.store(), checkpointSeconds: call.machine.checkpointSeconds,
        isStopped: call.isStopped
      ) { call.show($0, label: "seed \(number + 1)/\(seeds.count) · ") }
      guard !run.facts.isInterrupted else { throw Interruption(isStepLimit: false) }
      guard let value = run.metric(metric.name, .test) else {
        throw call.bad(7, "the runs have no metric `\(metric.name)`")
      }
      values.append(value)
    }
    var rows: [(method: String, strategy: String, examples: Int, seeds: Int, found: Estimate)] = []
    if let zero = zero?.estimates.first(where: { $0.name == metric.name })?.estimate {
      rows.append(("zero-shot", "", 0, 0, zero))
    }
    rows.append(
      ("few-shot", strategy.call, count, seeds.count, try Estimate(values).ofSeeds(metric.name)))
    if seeds.count == 2 {
      call.machine.notify(.note("few_shot: an interval needs three seeds, there are two"))
    }
    func limit(_ value: (Interval) -> Double) -> [DataValue] {
      rows.map { $0.found.interval.map { .number(value($0)) } ?? DataValue.none }
    }
    return call.table(
      try Table([
        ("method", rows.map { .text($0.method) }),
        ("strategy", rows.map { $0.strategy.isEmpty ? DataValue.none : .text($0.strategy) }),
        ("examples", rows.map { .int($0.examples) }), ("seeds", rows.map { .int($0.seeds) }),
        (metric.name, rows.map { .number($0.found.mean) }), ("lower", limit(\.lower)),
        ("upper", limit(\.upper)),
      ]))
  }
}

extension Arguments {
  /// The whole numbers of a list or range that is not empty.
  func wholeNumbers(_ index: Int) throws -> [Int] {
    guard case .integers(let values) = try numbers(index) else {
      throw bad(index, "`\(function.parameters[index].name)` must hold whole numbers")
    }
    guard !values.isEmpty else { throw empty(index) }
    return values
  }
}
