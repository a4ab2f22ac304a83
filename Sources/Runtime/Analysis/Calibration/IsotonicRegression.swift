// The monotone step function nearest to the data in squares, by pooling adjacent violators (Ayer et
// al. 1955; Zadrozny and Elkan 2002 for calibration). As in scikit-learn 1.9: equal x are averaged
// first, inner points of constant runs dropped, linear between points, constant outside.

public struct IsotonicRegression: Sendable, Equatable {
  /// Rising places and the values there.
  public let x: [Double]
  public let y: [Double]

  /// Throws `invalid` for no points, lists of different length, values that are not finite, or a
  /// weight that is not positive.
  public init(
    x: [Double], y: [Double], weights: [Double]? = nil, increasing: Bool = true
  ) throws(AnalysisError) {
    guard !x.isEmpty, x.count == y.count, weights.map({ $0.count == x.count }) ?? true else {
      throw .invalid("isotonic regression needs as many x as y and at least one, found \(x.count)")
    }
    guard x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite),
      weights?.allSatisfy({ $0 > 0 && $0.isFinite }) ?? true
    else {
      throw .invalid("isotonic regression needs finite values and positive weights")
    }
    let order = x.indices.sorted { (x[$0], y[$0], $0) < (x[$1], y[$1], $1) }
    var places: [Double] = []
    var means: [Double] = []
    var masses: [Double] = []
    var start = 0
    while start < order.count {
      var end = start
      var sum = 0.0
      var mass = 0.0
      let place = x[order[start]]
      while end < order.count && x[order[end]] - place < 1e-15 {
        let weight = weights?[order[end]] ?? 1
        sum += weight * y[order[end]]
        mass += weight
        end += 1
      }
      places.append(place)
      means.append(sum / mass)
      masses.append(mass)
      start = end
    }
    let sign = increasing ? 1.0 : -1.0
    // Blocks of pooled points: sum, mass, how many points.
    var blocks: [(sum: Double, mass: Double, points: Int)] = []
    for index in means.indices {
      var block = (sum: sign * means[index] * masses[index], mass: masses[index], points: 1)
      while let last = blocks.last, last.sum / last.mass >= block.sum / block.mass {
        block = (last.sum + block.sum, last.mass + block.mass, last.points + block.points)
        blocks.removeLast()
      }
      blocks.append(block)
    }
    var keptX: [Double] = []
    var keptY: [Double] = []
    var index = 0
    for block in blocks {
      let value = sign * (block.sum / block.mass)
      keptX.append(places[index])
      keptY.append(value)
      if block.points > 1 {
        keptX.append(places[index + block.points - 1])
        keptY.append(value)
      }
      index += block.points
    }
    self.x = keptX
    self.y = keptY
  }

  public func callAsFunction(_ query: Double) -> Double {
    guard query > x[0] else { return y[0] }
    var low = 0
    var high = x.count
    while low < high {
      let middle = (low + high) / 2
      if x[middle] < query { low = middle + 1 } else { high = middle }
    }
    guard low < x.count else { return y[x.count - 1] }
    if x[low] == query { return y[low] }
    let share = (query - x[low - 1]) / (x[low] - x[low - 1])
    return y[low - 1] + share * (y[low] - y[low - 1])
  }
}
