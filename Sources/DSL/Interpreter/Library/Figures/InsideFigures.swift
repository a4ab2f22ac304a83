// Figures of what is inside a model: probes by layer, attention, forgetting and CKA; and of pairs of
// them, before and after.

import TLAnalysis
import TLFigures
import TLTransfer

extension ProbeObject: Plottable {
  public var plotKinds: [String] { ProbeFigures.kinds }

  public func figure(_ request: PlotRequest) throws -> Figure {
    try ProbeFigures(objects: [self]).figure(request)
  }
}

/// Probes of one model or of several over the same layers.
struct ProbeFigures: Plottable {
  static let kinds = ["metric", "accuracy", "selectivity"]
  let objects: [ProbeObject]

  var plotKinds: [String] { Self.kinds }

  func figure(_ request: PlotRequest) throws -> Figure {
    let isAlone = objects.count == 1
    let isRussian = request.language == .russian
    var curves: [CurvePanel.Curve] = []
    for (index, object) in objects.enumerated() {
      let layers = object.probes.layers
      let x = layers.map { Double($0.layer) }
      let name = isAlone ? (isRussian ? "проба" : "probe") : name(index, request)
      func curve(_ estimate: (LayerProbes.Layer) -> Estimate) -> CurvePanel.Curve {
        let found = layers.map(estimate)
        return .init(
          name, x: x, y: found.map(\.mean), lower: found.map { $0.interval?.lower ?? .nan },
          upper: found.map { $0.interval?.upper ?? .nan }, color: index)
      }
      switch request.kind {
      case "selectivity":
        curves.append(.init(name, x: x, y: layers.map(\.selectivity), color: index))
      case "accuracy":
        curves.append(curve(\.accuracy))
        let control = isRussian ? "случайные метки" : "control labels"
        curves.append(
          .init(
            isAlone ? control : "\(name), \(control)", x: x, y: layers.map(\.control),
            style: .dashed, color: index))
      default: curves.append(curve(\.headline))
      }
    }
    let metric = objects.first?.probes.metric ?? ""
    let y =
      request.kind == "selectivity"
      ? request.word(.selectivity)
      : request.kind == "accuracy"
        ? request.word(.accuracy) : AxisNames.label(metric, request.language)
    if isAlone, request.kind == "metric" { curves[0].name = "" }
    return request.figure([
      CurvePanel(
        title: isAlone ? ShortNames.title(objects[0].probes.title) : "",
        x: Axis(request.word(.layer)), y: Axis(y), curves: curves)
    ])
  }

  /// Two are before and after; more go by their names.
  private func name(_ index: Int, _ request: PlotRequest) -> String {
    if objects.count == 2 { return request.word(index == 0 ? .before : .after) }
    return ShortNames.title(objects[index].probes.title)
  }
}

extension AttentionObject: Plottable {
  public var plotKinds: [String] { ["map", "heads", "layers"] }

  public func figure(_ request: PlotRequest) throws -> Figure {
    let title = ShortNames.title(attention.title)
    switch request.kind {
    case "heads":
      return try panels(
        (1...max(1, attention.heads)).map { head in
          ("\(request.word(.head)) \(head)", try attention.map(layer: layer, head: head).values)
        }, request)
    case "layers":
      return try panels(
        (1...max(1, attention.layers)).map { layer in
          ("\(request.word(.layer)) \(layer)", try attention.map(layer: layer, head: head).values)
        }, request)
    default:
      return request.figure([panel(map.values.map(Double.init), title, request)])
    }
  }

  private func panels(_ maps: [(String, [Float])], _ request: PlotRequest) throws -> Figure {
    guard maps.count <= 40 else {
      throw request.bad(
        "a figure holds at most 40 maps, there are \(maps.count); draw them one by one")
    }
    // One scale for all: heads are there to be compared.
    let range = 0...max(maps.flatMap(\.1).max().map(Double.init) ?? 1, 1e-6)
    return request.figure([
      self.maps(
        maps.map { .init($0.0, cells($0.1.map(Double.init)), range: range) },
        ShortNames.title(attention.title), request)
    ])
  }

  /// A map with tokens at its sides.
  private func panel(_ values: [Double], _ title: String, _ request: PlotRequest) -> HeatMapPanel {
    HeatMapPanel(
      title: title, rowLabel: request.word(.query), columnLabel: request.word(.key),
      rows: attention.tokens, columns: attention.tokens, values: cells(values),
      range: 0...max(values.max() ?? 1, 1e-6), scaleLabel: request.word(.attentionWeight))
  }

  /// Several maps of the same tokens.
  fileprivate func maps(_ maps: [MapsPanel.Map], _ title: String, _ request: PlotRequest)
    -> MapsPanel
  {
    MapsPanel(
      title: title, rowLabel: request.word(.query), columnLabel: request.word(.key),
      rows: attention.tokens, columns: attention.tokens, maps: maps,
      scaleLabel: request.word(.attentionWeight))
  }

  fileprivate func cells(_ values: [Double]) -> [[Double]] {
    let size = attention.tokens.count
    return (0..<size).map { Array(values[$0 * size..<($0 + 1) * size]) }
  }
}

extension PlotRequest {
  /// Maps of the values before, after, and of their difference; `cells` lays values out in rows.
  fileprivate func comparison(
    _ before: [Double], _ after: [Double], _ range: ClosedRange<Double>?,
    _ cells: ([Double]) -> [[Double]]
  ) -> [MapsPanel.Map] {
    [
      .init(word(.before), cells(before), range: range),
      .init(word(.after), cells(after), range: range),
      .init(word(.difference), cells(zip(before, after).map { $1 - $0 }), scale: .diverging),
    ]
  }
}

/// The attention of two models to the same text.
struct AttentionPair: Plottable {
  let before: AttentionObject
  let after: AttentionObject

  var plotKinds: [String] { ["difference"] }

  func figure(_ request: PlotRequest) throws -> Figure {
    let first = before.map.values.map(Double.init)
    let second = after.map.values.map(Double.init)
    let range = 0...max(first.max() ?? 0, second.max() ?? 0, 1e-6)
    return request.figure([
      before.maps(
        request.comparison(first, second, range, before.cells), before.view(request.language),
        request)
    ])
  }
}

extension AttentionSummaryObject: Plottable {
  public var plotKinds: [String] { ["heads"] + Self.measures }

  public func figure(_ request: PlotRequest) throws -> Figure {
    let title = ShortNames.title(summary.title)
    if request.kind == "heads" {
      return request.figure([
        maps(
          ["entropy", "distance"].map { .init(Self.title($0, request), cells(values($0))) }, title,
          request)
      ])
    }
    let name = request.kind
    return request.figure([
      HeatMapPanel(
        title: title, rowLabel: request.word(.layer), columnLabel: request.word(.head),
        rows: layerNames, columns: headNames, values: cells(values(name)),
        scaleLabel: Self.title(name, request))
    ])
  }

  func values(_ name: String) -> [Double] { summary.heads.map { Self.value(name, $0) } }

  private var layerNames: [String] { (1...max(1, summary.layers)).map { "\($0)" } }
  private var headNames: [String] { (1...max(1, summary.headsPerLayer)).map { "\($0)" } }

  /// A row for each layer, a column for each head.
  fileprivate func cells(_ values: [Double]) -> [[Double]] {
    let heads = summary.headsPerLayer
    return (0..<summary.layers).map { Array(values[$0 * heads..<($0 + 1) * heads]) }
  }

  fileprivate func maps(_ maps: [MapsPanel.Map], _ title: String, _ request: PlotRequest)
    -> MapsPanel
  {
    MapsPanel(
      title: title, rowLabel: request.word(.layer), columnLabel: request.word(.head),
      rows: layerNames, columns: headNames, maps: maps)
  }

  static func title(_ name: String, _ request: PlotRequest) -> String {
    let isRussian = request.language == .russian
    switch name {
    case "entropy": return isRussian ? "энтропия, нат" : "entropy, nats"
    case "distance": return isRussian ? "расстояние, токены" : "distance, tokens"
    case "first": return isRussian ? "доля первого токена" : "share of the first token"
    default: return isRussian ? "доля разделителей" : "share of separators"
    }
  }
}

/// Summaries of two models.
struct AttentionSummaryPair: Plottable {
  let before: AttentionSummaryObject
  let after: AttentionSummaryObject

  var plotKinds: [String] { AttentionSummaryObject.measures }

  func figure(_ request: PlotRequest) throws -> Figure {
    let name = request.kind
    let (first, second) = (before.values(name), after.values(name))
    let all = first + second
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let range = low < high ? low...high : nil
    return request.figure([
      before.maps(
        request.comparison(first, second, range, before.cells),
        AttentionSummaryObject.title(name, request), request)
    ])
  }
}

extension ForgettingObject: Plottable {
  public var plotKinds: [String] { ["loss", "accuracy"] }

  public func figure(_ request: PlotRequest) throws -> Figure {
    let isLoss = request.kind == "loss"
    let found = [forgetting.before, forgetting.after].map { isLoss ? $0.loss : $0.accuracy }
    return request.figure([
      BarPanel(
        title: ShortNames.title(forgetting.title),
        categories: [request.word(.before), request.word(.after)],
        value: Axis(request.word(isLoss ? .loss : .accuracy)),
        series: [
          .init(
            "", found.map(\.mean), lower: found.map { $0.interval?.lower ?? .nan },
            upper: found.map { $0.interval?.upper ?? .nan })
        ])
    ])
  }
}

extension SimilarityObject: Plottable {
  public var plotKinds: [String] { ["heatmap", "diagonal"] }

  public func figure(_ request: PlotRequest) throws -> Figure {
    let values = similarity.values
    let columns = values.first?.count ?? 0
    let (first, second) = (
      ShortNames.title(similarity.first), ShortNames.title(similarity.second)
    )
    if request.kind == "diagonal" {
      let layers = 0..<min(values.count, columns)
      return request.figure([
        CurvePanel(
          title: "\(first) · \(second)", x: Axis(request.word(.layer)), y: Axis("CKA"),
          curves: [.init("", x: layers.map(Double.init), y: layers.map { values[$0][$0] })])
      ])
    }
    let layer = request.word(.layer)
    return request.figure([
      HeatMapPanel(
        title: "CKA", rowLabel: "\(layer), \(first)", columnLabel: "\(layer), \(second)",
        rows: values.indices.map { "\($0)" }, columns: (0..<columns).map { "\($0)" },
        values: values, range: 0...1, scaleLabel: "CKA")
    ])
  }
}

/// Lists of these values.
enum InsideFigures {
  /// Nil for a list of something else.
  static func plottable(_ elements: ContiguousArray<Value>, _ call: Arguments) throws
    -> (any Plottable)?
  {
    let probes = elements.compactMap { $0.asDomain as? ProbeObject }
    if probes.count == elements.count, let first = probes.first {
      guard probes.allSatisfy({ $0.probes.metric == first.probes.metric }) else {
        throw call.bad(0, "probes of tasks of different kinds have no common scale")
      }
      guard probes.count <= 8 else {
        throw call.bad(0, "\(probes.count) lines cannot be told apart; at most 8 can")
      }
      return ProbeFigures(objects: probes)
    }
    let maps = elements.compactMap { $0.asDomain as? AttentionObject }
    if maps.count == elements.count {
      guard maps.count == 2 else {
        throw call.bad(0, "attention is compared by two, before and after; found \(maps.count)")
      }
      guard maps[0].attention.tokens == maps[1].attention.tokens else {
        throw call.bad(
          0, "the two are of other tokens; compare the same text by models of one tokenizer")
      }
      return AttentionPair(before: maps[0], after: maps[1])
    }
    let summaries = elements.compactMap { $0.asDomain as? AttentionSummaryObject }
    if summaries.count == elements.count {
      guard summaries.count == 2 else {
        throw call.bad(
          0, "attention is compared by two, before and after; found \(summaries.count)")
      }
      let (a, b) = (summaries[0].summary, summaries[1].summary)
      guard a.layers == b.layers, a.headsPerLayer == b.headsPerLayer else {
        throw call.bad(0, "the two models have other numbers of layers or heads")
      }
      return AttentionSummaryPair(before: summaries[0], after: summaries[1])
    }
    return nil
  }
}
