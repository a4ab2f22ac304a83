// What is known of a value before a script runs. A kind is a set of possibilities, with what is
// known inside: the kind of a list's elements, a record's fields, a table's columns, a function's
// result. Unknown is the set of everything; the checker speaks up only where nothing fits.

/// The possibilities of a value, one bit each.
public struct KindSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  private init(bit: Int) {
    rawValue = 1 << UInt64(bit)
  }

  public static let none = KindSet(bit: 0)
  public static let boolean = KindSet(bit: 1)
  public static let integer = KindSet(bit: 2)
  public static let number = KindSet(bit: 3)
  public static let text = KindSet(bit: 4)
  public static let list = KindSet(bit: 5)
  public static let record = KindSet(bit: 6)
  public static let function = KindSet(bit: 7)
  public static let range = KindSet(bit: 8)
  public static let table = KindSet(bit: 9)
  public static let date = KindSet(bit: 10)
  public static let model = KindSet(bit: 11)
  public static let task = KindSet(bit: 12)
  public static let split = KindSet(bit: 13)
  public static let strategy = KindSet(bit: 14)
  public static let run = KindSet(bit: 15)
  public static let evaluation = KindSet(bit: 16)
  public static let estimate = KindSet(bit: 17)
  public static let matrix = KindSet(bit: 18)
  public static let figure = KindSet(bit: 19)
  public static let study = KindSet(bit: 20)
  public static let projection = KindSet(bit: 21)
  public static let calibration = KindSet(bit: 22)
  public static let probe = KindSet(bit: 23)
  public static let attention = KindSet(bit: 24)
  public static let tokenizer = KindSet(bit: 40)
  /// A value of the runtime that has no bit of its own.
  public static let domain = KindSet(bit: 63)

  public static let any = KindSet(rawValue: .max)
  /// What arithmetic takes: an Integer is a Number wherever one is asked for.
  public static let numeric: KindSet = [.integer, .number]
  /// What has elements one can walk over.
  public static let sequence: KindSet = [.list, .range, .text, .table]

  static let named: [(KindSet, String)] = [
    (.none, "none"), (.boolean, "Boolean"), (.integer, "Integer"), (.number, "Number"),
    (.text, "Text"), (.list, "List"), (.record, "Record"), (.function, "Function"),
    (.range, "Range"), (.table, "Table"), (.date, "Date"), (.model, "Model"), (.task, "Task"),
    (.split, "Split"), (.strategy, "Strategy"), (.run, "Run"), (.evaluation, "Evaluation"),
    (.estimate, "Estimate"), (.matrix, "Matrix"), (.figure, "Figure"), (.study, "Study"),
    (.projection, "Projection"), (.calibration, "Calibration"),
    (.probe, "Probe"), (.attention, "Attention"), (.tokenizer, "Tokenizer"),
  ]

  /// The kinds' names: `Text`, `Integer or Number`, `List, Range or Table`.
  public var description: String {
    if self == .any { return "any value" }
    var names = KindSet.named.filter { contains($0.0) }.map(\.1)
    // An Integer passes for a Number; naming both says nothing more.
    if contains(.numeric) { names.removeAll { $0 == "Integer" } }
    guard let last = names.last else { return "value" }
    if names.count == 1 { return last }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}

/// A kind with what is known of its inside.
public struct Kind: Sendable {
  public var set: KindSet
  public var detail: Detail?

  public init(_ set: KindSet, _ detail: Detail? = nil) {
    self.set = set
    self.detail = detail
  }

  /// What is known inside a value; a class, since kinds nest.
  public final class Detail: Sendable {
    /// The kind of a list's elements.
    public let element: Kind?
    /// The fields of a record or the columns of a table, when all are known.
    public let fields: [Field]?
    /// The result of a function.
    public let result: Kind?
    /// The constant itself, where the script spells it.
    public let constant: Constant?

    public init(
      element: Kind? = nil, fields: [Field]? = nil, result: Kind? = nil,
      constant: Constant? = nil
    ) {
      self.element = element
      self.fields = fields
      self.result = result
      self.constant = constant
    }
  }

  public struct Field: Sendable {
    public let name: String
    public let kind: Kind

    public init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }
  }

  public enum Constant: Sendable {
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    /// A list whose texts are all spelled out.
    case texts([String])
  }

  public static let any = Kind(.any)
  public static let none = Kind(.none)
  public static let boolean = Kind(.boolean)
  public static let integer = Kind(.integer)
  public static let number = Kind(.number)
  public static let numeric = Kind(.numeric)
  public static let text = Kind(.text)
  public static let model = Kind(.model)
  public static let tokenizer = Kind(.tokenizer)
  public static let task = Kind(.task)
  public static let split = Kind(.split)
  public static let strategy = Kind(.strategy)
  public static let run = Kind(.run)
  public static let evaluation = Kind(.evaluation)
  public static let matrix = Kind(.matrix)
  public static let projection = Kind(.projection)
  public static let calibration = Kind(.calibration)
  public static let figure = Kind(.figure)
  public static let study = Kind(.study)
  public static let list = Kind(.list)
  public static let record = Kind(.record)
  public static let range = Kind(.range)
  public static let function = Kind(.function)
  public static let table = Kind(.table)
  public static let date = Kind(.date)

  public static func list(of element: Kind) -> Kind { Kind(.list, Detail(element: element)) }

  public static func record(_ fields: [Field]) -> Kind { Kind(.record, Detail(fields: fields)) }

  public static func table(_ columns: [Field]) -> Kind { Kind(.table, Detail(fields: columns)) }

  public var fields: [Field]? { detail?.fields }
  public var element: Kind? { detail?.element }
  public var constant: Constant? { detail?.constant }

  public func field(_ name: String) -> Kind? {
    detail?.fields?.first { bytesEqual($0.name, name) }?.kind
  }

  /// What is known when the value is the one or the other.
  public func union(_ other: Kind) -> Kind {
    if set == other.set, detail === other.detail { return self }
    let both = set.union(other.set)
    var element: Kind?
    if let a = self.element, let b = other.element {
      element = a.union(b)
    }
    return Kind(both, element.map { Detail(element: $0) })
  }

  public var description: String {
    if set == .list, let element, element.set != .any { return "List of \(element.description)" }
    return set.description
  }
}
