// Evaluation: what a run is worth, and whether another one is worth more.

import TLAnalysis
import TLSyntax
import TLText
import TLTransfer

enum EvaluationLibrary {
  static let functions: [LibraryFunction] = [evaluate, compare, confusion, baseline]

  private static let part = ParameterDeclaration(
    "part", .text, "which part of the task", default: .text("test"),
    choices: ["validation", "test"])
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
    examples: [.init("evaluate(trained).n", "\(Prelude.testRows)")],
    details:
      "Intervals are by bootstrap over the examples. `metrics` is a table of all, `classes` of "
      + "precision, recall and F1 by class, `confusion` of the confusions; for tags `entities`."
  ) { call in
    let part = try call.part(1)
    let (title, task, predictions) = try call.measured(0, part)
    return .object(
      try EvaluationObject(
        title: title, part: part, task: task, predictions: predictions,
        resamples: call.integer(2), seed: UInt64(bitPattern: Int64(call.integer(3)))))
  }

  static let compare = LibraryFunction(
    "compare", .evaluation, "whether two runs differ on the same examples beyond chance",
    [
      ParameterDeclaration(
        "first", [.run, .evaluation, .calibration], "a run, calibrated or not, or an evaluation"),
      ParameterDeclaration(
        "second", [.run, .evaluation, .calibration], "another one of the same task"),
      ParameterDeclaration(
        "metric", .text, "what is compared; the task's headline if not given", default: .none),
      part,
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap", default: .integer(2000), in: 100...1_000_000),
      seed,
    ],
    result: .any,
    examples: [.init("compare(trained, trained).distinguishable", "false")],
    details: "By paired bootstrap over the examples and, for classes, McNemar's exact test."
  ) { call in
    let part = try call.part(3)
    let a = try call.measured(0, part)
    let b = try call.measured(1, part)
    guard a.task.kind == b.task.kind, a.predictions.count == b.predictions.count else {
      throw call.bad(1, "the two were not measured on the same examples")
    }
    let metric =
      call.isNone(2)
      ? a.task.headline : try MetricRegistry.named(call.text(2), for: a.task.taskKind)
    return .object(
      try ComparisonObject(
        a.title, b.title, metric: metric, a.predictions, b.predictions,
        resamples: call.integer(4), seed: UInt64(bitPattern: Int64(call.integer(5)))))
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
      throw call.bad(0, "a confusion is of classes, this is a task of tags")
    }
    return call.table(table)
  }

  static let baseline = LibraryFunction(
    "tfidf_baseline", .evaluation, "the classical baseline: TF-IDF of words with a linear model",
    [
      ParameterDeclaration("task", .task, "a classification task"),
      ParameterDeclaration(
        "model", .text, "logistic regression or a linear support vector machine",
        default: .text("logistic_regression"), choices: ["logistic_regression", "linear_svm"]),
      part,
    ],
    result: Kind(.evaluation),
    examples: [.init("tfidf_baseline(task).n", "\(Prelude.testRows)")]
  ) { call in
    let task = try call.task(0)
    let part = try call.part(2)
    guard case .classification(let train)? = task.parts[.train],
      case .classification(let test)? = task.parts[part]
    else {
      throw call.bad(
        0,
        task.kind == .tagging
          ? "the baseline is for classification, this is a task of tags"
          : "the task has no \(part.rawValue) part")
    }
    let isSVM = try call.text(1) == "linear_svm"
    let model = try TextBaseline.fit(isSVM ? .linearSVM : .logisticRegression, train)
    return .object(
      try EvaluationObject(
        title: "TF-IDF + \(isSVM ? "linear SVM" : "logistic regression")", part: part, task: task,
        predictions: .classes(model.predictions(test)), resamples: 1000, seed: 0))
  }
}

extension AdaptedRun {
  /// What the run says of a part.
  func predictions(_ part: TaskPart) throws -> Predictions {
    guard let logits = logits[part] else {
      throw TransferError("the task has no \(part.rawValue) part")
    }
    return try adaptation.task.predictions(part, logits)
  }
}

extension Arguments {
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
    let run = try run(index)
    return (run.adaptation.title, run.adaptation.task, try run.predictions(part))
  }
}
