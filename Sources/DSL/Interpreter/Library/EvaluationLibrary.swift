// Evaluation: what a run is worth, and whether another one is worth more.

import TLAnalysis
import TLSyntax
import TLText
import TLTransfer

enum EvaluationLibrary {
  static let functions: [LibraryFunction] = [
    evaluate, compare, confusion, tfidfBaseline, crfBaseline,
  ]

  private static let part = ParameterDeclaration(
    "part", .text, "which part of the task", default: .text("test"),
    choices: ["train", "validation", "test"])
  private static let resamples = ParameterDeclaration(
    "resamples", .integer, "of the bootstrap", default: .integer(1000), in: 100...1_000_000)
  private static let seed = ParameterDeclaration(
    "seed", .integer, "of the resamples", default: .integer(0))

  static let evaluate = LibraryFunction(
    "evaluate", .evaluation, "all metrics of a run on a part, with their 95% intervals",
    [
      ParameterDeclaration(
        "run", [.run, .calibration], "a run from `adapt`, or a calibrated one from `calibrate`"),
      part, resamples, seed,
    ],
    result: Kind(.evaluation),
    examples: [
      .init("evaluate(trained).n", "\(Prelude.testRows)"),
      .init(
        "keys(evaluate(trained).intervals.accuracy)",
        "[\"metric\", \"value\", \"lower\", \"upper\"]"),
      .init(
        "evaluate(trained).predictions |> columns",
        "[\"text\", \"gold\", \"predicted\", \"probability\", \"right\"]"),
    ],
    details:
      "Intervals are by bootstrap over the examples: percentiles, for ECE and MCE, which resamples "
      + "raise, basic ones (Davison & Hinkley, 1997, section 5.2; Efron & Tibshirani, 1993, chapters 13 "
      + "and 14). `metrics` is a table of all, `intervals` a "
      + "record with each, such as `intervals.accuracy.lower`, `classes` a table of "
      + "precision, recall and F1 by class, `confusion` of the confusions; for tags `entities`. "
      + "`predictions` is a table of each text or, for tags, each word, with `gold`, `predicted` and "
      + "whether it is `right`. A "
      + "summarization is measured by the texts that the run writes, greedily, which are kept: "
      + "`texts` is a table of them, as `predictions` is."
  ) { call in
    let part = try call.part(1)
    let (title, task, predictions) = try call.measured(0, part)
    return .object(
      try EvaluationObject(
        title: title, part: part, task: task, predictions: predictions,
        resamples: call.integer(2), seed: call.seed(3), runID: call.runID(0)))
  }

  static let compare = LibraryFunction(
    "compare", .evaluation, "whether two runs differ on the same examples beyond chance",
    [
      ParameterDeclaration(
        "first", [.run, .evaluation, .calibration, .domain],
        "a run, calibrated or not, an evaluation, or the result of `rouge`"),
      ParameterDeclaration(
        "second", [.run, .evaluation, .calibration, .domain], "another one of the same task"),
      ParameterDeclaration(
        "metric", .text, "what is compared; the task's headline if not given", default: .none,
        choices: TrainingLibrary.taskMetrics),
      part,
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap", default: .integer(2000), in: 100...1_000_000),
      seed,
    ],
    result: .any,
    examples: [
      .init("compare(trained, trained).distinguishable", "false"),
      .init(
        "let written = [\"кошка спит\", \"рынок вырос\"]\n"
          + "let wanted = [\"кошка не спит\", \"рынок вырос\"]\n"
          + "compare(rouge(written, wanted), rouge(wanted, wanted)).second", "1.0"),
    ],
    details: "By paired bootstrap over the examples and, for classes, McNemar's exact test. With "
      + "the result of `rouge` the other is one too, or a run of a summarization with the same references, "
      + "such as `compare(run, rouge(extractive_summary(task.test.source), task.test.target))`; "
      + "`metric` is then rouge_l if not given."
  ) { call in
    let part = try call.part(3)
    if [call[0], call[1]].contains(where: { $0.asDomain is ROUGEObject }) {
      return .object(try call.comparedROUGE(part))
    }
    let a = try call.measured(0, part)
    let b = try call.measured(1, part)
    func print(_ task: TransferTask) -> JSON? {
      task.fingerprints.first { $0.key == part.rawValue }?.value
    }
    guard a.task.kind == b.task.kind, a.predictions.count == b.predictions.count,
      print(a.task) == print(b.task)
    else {
      throw call.bad(
        1,
        "the two were not measured on the same examples; make both from one split of the same data")
    }
    let metric =
      call.isNone(2)
      ? a.task.headline : try MetricRegistry.named(call.text(2), for: a.task.taskKind)
    return .object(
      try ComparisonObject(
        call.named(0, a.title), call.named(1, b.title), metric: metric, a.predictions,
        b.predictions, resamples: call.integer(4), seed: call.seed(5)))
  }

  static let confusion = LibraryFunction(
    "confusion", .evaluation, "how often a class was taken for another",
    [ParameterDeclaration("run", [.run, .evaluation], "a run, or an evaluation"), part],
    result: .table,
    examples: [
      .init(
        "confusion(trained) |> columns",
        "[\"class\", \"predicted negative\", \"predicted positive\"]")
    ]
  ) { call in
    let (title, task, predictions) = try call.measured(0, call.part(1))
    let evaluation = try EvaluationObject(
      title: title, part: .test, task: task, predictions: predictions, resamples: 100, seed: 0)
    guard let table = try evaluation.confusionTable() else {
      throw call.bad(
        0, "a confusion is of classes, this is a task of tags: `evaluate` tells them by kind")
    }
    return call.table(table)
  }

  static let tfidfBaseline = LibraryFunction(
    "tfidf_baseline", .evaluation,
    "the classical row of a comparison of classifiers: TF-IDF with a linear model",
    [
      ParameterDeclaration("task", .task, "a task of classification"),
      ParameterDeclaration(
        "model", .text, "the linear model", default: .text("logistic_regression"),
        choices: LinearModel.Kind.allCases.map(\.rawValue)),
      part,
      ParameterDeclaration(
        "features", .text,
        "what is counted: words and pairs of them, two to five characters within words, or both",
        default: .text("both"), choices: TextBaseline.Features.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "c", .number, "the inverse of the penalty; the best on the validation part if not given",
        default: .none, in: 1e-6...1e6),
    ],
    result: Kind(.evaluation),
    examples: [.init("tfidf_baseline(task).n", "\(Prelude.testRows)")],
    details:
      "It learns from the train part alone, as a run does. `compare(run, tfidf_baseline(task))` says "
      + "whether a run is better."
  ) { call in
    let task = try call.task(0)
    let part = try call.part(2)
    guard case .classification(let train)? = task.parts[.train],
      case .classification(let measured)? = task.parts[part]
    else {
      throw call.bad(
        0,
        task.kind == .tagging
          ? "the baseline is for classification; for a task of tags there is `crf_baseline`"
          : "the task has no \(part.rawValue) part")
    }
    var validation: ClassificationData?
    if case .classification(let data)? = task.parts[.validation] { validation = data }
    let kind = LinearModel.Kind(rawValue: try call.text(1)) ?? .logisticRegression
    let model = try TextBaseline.fit(
      kind, train, features: TextBaseline.Features(rawValue: call.text(3)) ?? .both,
      c: call.isNone(4) ? nil : call.number(4), validation: validation,
      isCancelled: call.isCancelled)
    let name = kind == .linearSVM ? "linear SVM" : "logistic regression"
    return .object(
      try EvaluationObject(
        title: "TF-IDF + \(name), C = \(display(number: model.c))", part: part, task: task,
        predictions: .classes(model.predictions(measured)), resamples: 1000, seed: 0))
  }

  static let crfBaseline = LibraryFunction(
    "crf_baseline", .evaluation,
    "the classical row of a comparison of taggers: a conditional random field",
    [
      ParameterDeclaration("task", .task, "a task of tagging"), part,
      ParameterDeclaration(
        "penalty", .number, "the weight of half the squared norm of the weights",
        default: .number(TagBaseline.defaultPenalty), in: 1e-6...1e6),
    ],
    result: Kind(.evaluation),
    examples: [
      .init(
        "let t = table([{tokens: [\"Анна\", \"дома\"], ner_tags: [\"B-PER\", \"O\"]}])\n"
          + "crf_baseline(tagging({train: t, test: t})).entity_f1", "1.0")
    ],
    details: "It sees words, their beginnings, endings and shapes, and those of their neighbours "
      + "(Lafferty et al., 2001), and learns from the train part alone, as a run does."
  ) { call in
    let task = try call.task(0)
    let part = try call.part(1)
    guard case .tagging(let train)? = task.parts[.train],
      case .tagging(let measured)? = task.parts[part]
    else {
      throw call.bad(
        0,
        task.kind == .classification
          ? "the baseline is for tags; for a task of classification there is `tfidf_baseline`"
          : "the task has no \(part.rawValue) part")
    }
    let model = try TagBaseline.fit(
      train, penalty: call.number(2), isCancelled: call.isCancelled)
    return .object(
      try EvaluationObject(
        title: "CRF", part: part, task: task, predictions: .tags(model.predictions(measured)),
        resamples: 1000, seed: 0))
  }
}

extension AdaptedRun {
  /// What the run says of a part.
  func predictions(_ part: TaskPart) throws -> Predictions {
    try adaptation.task.predictions(part, logits(of: part))
  }
}

extension Arguments {
  /// The id of the run that an argument is, or is of; empty for others.
  fileprivate func runID(_ index: Int) -> String {
    switch self[index].asDomain {
    case let run as RunObject: run.run.shortID
    case let calibrated as CalibrationObject: calibrated.run.shortID
    case let evaluation as EvaluationObject: evaluation.runID
    default: ""
    }
  }

  /// What is compared, with its id, as runs of one strategy are called alike.
  fileprivate func named(_ index: Int, _ title: String) -> String {
    let id = runID(index)
    return id.isEmpty ? title : "run \(id)  \(title)"
  }

  /// The comparison of `compare` where one of the two is the result of `rouge`.
  fileprivate func comparedROUGE(_ part: TaskPart) throws -> ComparisonObject {
    let objects = [self[0], self[1]].map { $0.asDomain as? ROUGEObject }
    if let a = objects[0], let b = objects[1], a.scores.form != b.scores.form {
      throw bad(1, "one of the two compares words, the other stems; give both the same `stemming`")
    }
    let form = objects.compactMap { $0?.scores.form }.first ?? .plain
    let name = isNone(2) ? ROUGEScores.Measure.rougeL.rawValue : try text(2)
    guard let measure = ROUGEScores.Measure(rawValue: name) else {
      let known = ROUGEScores.Measure.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw bad(2, "of texts `metric` must be \(known); found \"\(name)\"")
    }
    func side(
      _ index: Int
    ) throws -> (title: String, references: [String], scores: ROUGEScores) {
      if let object = objects[index] {
        return ("rouge(…)", object.references, object.scores)
      }
      let found = try measured(index, part)
      guard case .texts(let texts) = found.predictions else {
        throw bad(
          index,
          "beside the result of `rouge` stands a run of a summarization, this is of a "
            + found.task.kind.rawValue)
      }
      return (
        named(index, found.title), texts.references,
        try ROUGEScores(
          predictions: texts.hypotheses, references: texts.references, form: form,
          isCancelled: isCancelled)
      )
    }
    let (a, b) = (try side(0), try side(1))
    guard a.references.count == b.references.count else {
      throw bad(
        1,
        "the two must have the same references, such as `task.\(part.rawValue).target`: "
          + "\(a.references.count) and \(b.references.count) found")
    }
    if let row = a.references.indices.first(where: { a.references[$0] != b.references[$0] }) {
      throw bad(
        1,
        "the two must have the same references in the same order, such as "
          + "`task.\(part.rawValue).target`: reference \(row) is another one")
    }
    return try ComparisonObject(
      a.title, b.title, metric: MetricRegistry.named(name, for: .summarization),
      a.scores.scorer(measure), b.scores.scorer(measure), count: a.scores.count,
      resamples: integer(4), seed: seed(5))
  }

  func part(_ index: Int) throws -> TaskPart { TaskPart(rawValue: try text(index)) ?? .test }

  /// What a run, a calibrated run or an evaluation says, with the name of what says it.
  func measured(_ index: Int, _ part: TaskPart) throws
    -> (title: String, task: TransferTask, predictions: Predictions)
  {
    if let evaluation = self[index].asDomain as? EvaluationObject {
      return (evaluation.title, evaluation.task, evaluation.predictions)
    }
    if let calibrated = self[index].asDomain as? CalibrationObject {
      return (
        calibrated.title, calibrated.run.adaptation.task, try calibrated.predictions(part)
      )
    }
    guard let run = (self[index].asDomain as? RunObject)?.run else {
      throw wrongKind(index, expected: function.parameters[index].kind)
    }
    if run.adaptation.task.kind == .summarization {
      return (
        run.adaptation.title, run.adaptation.task,
        .texts(try GenerationLibrary.summaries(self, run, part))
      )
    }
    return (run.adaptation.title, run.adaptation.task, try run.predictions(part))
  }
}
