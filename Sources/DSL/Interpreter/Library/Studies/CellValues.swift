// What a cell's function gives, as the store keeps it; and the axes of a grid, with what people call
// their values.

import TLAnalysis
import TLStore
import TLStudies
import TLSyntax
import TLText
import TLTransfer

/// A value with measurements that a study can keep.
protocol Measured {
  /// Of the stored thing, from which it can be had again.
  var storedID: String? { get }
  var headlineMetric: String? { get }
  /// Numbers and texts by name.
  var cellFields: [CellField] { get }
}

extension RunObject: Measured {
  var storedID: String? { run.stored?.id }
  var headlineMetric: String? { run.adaptation.task.headline.name }

  /// Metrics of the test part by their names, those of the validation part as `validation_…`; without
  /// a test part the validation's stand for both.
  var cellFields: [CellField] {
    let facts = run.facts
    let test = run.metrics[.test] ?? run.metrics[.validation] ?? []
    var fields = test.map { CellField($0.name, .number($0.value)) }
    for metric in run.metrics[.validation] ?? [] {
      fields.append(CellField("validation_\(metric.name)", .number(metric.value)))
    }
    fields += [
      CellField("trained_parameters", .int(facts.trainedParameters)),
      CellField("total_parameters", .int(facts.totalParameters)),
      CellField(
        "trainable_share",
        .number(Double(facts.trainedParameters) / Double(max(1, facts.totalParameters)))),
      CellField("train_seconds", .number(facts.trainSeconds)),
      CellField("rows_per_second", .number(facts.rowsPerSecond)),
      CellField("peak_memory", .int(facts.peakMemory)),
      CellField("cpu_seconds", .number(facts.energy.cpuSeconds)),
      CellField("energy_kwh", .number(energyKWh)),
      CellField("energy_is_measured", .bool(facts.energy.isMeasured)),
      CellField("best_epoch", run.history.bestEpoch.map { .int($0) } ?? .none),
    ]
    return fields
  }
}

extension EvaluationObject: Measured {
  var storedID: String? { nil }
  var headlineMetric: String? { task.headline.name }
  var cellFields: [CellField] {
    estimates.map { CellField($0.name, .number($0.estimate.mean)) }
      + [CellField("n", .int(predictions.count))]
  }
}

extension Arguments {
  /// A cell's value as JSON.
  ///
  /// Throws for a kind that a study cannot keep.
  func cellResult(_ value: Value, depth: Int = 0) throws -> JSON {
    guard depth < 8 else { throw bad(1, "a cell gives records within records, too deeply") }
    switch value {
    case .none: return .null
    case .boolean(let value): return .bool(value)
    case .integer(let value): return .int(value)
    case .number(let value): return CellResult.number(.number(value))
    case .object:
      if let text = value.asText { return .string(text.string) }
      if let list = value.asList {
        return CellResult.list(try list.elements.map { try cellResult($0, depth: depth + 1) })
      }
      if let record = value.asRecord {
        return CellResult.record(
          try (0..<record.count).map {
            (record.shape.names[$0], try cellResult(record[$0], depth: depth + 1))
          })
      }
      if let row = value.asRow {
        return try cellResult(row.record(machine), depth: depth)
      }
      if let measured = value.asDomain as? any Measured {
        return CellResult.measured(
          kind: value.kindName, id: measured.storedID, headline: measured.headlineMetric,
          fields: measured.cellFields)
      }
      if let domain = value.asDomain, let fields = try numbers(of: domain) {
        return CellResult.measured(
          kind: value.kindName, headline: nil, fields: fields)
      }
      throw Problem(
        RuntimeRules.wrongKind,
        "a cell gives a number, a text, a record, a run or an evaluation, found \(value.kindName) "
          + "\(brief(value))", at: place)
    }
  }

  /// The fields of another value of the runtime that are numbers; nil where none is.
  private func numbers(of domain: DomainObject) throws -> [CellField]? {
    var fields: [CellField] = []
    for name in domain.fieldNames {
      switch try domain.field(name, machine) {
      case .integer(let value): fields.append(CellField(name, .int(value)))
      case .number(let value): fields.append(CellField(name, .number(value)))
      default: break
      }
    }
    return fields.isEmpty ? nil : fields
  }

  /// The axes of a grid: a record of lists, or of records whose names are labels.
  func axes(_ index: Int) throws -> [StudyAxis] {
    let given = try fields(index)
    guard !given.isEmpty else { throw bad(index, "the grid has no axes") }
    return try given.map { name, value in
      var labels: [String]?
      var values: ContiguousArray<Value>
      if let record = value.asRecord {
        labels = record.shape.names
        values = ContiguousArray((0..<record.count).map { record[$0] })
      } else if value.isOf([.list, .range]) {
        values = try machine.elements(of: value, at: place)
      } else {
        // One value that is not in a list is an axis of one.
        values = [value]
      }
      var reader = ContentReader()
      let keys = try values.map { try reader.content($0, of: name) }
      let cells = values.enumerated().map { place, value -> DataValue in
        if let labels { return .text(labels[place]) }
        switch value {
        case .integer(let number): return .int(number)
        case .number(let number): return .number(number)
        case .boolean(let flag): return .bool(flag)
        default: return .text(Self.label(value, among: values))
        }
      }
      return StudyAxis(
        name: name, labels: labels ?? cells.map(\.cellText), values: cells, keys: keys)
    }
  }

  /// What tables call a value of an axis.
  private static func label(_ value: Value, among values: ContiguousArray<Value>) -> String {
    if let text = value.asText { return text.string }
    if let model = value.asDomain as? ModelObject { return model.donor.shortName }
    if let strategy = (value.asDomain as? StrategyObject)?.strategy {
      // Settings stand with the name only where they tell strategies apart.
      let isAlone = values.allSatisfy {
        guard let other = ($0.asDomain as? StrategyObject)?.strategy else { return true }
        return other.name != strategy.name || other.call == strategy.call
      }
      return isAlone ? strategy.name : strategy.call
    }
    if let task = value.asDomain as? TaskObject { return task.task.kind.rawValue }
    if let record = value.asRecord {
      for name in ["name", "label", "title"] {
        if let place = record.shape.names.firstIndex(of: name), let text = record[place].asText {
          return text.string
        }
      }
    }
    if case .object(let object) = value, let function = object as? FunctionObject {
      return function.code.name
    }
    if case .object(let object) = value, let native = object as? NativeObject {
      return native.function.name
    }
    return brief(value)
  }
}

extension RunObject {
  /// Measured or estimated, on the processor that the run was made on.
  var energyKWh: Double { run.facts.energy.kWh(processor) }

  var processor: String {
    run.stored?.machine["processor"]?.string ?? MachineFacts.processor
  }
}
