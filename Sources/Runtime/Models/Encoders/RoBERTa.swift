// RoBERTa (Liu et al., 2019) and XLM-RoBERTa (Conneau et al., 2020): BERT's blocks; positions are
// counted from the padding id + 1, and a padding token inside a text has the padding position.

import TLTensor

/// The encoder of RoBERTa and XLM-RoBERTa.
public final class RoBERTa: Encoder {
  public let configuration: EncoderConfiguration
  public let embeddings: BERTEmbeddings
  public let blocks: [BERTBlock]

  public init(_ weights: ModelWeights, _ configuration: EncoderConfiguration) throws {
    self.configuration = configuration
    embeddings = try BERTEmbeddings(weights, "roberta.embeddings", configuration)
    blocks = try (0..<configuration.layers).map {
      try BERTBlock(weights, "roberta.encoder.layer.\($0)", configuration)
    }
  }

  public var wordEmbeddings: Parameter { embeddings.words }

  public func encode(_ input: EncoderInput, on tape: Tape, trace: EncoderTrace?) -> Variable {
    BERTBlock.run(blocks, embedded(input, on: tape), input.sequences, on: tape, trace: trace)
  }

  public func encodeFirst(_ input: EncoderInput, on tape: Tape) -> Variable {
    BERTBlock.runFirst(blocks, embedded(input, on: tape), input.sequences, on: tape)
  }

  private func embedded(_ input: EncoderInput, on tape: Tape) -> Variable {
    let padding = Int32(configuration.paddingID)
    let positions = tape.arena.allocate(Int32.self, input.sequences.tokens)
    for sequence in 0..<input.sequences.count {
      var position = padding
      let start = input.sequences.start(sequence)
      for row in start..<start + input.sequences.length(sequence) {
        let isPadding = input.ids[row] == padding
        if !isPadding { position += 1 }
        positions[row] = isPadding ? padding : position
      }
    }
    return embeddings(input, positions: UnsafePointer(positions), on: tape)
  }
}
