// What a run says of texts and of other wordings of them: the input of `Robustness`.

import TLAnalysis
import TLText

extension AdaptedRun {
  /// Measures how steady the run is under other wordings of the texts of a part.
  ///
  /// Throws for a task that is no classification, and for texts that the part does not have.
  /// - Parameters:
  ///   - variants: texts of the part with their wordings.
  ///   - calibration: what turns logits into probabilities; nil for softmax.
  public func robustness(
    _ variants: [(text: String, kind: String, wording: String)], part: TaskPart,
    metric: String? = nil, calibration: Calibration? = nil, resamples: Int = 1000,
    seed: UInt64 = 0, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Robustness {
    let data = try classification(part)
    let measure =
      try metric.map { try MetricRegistry.named($0, for: .classification) }
      ?? adaptation.task.headline
    var rows: [String: Int] = [:]
    for (row, text) in data.texts.enumerated() where rows[text] == nil { rows[text] = row }
    var used: [Int] = []
    var numbers: [Int: Int] = [:]
    var list: [Robustness.Variant] = []
    for (position, variant) in variants.enumerated() {
      guard let row = rows[variant.text] else {
        throw TransferError(
          "variant \(position) belongs to a text that the \(part.rawValue) part does not have: "
            + "\"\(variant.text.prefix(40))…\"",
          next: "make variants from the texts of that part, e.g. perturb(run)")
      }
      if numbers[row] == nil {
        numbers[row] = used.count
        used.append(row)
      }
      list.append(
        Robustness.Variant(
          text: numbers[row] ?? 0, kind: variant.kind, wording: variant.wording))
    }
    var predictor = try predictor()
    predictor.calibration = calibration
    func predictions(_ texts: [String], _ gold: [Int]) throws -> ClassPredictions {
      let found = try predictor.classes(texts, isStopped: isStopped)
      return try ClassPredictions(
        gold: gold, probabilities: found.flatMap(\.probabilities),
        classes: adaptation.task.labels.count)
    }
    return try Robustness(
      metric: measure, variants: list,
      originals: predictions(used.map { data.texts[$0] }, used.map { data.labels[$0] }),
      changed: predictions(list.map(\.wording), list.map { data.labels[used[$0.text]] }),
      resamples: resamples, seed: seed)
  }

  /// The data of a part of a classification of single texts.
  public func classification(_ part: TaskPart) throws -> ClassificationData {
    try adaptation.task.classification(part)
  }
}

extension TransferTask {
  /// The data of a part; throws where the task is no classification of single texts.
  public func classification(_ part: TaskPart) throws -> ClassificationData {
    guard let data = parts[part] else {
      throw TransferError("the task has no \(part.rawValue) part")
    }
    guard case .classification(let classes) = data, classes.pairs == nil else {
      throw TransferError("this is for classes of single texts, the task is another")
    }
    return classes
  }
}
