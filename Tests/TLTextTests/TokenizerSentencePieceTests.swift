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
}
