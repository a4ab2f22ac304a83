// Philox and what is drawn from it: the published words, and the same numbers at every level and
// under every split of a range.

import CKernels
import Testing

/// Philox 4x32-10 as the paper writes it (Salmon et al. 2011).
private func philox(counter: [UInt32], key: [UInt32]) -> [UInt32] {
  var c = counter
  var k = key
  for _ in 0..<10 {
    let p0 = UInt64(0xD251_1F53) * UInt64(c[0])
    let p1 = UInt64(0xCD9E_8D57) * UInt64(c[2])
    c = [
      UInt32(p1 >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: p1),
      UInt32(p0 >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: p0),
    ]
    k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
  }
  return c
}

private let everyLevel: [tl_level] = [.naive] + fastLevels

@Suite struct KernelRandomTests {
  @Test func referenceGivesThePublishedWords() {
    #expect(
      philox(counter: [0, 0, 0, 0], key: [0, 0]) == [
        0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8,
      ])
    #expect(
      philox(
        counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
        key: [0xa409_3822, 0x299f_31d0]) == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  @Test(arguments: everyLevel) func wordsAreThoseOfTheReference(level: tl_level) {
    withLevel(level) {
      let seed: UInt64 = 0x299f_31d0_a409_3822
      let stream: UInt64 = 0x0370_7344_1319_8a2e
      // The last range crosses the carry into the high word of the counter.
      for first in [0, 1, 2, 3, 1001, 0x3_ffff_fff0, 0x3fff_ffff_ffff_ff00] as [UInt64] {
        for count in [0, 1, 5, 64, 131] {
          var words = [UInt32](repeating: 0, count: count)
          tl_random_words(&words, count, seed, stream, first)
          let want = (0..<UInt64(count)).map { i in
            let block = (first + i) / 4
            return philox(
              counter: [
                UInt32(truncatingIfNeeded: block), UInt32(block >> 32),
                UInt32(truncatingIfNeeded: stream), UInt32(stream >> 32),
              ],
              key: [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)])[Int((first + i) % 4)]
          }
          #expect(words == want, "\(count) words from \(first)")
        }
      }
    }
  }

  @Test(arguments: everyLevel) func splitRangeDrawsTheSameNumbers(level: tl_level) {
    withLevel(level) {
      let fills: [(UnsafeMutablePointer<Float>, Int, UInt64) -> Void] = [
        { tl_fill_uniform($0, $1, -2, 3, 5, 6, $2) },
        { tl_fill_normal($0, $1, 1, 2, 5, 6, $2) },
        { tl_fill_truncated_normal($0, $1, 0, 1, -1, 1.5, 5, 6, $2) },
        {
          let ones = [Float](repeating: 1, count: $1)
          tl_dropout(
            ones, $0, $1,
            tl_dropout_mask(probability: 0.3, seed: 5, stream: 6, first_index: $2))
        },
      ]
      for fill in fills {
        var whole = [Float](repeating: 0, count: 300)
        fill(&whole, 300, 7)
        for cut in [1, 2, 3, 64, 97, 299] {
          var start = [Float](repeating: 0, count: cut)
          var end = [Float](repeating: 0, count: 300 - cut)
          fill(&start, cut, 7)
          fill(&end, 300 - cut, 7 + UInt64(cut))
          #expect(start + end == whole, "cut at \(cut)")
        }
        let atBest = withLevel(.naive) {
          var naive = [Float](repeating: 0, count: 300)
          fill(&naive, 300, 7)
          return naive
        }
        #expect(whole == atBest)
      }
    }
  }

  @Test func dropoutKeepsTheMeanAndItsEdges() {
    let ones = [Float](repeating: 1, count: 100_000)
    var y = ones
    func drop(_ probability: Float) {
      let mask = tl_dropout_mask(probability: probability, seed: 1, stream: 2, first_index: 0)
      tl_dropout(ones, &y, ones.count, mask)
    }
    drop(0.1)
    #expect(abs(tl_sum(y, y.count) / 100_000 - 1) < 0.005)
    #expect(Set(y) == [0, 1 / (1 - Float(0.1))])
    drop(0)
    #expect(y == ones)
    drop(1)
    #expect(y.allSatisfy { $0 == 0 })
  }

  @Test func drawnNumbersHaveTheirMoments() {
    let count = 200_000
    var y = [Float](repeating: 0, count: count)
    func moments() -> (mean: Double, variance: Double) {
      let mean = tl_sum(y, count) / Double(count)
      return (mean, tl_sum_of_squares(y, count) / Double(count) - mean * mean)
    }
    tl_fill_uniform(&y, count, -1, 3, 1, 2, 3)
    #expect(abs(moments().mean - 1) < 0.01 && abs(moments().variance - 16.0 / 12) < 0.01)
    #expect(y.allSatisfy { $0 >= -1 && $0 < 3 })
    tl_fill_normal(&y, count, 0.5, 2, 1, 2, 3)
    #expect(abs(moments().mean - 0.5) < 0.02 && abs(moments().variance - 4) < 0.05)
    // The variance of the normal cut at two deviations is 0.7737.
    tl_fill_truncated_normal(&y, count, 0, 0.02, -0.04, 0.04, 1, 2, 3)
    #expect(abs(moments().mean) < 2e-4 && abs(moments().variance / 4e-4 - 0.7737) < 0.01)
    #expect(y.allSatisfy { abs($0) <= 0.04 })
  }
}
