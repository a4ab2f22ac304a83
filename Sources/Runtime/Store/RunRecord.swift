// RunRecord: a run as a JSON file beside its files. It is what is left when the database is lost: a
// new database is filled from these files.

import Glibc
import TLText

enum RunRecord {
  private static let columns = [
    "id", "key", "attempt", "kind", "title", "state", "created", "updated", "finished", "seconds",
    "resumed", "program", "peak_memory", "error", "checkpoint", "checkpoint_step",
  ]
  /// Columns that hold JSON.
  private static let documents = [
    "configuration", "data", "seeds", "machine", "timings", "metrics",
  ]

  /// The record of a run.
  static func make(_ database: Database, _ id: String) throws -> JSON {
    let all = columns + documents
    var fields = [JSONField("format", .int(Schema.version))]
    try database.run(
      "SELECT \(all.joined(separator: ", ")) FROM runs WHERE id = ?", [.text(id)]
    ) { row in
      for (index, name) in all.enumerated() where !row.isNull(index) {
        fields.append(JSONField(name, try value(row, index, name)))
      }
    }
    var tags: [JSON] = []
    try database.run("SELECT tag FROM tags WHERE run = ? ORDER BY tag", [.text(id)]) {
      tags.append(.string($0.text(0)))
    }
    var artifacts: [JSON] = []
    try database.run(
      "SELECT name, path, bytes, digest FROM artifacts WHERE run = ? ORDER BY name", [.text(id)]
    ) { row in
      artifacts.append(
        .object([
          JSONField("name", .string(row.text(0))), JSONField("path", .string(row.text(1))),
          JSONField("bytes", .int(row.int(2))), JSONField("digest", .string(row.text(3))),
        ]))
    }
    let history = try RunStore.history(database, id).map { series in
      JSON.object([
        JSONField("name", .string(series.name)),
        JSONField("steps", .array(series.steps.map(JSON.int))),
        // JSON has no infinity: such values stand as text.
        JSONField(
          "values",
          .array(series.values.map { $0.isFinite ? .number($0) : .string($0.description) })),
      ])
    }
    fields.append(JSONField("tags", .array(tags)))
    fields.append(JSONField("artifacts", .array(artifacts)))
    fields.append(JSONField("history", .array(history)))
    return .object(fields)
  }

  private static func value(_ row: Row, _ index: Int, _ name: String) throws -> JSON {
    switch name {
    case "attempt", "resumed", "peak_memory", "checkpoint_step": return .int(row.int(index))
    case "created", "updated", "finished", "seconds": return .number(row.double(index))
    default:
      let text = row.text(index)
      return documents.contains(name) ? try JSON.parse(text) : .string(text)
    }
  }

  /// Fills an empty database, within the transaction that makes its tables, from the records below
  /// `folder`; a file that is no record is left out.
  static func restore(_ folder: String, into database: Database) throws {
    let files = StoreFiles.names(in: folder).map { "\(folder)/\($0)/run.json" }
      .filter { (file: String) in access(file, R_OK) == 0 }
    for file in files {
      guard let text = try? FileBytes.readText(file), let record = try? JSON.parse(text),
        record["format"]?.int == Schema.version, let id = record["id"]?.string,
        file.hasSuffix("/\(id)/run.json")
      else { continue }
      try insert(record, id, into: database)
    }
  }

  private static func insert(_ record: JSON, _ id: String, into database: Database) throws {
    let all = columns + documents
    let values: [SQLValue] = all.map { name in
      guard let value = record[name], !value.isNull else { return .null }
      if documents.contains(name) { return .json(value) }
      switch value {
      case .int(let number): return .integer(number)
      case .number(let number): return .real(number)
      case .string(let text): return .text(text)
      default: return .null
      }
    }
    let places = Array(repeating: "?", count: all.count).joined(separator: ", ")
    // A record that lacks something is refused by the table, and left out.
    try database.run(
      "INSERT OR IGNORE INTO runs (\(all.joined(separator: ", "))) VALUES (\(places))", values)
    guard database.changes > 0 else { return }
    for tag in record["tags"]?.array ?? [] {
      guard let tag = tag.string else { continue }
      try database.run("INSERT OR IGNORE INTO tags VALUES (?, ?)", [.text(id), .text(tag)])
    }
    for artifact in record["artifacts"]?.array ?? [] {
      guard let name = artifact["name"]?.string, let path = artifact["path"]?.string,
        let bytes = artifact["bytes"]?.int, let digest = artifact["digest"]?.string
      else { continue }
      try database.run(
        "INSERT OR IGNORE INTO artifacts VALUES (?, ?, ?, ?, ?)",
        [.text(id), .text(name), .text(path), .integer(bytes), .text(digest)])
    }
    for series in record["history"]?.array ?? [] {
      guard let name = series["name"]?.string else { continue }
      let key: [SQLValue] = [.text(id), .text(name)]
      try database.run("INSERT OR IGNORE INTO series (run, name) VALUES (?, ?)", key)
      let number =
        try database.first(
          "SELECT id FROM series WHERE run = ? AND name = ?", key, { $0.int(0) }) ?? 0
      for (step, value) in zip(series["steps"]?.array ?? [], series["values"]?.array ?? []) {
        guard let step = step.int else { continue }
        let value = value.number ?? value.string.flatMap(Double.init) ?? .nan
        try database.run(
          "INSERT OR IGNORE INTO points VALUES (?, ?, ?)",
          [.integer(number), .integer(step), value.isNaN ? .null : .real(value)])
      }
    }
  }
}

extension StoreFiles {
  /// Writes a file beside `path`, flushes it and puts it in the place of `path`.
  static func replace(_ path: String, _ bytes: [UInt8]) throws {
    let partial = path + ".partial"
    let file = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw SystemReason.error(partial, "write") }
    var done = 0
    while done < bytes.count {
      let step = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if step < 0 && errno == EINTR { continue }
      guard step > 0 else {
        let error = SystemReason.error(path, "write")
        close(file)
        unlink(partial)
        throw error
      }
      done += step
    }
    let isFlushed = fsync(file) == 0
    let code = errno
    close(file)
    guard isFlushed, rename(partial, path) == 0 else {
      let error = SystemReason.error(path, "write", isFlushed ? errno : code)
      unlink(partial)
      throw error
    }
  }
}
