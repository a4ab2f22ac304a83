// What a model said beside what is right: the input of every metric.

import Glibc
import TLText

/// The kinds of task that a metric can be about.
public enum TaskKind: String, Sendable, CaseIterable {
  case classification, tagging, summarization
}

/// Classes predicted for examples, with their probabilities where the model gives them.
public struct ClassPredictions: Sendable {
  /// The right class of each example.
  public let gold: [Int]
  public let predicted: [Int]
  /// Probabilities [examples, classes] row by row; empty for a model without.
  public let probabilities: [Double]
  public let classes: Int

  public var count: Int { gold.count }

  /// Throws `invalid` for a class outside `0..<classes` or lists of different length.
  public init(gold: [Int], predicted: [Int], classes: Int) throws(AnalysisError) {
    guard gold.count == predicted.count else {
      throw .invalid("\(gold.count) examples have \(predicted.count) predictions")
    }
    for (row, label) in (gold + predicted).enumerated() where label < 0 || label >= classes {
      throw .invalid(
        "example \(row % max(1, gold.count)): class \(label) is outside the \(classes) classes")
    }
    self.gold = gold
    self.predicted = predicted
    self.classes = classes
    probabilities = []
  }

  /// From probabilities [examples, classes]; the prediction is the first of the largest. Throws
  /// `invalid` for a number that is no probability.
  public init(gold: [Int], probabilities: [Double], classes: Int) throws(AnalysisError) {
    guard classes > 0, probabilities.count == gold.count * classes else {
      throw .invalid(
        "\(gold.count) examples of \(classes) classes need \(gold.count * classes) probabilities, "
          + "found \(probabilities.count)")
    }
    if let place = probabilities.firstIndex(where: { !($0 >= -1e-9 && $0 <= 1 + 1e-6) }) {
      throw .invalid(
        "example \(place / classes): \(probabilities[place]) is no probability; "
          + "pass logits through `softmax` first")
    }
    if let row = gold.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw .invalid("example \(row): class \(gold[row]) is outside the \(classes) classes")
    }
    self.gold = gold
    self.probabilities = probabilities
    self.classes = classes
    predicted = gold.indices.map { row in
      var best = 0
      for k in 1..<max(1, classes)
      where probabilities[row * classes + k] > probabilities[row * classes + best] { best = k }
      return best
    }
  }

  /// From logits [examples, classes]. Throws `invalid` for a logit that is not finite.
  public init(gold: [Int], logits: [Float], classes: Int) throws(AnalysisError) {
    if let place = logits.firstIndex(where: { !$0.isFinite }) {
      throw .invalid("example \(place / max(1, classes)): logit \(logits[place]) is not finite")
    }
    try self.init(
      gold: gold, probabilities: Softmax.rows(logits.map(Double.init), classes: classes),
      classes: classes)
  }

  /// The probability of the predicted class.
  public func confidence(_ row: Int) -> Double { probabilities[row * classes + predicted[row]] }
}

/// Tags predicted for words, as names of tags.
public struct TagPredictions: Sendable {
  public let gold: [[EntityTag]]
  public let predicted: [[EntityTag]]
  /// The kinds that the tags number.
  public let kinds: [String]

  public var count: Int { gold.count }

  /// Throws `invalid` when a sentence has another number of tags than it should.
  public init(
    gold: [[EntityTag]], predicted: [[EntityTag]], kinds: [String]
  ) throws(AnalysisError) {
    guard gold.count == predicted.count else {
      throw .invalid("\(gold.count) sentences have \(predicted.count) predictions")
    }
    for row in gold.indices where gold[row].count != predicted[row].count {
      throw .invalid(
        "sentence \(row): \(gold[row].count) words have \(predicted[row].count) predicted tags")
    }
    for (row, tags) in (gold + predicted).enumerated() {
      for tag in tags where tag.kind >= kinds.count || (tag.prefix != .outside && tag.kind < 0) {
        throw .invalid(
          "sentence \(row % max(1, gold.count)): kind \(tag.kind) is outside the \(kinds.count) kinds"
        )
      }
    }
    self.gold = gold
    self.predicted = predicted
    self.kinds = kinds
  }

  /// From numbers of tags as `TaggingData` numbers them.
  public init(gold: [[Int]], predicted: [[Int]], kinds: [String]) throws(AnalysisError) {
    try self.init(
      gold: gold.map { $0.map(TaggingData.tag) },
      predicted: predicted.map { $0.map(TaggingData.tag) },
      kinds: kinds)
  }

  /// From names of tags in any scheme; a name that is no tag counts as O.
  public init(gold: [[String]], predicted: [[String]]) throws(AnalysisError) {
    let kinds: [String]
    do {
      kinds = try TaggingData.kinds(of: gold + predicted).names
    } catch {
      throw .invalid(error.description)
    }
    var numbers: [[UInt8]: Int] = [:]
    for (index, kind) in kinds.enumerated() { numbers[Array(kind.utf8)] = index }
    let parse: ([String]) -> [EntityTag] = { names in
      names.map { name in
        guard let parts = TagSequence.parts(name), parts.prefix != .outside,
          let kind = numbers[Array(parts.kind.utf8)]
        else { return .outside }
        return EntityTag(prefix: parts.prefix, kind: kind)
      }
    }
    try self.init(gold: gold.map(parse), predicted: predicted.map(parse), kinds: kinds)
  }
}

/// Texts written by a model beside the ones to be written.
public struct TextPredictions: Sendable {
  public let references: [String]
  public let hypotheses: [String]

  public var count: Int { references.count }

  public init(references: [String], hypotheses: [String]) throws(AnalysisError) {
    guard references.count == hypotheses.count else {
      throw .invalid("\(references.count) references have \(hypotheses.count) texts")
    }
    self.references = references
    self.hypotheses = hypotheses
  }
}

/// Predictions of any task.
public enum Predictions: Sendable {
  case classes(ClassPredictions)
  case tags(TagPredictions)
  case texts(TextPredictions)

  /// The number of examples (for tags: sentences).
  public var count: Int {
    switch self {
    case .classes(let predictions): return predictions.count
    case .tags(let predictions): return predictions.count
    case .texts(let predictions): return predictions.count
    }
  }

  public var kind: TaskKind {
    switch self {
    case .classes: return .classification
    case .tags: return .tagging
    case .texts: return .summarization
    }
  }
}

/// Logits to probabilities.
public enum Softmax {
  /// Row by row, [rows, classes].
  public static func rows(
    _ logits: [Double], classes: Int, temperature: Double = 1
  ) -> [Double] {
    guard classes > 0 else { return [] }
    var result = logits
    for start in stride(from: 0, to: logits.count - logits.count % classes, by: classes) {
      var largest = -Double.infinity
      for k in start..<start + classes { largest = max(largest, logits[k] / temperature) }
      var sum = 0.0
      for k in start..<start + classes {
        result[k] = exp(logits[k] / temperature - largest)
        sum += result[k]
      }
      for k in start..<start + classes { result[k] /= sum }
    }
    return result
  }
}
