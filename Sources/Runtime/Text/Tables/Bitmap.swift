// One bit per row: which values are missing, or which rows a filter keeps.

/// A fixed number of bits.
public struct Bitmap: Equatable, Sendable {
  public let count: Int
  private(set) var words: [UInt64]

  /// All bits off.
  public init(count: Int) {
    self.count = count
    words = [UInt64](repeating: 0, count: (count + 63) / 64)
  }

  public init(_ bits: [Bool]) {
    self.init(count: bits.count)
    for (index, bit) in bits.enumerated() where bit { set(index) }
  }

  public subscript(index: Int) -> Bool { words[index >> 6] >> UInt64(index & 63) & 1 == 1 }

  public mutating func set(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }

  /// Bits that are on.
  public var population: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}

/// A bitmap in the making; stays empty as long as no bit is on.
struct BitmapBuilder {
  private(set) var count = 0
  private var words: [UInt64] = []
  private(set) var hasBits = false

  mutating func append(_ bit: Bool) {
    if bit {
      let word = count >> 6
      while words.count <= word { words.append(0) }
      words[word] |= 1 << UInt64(count & 63)
      hasBits = true
    }
    count += 1
  }

  mutating func append(_ bit: Bool, count repetitions: Int) {
    if bit { for _ in 0..<repetitions { append(true) } } else { count += repetitions }
  }

  mutating func removeLast() {
    count -= 1
    if count >> 6 < words.count { words[count >> 6] &= ~(1 << UInt64(count & 63)) }
  }

  /// A bit per byte that is not 0.
  mutating func append(flags: UnsafeBufferPointer<UInt8>) {
    guard flags.contains(where: { $0 != 0 }) else {
      count += flags.count
      return
    }
    for flag in flags { append(flag != 0) }
  }

  /// The finished bitmap; nil when no bit is on.
  var bitmap: Bitmap? {
    guard hasBits else { return nil }
    var bitmap = Bitmap(count: count)
    for index in 0..<min(count, words.count * 64)
    where words[index >> 6] >> UInt64(index & 63) & 1 == 1 { bitmap.set(index) }
    return bitmap
  }
}
