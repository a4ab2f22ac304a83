// What is in a table, a row per column.

extension Table {
  private static let numberNames = [
    "mean", "standard_deviation", "min", "q25", "median", "q75", "max",
  ]

  /// Per column: kind, values, missing values, distinct values, the most frequent value with its
  /// count, and for numbers mean, standard deviation, and quartiles; without a column of numbers
  /// these are left out.
  public func described(isCancelled: CancellationCheck = neverCancelled) throws(TextError)
    -> Table
  {
    let names =
      ["column", "kind", "count", "missing", "distinct"] + Self.numberNames + ["top", "top_count"]
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
    let all = Table(unchecked: names, builders.map { $0.finished() }, rowCount: columns.count)
    if columns.isEmpty || columns.contains(where: \.isNumeric) { return all }
    return try all.selecting(names.filter { !Self.numberNames.contains($0) })
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
    // As `min` and `median` of a list have it: a nan among numbers has no place in their order.
    let quantiles =
      present.contains(where: \.isNaN) ? Quantiles(values: [.nan]) : Quantiles.sorted(present)
    return [
      try aggregator.result(.mean, isCancelled).value(at: 0),
      try aggregator.result(.standardDeviation, isCancelled).value(at: 0),
    ] + [0, 0.25, 0.5, 0.75, 1].map { quantiles.at($0).map { .number($0) } ?? .none }
  }
}
