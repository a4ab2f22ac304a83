// What the parts of a split share, which would make a test a test of memory: the same text, and
// nearly the same. Also the removal of repeated rows from one set.

import TLText

/// Shared texts between parts.
public struct OverlapReport: Sendable {
  public struct Example: Sendable {
    /// A row of the earlier part and one of the later part.
    public let firstRow: Int
    public let secondRow: Int
    /// 1 for texts of the same words.
    public let similarity: Double
    /// The text of the later part.
    public let text: String
  }

  /// One pair of parts.
  public struct Pair: Sendable {
    public let first: String
    public let second: String
    /// Rows of the second part whose text the first part has, byte for byte.
    public let exact: Int
    /// Further rows of the second part with a near duplicate in the first.
    public let near: Int
    /// All those rows of the second part, rising.
    public let rows: [Int]
    /// Exact ones first, then the most similar, at most ten.
    public let examples: [Example]
  }

  public let pairs: [Pair]
  public let threshold: Double

  /// Whether no text is shared.
  public var isClean: Bool { pairs.allSatisfy { $0.rows.isEmpty } }

  /// One line per pair that shares texts; nil for none.
  public var warning: String? {
    let lines = pairs.filter { !$0.rows.isEmpty }.map { pair in
      "\(pair.rows.count) \(pair.rows.count == 1 ? "row" : "rows") of \(pair.second) "
        + "\(pair.rows.count == 1 ? "is" : "are") in \(pair.first) too "
        + "(\(pair.exact) exactly, \(pair.near) nearly)"
    }
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }

  /// Compares each part with those before it. Throws `invalid` for a threshold outside 0.3...1.
  public init(
    _ parts: [(name: String, texts: [String])], threshold: Double = 0.7
  ) throws(AnalysisError) {
    let texts = parts.flatMap(\.texts)
    let index = try NearDuplicates(texts, threshold: threshold)
    var part: [Int] = []
    var offsets: [Int] = []
    for (number, entry) in parts.enumerated() {
      offsets.append(part.count)
      part += [Int](repeating: number, count: entry.texts.count)
    }
    /// Per part, the earlier text that a text is like.
    var twins = [[Int?]](
      repeating: [Int?](repeating: nil, count: texts.count), count: parts.count)
    var isExact = [[Bool]](
      repeating: [Bool](repeating: false, count: texts.count), count: parts.count)
    var known: [[[UInt8]: Int]] = parts.map { _ in [:] }
    for (number, text) in texts.enumerated() {
      // An empty text gives nothing away.
      if text.unicodeScalars.allSatisfy(\.properties.isWhitespace) { continue }
      let key = Array(text.utf8)
      for earlier in 0..<part[number] {
        if let first = known[earlier][key] {
          twins[earlier][number] = first
          isExact[earlier][number] = true
        }
      }
      if known[part[number]][key] == nil { known[part[number]][key] = number }
    }
    index.eachBucket { bucket in
      // A bucket is in order of the parts: runs of one part each.
      var runs: [Range<Int>] = []
      for place in bucket.indices {
        if let last = runs.last, part[Int(bucket[last.lowerBound])] == part[Int(bucket[place])] {
          runs[runs.count - 1] = last.lowerBound..<place + 1
        } else {
          runs.append(place..<place + 1)
        }
      }
      for (number, run) in runs.enumerated().dropFirst() {
        for earlier in runs[..<number] {
          let first = part[Int(bucket[earlier.lowerBound])]
          for place in run where twins[first][Int(bucket[place])] == nil {
            let text = Int(bucket[place])
            for other in bucket[earlier].prefix(64)
            where index.similarity(Int(other), text) >= threshold {
              twins[first][text] = Int(other)
              break
            }
          }
        }
      }
    }
    var pairs: [Pair] = []
    for second in parts.indices {
      for first in 0..<second {
        let range = offsets[second]..<offsets[second] + parts[second].texts.count
        var examples: [(rank: Double, example: Example)] = []
        var rows: [Int] = []
        var exact = 0
        for text in range {
          guard let twin = twins[first][text] else { continue }
          rows.append(text - offsets[second])
          let same = isExact[first][text]
          if same { exact += 1 }
          let similarity = same ? 1 : index.similarity(twin, text)
          examples.append(
            (
              same ? 2 : similarity,
              Example(
                firstRow: twin - offsets[first], secondRow: text - offsets[second],
                similarity: similarity, text: texts[text])
            ))
        }
        examples.sort {
          $0.rank != $1.rank ? $0.rank > $1.rank : $0.example.secondRow < $1.example.secondRow
        }
        pairs.append(
          Pair(
            first: parts[first].name, second: parts[second].name, exact: exact,
            near: rows.count - exact, rows: rows, examples: examples.prefix(10).map(\.example)))
      }
    }
    self.pairs = pairs
    self.threshold = threshold
  }
}

/// Rows without the repeated ones.
public struct Deduplication: Sendable {
  /// Rows that stay, rising: of repeated texts the first.
  public let kept: [Int]
  /// Rows that go, each with the earlier row it repeats.
  public let removed: [(row: Int, first: Int)]

  /// Texts equal byte for byte, or with `threshold` also near duplicates.
  public init(_ texts: [String], threshold: Double? = nil) throws(AnalysisError) {
    var removed: [(row: Int, first: Int)] = []
    var kept: [Int] = []
    var known: [[UInt8]: Int] = [:]
    known.reserveCapacity(texts.count)
    for (row, text) in texts.enumerated() {
      let key = Array(text.utf8)
      if let first = known[key] {
        removed.append((row, first))
      } else {
        known[key] = row
        kept.append(row)
      }
    }
    if let threshold {
      let twins = try NearDuplicates(kept.map { texts[$0] }, threshold: threshold).earlierTwins()
      for (place, twin) in twins.enumerated() {
        if let twin { removed.append((kept[place], kept[twin])) }
      }
      kept = zip(kept, twins).filter { $0.1 == nil }.map(\.0)
      removed.sort { $0.row < $1.row }
    }
    self.kept = kept
    self.removed = removed
  }
}
