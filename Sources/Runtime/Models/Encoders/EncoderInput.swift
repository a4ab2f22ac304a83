// EncoderInput: texts as token ids, and a share of them packed on a tape.

import TLTensor

/// A text as a model reads it.
public struct EncodedText: Sendable, Equatable {
  public var ids: [Int32]
  /// 0 for the first text of a pair and 1 for the second; empty: all 0.
  public var typeIDs: [Int32]

  public init(ids: [Int32], typeIDs: [Int32] = []) {
    self.ids = ids
    self.typeIDs = typeIDs
  }
}

/// Texts that go through an encoder together, checked against its configuration.
public struct EncoderBatch: Sendable {
  public let texts: [EncodedText]
  /// The number of each text's first token in the batch.
  let starts: [Int]

  /// Throws where an id is outside the vocabulary, or a text empty or longer than the model can read.
  public init(_ texts: [EncodedText], for configuration: EncoderConfiguration) throws {
    var starts: [Int] = []
    var start = 0
    for (index, text) in texts.enumerated() {
      starts.append(start)
      start += text.ids.count
      guard !text.ids.isEmpty else { throw ModelError("text \(index) of the batch has no tokens") }
      if let longest = configuration.longestText, text.ids.count > longest {
        throw ModelError(
          "text \(index) has \(text.ids.count) tokens, the model reads up to \(longest)",
          next: "truncate it when tokenizing")
      }
      for id in text.ids where id < 0 || Int(id) >= configuration.vocabularySize {
        throw ModelError(
          "text \(index) has the token id \(id), the model has \(configuration.vocabularySize)",
          next: "tokenizer and model do not belong together")
      }
      guard text.typeIDs.isEmpty || text.typeIDs.count == text.ids.count else {
        throw ModelError(
          "text \(index) has \(text.ids.count) ids and \(text.typeIDs.count) token types")
      }
      // A model without type embeddings (DeBERTa-v3) does not look at the types.
      let types = configuration.typeVocabularySize
      for type in text.typeIDs where type < 0 || (types > 0 && Int(type) >= types) {
        throw ModelError("text \(index) has the token type \(type), the model has \(types)")
      }
    }
    guard start < Int(Int32.max) else {
      throw ModelError("a batch has \(start) tokens, more than one can number")
    }
    self.texts = texts
    self.starts = starts
  }

  public var lengths: [Int] { texts.map(\.ids.count) }
}

/// A share of a batch, packed in the memory of a tape.
public struct EncoderInput {
  public let sequences: Sequences
  public let ids: UnsafePointer<Int32>
  public let types: UnsafePointer<Int32>

  /// Packs the texts of the given numbers.
  public init(_ batch: EncoderBatch, _ share: some Collection<Int>, on tape: Tape) {
    let numbers = Array(share)
    sequences = tape.arena.sequences(
      lengths: numbers.map { batch.texts[$0].ids.count }, numbers: numbers,
      starts: numbers.map { batch.starts[$0] })
    let ids = tape.arena.allocate(Int32.self, sequences.tokens)
    let types = tape.arena.allocate(Int32.self, sequences.tokens)
    var row = 0
    for number in numbers {
      let text = batch.texts[number]
      for (index, id) in text.ids.enumerated() {
        ids[row] = id
        types[row] = text.typeIDs.isEmpty ? 0 : text.typeIDs[index]
        row += 1
      }
    }
    self.ids = UnsafePointer(ids)
    self.types = UnsafePointer(types)
  }
}

/// What a pass through an encoder leaves for whoever looks at it.
public final class EncoderTrace {
  /// Whether attention maps are wanted besides hidden states.
  public let wantsAttention: Bool
  private let visit: ((_ layer: Int, _ hidden: Variable) -> Void)?
  private var visited = 0
  /// [N, C] for the embeddings and after each block.
  public internal(set) var hiddenStates: [Tensor] = []
  /// For each block and sequence [H, T, T].
  public internal(set) var attentions: [AttentionMaps] = []

  /// - Parameter visit: sees each layer's hidden states while they last, 0 being the embeddings; with
  ///   it, none are kept.
  public init(
    wantsAttention: Bool = false, visit: ((_ layer: Int, _ hidden: Variable) -> Void)? = nil
  ) {
    self.wantsAttention = wantsAttention
    self.visit = visit
  }

  func keep(_ hidden: Variable) {
    guard let visit else { return hiddenStates.append(hidden.tensor) }
    visit(visited, hidden)
    visited += 1
  }

  func maps() -> AttentionMaps? {
    guard wantsAttention else { return nil }
    let maps = AttentionMaps()
    attentions.append(maps)
    return maps
  }
}

/// A network that turns tokens into vectors.
public protocol Encoder: AnyObject {
  var configuration: EncoderConfiguration { get }
  /// The vectors of all tokens after the last block: [N, C].
  func encode(_ input: EncoderInput, on tape: Tape, trace: EncoderTrace?) -> Variable
  /// The vectors of the first token of each text after the last block: [B, C].
  func encodeFirst(_ input: EncoderInput, on tape: Tape) -> Variable
  /// The table that a tied masked-LM head multiplies with.
  var wordEmbeddings: Parameter { get }
}

extension Encoder {
  public func encodeFirst(_ input: EncoderInput, on tape: Tape) -> Variable {
    tape.firstRows(encode(input, on: tape, trace: nil), input.sequences)
  }
}
