// Texts that share most of their word sequences: sets of three words in a row compared by Jaccard's
// coefficient, candidates found by MinHash (Broder 1997) in bands (Leskovec, Rajaraman, Ullman,
// chapter 3). Every reported similarity is exact; what is missed is a pair that no band brings
// together, at most 1 in 100 at the threshold and far fewer above it.

import Glibc
import TLTensor
import TLText

/// An index of texts for finding near duplicates.
public struct NearDuplicates: Sendable {
  public let threshold: Double
  /// Words of a shingle.
  public static let shingle = 3
  static let hashes = 126

  /// Distinct shingles of each text, rising; those of text i from `starts[i]`.
  private let shingles: [UInt64]
  private let starts: [Int]
  /// Signatures [texts, hashes].
  private let signatures: [UInt32]
  private let rowsPerBand: Int

  public var count: Int { starts.count - 1 }

  /// Throws `invalid` for a threshold outside 0.3...1, below which all texts look alike.
  public init(
    _ texts: [String], threshold: Double = 0.7, threads: Int = ThreadPool.processors
  ) throws(AnalysisError) {
    guard threshold >= 0.3 && threshold <= 1 else {
      throw .invalid("a threshold of similarity lies between 0.3 and 1, found \(threshold)")
    }
    self.threshold = threshold
    let workers = max(1, min(threads, texts.count / 1000))
    let pool = ThreadPool(count: workers)
    var shares = [[[UInt64]]](repeating: [], count: pool.count)
    shares.withUnsafeMutableBufferPointer { buffer in
      // Each worker writes its own element.
      nonisolated(unsafe) let shares = buffer
      pool.run { worker in
        shares[worker] = Self.range(texts.count, worker, pool.count).map {
          Self.shingles(of: texts[$0])
        }
      }
    }
    var all: [UInt64] = []
    var starts = [0]
    for set in shares.joined() {
      all += set
      starts.append(all.count)
    }
    let signatures = Self.signatures(all, starts, pool)
    shingles = all
    self.starts = starts
    self.signatures = signatures
    rowsPerBand = Self.rowsPerBand(threshold)
  }

  private static func range(_ count: Int, _ worker: Int, _ workers: Int) -> Range<Int> {
    count * worker / workers..<count * (worker + 1) / workers
  }

  /// Hashes of three words in a row, or of all words when there are fewer; none for no words.
  private static func shingles(of text: String) -> [UInt64] {
    let words = Words.hashes(of: text)
    guard !words.isEmpty else { return [] }
    let length = min(shingle, words.count)
    var result: [UInt64] = []
    result.reserveCapacity(words.count - length + 1)
    for start in 0...words.count - length {
      var hash: UInt64 = UInt64(length)
      for word in words[start..<start + length] {
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
      }
      result.append(hash)
    }
    result.sort()
    var kept = 0
    for index in result.indices where index == 0 || result[index] != result[kept - 1] {
      result[kept] = result[index]
      kept += 1
    }
    result.removeLast(result.count - kept)
    return result
  }

  /// Per text the least value of each of the hash functions over its shingles.
  private static func signatures(
    _ shingles: [UInt64], _ starts: [Int], _ pool: ThreadPool
  ) -> [UInt32] {
    // Multiply-shift hashing; the numbers are fixed, so an index is a function of its texts.
    var random = RandomStream(seed: 0x3A5)
    let factors = (0..<hashes).map { _ in random.next() | 1 }
    let count = starts.count - 1
    var signatures = [UInt32](repeating: .max, count: count * hashes)
    signatures.withUnsafeMutableBufferPointer { buffer in
      // Workers write the rows of their own texts.
      nonisolated(unsafe) let signatures = buffer
      pool.run { worker in
        shingles.withUnsafeBufferPointer { shingles in
          factors.withUnsafeBufferPointer { factors in
            for text in range(count, worker, pool.count) {
              let row = UnsafeMutableBufferPointer(
                rebasing: signatures[text * hashes..<(text + 1) * hashes])
              for place in starts[text]..<starts[text + 1] {
                let shingle = shingles[place]
                for k in 0..<hashes {
                  let value = UInt32(truncatingIfNeeded: (shingle &* factors[k]) >> 32)
                  row[k] = min(row[k], value)
                }
              }
            }
          }
        }
      }
    }
    return signatures
  }

  /// The most selective bands that still miss at most 1 in 100 pairs at the threshold.
  private static func rowsPerBand(_ threshold: Double) -> Int {
    var best = 1
    for rows in 2...14 {
      let bands = Double(hashes / rows)
      if pow(1 - pow(threshold, Double(rows)), bands) <= 0.01 { best = rows }
    }
    return best
  }

  /// Shared shingles over all shingles of the two texts; 0 for texts without words.
  public func similarity(_ a: Int, _ b: Int) -> Double {
    var i = starts[a]
    var j = starts[b]
    var common = 0
    while i < starts[a + 1] && j < starts[b + 1] {
      if shingles[i] == shingles[j] {
        common += 1
        i += 1
        j += 1
      } else if shingles[i] < shingles[j] {
        i += 1
      } else {
        j += 1
      }
    }
    let total = starts[a + 1] - starts[a] + starts[b + 1] - starts[b] - common
    return total == 0 ? 0 : Double(common) / Double(total)
  }

  /// Calls `body` with the texts that one band brings together, in rising order, band by band.
  func eachBucket(_ body: (ArraySlice<Int32>) -> Void) {
    let bands = Self.hashes / rowsPerBand
    // A text without words is no duplicate of anything.
    let texts = (0..<count).filter { starts[$0 + 1] > starts[$0] }
    for band in 0..<bands {
      var keys: [(hash: UInt64, text: Int32)] = []
      keys.reserveCapacity(texts.count)
      for text in texts {
        var hash: UInt64 = 0
        for k in band * rowsPerBand..<(band + 1) * rowsPerBand {
          hash = (hash ^ UInt64(signatures[text * Self.hashes + k])) &* 0x9E37_79B9_7F4A_7C15
          hash ^= hash >> 31
        }
        keys.append((hash, Int32(text)))
      }
      keys.sort { $0.hash != $1.hash ? $0.hash < $1.hash : $0.text < $1.text }
      let order = keys.map(\.text)
      var start = 0
      while start < keys.count {
        var end = start + 1
        while end < keys.count && keys[end].hash == keys[start].hash { end += 1 }
        if end - start > 1 { body(order[start..<end]) }
        start = end
      }
    }
  }

  /// For each text the earlier text it is a near duplicate of, nil for those that are kept. Only kept
  /// texts are compared with, so that of a chain, each link like the next, more than the first stays.
  public func earlierTwins() -> [Int?] {
    // Pairs of text and bucket, then in the order of the texts.
    var places: [UInt64] = []
    var buckets = 0
    eachBucket { bucket in
      for text in bucket { places.append(UInt64(text) << 32 | UInt64(buckets)) }
      buckets += 1
    }
    places.sort()
    var kept = [[Int32]](repeating: [], count: buckets)
    var twins = [Int?](repeating: nil, count: count)
    var start = 0
    while start < places.count {
      let text = Int(places[start] >> 32)
      let own = places[start...].prefix { Int($0 >> 32) == text }.map { Int($0 & 0xFFFF_FFFF) }
      start += own.count
      for bucket in own where twins[text] == nil {
        let twin = kept[bucket].first { similarity(Int($0), text) >= threshold }
        twins[text] = twin.map { Int($0) }
      }
      if twins[text] != nil { continue }
      // In a crowd of look-alikes the first few decide.
      for bucket in own where kept[bucket].count < 64 { kept[bucket].append(Int32(text)) }
    }
    return twins
  }
}
