// PEFTFolder: low-rank updates in the layout of the PEFT library (adapter_config.json,
// adapter_model.safetensors), with the head as a module that is saved too. Only LoRA as Hu et al.,
// 2021 have it: no DoRA, no trained biases, no embeddings.

import TLTensor
import TLText

/// Low-rank updates as a PEFT folder.
public enum PEFTFolder {
  private static let root = "base_model.model."

  /// Writes the low-rank updates and the head of a model; the folder is made.
  ///
  /// Throws `ModelError` for a model without updates, and what the file system refuses.
  /// - Parameter task: `base` is what the reader loads under the updates.
  public static func write(
    _ model: EncoderModel, to folder: String, task: ExportTask = ExportTask()
  ) throws {
    let updated = model.linears.compactMap { path, layer in
      (layer.lowRank ?? layer.merged?.update).map { (path: model.exportedName(path), update: $0) }
    }
    let taskType =
      model.sequenceHead != nil ? "SEQ_CLS" : model.tokenHead != nil ? "TOKEN_CLS" : nil
    try write(
      updated, among: model.linears.map { model.exportedName($0.path) },
      head: model.headParameters.map { (model.exportedName($0.name), $0) },
      taskType: taskType ?? (model.isBare ? "FEATURE_EXTRACTION" : nil), base: task.base,
      to: folder)
  }

  /// Writes the low-rank updates of an encoder-decoder; the folder is made.
  public static func write(
    _ model: EncoderDecoderModel, to folder: String, base: String
  ) throws {
    let updated = model.linears.compactMap { path, layer in
      (layer.lowRank ?? layer.merged?.update).map { (path: path, update: $0) }
    }
    try write(
      updated, among: model.linears.map(\.path), head: [], taskType: "SEQ_2_SEQ_LM", base: base,
      to: folder)
  }

  private static func write(
    _ updated: [(path: String, update: LowRankUpdate)], among linears: [String],
    head: [(name: String, parameter: Parameter)], taskType: String?, base: String, to folder: String
  ) throws {
    guard let first = updated.first?.update else {
      throw ModelError(
        "the model has no low-rank updates", next: "write it as a Hugging Face directory")
    }
    var tensors: [(name: String, tensor: Tensor)] = []
    for (path, update) in updated {
      tensors.append(("\(root)\(path).lora_A.weight", update.a.current))
      tensors.append(("\(root)\(path).lora_B.weight", update.b.current))
    }
    tensors += head.map { (root + $0.name, $0.parameter.current) }
    let rank = first.a.rows
    let alpha = JSON.decimal(Double(first.scale) * Double(rank))
    var ranks: [JSONField] = []
    var alphas: [JSONField] = []
    for (path, update) in updated {
      if update.a.rows != rank { ranks.append(JSONField(path, .int(update.a.rows))) }
      let own = JSON.decimal(Double(update.scale) * Double(update.a.rows))
      if own != alpha { alphas.append(JSONField(path, own)) }
    }
    let targets = targets(updated.map(\.path), among: linears)
    let saved = modules(head.map(\.name))
    let config = JSON.object([
      JSONField("alpha_pattern", .object(alphas)),
      JSONField("auto_mapping", .null),
      JSONField("base_model_name_or_path", .string(base)),
      JSONField("bias", .string("none")),
      JSONField("fan_in_fan_out", .bool(false)),
      JSONField("inference_mode", .bool(true)),
      JSONField("init_lora_weights", .bool(true)),
      JSONField("layers_pattern", .null),
      JSONField("layers_to_transform", .null),
      JSONField("lora_alpha", alpha),
      JSONField("lora_dropout", .decimal(Double("\(first.dropout)") ?? 0)),
      JSONField("modules_to_save", saved.isEmpty ? .null : .array(saved.map(JSON.string))),
      JSONField("peft_type", .string("LORA")),
      JSONField("r", .int(rank)),
      JSONField("rank_pattern", .object(ranks)),
      JSONField("revision", .null),
      JSONField("target_modules", .array(targets.map(JSON.string))),
      JSONField("task_type", taskType.map(JSON.string) ?? .null),
      JSONField("use_dora", .bool(false)),
      JSONField("use_rslora", .bool(false)),
    ])
    try ExportFolder.make(folder)
    try ExportFolder.withTensors(tensors) {
      try SafetensorsWriter.write($0, to: "\(folder)/adapter_model.safetensors")
    }
    try ExportFolder.write(config, to: "\(folder)/adapter_config.json")
  }

  /// The modules of parameters, by the first part of their names behind the family's prefix.
  private static func modules(_ names: [String]) -> [String] {
    var modules: [String] = []
    for name in names {
      let prefix = EncoderFamily.allCases.map(\.prefix).first { name.hasPrefix($0) } ?? ""
      let module = String(name.dropFirst(prefix.count).prefix { $0 != "." })
      if !modules.contains(module) { modules.append(module) }
    }
    return modules
  }

  /// The ends of the paths where they name these layers and no others, else the whole paths.
  private static func targets(_ paths: [String], among linears: [String]) -> [String] {
    let ends = Set(paths.compactMap { $0.split(separator: ".").last.map(String.init) })
    let named = linears.filter { path in
      ends.contains { path == $0 || path.hasSuffix(".\($0)") }
    }
    return Set(named) == Set(paths) ? ends.sorted() : paths
  }

  /// Puts the updates and the head of a PEFT folder into a model; answers the new parameters.
  ///
  /// Throws `ModelError` or `CheckpointError`: another method than LoRA, a variant that is not
  /// supported, layers or shapes that the model does not have. The model is then partly changed.
  @discardableResult
  public static func read(_ folder: String, into model: EncoderModel) throws -> [Parameter] {
    let file = "\(folder)/adapter_config.json"
    let config = try ConfigurationFile(path: file, json: ExportFolder.readJSON(file))
    try checkVariant(config)
    let rank = try config.int("r", in: 1...65_536)
    let alpha = try config.number("lora_alpha", 8, in: -1e9...1e9)
    let dropout = Float(try config.number("lora_dropout", 0, in: 0...1))
    let isStabilized = try config.bool("use_rslora", false)
    let weights = try ExportFolder.weights(
      folder, ["adapter_model.safetensors", "adapter_model.bin"])
    var pairs: [String: (a: StoredTensor?, b: StoredTensor?)] = [:]
    var others: [(name: String, tensor: StoredTensor)] = []
    for stored in weights.tensors {
      let name = plainName(stored.name)
      if name.hasSuffix(".lora_A.weight") {
        pairs[String(name.dropLast(14)), default: (nil, nil)].a = stored
      } else if name.hasSuffix(".lora_B.weight") {
        pairs[String(name.dropLast(14)), default: (nil, nil)].b = stored
      } else {
        others.append((name, stored))
      }
    }
    var added: [Parameter] = []
    for (path, layer) in model.linears {
      let exported = model.exportedName(path)
      guard let pair = pairs.removeValue(forKey: path) ?? pairs.removeValue(forKey: exported)
      else { continue }
      guard let a = pair.a, let b = pair.b else {
        throw ModelError(file: weights.path, "has one of the two matrices of \(path), not both")
      }
      let own = pattern(config.json["rank_pattern"], exported)?.int ?? rank
      try ExportFolder.check(a, [own, layer.weight.columns], weights.path)
      try ExportFolder.check(b, [layer.weight.rows, own], weights.path)
      let strength = pattern(config.json["alpha_pattern"], exported)?.number ?? alpha
      let divisor = isStabilized ? Double(own).squareRoot() : Double(own)
      let parameters = (
        a: try ExportFolder.parameter("\(path).lora_A.weight", a),
        b: try ExportFolder.parameter("\(path).lora_B.weight", b)
      )
      layer.unmerge()
      layer.lowRank = LowRankUpdate(
        a: parameters.a, b: parameters.b, scale: Float(strength / divisor), dropout: dropout)
      added += [parameters.a, parameters.b]
    }
    if let path = pairs.keys.sorted().first {
      throw ModelError(
        file: weights.path, "has an update of \(path), the model has no such linear layer",
        next: "load the base model that the folder names")
    }
    try model.assign(others, from: weights.path)
    return added
  }

  private static func checkVariant(_ config: ConfigurationFile) throws {
    let method = try config.string("peft_type", "")
    guard method == "LORA" else {
      throw ModelError(file: config.path, "expected the peft_type LORA, found '\(method)'")
    }
    for key in ["use_dora", "fan_in_fan_out", "use_qalora", "lora_bias"]
    where try config.bool(key, false) {
      throw ModelError(file: config.path, "\(key) is not supported")
    }
    let bias = try config.string("bias", "none")
    guard bias == "none" else {
      throw ModelError(file: config.path, "expected the bias 'none', found '\(bias)'")
    }
  }

  /// A name without what PEFT puts around it.
  private static func plainName(_ name: String) -> String {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.starts(with: ["base_model", "model"]) { parts.removeFirst(2) }
    parts.removeAll { $0 == "default" || $0 == "modules_to_save" }
    return parts.joined(separator: ".")
  }

  /// The entry of a pattern whose key is the path or its end.
  private static func pattern(_ patterns: JSON?, _ path: String) -> JSON? {
    patterns?.object?.first { path == $0.key || path.hasSuffix(".\($0.key)") }?.value
  }
}

extension JSON {
  /// A whole number as an integer.
  static func decimal(_ value: Double) -> JSON {
    Int(exactly: value).map(JSON.int) ?? .number(value)
  }
}
