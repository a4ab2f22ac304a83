// How values are written: by `print`, in errors, and by the REPL.

import TLText

/// Where a value is shown.
public struct DisplayStyle: Sendable {
  /// Columns of the terminal.
  public var width: Int
  public var usesColor: Bool

  public init(width: Int = 100, usesColor: Bool = false) {
    self.width = width
    self.usesColor = usesColor
  }
}

extension Value {
  /// The kind's name: `Integer`, `List`, …
  public var kindName: String {
    asDomain?.kindName ?? (kindSet == .none ? "none" : kindSet.description)
  }

  /// Kind and value for an error message: `Integer 5`; none is its own kind, and a value of the
  /// runtime is told by its kind alone.
  var inWords: String {
    if case .none = self { return "none" }
    if asDomain != nil { return kindName }
    return "\(kindName) \(brief(self))"
  }

  /// The kind's bit.
  public var kindSet: KindSet {
    switch self {
    case .none: .none
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .object(let object):
      switch object.tag {
      case .text: .text
      case .list: .list
      case .record, .row: .record
      case .range: .range
      case .function, .native: .function
      case .table: .table
      case .date: .date
      case .box: .none
      case .domain: unsafeDowncast(object, to: DomainObject.self).kind
      }
    }
  }

  @inline(__always)
  func isOf(_ set: KindSet) -> Bool { set.contains(kindSet) }

  /// What is known of the value, as the checker would say it.
  var kind: Kind {
    if let table = asTable { return table.kind }
    if let record = asRecord {
      return .record(
        (0..<record.count).map { Kind.Field(record.shape.names[$0], Kind(record[$0].kindSet)) })
    }
    if let row = asRow { return Kind(.record, row.owner.kind.detail) }
    return Kind(kindSet)
  }
}

/// The shortest decimal that reads back to the number: `0.1`, `5e-5`, `1e16`.
public func display(number: Double) -> String {
  if number.isNaN { return "nan" }
  if number.isInfinite { return number < 0 ? "-infinity" : "infinity" }
  let text = "\(number)"
  guard let mark = text.firstIndex(of: "e") else { return text }
  var mantissa = text[..<mark]
  if mantissa.hasSuffix(".0") { mantissa = mantissa.dropLast(2) }
  var exponent = text[text.index(after: mark)...]
  let isNegative = exponent.hasPrefix("-")
  exponent = exponent.drop { $0 == "-" || $0 == "+" || $0 == "0" }
  return "\(mantissa)e\(isNegative ? "-" : "")\(exponent)"
}

/// A value as `print` writes it: a text without quotes at the top, with quotes inside.
public func display(_ value: Value) -> String {
  if let text = value.asText { return text.string }
  var writer = Writer()
  writer.write(value)
  return writer.text
}

extension Machine {
  /// What `print` writes: values on one line, those that take several lines on lines of their own.
  func printed(_ values: ContiguousArray<Value>, at place: Place) throws -> String {
    var text = ""
    var wasBlock = false
    for (index, value) in values.enumerated() {
      let isBlock = value.asTable != nil || value.asDomain != nil
      let part = isBlock ? show(value, style) : try displayed(value, at: place)
      let isTall = isBlock && part.utf8.contains(0x0A)
      if index > 0 { text += isTall || wasBlock ? "\n" : " " }
      text += part
      wasBlock = isTall
    }
    return text
  }

  /// A value as a text: what `print` writes, but a Table in short.
  /// - Throws: `size-limit` when that is longer than values may be.
  func displayed(_ value: Value, at place: Place) throws -> String {
    if let text = value.asText { return text.string }
    var writer = Writer()
    writer.maximum = sizeLimit
    writer.cancellation = cancellation
    writer.write(value)
    if cancellation.isCancelled { try poll() }
    if writer.text.utf8.count > sizeLimit {
      throw Problem(
        RuntimeRules.sizeLimit, "\(value.inWords) is too large to be written",
        at: place)
    }
    return writer.text
  }
}

/// A value in an error message: short, on one line, texts in quotes.
public func brief(_ value: Value) -> String {
  var writer = Writer()
  writer.limit = 60
  writer.write(value)
  return writer.text
}

/// What the REPL shows for a value; nothing for none.
public func show(_ value: Value, _ style: DisplayStyle) -> String {
  if case .none = value { return "" }
  if let table = value.asTable {
    let text = table.table.rendered(maxWidth: style.width)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
  if let domain = value.asDomain { return domain.display(style) }
  if let text = value.asText { return text.string }
  var writer = Writer()
  writer.elementLimit = 200
  writer.maximum = 20_000
  writer.write(value)
  return writer.text
}

private struct Writer {
  var text = ""
  /// No more is written once the text is this long.
  var limit = Int.max
  /// No more is written once the text has more bytes than this.
  var maximum = 1 << 30
  var cancellation: Cancellation?
  /// Of a list's elements at most this many are written.
  var elementLimit = Int.max
  private var depth = 0

  private var isFull: Bool {
    let count = text.utf8.count
    return count > maximum || cancellation?.isCancelled == true
      || limit != .max && count >= limit * 2
  }

  mutating func write(_ value: Value) {
    if depth > 200 {
      text += "…"
      return
    }
    depth += 1
    defer { depth -= 1 }
    switch value {
    case .none: text += "none"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += display(number: value)
    case .object(let object): write(object)
    }
  }

  private mutating func write(_ object: Object) {
    switch object.tag {
    case .text: write(quoted: unsafeDowncast(object, to: TextObject.self).string)
    case .list: write(list: unsafeDowncast(object, to: ListObject.self).elements)
    case .record:
      let record = unsafeDowncast(object, to: RecordObject.self)
      write(fields: (0..<record.count).lazy.map { (record.shape.names[$0], record[$0]) })
    case .row:
      let row = unsafeDowncast(object, to: RowObject.self)
      let table = row.table
      write(
        fields: table.names.indices.lazy.map {
          (table.names[$0], TableObject.cell(table.columns[$0], row.index))
        })
    case .range:
      let range = unsafeDowncast(object, to: RangeObject.self)
      text += "\(range.first)..\(range.last)"
    case .function:
      let code = unsafeDowncast(object, to: FunctionObject.self).code
      let name = code.name == "function" ? "" : code.name
      text += "fn \(name)(\(code.parameterNames.joined(separator: ", ")))"
    case .native:
      text += "fn \(unsafeDowncast(object, to: NativeObject.self).function.signature)"
    case .table:
      let table = unsafeDowncast(object, to: TableObject.self).table
      text +=
        "Table(\(table.rowCount) row\(table.rowCount == 1 ? "" : "s"): \(table.names.joined(separator: ", ")))"
    case .date: text += unsafeDowncast(object, to: DateObject.self).description
    case .domain:
      let shown = unsafeDowncast(object, to: DomainObject.self).display(DisplayStyle())
      text += limit == .max ? shown : String(shown.prefix { $0 != "\n" })
    case .box: text += "none"
    }
  }

  private mutating func write(list: ContiguousArray<Value>) {
    text += "["
    for (index, element) in list.enumerated() {
      if index > 0 { text += ", " }
      let isFull = isFull
      if index >= elementLimit || isFull {
        text += elementLimit == .max || isFull ? "…" : "… \(list.count) elements"
        break
      }
      write(element)
    }
    text += "]"
  }

  private mutating func write(fields: some Sequence<(String, Value)>) {
    text += "{"
    for (index, (name, value)) in fields.enumerated() {
      if index > 0 { text += ", " }
      if isFull {
        text += "…"
        break
      }
      if isIdentifier(name) { text += name } else { write(quoted: name) }
      text += ": "
      write(value)
    }
    text += "}"
  }

  private mutating func write(quoted string: String) {
    text += "\""
    var count = 0
    for scalar in string.unicodeScalars {
      count += 1
      if limit != .max, count > limit {
        text += "…"
        break
      }
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "{": text += "\\{"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          text += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }

  private func isIdentifier(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first else { return false }
    return (first == "_" || first.properties.isAlphabetic)
      && name.unicodeScalars.allSatisfy {
        $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
      }
  }
}
