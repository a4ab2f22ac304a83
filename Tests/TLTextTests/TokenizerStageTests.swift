import TLTestSupport
import TLText
import Testing

/// Every stage of `tokenizer.json` against the answers of the reference library, on texts with marks,
/// controls, emoji, other scripts and added tokens (scripts/interop/tokenizer_stages.py).
@Suite struct TokenizerStageTests {
  static func fixture() throws -> [JSON] {
    let file = try FileBytes(path: Fixtures.folder + "/tokenizers/stages.json")
    return try file.withBytes { try JSON.parse($0) }.array ?? []
  }

  static let names = ((try? fixture()) ?? []).compactMap { $0["name"]?.string }

  static func tokenizer(_ entry: JSON) throws -> Tokenizer {
    let json = try #require(entry["tokenizer"])
    return try Tokenizer(json: Array(json.serialized().utf8))
  }

  func integers(_ json: JSON?) -> [Int] { json?.array?.compactMap(\.int) ?? [] }

  func spans(_ json: JSON?) -> [TokenSpan] {
    (json?.array ?? []).map { TokenSpan(Int32($0[0]?.int ?? -1), Int32($0[1]?.int ?? -1)) }
  }

  func entry(_ name: String) throws -> JSON {
    try #require(try Self.fixture().first { $0["name"]?.string == name })
  }

  @Test func fixtureIsThere() { #expect(Self.names.count > 30) }

  @Test(arguments: names)
  func stageEqualsTheReference(_ name: String) throws {
    let entry = try entry(name)
    let tokenizer = try Self.tokenizer(entry)
    for item in entry["cases"]?.array ?? [] {
      let text = item["text"]?.string ?? ""
      let what = Comment(rawValue: "\(name): \(text)")
      let encoding = try tokenizer.encode(text)
      #expect(encoding.ids.map(Int.init) == integers(item["ids"]), what)
      #expect(encoding.offsets == spans(item["offsets"]), what)
      #expect(encoding.wordIDs.map(Int.init) == integers(item["words"]), what)
      #expect(encoding.typeIDs.map(Int.init) == integers(item["types"]), what)
      let special = integers(item["special"]).map { $0 == 1 }
      #expect(encoding.specialTokensMask == special, what)
      let bare = try tokenizer.encode(
        text, options: EncodeOptions(addSpecialTokens: false, offsets: false))
      #expect(bare.ids.map(Int.init) == integers(item["bare"]), what)
      let decoded = try tokenizer.decode(encoding.ids)
      #expect(Array(decoded.utf8) == item["decoded"]?.string.map { Array($0.utf8) }, what)
      let skipped = try tokenizer.decode(encoding.ids, skipSpecialTokens: true)
      #expect(Array(skipped.utf8) == item["skipped"]?.string.map { Array($0.utf8) }, what)
    }
    let pair = entry["pair"]
    let encoding = try tokenizer.encode(pair?["a"]?.string ?? "", pair: pair?["b"]?.string ?? "")
    #expect(encoding.ids.map(Int.init) == integers(pair?["ids"]))
    #expect(encoding.typeIDs.map(Int.init) == integers(pair?["types"]))
    #expect(encoding.offsets == spans(pair?["offsets"]))
    let words = entry["words"]
    let split = try tokenizer.encode(words: words?["words"]?.array?.compactMap(\.string) ?? [])
    #expect(split.ids.map(Int.init) == integers(words?["ids"]))
    #expect(split.wordIDs.map(Int.init) == integers(words?["word_ids"]))
    #expect(split.offsets == spans(words?["offsets"]))
  }

  /// The second encoding takes words from the cache, the first did not.
  @Test(arguments: names)
  func cacheChangesNothing(_ name: String) throws {
    let entry = try entry(name)
    let tokenizer = try Self.tokenizer(entry)
    let texts = (entry["cases"]?.array ?? []).compactMap { $0["text"]?.string }
    let first = try texts.map { try tokenizer.encode($0) }
    #expect(try texts.map { try tokenizer.encode($0) } == first)
    #expect(try tokenizer.encodeBatch(texts, threads: 3) == first)
  }

  @Test(arguments: names)
  func writtenFileReadsBackIdentically(_ name: String) throws {
    let tokenizer = try Self.tokenizer(try entry(name))
    let bytes = try tokenizer.serialized()
    let again = try Tokenizer(json: bytes)
    #expect(try again.serialized() == bytes)
    for item in try entry(name)["cases"]?.array ?? [] {
      let text = item["text"]?.string ?? ""
      #expect(try tokenizer.encode(text) == again.encode(text))
    }
  }
}
