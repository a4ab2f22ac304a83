// The cells of a text column: one run of UTF-8 and the offsets of the cells in it.

import Glibc

/// Immutable texts, stored back to back.
public struct TextCells: Sendable {
  /// All cells, valid UTF-8.
  let bytes: [UInt8]
  /// Cell i lies in `offsets[i]..<offsets[i + 1]`; one more entry than cells.
  let offsets: [Int]

  public var count: Int { offsets.count - 1 }

  init(bytes: [UInt8], offsets: [Int]) {
    self.bytes = bytes
    self.offsets = offsets
  }

  public init(_ texts: some Sequence<String>) {
    var bytes: [UInt8] = []
    var offsets = [0]
    for var text in texts {
      text.withUTF8 { bytes.append(contentsOf: $0) }
      offsets.append(bytes.count)
    }
    self.init(bytes: bytes, offsets: offsets)
  }

  public subscript(index: Int) -> String {
    bytes.withUnsafeBufferPointer {
      String(
        decoding: UnsafeBufferPointer(rebasing: $0[offsets[index]..<offsets[index + 1]]),
        as: UTF8.self)
    }
  }

  /// Calls `body` with the bytes of a cell.
  public func withBytes<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows
    -> R
  {
    try bytes.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[offsets[index]..<offsets[index + 1]]))
    }
  }

  /// Calls `body` with a view for tight loops.
  func withView<R>(_ body: (View) throws -> R) rethrows -> R {
    try bytes.withUnsafeBufferPointer { bytes in
      try offsets.withUnsafeBufferPointer { offsets in
        guard let start = offsets.baseAddress else {
          return try withUnsafePointer(to: 0) { zero in
            try body(View(base: Self.nowhere, total: 0, offsets: zero, count: 0))
          }
        }
        return try body(
          View(
            base: bytes.baseAddress ?? Self.nowhere, total: bytes.count, offsets: start,
            count: offsets.count - 1))
      }
    }
  }

  // Never read: the address of the bytes of a column without bytes.
  private static var nowhere: UnsafePointer<UInt8> {
    UnsafePointer(bitPattern: 1).unsafelyUnwrapped
  }

  /// Pointers into the cells, valid during `withView`.
  struct View {
    let base: UnsafePointer<UInt8>
    let total: Int
    let offsets: UnsafePointer<Int>
    let count: Int

    @inline(__always)
    func length(_ row: Int) -> Int { offsets[row + 1] - offsets[row] }

    @inline(__always)
    func equal(_ a: Int, _ b: Int) -> Bool {
      let length = length(a)
      return length == self.length(b) && memcmp(base + offsets[a], base + offsets[b], length) == 0
    }

    @inline(__always)
    func isBefore(_ a: Int, _ b: Int) -> Bool {
      let x = length(a)
      let y = length(b)
      let order = memcmp(base + offsets[a], base + offsets[b], min(x, y))
      return order == 0 ? x < y : order < 0
    }

    /// A hash of the bytes by multiplication and folding of 8 bytes at a time.
    @inline(__always)
    func hash(_ row: Int) -> UInt64 {
      var pointer = UnsafeRawPointer(base + offsets[row])
      var left = length(row)
      var hash = UInt64(truncatingIfNeeded: left) &* 0x9E37_79B9_7F4A_7C15
      while left >= 8 {
        hash = Self.mix(hash ^ pointer.loadUnaligned(as: UInt64.self))
        pointer += 8
        left -= 8
      }
      if left > 0 {
        var word: UInt64 = 0
        if left >= 4 {
          word =
            UInt64(pointer.loadUnaligned(as: UInt32.self))
            | UInt64((pointer + left - 4).loadUnaligned(as: UInt32.self)) << 32
        } else {
          word =
            UInt64(pointer.load(as: UInt8.self))
            | UInt64((pointer + left / 2).load(as: UInt8.self)) << 8
            | UInt64((pointer + left - 1).load(as: UInt8.self)) << 16
        }
        hash = Self.mix(hash ^ word)
      }
      return hash
    }

    @inline(__always)
    static func mix(_ value: UInt64) -> UInt64 {
      let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
      return product.high ^ product.low
    }

    /// Sort key of the bytes `7 * chunk ..< 7 * chunk + 7`, big-endian, with the count of bytes that
    /// remain (8 for more than 7) in the low byte: unsigned order is code point order.
    @inline(__always)
    func sortKey(_ row: Int, chunk: Int) -> UInt64 {
      let start = offsets[row] + 7 * chunk
      let remaining = offsets[row + 1] - start
      if remaining <= 0 { return 0 }
      var word: UInt64 = 0
      if start + 8 <= total {
        word = UInt64(bigEndian: UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self))
      } else {
        for index in 0..<min(remaining, 7) {
          word |= UInt64(base[start + index]) << UInt64(56 - 8 * index)
        }
      }
      let mask = UInt64.max << UInt64(64 - 8 * min(remaining, 7))
      return word & mask | UInt64(min(remaining, 8))
    }
  }
}
