// Numbers about groups of rows. Missing values never count; a group without values gives a missing
// result (0 for count, sum, and count distinct).

/// What to say about the values of a group.
public enum Aggregate: String, Sendable, CaseIterable {
  case count, sum, mean, min, max, median
  /// Of the sample, with n - 1; missing below two values.
  case standardDeviation = "standard_deviation"
  case first, last
  case countDistinct = "count_distinct"
  /// The list of all values, missing ones included.
  case collect
}

/// One result column of a grouping.
public struct Aggregation: Sendable {
  /// Nil only with `count`, which then counts rows.
  public let column: String?
  public let aggregate: Aggregate
  public let name: String

  /// `name` of the result is by default the aggregate's, followed by the column's.
  public init(_ aggregate: Aggregate, of column: String? = nil, as name: String? = nil) {
    self.aggregate = aggregate
    self.column = column
    self.name = name ?? column.map { "\(aggregate.rawValue)_\($0)" } ?? aggregate.rawValue
  }
}

extension Table {
  /// A row per group with the grouping columns and one column per aggregation; groups stand in the
  /// order in which they are first seen.
  public func grouped(
    by names: [String], _ aggregations: [Aggregation],
    isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> Table {
    let grouping = try grouping(by: names, isCancelled: isCancelled)
    let keys = try columns(names).map { $0.taking(grouping.firstRows) }
    let results = try aggregated(grouping, aggregations, isCancelled: isCancelled)
    try Self.checkNames(names + aggregations.map(\.name))
    return Table(
      unchecked: names + aggregations.map(\.name), keys + results, rowCount: grouping.count)
  }

  /// One column per aggregation with a row per group.
  public func aggregated(
    _ grouping: Grouping, _ aggregations: [Aggregation],
    isCancelled: CancellationCheck = neverCancelled
  ) throws(TextError) -> [Column] {
    var results: [Column] = []
    for aggregation in aggregations {
      if isCancelled() { throw .cancelled }
      guard let name = aggregation.column else {
        guard aggregation.aggregate == .count else {
          throw .invalid("\(aggregation.aggregate.rawValue) needs a column")
        }
        results.append(Column(integers: grouping.sizes))
        continue
      }
      results.append(
        try Aggregator(name: name, column: try column(name), grouping: grouping)
          .result(aggregation.aggregate, isCancelled))
    }
    return results
  }
}

/// Aggregates of one column over one grouping.
struct Aggregator {
  let name: String
  let column: Column
  let grouping: Grouping

  func result(
    _ aggregate: Aggregate, _ isCancelled: CancellationCheck
  ) throws(TextError) -> Column {
    switch aggregate {
    case .count: return Column(integers: counts())
    case .sum: return try sum()
    case .mean: return try mean()
    case .min: return try extreme(wantsLarger: false)
    case .max: return try extreme(wantsLarger: true)
    case .median: return try median(isCancelled)
    case .standardDeviation: return try standardDeviation()
    case .first: return column.taking(places(last: false))
    case .last: return column.taking(places(last: true))
    case .countDistinct:
      let values = try Grouper.grouping(column, isCancelled)
      let pairs = try Grouper.combined(grouping, values, isCancelled)
      var counts = [Int](repeating: 0, count: grouping.count)
      for row in pairs.firstRows where !column.isMissing(row) {
        counts[Int(grouping.ids[row])] += 1
      }
      return Column(integers: counts)
    case .collect:
      let (rows, starts) = grouping.rowsByGroup()
      return Column(
        .mixed(
          (0..<grouping.count).map { group in
            .list(rows[starts[group]..<starts[group + 1]].map { column.value(at: $0) })
          }))
    }
  }

  /// Calls `body` with the group and the row of each value that is there.
  @inline(__always)
  private func forEachValue(_ body: (Int, Int) -> Void) {
    grouping.ids.withUnsafeBufferPointer { ids in
      if let missing = column.missing {
        for row in 0..<ids.count where !missing[row] { body(Int(ids[row]), row) }
      } else {
        for row in 0..<ids.count { body(Int(ids[row]), row) }
      }
    }
  }

  private func counts() -> [Int] {
    var counts = [Int](repeating: 0, count: grouping.count)
    forEachValue { group, _ in counts[group] += 1 }
    return counts
  }

  /// The values as numbers; true is 1.
  private func numbers(for word: String) throws(TextError) -> [Double] {
    if let numbers = column.numbers { return numbers }
    if let booleans = column.booleans { return booleans.map { $0 ? 1 : 0 } }
    throw .invalid(
      "\(word) needs numbers, column `\(name)` is \(column.kind.rawValue)"
        + (column.kind == .text ? " such as \(sample)" : ""))
  }

  private var sample: String {
    let row = (0..<column.count).first { !column.isMissing($0) }
    return row.map { column.value(at: $0).json.serialized() } ?? "nothing"
  }

  /// A column of numbers that is missing where `counts` is below `least`.
  private func numberColumn(_ values: [Double], _ counts: [Int], least: Int = 1) -> Column {
    Column(.number(values), missing: Bitmap(counts.map { $0 < least }))
  }

  private func sum() throws(TextError) -> Column {
    if let integers = column.integers ?? column.booleans?.map({ $0 ? 1 : 0 }) {
      var sums = [Int](repeating: 0, count: grouping.count)
      var overflows = false
      forEachValue { group, row in
        let (sum, overflow) = sums[group].addingReportingOverflow(integers[row])
        sums[group] = sum
        if overflow { overflows = true }
      }
      if overflows {
        throw .invalid("the sum of column `\(name)` does not fit into 64 bits; divide it first")
      }
      return Column(integers: sums)
    }
    let values = try numbers(for: "sum")
    return Column(numbers: compensatedSums(values))
  }

  /// Neumaier's compensated summation: the error does not grow with the number of rows.
  private func compensatedSums(_ values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: grouping.count)
    var errors = sums
    forEachValue { group, row in
      let value = values[row]
      let sum = sums[group] + value
      if abs(sums[group]) >= abs(value) {
        errors[group] += (sums[group] - sum) + value
      } else {
        errors[group] += (value - sum) + sums[group]
      }
      sums[group] = sum
    }
    for group in sums.indices where errors[group].isFinite { sums[group] += errors[group] }
    return sums
  }

  private func means(_ values: [Double], _ counts: [Int]) -> [Double] {
    zip(compensatedSums(values), counts).map { $1 == 0 ? 0 : $0 / Double($1) }
  }

  private func mean() throws(TextError) -> Column {
    let counts = counts()
    return numberColumn(means(try numbers(for: "mean"), counts), counts)
  }

  private func standardDeviation() throws(TextError) -> Column {
    let values = try numbers(for: "standard_deviation")
    let counts = counts()
    let means = means(values, counts)
    var squares = [Double](repeating: 0, count: grouping.count)
    forEachValue { group, row in
      let difference = values[row] - means[group]
      squares[group] += difference * difference
    }
    let deviations = zip(squares, counts).map { $1 < 2 ? 0 : ($0 / Double($1 - 1)).squareRoot() }
    return numberColumn(deviations, counts, least: 2)
  }

  private func median(_ isCancelled: CancellationCheck) throws(TextError) -> Column {
    let values = try numbers(for: "median")
    let (rows, starts) = grouping.rowsByGroup()
    var medians = [Double](repeating: 0, count: grouping.count)
    var counts = [Int](repeating: 0, count: grouping.count)
    for group in 0..<grouping.count {
      if group & 0xFFFF == 0 && isCancelled() { throw .cancelled }
      var part: [Double] = []
      part.reserveCapacity(starts[group + 1] - starts[group])
      for row in rows[starts[group]..<starts[group + 1]] where !column.isMissing(row) {
        part.append(values[row])
      }
      counts[group] = part.count
      medians[group] = Quantiles.sorted(part).at(0.5) ?? 0
    }
    return numberColumn(medians, counts)
  }

  /// The first or last row with a value of each group, -1 for none.
  private func places(last: Bool) -> [Int] {
    var places = [Int](repeating: -1, count: grouping.count)
    forEachValue { group, row in
      if last || places[group] < 0 { places[group] = row }
    }
    return places
  }

  private func extreme(wantsLarger: Bool) throws(TextError) -> Column {
    var best = [Int](repeating: -1, count: grouping.count)
    @inline(__always)
    func search(_ isBefore: (Int, Int) -> Bool) {
      forEachValue { group, row in
        let other = best[group]
        if other < 0 || (wantsLarger ? isBefore(other, row) : isBefore(row, other)) {
          best[group] = row
        }
      }
    }
    switch column.storage {
    case .boolean(let values): search { !values[$0] && values[$1] }
    case .integer(let values): search { values[$0] < values[$1] }
    case .number(let values):
      // NaN never wins against a number.
      search { values[$0] < values[$1] || (wantsLarger ? values[$0].isNaN : values[$1].isNaN) }
    case .text(let cells): cells.withView { view in search { view.isBefore($0, $1) } }
    case .mixed(let values): search { DataValue.compare(values[$0], values[$1]) < 0 }
    }
    return column.taking(best)
  }
}

/// Quantiles of sorted numbers.
struct Quantiles {
  let values: [Double]

  /// Sorts `values`; NaN comes last.
  static func sorted(_ values: [Double]) -> Quantiles {
    Quantiles(values: values.sorted { $0 < $1 || (!$0.isNaN && $1.isNaN) })
  }

  /// Linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan, 1996).
  func at(_ share: Double) -> Double? {
    guard let last = values.last else { return nil }
    let position = share * Double(values.count - 1)
    let index = Int(position)
    if index + 1 >= values.count { return last }
    let fraction = position - Double(index)
    if fraction == 0 { return values[index] }
    return values[index] + (values[index + 1] - values[index]) * fraction
  }
}
