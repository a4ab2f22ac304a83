// Naive twins of the operations, in double precision, one loop per formula.

import Glibc
import TLTensor

enum Naive {
  static func activation(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .identity: x
    case .gelu: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
    case .geluTanh:
      0.5 * x * (1 + Glibc.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .relu: max(0, x)
    case .silu: x / (1 + exp(-x))
    case .tanh: Glibc.tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .quickGELU: x / (1 + exp(-1.702 * x))
    }
  }

  static func linear(
    _ x: [Double], _ w: [Double], _ b: [Double]?, rows: Int, inputs: Int, outputs: Int
  ) -> [Double] {
    var y: [Double] = []
    for row in 0..<rows {
      for output in 0..<outputs {
        var sum = b?[output] ?? 0
        for input in 0..<inputs { sum += x[row * inputs + input] * w[output * inputs + input] }
        y.append(sum)
      }
    }
    return y
  }

  static func layerNorm(
    _ x: [Double], _ gamma: [Double], _ beta: [Double], epsilon: Double
  ) -> [Double] {
    let columns = gamma.count
    var y: [Double] = []
    for row in 0..<x.count / columns {
      let values = x[row * columns..<(row + 1) * columns]
      let mean = values.reduce(0, +) / Double(columns)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
      for (column, value) in values.enumerated() {
        y.append((value - mean) / (variance + epsilon).squareRoot() * gamma[column] + beta[column])
      }
    }
    return y
  }

  static func rmsNorm(_ x: [Double], _ gamma: [Double], epsilon: Double) -> [Double] {
    let columns = gamma.count
    var y: [Double] = []
    for row in 0..<x.count / columns {
      let values = x[row * columns..<(row + 1) * columns]
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(columns)
      for (column, value) in values.enumerated() {
        y.append(value / (square + epsilon).squareRoot() * gamma[column])
      }
    }
    return y
  }

  /// Attention by the formula; `score` adds what positions contribute to (head, query, key), which
  /// are rows of the packed matrices.
  static func attention(
    _ q: [Double], _ k: [Double], _ v: [Double], lengths: [Int], heads: Int, columns: Int,
    scale: Double, score: (_ head: Int, _ query: Int, _ key: Int) -> Double = { _, _, _ in 0 }
  ) -> [Double] {
    let size = columns / heads
    var y = [Double](repeating: 0, count: q.count)
    var start = 0
    for length in lengths {
      for head in 0..<heads {
        for i in start..<start + length {
          var scores: [Double] = []
          for j in start..<start + length {
            var dot = 0.0
            for c in head * size..<(head + 1) * size { dot += q[i * columns + c] * k[j * columns + c] }
            scores.append(exp(scale * dot + score(head, i, j)))
          }
          let sum = scores.reduce(0, +)
          for j in 0..<length {
            for c in head * size..<(head + 1) * size {
              y[i * columns + c] += scores[j] / sum * v[(start + j) * columns + c]
            }
          }
        }
      }
      start += length
    }
    return y
  }
}
