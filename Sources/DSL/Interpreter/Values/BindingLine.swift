// What the REPL says of a name that is bound to data, a model or a run: one line, so that what was read
// or trained is seen at once. Other values are shown when they are asked for.

import TLText
import TLTransfer

/// One line on a table, a model or a run; nil for any other value.
public func bindingLine(_ value: Value, width: Int) -> String? {
  if let table = value.asTable { return table.table.line(width: width) }
  guard let domain = value.asDomain, domain.isOf([.model, .run]) else { return nil }
  return domain.display(DisplayStyle(width: width)).split(separator: "\n").first.map(String.init)
}

extension DomainObject {
  fileprivate func isOf(_ kinds: KindSet) -> Bool { kinds.contains(kind) }
}

extension Table {
  /// More rows are not looked at to count classes.
  private static let countedRows = 200_000
  /// A column with more distinct texts is none of classes.
  private static let classLimit = 8

  /// `Table  4 000 rows · text: Text · sentiment: positive 2 012, negative 1 988`.
  fileprivate func line(width: Int) -> String {
    var line = "Table  \(Donor.grouped(rowCount)) row\(rowCount == 1 ? "" : "s")"
    for (index, name) in names.enumerated() {
      let part = " · \(DisplayWidth.escaped(name)): \(content(of: columns[index]))"
      let left = names.count - index - 1
      let tail = left == 0 ? 0 : 12
      if index > 0, DisplayWidth.of(line) + DisplayWidth.of(part) + tail > width {
        return line + " · \(left + 1) more"
      }
      line += part
    }
    return line
  }

  /// The classes of a column with their counts, or its kind.
  private func content(of column: Column) -> String {
    let set = KindSet(column.kind)
    let kind = set == .any ? "any value" : set.subtracting(.none).description
    guard column.kind == .text || column.kind == .boolean, rowCount > 2,
      rowCount <= Self.countedRows
    else { return kind }
    var counts: [[UInt8]: (name: String, count: Int)] = [:]
    for row in 0..<rowCount where !column.isMissing(row) {
      let name = column.value(at: row).cellText
      counts[Array(name.utf8), default: (name, 0)].count += 1
      if counts.count > Self.classLimit { return kind }
    }
    guard counts.count > 1, counts.count * 2 <= rowCount,
      counts.values.allSatisfy({ $0.name.utf8.count <= 40 })
    else { return kind }
    let sorted = counts.values.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    let shown = sorted.prefix(4).map {
      "\(DisplayWidth.escaped($0.name)) \(Donor.grouped($0.count))"
    }
    return shown.joined(separator: ", ") + (sorted.count > 4 ? ", …" : "")
  }
}
