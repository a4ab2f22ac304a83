// Norms, softmax, losses, rows, sums and conversions against their naive twins.

import CKernels
import TLTestSupport
import Testing

private let shapes = [
  (0, 3), (1, 1), (2, 2), (3, 15), (3, 16), (5, 17), (4, 26), (3, 31), (2, 64), (37, 65), (9, 312),
  (2, 1100),
]

@Suite struct KernelRowTests {
  @Test(arguments: fastLevels) func layerNormEqualsItsTwin(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 1)
      for (rows, columns) in shapes {
        let count = rows * columns
        let (x, residual, dy) = (
          numbers.floats(count, 2), numbers.floats(count, 2), numbers.floats(count)
        )
        let (gamma, beta, bias) = (
          numbers.floats(columns), numbers.floats(columns), numbers.floats(columns)
        )
        var (y, yWanted, sum, sumWanted) = (x, x, x, x)
        var (mean, rstd) = ([Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
        var (meanWanted, rstdWanted) = (mean, rstd)
        let epsilon: Float = 1e-3
        var mask = tl_dropout_mask(probability: 0.3, seed: 1, stream: 2, first_index: 3)
        tl_residual_layer_norm_forward(
          x, residual, bias, &mask, gamma, beta, &sum, &y, &mean, &rstd, rows, columns, epsilon)
        tl_naive_residual_layer_norm_forward(
          x, residual, bias, &mask, gamma, beta, &sumWanted, &yWanted, &meanWanted, &rstdWanted,
          rows, columns, epsilon)
        expectClose(sum, sumWanted, absolute: 1e-6, "sum")
        expectClose(y, yWanted, absolute: 4e-5, relative: 2e-5, "residual layer norm")
        tl_layer_norm_forward(x, gamma, beta, &y, &mean, &rstd, rows, columns, epsilon)
        tl_naive_layer_norm_forward(
          x, gamma, beta, &yWanted, &meanWanted, &rstdWanted, rows, columns, epsilon)
        expectClose(y, yWanted, absolute: 2e-5, relative: 2e-5, "layer norm")
        expectClose(mean, meanWanted, absolute: 1e-6, "mean")
        expectClose(rstd, rstdWanted, relative: 2e-5, "rstd")
        for accumulate in [false, true] {
          var (dx, dxWanted) = (residual, residual)
          var (dgamma, dgammaWanted, dbeta, dbetaWanted) = (gamma, gamma, beta, beta)
          tl_layer_norm_backward(
            x, gamma, meanWanted, rstdWanted, dy, &dx, accumulate, &dgamma, &dbeta, rows, columns)
          tl_naive_layer_norm_backward(
            x, gamma, meanWanted, rstdWanted, dy, &dxWanted, accumulate, &dgammaWanted,
            &dbetaWanted, rows, columns)
          expectClose(dx, dxWanted, absolute: 3e-4, relative: 1e-4, "dx")
          expectClose(dgamma, dgammaWanted, absolute: 1e-4, relative: 1e-5, "dgamma")
          expectClose(dbeta, dbetaWanted, absolute: 1e-4, relative: 1e-5, "dbeta")
        }
      }
    }
  }

  @Test(arguments: fastLevels) func rmsNormEqualsItsTwin(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 2)
      for (rows, columns) in shapes {
        let count = rows * columns
        let (x, dy, gamma) = (
          numbers.floats(count, 2), numbers.floats(count), numbers.floats(columns)
        )
        var (y, yWanted) = (x, x)
        var rstd = [Float](repeating: 0, count: rows)
        var rstdWanted = rstd
        tl_rms_norm_forward(x, gamma, &y, &rstd, rows, columns, 1e-3)
        tl_naive_rms_norm_forward(x, gamma, &yWanted, &rstdWanted, rows, columns, 1e-3)
        expectClose(y, yWanted, absolute: 1e-5, relative: 1e-5, "rms norm")
        expectClose(rstd, rstdWanted, relative: 1e-5, "rstd")
        var (dgamma, dgammaWanted) = (gamma, gamma)
        tl_rms_norm_backward(x, gamma, rstdWanted, dy, &y, false, &dgamma, rows, columns)
        tl_naive_rms_norm_backward(
          x, gamma, rstdWanted, dy, &yWanted, false, &dgammaWanted, rows, columns)
        expectClose(y, yWanted, absolute: 3e-4, relative: 1e-4, "dx")
        expectClose(dgamma, dgammaWanted, absolute: 1e-4, relative: 1e-5, "dgamma")
      }
    }
  }

  @Test(arguments: fastLevels) func softmaxEqualsItsTwin(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 3)
      for (rows, columns) in shapes {
        let x = numbers.floats(rows * columns, 9)
        let dy = numbers.floats(rows * columns)
        var (y, yWanted, dx, dxWanted) = (x, x, dy, dy)
        tl_softmax_forward(x, &y, rows, columns)
        tl_naive_softmax_forward(x, &yWanted, rows, columns)
        expectClose(y, yWanted, absolute: 1e-7, relative: 3e-6, "softmax")
        tl_softmax_backward(yWanted, dy, &dx, rows, columns)
        tl_naive_softmax_backward(yWanted, dy, &dxWanted, rows, columns)
        expectClose(dx, dxWanted, absolute: 1e-6, "softmax backward")
        tl_log_softmax_forward(x, &y, rows, columns)
        tl_naive_log_softmax_forward(x, &yWanted, rows, columns)
        expectClose(y, yWanted, absolute: 3e-6, relative: 1e-6, "log softmax")
        tl_log_softmax_backward(yWanted, dy, &dx, rows, columns)
        tl_naive_log_softmax_backward(yWanted, dy, &dxWanted, rows, columns)
        expectClose(dx, dxWanted, absolute: 1e-5, relative: 1e-5, "log softmax backward")
      }
    }
  }

  @Test(arguments: fastLevels) func lossesEqualTheirTwins(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 4)
      for (rows, classes) in shapes {
        let x = numbers.floats(rows * classes, 5)
        let other = numbers.floats(rows * classes, 5)
        var labels = numbers.indices(rows, below: classes)
        if rows > 2 { labels[1] = -100 }
        let weights = numbers.floats(classes).map { abs($0) }
        var (losses, lossesWanted) = (
          [Float](repeating: 9, count: rows), [Float](repeating: 9, count: rows)
        )
        var (dx, dxWanted) = (x, x)
        weights.withUnsafeBufferPointer { weights in
          for (smoothing, ofClasses) in [(0, nil), (0.1, nil), (0, weights), (0.1, weights)]
            as [(Float, UnsafeBufferPointer<Float>?)]
          {
            var options = tl_cross_entropy_options(
              class_weights: ofClasses?.baseAddress, label_smoothing: smoothing,
              ignore_label: -100, scale: 0.37)
            let loss = tl_cross_entropy(x, labels, &options, &losses, &dx, rows, classes)
            let wanted = tl_naive_cross_entropy(
              x, labels, &options, &lossesWanted, &dxWanted, rows, classes)
            #expect(abs(loss - wanted) <= 1e-5 * Double(1 + rows))
            expectClose(losses, lossesWanted, absolute: 4e-6, relative: 2e-6, "losses")
            expectClose(dx, dxWanted, absolute: 1e-6, relative: 4e-6, "dlogits")
          }
        }
        let targets = other.map { abs($0) / 5 }
        var loss = tl_binary_cross_entropy(x, targets, 0.5, &dx, x.count)
        var wanted = tl_naive_binary_cross_entropy(x, targets, 0.5, &dxWanted, x.count)
        #expect(abs(loss - wanted) <= 1e-6 * Double(1 + x.count))
        expectClose(dx, dxWanted, absolute: 1e-6, "binary cross-entropy")
        loss = tl_distillation(x, other, 2, 0.5, &dx, rows, classes)
        wanted = tl_naive_distillation(x, other, 2, 0.5, &dxWanted, rows, classes)
        #expect(abs(loss - wanted) <= 2e-5 * Double(1 + rows))
        expectClose(dx, dxWanted, absolute: 1e-6, relative: 3e-6, "distillation")
      }
    }
  }

  @Test(arguments: [.naive] + fastLevels) func labelOutOfRangeIsNotANumber(level: tl_level) {
    withLevel(level) {
      let x = [Float](repeating: 1, count: 9)
      var dx = x
      var losses: [Float] = [0, 0, 0]
      var options = tl_cross_entropy_options(
        class_weights: nil, label_smoothing: 0.1, ignore_label: -100, scale: 1)
      let loss = tl_cross_entropy(x, [3, -1, -100], &options, &losses, &dx, 3, 3)
      #expect(loss.isNaN && losses[0].isNaN && losses[1].isNaN && losses[2] == 0)
      #expect(dx == [Float](repeating: 0, count: 9))
    }
  }

  @Test(arguments: fastLevels) func rowsEqualTheirTwins(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 5)
      for (rows, columns) in shapes where rows > 0 {
        let (x, positions, types) = (
          numbers.floats(rows * columns), numbers.floats(rows * columns),
          numbers.floats(rows * columns)
        )
        let ids = numbers.indices(rows, below: rows)
        let some = ids.map { $0 % 3 == 1 ? -1 : $0 }
        func same(
          _ what: String, _ absolute: Float = 0, _ kernel: (inout [Float]) -> Void,
          _ twin: (inout [Float]) -> Void
        ) {
          var (got, want) = (positions, positions)
          kernel(&got)
          twin(&want)
          expectClose(got, want, absolute: absolute, "\(what) \(rows) x \(columns)")
        }
        same(
          "gather", 0, { tl_gather_rows(x, columns, some, &$0, columns, rows, columns) },
          { tl_naive_gather_rows(x, columns, some, &$0, columns, rows, columns) })
        same(
          "scatter add", 1e-5,
          { tl_scatter_add_rows(x, columns, some, &$0, columns, rows, columns) },
          { tl_naive_scatter_add_rows(x, columns, some, &$0, columns, rows, columns) })
        let reversed = (0..<Int32(rows)).reversed().map { $0 % 4 == 3 ? -1 : $0 }
        same(
          "scatter", 0, { tl_scatter_rows(x, columns, reversed, &$0, columns, rows, columns) },
          { tl_naive_scatter_rows(x, columns, reversed, &$0, columns, rows, columns) })
        same(
          "embedding", 0,
          { tl_embedding_forward(x, ids, positions, ids, types, ids, &$0, rows, columns) },
          { tl_naive_embedding_forward(x, ids, positions, ids, types, ids, &$0, rows, columns) })
        same(
          "transpose", 0, { tl_transpose(x, columns, &$0, rows, rows, columns) },
          { tl_naive_transpose(x, columns, &$0, rows, rows, columns) })
        same(
          "column sums", 1e-5, { tl_column_sums(x, columns, &$0, rows, columns) },
          { tl_naive_column_sums(x, columns, &$0, rows, columns) })
      }
    }
  }

  @Test(arguments: fastLevels) func sumsAndAdamWEqualTheirTwins(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 6)
      for count in Array(0...36) + [63, 64, 65, 1024, 5000] {
        let (x, y) = (numbers.floats(count, 3), numbers.floats(count, 3))
        let tolerance = 1e-4 * (1 + Double(count)).squareRoot()
        #expect(abs(tl_sum(x, count) - tl_naive_sum(x, count)) < tolerance)
        #expect(abs(tl_dot(x, y, count) - tl_naive_dot(x, y, count)) < tolerance)
        #expect(
          abs(tl_sum_of_squares(x, count) - tl_naive_sum_of_squares(x, count)) < tolerance)
        #expect(tl_largest_magnitude(x, count) == tl_naive_largest_magnitude(x, count))
        var (p, m, v) = (x, numbers.floats(count), numbers.floats(count).map { abs($0) })
        var (pWanted, mWanted, vWanted) = (p, m, v)
        let step = tl_adamw_step(
          learning_rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.1,
          gradient_scale: 0.5, step: 3)
        tl_adamw(&p, y, &m, &v, count, step)
        tl_naive_adamw(&pWanted, y, &mWanted, &vWanted, count, step)
        expectClose(p, pWanted, absolute: 1e-6, relative: 1e-6, "parameters")
        expectClose(m, mWanted, absolute: 1e-6, "first moments")
        expectClose(v, vWanted, absolute: 1e-6, "second moments")
        // Steps without a gradient, one by one and at once.
        let zeros = [Float](repeating: 0, count: count)
        var (pAtOnce, mAtOnce, vAtOnce) = (p, m, v)
        var rests: [tl_adamw_rest] = []
        for number in Int64(4)...9 {
          var next = step
          next.step = number
          next.learning_rate = 0.01 / Double(number)
          rests.append(tl_adamw_rest_of(next))
          tl_adamw(&p, zeros, &m, &v, count, next)
        }
        (pWanted, mWanted, vWanted) = (pAtOnce, mAtOnce, vAtOnce)
        tl_adamw_resting(&pAtOnce, &mAtOnce, &vAtOnce, count, rests, rests.count, step)
        tl_naive_adamw_resting(&pWanted, &mWanted, &vWanted, count, rests, rests.count, step)
        #expect(pAtOnce == p && mAtOnce == m && vAtOnce == v)
        expectClose(pAtOnce, pWanted, absolute: 1e-6, relative: 1e-6, "resting parameters")
      }
    }
  }

  @Test(arguments: fastLevels) func conversionsEqualTheirTwins(level: tl_level) {
    withLevel(level) {
      // Every pattern of sign, exponent and high fraction, and a tail that is no whole vector.
      let every = stride(from: 0, to: UInt16.max, by: 5).map { $0 }
      for words in [every, Array(every.suffix(37))] {
        var (y, yWanted) = (
          [Float](repeating: 0, count: words.count), [Float](repeating: 0, count: words.count)
        )
        var (back, backWanted) = (words, words)
        tl_from_bfloat16(words, &y, words.count)
        tl_naive_from_bfloat16(words, &yWanted, words.count)
        #expect(y.map(\.bitPattern) == yWanted.map(\.bitPattern))
        tl_from_float16(words, &y, words.count)
        tl_naive_from_float16(words, &yWanted, words.count)
        #expect(y.map(\.bitPattern) == yWanted.map(\.bitPattern))
        // Halfway and next to it, between every two neighbours.
        for bump in [0, 0xFFF, 0x1000, 0x1001] as [UInt32] {
          let x = y.map { $0.isNaN ? $0 : Float(bitPattern: $0.bitPattern &+ bump) }
          tl_to_float16(x, &back, x.count)
          tl_naive_to_float16(x, &backWanted, x.count)
          #expect(back == backWanted)
          tl_to_bfloat16(x, &back, x.count)
          tl_naive_to_bfloat16(x, &backWanted, x.count)
          #expect(back == backWanted)
        }
      }
      var y = [Float](repeating: 0, count: 3)
      tl_from_float64([0.1, -2, .infinity], &y, 3)
      #expect(y == [0.1, -2, .infinity])
      tl_from_int64([.max, -7, 1 << 24 + 1], &y, 3)
      #expect(y == [0x1p63, -7, Float(1 << 24 + 1)])
      tl_from_int32([.min, 0, 7], &y, 3)
      #expect(y == [-0x1p31, 0, 7])
      tl_from_int16([.min, 0, 7], &y, 3)
      #expect(y == [-32768, 0, 7])
      tl_from_int8([.min, 0, 7], &y, 3)
      #expect(y == [-128, 0, 7])
      tl_from_uint8([255, 0, 7], &y, 3)
      #expect(y == [255, 0, 7])
    }
  }
}
