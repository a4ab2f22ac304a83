// Vocabularies learned from texts: the same bytes at any number of threads, files that read back to the
// same ids, the merges of the definition, and clear refusals.

import Foundation
import TLTestSupport
import TLText
import Testing

@Suite struct TokenizerTrainingTests {
  static let texts = (0..<200).flatMap { number in
    [
      "Мама мыла раму \(number % 17) раз, а папа читал газету.",
      "Рынок вырос на \(number * 7 % 31) пунктов; банки снизили ставки!",
      "The quick brown fox №\(number) jumps — «ёлка» и ещё ёж.",
    ]
  }

  static func training(_ kind: TokenizerTraining.Kind, _ size: Int) -> TokenizerTraining {
    var training = TokenizerTraining(kind, vocabularySize: size)
    if kind == .unigram { training.sentinels = 10 }
    return training
  }

  @Test(arguments: TokenizerTraining.Kind.allCases)
  func threadsDoNotChangeTheBytes(_ kind: TokenizerTraining.Kind) throws {
    var training = Self.training(kind, 220)
    training.threads = 1
    let one = try training.train(Self.texts).serialized()
    training.threads = 3
    #expect(try training.train(Self.texts).serialized() == one)
    training.threads = 8
    #expect(try training.train(Self.texts).serialized() == one)
  }

  @Test(arguments: TokenizerTraining.Kind.allCases)
  func savedFilesReadBackToTheSameIDs(_ kind: TokenizerTraining.Kind) throws {
    let temporary = TemporaryFolder()
    let folder = temporary.path
    let tokenizer = try Self.training(kind, 220).train(Self.texts)
    #expect(tokenizer.vocabularySize == 220)
    try tokenizer.saveTrained(to: folder)
    let again = try Tokenizer(directory: folder)
    #expect(again.className == tokenizer.className)
    for text in Self.texts.prefix(50) + ["незнакомые слова", "", "  \n", "😀 ok"] {
      #expect(try again.encode(text) == tokenizer.encode(text), "\(text)")
    }
    if kind == .wordpiece {
      try FileManager.default.removeItem(atPath: folder + "/tokenizer.json")
      let fromLines = try Tokenizer(directory: folder)
      for text in Self.texts.prefix(50) {
        #expect(try fromLines.encode(text).ids == tokenizer.encode(text).ids, "\(text)")
      }
    }
  }

  /// By hand: of "ab ab ab abc", b after a occurs four times, then abc once.
  @Test func mergesFollowTheCounts() throws {
    var training = TokenizerTraining(.wordpiece, vocabularySize: 12)
    training.minimumFrequency = 1
    let tokenizer = try training.train(["ab ab ab abc"])
    #expect(
      tokenizer.tokens(0..<Int32(tokenizer.idLimit)) == [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "##b", "##c", "ab", "abc",
      ])
    training.minimumFrequency = 2
    #expect(try training.train(["ab ab ab abc"]).vocabularySize == 11)
  }

  @Test func rareLettersAreLeftOut() throws {
    var training = TokenizerTraining(.wordpiece, vocabularySize: 30)
    training.alphabetLimit = 3
    let tokenizer = try training.train(["абв абв абв абв", "я абв"])
    #expect(tokenizer.id(of: "я") == nil)
    #expect(tokenizer.id(of: "абв") != nil)
  }

  @Test func unigramKeepsBlanksAndLettersOfOneScriptTogether() throws {
    let tokenizer = try Self.training(.unigram, 220).train(Self.texts)
    for token in tokenizer.tokens(0..<Int32(tokenizer.idLimit)) where !token.contains("<") {
      #expect(!token.dropFirst().contains("▁"), "\(token)")
      let cyrillic = token.unicodeScalars.contains { (0x400...0x52F).contains($0.value) }
      #expect(!cyrillic || !token.unicodeScalars.contains { $0.isASCII }, "\(token)")
    }
    #expect(
      try tokenizer.decode(tokenizer.encode("Рынок вырос").ids, skipSpecialTokens: true)
        == "Рынок вырос")
    #expect(tokenizer.id(of: "<extra_id_9>") == Int32(tokenizer.idLimit - 10))
    #expect(tokenizer.id(of: "<extra_id_0>") == Int32(tokenizer.idLimit - 1))
  }

  @Test func bytesStandForLettersThatAreUnknown() throws {
    var training = Self.training(.unigram, 500)
    training.byteFallback = true
    let tokenizer = try training.train(Self.texts)
    let encoding = try tokenizer.encode("мама 😀")
    let unknown = try #require(tokenizer.id(of: "<unk>"))
    #expect(!encoding.ids.contains(unknown))
    #expect(try tokenizer.decode(encoding.ids, skipSpecialTokens: true) == "мама 😀")
  }

  @Test func impossibleRequestsSayWhy() throws {
    func message(_ training: TokenizerTraining, _ texts: [String]) -> String {
      do {
        _ = try training.train(texts)
        return ""
      } catch {
        return error.description
      }
    }
    let small = TokenizerTraining(.wordpiece, vocabularySize: 20)
    #expect(message(small, []) == "a tokenizer is made from texts, found none")
    #expect(message(small, ["", " \n"]) == "all 2 texts are empty")
    #expect(message(small, Self.texts).contains("raise vocabulary, or lower alphabet"))
    let unigram = TokenizerTraining(.unigram, vocabularySize: 20)
    #expect(message(unigram, Self.texts).contains("raise vocabulary, or lower coverage"))
    var sentinels = TokenizerTraining(.unigram, vocabularySize: 50)
    sentinels.sentinels = 100
    #expect(message(sentinels, Self.texts).contains("100 sentinels; raise vocabulary"))
    sentinels.kind = .wordpiece
    #expect(message(sentinels, Self.texts) == "sentinels belongs to kind \"unigram\"")
    #expect(throws: TokenizerError.self) {
      try Self.training(.unigram, 220).train(Self.texts, isCancelled: { true })
    }
  }

  /// The trainer of the tokenizers library reaches 1.6545 tokens for a word on these texts,
  /// SentencePiece 1.6801.
  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func tokensPerWordAreNotMoreThanThePeers() throws {
    let lines = try FileBytes.readText(Shared.folder + "/data/general.txt")
      .split(separator: "\n").map(String.init)
    let words = lines.prefix(5000).reduce(0) { $0 + $1.split(separator: " ").count }
    for (kind, limit) in [(TokenizerTraining.Kind.wordpiece, 1.656), (.unigram, 1.67)] {
      var training = TokenizerTraining(kind, vocabularySize: 16_000)
      if kind == .unigram { training.sentinels = 100 }
      let tokenizer = try training.train(lines)
      let tokens = try lines.prefix(5000).reduce(0) {
        $0 + (try tokenizer.encode($1, options: EncodeOptions(addSpecialTokens: false)).count)
      }
      #expect(Double(tokens) / Double(words) < limit, "\(kind)")
    }
  }

  /// Texts that normalization changes: marks apart, full width, ligatures, fractions, blanks.
  static let unusual = [
    "Курс № 5 — «ЦБ»… и\u{306}од, е\u{308}ж, Ｆｕｌｌ ½ ﬁ", "a\u{A0}b\u{2009}c\td",
    "ấ â\u{301} a\u{302}\u{301}",
    "мама мыла раму", "Ёжик\u{200B} ёлка", "① ㎏ ²",
  ]

  @Test(arguments: [false, true])
  func aUnigramVocabularyIsAlsoASentencePieceModel(_ lowercase: Bool) throws {
    let folder = TemporaryFolder()
    var training = TokenizerTraining(.unigram, vocabularySize: 160)
    training.sentinels = 10
    training.lowercase = lowercase
    let texts = [
      "мама мыла раму", "рама мыла маму", "Курс № 5 рубля, йод и ёж", "kg 1⁄2 fi full abc",
    ]
    let tokenizer = try training.train(texts + texts)
    try tokenizer.saveTrained(to: folder.path)
    // Without tokenizer.json the model file is what is read.
    let other = TemporaryFolder()
    for name in ["spiece.model", "tokenizer_config.json"] {
      try FileManager.default.copyItem(
        atPath: folder.path + "/" + name, toPath: other.path + "/" + name)
    }
    let second = try Tokenizer(directory: other.path)
    for text in texts + Self.unusual {
      #expect(
        try second.encode(text).ids == tokenizer.encode(text).ids,
        "\(text.unicodeScalars.map { $0 })")
    }
    #expect(second.idLimit == tokenizer.idLimit)
  }

  /// The Python with transformers and sentencepiece, named by TL_PYTHON.
  private static let python = ProcessInfo.processInfo.environment["TL_PYTHON"]

  @Test(
    .enabled(if: python != nil, "needs TL_PYTHON, a python3 with transformers and sentencepiece"),
    arguments: [false, true])
  func theReferenceLibrariesReadTheSentencePieceModel(_ byteFallback: Bool) throws {
    let folder = TemporaryFolder()
    var training = TokenizerTraining(.unigram, vocabularySize: byteFallback ? 400 : 160)
    training.sentinels = 10
    training.byteFallback = byteFallback
    let texts = [
      "мама мыла раму", "рама мыла маму", "Курс № 5 рубля, йод и ёж", "kg 1⁄2 fi full abc",
    ]
    let tokenizer = try training.train(texts + texts)
    try tokenizer.saveTrained(to: folder.path)
    let asked = texts + Self.unusual + ["<extra_id_3> мама <extra_id_0>"]
    let expected = JSON.object([
      JSONField("folder", .string(folder.path)),
      JSONField("texts", .array(asked.map { .string($0) })),
      JSONField(
        "ids",
        .array(try asked.map { .array(try tokenizer.encode($0).ids.map { .int(Int($0)) }) })),
    ])
    let file = folder.file("cases.json", expected.serialized())
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      Self.python ?? "python3", packageFolder + "/scripts/interop/sentencepiece_models.py", file,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
