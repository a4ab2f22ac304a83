import Glibc
import TLAnalysis
import TLTensor
import TLText
import Testing

@Suite struct ProjectionFixtureTests {
  private static func tensor(_ json: JSON?) -> Tensor {
    let columns = json?[0]?.array?.count ?? 0
    let values = json?.flattened ?? []
    return Tensor(
      values.map { Float($0) }, shape: [columns == 0 ? 0 : values.count / columns, columns])
  }

  private static func dense(_ graph: SparseGraph) -> [Double] {
    var result = [Double](repeating: 0, count: graph.count * graph.count)
    for row in 0..<graph.count {
      for edge in graph.starts[row]..<graph.starts[row + 1] {
        result[row * graph.count + Int(graph.neighbors[edge])] = Double(graph.weights[edge])
      }
    }
    return result
  }

  @Test func partsOfProjectionsAreThoseOfTheReference() throws {
    let cases = try fixtureCases("embedding.json")
    #expect(cases.count == 16)
    let pool = ThreadPool(count: 2)
    for c in cases {
      let x = Self.tensor(c.input["X"])
      switch c.input["kind"]?.string {
      case "pca":
        let source = RowSource(c.input["X"]?.flattened ?? [], columns: x.columns)
        let pca = try PCA.fit(
          source, components: c.input["n_components"]?.int ?? 0, pool: pool)
        c.expect("mean", pca.mean)
        c.expect("explained_variance", pca.explainedVariance)
        c.expect("explained_variance_ratio", pca.explainedVarianceRatio)
        c.expect("components", pca.components)
        c.expect("transform", pca.transform(source))
      case "trustworthiness":
        c.expect(
          "trustworthiness",
          try LayoutQuality.trustworthiness(
            x, layout: Self.tensor(c.input["Y"]), k: c.input["n_neighbors"]?.int ?? 0, pool: pool))
      case "tsne":
        let graph = TSNE.similarities(
          NeighborSearch(x, pool: pool).neighbors(k: x.rows - 1),
          perplexity: c.input["perplexity"]?.number ?? 0, pool: pool)
        c.expect("joint_P", Self.dense(graph))
        for usesGrid in [false, true] {
          let (gradient, divergence) = TSNE.gradient(
            at: Self.tensor(c.input["Y"]), graph, usesGrid: usesGrid, pool: pool)
          if usesGrid {
            let wanted = c.expected("kl")?.number ?? .nan
            #expect(abs(divergence - wanted) < 0.02, "\(c.name): \(divergence), \(wanted)")
          } else {
            c.expect("kl", divergence)
            c.expect("gradient", gradient.values.map { Double($0) })
          }
        }
      case "umap_ab":
        let curve = FuzzyGraph.curve(
          spread: c.input["spread"]?.number ?? 0, minimumDistance: c.input["min_dist"]?.number ?? 0)
        c.expect("a", curve.a)
        c.expect("b", curve.b)
      default:
        let neighbors = c.input["n_neighbors"]?.int ?? 0
        let lists = NeighborSearch(x, pool: pool).neighbors(k: neighbors - 1)
        let scales = FuzzyGraph.scales(lists, neighbors: neighbors)
        c.expect("sigmas", scales.sigmas)
        c.expect("rhos", scales.rhos)
        c.expect(
          "graph_dense",
          Self.dense(FuzzyGraph.union(lists, FuzzyGraph.memberships(lists, scales))))
      }
    }
  }
}

@Suite struct ProjectionTests {
  /// Points around `classes` middles in 20 dimensions.
  static func blobs(_ count: Int, classes: Int = 4, seed: UInt64 = 1) -> (Tensor, [Int]) {
    var random = RandomStream(seed: seed)
    let middles = (0..<classes * 20).map { _ in 4 * random.normal() }
    let points = Tensor(zeros: [count, 20])
    for row in 0..<count {
      for column in 0..<20 {
        points[row, column] = middles[row % classes * 20 + column] + random.normal()
      }
    }
    return (points, (0..<count).map { $0 % classes })
  }

  private static func naive(_ points: Tensor, k: Int) -> [[Int32]] {
    (0..<points.rows).map { row in
      (0..<points.rows).filter { $0 != row }
        .map { other -> (Double, Int32) in
          var sum = 0.0
          for column in 0..<points.columns {
            let difference = Double(points[row, column]) - Double(points[other, column])
            sum += difference * difference
          }
          return (sum, Int32(other))
        }
        .sorted { $0 < $1 }.prefix(k).map(\.1)
    }
  }

  @Test(arguments: [1, 2, 5]) func neighborsAreTheNearest(threads: Int) {
    let pool = ThreadPool(count: threads)
    for count in [2, 17, 300] {
      let (points, _) = Self.blobs(count)
      let found = NeighborSearch(points, pool: pool).neighbors(k: 12)
      #expect(found.k == min(12, count - 1))
      #expect(found.indices == Self.naive(points, k: 12).flatMap { $0 })
      let again = NeighborSearch(points, pool: pool).neighbors(of: points, k: 1)
      #expect(
        again.indices == (0..<Int32(count)).map { $0 } && again.distances.allSatisfy { $0 == 0 })
    }
  }

  @Test func theSameSeedGivesTheSameBytesAtAnyNumberOfThreads() throws {
    let (points, _) = Self.blobs(700)
    var tsne = TSNESettings()
    tsne.iterations = 60
    var umap = UMAPSettings()
    umap.epochs = 40
    var seen: Set<[Float]> = []
    for threads in [1, 2, 3, 7] {
      let pool = ThreadPool(count: threads)
      for usesGrid in [false, true] {
        tsne.usesGrid = usesGrid
        seen.insert(try TSNE.fit(points, tsne, pool: pool).layout.values)
      }
      let fitted = try UMAP.fit(points, umap, pool: pool)
      seen.insert(fitted.layout.values)
      seen.insert(try fitted.transform(Self.blobs(90, seed: 2).0, pool: pool).values)
      seen.insert(try PCA.fit(points, components: 3, pool: pool).transform(points).values)
    }
    #expect(seen.count == 5)
    umap.seed = 1
    #expect(try !seen.contains(UMAP.fit(points, umap).layout.values))
  }

  @Test func layoutsKeepClassesAndNeighbors() throws {
    let (points, labels) = Self.blobs(600, classes: 6)
    for layout in [try TSNE.fit(points).layout, try UMAP.fit(points).layout] {
      #expect(layout.isFinite)
      #expect(try LayoutQuality.neighborAccuracy(layout, labels: labels) > 0.99)
      #expect(try LayoutQuality.trustworthiness(points, layout: layout) > 0.9)
    }
  }

  @Test func theGridGivesTheForcesOfAllPairs() {
    var random = RandomStream(seed: 3)
    for scale in [1e-4, 0.1, 3, 40] as [Float] {
      let layout = Tensor((0..<800).map { _ in scale * random.normal() }, shape: [400, 2])
      let graph = SparseGraph(
        starts: [Int](repeating: 0, count: 401), neighbors: [], weights: [])
      let pool = ThreadPool(count: 2)
      let exact = TSNE.gradient(at: layout, graph, usesGrid: false, pool: pool).gradient
      let grid = TSNE.gradient(at: layout, graph, usesGrid: true, pool: pool).gradient
      var (error, size) = (0.0, 0.0)
      for place in 0..<exact.count {
        error += pow(Double(exact.pointer[place] - grid.pointer[place]), 2)
        size += pow(Double(exact.pointer[place]), 2)
      }
      let relative = (error / size).squareRoot()
      #expect(relative < (scale > 10 ? 0.15 : 0.03), "scale \(scale): \(relative)")
    }
  }

  @Test func newPointsComeNearTheirClass() throws {
    let (points, labels) = Self.blobs(500)
    let fitted = try UMAP.fit(points)
    let others = Tensor(zeros: [40, 20])
    for row in 0..<40 {
      for column in 0..<20 { others[row, column] = points[row, column] + 0.01 }
    }
    let places = try fitted.transform(others)
    let near = NeighborSearch(fitted.layout, pool: ThreadPool(count: 1)).neighbors(of: places, k: 1)
    let right = (0..<40).count { labels[Int(near.indices[$0])] == labels[$0] }
    #expect(right >= 38)
    #expect(throws: AnalysisError.self) { try fitted.transform(Tensor(zeros: [3, 7])) }
    #expect(try fitted.transform(Tensor(zeros: [0, 20])).rows == 0)
  }

  @Test func aStoppedLayoutIsGivenAsItIs() throws {
    let (points, _) = Self.blobs(300)
    nonisolated(unsafe) var asked = 0
    let watch = ProjectionWatch(isStopped: {
      asked += 1
      return asked > 20
    })
    let pool = ThreadPool(count: 1)
    let layout = try TSNE.fit(points, pool: pool, watch: watch)
    #expect(layout.isInterrupted && layout.layout.isFinite)
    asked = 0
    let fitted = try UMAP.fit(points, pool: pool, watch: watch)
    #expect(fitted.isInterrupted && fitted.layout.isFinite)
  }

  private static func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test func badPointsAreNamed() {
    let (points, labels) = Self.blobs(20)
    let holes = points.copy()
    holes[7, 3] = .nan
    let same = Tensor([Float](repeating: 2, count: 40), shape: [20, 2])
    let single = Tensor([1, 2], shape: [1, 2])
    let none = Tensor(zeros: [0, 2])
    for method in ["pca", "tsne", "umap"] {
      func fit(_ points: Tensor) -> String {
        Self.message {
          switch method {
          case "pca": _ = try PCA.fit(points)
          case "tsne":
            var settings = TSNESettings()
            settings.perplexity = 2
            _ = try TSNE.fit(points, settings)
          default: _ = try UMAP.fit(points)
          }
        }
      }
      #expect(fit(holes).contains("row 7 of the points has NaN in column 3"), "\(method)")
      #expect(fit(same).contains("all 20 points are the same"), "\(method)")
      #expect(fit(single).contains("at least 2 points, found 1"), "\(method)")
      #expect(fit(none).contains("at least 2 points, found 0"), "\(method)")
      #expect(fit(Tensor(zeros: [5, 0])).contains("no columns"), "\(method)")
      #expect(fit(points) == "nothing", "\(method)")
    }
    #expect(
      Self.message { _ = try UMAP.fit(Self.blobs(9).0) }.contains(
        "needs at least 15 points, found 9"))
    #expect(Self.message { _ = try TSNE.fit(points) }.contains("use a perplexity of 1 to 6"))
    #expect(Self.message { _ = try TSNE.fit(Self.blobs(3).0) }.contains("at least 4 points"))
    #expect(Self.message { _ = try PCA.fit(points, components: 21) }.contains("1 to 20"))
    #expect(
      Self.message { _ = try LayoutQuality.neighborAccuracy(points, labels: labels.map { _ in 1 }) }
        .contains("only one"))
    #expect(
      Self.message { _ = try LayoutQuality.trustworthiness(points, layout: points, k: 10) }
        .contains("more than 20 points"))
    var cosine = UMAPSettings()
    cosine.metric = .cosine
    let zero = points.copy()
    for column in 0..<20 { zero[4, column] = 0 }
    #expect(
      Self.message { _ = try UMAP.fit(zero, cosine) }.contains("row 4 of the points is all zeros"))
  }

  @Test func constantColumnsAndRepeatedPointsAreLaidOut() throws {
    let (points, _) = Self.blobs(120)
    let flat = Tensor(zeros: [120, 22])
    for row in 0..<120 {
      // Three of four rows are copies of a few points.
      for column in 0..<20 { flat[row, column] = points[row % 4 == 0 ? row : row % 4, column] }
      flat[row, 20] = 5
    }
    var settings = TSNESettings()
    settings.perplexity = 10
    #expect(try TSNE.fit(flat, settings).layout.isFinite)
    settings.usesGrid = true
    #expect(try TSNE.fit(flat, settings).layout.isFinite)
    #expect(try UMAP.fit(flat).layout.isFinite)
    // Two places only.
    let two = Tensor((0..<60).map { Float($0 % 2) }, shape: [60, 1])
    #expect(try TSNE.fit(two, settings).layout.isFinite)
    #expect(try UMAP.fit(two).layout.isFinite)
  }

  @Test func thePeersDataIsLaidOutAsWellAsThePeersDo() throws {
    // Where somebody has run peers/projection/make_data.py in the folder TL_PROJECTION_DATA.
    guard let folder = getenv("TL_PROJECTION_DATA").map({ String(cString: $0) }) else { return }
    let points = try NumPyFile.read(folder + "/digits_x.npy")
    let tsne = try TSNE.fit(points).layout
    #expect(try LayoutQuality.trustworthiness(points, layout: tsne) >= 0.9904 - 0.005)
    let umap = try UMAP.fit(points).layout
    #expect(try LayoutQuality.trustworthiness(points, layout: umap) >= 0.9876 - 0.005)
  }
}

@Suite struct NumPyFileTests {
  private static func file(_ header: String, _ body: [UInt8], version: UInt8 = 1) -> String {
    let path = "/tmp/tl-npy-\(getpid())-\(UInt64.random(in: 0 ... .max)).npy"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0]
    let length = header.utf8.count
    bytes += [UInt8(length & 255), UInt8(length >> 8)] + (version == 1 ? [] : [0, 0])
    bytes += Array(header.utf8) + body
    let handle = fopen(path, "wb")
    fwrite(bytes, 1, bytes.count, handle)
    if let handle { fclose(handle) }
    return path
  }

  @Test func matricesAreReadAndOthersRefused() throws {
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }\n"
    let body: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 64]
    for version in [1, 2] as [UInt8] {
      let path = Self.file(good, body, version: version)
      defer { unlink(path) }
      let found = try NumPyFile.read(path)
      #expect(found.shape == [2, 1] && found.values == [1, 2])
    }
    let bad: [(String, [UInt8])] = [
      (good, Array(body.dropLast())), ("{}", body),
      (good.replacing("<f4", with: "<i8"), body), (good.replacing("False", with: "True"), body),
      (good.replacing("(2, 1)", with: "(2, 1, 1)"), body),
      (good.replacing("(2, 1)", with: "(-2, 1)"), body),
      (good.replacing("(2, 1)", with: "(99999999999, 99999999999)"), body),
      (good.replacing("<f4", with: "|O"), body),
    ]
    for (header, body) in bad {
      let path = Self.file(header, body)
      defer { unlink(path) }
      #expect(throws: TextError.self, "\(header)") { try NumPyFile.read(path) }
    }
    #expect(throws: TextError.self) { try NumPyFile.read("/no/such.npy") }
  }
}
