// Runs of several tasks: each task comes out as a run of its own, which exports as any other does.

import Foundation
import TLAnalysis
import TLModels
import TLStore
import TLTensor
import TLTestSupport
import TLText
import TLTransfer
import Testing

struct MultiTaskTests {
  static func classification() throws -> TransferTask {
    let names = try LabelNames(["нет", "да"])
    func data(_ range: Range<Int>) throws -> TransferTask.Data {
      .classification(
        try ClassificationData(
          texts: range.map { "день \($0) \($0 % 2 == 0 ? "хороший" : "плохой")" },
          pairs: nil, labels: range.map { ($0 + 1) % 2 }, labelNames: names))
    }
    return try TransferTask([
      .train: data(0..<12), .validation: data(12..<16), .test: data(16..<22),
    ])
  }

  static func tagging() throws -> TransferTask {
    func data(_ range: Range<Int>) throws -> TransferTask.Data {
      .tagging(
        try TaggingData(
          tokens: range.map { ["Иван", "уехал", "в", $0 % 2 == 0 ? "Тверь" : "Омск", "."] },
          tagTexts: range.map { _ in ["B-PER", "O", "O", "B-LOC", "O"] },
          kinds: try LabelNames(["LOC", "PER"])))
    }
    return try TransferTask([.train: data(0..<12), .test: data(12..<18)])
  }

  /// The small DeBERTa comes without a tokenizer: it reads with that of the BERT.
  private static let deberta: TemporaryFolder = {
    let folder = TemporaryFolder()
    for name in TemporaryFolder.names(in: Fixtures.donor("deberta")) {
      try? FileManager.default.copyItem(
        atPath: Fixtures.donor("deberta") + "/" + name, toPath: folder.path + "/" + name)
    }
    try? Tokenizer(directory: Fixtures.donor("bert")).save(to: folder.path)
    return folder
  }()

  static func folder(_ donor: String) -> String {
    donor == "deberta" ? deberta.path : Fixtures.donor(donor)
  }

  static func run(
    _ donor: String, _ strategy: any TransferAdaptor, store: RunStore? = nil
  ) throws -> MultiTaskRun {
    var settings = TrainingSettings()
    settings.epochs = 2
    settings.batchSize = 4
    settings.learningRate = 3e-3
    settings.seed = 5
    return try MultiTaskAdaptation(
      donor: Donor(name: folder(donor), directory: folder(donor)),
      tasks: [classification(), tagging()], strategy: strategy, settings: settings, sampling: .size
    ).run(store: store)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var donor: String
    var strategy: any TransferAdaptor
    var layout: ExportLayout
    var testDescription: String { "\(strategy.call) on \(donor) as \(layout.rawValue)" }
  }

  static let cases = ["bert", "roberta", "deberta"].flatMap { donor -> [Case] in
    let targets = donor == "deberta" ? ["query_proj", "value_proj"] : ["query", "value"]
    return [
      Case(donor: donor, strategy: FullFineTuning(), layout: .huggingFace),
      Case(donor: donor, strategy: LoRA(rank: 2, targets: targets), layout: .huggingFace),
      Case(donor: donor, strategy: LoRA(rank: 2, targets: targets), layout: .peft),
      Case(donor: donor, strategy: Adapters(bottleneck: 4), layout: .adapterHub),
    ]
  }

  /// What a folder's model says of the test part of a task.
  private static func logits(
    _ folder: String, _ given: Case, _ task: TransferTask
  ) throws -> [Float] {
    let kind: EncoderModel.Task =
      task.kind == .tagging
      ? .tokenClassification(classes: task.labels.count)
      : .sequenceClassification(classes: task.labels.count)
    let isWhole = given.layout == .huggingFace
    let model = try EncoderModel(
      directory: isWhole ? folder : Self.folder(given.donor), task: kind)
    if given.layout == .peft { try PEFTFolder.read(folder, into: model) }
    if given.layout == .adapterHub { try AdapterHubFolder.read(folder, into: model) }
    let part = try #require(
      try task.encode(.test, tokenizer: Tokenizer(directory: folder), maxLength: 64))
    return try AdaptedModel(Attachment(model), threads: 1).logits(part).values
  }

  @Test(arguments: cases)
  func eachTaskIsAFolderThatSaysTheSame(_ given: Case) throws {
    let scratch = TemporaryFolder()
    let both = try Self.run(given.donor, given.strategy)
    #expect(try both.export(to: scratch.path + "/both", layout: given.layout) == given.layout)
    #expect(scratch.names("both") == ["classification", "tagging"])
    for (name, run) in zip(both.adaptation.names, both.runs) {
      let expected = try #require(run.logits[.test]).values
      let found = try Self.logits(scratch.path + "/both/" + name, given, run.adaptation.task)
      try #require(found.count == expected.count)
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < 2e-5, "\(name): \(a) \(b)") }
    }
  }

  @Test func aStoredRunExportsTheSameBytes() throws {
    let scratch = TemporaryFolder()
    let store = try RunStore(folder: scratch.path + "/store")
    let first = try Self.run("bert", FullFineTuning(), store: store)
    let second = try Self.run("bert", FullFineTuning(), store: store)
    #expect(!first.wasStored && second.wasStored)
    #expect(first.runs.map { $0.metrics[.test] } == second.runs.map { $0.metrics[.test] })
    try first.export(to: scratch.path + "/a")
    try second.export(to: scratch.path + "/b")
    for task in first.adaptation.names {
      let (a, b) = ("\(scratch.path)/a/\(task)", "\(scratch.path)/b/\(task)")
      let bytes = try [a, b].map {
        try Data(contentsOf: URL(fileURLWithPath: $0 + "/model.safetensors"))
      }
      #expect(bytes[0] == bytes[1])
    }
  }

  /// The Python with transformers, peft and adapters, named by TL_PYTHON.
  private static let python = ProcessInfo.processInfo.environment["TL_PYTHON"]

  @Test(
    .enabled(if: python != nil, "needs TL_PYTHON, a python3 with transformers, peft and adapters"))
  func theReferenceLibrariesLoadTheFolderOfEachTask() throws {
    let scratch = TemporaryFolder()
    for (number, given) in Self.cases.enumerated() {
      let both = try Self.run(given.donor, given.strategy)
      try both.export(to: "\(scratch.path)/\(number)", layout: given.layout)
      for (name, run) in zip(both.adaptation.names, both.runs) {
        let task = run.adaptation.task
        let part = try #require(
          try task.encode(.test, tokenizer: run.adaptation.donor.tokenizer, maxLength: 64))
        // Texts of one length; of tags the library gives every token, so that only texts are compared.
        let length = part.texts[0].ids.count
        let chosen = part.texts.indices.filter { part.texts[$0].ids.count == length }
        let model = try run.adaptedModel().model
        let ids = chosen.map { part.texts[$0].ids }
        let tape = Tape()
        tape.begin(recording: false)
        let batch = try EncoderBatch(
          chosen.map { part.texts[$0] }, for: model.configuration)
        let logits = model.logits(EncoderInput(batch, 0..<chosen.count, on: tape), on: tape)
        let probe = JSON.object([
          JSONField("kind", .string(given.layout.rawValue)),
          JSONField("task", .string(task.kind == .tagging ? "token" : "sequence")),
          JSONField("base", .string(Self.folder(given.donor))),
          JSONField("input_ids", .array(ids.map { .array($0.map { .int(Int($0)) }) })),
          JSONField("attention_mask", .array(ids.map { .array($0.map { _ in .int(1) }) })),
          JSONField("classes", .int(task.labels.count)),
          JSONField(
            "logits",
            .array(
              (0..<logits.rows).map { row in
                .array(
                  (0..<logits.columns).map {
                    .number(Double(logits.data[row * logits.columns + $0]))
                  })
              })),
        ])
        try AtomicFile.write(
          "\(scratch.path)/\(number)/\(name)/probe.json", text: probe.serialized())
      }
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      Self.python ?? "python3", packageFolder + "/scripts/interop/exports.py", scratch.path,
    ]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
