// TransferTask: data in three parts with what is to be learned from them. It encodes a part for a
// donor and scores what a model says of it; the same for texts with a class, for tagged words and for
// texts to be written.

import Glibc
import TLAnalysis
import TLModels
import TLText

/// A part of a task's data.
public enum TaskPart: String, Sendable, CaseIterable {
  case train, validation, test
}

/// How the texts of a summarization are read and written.
public struct SummaryOptions: Sendable, Equatable {
  /// Stands before every source, such as `summarize: `.
  public var prefix: String
  /// Longer targets are cut, in tokens with the end token; also the most that is written.
  public var maxTarget: Int

  public init(prefix: String = "", maxTarget: Int = 128) {
    self.prefix = prefix
    self.maxTarget = maxTarget
  }
}

/// A classification, tagging or summarization task.
public final class TransferTask: Sendable {
  public enum Data: Sendable {
    case classification(ClassificationData)
    case tagging(TaggingData)
    case summarization(SummaryData)

    public var count: Int {
      switch self {
      case .classification(let data): data.count
      case .tagging(let data): data.count
      case .summarization(let data): data.count
      }
    }
  }

  public let kind: EncoderTask
  /// Class names, or tag names (`O`, `B-PER`, …).
  public let labels: [String]
  /// Kinds of entities; empty for classification.
  public let kinds: [String]
  public let parts: [TaskPart: Data]
  /// Of a summarization; of others without meaning.
  public let summary: SummaryOptions
  /// What the person should know of the data: repaired tags, classes without examples, overlap.
  public let warnings: [String]

  /// Throws where the train part is empty, has one class only, or another part's data are of
  /// another kind or with other labels.
  public init(
    _ parts: [TaskPart: Data], summary: SummaryOptions = SummaryOptions(), warnings: [String] = []
  ) throws(TransferError) {
    self.summary = summary
    guard let train = parts[.train], train.count > 0 else {
      throw TransferError("the train part is empty", next: "give it a larger share in split")
    }
    var warnings = warnings
    switch train {
    case .classification(let data):
      kind = .classification
      labels = data.labelNames.names
      kinds = []
      guard labels.count > 1 else {
        throw TransferError(
          "there is one class only, `\(labels.first ?? "")`",
          next: "a classifier needs two or more")
      }
      let absent = data.absentClasses
      if !absent.isEmpty {
        warnings.append(
          "the train part has no example of " + absent.map { "`\($0)`" }.joined(separator: ", ")
            + ", which can then never be predicted")
      }
    case .tagging(let data):
      kind = .tagging
      labels = data.tagNames.names
      kinds = data.kinds.names
      guard !kinds.isEmpty else {
        if data.repairs.unknownTags > 0, let example = data.repairs.examples.first {
          throw TransferError(
            "no tag of the train part has a prefix that is known, such as B- or I-; found "
              + "`\(example.found)`",
            next: "write B-PER for the first word of a person, I-PER for the next, O for others")
        }
        throw TransferError("no word of the train part has a tag other than O")
      }
    case .summarization:
      kind = .summarization
      labels = []
      kinds = []
      guard summary.maxTarget >= 4 else {
        throw TransferError(
          "expected a max_target of at least 4 tokens, found \(summary.maxTarget)")
      }
    }
    for (part, data) in parts {
      switch data {
      case .classification(let data):
        guard kind == .classification, data.labelNames.names == labels else {
          throw TransferError("the \(part.rawValue) part has other classes than the train part")
        }
      case .tagging(let data):
        guard kind == .tagging, data.tagNames.names == labels else {
          throw TransferError("the \(part.rawValue) part has other tags than the train part")
        }
      case .summarization:
        guard kind == .summarization else {
          throw TransferError("the \(part.rawValue) part is of another task than the train part")
        }
      }
    }
    self.parts = parts
    self.warnings = warnings
  }

  public var taskKind: TaskKind {
    switch kind {
    case .classification: .classification
    case .tagging: .tagging
    case .summarization: .summarization
    }
  }
  public var headline: Metric { MetricRegistry.headline(for: taskKind) }

  /// The number of examples of a part; 0 where there is none.
  public func count(_ part: TaskPart) -> Int { parts[part]?.count ?? 0 }

  /// Another task with other train examples.
  public func with(train: Data) throws(TransferError) -> TransferTask {
    var parts = parts
    parts[.train] = train
    return try TransferTask(parts, summary: summary, warnings: warnings)
  }

  /// SHA-256 of each part's data.
  public var fingerprints: [JSONField] {
    TaskPart.allCases.compactMap { part in
      parts[part].map { data in
        switch data {
        case .classification(let data):
          JSONField(
            part.rawValue,
            .string(
              Fingerprint.of([data.labelNames.names, data.texts, data.pairs ?? []], [data.labels])))
        case .tagging(let data):
          JSONField(
            part.rawValue,
            .string(Fingerprint.of([data.tagNames.names] + data.tokens, data.tags)))
        case .summarization(let data):
          JSONField(part.rawValue, .string(Fingerprint.of([data.sources, data.targets], [])))
        }
      }
    }
  }

  /// Weights that give every class the same total in the train part.
  public var balancedClassWeights: [Double]? {
    switch parts[.train] {
    case .classification(let data): return data.balancedClassWeights
    case .tagging(let data):
      let counts = data.tagCounts
      let total = counts.reduce(0, +)
      return counts.map {
        $0 == 0 ? 0 : Double(total) / (Double(counts.count) * Double($0))
      }
    case .summarization, nil: return nil
    }
  }

  /// The pairs of a part as token ids; nil where there is no such part.
  public func encodePairs(
    _ part: TaskPart, tokenizer: Tokenizer, maxLength: Int, longestText: Int
  ) throws -> EncodedPairs? {
    guard case .summarization(let data)? = parts[part] else { return nil }
    return try EncodedPairs(
      sources: data.sources, targets: data.targets, prefix: summary.prefix, tokenizer: tokenizer,
      maxLength: maxLength, maxTarget: min(summary.maxTarget, longestText))
  }

  private var isNoClasses: TransferError {
    TransferError("a summarization has no classes", next: "`predict` and `evaluate` write texts")
  }

  // MARK: For a model

  /// The examples of a part as token ids with labels; nil where there is no such part.
  public func encode(
    _ part: TaskPart, tokenizer: Tokenizer, maxLength: Int
  ) throws -> EncodedPart? {
    switch parts[part] {
    case .classification(let data):
      return try EncodedPart(
        texts: data.texts, second: data.pairs, labels: data.labels.map { Int32($0) },
        tokenizer: tokenizer, maxLength: maxLength)
    case .tagging(let data):
      return try EncodedPart(
        sentences: data.tokens, labels: data.tags.map { $0.map { Int32($0) } },
        tokenizer: tokenizer, maxLength: maxLength)
    case .summarization: throw isNoClasses
    case nil: return nil
    }
  }

  /// What a model says of a part: classes with probabilities, or a tag for each word; words that
  /// were cut off have O.
  public func predictions(_ part: TaskPart, _ logits: Logits) throws -> Predictions {
    switch parts[part] {
    case .classification(let data):
      return .classes(
        try ClassPredictions(gold: data.labels, logits: logits.values, classes: logits.classes))
    case .tagging(let data):
      return .tags(
        try TagPredictions(
          gold: data.tags, predicted: Self.tags(logits, lengths: data.tags.map(\.count)),
          kinds: kinds))
    case .summarization: throw isNoClasses
    case nil: throw TransferError("the task has no \(part.rawValue) part")
    }
  }

  /// The best tag of each word. Words that a model reads come in their order; those cut off at the
  /// end of a sentence have O.
  static func tags(_ logits: Logits, lengths: [Int]) -> [[Int]] {
    let best = logits.best
    return lengths.enumerated().map { index, length in
      let found = Array(best[logits.starts[index]..<logits.starts[index + 1]])
      return found + [Int](repeating: 0, count: max(0, length - found.count))
    }
  }

  /// All metrics of the task for a part, with `loss`, the mean cross-entropy, first.
  public func metrics(_ part: TaskPart, _ logits: Logits) throws -> [TrainingHistory.Metric] {
    let predictions = try predictions(part, logits)
    var result = [TrainingHistory.Metric("loss", try loss(part, logits))]
    for metric in MetricRegistry.all where metric.tasks.contains(taskKind) {
      result.append(TrainingHistory.Metric(metric.name, try metric.value(predictions)))
    }
    return result
  }

  /// The mean cross-entropy over texts, or over the words that were read.
  public func loss(_ part: TaskPart, _ logits: Logits) throws -> Double {
    var gold: [Int] = []
    switch parts[part] {
    case .classification(let data): gold = data.labels
    case .tagging(let data):
      for (index, tags) in data.tags.enumerated() {
        gold += tags.prefix(logits.starts[index + 1] - logits.starts[index])
      }
    case .summarization: throw isNoClasses
    case nil: throw TransferError("the task has no \(part.rawValue) part")
    }
    guard gold.count == logits.rows, !gold.isEmpty else { return .nan }
    var sum = 0.0
    for (row, label) in gold.enumerated() {
      let values = logits.row(row)
      let largest = Double(values.max() ?? 0)
      let total = values.reduce(0.0) { $0 + exp(Double($1) - largest) }
      sum += log(total) + largest - Double(values[values.startIndex + label])
    }
    return sum / Double(gold.count)
  }

  /// The metric of that name, or `loss`. Throws with the nearest name.
  public func metric(named name: String?) throws -> (name: String, isHigherBetter: Bool) {
    if kind == .summarization {
      // Scores of texts need them written, which takes longer than an epoch.
      let known = ["loss", "perplexity"]
      guard let name, !known.contains(name) else { return (name ?? "loss", false) }
      throw TransferError(
        "while it trains, a summarization is measured by loss or perplexity, not by `\(name)`",
        next: "`evaluate` gives ROUGE")
    }
    guard let name else { return (headline.name, headline.higherIsBetter) }
    if name == "loss" { return (name, false) }
    let metric = try MetricRegistry.named(name, for: taskKind)
    return (metric.name, metric.higherIsBetter)
  }
}

extension TransferTask.Data {
  /// What parts and samples of the examples shall have in equal shares.
  public var strata: Strata {
    switch self {
    case .classification(let data): .classes(data.labels)
    case .tagging(let data): .counts(data.kindCountsByRow())
    case .summarization: .none
    }
  }

  /// The examples at some rows.
  public func taking(_ rows: [Int]) throws -> TransferTask.Data {
    switch self {
    case .classification(let data): .classification(try data.taking(rows))
    case .tagging(let data): .tagging(try data.taking(rows))
    case .summarization(let data): .summarization(try data.taking(rows))
    }
  }
}
