// L-BFGS (Nocedal 1980; Liu and Nocedal 1989): minimizes a smooth function of many variables from
// its value and gradient, keeping the last few steps in place of the curvature.

enum LimitedMemoryBFGS {
  static let memory = 6

  /// Goes down from `start` until the value falls by less than `tolerance` of itself over ten
  /// steps, or for `iterations` steps. `evaluate` fills the gradient and gives the value.
  static func minimize(
    _ start: [Double], iterations: Int, tolerance: Double,
    _ evaluate: ([Double], inout [Double]) throws(AnalysisError) -> Double
  ) throws(AnalysisError) -> [Double] {
    var point = start
    var gradient = [Double](repeating: 0, count: start.count)
    var value = try evaluate(point, &gradient)
    var steps: [[Double]] = []
    var changes: [[Double]] = []
    var past: [Double] = [value]
    for iteration in 0..<iterations {
      let norm = SparseProducts.dot(gradient, gradient).squareRoot()
      if norm <= 1e-8 * Double(start.count).squareRoot() { break }
      var direction = descent(gradient, steps, changes)
      var slope = SparseProducts.dot(direction, gradient)
      if slope >= 0 {
        // Rounding has spoilt what is remembered.
        (steps, changes) = ([], [])
        direction = gradient.map { -$0 }
        slope = -norm * norm
      }
      var length = iteration == 0 ? 1 / norm : 1
      var next = point
      var nextGradient = gradient
      var nextValue = value
      var isBetter = false
      for _ in 0..<30 {
        add(point, direction, length, into: &next)
        nextValue = try evaluate(next, &nextGradient)
        if nextValue <= value + 1e-4 * length * slope {
          isBetter = true
          break
        }
        length /= 2
      }
      guard isBetter else { break }
      add(next, point, -1, into: &point)
      add(nextGradient, gradient, -1, into: &gradient)
      if SparseProducts.dot(point, gradient) > 0 {
        if steps.count == memory {
          steps.removeFirst()
          changes.removeFirst()
        }
        steps.append(point)
        changes.append(gradient)
      }
      (point, gradient, value) = (next, nextGradient, nextValue)
      past.append(value)
      if past.count > 10, past[past.count - 11] - value < tolerance * abs(value) { break }
    }
    return point
  }

  /// The direction down that the remembered steps suggest (the two loops of Nocedal).
  private static func descent(
    _ gradient: [Double], _ steps: [[Double]], _ changes: [[Double]]
  ) -> [Double] {
    var direction = gradient.map { -$0 }
    guard let step = steps.last, let change = changes.last else { return direction }
    var shares = [Double](repeating: 0, count: steps.count)
    for index in steps.indices.reversed() {
      shares[index] =
        SparseProducts.dot(steps[index], direction)
        / SparseProducts.dot(steps[index], changes[index])
      add(direction, changes[index], -shares[index], into: &direction)
    }
    let scale = SparseProducts.dot(step, change) / SparseProducts.dot(change, change)
    for index in direction.indices { direction[index] *= scale }
    for index in steps.indices {
      let part =
        SparseProducts.dot(changes[index], direction)
        / SparseProducts.dot(steps[index], changes[index])
      add(direction, steps[index], shares[index] - part, into: &direction)
    }
    return direction
  }

  /// a + scale · b.
  private static func add(
    _ a: [Double], _ b: [Double], _ scale: Double, into result: inout [Double]
  ) {
    let count = result.count
    result.withUnsafeMutableBufferPointer { result in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          for index in 0..<count { result[index] = a[index] + scale * b[index] }
        }
      }
    }
  }
}
