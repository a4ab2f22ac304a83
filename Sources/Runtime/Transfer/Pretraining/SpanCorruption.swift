// Span corruption, the objective of T5 (Raffel et al., 2020, section 3.1.4, in the arithmetic of their
// code): spans of about three tokens, 15% in all, each behind a sentinel of its own; the target has the
// sentinels with what they hide. A pure function of the tokens and a random stream.

import TLTensor
import TLText

/// Makes pairs of source and target from sequences of tokens.
public struct SpanCorruption: Sendable {
  public var share = 0.15
  public var meanSpan = 3.0
  /// <extra_id_0>, <extra_id_1>, ….
  public let sentinels: [Int32]
  /// Ends source and target.
  public let end: Int32

  public init(sentinels: [Int32], end: Int32, share: Double = 0.15, meanSpan: Double = 3) {
    self.sentinels = sentinels
    self.end = end
    self.share = share
    self.meanSpan = meanSpan
  }

  /// Throws where the tokenizer lacks sentinels or an end token.
  public init(_ tokenizer: Tokenizer) throws(TransferError) {
    let found = (0..<10_000).lazy.map { tokenizer.id(of: "<extra_id_\($0)>") }
      .prefix { $0 != nil }.compactMap { $0 }
    guard !found.isEmpty else {
      throw TransferError(
        "the tokenizer has no sentinel tokens <extra_id_0>, …, which hide spans",
        next: "make one with kind \"unigram\" and sentinels: 100")
    }
    guard let name = tokenizer.specialTokens.end, let end = tokenizer.id(of: name) else {
      throw TransferError("the tokenizer has no end token, which T5 expects behind each text")
    }
    self.init(sentinels: Array(found), end: end)
  }

  /// The pair of a sequence without special tokens; nil for fewer than two tokens.
  public func apply(
    to ids: [Int32], _ random: inout RandomStream
  ) -> (source: [Int32], target: [Int32])? {
    let length = ids.count
    guard length >= 2 else { return nil }
    let noise = min(max(Int((Double(length) * share).rounded(.toNearestOrEven)), 1), length - 1)
    let spans = min(
      max(Int((Double(noise) / meanSpan).rounded(.toNearestOrEven)), 1), noise, length - noise,
      sentinels.count)
    let hidden = Self.segments(noise, into: spans, &random)
    let shown = Self.segments(length - noise, into: spans, &random)
    var source: [Int32] = []
    var target: [Int32] = []
    var place = 0
    for span in 0..<spans {
      source += ids[place..<place + shown[span]]
      place += shown[span]
      source.append(sentinels[span])
      target.append(sentinels[span])
      target += ids[place..<place + hidden[span]]
      place += hidden[span]
    }
    return (source + [end], target + [end])
  }

  /// A number as a sum of `parts` positive ones, all such sums alike.
  static func segments(_ total: Int, into parts: Int, _ random: inout RandomStream) -> [Int] {
    // Of the total - 1 places between units, parts - 1 are chosen.
    var places = Array(0..<max(0, total - 1))
    for index in 0..<max(0, parts - 1) {
      places.swapAt(index, index + random.number(below: places.count - index))
    }
    let cuts = places.prefix(max(0, parts - 1)).sorted()
    var lengths: [Int] = []
    var start = 0
    for cut in cuts {
      lengths.append(cut + 1 - start)
      start = cut + 1
    }
    return lengths + [total - start]
  }
}
