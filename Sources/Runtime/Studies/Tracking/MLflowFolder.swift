// MLflowFolder: runs in MLflow's file layout (mlruns/EXPERIMENT/RUN): meta.yaml, params, metrics, tags.
// MLflow reads it with MLFLOW_ALLOW_FILE_STORE=true, and `mlflow migrate-filestore` takes it over into a
// database.

import Glibc
import TLStore
import TLText

/// Writes runs for MLflow.
public enum MLflowFolder {
  /// Adds runs to the experiment of that name below `folder`, which is made. Gives the experiment's
  /// folder.
  public static func write(
    _ runs: [TrackedRun], experiment name: String, to folder: String
  ) throws -> String {
    // Digits of the name's hash: the same name is the same experiment.
    let digest = ContentKey.of(Array(name.utf8))
    let id = String(
      (UInt64(digest.prefix(15), radix: 16) ?? 1) % 900_000_000_000_000_000
        + 100_000_000_000_000_000)
    let root = SweepJob.absolute(folder)
    let place = "\(folder)/\(id)"
    try make("\(folder)/.trash")
    try make(place)
    let now = milliseconds(runs.map(\.ended).max() ?? 0)
    try AtomicFile.write(
      "\(place)/meta.yaml",
      text: """
        artifact_location: \(quoted("\(root)/\(id)"))
        creation_time: \(milliseconds(runs.map(\.started).min() ?? 0))
        experiment_id: '\(id)'
        last_update_time: \(now)
        lifecycle_stage: active
        name: \(quoted(name))

        """)
    for run in runs { try write(run, experiment: id, place: place, root: root) }
    return place
  }

  private static func write(
    _ run: TrackedRun, experiment: String, place: String, root: String
  ) throws {
    // 32 digits, of which the first 16 are the run's own.
    let id = String((run.id + ContentKey.of(Array(run.id.utf8))).prefix(32))
    let folder = "\(place)/\(id)"
    for part in ["artifacts", "metrics", "params", "tags"] { try make("\(folder)/\(part)") }
    try AtomicFile.write(
      "\(folder)/meta.yaml",
      text: """
        artifact_uri: \(quoted("\(root)/\(experiment)/\(id)/artifacts"))
        end_time: \(run.isFinished ? String(milliseconds(run.ended)) : "null")
        entry_point_name: ''
        experiment_id: '\(experiment)'
        lifecycle_stage: active
        run_id: \(id)
        run_name: \(quoted(run.title))
        run_uuid: \(id)
        source_name: ''
        source_type: 4
        source_version: ''
        start_time: \(milliseconds(run.started))
        status: \(run.isFinished ? 3 : 1)
        tags: []
        user_id: tl

        """)
    for (name, value) in run.parameters {
      try file("\(folder)/params", name, value.cellText)
    }
    for series in run.series {
      let lines = series.points.map { point in
        "\(milliseconds(run.time(of: point.step))) \(number(point.value)) \(point.step)\n"
      }
      try file("\(folder)/metrics", series.name, lines.joined())
    }
    for (name, value) in [
      ("mlflow.runName", run.title), ("mlflow.user", "tl"), ("mlflow.source.name", "tl"),
      ("mlflow.source.type", "LOCAL"), ("tl.version", run.version), ("tl.run", run.id),
    ] { try file("\(folder)/tags", name, value) }
  }

  /// Names with a slash are files in subfolders; letters that MLflow refuses become `_`.
  private static func file(_ folder: String, _ name: String, _ text: String) throws {
    let plain = String(
      name.map { character in
        character.isASCII && (character.isLetter || character.isNumber)
          || "_-. /".contains(character) ? character : "_"
      })
    if let slash = plain.lastIndex(of: "/") { try make("\(folder)/\(plain[..<slash])") }
    try AtomicFile.write("\(folder)/\(plain)", text: text)
  }

  private static func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }

  private static func number(_ value: Double) -> String {
    value.isNaN ? "nan" : value.isInfinite ? (value < 0 ? "-inf" : "inf") : "\(value)"
  }

  /// A text of YAML in single quotes.
  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''").replacing("\n", with: " ") + "'"
  }

  /// Makes a folder with those above it.
  public static func make(_ folder: String) throws {
    var path = ""
    for part in folder.split(separator: "/", omittingEmptySubsequences: false) {
      path += (path.isEmpty && part.isEmpty) ? "/" : part.isEmpty ? "" : part + "/"
      if path.isEmpty || path == "/" { continue }
      if mkdir(path, 0o777) != 0, errno != EEXIST {
        throw StudyError(
          "cannot make the folder \(path): \(String(cString: strerror(errno)).lowercased())")
      }
    }
  }
}
