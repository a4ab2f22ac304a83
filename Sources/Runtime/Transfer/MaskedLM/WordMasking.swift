// Which tokens a masked language model has to guess, and what it sees in their place: whole words up to
// a share of the tokens; of the chosen ones 80% are hidden behind the mask, 10% are another token at
// random, 10% stay (Devlin et al., 2019; whole words as in their later models). A pure function of the
// sequence and a random stream.

import TLModels
import TLTensor
import TLText

/// How tokens are chosen and replaced.
public struct WordMasking: Sendable {
  /// Of the tokens of a sequence.
  public var share = 0.15
  /// Whether all pieces of a word are chosen together.
  public var wholeWords = true
  public var hiddenShare = 0.8
  public var randomShare = 0.1
  public let maskID: Int32
  /// What a random token is drawn from: all but special ones.
  public let ordinaryIDs: [Int32]

  /// Throws where the tokenizer has no mask token.
  public init(_ tokenizer: Tokenizer) throws {
    guard let mask = tokenizer.specialTokens.mask, let maskID = tokenizer.id(of: mask) else {
      throw TransferError(
        "the tokenizer has no mask token, which masked words are hidden behind",
        next: "make one with kind \"wordpiece\", or with special_tokens: [\"<mask>\"]")
    }
    self.maskID = maskID
    let special = Set(tokenizer.addedTokens.filter(\.isSpecial).map(\.id))
    ordinaryIDs = (0..<Int32(tokenizer.idLimit)).filter { !special.contains($0) }
  }

  /// A sequence with the tokens to guess.
  public struct Masked: Sendable, Equatable {
    public var ids: [Int32]
    /// The places to guess, ascending.
    public var places: [Int32]
    /// What stood there.
    public var originals: [Int32]
  }

  /// Chooses and replaces tokens; at least one where the sequence has a word.
  public func apply(to pack: TokenPacks.Pack, _ random: inout RandomStream) -> Masked {
    var words = Array(zip(pack.wordStarts, pack.wordEnds))
    if !wholeWords { words = words.flatMap { start, end in (start..<end).map { ($0, $0 + 1) } } }
    let tokens = words.reduce(0) { $0 + Int($1.1 - $1.0) }
    let wanted = max(1, Int((share * Double(tokens)).rounded()))
    var places: [Int32] = []
    for index in words.indices {
      if places.count >= wanted { break }
      words.swapAt(index, index + random.number(below: words.count - index))
      let (start, end) = words[index]
      if places.count + Int(end - start) > wanted, !places.isEmpty { continue }
      places += start..<end
    }
    places.sort()
    var masked = Masked(ids: pack.ids, places: places, originals: [])
    for place in places {
      masked.originals.append(pack.ids[Int(place)])
      let draw = random.uniform()
      if draw < hiddenShare {
        masked.ids[Int(place)] = maskID
      } else if draw < hiddenShare + randomShare, !ordinaryIDs.isEmpty {
        masked.ids[Int(place)] = ordinaryIDs[random.number(below: ordinaryIDs.count)]
      }
    }
    return masked
  }
}

extension RandomStream {
  /// A number in 0..<count.
  mutating func number(below count: Int) -> Int {
    min(count - 1, Int(uniform() * Double(count)))
  }
}
