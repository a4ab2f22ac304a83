// PendingValues: numbers of a parameter that are still where they come from, such as a file. A row is
// read when it is first looked up and everything when everything is asked for; a weight that is only
// multiplied with is packed straight from its source (PackedWeight.swift) and never stands here.

import CKernels
import Synchronization

/// Where the values of a parameter can be read.
public protocol ValueSource: Sendable {
  /// Reads values of the whole in row-major order; called from several threads.
  ///
  /// Throws where they cannot be read, or are no longer those that were there at first.
  func read(_ range: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws
}

/// The rows of a parameter that have not been read yet.
final class PendingValues: @unchecked Sendable {
  private struct State {
    /// What rows are multiplied by when they come, one after the other.
    var factors: [Float] = []
    /// Why the values could not be read for someone who cannot throw.
    var failure: (any Error)?
  }

  let source: any ValueSource
  private let storage: Storage
  private let rows: Int
  private let columns: Int
  /// Written under the lock, after the row was; read without it.
  private let isPresent: UnsafeMutablePointer<Atomic<Bool>>
  private let hasAll = Atomic<Bool>(false)
  private let differs = Atomic<Bool>(false)
  private let state = Mutex(State())
  /// Numbers that one thread reads at a time when everything is read.
  private static let part = 1 << 20

  init(_ source: any ValueSource, into storage: Storage, rows: Int, columns: Int) {
    self.source = source
    self.storage = storage
    self.rows = rows
    self.columns = columns
    isPresent = .allocate(capacity: max(1, rows))
    for row in 0..<rows { (isPresent + row).initialize(to: Atomic(false)) }
  }

  deinit {
    isPresent.deinitialize(count: rows)
    isPresent.deallocate()
  }

  /// Whether all values are in memory.
  var isComplete: Bool { hasAll.load(ordering: .acquiring) }

  /// Whether rows were scaled, replaced or taken for zeros, so that the source does not say what the
  /// values are.
  var isChanged: Bool { differs.load(ordering: .acquiring) }

  @inline(__always)
  private func has(_ row: Int) -> Bool { isPresent[row].load(ordering: .acquiring) }

  /// Reads those of the rows that are not there; negative numbers are no rows.
  func require(_ ids: UnsafePointer<Int32>, _ count: Int) throws {
    if isComplete { return }
    var index = 0
    while index < count, ids[index] < 0 || has(Int(ids[index])) { index += 1 }
    if index == count { return }
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      while index < count {
        let first = Int(ids[index])
        index += 1
        if first < 0 || has(first) { continue }
        var end = first + 1
        while index < count, Int(ids[index]) == end, !has(end) {
          end += 1
          index += 1
        }
        try read(first..<end, state.factors)
        for row in first..<end { isPresent[row].store(true, ordering: .releasing) }
      }
    }
  }

  /// Says that a row is about to be written whole; what the source has of it counts no more.
  func replace(_ row: Int) {
    differs.store(true, ordering: .releasing)
    state.withLock { _ in isPresent[row].store(true, ordering: .releasing) }
  }

  /// Reads all rows that are not there.
  func complete() throws {
    if isComplete { return }
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      try completeLocked(state.factors)
    }
  }

  /// As `complete`; a failure is kept and thrown by whoever asks next.
  func completeOrFail() {
    if isComplete { return }
    state.withLock { state in
      guard state.failure == nil else { return }
      do {
        try completeLocked(state.factors)
      } catch {
        state.failure = error
        // Nothing may go past the failure to the source.
        differs.store(true, ordering: .releasing)
      }
    }
  }

  /// Multiplies the rows that are in memory now and those that are not when they come; rows that the
  /// condition refuses must be in memory.
  func scale(by factor: Float, where isScaled: (Int) -> Bool) {
    differs.store(true, ordering: .releasing)
    state.withLock { state in
      for row in 0..<rows where has(row) && isScaled(row) {
        tl_scale(
          storage.pointer + row * columns, factor, storage.pointer + row * columns, columns)
      }
      if !isComplete { state.factors.append(factor) }
    }
  }

  private func read(_ range: Range<Int>, _ factors: [Float]) throws {
    let values = storage.pointer + range.lowerBound * columns
    let count = range.count * columns
    try source.read(range.lowerBound * columns..<range.upperBound * columns, into: values)
    for factor in factors { tl_scale(values, factor, values, count) }
  }

  private func completeLocked(_ factors: [Float]) throws {
    if isComplete { return }
    let most = max(1, Self.part / max(1, columns))
    var parts: [Range<Int>] = []
    var row = 0
    while row < rows {
      if has(row) {
        row += 1
        continue
      }
      var end = row + 1
      while end < rows, end - row < most, !has(end) { end += 1 }
      parts.append(row..<end)
      row = end
    }
    if parts.count * 2 > rows / most { storage.willBeFilled() }
    let jobs = parts
    let next = Atomic<Int>(0)
    let failure = Mutex<(any Error)?>(nil)
    // Small ones are not worth the start of a thread.
    let pool = ThreadPool(count: min(ThreadPool.processors, max(1, rows / most / 4)))
    pool.run { _ in
      while true {
        let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if job >= jobs.count { return }
        do {
          try read(jobs[job], factors)
          for row in jobs[job] { isPresent[row].store(true, ordering: .releasing) }
        } catch {
          failure.withLock { $0 = $0 ?? error }
          return
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    hasAll.store(true, ordering: .releasing)
  }
}
