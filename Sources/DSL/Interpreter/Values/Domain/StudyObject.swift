// A study as a value: the cells of a grid, what they gave and what failed.

import TLAnalysis
import TLFigures
import TLModels
import TLStore
import TLStudies
import TLSyntax
import TLText
import TLTransfer

/// A grid with its cells: `sweep(…)`.
public final class StudyObject: DomainObject {
  public let study: Study
  private let store: RunStore

  init(_ study: Study, store: RunStore) {
    self.study = study
    self.store = store
    super.init()
  }

  override public var kind: KindSet { .study }
  override public var fieldNames: [String] {
    [
      "cells", "axes", "n", "finished", "failed", "missing", "failures", "measurements", "headline",
      "replicate", "seconds", "runs", "key",
    ]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "cells": return .object(TableObject(try study.table(), machine))
    case "axes":
      return machine.record(study.axes.map { ($0.name, .texts($0.labels)) })
    case "n": return .integer(study.cells.count)
    case "finished": return .integer(study.count(.finished))
    case "failed": return .integer(study.count(.failed))
    case "missing": return .integer(study.count(.missing))
    case "failures":
      let failed = study.cells.filter { $0.state == .failed }
      return .object(
        TableObject(
          try Table([
            ("cell", failed.map { .text(study.title($0)) }),
            ("error", failed.map { .text($0.error ?? "") }),
          ]), machine))
    case "measurements": return .texts(study.measurements)
    case "headline": return study.measurement(nil).map { .text($0) } ?? Value.none
    case "replicate": return study.replicate.map { .text(study.axes[$0].name) } ?? Value.none
    case "seconds": return .number(study.cells.reduce(0) { $0 + $1.seconds })
    case "key": return .text(study.key)
    case "runs": return .list(ContiguousArray(try runs()))
    default: return nil
    }
  }

  /// The runs that the cells gave, alone or in records, out of the store.
  private func runs() throws -> [Value] {
    var ids: [String] = []
    func collect(_ json: JSON) {
      if json["kind"]?.string == "Run", let id = json["id"]?.string { ids.append(id) }
      for field in json["fields"]?.object ?? [] { collect(field.value) }
      for item in json["items"]?.array ?? [] { collect(item) }
    }
    for cell in study.cells where cell.state == .finished { collect(cell.result) }
    var donors: [String: String] = [:]
    return try ids.map { id in
      let stored = try store.run(prefix: id)
      return .object(
        RunObject(
          try AdaptedRun(stored, store: store) { name in
            if let known = donors[name] { return known }
            let found = try DonorLocator().locate(name)
            donors[name] = found
            return found
          }))
    }
  }

  /// The study of those cells that a function says true to.
  func part(_ call: Arguments, _ function: Int) throws -> StudyObject {
    let rows = TableObject(try study.table(), call.machine)
    let caller = try call.caller(function, count: 1)
    let kept = try study.cells.indices.filter { row in
      try call.checkCancellation()
      caller.base[0] = rows.row(row)
      return try call.condition(try caller.run())
    }
    if kept.isEmpty { throw call.bad(function, "is true for no cell of the study") }
    return StudyObject(study.part(kept), store: store)
  }

  /// The energy of the cells that say how long they trained.
  func energies(_ machine: Machine) throws -> [RunEnergy] {
    let cores = MachineFacts.current["cores"]?.int ?? 1
    return study.cells.compactMap { cell in
      guard let seconds = cell.field("train_seconds")?.asNumber else { return nil }
      var use = EnergyUse(
        seconds: seconds,
        cpuSeconds: cell.field("cpu_seconds")?.asNumber ?? seconds * Double(cores),
        measuredJoules: nil, memory: Int(cell.field("peak_memory")?.asNumber ?? 0))
      if case .bool(true)? = cell.field("energy_is_measured"),
        let total = cell.field("energy_kwh")?.asNumber
      {
        use.measuredJoules = max(0, total - use.memoryKWh) * 3.6e6
      }
      return RunEnergy(
        id: cell.result["id"]?.string ?? String(cell.key.prefix(16)), title: study.title(cell),
        ended: 0, use: use, processor: MachineFacts.processor, cores: cores)
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text = "Study  "
    text += study.axes.map { "\($0.labels.count) \($0.name)" }.joined(separator: " × ")
    text += " = \(counted(study.cells.count, "cell")) · "
    text += CellState.allCases.filter { study.count($0) > 0 }
      .map { "\(Donor.grouped(study.count($0))) \($0.rawValue)" }.joined(separator: ", ")
    if let name = study.measurement(nil),
      let summary = try? StudySummary(
        study, rows: study.axes.indices.filter { $0 != study.replicate }, columns: [],
        values: [name], lowerIsBetter: AxisNames.lowerIsBetter(name)), summary.groups.count <= 40,
      let table = try? StudyTable(summary).table
    {
      text += "\n" + table.rendered(maxWidth: style.width)
      while text.hasSuffix("\n") { text.removeLast() }
    }
    for (error, count) in failures.prefix(3) {
      text += "\n\(count) failed: \(error)"
    }
    return text
  }

  private var failures: [(error: String, count: Int)] {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for error in study.cells.compactMap(\.error) {
      if counts[error] == nil { order.append(error) }
      counts[error, default: 0] += 1
    }
    return order.map { ($0, counts[$0] ?? 0) }
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? StudyObject else { return false }
    return other.study.key == study.key
      && other.study.cells.map(\.key) == study.cells.map(\.key)
      && other.study.cells.map(\.result) == study.cells.map(\.result)
  }
}

extension StudyObject: Plottable {
  public var plotKinds: [String] { ["box", "curve", "bar", "scatter", "histogram", "heatmap"] }

  /// The cells with shares as per cent and memory in megabytes, as axes have them.
  func figureTable() throws -> Table {
    var table = try study.table()
    for (name, factor) in [("trainable_share", 100.0), ("peak_memory", 1e-6)] {
      guard let column = try? table.column(name), let numbers = column.numbers else { continue }
      table = try table.with(
        name,
        Column(.number(numbers.map { $0 * factor }), missing: column.missing))
    }
    return table
  }

  /// The axis whose values are set side by side: the first one besides the sizes.
  var group: String? { study.compared.map { study.axes[$0].name }.first { $0 != "size" } }

  public func figure(_ request: PlotRequest) throws -> Figure {
    guard let name = study.measurement(nil) else {
      throw request.bad("no cell of the study has given a number to draw")
    }
    let size = study.axis("size").map { study.axes[$0].name }
    let group = self.group
    let isCurve = request.kind == "curve"
    let filled = PlotRequest(
      kind: request.kind, language: request.language, title: request.title,
      x: request.x ?? (isCurve ? size : group ?? size),
      y: request.y.isEmpty ? [name] : request.y,
      color: request.color ?? (isCurve ? group : nil),
      label: request.label ?? (request.kind == "heatmap" ? size : nil), lower: request.lower,
      upper: request.upper, bins: request.bins, isLogarithmic: request.isLogarithmic,
      call: request.call)
    return try TableFigures(figureTable()).figure(filled)
  }
}

extension RunObject {
  /// What the run took, for `emissions`.
  var energy: RunEnergy {
    RunEnergy(
      id: run.stored?.id ?? "", title: run.adaptation.title, ended: run.stored?.updated ?? 0,
      use: run.facts.energy, processor: processor,
      cores: run.stored?.machine["cores"]?.int ?? MachineFacts.current["cores"]?.int ?? 1)
  }
}
