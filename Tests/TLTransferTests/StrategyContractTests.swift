// What every strategy must keep: frozen weights are untouched, exactly the counted weights train, what
// is saved is what was trained, a stopped run goes on to the same bytes, and threads change nothing
// but rounding.

import Foundation
import TLModels
import TLTensor
import TLTestSupport
import TLText
import TLTransfer
import Testing

struct StrategyContractTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var strategy: any TransferAdaptor
    var donor: String
    var isTagging: Bool
    var testDescription: String {
      "\(strategy.call) on \(donor), \(isTagging ? "tagging" : "classification")"
    }
  }

  static let strategies: [any TransferAdaptor] = [
    FeatureExtraction(), FullFineTuning(), Layerwise(decay: 0.8), Adapters(bottleneck: 6),
    Adapters(bottleneck: 4, form: .pfeiffer), LoRA(rank: 3),
    LoRA(rank: 2, alpha: 3, dropout: 0.1, targets: ["value", "attention.output.dense"]),
    LinearProbe(), LinearProbe(layer: 1, pooling: .max),
  ]
  static let cases = strategies.flatMap { strategy in
    ["bert", "roberta", "deberta"].compactMap { donor -> Case? in
      guard let lora = strategy as? LoRA, donor == "deberta" else {
        return Case(strategy: strategy, donor: donor, isTagging: donor == "roberta")
      }
      // DeBERTa's projections have names of their own.
      var renamed = lora
      renamed.targets = lora.targets.map {
        ["query": "query_proj", "value": "value_proj"][$0] ?? $0
      }
      return Case(strategy: renamed, donor: donor, isTagging: false)
    }
  }

  static let settings: TrainingSettings = {
    var settings = TrainingSettings()
    settings.epochs = 2
    settings.batchSize = 4
    settings.learningRate = 2e-3
    settings.dropout = 0.1
    settings.seed = 7
    return settings
  }()

  @Test(arguments: cases)
  func onlyCountedWeightsTrain(_ given: Case) throws {
    let example = try Example(given)
    let attachment = example.adapted.attachment
    let before = Dictionary(
      uniqueKeysWithValues: (example.adapted.model.parameters + attachment.added).map {
        ($0.name, $0.tensor.values)
      })
    let trainer = try example.trainer(Self.settings)
    #expect(try trainer.run() == .finished)
    trainer.finish()
    for parameter in example.adapted.model.parameters + attachment.added
    where !parameter.isTrainable {
      #expect(parameter.tensor.values == before[parameter.name], "\(parameter.name)")
    }
    let changed = attachment.trained.filter { $0.tensor.values != before[$0.name] }
    // Of a classification head on one class, or rows of tables nobody read, nothing else may stay.
    #expect(changed.count == attachment.trained.count)
    #expect(attachment.trainedCount == example.expectedCount)
    #expect(trainer.history.steps.count == trainer.totalSteps)
    #expect(trainer.history.steps.allSatisfy { $0.loss.isFinite && $0.loss > 0 })
  }

  @Test(arguments: cases)
  func savedWeightsGiveTheSameLogits(_ given: Case) throws {
    let example = try Example(given)
    let trainer = try example.trainer(Self.settings)
    _ = try trainer.run()
    let folder = TemporaryFolder()
    let kept = trainer.keptWeights
    trainer.finish()
    let logits = try example.adapted.logits(example.part)
    try kept.write(to: folder.path + "/w.safetensors")
    let again = try Example(given)
    let before = try again.adapted.logits(example.part)
    #expect(before != logits)
    try TrainedWeights(file: folder.path + "/w.safetensors")
      .apply(to: again.adapted.layout.parameters, decaying: true)
    #expect(try again.adapted.logits(example.part) == logits)
  }

  @Test(arguments: cases, [1, 3, 5])
  func aStoppedRunGoesOnToTheSameBytes(_ given: Case, _ stop: Int) throws {
    let whole = try Example(given)
    let undisturbed = try whole.trainer(Self.settings, validation: true)
    #expect(try undisturbed.run() == .finished)

    let folder = TemporaryFolder()
    let first = try Example(given)
    let stopped = try first.trainer(Self.settings, validation: true)
    #expect(try stopped.run(StopAfter(stop)) == .interrupted)
    try stopped.state.write(to: folder.path)
    let second = try Example(given)
    let resumed = try second.trainer(Self.settings, validation: true)
    try resumed.restore(TrainingState(folder: folder.path))
    #expect(try resumed.run() == .finished)

    #expect(resumed.history == undisturbed.history)
    for (a, b) in zip(
      undisturbed.keptWeights.entries, resumed.keptWeights.entries)
    {
      #expect(a.name == b.name && a.rows == b.rows && a.factor == b.factor)
      #expect(a.values.values == b.values.values, "\(a.name)")
    }
  }

  @Test(arguments: cases)
  func equalSeedsGiveEqualBytes(_ given: Case) throws {
    let one = try Example(given).trainer(Self.settings)
    let two = try Example(given).trainer(Self.settings)
    _ = try one.run()
    _ = try two.run()
    #expect(one.history == two.history)
    for (a, b) in zip(one.keptWeights.entries, two.keptWeights.entries) {
      #expect(a.values.values == b.values.values, "\(a.name)")
    }
  }

  @Test(arguments: cases)
  func threadsChangeOnlyRounding(_ given: Case) throws {
    let one = try Example(given, threads: 1)
    let two = try Example(given, threads: 2)
    let a = try one.trainer(Self.settings)
    let b = try two.trainer(Self.settings)
    _ = try a.run()
    _ = try b.run()
    for (x, y) in zip(a.history.steps, b.history.steps) {
      #expect(abs(x.loss - y.loss) <= 1e-4 * abs(x.loss))
    }
  }
}

/// Ends a run after so many steps.
final class StopAfter: TrainingObserver {
  let steps: Int
  init(_ steps: Int) { self.steps = steps }

  func trainer(_: Trainer, hasStepped step: TrainingHistory.Step, rows: Int) -> Bool {
    step.step >= steps
  }
  func trainer(_: Trainer, hasFinished: TrainingHistory.Epoch) {}
}

/// A small task of self-written texts on one of the small donors.
struct Example {
  let adapted: AdaptedModel
  let part: EncodedPart
  let strategy: any TransferAdaptor
  let isTagging: Bool

  static let texts = [
    "Банк снизил ставку, и рынок вырос.", "Завод закрыт: убытки растут третий год.",
    "Новый мост открыли раньше срока.", "Поезд опоздал, пассажиры недовольны.",
    "Урожай в этом году хороший", "Цены снова выросли", "Музей получил новые залы",
    "В городе отключили воду на неделю", "Команда выиграла матч", "Дорога разбита",
  ]

  init(_ given: StrategyContractTests.Case, threads: Int = 2) throws {
    try self.init(
      given.strategy, donor: given.donor, isTagging: given.isTagging, threads: threads)
  }

  init(
    _ strategy: any TransferAdaptor, donor: String, isTagging: Bool, threads: Int = 2,
    settings: TrainingSettings = StrategyContractTests.settings
  ) throws {
    let directory = Fixtures.donor(donor)
    // The small DeBERTa has no tokenizer of its own.
    let tokenizer = try Tokenizer(directory: Fixtures.donor(donor == "deberta" ? "bert" : donor))
    let model = try settings.model(
      directory: directory, task: isTagging ? .tagging : .classification, classes: 2)
    let attachment = try strategy.attach(to: model, seed: settings.seed)
    adapted = AdaptedModel(attachment, threads: threads)
    if isTagging {
      let words = Self.texts.map { $0.split(separator: " ").map(String.init) }
      part = try EncodedPart(
        sentences: words, labels: words.map { $0.map { Int32($0.count % 2) } },
        tokenizer: tokenizer, maxLength: 32)
    } else {
      part = try EncodedPart(
        texts: Self.texts, labels: Self.texts.indices.map { Int32($0 % 2) }, tokenizer: tokenizer,
        maxLength: 32)
    }
    self.strategy = strategy
    self.isTagging = isTagging
  }

  func trainer(_ settings: TrainingSettings, validation: Bool = false) throws -> Trainer {
    try Trainer(
      adapted, strategy: strategy, settings: settings, train: part,
      validation: validation ? part : nil, metric: "first", isHigherBetter: true
    ) { logits in
      [TrainingHistory.Metric("first", Double(logits.values.first ?? 0))]
    }
  }

  /// The number of trained weights by the strategies' formulas.
  var expectedCount: Int {
    let configuration = adapted.model.configuration
    let (size, layers) = (configuration.hiddenSize, configuration.layers)
    let hasDense = !isTagging && adapted.model.sequenceHead?.dense != nil
    let head = (hasDense ? size * size + size : 0) + size * 2 + 2
    switch strategy {
    case is FeatureExtraction: return head
    case is LinearProbe: return size * 2 + 2
    case let lora as LoRA: return head + layers * lora.targets.count * lora.rank * 2 * size
    case let adapters as Adapters:
      let width = adapters.bottleneck
      let places = adapters.form == .houlsby ? 2 : 1
      return head + layers * places * (2 * size * width + width + size)
    default: return adapted.model.parameterCount
    }
  }
}
