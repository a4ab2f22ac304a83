// The forces of t-SNE on a layout in two dimensions. Attraction runs along the graph of similar
// points. Repulsion is a sum over all pairs: done as such for few points; for many, masses are
// spread on a grid, convolved with the forces' kernels by Fourier transforms, and read off between
// the nodes (Linderman, Rachh, Hoskins, Steinerberger, Kluger 2019, here with one grid of masses,
// whose spectrum gives both forces and the divisor).

import CKernels
import Glibc

/// Places of points in two dimensions, x and y apart.
public struct PlanePoints: @unchecked Sendable {
  public let count: Int
  /// [2, count]: all x, then all y.
  public let tensor: Tensor

  public var x: UnsafeMutablePointer<Float> { tensor.pointer }
  public var y: UnsafeMutablePointer<Float> { tensor.pointer + count }

  public init(count: Int) {
    self.count = count
    tensor = Tensor(zeros: [2, count])
  }

  /// - Parameter rows: [count, 2]
  public init(rows: Tensor) {
    self.init(count: rows.rows)
    for point in 0..<count {
      x[point] = rows.pointer[2 * point]
      y[point] = rows.pointer[2 * point + 1]
    }
  }

  /// [count, 2]
  public var rows: Tensor {
    let rows = Tensor(zeros: [count, 2])
    for point in 0..<count {
      rows.pointer[2 * point] = x[point]
      rows.pointer[2 * point + 1] = y[point]
    }
    return rows
  }

  public func copy() -> PlanePoints {
    let result = PlanePoints(count: count)
    result.tensor.pointer.update(from: tensor.pointer, count: 2 * count)
    return result
  }
}

public final class TSNEForces {
  private let graph: SparseGraph
  private let pool: ThreadPool
  private let attraction: PlanePoints
  private let repulsion: PlanePoints
  private let grid: ForceGrid?

  /// Above this many points the grid is faster than all pairs.
  public static let mostPairs = 8000

  /// - Parameters:
  ///   - graph: similarities p of pairs
  ///   - usesGrid: nil for what is faster
  public init(_ graph: SparseGraph, usesGrid: Bool? = nil, pool: ThreadPool) {
    self.graph = graph
    self.pool = pool
    attraction = PlanePoints(count: graph.count)
    repulsion = PlanePoints(count: graph.count)
    grid = usesGrid ?? (graph.count > Self.mostPairs) ? ForceGrid(pool: pool) : nil
  }

  /// Writes exaggeration × attraction − repulsion, a quarter of the gradient of the
  /// Kullback-Leibler divergence where the exaggeration is 1.
  ///
  /// - Returns: the divisor, the sum of 1 / (1 + d²) over all ordered pairs.
  @discardableResult
  public func gradient(
    at points: PlanePoints, exaggeration: Float, into gradient: PlanePoints
  ) -> Double {
    let (attraction, repulsion) = (attraction, repulsion)
    let divisor = repel(points, into: repulsion)
    graph.starts.withUnsafeBufferPointer { starts in
      graph.neighbors.withUnsafeBufferPointer { neighbors in
        graph.weights.withUnsafeBufferPointer { weights in
          guard let a = starts.baseAddress, let b = neighbors.baseAddress,
            let c = weights.baseAddress
          else { return }
          nonisolated(unsafe) let (starts, neighbors, weights) = (a, b, c)
          pool.forEachBlock(of: points.count, size: 512) { _, range, _ in
            let first = range.lowerBound
            tl_tsne_attraction(
              points.x, points.y, starts, neighbors, weights, first, range.count,
              attraction.x + first, attraction.y + first)
          }
        }
      }
    }
    let scale = Float(-1 / max(divisor, .leastNormalMagnitude))
    let count = 2 * points.count
    tl_scale(attraction.tensor.pointer, exaggeration, gradient.tensor.pointer, count)
    tl_axpy(scale, repulsion.tensor.pointer, gradient.tensor.pointer, count)
    return divisor
  }

  private func repel(_ points: PlanePoints, into forces: PlanePoints) -> Double {
    if let grid { return grid.repel(points, into: forces) }
    return pool.sumOverBlocks(of: points.count, size: 128) { range in
      tl_tsne_repulsion(
        points.x, points.y, points.count, range.lowerBound, range.count,
        forces.x + range.lowerBound, forces.y + range.lowerBound)
    }
  }
}

/// A grid over the layout with the spectra of the kernels, kept as long as its size stays.
private final class ForceGrid {
  private let pool: ThreadPool
  private var size = 0
  private var spacing: Float = 0
  private var roots: [Float] = []
  private var real = Tensor(zeros: [0])
  private var imaginary = Tensor(zeros: [0])
  private var turnedReal = Tensor(zeros: [0])
  private var turnedImaginary = Tensor(zeros: [0])
  private var even = Tensor(zeros: [0])
  private var oddX = Tensor(zeros: [0])
  private var oddY = Tensor(zeros: [0])
  private var scratch: [Storage] = []

  /// Between nodes where the layout is wide; the kernels change over a distance of 1.
  private static let widest: Float = 0.5
  /// Nodes across a narrow layout.
  private static let fewest: Float = 72
  private static let stripe = 16

  init(pool: ThreadPool) { self.pool = pool }

  /// Forces without their divisor; returns the divisor.
  func repel(_ points: PlanePoints, into forces: PlanePoints) -> Double {
    let count = points.count
    var (lowX, highX, lowY, highY) = (
      Float.infinity, -Float.infinity, Float.infinity, -Float.infinity
    )
    for point in 0..<count {
      lowX = min(lowX, points.x[point])
      highX = max(highX, points.x[point])
      lowY = min(lowY, points.y[point])
      highY = max(highY, points.y[point])
    }
    let span = max(highX - lowX, highY - lowY)
    guard span.isFinite else { return .nan }
    prepare(span: span)
    let nodes = size / 2
    let middle = Float(nodes - 1) / 2 * spacing
    var grid = tl_grid(
      origin_x: (lowX + highX) / 2 - middle, origin_y: (lowY + highY) / 2 - middle,
      spacing: spacing, stride: size)
    memset(real.pointer, 0, size * size * MemoryLayout<Float>.stride)
    memset(imaginary.pointer, 0, size * size * MemoryLayout<Float>.stride)
    tl_grid_spread(&grid, points.x, points.y, count, real.pointer)
    transform(real, imaginary, read: 0..<nodes, write: 0..<size)
    let (size, real, imaginary) = (size, real, imaginary)
    let (even, oddX, oddY) = (even, oddX, oddY)
    let sum = pool.sumOverBlocks(of: size, size: 32) { rows in
      let first = rows.lowerBound * size
      return tl_tsne_spectrum(
        real.pointer + first, imaginary.pointer + first, even.pointer + first,
        oddX.pointer + first, oddY.pointer + first, rows.count * size)
    }
    // The inverse: the parts exchanged.
    transform(imaginary, real, read: 0..<size, write: 0..<nodes)
    let scale = 1 / Float(size * size)
    let final = grid
    pool.forEachBlock(of: count, size: 1024) { _, range, _ in
      var grid = final
      let first = range.lowerBound
      tl_grid_interpolate(
        &grid, points.x + first, points.y + first, range.count, real.pointer, imaginary.pointer,
        forces.x + first, forces.y + first)
    }
    tl_scale(forces.tensor.pointer, scale, forces.tensor.pointer, 2 * count)
    return sum * Double(scale) - Double(count)
  }

  /// Chooses size and spacing for a layout of this width, and makes the spectra where they changed.
  private func prepare(span: Float) {
    var spacing = Self.widest
    // Steps of a quarter octave, so that spectra last while a layout grows.
    if span < Self.widest * Self.fewest {
      let octaves = (log2f(max(span, 1e-20) / Self.fewest / Self.widest) * 4).rounded(.up)
      spacing = Self.widest * exp2f(octaves / 4)
    }
    let needed = 2 * (Int((span / spacing).rounded(.up)) + 6)
    var size = 32
    while size < needed && size < 1 << 12 {
      if size * 3 / 2 >= needed {
        size = size * 3 / 2
        break
      }
      size *= 2
    }
    if size < needed { spacing = span / Float(size / 2 - 6) }
    guard size != self.size || spacing != self.spacing else { return }
    if size != self.size {
      let all = [size, size]
      (real, imaginary) = (Tensor(zeros: all), Tensor(zeros: all))
      (turnedReal, turnedImaginary) = (Tensor(zeros: all), Tensor(zeros: all))
      (even, oddX, oddY) = (Tensor(zeros: all), Tensor(zeros: all), Tensor(zeros: all))
      roots = [Float](repeating: 0, count: 2 * size)
      for k in 0..<size {
        let (sine, cosine) = sineAndCosine(2 * Double.pi * Double(k) / Double(size))
        roots[k] = Float(cosine)
        roots[size + k] = Float(-sine)
      }
      scratch = (0..<pool.count).map { _ in Storage(count: 4 * size * Self.stripe) }
    }
    self.size = size
    self.spacing = spacing
    // A real field, even + odd in x: its spectrum is that of the one + i times that of the other.
    let (field, zero) = (even, oddX)
    memset(zero.pointer, 0, size * size * MemoryLayout<Float>.stride)
    pool.forEachBlock(of: size, size: 32) { _, rows, _ in
      for row in rows {
        let dy = Float(row <= size / 2 ? row : row - size) * spacing
        for column in 0..<size {
          let dx = Float(column <= size / 2 ? column : column - size) * spacing
          let similarity = 1 / (1 + dx * dx + dy * dy)
          let odd = column == size / 2 ? 0 : dx * similarity * similarity
          field.pointer[row * size + column] = similarity + odd
        }
      }
    }
    transform(field, zero, read: 0..<size, write: 0..<size)
    tl_transpose(oddX.pointer, size, oddY.pointer, size, size, size)
  }

  /// A transform in both directions in place. Only the columns `read` hold anything; only the rows
  /// and columns `write` are wanted.
  private func transform(
    _ real: Tensor, _ imaginary: Tensor, read: Range<Int>, write: Range<Int>
  ) {
    turn(from: real, imaginary, to: turnedReal, turnedImaginary, columns: read, rows: write)
    if read.count < size {
      // The columns that hold nothing became rows of zeros.
      let (turnedReal, turnedImaginary, size) = (turnedReal, turnedImaginary, size)
      let bytes = (size - read.count) * size * MemoryLayout<Float>.stride
      memset(turnedReal.pointer + read.count * size, 0, bytes)
      memset(turnedImaginary.pointer + read.count * size, 0, bytes)
    }
    turn(from: turnedReal, turnedImaginary, to: real, imaginary, columns: write, rows: write)
  }

  /// Transforms columns and writes them as rows; of those, the elements `rows`.
  private func turn(
    from real: Tensor, _ imaginary: Tensor, to turnedReal: Tensor, _ turnedImaginary: Tensor,
    columns: Range<Int>, rows: Range<Int>
  ) {
    let (size, scratch) = (size, scratch)
    roots.withUnsafeBufferPointer { roots in
      guard let base = roots.baseAddress else { return }
      nonisolated(unsafe) let roots = base
      pool.forEachBlock(of: columns.count, size: Self.stripe) { _, range, worker in
        let (first, width) = (columns.lowerBound + range.lowerBound, range.count)
        let own = scratch[worker].pointer
        let other = own + size * width
        for row in 0..<size {
          (own + row * width).update(from: real.pointer + row * size + first, count: width)
          (other + row * width).update(from: imaginary.pointer + row * size + first, count: width)
        }
        tl_fourier_columns(own, other, roots, size, width, own + 2 * size * width)
        tl_transpose(
          own, width, turnedReal.pointer + first * size, size, rows.count, width)
        tl_transpose(
          other, width, turnedImaginary.pointer + first * size, size, rows.count, width)
      }
    }
  }
}
