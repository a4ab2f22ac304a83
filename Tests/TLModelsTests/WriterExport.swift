// Folders of encoder-decoders with random low-rank updates or adapters, for the reference libraries to
// load.

import TLModels
import TLTensor
import TLText
import Testing

enum WriterExport {
  /// The library for adapters has none for Marian models.
  static func kinds(_ name: String) -> [String] {
    ["peft", "huggingface", "pytorch"] + (name == "marian" ? [] : ["houlsby", "pfeiffer"])
  }

  private static func random(_ name: String, _ shape: [Int]) -> Parameter {
    Parameter(
      name,
      .normal(shape, standardDeviation: 0.1, seed: 3, stream: ModelWeights.stream(of: name)))
  }

  private static func addAdapters(to model: EncoderDecoderModel, _ form: String) {
    let size = model.configuration.hiddenSize
    func linear(_ path: String, _ inputs: Int, _ outputs: Int) -> Linear {
      Linear(
        weight: random("\(path).weight", [outputs, inputs]),
        bias: random("\(path).bias", [outputs]))
    }
    for (path, place) in model.adapterPlaces where place.kind != .crossAttention {
      if form == "pfeiffer" && place.kind == .selfAttention { continue }
      place.adapter = Bottleneck(
        down: linear("\(path).down", size, 5), up: linear("\(path).up", 5, size),
        activation: form == "houlsby" ? .silu : .relu, normalizesFirst: form == "pfeiffer")
    }
  }

  static func write(_ name: String, _ kind: String, to folder: String) throws {
    let model = try EncoderDecoderModel(directory: Golden.directory(name))
    let isAdapted = ["houlsby", "pfeiffer"].contains(kind)
    if isAdapted { addAdapters(to: model, kind) }
    for (path, layer) in model.linears where !isAdapted {
      let end = path.split(separator: ".").last ?? ""
      guard ["q", "v", "q_proj", "v_proj"].contains(end) else { continue }
      layer.lowRank = LowRankUpdate(
        a: random("\(path).lora_A.weight", [4, layer.weight.columns]),
        b: random("\(path).lora_B.weight", [layer.weight.rows, 4]), scale: 2, dropout: 0)
    }
    if kind == "peft" {
      try PEFTFolder.write(model, to: folder, base: Golden.directory(name))
    } else if isAdapted {
      try AdapterHubFolder.write(model, to: folder, base: Golden.directory(name))
    } else {
      try HuggingFaceFolder.write(
        model, to: folder,
        options: HuggingFaceFolder.Options(hasPyTorchFile: kind == "pytorch"))
    }
    // Two sources of one length, and what the decoder reads.
    let golden = try Golden("golden/\(name)/forward.json")["batch"]
    let source = Array(try #require(golden.texts.first).ids.prefix(12))
    let target = Array(try #require((golden["labels"] ?? .null).targets.first).prefix(7))
    let batch = try TextPairBatch(
      sources: [source, source.reversed()], targets: [target, target],
      for: model.configuration)
    let tape = Tape()
    tape.begin(recording: false)
    let encoded = model.encode(batch, [0, 1], on: tape)
    let logits = model.logits(
      model.decode(batch, [0, 1], encoded.vectors, encoded.sequences, on: tape), on: tape)
    let start =
      model.configuration.family == .mbart
      ? target[target.count - 1] : Int32(model.configuration.startID)
    let inputs = [start] + target.dropLast()
    func ids(_ rows: [[Int32]]) -> JSON {
      .array(rows.map { .array($0.map { .int(Int($0)) }) })
    }
    let probe = JSON.object([
      JSONField("kind", .string(isAdapted ? "adapterhub" : kind)),
      JSONField("task", .string("writer")),
      JSONField("base", .string(Golden.directory(name))),
      JSONField("input_ids", ids(batch.sources)),
      JSONField("attention_mask", ids(batch.sources.map { $0.map { _ in 1 } })),
      JSONField("decoder_input_ids", ids([inputs, inputs])),
      JSONField(
        "logits",
        .array(
          (0..<logits.rows).map { .array(logits.row($0).map { .number(Double($0)) }) })),
    ])
    try AtomicFile.write(folder + "/probe.json", text: probe.serialized())
  }
}
