// What the functions on tables share.

import TLText

enum Tables {
  /// The rows of a table that a function says true to.
  static func filter(_ table: TableObject, _ call: Arguments, _ function: Int) throws -> Value {
    var kept: [Int] = []
    let caller = try call.caller(function, count: 1)
    for row in 0..<table.table.rowCount {
      try call.checkCancellation()
      caller.base[0] = table.row(row)
      if try call.condition(try caller.run()) { kept.append(row) }
    }
    return .object(TableObject(try table.table.taking(kept)))
  }
}
