// Logistic regression (softmax for more than two classes) and the linear support vector machine
// (squared hinge, one against the rest) on sparse rows. Objectives and conventions are those of
// scikit-learn's LogisticRegression and LinearSVC: C · Σ loss + ½‖w‖², the intercept penalized in
// the latter only. Minimized by Newton's method with conjugate gradients (Lin, Weng, Keerthi 2008),
// the same steps at any number of threads.

import Glibc
import TLText

public struct LinearModel: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case logisticRegression = "logistic_regression"
    case linearSVM = "linear_svm"
  }

  public let kind: Kind
  public let classes: Int
  /// Outputs: 1 for two classes (that of class 1), else one per class.
  public let outputs: Int
  /// Weights [features + 1, outputs], the intercepts last.
  public let weights: [Double]
  /// The value of the objective at the end; for one against the rest the sum.
  public let objective: Double

  public func weight(feature: Int, output: Int) -> Double { weights[feature * outputs + output] }
  public func intercept(_ output: Int) -> Double { weights[weights.count - outputs + output] }

  /// Fits a model. `exampleWeights` scale the losses. Throws `invalid` for labels outside the
  /// classes, a single class, values that are not finite, or C that is not positive.
  public static func fit(
    _ kind: Kind, _ rows: SparseRows, labels: [Int], classes: Int, c: Double = 1,
    exampleWeights: [Double]? = nil, tolerance: Double = 1e-8
  ) throws(AnalysisError) -> LinearModel {
    guard rows.values.allSatisfy(\.isFinite) else { throw .invalid("a feature is not finite") }
    return try fit(
      kind, SparseProducts(rows), labels: labels, classes: classes, c: c,
      exampleWeights: exampleWeights, tolerance: tolerance)
  }

  /// The same on rows that are prepared already. `start` is a model of the same kind and data, such
  /// as one with another C: near it the search is short. Throws `cancelled` when `isCancelled` says.
  static func fit(
    _ kind: Kind, _ products: SparseProducts, labels: [Int], classes: Int, c: Double,
    exampleWeights: [Double]? = nil, tolerance: Double, start: LinearModel? = nil,
    isCancelled: CancellationCheck = neverCancelled
  ) throws(AnalysisError) -> LinearModel {
    guard products.rows.count == labels.count,
      exampleWeights.map({ $0.count == labels.count }) ?? true
    else { throw .invalid("\(products.rows.count) rows have \(labels.count) labels") }
    guard c > 0 && c.isFinite else { throw .invalid("C is positive, found \(c)") }
    if let row = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw .invalid("row \(row): class \(labels[row]) is outside the \(classes) classes")
    }
    guard Set(labels).count > 1 else {
      throw .invalid("a classifier needs at least two classes in its training data")
    }
    let scale = exampleWeights?.map { $0 * c } ?? [Double](repeating: c, count: labels.count)
    let width = products.rows.width
    if kind == .logisticRegression && classes > 2 {
      let (weights, objective) = try NewtonSolver(
        products, targets: .softmax(labels), outputs: classes, scale: scale
      ).minimize(from: start?.weights, tolerance, isCancelled)
      return LinearModel(
        kind: kind, classes: classes, outputs: classes, weights: weights, objective: objective)
    }
    let positives = classes == 2 ? [1] : Array(0..<classes)
    let outputs = positives.count
    var weights = [Double](repeating: 0, count: (width + 1) * outputs)
    var total = 0.0
    for (output, positive) in positives.enumerated() {
      let signs = labels.map { $0 == positive ? 1.0 : -1.0 }
      let (single, objective) = try NewtonSolver(
        products, targets: kind == .linearSVM ? .squaredHinge(signs) : .logistic(signs),
        outputs: 1, scale: scale
      ).minimize(
        from: start.map { start in (0...width).map { start.weights[$0 * outputs + output] } },
        tolerance, isCancelled)
      for (feature, value) in single.enumerated() { weights[feature * outputs + output] = value }
      total += objective
    }
    return LinearModel(
      kind: kind, classes: classes, outputs: outputs, weights: weights, objective: total)
  }

  /// Scores [rows, outputs]. Throws `invalid` for rows of another width.
  public func scores(_ rows: SparseRows) throws(AnalysisError) -> [Double] {
    guard (rows.width + 1) * outputs == weights.count else {
      throw .invalid(
        "the model has \(weights.count / outputs - 1) features, the rows have \(rows.width)")
    }
    return SparseProducts(rows, transposes: false).scores(weights, outputs: outputs)
  }

  /// The class of each row; the first of equal ones.
  public func classes(_ rows: SparseRows) throws(AnalysisError) -> [Int] {
    let scores = try scores(rows)
    return (0..<rows.count).map { row in
      if outputs == 1 { return scores[row] > 0 ? 1 : 0 }
      return (0..<outputs).reduce(0) {
        scores[row * outputs + $1] > scores[row * outputs + $0] ? $1 : $0
      }
    }
  }

  /// Probabilities [rows, classes] of a logistic regression. Throws `invalid` for another kind.
  public func probabilities(_ rows: SparseRows) throws(AnalysisError) -> [Double] {
    guard kind == .logisticRegression else {
      throw .invalid("a linear SVM has no probabilities")
    }
    let scores = try scores(rows)
    if outputs == 1 {
      return Softmax.rows(scores.flatMap { [0, $0] }, classes: 2)
    }
    return Softmax.rows(scores, classes: outputs)
  }
}

/// One minimization.
private struct NewtonSolver {
  enum Targets {
    case logistic([Double])
    case softmax([Int])
    case squaredHinge([Double])
  }

  let products: SparseProducts
  let targets: Targets
  let outputs: Int
  let scale: [Double]
  private let penalizesIntercept: Bool
  private var rows: SparseRows { products.rows }

  init(_ products: SparseProducts, targets: Targets, outputs: Int, scale: [Double]) {
    self.products = products
    self.targets = targets
    self.outputs = outputs
    self.scale = scale
    if case .squaredHinge = targets {
      penalizesIntercept = true
    } else {
      penalizesIntercept = false
    }
  }

  /// Adds rowsᵀ · residuals to `result`, intercepts included.
  private func addTransposed(_ residuals: [Double], to result: inout [Double]) {
    let sums = products.transposedScores(residuals, outputs: outputs)
    for index in sums.indices { result[index] += sums[index] }
  }

  /// The weights without what is not penalized.
  private func penalized(_ weights: [Double]) -> [Double] {
    guard !penalizesIntercept else { return weights }
    var weights = weights
    for k in rows.width * outputs..<weights.count { weights[k] = 0 }
    return weights
  }

  /// The summed loss, its slope in the scores, and what the curvature needs: probabilities, or
  /// second derivatives.
  private func losses(_ scores: [Double]) -> (loss: Double, slopes: [Double], curves: [Double]) {
    var loss = 0.0
    var slopes = scores
    var curves = scores
    switch targets {
    case .logistic(let signs):
      for (row, sign) in signs.enumerated() {
        let margin = sign * scores[row]
        let wrong = margin > 0 ? exp(-margin) / (1 + exp(-margin)) : 1 / (1 + exp(margin))
        loss += scale[row] * (margin > 0 ? log1p(exp(-margin)) : log1p(exp(margin)) - margin)
        slopes[row] = -scale[row] * sign * wrong
        curves[row] = scale[row] * wrong * (1 - wrong)
      }
    case .squaredHinge(let signs):
      for (row, sign) in signs.enumerated() {
        let gap = max(0, 1 - sign * scores[row])
        loss += scale[row] * gap * gap
        slopes[row] = -2 * scale[row] * sign * gap
        curves[row] = gap > 0 ? 2 * scale[row] : 0
      }
    case .softmax(let labels):
      curves = Softmax.rows(scores, classes: outputs)
      for (row, label) in labels.enumerated() {
        let start = row * outputs
        var largest = -Double.infinity
        for k in 0..<outputs { largest = max(largest, scores[start + k]) }
        var sum = 0.0
        for k in 0..<outputs { sum += exp(scores[start + k] - largest) }
        loss += scale[row] * (largest + log(sum) - scores[start + label])
        for k in 0..<outputs {
          slopes[start + k] = scale[row] * (curves[start + k] - (k == label ? 1 : 0))
        }
      }
    }
    return (loss, slopes, curves)
  }

  /// The curvature times a direction.
  private func curvature(_ direction: [Double], _ curves: [Double]) -> [Double] {
    var changes = products.scores(direction, outputs: outputs)
    if case .softmax = targets {
      for row in 0..<rows.count {
        let start = row * outputs
        var mean = 0.0
        for k in 0..<outputs { mean += curves[start + k] * changes[start + k] }
        for k in 0..<outputs {
          changes[start + k] = scale[row] * curves[start + k] * (changes[start + k] - mean)
        }
      }
    } else {
      for row in 0..<rows.count { changes[row] *= curves[row] }
    }
    var result = penalized(direction)
    addTransposed(changes, to: &result)
    return result
  }

  /// From zero, or from weights that are near. `tolerance` is of the gradient against that at zero.
  func minimize(
    from start: [Double]?, _ tolerance: Double, _ isCancelled: CancellationCheck
  ) throws(AnalysisError) -> ([Double], Double) {
    var weights = [Double](repeating: 0, count: (rows.width + 1) * outputs)
    var state = losses([Double](repeating: 0, count: rows.count * outputs))
    var value = state.loss
    var first = 0.0
    if let start {
      var gradient = weights
      addTransposed(state.slopes, to: &gradient)
      first = dot(gradient, gradient).squareRoot()
      weights = start
      state = losses(products.scores(weights, outputs: outputs))
      let penalty = penalized(weights)
      value = state.loss + 0.5 * dot(penalty, penalty)
    }
    for iteration in 0..<100 {
      if isCancelled() { throw .cancelled }
      var gradient = penalized(weights)
      addTransposed(state.slopes, to: &gradient)
      let norm = dot(gradient, gradient).squareRoot()
      if iteration == 0 && start == nil { first = norm }
      if norm <= tolerance * first || norm == 0 { break }
      let direction = try solve(
        gradient, state.curves, accuracy: min(0.1, (norm / first).squareRoot()), isCancelled)
      let slope = dot(gradient, direction)
      var length = 1.0
      var isBetter = false
      while length > 1e-12 && slope < 0 {
        var next = weights
        for index in next.indices { next[index] += length * direction[index] }
        let nextState = losses(products.scores(next, outputs: outputs))
        let penalty = penalized(next)
        let nextValue = nextState.loss + 0.5 * dot(penalty, penalty)
        if nextValue <= value + 1e-4 * length * slope {
          isBetter = nextValue < value
          (weights, state, value) = (next, nextState, nextValue)
          break
        }
        length /= 2
      }
      // Rounding, not the problem, is the limit now.
      guard isBetter else { break }
    }
    return (weights, value)
  }

  /// Conjugate gradients for curvature · direction = -gradient.
  private func solve(
    _ gradient: [Double], _ curves: [Double], accuracy: Double, _ isCancelled: CancellationCheck
  ) throws(AnalysisError) -> [Double] {
    var direction = [Double](repeating: 0, count: gradient.count)
    var residual = gradient.map { -$0 }
    var step = residual
    var square = dot(residual, residual)
    let goal = accuracy * accuracy * square
    for _ in 0..<500 {
      if isCancelled() { throw .cancelled }
      let image = curvature(step, curves)
      let bend = dot(step, image)
      guard bend > 0 else { break }
      let length = square / bend
      for index in direction.indices {
        direction[index] += length * step[index]
        residual[index] -= length * image[index]
      }
      let next = dot(residual, residual)
      if next <= goal { break }
      let ratio = next / square
      square = next
      for index in step.indices { step[index] = residual[index] + ratio * step[index] }
    }
    return direction
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { SparseProducts.dot(a, b) }
}
