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

/// Whether the packed product is used: always for bf16; for float32 where its kernels are those of
/// AVX-512, which are faster than OpenBLAS once the weight is packed. A vocabulary's worth of rows
/// is not packed, to keep memory low.
private func packedPrecision(_ weight: Parameter, _ precision: Precision) -> tl_precision? {
  if precision == .bf16 { return .bfloat16 }
  let level = tl_kernels_level()
  let isWide = level == .avx512 || level == .avx512BF16
  return isWide && weight.productShape.outputs <= 1 << 14 ? .float32 : nil
}

/// The weights that a part of a product has at least, where it is split.
private let splitWeights = 1 << 21

/// y [N, M] = activation(x [N, K] Wᵀ + b); `sum`, where given, receives what the activation is
/// applied to. Throws where the weight cannot be read from its source.
func multiplyForward(
  _ x: UnsafePointer<Float>, _ weight: Parameter, _ bias: Parameter?, _ activation: Activation,
  sum: UnsafeMutablePointer<Float>?, into y: UnsafeMutablePointer<Float>, rows: Int,
  precision: Precision, helpers: ThreadPool? = nil
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
  try weight.load()
  let product = sum ?? y
  let values = weight.loadedPointer
  func multiply(_ columns: Range<Int>) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(columns.count), Int32(inputs), 1,
      x, Int32(inputs), values + columns.lowerBound * inputs, Int32(inputs), 0,
      product + columns.lowerBound, Int32(outputs))
  }
  // Parts so large that OpenBLAS computes each as it would the whole.
  let parts = min(helpers?.count ?? 1, outputs * inputs / splitWeights)
  if let helpers, parts > 1 {
    let share = ((outputs + parts - 1) / parts + 63) & ~63
    helpers.run { worker in
      let first = worker * share
      if first < outputs { multiply(first..<min(first + share, outputs)) }
    }
  } else {
    multiply(0..<outputs)
  }
  if bias != nil || activation != .identity {
    tl_bias_activation_forward(activation.kernel, product, bias, sum, y, rows, outputs)
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
