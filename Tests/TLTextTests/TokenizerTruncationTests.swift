import TLText
import Testing

/// Whether an encoding says that it was cut, on every way to one.
@Suite struct TokenizerTruncationTests {
  static func tokenizer() throws -> Tokenizer {
    try Tokenizer(
      json: Array(
        """
        {"pre_tokenizer": {"type": "Whitespace"}, "model": {"type": "WordLevel",
        "vocab": {"<unk>": 0, "a": 1, "</s>": 2}, "unk_token": "<unk>"}, "post_processor":
        {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}},
        {"SpecialToken": {"id": "</s>", "type_id": 0}}], "pair": [{"Sequence":
        {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}, {"Sequence":
        {"id": "B", "type_id": 0}}], "special_tokens":
        {"</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}}}
        """.utf8))
  }

  @Test func onlyWhatLostTokensIsTruncated() throws {
    let tokenizer = try Self.tokenizer()
    func options(_ length: Int, _ strategy: Truncation.Strategy = .longestFirst) -> EncodeOptions {
      EncodeOptions(truncation: Truncation(maxLength: length, strategy: strategy))
    }
    #expect(try !tokenizer.encode("a a a").isTruncated)
    // Four tokens with the end: they fit exactly.
    let exact = try tokenizer.encode("a a a", options: options(4))
    #expect(exact.count == 4 && !exact.isTruncated)
    let cut = try tokenizer.encode("a a a", options: options(3))
    #expect(cut.count == 3 && cut.isTruncated)
    var left = options(3)
    left.truncation?.cutsLeft = true
    left.offsets = false
    #expect(try tokenizer.encode("a a a", options: left).isTruncated)
    #expect(try !tokenizer.encode("a", pair: "a a", options: options(4)).isTruncated)
    #expect(try tokenizer.encode("a", pair: "a a", options: options(3)).isTruncated)
    #expect(try tokenizer.encode("a", pair: "a a", options: options(3, .onlySecond)).isTruncated)
    #expect(try tokenizer.encode(words: ["a", "a a"], options: options(3)).isTruncated)
    #expect(try !tokenizer.encode(words: ["a", "a a"], options: options(4)).isTruncated)
    let texts = (0..<100).map { String(repeating: "a ", count: $0 % 4) }
    for threads in [1, 3] {
      let batch = try tokenizer.encodeBatch(texts, options: options(3), threads: threads)
      #expect(batch.map(\.isTruncated) == (0..<100).map { $0 % 4 == 3 })
      let pairs = try tokenizer.encodeBatch(
        pairs: texts.map { ($0, "a") }, options: options(3), threads: threads)
      #expect(pairs.map(\.isTruncated) == (0..<100).map { $0 % 4 > 1 })
      let words = try tokenizer.encodeBatch(
        words: texts.map { $0.split(separator: " ").map(String.init) }, options: options(3),
        threads: threads)
      #expect(words.map(\.isTruncated) == batch.map(\.isTruncated))
    }
  }
}
