// SweepSlurm: the cells of a sweep as a job array of Slurm. Tasks write into the shared run store, which is
// all that is looked at; cells whose tasks are lost are submitted again.

import Glibc
import TLStore
import TLStudies
import TLSyntax

extension SweepRunner {
  private static let submissions = 3

  func runOnSlurm() throws {
    guard let executable = machine.executable else {
      throw call.problem(
        RuntimeRules.badArgument, "Slurm runs the program tl; this is another program")
    }
    if options.budget != nil {
      machine.notify(.note("sweep: a budget is not kept on Slurm; give `time` instead"))
    }
    var left = pending
    var logs: [String] = []
    for attempt in 1...Self.submissions {
      let job = try writeJob(cells: left)
      let log = "\(job).%a.log"
      logs.append(log)
      let array = try SlurmArray.submit(
        program: executable, job: job, cells: left.count, log: log,
        name: "tl-\(study.key.prefix(8))", options: options.slurm)
      machine.notify(.cost("sweep: Slurm job \(array.id) with \(counted(left.count, "cell"))"))
      do {
        left = try follow(array, left)
      } catch {
        array.cancel()
        throw error
      }
      unlink(job)
      if left.isEmpty { return }
      if attempt < Self.submissions {
        machine.notify(
          .note("sweep: \(counted(left.count, "cell")) lost by Slurm, submitted again"))
      }
    }
    for index in left {
      study.cells[index].state = .failed
      study.cells[index].error =
        "its task was lost \(Self.submissions) times; what it wrote is in \(logs.last ?? "")"
      doneHere += 1
      sayFailed(index)
    }
  }

  /// Waits until the array is gone; gives the cells that have no outcome then.
  private func follow(_ array: SlurmArray, _ cells: [Int]) throws -> [Int] {
    var left = cells
    var lastAsked = 0.0
    var isGone = false
    while true {
      try look(at: left)
      for index in left where study.cells[index].state != .missing {
        doneHere += 1
        if study.cells[index].state == .failed { sayFailed(index) } else { sayDone(index) }
      }
      left = left.filter { study.cells[$0].state == .missing }
      if left.isEmpty || isGone { return left }
      var details: [String] = []
      if Self.now - lastAsked >= 1 {
        lastAsked = Self.now
        switch try array.status() {
        // What it wrote last is looked at once more.
        case .gone: isGone = true
        case .inQueue(let waiting, let running):
          details = ["\(running) running, \(waiting) waiting"]
          machine.notify(
            .progress(
              label: "cells \(doneHere)/\(pending.count)",
              share: Double(doneHere) / Double(max(1, pending.count)),
              details: details + (failedHere > 0 ? ["\(failedHere) failed"] : []) + leftText()))
        }
      }
      try machine.poll()
      usleep(200_000)
    }
  }
}
