// What can go wrong with the run store, as facts; all wording is in `description`.

import TLText

/// An error of the run store.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file or folder that cannot be made, read or written.
  case inputOutput(path: String, verb: String, reason: String)
  /// The disk, a quota or a limit of file size is exhausted.
  case full(path: String)
  case readOnly(path: String)
  /// The database was made by a later version of the program.
  case newer(path: String, found: Int, supported: Int)
  /// A SQLite database of something else.
  case foreign(path: String)
  /// Not a database, or one with a damaged page.
  case damaged(path: String, reason: String)
  /// Another process held the database for longer than the patience of this one.
  case locked(path: String, seconds: Int)
  /// What SQLite says beyond that.
  case database(path: String, code: Int, reason: String)
  /// No run begins with this prefix; `recent` are the newest ones.
  case unknownRun(prefix: String, recent: [String])
  case ambiguousRun(prefix: String, candidates: [String])
  /// What was given is not the beginning of a run's id.
  case badPrefix(String)
  /// A run that another process computes right now.
  case busy(run: String, process: Int, host: String)
  /// The file of a result is gone.
  case missingArtifact(run: String, name: String, path: String)
  /// Its bytes are not those that were stored.
  case changedArtifact(run: String, name: String, path: String)
  case unknownArtifact(run: String, name: String, names: [String])
  /// A name that cannot be a file's.
  case badName(String)
  /// A writer used after `finish`, `interrupt` or `fail`.
  case ended(run: String)

  public var description: String {
    switch self {
    case .inputOutput(let path, let verb, let reason):
      return "cannot \(verb) \(Self.quoted(path)): \(reason)"
    case .full(let path):
      return "cannot write \(Self.quoted(path)): the disk is full, or a limit of file size is "
        + "reached; free some space (forget(...) removes stored runs) and run again: what was "
        + "stored before is kept"
    case .readOnly(let path):
      return "cannot write to the run store \(Self.quoted(path)): it is read-only; give another "
        + "folder in the environment variable TL_STORE"
    case .newer(let path, let found, let supported):
      return "the run store \(Self.quoted(path)) has version \(found), this tl reads up to "
        + "version \(supported); update tl, or give another folder in TL_STORE"
    case .foreign(let path):
      return "expected a run store, \(Self.quoted(path)) is a database of another program; give "
        + "another folder in TL_STORE"
    case .damaged(let path, let reason):
      return "the database of the run store, \(Self.quoted(path)), is damaged (\(reason)); rename "
        + "it, for example with mv \(Self.quoted(path)) \(Self.quoted(path + ".damaged")), and run "
        + "again: a new one is made from the finished runs beside it, whose files are not touched"
    case .locked(let path, let seconds):
      return "the run store \(Self.quoted(path)) was held by another process for \(seconds) s; "
        + "wait for it to end, and run again"
    case .database(let path, let code, let reason):
      return "the run store \(Self.quoted(path)): \(reason) (SQLite error \(code))"
    case .unknownRun(let prefix, let recent):
      return "no stored run begins with \(Self.quoted(prefix))"
        + (recent.isEmpty
          ? "; the store is empty" : "; the newest are \(recent.joined(separator: ", "))")
    case .ambiguousRun(let prefix, let candidates):
      return "more than one stored run begins with \(Self.quoted(prefix)): "
        + candidates.joined(separator: ", ") + "; give more digits"
    case .badPrefix(let text):
      return "expected the beginning of a run's id, hexadecimal digits such as \"7f3a\", found "
        + Self.quoted(text)
    case .busy(let run, let process, let host):
      return "run \(run) is being computed by process \(process) on \(host); wait for it, or end it"
    case .missingArtifact(let run, let name, let path):
      return "\(Self.quoted(name)) of run \(run) is gone: no \(Self.quoted(path)); compute the run "
        + "anew with fresh: true, or remove it with forget(\"\(run)\")"
    case .changedArtifact(let run, let name, let path):
      return
        "\(Self.quoted(name)) of run \(run) is damaged: \(Self.quoted(path)) does not hold the "
        + "bytes that were stored; compute the run anew with fresh: true, or remove it with "
        + "forget(\"\(run)\")"
    case .unknownArtifact(let run, let name, let names):
      return "run \(run) has no \(Self.quoted(name))"
        + (names.isEmpty
          ? "; it has no files"
          : "; it has " + names.map { Self.quoted($0) }.joined(separator: ", "))
    case .badName(let name):
      return "expected the name of a file (letters, digits, - _ . and no slash), found "
        + Self.quoted(name)
    case .ended(let run):
      return "run \(run) has ended; nothing more can be written to it"
    }
  }

  private static func quoted(_ text: String) -> String { JSON.string(text).serialized() }
}
