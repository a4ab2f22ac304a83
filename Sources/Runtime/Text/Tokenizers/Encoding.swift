// What encoding gives, and the settings it takes.

/// The tokens of a text, or of a pair, with everything that is known of each.
public struct Encoding: Sendable, Equatable {
  /// Ids, special tokens included.
  public var ids: [Int32] = []
  /// 0 or 1: which sequence a token belongs to, as the model wants it.
  public var typeIDs: [Int32] = []
  /// Half-open ranges in Unicode scalars of the original text (of the word, for words); [0, 0) for
  /// special tokens. Empty when offsets were not asked for.
  public var offsets: [TokenSpan] = []
  /// Index of the word of each token: of the given words, else of the pieces between blanks and
  /// punctuation; -1 for special tokens. Empty when offsets were not asked for.
  public var wordIDs: [Int32] = []
  public var specialTokensMask: [Bool] = []
  /// Tokens of the text were cut to reach the greatest length.
  public var isTruncated = false

  public var count: Int { ids.count }
}

/// How long an encoding may be and what is cut.
public struct Truncation: Sendable, Equatable {
  public enum Strategy: String, Sendable, CaseIterable {
    /// The longer sequence of a pair, then both.
    case longestFirst = "LongestFirst"
    case onlyFirst = "OnlyFirst"
    case onlySecond = "OnlySecond"
  }

  /// In tokens, special tokens included.
  public var maxLength: Int
  public var strategy: Strategy
  /// Cuts the beginning instead of the end.
  public var cutsLeft: Bool
  /// Kept for writing; windows that overlap are not made.
  public var stride: Int

  public init(
    maxLength: Int, strategy: Strategy = .longestFirst, cutsLeft: Bool = false, stride: Int = 0
  ) {
    self.maxLength = maxLength
    self.strategy = strategy
    self.cutsLeft = cutsLeft
    self.stride = stride
  }
}

/// Padding that a tokenizer file suggests; batches here are packed and need none.
public struct Padding: Sendable, Equatable {
  /// nil: to the longest of a batch.
  public var fixedLength: Int?
  public var padsLeft = false
  public var multiple: Int?
  public var id: Int32 = 0
  public var typeID: Int32 = 0
  public var token = "[PAD]"

  public init() {}
}

/// What an encoding is to hold.
public struct EncodeOptions: Sendable {
  public var addSpecialTokens = true
  public var truncation: Truncation?
  /// Offsets and word ids cost about as much again as the ids.
  public var offsets = true

  public init(
    addSpecialTokens: Bool = true, truncation: Truncation? = nil, offsets: Bool = true
  ) {
    self.addSpecialTokens = addSpecialTokens
    self.truncation = truncation
    self.offsets = offsets
  }
}

/// Ids of many texts, one after the other.
public struct PackedIDs: Sendable, Equatable {
  public var ids: [Int32] = []
  /// Text `i` has the ids from `starts[i]` up to `starts[i + 1]`.
  public var starts: [Int] = [0]

  public var count: Int { starts.count - 1 }

  public subscript(index: Int) -> ArraySlice<Int32> { ids[starts[index]..<starts[index + 1]] }
}

extension Truncation {
  /// How many tokens the sequences keep. Throws when the strategy cannot reach the length.
  func lengths(_ first: Int, _ second: Int?, added: Int, oneByOne: Bool) throws(TokenizerError)
    -> (Int, Int?)
  {
    guard added <= maxLength else {
      throw TokenizerError(
        "a maximum length of \(maxLength) leaves no room beside \(added) special tokens")
    }
    let limit = maxLength - added
    let total = first + (second ?? 0)
    guard total > limit else { return (first, second) }
    if limit == 0, !oneByOne { return (0, second.map { _ in 0 }) }
    switch strategy {
    case .longestFirst:
      guard let second else { return (limit, nil) }
      if oneByOne {
        var (a, b) = (first, second)
        for _ in 0..<(total - limit) { if a > b { a -= 1 } else { b -= 1 } }
        return (a, b)
      }
      var (short, long) = (min(first, second), 0)
      long = short > limit ? short : max(short, limit - short)
      if short + long > limit {
        short = limit / 2
        long = short + limit % 2
      }
      return first > second ? (long, short) : (short, long)
    case .onlyFirst, .onlySecond:
      guard strategy == .onlyFirst || second != nil else {
        throw TokenizerError("only the second sequence may be cut, but there is none")
      }
      let target = strategy == .onlyFirst ? first : second ?? 0
      guard target > total - limit else {
        // The tokenizers written in Python leave such a pair as it is.
        if oneByOne { return (first, second) }
        throw TokenizerError(
          "the \(strategy == .onlyFirst ? "first" : "second") sequence has \(target) tokens, "
            + "\(total - limit) must go to reach a maximum length of \(maxLength); "
            + "cut the longest first, or allow more")
      }
      return strategy == .onlyFirst
        ? (limit - (second ?? 0), second) : (first, limit - first)
    }
  }
}
