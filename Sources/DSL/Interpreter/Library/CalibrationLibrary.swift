// Calibration: whether a model is right as often as it says, and making it so.

import TLAnalysis
import TLSyntax
import TLText
import TLTransfer

enum CalibrationLibrary {
  static let functions: [LibraryFunction] = [calibrate, reliability]

  private static let seed = ParameterDeclaration(
    "seed", .integer, "of the resamples", default: .integer(0))

  static let calibrate = LibraryFunction(
    "calibrate", .evaluation, "corrects the probabilities of a run, learned on its validation part",
    [
      TrainingLibrary.run0,
      ParameterDeclaration(
        "method", .text, "how", default: .text("temperature"),
        choices: CalibrationMethod.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap", default: .integer(1000), in: 100...1_000_000),
      seed,
    ],
    result: .calibration,
    examples: [
      .init(
        "calibrate(trained, method: \"isotonic\").metrics |> columns |> first", "metric"),
      .init(
        "let calibrated = calibrate(trained, method: \"platt\")\n"
          + "predict(calibrated, \"Банк снизил ставку\").label in task.labels", "true"),
    ],
    details: "`temperature` divides the logits by one number (Guo et al., 2017), `platt` fits a "
      + "sigmoid, `isotonic` a rising step function; the last two fit each class against the rest "
      + "where there are more than two, and the results are brought to sum 1. Fitted on the "
      + "validation part, measured on the test part (on the validation part where there is no "
      + "other): `metrics` has ECE over bins of equal width and of equal mass, MCE, Brier and NLL "
      + "before and after with 95% intervals, by bootstrap over texts or, for tags, words; those of "
      + "ECE and MCE, which resamples raise, are basic ones, as `evaluate` has them. "
      + "`predict`, `evaluate`, `compare` and `reliability` take the result in place of the run."
  ) { call in
    let run = try call.run(0)
    let method = try CalibrationMethod.named(call.text(1))
    let calibration = try run.calibration(method)
    return .object(
      try CalibrationObject(
        run, calibration, resamples: call.integer(2),
        seed: UInt64(bitPattern: Int64(call.integer(3)))))
  }

  static let reliability = LibraryFunction(
    "reliability", .evaluation, "how often a model is right when it is so sure, by bins",
    [
      ParameterDeclaration(
        "run", [.run, .evaluation, .calibration], "a run, a calibrated run or an evaluation"),
      ParameterDeclaration(
        "bins", .integer, "of the probability of the predicted class", default: .integer(15),
        in: 1...1000),
      ParameterDeclaration(
        "binning", .text, "bins of equal width, or of as many examples each",
        default: .text("equal_width"),
        choices: Reliability.Binning.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "part", .text, "which part of the task", default: .text("test"),
        choices: ["validation", "test"]),
    ],
    result: .any,
    examples: [
      .init(
        "reliability(trained, bins: 5).table |> columns",
        "[\"from\", \"to\", \"count\", \"confidence\", \"accuracy\", \"gap\"]"),
      .init("reliability(trained).n", "\(Prelude.testRows)"),
    ],
    details: "A bin has the examples whose probability lies above its lower and up to its upper "
      + "edge. Of tags the examples are words. `ece` and `mce` are the mean and the largest gap."
  ) { call in
    let part = try call.part(3)
    let (title, predictions) = try call.decisions(0, part)
    let bins = try Reliability(
      predictions, bins: call.integer(1),
      binning: Reliability.Binning(rawValue: call.text(2)) ?? .equalWidth)
    return .object(ReliabilityObject(bins, title: title, count: predictions.count))
  }
}

extension Arguments {
  /// The decisions of a run, a calibrated run or an evaluation, with probabilities.
  func decisions(_ index: Int, _ part: TaskPart) throws
    -> (title: String, predictions: ClassPredictions)
  {
    if let evaluation = self[index].asDomain as? EvaluationObject {
      guard case .classes(let predictions) = evaluation.predictions else {
        throw bad(index, "an evaluation of tags has no probabilities; pass the run itself")
      }
      return (evaluation.title, predictions)
    }
    if let calibrated = self[index].asDomain as? CalibrationObject {
      return (
        calibrated.title,
        try calibrated.run.labelledLogits(part).predictions(calibrated.calibration)
      )
    }
    let run = try run(index)
    return (run.adaptation.title, try run.labelledLogits(part).predictions())
  }
}
