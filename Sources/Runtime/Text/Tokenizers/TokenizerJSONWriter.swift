// Writes `tokenizer.json`, members in the order in which the tokenizers library writes them.

extension TokenizerDefinition {
  /// The file, or an error for a tokenizer that the format cannot express.
  func serialized() throws(TokenizerError) -> [UInt8] {
    var bytes: [UInt8] = []
    var isFirst = true
    func member(_ key: String) {
      bytes += isFirst ? "{\n  ".utf8 : ",\n  ".utf8
      isFirst = false
      JSONWriter.append(key, to: &bytes)
      bytes += ": ".utf8
    }
    func write(_ key: String, _ value: JSON?) {
      member(key)
      (value ?? .null).write(to: &bytes)
    }
    write("version", .string("1.0"))
    write("truncation", truncation?.json)
    write("padding", padding?.json)
    write("added_tokens", .array(addedTokens.sorted { $0.id < $1.id }.map(\.json)))
    write("normalizer", try normalizer?.json())
    write("pre_tokenizer", preTokenizer?.json)
    write("post_processor", postProcessor?.json)
    write("decoder", try decoder?.json())
    member("model")
    try model.write(to: &bytes)
    bytes += "\n}\n".utf8
    return bytes
  }
}

private let notExpressible = TokenizerError(
  "tokenizer.json has no form for SentencePiece's own stages; save the files it came from")

private func object(_ type: String, _ fields: [JSONField] = []) -> JSON {
  .object([JSONField("type", .string(type))] + fields)
}

private func text(_ bytes: [UInt8]) -> JSON { .string(String(decoding: bytes, as: UTF8.self)) }

private func optional(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }

extension AddedToken {
  fileprivate var json: JSON {
    .object([
      JSONField("id", .int(Int(id))), JSONField("content", .string(content)),
      JSONField("single_word", .bool(singleWord)), JSONField("lstrip", .bool(stripsLeft)),
      JSONField("rstrip", .bool(stripsRight)), JSONField("normalized", .bool(isNormalized)),
      JSONField("special", .bool(isSpecial)),
    ])
  }
}

extension Truncation {
  fileprivate var json: JSON {
    .object([
      JSONField("direction", .string(cutsLeft ? "Left" : "Right")),
      JSONField("max_length", .int(maxLength)), JSONField("strategy", .string(strategy.rawValue)),
      JSONField("stride", .int(stride)),
    ])
  }
}

extension Padding {
  fileprivate var json: JSON {
    let strategy: JSON =
      fixedLength.map { .object([JSONField("Fixed", .int($0))]) } ?? .string("BatchLongest")
    return .object([
      JSONField("strategy", strategy), JSONField("direction", .string(padsLeft ? "Left" : "Right")),
      JSONField("pad_to_multiple_of", multiple.map(JSON.int) ?? .null),
      JSONField("pad_id", .int(Int(id))), JSONField("pad_type_id", .int(Int(typeID))),
      JSONField("pad_token", .string(token)),
    ])
  }
}

extension TokenPattern {
  fileprivate var json: JSON {
    switch self {
    case .literal(let bytes): return .object([JSONField("String", text(bytes))])
    case .repeatedSpaces(let source): return .object([JSONField("Regex", .string(source))])
    case .expression(let pattern): return .object([JSONField("Regex", .string(pattern.source))])
    }
  }
}

extension Normalizer {
  fileprivate func json() throws(TokenizerError) -> JSON {
    switch self {
    case .sequence(let parts):
      var items: [JSON] = []
      for part in parts { items.append(try part.json()) }
      return object("Sequence", [JSONField("normalizers", .array(items))])
    case .bert(let settings):
      return object(
        "BertNormalizer",
        [
          JSONField("clean_text", .bool(settings.cleanText)),
          JSONField("handle_chinese_chars", .bool(settings.handleChineseCharacters)),
          JSONField("strip_accents", settings.stripAccents.map(JSON.bool) ?? .null),
          JSONField("lowercase", .bool(settings.lowercase)),
        ])
    case .unicode(let form): return object(form.rawValue)
    case .lowercase: return object("Lowercase")
    case .stripAccents: return object("StripAccents")
    case .strip(let left, let right):
      return object(
        "Strip", [JSONField("strip_left", .bool(left)), JSONField("strip_right", .bool(right))])
    case .replace(let pattern, let content):
      return object(
        "Replace", [JSONField("pattern", pattern.json), JSONField("content", text(content))])
    case .prepend(let prefix): return object("Prepend", [JSONField("prepend", text(prefix))])
    case .precompiled(let map):
      return object(
        "Precompiled", [JSONField("precompiled_charsmap", .string(Base64.encode(map.blob)))])
    case .nmt: return object("Nmt")
    case .byteLevel: return object("ByteLevel")
    case .sentencePiece: throw notExpressible
    }
  }
}

extension Metaspace {
  fileprivate var json: JSON {
    object(
      "Metaspace",
      [
        JSONField("replacement", text(replacement)),
        JSONField("prepend_scheme", .string(prepend.rawValue)), JSONField("split", .bool(splits)),
      ])
  }
}

private func byteLevel(_ addPrefixSpace: Bool, _ trims: Bool, _ useExpression: Bool) -> JSON {
  object(
    "ByteLevel",
    [
      JSONField("add_prefix_space", .bool(addPrefixSpace)),
      JSONField("trim_offsets", .bool(trims)), JSONField("use_regex", .bool(useExpression)),
    ])
}

extension PreTokenizer {
  fileprivate var json: JSON {
    switch self {
    case .sequence(let parts):
      return object("Sequence", [JSONField("pretokenizers", .array(parts.map(\.json)))])
    case .bert: return object("BertPreTokenizer")
    case .byteLevel(let prefix, let trims, let expression):
      return TLText.byteLevel(prefix, trims, expression)
    case .metaspace(let settings): return settings.json
    case .whitespace: return object("Whitespace")
    case .whitespaceSplit: return object("WhitespaceSplit")
    case .punctuation(let behavior):
      return object("Punctuation", [JSONField("behavior", .string(behavior.rawValue))])
    case .digits(let individual):
      return object("Digits", [JSONField("individual_digits", .bool(individual))])
    case .delimiter(let bytes):
      return object("CharDelimiterSplit", [JSONField("delimiter", text(bytes))])
    case .split(let pattern, let behavior, let inverted):
      return object(
        "Split",
        [
          JSONField("pattern", pattern.json), JSONField("behavior", .string(behavior.rawValue)),
          JSONField("invert", .bool(inverted)),
        ])
    case .fixedLength(let length): return object("FixedLength", [JSONField("length", .int(length))])
    }
  }
}

extension TemplatePart {
  fileprivate var json: JSON {
    switch self {
    case .sequence(let isSecond, let typeID):
      return .object([
        JSONField(
          "Sequence",
          .object([
            JSONField("id", .string(isSecond ? "B" : "A")), JSONField("type_id", .int(Int(typeID))),
          ]))
      ])
    case .special(let name, let typeID):
      return .object([
        JSONField(
          "SpecialToken",
          .object([JSONField("id", .string(name)), JSONField("type_id", .int(Int(typeID)))]))
      ])
    }
  }
}

extension NamedToken {
  fileprivate var json: JSON { .array([.string(name), .int(Int(id))]) }
}

extension PostProcessor {
  fileprivate var json: JSON {
    switch self {
    case .sequence(let parts):
      return object("Sequence", [JSONField("processors", .array(parts.map(\.json)))])
    case .bert(let separator, let classifier):
      return object(
        "BertProcessing", [JSONField("sep", separator.json), JSONField("cls", classifier.json)])
    case .roberta(let separator, let classifier, let trims, let prefix):
      return object(
        "RobertaProcessing",
        [
          JSONField("sep", separator.json), JSONField("cls", classifier.json),
          JSONField("trim_offsets", .bool(trims)), JSONField("add_prefix_space", .bool(prefix)),
        ])
    case .byteLevel(let prefix, let trims, let expression):
      return TLText.byteLevel(prefix, trims, expression)
    case .template(let template):
      let specials = template.specials.map { special in
        JSONField(
          special.name,
          .object([
            JSONField("id", .string(special.name)),
            JSONField("ids", .array(special.ids.map { .int(Int($0)) })),
            JSONField("tokens", .array(special.tokens.map(JSON.string))),
          ]))
      }
      return object(
        "TemplateProcessing",
        [
          JSONField("single", .array(template.single.map(\.json))),
          JSONField("pair", .array(template.pair.map(\.json))),
          JSONField("special_tokens", .object(specials)),
        ])
    }
  }
}

extension TokenDecoder {
  fileprivate func json() throws(TokenizerError) -> JSON {
    switch self {
    case .sequence(let parts):
      var items: [JSON] = []
      for part in parts { items.append(try part.json()) }
      return object("Sequence", [JSONField("decoders", .array(items))])
    case .bytePairs(let suffix): return object("BPEDecoder", [JSONField("suffix", text(suffix))])
    case .byteLevel(let prefix, let trims, let expression):
      return TLText.byteLevel(prefix, trims, expression)
    case .wordPiece(let prefix, let cleanUp):
      return object(
        "WordPiece", [JSONField("prefix", text(prefix)), JSONField("cleanup", .bool(cleanUp))])
    case .metaspace(let settings): return settings.json
    case .ctc(let pad, let delimiter, let cleanUp):
      return object(
        "CTC",
        [
          JSONField("pad_token", text(pad)), JSONField("word_delimiter_token", text(delimiter)),
          JSONField("cleanup", .bool(cleanUp)),
        ])
    case .replace(let pattern, let content):
      return object(
        "Replace", [JSONField("pattern", pattern.json), JSONField("content", text(content))])
    case .fuse: return object("Fuse")
    case .strip(let content, let start, let stop):
      return object(
        "Strip",
        [
          JSONField("content", text(content)), JSONField("start", .int(start)),
          JSONField("stop", .int(stop)),
        ])
    case .byteFallback: return object("ByteFallback")
    case .sentencePiece: throw notExpressible
    }
  }
}

extension TokenModel {
  fileprivate func write(to bytes: inout [UInt8]) throws(TokenizerError) {
    var fields: [(String, JSON)] = []
    switch self {
    case .wordPiece(let model):
      fields = [
        ("type", .string("WordPiece")), ("unk_token", .string(model.unknownToken)),
        ("continuing_subword_prefix", text(model.continuingPrefix)),
        ("max_input_chars_per_word", .int(model.maximumScalars)),
      ]
    case .wordLevel(let model):
      fields = [("type", .string("WordLevel")), ("unk_token", .string(model.unknownToken))]
    case .unigram(let model):
      guard case .double = model.arithmetic else { throw notExpressible }
      fields = [
        ("type", .string("Unigram")), ("unk_id", model.unknownID.map { .int(Int($0)) } ?? .null),
      ]
    case .bytePairs(let model):
      let settings = model.settings
      fields = [
        ("type", .string("BPE")), ("dropout", settings.dropout.map(JSON.number) ?? .null),
        ("unk_token", optional(settings.unknownToken)),
        ("continuing_subword_prefix", optional(settings.continuingPrefix)),
        ("end_of_word_suffix", optional(settings.endOfWordSuffix)),
        ("fuse_unk", .bool(settings.fusesUnknown)), ("byte_fallback", .bool(settings.byteFallback)),
        ("ignore_merges", .bool(settings.ignoresMerges)),
      ]
    case .sentencePieceBPE, .mapped: throw notExpressible
    }
    bytes += "{".utf8
    for (key, value) in fields {
      bytes += "\"\(key)\": ".utf8
      value.write(to: &bytes)
      bytes += ", ".utf8
    }
    bytes += "\"vocab\": ".utf8
    if case .unigram(let model) = self {
      model.writePieces(to: &bytes)
      bytes += ", \"byte_fallback\": \(model.byteFallback)}".utf8
      return
    }
    vocabulary.write(to: &bytes)
    if case .bytePairs(let model) = self { model.writeMerges(to: &bytes) }
    bytes += "}".utf8
  }
}

extension PieceVocabulary {
  fileprivate func write(to bytes: inout [UInt8]) {
    bytes += "{".utf8
    var isFirst = true
    forEach { id, piece in
      if !isFirst { bytes += ",".utf8 }
      isFirst = false
      bytes += "\n".utf8
      piece.withUnsafeBufferPointer { JSONWriter.append($0, to: &bytes) }
      bytes += ": \(id)".utf8
    }
    bytes += "}".utf8
  }
}

extension Unigram {
  fileprivate func writePieces(to bytes: inout [UInt8]) {
    bytes += "[".utf8
    for id in scores.indices {
      bytes += id == 0 ? "\n[".utf8 : ",\n[".utf8
      (vocabulary.piece(Int32(id)) ?? []).withUnsafeBufferPointer {
        JSONWriter.append($0, to: &bytes)
      }
      bytes += ", ".utf8
      JSONWriter.append(scores[id], to: &bytes)
      bytes += "]".utf8
    }
    bytes += "]".utf8
  }
}

extension BytePairs {
  fileprivate func writeMerges(to bytes: inout [UInt8]) {
    bytes += ", \"merges\": [".utf8
    for (rank, pair) in pairs.enumerated() {
      bytes += rank == 0 ? "\n[".utf8 : ",\n[".utf8
      (vocabulary.piece(pair.0) ?? []).withUnsafeBufferPointer {
        JSONWriter.append($0, to: &bytes)
      }
      bytes += ", ".utf8
      (vocabulary.piece(pair.1) ?? []).withUnsafeBufferPointer {
        JSONWriter.append($0, to: &bytes)
      }
      bytes += "]".utf8
    }
    bytes += "]".utf8
  }
}
