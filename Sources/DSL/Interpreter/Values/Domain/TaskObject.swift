// Data in parts, and a task on them, as values.

import TLText
import TLTransfer

/// Tables for training, validation and test: `split(table, …)`.
public final class SplitObject: DomainObject {
  /// Train, validation and test; a part may have no rows.
  public let tables: [TaskPart: Table]

  public init(_ tables: [TaskPart: Table]) {
    self.tables = tables
    super.init()
  }

  override public var kind: KindSet { .split }
  override public var fieldNames: [String] { TaskPart.allCases.map(\.rawValue) }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    TaskPart(rawValue: name).flatMap { tables[$0] }.map { .object(TableObject($0, machine)) }
  }

  override public func display(_ style: DisplayStyle) -> String {
    let parts = TaskPart.allCases.compactMap { part in
      tables[part].map { "\(part.rawValue) \(Donor.grouped($0.rowCount))" }
    }
    let columns = tables[.train]?.names.joined(separator: ", ") ?? ""
    return "Split  \(parts.joined(separator: " · ")) rows · \(columns)"
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    (other as? SplitObject)?.tables == tables
  }
}

/// What is to be learned: `classification(split, …)`.
public final class TaskObject: DomainObject {
  public let task: TransferTask
  /// Whether someone has seen its warnings.
  var isShown = false

  public init(_ task: TransferTask) {
    self.task = task
    super.init()
  }

  override public var kind: KindSet { .task }
  override public var fieldNames: [String] {
    ["kind", "labels", "entities", "sizes", "train", "validation", "test", "warnings", "headline"]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "kind": return .text(task.kind.rawValue)
    case "labels": return .texts(task.labels)
    case "entities": return .texts(task.kinds)
    case "headline": return .text(task.headline.name)
    case "warnings": return .texts(task.warnings)
    case "sizes":
      return machine.record(
        TaskPart.allCases.map { ($0.rawValue, .integer(task.count($0))) })
    case "train", "validation", "test":
      guard let data = TaskPart(rawValue: name).flatMap({ task.parts[$0] }) else {
        return Value.none
      }
      return .object(TableObject(try data.table(), machine))
    default: return nil
    }
  }

  /// A class name before its count: in quotes where it would be read as a part of the number, or has
  /// blanks around it.
  private static func quoted(_ name: String) -> String {
    let isPlain =
      name.unicodeScalars.last?.properties.numericType == nil
      && name.first?.isWhitespace == false && name.last?.isWhitespace == false
    return isPlain ? name : "\"\(name)\""
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text = "Task  \(task.kind.rawValue)"
    switch task.parts[.train] {
    case .classification(let data):
      text += " · "
      text += zip(data.labelNames.names, data.classCounts)
        .map { "\(TaskObject.quoted($0.0)) \(Donor.grouped($0.1))" }.joined(separator: ", ")
    case .tagging(let data):
      text += " · "
      text += zip(data.kinds.names, data.kindCounts)
        .map { "\($0.0) \(Donor.grouped($0.1))" }.joined(separator: ", ")
    case .summarization(let data):
      text += " · sources of \(data.meanLength(\.sources)) characters, targets of "
      text += "\(data.meanLength(\.targets))"
    case nil: break
    }
    text += " in train · "
    text += TaskPart.allCases.filter { task.count($0) > 0 }
      .map { "\($0.rawValue) \(Donor.grouped(task.count($0)))" }.joined(separator: ", ")
    isShown = true
    for warning in task.warnings { text += "\nnote: \(warning)" }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? TaskObject else { return false }
    return other.task === task || other.task.fingerprints == task.fingerprints
  }
}

extension TransferTask.Data {
  /// The examples as a table.
  func table() throws -> Table {
    switch self {
    case .classification(let data):
      var columns: [(name: String, values: [DataValue])] = [("text", data.texts.map { .text($0) })]
      if let pairs = data.pairs { columns.append(("pair", pairs.map { .text($0) })) }
      columns.append(("label", data.labels.map { .text(data.labelNames.names[$0]) }))
      return try Table(columns)
    case .tagging(let data):
      return try Table([
        ("tokens", data.tokens.map { .list($0.map { .text($0) }) }),
        ("tags", data.tags.map { .list($0.map { .text(data.tagNames.names[$0]) }) }),
      ])
    case .summarization(let data):
      return try Table([
        ("source", data.sources.map { .text($0) }), ("target", data.targets.map { .text($0) }),
      ])
    }
  }
}

extension SummaryData {
  /// The mean number of characters (Unicode code points) of sources or targets.
  fileprivate func meanLength(_ texts: KeyPath<SummaryData, [String]>) -> Int {
    self[keyPath: texts].reduce(0) { $0 + $1.unicodeScalars.count } / max(1, count)
  }
}

extension Arguments {
  func task(_ index: Int) throws -> TransferTask {
    if let object = self[index].asDomain as? TaskObject { return object.task }
    throw wrongKind(index, expected: .task)
  }

  func split(_ index: Int) throws -> SplitObject {
    if let object = self[index].asDomain as? SplitObject { return object }
    throw wrongKind(index, expected: .split)
  }
}
