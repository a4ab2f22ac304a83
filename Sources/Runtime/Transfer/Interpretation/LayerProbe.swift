// LayerProbe: what a linear classifier finds in every layer of a frozen encoder, and how much more than
// in the same features with meaningless labels (Hewitt and Liang, 2019: selectivity). The control labels
// of texts are the right ones shuffled; of words each kind of word has one, drawn as often as in the
// train part, so that it can be learned by heart alone.

import TLAnalysis
import TLModels
import TLTensor
import TLText

/// How layers are probed.
public struct ProbeSettings: Sendable, Equatable {
  /// nil: all, from the embeddings on.
  public var layers: [Int]?
  /// Of texts; words have the vector of their first piece.
  public var pooling = FrozenFeatures.Pooling.mean
  public var part = TaskPart.test
  /// The inverse of the penalty's weight.
  public var c = 1.0
  public var resamples = 1000
  public var seed: UInt64 = 0

  public init() {}
}

/// What probes of layers reached.
public struct LayerProbes: Sendable {
  public struct Layer: Sendable, Equatable {
    public var layer: Int
    /// The task's headline metric.
    public var headline: Estimate
    /// Share of right classes, or of right tags.
    public var accuracy: Estimate
    /// The accuracy with control labels.
    public var control: Double

    /// How much of the accuracy the probe does not owe to itself.
    public var selectivity: Double { accuracy.mean - control }
  }

  public let title: String
  public let kind: EncoderTask
  public let metric: String
  public let part: TaskPart
  public let layers: [Layer]
  /// Texts or words that the probes learned from.
  public let trainCount: Int
  /// Texts that they were measured on.
  public let count: Int
  /// The accuracy of always saying what is most frequent in the train part.
  public let majority: Double
}

/// The rows of a part with right and control labels.
private struct ProbePart {
  let features: LayerFeatures
  let gold: [Int32]
  let control: [Int32]
  let data: TransferTask.Data
  /// The control tags of all words, also of those that were cut off.
  let controlTags: [[Int]]
}

extension EmbeddingEncoder {
  /// Trains a probe on each layer's features of the train part and measures it.
  ///
  /// Throws where a part is missing, or has one class only.
  public func probe(
    _ task: TransferTask, _ settings: ProbeSettings = ProbeSettings(),
    isStopped: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws -> LayerProbes {
    let layers = try numbers(of: settings.layers)
    guard settings.pooling != .pooler else {
      throw TransferError("a pooler reads the last layer alone", next: "use \"cls\" or \"mean\"")
    }
    guard task.kind != .summarization else {
      throw TransferError("a probe needs a task with labels, this is a summarization")
    }
    guard task.count(settings.part) > 0 else {
      throw TransferError(
        "the task has no \(settings.part.rawValue) part", next: "give it a share in split")
    }
    let classes = task.labels.count
    let draw = ControlLabels(task, seed: settings.seed)
    let (trainCount, count) = (task.count(.train), task.count(settings.part))
    let all = Double(max(1, trainCount + count))
    let train = try probePart(.train, task, layers, settings, draw, isStopped) { done, _ in
      progress("features", 0.7 * Double(done) / all)
    }
    guard let first = train.gold.first, train.gold.contains(where: { $0 != first }) else {
      let only = train.gold.first.map { "`\(task.labels[Int($0)])`" } ?? "none"
      throw TransferError(
        "a probe needs examples of two classes, the train part has \(only) only",
        next: "split with stratify")
    }
    let test = try probePart(settings.part, task, layers, settings, draw, isStopped) { done, _ in
      progress("features", 0.7 * Double(trainCount + done) / all)
    }
    let headline = task.headline
    let metric = task.kind == .tagging ? "token_accuracy" : "accuracy"
    let accuracy = try MetricRegistry.named(metric, for: task.taskKind)
    let fitted = ReadCount()
    var results = [Result<LayerProbes.Layer, any Error>?](repeating: nil, count: layers.count)
    results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = results
      workers.pool.forEachBlock(of: layers.count, size: 1) { index, _, _ in
        results[index] = Result {
          if isStopped() { throw Stopped() }
          defer {
            progress("layers", 0.7 + 0.3 * Double(fitted.added(1)) / Double(layers.count))
          }
          let (rows, measured) = (train.features.vectors[index], test.features.vectors[index])
          let scaling = ColumnScaling(rows)
          scaling.apply(to: rows)
          scaling.apply(to: measured)
          func found(_ labels: [Int32]) throws -> [Int] {
            // Shuffled labels of a rare class may all be of the other one.
            guard let first = labels.first, labels.contains(where: { $0 != first }) else {
              return [Int](repeating: Int(labels.first ?? 0), count: measured.rows)
            }
            return try LogisticProbe.fit(
              rows, labels: labels, classes: classes, c: settings.c, isCancelled: isStopped
            ).predict(measured)
          }
          let predictions = try test.predictions(found(train.gold), task, isControl: false)
          let control = try test.predictions(found(train.control), task, isControl: true)
          func estimate(_ metric: Metric) throws -> Estimate {
            try Bootstrap.estimate(
              metric, predictions, resamples: settings.resamples, seed: settings.seed)
          }
          return LayerProbes.Layer(
            layer: layers[index], headline: try estimate(headline),
            accuracy: try estimate(accuracy), control: try accuracy.value(control))
        }
      }
    }
    let most = draw.mostFrequent
    let majority = test.gold.count { Int($0) == most }
    return LayerProbes(
      title: title, kind: task.kind, metric: headline.name, part: settings.part,
      layers: try results.compactMap { try $0?.get() }, trainCount: train.gold.count,
      count: count,
      majority: Double(majority) / Double(max(1, test.gold.count)))
  }

  private func probePart(
    _ part: TaskPart, _ task: TransferTask, _ layers: [Int], _ settings: ProbeSettings,
    _ draw: ControlLabels, _ isStopped: @escaping @Sendable () -> Bool,
    done: @escaping @Sendable (Int, Int) -> Void
  ) throws -> ProbePart {
    guard let data = task.parts[part] else {
      throw TransferError("the task has no \(part.rawValue) part")
    }
    switch data {
    case .classification(let texts):
      let gold = texts.labels.map { Int32($0) }
      let encoded = try EncodedPart(
        texts: texts.texts, second: texts.pairs, labels: gold, tokenizer: tokenizer,
        maxLength: maxLength)
      return ProbePart(
        features: try LayerFeatures(
          encoded, layers: layers, pooling: settings.pooling, self, isStopped: isStopped,
          done: done),
        gold: gold, control: draw.shuffled(gold, part), data: data, controlTags: [])
    case .summarization:
      throw TransferError("a probe needs a task with labels, this is a summarization")
    case .tagging(let sentences):
      // The label of a word is its place in its sentence.
      let encoded = try EncodedPart(
        sentences: sentences.tokens,
        labels: sentences.tokens.map { $0.indices.map { Int32($0) } }, tokenizer: tokenizer,
        maxLength: maxLength)
      let features = try LayerFeatures(
        encoded, layers: layers, pooling: settings.pooling, self, isStopped: isStopped, done: done)
      let tags = sentences.tokens.map { $0.map { draw.label(of: $0) } }
      var (gold, control): ([Int32], [Int32]) = ([], [])
      for sentence in sentences.tokens.indices {
        for row in features.starts[sentence]..<features.starts[sentence + 1] {
          let place = Int(features.labels[row])
          gold.append(Int32(sentences.tags[sentence][place]))
          control.append(Int32(tags[sentence][place]))
        }
      }
      return ProbePart(
        features: features, gold: gold, control: control, data: data, controlTags: tags)
    }
  }
}

extension ProbePart {
  /// What a probe says of the part; words that were cut off have O.
  func predictions(_ found: [Int], _ task: TransferTask, isControl: Bool) throws -> Predictions {
    switch data {
    case .classification:
      return .classes(
        try ClassPredictions(
          gold: (isControl ? control : gold).map { Int($0) }, predicted: found,
          classes: task.labels.count))
    case .tagging(let sentences):
      var predicted = sentences.tags.map { [Int](repeating: 0, count: $0.count) }
      for sentence in predicted.indices {
        for row in features.starts[sentence]..<features.starts[sentence + 1] {
          predicted[sentence][Int(features.labels[row])] = found[row]
        }
      }
      return .tags(
        try TagPredictions(
          gold: isControl ? controlTags : sentences.tags, predicted: predicted, kinds: task.kinds))
    case .summarization:
      throw TransferError("a probe needs a task with labels, this is a summarization")
    }
  }
}

/// Labels without meaning that are as frequent as the right ones of the train part.
struct ControlLabels {
  /// How many of the train labels are of a class or of those before it.
  private let cumulative: [Int]
  private let seed: UInt64
  let mostFrequent: Int

  init(_ task: TransferTask, seed: UInt64) {
    var counts = [Int](repeating: 0, count: task.labels.count)
    switch task.parts[.train] {
    case .classification(let data): for label in data.labels { counts[label] += 1 }
    case .tagging(let data): for tags in data.tags { for tag in tags { counts[tag] += 1 } }
    case .summarization, nil: break
    }
    self.seed = seed
    mostFrequent = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
    var sum = 0
    cumulative = counts.map {
      sum += $0
      return sum
    }
  }

  /// The labels in random order.
  func shuffled(_ labels: [Int32], _ part: TaskPart) -> [Int32] {
    var random = RandomStream(seed: seed, stream: part == .train ? 0x7072_6f62 : 0x7072_6f63)
    var result = labels
    for last in stride(from: labels.count - 1, to: 0, by: -1) {
      result.swapAt(last, min(last, Int(random.uniform() * Double(last + 1))))
    }
    return result
  }

  /// The label of a kind of word.
  func label(of word: String) -> Int {
    var random = RandomStream(seed: seed, stream: ModelWeights.stream(of: word))
    let place = Int(random.uniform() * Double(cumulative.last ?? 0))
    return cumulative.firstIndex { $0 > place } ?? 0
  }
}
