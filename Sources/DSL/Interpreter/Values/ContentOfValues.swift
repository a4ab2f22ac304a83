// The content of a value as JSON, for keys: equal content, equal key, whatever the value is called and
// wherever it was made. A function's content is its text without comments and blanks, with the content
// of what it reads from outside.

import TLStore
import TLStudies
import TLSyntax
import TLText
import TLTransfer

/// A domain value whose content can be told.
protocol ContentKeyed {
  func content() throws -> JSON
}

/// Walks over a value; a function that is met again within itself is told by its place.
struct ContentReader {
  private var functions: [ObjectIdentifier: Int] = [:]
  private var depth = 0

  /// Throws `StudyError` for a value that has no content key, with what leads to it.
  mutating func content(_ value: Value, of name: String) throws -> JSON {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else {
      throw StudyError("`\(name)` is nested too deeply for a content key")
    }
    switch value {
    case .none: return .null
    case .boolean(let value): return .bool(value)
    case .integer(let value): return .int(value)
    case .number(let value): return .number(value)
    case .object(let object):
      switch object.tag {
      case .text: return .string(value.asText?.string ?? "")
      case .list:
        return .array(try (value.asList?.elements ?? []).map { try content($0, of: name) })
      case .range:
        let range = value.asRange
        return tagged("range", .array([.int(range?.first ?? 0), .int(range?.last ?? 0)]))
      case .record:
        guard let record = value.asRecord else { return .null }
        return tagged(
          "record",
          .object(
            try (0..<record.count).map {
              JSONField(record.shape.names[$0], try content(record[$0], of: name))
            }))
      case .row: return tagged("row", .string(display(value)))
      case .table:
        guard let table = value.asTable?.table else { return .null }
        return tagged("table", .string(Self.digest(table)))
      case .date: return tagged("date", .string(display(value)))
      case .native:
        return tagged("library", .string((object as? NativeObject)?.function.name ?? ""))
      case .function:
        guard let function = object as? FunctionObject else { return .null }
        return try content(of: function)
      case .box:
        return try (object as? BoxObject).map { try content($0.value, of: name) } ?? .null
      case .domain:
        guard let keyed = object as? any ContentKeyed else {
          throw StudyError(
            "`\(name)` is \(value.kindName) that has no "
              + "content key, so cells that read it could not be stored; make it inside the cell")
        }
        return tagged(value.kindSet.description, try keyed.content())
      }
    }
  }

  private func tagged(_ kind: String, _ content: JSON) -> JSON {
    .object([JSONField("kind", .string(kind)), JSONField("content", content)])
  }

  mutating func content(of function: FunctionObject) throws -> JSON {
    let code = function.code
    let identity = ObjectIdentifier(code)
    if let number = functions[identity] { return tagged("again", .int(number)) }
    functions[identity] = functions.count
    var fields = [JSONField("text", .string(Self.text(of: code)))]
    var captures: [JSON] = []
    for value in function.captures { captures.append(try content(value, of: code.name)) }
    fields.append(JSONField("captures", .array(captures)))
    var reads: [JSONField] = []
    var seen: Set<String> = []
    for slot in code.reads where seen.insert(slot.name).inserted {
      // A name that is bound later only has no value that the cell could depend on yet.
      guard slot.isSet else { continue }
      reads.append(JSONField(slot.name, try content(slot.value, of: slot.name)))
    }
    fields.append(JSONField("reads", .object(reads)))
    return tagged("function", .object(fields))
  }

  /// The tokens of a function, a blank between two.
  static func text(of code: FunctionCode) -> String {
    let source = Source(name: "", text: code.source.text(of: code.extent))
    return lex(source).tokens.filter { $0.kind != .end }.map { source.text(of: $0.span) }
      .joined(separator: " ")
  }

  private static func digest(_ table: Table) -> String {
    var hash = ContentHash()
    for (name, column) in zip(table.names, table.columns) {
      hash.add("\(name.utf8.count) \(name) \(column.kind.rawValue) \(column.count)\n")
      for row in 0..<column.count {
        let text = column.value(at: row).cellText
        hash.add("\(column.isMissing(row) ? -1 : text.utf8.count) \(text)")
      }
    }
    return hash.hexadecimal
  }

  /// The fields of the first parameter that a function reads; nil where it takes the whole of it.
  static func fieldsRead(_ code: FunctionCode) -> Set<String>? {
    guard let parameter = code.parameterNames.first else { return [] }
    let source = Source(name: "", text: code.source.text(of: code.extent))
    let tokens = lex(source).tokens
    func text(_ index: Int) -> String { source.text(of: tokens[index].span) }
    var fields: Set<String> = []
    var isDeclared = false
    for (index, token) in tokens.enumerated() where token.kind == .name && text(index) == parameter
    {
      if index > 0, tokens[index - 1].kind == .dot { continue }
      // A label of an argument, or a key of a record.
      if index + 1 < tokens.count, tokens[index + 1].kind == .colon { continue }
      if !isDeclared {
        isDeclared = true
        continue
      }
      guard index + 2 < tokens.count, tokens[index + 1].kind == .dot else { return nil }
      fields.insert(text(index + 2))
    }
    return fields
  }
}

extension ModelObject: ContentKeyed {
  func content() throws -> JSON { .string(try donor.fingerprint()) }
}

extension TaskObject: ContentKeyed {
  func content() throws -> JSON {
    .object([
      JSONField("task", .string(task.kind.rawValue)),
      JSONField("labels", .array(task.labels.map { .string($0) })),
      JSONField("data", .object(task.fingerprints)),
    ])
  }
}

extension StrategyObject: ContentKeyed {
  func content() throws -> JSON {
    .object([
      JSONField("name", .string(strategy.name)),
      JSONField("settings", .object(strategy.settings)),
    ])
  }
}

extension RunObject: ContentKeyed {
  func content() throws -> JSON {
    if let stored = run.stored { return .string(stored.key + "/\(stored.attempt)") }
    return try run.adaptation.description()
  }
}

extension SplitObject: ContentKeyed {
  func content() throws -> JSON {
    var reader = ContentReader()
    return .object(
      try TaskPart.allCases.compactMap { part in
        try tables[part].map {
          JSONField(
            part.rawValue, try reader.content(.object(TableObject($0)), of: part.rawValue))
        }
      })
  }
}

extension EvaluationObject: ContentKeyed {
  func content() throws -> JSON {
    .array(
      [.string(title), .string(part.rawValue)]
        + estimates.map { .number($0.estimate.mean) })
  }
}
