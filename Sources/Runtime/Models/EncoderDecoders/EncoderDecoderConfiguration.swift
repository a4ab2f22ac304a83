// EncoderDecoderConfiguration: what config.json says about a model of the T5, mT5, BART, mBART and Marian
// families, with the defaults of the reference library.

import Glibc
import TLTensor
import TLText

/// The families of encoder-decoders.
public enum EncoderDecoderFamily: String, Sendable, CaseIterable {
  case t5
  case mt5
  case bart
  case mbart
  case marian

  public var title: String {
    switch self {
    case .t5: "T5"
    case .mt5: "mT5"
    case .bart: "BART"
    case .mbart: "mBART"
    case .marian: "Marian"
    }
  }

  public var isT5: Bool { self == .t5 || self == .mt5 }

  /// What the names of the weights begin with.
  public var prefix: String { isT5 ? "" : "model." }
}

/// The shape of an encoder-decoder.
public struct EncoderDecoderConfiguration: Sendable {
  /// One of the two stacks.
  public struct Stack: Sendable, Equatable {
    public var layers: Int
    public var heads: Int
    public var intermediateSize: Int
  }

  public var family: EncoderDecoderFamily
  public var vocabularySize: Int
  public var hiddenSize: Int
  public var encoder: Stack
  public var decoder: Stack
  /// Of queries, keys and values; hiddenSize / heads but for T5.
  public var headSize: Int
  public var activation: Activation
  /// T5: activation(x W₀) * (x W₁) in place of activation(x W).
  public var isGated = false
  public var layerNormEpsilon: Float
  public var dropout: Float
  public var attentionDropout: Float
  /// After the activation of the feed-forward layers.
  public var activationDropout: Float
  /// T5's buckets of distances, and the distance from which on all are one bucket.
  public var distanceBuckets = 32
  public var maxDistance = 128
  /// The number of positions; nil where they are relative.
  public var maxPositions: Int?
  /// Embeddings are multiplied by √hiddenSize.
  public var scalesEmbeddings = false
  /// Whether the vocabulary's logits come from the word embeddings.
  public var tiesEmbeddings: Bool
  public var initializerRange: Float
  public var paddingID: Int
  public var startID: Int
  public var endIDs: [Int]
  public var beginID: Int?
  /// What generation does unless it is told otherwise.
  public var generation = GenerationDefaults()

  /// The longest source in tokens; nil where positions are relative alone.
  public var longestText: Int? { maxPositions }
  /// The columns of queries, keys and values of the decoder.
  public var innerSize: Int { headSize * decoder.heads }

  /// Reads the configuration of a model directory, with its generation_config.json if there is one.
  ///
  /// Throws `ModelError` for a value out of its range, and for token ids outside the vocabulary.
  public init(directory: String) throws {
    let configuration = try ConfigurationFile(directory: directory)
    try self.init(configuration)
    let path = "\(directory)/generation_config.json"
    guard FileQuery.exists(path) else {
      // The reference's classes force an end where config.json does not say that there is none.
      if !family.isT5 && configuration.json["forced_eos_token_id"] == nil {
        generation.forcedEndID = family == .marian ? 0 : 2
      }
      try checkIDs(configuration)
      return
    }
    let json: JSON
    do {
      json = try JSON.parse(FileBytes.readText(path))
    } catch let error as JSONError {
      throw ModelError(file: path, "is not JSON: \(error)", next: "fetch the file again")
    }
    let file = try ConfigurationFile(path: path, json: json)
    // As in the reference, what config.json says of generation counts for nothing beside it.
    generation = GenerationDefaults()
    try generation.read(file)
    startID = try file.int("decoder_start_token_id", startID, in: 0...vocabularySize - 1)
    if let ends = try Self.ids("eos_token_id", file) { endIDs = ends }
    try checkIDs(file)
  }

  /// The family that a config.json names, nil if it is none of these.
  public static func family(of file: ConfigurationFile) -> EncoderDecoderFamily? {
    file.json["model_type"]?.string.flatMap(EncoderDecoderFamily.init)
  }

  public init(_ file: ConfigurationFile) throws {
    let type = try file.modelType()
    guard let family = EncoderDecoderFamily(rawValue: type) else {
      throw file.unknownType(type, expected: "model_type to name a kind of encoder-decoder")
    }
    self.family = family
    let words =
      switch family {
      case .t5: 32_128
      case .mt5: 250_112
      case .bart, .mbart: 50_265
      case .marian: 58_101
      }
    vocabularySize = try file.int("vocab_size", words, in: 1...10_000_000)
    let isT5 = family.isT5
    let isMarian = family == .marian
    beginID =
      file.json["bos_token_id"].map(\.int) ?? (family == .bart || family == .mbart ? 0 : nil)
    hiddenSize = try file.int("d_model", in: 1...65_536)
    if isT5 {
      let layers = try file.int("num_layers", family == .t5 ? 6 : 8, in: 1...1_000)
      let heads = try file.int("num_heads", family == .t5 ? 8 : 6, in: 1...65_536)
      let inner = try file.int("d_ff", family == .t5 ? 2_048 : 1_024, in: 1...1_000_000)
      encoder = Stack(layers: layers, heads: heads, intermediateSize: inner)
      decoder = Stack(
        layers: try file.int("num_decoder_layers", layers, in: 1...1_000), heads: heads,
        intermediateSize: inner)
      headSize = try file.int("d_kv", 64, in: 1...65_536)
      var form = try file.string(
        "feed_forward_proj", family == .t5 ? "relu" : "gated-gelu")
      isGated = form.hasPrefix("gated-")
      if isGated { form = String(form.dropFirst(6)) }
      // The reference reads "gated-gelu" as GELU by tanh.
      let name = isGated && form == "gelu" ? "gelu_new" : form
      guard let activation = Activation(named: name) else {
        throw ModelError(
          file: file.path,
          "expected relu, gelu, … or gated-gelu for feed_forward_proj, found '\(form)'")
      }
      self.activation = activation
      distanceBuckets = try file.int("relative_attention_num_buckets", 32, in: 2...100_000)
      maxDistance = try file.int("relative_attention_max_distance", 128, in: 1...10_000_000)
      guard distanceBuckets % 2 == 0, maxDistance > distanceBuckets / 2 else {
        throw ModelError(
          file: file.path,
          "expected an even relative_attention_num_buckets and a relative_attention_max_distance "
            + "above half of it, found \(distanceBuckets) and \(maxDistance)")
      }
      layerNormEpsilon = Float(try file.number("layer_norm_epsilon", 1e-6, in: 0...1))
      dropout = Float(try file.number("dropout_rate", 0.1, in: 0...1))
      (attentionDropout, activationDropout) = (dropout, dropout)
      tiesEmbeddings = try file.bool("tie_word_embeddings", family == .t5)
      initializerRange = Float(try file.number("initializer_factor", 1, in: 0...100))
      paddingID = try file.int("pad_token_id", 0, in: 0...vocabularySize - 1)
      startID = try file.int("decoder_start_token_id", paddingID, in: 0...vocabularySize - 1)
      endIDs = try Self.ids("eos_token_id", file) ?? [1]
    } else {
      func stack(_ name: String) throws -> Stack {
        Stack(
          layers: try file.int("\(name)_layers", 12, in: 1...1_000),
          heads: try file.int("\(name)_attention_heads", 16, in: 1...65_536),
          intermediateSize: try file.int("\(name)_ffn_dim", 4_096, in: 1...1_000_000))
      }
      encoder = try stack("encoder")
      decoder = try stack("decoder")
      for heads in [encoder.heads, decoder.heads] where hiddenSize % heads != 0 {
        throw ModelError(
          file: file.path,
          "expected a d_model that is a multiple of the attention heads, found \(hiddenSize) and "
            + "\(heads)")
      }
      headSize = hiddenSize / decoder.heads
      activation = try file.activation("activation_function", "gelu")
      layerNormEpsilon = 1e-5
      dropout = Float(try file.number("dropout", 0.1, in: 0...1))
      attentionDropout = Float(try file.number("attention_dropout", 0, in: 0...1))
      activationDropout = Float(try file.number("activation_dropout", 0, in: 0...1))
      // Marian's are computed: no table in the checkpoint bounds their number.
      maxPositions = try file.int(
        "max_position_embeddings", 1_024, in: 1...(isMarian ? 65_536 : 10_000_000))
      scalesEmbeddings = try file.bool("scale_embedding", false)
      tiesEmbeddings = try file.bool("tie_word_embeddings", true)
      initializerRange = Float(try file.number("init_std", 0.02, in: 0...100))
      paddingID = try file.int("pad_token_id", isMarian ? 58_100 : 1, in: 0...vocabularySize - 1)
      endIDs = try Self.ids("eos_token_id", file) ?? [isMarian ? 0 : 2]
      // The reference's mBART has no start of its own: its generation begins with bos_token_id.
      startID = try file.int(
        "decoder_start_token_id", isMarian ? 58_100 : family == .mbart ? beginID ?? 2 : 2,
        in: 0...vocabularySize - 1)
      if try file.bool("share_encoder_decoder_embeddings", true) == false {
        throw ModelError(
          file: file.path, "share_encoder_decoder_embeddings false is not supported")
      }
    }
    try generation.read(file)
    // So BART's first summarizers say it.
    if family == .bart, generation.forcedBeginID == nil,
      try file.bool("force_bos_token_to_be_generated", false)
    {
      generation.forcedBeginID = beginID
    }
    try checkIDs(file)
  }

  /// Throws for ids outside the vocabulary, which would be written beyond the logits.
  private func checkIDs(_ file: ConfigurationFile) throws {
    for (key, ids) in [
      ("pad_token_id", [paddingID]), ("decoder_start_token_id", [startID]),
      ("eos_token_id", endIDs),
      ("forced_bos_token_id", [generation.forcedBeginID].compactMap { $0 }),
      ("forced_eos_token_id", [generation.forcedEndID].compactMap { $0 }),
      ("bad_words_ids", generation.badWords.joined().map { Int($0) }),
    ] {
      for id in ids where !(0..<vocabularySize).contains(id) {
        throw ModelError(
          file: file.path,
          "expected token ids from 0 to \(vocabularySize - 1) for \(key), found \(id)",
          next: "correct the id, or vocab_size in config.json")
      }
    }
  }

  /// One id, or a list of them.
  static func ids(_ key: String, _ file: ConfigurationFile) throws -> [Int]? {
    guard let found = file.json[key], !found.isNull else { return nil }
    if let id = found.int { return [id] }
    let ids = (found.array ?? []).compactMap(\.int)
    guard !ids.isEmpty else {
      throw ModelError(
        file: file.path,
        "expected a token id, or a list of them, for \(key), found "
          + found.serialized())
    }
    return ids
  }
}

/// What the files of a model say of generation; settings of a call come before it.
public struct GenerationDefaults: Sendable, Equatable {
  public var forcedBeginID: Int?
  public var forcedEndID: Int?
  /// Sequences of ids that are never written.
  public var badWords: [[Int32]] = []

  mutating func read(_ file: ConfigurationFile) throws {
    forcedBeginID = try Self.id("forced_bos_token_id", file)
    forcedEndID = try Self.id("forced_eos_token_id", file)
    if let words = file.json["bad_words_ids"]?.array {
      badWords = words.compactMap { word in
        let ids = (word.array ?? []).compactMap(\.int)
        return ids.isEmpty ? nil : ids.map { Int32(clamping: $0) }
      }
    }
  }

  /// One id, also in a list of its own; nil where there is none.
  private static func id(_ key: String, _ file: ConfigurationFile) throws -> Int? {
    let ids = try EncoderDecoderConfiguration.ids(key, file) ?? []
    guard ids.count < 2 else {
      throw ModelError(
        file: file.path, "expected one token id for \(key), found \(ids.count)",
        next: "leave one of them in the file")
    }
    return ids.first
  }
}
