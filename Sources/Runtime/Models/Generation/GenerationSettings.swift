// GenerationSettings: how a text is written token by token. Names and meanings are those of the reference
// library's `generate` (transformers 4.57).

import TLTensor

/// What decides which tokens are written.
public struct GenerationSettings: Sendable, Equatable {
  /// When beam search ends for a source.
  public enum EarlyStopping: String, Sendable, CaseIterable {
    /// When no running beam at its present length can be better than the worst finished one.
    case heuristic
    /// As soon as there are as many finished texts as beams.
    case full
    /// When no running beam can ever be better than the worst finished one.
    case never
  }

  /// 1: the likeliest token each time, or sampling.
  public var beams = 1
  /// The most tokens to write, the end token among them.
  public var maxNewTokens = 64
  /// The end token is not written before so many others.
  public var minNewTokens = 0
  /// A finished beam's score is divided by its length to this power.
  public var lengthPenalty = 1.0
  public var earlyStopping = EarlyStopping.heuristic
  /// No sequence of so many tokens comes twice; 0: any may.
  public var noRepeatNGram = 0
  /// Logits of tokens that are there are divided (negative ones multiplied) by this (Keskar et al.,
  /// 2019); 1: nothing.
  public var repetitionPenalty = 1.0
  /// Draws tokens by their probabilities.
  public var isSampling = false
  /// Logits are divided by this before sampling.
  public var temperature = 1.0
  /// Samples among so many likeliest tokens; nil: all.
  public var topK: Int?
  /// Samples among the likeliest tokens that together have this probability (Holtzman et al., 2020);
  /// nil: all.
  public var topP: Double?
  public var seed: UInt64 = 0
  /// The number of texts for each source: samples, or the best of the beams.
  public var results = 1
  /// Beams in so many groups, of which later ones avoid the tokens of earlier ones (Vijayakumar et al.,
  /// 2018); 1: none do.
  public var groups = 1
  /// What a token that an earlier group has written here loses.
  public var diversityPenalty = 0.0
  /// The first token after the start; nil: as the model's files say.
  public var forcedBeginID: Int?
  /// The last token where a text reaches its greatest length; nil: as the model's files say.
  public var forcedEndID: Int?
  /// The token that the decoder starts from; nil: the model's.
  public var startID: Int?
  /// Never written; nil: as the model's files say.
  public var badWords: [[Int32]]?
  public var precision = Precision.float32

  public init() {}

  /// Throws for values that cannot be meant, or do not go with each other or with the model.
  public func check(_ configuration: EncoderDecoderConfiguration) throws(ModelError) {
    func need(_ holds: Bool, _ what: String, next: String? = nil) throws(ModelError) {
      if !holds { throw ModelError("generation: expected \(what)", next: next) }
    }
    let vocabulary = configuration.vocabularySize
    try need(beams >= 1, "at least 1 beam, found \(beams)")
    try need(
      2 * beams <= vocabulary,
      "at most half as many beams as the vocabulary has tokens (\(vocabulary)), found \(beams)")
    try need(maxNewTokens >= 1, "a max_new_tokens of at least 1, found \(maxNewTokens)")
    if let longest = configuration.longestText {
      try need(
        maxNewTokens <= longest,
        "a max_new_tokens of at most \(longest), which the model has positions for, found "
          + "\(maxNewTokens)")
    }
    try need(
      (0...maxNewTokens).contains(minNewTokens),
      "a min_new_tokens from 0 to max_new_tokens (\(maxNewTokens)), found \(minNewTokens)")
    try need(lengthPenalty.isFinite, "a finite length_penalty, found \(lengthPenalty)")
    try need(noRepeatNGram >= 0, "a no_repeat_ngram of at least 0, found \(noRepeatNGram)")
    try need(
      repetitionPenalty > 0 && repetitionPenalty.isFinite,
      "a repetition_penalty above 0, found \(repetitionPenalty)")
    try need(
      temperature > 0 && temperature.isFinite, "a temperature above 0, found \(temperature)",
      next: "for the likeliest token each time leave temperature, top_k and top_p out")
    if let topK { try need(topK >= 1, "a top_k of at least 1, found \(topK)") }
    if let topP { try need(topP > 0 && topP <= 1, "a top_p above 0 and at most 1, found \(topP)") }
    try need(
      !isSampling || beams == 1, "either beams or sampling, found \(beams) beams",
      next: "leave out beams, or temperature, top_k and top_p")
    try need(results >= 1, "at least 1 text for a source, found \(results)")
    try need(
      isSampling || results <= beams,
      "at most as many texts for a source as beams (\(beams)), found \(results)")
    try need(
      groups >= 1 && beams % groups == 0,
      "a number of groups that divides the beams (\(beams)), found \(groups)")
    try need(
      diversityPenalty >= 0 && diversityPenalty.isFinite,
      "a diversity_penalty of at least 0, found \(diversityPenalty)")
    for id in [forcedBeginID, forcedEndID, startID] {
      if let id {
        try need((0..<vocabulary).contains(id), "token ids below \(vocabulary), found \(id)")
      }
    }
  }
}

/// A text that was written.
public struct GeneratedText: Sendable, Equatable {
  /// Without the start token; with the end token, if the text has come to its end.
  public var ids: [Int32]
  /// Of beam search: the sum of the tokens' log-probabilities over length^length_penalty.
  public var score: Double?
  /// False where the work was stopped before the end of the text.
  public var isComplete: Bool

  public init(ids: [Int32], score: Double? = nil, isComplete: Bool = true) {
    self.ids = ids
    self.score = score
    self.isComplete = isComplete
  }
}
