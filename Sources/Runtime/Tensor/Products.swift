// Products: the three matrix products of a linear layer. float32 goes to OpenBLAS (one thread; parallel
// work is split above it) or to the packed kernel, bf16 to the packed kernel (PackedWeight.swift).
// N rows of tokens, K inputs, M outputs; weights are [M, K] as checkpoints have them.

import CKernels
import COpenBLAS
import Glibc

/// How the inputs of matrix products are rounded; sums, weights and moments stay float32.
public enum Precision: String, Sendable {
  case float32
  case bf16
}

/// Whether the weight is packed once and kept so beside its values: always for bf16; for float32 where
/// `packsFloats`. A vocabulary's worth of rows is not kept twice.
func packedPrecision(_ weight: Parameter, _ precision: Precision) -> tl_precision? {
  if precision == .bf16 { return .bfloat16 }
  return packsFloats && weight.productShape.outputs <= 1 << 14 ? .float32 : nil
}

/// Whether the packed product is used for float32: with the kernels of AVX-512, which are faster than
/// OpenBLAS.
private var packsFloats: Bool {
  let level = tl_kernels_level()
  return level == .avx512 || level == .avx512BF16
}

/// For so many rows the time goes into bringing a large weight into the layout of the product, which
/// OpenBLAS is slow at.
private let fewRows = 48

/// The weights that a part of a product has at least, where it is split.
private let splitWeights = 1 << 21

/// y [N, M] = activation(x [N, K] Wᵀ + b); `sum`, where given, receives what the activation is
/// applied to. Throws where the weight cannot be read from its source.
func multiplyForward(
  _ x: UnsafePointer<Float>, _ weight: Parameter, _ bias: Parameter?, _ activation: Activation,
  sum: UnsafeMutablePointer<Float>?, into y: UnsafeMutablePointer<Float>, rows: Int,
  precision: Precision, scratch: Arena, isRecording: Bool, helpers: ThreadPool? = nil
) throws {
  let (outputs, inputs) = weight.productShape
  let bias = bias.map { UnsafePointer($0.pointer) }
  if rows == 0 { return }
  if let packed = packedPrecision(weight, precision) {
    var epilogue = tl_gemm_epilogue(
      bias: bias, sum: sum, activation: activation.kernel, accumulate: false)
    tl_gemm(
      x, inputs, false, try weight.packed.buffer(.forward, of: weight, packed), y, outputs, rows,
      outputs, inputs, packed, &epilogue)
    return
  }
  // What is only read, and is not in memory yet, can stand there packed.
  let packed: UnsafeRawPointer? =
    packsFloats && !isRecording && weight.source != nil
    ? try weight.packed.buffer(.forward, of: weight, .float32) : nil
  if packed == nil { try weight.load() }
  let product = sum ?? y
  // Parts so large that OpenBLAS computes each as it would the whole, and of whole panels.
  let parts = max(1, min(helpers?.count ?? 1, outputs * inputs / splitWeights))
  let unit = 64 * PackedWeight.panelWidth
  let share = ((outputs + parts - 1) / parts + unit - 1) / unit * unit
  let mark = scratch.mark
  defer { scratch.release(to: mark) }
  let blocks = (0..<parts).map { _ in
    packsFloats && packed == nil && rows <= fewRows ? PackedBlock(inputs: inputs, scratch) : nil
  }
  func multiply(_ part: Int) {
    let first = part * share
    guard first < outputs else { return }
    let columns = min(outputs, first + share) - first
    if let packed {
      tl_gemm(
        x, inputs, false, packed + first * inputs * MemoryLayout<Float>.stride, product + first,
        outputs, rows, columns, inputs, .float32, nil)
      return
    }
    let from = weight.loadedPointer + first * inputs
    if let block = blocks[part] {
      block.multiply(x, from, into: product + first, rows: rows, columns: columns, of: outputs)
    } else {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(columns), Int32(inputs), 1, x,
        Int32(inputs), from, Int32(inputs), 0, product + first, Int32(outputs))
    }
  }
  if let helpers, parts > 1 {
    helpers.run { worker in if worker < parts { multiply(worker) } }
  } else {
    multiply(0)
  }
  if bias != nil || activation != .identity {
    tl_bias_activation_forward(activation.kernel, product, bias, sum, y, rows, outputs)
  }
}

/// Some rows of a large weight, packed for one product at a time while they are in the cache.
private struct PackedBlock {
  let panels: UnsafeMutablePointer<UInt8>
  /// Rows of the weight, so far apart that a column of them does not fall on the same sets of the
  /// cache: memory is read in its order.
  let values: UnsafeMutablePointer<Float>
  let step: Int
  let inputs: Int
  /// The rows of a weight that it has room for.
  let columns: Int

  init(inputs: Int, _ scratch: Arena) {
    let bytesOfPanel = max(64, tl_gemm_packed_size(1, inputs, .float32))
    let count = max(1, (1 << 18) / bytesOfPanel)
    self.inputs = inputs
    columns = count * PackedWeight.panelWidth
    step = inputs + 16
    panels = scratch.allocate(UInt8.self, count * bytesOfPanel)
    values = scratch.floats(columns * step)
  }

  /// y [N, M] = x [N, K] Wᵀ, where rows of y are `stride` apart.
  func multiply(
    _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    rows: Int, columns all: Int, of stride: Int
  ) {
    for first in Swift.stride(from: 0, to: all, by: columns) {
      let count = min(columns, all - first)
      for row in 0..<count {
        (values + row * step).update(from: weight + (first + row) * inputs, count: inputs)
      }
      tl_gemm_pack(
        values, step, true, count, inputs, .float32, 0, tl_gemm_panels(count, .float32), panels)
      tl_gemm(
        x, inputs, false, panels, y + first, stride, rows, count, inputs, .float32, nil)
    }
  }
}

/// dx [N, K] (+)= dy [N, M] W.
func multiplyBackward(
  _ dy: UnsafePointer<Float>, _ weight: Parameter, into dx: UnsafeMutablePointer<Float>,
  accumulate: Bool, rows: Int, precision: Precision
) throws {
  let (outputs, inputs) = weight.productShape
  if rows == 0 { return }
  if let packed = packedPrecision(weight, precision) {
    var epilogue = tl_gemm_epilogue(
      bias: nil, sum: nil, activation: .identity, accumulate: accumulate)
    tl_gemm(
      dy, outputs, false, try weight.packed.buffer(.backward, of: weight, packed), dx, inputs, rows,
      inputs, outputs, packed, &epilogue)
    return
  }
  try weight.load()
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(inputs), Int32(outputs), 1, dy,
    Int32(outputs), weight.loadedPointer, Int32(inputs), accumulate ? 1 : 0, dx, Int32(inputs))
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
