// Ten training steps of an encoder-decoder against the reference library: losses, gradient norms by
// layer and the logits of a probe batch afterwards.

import Glibc
import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct EncoderDecoderTrajectoryTests {
  static let strategies = [
    "full", "full_label_smoothing_0.1", "full_cosine_no_clip", "full_accumulate_2",
    "full_accumulate_2_token_weighted", "layerwise_0.9", "feature_extraction", "lora",
    "adapters_houlsby", "adapters_pfeiffer",
  ]

  @Test(arguments: strategies, [1, 2])
  func lossesFollowTheReference(strategy: String, threads: Int) throws {
    let folder = "\(Golden.folder)/train/t5-seq2seq"
    let data = try Golden("train/t5-seq2seq/batches.json")
    let golden = try Golden("train/t5-seq2seq/\(strategy)/trajectory.json")
    let start = try #require(golden.json["start_model"]?.string)
    let model = try EncoderDecoderModel(directory: "\(Golden.folder)/\(start)")
    var treatments: [String: AdamW.Treatment] = [:]
    for group in golden["parameter_groups"].rows {
      for name in group["parameters"]?.rows.compactMap(\.string) ?? [] {
        treatments[Self.plainName(name)] = AdamW.Treatment(
          rateMultiplier: group["lr_multiplier"]?.number ?? 1,
          weightDecay: group["weight_decay"]?.number ?? 0)
      }
    }
    let added = try Self.install(in: model, "\(folder)/\(strategy)", golden)
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
    let options = CrossEntropyOptions(
      labelSmoothing: Float(hyper["label_smoothing"]?.number ?? 0))
    let accumulate = hyper["accumulate"]?.int ?? 1
    let isTokenWeighted = hyper["accumulate_weighting"]?.string != "mean_of_batch_means"
    let schedule = Schedule(
      hyper["schedule"]?.string == "cosine" ? .cosine : .linear,
      warmupSteps: try #require(hyper["warmup_steps"]?.int),
      totalSteps: try #require(hyper["optimizer_steps"]?.int))
    let rate = try #require(hyper["lr"]?.number)

    for (index, step) in golden["steps"].rows.enumerated() {
      let batches = try (0..<accumulate).map {
        try Self.batch(data["batches"].rows[index * accumulate + $0], model)
      }
      let weights = batches.map { Double($0.targets.reduce(0) { $0 + $1.count }) }
      var loss = 0.0
      for (batch, weight) in zip(batches, weights) {
        let scale =
          isTokenWeighted && accumulate > 1
          ? 1 / weights.reduce(0, +) : 1 / (weight * Double(accumulate))
        loss += try workers.accumulate(costs: batch.costs) { tape, share in
          model.loss(batch, share, options: options, scale: scale, on: tape)
        }
      }
      let expected = try #require(step["loss"]?.number)
      #expect(abs(loss - expected) <= 1e-4 * abs(expected), "step \(index)")
      let norms = optimizer.step(
        workers.gradients, learningRate: rate * schedule.multiplier(at: index), on: workers.pool)
      let norm = try #require(step["grad_norm"]?.number)
      #expect(abs(norms.total - norm) <= 1e-3 * norm, "step \(index)")
      var layers: [String: Double] = [:]
      for (parameter, norm) in zip(layout.parameters, norms.parameters) {
        layers[EncoderDecoderModel.layer(of: parameter.name), default: 0] += norm * norm
      }
      for field in step["grad_norm_per_layer"]?.object ?? [] {
        let wanted = try #require(field.value.number)
        let found = try #require(layers[field.key], "\(field.key)").squareRoot()
        #expect(abs(found - wanted) <= 1e-3 * wanted + 1e-5, "step \(index), \(field.key)")
      }
    }
    let probe = try Self.batch(data["probe"], model)
    let tape = Tape()
    tape.begin(recording: false)
    let all = probe.sources.indices
    let encoded = model.encode(probe, all, on: tape)
    let decoded = model.decode(probe, all, encoded.vectors, encoded.sequences, on: tape)
    expectClose(
      model.logits(decoded, on: tape).first(16),
      golden["probe_logits"].labelled(data["probe"]["labels"] ?? .null).flatMap(\.numbers), 1e-3,
      "probe logits")
    optimizer.finish()
    for field in golden["final_trainable_weights_sum_and_norm"].object ?? [] {
      let parameter = try #require(layout.parameters.first { $0.name == Self.plainName(field.key) })
      let norm = try #require(field.value[1]?.number)
      #expect(abs(parameter.tensor.norm - norm) <= 1e-3 * norm, "\(field.key)")
    }
  }

  private static func batch(_ json: JSON, _ model: EncoderDecoderModel) throws -> TextPairBatch {
    try TextPairBatch(
      sources: json.texts.map(\.ids), targets: (json["labels"] ?? .null).targets,
      for: model.configuration)
  }

  /// A parameter's name without what PEFT and AdapterHub put before it.
  static func plainName(_ name: String) -> String {
    let plain = TrainingTrajectoryTests.plainName(name)
    return plain.hasPrefix("transformer.") ? String(plain.dropFirst(12)) : plain
  }

  /// Puts the low-rank updates or adapters of the strategy into the model; returns what is new.
  private static func install(
    in model: EncoderDecoderModel, _ folder: String, _ golden: Golden
  ) throws -> [Parameter] {
    let files = [
      "start/adapter_model.safetensors", "start/pytorch_adapter.bin", "start.safetensors",
    ].map { folder + "/" + $0 }.filter { (file: String) in access(file, R_OK) == 0 }
    var added: [String: Parameter] = [:]
    for stored in try files.flatMap({ try Checkpoint.open($0).tensors }) {
      let name = plainName(stored.name)
      added[name] = Parameter(name, Tensor(try stored.floats(), shape: stored.shape))
    }
    for (path, layer) in model.linears {
      guard let a = added["\(path).lora_A.weight"], let b = added["\(path).lora_B.weight"] else {
        continue
      }
      let scale = golden["peft"]["scale"]?.number ?? 1
      layer.lowRank = LowRankUpdate(a: a, b: b, scale: Float(scale), dropout: 0)
    }
    let settings = golden["adapter"]["config"] ?? .null
    for (path, place) in model.adapterPlaces {
      func linear(_ name: String) -> Linear? {
        let start = "\(path).adapters.task.\(name)"
        return added["\(start).weight"].map {
          Linear(weight: $0, bias: added["\(start).bias"])
        }
      }
      guard let down = linear("adapter_down.0"), let up = linear("adapter_up") else { continue }
      place.adapter = Bottleneck(
        down: down, up: up,
        activation: try #require(Activation(named: settings["non_linearity"]?.string ?? "")),
        normalizesFirst: settings["original_ln_before"]?.bool ?? false)
    }
    return added.keys.sorted().compactMap { added[$0] }
  }
}
