// Strategies and trainer on an encoder-decoder: ten steps against the reference libraries, and the laws
// that runs keep: frozen weights stay, a run that was stopped ends as one that was not, kept outputs of
// the encoder change nothing.

import Foundation
import TLModels
import TLTensor
import TLTestSupport
import TLText
import TLTransfer
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct SequenceTrajectoryTests {
  static let names = [
    "full", "full_label_smoothing_0.1", "full_accumulate_2", "layerwise_0.9", "feature_extraction",
    "lora", "adapters_houlsby", "adapters_pfeiffer",
  ]

  @Test(arguments: names, [1, 2])
  func lossesFollowTheReference(name: String, threads: Int) throws {
    let data = try TrajectoryTests.json("train/t5-seq2seq/batches.json")
    let golden = try TrajectoryTests.json("train/t5-seq2seq/\(name)/trajectory.json")
    let hyper = golden["hyperparameters"] ?? .null
    let directory =
      "\(TrajectoryTests.folder)/\(try #require(golden["start_model"]?.string))"
    var settings = TrainingSettings()
    settings.shuffles = false
    settings.epochs = 1
    settings.learningRate = hyper["lr"]?.number
    settings.weightDecay = try #require(hyper["weight_decay"]?.number)
    settings.clipNorm = hyper["clip"]?.number
    settings.labelSmoothing = hyper["label_smoothing"]?.number ?? 0
    settings.accumulation = hyper["accumulate"]?.int ?? 1
    let steps = try #require(hyper["optimizer_steps"]?.int)
    settings.warmupRatio = Double(try #require(hyper["warmup_steps"]?.int)) / Double(steps)
    let batches = data["batches"]?.array ?? []
    settings.batchSize = try #require(batches.first?["input_ids"]?.array?.count)
    let parts = batches.prefix(steps * settings.accumulation).map(Self.pairs)

    let model = try settings.encoderDecoder(directory: directory)
    let strategy = try TrajectoryTests.strategy(
      name, golden, size: model.configuration.hiddenSize)
    let attachment = try strategy.attach(to: model, seed: 1)
    try Self.start(attachment, "\(TrajectoryTests.folder)/train/t5-seq2seq/\(name)")
    #expect(attachment.trainedCount == golden["trainable_parameters"]?.int)
    let adapted = AdaptedSequenceModel(attachment, threads: threads)
    let learner = SequenceLearner(
      adapted,
      train: EncodedPairs(
        sources: parts.flatMap(\.sources), targets: parts.flatMap(\.targets)),
      validation: nil, epsilon: try #require(hyper["eps"]?.number))
    let trainer = try Trainer(
      learner, strategy: strategy, settings: settings, metric: "", isHigherBetter: false)
    #expect(try trainer.run() == .finished)
    trainer.finish()
    for (index, step) in (golden["steps"]?.array ?? []).enumerated() {
      let loss = try #require(step["loss"]?.number)
      let norm = try #require(step["grad_norm"]?.number)
      let found = trainer.history.steps[index]
      #expect(abs(found.loss - loss) <= 1e-4 * loss, "step \(index)")
      #expect(abs(found.gradientNorm - norm) <= 1e-3 * norm, "step \(index)")
    }
    let probe = try #require(data["probe"])
    let expected = try #require(golden["probe_loss"]?.number)
    #expect(abs(try adapted.loss(Self.pairs(probe)) - expected) <= 1e-3 * expected)
  }

  static func pairs(_ json: JSON) -> EncodedPairs {
    func ids(_ json: JSON?) -> [Int32] {
      (json?.array ?? []).compactMap(\.int).map { Int32($0) }
    }
    let sources = (json["input_ids"]?.array ?? []).enumerated().map { index, row in
      zip(ids(row), ids(json["attention_mask"]?[index])).filter { $0.1 != 0 }.map(\.0)
    }
    return EncodedPairs(
      sources: sources,
      targets: (json["labels"]?.array ?? []).map { ids($0).filter { $0 >= 0 } })
  }

  /// Gives the added parameters the reference's start values.
  static func start(_ attachment: SequenceAttachment, _ folder: String) throws {
    let files = [
      "start/adapter_model.safetensors", "start/pytorch_adapter.bin", "start.safetensors",
    ].map { folder + "/" + $0 }.filter { FileManager.default.fileExists(atPath: $0) }
    for stored in try files.flatMap({ try Checkpoint.open($0).tensors }) {
      let name = stored.name.replacingOccurrences(of: "base_model.model.", with: "")
      let parameter = try #require(attachment.trained.first { $0.name == name }, "\(name)")
      let values = try stored.floats()
      #expect(values.count == parameter.count)
      parameter.pointer.update(from: values, count: values.count)
      parameter.weightsChanged()
    }
  }
}

@Suite struct SequenceContractTests {
  static let strategies: [any TransferAdaptor] = [
    FullFineTuning(), FeatureExtraction(), Layerwise(), LoRA(rank: 4), Adapters(bottleneck: 8),
    Adapters(bottleneck: 8, form: .pfeiffer),
  ]

  static func example(
    _ strategy: any TransferAdaptor, dropout: Double? = 0.1
  ) throws -> SequenceLearner {
    let directory = Fixtures.donor("t5")
    var settings = TrainingSettings()
    settings.dropout = dropout
    let model = try settings.encoderDecoder(directory: directory)
    let adapted = AdaptedSequenceModel(try strategy.attach(to: model, seed: 3), threads: 2)
    let pairs = try EncodedPairs(
      sources: Example.texts, targets: Example.texts.map { String($0.prefix(12)) }, prefix: "",
      tokenizer: Tokenizer(directory: directory), maxLength: 32, maxTarget: 12)
    return SequenceLearner(adapted, train: pairs, validation: pairs)
  }

  static var settings: TrainingSettings {
    var settings = TrainingSettings()
    settings.epochs = 2
    settings.batchSize = 4
    settings.seed = 3
    return settings
  }

  @Test(arguments: strategies.indices)
  func frozenWeightsStayAndARunGoesOnAsIfItHadNotStopped(_ index: Int) throws {
    let strategy = Self.strategies[index]
    func trainer() throws -> (SequenceLearner, Trainer) {
      let learner = try Self.example(strategy)
      return (
        learner,
        try Trainer(
          learner, strategy: strategy, settings: Self.settings, metric: "loss",
          isHigherBetter: false)
      )
    }
    let (learner, undisturbed) = try trainer()
    let frozen = learner.adapted.model.parameters.filter { !$0.isTrainable }
      .map { ($0, $0.tensor.copy()) }
    #expect(try undisturbed.run() == .finished)
    for (parameter, before) in frozen {
      #expect(parameter.tensor.values == before.values, "\(parameter.name)")
    }
    #expect(undisturbed.history.epochs.allSatisfy { $0.validation("perplexity") != nil })
    let folder = TemporaryFolder()
    let stopped = try trainer().1
    #expect(try stopped.run(StopAfter(2)) == .interrupted)
    try stopped.state.write(to: folder.path)
    let resumed = try trainer().1
    try resumed.restore(TrainingState(folder: folder.path))
    #expect(try resumed.run() == .finished)
    #expect(resumed.history == undisturbed.history)
    for (a, b) in zip(undisturbed.keptWeights.entries, resumed.keptWeights.entries) {
      #expect(a.values.values == b.values.values, "\(a.name)")
    }
  }

  @Test func aProbeHasNoFormForWriters() throws {
    #expect(throws: TransferError.self) { try Self.example(LinearProbe()) }
  }

  @Test func emptySourcesAreRefused() throws {
    let tokenizer = try Tokenizer(directory: Fixtures.donor("t5"))
    #expect(throws: TransferError.self) {
      try EncodedPairs(
        sources: ["a", " "], prefix: "", tokenizer: tokenizer, maxLength: 8, maxTarget: 8)
    }
  }
}
