// Figures of runs and evaluations, and of lists of them.

import TLAnalysis
import TLFigures
import TLText
import TLTransfer

extension RunObject: Plottable {
  public var plotKinds: [String] { ["history", "loss", "metrics", "gradients"] }

  public func figure(_ request: PlotRequest) throws -> Figure {
    let title = ShortNames.title(run.adaptation.title)
    switch request.kind {
    case "loss": return request.figure([loss(request)], title: title)
    case "metrics": return request.figure([metrics(request)], title: title)
    case "gradients": return request.figure([gradients(request)], title: title)
    default:
      var panels: [any Panel] = [loss(request)]
      if run.history.epochs.contains(where: { !$0.validation.isEmpty }) {
        panels.append(metrics(request))
      }
      if run.history.epochs.contains(where: { !$0.layerNorms.isEmpty }) {
        panels.append(gradients(request))
      }
      return request.figure(panels, title: title)
    }
  }

  /// The best epoch, at its last step or by its number.
  private func mark(_ request: PlotRequest, atStep: Bool) -> [CurvePanel.Mark] {
    guard let best = run.history.bestEpoch,
      let epoch = run.history.epochs.first(where: { $0.epoch == best })
    else { return [] }
    return [.init(Double(atStep ? epoch.step : epoch.epoch), request.word(.bestEpoch))]
  }

  private func loss(_ request: PlotRequest) -> CurvePanel {
    let (steps, epochs) = (run.history.steps, run.history.epochs)
    var curves: [CurvePanel.Curve] = []
    if steps.count > 1 {
      curves.append(
        .init(
          "", x: steps.map { Double($0.step) }, y: steps.map(\.loss), style: .pale, color: 0))
    }
    curves.append(
      .init(
        request.word(.trainLoss), x: epochs.map { Double($0.step) }, y: epochs.map(\.trainLoss),
        color: 0))
    if epochs.contains(where: { $0.validation("nll") != nil }) {
      curves.append(
        .init(
          request.word(.validationLoss), x: epochs.map { Double($0.step) },
          y: epochs.map { $0.validation("nll") ?? .nan }, color: 1))
    }
    return CurvePanel(
      title: request.language == .russian ? "Потери" : "Loss", x: Axis(request.word(.step)),
      y: Axis(request.word(.loss)), curves: curves, marks: mark(request, atStep: true))
  }

  /// The metrics between 0 and 1 that are better when higher, headline first.
  private func metrics(_ request: PlotRequest) -> CurvePanel {
    let epochs = run.history.epochs
    let names = (epochs.first?.validation ?? []).map(\.name).filter { name in
      MetricRegistry.all.first { $0.name == name }?.higherIsBetter == true
    }
    let headline = run.adaptation.task.headline.name
    let usual = ["macro_f1", "accuracy", "entity_f1", "token_accuracy", "rouge_1", "rouge_l"]
    let order =
      names.contains(headline)
      ? [headline] + names.filter { usual.contains($0) && $0 != headline } : ["perplexity"]
    return CurvePanel(
      title: request.language == .russian ? "Метрики на проверке" : "Validation metrics",
      x: Axis(request.word(.epoch)), y: Axis(request.word(.value)),
      curves: order.prefix(3).map { name in
        .init(
          AxisNames.label(name, request.language), x: epochs.map { Double($0.epoch) },
          y: epochs.map { $0.validation(name) ?? .nan })
      }, marks: mark(request, atStep: false))
  }

  /// Lines of a few layers, a map of many.
  private func gradients(_ request: PlotRequest) -> any Panel {
    let epochs = run.history.epochs
    var names: [String] = []
    for metric in epochs.flatMap(\.layerNorms) where !names.contains(metric.name) {
      names.append(metric.name)
    }
    func norms(_ name: String) -> [Double] {
      epochs.map { epoch in epoch.layerNorms.first { $0.name == name }?.value ?? .nan }
    }
    let title = request.language == .russian ? "Градиенты по слоям" : "Gradients by layer"
    if names.count <= 8 {
      return CurvePanel(
        title: title, x: Axis(request.word(.epoch)),
        y: Axis(request.word(.gradientNorm), isLogarithmic: true),
        curves: names.map {
          .init(
            ShortNames.layer($0, request.language), x: epochs.map { Double($0.epoch) },
            y: norms($0))
        })
    }
    return HeatMapPanel(
      title: title, rowLabel: request.word(.layer), columnLabel: request.word(.epoch),
      rows: names.map { ShortNames.layer($0, request.language) },
      columns: epochs.map { "\($0.epoch)" }, values: names.map(norms),
      scaleLabel: request.word(.gradientNorm))
  }
}

extension EvaluationObject: Plottable {
  public var plotKinds: [String] {
    predictions.kind == .classification
      ? ["confusion", "metrics", "classes"] : ["classes", "metrics"]
  }

  public func figure(_ request: PlotRequest) throws -> Figure {
    switch request.kind {
    case "confusion":
      if case .classes(let classes) = predictions {
        return request.figure([confusion(classes, request)])
      }
      fallthrough
    case "metrics": return request.figure([metrics(request)])
    default:
      guard let table = try classTable(), table.rowCount > 0 else {
        return request.figure([metrics(request)])
      }
      let figures = TableFigures(table)
      let names = ["precision", "recall", "f1"]
      return request.figure([
        BarPanel(
          title: ShortNames.title(title), categories: try figures.texts(table.names[0]),
          value: Axis(range: 0...1),
          series: try names.map { .init($0, try figures.numbers($0, request)) })
      ])
    }
  }

  private func confusion(_ classes: ClassPredictions, _ request: PlotRequest) -> HeatMapPanel {
    let matrix = ConfusionMatrix(classes)
    let labels = task.labels
    let support = matrix.support
    return HeatMapPanel(
      title: ShortNames.title(title), rowLabel: request.word(.actual),
      columnLabel: request.word(.predicted),
      rows: labels, columns: labels,
      values: labels.indices.map { row in
        labels.indices.map { support[row] > 0 ? matrix[row, $0] / support[row] : .nan }
      }, range: 0...1, scaleLabel: request.word(.share),
      texts: labels.indices.map { row in
        labels.indices.map { "\(Int(matrix[row, $0]))" }
      })
  }

  private func metrics(_ request: PlotRequest) -> BarPanel {
    BarPanel(
      title: ShortNames.title(title),
      categories: estimates.map { AxisNames.label($0.name, request.language) },
      value: Axis(request.word(.value)),
      series: [
        .init(
          "", estimates.map(\.estimate.mean),
          lower: estimates.map { $0.estimate.interval?.lower ?? .nan },
          upper: estimates.map { $0.estimate.interval?.upper ?? .nan })
      ])
  }
}

/// Names that fit into a figure.
enum ShortNames {
  /// The title of a run without the settings of its strategy.
  static func title(_ title: String) -> String {
    var depth = 0
    var result = ""
    for character in title {
      if character == "(" { depth += 1 }
      if depth == 0 { result.append(character) }
      if character == ")", depth > 0 { depth -= 1 }
    }
    return result.isEmpty ? title : result
  }

  /// `layer 4` for `encoder.layer.3`, as probes and attention count; other parts of a model keep their
  /// names.
  static func layer(_ name: String, _ language: FigureLanguage) -> String {
    guard let number = name.split(separator: ".").last.flatMap({ Int($0) }), number < 100_000 else {
      return language == .russian && name == "embeddings" ? "эмбеддинги" : name
    }
    return "\(FigureWord.layer(language)) \(number + 1)"
  }
}

/// Lists of things that can be drawn together.
enum ListFigures {
  static func plottable(_ elements: ContiguousArray<Value>, _ call: Arguments) throws
    -> any Plottable
  {
    guard !elements.isEmpty else {
      throw call.bad(0, "the list is empty: there is nothing to draw")
    }
    let numbers = elements.compactMap(\.asDouble)
    if numbers.count == elements.count { return NumberFigures(values: Array(numbers)) }
    if let facts = try facts(elements, call) { return facts }
    if let found = try InsideFigures.plottable(elements, call) { return found }
    if let table = try? Table(records: elements.map { try fields($0) }) {
      return TableFigures(table)
    }
    throw call.bad(
      0,
      "a list can be drawn when it holds numbers, runs, evaluations or records, found "
        + "\(elements.first { $0.asDouble == nil }?.kindName ?? "none")")
  }

  private struct NoRecord: Error {}

  private static func fields(_ value: Value) throws -> [(String, DataValue)] {
    guard case .record(let fields)? = value.data else { throw NoRecord() }
    return fields
  }

  /// What runs or evaluations have reached, a row each; nil for a list of something else.
  static func facts(_ elements: ContiguousArray<Value>, _ call: Arguments) throws -> FactFigures? {
    let objects = elements.compactMap { $0.asDomain }
    guard objects.count == elements.count, !objects.isEmpty else { return nil }
    let runs = objects.compactMap { $0 as? RunObject }
    if runs.count == objects.count {
      return FactFigures(
        table: try table(runs.map { facts($0, among: runs) }),
        headline: runs[0].run.adaptation.task.headline.name)
    }
    let evaluations = objects.compactMap { $0 as? EvaluationObject }
    if evaluations.count == objects.count {
      return FactFigures(
        table: try table(
          evaluations.map { one in
            [("strategy", .text(ShortNames.title(one.title)))]
              + one.estimates.map { ($0.name, .number($0.estimate.mean)) }
          }), headline: evaluations[0].task.headline.name)
    }
    return nil
  }

  private static func table(_ rows: [[(String, DataValue)]]) throws -> Table {
    Table(records: rows)
  }

  private static func facts(_ object: RunObject, among runs: [RunObject])
    -> [(String, DataValue)]
  {
    let (adaptation, facts) = (object.run.adaptation, object.run.facts)
    let metrics = object.run.metrics[.test] ?? object.run.metrics[.validation] ?? []
    // The settings stand with the name only where they tell runs apart.
    let name = adaptation.strategy.name
    let isAlone = runs.allSatisfy {
      let other = $0.run.adaptation.strategy
      return other.name != name || other.call == adaptation.strategy.call
    }
    let strategy = isAlone ? name : adaptation.strategy.call
    let share = Double(facts.trainedParameters) / Double(max(1, facts.totalParameters))
    return [
      ("strategy", .text(strategy)), ("donor", .text(adaptation.donor.shortName)),
      ("seed", .int(Int(truncatingIfNeeded: adaptation.settings.seed))),
    ] + metrics.map { ($0.name, .number($0.value)) } + [
      ("trained_parameters", .int(facts.trainedParameters)),
      ("trainable_share", .number(100 * share)),
      ("train_seconds", .number(facts.trainSeconds)),
      ("rows_per_second", .number(facts.rowsPerSecond)),
      ("peak_memory", .number(Double(facts.peakMemory) / 1e6)),
    ]
  }
}

/// Runs or evaluations side by side.
struct FactFigures: Plottable {
  let table: Table
  let headline: String

  var plotKinds: [String] { ["box", "bar", "scatter", "histogram"] }

  func figure(_ request: PlotRequest) throws -> Figure {
    let x = request.kind == "scatter" ? request.x ?? "train_seconds" : request.x ?? "strategy"
    let request = PlotRequest(
      kind: request.kind, language: request.language, title: request.title,
      x: request.kind == "histogram" ? request.x ?? headline : x,
      y: request.y.isEmpty && request.kind != "histogram" ? [headline] : request.y,
      color: request.color ?? (request.kind == "scatter" ? "strategy" : nil),
      label: request.label, lower: request.lower, upper: request.upper, bins: request.bins,
      isLogarithmic: request.isLogarithmic, call: request.call)
    return try TableFigures(table).figure(request)
  }
}
