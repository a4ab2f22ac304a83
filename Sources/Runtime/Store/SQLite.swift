// A thin face on SQLite's C interface: a connection with cached prepared statements, values bound
// and read by kind, every answer checked.
//
// Not GRDB: its release build takes about 200 s and 1 GB of memory on two cores, more than the rest
// of the program, for a safety that this store gets from a few rules: one connection behind a
// mutex, no SQL from outside, every value bound, every write in an immediate transaction.

import CStore
import Glibc

/// A value of a column.
enum SQLValue {
  case null
  case integer(Int)
  case real(Double)
  case text(String)

  static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
  static func optional(_ number: Double?) -> SQLValue { number.map(SQLValue.real) ?? .null }
  static func optional(_ number: Int?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
}

/// One connection. Everything but `exclusively` belongs inside a body of `exclusively` once threads
/// share the object.
final class Database: @unchecked Sendable {
  let path: String
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let connection: OpaquePointer
  private var statements: [String: OpaquePointer] = [:]
  /// How long a statement waits for another process.
  static let patience = 60

  /// Opens the file, or makes it where `isReadOnly` is false.
  init(path: String, isReadOnly: Bool) throws {
    self.path = path
    var opened: OpaquePointer?
    var name = path
    var flags = SQLITE_OPEN_FULLMUTEX
    if isReadOnly {
      flags |= SQLITE_OPEN_READONLY
      // Without a write-ahead log beside it, nobody is writing: a folder that cannot be written to
      // has no place for the index that a shared log needs.
      if access(path + "-wal", F_OK) != 0 {
        name = "file:" + Database.escaped(path) + "?immutable=1"
        flags |= SQLITE_OPEN_URI
      }
    } else {
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    }
    let status = sqlite3_open_v2(name, &opened, flags, nil)
    guard status == SQLITE_OK, let opened else {
      let error = Database.error(
        status, path, opened.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory",
        opened.map { sqlite3_system_errno($0) } ?? 0)
      sqlite3_close_v2(opened)
      throw error
    }
    connection = opened
    mutex = .allocate(capacity: 1)
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
    pthread_mutex_init(mutex, &attributes)
    pthread_mutexattr_destroy(&attributes)
    sqlite3_extended_result_codes(connection, 1)
    sqlite3_busy_timeout(connection, Int32(Database.patience * 1000))
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(connection)
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Calls `body` while no other thread uses the connection; the same thread may nest calls.
  func exclusively<T>(_ body: () throws -> T) rethrows -> T {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Runs one statement to its end; calls `row` for each of its rows.
  func run(
    _ sql: String, _ values: [SQLValue] = [], row: (Row) throws -> Void = { _ in }
  ) throws {
    let statement = try prepared(sql)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      let status: Int32
      switch value {
      case .null: status = sqlite3_bind_null(statement, place)
      case .integer(let number): status = sqlite3_bind_int64(statement, place, Int64(number))
      case .real(let number): status = sqlite3_bind_double(statement, place, number)
      case .text(var text):
        status = text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) {
            tl_sqlite_bind_text(statement, place, $0.baseAddress, Int32(clamping: $0.count))
          }
        }
      }
      guard status == SQLITE_OK else { throw error(status) }
    }
    while true {
      errno = 0
      let status = sqlite3_step(statement)
      if status == SQLITE_DONE { return }
      // SQLite keeps the system's reason of some failures only.
      guard status == SQLITE_ROW else { throw error(status, system: errno) }
      try row(Row(statement: statement))
    }
  }

  /// The first row of a query, made into something; nil without rows.
  func first<T>(_ sql: String, _ values: [SQLValue] = [], _ make: (Row) throws -> T) throws -> T? {
    var found: T?
    try run(sql, values) { row in if found == nil { found = try make(row) } }
    return found
  }

  /// Rows changed by the last statement.
  var changes: Int { Int(sqlite3_changes(connection)) }

  /// Runs `body` as one change: all of it or nothing. Other processes read meanwhile.
  func transaction<T>(_ body: () throws -> T) throws -> T {
    try run("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      // After a full disk SQLite has rolled back by itself.
      if sqlite3_get_autocommit(connection) == 0 { try? run("ROLLBACK") }
      throw error
    }
  }

  private func prepared(_ sql: String) throws -> OpaquePointer {
    if let statement = statements[sql] { return statement }
    var statement: OpaquePointer?
    let status = sqlite3_prepare_v3(
      connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard status == SQLITE_OK, let statement else { throw error(status) }
    statements[sql] = statement
    return statement
  }

  private func error(_ status: Int32, system: Int32 = 0) -> StoreError {
    let own = sqlite3_system_errno(connection)
    return Database.error(
      status, path, String(cString: sqlite3_errmsg(connection)), own == 0 ? system : own)
  }

  /// What an answer of SQLite means for the store.
  private static func error(
    _ status: Int32, _ path: String, _ reason: String, _ system: Int32
  ) -> StoreError {
    switch status & 0xff {
    case SQLITE_BUSY, SQLITE_LOCKED: return .locked(path: path, seconds: patience)
    case SQLITE_FULL: return .full(path: path)
    case SQLITE_CORRUPT, SQLITE_NOTADB: return .damaged(path: path, reason: reason)
    case SQLITE_READONLY: return .readOnly(path: path)
    case SQLITE_IOERR where status == SQLITE_IOERR | 2 << 8 /* short read */:
      return .damaged(path: path, reason: "the file is cut")
    case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PERM:
      if [ENOSPC, EFBIG, EDQUOT].contains(system) { return .full(path: path) }
      if system == EROFS { return .readOnly(path: path) }
      return .inputOutput(
        path: path, verb: "use", reason: system == 0 ? reason : SystemReason.text(system))
    default: return .database(path: path, code: Int(status), reason: reason)
    }
  }

  /// A path inside a `file:` address.
  private static func escaped(_ path: String) -> String {
    path.utf8.reduce(into: "") { text, byte in
      let isPlain =
        byte > 0x20 && byte < 0x7f && !["%", "?", "#"].contains(Character(Unicode.Scalar(byte)))
      if isPlain {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16)
        text += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
  }
}

/// The row that a statement stands on; valid only inside the closure that receives it.
struct Row {
  fileprivate let statement: OpaquePointer

  func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
  }

  func int(_ column: Int) -> Int { Int(sqlite3_column_int64(statement, Int32(column))) }

  func double(_ column: Int) -> Double { sqlite3_column_double(statement, Int32(column)) }

  func text(_ column: Int) -> String {
    guard let bytes = sqlite3_column_text(statement, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }
  func optionalDouble(_ column: Int) -> Double? { isNull(column) ? nil : double(column) }
  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
}
