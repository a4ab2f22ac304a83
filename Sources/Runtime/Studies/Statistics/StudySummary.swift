// StudySummary: the groups of a study with mean, interval and n over its replicates, and which of them
// is the best beyond chance: Student's paired t test over the replicates that both have, with Holm's
// correction (1979) for comparing the best with all others.

import TLAnalysis
import TLText

/// Cells of one row and one column of a table.
public struct StudyGroup: Sendable {
  /// Places on the axes of the rows, and on those of the columns.
  public let row: [Int]
  public let column: [Int]
  /// By measurement: the values by replicate, the mean over what else varies.
  public var values: [[Int: Double]]
  public var estimates: [Estimate?]
  public var failed = 0
  public var missing = 0
  /// Against the best of its column: of the paired test, corrected; nil for the best itself, and where
  /// fewer than two replicates are common.
  public var pAgainstBest: Double?
  /// It has the best mean of its column.
  public var isFirst = false
  /// It is better than every other one of its column beyond chance.
  public var isBest = false
}

/// A study in groups.
public struct StudySummary: Sendable {
  public let study: Study
  public let rows: [Int]
  public let columns: [Int]
  /// The measurements; the first one decides what is best.
  public let values: [String]
  public let groups: [StudyGroup]
  /// Rows and columns that have cells, in the order of the grid.
  public let rowPlaces: [[Int]]
  public let columnPlaces: [[Int]]
  public let notes: [String]

  /// - Parameters:
  ///   - rows: axes that make the rows; the others, but columns, are averaged.
  ///   - lowerIsBetter: whether a smaller value of the first measurement is the better one.
  ///   - level: of the tests.
  public init(
    _ study: Study, rows: [Int], columns: [Int], values: [String], lowerIsBetter: Bool,
    confidence: Double = 0.95, level: Double = 0.05
  ) throws {
    self.study = study
    self.rows = rows
    self.columns = columns
    self.values = values
    let others = study.axes.indices.filter {
      !rows.contains($0) && !columns.contains($0) && $0 != study.replicate
    }
    let replicate = study.replicate.flatMap { rows.contains($0) || columns.contains($0) ? nil : $0 }
    let expected = others.reduce(1) { $0 * study.axes[$1].labels.count }
    var order: [[Int]: Int] = [:]
    var groups: [StudyGroup] = []
    // By group, measurement and replicate: the values of the cells that are averaged.
    var found: [[[Int: [Double]]]] = []
    for cell in study.cells {
      let row = rows.map { cell.point[$0] }
      let column = columns.map { cell.point[$0] }
      let place: Int
      if let known = order[row + column] {
        place = known
      } else {
        place = groups.count
        order[row + column] = place
        groups.append(
          StudyGroup(
            row: row, column: column, values: values.map { _ in [:] },
            estimates: values.map { _ in nil }))
        found.append(values.map { _ in [:] })
      }
      switch cell.state {
      case .missing: groups[place].missing += 1
      case .failed: groups[place].failed += 1
      case .finished:
        let number = replicate.map { cell.point[$0] } ?? 0
        for (index, name) in values.enumerated() {
          guard let value = cell.field(name)?.asNumber, value.isFinite else { continue }
          found[place][index][number, default: []].append(value)
        }
      }
    }
    var partial = 0
    for place in groups.indices {
      for index in values.indices {
        for (number, list) in found[place][index] {
          // A replicate with a part of its cells would shift the mean.
          guard list.count == expected else {
            partial += 1
            continue
          }
          groups[place].values[index][number] = list.reduce(0, +) / Double(list.count)
        }
        let list = groups[place].values[index].sorted { $0.key < $1.key }.map(\.value)
        groups[place].estimates[index] =
          list.isEmpty ? nil : try Estimate(list, confidence: confidence)
      }
    }
    var notes: [String] = []
    if partial > 0 {
      notes.append(
        "replicates of which not all cells are there are left out of means over "
          + others.map { "`\(study.axes[$0].name)`" }.joined(separator: ", "))
    }
    func places(_ of: (StudyGroup) -> [Int]) -> [[Int]] {
      var seen: Set<[Int]> = []
      return groups.map(of).filter { seen.insert($0).inserted }
        .sorted { $0.lexicographicallyPrecedes($1) }
    }
    rowPlaces = places(\.row)
    columnPlaces = places(\.column)
    for column in columnPlaces {
      let inside = groups.indices.filter { groups[$0].column == column }
      Self.compare(&groups, inside, lowerIsBetter: lowerIsBetter, level: level)
    }
    self.groups = groups
    self.notes = notes
  }

  /// Finds the best group and tests it against the others.
  private static func compare(
    _ groups: inout [StudyGroup], _ inside: [Int], lowerIsBetter: Bool, level: Double
  ) {
    guard !(groups.first?.estimates.isEmpty ?? true) else { return }
    let measured = inside.filter { groups[$0].estimates[0] != nil }
    func mean(_ place: Int) -> Double { groups[place].estimates[0]?.mean ?? .nan }
    guard
      let best = measured.min(by: {
        lowerIsBetter ? mean($0) < mean($1) : mean($0) > mean($1)
      })
    else { return }
    groups[best].isFirst = true
    let rivals = measured.filter { $0 != best }
    var tested: [(place: Int, p: Double)] = []
    for rival in rivals {
      if let p = pairedP(groups[best].values[0], groups[rival].values[0]) {
        tested.append((rival, p))
      }
    }
    let corrected = PairedTests.holm(tested.map(\.p))
    for (test, p) in zip(tested, corrected) { groups[test.place].pAgainstBest = p }
    // Every rival must have been tested, and be worse.
    groups[best].isBest =
      !rivals.isEmpty && rivals.allSatisfy { (groups[$0].pAgainstBest ?? 1) < level }
  }

  /// Student's paired t test over the replicates that both have; nil for fewer than two.
  static func pairedP(_ first: [Int: Double], _ second: [Int: Double]) -> Double? {
    let common = first.keys.filter { second[$0] != nil }.sorted()
    guard common.count > 1 else { return nil }
    let (a, b) = (common.map { first[$0] ?? .nan }, common.map { second[$0] ?? .nan })
    return try? PairedTests.student(a, b).pValue
  }

  public func group(_ row: [Int], _ column: [Int]) -> StudyGroup? {
    groups.first { $0.row == row && $0.column == column }
  }

  public func labels(_ axes: [Int], _ places: [Int]) -> [String] {
    zip(axes, places).map { study.axes[$0].labels[$1] }
  }
}

extension StudySummary {
  /// A row for each row and column of the summary: numbers in columns of their own.
  ///
  /// Columns: the axes; for each measurement `name`, `name_lower`, `name_upper`, `name_sd`; `n`,
  /// `failed`, `rank` in its column, `p_against_best`, `distinguishable_best`.
  public func long() throws -> Table {
    let order = rowPlaces.flatMap { row in columnPlaces.compactMap { group(row, $0) } }
    var table: [(name: String, values: [DataValue])] = []
    for (index, axis) in (rows + columns).enumerated() {
      let isNumeric = study.axes[axis].numbers != nil
      table.append(
        (
          study.axes[axis].name,
          order.map { group in
            let place = (group.row + group.column)[index]
            return isNumeric
              ? study.axes[axis].values[place] : .text(study.axes[axis].labels[place])
          }
        ))
    }
    func optional(_ number: Double?) -> DataValue { number.map { .number($0) } ?? .none }
    for (index, name) in values.enumerated() {
      // As everywhere: two runs bound nothing, and no bound lies where the metric cannot.
      let range = MetricRegistry.all.first { $0.name == name }?.range
      func bounds(_ group: StudyGroup) -> Interval? {
        guard let found = group.estimates[index], found.n >= 3 else { return nil }
        return range.map { found.interval?.clipped(to: $0) } ?? found.interval
      }
      table.append((name, order.map { optional($0.estimates[index]?.mean) }))
      table.append(
        ("\(name)_lower", order.map { optional(bounds($0)?.lower) }))
      table.append(
        ("\(name)_upper", order.map { optional(bounds($0)?.upper) }))
      table.append(
        ("\(name)_sd", order.map { optional($0.estimates[index]?.standardDeviation) }))
    }
    table.append(("n", order.map { .int($0.estimates.first??.n ?? 0) }))
    table.append(("failed", order.map { .int($0.failed) }))
    table.append(("p_against_best", order.map { optional($0.pAgainstBest) }))
    table.append(("first", order.map { .bool($0.isFirst) }))
    table.append(("distinguishable_best", order.map { .bool($0.isBest) }))
    return try Table(table)
  }
}
