// A weighted graph as rows of neighbours.

import CKernels

/// Rows of neighbours with weights, those of a row in rising order.
public struct SparseGraph: Sendable {
  /// Where the rows begin, and the end of the last: [n + 1].
  public let starts: [Int]
  public let neighbors: [Int32]
  public var weights: [Float]

  public var count: Int { starts.count - 1 }

  public init(starts: [Int], neighbors: [Int32], weights: [Float]) {
    self.starts = starts
    self.neighbors = neighbors
    self.weights = weights
  }

  /// The union of a directed graph [n, k] and its reverse; `combine` takes the weights of both
  /// directions, 0 where an edge is missing. A result of 0 is left out.
  public init(
    symmetric neighbors: [Int32], weights: [Float], k: Int,
    combine: (_ forward: Float, _ backward: Float) -> Float
  ) {
    let n = k == 0 ? 0 : neighbors.count / k
    // The reverse edges of each point come in the order of where they start.
    var incoming = [Int](repeating: 0, count: n + 1)
    for neighbor in neighbors { incoming[Int(neighbor) + 1] += 1 }
    for point in 0..<n { incoming[point + 1] += incoming[point] }
    var sources = [Int32](repeating: 0, count: neighbors.count)
    var backward = [Float](repeating: 0, count: neighbors.count)
    var next = incoming
    for point in 0..<n {
      for edge in point * k..<(point + 1) * k {
        let place = next[Int(neighbors[edge])]
        next[Int(neighbors[edge])] += 1
        sources[place] = Int32(point)
        backward[place] = weights[edge]
      }
    }
    var starts = [0]
    var merged: [Int32] = []
    var mergedWeights: [Float] = []
    starts.reserveCapacity(n + 1)
    merged.reserveCapacity(neighbors.count * 3 / 2)
    mergedWeights.reserveCapacity(neighbors.count * 3 / 2)
    var own: [(neighbor: Int32, weight: Float)] = []
    for point in 0..<n {
      own.removeAll(keepingCapacity: true)
      for edge in point * k..<(point + 1) * k { own.append((neighbors[edge], weights[edge])) }
      own.sort { $0.neighbor < $1.neighbor }
      var (a, b) = (0, incoming[point])
      let end = incoming[point + 1]
      while a < own.count || b < end {
        let left = a < own.count ? own[a].neighbor : Int32.max
        let right = b < end ? sources[b] : Int32.max
        let neighbor = min(left, right)
        var (forward, back): (Float, Float) = (0, 0)
        if left == neighbor {
          forward = own[a].weight
          a += 1
        }
        if right == neighbor {
          back = backward[b]
          b += 1
        }
        let weight = combine(forward, back)
        if weight != 0 {
          merged.append(neighbor)
          mergedWeights.append(weight)
        }
      }
      starts.append(merged.count)
    }
    self.init(starts: starts, neighbors: merged, weights: mergedWeights)
  }

  /// The largest number of neighbours.
  public var largestDegree: Int {
    (0..<count).reduce(0) { max($0, starts[$1 + 1] - starts[$1]) }
  }

  /// How many parts have no edge between them.
  public var components: Int {
    var seen = [Bool](repeating: false, count: count)
    var stack: [Int32] = []
    var found = 0
    for root in 0..<count where !seen[root] {
      found += 1
      seen[root] = true
      stack.append(Int32(root))
      while let point = stack.popLast() {
        for edge in starts[Int(point)]..<starts[Int(point) + 1] {
          let neighbor = neighbors[edge]
          if !seen[Int(neighbor)] {
            seen[Int(neighbor)] = true
            stack.append(neighbor)
          }
        }
      }
    }
    return found
  }

  /// y = A x, [n].
  public func multiply(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, pool: ThreadPool
  ) {
    nonisolated(unsafe) let (x, y) = (x, y)
    starts.withUnsafeBufferPointer { starts in
      neighbors.withUnsafeBufferPointer { neighbors in
        weights.withUnsafeBufferPointer { weights in
          guard let a = starts.baseAddress, let b = neighbors.baseAddress,
            let c = weights.baseAddress
          else {
            for row in 0..<count { y[row] = 0 }
            return
          }
          nonisolated(unsafe) let (starts, neighbors, weights) = (a, b, c)
          pool.forEachBlock(of: count, size: 1024) { _, range, _ in
            tl_sparse_multiply(
              starts, neighbors, weights, x, range.lowerBound, range.count, y + range.lowerBound)
          }
        }
      }
    }
  }
}
