// AdapterHubFolder: bottleneck adapters in the layout of the Adapters library (adapter_config.json,
// pytorch_adapter.bin, head_config.json, pytorch_model_head.bin): Houlsby's two places in a layer and
// Pfeiffer's one, of encoders and of encoder-decoders. No fusion, no invertible adapters, no parallel
// or hypercomplex ones.

import TLTensor
import TLText

/// Bottleneck adapters as an AdapterHub folder.
public enum AdapterHubFolder {
  /// Writes the adapters and the head of a model; the folder is made.
  ///
  /// Throws `ModelError` for a model without adapters, or adapters that differ in a way that the
  /// format cannot say.
  public static func write(
    _ model: EncoderModel, to folder: String, name: String = "task",
    task: ExportTask = ExportTask()
  ) throws {
    let configuration = model.configuration
    let places = model.outputs.compactMap { path, layer in
      layer.adapter.map {
        AdapterShape.Place(
          path: path, name: model.exportedName(path),
          kind: path.hasSuffix("attention.output") ? .selfAttention : .feedForward,
          layer: AdapterShape.layer(path), adapter: $0)
      }
    }
    let common = [
      JSONField("hidden_size", .int(configuration.hiddenSize)),
      JSONField("model_class", .string(model.className)),
      JSONField("model_name", .string(task.base)),
      JSONField("model_type", .string(configuration.family.rawValue)),
    ]
    try write(
      places, size: configuration.hiddenSize, layers: configuration.layers, common, name: name,
      to: folder)
    guard model.classes != nil else { return }
    let labels = try model.labels(task)
    try ExportFolder.withTensors(
      model.headParameters.map { (model.exportedName($0.name), $0.current) }
    ) {
      try TorchWriter.write($0, to: "\(folder)/pytorch_model_head.bin")
    }
    try ExportFolder.write(
      .object(
        [
          JSONField("config", .null),
          JSONField("label2id", ExportFolder.labelFields(labels).labelToID),
        ] + common + [
          JSONField("name", .null), JSONField("num_labels", .int(labels.count)), version,
        ]),
      to: "\(folder)/head_config.json")
  }

  /// Writes the adapters of an encoder-decoder; the folder is made. Its head is the base model's.
  ///
  /// Throws `ModelError` for a model without adapters or of a family that the library has none for,
  /// and for adapters that differ in a way that the format cannot say.
  public static func write(
    _ model: EncoderDecoderModel, to folder: String, name: String = "task", base: String
  ) throws {
    let configuration = model.configuration
    guard configuration.family != .marian else {
      throw ModelError(
        "the Adapters library has no adapters for Marian models",
        next: "the run store keeps the run; lora can be exported")
    }
    let layers = configuration.encoder.layers
    let places = model.adapterPlaces.compactMap { path, place in
      place.adapter.map {
        AdapterShape.Place(
          path: path, name: exportedPlace(path, place.kind, configuration.family),
          kind: place.kind,
          // Blocks of the decoder are counted on from those of the encoder.
          layer: AdapterShape.layer(path)
            + (path.split(separator: ".").contains("decoder") ? layers : 0), adapter: $0)
      }
    }
    try write(
      places, size: configuration.hiddenSize, layers: layers + configuration.decoder.layers,
      [
        JSONField("hidden_size", .int(configuration.hiddenSize)),
        JSONField("model_class", .string(configuration.className)),
        JSONField("model_name", .string(base)),
        JSONField("model_type", .string(configuration.family.rawValue)),
      ], name: name, to: folder)
  }

  /// Where the library has an adapter of an encoder-decoder: in T5 at the layer of a block, in BART
  /// in modules of its own.
  private static func exportedPlace(
    _ path: String, _ kind: AdapterPlace.Kind, _ family: EncoderDecoderFamily
  ) -> String {
    if family.isT5 { return path }
    let block = path.split(separator: ".")
      .prefix { $0 != "self_attn" && $0 != "encoder_attn" }.joined(separator: ".")
    return switch kind {
    case .selfAttention: "\(block).attention_adapters"
    case .crossAttention: "\(block).cross_attention_adapters"
    case .feedForward: "\(block).output_adapters"
    }
  }

  private static let version = JSONField("version", .string("adapters.1.3.0"))

  private static func write(
    _ places: [AdapterShape.Place], size: Int, layers: Int, _ common: [JSONField], name: String,
    to folder: String
  ) throws {
    let shape = try AdapterShape(of: places, size: size, layers: layers)
    var tensors: [(name: String, tensor: Tensor)] = []
    for place in places {
      let path = "\(place.name).adapters.\(name)"
      for (part, linear) in [
        ("adapter_down.0", place.adapter.down), ("adapter_up", place.adapter.up),
      ] {
        tensors.append(("\(path).\(part).weight", linear.weight.current))
        if let bias = linear.bias { tensors.append(("\(path).\(part).bias", bias.current)) }
      }
    }
    try ExportFolder.make(folder)
    try ExportFolder.withTensors(tensors) {
      try TorchWriter.write($0, to: "\(folder)/pytorch_adapter.bin")
    }
    try ExportFolder.write(
      .object(
        [JSONField("config", shape.json)] + common + [JSONField("name", .string(name)), version]),
      to: "\(folder)/adapter_config.json")
  }

  /// Puts the adapters of a folder, and its head where it has one, into a model; answers the new
  /// parameters.
  ///
  /// Throws `ModelError` or `CheckpointError`: a kind of adapter that is not supported, layers or
  /// shapes that the model does not have. The model is then partly changed.
  @discardableResult
  public static func read(_ folder: String, into model: EncoderModel) throws -> [Parameter] {
    let file = "\(folder)/adapter_config.json"
    let all = try ExportFolder.readJSON(file)
    let config = try ConfigurationFile(path: file, json: all["config"] ?? all)
    let shape = try AdapterShape(config)
    let weights = try ExportFolder.weights(
      folder, ["pytorch_adapter.bin", "adapter.safetensors"])
    var tensors: [String: StoredTensor] = [:]
    for stored in weights.tensors { tensors[plainName(stored.name)] = stored }
    var added: [Parameter] = []
    for (path, layer) in model.outputs {
      var place = "\(path).adapters"
      if tensors["\(place).adapter_down.0.weight"] == nil {
        place = "\(model.exportedName(path)).adapters"
      }
      guard let down = tensors["\(place).adapter_down.0.weight"] else { continue }
      let size = layer.dense.weight.rows
      let inner = down.shape.first ?? 0
      func linear(_ part: String, _ inputs: Int, _ outputs: Int) throws -> Linear {
        guard let weight = tensors.removeValue(forKey: "\(place).\(part).weight") else {
          throw ModelError(file: weights.path, "has no \(place).\(part).weight")
        }
        try ExportFolder.check(weight, [outputs, inputs], weights.path)
        let parameter = try ExportFolder.parameter("\(path).adapters.\(part).weight", weight)
        added.append(parameter)
        guard let bias = tensors.removeValue(forKey: "\(place).\(part).bias") else {
          return Linear(weight: parameter, bias: nil)
        }
        try ExportFolder.check(bias, [outputs], weights.path)
        let offset = try ExportFolder.parameter("\(path).adapters.\(part).bias", bias)
        added.append(offset)
        return Linear(weight: parameter, bias: offset)
      }
      layer.adapter = Bottleneck(
        down: try linear("adapter_down.0", size, inner), up: try linear("adapter_up", inner, size),
        activation: shape.activation, normalizesFirst: shape.normalizesFirst)
    }
    if let name = tensors.keys.sorted().first {
      throw ModelError(
        file: weights.path, "has the tensor \(name), the model no place for it",
        next: "load the base model that the folder names")
    }
    let heads = ["pytorch_model_head.bin", "model_head.safetensors"]
    if heads.contains(where: { FileQuery.exists("\(folder)/\($0)") }) {
      let head = try ExportFolder.weights(folder, heads)
      try model.assign(head.tensors.map { ($0.name, $0) }, from: head.path)
    }
    return added
  }

  /// A tensor's name without the name of the adapter.
  private static func plainName(_ name: String) -> String {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if let place = parts.firstIndex(of: "adapters"), place + 1 < parts.count {
      parts.remove(at: place + 1)
    }
    return parts.joined(separator: ".")
  }
}

/// What the adapters of a model have in common.
private struct AdapterShape {
  var activation: Activation
  var normalizesFirst: Bool
  var isAfterAttention: Bool
  var isAfterOutput: Bool
  var isAfterCross = false
  var reduction: JSON
  var skippedLayers: [Int]

  /// An adapter where it stands.
  struct Place {
    /// As the model has it, for messages.
    var path: String
    /// As the library has it.
    var name: String
    var kind: AdapterPlace.Kind
    var layer: Int
    var adapter: Bottleneck
  }

  init(of places: [Place], size: Int, layers: Int) throws {
    guard let first = places.first?.adapter else {
      throw ModelError(
        "the model has no adapters", next: "write it as a Hugging Face directory")
    }
    activation = first.activation
    normalizesFirst = first.normalizesFirst
    let inner = first.down.weight.rows
    var kinds: [Int: Set<AdapterPlace.Kind>] = [:]
    for place in places {
      let adapter = place.adapter
      guard adapter.activation == activation, adapter.normalizesFirst == normalizesFirst,
        adapter.down.weight.rows == inner
      else {
        throw ModelError(
          "the adapter of \(place.path) differs from the first one",
          next: "an AdapterHub folder holds adapters of one kind and size")
      }
      kinds[place.layer, default: []].insert(place.kind)
    }
    let kind = Set(places.map(\.kind))
    // Blocks of an encoder have no attention to a source.
    guard kinds.values.allSatisfy({ kind.subtracting([.crossAttention]).isSubset(of: $0) }) else {
      throw ModelError(
        "some layers have adapters in other places than others",
        next: "an AdapterHub folder holds adapters of one kind and size")
    }
    isAfterAttention = kind.contains(.selfAttention)
    isAfterOutput = kind.contains(.feedForward)
    isAfterCross = kind.contains(.crossAttention)
    skippedLayers = (0..<layers).filter { kinds[$0] == nil }
    // The library computes the size as hidden size // reduction factor: half a unit keeps a
    // quotient with a remainder away from the next integer.
    reduction =
      size % inner == 0 ? .int(size / inner) : .number(Double(size) / (Double(inner) + 0.5))
  }

  init(_ config: ConfigurationFile) throws {
    for key in ["is_parallel", "phm_layer", "use_gating", "ln_before", "ln_after", "cross_adapter"]
    where try config.bool(key, false) {
      throw ModelError(file: config.path, "\(key) is not supported")
    }
    if let inverse = config.json["inv_adapter"], !inverse.isNull {
      throw ModelError(file: config.path, "inv_adapter is not supported")
    }
    if config.json["scaling"]?.number ?? 1 != 1 || config.json["scaling"]?.string != nil {
      throw ModelError(file: config.path, "expected the scaling 1, found another")
    }
    activation = try config.activation("non_linearity", "relu")
    normalizesFirst = try config.bool("original_ln_before", false)
    if !(try config.bool("original_ln_after", true)) {
      throw ModelError(file: config.path, "original_ln_after false is not supported")
    }
    if normalizesFirst, !(try config.bool("residual_before_ln", true)) {
      throw ModelError(file: config.path, "residual_before_ln false is not supported")
    }
    isAfterAttention = try config.bool("mh_adapter", false)
    isAfterOutput = try config.bool("output_adapter", false)
    reduction = config.json["reduction_factor"] ?? .null
    skippedLayers = []
  }

  /// The number of the layer in a path such as `bert.encoder.layer.3.output`.
  static func layer(_ path: String) -> Int {
    path.split(separator: ".").lazy.compactMap { Int($0) }.first ?? 0
  }

  var json: JSON {
    // The library's own words for two of the activations.
    let name = activation == .silu ? "swish" : activation.rawValue
    return .object([
      JSONField("adapter_residual_before_ln", .bool(false)),
      JSONField("cross_adapter", .bool(isAfterCross)),
      JSONField("dropout", .number(0)),
      JSONField("init_weights", .string("bert")),
      JSONField("inv_adapter", .null),
      JSONField("inv_adapter_reduction_factor", .null),
      JSONField("is_parallel", .bool(false)),
      JSONField("leave_out", .array(skippedLayers.map(JSON.int))),
      JSONField("ln_after", .bool(false)),
      JSONField("ln_before", .bool(false)),
      JSONField("mh_adapter", .bool(isAfterAttention)),
      JSONField("non_linearity", .string(name)),
      JSONField("original_ln_after", .bool(true)),
      JSONField("original_ln_before", .bool(normalizesFirst)),
      JSONField("output_adapter", .bool(isAfterOutput)),
      JSONField("phm_layer", .bool(false)),
      JSONField("reduction_factor", reduction),
      JSONField("residual_before_ln", .bool(true)),
      JSONField("scaling", .number(1)),
      JSONField("stochastic_depth", .number(0)),
      JSONField("use_gating", .bool(false)),
    ])
  }
}
