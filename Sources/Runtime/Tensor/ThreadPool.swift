// ThreadPool: a few threads that live as long as the pool and wait for the next piece of work. The
// caller takes part as worker 0. OpenBLAS is told to use one thread: parallel work is split by
// sequences and by parameter ranges above it, never inside a matrix product.

import CKernels
import COpenBLAS
import Glibc

/// Persistent worker threads that all run the same body, each with its own number.
public final class ThreadPool: @unchecked Sendable {
  /// The number of workers, the calling thread included.
  public let count: Int

  private final class State: @unchecked Sendable {
    var mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    var work = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var body: ((Int) -> Void)?
    var generation = 0
    var remaining = 0
    var stopped = false

    init() {
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(work, nil)
      pthread_cond_init(done, nil)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      pthread_cond_destroy(work)
      pthread_cond_destroy(done)
      mutex.deallocate()
      work.deallocate()
      done.deallocate()
    }
  }

  private final class Start {
    let state: State
    let worker: Int
    init(state: State, worker: Int) {
      self.state = state
      self.worker = worker
    }
  }

  private let state = State()
  private var threads: [pthread_t] = []

  /// The number of processors that this process may use: `taskset` and Slurm give it some of all.
  public static var processors: Int {
    let allowed = Int(tl_processors())
    return allowed > 0 ? allowed : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// Starts `count - 1` threads.
  public init(count: Int = ThreadPool.processors) {
    openblas_set_num_threads(1)
    var started = 1
    for worker in 1..<max(1, count) + 1 where worker < count {
      var thread = pthread_t()
      let start = Unmanaged.passRetained(Start(state: state, worker: worker))
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      pthread_attr_setstacksize(&attributes, 8 << 20)
      let status = pthread_create(
        &thread, &attributes,
        { argument in
          guard let argument else { return nil }
          let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
          ThreadPool.loop(start.state, worker: start.worker)
          return nil
        }, start.toOpaque())
      pthread_attr_destroy(&attributes)
      guard status == 0 else {
        start.release()
        break
      }
      threads.append(thread)
      started += 1
    }
    self.count = started
  }

  deinit {
    pthread_mutex_lock(state.mutex)
    state.stopped = true
    pthread_cond_broadcast(state.work)
    pthread_mutex_unlock(state.mutex)
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs the body once per worker, at the same time, and returns when all are done.
  public func run(_ body: (_ worker: Int) -> Void) {
    guard count > 1 else { return body(0) }
    withoutActuallyEscaping(body) { body in
      pthread_mutex_lock(state.mutex)
      state.body = body
      state.generation += 1
      state.remaining = count - 1
      pthread_cond_broadcast(state.work)
      pthread_mutex_unlock(state.mutex)
      body(0)
      pthread_mutex_lock(state.mutex)
      while state.remaining > 0 { pthread_cond_wait(state.done, state.mutex) }
      state.body = nil
      pthread_mutex_unlock(state.mutex)
    }
  }

  /// A function of its own, so that this thread holds no reference to the body once it has run.
  @inline(never)
  private static func call(_ state: State, worker: Int) { state.body?(worker) }

  private static func loop(_ state: State, worker: Int) {
    var seen = 0
    while true {
      pthread_mutex_lock(state.mutex)
      while state.generation == seen && !state.stopped {
        pthread_cond_wait(state.work, state.mutex)
      }
      if state.stopped {
        pthread_mutex_unlock(state.mutex)
        return
      }
      seen = state.generation
      pthread_mutex_unlock(state.mutex)
      call(state, worker: worker)
      pthread_mutex_lock(state.mutex)
      state.remaining -= 1
      if state.remaining == 0 { pthread_cond_signal(state.done) }
      pthread_mutex_unlock(state.mutex)
    }
  }
}
