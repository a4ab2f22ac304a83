// A metric as a function of how often each example counts. With weights of one that is the metric
// of the data; with the weights of a resample it is the metric of the resample, so intervals and
// paired tests need no second definition of anything.

/// The value of a metric when example i counts `weights[i]` times; 0/0 is 0.
public typealias Scorer = @Sendable (_ weights: [Int32]) -> Double

/// A named measure of predictions.
public struct Metric: Sendable {
  public let name: String
  /// One line for a person.
  public let purpose: String
  public let tasks: [TaskKind]
  public let higherIsBetter: Bool
  /// Where its values lie.
  public let range: ClosedRange<Double>
  /// Whether chance in the examples alone raises it, in a resample more than in the data.
  let isBiased: Bool
  let prepare: @Sendable (Predictions) throws(AnalysisError) -> Scorer

  init(
    _ name: String, _ purpose: String, tasks: [TaskKind], higherIsBetter: Bool = true,
    range: ClosedRange<Double> = 0...1, isBiased: Bool = false,
    prepare: @escaping @Sendable (Predictions) throws(AnalysisError) -> Scorer
  ) {
    self.name = name
    self.purpose = purpose
    self.tasks = tasks
    self.higherIsBetter = higherIsBetter
    self.range = range
    self.isBiased = isBiased
    self.prepare = prepare
  }

  /// A metric of classes.
  static func ofClasses(
    _ name: String, _ purpose: String, higherIsBetter: Bool = true,
    range: ClosedRange<Double> = 0...1, isBiased: Bool = false,
    _ prepare: @escaping @Sendable (ClassPredictions) throws(AnalysisError) -> Scorer
  ) -> Metric {
    Metric(
      name, purpose, tasks: [.classification], higherIsBetter: higherIsBetter, range: range,
      isBiased: isBiased
    ) {
      (predictions) throws(AnalysisError) in
      guard case .classes(let classes) = predictions else {
        throw .invalid("metric `\(name)` needs predicted classes")
      }
      return try prepare(classes)
    }
  }

  /// A metric of tags.
  static func ofTags(
    _ name: String, _ purpose: String,
    _ prepare: @escaping @Sendable (TagPredictions) throws(AnalysisError) -> Scorer
  ) -> Metric {
    Metric(name, purpose, tasks: [.tagging]) { (predictions) throws(AnalysisError) in
      guard case .tags(let tags) = predictions else {
        throw .invalid("metric `\(name)` needs predicted tags")
      }
      return try prepare(tags)
    }
  }

  /// A metric of texts.
  static func ofTexts(
    _ name: String, _ purpose: String,
    _ prepare: @escaping @Sendable (TextPredictions) throws(AnalysisError) -> Scorer
  ) -> Metric {
    Metric(name, purpose, tasks: [.summarization]) { (predictions) throws(AnalysisError) in
      guard case .texts(let texts) = predictions else {
        throw .invalid("metric `\(name)` needs texts")
      }
      return try prepare(texts)
    }
  }

  /// The value over all examples. Throws for predictions of another task, for no examples, or for
  /// probabilities that the metric needs and the predictions lack.
  public func value(_ predictions: Predictions) throws(AnalysisError) -> Double {
    try scorer(predictions)([Int32](repeating: 1, count: predictions.count))
  }

  /// The value with its 95% interval over examples, by bootstrap: the percentiles of the resamples.
  ///
  /// Where resamples are biased upwards these lie above the value by twice the bias; there it is the
  /// basic interval, which reflects them at the value (Davison and Hinkley 1997, section 5.2; on the
  /// bias Efron and Tibshirani 1993, chapters 13 and 14), within the range of the metric and widened
  /// to hold the value. Throws as `Bootstrap.estimate` does.
  public func estimate(
    _ predictions: Predictions, resamples: Int = 1000, seed: UInt64 = 0
  ) throws(AnalysisError) -> Estimate {
    let found = try Bootstrap.estimate(self, predictions, resamples: resamples, seed: seed)
    guard isBiased, let interval = found.interval else { return found }
    let value = found.mean
    let basic = Interval(
      lower: min(value, 2 * value - interval.upper), upper: max(value, 2 * value - interval.lower),
      confidence: interval.confidence)
    return Estimate(
      mean: value, standardDeviation: found.standardDeviation, interval: basic.clipped(to: range),
      n: found.n)
  }

  /// The metric as a function of the examples' weights.
  public func scorer(_ predictions: Predictions) throws(AnalysisError) -> Scorer {
    guard tasks.contains(predictions.kind) else {
      throw .wrongTask(
        metric: name, task: predictions.kind.rawValue,
        known: MetricRegistry.names(for: predictions.kind))
    }
    guard predictions.count > 0 else {
      throw .invalid("metric `\(name)` of no examples is undefined")
    }
    return try prepare(predictions)
  }
}

extension Interval {
  /// The part of it that lies within a range.
  public func clipped(to range: ClosedRange<Double>) -> Interval {
    func clip(_ value: Double) -> Double { min(max(value, range.lowerBound), range.upperBound) }
    return Interval(lower: clip(lower), upper: clip(upper), confidence: confidence)
  }
}

/// All metrics, by name.
public enum MetricRegistry {
  /// A new metric is one file and one line here.
  public static let all: [Metric] =
    [Accuracy.metric, BalancedAccuracy.metric]
    + F1Score.metrics
    + [MatthewsCorrelation.metric, CohenKappa.metric]
    + [NegativeLogLikelihood.metric, BrierScore.metric]
    + CalibrationError.metrics
    + EntityF1.metrics
    + [TokenAccuracy.metric]
    + ROUGE.metrics

  public static func names(for task: TaskKind) -> [String] {
    all.filter { $0.tasks.contains(task) }.map(\.name)
  }

  /// The metric of that name. Throws `unknownName` with the nearest one, or `wrongTask`.
  public static func named(_ name: String, for task: TaskKind? = nil) throws(AnalysisError)
    -> Metric
  {
    guard let metric = all.first(where: { $0.name == name }) else {
      throw .unknown("metric", name, known: task.map(names) ?? all.map(\.name))
    }
    if let task, !metric.tasks.contains(task) {
      throw .wrongTask(metric: name, task: task.rawValue, known: names(for: task))
    }
    return metric
  }

  /// What training watches when nothing else is said.
  public static func headline(for task: TaskKind) -> Metric {
    switch task {
    case .classification: return F1Score.macro
    case .tagging: return EntityF1.headline
    case .summarization: return ROUGE.headline
    }
  }
}

/// Sums over examples of a few numbers each: what most metrics are functions of.
struct ExampleSums: Sendable {
  private let starts: [Int32]
  private let places: [Int32]
  private let values: [Double]
  let width: Int

  /// Per example the (place, value) pairs that it adds.
  init(width: Int, _ examples: some Sequence<[(place: Int, value: Double)]>) {
    var starts: [Int32] = [0]
    var places: [Int32] = []
    var values: [Double] = []
    for example in examples {
      for (place, value) in example where value != 0 {
        places.append(Int32(place))
        values.append(value)
      }
      starts.append(Int32(places.count))
    }
    self.width = width
    self.starts = starts
    self.places = places
    self.values = values
  }

  /// The sums when example i counts `weights[i]` times.
  func total(_ weights: [Int32]) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    for example in 0..<min(weights.count, starts.count - 1) where weights[example] != 0 {
      let weight = Double(weights[example])
      for entry in Int(starts[example])..<Int(starts[example + 1]) {
        sums[Int(places[entry])] += weight * values[entry]
      }
    }
    return sums
  }
}

/// `a / b`, and 0 for 0/0.
@inline(__always)
func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? 0 : a / b }
