// RunWriter: the run that a process computes. Logs are collected and written in batches; a
// checkpoint replaces the former one in one transaction; files appear when they are complete.

import Synchronization
import TLText

/// A run being computed by this process.
///
/// A writer that goes away before `finish` leaves the run interrupted, with its last checkpoint.
public final class RunWriter: Sendable {
  public let id: String
  public let key: String
  /// Where its files are.
  public let folder: String
  /// What was found when the run was taken over: its state, error and metrics; nil for a new run.
  public let previous: StoredRun?
  private let store: RunStore
  private let state: Mutex<State>

  private struct Point {
    var series: String
    var step: Int
    var value: Double
  }

  private struct State {
    var lock: RunLock?
    var points: [Point] = []
    var series: [String: Int] = [:]
    var lastFlush: Double
    /// Since when the time is not yet in the row.
    var counted: Double
    var files: Int
  }

  /// Points are written when there are so many, or when the oldest has waited a second.
  private static let batch = 4096

  init(
    _ store: RunStore, id: String, _ request: RunRequest, _ lock: RunLock, previous: StoredRun?
  ) {
    self.store = store
    self.id = id
    key = request.key
    folder = store.runFolder(id)
    self.previous = previous
    let now = StoreClock.now
    state = Mutex(State(lock: lock, lastFlush: now, counted: now, files: 0))
  }

  /// Removes what a killed process left half written, and checkpoints that were replaced.
  func removeLeftovers(checkpoint: String?) {
    for name in StoreFiles.names(in: folder)
    where name.hasSuffix(".partial") || (name.hasPrefix("checkpoint-") && name != checkpoint) {
      StoreFiles.remove(folder + "/" + name)
    }
  }

  /// Removes files that a killed process put in place and did not live to record; to be called before
  /// anything else is written.
  func removeUnrecorded(checkpoint: String?) {
    guard let recorded = try? store.artifacts(of: id, folder) else { return }
    let paths = Set(recorded.map(\.path))
    for name in StoreFiles.names(in: folder) where name != "run.json" && name != checkpoint {
      let path = folder + "/" + name
      if !paths.contains(path) { StoreFiles.remove(path) }
    }
  }

  // MARK: Logs

  /// Appends a value to a series; a step that is there is replaced. NaN and infinities are kept.
  public func log(_ series: String, step: Int, _ value: Double) throws {
    try log(step: step, [(series, value)])
  }

  /// Appends values of several series at one step.
  public func log(step: Int, _ values: [(series: String, value: Double)]) throws {
    let isDue = try state.withLock { state in
      guard state.lock != nil else { throw StoreError.ended(run: self.id) }
      for (series, value) in values {
        state.points.append(Point(series: series, step: step, value: value))
      }
      return state.points.count >= RunWriter.batch || StoreClock.now - state.lastFlush > 1
    }
    if isDue { try flush() }
  }

  /// Writes what was logged so far.
  public func flush() throws {
    try state.withLock { state in
      try self.update(&state) { _ in }
    }
  }

  /// Writes the collected points, the time spent and what `body` adds, in one transaction.
  private func update(
    _ state: inout State, isDurable: Bool = false, _ body: (Database) throws -> Void
  ) throws {
    guard state.lock != nil else { throw StoreError.ended(run: id) }
    let now = StoreClock.now
    var series = state.series
    let points = state.points
    let elapsed = max(0, now - state.counted)
    try store.write(isDurable: isDurable) { database in
      for point in points {
        let number = try series[point.series] ?? self.number(database, point.series)
        series[point.series] = number
        try database.run(
          "INSERT OR REPLACE INTO points VALUES (?, ?, ?)",
          [
            .integer(number), .integer(point.step), point.value.isNaN ? .null : .real(point.value),
          ])
      }
      try database.run(
        "UPDATE runs SET updated = ?, seconds = seconds + ? WHERE id = ?",
        [.real(now), .real(elapsed), .text(self.id)])
      try body(database)
    }
    state.series = series
    state.points.removeAll(keepingCapacity: true)
    state.lastFlush = now
    state.counted = now
  }

  private func number(_ database: Database, _ series: String) throws -> Int {
    let values: [SQLValue] = [.text(id), .text(series)]
    try database.run("INSERT OR IGNORE INTO series (run, name) VALUES (?, ?)", values)
    return try database.first(
      "SELECT id FROM series WHERE run = ? AND name = ?", values, { $0.int(0) }) ?? 0
  }

  // MARK: Files

  /// Writes a checkpoint; it replaces the former one when it is complete and on the disk.
  ///
  /// - Parameter write: receives the path of an empty folder.
  /// - Parameter step: logs up to this step are kept when the run goes on from here.
  public func checkpoint(step: Int, write: (_ folder: String) throws -> Void) throws {
    let name = try freeName("checkpoint-\(step)")
    try StoreFiles.publish(folder + "/" + name) { partial in
      try StoreFiles.makeFolder(partial)
      try write(partial)
    }
    do {
      try state.withLock { state in
        try self.update(&state, isDurable: true) { database in
          try database.run(
            "UPDATE runs SET checkpoint = ?, checkpoint_step = ? WHERE id = ?",
            [.text(name), .integer(step), .text(self.id)])
        }
      }
    } catch {
      StoreFiles.remove(folder + "/" + name)
      throw error
    }
    removeLeftovers(checkpoint: name)
  }

  /// Writes a file or a folder of the run; it replaces one of the same name.
  ///
  /// - Parameter write: receives a path where there is nothing yet, and makes a file or a folder.
  @discardableResult
  public func artifact(_ name: String, write: (_ path: String) throws -> Void) throws
    -> StoredArtifact
  {
    let isName =
      !name.isEmpty && name.utf8.count <= 100 && name.utf8.first != UInt8(ascii: ".")
      && name.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0)
      } && !name.hasSuffix(".partial") && !name.hasPrefix("checkpoint-") && name != "run.json"
    guard isName else { throw StoreError.badName(name) }
    let place = try freeName(name)
    try StoreFiles.publish(folder + "/" + place, write: write)
    let path = folder + "/" + place
    do {
      let artifact = StoredArtifact(
        name: name, path: path, bytes: StoreFiles.size(path), digest: try StoreFiles.digest(path))
      let former = try state.withLock { state in
        var former: String?
        try self.update(&state) { database in
          former = try database.first(
            "SELECT path FROM artifacts WHERE run = ? AND name = ?",
            [.text(self.id), .text(name)], { $0.text(0) })
          try database.run(
            "INSERT OR REPLACE INTO artifacts VALUES (?, ?, ?, ?, ?)",
            [
              .text(self.id), .text(name), .text(place), .integer(artifact.bytes),
              .text(artifact.digest),
            ])
        }
        return former
      }
      if let former, former != place { StoreFiles.remove(folder + "/" + former) }
      return artifact
    } catch {
      StoreFiles.remove(path)
      throw error
    }
  }

  /// The name, or the name with a number before its ending where a former file has it.
  private func freeName(_ name: String) throws -> String {
    guard state.withLock({ $0.lock != nil }) else { throw StoreError.ended(run: id) }
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    var place = name
    var number = 2
    while StoreFiles.exists(folder + "/" + place) {
      place = "\(name[..<dot]).\(number)\(name[dot...])"
      number += 1
    }
    return place
  }

  // MARK: The end

  /// Stores the result, and removes the checkpoint. Nothing can be written afterwards.
  ///
  /// Where this throws (a full disk) the run is still this writer's, and can be finished later.
  @discardableResult
  public func finish(
    metrics: JSON = .null, timings: JSON = .null, peakMemory: Int? = nil
  ) throws -> StoredRun {
    try end(.finished, metrics: metrics, timings: timings, peakMemory: peakMemory, error: nil)
  }

  /// Leaves the run to be gone on with later; metrics are those of the best state so far.
  @discardableResult
  public func interrupt(
    metrics: JSON = .null, timings: JSON = .null, peakMemory: Int? = nil
  ) throws -> StoredRun {
    try end(.interrupted, metrics: metrics, timings: timings, peakMemory: peakMemory, error: nil)
  }

  /// Records that the run ended with an error; a later claim tries again.
  @discardableResult
  public func fail(_ error: String, metrics: JSON = .null) throws -> StoredRun {
    try end(.failed, metrics: metrics, timings: .null, peakMemory: nil, error: error)
  }

  private func end(
    _ end: RunState, metrics: JSON, timings: JSON, peakMemory: Int?, error: String?
  ) throws -> StoredRun {
    try state.withLock { state in
      try self.update(&state, isDurable: true) { database in
        let now = StoreClock.now
        try database.run(
          """
          UPDATE runs SET state = ?, finished = ?, metrics = ?, timings = ?, peak_memory = ?,
            error = ? WHERE id = ?
          """,
          [
            .text(end.rawValue), end == .finished ? .real(now) : .null, .json(metrics),
            .json(timings), .optional(peakMemory), .optional(error), .text(self.id),
          ])
        if end == .finished {
          try database.run(
            "UPDATE runs SET checkpoint = NULL, checkpoint_step = NULL WHERE id = ?",
            [.text(self.id)])
        }
        // In the transaction: the row and its copy beside the files say the same.
        let record = try RunRecord.make(database, self.id)
        try StoreFiles.replace(self.folder + "/run.json", Array(record.serialized().utf8))
      }
      if end == .finished { self.removeLeftovers(checkpoint: nil) }
      state.lock = nil
    }
    return try store.run(prefix: id)
  }
}
