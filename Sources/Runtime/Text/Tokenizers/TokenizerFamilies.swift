// The families of tokenizers: which files each reads, which stages it has, and what each class of
// the reference library changes about a `tokenizer.json`.

/// A tokenizer, and the one for what the model is to produce where that differs.
struct LoadedTokenizer {
  var definition: TokenizerDefinition
  var target: TokenizerDefinition?

  init(_ definition: TokenizerDefinition, target: TokenizerDefinition? = nil) {
    self.definition = definition
    self.target = target
  }
}

/// The classes of tokenizers that need no `tokenizer.json`.
enum TokenizerFamily: Sendable {
  case bert
  case roberta
  case bart
  case gpt2
  case debertaV1
  case sentencePiece(SentencePieceFamily)
  case marian
  /// Any class whose `tokenizer.json` says everything.
  case general

  private static let classes: [String: TokenizerFamily] = [
    "BertTokenizer": .bert, "DistilBertTokenizer": .bert, "ElectraTokenizer": .bert,
    "MobileBertTokenizer": .bert, "ConvBertTokenizer": .bert, "RetriBertTokenizer": .bert,
    "RobertaTokenizer": .roberta, "LongformerTokenizer": .roberta, "BartTokenizer": .bart,
    "LEDTokenizer": .bart, "MvpTokenizer": .bart, "GPT2Tokenizer": .gpt2,
    "DebertaTokenizer": .debertaV1, "T5Tokenizer": .sentencePiece(.t5),
    "MT5Tokenizer": .sentencePiece(.t5), "XLMRobertaTokenizer": .sentencePiece(.xlmRoberta),
    "MBartTokenizer": .sentencePiece(.mbart), "MBart50Tokenizer": .sentencePiece(.mbart50),
    "DebertaV2Tokenizer": .sentencePiece(.debertaV2), "MarianTokenizer": .marian,
    "PreTrainedTokenizerFast": .general,
  ]

  /// Classes by `model_type` of config.json.
  private static let types: [String: String] = [
    "bert": "BertTokenizer", "distilbert": "DistilBertTokenizer", "electra": "ElectraTokenizer",
    "mobilebert": "MobileBertTokenizer", "convbert": "ConvBertTokenizer",
    "ernie": "BertTokenizer", "megatron-bert": "BertTokenizer", "nezha": "BertTokenizer",
    "roberta": "RobertaTokenizer", "roberta-prelayernorm": "RobertaTokenizer",
    "longformer": "LongformerTokenizer", "xlm-roberta": "XLMRobertaTokenizer",
    "xlm-roberta-xl": "XLMRobertaTokenizer", "bart": "BartTokenizer", "led": "LEDTokenizer",
    "mvp": "MvpTokenizer", "mbart": "MBartTokenizer", "marian": "MarianTokenizer",
    "t5": "T5Tokenizer", "mt5": "MT5Tokenizer", "umt5": "T5Tokenizer", "longt5": "T5Tokenizer",
    "deberta": "DebertaTokenizer", "deberta-v2": "DebertaV2Tokenizer", "gpt2": "GPT2Tokenizer",
    "modernbert": "PreTrainedTokenizerFast",
  ]

  static func load(_ folder: TokenizerFolder) throws(TokenizerError) -> LoadedTokenizer {
    let name = try className(of: folder)
    let family = classes[name] ?? .general
    if case .marian = family {
      var loaded = try MarianTokenizer.load(folder)
      loaded.definition.className = name
      return loaded
    }
    var loaded: LoadedTokenizer
    if folder.has("tokenizer.json") {
      let definition = try TokenizerJSONReader.definition(try folder.file("tokenizer.json"))
      loaded = try family.configure(definition, folder, isJSON: true)
    } else {
      loaded = try family.configure(try family.build(folder, name), folder, isJSON: false)
    }
    loaded.definition.className = name
    loaded.target?.className = name
    return loaded
  }

  private static func className(of folder: TokenizerFolder) throws(TokenizerError) -> String {
    if let name = folder.className { return name }
    if let type = folder.model["model_type"]?.string {
      if let name = types[type] { return name }
      if folder.has("tokenizer.json") { return "PreTrainedTokenizerFast" }
      throw TokenizerError(
        "the model_type \"\(type)\" is unknown, and there is no tokenizer.json",
        file: folder.path + "/config.json")
    }
    if folder.has("tokenizer.json") { return "PreTrainedTokenizerFast" }
    guard folder.has("config.json") else {
      throw TokenizerError(
        "no config.json and no tokenizer.json in \"\(folder.path)\": "
          + "nothing says what kind of tokenizer it has")
    }
    throw TokenizerError(
      "neither model_type nor tokenizer_class says what kind of tokenizer it is",
      file: folder.path + "/config.json")
  }

  /// The special tokens that the class names when the folder does not.
  private var defaultTokens: SpecialTokens {
    var tokens = SpecialTokens()
    switch self {
    case .bert, .debertaV1, .sentencePiece(.debertaV2):
      tokens.unknown = "[UNK]"
      tokens.separator = "[SEP]"
      tokens.padding = "[PAD]"
      tokens.classifier = "[CLS]"
      tokens.mask = "[MASK]"
      if case .bert = self { return tokens }
      tokens.beginning = "[CLS]"
      tokens.end = "[SEP]"
    case .roberta, .bart, .sentencePiece(.xlmRoberta), .sentencePiece(.mbart),
      .sentencePiece(.mbart50):
      tokens.beginning = "<s>"
      tokens.end = "</s>"
      tokens.unknown = "<unk>"
      tokens.separator = "</s>"
      tokens.padding = "<pad>"
      tokens.classifier = "<s>"
      tokens.mask = "<mask>"
      if case .sentencePiece(.mbart50) = self { tokens.beginning = nil }
    case .gpt2:
      tokens.beginning = "<|endoftext|>"
      tokens.end = "<|endoftext|>"
      tokens.unknown = "<|endoftext|>"
    case .sentencePiece(.t5):
      tokens.end = "</s>"
      tokens.unknown = "<unk>"
      tokens.padding = "<pad>"
    case .marian:
      tokens.end = "</s>"
      tokens.unknown = "<unk>"
      tokens.padding = "<pad>"
    case .general: break
    }
    return tokens
  }

  /// How the class marks a token that the folder gives as a plain text.
  private func plainToken(_ content: String, key: String) -> AddedToken {
    let isMask = key == "mask_token"
    switch self {
    case .roberta, .bart, .gpt2, .debertaV1:
      let isBart = if case .bart = self { true } else { false }
      return AddedToken(
        content, id: 0, isNormalized: !isMask || isBart, stripsLeft: isMask)
    case .sentencePiece(.xlmRoberta), .sentencePiece(.mbart), .sentencePiece(.mbart50):
      return AddedToken(content, id: 0, stripsLeft: isMask)
    case .sentencePiece(.debertaV2):
      return AddedToken(content, id: 0, isNormalized: key == "unk_token")
    default: return AddedToken(content, id: 0)
    }
  }

  // MARK: stages

  private func build(
    _ folder: TokenizerFolder, _ name: String
  ) throws(TokenizerError) -> TokenizerDefinition {
    switch self {
    case .bert: return try buildBERT(folder)
    case .roberta, .bart, .gpt2, .debertaV1: return try buildByteLevel(folder)
    case .sentencePiece(let family): return try family.build(folder)
    case .marian, .general:
      throw TokenizerError(
        "no tokenizer.json in \"\(folder.path)\", which \(name) needs; fetch it into the folder")
    }
  }

  private func buildBERT(_ folder: TokenizerFolder) throws(TokenizerError) -> TokenizerDefinition {
    let file = try folder.file("vocab.txt")
    let unknown = folder.token("unk_token", "[UNK]")?.content ?? "[UNK]"
    do throws(TokenizerError) {
      var definition = TokenizerDefinition(
        model: .wordPiece(
          try WordPiece(vocabulary: try VocabularyLines.read(file), unknownToken: unknown)))
      definition.normalizer = .bert(try bertNormalizer(folder))
      definition.preTokenizer = .bert
      definition.decoder = .wordPiece(prefix: Array("##".utf8), cleanUp: true)
      for key in ["cls_token", "sep_token"] {
        let token = folder.token(key, key == "cls_token" ? "[CLS]" : "[SEP]")?.content ?? ""
        guard definition.model.vocabulary.id(token) != nil else {
          throw TokenizerError("the token \"\(token)\" is not in the vocabulary")
        }
      }
      return definition
    } catch {
      throw error.inFile(file.path ?? "vocab.txt")
    }
  }

  private func bertNormalizer(_ folder: TokenizerFolder) throws(TokenizerError) -> BERTNormalizer {
    BERTNormalizer(
      cleanText: true,
      handleChineseCharacters: try folder.settings.flag("tokenize_chinese_chars") ?? true,
      stripAccents: try folder.settings.flag("strip_accents"),
      lowercase: try folder.settings.flag("do_lower_case") ?? true)
  }

  private func buildByteLevel(
    _ folder: TokenizerFolder
  ) throws(TokenizerError) -> TokenizerDefinition {
    let vocabularyFile = try folder.file("vocab.json")
    let mergesFile = try folder.file("merges.txt")
    let vocabulary: PieceVocabulary
    do throws(TokenizerError) {
      vocabulary = try VocabularyJSON.read(vocabularyFile)
    } catch {
      throw error.inFile(vocabularyFile.path ?? "vocab.json")
    }
    do throws(TokenizerError) {
      var definition = TokenizerDefinition(
        model: .bytePairs(
          try BytePairs(
            vocabulary: vocabulary, merges: try MergesFile.read(mergesFile, vocabulary),
            settings: BytePairs.Settings(continuingPrefix: "", endOfWordSuffix: ""))))
      definition.preTokenizer = .byteLevel(
        addPrefixSpace: false, trimOffsets: true, useExpression: true)
      definition.decoder = .byteLevel(addPrefixSpace: true, trimOffsets: true, useExpression: true)
      return definition
    } catch {
      throw error.inFile(mergesFile.path ?? "merges.txt")
    }
  }

  // MARK: special tokens and class rules

  private func configure(
    _ base: TokenizerDefinition, _ folder: TokenizerFolder, isJSON: Bool
  ) throws(TokenizerError) -> LoadedTokenizer {
    var definition = base
    let defaults = defaultTokens
    var roles = SpecialTokens()
    var configured: [(key: String, token: ConfiguredToken)] = []
    func role(_ key: String, _ fallback: String?) -> String? {
      guard let token = folder.token(key, fallback) else { return nil }
      configured.append((key, token))
      return token.content
    }
    roles.beginning = role("bos_token", defaults.beginning)
    roles.end = role("eos_token", defaults.end)
    roles.unknown = role("unk_token", defaults.unknown)
    roles.separator = role("sep_token", defaults.separator)
    roles.padding = role("pad_token", defaults.padding)
    roles.classifier = role("cls_token", defaults.classifier)
    roles.mask = role("mask_token", defaults.mask)
    let additional = try additionalTokens(folder)
    roles.additional = additional.map(\.content)
    configured += additional.map { ("additional_special_tokens", $0) }
    definition.specialTokens = roles

    let special = Set(roles.inOrder.map { Array($0.utf8) })
    for token in folder.addedTokens {
      let isKnown = definition.isAdded(token.content)
      var token = token
      if special.contains(Array(token.content.utf8)) { token.isSpecial = true }
      if !isKnown || !isJSON { definition.add(token) }
    }
    for (key, token) in configured {
      let isKnown = definition.isAdded(token.content)
      if let settings = token.settings {
        if !isKnown { definition.add(settings) }
        continue
      }
      let plain = plainToken(token.content, key: key)
      // In a tokenizer.json the file's own marks stay, but for a mask that only the class names.
      let overrides = isJSON ? plain.stripsLeft && !folder.names(key) : true
      if !isKnown || overrides { definition.add(plain) }
    }
    return try finish(definition, folder, isJSON: isJSON)
  }

  private func additionalTokens(
    _ folder: TokenizerFolder
  ) throws(TokenizerError) -> [ConfiguredToken] {
    var tokens = folder.additionalTokens ?? []
    switch self {
    case .sentencePiece(.t5):
      let count = min(try folder.settings.integer("extra_ids") ?? 100, 10_000)
      if !tokens.contains(where: { $0.content.contains("<extra_id_") }) {
        tokens += (0..<count).map {
          ConfiguredToken(content: "<extra_id_\($0)>", settings: nil)
        }
      }
    case .sentencePiece(.mbart), .sentencePiece(.mbart50):
      let codes =
        if case .sentencePiece(.mbart50) = self { SentencePieceFamily.languages50 } else {
          SentencePieceFamily.languages25
        }
      let own = codes.map { ConfiguredToken(content: $0, settings: nil) }
      tokens = own + tokens.filter { token in !codes.contains { $0 == token.content } }
    default: break
    }
    return tokens
  }

  /// What the class sets after the vocabulary and the special tokens are known.
  private func finish(
    _ base: TokenizerDefinition, _ folder: TokenizerFolder, isJSON: Bool
  ) throws(TokenizerError) -> LoadedTokenizer {
    var definition = base
    let prefixSpace = try folder.settings.flag("add_prefix_space") ?? false
    if case .byteLevel(_, let trims, let expression) = definition.preTokenizer {
      definition.preTokenizer = .byteLevel(
        addPrefixSpace: prefixSpace, trimOffsets: trims, useExpression: expression)
    }
    switch self {
    case .bert:
      if isJSON, case .bert(var normalizer) = definition.normalizer {
        let settings = try bertNormalizer(folder)
        normalizer.lowercase = settings.lowercase
        normalizer.stripAccents = settings.stripAccents
        normalizer.handleChineseCharacters = settings.handleChineseCharacters
        definition.normalizer = .bert(normalizer)
      }
      if !isJSON { definition.postProcessor = try Template.bert(definition) }
    case .roberta, .bart:
      let trims = try folder.settings.flag("trim_offsets") ?? true
      if !isJSON {
        definition.postProcessor = .roberta(
          separator: try definition.named(definition.specialTokens.separator),
          classifier: try definition.named(definition.specialTokens.classifier),
          trimOffsets: trims, addPrefixSpace: prefixSpace)
      } else if case .roberta(let separator, let classifier, _, _) = definition.postProcessor {
        definition.postProcessor = .roberta(
          separator: separator, classifier: classifier, trimOffsets: trims,
          addPrefixSpace: prefixSpace)
      } else if case .byteLevel(_, _, let expression) = definition.postProcessor {
        definition.postProcessor = .byteLevel(
          addPrefixSpace: prefixSpace, trimOffsets: trims, useExpression: expression)
      }
      definition.refusesWords = !prefixSpace
    case .gpt2:
      if !isJSON {
        definition.postProcessor = .byteLevel(
          addPrefixSpace: true, trimOffsets: false, useExpression: true)
      }
      definition.refusesWords = !prefixSpace
    case .debertaV1:
      if !isJSON { definition.postProcessor = try Template.bert(definition) }
      definition.refusesWords = !prefixSpace
    case .sentencePiece(let family):
      return try family.finish(definition, folder, isJSON: isJSON)
    case .marian, .general: break
    }
    return LoadedTokenizer(definition)
  }
}

extension TokenizerDefinition {
  /// A token with its id; throws when the vocabulary lacks it.
  func named(_ token: String?) throws(TokenizerError) -> NamedToken {
    guard let token else { throw TokenizerError("the tokenizer lacks a special token it needs") }
    guard let id = id(of: token) else {
      throw TokenizerError("the token \"\(token)\" is not in the vocabulary")
    }
    return NamedToken(name: token, id: id)
  }
}

extension Template {
  /// From parts as in "<s> $A </s>:0 $B:1".
  init(
    single: String, pair: String, _ definition: TokenizerDefinition
  ) throws(TokenizerError) {
    var specials: [Special] = []
    func parts(_ text: String) throws(TokenizerError) -> [TemplatePart] {
      var parts: [TemplatePart] = []
      for word in text.split(separator: " ") {
        var name = String(word)
        var typeID: Int32 = 0
        if let colon = word.lastIndex(of: ":"), let type = Int32(word[word.index(after: colon)...])
        {
          typeID = type
          name = String(word[..<colon])
        }
        if name == "$A" || name == "$B" {
          parts.append(.sequence(isSecond: name == "$B", typeID: typeID))
          continue
        }
        let token = try definition.named(name)
        if !specials.contains(where: { $0.name.hasSameBytes(as: name) }) {
          specials.append(Special(name: name, ids: [token.id], tokens: [name]))
        }
        parts.append(.special(name: name, typeID: typeID))
      }
      return parts
    }
    let singleParts = try parts(single)
    let pairParts = try parts(pair)
    self.init(
      single: singleParts, pair: pairParts,
      specials: specials.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
  }

  static func bert(_ definition: TokenizerDefinition) throws(TokenizerError) -> PostProcessor {
    let first = try definition.named(definition.specialTokens.classifier).name
    let last = try definition.named(definition.specialTokens.separator).name
    return .template(
      try Template(
        single: "\(first) $A \(last)", pair: "\(first) $A \(last) $B:1 \(last):1", definition))
  }
}

/// `vocab.txt`: a piece per line, its id the number of the line.
enum VocabularyLines {
  static func read(_ file: FileBytes) throws(TokenizerError) -> PieceVocabulary {
    let bytes = file.bytes
    defer { withExtendedLifetime(file) {} }
    if bytes.isEmpty { throw TokenizerError("is empty; fetch the file again") }
    if let place = UTF8Bytes.firstInvalid(in: bytes) {
      let line = bytes[..<place].count { $0 == 10 } + 1
      throw TokenizerError("line \(line) is not UTF-8; convert the file")
    }
    let text = UnsafeBufferPointer(
      start: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    var vocabulary = PieceVocabulary(capacity: text.count { $0 == 10 || $0 == 13 } + 1)
    var start = 0
    var id = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 10, text[end] != 13 { end += 1 }
      try vocabulary.insert(UnsafeBufferPointer(rebasing: text[start..<end]), id: id)
      id += 1
      // Line ends of all three kinds.
      start = end + (end + 1 < text.count && text[end] == 13 && text[end + 1] == 10 ? 2 : 1)
    }
    return vocabulary
  }
}

/// `vocab.json`: an object of pieces and ids.
enum VocabularyJSON {
  static func read(_ file: FileBytes) throws(TokenizerError) -> PieceVocabulary {
    let parser = JSONParser()
    defer { withExtendedLifetime((file, parser)) {} }
    guard var tape = try JSONSource.tape(of: file, parser) else {
      throw TokenizerError("expected a JSON object")
    }
    return try JSONSource.vocabulary(&tape)
  }
}

/// `merges.txt`: a first line with the version, then a merge per line.
enum MergesFile {
  static func read(
    _ file: FileBytes, _ vocabulary: PieceVocabulary
  ) throws(TokenizerError) -> [(Int32, Int32)] {
    let bytes = file.bytes
    defer { withExtendedLifetime(file) {} }
    guard UTF8Bytes.isValid(bytes) else { throw TokenizerError("not UTF-8; convert the file") }
    // The reference drops what stands before the first line end and after the last.
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    var pairs: [(Int32, Int32)] = []
    var seen = Set<UInt64>()
    for (index, line) in lines.enumerated().dropFirst().dropLast() {
      let words = line.split(whereSeparator: { $0 == 0x20 || $0 == 9 || $0 == 13 })
      guard words.count == 2 else {
        throw TokenizerError(
          "line \(index + 1) has \(words.count) parts, a merge was expected to have 2")
      }
      func id(_ word: Slice<UnsafeRawBufferPointer>) throws(TokenizerError) -> Int32 {
        let rebased = UnsafeRawBufferPointer(rebasing: word)
        return try Merges.id(
          UnsafeBufferPointer(
            start: rebased.baseAddress?.assumingMemoryBound(to: UInt8.self), count: rebased.count),
          vocabulary, rank: index)
      }
      let pair = (try id(words[0]), try id(words[1]))
      let key = UInt64(UInt32(bitPattern: pair.0)) << 32 | UInt64(UInt32(bitPattern: pair.1))
      if seen.insert(key).inserted { pairs.append(pair) }
    }
    return pairs
  }
}
