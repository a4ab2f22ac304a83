// Denoising, the objective of BART (Lewis et al., 2020): the sentences of a text in another order, and
// spans of tokens, 30% in all, each replaced by a single mask, with lengths of a Poisson distribution
// around 3 (a length of 0 puts a mask between two tokens). The target is the text as it was. A T5 can go
// on with it (Raffel et al., 2020, section 3.3.1), its first sentinel being the mask: it learns to
// write out what it reads. A pure function of the tokens and a random stream.

import Glibc
import TLTensor
import TLText

/// Makes pairs of source and target from sentences of tokens.
public struct Denoising: Sendable {
  public var share = 0.3
  public var meanSpan = 3.0
  public var permutesSentences = true
  public let mask: Int32
  /// Around source and target; nil: none.
  public let beginning: Int32?
  public let end: Int32?

  public init(mask: Int32, beginning: Int32?, end: Int32?) {
    self.mask = mask
    self.beginning = beginning
    self.end = end
  }

  /// Throws where the tokenizer has neither a mask token nor, as those of T5, a sentinel in its place.
  public init(_ tokenizer: Tokenizer) throws(TransferError) {
    let roles = tokenizer.specialTokens
    guard
      let mask = roles.mask.flatMap({ tokenizer.id(of: $0) }) ?? tokenizer.id(of: "<extra_id_0>")
    else {
      throw TransferError(
        "the tokenizer has no mask token, which spans are hidden behind",
        next: "make one with special_tokens: [\"<mask>\"]")
    }
    self.init(
      mask: mask, beginning: roles.beginning.flatMap { tokenizer.id(of: $0) },
      end: roles.end.flatMap { tokenizer.id(of: $0) })
  }

  /// The pair of a text, given as the tokens of its sentences; nil without tokens.
  public func apply(
    to sentences: [[Int32]], _ random: inout RandomStream
  ) -> (source: [Int32], target: [Int32])? {
    let text = Array(sentences.joined())
    guard !text.isEmpty else { return nil }
    var ordered = sentences
    if permutesSentences { ordered.shuffle(using: &random) }
    let source = infill(Array(ordered.joined()), &random)
    func wrapped(_ ids: [Int32]) -> [Int32] {
      (beginning.map { [$0] } ?? []) + ids + (end.map { [$0] } ?? [])
    }
    return (wrapped(source), wrapped(text))
  }

  /// Hides spans until the share is reached; spans do not overlap.
  func infill(_ ids: [Int32], _ random: inout RandomStream) -> [Int32] {
    var wanted = Int((share * Double(ids.count)).rounded())
    var lengths: [Int] = []
    var inserted = 0
    while wanted > 0 {
      let length = poisson(&random)
      if length == 0 {
        // As many as the distribution gives, and never without end.
        inserted += 1
        if inserted > ids.count { break }
        lengths.append(0)
        continue
      }
      lengths.append(min(length, wanted))
      wanted -= length
    }
    // The shown tokens, shared out at random before, between and behind the spans.
    let shown = ids.count - lengths.reduce(0, +)
    var gaps = [Int](repeating: 0, count: lengths.count + 1)
    for _ in 0..<shown { gaps[random.number(below: gaps.count)] += 1 }
    var source: [Int32] = []
    var place = 0
    for (span, length) in lengths.enumerated() {
      source += ids[place..<place + gaps[span]]
      source.append(mask)
      place += gaps[span] + length
    }
    return source + ids[place...]
  }

  /// Knuth's method.
  private func poisson(_ random: inout RandomStream) -> Int {
    let limit = exp(-meanSpan)
    var product = random.uniform()
    var count = 0
    while product > limit {
      count += 1
      product *= random.uniform()
    }
    return count
  }
}
