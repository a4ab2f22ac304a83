// What a run says of texts and of other wordings of them: the input of `Robustness`. For classes, for
// tags, whose wordings keep every word in its place, and for texts that a model writes.

import TLAnalysis
import TLText

extension AdaptedRun {
  /// Measures how steady the run is under other wordings of the texts of a part.
  ///
  /// Throws for pairs of texts, for texts that the part does not have, and for wordings of tagged
  /// sentences with another number of words.
  /// - Parameters:
  ///   - variants: texts of the part with their wordings; of tagged sentences the words with a blank
  ///     between them.
  ///   - calibration: what turns logits into probabilities; nil for softmax.
  public func robustness(
    _ variants: [(text: String, kind: String, wording: String)], part: TaskPart,
    metric: String? = nil, calibration: Calibration? = nil, resamples: Int = 1000,
    seed: UInt64 = 0, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Robustness {
    let task = adaptation.task
    let texts = try task.wordedTexts(part)
    let measure =
      try metric.map { try MetricRegistry.named($0, for: task.taskKind) } ?? task.headline
    var rows: [String: Int] = [:]
    for (row, text) in texts.enumerated() where rows[text] == nil { rows[text] = row }
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
    let owners = list.map { used[$0.text] }
    return try Robustness(
      metric: measure, variants: list,
      originals: predictions(
        used.map { texts[$0] }, of: used, part, calibration, isStopped: isStopped),
      changed: predictions(
        list.map(\.wording), of: owners, part, calibration, isStopped: isStopped),
      resamples: resamples, seed: seed)
  }

  /// What the run says of texts that are wordings of the examples at some rows of a part.
  private func predictions(
    _ texts: [String], of rows: [Int], _ part: TaskPart, _ calibration: Calibration?,
    isStopped: @escaping @Sendable () -> Bool
  ) throws -> Predictions {
    let task = adaptation.task
    switch task.parts[part] {
    case .classification(let data):
      let found = try predictor(calibration).classes(texts, isStopped: isStopped)
      return .classes(
        try ClassPredictions(
          gold: rows.map { data.labels[$0] }, probabilities: found.flatMap(\.probabilities),
          classes: task.labels.count))
    case .tagging(let data):
      let words = texts.map { TransferTask.words(of: $0) }
      for (place, row) in rows.enumerated() where words[place].count != data.tokens[row].count {
        throw TransferError(
          "a variant has \(words[place].count) words, its sentence \(data.tokens[row].count): "
            + "\"\(texts[place].prefix(60))\"",
          next: "wordings for tags keep every word in its place: kinds case, typo, yo")
      }
      let found = try predictor(calibration).tags(words: words, isStopped: isStopped)
      return .tags(
        try TagPredictions(
          gold: rows.map { data.tags[$0] }, predicted: found.map { $0.map(\.tag) },
          kinds: task.kinds))
    case .summarization(let data):
      let found = try textWriter().texts(texts, generationSettings, isStopped: isStopped)
      if isStopped() { throw Stopped() }
      return .texts(
        try TextPredictions(
          references: rows.map { data.targets[$0] },
          hypotheses: found.map { $0.first?.text ?? "" }))
    case nil: throw TransferError("the task has no \(part.rawValue) part")
    }
  }

  private func predictor(_ calibration: Calibration?) throws -> Predictor {
    var predictor = try predictor()
    predictor.calibration = calibration
    return predictor
  }
}

extension TransferTask {
  /// The texts of a part that may be worded otherwise: single texts, the words of tagged sentences with
  /// a blank between them, the sources of summaries. Throws for pairs of texts.
  public func wordedTexts(_ part: TaskPart) throws -> [String] {
    switch parts[part] {
    case .classification(let data):
      guard data.pairs == nil else {
        throw TransferError("this is for single texts, the task has pairs of them")
      }
      return data.texts
    // A blank within a word is one that does not part words.
    case .tagging(let data):
      return data.tokens.map { words in
        words.map { $0.replacing(" ", with: "\u{A0}") }.joined(separator: " ")
      }
    case .summarization(let data): return data.sources
    case nil: throw TransferError("the task has no \(part.rawValue) part")
    }
  }

  /// The words of a sentence of `wordedTexts`.
  static func words(of text: String) -> [String] {
    text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
  }

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
