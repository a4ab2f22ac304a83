// A process that computes cells of a sweep: it runs the script silently up to the sweep, which then
// serves cells and ends the process.

import Glibc
import TLInterpreter
import TLStudies
import TLSyntax

extension Program {
  /// The file of this program; nil where the system does not say.
  static let path: String? = {
    guard let real = realpath("/proc/self/exe", nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }()
}

extension Shell {
  /// The exit code of a worker whose script has ended before the sweep.
  private static let noSweep: Int32 = 71

  func computeCells(job path: String, task: Int?, parent: Int?, number: Int, of count: Int) -> Int32
  {
    if let parent, !WorkerSide.settle(parent: parent, number: number, of: count) { return 0 }
    let job: SweepJob
    do {
      job = try SweepJob(path: path)
    } catch { return usageError("\(error)") }
    guard chdir(job.folder) == 0 else {
      return usageError("the folder \(job.folder) of the sweep is not there")
    }
    var cells: [Int]?
    if let task {
      guard job.cells.indices.contains(task) else {
        return usageError("the job has \(job.cells.count) cells, there is no number \(task)")
      }
      cells = [job.cells[task]]
    }
    let thread: EvaluationThread
    do {
      thread = try EvaluationThread()
    } catch { return usageError("\(error)") }
    return thread.run {
      let session = newSession(arguments: job.arguments)
      let machine = session.machine
      Interrupts.cancel(machine.cancellation, endsAtSecond: true)
      machine.output = { _ in }
      machine.notice = nil
      machine.storeFolder = job.store
      machine.sweepRole = SweepRole(study: job.study, cells: cells)
      session.show = { _ in }
      let settings = job.settings.compactMap { Setting($0) }
        .map { ($0.name, $0.value(machine)) }
      for input in job.inputs {
        let source = Source(name: input.name, text: input.text)
        let outcome = session.run(
          source, settings: input.isInput ? [] : settings, isInput: input.isInput)
        guard case .finished = outcome else { return code(of: outcome) }
      }
      streams.report(
        "the script ended before the sweep: what comes before it is not the same every time\n")
      return Self.noSweep
    }
  }
}
