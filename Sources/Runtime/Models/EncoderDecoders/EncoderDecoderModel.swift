// EncoderDecoderModel: a model that reads one text and writes another, loaded from a model directory or
// made anew: its passes for training, and one token at a time for generation.

import TLTensor
import TLText

/// Sources and targets that go through a model together, checked against its configuration.
public struct TextPairBatch: Sendable {
  /// Token ids of each source, and of each target with its end token, without the start token.
  public let sources: [[Int32]]
  public let targets: [[Int32]]
  let sourceStarts: [Int]
  let targetStarts: [Int]

  /// Of a piece in training. Smaller than an encoder's: a pass keeps the values of two stacks, and logits
  /// over a large vocabulary.
  public static let pieceTokens = 320

  /// Throws where an id is outside the vocabulary, or a text empty or longer than the model can read.
  public init(
    sources: [[Int32]], targets: [[Int32]] = [], for configuration: EncoderDecoderConfiguration
  ) throws {
    precondition(targets.isEmpty || targets.count == sources.count, "a target for each source")
    self.sources = sources
    self.targets = targets
    sourceStarts = try Self.starts(sources, "source", configuration)
    targetStarts = try Self.starts(targets, "target", configuration)
  }

  private static func starts(
    _ texts: [[Int32]], _ what: String, _ configuration: EncoderDecoderConfiguration
  ) throws -> [Int] {
    var starts: [Int] = []
    var start = 0
    for (index, ids) in texts.enumerated() {
      starts.append(start)
      start += ids.count
      guard !ids.isEmpty else { throw ModelError("\(what) \(index) of the batch has no tokens") }
      if let longest = configuration.longestText, ids.count > longest {
        throw ModelError(
          "\(what) \(index) has \(ids.count) tokens, the model reads and writes up to \(longest)",
          next: "truncate it when tokenizing")
      }
      for id in ids where id < 0 || Int(id) >= configuration.vocabularySize {
        throw ModelError(
          "\(what) \(index) has the token id \(id), the model has "
            + "\(configuration.vocabularySize)",
          next: "tokenizer and model do not belong together")
      }
    }
    guard start < Int(Int32.max) else {
      throw ModelError("a batch has \(start) tokens, more than one can number")
    }
    return starts
  }

  /// What each pair costs: the tokens of source and target.
  public var costs: [Int] {
    sources.indices.map { sources[$0].count + (targets.isEmpty ? 0 : targets[$0].count) }
  }
}

/// Token ids of several texts, packed in the memory of a tape.
public struct PackedIDs {
  public let sequences: Sequences
  public let ids: UnsafePointer<Int32>

  /// Sources of the given numbers.
  public init(sources batch: TextPairBatch, _ share: some Collection<Int>, on tape: Tape) {
    let numbers = Array(share)
    self.init(
      numbers.map { batch.sources[$0] }, numbers, numbers.map { batch.sourceStarts[$0] }, on: tape)
  }

  /// What the decoder reads for the targets of the given numbers: the start token, then all but the
  /// last; without a start token the last, the code of the language, comes first.
  public init(
    decoderInputs batch: TextPairBatch, _ share: some Collection<Int>, start: Int?, on tape: Tape
  ) {
    let numbers = Array(share)
    self.init(
      numbers.map { number in
        let target = batch.targets[number]
        return [start.map { Int32($0) } ?? target[target.count - 1]] + target.dropLast()
      }, numbers,
      numbers.map { batch.targetStarts[$0] }, on: tape)
  }

  private init(_ texts: [[Int32]], _ numbers: [Int], _ starts: [Int], on tape: Tape) {
    sequences = tape.arena.sequences(
      lengths: texts.map(\.count), numbers: numbers, starts: starts)
    ids = tape.arena.copy(texts.flatMap { $0 })
  }
}

/// What a pass leaves for whoever looks at it.
public final class EncoderDecoderTrace {
  public let encoder = EncoderTrace(wantsAttention: true)
  /// With the decoder's attention to itself.
  public let decoder = EncoderTrace(wantsAttention: true)
  /// For each block of the decoder its attention to the source.
  public internal(set) var cross: [AttentionMaps] = []
  public init() {}

  func crossMaps() -> AttentionMaps {
    let maps = AttentionMaps()
    cross.append(maps)
    return maps
  }
}

/// The two stacks of a model.
public protocol EncoderDecoderNetwork: AnyObject {
  /// The vectors of all tokens of the sources: [N, C].
  func encode(_ input: PackedIDs, on tape: Tape, trace: EncoderTrace?) -> Variable
  /// The vectors from which the next tokens are told: [M, C].
  func decode(
    _ input: PackedIDs, _ encoded: Variable, _ sources: Sequences, on tape: Tape,
    trace: EncoderDecoderTrace?
  ) -> Variable
  /// Keeps what the decoder's attention to the sources needs in all steps.
  func begin(_ cache: DecodingCache, _ encoded: Variable, on tape: Tape)
  /// The vectors of the newest tokens `ids` of the rows of a cache: [R, C].
  func step(_ ids: UnsafePointer<Int32>, _ cache: DecodingCache, on tape: Tape) -> Variable
  /// The matrix [V, C] of the vocabulary's logits.
  var vocabulary: Parameter { get }
  /// What is added to the logits [V]; nil: nothing.
  var vocabularyBias: Tensor? { get }
}

/// An encoder-decoder with its weights.
public final class EncoderDecoderModel: @unchecked Sendable {
  public let configuration: EncoderDecoderConfiguration
  public let network: any EncoderDecoderNetwork
  /// All parameters, from the embeddings up; tied ones once.
  public let parameters: [Parameter]
  /// Linear layers by their path: the places of low-rank updates.
  public let linears: [(path: String, layer: Linear)]
  /// The ends of attention and feed-forward layers by their path: the places of adapters.
  public let adapterPlaces: [(path: String, layer: AdapterPlace)]
  /// What was made anew, and what of the checkpoint is not used.
  public let report: LoadReport

  /// Loads a model directory.
  ///
  /// Throws `ModelError` or `CheckpointError` that names the file and the cause.
  public convenience init(directory: String, seed: UInt64 = 0) throws {
    let configuration = try EncoderDecoderConfiguration(directory: directory)
    try self.init(configuration, directory: directory, seed: seed)
  }

  /// Loads the weights of a model directory under a configuration, e.g. with another dropout.
  public convenience init(
    _ configuration: EncoderDecoderConfiguration, directory: String, seed: UInt64
  ) throws {
    let reader = WeightReader(
      try Checkpoint.open(directory), prefix: configuration.family.prefix)
    try self.init(configuration, reader: reader, seed: seed)
  }

  /// Builds a model; without a reader, all weights are new.
  public init(
    _ configuration: EncoderDecoderConfiguration, reader: WeightReader?, seed: UInt64
  ) throws {
    let weights = ModelWeights(
      reader, initializerRange: configuration.initializerRange, seed: seed)
    self.configuration = configuration
    switch configuration.family {
    case .t5, .mt5: network = try T5(weights, configuration)
    case .bart, .mbart, .marian: network = try BART(weights, configuration)
    }
    var report = try weights.finish()
    report.unexpected.removeAll { Self.isCopy($0) }
    self.report = report
    parameters = weights.parameters
    linears = weights.linears
    adapterPlaces = weights.adapterPlaces
  }

  /// Tied tables that a checkpoint has more than once, tables that are computed, and leftovers.
  private static func isCopy(_ name: String) -> Bool {
    name.hasSuffix("embed_tokens.weight") || name == "lm_head.weight"
      || name.hasSuffix("embed_positions.weight") || name == "final_logits_bias"
      || name.hasSuffix("EncDecAttention.relative_attention_bias.weight")
  }

  /// The number of weights that a checkpoint has for a model, each counted once.
  public static func parameterCount(
    _ checkpoint: Checkpoint, _ configuration: EncoderDecoderConfiguration
  ) -> Int {
    // The word embeddings count once, under the first of their names that is there.
    let words = ["shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"]
      .first { name in checkpoint.tensors.contains { $0.name.hasSuffix(name) } }
    return checkpoint.tensors.reduce(0) { sum, tensor in
      let isOwn =
        tensor.name == "lm_head.weight"
        ? !configuration.tiesEmbeddings
        : tensor.name.hasSuffix("embed_tokens.weight")
          ? words.map { tensor.name.hasSuffix($0) } ?? false
          : !isCopy(tensor.name)
            || configuration.family != .marian && tensor.name.hasSuffix("positions.weight")
      return sum + (isOwn ? tensor.count : 0)
    }
  }

  /// The number of weights.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// The vectors of the sources of the given numbers: [N, C], with their extent.
  public func encode(
    _ batch: TextPairBatch, _ share: some Collection<Int>, on tape: Tape,
    trace: EncoderDecoderTrace? = nil
  ) -> (vectors: Variable, sequences: Sequences) {
    let input = PackedIDs(sources: batch, share, on: tape)
    return (network.encode(input, on: tape, trace: trace?.encoder), input.sequences)
  }

  /// The decoder's vectors of the targets of the given numbers: [M, C].
  public func decode(
    _ batch: TextPairBatch, _ share: some Collection<Int>, _ encoded: Variable,
    _ sources: Sequences, on tape: Tape, trace: EncoderDecoderTrace? = nil
  ) -> Variable {
    network.decode(
      PackedIDs(
        decoderInputs: batch, share,
        start: configuration.family == .mbart ? nil : configuration.startID, on: tape),
      encoded, sources, on: tape, trace: trace)
  }

  /// The logits of the vocabulary: [M, C] -> [M, V].
  public func logits(_ decoded: Variable, on tape: Tape) -> Variable {
    let logits = tape.linear(decoded, network.vocabulary)
    if let bias = network.vocabularyBias { tape.add(row: bias, to: logits) }
    return logits
  }

  /// The cross-entropy of targets given the decoder's vectors: `scale` times the sum over the tokens.
  public func loss(
    _ decoded: Variable, _ batch: TextPairBatch, _ share: some Collection<Int>,
    options: CrossEntropyOptions = CrossEntropyOptions(), scale: Double, on tape: Tape
  ) -> Double {
    tape.crossEntropy(
      of: decoded, network.vocabulary, network.vocabularyBias.map { UnsafePointer($0.pointer) },
      labels: tape.arena.copy(share.flatMap { batch.targets[$0] }), options: options, scale: scale)
  }

  /// Forward from sources to the loss of their targets.
  public func loss(
    _ batch: TextPairBatch, _ share: some Collection<Int>,
    options: CrossEntropyOptions = CrossEntropyOptions(), scale: Double, on tape: Tape
  ) -> Double {
    let encoded = encode(batch, share, on: tape)
    return loss(
      decode(batch, share, encoded.vectors, encoded.sequences, on: tape), batch, share,
      options: options, scale: scale, on: tape)
  }

  /// The layer that a parameter belongs to, for gradient norms by layer: `shared`,
  /// `encoder.block.0` or `encoder.layers.0`, `encoder`, …, `lm_head`.
  public static func layer(of name: String) -> String {
    var path = name[...]
    if path.hasPrefix("model.") { path = path.dropFirst(6) }
    let parts = path.split(separator: ".")
    if parts.count > 2 && (parts[1] == "block" || parts[1] == "layers") {
      return parts[0...2].joined(separator: ".")
    }
    return parts.prefix(parts.count > 2 ? 2 : 1).joined(separator: ".")
  }
}
