// Names of classes with their numbers. Names are told apart by their bytes: a composed and a
// decomposed letter make two classes, and a summary shows both.

/// Class names in a fixed order.
public struct LabelNames: Sendable, Equatable {
  public private(set) var names: [String]
  private var places: [[UInt8]: Int]

  /// Throws `invalid` for a name that occurs twice or is empty.
  public init(_ names: [String]) throws(TextError) {
    self.names = names
    places = [:]
    for (index, name) in names.enumerated() {
      if name.isEmpty { throw .invalid("label \(index) of the list is an empty text") }
      guard places.updateValue(index, forKey: Array(name.utf8)) == nil else {
        throw .invalid("the list of labels has `\(name)` twice")
      }
    }
  }

  init() {
    names = []
    places = [:]
  }

  public var count: Int { names.count }

  /// The number of a class, nil for a name that is not in the list.
  public func index(of name: String) -> Int? { places[Array(name.utf8)] }

  /// The number of a class, which is new when the name is.
  mutating func insert(_ name: String) -> Int {
    if let known = index(of: name) { return known }
    places[Array(name.utf8)] = names.count
    names.append(name)
    return names.count - 1
  }

  public static func == (a: LabelNames, b: LabelNames) -> Bool {
    a.names.count == b.names.count && zip(a.names, b.names).allSatisfy { $0.hasSameBytes(as: $1) }
  }

  /// The distinct values of a label column: integers in numeric order, else by code points.
  /// Throws for a missing value or a kind that no class has, naming the row.
  public static func found(in column: Column, called name: String) throws(TextError) -> LabelNames {
    var seen = LabelNames()
    for row in 0..<column.count { _ = seen.insert(try text(column, row, name)) }
    let isNumeric = column.kind == .integer
    let sorted = seen.names.sorted { a, b in
      if isNumeric, let x = Int(a), let y = Int(b) { return x < y }
      return a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
    }
    return try LabelNames(sorted)
  }

  /// The label of a row as text.
  static func text(_ column: Column, _ row: Int, _ name: String) throws(TextError) -> String {
    let value = column.value(at: row)
    switch value {
    case .text(let text) where !text.isEmpty: return text
    case .int, .bool: return value.cellText
    case .none, .text:
      throw .invalidRow(
        row, "column `\(name)` has no label; drop the rows without one before making a task")
    case .number, .list, .record:
      throw .invalidRow(
        row,
        "column `\(name)` has \(value.kindName), expected a class name "
          + "(text, integer, or boolean)")
    }
  }
}

extension DataValue {
  /// What the value is, in words for a message.
  var kindName: String {
    switch self {
    case .none: return "no value"
    case .bool: return "a boolean"
    case .int(let value): return "the integer \(value)"
    case .number(let value): return "the number \(NumberText.shortest(value))"
    case .text: return "a text"
    case .list: return "a list"
    case .record: return "a record"
    }
  }
}
