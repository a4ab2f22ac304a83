// Ten training steps against the reference library: losses, gradient norms by layer and the logits
// of a probe batch afterwards.

import Glibc
import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct TrainingTrajectoryTests {
  static let strategies = [
    "full", "full_label_smoothing_0.1", "full_cosine_no_clip", "full_accumulate_2",
    "layerwise_0.9", "feature_extraction", "lora", "adapters_houlsby", "adapters_pfeiffer",
  ]

  @Test(
    arguments: strategies.flatMap { strategy in
      ["bert-classification", "bert-tagging"].map { "\($0)/\(strategy)" }
    } + [
      "bert-classification/feature_extraction_with_pooler",
      "bert-tagging/full_accumulate_2_token_weighted",
    ], [1, 2])
  func lossesFollowTheReference(path: String, threads: Int) throws {
    let task = path.split(separator: "/").map(String.init)[0]
    let data = try Golden("train/\(task)/batches.json")
    let golden = try Golden("train/\(path)/trajectory.json")
    let isToken = task == "bert-tagging"
    let start = try #require(golden.json["start_model"]?.string)
    let directory = "\(Golden.folder)/\(start)"
    let classes = try EncoderConfiguration(directory: directory).labels.count
    let model = try EncoderModel(
      directory: directory,
      task: isToken
        ? .tokenClassification(classes: classes) : .sequenceClassification(classes: classes))

    var treatments: [String: AdamW.Treatment] = [:]
    for group in golden["parameter_groups"].rows {
      for name in group["parameters"]?.rows.compactMap(\.string) ?? [] {
        treatments[Self.plainName(name)] = AdamW.Treatment(
          rateMultiplier: group["lr_multiplier"]?.number ?? 1,
          weightDecay: group["weight_decay"]?.number ?? 0)
      }
    }
    let added = try Self.install(in: model, "\(Golden.folder)/train/\(path)", golden)
    for parameter in model.parameters { parameter.isTrainable = treatments[parameter.name] != nil }
    let layout = GradientLayout(model.parameters + added)
    #expect(layout.parameters.count == treatments.count)
    let workers = Workers(threads: threads, layout: layout)
    let hyper = golden["hyperparameters"]
    var settings = AdamW.Settings()
    settings.beta1 = try #require(hyper["betas"]?[0]?.number)
    settings.beta2 = try #require(hyper["betas"]?[1]?.number)
    settings.epsilon = try #require(hyper["eps"]?.number)
    settings.clipNorm = try #require(hyper["clip"]?.number)
    let optimizer = AdamW(layout, settings: settings) { treatments[$0.name] ?? AdamW.Treatment() }
    let smoothing = Float(hyper["label_smoothing"]?.number ?? 0)
    let accumulate = hyper["accumulate"]?.int ?? 1
    let isTokenWeighted = hyper["accumulate_weighting"]?.string != "mean_of_batch_means"
    let steps = golden["steps"].rows
    let schedule = Schedule(
      hyper["schedule"]?.string == "cosine" ? .cosine : .linear,
      warmupSteps: try #require(hyper["warmup_steps"]?.int),
      totalSteps: try #require(hyper["optimizer_steps"]?.int))
    let rate = try #require(hyper["lr"]?.number)

    for (index, step) in steps.enumerated() {
      let micro = (0..<accumulate).map { data["batches"].rows[index * accumulate + $0] }
      let batches = try micro.map { try LabelledBatch($0, isToken: isToken, model) }
      let total = batches.reduce(0) { $0 + $1.weight }
      var loss = 0.0
      for batch in batches {
        let scale =
          isTokenWeighted && accumulate > 1
          ? 1 / total : 1 / (batch.weight * Double(accumulate))
        loss += try workers.accumulate(costs: batch.batch.lengths) { tape, share in
          batch.loss(model, share, scale: scale, smoothing: smoothing, on: tape)
        }
      }
      let expected = try #require(step["loss"]?.number)
      #expect(abs(loss - expected) <= 1e-4 * abs(expected), "step \(index)")
      let multiplier = schedule.multiplier(at: index)
      let norms = optimizer.step(
        workers.gradients, learningRate: rate * multiplier, on: workers.pool)
      let norm = try #require(step["grad_norm"]?.number)
      #expect(abs(norms.total - norm) <= 1e-3 * norm, "step \(index)")
      var layers: [String: Double] = [:]
      for (parameter, norm) in zip(layout.parameters, norms.parameters) {
        layers[EncoderModel.layer(of: parameter.name), default: 0] += norm * norm
      }
      for field in step["grad_norm_per_layer"]?.object ?? [] {
        let wanted = try #require(field.value.number)
        let found = try #require(layers[field.key], "\(field.key)").squareRoot()
        #expect(abs(found - wanted) <= 1e-3 * wanted + 1e-5, "step \(index), \(field.key)")
      }
    }
    let probe = try LabelledBatch(data["probe"], isToken: isToken, model)
    let tape = Tape()
    tape.begin(recording: false)
    let logits = model.logits(
      EncoderInput(probe.batch, probe.batch.texts.indices, on: tape), on: tape)
    let given = golden["probe_logits"]
    let expected = isToken ? given.unpadded(data["probe"]).flatMap(\.numbers) : given.numbers
    expectClose(logits.first(classes), expected, 1e-3, "probe logits")
    optimizer.finish()
    for field in golden["final_trainable_weights_sum_and_norm"].object ?? []
    where !field.key.hasSuffix("key.bias") {
      let parameter = try #require(layout.parameters.first { $0.name == Self.plainName(field.key) })
      let norm = try #require(field.value[1]?.number)
      #expect(abs(parameter.tensor.norm - norm) <= 1e-3 * norm, "\(field.key)")
    }
  }
}

extension TrainingTrajectoryTests {
  /// A parameter's name without what PEFT puts around it.
  static func plainName(_ name: String) -> String {
    var parts = name.split(separator: ".").map(String.init)
    if parts.prefix(2) == ["base_model", "model"] { parts.removeFirst(2) }
    parts.removeAll { $0 == "default" || $0 == "modules_to_save" }
    return parts.joined(separator: ".")
  }

  /// Puts the low-rank updates or adapters of the strategy into the model; returns what is new.
  static func install(in model: EncoderModel, _ folder: String, _ golden: Golden) throws
    -> [Parameter]
  {
    let files = [
      "start/adapter_model.safetensors", "start/pytorch_adapter.bin",
      "start/pytorch_model_head.bin", "start.safetensors",
    ].map { folder + "/" + $0 }.filter { (file: String) in access(file, R_OK) == 0 }
    var added: [String: Parameter] = [:]
    for stored in try files.flatMap({ try Checkpoint.open($0).tensors }) {
      let name = plainName(stored.name)
      let values = try stored.floats()
      if let own = model.parameters.first(where: { $0.name == name }) {
        own.pointer.update(from: values, count: values.count)
      } else {
        added[name] = Parameter(name, Tensor(values, shape: stored.shape))
      }
    }
    for (path, layer) in model.linears {
      guard let a = added["\(path).lora_A.weight"], let b = added["\(path).lora_B.weight"] else {
        continue
      }
      let scale = golden["peft"]["scale"]?.number ?? 1
      layer.lowRank = LowRankUpdate(a: a, b: b, scale: Float(scale), dropout: 0)
    }
    let settings = golden["adapter"]["config"] ?? .null
    for (path, layer) in model.outputs {
      func linear(_ name: String) -> Linear? {
        let place = "\(path).adapters.task.\(name)"
        return added["\(place).weight"].map {
          Linear(weight: $0, bias: added["\(place).bias"])
        }
      }
      guard let down = linear("adapter_down.0"), let up = linear("adapter_up") else { continue }
      layer.adapter = Bottleneck(
        down: down, up: up,
        activation: try #require(
          Activation(named: settings["non_linearity"]?.string ?? "")),
        normalizesFirst: settings["original_ln_before"]?.bool ?? false)
    }
    return added.keys.sorted().compactMap { added[$0] }
  }
}

/// A batch with its labels, text by text.
struct LabelledBatch: Sendable {
  let batch: EncoderBatch
  let labels: [[Int32]]
  /// What a mean divides by.
  let weight: Double

  init(_ json: JSON, isToken: Bool, _ model: EncoderModel) throws {
    batch = try EncoderBatch(json.texts, for: model.configuration)
    let given = json["labels"] ?? .null
    labels = given.rows.indices.map { row in
      guard isToken else { return [Int32(given.rows[row].numbers[0])] }
      let mask = json["attention_mask"]?[row]?.ints
      let all = given.rows[row].ints
      return all.indices.filter { mask?[$0] != 0 }.map { all[$0] }
    }
    weight = CrossEntropyOptions().weight(of: labels.flatMap { $0 })
  }

  func loss(
    _ model: EncoderModel, _ share: [Int], scale: Double, smoothing: Float, on tape: Tape
  ) -> Double {
    let logits = model.logits(EncoderInput(batch, share, on: tape), on: tape)
    return tape.crossEntropy(
      logits, tape.arena.copy(share.flatMap { labels[$0] }),
      options: CrossEntropyOptions(labelSmoothing: smoothing), scale: scale)
  }
}
