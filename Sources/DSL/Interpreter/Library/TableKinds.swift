// What is known of a table's columns before the script runs, from what is known of the arguments.

import TLSyntax

enum TableKinds {
  /// The names that a text, or a list of texts, spells out.
  static func names(_ kind: Kind) -> [String]? {
    switch kind.constant {
    case .text(let name): [name]
    case .texts(let names): names
    default: nil
    }
  }

  static func field(_ name: String, _ fields: [Kind.Field]) -> Kind.Field {
    fields.first { bytesEqual($0.name, name) } ?? Kind.Field(name, .any)
  }

  /// The columns of a table with the given names only; argument 1 names them.
  static func select(_ kinds: ArgumentKinds) -> Kind {
    let set = kinds[0].set.intersection([.table, .record, .list])
    guard let names = names(kinds[1]) else { return Kind(set) }
    if set == .list {
      guard let fields = kinds[0].element?.fields else { return .list }
      return .list(of: .record(names.map { field($0, fields) }))
    }
    guard let fields = kinds[0].fields else { return Kind(set) }
    return Kind(set, Kind.Detail(fields: names.map { field($0, fields) }))
  }

  static func drop(_ kinds: ArgumentKinds) -> Kind {
    let set = kinds[0].set.intersection([.table, .record])
    guard let names = names(kinds[1]), let fields = kinds[0].fields else { return Kind(set) }
    return Kind(
      set,
      Kind.Detail(
        fields: fields.filter { field in !names.contains { bytesEqual($0, field.name) } }))
  }

  static func rename(_ kinds: ArgumentKinds) -> Kind {
    guard let changes = kinds[1].fields, let fields = kinds[0].fields else { return .table }
    return .table(
      fields.map { column in
        let change = changes.first { bytesEqual($0.name, column.name) }
        if let change, case .text(let name) = change.kind.constant {
          return Kind.Field(name, column.kind)
        }
        return change == nil ? column : Kind.Field(column.name, .any)
      })
  }

  static func withColumn(_ kinds: ArgumentKinds) -> Kind {
    guard let fields = kinds[0].fields, case .text(let name) = kinds[1].constant else {
      return .table
    }
    let values = kinds[2]
    var kind = values.set
    if values.set == .function { kind = values.detail?.result?.set ?? .any }
    if values.set == .list { kind = values.element?.set ?? .any }
    if values.set == .range { kind = .integer }
    return .table(Checker.setting(fields, name, Kind(kind)))
  }

  /// Arguments: a table, another, the columns that must be equal.
  static func join(_ kinds: ArgumentKinds) -> Kind {
    guard kinds[1].set == .table, let left = kinds[0].fields, let right = kinds[1].fields,
      let on = names(kinds[2])
    else { return .table }
    func isKey(_ field: Kind.Field) -> Bool { on.contains { bytesEqual($0, field.name) } }
    var fields = on.map { field($0, left) }
    for column in left where !isKey(column) {
      fields.append(Kind.Field(column.name, Kind(column.kind.set.union(.none))))
    }
    for column in right where !isKey(column) {
      let clashes = fields.contains { bytesEqual($0.name, column.name) }
      fields.append(
        Kind.Field(
          clashes ? column.name + "_right" : column.name, Kind(column.kind.set.union(.none))))
    }
    return .table(fields)
  }

  /// A table made of records, or of a record of lists.
  static func made(_ kinds: ArgumentKinds) -> Kind {
    if kinds[0].set == .list, let fields = kinds[0].element?.fields { return .table(fields) }
    if kinds[0].set == .record, let fields = kinds[0].fields {
      return .table(
        fields.map { Kind.Field($0.name, Kind(($0.kind.element?.set ?? .any).union(.none))) })
    }
    return kinds[0].set == .table ? kinds[0] : .table
  }
}
