// The strategies and the trainer against ten steps of the reference libraries: the same start, the same
// batches, so the same losses, gradient norms and logits of a probe batch afterwards.

import Glibc
import TLModels
import TLTensor
import TLTestSupport
import TLText
import TLTransfer
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct TrajectoryTests {
  static let folder = Shared.folder + "/fixtures/models"
  static let names = [
    "full", "full_label_smoothing_0.1", "full_cosine_no_clip", "full_accumulate_2",
    "layerwise_0.9", "feature_extraction", "lora", "adapters_houlsby", "adapters_pfeiffer",
  ]

  @Test(
    arguments: names.flatMap { ["bert-classification/\($0)", "bert-tagging/\($0)"] }, [1, 2])
  func lossesFollowTheReference(path: String, threads: Int) throws {
    let task = String(path.split(separator: "/")[0])
    let data = try Self.json("train/\(task)/batches.json")
    let golden = try Self.json("train/\(path)/trajectory.json")
    let hyper = golden["hyperparameters"] ?? .null
    // Every other setting of the optimizer is the trainer's own.
    guard hyper["eps"]?.number == 1e-8 else { return }
    let isTagging = task == "bert-tagging"
    let directory = "\(Self.folder)/\(try #require(golden["start_model"]?.string))"
    let classes = try EncoderConfiguration(directory: directory).labels.count

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
    settings.schedule = hyper["schedule"]?.string == "cosine" ? .cosine : .linear
    let batches = data["batches"]?.array ?? []
    settings.batchSize = try #require(batches.first?["input_ids"]?.array?.count)
    let used = Array(batches.prefix(steps * settings.accumulation))
    let parts = used.map { Self.part($0, isTagging: isTagging) }

    let size = try EncoderConfiguration(directory: directory).hiddenSize
    let strategy = try Self.strategy(path, golden, size: size)
    let model = try settings.model(
      directory: directory, task: isTagging ? .tagging : .classification, classes: classes)
    let attachment = try strategy.attach(to: model, seed: 1)
    try Self.start(attachment, "\(Self.folder)/train/\(path)")
    let adapted = AdaptedModel(attachment, threads: threads)
    let trainer = try Trainer(
      adapted, strategy: strategy, settings: settings,
      train: EncodedPart(
        texts: parts.flatMap(\.texts), labels: parts.flatMap(\.labels),
        wordTokens: parts.flatMap(\.wordTokens)),
      validation: nil, metric: "", isHigherBetter: true
    ) { _ in [] }
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
    let logits = try adapted.logits(Self.part(probe, isTagging: isTagging, allTokens: true))
    let expected = Self.expected(golden["probe_logits"] ?? .null, probe, isTagging: isTagging)
    #expect(logits.values.count == expected.count)
    for (a, b) in zip(logits.values, expected) { #expect(abs(Double(a) - b) <= 1e-3) }
  }

  static func json(_ path: String) throws -> JSON {
    try JSON.parse(FileBytes.readText("\(folder)/\(path)"))
  }

  static func strategy(_ path: String, _ golden: JSON, size: Int) throws -> any TransferAdaptor {
    if path.contains("layerwise") { return Layerwise(decay: 0.9) }
    if path.hasSuffix("feature_extraction") { return FeatureExtraction() }
    if path.hasSuffix("lora") {
      let scale = try #require(golden["peft"]?["scale"]?.number)
      return LoRA(rank: 4, alpha: scale * 4)
    }
    if path.contains("adapters") {
      let config = golden["adapter"]?["config"]
      let factor = try #require(config?["reduction_factor"]?.int)
      return Adapters(
        bottleneck: size / factor, form: path.hasSuffix("pfeiffer") ? .pfeiffer : .houlsby)
    }
    return FullFineTuning()
  }

  /// A padded batch of the fixture without its padding. With `allTokens`, every token counts.
  static func part(_ json: JSON, isTagging: Bool, allTokens: Bool = false) -> EncodedPart {
    var texts: [EncodedText] = []
    var labels: [[Int32]] = []
    for (index, ids) in (json["input_ids"]?.array ?? []).enumerated() {
      let ids = (ids.array ?? []).compactMap(\.int).map { Int32($0) }
      let mask = (json["attention_mask"]?[index]?.array ?? []).compactMap(\.int)
      let types = json["token_type_ids"]?[index]?.array?.compactMap(\.int).map { Int32($0) } ?? []
      let keep = ids.indices.filter { mask[$0] != 0 }
      texts.append(
        EncodedText(ids: keep.map { ids[$0] }, typeIDs: types.isEmpty ? [] : keep.map { types[$0] })
      )
      if !isTagging {
        labels.append([Int32(json["labels"]?[index]?.int ?? 0)])
      } else if allTokens {
        labels.append(keep.map { _ in 0 })
      } else {
        let all = (json["labels"]?[index]?.array ?? []).compactMap(\.int).map { Int32($0) }
        labels.append(keep.map { all[$0] })
      }
    }
    return EncodedPart(
      texts: texts, labels: labels, wordTokens: isTagging ? labels.map { _ in [] } : [])
  }

  static func expected(_ json: JSON, _ probe: JSON, isTagging: Bool) -> [Double] {
    func numbers(_ json: JSON) -> [Double] {
      json.number.map { [$0] } ?? (json.array ?? []).flatMap { numbers($0) }
    }
    guard isTagging else { return numbers(json) }
    return (json.array ?? []).enumerated().flatMap { index, row in
      let mask = (probe["attention_mask"]?[index]?.array ?? []).compactMap(\.int)
      return (row.array ?? []).enumerated().filter { mask[$0.offset] != 0 }
        .flatMap { numbers($0.element) }
    }
  }

  /// Gives the trained parameters the reference's start values.
  static func start(_ attachment: TLTransfer.Attachment, _ folder: String) throws {
    let files = [
      "start/adapter_model.safetensors", "start/pytorch_adapter.bin",
      "start/pytorch_model_head.bin", "start.safetensors",
    ].map { folder + "/" + $0 }.filter { (file: String) in access(file, R_OK) == 0 }
    for stored in try files.flatMap({ try Checkpoint.open($0).tensors }) {
      var parts = stored.name.split(separator: ".").map(String.init)
      if parts.prefix(2) == ["base_model", "model"] { parts.removeFirst(2) }
      parts.removeAll { $0 == "default" || $0 == "modules_to_save" }
      let name = parts.joined(separator: ".")
      let parameter = try #require(attachment.trained.first { $0.name == name }, "\(name)")
      let values = try stored.floats()
      #expect(values.count == parameter.count)
      parameter.pointer.update(from: values, count: values.count)
      parameter.weightsChanged()
    }
  }
}
