// A function of the library is declared once, here in this form. The checker, completion, `help`,
// the reference page and a test of every example read the same declaration.

import TLSyntax

public final class LibraryFunction: Sendable {
  public typealias Body = @Sendable (Arguments) throws -> Value
  public typealias ResultRule = @Sendable (ArgumentKinds) -> Kind

  public let name: String
  public let area: Area
  /// One sentence, lower case, no full stop.
  public let purpose: String
  public let parameters: [ParameterDeclaration]
  /// What is known of the result from what is known of the arguments.
  public let result: ResultRule
  /// The kind of the result as the reference page names it.
  public let resultDescription: String
  public let examples: [Example]
  /// More sentences for `?name` and the reference page.
  public let details: String
  /// The value of a name that stands for a number, such as `pi`; nil for a function.
  public let constant: Double?
  let body: Body
  let kinds: [KindSet]
  /// Whether arguments have more to fulfil than their kinds.
  let hasConditions: Bool

  /// A name for a number.
  public init(
    constant name: String, _ area: Area, _ purpose: String, _ value: Double, examples: [Example],
    details: String = ""
  ) {
    self.name = name
    self.area = area
    self.purpose = purpose
    parameters = []
    result = { _ in Kind(.number, Kind.Detail(constant: .number(value))) }
    resultDescription = Kind.number.description
    self.examples = examples
    self.details = details
    constant = value
    body = { _ in .number(value) }
    kinds = []
    hasConditions = false
  }

  public init(
    _ name: String, _ area: Area, _ purpose: String, _ parameters: [ParameterDeclaration],
    result: Kind, examples: [Example], details: String = "", body: @escaping Body
  ) {
    self.name = name
    self.area = area
    self.purpose = purpose
    self.parameters = parameters
    self.result = { _ in result }
    resultDescription = result.description
    self.examples = examples
    self.details = details
    constant = nil
    self.body = body
    kinds = parameters.map(\.accepted)
    hasConditions = parameters.contains(where: \.hasConditions)
  }

  public init(
    _ name: String, _ area: Area, _ purpose: String, _ parameters: [ParameterDeclaration],
    result: KindSet, inferred: @escaping ResultRule, examples: [Example], details: String = "",
    body: @escaping Body
  ) {
    self.name = name
    self.area = area
    self.purpose = purpose
    self.parameters = parameters
    self.result = inferred
    resultDescription = result.description
    self.examples = examples
    self.details = details
    constant = nil
    self.body = body
    kinds = parameters.map(\.accepted)
    hasConditions = parameters.contains(where: \.hasConditions)
  }

  /// Whether the last parameter takes any number of values.
  public var isVariadic: Bool { parameters.last?.isVariadic ?? false }

  public func index(ofParameter name: String) -> Int? {
    parameters.firstIndex { bytesEqual($0.name, name) }
  }

  /// `split(data, train: 0.7, seed: 0)` as help shows it.
  public var signature: String {
    if constant != nil { return name }
    let list = parameters.map { parameter -> String in
      if parameter.isVariadic { return parameter.name + "…" }
      switch parameter.defaultValue {
      case .required: return parameter.name
      case let value: return "\(parameter.name): \(value.description)"
      }
    }
    return "\(name)(\(list.joined(separator: ", ")))"
  }

  public enum Area: String, CaseIterable, Sendable {
    case general, lists, records, text, numbers, random, dates, files, tables, donors, tasks,
      strategies,
      training, evaluation, robustness, interpretation, studies, figures

    public var title: String {
      switch self {
      case .general: "General"
      case .lists: "Lists and ranges"
      case .records: "Records"
      case .text: "Text"
      case .numbers: "Numbers and mathematics"
      case .random: "Random numbers"
      case .dates: "Dates"
      case .files: "Files and data"
      case .tables: "Tables"
      case .donors: "Donors"
      case .tasks: "Tasks"
      case .strategies: "Strategies"
      case .training: "Training"
      case .evaluation: "Evaluation"
      case .robustness: "Robustness"
      case .interpretation: "Interpretation"
      case .studies: "Studies"
      case .figures: "Figures"
      }
    }
  }

  /// A call and what it shows; a test runs every one.
  public struct Example: Sendable {
    public let code: String
    public let result: String

    public init(_ code: String, _ result: String) {
      self.code = code
      self.result = result
    }
  }
}

public struct ParameterDeclaration: Sendable {
  public enum Default: Sendable {
    case required
    case none
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)

    var value: Value {
      switch self {
      case .required, .none: .none
      case .boolean(let value): .boolean(value)
      case .integer(let value): .integer(value)
      case .number(let value): .number(value)
      case .text(let value): .text(value)
      }
    }

    public var description: String {
      switch self {
      case .required: ""
      case .text(let value): "\"\(value)\""
      case let other: TLInterpreter.display(other.value)
      }
    }
  }

  /// What an argument means beyond its kind, so that it can be checked and completed.
  public enum Role: Sendable {
    case value
    /// A column's name, or a list of them, of the table in an earlier parameter.
    case column(of: Int)
    /// A file that is read.
    case input
    /// The folder or name of a donor.
    case donor
    /// A file that is written.
    case output
    /// A file that is written, in the format of a later parameter or of one that its ending says.
    case outputByEnding([String], format: Int)
    /// A function, and what is known of the arguments it will get.
    case function(@Sendable (ArgumentKinds) -> [Kind])
    /// What to sort or group the values of an earlier parameter by: a column's name, a list of
    /// them, or a function of an element.
    case key(of: Int)
    /// A record of what to say about the groups of the table in an earlier parameter.
    case aggregates(of: Int)
  }

  public let name: String
  public let kind: KindSet
  /// The kind of a list's elements, where all must be of it.
  public let element: KindSet?
  public let defaultValue: Default
  public let range: ClosedRange<Double>?
  public let choices: [String]?
  public let role: Role
  public let isVariadic: Bool
  public let purpose: String

  public init(
    _ name: String, _ kind: KindSet, _ purpose: String, of element: KindSet? = nil,
    default defaultValue: Default = .required, in range: ClosedRange<Double>? = nil,
    choices: [String]? = nil, role: Role = .value, variadic: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.purpose = purpose
    self.element = element
    self.defaultValue = defaultValue
    self.range = range
    self.choices = choices
    self.role = role
    isVariadic = variadic
  }

  var isRequired: Bool {
    if case .required = defaultValue { return !isVariadic }
    return false
  }

  var hasConditions: Bool {
    range != nil || choices != nil || element != nil || isVariadic && kind != .any
  }

  /// The kinds that an argument may have: an Integer passes for a Number, a default for itself.
  var accepted: KindSet {
    if isVariadic { return .list }
    var set = kind
    if set.contains(.number) { set.insert(.integer) }
    if case .none = defaultValue { set.insert(.none) }
    return set
  }
}

/// What the checker knows of a call's arguments, by the function's parameters.
public struct ArgumentKinds: Sendable {
  let kinds: [Kind]
  /// Files that the script may have written when the call runs: what is in them now says nothing.
  var written: Set<String> = []
  var writesUnknownFiles = false

  func mayBeWritten(_ path: String) -> Bool { writesUnknownFiles || written.contains(path) }

  /// The kind of a parameter's argument; everything is possible where nothing is known.
  public subscript(index: Int) -> Kind {
    index < kinds.count ? kinds[index] : .any
  }
}

/// The arguments of one call of a library function: all parameters, defaults filled in, their
/// kinds already checked against the declaration.
public struct Arguments {
  let base: UnsafeMutablePointer<Value>
  public let function: LibraryFunction
  public unowned(unsafe) let machine: Machine
  /// Where the call stands.
  public let place: Place

  @inline(__always)
  public subscript(index: Int) -> Value { base[index] }

  /// Moves an argument out, so that a value that nobody else holds can be changed in place.
  @inline(__always)
  func take(_ index: Int) -> Value {
    let value = base[index]
    base[index] = .none
    return value
  }

  public func isNone(_ index: Int) -> Bool {
    if case .none = base[index] { return true }
    return false
  }

  public func integer(_ index: Int) throws -> Int {
    if case .integer(let value) = base[index] { return value }
    throw wrongKind(index, expected: .integer)
  }

  public func number(_ index: Int) throws -> Double {
    if let value = base[index].asDouble { return value }
    throw wrongKind(index, expected: .number)
  }

  public func boolean(_ index: Int) throws -> Bool {
    if case .boolean(let value) = base[index] { return value }
    throw wrongKind(index, expected: .boolean)
  }

  public func text(_ index: Int) throws -> String {
    if let text = base[index].asText { return text.string }
    throw wrongKind(index, expected: .text)
  }

  public func list(_ index: Int) throws -> ContiguousArray<Value> {
    if let list = base[index].asList { return list.elements }
    throw wrongKind(index, expected: .list)
  }

  public func record(_ index: Int) throws -> RecordObject {
    if let record = base[index].asRecord { return record }
    throw wrongKind(index, expected: .record)
  }

  public func table(_ index: Int) throws -> TableObject {
    if let table = base[index].asTable { return table }
    throw wrongKind(index, expected: .table)
  }

  /// A list of texts, or one text as a list of one.
  public func texts(_ index: Int) throws -> [String] {
    if let text = base[index].asText { return [text.string] }
    return try list(index).map { element in
      guard let text = element.asText else {
        throw bad(
          index, "`\(function.parameters[index].name)` must hold texts, found \(element.kindName)")
      }
      return text.string
    }
  }

  /// The elements of a list, range, text (its characters) or table (its rows).
  public func elements(_ index: Int) throws -> ContiguousArray<Value> {
    if let list = base[index].asList { return list.elements }
    return try machine.elements(of: base[index], at: place)
  }

  /// An error about an argument's value.
  public func bad(_ index: Int, _ message: String) -> Problem {
    Problem(RuntimeRules.badArgument, "\(function.name): \(message)", at: place)
  }

  public func problem(_ rule: DiagnosticRule, _ message: String) -> Problem {
    Problem(rule, "\(function.name): \(message)", at: place)
  }

  func wrongKind(_ index: Int, expected: KindSet) -> Problem {
    let parameter = function.parameters[index]
    return Problem(
      RuntimeRules.wrongKind,
      "`\(parameter.name)` of \(function.name) must be \(expected.description), "
        + "found \(base[index].inWords)",
      at: place)
  }

  public func record(_ fields: [(String, Value)]) -> Value {
    machine.record(fields)
  }

  /// Stops a long computation after Ctrl-C; call it every few thousand elements.
  @inline(__always)
  public func checkCancellation() throws {
    try machine.poll()
  }
}
