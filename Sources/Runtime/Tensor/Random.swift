// Random: the counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", 2011). A value is a function of (key, counter) alone, so masks and
// initial weights are the same whichever thread makes them, and in whichever order.

/// The Philox4x32-10 block function.
public enum Philox {
  /// Four random words for a counter of four words under a key of two.
  @inlinable @inline(__always)
  public static func block(
    _ c0: UInt32, _ c1: UInt32, _ c2: UInt32, _ c3: UInt32, key k0: UInt32, _ k1: UInt32
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (x0, x1, x2, x3) = (c0, c1, c2, c3)
    var (a, b) = (k0, k1)
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) &* UInt64(x0)
      let p1 = UInt64(0xCD9E_8D57) &* UInt64(x2)
      let y0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ x1 ^ a
      let y2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ x3 ^ b
      x1 = UInt32(truncatingIfNeeded: p1)
      x3 = UInt32(truncatingIfNeeded: p0)
      x0 = y0
      x2 = y2
      a = a &+ 0x9E37_79B9
      b = b &+ 0xBB67_AE85
    }
    return (x0, x1, x2, x3)
  }
}

/// A seeded sequence of random values: Philox under the key `seed`, counters (index, stream).
///
/// Different `stream` numbers give independent sequences of one seed.
public struct RandomStream: RandomNumberGenerator, Sendable {
  public let seed: UInt64
  public let stream: UInt64
  private var index: UInt64 = 0
  private var pending: UInt64?
  private var pendingNormal: Float?

  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  public mutating func next() -> UInt64 {
    if let value = pending {
      pending = nil
      return value
    }
    let words = Philox.block(
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32),
      key: UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    index &+= 1
    pending = UInt64(words.2) | UInt64(words.3) << 32
    return UInt64(words.0) | UInt64(words.1) << 32
  }

  /// A value in [0, 1) with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A value of the standard normal distribution, by Box and Muller's transform.
  public mutating func normal() -> Float {
    if let value = pendingNormal {
      pendingNormal = nil
      return value
    }
    let radius = (-2 * logarithm(1 - uniform())).squareRoot()
    let (sine, cosine) = sineAndCosine(2 * Double.pi * uniform())
    pendingNormal = Float(radius * sine)
    return Float(radius * cosine)
  }
}

extension Tensor {
  /// Normal values of the given standard deviation, a function of seed and stream.
  public static func normal(
    _ shape: [Int], standardDeviation: Float, seed: UInt64, stream: UInt64
  ) -> Tensor {
    let tensor = Tensor(zeros: shape)
    var random = RandomStream(seed: seed, stream: stream)
    for i in 0..<tensor.count { tensor.pointer[i] = random.normal() * standardDeviation }
    return tensor
  }
}

/// How dropout masks are drawn: the value for element (row, column) of the operation `stream` of
/// step `step` is word `column % 4` of Philox block (column / 4, row, stream, step) under `seed`,
/// where rows are numbered over the whole batch, not over a worker's share of it.
public struct DropoutKey: Sendable {
  public var seed: UInt64
  public var step: UInt32

  public init(seed: UInt64, step: UInt32) {
    self.seed = seed
    self.step = step
  }
}
