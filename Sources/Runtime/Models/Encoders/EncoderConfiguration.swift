// EncoderConfiguration: what config.json says about an encoder of the BERT, RoBERTa, XLM-RoBERTa and
// DeBERTa-v2/v3 families, with the defaults of the reference library.

import TLTensor

/// The families of encoders.
public enum EncoderFamily: String, Sendable, CaseIterable {
  case bert
  case roberta
  case xlmRoBERTa = "xlm-roberta"
  case deberta = "deberta-v2"

  /// What the names of the encoder's weights begin with.
  public var prefix: String {
    switch self {
    case .bert: "bert."
    case .roberta, .xlmRoBERTa: "roberta."
    case .deberta: "deberta."
    }
  }
}

/// The kind of a classification problem.
public enum ProblemKind: String, Sendable {
  case singleLabel = "single_label_classification"
  case multiLabel = "multi_label_classification"
  case regression
}

/// The shape of an encoder.
public struct EncoderConfiguration: Sendable {
  public var family: EncoderFamily
  public var vocabularySize: Int
  public var hiddenSize: Int
  public var layers: Int
  public var heads: Int
  public var intermediateSize: Int
  public var maxPositions: Int
  public var typeVocabularySize: Int
  public var activation: Activation
  public var layerNormEpsilon: Float
  public var hiddenDropout: Float
  public var attentionDropout: Float
  /// Before the classifier; nil: as `hiddenDropout`.
  public var classifierDropout: Float?
  public var initializerRange: Float
  public var paddingID: Int
  public var labels: [String]
  public var problem: ProblemKind?
  /// Whether the masked-LM head shares the word embeddings.
  public var tiesEmbeddings: Bool
  /// The parts that only DeBERTa has.
  public var deberta: DeBERTaConfiguration?

  public var headSize: Int { hiddenSize / heads }

  /// The longest text in tokens; nil where positions are relative alone.
  public var longestText: Int? {
    switch family {
    case .bert: maxPositions
    case .roberta, .xlmRoBERTa: maxPositions - paddingID - 1
    case .deberta: deberta?.hasPositionEmbeddings == true ? maxPositions : nil
    }
  }

  /// Reads the configuration of a model directory.
  public init(directory: String) throws { try self.init(ConfigurationFile(directory: directory)) }

  public init(_ file: ConfigurationFile) throws {
    let type = try file.modelType()
    guard let family = EncoderFamily(rawValue: type) else {
      throw file.unknownType(type, expected: "model_type to name a kind of encoder")
    }
    self.family = family
    let isDeBERTa = family == .deberta
    let isRoBERTa = family == .roberta || family == .xlmRoBERTa
    vocabularySize = try file.int("vocab_size", in: 1...10_000_000)
    hiddenSize = try file.int("hidden_size", in: 1...65_536)
    layers = try file.int("num_hidden_layers", in: 1...1_000)
    heads = try file.int("num_attention_heads", in: 1...65_536)
    intermediateSize = try file.int("intermediate_size", in: 1...1_000_000)
    maxPositions = try file.int("max_position_embeddings", 512, in: 1...10_000_000)
    typeVocabularySize = try file.int(
      "type_vocab_size", isDeBERTa ? 0 : 2, in: isDeBERTa ? 0...1_000_000 : 1...1_000_000)
    activation = try file.activation("hidden_act", "gelu")
    layerNormEpsilon = Float(
      try file.number("layer_norm_eps", isDeBERTa ? 1e-7 : 1e-12, in: 0...1))
    hiddenDropout = Float(try file.number("hidden_dropout_prob", 0.1, in: 0...1))
    attentionDropout = Float(try file.number("attention_probs_dropout_prob", 0.1, in: 0...1))
    let classifier = try file.number(
      isDeBERTa ? "cls_dropout" : "classifier_dropout", -1, in: -1...1)
    classifierDropout = classifier < 0 ? nil : Float(classifier)
    initializerRange = Float(try file.number("initializer_range", 0.02, in: 0...100))
    paddingID = try file.int(
      "pad_token_id", isRoBERTa ? 1 : 0, in: (isRoBERTa ? 0 : -1)...10_000_000)
    tiesEmbeddings = try file.bool("tie_word_embeddings", true)
    labels = try file.labels()
    let problem = try file.string("problem_type", "")
    self.problem = ProblemKind(rawValue: problem)
    if !problem.isEmpty && self.problem == nil {
      throw ModelError(
        file: file.path,
        "expected single_label_classification, multi_label_classification or regression for "
          + "problem_type, found '\(problem)'")
    }
    if hiddenSize % heads != 0 {
      throw ModelError(
        file: file.path,
        "expected a hidden_size that is a multiple of num_attention_heads, found \(hiddenSize) "
          + "and \(heads)")
    }
    let positions = try file.string("position_embedding_type", "absolute")
    if positions != "absolute" {
      throw ModelError(
        file: file.path,
        "expected position_embedding_type 'absolute', found '\(positions)', which is not supported")
    }
    if try !isDeBERTa && file.bool("is_decoder", false) {
      throw ModelError(
        file: file.path,
        "is_decoder true is not supported: encoders here read a text in both directions",
        next: "take an encoder, or for writing an encoder-decoder such as T5 or BART")
    }
    if isRoBERTa && maxPositions <= paddingID + 1 {
      throw ModelError(
        file: file.path,
        "expected more than \(paddingID + 1) max_position_embeddings, found \(maxPositions)")
    }
    deberta = isDeBERTa ? try DeBERTaConfiguration(file, self) : nil
  }
}

/// What config.json says about DeBERTa-v2/v3 beyond the common.
public struct DeBERTaConfiguration: Sendable {
  /// The embedding size where it differs from the hidden size.
  public var embeddingSize: Int
  public var hasPositionEmbeddings: Bool
  public var isRelative: Bool
  /// Relative positions are counted from -span to span - 1.
  public var span: Int
  /// Logarithmic buckets of distances; 0: none.
  public var buckets: Int
  /// The largest distance that is told apart.
  public var maxRelativePositions: Int
  /// The parts of the scores beside content and content; the scale counts them also where attention is
  /// not relative.
  public var hasContentToPosition: Bool
  public var hasPositionToContent: Bool
  /// Positions use the projections of the content.
  public var sharesKeys: Bool
  public var normalizesPositions: Bool
  /// The width of the convolution after the first layer; 0: none.
  public var convolutionWidth: Int
  public var convolutionActivation: Activation
  public var poolerSize: Int
  public var poolerActivation: Activation
  public var poolerDropout: Float

  init(_ file: ConfigurationFile, _ common: EncoderConfiguration) throws {
    embeddingSize = try file.int("embedding_size", common.hiddenSize, in: 1...65_536)
    hasPositionEmbeddings = try file.bool("position_biased_input", true)
    isRelative = try file.bool("relative_attention", false)
    let largest = try file.int("max_relative_positions", -1, in: -1...1_000_000)
    maxRelativePositions = largest < 1 ? common.maxPositions : largest
    buckets = max(0, try file.int("position_buckets", -1, in: -1...1_000_000))
    span = buckets > 0 ? buckets : maxRelativePositions
    let middle = buckets / 2
    let longest = hasPositionEmbeddings ? common.maxPositions : .max
    if isRelative && buckets > 0 && longest > middle + 1
      && (buckets == 1 || maxRelativePositions == middle + 1)
    {
      throw ModelError(
        file: file.path,
        "expected position_buckets above 1 and max_relative_positions other than \(middle + 1), "
          + "found \(buckets) and \(maxRelativePositions), which give no bucket to distances "
          + "above \(middle)")
    }
    let kinds = try file.words("pos_att_type")
    for kind in kinds where !["c2p", "p2c", "p2p"].contains(kind) {
      throw ModelError(
        file: file.path, "expected c2p and p2c for pos_att_type, found '\(kind)'")
    }
    if kinds.contains("p2p") {
      throw ModelError(file: file.path, "pos_att_type p2p is not supported; c2p and p2c are")
    }
    hasContentToPosition = kinds.contains("c2p")
    hasPositionToContent = kinds.contains("p2c")
    sharesKeys = try file.bool("share_att_key", false)
    normalizesPositions = try file.string("norm_rel_ebd", "none").contains("layer_norm")
    convolutionWidth = try file.int("conv_kernel_size", 0, in: 0...1_001)
    if convolutionWidth > 0 && convolutionWidth % 2 == 0 {
      throw ModelError(
        file: file.path, "expected an odd conv_kernel_size, found \(convolutionWidth)")
    }
    if try file.int("conv_groups", 1, in: 1...1_000_000) != 1 {
      throw ModelError(file: file.path, "conv_groups other than 1 are not supported")
    }
    convolutionActivation = try file.activation("conv_act", "tanh")
    poolerSize = try file.int("pooler_hidden_size", common.hiddenSize, in: 1...65_536)
    poolerActivation = try file.activation("pooler_hidden_act", "gelu")
    poolerDropout = Float(try file.number("pooler_dropout", 0, in: 0...1))
    if poolerSize != common.hiddenSize {
      throw ModelError(
        file: file.path,
        "expected a pooler_hidden_size of \(common.hiddenSize) (hidden_size), found \(poolerSize)")
    }
  }
}
