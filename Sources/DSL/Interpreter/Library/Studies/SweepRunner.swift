// SweepRunner: the cells of a sweep, one after the other in this process: looked up in the store, claimed,
// computed, recorded. What other processes do with the same cells is in SweepWorkers.swift and
// SweepSlurm.swift.

import Glibc
import TLStore
import TLStudies
import TLSyntax
import TLText
import TLTransfer

/// One call of `sweep`.
final class SweepRunner {
  struct Options {
    var workers = 1
    /// Seconds.
    var budget: Double?
    var retries = false
    var launcher = "local"
    var slurm = SlurmArray.Options()
  }

  let call: Arguments
  let machine: Machine
  let store: RunStore
  let options: Options
  let axisValues: [ContiguousArray<Value>]
  let seedAxis: Int?
  var study: Study
  /// Cells that are neither stored nor failed, in the order of computing.
  var pending: [Int] = []
  var doneHere = 0
  var failedHere = 0
  private let start = SweepRunner.now
  private var lastLine = 0.0
  private var left: (time: Double, text: [String]) = (-100, [])
  private var failuresSaid: Set<String> = []
  /// Where notices go while cells run.
  var say: ((Notice) -> Void)?

  /// Raised when the same cells would give other values than before.
  static let version = 1

  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  init(_ call: Arguments, replicate: String, options: Options) throws {
    self.call = call
    machine = call.machine
    say = call.machine.notice
    self.options = options
    store = try call.machine.store()
    let given = try call.axes(0)
    let replicateAxis = given.firstIndex { bytesEqual($0.name, replicate) }
    let grid = try Grid(given, replicate: replicateAxis)
    seedAxis = given.firstIndex { $0.name == "seed" }
    let values = try call.fields(0).map { _, value -> ContiguousArray<Value> in
      if let record = value.asRecord {
        return ContiguousArray((0..<record.count).map { record[$0] })
      }
      if value.isOf([.list, .range]) {
        return try call.machine.elements(of: value, at: call.place)
      }
      return [value]
    }
    axisValues = zip(values, grid.kept).map { values, kept in
      ContiguousArray(kept.map { values[$0] })
    }
    var reader = ContentReader()
    let meaning = try reader.content(call[1], of: "cell")
    let key = ContentKey.of(
      .object([
        JSONField("function", .string("sweep")), JSONField("version", .int(Self.version)),
        JSONField("adapt", .int(Adaptation.version)), JSONField("cell", meaning),
      ]))
    let digests = grid.axes.map { axis in
      axis.keys.map { "\(axis.name)=\(ContentKey.of($0))" }
    }
    let order = grid.axes.indices.sorted { grid.axes[$0].name < grid.axes[$1].name }
    let cells = grid.points.map { point in
      StudyCell(
        point: point,
        key: ContentKey.of(
          Array((key + order.map { "\n" + digests[$0][point[$0]] }.joined()).utf8)))
    }
    study = Study(key: key, axes: grid.axes, replicate: replicateAxis, cells: cells)
    for note in grid.notes { machine.notify(.note("sweep: \(note)")) }
    if case .object(let object) = call[1], let function = object as? FunctionObject,
      let fields = ContentReader.fieldsRead(function.code)
    {
      for axis in grid.axes where !fields.contains(axis.name) && axis.labels.count > 1 {
        machine.notify(
          .note(
            "sweep: no cell reads the axis `\(axis.name)`: its \(axis.labels.count) values give the "
              + "same \(axis.labels.count) times"))
      }
    }
  }

  // MARK: The whole

  /// Computes what is missing.
  func run() throws -> Study {
    try look(at: Array(study.cells.indices), isFirst: true)
    pending = study.cells.indices.filter { study.cells[$0].state == .missing }
    if let role = machine.sweepRole {
      if role.study == study.key { try serve(role) }
      // A sweep before the one that this worker is for: what the store has is enough.
      return finished()
    }
    guard !pending.isEmpty else {
      sayEnd()
      return finished()
    }
    guard !store.isReadOnly else { throw StoreError.readOnly(path: store.folder) }
    announce()
    let keeps = machine.keepsInterrupted
    let outer = machine.notice
    machine.keepsInterrupted = false
    defer {
      machine.keepsInterrupted = keeps
      machine.notice = outer
      machine.notify(.done)
    }
    do {
      if options.launcher == "slurm" {
        try runOnSlurm()
      } else if options.workers > 1, machine.executable != nil {
        try runInWorkers()
      } else {
        if options.workers > 1 {
          machine.notify(
            .note("sweep: workers are processes of the program tl; here cells run one by one"))
        }
        try runHere()
      }
    } catch let interruption as Interruption {
      machine.notice = outer
      sayEnd(interrupted: true)
      guard keeps, machine.cancellation.isCancelled else { throw interruption }
      machine.cancellation.reset()
      return finished()
    }
    machine.notice = outer
    sayEnd()
    return finished()
  }

  private func finished() -> Study {
    var study = study
    study.headline =
      study.cells.lazy.filter { $0.state == .finished }
      .compactMap { CellResult.headline($0.result) }.first
    return study
  }

  /// Takes over what the store has of some cells.
  func look(at indices: [Int], isFirst: Bool = false) throws {
    let found = try store.outcomes(keys: indices.map { study.cells[$0].key })
    for index in indices {
      guard let outcome = found[study.cells[index].key] else { continue }
      switch outcome.state {
      case .finished:
        fill(&study.cells[index], outcome.metrics, seconds: outcome.seconds)
        study.cells[index].wasStored = isFirst
      case .failed where !(options.retries && isFirst):
        study.cells[index].state = .failed
        study.cells[index].error = outcome.error ?? "it failed"
        study.cells[index].seconds = outcome.seconds
        study.cells[index].wasStored = isFirst
      default: break
      }
    }
  }

  private func fill(_ cell: inout StudyCell, _ metrics: JSON, seconds: Double) {
    cell.state = .finished
    cell.result = metrics["result"] ?? .null
    cell.fields = CellResult.fields(cell.result)
    cell.seconds = seconds
    cell.error = nil
    cell.emit(CarbonIntensity.countries[0].intensity)
  }

  // MARK: Cells in this process

  private func runHere() throws {
    SharedWork.shared.begin()
    defer { SharedWork.shared.end() }
    var postponed: [Int] = []
    for index in pending {
      try machine.poll()
      guard isWithinBudget(index) else { continue }
      if try !compute(index, count: pending.count) { postponed.append(index) }
    }
    // Cells that another process had: its results will be ours, or we take over.
    while !postponed.isEmpty {
      try machine.poll()
      let index = postponed.removeFirst()
      if try !compute(index, count: pending.count) {
        postponed.append(index)
        machine.notify(
          .progress(
            label: "cell \(doneHere)/\(pending.count)",
            share: Double(doneHere) / Double(max(1, pending.count)),
            details: ["waiting for \(counted(postponed.count, "cell")) of another process"]))
        usleep(100_000)
      }
    }
  }

  /// Computes one cell. False: another process has it.
  func compute(_ index: Int, count: Int) throws -> Bool {
    let cell = study.cells[index]
    let title = study.title(cell)
    var request = RunRequest(
      key: cell.key, kind: "cell", title: title,
      configuration: .object(
        [JSONField("study", .string(study.key))]
          + zip(study.axes, cell.point).map { axis, place in
            JSONField(axis.name, axis.values[place].json)
          }), tags: [String(study.key.prefix(16))])
    if let seedAxis, case .int(let seed) = study.axes[seedAxis].values[cell.point[seedAxis]] {
      request.seeds = [seed]
    }
    let writer: RunWriter
    switch try store.claim(request) {
    case .stored(let stored):
      fill(&study.cells[index], stored.metrics, seconds: stored.seconds)
      doneHere += 1
      return true
    case .busy: return false
    case .mine(let mine, _): writer = mine
    }
    let begin = Self.now
    listen(index, count: count)
    do {
      let value = try machine.call(call[1], point(cell.point), at: call.place)
      let result = try call.cellResult(value)
      let stored = try writer.finish(metrics: .object([JSONField("result", result)]))
      fill(&study.cells[index], stored.metrics, seconds: stored.seconds)
      doneHere += 1
      sayDone(index)
    } catch let problem as Problem where !problem.isOfMachine {
      // Where the error cannot be recorded either, the machine is at fault, and the sweep ends.
      let message = Self.message(problem)
      try writer.fail(message)
      study.cells[index].state = .failed
      study.cells[index].error = message
      study.cells[index].seconds = Self.now - begin
      doneHere += 1
      sayFailed(index)
    } catch {
      _ = try? writer.interrupt()
      throw error
    }
    return true
  }

  /// The place of a cell as a record.
  private func point(_ point: [Int]) -> Value {
    machine.record(
      zip(study.axes, point).enumerated().map { axis, pair in
        (pair.0.name, axisValues[axis][pair.1])
      })
  }

  /// An error with the line that it is in.
  private static func message(_ problem: Problem) -> String {
    guard let place = problem.place else { return problem.message }
    return "line \(place.line): \(problem.message)"
  }

  // MARK: The budget

  private var leavesOutFrom: Int?
  private var checked: Set<Int> = []

  /// Whether the replicate of a cell is still computed: a budget is cut by whole replicates, and the
  /// first one is always computed.
  func isWithinBudget(_ index: Int) -> Bool {
    guard let budget = options.budget, let axis = study.replicate else { return true }
    let replicate = study.cells[index].point[axis]
    if let leavesOutFrom { return replicate < leavesOutFrom }
    guard checked.insert(replicate).inserted else { return true }
    let first = study.cells[pending[0]].point[axis]
    let expected = expectedSeconds { self.study.cells[$0].point[axis] == replicate }
    let elapsed = Self.now - start
    if replicate == first {
      if let expected, expected > budget {
        machine.notify(
          .note(
            "sweep: the first replicate alone takes about \(Duration.clock(expected)), more than "
              + "the budget of \(Duration.clock(budget)); it is computed all the same"))
      }
      return true
    }
    guard let expected, elapsed + expected > budget else { return true }
    leavesOutFrom = replicate
    let left = pending.filter { study.cells[$0].point[axis] >= replicate }
    let labels = study.axes[axis].labels[replicate...].joined(separator: ", ")
    machine.notify(
      .note(
        "sweep: \(study.axes[axis].name) \(labels) left out (\(counted(left.count, "cell")), about "
          + "\(Duration.clock(expectedSeconds { left.contains($0) } ?? 0))): the budget of "
          + "\(Duration.clock(budget)) would be exceeded after \(Duration.clock(elapsed))"))
    return false
  }

  /// Seconds for the pending cells of a sort, by those that were measured; nil where none was.
  func expectedSeconds(_ includes: (Int) -> Bool = { _ in true }) -> Double? {
    let measured = study.cells.filter { $0.state == .finished && $0.seconds > 0 }
      .map { (point: $0.point, seconds: $0.seconds) }
    guard let model = CostModel(study.axes, measured: measured) else { return nil }
    let sum = pending.reduce(0.0) { sum, index in
      study.cells[index].state == .missing && includes(index)
        ? sum + model.seconds(study.cells[index].point) : sum
    }
    return sum / Double(max(1, options.workers))
  }

  // MARK: What is said

  private func announce() {
    let stored = study.count(.finished)
    let failed = study.count(.failed)
    var text = "sweep: \(counted(study.cells.count, "cell"))"
    text += " (" + study.axes.map { "\($0.name) \($0.labels.count)" }.joined(separator: " × ") + ")"
    if stored > 0 { text += ", \(Donor.grouped(stored)) stored" }
    if failed > 0 { text += ", \(failed) failed before" }
    text += ", \(Donor.grouped(pending.count)) to compute"
    if options.launcher == "slurm" {
      text += " on Slurm"
    } else if options.workers > 1 {
      text += " in \(options.workers) processes"
    }
    if let seconds = expectedSeconds() {
      text += "; about \(Duration.clock(seconds)) by \(stored) measured"
    } else {
      text += "; how long is known after the first"
    }
    // What a run took on the disk so far says what the next ones will take.
    if let recent = try? store.runs(RunFilter(kind: "adapt", limit: 50)), !recent.isEmpty {
      let mean = recent.reduce(0) { $0 + $1.bytes } / recent.count
      let bytes = mean * pending.count
      text += "; about \(max(1, bytes >> 20)) MB of disk"
      if let free = Self.freeBytes(store.folder), free < bytes {
        machine.notify(
          .note(
            "sweep: the disk of \(store.folder) has \(free >> 20) MB left, about \(bytes >> 20) MB "
              + "are needed; `forget` removes stored runs"))
      }
    }
    machine.notify(.cost(text))
  }

  private static func freeBytes(_ path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Shows what a cell says of its progress as a part of the sweep's.
  private func listen(_ index: Int, count: Int) {
    let title = study.title(study.cells[index])
    let (done, failed) = (doneHere, failedHere)
    let outer = say
    let left = leftText()
    func show(_ share: Double, _ label: String) {
      outer?(
        .progress(
          label: "cell \(done + 1)/\(count)",
          share: (Double(done) + min(1, share)) / Double(max(1, count)),
          details: [title, label] + (failed > 0 ? ["\(failed) failed"] : []) + left))
    }
    show(0, "")
    machine.notice = { notice in
      switch notice {
      case .progress(let label, let share, _): show(share, label)
      case .note, .download: outer?(notice)
      case .writing, .done, .cost: break
      }
    }
  }

  /// The time left, found anew every two seconds: it looks at all cells.
  func leftText() -> [String] {
    let now = Self.now
    if now - left.time >= 2 {
      left = (now, expectedSeconds().map { ["\(Duration.clock($0)) left"] } ?? [])
    }
    return left.text
  }

  /// A line for a finished cell; where cells are quick, not for each.
  func sayDone(_ index: Int) {
    let now = Self.now
    let cell = study.cells[index]
    guard now - lastLine >= (cell.seconds >= 1 ? 2 : 20) else { return }
    lastLine = now
    var text = "cell \(doneHere)/\(pending.count): \(study.title(cell))"
    if let name = CellResult.headline(cell.result) ?? cell.fields.first?.name,
      let value = cell.field(name)?.asNumber
    {
      text += ", \(MetricNames.title(name)) \(Rounded.fixed(value, 3))"
    }
    text += ", \(Rounded.fixed(cell.seconds, 1)) s"
    say?(.cost(text))
  }

  func sayFailed(_ index: Int) {
    failedHere += 1
    let cell = study.cells[index]
    // The same error is said once.
    guard failuresSaid.insert(cell.error ?? "").inserted, failuresSaid.count <= 5 else { return }
    say?(.note("cell \(study.title(cell)) failed: \(cell.error ?? "")"))
  }

  private func sayEnd(interrupted: Bool = false) {
    let stored = study.cells.count { $0.wasStored && $0.state == .finished }
    let computed = study.cells.count { !$0.wasStored && $0.state == .finished }
    let failed = study.count(.failed)
    var parts: [String] = []
    if computed > 0 {
      parts.append(
        "\(counted(computed, "cell")) computed in \(Duration.clock(Self.now - start))")
    }
    if stored > 0 { parts.append("\(Donor.grouped(stored)) stored") }
    if failed > 0 { parts.append("\(Donor.grouped(failed)) failed") }
    let missing = study.count(.missing)
    if missing > 0 { parts.append("\(Donor.grouped(missing)) not computed") }
    machine.notify(
      .cost("sweep: \(interrupted ? "interrupted: " : "")\(parts.joined(separator: ", "))"))
    if failed > 0 {
      let errors = Set(study.cells.compactMap(\.error))
      if failed == study.cells.count, errors.count == 1, let only = errors.first {
        machine.notify(.note("sweep: every cell failed, each with: \(only)"))
      } else if !options.retries {
        machine.notify(
          .note(
            "sweep: failed cells stay so; `retry: true` tries them again, `.failures` lists them"))
      }
    }
  }
}
