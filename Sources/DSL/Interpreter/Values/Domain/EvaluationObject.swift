// What a run reached on a part, measured, as a value.

import TLAnalysis
import TLText
import TLTransfer

/// Metrics of predictions with their intervals: `evaluate(run)`.
public final class EvaluationObject: DomainObject {
  /// What was measured, e.g. `lora(rank: 8) on rubert-tiny2`.
  let title: String
  let part: TaskPart
  let task: TransferTask
  let predictions: Predictions
  /// The run that it is of, as people name it; empty for others.
  let runID: String
  /// Value and interval over examples, by metric.
  let estimates: [(name: String, estimate: Estimate)]

  init(
    title: String, part: TaskPart, task: TransferTask, predictions: Predictions, resamples: Int,
    seed: UInt64, runID: String = ""
  ) throws {
    self.title = title
    self.runID = runID
    self.part = part
    self.task = task
    self.predictions = predictions
    var estimates: [(name: String, estimate: Estimate)] = []
    for metric in MetricRegistry.all where metric.tasks.contains(predictions.kind) {
      // A model without probabilities has no calibration.
      guard (try? metric.value(predictions)) != nil else { continue }
      estimates.append(
        (
          metric.name, try metric.estimate(predictions, resamples: resamples, seed: seed)
        ))
    }
    self.estimates = estimates
    super.init()
  }

  override public var kind: KindSet { .evaluation }
  override public var fieldNames: [String] {
    estimates.map(\.name) + [
      "part", "n", "metrics", "intervals", "classes", "confusion", "entities", "texts",
      "predictions",
    ]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    if let found = estimates.first(where: { $0.name == name }) {
      return .number(found.estimate.mean)
    }
    switch name {
    case "part": return .text(part.rawValue)
    case "n": return .integer(predictions.count)
    case "metrics": return .object(TableObject(try metricTable(), machine))
    case "intervals":
      let metrics = try metricTable()
      return machine.record(
        estimates.enumerated().map { row, found in
          (
            found.name,
            machine.record(metrics.row(row).map { ($0.0, Value($0.1, machine.symbols)) })
          )
        })
    case "classes", "entities":
      return try classTable().map { .object(TableObject($0, machine)) } ?? Value.none
    case "texts":
      guard case .texts(let texts) = predictions else { return Value.none }
      return .object(TableObject(try Self.table(of: texts), machine))
    case "predictions":
      return try predictionTable().map { .object(TableObject($0, machine)) } ?? Value.none
    case "confusion":
      return try confusionTable().map { .object(TableObject($0, machine)) } ?? Value.none
    default: return nil
    }
  }

  func metricTable() throws -> Table {
    try Table([
      ("metric", estimates.map { .text($0.name) }),
      ("value", estimates.map { .number($0.estimate.mean) }),
      (
        "lower",
        estimates.map { $0.estimate.interval.map { .number($0.lower) } ?? DataValue.none }
      ),
      (
        "upper",
        estimates.map { $0.estimate.interval.map { .number($0.upper) } ?? DataValue.none }
      ),
    ])
  }

  private static func table(of texts: TextPredictions) throws -> Table {
    try Table([
      ("reference", texts.references.map { .text($0) }),
      ("written", texts.hypotheses.map { .text($0) }),
    ])
  }

  /// What was said of each text, or of each word, beside what is right.
  func predictionTable() throws -> Table? {
    switch (predictions, task.parts[part]) {
    case (.texts(let texts), _): return try Self.table(of: texts)
    case (.classes(let classes), .classification(let data)?):
      func names(_ labels: [Int]) -> [DataValue] { labels.map { .text(task.labels[$0]) } }
      let right = zip(classes.gold, classes.predicted).map { DataValue.bool($0 == $1) }
      let probabilities = classes.gold.indices.map { row -> DataValue in
        classes.probabilities.isEmpty ? .none : .number(classes.confidence(row))
      }
      var columns: [(name: String, values: [DataValue])] = [("text", data.texts.map { .text($0) })]
      if let pairs = data.pairs { columns.append(("pair", pairs.map { .text($0) })) }
      columns.append(("gold", names(classes.gold)))
      columns.append(("predicted", names(classes.predicted)))
      columns.append(("probability", probabilities))
      columns.append(("right", right))
      return try Table(columns)
    case (.tags(let tags), .tagging(let data)?):
      let words = data.tokens.indices.flatMap { row in
        data.tokens[row].indices.map { (row: row, place: $0) }
      }
      func names(_ tags: [[EntityTag]]) -> [DataValue] {
        words.map { .text(task.labels[TaggingData.number(tags[$0.row][$0.place])]) }
      }
      let (gold, predicted) = (names(tags.gold), names(tags.predicted))
      return try Table([
        ("row", words.map { .int($0.row) }),
        ("word", words.map { .text(data.tokens[$0.row][$0.place]) }),
        ("gold", gold), ("predicted", predicted),
        ("right", zip(gold, predicted).map { .bool($0 == $1) }),
      ])
    default: return nil
    }
  }

  /// Precision, recall and F1 of each class, or of each kind of entity.
  func classTable() throws -> Table? {
    let rows: [(name: String, scores: PrecisionRecallF1)]
    switch predictions {
    case .classes(let classes):
      rows = zip(task.labels, ConfusionMatrix(classes).perClass).map { ($0, $1) }
    case .tags(let tags): rows = EntityScores(tags).byKind.map { ($0.kind, $0.scores) }
    case .texts: return nil
    }
    return try Table([
      (
        predictions.kind == .tagging ? "entity" : "class",
        rows.map { .text($0.name) }
      ),
      ("precision", rows.map { .number($0.scores.precision) }),
      ("recall", rows.map { .number($0.scores.recall) }),
      ("f1", rows.map { .number($0.scores.f1) }),
      ("support", rows.map { .int(Int($0.scores.support)) }),
    ])
  }

  /// A row for each class that is right, a column for each that was predicted.
  func confusionTable() throws -> Table? {
    guard case .classes(let classes) = predictions else { return nil }
    let matrix = ConfusionMatrix(classes)
    var columns: [(name: String, values: [DataValue])] = [
      ("class", task.labels.map { .text($0) })
    ]
    for (predicted, label) in task.labels.enumerated() {
      columns.append(
        (
          "predicted \(label)",
          task.labels.indices.map { .int(Int(matrix[$0, predicted])) }
        ))
    }
    return try Table(columns)
  }

  /// The metrics that stand in the first line.
  private var headlines: [String] {
    switch predictions.kind {
    case .classification: ["accuracy", "macro_f1", "nll", "brier", "ece"]
    case .tagging: ["entity_f1", "entity_f1_strict", "token_accuracy"]
    case .summarization: ["rouge_1", "rouge_2", "rouge_l"]
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    var parts: [String] = []
    for name in headlines {
      guard let found = estimates.first(where: { $0.name == name }) else { continue }
      parts.append("\(MetricNames.title(name)) \(Rounded.fixed(found.estimate.mean, 3))")
    }
    let unit =
      predictions.kind == .tagging
      ? "sentence" : predictions.kind == .summarization ? "text" : "row"
    var text = parts.joined(separator: "   ")
    text += "   (\(counted(predictions.count, "\(part.rawValue) \(unit)")))"
    let name = task.headline.name
    if let interval = estimates.first(where: { $0.name == name })?.estimate.interval {
      text += "\n95% interval of \(MetricNames.title(name)): \(Rounded.fixed(interval.lower, 3))"
      text += " to \(Rounded.fixed(interval.upper, 3)), by bootstrap over \(unit)s"
    }
    if let table = try? classTable() {
      text += "\n" + table.rounded(3).rendered(maxWidth: style.width)
      while text.hasSuffix("\n") { text.removeLast() }
    }
    return text
  }
}

extension Table {
  /// The same with numbers rounded for people.
  func rounded(_ digits: Int) -> Table {
    let columns = zip(names, self.columns).map { name, column -> (name: String, column: Column) in
      guard case .number(let values) = column.storage else { return (name, column) }
      var power = 1.0
      for _ in 0..<digits { power *= 10 }
      return (
        name,
        Column(.number(values.map { ($0 * power).rounded() / power }), missing: column.missing)
      )
    }
    return (try? Table(columns)) ?? self
  }
}

/// Whether two runs differ beyond chance: `compare(a, b)`.
public final class ComparisonObject: DomainObject {
  let first: String
  let second: String
  let metric: Metric
  let values: (Double, Double)
  let comparison: Bootstrap.Comparison
  let mcNemar: McNemar?
  let count: Int

  init(
    _ first: String, _ second: String, metric: Metric, _ a: Predictions, _ b: Predictions,
    resamples: Int, seed: UInt64
  ) throws {
    self.first = first
    self.second = second
    self.metric = metric
    values = (try metric.value(a), try metric.value(b))
    comparison = try Bootstrap.compare(metric, a, b, resamples: resamples, seed: seed)
    if case .classes(let x) = a, case .classes(let y) = b {
      mcNemar = try McNemar(x, y)
    } else {
      mcNemar = nil
    }
    count = a.count
    super.init()
  }

  /// The same of texts whose scores are known.
  init(
    _ first: String, _ second: String, metric: Metric, _ a: Scorer, _ b: Scorer, count: Int,
    resamples: Int, seed: UInt64
  ) throws {
    self.first = first
    self.second = second
    self.metric = metric
    let all = [Int32](repeating: 1, count: count)
    values = (a(all), b(all))
    comparison = try Bootstrap.compare(a, b, count: count, resamples: resamples, seed: seed)
    mcNemar = nil
    self.count = count
    super.init()
  }

  override public var fieldNames: [String] {
    [
      "metric", "first", "second", "difference", "lower", "upper", "p_value", "mcnemar_p",
      "distinguishable", "n",
    ]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "metric": return .text(metric.name)
    case "first": return .number(values.0)
    case "second": return .number(values.1)
    case "difference": return .number(comparison.difference)
    case "lower": return .number(comparison.interval.lower)
    case "upper": return .number(comparison.interval.upper)
    case "p_value": return .number(comparison.pValue)
    case "mcnemar_p": return mcNemar.map { .number($0.exactP) } ?? Value.none
    case "distinguishable": return .boolean(comparison.isDistinguishable())
    case "n": return .integer(count)
    default: return nil
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    let title = MetricNames.title(metric.name)
    var text = "\(first)  \(title) \(Rounded.fixed(values.0, 3))\n"
    text += "\(second)  \(title) \(Rounded.fixed(values.1, 3))\n"
    let sign = comparison.difference > 0 ? "+" : ""
    text += "difference \(sign)\(Rounded.fixed(comparison.difference, 3)), 95% interval "
    text += "\(Rounded.fixed(comparison.interval.lower, 3)) to "
    text += "\(Rounded.fixed(comparison.interval.upper, 3)), "
    text += "p = \(Rounded.fixed(comparison.pValue, 3)) by paired bootstrap"
    if let mcNemar { text += ", \(Rounded.fixed(mcNemar.exactP, 3)) by McNemar's exact test" }
    text += "\n"
    if !comparison.isDistinguishable() {
      text += "not distinguishable on \(count == 1 ? "this" : "these") \(counted(count, "example"))"
    } else {
      let isFirst = (comparison.difference > 0) == metric.higherIsBetter
      text += "the \(isFirst ? "first" : "second") is better"
    }
    return text
  }
}
