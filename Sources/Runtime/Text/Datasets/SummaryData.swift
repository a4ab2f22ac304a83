// Pairs of a long text and the short one to be written for it.

/// Sources and targets, one of each per row.
public struct SummaryData: Sendable {
  public let sources: [String]
  public let targets: [String]

  public var count: Int { sources.count }

  public init(sources: [String], targets: [String]) throws(TextError) {
    guard sources.count == targets.count else {
      throw .invalid("\(sources.count) sources have \(targets.count) targets")
    }
    self.sources = sources
    self.targets = targets
  }

  /// Reads two text columns. Throws `noSuchColumn`, or `invalid` that names row and column.
  public init(_ table: Table, source: String, target: String) throws(TextError) {
    try self.init(
      sources: TextColumn.texts(table, source), targets: TextColumn.texts(table, target))
  }

  /// The rows at `rows`, in that order.
  public func taking(_ rows: [Int]) throws(TextError) -> SummaryData {
    try TextColumn.check(rows, count: count)
    return try SummaryData(sources: rows.map { sources[$0] }, targets: rows.map { targets[$0] })
  }
}
