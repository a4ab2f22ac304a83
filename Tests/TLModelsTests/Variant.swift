// Checkpoints that differ from the small donors in some keys or tensors, and a BART whose weights a
// formula gives, so that the reference library can be asked about the same ones.

import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

enum Variant {
  typealias Tensors = [(name: String, tensor: Tensor)]

  /// Numbers from -1 to below 1 that depend on a name alone.
  static func values(_ name: String, _ count: Int) -> [Float] {
    var random = TestRandom(seed: ModelWeights.stream(of: name))
    return (0..<count).map { _ in Float(random.next() >> 40) / Float(1 << 23) - 1 }
  }

  /// A JSON object with other values of some keys.
  static func json(_ text: String, _ changes: String) throws -> String {
    let new = try JSON.parse(changes).object ?? []
    let kept = (try JSON.parse(text).object ?? []).filter { field in
      !new.contains { $0.key == field.key }
    }
    return JSON.object(kept + new).serialized()
  }

  static func write(_ tensors: Tensors, to scratch: TemporaryFolder) throws {
    try withExtendedLifetime(tensors) {
      try SafetensorsWriter.write(
        tensors.map { name, tensor in
          TensorToWrite(
            name: name, shape: tensor.shape,
            values: UnsafeBufferPointer(start: tensor.pointer, count: tensor.count))
        }, to: scratch.path + "/model.safetensors")
    }
  }

  /// A copy of a small donor with other values in config.json, and with other tensors if `change`
  /// makes them.
  static func donor(
    _ name: String, _ changes: String = "{}", change: ((inout Tensors) -> Void)? = nil
  ) throws -> TemporaryFolder {
    let scratch = TemporaryFolder()
    let config = try FileBytes.readText(Fixtures.donor(name) + "/config.json")
    _ = scratch.file("config.json", try json(config, changes))
    var tensors = try Checkpoint.open(Fixtures.donor(name)).tensors.map {
      (name: $0.name, tensor: Tensor(try $0.floats(), shape: $0.shape))
    }
    change?(&tensors)
    try write(tensors, to: scratch)
    return scratch
  }

  /// A BART that names no forced tokens, without generation_config.json.
  static func bart(_ changes: String = "{}") throws -> TemporaryFolder {
    let scratch = TemporaryFolder()
    let config = try json(
      """
      {"model_type": "bart", "vocab_size": 40, "d_model": 16, "encoder_layers": 1,
      "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2,
      "encoder_ffn_dim": 24, "decoder_ffn_dim": 24, "max_position_embeddings": 32, "dropout": 0,
      "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
      """, changes)
    _ = scratch.file("config.json", config)
    let model = try EncoderDecoderModel(
      EncoderDecoderConfiguration(ConfigurationFile(path: "config.json", json: .parse(config))),
      reader: nil, seed: 0)
    let tensors = model.parameters.map { parameter in
      let values =
        parameter.name.hasSuffix("bias")
        ? [Float](repeating: 0, count: parameter.count) : values(parameter.name, parameter.count)
      return (name: parameter.name, tensor: Tensor(values, shape: parameter.shape))
    }
    try write(tensors, to: scratch)
    return scratch
  }
}

/// Expects an error in whose text all the words stand.
func expectError(
  _ words: String..., sourceLocation: SourceLocation = #_sourceLocation,
  from body: () throws -> Void
) {
  do {
    try body()
    Issue.record("there was no error", sourceLocation: sourceLocation)
  } catch {
    for word in words {
      #expect("\(error)".contains(word), "\(error)", sourceLocation: sourceLocation)
    }
  }
}
