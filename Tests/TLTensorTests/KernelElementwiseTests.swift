// The element-wise kernels against their naive twins, at every level of this processor.

import CKernels
import TLTestSupport
import Testing

private let activations: [tl_activation] = [
  .identity, .gelu, .geluTanh, .relu, .silu, .tanh, .sigmoid, .quickGelu,
]
private let counts = Array(0...36) + [63, 64, 65, 1000]

@Suite struct KernelElementwiseTests {
  @Test(arguments: fastLevels) func activationsEqualTheirTwins(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 1)
      for count in counts {
        let x = numbers.floats(count, 8)
        let dy = numbers.floats(count, 2)
        var got = [Float](repeating: 0, count: count)
        var want = got
        for activation in activations {
          tl_activation_forward(activation, x, &got, count)
          tl_naive_activation_forward(activation, x, &want, count)
          expectClose(got, want, absolute: 3e-7, relative: 8e-7, "\(activation), \(count)")
          tl_activation_backward(activation, x, dy, &got, count)
          tl_naive_activation_backward(activation, x, dy, &want, count)
          expectClose(got, want, absolute: 1e-6, relative: 1.2e-6, "d \(activation), \(count)")
        }
      }
    }
  }

  @Test(arguments: fastLevels) func biasAndItsGradientEqualTheirTwins(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 2)
      for (rows, columns) in [(0, 5), (1, 1), (3, 17), (40, 31), (33, 48), (7, 312)] {
        let x = numbers.floats(rows * columns, 4)
        let dy = numbers.floats(rows * columns)
        let bias = numbers.floats(columns)
        for activation in activations {
          var y = x
          var sum = x
          var yWanted = x
          var sumWanted = x
          tl_bias_activation_forward(activation, x, bias, &sum, &y, rows, columns)
          tl_naive_bias_activation_forward(
            activation, x, bias, &sumWanted, &yWanted, rows, columns)
          expectClose(sum, sumWanted, "sum")
          expectClose(y, yWanted, absolute: 3e-7, relative: 8e-7, "\(activation)")
          var dbias = bias
          var dbiasWanted = bias
          tl_bias_activation_backward(activation, sum, dy, &y, &dbias, rows, columns)
          tl_naive_bias_activation_backward(
            activation, sum, dy, &yWanted, &dbiasWanted, rows, columns)
          expectClose(y, yWanted, absolute: 1e-6, relative: 1.2e-6, "d \(activation)")
          expectClose(dbias, dbiasWanted, absolute: 3e-5, relative: 1e-5, "dbias \(activation)")
        }
      }
    }
  }

  @Test(arguments: fastLevels) func arithmeticEqualsItsTwins(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 3)
      for count in counts {
        let a = numbers.floats(count, 5)
        let b = numbers.floats(count, 5)
        let positive = a.map { abs($0) }
        func same(
          _ what: String, _ relative: Float = 0, _ kernel: (inout [Float]) -> Void,
          _ twin: (inout [Float]) -> Void
        ) {
          var got = b
          var want = b
          kernel(&got)
          twin(&want)
          expectClose(got, want, absolute: relative, relative: relative, "\(what), \(count)")
        }
        same("add", 0, { tl_add(a, b, &$0, count) }, { tl_naive_add(a, b, &$0, count) })
        same(
          "subtract", 0, { tl_subtract(a, b, &$0, count) },
          { tl_naive_subtract(a, b, &$0, count) })
        same(
          "multiply", 0, { tl_multiply(a, b, &$0, count) },
          { tl_naive_multiply(a, b, &$0, count) })
        same("divide", 0, { tl_divide(a, b, &$0, count) }, { tl_naive_divide(a, b, &$0, count) })
        same(
          "multiply add", 4e-6, { tl_multiply_add(a, b, &$0, count) },
          { tl_naive_multiply_add(a, b, &$0, count) })
        same("scale", 0, { tl_scale(a, 1.7, &$0, count) }, { tl_naive_scale(a, 1.7, &$0, count) })
        same("axpy", 2e-6, { tl_axpy(1.7, a, &$0, count) }, { tl_naive_axpy(1.7, a, &$0, count) })
        same("fill", 0, { tl_fill(1.7, &$0, count) }, { tl_naive_fill(1.7, &$0, count) })
        same("exp", 3e-7, { tl_exp(a, &$0, count) }, { tl_naive_exp(a, &$0, count) })
        same("log", 3e-7, { tl_log(positive, &$0, count) }, { tl_naive_log(positive, &$0, count) })
        same(
          "sqrt", 0, { tl_sqrt(positive, &$0, count) }, { tl_naive_sqrt(positive, &$0, count) })
      }
      let x = numbers.floats(5 * 37)
      let row = numbers.floats(37)
      var got = x
      var want = x
      tl_add_row(x, row, &got, 5, 37)
      tl_naive_add_row(x, row, &want, 5, 37)
      expectClose(got, want, "add row")
      tl_scale_rows(x, row, &got, 5, 37)
      tl_naive_scale_rows(x, row, &want, 5, 37)
      expectClose(got, want, "scale rows")
    }
  }

  @Test(arguments: fastLevels) func elementDoesNotDependOnWhereTheRangeStarts(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 4)
      let x = numbers.floats(100, 6)
      for activation in activations {
        var whole = x
        tl_activation_forward(activation, x, &whole, 100)
        for start in [1, 3, 7, 8, 15, 16, 33] {
          var part = Array(x[start...])
          tl_activation_forward(activation, part, &part, part.count)
          #expect(part == Array(whole[start...]), "\(activation) from \(start)")
        }
      }
    }
  }

  @Test(arguments: fastLevels) func exponentialAndLogarithmKeepTheirEdges(level: tl_level) {
    withLevel(level) {
      let x: [Float] = [-.infinity, -200, -104, -100, -88, 0, 88, 88.7, 89, .infinity, .nan]
      var got = x
      var want = x
      tl_exp(x, &got, x.count)
      tl_naive_exp(x, &want, x.count)
      expectClose(got, want, absolute: 0x1p-149, relative: 3e-7, "exp")
      let y: [Float] = [
        -.infinity, -1, -0.0, 0, 0x1p-149, 0x1p-127, 1e-30, 0.5, 1, 2, 3e38, .infinity, .nan,
      ]
      got = y
      want = y
      tl_log(y, &got, y.count)
      tl_naive_log(y, &want, y.count)
      expectClose(got, want, relative: 3e-7, "log")
    }
  }

  @Test(arguments: fastLevels) func notANumberComesOut(level: tl_level) {
    withLevel(level) {
      for position in 0..<20 {
        var x = [Float](repeating: 0.5, count: 20)
        x[position] = .nan
        for activation in activations {
          var y = x
          tl_activation_forward(activation, x, &y, 20)
          #expect(y[position].isNaN, "\(activation)")
          tl_activation_backward(activation, x, x, &y, 20)
          #expect(y[position].isNaN, "d \(activation)")
        }
        var y = x
        tl_softmax_forward(x, &y, 1, 20)
        #expect(y.allSatisfy { $0.isNaN })
        #expect(tl_largest_magnitude(x, 20).isNaN)
        #expect(tl_sum_of_squares(x, 20).isNaN)
      }
    }
  }
}
