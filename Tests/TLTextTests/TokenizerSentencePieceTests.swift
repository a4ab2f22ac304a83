import TLTestSupport
import TLText
import Testing

/// A lone SentencePiece model gives what the library itself gives (sentencepiece 0.2.3): normalized
/// blanks, user-defined pieces whole, unknown letters as bytes.
@Suite struct TokenizerSentencePieceTests {
  static let expected: [(text: String, ids: [Int32], decoded: String)] = [
    ("ab aaab", [3, 6, 7, 4, 6], "ab aaab"),
    ("  ми  ими ", [11, 3, 9, 10], "ми ими"),
    ("a<mask>b <mask>", [7, 13, 5, 3, 13], "a<mask>b <mask>"),
    ("aа\u{e9}", [7, 222, 190, 209, 183], "aа\u{e9}"),
    ("", [], ""),
    ("   ", [], ""),
    ("мииab", [11, 9, 6], "мииab"),
  ]

  @Test(arguments: [0, 1])
  func loneModelEqualsTheLibrary(_ algorithm: Int) throws {
    let bytes = TokenizerRobustnessTests.sentencePieceModels(bytePieces: 256)[algorithm]
    let tokenizer = try Tokenizer(sentencePiece: bytes)
    for (text, ids, decoded) in Self.expected {
      #expect(try tokenizer.encode(text).ids == ids, "\(text)")
      #expect(try tokenizer.decode(ids).utf8.elementsEqual(decoded.utf8), "\(text)")
    }
  }

  /// Offsets reach from the place of a piece to its end, in scalars of the original.
  @Test func offsetsOfALoneModelLieInTheText() throws {
    let bytes = TokenizerRobustnessTests.sentencePieceModels(bytePieces: 256)[0]
    let encoding = try Tokenizer(sentencePiece: bytes).encode("  ми  ими ")
    let spans = [(2, 4), (4, 5), (6, 7), (7, 9)].map { TokenSpan($0, $1) }
    #expect(encoding.offsets == spans)
  }

  /// Marian looks up the pieces of bytes by their names (transformers 4.57.6, sentencepiece 0.2.3).
  @Test(arguments: [0, 1])
  func marianTakesLettersThatAreUnknownAsBytes(_ algorithm: Int) throws {
    let model = TokenizerRobustnessTests.sentencePieceModels(bytePieces: 256)[algorithm]
    let pieces =
      ["▁", "a", "b", "ab", "▁a", "м", "и", "ми", "▁ми", "aaa", "<mask>"]
      + (0..<256).map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return "<0x\(byte < 16 ? "0" : "")\(digits)>"
      }
    let fields =
      [JSONField("</s>", .int(0)), JSONField("<unk>", .int(1)), JSONField("<pad>", .int(2))]
      + pieces.enumerated().map { JSONField($1, .int(100 + $0)) }.filter { $0.key != "<0xB7>" }
    let folder = TemporaryFolder()
    _ = folder.file("source.spm", model)
    _ = folder.file("target.spm", model)
    _ = folder.file("vocab.json", JSON.object(fields).serialized())
    _ = folder.file("config.json", "{\"model_type\": \"marian\"}")
    let tokenizer = try Tokenizer(directory: folder.path)
    let expected: [(String, [Int32])] = [
      ("½\u{abf7}", [100, 305, 300, 345, 286, 1, 0]),
      ("ab ми é", [100, 103, 108, 100, 306, 280, 0]),
      ("aаé<0xEA>", [104, 319, 287, 306, 280, 171, 159, 231, 180, 176, 173, 0]),
    ]
    for (text, ids) in expected { #expect(try tokenizer.encode(text).ids == ids, "\(text)") }
  }

  /// transformers 4.57.6.
  @Test(arguments: [
    (
      "true", [[3, 6, 11, 2], [3, 6, 2], [7, 2, 3, 5, 11, 2]],
      ["ab ми</s>", "ab</s>", "a</s> b ми</s>"]
    ),
    (
      "false", [[6, 11, 2], [3, 6, 2], [4, 2, 5, 11, 2]], ["ab ми</s>", " ab</s>", "a</s>b ми</s>"]
    ),
  ])
  func aT5MayHaveNoBlankBeforeATextOfItsOwn(
    _ addsPrefixSpace: String, _ ids: [[Int32]], _ decoded: [String]
  ) throws {
    let folder = TemporaryFolder()
    _ = folder.file(
      "spiece.model", TokenizerRobustnessTests.sentencePieceModels(bytePieces: 256)[0])
    _ = folder.file("config.json", "{\"model_type\": \"t5\"}")
    _ = folder.file(
      "tokenizer_config.json", "{\"extra_ids\": 2, \"add_prefix_space\": \(addsPrefixSpace)}")
    let tokenizer = try Tokenizer(directory: folder.path)
    for (index, text) in ["ab ми", " ab", "a</s>b ми"].enumerated() {
      #expect(try tokenizer.encode(text).ids == ids[index], "\(text)")
      #expect(try tokenizer.decode(ids[index]) == decoded[index], "\(text)")
    }
  }
}
