// Grouping a table with aggregates: how a script writes them, what the checker makes of them, and
// how they are computed.

import TLSyntax
import TLText

/// One aggregate as a script writes it: `"count"`, or `["mean", "size"]`.
struct AggregateSyntax {
  let name: String
  let column: String?

  static let names = Aggregate.allCases.map(\.rawValue)

  /// What the checker knows of it; nil when it is spelled otherwise.
  init?(_ kind: Kind) {
    switch kind.constant {
    case .text(let text): (name, column) = (text, nil)
    case .texts(let texts) where texts.count == 2: (name, column) = (texts[0], texts[1])
    default: return nil
    }
  }

  init?(_ value: Value) {
    if let text = value.asText?.string {
      (name, column) = (text, nil)
      return
    }
    guard let pair = value.asList?.elements, pair.count == 2, let first = pair[0].asText?.string,
      let second = pair[1].asText?.string
    else { return nil }
    (name, column) = (first, second)
  }

  /// What is known of the result over a column.
  func result(_ columns: [Kind.Field]?) -> Kind {
    let kind = column.flatMap { column in
      columns?.first { bytesEqual($0.name, column) }?.kind
    }
    switch Aggregate(rawValue: name) {
    case .count, .countDistinct: return .integer
    case .mean, .median, .standardDeviation: return Kind([.number, .none])
    case .collect: return .list
    default: return kind ?? .any
    }
  }
}

enum GroupKinds {
  /// What is known of the result of `group` from its arguments.
  static func result(_ kinds: ArgumentKinds) -> Kind {
    guard kinds[0].set == .table else {
      if kinds[0].set.contains(.table) { return Kind([.list, .table]) }
      var key = Kind.any
      if let result = kinds[1].detail?.result { key = result }
      if case .text(let name) = kinds[1].constant {
        key = kinds[0].element?.field(name) ?? .any
      }
      return .list(
        of: .record([
          Kind.Field("key", key), Kind.Field("values", Checker.listOfElements(kinds[0])),
        ]))
    }
    guard let columns = kinds[0].fields, var fields = keyFields(kinds[1], columns) else {
      return .table
    }
    if kinds[2].set == .none {
      fields.append(Kind.Field("rows", .integer))
    } else {
      guard let aggregates = kinds[2].fields else { return .table }
      for aggregate in aggregates {
        fields.append(
          Kind.Field(
            aggregate.name, AggregateSyntax(aggregate.kind)?.result(columns) ?? .any))
      }
    }
    return .table(fields)
  }

  private static func keyFields(_ by: Kind, _ columns: [Kind.Field]) -> [Kind.Field]? {
    var names: [String] = []
    switch by.constant {
    case .text(let name): names = [name]
    case .texts(let list): names = list
    default: return by.set == .function ? [Kind.Field("key", by.detail?.result ?? .any)] : nil
    }
    return names.map { name in
      Kind.Field(name, columns.first { bytesEqual($0.name, name) }?.kind ?? .any)
    }
  }
}

extension TableFunctions {
  /// Argument 1 is what to group by, argument 2 the record of aggregates.
  static func group(_ table: TableObject, _ call: Arguments) throws -> Value {
    var all = table.table
    var names: [String]
    if call[1].isOf(.function) {
      // The computed key stands in a column of its own while the rows are grouped.
      let keys = try values(table, call, 1)
      names = ["key"]
      all = try all.with("key", try call.column(keys, "key"))
    } else {
      names = try call.columnNames(1, of: all)
    }
    let grouping = try all.grouping(by: names, isCancelled: call.isCancelled)
    var columns: [(name: String, column: Column)] = []
    for name in names {
      columns.append((name, try all.column(name).taking(grouping.firstRows)))
    }
    if call.isNone(2) {
      columns.append(("rows", Column(integers: grouping.sizes)))
      return call.table(try Table(columns))
    }
    for (name, value) in try call.fields(2) {
      if value.isOf(.function) {
        let values = try perGroup(all, grouping, value, call)
        columns.append((name, try call.column(values, name)))
        continue
      }
      let aggregation = try aggregation(name, value, all, call)
      columns.append(
        (name, try all.aggregated(grouping, [aggregation], isCancelled: call.isCancelled)[0]))
    }
    return call.table(try Table(columns))
  }

  private static func aggregation(
    _ name: String, _ value: Value, _ table: Table, _ call: Arguments
  ) throws -> Aggregation {
    guard let syntax = AggregateSyntax(value) else {
      throw call.bad(
        2,
        "`\(name)` must be \"count\", a pair such as [\"mean\", \"size\"], or a function, found "
          + "\(value.inWords)")
    }
    guard let aggregate = Aggregate(rawValue: syntax.name) else {
      let near = nearest(syntax.name, among: AggregateSyntax.names).map {
        "; did you mean \"\($0)\"?"
      }
      throw call.bad(
        2,
        "there is no aggregate \"\(syntax.name)\"; there is "
          + AggregateSyntax.names.map { "\"\($0)\"" }.joined(separator: ", ") + (near ?? ""))
    }
    if let column = syntax.column, table.index(of: column) == nil {
      throw call.missingColumn(column, table)
    }
    if syntax.column == nil, aggregate != .count {
      let column = table.index(of: name) == nil ? "…" : name
      throw call.bad(
        2, "\"\(syntax.name)\" needs a column: \(name): [\"\(syntax.name)\", \"\(column)\"]")
    }
    return Aggregation(aggregate, of: syntax.column, as: name)
  }

  /// What a function makes of the rows of each group.
  private static func perGroup(
    _ table: Table, _ grouping: Grouping, _ function: Value, _ call: Arguments
  ) throws -> ContiguousArray<Value> {
    let (rows, starts) = grouping.rowsByGroup()
    var results = ContiguousArray<Value>()
    results.reserveCapacity(grouping.count)
    for group in 0..<grouping.count {
      let part = try table.taking(Array(rows[starts[group]..<starts[group + 1]]))
      results.append(try call.machine.call(function, call.table(part), at: call.place))
    }
    return results
  }
}
