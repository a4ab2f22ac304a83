// Bytes that grow at their end, without the checks of an array. Whoever makes one deallocates it.

import Glibc

struct ByteBuffer {
  private var bytes: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  /// Set to a smaller number to drop what stands at the end.
  var count = 0

  init(capacity: Int) {
    bytes = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  func deallocate() { bytes.deallocate() }

  var all: UnsafeBufferPointer<UInt8> { bytes(from: 0) }

  func bytes(from start: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + start, count: count - start)
  }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if capacity - count < more { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    let new = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    new.update(from: bytes, count: count)
    bytes.deallocate()
    bytes = new
    capacity = larger
  }

  @inline(__always)
  mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
    guard let start = more.baseAddress else { return }
    reserve(more.count)
    memcpy(bytes + count, start, more.count)
    count += more.count
  }

  @inline(__always)
  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  /// Writes an Integer's digits.
  mutating func append(_ number: Int) {
    reserve(20)
    var rest = number.magnitude
    var length = number < 0 ? 2 : 1
    var limit: UInt = 10
    while rest >= limit {
      length += 1
      let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
      if overflow { break }
      limit = next
    }
    var end = count + length
    count = end
    repeat {
      end -= 1
      bytes[end] = UInt8(truncatingIfNeeded: rest % 10) | 0x30
      rest /= 10
    } while rest > 0
    if number < 0 { bytes[end - 1] = UInt8(ascii: "-") }
  }
}
