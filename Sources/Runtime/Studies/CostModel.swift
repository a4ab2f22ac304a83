// CostModel: how long cells will take, from those that were measured. The logarithm of the seconds is
// a sum of what each axis adds (a table of two ways, fitted by turns); along an axis of numbers, values
// that were never measured are reached by a straight line.

import Glibc

/// Expected seconds of cells.
public struct CostModel: Sendable {
  private let mean: Double
  private let effects: [[Double?]]
  private let numbers: [[Double]?]
  /// Cells that were measured.
  public let count: Int

  /// Nil where nothing was measured.
  public init?(_ axes: [StudyAxis], measured: [(point: [Int], seconds: Double)]) {
    let usable = measured.filter { $0.seconds > 0 }
    guard !usable.isEmpty else { return nil }
    count = usable.count
    let logs = usable.map { log($0.seconds) }
    let mean = logs.reduce(0, +) / Double(logs.count)
    self.mean = mean
    numbers = axes.map(\.numbers)
    var effects = axes.map { [Double?](repeating: nil, count: $0.labels.count) }
    for _ in 0..<8 {
      for axis in axes.indices {
        var sums = [Double](repeating: 0, count: axes[axis].labels.count)
        var counts = [Int](repeating: 0, count: axes[axis].labels.count)
        for (index, cell) in usable.enumerated() {
          var rest = logs[index] - mean
          for other in axes.indices where other != axis {
            rest -= effects[other][cell.point[other]] ?? 0
          }
          sums[cell.point[axis]] += rest
          counts[cell.point[axis]] += 1
        }
        for place in sums.indices where counts[place] > 0 {
          // A little held back, so that one odd cell does not decide alone.
          effects[axis][place] = sums[place] / (Double(counts[place]) + 0.1)
        }
      }
    }
    self.effects = effects
  }

  /// The expected seconds of a cell.
  public func seconds(_ point: [Int]) -> Double {
    var sum = mean
    for axis in point.indices { sum += effect(axis, point[axis]) }
    return exp(min(20, sum))
  }

  private func effect(_ axis: Int, _ place: Int) -> Double {
    if let known = effects[axis][place] { return known }
    guard let numbers = numbers[axis] else { return 0 }
    let known = numbers.indices.filter { effects[axis][$0] != nil && numbers[$0] > 0 }
      .sorted { numbers[$0] < numbers[$1] }
    guard let first = known.first, let last = known.last, numbers[place] > 0 else { return 0 }
    let near = abs(numbers[place] - numbers[first]) < abs(numbers[place] - numbers[last])
    let base = near ? first : last
    var slope = 0.0
    if first != last {
      slope =
        ((effects[axis][last] ?? 0) - (effects[axis][first] ?? 0))
        / log(numbers[last] / numbers[first])
    }
    return (effects[axis][base] ?? 0)
      + min(2, max(0, slope)) * log(numbers[place] / numbers[base])
  }
}
