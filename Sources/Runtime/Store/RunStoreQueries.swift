// Questions to the store: one run by the beginning of its id, lists, logs, files; and forgetting.

import TLText

extension RunStore {
  /// The columns that `storedRun` reads, in its order.
  static let columns = """
    id, key, attempt, kind, title, state, created, updated, finished, seconds, resumed, program, \
    configuration, data, seeds, machine, timings, peak_memory, metrics, error, checkpoint_step
    """

  func storedRun(_ database: Database, _ row: Row, isOurs: Bool = false) throws -> StoredRun {
    let id = row.text(0)
    let key = row.text(1)
    var tags: [String] = []
    try database.run("SELECT tag FROM tags WHERE run = ? ORDER BY tag", [.text(id)]) { row in
      tags.append(row.text(0))
    }
    return StoredRun(
      id: id, key: key, attempt: row.int(2), kind: row.text(3), title: row.text(4),
      state: state(row.text(5), key: key, isOurs: isOurs), created: row.double(6),
      updated: row.double(7),
      finished: row.optionalDouble(8), seconds: row.double(9), resumed: row.int(10),
      program: row.text(11), configuration: try json(row, 12), data: try json(row, 13),
      seeds: try json(row, 14).array?.compactMap(\.int) ?? [], machine: try json(row, 15),
      timings: try json(row, 16), peakMemory: row.optionalInt(17), metrics: try json(row, 18),
      error: row.optionalText(19), checkpointStep: row.optionalInt(20), tags: tags,
      folder: runFolder(id), store: self)
  }

  private func json(_ row: Row, _ column: Int) throws -> JSON {
    guard let text = row.optionalText(column) else { return .null }
    do {
      return try JSON.parse(text)
    } catch {
      throw StoreError.damaged(path: folder + "/runs.sqlite", reason: "a row holds no JSON")
    }
  }

  /// A run that says it is running, and whose process is gone, was interrupted.
  private func state(_ name: String, key: String, isOurs: Bool = false) -> RunState {
    let state = RunState(rawValue: name) ?? .failed
    guard state == .running, isOurs || !RunLock.isHeld(lockPath(key)) else { return state }
    return .interrupted
  }

  /// The run whose id begins with `prefix`.
  ///
  /// Throws `badPrefix`, `unknownRun` with the newest runs, or `ambiguousRun` with the candidates.
  public func run(prefix: String) throws -> StoredRun {
    let digits = prefix.lowercased()
    guard (1...64).contains(digits.utf8.count), digits.utf8.allSatisfy(RunRequest.isDigit) else {
      throw StoreError.badPrefix(prefix)
    }
    let found = try read { database in
      var found: [StoredRun] = []
      // A key names its newest run.
      let isKey = digits.utf8.count > 16
      let column = isKey ? "key" : "id"
      try database.run(
        "SELECT \(RunStore.columns) FROM runs WHERE \(column) >= ? AND \(column) < ? "
          + "ORDER BY \(isKey ? "attempt DESC" : "id") LIMIT 9",
        [.text(digits), .text(digits + "g")]
      ) { row in found.append(try self.storedRun(database, row)) }
      return isKey ? Array(found.prefix(1)) : found
    }
    guard let first = found.first else {
      let recent = try runs(RunFilter(limit: 5)).map(\.candidate)
      throw StoreError.unknownRun(prefix: prefix, recent: recent)
    }
    guard found.count == 1 else {
      let candidates = found.prefix(8).map { "\($0.id) (\($0.title.isEmpty ? $0.kind : $0.title))" }
      throw StoreError.ambiguousRun(
        prefix: prefix, candidates: candidates + (found.count > 8 ? ["…"] : []))
    }
    return first
  }

  /// Runs of a filter, the newest first.
  public func runs(_ filter: RunFilter = RunFilter()) throws -> [RunSummary] {
    var conditions: [String] = []
    var values: [SQLValue] = []
    func require(_ condition: String, _ value: SQLValue) {
      conditions.append(condition)
      values.append(value)
    }
    if let kind = filter.kind { require("kind = ?", .text(kind)) }
    if let title = filter.title { require("instr(title, ?) > 0", .text(title)) }
    if let since = filter.since { require("created >= ?", .real(since)) }
    if let tag = filter.tag {
      require("id IN (SELECT run FROM tags WHERE tag = ?)", .text(tag))
    }
    func setting(_ path: String) -> String {
      "iif(json_valid(configuration), json_extract(configuration, '$.\(path)'), NULL)"
    }
    let sql =
      """
      SELECT id, key, kind, title, state, created, finished, seconds, error, metrics,
        (SELECT total(bytes) FROM artifacts WHERE run = runs.id), \(setting("task")),
        \(setting("learning_rate")), \(setting("settings.epochs"))
      FROM runs
      """ + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
      + " ORDER BY created DESC, id"
    return try read { database in
      let lengths = try self.shortLengths(database)
      var found: [RunSummary] = []
      try database.run(sql, values) { row in
        if let limit = filter.limit, found.count >= limit { return }
        let state = self.state(row.text(4), key: row.text(1))
        guard filter.states.isEmpty || filter.states.contains(state) else { return }
        let id = row.text(0)
        found.append(
          RunSummary(
            id: id, shortID: String(id.prefix(lengths[id] ?? 16)), kind: row.text(2),
            title: row.text(3), state: state, created: row.double(5),
            finished: row.optionalDouble(6), seconds: row.double(7), bytes: row.int(10),
            error: row.optionalText(8), metricsText: row.optionalText(9),
            task: row.optionalText(11), learningRate: row.optionalDouble(12),
            epochs: row.optionalInt(13)))
      }
      return found
    }
  }

  /// How many digits tell each id from its neighbours in the order of ids.
  private func shortLengths(_ database: Database) throws -> [String: Int] {
    var ids: [String] = []
    try database.run("SELECT id FROM runs ORDER BY id") { ids.append($0.text(0)) }
    var lengths: [String: Int] = [:]
    lengths.reserveCapacity(ids.count)
    var before = 0
    for (index, id) in ids.enumerated() {
      let after =
        index + 1 < ids.count
        ? zip(id.utf8, ids[index + 1].utf8).prefix { $0 == $1 }.count : 0
      lengths[id] = max(4, max(before, after) + 1)
      before = after
    }
    return lengths
  }

  /// Which of these keys have a finished run, with its id.
  public func finished(keys: [String]) throws -> [String: String] {
    try read { database in
      var found: [String: String] = [:]
      for key in keys {
        let id = try database.first(
          "SELECT id FROM runs WHERE key = ? AND state = 'finished' ORDER BY attempt DESC LIMIT 1",
          [.text(RunRequest.normalized(key))], { $0.text(0) })
        if let id { found[key] = id }
      }
      return found
    }
  }

  /// What is stored of many keys, without reading their files: the newest finished run of each, else
  /// the newest of any state. Made for the cells of a study.
  public func outcomes(keys: [String]) throws -> [String: RunOutcome] {
    try read { database in
      var found: [String: RunOutcome] = [:]
      found.reserveCapacity(keys.count)
      for key in keys {
        let outcome = try database.first(
          "SELECT id, state, seconds, metrics, error FROM runs WHERE key = ? "
            + "ORDER BY state = 'finished' DESC, attempt DESC LIMIT 1",
          [.text(RunRequest.normalized(key))],
          {
            RunOutcome(
              id: $0.text(0), state: self.state($0.text(1), key: key), seconds: $0.double(2),
              metrics: try self.json($0, 3), error: $0.optionalText(4))
          })
        if let outcome { found[key] = outcome }
      }
      return found
    }
  }

  func history(of id: String) throws -> [LoggedSeries] {
    try read { try RunStore.history($0, id) }
  }

  static func history(_ database: Database, _ id: String) throws -> [LoggedSeries] {
    var found: [LoggedSeries] = []
    try database.run(
      """
      SELECT name, step, value FROM series JOIN points ON points.series = series.id
      WHERE run = ? ORDER BY name, step
      """, [.text(id)]
    ) { row in
      let name = row.text(0)
      if found.last?.name != name {
        found.append(LoggedSeries(name: name, steps: [], values: []))
      }
      found[found.count - 1].steps.append(row.int(1))
      found[found.count - 1].values.append(row.optionalDouble(2) ?? .nan)
    }
    return found
  }

  func artifacts(of id: String, _ folder: String) throws -> [StoredArtifact] {
    try read { database in
      var found: [StoredArtifact] = []
      try database.run(
        "SELECT name, path, bytes, digest FROM artifacts WHERE run = ? ORDER BY name", [.text(id)]
      ) { row in
        found.append(
          StoredArtifact(
            name: row.text(0), path: folder + "/" + row.text(1), bytes: row.int(2),
            digest: row.text(3)))
      }
      return found
    }
  }

  /// Adds tags to a run.
  public func tag(prefix: String, _ tags: [String]) throws {
    let id = try run(prefix: prefix).id
    try write { try self.addTags($0, id, tags) }
  }

  /// Removes a run with its files; answers the bytes freed.
  ///
  /// Throws what `run(prefix:)` throws, and `busy` for a run that a live process computes.
  public func forget(prefix: String) throws -> Int {
    let run = try run(prefix: prefix)
    guard !isReadOnly else { throw StoreError.readOnly(path: folder) }
    // The lock belongs to the key: a finished run may be removed while it is computed afresh.
    var lock: RunLock?
    if run.state != .finished {
      switch try RunLock.take(lockPath(run.key)) {
      case .taken(let taken): lock = taken
      case .held(let owner):
        throw StoreError.busy(run: run.id, process: owner.process, host: owner.host)
      }
    }
    let bytes = StoreFiles.size(run.folder)
    let pages = try pageBytes()
    try remove(run.id)
    try read { try $0.run("PRAGMA incremental_vacuum") }
    withExtendedLifetime(lock) {}
    return bytes + max(0, pages - (try pageBytes()))
  }

  private func pageBytes() throws -> Int {
    try read { database in
      let count = try database.first("PRAGMA page_count", [], { $0.int(0) }) ?? 0
      return count * (try database.first("PRAGMA page_size", [], { $0.int(0) }) ?? 0)
    }
  }
}

extension RunSummary {
  /// For messages: the beginning of the id and what the run is.
  var candidate: String { "\(shortID) (\(title.isEmpty ? kind : title))" }
}
