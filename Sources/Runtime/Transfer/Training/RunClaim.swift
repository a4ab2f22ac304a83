// RunClaim: the way of every run through the store: the stored result, or the right to make it, waiting
// while another process does; and what all runs read back from there alike.

import Glibc
import TLStore
import TLText

/// Finds a run in the store, or makes it.
///
/// Throws what `request`, `stored` and `make` throw, after noting the failure of the latter in the
/// store; `Stopped` when asked to stop while another process makes the same run.
/// - Parameters:
///   - store: nil: nothing is looked up or kept.
///   - fresh: makes it anew though there is a stored one.
///   - request: what the run is; asked only where there is a store.
///   - make: the work; a writer where there is a store, and the folder of a checkpoint to go on from.
func remembered<Run>(
  in store: RunStore?, fresh: Bool, isStopped: () -> Bool,
  request: (RunStore) throws -> RunRequest, stored: (StoredRun) throws -> Run,
  make: (_ writer: RunWriter?, _ checkpoint: String?) throws -> Run
) throws -> Run {
  guard let store else {
    do {
      return try make(nil, nil)
    } catch let error as NotBegun {
      throw error.reason
    }
  }
  let request = try request(store)
  while true {
    switch try store.claim(request, fresh: fresh) {
    case .stored(let run): return try stored(run)
    case .mine(let writer, let checkpoint):
      do {
        return try make(writer, checkpoint)
      } catch {
        let reason = (error as? NotBegun)?.reason ?? error
        _ = try? writer.fail("\(reason)")
        // Nothing was computed: there is nothing to remember.
        if error is NotBegun, writer.previous == nil { _ = try? store.forget(prefix: writer.id) }
        throw reason
      }
    // Another process makes this very run: its result will be ours.
    case .busy:
      if isStopped() { throw Stopped() }
      usleep(100_000)
    }
  }
}

/// Why the work did not begin.
private struct NotBegun: Error {
  let reason: any Error
}

/// Does what has to be done before the work of a run; where it fails, no run is left behind.
func preparing<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch {
    throw NotBegun(reason: error)
  }
}

extension StoredRun {
  /// What `history.json` holds.
  func trainingHistory() throws -> TrainingHistory {
    let path = try intactArtifact("history.json").path
    guard let history = TrainingHistory(try JSON.parse(FileBytes.readText(path))) else {
      throw TransferError("\(path): this is not the history of a run")
    }
    return history
  }
}

extension AdaptedRun.Facts {
  /// What a stored run cost.
  init(_ stored: StoredRun) {
    trainedParameters = stored.metrics["trained_parameters"]?.int ?? 0
    totalParameters = stored.metrics["total_parameters"]?.int ?? 0
    trainSeconds = stored.metrics["train_seconds"]?.number ?? 0
    rowsPerSecond = stored.metrics["rows_per_second"]?.number ?? 0
    peakMemory = stored.metrics["peak_memory"]?.int ?? 0
    truncated = stored.metrics["truncated"]?.int ?? 0
    truncatedTargets = stored.metrics["truncated_targets"]?.int ?? 0
    cpuSeconds = stored.metrics["cpu_seconds"]?.number ?? 0
    measuredJoules = stored.metrics["measured_joules"]?.number
    isInterrupted = stored.state == .interrupted
  }
}

extension [TaskPart: [TrainingHistory.Metric]] {
  /// The metrics of the parts that are fields of an object of JSON.
  init(stored: JSON?) {
    self = [:]
    for part in TaskPart.allCases {
      guard let fields = stored?[part.rawValue]?.object else { continue }
      self[part] = fields.map { TrainingHistory.Metric($0.key, $0.value.number ?? .nan) }
    }
  }

  /// As fields of an object of JSON.
  var fields: [JSONField] {
    TaskPart.allCases.compactMap { part in
      self[part].map { list in
        JSONField(part.rawValue, .object(list.map { JSONField($0.name, .number($0.value)) }))
      }
    }
  }
}
