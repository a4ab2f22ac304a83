// The epochs of UMAP's layout in two dimensions. Every point moves by itself from a picture of the
// others as they were when the round began; rounds are a fixed part of the points, so the result
// does not depend on threads.

import CKernels

public struct UMAPMoves: Sendable {
  /// Of the similarity 1 / (1 + a d^(2 b)).
  public var a: Float
  public var b: Float
  public var repulsion: Float = 1
  public var negatives = 5
  public var seed: UInt64 = 0
  /// Into how many rounds an epoch is cut: the points of a round move at the same time.
  public var rounds = 4

  public init(a: Float, b: Float) {
    self.a = a
    self.b = b
  }

  /// Which points move in which round, those with as many neighbours next to each other.
  public struct Order: Sendable {
    let rounds: [[Int32]]
    let scratchSize: Int

    /// - Parameter graph: what is due how often, between 0 and 1
    public init(_ graph: SparseGraph, rounds: Int) {
      var lists = [[Int32]](repeating: [], count: max(1, rounds))
      for point in 0..<graph.count { lists[point % lists.count].append(Int32(point)) }
      let sums = (0..<graph.count).map { point in
        graph.weights[graph.starts[point]..<graph.starts[point + 1]].reduce(0, +)
      }
      self.rounds = lists.map { list in
        list.sorted { (sums[Int($1)], $0) < (sums[Int($0)], $1) }
      }
      scratchSize = 16 * max(1, graph.largestDegree)
    }
  }

  /// Moves all points once.
  ///
  /// - Parameters:
  ///   - graph: of each point its neighbours among `others`, with how often an edge is due
  ///   - others: nil where the points are each other's neighbours; else those stay
  public func move(
    _ points: PlanePoints, among others: PlanePoints?, _ graph: SparseGraph, _ order: Order,
    epoch: Int, rate: Float, spare: PlanePoints, pool: ThreadPool
  ) {
    let settings = tl_umap_epoch(
      a: a, b: b, rate: rate, repulsion: repulsion,
      negatives: UInt32(clamping: negatives), epoch: UInt32(clamping: epoch), seed: seed,
      same: others == nil)
    let fixed = others ?? points
    let scratch = (0..<pool.count).map { _ in [Int32](repeating: 0, count: order.scratchSize) }
    graph.starts.withUnsafeBufferPointer { starts in
      graph.neighbors.withUnsafeBufferPointer { neighbors in
        graph.weights.withUnsafeBufferPointer { rates in
          guard let a = starts.baseAddress, let b = neighbors.baseAddress,
            let c = rates.baseAddress
          else { return }
          nonisolated(unsafe) let (starts, neighbors, rates) = (a, b, c)
          for round in order.rounds {
            pool.forEachBlock(of: round.count, size: 256) { _, range, worker in
              var settings = settings
              var room = scratch[worker]
              round.withUnsafeBufferPointer { round in
                guard let first = round.baseAddress else { return }
                tl_umap_move(
                  &settings, points.x, points.y, fixed.x, fixed.y, fixed.count, starts, neighbors,
                  rates, first + range.lowerBound, range.count, &room, spare.x, spare.y)
              }
            }
            for point in round {
              points.x[Int(point)] = spare.x[Int(point)]
              points.y[Int(point)] = spare.y[Int(point)]
            }
          }
        }
      }
    }
  }
}
