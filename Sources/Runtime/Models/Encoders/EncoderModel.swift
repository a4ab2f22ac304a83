// EncoderModel: an encoder with its pooler and a head, loaded from a model directory or made anew.

import TLTensor

/// An encoder with what is put on top of it.
public final class EncoderModel: @unchecked Sendable {
  /// What a model is loaded for.
  public enum Task: Sendable, Equatable {
    /// Vectors alone; a pooler if the checkpoint has one.
    case features
    /// One set of logits for each text.
    case sequenceClassification(classes: Int)
    /// One set of logits for each token.
    case tokenClassification(classes: Int)
    case maskedLM
    /// Vectors for heads that are put on later; `pools`: with the pooler that heads for texts read.
    case shared(pools: Bool)
  }

  public let configuration: EncoderConfiguration
  public let encoder: any Encoder
  public let pooler: Pooler?
  public let sequenceHead: SequenceHead?
  public let tokenHead: TokenHead?
  public let maskedLMHead: MaskedLMHead?
  /// BERT's head for "does the second text follow the first", where the checkpoint has it.
  public let nextSentenceHead: Linear?
  /// All parameters, from the embeddings up.
  public let parameters: [Parameter]
  /// Linear layers by their path, e.g. `bert.encoder.layer.0.attention.self.query`: the places of
  /// low-rank updates.
  public let linears: [(path: String, layer: Linear)]
  /// Outputs of attention and of feed-forward layers by their path, e.g.
  /// `bert.encoder.layer.0.attention.output`: the places of adapters.
  public let outputs: [(path: String, layer: ResidualOutput)]
  /// What was made anew, and what of the checkpoint is not used.
  public let report: LoadReport

  /// Loads a model directory.
  ///
  /// Throws `ModelError` or `CheckpointError` that names the file and the cause.
  /// - Parameter seed: of the weights that the checkpoint lacks, e.g. those of a new head.
  public convenience init(directory: String, task: Task = .features, seed: UInt64 = 0) throws {
    let configuration = try EncoderConfiguration(directory: directory)
    let reader = WeightReader(
      try Checkpoint.open(directory), prefix: configuration.family.prefix)
    try self.init(configuration, task: task, reader: reader, seed: seed)
  }

  /// Builds a model; without a reader, all weights are new.
  public init(
    _ configuration: EncoderConfiguration, task: Task, reader: WeightReader?, seed: UInt64
  ) throws {
    let weights = ModelWeights(
      reader, initializerRange: configuration.initializerRange, seed: seed)
    self.configuration = configuration
    let encoder: any Encoder
    switch configuration.family {
    case .bert: encoder = try BERT(weights, configuration)
    case .roberta, .xlmRoBERTa: encoder = try RoBERTa(weights, configuration)
    case .deberta: encoder = try DeBERTa(weights, configuration)
    }
    self.encoder = encoder
    let isRoBERTa = configuration.family == .roberta || configuration.family == .xlmRoBERTa
    var needsPooler = false
    var sequenceClasses: Int?
    var tokenClasses: Int?
    switch task {
    case .sequenceClassification(let classes):
      needsPooler = !isRoBERTa
      sequenceClasses = classes
    case .tokenClassification(let classes):
      tokenClasses = classes
    case .shared(let pools): needsPooler = pools && !isRoBERTa
    case .features, .maskedLM:
      needsPooler = weights.contains("\(configuration.family.prefix)pooler.dense.weight")
    }
    pooler = needsPooler ? try Pooler(weights, configuration) : nil
    sequenceHead = try sequenceClasses.map {
      try SequenceHead(weights, configuration, classes: $0)
    }
    tokenHead = try tokenClasses.map { try TokenHead(weights, configuration, classes: $0) }
    maskedLMHead = task == .maskedLM ? try MaskedLMHead(weights, encoder) : nil
    let hasNextSentence =
      task == .maskedLM && pooler != nil && weights.contains("cls.seq_relationship.weight")
    nextSentenceHead =
      hasNextSentence
      ? try Linear(weights, "cls.seq_relationship", configuration.hiddenSize, 2) : nil
    report = try weights.finish()
    parameters = weights.parameters
    linears = weights.linears
    outputs = weights.outputs
  }

  /// Another head on the same encoder, whose weights both models share.
  ///
  /// - Parameters:
  ///   - sequenceHead, tokenHead: one of the two.
  ///   - parameters: of the head.
  public init(
    _ model: EncoderModel, sequenceHead: SequenceHead? = nil, tokenHead: TokenHead? = nil,
    parameters: [Parameter]
  ) {
    configuration = model.configuration
    encoder = model.encoder
    // What tags tokens reads no pooler.
    pooler = tokenHead == nil ? model.pooler : nil
    self.sequenceHead = sequenceHead
    self.tokenHead = tokenHead
    maskedLMHead = nil
    nextSentenceHead = nil
    report = model.report
    let hasPooler = pooler != nil
    self.parameters =
      model.parameters.filter { hasPooler || Self.layer(of: $0.name) != "pooler" } + parameters
    linears = model.linears.filter { hasPooler || Self.layer(of: $0.path) != "pooler" }
    outputs = model.outputs
  }

  /// The number of weights.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// The vectors of all tokens: [N, C].
  public func encode(
    _ input: EncoderInput, on tape: Tape, trace: EncoderTrace? = nil
  ) -> Variable {
    encoder.encode(input, on: tape, trace: trace)
  }

  /// The vectors of the first token of each text: [B, C]; the last block computes no others.
  public func encodeFirst(_ input: EncoderInput, on tape: Tape) -> Variable {
    encoder.encodeFirst(input, on: tape)
  }

  /// The pooler's vectors of first tokens [B, C], or these themselves where there is no pooler.
  public func pool(_ first: Variable, _ input: EncoderInput, on tape: Tape) -> Variable {
    pooler?(first, input.sequences, on: tape) ?? first
  }

  /// The logits of the task: [B, K] for texts, [N, K] for tokens, [N, V] for masked tokens; the
  /// vectors themselves where the model has no head.
  public func logits(_ input: EncoderInput, on tape: Tape) -> Variable {
    if let sequenceHead {
      let first = encodeFirst(input, on: tape)
      return sequenceHead(pool(first, input, on: tape), input.sequences, on: tape)
    }
    let hidden = encode(input, on: tape)
    if let tokenHead { return tokenHead(hidden, input.sequences, on: tape) }
    if let maskedLMHead { return maskedLMHead(hidden, .tokens(input.sequences), on: tape) }
    return hidden
  }

  /// The layer that a parameter belongs to, for gradient norms by layer: `embeddings`,
  /// `encoder.layer.0`, …, `encoder` (DeBERTa's own), `pooler`, `classifier`, ….
  public static func layer(of name: String) -> String {
    var path = name[...]
    for family in EncoderFamily.allCases where path.hasPrefix(family.prefix) {
      path = path.dropFirst(family.prefix.count)
      break
    }
    let parts = path.split(separator: ".")
    if parts.count > 2 && parts[0] == "encoder" && parts[1] == "layer" {
      return parts[0...2].joined(separator: ".")
    }
    return parts.first.map(String.init) ?? name
  }
}
