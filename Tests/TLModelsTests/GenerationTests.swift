// Generation against the reference library: every case of its greedy and beam search, up to and with the
// first end token; and laws that sampling keeps.

import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct GenerationTests {
  static func settings(_ json: JSON, _ maxNewTokens: Int) -> GenerationSettings {
    var settings = GenerationSettings()
    settings.maxNewTokens = maxNewTokens
    settings.beams = json["num_beams"]?.int ?? 1
    settings.lengthPenalty = json["length_penalty"]?.number ?? 1
    settings.earlyStopping = json["early_stopping"]?.bool == true ? .full : .heuristic
    settings.noRepeatNGram = json["no_repeat_ngram_size"]?.int ?? 0
    settings.repetitionPenalty = json["repetition_penalty"]?.number ?? 1
    settings.minNewTokens = json["min_new_tokens"]?.int ?? 0
    settings.results = json["num_return_sequences"]?.int ?? 1
    return settings
  }

  @Test(arguments: encoderDecoderFixtures, [1, 2])
  func idsAndScoresEqualTheReference(name: String, threads: Int) throws {
    let golden = try Golden("golden/\(name)/generate.json")
    let model = try EncoderDecoderModel(directory: Golden.directory(name))
    let ends = Set(model.configuration.endIDs.map { Int32($0) })
    let most = try #require(golden.json["max_new_tokens"]?.int)
    let workers = Workers(threads: threads)
    let sources = golden.json.texts.map(\.ids)
    for item in golden["cases"].rows {
      let settings = Self.settings(item["args"] ?? .null, most)
      let label = "\(name) \(item["name"]?.string ?? "")"
      let found = try Generator(model, settings).texts(sources, on: workers).flatMap { $0 }
      let expected = item["sequences"]?.rows ?? []
      #expect(found.count == expected.count, "\(label)")
      for (index, (text, wanted)) in zip(found, expected).enumerated() {
        var ids = Array(wanted.ints.dropFirst())
        if let end = ids.firstIndex(where: { ends.contains($0) }) {
          ids = Array(ids[...end])
        }
        // Rows that ended before others are padded.
        #expect(text.ids == Array(ids.prefix(max(text.ids.count, ids.count))), "\(label) \(index)")
      }
      for (text, score) in zip(found, item["sequences_scores"]?.numbers ?? []) {
        #expect(abs((text.score ?? .nan) - score) <= 1e-4 * max(1, abs(score)), "\(label)")
      }
    }
  }

  @Test func samplingWithOneCandidateIsGreedyAndSeedsDecide() throws {
    let golden = try Golden("golden/t5/generate.json")
    let model = try EncoderDecoderModel(directory: Golden.directory("t5"))
    let sources = golden.json.texts.map(\.ids)
    let workers = Workers(threads: 2)
    var settings = GenerationSettings()
    settings.maxNewTokens = 12
    let greedy = try Generator(model, settings).texts(sources, on: workers)
    settings.isSampling = true
    settings.topK = 1
    #expect(try Generator(model, settings).texts(sources, on: workers) == greedy)
    settings.topK = nil
    settings.topP = 1e-9
    #expect(try Generator(model, settings).texts(sources, on: workers) == greedy)
    settings.topP = 0.9
    settings.temperature = 2
    settings.results = 3
    settings.seed = 5
    let first = try Generator(model, settings).texts(sources, on: workers)
    #expect(try Generator(model, settings).texts(sources, on: Workers(threads: 1)) == first)
    #expect(first.allSatisfy { $0.count == 3 })
    settings.seed = 6
    #expect(try Generator(model, settings).texts(sources, on: workers) != first)
  }

  @Test func groupsOfBeamsWriteDifferentTexts() throws {
    let golden = try Golden("golden/t5/generate.json")
    let model = try EncoderDecoderModel(directory: Golden.directory("t5"))
    var settings = GenerationSettings()
    settings.maxNewTokens = 12
    settings.beams = 4
    settings.groups = 4
    settings.diversityPenalty = 1e4
    settings.results = 4
    let texts = try Generator(model, settings).texts(
      golden.json.texts.map(\.ids), on: Workers(threads: 2))
    for found in texts { #expect(Set(found.map { $0.ids[0] }).count == 4) }
  }

  @Test func aStopKeepsWhatThereIs() throws {
    let golden = try Golden("golden/t5/generate.json")
    let model = try EncoderDecoderModel(directory: Golden.directory("t5"))
    let texts = try Generator(model).texts(
      golden.json.texts.map(\.ids), on: Workers(threads: 1), isStopped: { true })
    #expect(texts.allSatisfy { $0.isEmpty })
  }

  @Test func settingsThatCannotBeAreRefused() throws {
    let model = try EncoderDecoderModel(directory: Golden.directory("t5"))
    func message(_ change: (inout GenerationSettings) -> Void) -> String {
      var settings = GenerationSettings()
      change(&settings)
      do {
        _ = try Generator(model, settings)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { $0.beams = 500 }.contains("half as many beams as the vocabulary"))
    #expect(message { $0.temperature = 0 }.contains("temperature above 0"))
    #expect(message { $0.results = 2 }.contains("as many texts for a source as beams"))
    #expect(message { $0.minNewTokens = 65 }.contains("min_new_tokens"))
    #expect(throws: ModelError.self) {
      try Generator(model).texts([[]], on: Workers(threads: 1))
    }
  }
}
