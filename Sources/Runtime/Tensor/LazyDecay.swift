// LazyDecay: the rows of a table that a step has no gradient for. Rows that have had none yet only
// decay: all share one running product. Rows that have moments go on moving; their steps are kept and
// done together when the row is looked up next, which reads and writes its memory once for many
// steps. The bits are those of the steps done one by one.

import CKernels
import Glibc

/// What the rows of one table have still to receive.
public final class LazyDecay: @unchecked Sendable {
  /// The decay of all steps so far, for rows that have had no gradient.
  public internal(set) var product = 1.0
  /// Which rows have had a gradient.
  public internal(set) var isTouched: UnsafeMutablePointer<Bool>
  /// The rows that have had a gradient, in the order of their first.
  public internal(set) var touched: [Int32] = []
  public let rows: Int

  private let values: UnsafeMutablePointer<Float>
  private let first: Storage
  private let second: Storage
  private let columns: Int
  /// The steps that some rows have still to do, and how many of them each row has done.
  private var rests: [tl_adamw_rest] = []
  private var last = tl_adamw_step()
  private let done: UnsafeMutablePointer<Int32>
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// After so many steps all rows catch up.
  private static let mostRests = 64

  init(_ parameter: Parameter, moments: (first: Storage, second: Storage)) {
    rows = parameter.rows
    columns = parameter.columns
    values = parameter.loadedPointer
    first = moments.first
    second = moments.second
    isTouched = .allocate(capacity: max(1, rows))
    isTouched.initialize(repeating: false, count: max(1, rows))
    done = .allocate(capacity: max(1, rows))
    done.initialize(repeating: 0, count: max(1, rows))
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    isTouched.deallocate()
    done.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  var factor: Float { Float(product) }

  /// Makes a row take part from now on.
  func touch(_ row: Int32) {
    isTouched[Int(row)] = true
    touched.append(row)
    done[Int(row)] = Int32(rests.count)
  }

  /// Does the steps that a row has still to do; safe from several threads, which may share rows.
  func catchUp(_ row: Int) {
    guard isTouched[row] else { return }
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    move(row)
  }

  /// Not safe from several threads for one row.
  @inline(__always)
  private func move(_ row: Int) {
    let before = Int(done[row])
    if before >= rests.count { return }
    let start = row * columns
    rests.withUnsafeBufferPointer { rests in
      guard let base = rests.baseAddress else { return }
      tl_adamw_resting(
        values + start, first.pointer + start, second.pointer + start, columns, base + before,
        rests.count - before, last)
    }
    done[row] = Int32(rests.count)
  }

  /// Does everything that is pending; between steps.
  public func catchUpAll() {
    for row in touched { move(Int(row)) }
    for row in touched { done[Int(row)] = 0 }
    rests.removeAll(keepingCapacity: true)
  }

  /// One step: rows with a gradient move now, the others have it to do.
  func step(
    _ step: tl_adamw_step, gradients: RowGradients, on pool: ThreadPool
  ) {
    let workers = pool.count
    let found = gradients.touched
    pool.run { worker in
      for index in found.count * worker / workers..<found.count * (worker + 1) / workers {
        let row = Int(found[index])
        guard let gradient = gradients.gradient(ofRow: found[index]) else { continue }
        move(row)
        let start = row * columns
        tl_adamw(
          values + start, gradient, first.pointer + start, second.pointer + start, columns, step)
        done[row] += 1
      }
    }
    rests.append(tl_adamw_rest_of(step))
    last = step
    guard rests.count == Self.mostRests else { return }
    let all = touched
    pool.run { worker in
      for index in all.count * worker / workers..<all.count * (worker + 1) / workers {
        move(Int(all[index]))
        done[Int(all[index])] = 0
      }
    }
    rests.removeAll(keepingCapacity: true)
  }
}
