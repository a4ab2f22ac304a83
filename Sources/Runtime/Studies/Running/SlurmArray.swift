// SlurmArray: cells as the tasks of a job array of Slurm. Tasks write into the shared run store; what
// is asked of Slurm is only whether the array is still there. sbatch, squeue and scancel are found in
// PATH.

import Glibc
import TLText

/// A submitted job array.
public struct SlurmArray: Sendable {
  public struct Options: Sendable, Equatable {
    public var partition: String?
    /// As Slurm writes it: `60`, `1:00:00`, `2-0`.
    public var time: String?
    /// At most so many tasks run at once; nil: as many as there is room for.
    public var limit: Int?
    public var processors: Int?

    public init(
      partition: String? = nil, time: String? = nil, limit: Int? = nil, processors: Int? = nil
    ) {
      self.partition = partition
      self.time = time
      self.limit = limit
      self.processors = processors
    }
  }

  public let id: String

  /// The arguments of sbatch for an array whose task i computes cell i of the job's list.
  public static func arguments(
    program: String, job: String, cells: Int, log: String, name: String, options: Options
  ) -> [String] {
    var arguments = ["--parsable", "--job-name=\(name)", "--output=\(log)", "--open-mode=append"]
    var range = "--array=0-\(max(0, cells - 1))"
    if let limit = options.limit { range += "%\(limit)" }
    arguments.append(range)
    if let partition = options.partition { arguments.append("--partition=\(partition)") }
    if let time = options.time { arguments.append("--time=\(time)") }
    if let processors = options.processors { arguments.append("--cpus-per-task=\(processors)") }
    arguments.append(
      "--wrap=exec \(quoted(program)) sweep-worker \(quoted(job)) --task \"$SLURM_ARRAY_TASK_ID\"")
    return arguments
  }

  /// Submits; throws `StudyError` with what sbatch has said.
  public static func submit(
    program: String, job: String, cells: Int, log: String, name: String, options: Options
  ) throws -> SlurmArray {
    let result = try Command.run(
      "sbatch",
      arguments(
        program: program, job: job, cells: cells, log: log, name: name, options: options))
    guard result.status == 0,
      let id = result.output.split(whereSeparator: { $0 == "\n" || $0 == ";" }).first
    else {
      throw StudyError("sbatch has refused the job: \(result.lastLine)")
    }
    return SlurmArray(id: String(id).trimmingBlanks)
  }

  public enum Status: Sendable, Equatable {
    /// Tasks that wait and tasks that run.
    case inQueue(waiting: Int, running: Int)
    case gone
  }

  /// Whether tasks are left. Where squeue itself fails, the array is taken to be there still.
  public func status() throws -> Status {
    let result = try Command.run("squeue", ["-h", "-r", "-j", id, "-o", "%t"])
    // A job that is long gone is unknown to squeue.
    guard result.status == 0 else {
      return result.all.contains("Invalid job id") ? .gone : .inQueue(waiting: 0, running: 0)
    }
    let states = result.output.split(separator: "\n").map { String($0).trimmingBlanks }
    let ended = ["CD", "F", "CA", "TO", "NF", "OOM", "BF", "DL"]
    let left = states.filter { !ended.contains($0) }
    if left.isEmpty { return .gone }
    let running = left.count { $0 == "R" || $0 == "CG" }
    return .inQueue(waiting: left.count - running, running: running)
  }

  public func cancel() { _ = try? Command.run("scancel", [id]) }

  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}

/// A program that is run to its end.
enum Command {
  struct Result {
    var status: Int32
    var output: String
    var error: String

    var all: String { output + error }
    var lastLine: String {
      all.split(separator: "\n").last.map(String.init) ?? "it ended with status \(status)"
    }
  }

  /// The place of a program in PATH.
  static func find(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  static func run(_ name: String, _ arguments: [String]) throws -> Result {
    guard let program = find(name) else {
      throw StudyError(
        "there is no program `\(name)` in PATH; Slurm's are in the package slurm-client or slurm-wlm"
      )
    }
    guard let file = TemporaryFile(prefix: "/tmp/tl-command") else {
      throw StudyError("a temporary file cannot be made: \(String(cString: strerror(errno)))")
    }
    let path = file.path
    defer {
      close(file.descriptor)
      unlink(path)
    }
    let worker = try WorkerProcess(
      program: program, arguments: arguments, number: 0, errorPath: path)
    let (status, output) = worker.collect()
    return Result(
      status: status, output: output, error: (try? FileBytes.readText(path)) ?? "")
  }
}

extension WorkerProcess {
  /// Everything that it writes until it ends, and its status.
  func collect() -> (status: Int32, output: String) {
    var all = ""
    while true {
      let ended = hasEnded
      all += rest()
      if ended { break }
      WorkerProcess.wait([self], milliseconds: 100)
    }
    return (exitStatus, all)
  }
}

extension String {
  var trimmingBlanks: String {
    var text = Substring(self)
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text.drop { $0 == " " || $0 == "\t" })
  }
}
