// Products: the three matrix products of a linear layer, and the weights packed for them. float32
// goes to OpenBLAS (one thread; parallel work is split above it), bf16 to the packed kernel.
// N rows of tokens, K inputs, M outputs; weights are [M, K] as checkpoints have them.

import CKernels
import COpenBLAS
import Glibc

/// How the inputs of matrix products are rounded; sums, weights and moments stay float32.
public enum Precision: String, Sendable {
  case float32
  case bf16
}

/// A weight in the two layouts of the packed product: made on first use, again after each change.
final class PackedWeight: @unchecked Sendable {
  enum Direction: Int {
    /// y = x Wᵀ
    case forward = 0
    /// dx = dy W
    case backward = 1
  }

  private var buffers: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) = (nil, nil)
  private var isCurrent = (false, false)
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { pthread_mutex_init(mutex, nil) }

  deinit {
    buffers.0?.deallocate()
    buffers.1?.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func invalidate() { isCurrent = (false, false) }

  /// The packed weight, made now if it is not there; safe from several threads.
  func buffer(_ direction: Direction, of weight: Parameter) -> UnsafeRawPointer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    let (outputs, inputs) = weight.productShape
    let isForward = direction == .forward
    let n = isForward ? outputs : inputs
    let k = isForward ? inputs : outputs
    let pointer: UnsafeMutableRawPointer
    if let made = isForward ? buffers.0 : buffers.1 {
      pointer = made
    } else {
      pointer = .allocate(byteCount: max(64, tl_gemm_packed_size(n, k, .bfloat16)), alignment: 64)
      if isForward { buffers.0 = pointer } else { buffers.1 = pointer }
    }
    if !(isForward ? isCurrent.0 : isCurrent.1) {
      tl_gemm_pack(
        weight.pointer, inputs, isForward, n, k, .bfloat16, 0, tl_gemm_panels(n, .bfloat16),
        pointer)
      if isForward { isCurrent.0 = true } else { isCurrent.1 = true }
    }
    return UnsafeRawPointer(pointer)
  }

  /// Whether a pack was ever asked for; such are made again before the next step, in parallel.
  func needsPacking(_ direction: Direction) -> Bool {
    direction == .forward ? buffers.0 != nil && !isCurrent.0 : buffers.1 != nil && !isCurrent.1
  }
}

extension Parameter {
  /// Outputs and inputs of the weight seen as a matrix; further dimensions belong to the inputs.
  var productShape: (outputs: Int, inputs: Int) {
    let outputs = tensor.shape.first ?? 1
    return (outputs, outputs == 0 ? 0 : count / outputs)
  }
}

/// Packs all weights that changed and were used packed before, over the threads of the pool.
func repack(_ parameters: [Parameter], on pool: ThreadPool) {
  var work: [(Parameter, PackedWeight.Direction)] = []
  for parameter in parameters {
    if parameter.packed.needsPacking(.forward) { work.append((parameter, .forward)) }
    if parameter.packed.needsPacking(.backward) { work.append((parameter, .backward)) }
  }
  if work.isEmpty { return }
  let jobs = work
  let workers = pool.count
  pool.run { worker in
    var job = worker
    while job < jobs.count {
      _ = jobs[job].0.packed.buffer(jobs[job].1, of: jobs[job].0)
      job += workers
    }
  }
}

/// y [N, M] = x [N, K] Wᵀ.
func multiplyForward(
  _ x: UnsafePointer<Float>, _ weight: Parameter, into y: UnsafeMutablePointer<Float>, rows: Int,
  precision: Precision
) {
  let (outputs, inputs) = weight.productShape
  if rows == 0 { return }
  if precision == .bf16 {
    tl_gemm(
      x, inputs, false, weight.packed.buffer(.forward, of: weight), y, outputs, rows, outputs,
      inputs, .bfloat16, nil)
    return
  }
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(inputs), 1, x,
    Int32(inputs), weight.pointer, Int32(inputs), 0, y, Int32(outputs))
}

/// dx [N, K] (+)= dy [N, M] W.
func multiplyBackward(
  _ dy: UnsafePointer<Float>, _ weight: Parameter, into dx: UnsafeMutablePointer<Float>,
  accumulate: Bool, rows: Int, precision: Precision
) {
  let (outputs, inputs) = weight.productShape
  if rows == 0 { return }
  if precision == .bf16 {
    var epilogue = tl_gemm_epilogue(
      bias: nil, sum: nil, activation: .identity, accumulate: accumulate)
    tl_gemm(
      dy, outputs, false, weight.packed.buffer(.backward, of: weight), dx, inputs, rows, inputs,
      outputs, .bfloat16, &epilogue)
    return
  }
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(inputs), Int32(outputs), 1, dy,
    Int32(outputs), weight.pointer, Int32(inputs), accumulate ? 1 : 0, dx, Int32(inputs))
}

/// dW [M, K] (+)= dyᵀ x.
func multiplyWeight(
  _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, into dw: UnsafeMutablePointer<Float>,
  accumulate: Bool, rows: Int, outputs: Int, inputs: Int, precision: Precision, scratch: Arena
) {
  if rows == 0 {
    if !accumulate { memset(dw, 0, outputs * inputs * MemoryLayout<Float>.stride) }
    return
  }
  if precision == .bf16 {
    let mark = scratch.mark
    let packed = scratch.allocate(UInt8.self, tl_gemm_packed_size(inputs, rows, .bfloat16))
    tl_gemm_pack(
      x, inputs, false, inputs, rows, .bfloat16, 0, tl_gemm_panels(inputs, .bfloat16), packed)
    var epilogue = tl_gemm_epilogue(
      bias: nil, sum: nil, activation: .identity, accumulate: accumulate)
    tl_gemm(
      dy, outputs, true, packed, dw, inputs, outputs, inputs, rows, .bfloat16, &epilogue)
    scratch.release(to: mark)
    return
  }
  cblas_sgemm(
    CblasRowMajor, CblasTrans, CblasNoTrans, Int32(outputs), Int32(inputs), Int32(rows), 1, dy,
    Int32(outputs), x, Int32(inputs), accumulate ? 1 : 0, dw, Int32(inputs))
}
