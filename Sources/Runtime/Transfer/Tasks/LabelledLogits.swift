// LabelledLogits: what a run says of a part, beside what is right, one row for each decision: a text,
// or a word that the model read. It is what calibration is fitted on and measured by.

import TLAnalysis

/// Logits of decisions with the right answers.
public struct LabelledLogits: Sendable {
  public let gold: [Int]
  /// [decisions, classes]
  public let logits: [Float]
  public let classes: Int

  public var count: Int { gold.count }

  /// The same with probabilities: by softmax, or calibrated.
  public func predictions(_ calibration: Calibration? = nil) throws -> ClassPredictions {
    guard let calibration else {
      return try ClassPredictions(gold: gold, logits: logits, classes: classes)
    }
    return try ClassPredictions(
      gold: gold, probabilities: calibration.probabilities(logits), classes: classes)
  }
}

extension AdaptedRun {
  /// Throws where the task has no such part.
  public func labelledLogits(_ part: TaskPart) throws -> LabelledLogits {
    guard let data = adaptation.task.parts[part] else {
      throw TransferError("the task has no \(part.rawValue) part")
    }
    let found = try logits(of: part)
    var gold: [Int] = []
    switch data {
    case .classification(let data): gold = data.labels
    case .tagging(let data):
      for (index, tags) in data.tags.enumerated() {
        gold += tags.prefix(found.starts[index + 1] - found.starts[index])
      }
    case .summarization: throw TransferError("a summarization has no classes to calibrate")
    }
    guard gold.count == found.rows else {
      throw TransferError(
        "the \(part.rawValue) part has \(gold.count) labels and \(found.rows) predictions",
        next: "train anew with fresh: true")
    }
    return LabelledLogits(gold: gold, logits: found.values, classes: found.classes)
  }

  /// Fits a calibration on the validation part. Throws where there is none, or examples of one class
  /// only.
  public func calibration(_ method: CalibrationMethod) throws -> Calibration {
    guard adaptation.task.kind != .summarization else {
      throw TransferError("a summarization has no classes to calibrate")
    }
    guard logits[.validation] != nil else {
      throw TransferError(
        "the task has no validation part, on which a calibration is fitted",
        next: "give it a share in split")
    }
    let data = try labelledLogits(.validation)
    guard let first = data.gold.first, data.gold.contains(where: { $0 != first }) else {
      throw TransferError(
        "the validation part has one class only", next: "split with stratify")
    }
    return try Calibration.fit(
      method, logits: data.logits, labels: data.gold, classes: data.classes)
  }
}
