// The tables of the store, and how a database is opened and brought to this version.

import Glibc

enum Schema {
  static let version = 1
  /// "tlrs" in the header of the file.
  static let applicationID = 0x746c_7273

  static let statements = [
    """
    CREATE TABLE runs (
      id TEXT PRIMARY KEY, key TEXT NOT NULL, attempt INTEGER NOT NULL, kind TEXT NOT NULL,
      title TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
      finished REAL, seconds REAL NOT NULL, resumed INTEGER NOT NULL, program TEXT NOT NULL,
      configuration TEXT, data TEXT, seeds TEXT, machine TEXT, timings TEXT, peak_memory INTEGER,
      metrics TEXT, error TEXT, checkpoint TEXT, checkpoint_step INTEGER,
      UNIQUE (key, attempt)) STRICT
    """,
    "CREATE INDEX runs_created ON runs (created)",
    """
    CREATE TABLE series (
      id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      name TEXT NOT NULL, UNIQUE (run, name)) STRICT
    """,
    // A value that is NULL is not a number.
    """
    CREATE TABLE points (
      series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE, step INTEGER NOT NULL,
      value REAL, PRIMARY KEY (series, step)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE artifacts (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, name TEXT NOT NULL,
      path TEXT NOT NULL, bytes INTEGER NOT NULL, digest TEXT NOT NULL,
      PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE tags (
      run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, tag TEXT NOT NULL,
      PRIMARY KEY (run, tag)) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX tags_tag ON tags (tag)",
  ]

  /// Opens the database of a store, and makes its tables where there are none: with the runs whose
  /// records lie below `runs`, all at once, so that no other process sees the tables without them.
  static func open(_ path: String, runs: String, isReadOnly: Bool) throws -> Database {
    let database = try Database(path: path, isReadOnly: isReadOnly)
    let isEmpty = try database.first("PRAGMA page_count", [], { $0.int(0) }) == 0
    if isEmpty && !isReadOnly {
      // Both must stand before the first table.
      try database.run("PRAGMA auto_vacuum = INCREMENTAL")
      try useLog(database, path)
    }
    try database.run("PRAGMA foreign_keys = ON")
    try database.run("PRAGMA synchronous = NORMAL")
    if try check(database, path) || isReadOnly { return database }
    try database.transaction {
      // Another process may have made the tables meanwhile.
      if try check(database, path) { return }
      for statement in statements { try database.run(statement) }
      try database.run("PRAGMA application_id = \(applicationID)")
      try database.run("PRAGMA user_version = \(version)")
      try RunRecord.restore(runs, into: database)
    }
    return database
  }

  /// Whether the tables are there; throws when they are of a later version or of another program.
  private static func check(_ database: Database, _ path: String) throws -> Bool {
    let found = try database.first("PRAGMA user_version", [], { $0.int(0) }) ?? 0
    let application = try database.first("PRAGMA application_id", [], { $0.int(0) }) ?? 0
    let tables = try database.first("SELECT count(*) FROM sqlite_schema", [], { $0.int(0) }) ?? 0
    if application != applicationID && (application != 0 || tables > 0) {
      throw StoreError.foreign(path: path)
    }
    guard found <= version else {
      throw StoreError.newer(path: path, found: found, supported: version)
    }
    return found == version
  }

  /// Turns the write-ahead log on: readers and a writer do not wait for each other.
  private static func useLog(_ database: Database, _ path: String) throws {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    guard StoreFiles.hasSharedMemory(folder) else { return }
    // SQLite does not wait by itself when several processes ask for this at once.
    let end = StoreClock.now + Double(Database.patience)
    while true {
      do {
        return try database.run("PRAGMA journal_mode = WAL")
      } catch StoreError.locked where StoreClock.now < end {
        usleep(5_000)
      }
    }
  }
}
