// RunStore: what was computed, so that it is not computed twice. A folder with a SQLite database
// (`runs.sqlite`) and the files of the runs (`runs/ID/`). Any number of processes share it; a run
// belongs to the process that holds its lock (`locks/`). Deliberately no server, no daemon, no
// clean-up in the background.

import Glibc
import TLText

/// A store of runs in a folder.
public final class RunStore: Sendable {
  public let folder: String
  /// The folder or the database cannot be written to: what is stored can be read, nothing claimed.
  public let isReadOnly: Bool
  private let database: Database

  /// The version of the tables that this program reads and writes.
  public static let version = Schema.version

  /// The environment variable TL_STORE, or `.tl` in the working directory.
  public static var defaultFolder: String {
    guard let value = getenv("TL_STORE"), value.pointee != 0 else { return ".tl" }
    return String(cString: value)
  }

  /// Opens the store in a folder, and makes both where they are not there.
  ///
  /// Throws `StoreError`: a folder that cannot be made, a database that is damaged, of a later
  /// version or of another program.
  public init(folder: String) throws {
    var folder = folder.isEmpty ? "." : folder
    while folder.utf8.count > 1 && folder.hasSuffix("/") { folder.removeLast() }
    self.folder = folder
    let path = folder + "/runs.sqlite"
    let exists = StoreFiles.exists(path)
    isReadOnly = exists && (access(folder, W_OK) != 0 || access(path, W_OK) != 0)
    if !isReadOnly {
      try StoreFiles.makeFolder(folder + "/runs")
      try StoreFiles.makeFolder(folder + "/locks")
      guard access(folder, W_OK) == 0 else { throw SystemReason.error(folder, "write to") }
    }
    database = try Schema.open(path, runs: folder + "/runs", isReadOnly: isReadOnly)
  }

  /// Bytes of the whole store on the disk.
  public var size: Int { StoreFiles.size(folder) }

  func read<T>(_ body: (Database) throws -> T) throws -> T {
    try database.exclusively { try body(database) }
  }

  /// Changes the database as one transaction.
  ///
  /// - Parameter isDurable: the change survives a loss of power and not only the end of the process.
  func write<T>(isDurable: Bool = false, _ body: (Database) throws -> T) throws -> T {
    guard !isReadOnly else { throw StoreError.readOnly(path: folder) }
    return try database.exclusively {
      if isDurable { try database.run("PRAGMA synchronous = FULL") }
      defer { if isDurable { try? database.run("PRAGMA synchronous = NORMAL") } }
      return try database.transaction { try body(database) }
    }
  }

  func runFolder(_ id: String) -> String { "\(folder)/runs/\(id)" }

  func lockPath(_ key: String) -> String { "\(folder)/locks/\(key.prefix(32))" }

  // MARK: Finding and claiming

  /// The newest finished run of a key.
  public func find(key: String) throws -> StoredRun? {
    let key = RunRequest.normalized(key)
    return try read { try self.newest($0, key, isFinished: true) }
  }

  /// A finished run without the checkpoint that a process killed right at the end has left.
  private func tidied(_ run: StoredRun) -> Claim {
    if !isReadOnly {
      for name in StoreFiles.names(in: runFolder(run.id)) where name.hasPrefix("checkpoint-") {
        StoreFiles.remove(runFolder(run.id) + "/" + name)
      }
    }
    return .stored(run)
  }

  /// Finds the run, or makes it the caller's to compute.
  ///
  /// A run that was killed, interrupted or failed is taken over with its last checkpoint.
  /// - Parameter fresh: computes anew; the finished run of the key stays until it is forgotten.
  public func claim(_ request: RunRequest, fresh: Bool = false) throws -> Claim {
    if !fresh, let stored = try find(key: request.key) { return tidied(stored) }
    guard !isReadOnly else { throw StoreError.readOnly(path: folder) }
    let lock: RunLock
    switch try RunLock.take(lockPath(request.key)) {
    case .taken(let taken): lock = taken
    case .held(let owner): return .busy(owner)
    }
    // The holder of the lock may have finished between the first look and the lock.
    if !fresh, let stored = try find(key: request.key) { return tidied(stored) }
    let previous = try read {
      try self.newest($0, request.key, isFinished: false, isOurs: true)
    }
    if let previous, !fresh {
      let checkpoint = try read { try self.checkpoint($0, previous.id) }
      try write { database in
        try database.run(
          """
          UPDATE runs SET state = 'running', resumed = resumed + 1, updated = ?, error = NULL,
            program = ?, machine = ?, checkpoint = ?,
            checkpoint_step = CASE WHEN ? IS NULL THEN NULL ELSE checkpoint_step END
          WHERE id = ?
          """,
          [
            .real(StoreClock.now), .text(request.program),
            .text(MachineFacts.current.serialized()), .optional(checkpoint),
            .optional(checkpoint), .text(previous.id),
          ])
        // What came after the checkpoint is computed again.
        try database.run(
          """
          DELETE FROM points WHERE series IN (SELECT id FROM series WHERE run = ?)
            AND (? IS NULL OR step > ?)
          """,
          [
            .text(previous.id), .optional(checkpoint),
            .integer(previous.checkpointStep ?? Int.max),
          ])
        try self.addTags(database, previous.id, request.tags)
      }
      let writer = RunWriter(self, id: previous.id, request, lock, previous: previous)
      writer.removeUnrecorded(checkpoint: checkpoint)
      return .mine(writer, checkpoint: checkpoint.map { writer.folder + "/" + $0 })
    }
    if let previous { try remove(previous.id) }
    let attempt = try read { database in
      try database.first(
        "SELECT max(attempt) FROM runs WHERE key = ?", [.text(request.key)],
        { $0.isNull(0) ? 0 : $0.int(0) + 1 }) ?? 0
    }
    let id =
      attempt == 0
      ? String(request.key.prefix(16))
      : String(ContentKey.of(Array("\(request.key)/\(attempt)".utf8)).prefix(16))
    StoreFiles.remove(runFolder(id))
    try StoreFiles.makeFolder(runFolder(id))
    try write { database in
      let now = StoreClock.now
      try database.run(
        """
        INSERT INTO runs (id, key, attempt, kind, title, state, created, updated, seconds, resumed,
          program, configuration, data, seeds, machine)
        VALUES (?, ?, ?, ?, ?, 'running', ?, ?, 0, 0, ?, ?, ?, ?, ?)
        """,
        [
          .text(id), .text(request.key), .integer(attempt), .text(request.kind),
          .text(request.title), .real(now), .real(now), .text(request.program),
          .json(request.configuration), .json(request.data),
          .json(.array(request.seeds.map(JSON.int))), .json(MachineFacts.current),
        ])
      try self.addTags(database, id, request.tags)
    }
    let writer = RunWriter(self, id: id, request, lock, previous: nil)
    return .mine(writer, checkpoint: nil)
  }

  /// - Parameter isOurs: the caller holds the lock; who says that he is running was killed.
  private func newest(
    _ database: Database, _ key: String, isFinished: Bool, isOurs: Bool = false
  ) throws -> StoredRun? {
    try database.first(
      "SELECT \(RunStore.columns) FROM runs WHERE key = ? AND (state = 'finished') = ? "
        + "ORDER BY attempt DESC LIMIT 1",
      [.text(key), .integer(isFinished ? 1 : 0)],
      { try self.storedRun(database, $0, isOurs: isOurs) })
  }

  /// The name of a run's checkpoint, if its folder is there.
  private func checkpoint(_ database: Database, _ id: String) throws -> String? {
    let name = try database.first(
      "SELECT checkpoint FROM runs WHERE id = ?", [.text(id)], { $0.optionalText(0) })
    guard let name = name ?? nil, StoreFiles.isFolder(runFolder(id) + "/" + name) else {
      return nil
    }
    return name
  }

  func addTags(_ database: Database, _ id: String, _ tags: [String]) throws {
    for tag in tags {
      try database.run("INSERT OR IGNORE INTO tags VALUES (?, ?)", [.text(id), .text(tag)])
    }
  }

  /// Removes the row and then the files; the caller holds the lock.
  func remove(_ id: String) throws {
    try write(isDurable: true) { database in
      try database.run("DELETE FROM runs WHERE id = ?", [.text(id)])
    }
    StoreFiles.remove(runFolder(id))
  }
}

extension SQLValue {
  /// JSON as text; null as NULL.
  static func json(_ value: JSON) -> SQLValue {
    value.isNull ? .null : .text(value.serialized())
  }
}
