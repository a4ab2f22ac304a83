// SoftmaxObjective: what a linear classifier over rows of dense features loses, with the gradient of its
// weights (multinomial logistic regression); and the scaling of columns that makes its descent short.
// Rows are read in blocks that stay in the caches, for both products of a step.

import CKernels
import COpenBLAS
import Glibc

/// Means and spreads of columns.
public struct ColumnScaling: Sendable {
  public let means: [Float]
  /// 1 / standard deviation; 0 for a column of one value.
  public let factors: [Float]

  /// Measures rows [N, C], in double precision.
  public init(_ rows: Tensor) {
    let (count, columns) = (rows.rows, rows.columns)
    var sums = [Double](repeating: 0, count: columns)
    var squares = [Double](repeating: 0, count: columns)
    for row in 0..<count {
      let x = rows.pointer + row * columns
      for column in 0..<columns { sums[column] += Double(x[column]) }
    }
    let n = Double(max(1, count))
    for column in 0..<columns { sums[column] /= n }
    for row in 0..<count {
      let x = rows.pointer + row * columns
      for column in 0..<columns {
        let difference = Double(x[column]) - sums[column]
        squares[column] += difference * difference
      }
    }
    means = sums.map { Float($0) }
    factors = zip(sums, squares).map { mean, square in
      let deviation = (square / n).squareRoot()
      return deviation > 1e-6 * abs(mean) && deviation > 1e-30 ? Float(1 / deviation) : 0
    }
  }

  /// (x - mean) / deviation, in place.
  public func apply(to rows: Tensor) {
    let columns = rows.columns
    for row in 0..<rows.rows {
      let x = rows.pointer + row * columns
      for column in 0..<columns { x[column] = (x[column] - means[column]) * factors[column] }
    }
  }
}

/// The mean cross-entropy of softmax(x Wᵀ + b) plus half the penalty times the squared norm of W.
///
/// One thread, and the same result at any number of them. Not for several threads at once.
public final class SoftmaxObjective {
  /// [N, C]
  public let rows: Tensor
  public let labels: [Int32]
  public let classes: Int
  public let penalty: Double
  /// Weights [K, C], then biases [K].
  public var weightCount: Int { classes * (rows.columns + 1) }

  private static let block = 256
  private let weights: Tensor
  private let gradients: Tensor
  private let logits: Tensor

  public init(_ rows: Tensor, labels: [Int32], classes: Int, penalty: Double) {
    precondition(labels.count == rows.rows, "a label for each row")
    openblas_set_num_threads(1)
    self.rows = rows
    self.labels = labels
    self.classes = classes
    self.penalty = penalty
    weights = Tensor(zeros: [classes, rows.columns])
    gradients = Tensor(zeros: [classes, rows.columns])
    logits = Tensor(zeros: [Self.block, classes])
  }

  /// The value at a point; fills its gradient.
  public func callAsFunction(_ point: [Double], _ gradient: inout [Double]) -> Double {
    let (count, classes, columns) = (labels.count, classes, rows.columns)
    let size = classes * columns
    for index in 0..<size {
      weights.pointer[index] = Float(point[index])
      gradients.pointer[index] = 0
    }
    var loss = 0.0
    var biases = [Double](repeating: 0, count: classes)
    for first in stride(from: 0, to: count, by: Self.block) {
      let block = min(Self.block, count - first)
      let x = rows.pointer + first * columns
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(block), Int32(classes), Int32(columns), 1, x,
        Int32(columns), weights.pointer, Int32(columns), 0, logits.pointer, Int32(classes))
      for row in 0..<block {
        let z = logits.pointer + row * classes
        var largest = -Float.infinity
        for k in 0..<classes {
          z[k] += Float(point[size + k])
          largest = max(largest, z[k])
        }
        let label = Int(labels[first + row])
        let right = z[label]
        var sum: Float = 0
        for k in 0..<classes {
          z[k] = expf(z[k] - largest)
          sum += z[k]
        }
        loss += Double(logf(sum) + largest - right)
        for k in 0..<classes { z[k] /= sum }
        z[label] -= 1
        for k in 0..<classes { biases[k] += Double(z[k]) }
      }
      cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, Int32(classes), Int32(columns), Int32(block), 1,
        logits.pointer, Int32(classes), x, Int32(columns), 1, gradients.pointer, Int32(columns))
    }
    let n = Double(max(1, count))
    var squares = 0.0
    for index in 0..<size {
      squares += point[index] * point[index]
      gradient[index] = Double(gradients.pointer[index]) / n + penalty * point[index]
    }
    for k in 0..<classes { gradient[size + k] = biases[k] / n }
    return loss / n + penalty / 2 * squares
  }

  /// x Wᵀ + b for rows [N, C]: [N, K].
  public static func logits(_ rows: Tensor, _ point: [Double], classes: Int) -> Tensor {
    let columns = rows.columns
    let weights = Tensor(point.prefix(classes * columns).map { Float($0) })
    let result = Tensor(zeros: [rows.rows, classes])
    guard rows.rows > 0 else { return result }
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.rows), Int32(classes), Int32(columns), 1,
      rows.pointer, Int32(columns), weights.pointer, Int32(columns), 0, result.pointer,
      Int32(classes))
    for row in 0..<rows.rows {
      for k in 0..<classes {
        result.pointer[row * classes + k] += Float(point[classes * columns + k])
      }
    }
    return result
  }
}
