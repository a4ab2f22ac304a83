import Glibc
import TLTestSupport
import TLText
import Testing

/// Malformed files are refused with an error that names the file and the reason, and nothing else
/// happens.
@Suite struct TokenizerRobustnessTests {
  static let root = Shared.folder + "/fixtures/models/files/model_bad"

  static let refused = [
    "no_config", "config_not_json", "config_empty", "config_no_model_type",
    "config_unknown_model_type", "vocab_missing", "vocab_empty", "vocab_no_unk", "vocab_no_cls",
    "vocab_not_utf8", "vocab_duplicate", "vocab_larger_than_embeddings",
    "tokenizer_json_not_json", "tokenizer_json_unknown_model",
    "tokenizer_json_unknown_normalizer", "tokenizer_json_no_model", "tokenizer_json_negative_id",
    "tokenizer_json_huge_id", "tokenizer_json_bpe_merge_missing", "spm_truncated", "spm_garbage",
    "spm_empty", "merges_bad_line", "merges_unknown_piece",
  ]

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"), arguments: refused)
  func malformedFolderIsRefusedWithItsName(_ name: String) {
    do {
      _ = try Tokenizer(directory: "\(Self.root)/\(name)")
      Issue.record("\(name) was read")
    } catch {
      #expect(error.description.contains(name), "\(error)")
      #expect(!error.description.hasSuffix("."), "\(error)")
      #expect(error.description.utf8.count < 400, "\(error)")
    }
  }

  @Test(.enabled(if: Shared.isPresent, "needs ../shared"))
  func soundFoldersAreRead() throws {
    let expected: [(String, [Int32])] = [
      ("ok", [2, 1, 5, 8, 9, 3]), ("config_defaults", [2, 1, 5, 8, 9, 3]),
      ("vocab_crlf", [2, 1, 5, 8, 9, 3]), ("tokenizer_json_ok", [1, 5, 8, 9]),
      ("tokenizer_json_bpe_merges_as_pairs", []),
    ]
    for (name, ids) in expected {
      let tokenizer = try Tokenizer(directory: "\(Self.root)/\(name)")
      #expect(try tokenizer.encode("токб аб.").ids == ids, "\(name)")
    }
  }

  /// Mutates files of every kind; what is still read must encode and decode without harm.
  /// TL_FUZZ sets the number of mutations per file.
  @Test func mutatedFilesDoNoHarm() throws {
    let count = getenv("TL_FUZZ").flatMap { Int(String(cString: $0)) } ?? 40
    var random = TestRandom(seed: 20_261_123)
    var tried = 0
    var read = 0
    let stages = try TokenizerStageTests.fixture().compactMap { $0["tokenizer"] }
    for json in stages {
      let bytes = Array(json.serialized().utf8)
      for _ in 0..<count {
        let mutant = random.mutate(bytes, alphabet: Array("{}[]\",:0123456789-eE\\u▁ ".utf8))
        tried += 1
        if let tokenizer = try? Tokenizer(json: mutant) {
          read += 1
          exercise(tokenizer)
        }
      }
    }
    for bytes in Self.sentencePieceModels() {
      for _ in 0..<(count * 8) {
        let mutant = random.mutate(bytes, alphabet: [0, 1, 8, 10, 16, 18, 26, 127, 128, 255])
        tried += 1
        if let tokenizer = try? Tokenizer(sentencePiece: mutant) {
          read += 1
          exercise(tokenizer)
        }
      }
    }
    let folder = TemporaryFolder()
    for (name, contents) in Self.vocabularyFiles {
      for _ in 0..<count {
        for (file, text) in contents { _ = folder.file(file, text) }
        let (file, text) = contents[Int(random.next() % UInt64(contents.count))]
        _ = folder.file(
          file, random.mutate(Array(text.utf8), alphabet: Array("{}[]\",: \n\r#ab".utf8)))
        tried += 1
        if let tokenizer = try? Tokenizer(directory: folder.path) {
          read += 1
          exercise(tokenizer)
        }
      }
      for (file, _) in contents { unlink("\(folder.path)/\(file)") }
      #expect(name.count > 0)
    }
    #expect(read > 0 && read < tried)
    print("mutated tokenizer files: \(tried), still read: \(read)")
  }

  func exercise(_ tokenizer: Tokenizer) {
    let long = String(repeating: "a", count: 30)
    for text in ["Hello, мир! ▁e\u{301} ½ <mask> \u{0}\r\n 👍🏽", "", "   ", long] {
      guard let encoding = try? tokenizer.encode(text, pair: "xyz абв") else { continue }
      _ = try? tokenizer.decode(encoding.ids, skipSpecialTokens: true)
      _ = try? tokenizer.encode(words: ["a", text])
      let scalars = Int32(text.unicodeScalars.count)
      for span in encoding.offsets where span.start > span.end || span.end > max(scalars, 7) {
        // A mutated charsmap may move places, but never outside the text.
        Issue.record("the span \(span) lies outside a text of \(scalars) scalars")
      }
    }
    _ = try? tokenizer.serialized()
  }

  static let vocabularyFiles: [(String, [(String, String)])] = [
    (
      "bert",
      [
        ("config.json", "{\"model_type\": \"bert\", \"vocab_size\": 12}"),
        ("tokenizer_config.json", "{\"do_lower_case\": false, \"model_max_length\": 64}"),
        (
          "special_tokens_map.json",
          "{\"mask_token\": {\"content\": \"[MASK]\", \"lstrip\": true}}"
        ),
        ("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nа\nб\n##а\n##б\n.\nto\n##k\n"),
      ]
    ),
    (
      "roberta",
      [
        ("config.json", "{\"model_type\": \"roberta\"}"),
        (
          "vocab.json",
          "{\"<s>\": 0, \"<pad>\": 1, \"</s>\": 2, \"<unk>\": 3, \"a\": 4, \"b\": 5, \"ab\": 6, "
            + "\"<mask>\": 7}"
        ),
        ("merges.txt", "#version: 0.2\na b\n"),
        ("added_tokens.json", "{\"<new>\": 8}"),
      ]
    ),
  ]

  /// Two small models written by hand: unigram with byte pieces, and byte pairs.
  static func sentencePieceModels(bytePieces: Int = 16) -> [[UInt8]] {
    func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
      [UInt8(number << 3 | 2), UInt8(content.count & 0x7F | (content.count > 127 ? 0x80 : 0))]
        + (content.count > 127 ? [UInt8(content.count >> 7)] : []) + content
    }
    func piece(_ text: String, _ score: Float, _ kind: UInt8 = 1) -> [UInt8] {
      let bits = score.bitPattern
      return field(
        1,
        field(1, Array(text.utf8)) + [0x15]
          + (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) } + [0x18, kind])
    }
    return [UInt8(1), 2].map { algorithm in
      var model = piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("</s>", 0, 3)
      for (rank, text) in ["▁", "a", "b", "ab", "▁a", "м", "и", "ми", "▁ми", "aaa"].enumerated() {
        model += piece(text, -1 - Float(rank) / 4)
      }
      model += piece("<mask>", 0, 4)
      for byte in 0..<bytePieces {
        let digits = String(byte, radix: 16, uppercase: true)
        model += piece("<0x\(byte < 16 ? "0" : "")\(digits)>", 0, 6)
      }
      model += field(2, [0x18, algorithm, 0x98, 0x02, 1])
      return model + field(3, [0x18, 1, 0x20, 1, 0x28, 1])
    }
  }

  /// The wire reader refuses lengths that the file does not have, whatever they claim.
  @Test func lengthsBeyondTheFileAreRefused() {
    for bytes: [UInt8] in [
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x0A, 0x80], [0x0A, 5, 1, 2], [0x00, 0x01], [0x0D, 1],
      Array(repeating: 0xFF, count: 40), [],
    ] {
      #expect(throws: TokenizerError.self) { try Tokenizer(sentencePiece: bytes) }
    }
  }

  @Test func manyAddedTokensAreRead() throws {
    let count = 40_000
    let tokens = (0..<count).map {
      "{\"id\": \($0 + 1), \"content\": \"<t\($0)>\", \"special\": true}"
    }
    let names = (0..<count).map { "\"<t\($0)>\"" }.joined(separator: ", ")
    let json =
      "{\"added_tokens\": [\(tokens.joined(separator: ", "))], \"model\": "
      + "{\"type\": \"WordLevel\", \"vocab\": {\"<unk>\": 0}, \"unk_token\": \"<unk>\"}}"
    let folder = TemporaryFolder()
    _ = folder.file("tokenizer.json", json)
    _ = folder.file(
      "tokenizer_config.json",
      "{\"tokenizer_class\": \"PreTrainedTokenizerFast\", "
        + "\"additional_special_tokens\": [\(names)]}")
    let tokenizer = try Tokenizer(directory: folder.path)
    #expect(tokenizer.addedTokens.count == count && tokenizer.id(of: "<t39999>") == 40_000)
    #expect(try tokenizer.encode("<t7><t39999>").ids == [8, 40_000])
    #expect(try tokenizer.decode([8, 40_000], skipSpecialTokens: true) == "")
  }

  @Test func aRunOfMarksIsOrdered() throws {
    // Classes 230 and 220 in turn: those below go first, each kind in its order.
    func tokenizer(_ words: [String]) throws -> Tokenizer {
      let vocabulary = (["<unk>"] + words).enumerated().map { JSONField($1, .int($0)) }
      let model = JSON.object([
        JSONField("type", .string("WordLevel")), JSONField("vocab", .object(vocabulary)),
        JSONField("unk_token", .string("<unk>")),
      ])
      return try Tokenizer(
        json: Array(
          "{\"normalizer\": {\"type\": \"NFD\"}, \"model\": \(model.serialized())}".utf8))
    }
    func mixed(_ count: Int) -> String {
      "a" + String(repeating: "\u{301}\u{316}\u{302}\u{317}", count: count) + "b"
    }
    func sorted(_ count: Int) -> String {
      "a" + String(repeating: "\u{316}\u{317}", count: count)
        + String(repeating: "\u{301}\u{302}", count: count) + "b"
    }
    for count in [1, 7, 8, 9, 500] {
      #expect(try tokenizer([sorted(count)]).encode(mixed(count)).ids == [1])
    }
    #expect(try tokenizer([sorted(50_000)]).encode(mixed(50_000)).ids == [1])
  }

  @Test func sequencesDoNotNestForEver() {
    let depth = 100
    let open = String(repeating: "{\"type\":\"Sequence\",\"normalizers\":[", count: depth)
    let close = String(repeating: "]}", count: depth)
    let text =
      "{\"normalizer\":\(open)\(close),\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"<unk>\":0}}}"
    #expect(throws: TokenizerError.self) { try Tokenizer(json: Array(text.utf8)) }
  }
}
