// Probes and CKA against their definitions, computed in the plainest way.

import Foundation
import TLAnalysis
import TLTensor
import Testing

struct ProbeTests {
  /// Two clouds and a third, 40 rows each, 5 columns of which the last is constant.
  private static func clouds() -> (rows: Tensor, labels: [Int32]) {
    var random = RandomStream(seed: 3)
    let labels = (0..<120).map { Int32($0 % 3) }
    var values: [Float] = []
    for label in labels {
      for column in 0..<4 {
        values.append(random.normal() + (Int(label) == column ? 3 : 0) + 10)
      }
      values.append(7)
    }
    return (Tensor(values, shape: [120, 5]), labels)
  }

  @Test func gradientsOfTheObjectiveAreDifferences() {
    let (rows, labels) = Self.clouds()
    ColumnScaling(rows).apply(to: rows)
    let objective = SoftmaxObjective(rows, labels: labels, classes: 3, penalty: 0.1)
    let point = (0..<objective.weightCount).map { 0.3 * sin(Double($0)) }
    var (gradient, unused) = (point, point)
    let value = objective(point, &gradient)
    // The definition, in double precision.
    var loss = 0.0
    for row in 0..<120 {
      let z = (0..<3).map { k in
        (0..<5).reduce(point[15 + k]) { $0 + point[k * 5 + $1] * Double(rows[row, $1]) }
      }
      loss += log(z.reduce(0) { $0 + exp($1) }) - z[Int(labels[row])]
    }
    let naive = loss / 120 + 0.05 * point.prefix(15).reduce(0) { $0 + $1 * $1 }
    #expect(abs(value - naive) < 1e-6)
    for index in point.indices {
      var (above, below) = (point, point)
      above[index] += 1e-2
      below[index] -= 1e-2
      let slope = (objective(above, &unused) - objective(below, &unused)) / 2e-2
      #expect(abs(slope - gradient[index]) < 1e-3, "\(index)")
    }
  }

  @Test func scalingGivesMeanZeroAndDeviationOne() {
    let (rows, _) = Self.clouds()
    ColumnScaling(rows).apply(to: rows)
    for column in 0..<5 {
      let values = (0..<120).map { Double(rows[$0, column]) }
      let mean = values.reduce(0, +) / 120
      let square = values.reduce(0) { $0 + $1 * $1 } / 120
      #expect(abs(mean) < 1e-5)
      #expect(abs(square - (column == 4 ? 0 : 1)) < 1e-4)
    }
  }

  @Test func cloudsAreToldApartAndAgainTheSame() throws {
    let (rows, labels) = Self.clouds()
    ColumnScaling(rows).apply(to: rows)
    let probe = try LogisticProbe.fit(rows, labels: labels, classes: 3)
    let right = zip(probe.predict(rows), labels).count { $0 == Int($1) }
    #expect(right >= 110)
    #expect(try LogisticProbe.fit(rows, labels: labels, classes: 3).weights == probe.weights)
    // The descent ends where the objective has no slope left.
    let objective = SoftmaxObjective(rows, labels: labels, classes: 3, penalty: 1.0 / 120)
    var gradient = probe.weights
    _ = objective(probe.weights, &gradient)
    #expect(gradient.allSatisfy { abs($0) < 5e-3 })
  }

  @Test func badInputIsRefused() {
    let (rows, labels) = Self.clouds()
    for (bad, message) in [
      (labels.map { _ in Int32(1) }, "two classes"), (labels.map { _ in Int32(5) }, "outside"),
      (Array(labels.dropLast()), "a label for each row"),
    ] {
      do {
        _ = try LogisticProbe.fit(rows, labels: bad, classes: 3)
        Issue.record("expected: \(message)")
      } catch { #expect("\(error)".contains(message)) }
    }
    rows[3, 3] = .nan
    #expect(throws: AnalysisError.self) {
      try LogisticProbe.fit(rows, labels: labels, classes: 3)
    }
  }

  private static func naiveCKA(_ x: Tensor, _ y: Tensor) -> Double {
    func centered(_ t: Tensor) -> [[Double]] {
      let means = (0..<t.columns).map { column in
        (0..<t.rows).reduce(0.0) { $0 + Double(t[$1, column]) } / Double(t.rows)
      }
      return (0..<t.rows).map { row in (0..<t.columns).map { Double(t[row, $0]) - means[$0] } }
    }
    func cross(_ a: [[Double]], _ b: [[Double]]) -> Double {
      var sum = 0.0
      for i in a[0].indices {
        for j in b[0].indices {
          let product = a.indices.reduce(0.0) { $0 + a[$1][i] * b[$1][j] }
          sum += product * product
        }
      }
      return sum
    }
    let (a, b) = (centered(x), centered(y))
    return cross(a, b) / (cross(a, a) * cross(b, b)).squareRoot()
  }

  @Test func similarityIsTheDefinitionByRowsAndByColumns() throws {
    let a = (0..<3).map {
      Tensor.normal([20, 6], standardDeviation: 1, seed: 1, stream: UInt64($0))
    }
    let b = (0..<2).map {
      Tensor.normal([20, 4], standardDeviation: 5, seed: 2, stream: UInt64($0))
    }
    let pool = ThreadPool(count: 2)
    for usesRows in [true, false] {
      let found = try LinearCKA.matrix(a, b, pool: pool, usesRows: usesRows)
      for i in 0..<3 {
        for j in 0..<2 { #expect(abs(found[i][j] - Self.naiveCKA(a[i], b[j])) < 1e-5) }
      }
      #expect(
        try LinearCKA.matrix(a, b, pool: ThreadPool(count: 1), usesRows: usesRows) == found)
    }
    // Rotation, scale and shift change nothing.
    let turned = Tensor(zeros: [20, 6])
    for row in 0..<20 {
      for column in 0..<6 { turned[row, column] = -3 * a[0][row, (column + 1) % 6] + 2 }
    }
    #expect(abs(try LinearCKA.matrix([a[0]], [turned], pool: pool)[0][0] - 1) < 1e-5)
    let same = Tensor([Float](repeating: 2, count: 40), shape: [20, 2])
    #expect(try LinearCKA.matrix([same], b, pool: pool)[0][0].isNaN)
    #expect(throws: AnalysisError.self) {
      try LinearCKA.matrix(a, [Tensor(zeros: [19, 2])], pool: pool)
    }
  }
}
