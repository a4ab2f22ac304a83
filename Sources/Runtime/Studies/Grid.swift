// Grid: the places of a study, each once, in the order that gives an answer soonest: every cell of the
// first replicate before the second replicate of any.

import TLText

/// The places of a grid in the order of computing.
public struct Grid: Sendable {
  public let points: [[Int]]
  /// Places that were left out since the same values stand twice on an axis.
  public let duplicates: Int
  /// Axes without the values that stood twice, and what to say of that.
  public let axes: [StudyAxis]
  public let notes: [String]
  /// By axis: which of the given values are kept.
  public let kept: [[Int]]

  /// A study of so many cells is taken for a mistake.
  public static let limit = 1_000_000

  /// Throws for an axis without values, and for more cells than anybody means.
  public init(_ given: [StudyAxis], replicate: Int?) throws(StudyError) {
    var axes: [StudyAxis] = []
    var notes: [String] = []
    var keptPlaces: [[Int]] = []
    var (all, kept) = (1, 1)
    for axis in given {
      guard !axis.labels.isEmpty else {
        throw StudyError("the axis `\(axis.name)` of the grid has no values")
      }
      var seen: [String: Int] = [:]
      var places: [Int] = []
      for (place, key) in axis.keys.enumerated() {
        let text = key.serialized()
        if let first = seen[text] {
          notes.append(
            "the axis `\(axis.name)` has \(axis.labels[first]) twice: its cells are computed once")
        } else {
          seen[text] = place
          places.append(place)
        }
      }
      let (product, overflow) = all.multipliedReportingOverflow(by: axis.labels.count)
      guard !overflow, product <= Grid.limit else {
        throw StudyError(
          "the grid has more than \(Grid.limit) cells: "
            + given.map { "\($0.name) \($0.labels.count)" }.joined(separator: " × "))
      }
      all = product
      kept *= places.count
      keptPlaces.append(places)
      axes.append(
        StudyAxis(
          name: axis.name, labels: Grid.distinct(places.map { axis.labels[$0] }),
          values: places.map { axis.values[$0] }, keys: places.map { axis.keys[$0] }))
    }
    duplicates = all - kept
    self.axes = axes
    self.notes = notes
    self.kept = keptPlaces
    // The replicates turn slowest, the other axes like digits, the last one fastest.
    var order = Array(axes.indices)
    if let replicate {
      order.removeAll { $0 == replicate }
      order.insert(replicate, at: 0)
    }
    var points = [[Int](repeating: 0, count: axes.count)]
    for axis in order {
      points = points.flatMap { point in
        axes[axis].labels.indices.map { place in
          var next = point
          next[axis] = place
          return next
        }
      }
    }
    self.points = points
  }

  /// Labels that are equal get a number behind them.
  static func distinct(_ labels: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for label in labels { counts[label, default: 0] += 1 }
    var used: [String: Int] = [:]
    return labels.map { label in
      guard counts[label, default: 0] > 1 else { return label }
      used[label, default: 0] += 1
      return "\(label) (\(used[label, default: 0]))"
    }
  }
}
