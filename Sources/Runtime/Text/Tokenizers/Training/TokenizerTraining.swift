// Makes a tokenizer from texts: settings, the stages around the learned vocabulary, and the files that
// other programs read. WordPiece comes with the stages of BERT, unigram with those of T5 (blanks as ▁,
// NFKC in place of SentencePiece's own map of characters).

/// How a tokenizer is made from texts.
public struct TokenizerTraining: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case wordpiece, unigram
  }

  public var kind: Kind
  /// All ids: special tokens, bytes and sentinels included.
  public var vocabularySize: Int
  public var lowercase = false
  /// Of a pair that WordPiece merges.
  public var minimumFrequency = 2
  /// The most letters and marks that WordPiece knows.
  public var alphabetLimit = 1000
  /// The share of the letters of the texts that unigram knows.
  public var coverage = 0.9995
  /// Whether unigram writes letters it does not know as bytes.
  public var byteFallback = false
  /// How many tokens <extra_id_0>, …: what T5 hides spans of text behind.
  public var sentinels = 0
  /// More special tokens.
  public var specialTokens: [String] = []
  /// The longest text, for the tokenizer's settings.
  public var modelMaxLength: Int? = 512
  public var threads = 2

  public init(_ kind: Kind, vocabularySize: Int) {
    self.kind = kind
    self.vocabularySize = vocabularySize
  }

  /// Learns the vocabulary of texts.
  ///
  /// Throws for settings and texts that give no vocabulary, and when stopped
  /// (`TokenizerError.isCancellation`). Equal texts and settings give equal bytes.
  /// - Parameter progress: shares from 0 to 1.
  public func train(
    _ texts: [String], progress: (Double) -> Void = { _ in },
    isCancelled: CancellationCheck = neverCancelled
  ) throws(TokenizerError) -> Tokenizer {
    try check(texts)
    switch kind {
    case .wordpiece: return try trainWordPiece(texts, progress, isCancelled)
    case .unigram: return try trainUnigram(texts, progress, isCancelled)
    }
  }

  private func check(_ texts: [String]) throws(TokenizerError) {
    guard !texts.isEmpty else {
      throw TokenizerError("a tokenizer is made from texts, found none")
    }
    guard texts.contains(where: { $0.utf8.contains { $0 > 0x20 } }) else {
      throw TokenizerError("all \(texts.count) texts are empty")
    }
    guard vocabularySize >= 8, vocabularySize <= 4_000_000 else {
      throw TokenizerError("vocabulary must be 8 to 4000000, found \(vocabularySize)")
    }
    guard coverage > 0, coverage <= 1 else {
      throw TokenizerError("coverage must be above 0 and at most 1, found \(coverage)")
    }
    guard sentinels >= 0, sentinels <= 10_000 else {
      throw TokenizerError("sentinels must be 0 to 10000, found \(sentinels)")
    }
    var seen: Set<[UInt8]> = []
    for token in specialTokens {
      guard !token.isEmpty, seen.insert(Array(token.utf8)).inserted else {
        throw TokenizerError("special tokens must be distinct and not empty, found \"\(token)\"")
      }
    }
    if kind == .wordpiece, byteFallback || sentinels > 0 {
      throw TokenizerError(
        (byteFallback ? "byte_fallback" : "sentinels") + " belongs to kind \"unigram\"")
    }
  }

  // MARK: WordPiece

  private func trainWordPiece(
    _ texts: [String], _ progress: (Double) -> Void, _ isCancelled: CancellationCheck
  ) throws(TokenizerError) -> Tokenizer {
    // Accents stay: without them й would be и.
    let normalizer = Normalizer.bert(
      BERTNormalizer(
        cleanText: true, handleChineseCharacters: true, stripAccents: false, lowercase: lowercase))
    let words = try WordCounts(
      texts, normalizer, .bert, threads: threads, isCancelled: isCancelled)
    progress(0.3)
    let basic = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    let specials = basic + specialTokens.filter { !basic.contains($0) }
    let pieces = try WordPieceTrainer(
      vocabularySize: vocabularySize, specialTokens: specials,
      minimumFrequency: minimumFrequency, alphabetLimit: alphabetLimit
    ).train(words, progress: { progress(0.3 + 0.7 * $0) }, isCancelled: isCancelled)
    var vocabulary = PieceVocabulary(capacity: pieces.count)
    for (id, piece) in pieces.enumerated() {
      try withBytes(piece) { bytes throws(TokenizerError) in
        try vocabulary.insert(bytes, id: id)
      }
    }
    var definition = TokenizerDefinition(model: .wordPiece(try WordPiece(vocabulary: vocabulary)))
    definition.normalizer = normalizer
    definition.preTokenizer = .bert
    definition.decoder = .wordPiece(prefix: WordPieceTrainer.prefix, cleanUp: true)
    definition.className = "BertTokenizer"
    definition.specialTokens.unknown = "[UNK]"
    definition.specialTokens.separator = "[SEP]"
    definition.specialTokens.padding = "[PAD]"
    definition.specialTokens.classifier = "[CLS]"
    definition.specialTokens.mask = "[MASK]"
    definition.specialTokens.additional = specialTokens.filter { !basic.contains($0) }
    for token in specials { definition.add(AddedToken(token, id: 0)) }
    definition.postProcessor = try Template.bert(definition)
    definition.modelMaxLength = modelMaxLength
    definition.configuration = .object(
      [
        JSONField("do_lower_case", .bool(lowercase)), JSONField("strip_accents", .bool(false)),
        JSONField("tokenize_chinese_chars", .bool(true)),
      ] + additionalField(definition.specialTokens.additional))
    return try Tokenizer(definition)
  }

  private func additionalField(_ tokens: [String]) -> [JSONField] {
    tokens.isEmpty
      ? [] : [JSONField("additional_special_tokens", .array(tokens.map { .string($0) }))]
  }

  // MARK: Unigram

  private func trainUnigram(
    _ texts: [String], _ progress: (Double) -> Void, _ isCancelled: CancellationCheck
  ) throws(TokenizerError) -> Tokenizer {
    var stages: [Normalizer] = [.nmt, .unicode(.nfkc)]
    if lowercase { stages.append(.lowercase) }
    let metaspace = PreTokenizer.metaspace(Metaspace(prepend: .always))
    let words = try WordCounts(
      texts, .sequence(stages), metaspace, threads: threads, isCancelled: isCancelled)
    progress(0.1)
    let basic = ["<pad>", "</s>", "<unk>"]
    let own = basic + specialTokens.filter { !basic.contains($0) }
    let bytes = byteFallback ? (0...255).map { "<0x\(Self.hexadecimal($0))>" } : []
    let hidden = (0..<sentinels).reversed().map { "<extra_id_\($0)>" }
    let room = vocabularySize - own.count - bytes.count - hidden.count
    guard room > 0 else {
      throw TokenizerError(
        "a vocabulary of \(vocabularySize) has no room for pieces beside \(own.count) special "
          + "tokens, \(bytes.count) bytes and \(hidden.count) sentinels; raise vocabulary")
    }
    let learned = try UnigramTrainer(size: room, coverage: coverage, threads: threads)
      .train(words, progress: { progress(0.1 + 0.9 * $0) }, isCancelled: isCancelled)
    func plain(_ names: [String]) -> [(piece: [UInt8], score: Double)] {
      names.map { (Array($0.utf8), 0) }
    }
    var definition = TokenizerDefinition(
      model: .unigram(
        try Unigram(
          pieces: plain(own + bytes) + learned + plain(hidden), unknownID: 2,
          byteFallback: byteFallback)))
    stages.append(.strip(left: false, right: true))
    stages.append(
      .replace(.repeatedSpaces(source: " {2,}"), content: Metaspace().replacement))
    definition.normalizer = .sequence(stages)
    definition.preTokenizer = metaspace
    definition.decoder =
      byteFallback
      ? .sequence([.byteFallback, .metaspace(Metaspace(prepend: .always))])
      : .metaspace(Metaspace(prepend: .always))
    definition.className = sentinels > 0 ? "T5Tokenizer" : "PreTrainedTokenizerFast"
    definition.specialTokens.end = "</s>"
    definition.specialTokens.unknown = "<unk>"
    definition.specialTokens.padding = "<pad>"
    if specialTokens.contains("<mask>") { definition.specialTokens.mask = "<mask>" }
    if specialTokens.contains("<s>") { definition.specialTokens.beginning = "<s>" }
    let additional = (0..<sentinels).map { "<extra_id_\($0)>" }
    definition.specialTokens.additional = additional
    for token in own + additional { definition.add(AddedToken(token, id: 0)) }
    definition.postProcessor = .template(
      try Template(single: "$A </s>", pair: "$A </s> $B </s>", definition))
    definition.modelMaxLength = modelMaxLength
    definition.configuration = .object(
      (sentinels > 0 ? [JSONField("extra_ids", .int(sentinels))] : [])
        + additionalField(additional))
    return try Tokenizer(definition)
  }

  private static func hexadecimal(_ byte: Int) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count < 2 ? "0" + digits : digits
  }
}

extension Tokenizer {
  /// Writes what `save` writes, and vocab.txt for a WordPiece vocabulary, spiece.model for a unigram
  /// one that was made here; the folder must exist.
  public func saveTrained(to directory: String) throws(TokenizerError) {
    try save(to: directory)
    do {
      if kind == "WordPiece" {
        let lines = (0..<Int32(idLimit)).map { (token($0) ?? "") + "\n" }.joined()
        try AtomicFile.write(directory + "/vocab.txt", text: lines)
      } else if let writer = SentencePieceWriter(definition) {
        let file = try AtomicFile(directory + "/spiece.model")
        try file.append(writer.bytes())
        try file.commit()
      }
    } catch {
      throw (error as? TokenizerError) ?? TokenizerError("\(error)")
    }
  }
}
