// Training: `adapt` and what is done with its runs.

import TLAnalysis
import TLModels
import TLStore
import TLSyntax
import TLTensor
import TLText
import TLTransfer

enum TrainingLibrary {
  static let functions: [LibraryFunction] = [
    adapt, predict, learningRateSearch, runs, run, forget, export,
  ]

  static let adapt = LibraryFunction(
    "adapt", .training, "adapts a donor to a task by a strategy, and remembers the run",
    [
      DonorLibrary.donor0,
      ParameterDeclaration(
        "task", [.task, .list],
        "from `classification`, `tagging` or `summarization`; or a list of tasks, which share "
          + "one encoder", of: .task),
      ParameterDeclaration(
        "strategy", .strategy, "from `lora`, `full_fine_tuning`, …; lora() if not given",
        default: .none),
      ParameterDeclaration(
        "epochs", .integer, "passes over the train part", default: .integer(3), in: 1...100_000),
      ParameterDeclaration(
        "learning_rate", .number, "the highest rate; the strategy's own if not given",
        default: .none, in: 1e-12...100),
      ParameterDeclaration(
        "batch_size", .integer, "texts in a batch", default: .integer(16), in: 1...65_536),
      ParameterDeclaration(
        "seed", .integer, "of new weights, order and dropout", default: .integer(0)),
      ParameterDeclaration(
        "patience", .integer, "epochs without a better validation metric before it stops",
        default: .none, in: 1...100_000),
      ParameterDeclaration(
        "metric", .text, "the validation metric that decides which weights are kept",
        default: .none, choices: metricNames),
      ParameterDeclaration(
        "max_length", .integer, "longer texts are cut, in tokens", default: .none, in: 4...1_000_000
      ),
      ParameterDeclaration(
        "weight_decay", .number, "of all weights but biases and norms", default: .number(0.01),
        in: 0...0.999),
      ParameterDeclaration(
        "warmup_ratio", .number, "the share of steps in which the rate rises",
        default: .number(0.1), in: 0...1),
      ParameterDeclaration(
        "schedule", .text, "how the rate falls", default: .text("linear"),
        choices: TrainingSettings.ScheduleShape.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "clip_norm", [.number, .none], "gradients are scaled down to this norm; none: never",
        default: .number(1), in: 1e-9...1e9),
      ParameterDeclaration(
        "accumulation", .integer, "batches to a step", default: .integer(1), in: 1...65_536),
      ParameterDeclaration(
        "label_smoothing", .number, "the share of the target spread over all classes",
        default: .number(0), in: 0...0.999),
      ParameterDeclaration(
        "dropout", .number, "in place of the donor's own", default: .none, in: 0...0.999),
      ParameterDeclaration(
        "mixout", .number, "the probability of a pretrained weight in a step (Lee et al., 2020)",
        default: .number(0), in: 0...0.999),
      ParameterDeclaration(
        "reinitialized_layers", .integer, "top blocks that begin anew (Zhang et al., 2021)",
        default: .integer(0), in: 0...1000),
      ParameterDeclaration(
        "class_weights", [.text, .list], "\"balanced\", or a number for each label", default: .none,
        choices: ["balanced"]),
      ParameterDeclaration(
        "precision", .text, "of matrix products", default: .text("float32"),
        choices: ["float32", "bf16"]),
      ParameterDeclaration(
        "fresh", .boolean, "trains anew though the run is stored", default: .boolean(false)),
      ParameterDeclaration(
        "sampling", .text, "of several tasks: by their size, or equally often",
        default: .text("size"),
        choices: MultiTaskAdaptation.Sampling.allCases.map(\.rawValue)),
    ],
    result: [.run, .domain],
    inferred: { kinds in
      kinds[1].set == .list ? Kind(.domain) : kinds[1].set == .task ? .run : Kind([.run, .domain])
    },
    examples: [
      .init("trained.strategy.name", "lora"),
      .init("adapt(donor, task, epochs: 2, seed: 1).id == trained.id", "true"),
      .init(
        "let both = adapt(donor, [task, task], epochs: 1)\n"
          + "map(both.runs, run => run.task.kind)", "[\"classification\", \"classification\"]"),
    ],
    details:
      "The same call gives the stored run; a run that was stopped or killed goes on where it "
      + "was. With a validation part the best epoch's weights are kept. Runs live in the folder "
      + ".tl, or where TL_STORE says; a long one is saved on the way every 20 s, or as "
      + "TL_CHECKPOINT_SECONDS says. Ctrl-C at the prompt gives the run as it is, marked "
      + "interrupted; the same call goes on with it. With a list of tasks one encoder gets a head for "
      + "each; `runs` has a run for each task, to be evaluated and compared like any other."
  ) { call in
    let settings = try call.trainingSettings()
    call.machine.tellWarnings(of: call[1])
    if call[1].asList != nil { return try call.adaptToSeveral(settings) }
    let adaptation = Adaptation(
      donor: try call.model(0), task: try call.task(1), strategy: try call.strategyOrLoRA(2),
      settings: settings)
    try call.checkPatience(settings, [adaptation.task])
    defer { call.machine.notify(.done) }
    let run = try adaptation.run(
      store: call.machine.store(), fresh: call.boolean(21),
      checkpointSeconds: call.machine.checkpointSeconds, isStopped: call.isStopped
    ) { call.show($0) }
    try call.ended(
      adaptation.title, id: run.shortID, seconds: run.facts.trainSeconds,
      wasStored: run.wasStored, isInterrupted: run.facts.isInterrupted)
    return .object(RunObject(run))
  }

  private static let metricNames = ["loss", "perplexity"] + taskMetrics

  /// The metrics of all tasks.
  static let taskMetrics: [String] = {
    var seen: Set<String> = []
    return
      (MetricRegistry.names(for: .classification)
      + MetricRegistry.names(for: .tagging)
      + MetricRegistry.names(for: .summarization)).filter { seen.insert($0).inserted }
  }()

  static let run0 = ParameterDeclaration("run", .run, "a run from `adapt`")

  static let predict = LibraryFunction(
    "predict", .training, "what an adapted model says of a text, or of several",
    [
      ParameterDeclaration(
        "run", [.run, .calibration, .model],
        "a run from `adapt`, a calibrated one from `calibrate`, or a model with a head of its own"),
      ParameterDeclaration(
        "text", [.text, .list],
        "a text, or a list of texts, which for tags are cut into words; for tags also a list of "
          + "lists of words", of: [.text, .list]),
    ],
    result: [.record, .table, .text],
    inferred: { _ in Kind([.record, .table, .text]) },
    examples: [.init("predict(trained, \"Банк снизил ставку\").label in task.labels", "true")],
    details:
      "For a summarization: the text that it writes, for several a table; `generate` has more "
      + "to say on how. For a class: a record of the label and the probability of every class; for several "
      + "texts a table. For tags: a table with the words, their tags and the tags' probabilities; words "
      + "of your own, such as `predict(run, parts.test.tokens)`, stay as they are. The column of a class "
      + "called `text` or `label` is `probability text`, `probability label`. A "
      + "model that was published with its head, such as a run that was exported, predicts the labels "
      + "of its config.json."
  ) { call in
    let words = try call.wordLists(1)
    let texts = try words == nil ? call.texts(1) : []
    if let model = call[0].asDomain as? ModelObject {
      let head = try model.donor.publishedHead()
      return try predicted(call, texts, words, head.predictor, head.task, head.labels)
    }
    let calibrated = call[0].asDomain as? CalibrationObject
    let run = try calibrated?.run ?? call.run(0)
    if words != nil, run.adaptation.task.kind != .tagging {
      throw noWords(call, run.adaptation.task.kind)
    }
    if run.adaptation.task.kind == .summarization {
      let found = try GenerationLibrary.write(
        call, run.textWriter(), texts, run.generationSettings
      ).map { $0.first?.text ?? "" }
      if call[1].asText != nil { return .text(found.first ?? "") }
      return call.table(
        try Table([
          ("text", texts.map { .text($0) }), ("written", found.map { .text($0) }),
        ]))
    }
    var predictor = try run.predictor()
    predictor.calibration = calibrated?.calibration
    return try predicted(
      call, texts, words, predictor, run.adaptation.task.kind, run.adaptation.task.labels)
  }

  private static func noWords(_ call: Arguments, _ task: EncoderTask) -> Problem {
    call.bad(
      1,
      "lists of words are for tagging, this is a \(task.rawValue): give texts, as `join` makes "
        + "them")
  }

  /// Classes or tags of texts as values.
  private static func predicted(
    _ call: Arguments, _ texts: [String], _ words: [[String]]?, _ predictor: Predictor,
    _ task: EncoderTask, _ labels: [String]
  ) throws -> Value {
    guard task == .tagging else {
      if words != nil { throw noWords(call, task) }
      let found = try predictor.classes(texts)
      if call[1].asText != nil, let only = found.first {
        return call.record([
          ("label", .text(labels[only.best])),
          (
            "probabilities",
            call.record(zip(labels, only.probabilities).map { ($0, .number($1)) })
          ),
        ])
      }
      var columns: [(name: String, values: [DataValue])] = [
        ("text", texts.map { .text($0) }),
        ("label", found.map { .text(labels[$0.best]) }),
      ]
      for (index, label) in labels.enumerated() {
        columns.appendClass(label, found.map { .number($0.probabilities[index]) })
      }
      return call.table(try Table(columns))
    }
    let found = try words.map { try predictor.tags(words: $0) } ?? predictor.tags(texts)
    var columns: [(name: String, values: [DataValue])] = []
    if call[1].asText == nil {
      columns.append(
        ("text", found.enumerated().flatMap { row, words in words.map { _ in .int(row) } }))
    }
    let all = found.flatMap { $0 }
    columns.append(("word", all.map { .text($0.word) }))
    columns.append(("tag", all.map { .text(labels[$0.tag]) }))
    columns.append(("probability", all.map { .number($0.probability) }))
    return call.table(try Table(columns))
  }

  static let learningRateSearch = LibraryFunction(
    "learning_rate_search", .training, "learning rates for a strategy, tried in short runs",
    [
      DonorLibrary.donor0,
      ParameterDeclaration("task", .task, "a task with a validation part"),
      ParameterDeclaration("strategy", .strategy, "lora() if not given", default: .none),
      ParameterDeclaration(
        "rates", .list, "the rates to try; seven around the strategy's own if not given",
        of: .number, default: .none),
      ParameterDeclaration(
        "steps", .integer, "of each short run", default: .integer(60), in: 5...100_000),
      ParameterDeclaration(
        "batch_size", .integer, "texts in a batch", default: .integer(16), in: 1...65_536),
      ParameterDeclaration("seed", .integer, "of the runs", default: .integer(0)),
    ],
    result: .table,
    examples: [
      .init(
        "learning_rate_search(donor, task, rates: [1e-4, 1e-3], steps: 5) |> length", "2")
    ],
    details: "A table with the best rate first, by the validation loss: "
      + "`learning_rate_search(…)[0].learning_rate`. A rate at which training diverged comes last, "
      + "with the reason. The short runs are stored like any other."
  ) { call in
    var settings = TrainingSettings()
    settings.batchSize = try call.integer(5)
    settings.seed = try call.seed(6)
    let adaptation = Adaptation(
      donor: try call.model(0), task: try call.task(1), strategy: try call.strategyOrLoRA(2),
      settings: settings)
    let rates = try call.given(3) { try call.numbers($0).doubles }
    if rates?.isEmpty == true { throw call.bad(3, "`rates` is empty") }
    if let bad = rates?.first(where: { !($0 > 0 && $0 < 100) }) {
      throw call.bad(3, "a learning rate is above 0 and below 100, found \(display(number: bad))")
    }
    let search = LearningRateSearch(adaptation, rates: rates, steps: try call.integer(4))
    let machine = call.machine
    defer { machine.notify(.done) }
    let trials = try search.run(store: machine.store(), isStopped: call.isStopped) { index in
      machine.notify(
        .progress(
          label: "rate \(index + 1)/\(search.rates.count)",
          share: Double(index) / Double(max(1, search.rates.count)),
          details: [display(number: search.rates[index])]))
    }
    func number(_ value: Double) -> DataValue { value.isNaN ? .none : .number(value) }
    return call.table(
      try Table([
        ("learning_rate", trials.map { .number($0.learningRate) }),
        ("train_loss", trials.map { number($0.trainLoss) }),
        ("validation_loss", trials.map { number($0.validationLoss) }),
        (
          adaptation.task.kind == .summarization
            ? "perplexity" : adaptation.task.headline.name,
          trials.map { number($0.metric) }
        ),
        ("failure", trials.map { $0.failure.map { .text($0) } ?? DataValue.none }),
      ]))
  }

  static let export = LibraryFunction(
    "export", .training, "a run as a folder for other programs: weights, tokenizer, configuration",
    [
      ParameterDeclaration(
        "run", [.run, .study, .domain],
        "a run from `adapt`, of one task or of several; for logs also a study"),
      ParameterDeclaration("folder", .text, "the folder, which is made", role: .output),
      ParameterDeclaration(
        "layout", .text,
        "auto: peft for lora, adapterhub for adapters, else huggingface; tensorboard and mlflow are "
          + "logs",
        default: .text("auto"),
        choices: ExportLayout.allCases.map(\.rawValue) + TrackingExport.layouts),
    ],
    result: .text,
    examples: [
      .init("export(trained, path_join(temporary_folder(), \"tl-example-export\"))", "peft"),
      .init(
        "let both = adapt(donor, [task, task], epochs: 1)\n"
          + "let folder = path_join(temporary_folder(), \"tl-example-tasks\")\n"
          + "export(both, folder, layout: \"huggingface\")\n"
          + "model(path_join(folder, \"classification_2\")).family", "bert"),
    ],
    details: "With layout \"huggingface\" the updates of lora are merged into a whole model, "
      + "written as safetensors and as a PyTorch file. run.json and history.json say how it was made. "
      + "A run of several tasks becomes a folder for each of them, by its name in `tasks`, each with "
      + "the shared encoder and the head of its task: what the layout's library loads for that task. "
      + "\"tensorboard\" writes event files, \"mlflow\" adds to a folder mlruns; both take a study "
      + "too. Gives the layout."
  ) { call in
    let layout = try call.text(2)
    if TrackingExport.layouts.contains(layout) {
      try call.exportLogs(layout)
      return .text(layout)
    }
    guard !call[0].isOf(.study) else {
      throw call.bad(0, "of a study logs are exported: layout: \"tensorboard\" or \"mlflow\"")
    }
    let kind = ExportLayout(rawValue: layout) ?? .auto
    if let several = call[0].asDomain as? MultiTaskObject {
      return .text(try several.run.export(to: call.path(1), layout: kind).rawValue)
    }
    return .text(try call.run(0).export(to: call.path(1), layout: kind).rawValue)
  }

  static let runs = LibraryFunction(
    "runs", .training, "the stored runs, newest first",
    [
      ParameterDeclaration("kind", .text, "only these, e.g. \"adapt\"", default: .none),
      ParameterDeclaration("title", .text, "only runs whose title holds this", default: .none),
    ],
    result: .table,
    inferred: { _ in
      .table([
        Kind.Field("id", .text), Kind.Field("kind", .text), Kind.Field("title", .text),
        Kind.Field("state", .text), Kind.Field("task", Kind([.text, .none])),
        Kind.Field("learning_rate", Kind([.number, .none])),
        Kind.Field("epochs", Kind([.integer, .none])), Kind.Field("metric", Kind([.text, .none])),
        Kind.Field("value", Kind([.number, .none])), Kind.Field("created", .text),
        Kind.Field("seconds", .number), Kind.Field("megabytes", .number),
      ])
    },
    examples: [
      .init(
        "runs() |> columns",
        "[\"id\", \"kind\", \"title\", \"state\", \"task\", \"learning_rate\", \"epochs\", \"metric\", "
          + "\"value\", \"created\", \"seconds\", \"megabytes\"]")
    ],
    details: "`value` is that of `metric` on the test part, or else on the validation part; none "
      + "where there is neither."
  ) { call in
    var filter = RunFilter()
    if !call.isNone(0) { filter.kind = try call.text(0) }
    if !call.isNone(1) { filter.title = try call.text(1) }
    let found = try call.machine.store().runs(filter)
    let reached = found.map(\.reached)
    let metrics = reached.map { found -> DataValue in found.map { .text($0.metric) } ?? .none }
    let values = reached.map { found -> DataValue in found.map { .number($0.value) } ?? .none }
    return call.table(
      try Table([
        ("id", found.map { .text($0.shortID) }),
        ("kind", found.map { .text($0.kind) }),
        ("title", found.map { .text($0.title) }),
        ("state", found.map { .text($0.state.rawValue) }),
        ("task", found.map { run in run.task.map { .text($0) } ?? .none }),
        ("learning_rate", found.map { run in run.learningRate.map { .number($0) } ?? .none }),
        ("epochs", found.map { run in run.epochs.map { .int($0) } ?? .none }),
        ("metric", metrics), ("value", values),
        ("created", found.map { .text(Duration.date($0.created)) }),
        ("seconds", found.map { .number(($0.seconds * 10).rounded() / 10) }),
        ("megabytes", found.map { .number((Double($0.bytes) / 1e5).rounded() / 10) }),
      ]))
  }

  static let run = LibraryFunction(
    "run", .training, "a stored run by the beginning of its id",
    [ParameterDeclaration("id", .text, "the first digits of the id, as `runs` shows them")],
    result: Kind([.run, .model]),
    examples: [.init("run(trained.id).strategy.name", "lora")],
    details: "Of a run of `pretrain` it gives the model."
  ) { call in
    let store = try call.machine.store()
    let stored = try store.run(prefix: call.text(0))
    if stored.kind == "pretrain" {
      return .object(PretrainedObject(try PretrainedRun(stored, wasStored: true)))
    }
    return .object(
      RunObject(try AdaptedRun(stored, store: store) { try DonorLocator().locate($0) }))
  }

  static let forget = LibraryFunction(
    "forget", .training, "removes stored runs; gives the bytes that became free",
    [
      ParameterDeclaration(
        "run", [.text, .run, .list], "a run, the first digits of its id, or a list of these",
        of: [.text, .run])
    ],
    result: .integer,
    examples: [
      .init("forget(adapt(donor, task, epochs: 1, seed: 9).id) > 0", "true"),
      .init(
        "let two = map([7, 8], seed => adapt(donor, task, epochs: 1, seed: seed))\n"
          + "forget(two) > 0", "true"),
    ],
    details: "Where one of a list is not there, none is removed."
  ) { call in
    let store = try call.machine.store()
    var ids: [String] = []
    // The runs of one call of `adapt` for several tasks are one in the store.
    var seen: Set<String> = []
    for value in call[0].asList?.elements ?? [call[0]] {
      try call.checkCancellation()
      var prefix = value.asText?.string ?? ""
      if let object = value.asDomain as? RunObject {
        guard let stored = object.run.stored else { throw call.bad(0, "the run is not stored") }
        prefix = stored.id
      }
      let id = try store.run(prefix: prefix).id
      if seen.insert(id).inserted { ids.append(id) }
    }
    return .integer(try ids.reduce(0) { try $0 + store.forget(prefix: $1) })
  }
}

extension RunSummary {
  /// The headline of the task on the test part, or else on the validation part.
  fileprivate var reached: (metric: String, value: Double)? {
    let metrics = metrics
    for part in [TaskPart.test, .validation] {
      guard let found = metrics[part.rawValue] else { continue }
      for name in Self.headlines {
        if let value = found[name]?.number { return (name, value) }
      }
    }
    return nil
  }

  /// A run has one of them; texts are not written while it trains, which leaves the loss.
  private static let headlines =
    TaskKind.allCases.map { MetricRegistry.headline(for: $0).name } + ["loss"]
}

extension Array where Element == (name: String, values: [DataValue]) {
  /// Adds the column of a class; one that is called like a column before it becomes `probability …`.
  mutating func appendClass(_ label: String, _ values: [DataValue]) {
    var name = label
    while contains(where: { bytesEqual($0.name, name) }) { name = "probability " + name }
    append((name, values))
  }
}

extension Arguments {
  /// The words of each text where a list holds lists; nil for texts.
  func wordLists(_ index: Int) throws -> [[String]]? {
    guard let elements = self[index].asList?.elements,
      elements.contains(where: { $0.asList != nil })
    else { return nil }
    return try elements.enumerated().map { position, element in
      guard let words = element.asList?.elements.map({ $0.asText?.string }),
        words.allSatisfy({ $0 != nil })
      else {
        throw bad(
          index,
          "`\(function.parameters[index].name)` must hold lists of words like the others, found "
            + "\(element.inWords) at position \(position)")
      }
      return words.compactMap { $0 }
    }
  }
}

/// Times for people.
enum Duration {
  /// `0:38`, `1:02:05`.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e8 else { return "∞" }
    let whole = Int(seconds.rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    let tail = "\(rest < 10 ? "0" : "")\(rest)"
    if hours == 0 { return "\(minutes):\(tail)" }
    return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)"
  }

  /// `2026-11-23 12:05:41`, UTC.
  static func date(_ unix: Double) -> String {
    let seconds = Int(unix)
    return DateObject(days: seconds / 86_400, seconds: seconds % 86_400).description
  }
}
