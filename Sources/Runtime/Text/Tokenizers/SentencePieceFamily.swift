// Tokenizers that come as a SentencePiece model and that the reference library rebuilds from fast
// stages: T5 and mT5, XLM-RoBERTa, mBART, DeBERTa-v2 and -v3. Each has its own ids for special tokens.

enum SentencePieceFamily: Sendable {
  case t5, xlmRoberta, mbart, mbart50, debertaV2

  static let languages25 = [
    "ar_AR", "cs_CZ", "de_DE", "en_XX", "es_XX", "et_EE", "fi_FI", "fr_XX", "gu_IN", "hi_IN",
    "it_IT", "ja_XX", "kk_KZ", "ko_KR", "lt_LT", "lv_LV", "my_MM", "ne_NP", "nl_XX", "ro_RO",
    "ru_RU", "si_LK", "tr_TR", "vi_VN", "zh_CN",
  ]
  static let languages50 =
    languages25 + [
      "af_ZA", "az_AZ", "bn_IN", "fa_IR", "he_IL", "hr_HR", "id_ID", "ka_GE", "km_KH", "mk_MK",
      "ml_IN", "mn_MN", "mr_IN", "pl_PL", "ps_AF", "pt_XX", "sv_SE", "sw_KE", "ta_IN", "te_IN",
      "th_TH", "tl_XX", "uk_UA", "ur_PK", "xh_ZA", "gl_ES", "sl_SI",
    ]

  private var fileName: String {
    switch self {
    case .t5: return "spiece.model"
    case .xlmRoberta, .mbart, .mbart50: return "sentencepiece.bpe.model"
    case .debertaV2: return "spm.model"
    }
  }

  /// Reads a model file; errors name it.
  static func read(_ file: FileBytes) throws(TokenizerError) -> SentencePieceModel {
    defer { withExtendedLifetime(file) {} }
    let bytes = UnsafeBufferPointer(
      start: file.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), count: file.count)
    do throws(TokenizerError) {
      return try SentencePieceModel(bytes)
    } catch {
      throw error.inFile(file.path ?? "sentencepiece.model")
    }
  }

  func build(_ folder: TokenizerFolder) throws(TokenizerError) -> TokenizerDefinition {
    let name =
      folder.has(fileName)
      ? fileName
      : ["spiece.model", "sentencepiece.bpe.model", "spm.model"].first { folder.has($0) }
    let file = try folder.file(name ?? fileName)
    let model = try SentencePieceFamily.read(file)
    do throws(TokenizerError) {
      return try build(model, folder)
    } catch {
      throw error.inFile(file.path ?? fileName)
    }
  }

  private func build(
    _ model: SentencePieceModel, _ folder: TokenizerFolder
  ) throws(TokenizerError) -> TokenizerDefinition {
    let pieces = try pieces(model, folder)
    let unknownID: Int
    switch self {
    case .t5, .debertaV2: unknownID = model.unknownID
    case .xlmRoberta, .mbart, .mbart50: unknownID = 3
    }
    var definition: TokenizerDefinition
    switch model.algorithm {
    case .unigram:
      definition = TokenizerDefinition(
        model: .unigram(
          try Unigram(pieces: pieces, unknownID: unknownID, byteFallback: false)))
    case .bytePairs:
      definition = TokenizerDefinition(
        model: .bytePairs(try SentencePieceMerges.model(pieces, model, byteFallback: false)))
    case .word, .character:
      throw TokenizerError("a SentencePiece model of words or characters cannot be used here")
    }
    definition.normalizer = try normalizer(model, folder)
    // Before legacy was switched off, every part between special tokens got a blank.
    let isLegacy = try folder.settings.flag("legacy") ?? true
    let metaspace = Metaspace(prepend: self == .t5 && !isLegacy ? .first : .always)
    definition.preTokenizer = .metaspace(metaspace)
    if self == .debertaV2 {
      let splits = try folder.settings.flag("split_by_punct") ?? false
      definition.preTokenizer = .sequence(
        (splits ? [.punctuation(.isolated)] : []) + [.metaspace(metaspace)])
    }
    definition.decoder = .metaspace(metaspace)
    for piece in model.pieces where piece.kind == .control || piece.kind == .userDefined {
      definition.add(
        AddedToken(
          String(decoding: piece.bytes, as: UTF8.self), id: 0, isSpecial: piece.kind == .control))
    }
    return definition
  }

  /// The pieces under the ids of the family.
  private func pieces(
    _ model: SentencePieceModel, _ folder: TokenizerFolder
  ) throws(TokenizerError) -> [(piece: [UInt8], score: Double)] {
    func plain(_ names: [String]) -> [(piece: [UInt8], score: Double)] {
      names.map { (Array($0.utf8), 0) }
    }
    switch self {
    case .debertaV2: return model.scored
    case .t5:
      let extra = min(try folder.settings.integer("extra_ids") ?? 100, 10_000)
      return model.scored + plain((0..<extra).reversed().map { "<extra_id_\($0)>" })
    case .xlmRoberta, .mbart, .mbart50:
      guard model.pieces.count > 3 else {
        throw TokenizerError("the model has \(model.pieces.count) pieces, more than 3 are expected")
      }
      let languages =
        self == .mbart ? Self.languages25 : self == .mbart50 ? Self.languages50 : []
      return plain(["<s>", "<pad>", "</s>", "<unk>"]) + model.scored.dropFirst(3)
        + plain(languages + ["<mask>"])
    }
  }

  private func normalizer(
    _ model: SentencePieceModel, _ folder: TokenizerFolder
  ) throws(TokenizerError) -> Normalizer {
    var parts: [Normalizer] = []
    if self == .debertaV2 {
      if try folder.settings.flag("do_lower_case") ?? false { parts.append(.lowercase) }
      parts.append(.strip(left: true, right: true))
    }
    if !model.characterMap.isEmpty {
      parts.append(.precompiled(try CharacterMap(blob: model.characterMap)))
    }
    if self != .debertaV2 { parts.append(.strip(left: false, right: true)) }
    parts.append(
      .replace(
        .repeatedSpaces(source: " {2,}"),
        content: Array((self == .debertaV2 ? " " : "\u{2581}").utf8)))
    return .sequence(parts)
  }

  /// The templates, when the special tokens have their ids.
  func finish(
    _ base: TokenizerDefinition, _ folder: TokenizerFolder, isJSON: Bool
  ) throws(TokenizerError) -> LoadedTokenizer {
    var definition = base
    if self == .t5, try folder.settings.flag("add_prefix_space") == false,
      case .metaspace(var metaspace) = definition.preTokenizer
    {
      metaspace.prepend = .never
      definition.preTokenizer = .metaspace(metaspace)
      definition.decoder = .metaspace(metaspace)
    }
    switch self {
    case .t5 where !isJSON:
      definition.postProcessor = .template(
        try Template(single: "$A </s>", pair: "$A </s> $B </s>", definition))
    case .xlmRoberta where !isJSON:
      definition.postProcessor = .template(
        try Template(single: "<s> $A </s>", pair: "<s> $A </s> </s> $B </s>", definition))
    case .debertaV2 where !isJSON:
      definition.postProcessor = .template(
        try Template(single: "[CLS] $A [SEP]", pair: "[CLS] $A [SEP] $B:1 [SEP]:1", definition))
    case .mbart, .mbart50:
      let source = try folder.settings.text("src_lang") ?? "en_XX"
      var target = definition
      target.postProcessor = try languageTemplate(
        try folder.settings.text("tgt_lang") ?? source, definition)
      definition.postProcessor = try languageTemplate(source, definition)
      return LoadedTokenizer(definition, target: target)
    default: break
    }
    return LoadedTokenizer(definition)
  }

  private func languageTemplate(
    _ language: String, _ definition: TokenizerDefinition
  ) throws(TokenizerError) -> PostProcessor {
    .template(
      self == .mbart50
        ? try Template(single: "\(language) $A </s>", pair: "\(language) $A $B </s>", definition)
        : try Template(single: "$A </s> \(language)", pair: "$A $B </s> \(language)", definition))
  }

  /// A model on its own, as the SentencePiece library applies it: no special tokens are added.
  static func native(_ model: SentencePieceModel) throws(TokenizerError) -> TokenizerDefinition {
    var definition = TokenizerDefinition(model: try model.makeModel())
    definition.normalizer = .sentencePiece(try model.makeNormalizer())
    definition.decoder = .sentencePiece(
      SentencePieceDecoder(
        specialTokens: [], addsDummyPrefix: model.addsDummyPrefix,
        removesExtraWhitespace: model.removesExtraWhitespace,
        control: model.pieces.filter { $0.kind == .control }.map(\.bytes),
        unknown: Array(model.unknownPiece.utf8), unknownSurface: Array(model.unknownSurface.utf8),
        pieces: definition.model.vocabulary, strips: false))
    return definition
  }
}

/// The merges that a SentencePiece byte-pair model implies, in the order of the reference library.
enum SentencePieceMerges {
  private struct Merge {
    let left: Int32
    let right: Int32
    let score: Double
    let leftScalars: Int
    let rightScalars: Int
  }

  static func model(
    _ pieces: [(piece: [UInt8], score: Double)], _ model: SentencePieceModel, byteFallback: Bool
  ) throws(TokenizerError) -> BytePairs {
    var vocabulary = PieceVocabulary(capacity: pieces.count)
    for (id, entry) in pieces.enumerated() {
      try withBytes(entry.piece) { bytes throws(TokenizerError) in
        try vocabulary.insert(bytes, id: id)
      }
    }
    // Ties are broken by the ids in the file, which may differ from those of the family.
    var fileIDs = PieceVocabulary(capacity: model.pieces.count)
    for (id, piece) in model.pieces.enumerated() {
      try withBytes(piece.bytes) { bytes throws(TokenizerError) in
        try fileIDs.insert(bytes, id: id)
      }
    }
    var merges: [Merge] = []
    for (piece, score) in pieces {
      var local: [(left: Int32, right: Int32, merge: Merge)] = []
      piece.withUnsafeBufferPointer { bytes in
        let count = UTF8Scalar.count(bytes)
        var split = 0
        for scalars in 1..<max(count, 1) {
          split += UTF8Scalar.length(bytes, split)
          let left = UnsafeBufferPointer(rebasing: bytes[..<split])
          let right = UnsafeBufferPointer(rebasing: bytes[split...])
          guard let leftFile = fileIDs.id(left), let rightFile = fileIDs.id(right),
            let leftID = vocabulary.id(left), let rightID = vocabulary.id(right)
          else { continue }
          local.append(
            (
              leftFile, rightFile,
              Merge(
                left: leftID, right: rightID, score: score, leftScalars: scalars,
                rightScalars: count - scalars)
            ))
        }
      }
      local.sort { ($0.left, $0.right) < ($1.left, $1.right) }
      merges += local.map(\.merge)
    }
    let order = merges.indices.sorted { a, b in
      let (x, y) = (merges[a], merges[b])
      if x.score != y.score { return x.score > y.score }
      if x.leftScalars != y.leftScalars { return x.leftScalars > y.leftScalars }
      if x.rightScalars != y.rightScalars { return x.rightScalars > y.rightScalars }
      return a < b
    }
    return try BytePairs(
      vocabulary: vocabulary, merges: order.map { (merges[$0].left, merges[$0].right) },
      settings: BytePairs.Settings(
        unknownToken: model.unknownPiece, fusesUnknown: true, byteFallback: byteFallback))
  }
}

/// Marian (OPUS-MT): two SentencePiece models, one for what is read and one for what is produced, and
/// one vocabulary for both. The reference library has no fast tokenizer for it.
enum MarianTokenizer {
  static func load(_ folder: TokenizerFolder) throws(TokenizerError) -> LoadedTokenizer {
    let source = try folder.file("source.spm")
    let target = try folder.file("target.spm")
    let vocabularyFile = try folder.file("vocab.json")
    let vocabulary = try read(vocabularyFile)
    var files = [source, target, vocabularyFile].map { file in
      (
        name: String(file.path?.split(separator: "/").last ?? ""),
        bytes: file.withBytes { Array($0) }
      )
    }
    var targetVocabulary = vocabulary
    if try folder.settings.flag("separate_vocabs") ?? false {
      let file = try folder.file("target_vocab.json")
      targetVocabulary = try read(file)
      files.append((name: "target_vocab.json", bytes: file.withBytes { Array($0) }))
    }
    let targetModel = try SentencePieceFamily.read(target)
    var roles = SpecialTokens()
    roles.end = folder.token("eos_token", "</s>")?.content
    roles.unknown = folder.token("unk_token", "<unk>")?.content
    roles.padding = folder.token("pad_token", "<pad>")?.content
    func definition(
      _ file: FileBytes, _ vocabulary: PieceVocabulary
    ) throws(TokenizerError) -> TokenizerDefinition {
      let model = try SentencePieceFamily.read(file)
      do throws(TokenizerError) {
        return try build(model, targetModel, vocabulary, roles)
      } catch {
        throw error.inFile(file.path ?? "source.spm")
      }
    }
    var first = try definition(source, vocabulary)
    first.files = files
    return LoadedTokenizer(first, target: try definition(target, targetVocabulary))
  }

  private static func read(_ file: FileBytes) throws(TokenizerError) -> PieceVocabulary {
    do throws(TokenizerError) {
      return try VocabularyJSON.read(file)
    } catch {
      throw error.inFile(file.path ?? "vocab.json")
    }
  }

  private static func build(
    _ model: SentencePieceModel, _ targetModel: SentencePieceModel, _ vocabulary: PieceVocabulary,
    _ roles: SpecialTokens
  ) throws(TokenizerError) -> TokenizerDefinition {
    guard let unknown = roles.unknown, let unknownID = vocabulary.id(unknown) else {
      throw TokenizerError("the unknown token is not in vocab.json")
    }
    var definition = TokenizerDefinition(
      model: .mapped(
        try model.makeModel(), MappedVocabulary(vocabulary: vocabulary, unknownID: unknownID)))
    definition.normalizer = .sentencePiece(try model.makeNormalizer())
    definition.specialTokens = roles
    for token in roles.inOrder { definition.add(AddedToken(token, id: 0)) }
    let end = try definition.named(roles.end).name
    definition.postProcessor = .template(
      try Template(single: "$A \(end)", pair: "$A $B \(end)", definition))
    definition.decoder = .sentencePiece(
      SentencePieceDecoder(
        specialTokens: roles.inOrder.map { Array($0.utf8) },
        addsDummyPrefix: targetModel.addsDummyPrefix,
        removesExtraWhitespace: targetModel.removesExtraWhitespace,
        control: targetModel.pieces.filter { $0.kind == .control }.map(\.bytes),
        unknown: Array(targetModel.unknownPiece.utf8),
        unknownSurface: Array(targetModel.unknownSurface.utf8),
        pieces: try targetModel.makeModel().vocabulary, strips: true))
    definition.markedSpecialIDs = roles.inOrder.filter { !$0.hasSameBytes(as: unknown) }
      .compactMap { definition.id(of: $0) }
    definition.truncatesOneByOne = true
    definition.takesLanguageCodes = true
    return definition
  }
}
