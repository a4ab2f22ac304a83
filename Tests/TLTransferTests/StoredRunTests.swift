// Runs as they come out of the store, are stopped, exported and asked: each says what its own weights say.

import Foundation
import Synchronization
import TLModels
import TLStore
import TLTensor
import TLTestSupport
import TLText
import TLTransfer
import Testing

@Suite struct StoredRunTests {
  static func adaptation(
    _ strategy: any TransferAdaptor = FullFineTuning(), donor: String = Fixtures.donor("bert"),
    task: TransferTask? = nil, _ change: (inout TrainingSettings) -> Void = { _ in }
  ) throws -> Adaptation {
    var settings = TrainingSettings()
    settings.epochs = 3
    settings.batchSize = 4
    settings.learningRate = 1e-2
    settings.seed = 2
    change(&settings)
    return Adaptation(
      donor: try Donor(name: donor, directory: donor),
      task: try task ?? MultiTaskTests.classification(), strategy: strategy, settings: settings)
  }

  /// A copy of the small BERT that a test may change.
  static func copy(of donor: String = Fixtures.donor("bert")) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    for name in TemporaryFolder.names(in: donor) {
      try FileManager.default.copyItem(
        atPath: donor + "/" + name, toPath: folder.path + "/" + name)
    }
    return folder
  }

  @Test func anInterruptedRunMeasuresTheWeightsThatItKeeps() throws {
    let scratch = TemporaryFolder()
    let store = try RunStore(folder: scratch.path)
    var adaptation = try Self.adaptation { $0.epochs = 6 }
    adaptation.settings.metric = "loss"
    // Three steps an epoch: stopped within the epoch that follows the best one.
    for stop in 4...10 {
      let count = Atomic(0)
      adaptation.settings.seed = UInt64(stop)
      let stopped = try adaptation.run(
        store: store, isStopped: { count.add(1, ordering: .relaxed).newValue > stop })
      guard stopped.facts.isInterrupted, let logits = stopped.logits[.validation] else { continue }
      let part = try #require(
        try adaptation.task.encode(
          .validation, tokenizer: adaptation.donor.tokenizer, maxLength: 64))
      let again = try stopped.adaptedModel().logits(part).values
      for (a, b) in zip(logits.values, again) { #expect(abs(a - b) < 1e-5, "stopped at \(stop)") }
    }
  }

  @Test func aRunIsNotJoinedToAnotherDonor() throws {
    let scratch = TemporaryFolder()
    let store = try RunStore(folder: scratch.path)
    let donor = try Self.copy()
    let run = try Self.adaptation(donor: donor.path).run(store: store)
    let stored = try store.run(prefix: run.shortID)
    _ = try AdaptedRun(stored, store: store) { $0 }
    let path = donor.path + "/config.json"
    try (String(contentsOfFile: path, encoding: .utf8) + "\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
    #expect {
      _ = try AdaptedRun(stored, store: store) { $0 }
    } throws: { "\($0)".contains("is not the one that it was made of") }
  }

  @Test func aRunOnAPretrainedDonorOpensAgain() throws {
    let store = try PretrainingTests.store()
    let made = try PretrainingTests.pretraining().run(store: store)
    var settings = TrainingSettings()
    settings.epochs = 1
    let run = try Adaptation(
      donor: made.donor, task: MultiTaskTests.classification(), strategy: FullFineTuning(),
      settings: settings
    ).run(store: store)
    #expect(made.donor.shortName.count == 15)
    let again = try AdaptedRun(store.run(prefix: run.shortID), store: store) { name in
      Issue.record("\(name) was looked for elsewhere")
      return name
    }
    #expect(try again.predictor().classes(["день"])[0].best < 2)
  }

  @Test(arguments: ["logits.safetensors", "weights.safetensors", "history.json"])
  func damagedFilesOfARunAreNoticed(_ name: String) throws {
    let scratch = TemporaryFolder()
    let store = try RunStore(folder: scratch.path)
    let run = try Self.adaptation().run(store: store)
    let stored = try store.run(prefix: run.shortID)
    let path = try stored.artifact(name).path
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for place in bytes.indices.suffix(8) { bytes[place] = 0xFF }
    chmod(path, 0o644)
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect {
      _ = try AdaptedRun(stored, store: store) { $0 }.adaptedModel()
    } throws: { "\($0)".contains("is damaged") && "\($0)".contains("fresh: true") }
  }

  @Test func whatCannotWorkIsRefusedBeforeTraining() throws {
    #expect {
      try Self.adaptation(LoRA(rank: 2)) { $0.mixout = 0.5 }.run(store: nil)
    } throws: { "\($0)".contains("mixout") && "\($0)".contains("lora") }
    _ = try Self.adaptation { settings in
      settings.mixout = 0.5
      settings.epochs = 1
    }.run(store: nil)
    #expect {
      try LearningRateSearch(Self.adaptation(LinearProbe(layer: 9)), rates: [1e-3, 1e-2], steps: 5)
        .run(store: nil)
    } throws: { "\($0)".contains("every one of the 2 rates failed") }
    let names = try LabelNames(["a", "b"])
    let pairs = try TransferTask([
      .train: .classification(
        ClassificationData(
          texts: ["x", "y"], pairs: ["z", "x"], labels: [0, 1], labelNames: names))
    ])
    let run = try Self.adaptation(task: pairs) { $0.epochs = 1 }.run(store: nil)
    #expect { try run.predictor() } throws: { "\($0)".contains("pairs") }
    // One layer named twice is one layer.
    let twice = LoRA(rank: 2, targets: ["query", "attention.self.query"])
    _ = try Self.adaptation(twice) { $0.epochs = 1 }.run(store: nil)
  }

  @Test func wordsOfNoTokensLeaveTheOthersTheirTags() throws {
    let tokenizer = try Tokenizer(directory: Fixtures.donor("bert"))
    let words = ["\u{200B}", "Иван", "\u{AD}", "уехал", "\u{200B}"]
    let part = try EncodedPart(
      sentences: [words], labels: [[0, 1, 2, 3, 4]], tokenizer: tokenizer, maxLength: 32)
    let rows = part.labels[0].filter { $0 != EncodedPart.ignored }
    #expect(rows == [0, 1, 2, 3])
    let start = try #require(part.wordTokens[0].dropFirst().first)
    let alone = try EncodedPart(
      sentences: [["Иван"]], labels: [[1]], tokenizer: tokenizer, maxLength: 32)
    #expect(part.texts[0].ids[Int(start)] == alone.texts[0].ids[1])
  }

  @Test func longSentencesAreTaggedInWindows() throws {
    let run = try Self.adaptation(task: MultiTaskTests.tagging()) { $0.maxLength = 8 }
      .run(store: nil)
    let predictor = try run.predictor()
    let words = (0..<50).map { ["Иван", "уехал", "в", "Тверь", "."][$0 % 5] }
    let found = try predictor.tags(words: [words, ["Иван"], []])
    #expect(found.map(\.count) == [50, 1, 0])
    #expect(found[0].map(\.word) == words)
    #expect(found[0].allSatisfy { $0.probability > 0 })
    // The first window is read as a short text is.
    let short = try predictor.tags(words: [Array(words.prefix(3))])
    #expect(zip(found[0], short[0]).prefix(1).allSatisfy { $0.word == $1.word })
    let long = String(repeating: "аб", count: 400)
    let one = try predictor.tags(words: [["Иван", long, "Тверь"]])[0]
    #expect(one.map(\.word) == ["Иван", long, "Тверь"])
  }

  @Test func aPoolerThatBeganAnewIsExportedWithTheUpdates() throws {
    // A donor without a pooler, as many that were trained for vectors have none.
    let donor = TemporaryFolder()
    let model = try EncoderModel(
      directory: Fixtures.donor("bert"), task: .tokenClassification(classes: 2))
    let tokenizer = try Tokenizer(directory: Fixtures.donor("bert"))
    try HuggingFaceFolder.write(
      model, to: donor.path, options: HuggingFaceFolder.Options(tokenizer: tokenizer))
    let run = try Self.adaptation(LoRA(rank: 2), donor: donor.path).run(store: nil)
    let folder = donor.path + "/export"
    #expect(try run.export(to: folder) == .peft)
    let other = try EncoderModel(
      directory: donor.path, task: .sequenceClassification(classes: 2), seed: 77)
    try PEFTFolder.read(folder, into: other)
    let part = try #require(
      try run.adaptation.task.encode(.test, tokenizer: tokenizer, maxLength: 64))
    let found = try AdaptedModel(Attachment(other), threads: 1).logits(part).values
    for (a, b) in zip(found, try #require(run.logits[.test]).values) { #expect(abs(a - b) < 2e-5) }
    let saved = try JSON.parse(
      String(contentsOfFile: folder + "/adapter_config.json", encoding: .utf8))
    #expect(saved["modules_to_save"] == .array([.string("pooler"), .string("classifier")]))
    // Longer texts are cut elsewhere where the run cut them.
    let configuration = try JSON.parse(
      String(contentsOfFile: folder + "/tokenizer_config.json", encoding: .utf8))
    #expect(configuration["model_max_length"]?.int == run.adaptation.maxLength)
    let anew = try Self.adaptation(LoRA(rank: 2)) { $0.reinitializedLayers = 1 }.run(store: nil)
    #expect(throws: TransferError.self) { try anew.export(to: folder, layout: .peft) }
    #expect(try anew.export(to: donor.path + "/whole") == .huggingFace)
  }
}
