// Byte strings and their numbers, for vocabularies of millions of terms: one buffer holds all bytes,
// one open-addressed table all places. Exact: equal hashes are told apart by the bytes.

import Glibc

/// Terms numbered in the order of their first appearance.
struct TermTable: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  private var hashes: [UInt64] = []
  /// Numbers of terms plus 1; 0 is a free place. A power of two.
  private var places = [Int32](repeating: 0, count: 1 << 10)

  var count: Int { hashes.count }

  /// FNV-1a, to be extended byte by byte: the beginning of a term shares the work with the term.
  static let emptyHash: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  static func extended(_ hash: UInt64, by byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  static func hash(_ term: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = emptyHash
    for byte in term { hash = extended(hash, by: byte) }
    return hash
  }

  /// The number of a term, -1 if it has none.
  func number(of term: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int {
    let place = place(of: term, hash)
    return Int(places[place]) - 1
  }

  /// The number of a term, which gets the next one if it has none.
  mutating func add(_ term: UnsafeBufferPointer<UInt8>, hash: UInt64) -> Int {
    let place = place(of: term, hash)
    if places[place] != 0 { return Int(places[place]) - 1 }
    bytes.append(contentsOf: term)
    ends.append(bytes.count)
    hashes.append(hash)
    places[place] = Int32(hashes.count)
    if hashes.count * 2 > places.count { grow() }
    return hashes.count - 1
  }

  /// The bytes of a term.
  func term(_ number: Int) -> ArraySlice<UInt8> { bytes[ends[number]..<ends[number + 1]] }

  /// Whether the one term comes before the other by its bytes.
  func isBefore(_ a: Int, _ b: Int) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return false }
      let (x, y) = (ends[a + 1] - ends[a], ends[b + 1] - ends[b])
      let order = memcmp(base + ends[a], base + ends[b], min(x, y))
      return order != 0 ? order < 0 : x < y
    }
  }

  /// The place where a term is, or would be.
  @inline(__always)
  private func place(of term: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 >> 20) & mask
    while true {
      let number = Int(places[place]) - 1
      if number < 0 || hashes[number] == hash && isEqual(number, term) { return place }
      place = (place + 1) & mask
    }
  }

  private func isEqual(_ number: Int, _ term: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = ends[number]
    guard ends[number + 1] - start == term.count, let other = term.baseAddress else {
      return ends[number + 1] - start == term.count
    }
    return bytes.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { memcmp($0 + start, other, term.count) == 0 } ?? true
    }
  }

  private mutating func grow() {
    var larger = [Int32](repeating: 0, count: places.count * 2)
    let mask = larger.count - 1
    for number in hashes.indices {
      let hash = hashes[number]
      var place =
        Int(truncatingIfNeeded: (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 >> 20) & mask
      while larger[place] != 0 { place = (place + 1) & mask }
      larger[place] = Int32(number + 1)
    }
    places = larger
  }
}
