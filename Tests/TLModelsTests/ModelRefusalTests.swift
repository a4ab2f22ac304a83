// Model directories that must load, and such that must be refused with an error that names the cause.

import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct ModelRefusalTests {
  static let folder = Golden.folder + "/files/model_bad"

  @Test(arguments: [
    ("no_config", "config.json"), ("config_not_json", "config.json"),
    ("config_empty", "config.json"), ("config_no_model_type", "model_type"),
    ("config_unknown_model_type", "mamba9"), ("config_missing_hidden_size", "hidden_size"),
    ("config_missing_layers", "num_hidden_layers"), ("config_heads_not_divisor", "multiple"),
    ("config_zero_heads", "num_attention_heads"), ("config_negative", "-8"),
    ("config_huge", "hidden_size"), ("config_string_number", "an integer"),
    ("config_unknown_activation", "swooosh"), ("config_relative_positions", "relative_key"),
    ("config_layers_too_many", "encoder.layer.1.attention.self.query.weight"),
    ("weights_missing", "no weights"), ("weights_one_tensor_missing", "output.dense.weight"),
    ("weights_wrong_shape", "[11, 8]"), ("weights_nan", "NaN"),
    ("weights_other_architecture", "lacks"), ("index_missing_shard", "shard"),
    ("index_path_escape", "secret"),
  ])
  func brokenDirectoriesAreRefused(name: String, word: String) {
    do {
      _ = try EncoderModel(directory: "\(Self.folder)/\(name)")
      Issue.record("\(name) was loaded")
    } catch {
      let text = "\(error)"
      #expect(text.contains(name) && text.contains(word), "\(text)")
    }
  }

  @Test(arguments: ["ok", "config_defaults", "ok_sharded", "vocab_missing", "tokenizer_json_ok"])
  func soundDirectoriesAreLoaded(name: String) throws {
    let model = try EncoderModel(directory: "\(Self.folder)/\(name)")
    #expect(model.configuration.hiddenSize == 8)
    #expect(model.configuration.layerNormEpsilon == 1e-12)
    #expect(model.configuration.typeVocabularySize == 2)
    #expect(model.report.missing.isEmpty)
  }

  @Test func impossibleInputIsRefused() throws {
    let model = try EncoderModel(directory: "\(Self.folder)/ok")
    for (texts, word) in [
      ([EncodedText(ids: [0, 12])], "token id 12"), ([EncodedText(ids: [-1])], "token id -1"),
      ([EncodedText(ids: [])], "no tokens"),
      ([EncodedText(ids: [Int32](repeating: 1, count: 17))], "17 tokens"),
      ([EncodedText(ids: [1], typeIDs: [2])], "token type 2"),
      ([EncodedText(ids: [1], typeIDs: [0, 0])], "2 token types"),
    ] {
      do {
        _ = try EncoderBatch(texts, for: model.configuration)
        Issue.record("accepted where \(word) was expected")
      } catch {
        #expect("\(error)".contains(word), "\(error)")
      }
    }
  }

  @Test func aNewHeadIsReportedAndDependsOnTheSeedAlone() throws {
    func head(_ seed: UInt64) throws -> EncoderModel {
      try EncoderModel(
        directory: "\(Self.folder)/ok", task: .sequenceClassification(classes: 3), seed: seed)
    }
    let (a, b, c) = (try head(1), try head(1), try head(2))
    #expect(a.report.missing.contains("classifier.weight"))
    let weights = [a, b, c].map { $0.sequenceHead?.output.weight.tensor.values ?? [] }
    #expect(weights[0] == weights[1])
    #expect(weights[0] != weights[2])
    #expect(weights[0].count == 24)
  }

  @Test func logarithmicBucketsEqualTheReference() throws {
    let golden = try Golden("ops/deberta_log_buckets.json")
    let positions = golden["relative_position"].ints
    for (key, buckets, largest) in [
      ("bucket_8_max_64", 8, 64), ("bucket_12_max_64", 12, 64), ("bucket_16_max_64", 16, 64),
      ("bucket_256_max_512", 256, 512),
    ] {
      let found = positions.map {
        Int32(DeBERTa.logarithmicBucket(Int($0), buckets: buckets, largest: largest))
      }
      #expect(found == golden[key].ints, "\(key)")
    }
  }
}
