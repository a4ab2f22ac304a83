// Figures of projections, reliability diagrams and calibrations.

import TLAnalysis
import TLFigures
import TLText

extension ProjectionObject: Plottable {
  public var plotKinds: [String] {
    if case .pca = model { return ["scatter", "variance"] }
    return ["scatter"]
  }

  public func figure(_ request: PlotRequest) throws -> Figure {
    if request.kind == "variance", case .pca(let pca) = model {
      return request.figure([
        BarPanel(
          title: name, categories: pca.explainedVarianceRatio.indices.map { "\($0 + 1)" },
          value: Axis(request.language == .russian ? "доля дисперсии" : "share of the variance"),
          series: [.init("", pca.explainedVarianceRatio)])
      ])
    }
    let count = layout.rows
    let xs = (0..<count).map { Double(layout[$0, 0]) }
    let ys = layout.columns > 1 ? (0..<count).map { Double(layout[$0, 1]) } : xs.map { _ in 0 }
    var (x, y) = (Axis(showsTicks: false), Axis(showsTicks: false))
    if case .pca(let pca) = model {
      x = Axis(component(0, pca, request))
      if layout.columns > 1 { y = Axis(component(1, pca, request)) }
    }
    let color: ScatterPanel.Color =
      labels.map { .groups($0.numbers, names: $0.names) } ?? ScatterPanel.Color.none
    return request.figure([
      ScatterPanel(
        title: name, x: x, y: y, xs: xs, ys: ys, color: color, hasEqualUnits: true)
    ])
  }

  private var name: String {
    switch model {
    case .pca: "PCA"
    case .tsne: "t-SNE"
    case .umap: "UMAP"
    }
  }

  /// `component 1, 62.1 %`
  private func component(_ index: Int, _ pca: PCA, _ request: PlotRequest) -> String {
    let share = Rounded.fixed(100 * pca.explainedVarianceRatio[index], 1)
    return request.language == .russian
      ? "компонента \(index + 1), \(share.replacing(".", with: ",")) %"
      : "component \(index + 1), \(share) %"
  }
}

extension Reliability {
  /// The curve of a diagram, with Wilson's intervals of the accuracies (Wilson 1927).
  func series(_ name: String) -> ReliabilityPanel.Series {
    let intervals = bins.map { bin -> (Double, Double) in
      guard bin.count > 0 else { return (.nan, .nan) }
      let (n, z) = (Double(bin.count), 1.959964)
      let middle = (bin.accuracy + z * z / (2 * n)) / (1 + z * z / n)
      let spread = bin.accuracy * (1 - bin.accuracy) / n + z * z / (4 * n * n)
      let half = z * spread.squareRoot() / (1 + z * z / n)
      return (middle - half, middle + half)
    }
    return ReliabilityPanel.Series(
      name, lower: bins.map(\.lower), upper: bins.map(\.upper), counts: bins.map(\.count),
      confidence: bins.map(\.meanConfidence), accuracy: bins.map(\.accuracy),
      error: expectedCalibrationError, accuracyLower: intervals.map(\.0),
      accuracyUpper: intervals.map(\.1))
  }
}

extension ReliabilityObject: Plottable {
  public var plotKinds: [String] { ["reliability"] }

  public func figure(_ request: PlotRequest) throws -> Figure {
    request.figure([
      ReliabilityPanel(title: ShortNames.title(title), series: [reliability.series("")])
    ])
  }
}

extension CalibrationObject: Plottable {
  public var plotKinds: [String] { ["reliability", "metrics"] }

  public func figure(_ request: PlotRequest) throws -> Figure {
    if request.kind == "metrics" {
      func series(_ name: String, _ value: (CalibrationReport.Row) -> Estimate) -> BarPanel.Series {
        let estimates = report.rows.map(value)
        return .init(
          name, estimates.map(\.mean), lower: estimates.map { $0.interval?.lower ?? .nan },
          upper: estimates.map { $0.interval?.upper ?? .nan })
      }
      return request.figure([
        BarPanel(
          title: ShortNames.title(title),
          categories: report.rows.map { AxisNames.label($0.metric, request.language) },
          value: Axis(request.word(.value)),
          series: [
            series(request.word(.before)) { $0.before }, series(request.word(.after)) { $0.after },
          ])
      ])
    }
    let data = try run.labelledLogits(part)
    return request.figure([
      ReliabilityPanel(
        title: ShortNames.title(title),
        series: [
          try Reliability(data.predictions()).series(request.word(.before)),
          try Reliability(data.predictions(calibration)).series(request.word(.after)),
        ])
    ])
  }
}
