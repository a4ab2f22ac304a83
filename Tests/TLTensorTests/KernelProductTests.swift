// The packed matrix product and attention against their naive twins, and attention's twin against
// finite differences.

import CKernels
import TLTestSupport
import Testing

/// A packed right side.
private func packed(
  _ b: [Float], stride: Int, transposed: Bool, n: Int, k: Int, _ precision: tl_precision
) -> [UInt8] {
  // 0xFF is NaN: what packing leaves out shows.
  var bytes = [UInt8](repeating: 0xFF, count: tl_gemm_packed_size(n, k, precision))
  let panels = tl_gemm_panels(n, precision)
  // In two parts, as two threads would.
  tl_gemm_pack(b, stride, transposed, n, k, precision, panels / 2, panels - panels / 2, &bytes)
  tl_gemm_pack(b, stride, transposed, n, k, precision, 0, panels / 2, &bytes)
  return bytes
}

@Suite struct KernelProductTests {
  private func check(
    level: tl_level, m: Int, n: Int, k: Int, _ precision: tl_precision, variant: Int,
    _ numbers: inout TestRandom
  ) {
    let (transposedA, transposedB) = (variant & 1 != 0, variant & 2 != 0)
    let lda = (transposedA ? m : k) + variant % 3
    let ldb = (transposedB ? k : n) + variant % 2
    let ldc = n + variant % 4
    let a = numbers.floats((transposedA ? k : m) * lda)
    let b = numbers.floats((transposedB ? n : k) * ldb)
    let bias = numbers.floats(n)
    let before = numbers.floats(m * ldc)
    func product(_ level: tl_level) -> (c: [Float], sum: [Float]) {
      withLevel(level) {
        let right = packed(b, stride: ldb, transposed: transposedB, n: n, k: k, precision)
        var c = before
        var sum = before
        bias.withUnsafeBufferPointer { bias in
          sum.withUnsafeMutableBufferPointer { sum in
            var epilogue = tl_gemm_epilogue(
              bias: variant & 4 != 0 ? bias.baseAddress : nil,
              sum: variant & 8 != 0 ? sum.baseAddress : nil,
              activation: variant & 16 != 0 ? .gelu : .identity, accumulate: variant & 32 != 0)
            tl_gemm(a, lda, transposedA, right, &c, ldc, m, n, k, precision, &epilogue)
          }
        }
        return (c, sum)
      }
    }
    let (got, want) = (product(level), product(.naive))
    let tolerance = 1e-5 * Float(k + 1).squareRoot()
    let what = "\(m) x \(n) x \(k), \(precision), variant \(variant)"
    expectClose(got.c, want.c, absolute: tolerance, relative: 1e-5, what)
    expectClose(got.sum, want.sum, absolute: tolerance, relative: 1e-5, "sum, " + what)
  }

  @Test(arguments: fastLevels) func productEqualsItsTwin(level: tl_level) {
    var numbers = TestRandom(seed: 1)
    for _ in 0..<600 {
      check(
        level: level, m: 1 + numbers.below(65), n: 1 + numbers.below(65), k: 1 + numbers.below(65),
        numbers.below(2) == 0 ? .float32 : .bfloat16, variant: numbers.below(64), &numbers)
    }
    for (m, n, k) in [
      (0, 5, 5), (5, 0, 5), (5, 5, 0), (9, 97, 511), (70, 50, 513), (65, 49, 1024), (17, 48, 1025),
      (129, 145, 30), (8, 144, 1040),
    ] {
      for precision in [.float32, .bfloat16] as [tl_precision] {
        for variant in [0, 1, 2, 63] {
          check(level: level, m: m, n: n, k: k, precision, variant: variant, &numbers)
        }
      }
    }
  }

  @Test(arguments: fastLevels) func rowDoesNotDependOnTheRowsAroundIt(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 2)
      let (m, n, k) = (71, 60, 130)
      let a = numbers.floats(m * k)
      let b = numbers.floats(n * k)
      for precision in [.float32, .bfloat16] as [tl_precision] {
        let right = packed(b, stride: k, transposed: true, n: n, k: k, precision)
        var whole = [Float](repeating: 0, count: m * n)
        tl_gemm(a, k, false, right, &whole, n, m, n, k, precision, nil)
        for (start, end) in [(0, 1), (3, 12), (64, 71), (70, 71), (1, 70)] {
          var part = [Float](repeating: 0, count: (end - start) * n)
          tl_gemm(
            Array(a[(start * k)...]), k, false, right, &part, n, end - start, n, k, precision, nil)
          #expect(part == Array(whole[(start * n)..<(end * n)]))
        }
      }
    }
  }

  @Test(arguments: fastLevels) func attentionEqualsItsTwin(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 3)
      for round in 0..<150 {
        let queries = 1 + numbers.below(70)
        let keys = round % 3 == 0 ? 1 + numbers.below(70) : queries
        let head = [8, 26, 64, 128, 1 + numbers.below(80)][numbers.below(5)]
        let variant = numbers.below(8)
        let stride = 3 * head + variant
        var shape = tl_attention(
          queries: queries, keys: keys, head_size: head, q_stride: stride, k_stride: stride,
          v_stride: stride, out_stride: head + 1, bias_stride: keys + 2, scale: 0.3,
          causal: variant & 1 != 0,
          dropout: tl_dropout_mask(
            probability: variant & 2 != 0 ? 0.2 : 0, seed: 7, stream: 9,
            first_index: UInt64(round)))
        let q = numbers.floats(queries * stride)
        let k = numbers.floats(keys * stride)
        let v = numbers.floats(keys * stride)
        let dout = numbers.floats(queries * (head + 1))
        let bias: [Float]? =
          variant & 4 != 0
          ? numbers.floats(queries * (keys + 2)).map { $0 > 0.8 ? -.infinity : $0 } : nil
        var scratch = [Float](repeating: .nan, count: tl_attention_scratch_size(&shape))
        var naiveScratch = [Float](repeating: 0, count: tl_naive_attention_scratch_size(&shape))
        var (out, outWanted) = (dout, dout)
        var lse = [Float](repeating: 0, count: queries)
        var lseWanted = lse
        var p = [Float](repeating: 0, count: queries * keys)
        var pWanted = p
        tl_attention_forward(&shape, q, k, v, bias, &out, &lse, &p, &scratch)
        tl_naive_attention_forward(
          &shape, q, k, v, bias, &outWanted, &lseWanted, &pWanted, &naiveScratch)
        let what = "\(queries) x \(keys) x \(head), variant \(variant)"
        expectClose(out, outWanted, absolute: 1e-5, "out, " + what)
        expectClose(lse, lseWanted, absolute: 1e-5, relative: 1e-5, "log-sum-exp, " + what)
        expectClose(p, pWanted, absolute: 1e-5, "probabilities, " + what)
        var (dq, dk, dv, dbias) = (q, k, v, bias ?? [])
        var (dqWanted, dkWanted, dvWanted, dbiasWanted) = (q, k, v, bias ?? [])
        scratch = [Float](repeating: .nan, count: scratch.count)
        backward(
          &shape, q, k, v, bias, lseWanted, dout, &dq, &dk, &dv, &dbias, &scratch,
          hasBias: bias != nil, tl_attention_backward)
        backward(
          &shape, q, k, v, bias, lseWanted, dout, &dqWanted, &dkWanted, &dvWanted, &dbiasWanted,
          &naiveScratch, hasBias: bias != nil, tl_naive_attention_backward)
        expectClose(dq, dqWanted, absolute: 2e-5, relative: 1e-5, "dq, " + what)
        expectClose(dk, dkWanted, absolute: 2e-5, relative: 1e-5, "dk, " + what)
        expectClose(dv, dvWanted, absolute: 2e-5, relative: 1e-5, "dv, " + what)
        expectClose(dbias, dbiasWanted, absolute: 2e-5, relative: 1e-5, "dbias, " + what)
      }
    }
  }

  @Test func gradientsOfAttentionAreItsDifferences() {
    var numbers = TestRandom(seed: 4)
    for causal in [false, true] {
      for probability in [0, 0.25] as [Float] {
        let (queries, keys, head) = (4, 5, 3)
        var shape = tl_attention(
          queries: queries, keys: keys, head_size: head, q_stride: head, k_stride: head,
          v_stride: head, out_stride: head, bias_stride: keys, scale: 0.6, causal: causal,
          dropout: tl_dropout_mask(probability: probability, seed: 1, stream: 2, first_index: 3))
        // q, k, v, bias one after the other.
        let sizes = [queries * head, keys * head, keys * head, queries * keys]
        let inputs = sizes.map { numbers.floats($0) }
        let dout = numbers.floats(queries * head)
        var scratch = [Float](repeating: 0, count: 1000)
        var lse = [Float](repeating: 0, count: queries)
        func loss(_ x: [[Float]]) -> Double {
          var out = [Float](repeating: 0, count: queries * head)
          tl_attention_forward(&shape, x[0], x[1], x[2], x[3], &out, &lse, nil, &scratch)
          return zip(out, dout).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        withLevel(.naive) {
          _ = loss(inputs)
          var gradients = sizes.map { [Float](repeating: 0, count: $0) }
          var (dq, dk, dv, dbias) = (gradients[0], gradients[1], gradients[2], gradients[3])
          tl_attention_backward(
            &shape, inputs[0], inputs[1], inputs[2], inputs[3], lse, dout, &dq, &dk, &dv, &dbias,
            &scratch)
          gradients = [dq, dk, dv, dbias]
          for part in 0..<4 {
            let differences = inputs[part].indices.map { i in
              var (up, down) = (inputs, inputs)
              up[part][i] += 0.01
              down[part][i] -= 0.01
              return Float((loss(up) - loss(down)) / 0.02)
            }
            expectClose(gradients[part], differences, absolute: 2e-4, "input \(part)")
          }
        }
      }
    }
  }
}

/// Passes `dbias` only where there is a bias.
private func backward(
  _ shape: inout tl_attention, _ q: [Float], _ k: [Float], _ v: [Float], _ bias: [Float]?,
  _ lse: [Float], _ dout: [Float], _ dq: inout [Float], _ dk: inout [Float], _ dv: inout [Float],
  _ dbias: inout [Float], _ scratch: inout [Float], hasBias: Bool,
  _ kernel: (
    UnsafePointer<tl_attention>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
    UnsafePointer<Float>?, UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>,
    UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>?,
    UnsafeMutablePointer<Float>
  ) -> Void
) {
  if hasBias {
    kernel(&shape, q, k, v, bias, lse, dout, &dq, &dk, &dv, &dbias, &scratch)
  } else {
    kernel(&shape, q, k, v, nil, lse, dout, &dq, &dk, &dv, nil, &scratch)
  }
}
