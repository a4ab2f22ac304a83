// Encoder-decoders whose files say little, or what cannot be: the tokens, numbers and defaults of
// the reference library for the same files (transformers 4.57), or an error that names the cause.

import Glibc
import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite struct WriterVariantTests {
  /// What both files say of generation in the cases below.
  static let common = #"{"bos_token_id": 0, "eos_token_id": 2, "decoder_start_token_id": 2}"#

  private func ids(_ path: String, beams: Int) throws -> [Int32] {
    var settings = GenerationSettings()
    settings.maxNewTokens = 6
    settings.beams = beams
    let model = try EncoderDecoderModel(directory: path)
    let texts = try Generator(model, settings).texts([[9, 31, 4, 2]], on: Workers(threads: 1))
    return texts[0][0].ids
  }

  private func configuration(_ text: String) throws -> EncoderDecoderConfiguration {
    let scratch = TemporaryFolder()
    _ = scratch.file("config.json", text)
    return try EncoderDecoderConfiguration(directory: scratch.path)
  }

  // MARK: Forced tokens

  enum Forced { case nothing, end, both }

  struct ForcedCase: Sendable {
    let config: String
    /// nil: there is no generation_config.json.
    let generation: String?
    let forced: Forced
  }

  static let forcedCases = [
    // With generation_config.json, config.json counts for nothing.
    ForcedCase(config: #"{"forced_eos_token_id": 2}"#, generation: "{}", forced: .nothing),
    ForcedCase(
      config: #"{"forced_eos_token_id": 2}"#, generation: #"{"forced_eos_token_id": null}"#,
      forced: .nothing),
    ForcedCase(
      config: #"{"forced_eos_token_id": null}"#, generation: #"{"forced_eos_token_id": 2}"#,
      forced: .end),
    ForcedCase(
      config: #"{"force_bos_token_to_be_generated": true}"#,
      generation: #"{"forced_eos_token_id": 2}"#, forced: .end),
    ForcedCase(
      config: "{}", generation: #"{"forced_eos_token_id": [2], "forced_bos_token_id": 0}"#,
      forced: .both),
    // Without it, the class forces what config.json does not mention.
    ForcedCase(config: "{}", generation: nil, forced: .end),
    ForcedCase(config: #"{"forced_eos_token_id": 2}"#, generation: nil, forced: .end),
    ForcedCase(config: #"{"forced_eos_token_id": null}"#, generation: nil, forced: .nothing),
    ForcedCase(
      config: #"{"force_bos_token_to_be_generated": true}"#, generation: nil, forced: .both),
  ]

  @Test(arguments: forcedCases)
  func forcedTokensAreThoseOfTheReference(item: ForcedCase) throws {
    let scratch = try Variant.bart(item.config)
    if let generation = item.generation {
      _ = scratch.file("generation_config.json", try Variant.json(Self.common, generation))
    }
    let expected: [[Int32]] =
      switch item.forced {
      case .nothing: [[4, 1, 4, 1, 32, 32], [1, 13, 4, 1, 32, 32]]
      case .end: [[4, 1, 4, 1, 32, 2], [1, 13, 4, 1, 32, 2]]
      case .both: [[0, 1, 4, 4, 1, 2], [0, 1, 4, 4, 1, 2]]
      }
    #expect(try ids(scratch.path, beams: 1) == expected[0])
    #expect(try ids(scratch.path, beams: 3) == expected[1])
  }

  @Test func anExportedModelForcesNoMoreThanItsOrigin() throws {
    let scratch = try Variant.bart(#"{"forced_eos_token_id": null}"#)
    let exported = scratch.path + "/exported"
    try HuggingFaceFolder.write(EncoderDecoderModel(directory: scratch.path), to: exported)
    #expect(try ids(exported, beams: 1) == [4, 1, 4, 1, 32, 32])
    for name in ["config.json", "generation_config.json"] {
      let json = try JSON.parse(FileBytes.readText("\(exported)/\(name)"))
      #expect(json["forced_eos_token_id"] == .null && json["forced_bos_token_id"] == .null)
    }
    unlink(exported + "/generation_config.json")
    #expect(try ids(exported, beams: 1) == [4, 1, 4, 1, 32, 32])
  }

  @Test func defaultsAreThoseOfTheReference() throws {
    let marian = try configuration(#"{"model_type": "marian", "d_model": 32}"#)
    #expect(marian.vocabularySize == 58_101 && marian.paddingID == 58_100)
    #expect(marian.startID == 58_100 && marian.endIDs == [0] && marian.beginID == nil)
    #expect(marian.generation.forcedEndID == 0 && marian.generation.forcedBeginID == nil)
    for (type, start) in [("bart", 2), ("mbart", 0)] {
      let found = try configuration("{\"model_type\": \"\(type)\", \"d_model\": 32}")
      #expect(found.vocabularySize == 50_265 && found.paddingID == 1 && found.startID == start)
      #expect(found.endIDs == [2] && found.beginID == 0)
      #expect(found.generation.forcedEndID == 2 && found.generation.forcedBeginID == nil)
    }
    let t5 = try configuration(#"{"model_type": "t5", "d_model": 32}"#)
    #expect(t5.generation.forcedEndID == nil && t5.endIDs == [1] && t5.startID == 0)
  }

  @Test func aForcedTokenLosesNothingToDiversity() throws {
    let scratch = try Variant.bart(#"{"forced_eos_token_id": null}"#)
    var settings = GenerationSettings()
    settings.maxNewTokens = 1
    settings.beams = 2
    settings.groups = 2
    settings.results = 2
    settings.diversityPenalty = 5
    settings.forcedBeginID = 0
    let model = try EncoderDecoderModel(directory: scratch.path)
    let texts = try Generator(model, settings).texts([[9, 31, 4, 2]], on: Workers(threads: 1))
    #expect(texts[0].map(\.ids) == [[0], [0]] && texts[0].map(\.score) == [0, 0])
  }

  // MARK: What cannot be

  @Test(arguments: [
    ("eos_token_id", "[1, 100000000]", "found 100000000"),
    ("eos_token_id", "[1, 3000000000]", "found 3000000000"),
    ("eos_token_id", "-100000", "found -100000"), ("eos_token_id", "800", "from 0 to 799"),
    ("forced_bos_token_id", "800", "found 800"), ("forced_eos_token_id", "-1", "found -1"),
    ("forced_eos_token_id", "[1, 2]", "one token id"), ("forced_eos_token_id", "\"</s>\"", "</s>"),
    ("bad_words_ids", "[[5, 4294967299]]", "from 0 to 799"),
    ("decoder_start_token_id", "800", "799"),
  ])
  func idsOutsideTheVocabularyAreRefused(key: String, value: String, words: String) throws {
    let changes = "{\"\(key)\": \(value)}"
    let scratch = try Variant.donor("t5")
    _ = scratch.file("generation_config.json", try Variant.json(Self.common, changes))
    expectError("generation_config.json", key, words) {
      _ = try EncoderDecoderModel(directory: scratch.path)
    }
    let other = try Variant.donor("t5", changes)
    expectError("/config.json", key, words) {
      _ = try EncoderDecoderModel(directory: other.path)
    }
  }

  @Test func idsOfAClassMustBeInTheVocabularyToo() {
    expectError("config.json", "pad_token_id", "found 58100") {
      _ = try configuration(
        #"{"model_type": "marian", "d_model": 32, "vocab_size": 90, "decoder_start_token_id": 0}"#)
    }
  }

  @Test func positionsOfMarianAreBounded() {
    expectError("config.json", "max_position_embeddings", "65536", "10000000") {
      _ = try configuration(
        #"{"model_type": "marian", "d_model": 32, "max_position_embeddings": 10000000}"#)
    }
  }

  // MARK: Word embeddings

  /// Keeps of the tied tables one under the decoder's name.
  private static func keepDecoder(_ prefix: String, _ tensors: inout Variant.Tensors) {
    let table = tensors.first { $0.name == "\(prefix)shared.weight" }
    tensors.removeAll {
      $0.name.hasSuffix("embed_tokens.weight") || $0.name == table?.name
        || $0.name == "lm_head.weight"
    }
    if let table { tensors.append(("\(prefix)decoder.embed_tokens.weight", table.tensor)) }
  }

  /// Checks the first logits of a row, the number of weights, and the same of the exported model.
  private func expectLogits(
    _ path: String, _ source: [Int32], _ target: [Int32], row: Int, _ expected: [Double],
    weights: Int
  ) throws {
    for path in [path, path + "/exported"] {
      let model = try EncoderDecoderModel(directory: path)
      #expect(model.report.isComplete, "\(model.report)")
      let checkpoint = try Checkpoint.open(path)
      #expect(
        EncoderDecoderModel.parameterCount(checkpoint, model.configuration) == weights
          && model.parameterCount == weights)
      let batch = try TextPairBatch(
        sources: [source], targets: [target], for: model.configuration)
      let tape = Tape()
      tape.begin(recording: false)
      let encoded = model.encode(batch, [0], on: tape)
      let logits = model.logits(
        model.decode(batch, [0], encoded.vectors, encoded.sequences, on: tape), on: tape)
      expectClose(
        logits.row(row).prefix(expected.count).map(Double.init), expected, 1e-4, path)
      if !path.hasSuffix("exported") {
        try HuggingFaceFolder.write(model, to: path + "/exported")
        let names = try Checkpoint.open(path + "/exported").tensors.map(\.name)
        #expect(names.contains(model.configuration.family.prefix + "shared.weight"))
      }
    }
  }

  @Test func wordEmbeddingsOfTheDecoderAloneAreRead() throws {
    let t5 = try Variant.donor("t5") { Self.keepDecoder("", &$0) }
    try expectLogits(
      t5.path, [12, 45, 7, 80, 1], [33, 21, 1], row: 2,
      [-0.328924, 3.271451, 0.055548, 1.318667, 0.004547], weights: 122_176)
    let bart = try Variant.bart()
    var tensors = try Checkpoint.open(bart.path).tensors.map {
      (name: $0.name, tensor: Tensor(try $0.floats(), shape: $0.shape))
    }
    Self.keepDecoder("model.", &tensors)
    try Variant.write(tensors, to: bart)
    try expectLogits(
      bart.path, [9, 31, 4, 2], [4, 1, 2], row: 2,
      [-0.44835, 3.255367, -1.289103, 1.871217, 3.256859], weights: 6832)
  }
}
