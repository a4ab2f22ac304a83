// Folders of encoder-decoders with random low-rank updates, for the reference libraries to load.

import TLModels
import TLTensor
import TLText
import Testing

enum WriterExport {
  static let kinds = ["peft", "huggingface", "pytorch"]

  static func write(_ name: String, _ kind: String, to folder: String) throws {
    let model = try EncoderDecoderModel(directory: Golden.directory(name))
    for (path, layer) in model.linears {
      let end = path.split(separator: ".").last ?? ""
      guard ["q", "v", "q_proj", "v_proj"].contains(end) else { continue }
      func random(_ part: String, _ shape: [Int]) -> Parameter {
        let full = "\(path).lora_\(part).weight"
        return Parameter(
          full,
          .normal(
            shape, standardDeviation: 0.1, seed: 3, stream: ModelWeights.stream(of: full)))
      }
      layer.lowRank = LowRankUpdate(
        a: random("A", [4, layer.weight.columns]), b: random("B", [layer.weight.rows, 4]),
        scale: 2, dropout: 0)
    }
    if kind == "peft" {
      try PEFTFolder.write(model, to: folder, base: Golden.directory(name))
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
      JSONField("kind", .string(kind)), JSONField("task", .string("writer")),
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
