// Texts as a model is pretrained on them: sentences one after the other up to the length limit, without
// padding and without cutting a sentence that fits (as RoBERTa's full sentences, Liu et al., 2019).

import TLModels
import TLText

/// Texts packed into sequences, special tokens around them.
public struct TokenPacks: Sendable {
  public struct Pack: Sendable, Equatable {
    /// With the special tokens at both ends.
    public var ids: [Int32]
    /// The places where words begin, ascending; special and unknown tokens belong to no word.
    public var wordStarts: [Int32]
    /// The place behind the last token of each word.
    public var wordEnds: [Int32]
    /// The places where texts begin or go on, ascending.
    public var textStarts: [Int32]
  }

  public private(set) var packs: [Pack] = []
  /// Special tokens before and behind the texts of each sequence.
  public let specialCounts: (before: Int, behind: Int)
  /// Texts that gave at least one token.
  public private(set) var texts = 0
  /// Texts longer than the limit, which were cut into several sequences.
  public private(set) var cut = 0

  public var count: Int { packs.count }
  public var tokens: Int { packs.reduce(0) { $0 + $1.ids.count } }

  /// The tokens of each text of a sequence, without special ones.
  func texts(_ number: Int) -> [[Int32]] {
    let pack = packs[number]
    let end = pack.ids.count - specialCounts.behind
    return pack.textStarts.indices.map { index in
      let next = index + 1 < pack.textStarts.count ? Int(pack.textStarts[index + 1]) : end
      return Array(pack.ids[Int(pack.textStarts[index])..<next])
    }
  }

  /// Throws where the limit leaves no room beside the special tokens.
  /// - Parameters:
  ///   - maxLength: of a sequence, special tokens included.
  ///   - joining: whether several texts share a sequence.
  public init(
    _ texts: [String], tokenizer: Tokenizer, maxLength: Int, joining: Bool = true,
    threads: Int? = nil
  ) throws {
    let sample = try tokenizer.encode("a")
    let body = sample.specialTokensMask.firstIndex(of: false) ?? 0
    let prefix = Array(sample.ids[..<body])
    let suffix = Array(
      sample.ids[(sample.specialTokensMask.lastIndex(of: false).map { $0 + 1 } ?? body)...])
    specialCounts = (prefix.count, suffix.count)
    let room = maxLength - prefix.count - suffix.count
    guard room >= 2 else {
      throw TransferError(
        "max_length \(maxLength) leaves no room beside \(prefix.count + suffix.count) special "
          + "tokens", next: "raise max_length")
    }
    let unknown = tokenizer.specialTokens.unknown.flatMap { tokenizer.id(of: $0) }
    var current = Pack(ids: prefix, wordStarts: [], wordEnds: [], textStarts: [])
    func close() {
      if !current.wordStarts.isEmpty {
        current.ids += suffix
        packs.append(current)
      }
      current = Pack(ids: prefix, wordStarts: [], wordEnds: [], textStarts: [])
    }
    // A part of the texts at a time: encodings with places are large.
    for start in stride(from: 0, to: texts.count, by: 20_000) {
      let part = Array(texts[start..<min(texts.count, start + 20_000)])
      let encodings = try tokenizer.encodeBatch(
        part, options: EncodeOptions(addSpecialTokens: false), threads: threads)
      for encoding in encodings where !encoding.ids.isEmpty {
        self.texts += 1
        if encoding.count > room { cut += 1 }
        if !joining || current.ids.count - prefix.count + encoding.count > room { close() }
        var place = 0
        while place < encoding.count {
          let left = room - (current.ids.count - prefix.count)
          current.textStarts.append(Int32(current.ids.count))
          let end = min(encoding.count, place + left)
          for token in place..<end {
            let position = Int32(current.ids.count)
            let isWord = encoding.ids[token] != unknown && !encoding.specialTokensMask[token]
            if isWord {
              let continues =
                token > place && encoding.wordIDs[token] == encoding.wordIDs[token - 1]
                && current.wordEnds.last == position
              if continues {
                current.wordEnds[current.wordEnds.count - 1] = position + 1
              } else {
                current.wordStarts.append(position)
                current.wordEnds.append(position + 1)
              }
            }
            current.ids.append(encoding.ids[token])
          }
          place = end
          if place < encoding.count { close() }
        }
      }
    }
    close()
  }
}
