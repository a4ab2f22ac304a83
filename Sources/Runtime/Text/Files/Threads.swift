// Work on a few threads of its own, without a run loop or a pool: the parts of one large file.

import Glibc
import Synchronization

enum Threads {
  /// Applies `body` to each item on a thread of its own, the first on the caller's, and returns the
  /// results in order. `isCancelled` is asked on the caller's thread only; the other threads see
  /// its answer.
  static func map<Item, R>(
    _ items: [Item], _ isCancelled: CancellationCheck,
    _ body: (Item, @escaping CancellationCheck) -> R
  ) -> [R] {
    if items.count <= 1 {
      return withoutActuallyEscaping(isCancelled) { isCancelled in
        items.map { body($0, isCancelled) }
      }
    }
    let stop = Stop()
    var results = [R?](repeating: nil, count: items.count)
    withoutActuallyEscaping(isCancelled) { isCancelled in
      withoutActuallyEscaping(body) { body in
        results.withUnsafeMutableBufferPointer { results in
          // Each thread writes its own slot, and all end before this scope does.
          nonisolated(unsafe) let slots = results
          nonisolated(unsafe) let items = items
          nonisolated(unsafe) let body = body
          var threads: [pthread_t] = []
          for index in 1..<items.count {
            let job = Job {
              slots[index] = body(items[index]) { stop.isOn.load(ordering: .relaxed) }
            }
            var thread = pthread_t()
            let box = Unmanaged.passRetained(job)
            let status = pthread_create(
              &thread, nil,
              { argument in
                if let argument {
                  Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().work()
                }
                return nil
              }, box.toOpaque())
            if status == 0 {
              threads.append(thread)
            } else {
              box.takeRetainedValue().work()
            }
          }
          slots[0] = body(items[0]) {
            if isCancelled() { stop.isOn.store(true, ordering: .relaxed) }
            return stop.isOn.load(ordering: .relaxed)
          }
          for thread in threads { pthread_join(thread, nil) }
        }
      }
    }
    return results.compactMap { $0 }
  }

  private final class Stop: Sendable {
    let isOn = Atomic(false)
  }

  private final class Job: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }
}
