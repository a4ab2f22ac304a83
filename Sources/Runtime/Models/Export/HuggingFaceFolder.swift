// HuggingFaceFolder: a whole model as transformers loads it: config.json, model.safetensors, on
// request pytorch_model.bin, and the tokenizer's files. Low-rank updates are written merged; adapters
// have no place in such a folder.

import TLTensor
import TLText

/// A whole model as a Hugging Face directory.
public enum HuggingFaceFolder {
  public struct Options: Sendable {
    /// float32, float16 or bfloat16.
    public var elementType: ElementType = .float32
    /// Writes pytorch_model.bin besides, for programs that read nothing newer.
    public var hasPyTorchFile = false
    public var tokenizer: Tokenizer?

    public init(
      elementType: ElementType = .float32, hasPyTorchFile: Bool = false,
      tokenizer: Tokenizer? = nil
    ) {
      self.elementType = elementType
      self.hasPyTorchFile = hasPyTorchFile
      self.tokenizer = tokenizer
    }
  }

  /// Writes a model; the folder is made. The model itself is not changed.
  ///
  /// Throws `ModelError` for a model with adapters or labels that do not fit the head,
  /// `CheckpointError` and `TokenizerError` for what the file system refuses.
  public static func write(
    _ model: EncoderModel, to folder: String, task: ExportTask = ExportTask(),
    options: Options = Options()
  ) throws {
    if let (path, _) = model.outputs.first(where: { $0.layer.adapter != nil }) {
      throw ModelError(
        "the model has an adapter at \(path), which a Hugging Face directory has no place for",
        next: "write it as an AdapterHub folder")
    }
    let config = try configuration(model, task, options.elementType)
    var merged: [String: Tensor] = [:]
    for (_, layer) in model.linears where layer.lowRank != nil {
      merged[layer.weight.name] = layer.effectiveWeight
    }
    let tensors = model.parameters.map { parameter in
      (model.exportedName(parameter.name), merged[parameter.name] ?? parameter.current)
    }
    try ExportFolder.make(folder)
    try ExportFolder.withTensors(tensors) { tensors in
      try SafetensorsWriter.write(
        tensors, to: "\(folder)/model.safetensors", as: options.elementType)
      if options.hasPyTorchFile {
        try TorchWriter.write(tensors, to: "\(folder)/pytorch_model.bin", as: options.elementType)
      }
    }
    try options.tokenizer?.save(to: folder)
    // Last: a folder with config.json is complete.
    try ExportFolder.write(config, to: "\(folder)/config.json")
  }

  private static func configuration(
    _ model: EncoderModel, _ task: ExportTask, _ type: ElementType
  ) throws -> JSON {
    let c = model.configuration
    let labels = try model.labels(task)
    var fields = [
      JSONField("architectures", .array([.string(model.className)])),
      JSONField("attention_probs_dropout_prob", number(c.attentionDropout)),
      JSONField("classifier_dropout", c.classifierDropout.map(number) ?? .null),
      JSONField(
        "dtype",
        .string(type == .float16 ? "float16" : type == .bfloat16 ? "bfloat16" : "float32")),
      JSONField("hidden_act", .string(c.activation.rawValue)),
      JSONField("hidden_dropout_prob", number(c.hiddenDropout)),
      JSONField("hidden_size", .int(c.hiddenSize)),
      JSONField("initializer_range", number(c.initializerRange)),
      JSONField("intermediate_size", .int(c.intermediateSize)),
      JSONField("layer_norm_eps", number(c.layerNormEpsilon)),
      JSONField("max_position_embeddings", .int(c.maxPositions)),
      JSONField("model_type", .string(c.family.rawValue)),
      JSONField("num_attention_heads", .int(c.heads)),
      JSONField("num_hidden_layers", .int(c.layers)),
      JSONField("pad_token_id", c.paddingID < 0 ? .null : .int(c.paddingID)),
      JSONField("tie_word_embeddings", .bool(c.tiesEmbeddings)),
      JSONField("type_vocab_size", .int(c.typeVocabularySize)),
      JSONField("vocab_size", .int(c.vocabularySize)),
    ]
    if !labels.isEmpty {
      let names = ExportFolder.labelFields(labels)
      fields.append(JSONField("id2label", names.idToLabel))
      fields.append(JSONField("label2id", names.labelToID))
    }
    if model.sequenceHead != nil {
      let problem = task.problem ?? c.problem ?? .singleLabel
      fields.append(JSONField("problem_type", .string(problem.rawValue)))
    }
    if let d = c.deberta {
      fields += deberta(d)
      fields.append(JSONField("cls_dropout", c.classifierDropout.map(number) ?? .null))
    } else {
      fields.append(JSONField("position_embedding_type", .string("absolute")))
    }
    return .object(fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
  }

  private static func deberta(_ d: DeBERTaConfiguration) -> [JSONField] {
    var kinds: [JSON] = []
    if d.hasPositionToContent { kinds.append(.string("p2c")) }
    if d.hasContentToPosition { kinds.append(.string("c2p")) }
    var fields = [
      JSONField("embedding_size", .int(d.embeddingSize)),
      // The head for masked words is cls.predictions.
      JSONField("legacy", .bool(true)),
      JSONField("max_relative_positions", .int(d.maxRelativePositions)),
      JSONField("norm_rel_ebd", .string(d.normalizesPositions ? "layer_norm" : "none")),
      JSONField("pooler_dropout", number(d.poolerDropout)),
      JSONField("pooler_hidden_act", .string(d.poolerActivation.rawValue)),
      JSONField("pooler_hidden_size", .int(d.poolerSize)),
      JSONField("pos_att_type", .array(kinds)),
      JSONField("position_biased_input", .bool(d.hasPositionEmbeddings)),
      JSONField("position_buckets", .int(d.buckets > 0 ? d.buckets : -1)),
      JSONField("relative_attention", .bool(d.isRelative)),
      JSONField("share_att_key", .bool(d.sharesKeys)),
    ]
    if d.convolutionWidth > 0 {
      fields.append(JSONField("conv_kernel_size", .int(d.convolutionWidth)))
      fields.append(JSONField("conv_act", .string(d.convolutionActivation.rawValue)))
    }
    return fields
  }

  /// The shortest decimal of a float: 0.1 and not 0.10000000149.
  private static func number(_ value: Float) -> JSON { .number(Double("\(value)") ?? 0) }
}
