import Glibc
import TLTestSupport
import TLText
import Testing

/// Golden values of the reference library: `golden/NAME/tokenization.json` beside `models/NAME`.
@Suite struct TokenizerGoldenTests {
  static let root = Shared.folder + "/fixtures/models"
  static let names = [
    "bart", "bert-legacy-bin", "bert-safetensors", "bert-vocab-bin", "marian", "mbart",
    "mdeberta-v3", "mt5", "roberta", "rut5-tokenizer-json", "t5", "xlm-roberta",
  ]

  static func golden(_ name: String) throws -> JSON {
    let file = try FileBytes(path: "\(root)/golden/\(name)/tokenization.json")
    return try file.withBytes { try JSON.parse($0) }
  }

  static func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(directory: "\(root)/models/\(name)")
  }

  func integers(_ json: JSON?) -> [Int] { json?.array?.compactMap(\.int) ?? [] }

  func spans(_ json: JSON?) -> [TokenSpan] {
    (json?.array ?? []).map {
      TokenSpan(Int32($0[0]?.int ?? -1), Int32($0[1]?.int ?? -1))
    }
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"), arguments: names)
  func casesEqualTheReference(_ name: String) throws {
    let golden = try Self.golden(name)
    let tokenizer = try Self.tokenizer(name)
    let maxLength = golden["truncation_max_length"]?.int ?? 0
    for item in golden["cases"]?.array ?? [] {
      let what = Comment(rawValue: "\(name) \(item["name"]?.string ?? "")")
      let encoding = try tokenizer.encode(item["text"]?.string ?? "")
      #expect(encoding.ids.map(Int.init) == integers(item["input_ids"]), what)
      #expect(tokenizer.tokens(encoding.ids) == item["tokens"]?.array?.compactMap(\.string), what)
      let mask = integers(item["special_tokens_mask"]).map { $0 == 1 }
      #expect(encoding.specialTokensMask == mask, what)
      if item["token_type_ids"] != nil {
        #expect(encoding.typeIDs.map(Int.init) == integers(item["token_type_ids"]), what)
      }
      if item["offsets"] != nil { #expect(encoding.offsets == spans(item["offsets"]), what) }
      let bare = try tokenizer.encode(
        item["text"]?.string ?? "", options: EncodeOptions(addSpecialTokens: false, offsets: false))
      #expect(bare.ids.map(Int.init) == integers(item["input_ids_no_special"]), what)
      let decoded = try tokenizer.decode(encoding.ids)
      #expect(Array(decoded.utf8) == item["decoded"]?.string.map { Array($0.utf8) }, what)
      let skipped = try tokenizer.decode(encoding.ids, skipSpecialTokens: true)
      let expected = item["decoded_skip_special"]?.string.map { Array($0.utf8) }
      #expect(Array(skipped.utf8) == expected, what)
      let cut = try tokenizer.encode(
        item["text"]?.string ?? "",
        options: EncodeOptions(truncation: Truncation(maxLength: maxLength)))
      #expect(cut.ids.map(Int.init) == integers(item["truncated_input_ids"]), what)
    }
    #expect(tokenizer.vocabularySize == golden["vocab_size"]?.int)
    for field in golden["special_tokens"]?.object ?? [] {
      let id = tokenizer.id(of: field.value[0]?.string ?? "")
      #expect(id.map(Int.init) == field.value[1]?.int)
    }
    #expect(tokenizer.modelMaxLength == golden["model_max_length"]?.int || name == "marian")
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"), arguments: names)
  func pairsEqualTheReference(_ name: String) throws {
    let golden = try Self.golden(name)
    let tokenizer = try Self.tokenizer(name)
    for pair in golden["pairs"]?.array ?? [] {
      let (a, b) = (pair["a"]?.string ?? "", pair["b"]?.string ?? "")
      for (key, strategy) in [
        ("full", nil), ("longest_first", .longestFirst), ("only_first", .onlyFirst),
        ("only_second", .onlySecond),
      ] as [(String, Truncation.Strategy?)] {
        guard let expected = pair[key] else { continue }
        let what = Comment(rawValue: "\(name) \(key) \(a.prefix(20))")
        let truncation = strategy.map {
          Truncation(maxLength: expected["max_length"]?.int ?? 0, strategy: $0)
        }
        let options = EncodeOptions(truncation: truncation)
        if expected["error"] != nil {
          #expect(throws: TokenizerError.self, what) {
            try tokenizer.encode(a, pair: b, options: options)
          }
          continue
        }
        let encoding = try tokenizer.encode(a, pair: b, options: options)
        #expect(encoding.ids.map(Int.init) == integers(expected["input_ids"]), what)
        if expected["token_type_ids"] != nil {
          #expect(encoding.typeIDs.map(Int.init) == integers(expected["token_type_ids"]), what)
        }
        if expected["offsets"] != nil {
          #expect(encoding.offsets == spans(expected["offsets"]), what)
        }
        let mask = integers(expected["special_tokens_mask"]).map { $0 == 1 }
        #expect(encoding.specialTokensMask == mask, what)
      }
    }
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"), arguments: names)
  func wordsEqualTheReference(_ name: String) throws {
    let golden = try Self.golden(name)
    let tokenizer = try Self.tokenizer(name)
    guard let expected = golden["words"] else { return }
    let words = expected["words"]?.array?.compactMap(\.string) ?? []
    if expected["error"] != nil {
      #expect(throws: TokenizerError.self) { try tokenizer.encode(words: words) }
      return
    }
    let encoding = try tokenizer.encode(words: words)
    #expect(encoding.ids.map(Int.init) == integers(expected["input_ids"]))
    let ids = expected["word_ids"]?.array?.map { $0.int ?? -1 }
    #expect(encoding.wordIDs.map(Int.init) == ids)
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"), arguments: names)
  func batchesEqualTheReferenceWithoutItsPadding(_ name: String) throws {
    let golden = try Self.golden(name)
    let tokenizer = try Self.tokenizer(name)
    let texts = golden["batch_padded_right"]?["texts"]?.array?.compactMap(\.string) ?? []
    let fixed = golden["batch_fixed_length"]
    for (expected, truncation) in [
      (golden["batch_padded_right"], nil),
      (fixed, fixed?["max_length"]?.int.map { Truncation(maxLength: $0) }),
    ] {
      let batch = try tokenizer.encodeBatch(texts, options: EncodeOptions(truncation: truncation))
      let packed = try tokenizer.encodeIDs(texts, truncation: truncation, threads: 2)
      for (index, row) in (expected?["input_ids"]?.array ?? []).enumerated() {
        let mask = integers(expected?["attention_mask"]?[index])
        let ids = zip(integers(row), mask).filter { $1 == 1 }.map(\.0)
        #expect(batch[index].ids.map(Int.init) == ids)
        #expect(packed[index].map(Int.init) == ids)
      }
    }
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func targetsOfTranslationEqualTheReference() throws {
    let marian = try Self.golden("marian")
    let tokenizer = try Self.tokenizer("marian")
    for item in marian["targets"]?.array ?? [] {
      let ids = try tokenizer.encodeTarget(item["text"]?.string ?? "").ids
      #expect(ids.map(Int.init) == integers(item["target_input_ids"]))
    }
    // The Russian targets of the other model are what this one encodes.
    let mbart = try Self.golden("mbart")
    let texts = (marian["targets"]?.array ?? []).suffix(4).compactMap { $0["text"]?.string }
    let expected = mbart["target_input_ids"]?.array ?? []
    let second = try Self.tokenizer("mbart")
    for (text, ids) in zip(texts, expected) {
      #expect(try second.encodeTarget(text).ids.map(Int.init) == integers(ids))
    }
  }

  /// The file that is written gives the same tokens again, and the same file.
  @Test(.enabled(if: Shared.isPresent, "needs ../shared"), arguments: names)
  func savedTokenizerReadsBackIdentically(_ name: String) throws {
    let golden = try Self.golden(name)
    let tokenizer = try Self.tokenizer(name)
    let folder = TemporaryFolder()
    try tokenizer.save(to: folder.path)
    let again = try Tokenizer(directory: folder.path)
    for item in golden["cases"]?.array ?? [] {
      let text = item["text"]?.string ?? ""
      #expect(try tokenizer.encode(text) == again.encode(text))
      let ids = try tokenizer.encode(text).ids
      #expect(try tokenizer.decode(ids).utf8.elementsEqual(again.decode(ids).utf8))
    }
    #expect(tokenizer.specialTokens == again.specialTokens)
    if name != "marian" {
      #expect(try tokenizer.serialized() == again.serialized())
    }
  }
}
