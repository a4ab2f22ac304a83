// SweepWorkers: the cells of a sweep in processes of this program, each with its share of the processors.
// A worker runs the script silently up to the sweep and computes what it is told; results go through the
// run store, so a worker that dies costs its cell only, and that is tried again.

import Glibc
import TLStore
import TLStudies
import TLSyntax
import TLTransfer

extension SweepRunner {
  /// A cell whose worker has died so often is given up.
  private static let attempts = 3

  /// The job that other processes come to this sweep by.
  func writeJob(cells: [Int] = []) throws -> String {
    guard machine.program.isComplete, !machine.program.inputs.isEmpty else {
      throw call.problem(
        RuntimeRules.badArgument,
        "other processes run the script again up to the sweep, and here it has settings that cannot "
          + "be given to them")
    }
    let folder = SweepJob.absolute(SweepJob.folder(inStore: store.folder))
    let path = "\(folder)/\(study.key.prefix(16))-\(getpid()).json"
    try SweepJob(
      study: study.key, inputs: machine.program.inputs, settings: machine.program.settings,
      arguments: machine.scriptArguments, folder: SweepJob.absolute("."),
      store: SweepJob.absolute(store.folder), cells: cells
    ).write(to: path)
    return path
  }

  func runInWorkers() throws {
    guard let executable = machine.executable else { return }
    let job = try writeJob()
    defer { unlink(job) }
    let count = min(options.workers, pending.count)
    var queue = pending[...]
    var deaths: [Int: Int] = [:]
    var early = 0
    var workers: [WorkerProcess] = []
    defer { for worker in workers { worker.end() } }

    func start(_ number: Int) throws -> WorkerProcess {
      try WorkerProcess(
        program: executable,
        arguments: [
          "sweep-worker", job, "--parent", "\(getpid())", "--number", "\(number)", "--of",
          "\(count)",
        ], number: number, errorPath: "\(job).\(number).log")
    }
    func next() -> Int? {
      while let index = queue.popFirst() {
        if study.cells[index].state == .missing, isWithinBudget(index) { return index }
      }
      return nil
    }
    func give(_ worker: WorkerProcess) {
      worker.cell = nil
      if let index = next() {
        worker.since = Self.now
        worker.tell(index)
      } else {
        worker.dismiss()
      }
    }
    defer { for number in 0..<count { unlink("\(job).\(number).log") } }
    for number in 0..<count { workers.append(try start(number)) }
    while !workers.isEmpty {
      if machine.cancellation.isCancelled {
        stop(workers)
        try look(at: pending)
        try machine.poll()
      }
      WorkerProcess.wait(workers, milliseconds: 200)
      for worker in workers {
        for message in worker.messages() {
          switch message {
          case .ready:
            early = 0
            give(worker)
          case .progress(let share, let text): worker.progress = (share, text)
          case .done(let index):
            settle(index, seconds: Self.now - worker.since)
            give(worker)
          case .note(let text): machine.notify(.note(text))
          case .broken(let text):
            let problem = call.problem(RuntimeRules.badArgument, text)
            problem.isOfMachine = true
            throw problem
          }
        }
      }
      for (place, worker) in workers.enumerated().reversed() where worker.hasEnded {
        workers.remove(at: place)
        // What it said with its last breath.
        for case .done(let index) in worker.messages() {
          settle(index, seconds: Self.now - worker.since)
          worker.cell = nil
        }
        if let index = worker.cell {
          deaths[index, default: 0] += 1
          if deaths[index, default: 0] >= Self.attempts {
            study.cells[index].state = .failed
            study.cells[index].error =
              "its worker died \(Self.attempts) times, the last time \(worker.ending)"
            doneHere += 1
            sayFailed(index)
          } else {
            queue.insert(index, at: queue.startIndex)
          }
        } else if !worker.isDismissed {
          early += 1
          guard early < Self.attempts else {
            throw call.problem(
              RuntimeRules.badArgument,
              "the workers do not come as far as the sweep: the last one ended \(worker.ending)")
          }
        }
        if !queue.isEmpty { workers.append(try start(worker.number)) }
      }
      show(workers)
    }
  }

  /// Takes over a cell that a worker is done with.
  private func settle(_ index: Int, seconds: Double) {
    try? look(at: [index])
    doneHere += 1
    switch study.cells[index].state {
    case .finished: sayDone(index)
    case .failed: sayFailed(index)
    case .missing: break
    }
  }

  private func show(_ workers: [WorkerProcess]) {
    let busy = workers.filter { $0.cell != nil }
    let share = busy.reduce(Double(doneHere)) { $0 + min(1, $1.progress.share) }
    var details: [String] = []
    for worker in busy.prefix(2) {
      guard let index = worker.cell else { continue }
      details.append("\(study.title(study.cells[index])) \(worker.progress.text)")
    }
    if busy.count > 2 { details.append("and \(busy.count - 2) more") }
    if failedHere > 0 { details.append("\(failedHere) failed") }
    machine.notify(
      .progress(
        label: "cells \(doneHere)/\(pending.count)",
        share: share / Double(max(1, pending.count)), details: details + leftText()))
  }

  /// Lets the workers save what they have.
  private func stop(_ workers: [WorkerProcess]) {
    for worker in workers { worker.interrupt() }
    let end = Self.now + 10
    while Self.now < end, workers.contains(where: { !$0.hasEnded }) { usleep(20_000) }
    for worker in workers { worker.end() }
  }

  // MARK: The side of the worker

  /// Computes the cells that this process is there for, and ends it.
  func serve(_ role: SweepRole) throws -> Never {
    machine.keepsInterrupted = false
    SharedWork.shared.begin()
    var lastSaid = 0.0
    func code(_ body: () throws -> Void) -> Int32 {
      do {
        try body()
        return 0
      } catch is Interruption {
        return 130
      } catch let problem as Problem {
        WorkerSide.say(.broken(problem.message))
        return 70
      } catch {
        WorkerSide.say(.broken("\(error)"))
        return 70
      }
    }
    func compute(_ index: Int) throws {
      guard study.cells.indices.contains(index) else { return }
      try look(at: [index])
      while study.cells[index].state == .missing {
        // Another process has the cell: its result will do.
        if try self.compute(index, count: 1) { break }
        try machine.poll()
        usleep(100_000)
        try look(at: [index])
      }
    }
    say = { notice in
      switch notice {
      case .progress(_, let share, let details):
        let now = Self.now
        guard now - lastSaid >= 0.2 else { return }
        lastSaid = now
        WorkerSide.say(.progress(share: share, text: details.dropFirst().first ?? ""))
      case .note(let text): WorkerSide.say(.note(text))
      default: break
      }
    }
    if let cells = role.cells {
      let status = code { for index in cells { try compute(index) } }
      for index in cells where study.cells.indices.contains(index) {
        let cell = study.cells[index]
        print("\(study.title(cell)): \(cell.state.rawValue) \(cell.error ?? "")")
      }
      fflush(nil)
      _exit(status)
    }
    WorkerSide.say(.ready)
    while let index = WorkerSide.next() {
      let status = code { try compute(index) }
      if status != 0 { _exit(status) }
      WorkerSide.say(.done(cell: index))
    }
    _exit(0)
  }
}
