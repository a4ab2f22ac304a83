// What can go wrong with files and tables, as facts; all wording is in `description`.

/// An error of reading, writing, or computing with text and tables.
public enum TextError: Error, Equatable, Sendable, CustomStringConvertible {
  case noSuchFile(path: String)
  case isFolder(path: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// A fault of the content: `line` counts from 1, `message` says what was expected and found.
  case malformed(path: String?, line: Int?, message: String)
  /// Bytes that are not of the expected encoding.
  case encoding(path: String?, line: Int, message: String)
  case noSuchColumn(name: String, columns: [String])
  /// A fault of a row of a table.
  case invalidRow(Int, String)
  /// A row with a class, or a kind of entity, that is none of the task's.
  case unknownLabel(row: Int, String)
  /// A request that makes no sense for this table.
  case invalid(String)
  /// The caller's `isCancelled` said stop.
  case cancelled

  public var description: String {
    switch self {
    case .noSuchFile(let path): return "no file \(Self.quoted(path))"
    case .isFolder(let path): return "expected a file, \(Self.quoted(path)) is a folder"
    case .unreadable(let path, let reason): return "cannot read \(Self.quoted(path)): \(reason)"
    case .unwritable(let path, let reason): return "cannot write \(Self.quoted(path)): \(reason)"
    case .malformed(let path, let line, let message):
      return [path.map(Self.quoted), line.map { "line \($0)" }].compactMap { $0 }
        .joined(separator: ", ") + (path == nil && line == nil ? "" : ": ") + message
    case .encoding(let path, let line, let message):
      return TextError.malformed(path: path, line: line, message: message).description
    case .noSuchColumn(let name, let columns):
      let list = columns.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
      let rest = columns.count > 12 ? " and \(columns.count - 12) more" : ""
      return columns.isEmpty
        ? "no column `\(name)`; the table has no columns"
        : "no column `\(name)`; the table has \(list)\(rest)"
    case .invalidRow(let row, let message), .unknownLabel(let row, let message):
      return "row \(row): \(message)"
    case .invalid(let message): return message
    case .cancelled: return "stopped"
    }
  }

  /// The line of the fault, where there is one.
  public var line: Int? {
    switch self {
    case .malformed(_, let line, _): return line
    case .encoding(_, let line, _): return line
    default: return nil
    }
  }

  private static func quoted(_ path: String) -> String {
    JSON.string(path).serialized()
  }
}

/// Says whether a long operation should stop; asked every few thousand rows.
public typealias CancellationCheck = () -> Bool

/// The check of a caller that never cancels.
public func neverCancelled() -> Bool { false }
