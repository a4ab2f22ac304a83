// What is in a table, a row per column.

extension Table {
  /// Per column: kind, values, missing values, distinct values, the most frequent value with its
  /// count, and for numbers mean, standard deviation, and quartiles.
  public func described(isCancelled: CancellationCheck = neverCancelled) throws(TextError)
    -> Table
  {
    let names = [
      "column", "kind", "count", "missing", "distinct", "mean", "standard_deviation", "min", "q25",
      "median", "q75", "max", "top", "top_count",
    ]
    let builders = names.map { _ in ColumnBuilder() }
    for (name, column) in zip(self.names, columns) {
      if isCancelled() { throw .cancelled }
      let one = Table(unchecked: [name], [column], rowCount: rowCount)
      let present = rowCount - column.missingCount
      let counts = try one.valueCounts(name, isCancelled: isCancelled)
      let top = (0..<counts.rowCount).first { !counts.columns[0].isMissing($0) }
      let distinct = counts.rowCount - (column.missingCount > 0 ? 1 : 0)
      var row: [DataValue] = [
        .text(name), .text(column.kind.rawValue), .int(present), .int(column.missingCount),
        .int(distinct),
      ]
      row += try Self.numbers(column, name, isCancelled)
      // A value that occurs once says nothing.
      if let top, case .int(let size) = counts.columns[1].value(at: top), size > 1 || distinct == 1
      {
        row += [.text(counts.columns[0].value(at: top).cellText), .int(size)]
      } else {
        row += [.none, .none]
      }
      for (builder, value) in zip(builders, row) { builder.append(value) }
    }
    return Table(unchecked: names, builders.map { $0.finished() }, rowCount: columns.count)
  }

  /// Mean, standard deviation, minimum, quartiles, and maximum of a numeric column.
  private static func numbers(
    _ column: Column, _ name: String, _ isCancelled: CancellationCheck
  ) throws(TextError) -> [DataValue] {
    guard column.isNumeric, let numbers = column.numbers, column.missingCount < column.count else {
      return [DataValue](repeating: .none, count: 7)
    }
    let all = Grouping(ids: [Int32](repeating: 0, count: column.count), firstRows: [0])
    let aggregator = Aggregator(name: name, column: column, grouping: all)
    let present = numbers.indices.filter { !column.isMissing($0) }.map { numbers[$0] }
    let quantiles = Quantiles.sorted(present)
    return [
      try aggregator.result(.mean, isCancelled).value(at: 0),
      try aggregator.result(.standardDeviation, isCancelled).value(at: 0),
    ] + [0, 0.25, 0.5, 0.75, 1].map { quantiles.at($0).map { .number($0) } ?? .none }
  }
}
