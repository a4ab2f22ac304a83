// A fixture model with updates or adapters of random weights, for tests of exported folders.

import TLModels
import TLTensor
import TLText
import Testing

struct ExportCase {
  static let families = [
    "bert-safetensors-seqcls", "bert-vocab-bin-tokcls", "roberta-seqcls", "roberta-tokcls",
    "xlm-roberta-seqcls", "deberta-v2-conv-seqcls", "deberta-v2-noshare-tokcls",
    "mdeberta-v3-seqcls", "mdeberta-v3-tokcls",
  ]
  /// Without a head, and with the head for masked words.
  static let bases = [
    "bert-safetensors", "bert-safetensors:masked", "bert-legacy-bin", "roberta", "roberta:masked",
    "xlm-roberta:masked", "mdeberta-v3", "mdeberta-v3:masked", "deberta-v2-noshare:masked",
  ]
  static let kinds = ["peft", "peft-patterns", "houlsby", "pfeiffer", "huggingface", "pytorch"]

  enum Role: String { case sequence, token, features, masked }

  let name: String
  let role: Role
  let batch: JSON
  /// A head for masked words has no place in the folders of parts.
  var kinds: [String] {
    role == .masked ? ["huggingface", "pytorch"] : ExportCase.kinds
  }
  var directory: String { Golden.directory(name) }
  var texts: [EncodedText] { batch.texts }

  init(_ name: String) throws {
    role =
      name.hasSuffix("-tokcls")
      ? .token
      : name.hasSuffix("-seqcls") ? .sequence : name.hasSuffix(":masked") ? .masked : .features
    self.name = name.split(separator: ":").map(String.init)[0]
    let parts = name.split(separator: "-")
    let base =
      role == .token || role == .sequence ? parts.dropLast().joined(separator: "-") : self.name
    batch = try Golden("golden/\(base)/forward.json")["batch"]
  }

  func start() throws -> EncoderModel {
    try ExportCase.model(directory, role)
  }

  static func model(_ directory: String, _ role: Role) throws -> EncoderModel {
    let classes = try EncoderConfiguration(directory: directory).labels.count
    let task: EncoderModel.Task =
      switch role {
      case .sequence: .sequenceClassification(classes: classes)
      case .token: .tokenClassification(classes: classes)
      case .features: .features
      case .masked: .maskedLM
      }
    return try EncoderModel(directory: directory, task: task)
  }

  /// The model that a trajectory began with.
  static func startModel(_ task: String, _ strategy: String) throws -> EncoderModel {
    let golden = try Golden("train/\(task)/\(strategy)/trajectory.json")
    let start = try #require(golden["start_model"].string)
    return try model("\(Golden.folder)/\(start)", task == "bert-tagging" ? .token : .sequence)
  }

  static func logits(_ model: EncoderModel, _ texts: [EncodedText]) throws -> [Double] {
    try forward(model, texts) { tape, input in
      let logits = model.logits(input, on: tape)
      return logits.first(logits.columns)
    }
  }

  /// The model with something of random weights in it, and a head that is not the checkpoint's.
  func adapted(_ kind: String) throws -> (EncoderModel, [Parameter]) {
    let model = try start()
    var added: [Parameter] = []
    func random(_ name: String, _ shape: [Int]) -> Parameter {
      let tensor = Tensor.normal(
        shape, standardDeviation: 0.2, seed: 7, stream: UInt64(added.count))
      added.append(Parameter(name, tensor))
      return added[added.count - 1]
    }
    let ends =
      kind == "peft-patterns" ? ["key", "key_proj", "dense"] : ["query", "query_proj", "value"]
    switch kind {
    case "peft", "peft-patterns":
      for (index, (path, layer)) in model.linears.enumerated()
      where path.contains("encoder.layer.") && ends.contains(where: { path.hasSuffix(".\($0)") }) {
        // Every other dense layer only: their end does not name them.
        if path.hasSuffix("dense") && index % 2 == 0 { continue }
        let rank = kind == "peft" || index % 2 == 0 ? 3 : 5
        layer.lowRank = LowRankUpdate(
          a: random("\(path).lora_A.weight", [rank, layer.weight.columns]),
          b: random("\(path).lora_B.weight", [layer.weight.rows, rank]),
          scale: kind == "peft" ? 2 : Float(index % 3 + 1), dropout: 0.1)
      }
    case "houlsby", "pfeiffer":
      for (path, layer) in model.outputs
      where kind == "houlsby" || !path.hasSuffix("attention.output") {
        // No adapter in the first layer, and a size that does not divide the hidden size.
        if kind == "pfeiffer" && path.contains("layer.0.") { continue }
        let size = layer.dense.weight.rows
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> Linear {
          Linear(
            weight: random("\(path).adapters.\(name).weight", [outputs, inputs]),
            bias: random("\(path).adapters.\(name).bias", [outputs]))
        }
        let inner = kind == "houlsby" ? 8 : 7
        layer.adapter = Bottleneck(
          down: linear("adapter_down.0", size, inner), up: linear("adapter_up", inner, size),
          activation: kind == "houlsby" ? .silu : .relu, normalizesFirst: kind == "pfeiffer")
      }
    default: break
    }
    for parameter in model.parameters
    where parameter.name.hasPrefix("classifier") || parameter.name.hasPrefix("pooler") {
      for index in 0..<parameter.count { parameter.pointer[index] *= 1.5 }
      parameter.weightsChanged()
    }
    return (model, added)
  }

  func write(_ model: EncoderModel, _ kind: String, to folder: String) throws {
    let task = ExportTask(base: directory)
    switch kind {
    case "peft", "peft-patterns": try PEFTFolder.write(model, to: folder, task: task)
    case "houlsby", "pfeiffer": try AdapterHubFolder.write(model, to: folder, task: task)
    default:
      try HuggingFaceFolder.write(
        model, to: folder, task: task,
        options: HuggingFaceFolder.Options(hasPyTorchFile: kind == "pytorch"))
    }
  }

  /// The probe.json that scripts/interop/exports.py compares with.
  func probe(_ model: EncoderModel, _ kind: String) throws -> JSON {
    let values = try ExportCase.logits(model, texts)
    let columns =
      switch role {
      case .sequence, .token: model.configuration.labels.count
      case .features: model.configuration.hiddenSize
      case .masked: model.configuration.vocabularySize
      }
    let rows = stride(from: 0, to: values.count, by: columns).map { start in
      JSON.array(values[start..<start + columns].map(JSON.number))
    }
    let kindName =
      kind.hasPrefix("peft")
      ? "peft" : ["houlsby", "pfeiffer"].contains(kind) ? "adapterhub" : kind
    var fields = [
      JSONField("kind", .string(kindName)), JSONField("base", .string(directory)),
      JSONField("task", .string(role.rawValue)),
      JSONField("logits", .array(rows)),
    ]
    for key in ["input_ids", "attention_mask", "token_type_ids"] {
      if let value = batch[key], !value.isNull { fields.append(JSONField(key, value)) }
    }
    return .object(fields)
  }
}
