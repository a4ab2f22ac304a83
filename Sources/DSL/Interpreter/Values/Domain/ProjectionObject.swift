// A layout of points in few dimensions, as a value.

import Synchronization
import TLAnalysis
import TLTensor
import TLText

/// Points laid out: `umap(…)`, `tsne(…)`, `pca(…)`.
public final class ProjectionObject: DomainObject {
  enum Model {
    case pca(PCA)
    case tsne(divergence: Double)
    case umap(UMAP)
  }

  let model: Model
  /// [points, columns], what was laid out.
  let points: Tensor
  /// [points, dimensions]
  let layout: Tensor
  let labels: PointLabels?
  private let metric: ProjectionMetric
  private let settings: [(String, Value)]
  private let isInterrupted: Bool
  private let trust = Mutex<[Int: Double]>([:])

  init(
    _ model: Model, points: Tensor, layout: Tensor, labels: PointLabels?,
    metric: ProjectionMetric, settings: [(String, Value)], isInterrupted: Bool
  ) {
    self.model = model
    self.points = points
    self.layout = layout
    self.labels = labels
    self.metric = metric
    self.settings = settings
    self.isInterrupted = isInterrupted
    super.init()
  }

  override public var kind: KindSet { .projection }

  static let commonFields = [
    "method", "n", "dimensions", "settings", "coordinates", "table", "labels", "trustworthiness",
    "state",
  ]

  override public var fieldNames: [String] {
    switch model {
    case .pca: Self.commonFields + ["explained_variance", "explained_variance_ratio", "components"]
    case .tsne: Self.commonFields + ["divergence"]
    case .umap: Self.commonFields
    }
  }

  var method: String {
    switch model {
    case .pca: "pca"
    case .tsne: "tsne"
    case .umap: "umap"
    }
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch (name, model) {
    case ("method", _): return .text(method)
    case ("n", _): return .integer(layout.rows)
    case ("dimensions", _): return .integer(layout.columns)
    case ("settings", _): return machine.record(settings)
    case ("coordinates", _): return .object(MatrixObject(layout))
    case ("table", _): return .object(TableObject(try table(), machine))
    case ("labels", _):
      return labels.map { labels in .texts(labels.numbers.map { labels.names[$0] }) } ?? Value.none
    case ("trustworthiness", _):
      let cancellation = machine.cancellation
      return .number(try trustworthiness(neighbors: mostNeighbors) { cancellation.isCancelled })
    case ("state", _): return .text(isInterrupted ? "interrupted" : "finished")
    case ("explained_variance", .pca(let pca)): return Self.list(pca.explainedVariance)
    case ("explained_variance_ratio", .pca(let pca)): return Self.list(pca.explainedVarianceRatio)
    case ("components", .pca(let pca)):
      return .object(
        MatrixObject(
          Tensor(pca.components.map { Float($0) }, shape: [pca.count, pca.mean.count])))
    case ("divergence", .tsne(let divergence)): return .number(divergence)
    default: return nil
    }
  }

  private static func list(_ values: [Double]) -> Value {
    .list(ContiguousArray(values.map { .number($0) }))
  }

  /// 15, or fewer for few points.
  private var mostNeighbors: Int { max(1, min(15, (layout.rows - 1) / 2)) }

  /// Measured once. Throws what `LayoutQuality.trustworthiness` throws.
  func trustworthiness(
    neighbors: Int, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Double {
    if let known = trust.withLock({ $0[neighbors] }) { return known }
    let found = try LayoutQuality.trustworthiness(
      points, layout: layout, k: neighbors, metric: metric, isStopped: isStopped)
    if isStopped() { throw Interruption(isStepLimit: false) }
    trust.withLock { $0[neighbors] = found }
    return found
  }

  /// A row for each point: x, y, z (or c1, c2, … for more), and its label.
  func table() throws -> Table {
    let names =
      layout.columns <= 3
      ? Array(["x", "y", "z"].prefix(layout.columns)) : (1...layout.columns).map { "c\($0)" }
    var columns: [(name: String, column: Column)] = names.enumerated().map { index, name in
      (
        name,
        Column(
          .number((0..<layout.rows).map { Double("\(layout[$0, index])") ?? 0 }))
      )
    }
    if let labels {
      columns.append(
        ("label", Column.of(labels.numbers.map { DataValue.text(labels.names[$0]) })))
    }
    return try Table(columns)
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text =
      "Projection  \(method) · \(layout.rows) points, \(points.columns) → \(layout.columns)"
    if isInterrupted { text += " · interrupted" }
    switch model {
    case .pca(let pca):
      let shares = pca.explainedVarianceRatio.prefix(6).map { Rounded.fixed(100 * $0, 1) }
      text += " · explains \(shares.joined(separator: ", ")) %"
    case .tsne(let divergence):
      text += " · divergence \(Rounded.fixed(divergence, 3))"
    case .umap: break
    }
    let neighbors = mostNeighbors
    // Cheap for few points; for many once somebody has asked.
    if layout.rows > 2, layout.rows <= 3000 || trust.withLock({ $0[neighbors] }) != nil,
      let trust = try? trustworthiness(neighbors: neighbors)
    {
      text += " · trustworthiness \(Rounded.fixed(trust, 3)) (\(neighbors) neighbors)"
    }
    if let table = try? table() {
      text += "\n" + table.rounded(3).rendered(maxRows: 5, maxWidth: style.width)
      while text.hasSuffix("\n") { text.removeLast() }
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? ProjectionObject, other.method == method,
      other.layout.shape == layout.shape
    else { return false }
    return (0..<layout.count).allSatisfy { other.layout.pointer[$0] == layout.pointer[$0] }
  }
}
