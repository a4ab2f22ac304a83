// EncodedPart: the examples of one part of a task as a donor reads them: token ids with the labels
// beside them. What the labels mean is the task's business.

import TLModels
import TLTensor
import TLText

/// Encoded examples with their labels.
public struct EncodedPart: Sendable {
  /// The label of a token that counts for nothing.
  public static let ignored: Int32 = -100

  public var texts: [EncodedText]
  /// For texts one label each; for words one label for each token, that of the word on its first
  /// piece and `ignored` elsewhere.
  public var labels: [[Int32]]
  /// For words, the token that each word begins with, -1 for words that were cut off; else empty.
  public var wordTokens: [[Int32]]
  /// How many texts were longer than the model or the setting allows.
  public var truncated: Int
  /// What it was made of, where runs of a study share it.
  var identity: String?

  public init(
    texts: [EncodedText], labels: [[Int32]], wordTokens: [[Int32]] = [], truncated: Int = 0
  ) {
    self.texts = texts
    self.labels = labels
    self.wordTokens = wordTokens
    self.truncated = truncated
  }

  public var count: Int { texts.count }
  public var isTagging: Bool { !wordTokens.isEmpty }
  public var tokens: Int { texts.reduce(0) { $0 + $1.ids.count } }

  /// Encodes texts, or pairs of texts, with one label each.
  public init(
    texts: [String], second: [String]? = nil, labels: [Int32], tokenizer: Tokenizer,
    maxLength: Int, threads: Int? = nil
  ) throws {
    let options = EncodeOptions(truncation: Truncation(maxLength: maxLength), offsets: false)
    let encodings: [Encoding]
    if let second {
      encodings = try tokenizer.encodeBatch(
        pairs: Array(zip(texts, second)), options: options, threads: threads)
    } else {
      encodings = try tokenizer.encodeBatch(texts, options: options, threads: threads)
    }
    self.texts = encodings.map { EncodedText(ids: $0.ids, typeIDs: $0.typeIDs) }
    self.labels = labels.map { [$0] }
    wordTokens = []
    truncated = encodings.count(where: \.isTruncated)
  }

  /// Encodes sentences of words with one label for each word.
  public init(
    sentences: [[String]], labels: [[Int32]], tokenizer: Tokenizer, maxLength: Int,
    threads: Int? = nil
  ) throws {
    let options = EncodeOptions(truncation: Truncation(maxLength: maxLength), offsets: true)
    let ready = try tokenizer.readyForWords()
    var encodings = try ready.encodeBatch(words: sentences, options: options, threads: threads)
    // A word of which nothing is left (a zero-width blank) is read as an unknown one: else the words
    // behind it would have the tags of their neighbours.
    let unknown = tokenizer.specialTokens.unknown ?? "?"
    for (index, encoding) in encodings.enumerated() {
      let read = Set(encoding.wordIDs)
      guard let last = read.max(), last >= 0, read.count(where: { $0 >= 0 }) <= Int(last) else {
        continue
      }
      let words = sentences[index].enumerated().map { place, word in
        place < Int(last) && !read.contains(Int32(place)) ? unknown : word
      }
      encodings[index] = try ready.encodeBatch(words: [words], options: options, threads: 1)[0]
    }
    texts = encodings.map { EncodedText(ids: $0.ids, typeIDs: $0.typeIDs) }
    truncated = 0
    self.labels = []
    wordTokens = []
    for (index, encoding) in encodings.enumerated() {
      var tokenLabels = [Int32](repeating: Self.ignored, count: encoding.count)
      var starts = [Int32](repeating: -1, count: sentences[index].count)
      for (token, word) in encoding.wordIDs.enumerated()
      where word >= 0 && Int(word) < starts.count && starts[Int(word)] < 0 {
        starts[Int(word)] = Int32(token)
        tokenLabels[token] = labels[index][Int(word)]
      }
      if encoding.isTruncated { truncated += 1 }
      self.labels.append(tokenLabels)
      wordTokens.append(starts)
    }
  }
}

/// The numbers that a model gives for a part: one row of `classes` logits for each text, or for each
/// word; words that were cut off have none.
public struct Logits: Sendable, Equatable {
  public var classes: Int
  /// `rows * classes` numbers.
  public var values: [Float]
  /// Text i has the rows from `starts[i]` up to `starts[i + 1]`.
  public var starts: [Int]

  public init(classes: Int, values: [Float], starts: [Int]) {
    self.classes = classes
    self.values = values
    self.starts = starts
  }

  public var rows: Int { classes == 0 ? 0 : values.count / classes }

  public func row(_ index: Int) -> ArraySlice<Float> {
    values[index * classes..<(index + 1) * classes]
  }

  /// The class with the largest logit of each row, the first among equals.
  public var best: [Int] {
    (0..<rows).map { row in
      var best = 0
      for k in 1..<max(1, classes)
      where values[row * classes + k] > values[row * classes + best] { best = k }
      return best
    }
  }
}

extension Logits {
  /// Writes the logits of several parts into one safetensors file.
  static func write(_ parts: [TaskPart: Logits], to path: String) throws {
    var tensors: [(name: String, values: [Float], shape: [Int])] = []
    for part in TaskPart.allCases {
      guard let logits = parts[part] else { continue }
      tensors.append((part.rawValue, logits.values, [logits.rows, logits.classes]))
      tensors.append(
        ("\(part.rawValue)#starts", logits.starts.map { Float($0) }, [logits.starts.count]))
    }
    let kept = tensors.map { Tensor($0.values, shape: $0.shape) }
    try SafetensorsWriter.write(
      zip(tensors, kept).map { given, tensor in
        TensorToWrite(
          name: given.name, shape: given.shape,
          values: UnsafeBufferPointer(start: UnsafePointer(tensor.pointer), count: tensor.count))
      }, to: path)
    withExtendedLifetime(kept) {}
  }

  static func read(_ path: String) throws -> [TaskPart: Logits] {
    let checkpoint = try Checkpoint.open(path)
    var parts: [TaskPart: Logits] = [:]
    for part in TaskPart.allCases {
      guard let stored = checkpoint[part.rawValue],
        let starts = checkpoint["\(part.rawValue)#starts"]
      else { continue }
      parts[part] = Logits(
        classes: stored.shape.last ?? 0, values: try stored.floats(),
        starts: try starts.floats().map { number in
          guard let start = Int(exactly: number) else {
            throw TransferError("\(path): \(number) is no number of a row")
          }
          return start
        })
    }
    return parts
  }
}
