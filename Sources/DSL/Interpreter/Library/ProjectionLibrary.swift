// Projections: points of many dimensions laid out in few, and how far such a picture is to be
// trusted.

import Glibc
import TLAnalysis
import TLSyntax
import TLTensor

enum ProjectionLibrary {
  static let functions: [LibraryFunction] = [
    pca, tsne, umap, transform, trustworthiness, neighborAccuracy,
  ]

  private static let points = ParameterDeclaration(
    "points", [.matrix, .table, .list],
    "a matrix such as `embeddings` gives, a table of numbers, or rows of numbers")
  private static let labels = ParameterDeclaration(
    "labels", .list, "what each point is: a column of the table and the legend of a plot",
    default: .none)
  private static let metric = ParameterDeclaration(
    "metric", .text, "what points are compared by", default: .text("euclidean"),
    choices: ProjectionMetric.allCases.map(\.rawValue))
  private static let seed = ParameterDeclaration(
    "seed", .integer, "of the start and of chance", default: .integer(0))

  /// Points around two middles.
  private static let blobs = """
    let points = map(1..40, n => [cos(n), sin(n), if n <= 20 { 0 } else { 9 }])
    let sides = map(1..40, n => if n <= 20 { "left" } else { "right" })

    """

  static let pca = LibraryFunction(
    "pca", .interpretation, "the directions in which points vary most",
    [
      points, labels,
      ParameterDeclaration(
        "dimensions", .integer, "how many directions", default: .integer(2), in: 1...10_000),
    ],
    result: .projection,
    examples: [
      .init(
        "round(pca([[1, 1], [2, 2], [3, 4]]).explained_variance[0], digits: 3)", "3.308"),
      .init(blobs + "pca(points, labels: sides).table |> columns", "[\"x\", \"y\", \"label\"]"),
    ],
    details: "`explained_variance` and `explained_variance_ratio` are by direction; `transform` "
      + "places other points on the same directions."
  ) { call in
    let points = try call.matrix(0)
    let fitted = try PCA.fit(points, components: call.integer(2))
    return .object(
      ProjectionObject(
        .pca(fitted), points: points, layout: try fitted.transform(points),
        labels: try call.pointLabels(1, count: points.rows), metric: .euclidean,
        settings: [("dimensions", .integer(fitted.count))], isInterrupted: false))
  }

  static let tsne = LibraryFunction(
    "tsne", .interpretation, "a picture of points in which near ones stay near, by t-SNE",
    [
      points, labels,
      ParameterDeclaration(
        "perplexity", .number, "about how many neighbors a point has", default: .number(30),
        in: 1...10_000),
      ParameterDeclaration(
        "early_exaggeration", .number, "how much more neighbors attract in the first third",
        default: .number(12), in: 1...1000),
      ParameterDeclaration(
        "iterations", .integer, "steps of the descent", default: .integer(750), in: 3...1_000_000),
      ParameterDeclaration(
        "learning_rate", .number, "points / early_exaggeration if not given", default: .none,
        in: 1e-6...1e9),
      metric, seed,
    ],
    result: .projection,
    examples: [
      .init(blobs + "tsne(points, labels: sides, perplexity: 5).coordinates.row_count", "40"),
      .init(
        blobs + "let picture = tsne(points, labels: sides, perplexity: 5)\n"
          + "neighbor_accuracy(picture, neighbors: 5)", "1.0"),
    ],
    details: "The start is from the principal components. Repulsion is exact up to "
      + "\(TSNEForces.mostPairs) points, above that through a grid (FIt-SNE). Of more than 3 × "
      + "perplexity equal points the perplexity is not reached. The same seed gives the same "
      + "bytes. Ctrl-C at the prompt gives the layout as it is, marked interrupted."
  ) { call in
    var settings = TSNESettings()
    settings.perplexity = try call.number(2)
    settings.earlyExaggeration = try call.number(3)
    settings.iterations = try call.integer(4)
    settings.learningRate = call.isNone(5) ? nil : try call.number(5)
    settings.metric = ProjectionMetric(rawValue: try call.text(6)) ?? .euclidean
    settings.seed = UInt64(bitPattern: Int64(try call.integer(7)))
    let points = try call.matrix(0)
    let labels = try call.pointLabels(1, count: points.rows)
    let found = try call.watched {
      try TSNE.fit(points, settings, watch: $0)
    } isInterrupted: {
      $0.isInterrupted
    }
    return .object(
      ProjectionObject(
        .tsne(divergence: found.divergence), points: points, layout: found.layout, labels: labels,
        metric: settings.metric,
        settings: [
          ("perplexity", .number(settings.perplexity)),
          ("early_exaggeration", .number(settings.earlyExaggeration)),
          ("iterations", .integer(settings.iterations)),
          ("learning_rate", settings.learningRate.map { .number($0) } ?? Value.none),
          ("metric", .text(settings.metric.rawValue)), ("seed", call[7]),
        ], isInterrupted: found.isInterrupted))
  }

  static let umap = LibraryFunction(
    "umap", .interpretation, "a picture of points in which near ones stay near, by UMAP",
    [
      points, labels,
      ParameterDeclaration(
        "neighbors", .integer, "how many points are near a point, itself counted",
        default: .integer(15), in: 2...10_000),
      ParameterDeclaration(
        "min_dist", .number, "how near points may come in the picture", default: .number(0.1),
        in: 0...1000),
      ParameterDeclaration(
        "spread", .number, "the scale of the picture", default: .number(1), in: 1e-3...1000),
      ParameterDeclaration(
        "epochs", .integer, "500 up to 10 000 points, else 200, if not given", default: .none,
        in: 1...1_000_000),
      ParameterDeclaration(
        "negatives", .integer, "how many others push a point away for each that pulls",
        default: .integer(5), in: 0...1000),
      metric, seed,
    ],
    result: .projection,
    examples: [
      .init(blobs + "umap(points, labels: sides, neighbors: 8).method", "umap"),
      .init(
        blobs + "let picture = umap(points, neighbors: 8)\n"
          + "transform(picture, [[0.5, 0.5, 9]]).row_count", "1"),
    ],
    details: "Neighbors are exact. The start is from the leading eigenvectors of the graph of "
      + "neighbors, or from the principal components where it falls into parts. `transform` "
      + "places other points in the same picture. The same seed gives the same bytes. Ctrl-C at "
      + "the prompt gives the layout as it is, marked interrupted."
  ) { call in
    var settings = UMAPSettings()
    settings.neighbors = try call.integer(2)
    settings.minimumDistance = try call.number(3)
    settings.spread = try call.number(4)
    settings.epochs = call.isNone(5) ? nil : try call.integer(5)
    settings.negatives = try call.integer(6)
    settings.metric = ProjectionMetric(rawValue: try call.text(7)) ?? .euclidean
    settings.seed = UInt64(bitPattern: Int64(try call.integer(8)))
    let points = try call.matrix(0)
    let labels = try call.pointLabels(1, count: points.rows)
    let fitted = try call.watched {
      try UMAP.fit(points, settings, watch: $0)
    } isInterrupted: {
      $0.isInterrupted
    }
    return .object(
      ProjectionObject(
        .umap(fitted), points: points, layout: fitted.layout, labels: labels,
        metric: settings.metric,
        settings: [
          ("neighbors", call[2]), ("min_dist", call[3]), ("spread", call[4]),
          ("epochs", .integer(settings.epochs(for: points.rows))), ("negatives", call[6]),
          ("metric", call[7]), ("seed", call[8]),
        ], isInterrupted: fitted.isInterrupted))
  }

  static let transform = LibraryFunction(
    "transform", .interpretation, "places other points in the picture of a projection",
    [
      ParameterDeclaration("projection", .projection, "from `umap` or `pca`"),
      points,
    ],
    result: .matrix,
    examples: [
      .init(
        "let line = pca([[1, 1], [2, 2], [3, 3]], dimensions: 1)\n"
          + "transform(line, [[2, 2]])[0]", "[0.0]")
    ],
    details: "A point of the picture keeps its place under pca; under umap it comes near it. t-SNE "
      + "has no place for other points."
  ) { call in
    let projection = try call.projection(0)
    let points = try call.matrix(1)
    switch projection.model {
    case .pca(let pca): return .object(MatrixObject(try pca.transform(points)))
    case .umap(let umap): return .object(MatrixObject(try umap.transform(points)))
    case .tsne:
      throw call.bad(0, "t-SNE has no place for other points; use umap, or project all together")
    }
  }

  static let trustworthiness = LibraryFunction(
    "trustworthiness", .interpretation,
    "how many of the neighbors in a picture are neighbors in truth, from 0 to 1",
    [
      ParameterDeclaration("projection", .projection, "from `umap`, `tsne` or `pca`"),
      ParameterDeclaration(
        "neighbors", .integer, "how many neighbors are looked at", default: .integer(15),
        in: 1...10_000),
    ],
    result: .number,
    examples: [
      .init(blobs + "round(trustworthiness(pca(points), neighbors: 5), 2) > 0.8", "true")
    ],
    details: "As in Venna and Kaski (2001) and scikit-learn: false neighbors count by how far down "
      + "the list of true ones they stand. Needs more than twice as many points as neighbors."
  ) { call in
    .number(
      try call.projection(0).trustworthiness(neighbors: call.integer(1), isStopped: call.isStopped))
  }

  static let neighborAccuracy = LibraryFunction(
    "neighbor_accuracy", .interpretation, "how often the nearest other points know a point's label",
    [
      ParameterDeclaration(
        "points", [.projection, .matrix, .table, .list], "a projection, or points of any kind"),
      ParameterDeclaration(
        "labels", .list, "of the points; those of the projection if not given", default: .none),
      ParameterDeclaration(
        "neighbors", .integer, "how many vote", default: .integer(10), in: 1...10_000),
    ],
    result: .number,
    examples: [.init(blobs + "neighbor_accuracy(points, sides, neighbors: 5)", "1.0")],
    details: "The share of points whose label is the most frequent one among their nearest others."
  ) { call in
    let layout = try call.matrix(0)
    let own = (call[0].asDomain as? ProjectionObject)?.labels
    guard let labels = try call.pointLabels(1, count: layout.rows) ?? own else {
      throw call.bad(1, "the labels of the points are needed: labels: […]")
    }
    return .number(
      try LayoutQuality.neighborAccuracy(layout, labels: labels.numbers, k: call.integer(2)))
  }
}

/// The labels of points: their names, and which each point has.
struct PointLabels: Sendable {
  let names: [String]
  let numbers: [Int]
}

extension Arguments {
  func projection(_ index: Int) throws -> ProjectionObject {
    if let object = self[index].asDomain as? ProjectionObject { return object }
    throw wrongKind(index, expected: .projection)
  }

  /// A list with what each point is; names are in the order first seen.
  func pointLabels(_ index: Int, count: Int) throws -> PointLabels? {
    if isNone(index) { return nil }
    let elements = try list(index)
    guard elements.count == count else {
      throw bad(
        index, "`labels` must have one for each of the \(count) points, found \(elements.count)")
    }
    var names: [String] = []
    var known: [[UInt8]: Int] = [:]
    var numbers: [Int] = []
    for element in elements {
      let name = element.asText?.string ?? display(element)
      let key = Array(name.utf8)
      if known[key] == nil {
        known[key] = names.count
        names.append(name)
      }
      numbers.append(known[key] ?? 0)
    }
    return PointLabels(names: names, numbers: numbers)
  }

  /// Runs a long projection with progress; what it has when it is stopped is its result at the prompt,
  /// elsewhere the script ends.
  func watched<Result>(
    _ work: (ProjectionWatch) throws -> Result, isInterrupted: (Result) -> Bool
  ) throws -> Result {
    nonisolated(unsafe) let machine = machine
    let name = function.name
    let began = Self.now
    let watch = ProjectionWatch(isStopped: isStopped) { stage, share in
      machine.notify(.progress(label: "\(name): \(stage)", share: share, details: []))
    }
    defer { machine.notify(.done) }
    let result = try work(watch)
    let seconds = Self.now - began
    if seconds > 0.1 { machine.notify(.cost("\(name) ran \(Rounded.fixed(seconds, 2)) s")) }
    if isInterrupted(result) {
      guard machine.keepsInterrupted else { throw Interruption(isStepLimit: false) }
      machine.cancellation.reset()
    }
    return result
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
