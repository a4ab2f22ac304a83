// What the tests of the C kernels share: the levels of this processor, numbers, comparison.

import CKernels
import TLTestSupport
import Testing

/// The levels that this processor runs, above the naive one.
let fastLevels: [tl_level] = [.baseline, .avx2, .avx512, .avx512BF16].filter {
  $0.rawValue <= tl_kernels_best_level().rawValue
}

/// Runs `body` with the kernels of `level`; other threads are not touched.
func withLevel<Result>(_ level: tl_level, _ body: () throws -> Result) rethrows -> Result {
  let before = tl_kernels_level()
  tl_kernels_use_level(level)
  defer { tl_kernels_use_level(before) }
  return try body()
}

extension TestRandom {
  mutating func floats(_ count: Int, _ scale: Float = 1) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    tl_fill_uniform(&values, count, -scale, scale, next(), 0, 0)
    return values
  }

  mutating func indices(_ count: Int, below bound: Int) -> [Int32] {
    (0..<count).map { _ in Int32(below(bound)) }
  }
}

/// Expects |got - want| <= absolute + relative * |want| everywhere, and NaN where NaN is wanted.
func expectClose(
  _ got: [Float], _ want: [Float], absolute: Float = 0, relative: Float = 0, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(got.count == want.count, "\(what)", sourceLocation: sourceLocation)
  // A plain loop: tests run without optimization too.
  got.withUnsafeBufferPointer { got in
    want.withUnsafeBufferPointer { want in
      var index = 0
      while index < min(got.count, want.count) {
        let (g, w) = (got[index], want[index])
        if g != w, !(g.isNaN && w.isNaN), !(abs(g - w) <= absolute + relative * abs(w)) {
          Issue.record(
            "\(what): element \(index) is \(g), wanted \(w)", sourceLocation: sourceLocation)
          return
        }
        index += 1
      }
    }
  }
}
