// The thread that scripts are parsed, checked and run on. It has a large stack, lives as long as
// the process, and does one job at a time while its owner waits.

import Glibc
import TLInterpreter

public final class EvaluationThread: @unchecked Sendable {
  // `mutex` guards `job` and `isDone`.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var job: (() -> Void)?
  private var isDone = false

  /// Starts the thread.
  /// - Throws: `Problem` when the system gives no thread with so large a stack.
  public init() throws {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, LargeStack.size)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    // The thread and what it uses live until the process ends.
    let context = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, &attributes,
      { context in
        if let context {
          Unmanaged<EvaluationThread>.fromOpaque(context).takeUnretainedValue().work()
        }
        return nil
      }, context.toOpaque())
    if status != 0 {
      context.release()
      throw Problem(
        RuntimeRules.sizeLimit,
        "the system gave no thread with a stack of \(LargeStack.size >> 20) MB: "
          + String(cString: strerror(status)))
    }
  }

  /// Runs a job on the thread and waits for its result.
  public func run<Result>(_ body: () -> Result) -> Result {
    withoutActuallyEscaping(body) { body in
      var result: Result?
      pthread_mutex_lock(mutex)
      isDone = false
      job = { result = body() }
      pthread_cond_broadcast(condition)
      while !isDone { pthread_cond_wait(condition, mutex) }
      pthread_mutex_unlock(mutex)
      // The job has run, so there is a result.
      return result.unsafelyUnwrapped
    }
  }

  private func work() {
    while true {
      pthread_mutex_lock(mutex)
      while job == nil { pthread_cond_wait(condition, mutex) }
      var next = job
      job = nil
      pthread_mutex_unlock(mutex)
      next?()
      next = nil
      pthread_mutex_lock(mutex)
      isDone = true
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
  }
}
