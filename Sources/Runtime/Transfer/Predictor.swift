// Predictor: a run applied to new texts.

import TLAnalysis
import TLModels
import TLTensor
import TLText

/// An adapted model for texts that nobody has labelled.
public struct Predictor: Sendable {
  let model: AdaptedModel
  let tokenizer: Tokenizer
  let maxLength: Int
  let precision: Precision
  /// The tag of a word that was cut off.
  var outside = 0
  /// What turns logits into probabilities; nil for softmax.
  public var calibration: Calibration?

  /// A class with the probabilities of all.
  public struct ClassPrediction: Sendable {
    public var best: Int
    public var probabilities: [Double]
  }

  /// A word with its tag.
  public struct WordPrediction: Sendable {
    public var word: String
    public var tag: Int
    public var probability: Double
  }

  /// One prediction for each text.
  public func classes(
    _ texts: [String], isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> [ClassPrediction] {
    guard !texts.isEmpty else { return [] }
    let part = try EncodedPart(
      texts: texts, labels: texts.map { _ in 0 }, tokenizer: tokenizer, maxLength: maxLength)
    let logits = try model.logits(part, precision: precision, isStopped: isStopped)
    let (best, probabilities) = try decided(logits)
    return zip(best, probabilities).map { ClassPrediction(best: $0, probabilities: $1) }
  }

  /// The words of each text with their tags; a word of more tokens than the model reads has O.
  public func tags(
    _ texts: [String], isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> [[WordPrediction]] {
    try tags(words: texts.map(Self.words), isStopped: isStopped)
  }

  /// The same for texts that are words already.
  public func tags(
    words: [[String]], isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> [[WordPrediction]] {
    var result = words.map { _ in [WordPrediction]() }
    // What is longer than the model reads is read in windows, each with some words of the one before.
    var windows = words.indices.filter { !words[$0].isEmpty }.map { (row: $0, from: 0) }
    while !windows.isEmpty {
      let sentences = windows.map { Array(words[$0.row][$0.from...]) }
      let part = try EncodedPart(
        sentences: sentences, labels: sentences.map { $0.map { _ in 0 } }, tokenizer: tokenizer,
        maxLength: maxLength)
      let logits = try model.logits(part, precision: precision, isStopped: isStopped)
      let (best, probabilities) = try decided(logits)
      var next: [(row: Int, from: Int)] = []
      for (index, (row, from)) in windows.enumerated() {
        let read = logits.starts[index + 1] - logits.starts[index]
        for place in (result[row].count - from)..<max(result[row].count - from, read) {
          let found = logits.starts[index] + place
          result[row].append(
            WordPrediction(
              word: words[row][from + place], tag: best[found],
              probability: probabilities[found][best[found]]))
        }
        // A word of more tokens than are read at once.
        if result[row].count == from, from < words[row].count {
          result[row].append(WordPrediction(word: words[row][from], tag: outside, probability: 0))
        }
        let done = result[row].count
        if done < words[row].count {
          // A window that has brought one word only must not begin at the same place again.
          next.append((row, max(from + 1, done - min(32, read / 4))))
        }
      }
      windows = next
    }
    return result
  }

  /// The class of each row and the probabilities of all.
  private func decided(_ logits: Logits) throws -> (best: [Int], probabilities: [[Double]]) {
    guard let calibration else { return (logits.best, logits.probabilities) }
    let all = try calibration.probabilities(logits.values)
    let rows = (0..<logits.rows).map { row in
      Array(all[row * logits.classes..<(row + 1) * logits.classes])
    }
    let best = rows.map { row in
      row.indices.dropFirst().reduce(0) { row[$1] > row[$0] ? $1 : $0 }
    }
    return (best, rows)
  }

  /// Words and marks of a text: runs of letters, digits, and of `-`, `'`, `.` between them; every
  /// other mark alone.
  static func words(_ text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func end() {
      if !word.isEmpty { words.append(String(word)) }
      word = String.UnicodeScalarView()
    }
    for (index, scalar) in scalars.enumerated() {
      if scalar.properties.isWhitespace {
        end()
      } else if Words.isWordScalar(scalar) || scalar.properties.generalCategory == .nonspacingMark {
        word.append(scalar)
      } else if "-'’.".unicodeScalars.contains(scalar), !word.isEmpty, index + 1 < scalars.count,
        Words.isWordScalar(scalars[index + 1])
      {
        word.append(scalar)
      } else {
        end()
        words.append(String(scalar))
      }
    }
    end()
    return words
  }
}

extension AdaptedRun {
  /// The run's model for new texts.
  ///
  /// Throws for a task of pairs of texts.
  public func predictor() throws -> Predictor {
    if case .classification(let data)? = adaptation.task.parts[.train], data.pairs != nil {
      throw TransferError(
        "the run is of pairs of texts, single ones are predicted here",
        next: "`evaluate` measures it on the pairs of its task")
    }
    return Predictor(
      model: try adaptedModel(), tokenizer: adaptation.donor.tokenizer,
      maxLength: adaptation.maxLength, precision: adaptation.settings.precision)
  }
}

extension Logits {
  /// Probabilities of the classes of each row.
  public var probabilities: [[Double]] {
    let all = Softmax.rows(values.map(Double.init), classes: classes)
    return (0..<rows).map { Array(all[$0 * classes..<($0 + 1) * classes]) }
  }
}
