// PackedWeight: a weight in the layouts of the packed products. It is made on first use, by all threads
// that need it, and again after each change. A weight that is not in memory is packed from its source a
// few rows at a time, so that a model that is only read has its weights once.

import CKernels
import Glibc
import Synchronization

/// The two layouts of one weight.
final class PackedWeight: @unchecked Sendable {
  enum Direction: Int {
    /// y = x Wᵀ
    case forward = 0
    /// dx = dy W
    case backward = 1
  }

  private struct Layout {
    var buffer: UnsafeMutableRawPointer?
    var precision = tl_precision.float32
    var isCurrent = false
  }

  /// The columns of one panel, with the kernels in use.
  static var panelWidth: Int { max(1, tl_gemm_packed_size(1, 1, .float32) / 4) }

  private var layouts = (Layout(), Layout())
  /// What is being packed; threads that come meanwhile take part in it.
  private var job: PackingJob?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let ended = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(ended, nil)
  }

  deinit {
    layouts.0.buffer?.deallocate()
    layouts.1.buffer?.deallocate()
    pthread_cond_destroy(ended)
    pthread_mutex_destroy(mutex)
    ended.deallocate()
    mutex.deallocate()
  }

  func invalidate() {
    layouts.0.isCurrent = false
    layouts.1.isCurrent = false
  }

  /// The packed weight, made now if it is not there; safe from several threads.
  ///
  /// Throws where the weight cannot be read from its source.
  func buffer(
    _ direction: Direction, of weight: Parameter, _ precision: tl_precision
  ) throws -> UnsafeRawPointer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      let layout = direction == .forward ? layouts.0 : layouts.1
      if let buffer = layout.buffer, layout.isCurrent, layout.precision == precision {
        return UnsafeRawPointer(buffer)
      }
      if let job {
        work(at: job)
        while self.job === job { pthread_cond_wait(ended, mutex) }
        if let failure = job.failure { throw failure }
        continue
      }
      let job = PackingJob(direction, weight, precision, reusing: layout.buffer, layout.precision)
      let made = Layout(buffer: job.buffer, precision: precision, isCurrent: false)
      if direction == .forward { layouts.0 = made } else { layouts.1 = made }
      self.job = job
      work(at: job)
      while job.helpers > 0 { pthread_cond_wait(ended, mutex) }
      self.job = nil
      pthread_cond_broadcast(ended)
      if let failure = job.failure { throw failure }
      if direction == .forward { layouts.0.isCurrent = true } else { layouts.1.isCurrent = true }
    }
  }

  /// Packs pieces until there are none, without the lock that the caller holds.
  private func work(at job: PackingJob) {
    job.helpers += 1
    pthread_mutex_unlock(mutex)
    var failure: (any Error)?
    do { try job.run() } catch { failure = error }
    pthread_mutex_lock(mutex)
    job.helpers -= 1
    job.failure = job.failure ?? failure
    pthread_cond_broadcast(ended)
  }

  /// The precision in which a stale pack was last asked for; such are made again before the next
  /// step, in parallel.
  func stale(_ direction: Direction) -> tl_precision? {
    let layout = direction == .forward ? layouts.0 : layouts.1
    return layout.buffer != nil && !layout.isCurrent ? layout.precision : nil
  }
}

/// The packing of one weight in one direction, piece by piece.
private final class PackingJob {
  let buffer: UnsafeMutableRawPointer
  /// Threads at work, and what went wrong; under the lock of the weight.
  var helpers = 0
  var failure: (any Error)?

  private let weight: Parameter
  private let isForward: Bool
  private let precision: tl_precision
  private let n: Int
  private let k: Int
  private let panels: Int
  private let panelsOfPiece: Int
  private let next = Atomic<Int>(0)

  init(
    _ direction: PackedWeight.Direction, _ weight: Parameter, _ precision: tl_precision,
    reusing old: UnsafeMutableRawPointer?, _ oldPrecision: tl_precision
  ) {
    let (outputs, inputs) = weight.productShape
    self.weight = weight
    self.precision = precision
    isForward = direction == .forward
    n = isForward ? outputs : inputs
    k = isForward ? inputs : outputs
    panels = tl_gemm_panels(n, precision)
    panelsOfPiece = max(1, (1 << 18) / max(1, k * PackedWeight.panelWidth))
    if let old, oldPrecision == precision {
      buffer = old
    } else {
      old?.deallocate()
      buffer = .allocate(byteCount: max(64, tl_gemm_packed_size(n, k, precision)), alignment: 64)
    }
  }

  /// Packs pieces until none is left; called by several threads.
  func run() throws {
    let (outputs, inputs) = weight.productShape
    guard let source = weight.source else {
      // A weight whose rows were changed before they were all read.
      try weight.load()
      pack(weight.loadedPointer, inputs)
      return
    }
    guard isForward else {
      // A panel has some columns of all rows.
      guard next.wrappingAdd(panels, ordering: .relaxed).oldValue == 0 else { return }
      let whole = Storage(count: outputs * inputs)
      whole.willBeFilled()
      try source.read(0..<outputs * inputs, into: whole.pointer)
      tl_gemm_pack(whole.pointer, inputs, false, n, k, precision, 0, panels, buffer)
      return
    }
    let width = PackedWeight.panelWidth
    var rows: UnsafeMutablePointer<Float>?
    defer { rows?.deallocate() }
    while let piece = nextPiece() {
      let first = piece.lowerBound * width
      let last = min(outputs, piece.upperBound * width)
      let values = rows ?? .allocate(capacity: panelsOfPiece * width * inputs)
      rows = values
      try source.read(first * inputs..<last * inputs, into: values)
      tl_gemm_pack(
        values - first * inputs, inputs, true, n, k, precision, piece.lowerBound, piece.count,
        buffer)
    }
  }

  private func pack(_ values: UnsafePointer<Float>, _ inputs: Int) {
    while let piece = nextPiece() {
      tl_gemm_pack(
        values, inputs, isForward, n, k, precision, piece.lowerBound, piece.count, buffer)
    }
  }

  private func nextPiece() -> Range<Int>? {
    let first = next.wrappingAdd(panelsOfPiece, ordering: .relaxed).oldValue
    return first < panels ? first..<min(panels, first + panelsOfPiece) : nil
  }
}

extension Parameter {
  /// Outputs and inputs of the weight seen as a matrix; further dimensions belong to the inputs.
  var productShape: (outputs: Int, inputs: Int) {
    let outputs = shape.first ?? 1
    return (outputs, outputs == 0 ? 0 : count / outputs)
  }
}

/// Packs all weights that changed and were used packed before, over the threads of the pool.
func repack(_ parameters: [Parameter], on pool: ThreadPool) {
  var work: [(parameter: Parameter, direction: PackedWeight.Direction, precision: tl_precision)] =
    []
  for parameter in parameters {
    for direction in [PackedWeight.Direction.forward, .backward] {
      if let precision = parameter.packed.stale(direction),
        packedPrecision(parameter, precision == .bfloat16 ? .bf16 : .float32) != nil
      {
        work.append((parameter, direction, precision))
      }
    }
  }
  if work.isEmpty { return }
  let jobs = work
  let workers = pool.count
  pool.run { worker in
    var job = worker
    while job < jobs.count {
      let parameter = jobs[job].parameter
      // What fails here fails again, and is thrown, where the weight is multiplied with.
      _ = try? parameter.packed.buffer(
        jobs[job].direction, of: parameter, jobs[job].precision)
      job += workers
    }
  }
}
