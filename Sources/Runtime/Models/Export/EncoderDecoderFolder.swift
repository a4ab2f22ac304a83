// EncoderDecoderFolder: a whole encoder-decoder as transformers loads it: config.json,
// generation_config.json, model.safetensors, on request pytorch_model.bin, and the tokenizer's files.
// Low-rank updates are written merged; adapters have no place in such a folder.

import TLTensor
import TLText

extension HuggingFaceFolder {
  /// Writes an encoder-decoder; the folder is made. The model itself is not changed.
  ///
  /// Throws `ModelError` for a model with adapters, and what the file system refuses.
  public static func write(
    _ model: EncoderDecoderModel, to folder: String, options: Options = Options()
  ) throws {
    if let (path, _) = model.adapterPlaces.first(where: { $0.layer.adapter != nil }) {
      throw ModelError(
        "the model has an adapter at \(path), which a Hugging Face directory has no place for",
        next: "the run store keeps the run; lora can be merged into a whole model")
    }
    var merged: [String: Tensor] = [:]
    for (_, layer) in model.linears where layer.lowRank != nil {
      merged[layer.weight.name] = layer.effectiveWeight
    }
    var tensors = model.parameters.map { parameter in
      (parameter.name, merged[parameter.name] ?? parameter.current)
    }
    if let bias = model.network.vocabularyBias {
      tensors.append(("final_logits_bias", bias.reshaped([1, bias.count])))
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
    let ids = ids(model.configuration)
    try ExportFolder.write(object(ids), to: "\(folder)/generation_config.json")
    // Last: a folder with config.json is complete.
    try ExportFolder.write(
      object(ids + shape(model.configuration, options.elementType)), to: "\(folder)/config.json")
  }

  private static func object(_ fields: [JSONField]) -> JSON {
    .object(fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
  }

  private static func decimal(_ value: Float) -> JSON { .decimal(Double("\(value)") ?? 0) }

  /// What generation begins and ends with.
  private static func ids(_ c: EncoderDecoderConfiguration) -> [JSONField] {
    var fields = [
      JSONField("decoder_start_token_id", .int(c.startID)),
      JSONField(
        "eos_token_id",
        c.endIDs.count == 1 ? .int(c.endIDs[0]) : .array(c.endIDs.map(JSON.int))),
      JSONField("pad_token_id", .int(c.paddingID)),
    ]
    if let id = c.beginID { fields.append(JSONField("bos_token_id", .int(id))) }
    // Without the key the classes of the reference force an end of their own.
    for (key, id) in [
      ("forced_bos_token_id", c.generation.forcedBeginID),
      ("forced_eos_token_id", c.generation.forcedEndID),
    ] {
      fields.append(JSONField(key, id.map(JSON.int) ?? .null))
    }
    if !c.generation.badWords.isEmpty {
      let words = c.generation.badWords.map { JSON.array($0.map { .int(Int($0)) }) }
      fields.append(JSONField("bad_words_ids", .array(words)))
    }
    return fields
  }

  private static func shape(
    _ c: EncoderDecoderConfiguration, _ type: ElementType
  ) -> [JSONField] {
    let common = [
      JSONField("architectures", .array([.string(c.className)])),
      JSONField("d_model", .int(c.hiddenSize)),
      JSONField(
        "dtype",
        .string(type == .float16 ? "float16" : type == .bfloat16 ? "bfloat16" : "float32")),
      JSONField("is_encoder_decoder", .bool(true)),
      JSONField("model_type", .string(c.family.rawValue)),
      JSONField("tie_word_embeddings", .bool(c.tiesEmbeddings)),
      JSONField("vocab_size", .int(c.vocabularySize)),
    ]
    if c.family.isT5 {
      // The reference's own word for GELU by tanh behind a gate.
      let activation = c.activation == .geluTanh && c.isGated ? "gelu" : c.activation.rawValue
      return common + [
        JSONField("d_ff", .int(c.encoder.intermediateSize)),
        JSONField("d_kv", .int(c.headSize)),
        JSONField("dropout_rate", decimal(c.dropout)),
        JSONField(
          "feed_forward_proj", .string((c.isGated ? "gated-" : "") + activation)),
        JSONField("initializer_factor", decimal(c.initializerRange)),
        JSONField("layer_norm_epsilon", decimal(c.layerNormEpsilon)),
        JSONField("num_decoder_layers", .int(c.decoder.layers)),
        JSONField("num_heads", .int(c.encoder.heads)),
        JSONField("num_layers", .int(c.encoder.layers)),
        JSONField("relative_attention_max_distance", .int(c.maxDistance)),
        JSONField("relative_attention_num_buckets", .int(c.distanceBuckets)),
      ]
    }
    var fields =
      common + [
        JSONField("activation_dropout", decimal(c.activationDropout)),
        JSONField("activation_function", .string(c.activation.rawValue)),
        JSONField("attention_dropout", decimal(c.attentionDropout)),
        JSONField("dropout", decimal(c.dropout)),
        JSONField("init_std", decimal(c.initializerRange)),
        JSONField("max_position_embeddings", .int(c.maxPositions ?? 0)),
        JSONField("num_hidden_layers", .int(c.encoder.layers)),
        JSONField("scale_embedding", .bool(c.scalesEmbeddings)),
      ]
    for (name, stack) in [("encoder", c.encoder), ("decoder", c.decoder)] {
      fields += [
        JSONField("\(name)_attention_heads", .int(stack.heads)),
        JSONField("\(name)_ffn_dim", .int(stack.intermediateSize)),
        JSONField("\(name)_layers", .int(stack.layers)),
      ]
    }
    if c.family == .marian {
      fields += [
        JSONField("decoder_vocab_size", .int(c.vocabularySize)),
        JSONField("share_encoder_decoder_embeddings", .bool(true)),
        JSONField("static_position_embeddings", .bool(true)),
      ]
    }
    return fields
  }
}

extension EncoderDecoderConfiguration {
  /// The class of the reference library that loads such a model.
  var className: String {
    switch family {
    case .t5: "T5ForConditionalGeneration"
    case .mt5: "MT5ForConditionalGeneration"
    case .bart: "BartForConditionalGeneration"
    case .mbart: "MBartForConditionalGeneration"
    case .marian: "MarianMTModel"
    }
  }
}
