// The stages of `tokenizer.json` as values: each case of each stage with its settings.

enum StageReader {
  /// Sequences of sequences end somewhere.
  private static let maximumDepth = 16

  private static func type(_ json: JSON, of stage: String) throws(TokenizerError) -> String {
    guard let type = try json.text("type") else {
      throw TokenizerError("a \(stage) without \"type\"")
    }
    return type
  }

  private static func parts<T>(
    _ json: JSON, _ key: String, depth: Int, _ read: (JSON, Int) throws(TokenizerError) -> T
  ) throws(TokenizerError) -> [T] {
    guard depth < maximumDepth else { throw TokenizerError("\"\(key)\" are nested too deep") }
    var parts: [T] = []
    for part in try (json[key] ?? .null).items(key) { parts.append(try read(part, depth + 1)) }
    return parts
  }

  static func normalizer(_ json: JSON) throws(TokenizerError) -> Normalizer {
    try normalizer(json, 0)
  }

  private static func normalizer(_ json: JSON, _ depth: Int) throws(TokenizerError) -> Normalizer {
    let type = try type(json, of: "normalizer")
    switch type {
    case "Sequence":
      return .sequence(try parts(json, "normalizers", depth: depth, normalizer))
    case "BertNormalizer", "Bert":
      return .bert(
        BERTNormalizer(
          cleanText: try json.flag("clean_text") ?? true,
          handleChineseCharacters: try json.flag("handle_chinese_chars") ?? true,
          stripAccents: try json.flag("strip_accents"),
          lowercase: try json.flag("lowercase") ?? true))
    case "NFC", "NFD", "NFKC", "NFKD":
      guard let form = UnicodeForm(rawValue: type) else { break }
      return .unicode(form)
    case "Lowercase": return .lowercase
    case "StripAccents": return .stripAccents
    case "Strip":
      return .strip(
        left: try json.flag("strip_left") ?? true, right: try json.flag("strip_right") ?? true)
    case "Replace":
      return .replace(
        try pattern(json), content: Array(try json.require("content", json.text("content")).utf8))
    case "Prepend":
      return .prepend(Array(try json.require("prepend", json.text("prepend")).utf8))
    case "Precompiled":
      let text = try json.require("precompiled_charsmap", json.text("precompiled_charsmap"))
      guard let blob = Base64.decode(text) else {
        throw TokenizerError("\"precompiled_charsmap\" is not base 64")
      }
      return .precompiled(try CharacterMap(blob: blob))
    case "Nmt": return .nmt
    case "ByteLevel": return .byteLevel
    default: break
    }
    throw TokenizerError("a normalizer of the unknown type \"\(type)\"")
  }

  static func pattern(_ json: JSON) throws(TokenizerError) -> TokenPattern {
    if let text = try json["pattern"]?.text("String") { return .literal(Array(text.utf8)) }
    if let source = try json["pattern"]?.text("Regex") { return try .expression(source: source) }
    throw TokenizerError("\"pattern\" was expected to be {\"String\": …} or {\"Regex\": …}")
  }

  static func preTokenizer(_ json: JSON) throws(TokenizerError) -> PreTokenizer {
    try preTokenizer(json, 0)
  }

  private static func preTokenizer(
    _ json: JSON, _ depth: Int
  ) throws(TokenizerError) -> PreTokenizer {
    let type = try type(json, of: "pre-tokenizer")
    switch type {
    case "Sequence":
      return .sequence(try parts(json, "pretokenizers", depth: depth, preTokenizer))
    case "BertPreTokenizer": return .bert
    case "ByteLevel":
      return .byteLevel(
        addPrefixSpace: try json.flag("add_prefix_space") ?? true,
        trimOffsets: try json.flag("trim_offsets") ?? true,
        useExpression: try json.flag("use_regex") ?? true)
    case "Metaspace": return .metaspace(try metaspace(json))
    case "Whitespace": return .whitespace
    case "WhitespaceSplit": return .whitespaceSplit
    case "Punctuation": return .punctuation(try behavior(json) ?? .isolated)
    case "Digits": return .digits(individual: try json.flag("individual_digits") ?? false)
    case "CharDelimiterSplit", "Delimiter":
      let text = try json.require("delimiter", json.text("delimiter"))
      guard !text.isEmpty else { throw TokenizerError("\"delimiter\" is empty") }
      return .delimiter(Array(text.utf8))
    case "Split":
      return .split(
        try pattern(json), try json.require("behavior", behavior(json)),
        inverted: try json.flag("invert") ?? false)
    case "FixedLength":
      let length = try json.integer("length") ?? 5
      guard length > 0 else { throw TokenizerError("\"length\" was expected to be at least 1") }
      return .fixedLength(length)
    default: throw TokenizerError("a pre-tokenizer of the unknown type \"\(type)\"")
    }
  }

  private static func behavior(_ json: JSON) throws(TokenizerError) -> SplitBehavior? {
    guard let name = try json.text("behavior") else { return nil }
    guard let behavior = SplitBehavior(rawValue: name) else {
      throw TokenizerError("the behavior \"\(name)\" of a split is unknown")
    }
    return behavior
  }

  static func metaspace(_ json: JSON) throws(TokenizerError) -> Metaspace {
    let replacement = try json.require("replacement", json.text("replacement"))
    guard replacement.unicodeScalars.count == 1 else {
      throw TokenizerError("\"replacement\" was expected to be one character")
    }
    var scheme = PrependScheme.always
    if let name = try json.text("prepend_scheme") {
      guard let known = PrependScheme(rawValue: name) else {
        throw TokenizerError("the prepend_scheme \"\(name)\" is unknown")
      }
      scheme = known
    }
    if try json.flag("add_prefix_space") == false {
      guard scheme == .never || json["prepend_scheme"] == nil else {
        throw TokenizerError("add_prefix_space is false, but prepend_scheme is \(scheme.rawValue)")
      }
      scheme = .never
    }
    return Metaspace(
      replacement: Array(replacement.utf8), prepend: scheme, splits: try json.flag("split") ?? true)
  }

  static func postProcessor(_ json: JSON) throws(TokenizerError) -> PostProcessor {
    try postProcessor(json, 0)
  }

  private static func postProcessor(
    _ json: JSON, _ depth: Int
  ) throws(TokenizerError) -> PostProcessor {
    let type = try type(json, of: "post-processor")
    switch type {
    case "Sequence":
      return .sequence(try parts(json, "processors", depth: depth, postProcessor))
    case "BertProcessing":
      return .bert(separator: try named(json, "sep"), classifier: try named(json, "cls"))
    case "RobertaProcessing":
      return .roberta(
        separator: try named(json, "sep"), classifier: try named(json, "cls"),
        trimOffsets: try json.flag("trim_offsets") ?? true,
        addPrefixSpace: try json.flag("add_prefix_space") ?? true)
    case "ByteLevel":
      return .byteLevel(
        addPrefixSpace: try json.flag("add_prefix_space") ?? true,
        trimOffsets: try json.flag("trim_offsets") ?? true,
        useExpression: try json.flag("use_regex") ?? true)
    case "TemplateProcessing": return .template(try template(json))
    default: throw TokenizerError("a post-processor of the unknown type \"\(type)\"")
    }
  }

  private static func id(_ json: JSON?, _ what: String) throws(TokenizerError) -> Int32 {
    guard let id = json?.int, id >= 0, id <= Int(Int32.max) else {
      throw TokenizerError("the id of \(what) was expected to be an integer from 0 on")
    }
    return Int32(id)
  }

  private static func named(_ json: JSON, _ key: String) throws(TokenizerError) -> NamedToken {
    guard let pair = json[key], let name = pair[0]?.string else {
      throw TokenizerError("\"\(key)\" was expected to be a token and its id")
    }
    return NamedToken(name: name, id: try id(pair[1], "\"\(key)\""))
  }

  private static func template(_ json: JSON) throws(TokenizerError) -> Template {
    var specials: [Template.Special] = []
    for field in json["special_tokens"]?.object ?? [] {
      var ids: [Int32] = []
      for item in try (field.value["ids"] ?? .null).items("ids") {
        ids.append(try id(item, "the special token \"\(field.key)\""))
      }
      let tokens = (field.value["tokens"]?.array ?? []).compactMap(\.string)
      specials.append(Template.Special(name: field.key, ids: ids, tokens: tokens))
    }
    func parts(_ key: String) throws(TokenizerError) -> [TemplatePart] {
      var parts: [TemplatePart] = []
      for item in try (json[key] ?? .null).items(key) {
        if let sequence = item["Sequence"] {
          let name = try sequence.require("id", sequence.text("id"))
          guard name == "A" || name == "B" else {
            throw TokenizerError("the sequence \"\(name)\" of a template; expected A or B")
          }
          parts.append(
            .sequence(isSecond: name == "B", typeID: try id(sequence["type_id"], "a type")))
        } else if let special = item["SpecialToken"] {
          let name = try special.require("id", special.text("id"))
          guard specials.contains(where: { $0.name.hasSameBytes(as: name) }) else {
            throw TokenizerError("the template names \"\(name)\", special_tokens does not")
          }
          parts.append(.special(name: name, typeID: try id(special["type_id"], "a type")))
        } else {
          throw TokenizerError("a part of a template was expected to be Sequence or SpecialToken")
        }
      }
      return parts
    }
    return Template(single: try parts("single"), pair: try parts("pair"), specials: specials)
  }

  static func decoder(_ json: JSON) throws(TokenizerError) -> TokenDecoder {
    try decoder(json, 0)
  }

  private static func decoder(_ json: JSON, _ depth: Int) throws(TokenizerError) -> TokenDecoder {
    let type = try type(json, of: "decoder")
    switch type {
    case "Sequence": return .sequence(try parts(json, "decoders", depth: depth, decoder))
    case "BPEDecoder": return .bytePairs(suffix: Array((try json.text("suffix") ?? "</w>").utf8))
    case "ByteLevel":
      return .byteLevel(
        addPrefixSpace: try json.flag("add_prefix_space") ?? true,
        trimOffsets: try json.flag("trim_offsets") ?? true,
        useExpression: try json.flag("use_regex") ?? true)
    case "WordPiece":
      return .wordPiece(
        prefix: Array((try json.text("prefix") ?? "##").utf8),
        cleanUp: try json.flag("cleanup") ?? true)
    case "Metaspace": return .metaspace(try metaspace(json))
    case "CTC":
      return .ctc(
        pad: Array((try json.text("pad_token") ?? "<pad>").utf8),
        delimiter: Array((try json.text("word_delimiter_token") ?? "|").utf8),
        cleanUp: try json.flag("cleanup") ?? true)
    case "Replace":
      return .replace(
        try pattern(json), content: Array(try json.require("content", json.text("content")).utf8))
    case "Fuse": return .fuse
    case "Strip":
      return .strip(
        content: Array(try json.require("content", json.text("content")).utf8),
        start: min(try json.integer("start") ?? 0, 1 << 20),
        stop: min(try json.integer("stop") ?? 0, 1 << 20))
    case "ByteFallback": return .byteFallback
    default: throw TokenizerError("a decoder of the unknown type \"\(type)\"")
    }
  }

  static func truncation(_ json: JSON) throws(TokenizerError) -> Truncation {
    let name = try json.text("strategy") ?? "LongestFirst"
    guard let strategy = Truncation.Strategy(rawValue: name) else {
      throw TokenizerError("the strategy \"\(name)\" of truncation is unknown")
    }
    return Truncation(
      maxLength: try json.require("max_length", json.integer("max_length")), strategy: strategy,
      cutsLeft: try json.text("direction") == "Left", stride: try json.integer("stride") ?? 0)
  }

  static func padding(_ json: JSON) throws(TokenizerError) -> Padding {
    var padding = Padding()
    if let strategy = json["strategy"], strategy.string != "BatchLongest" {
      padding.fixedLength = try strategy.require("strategy", strategy.integer("Fixed"))
    }
    padding.padsLeft = try json.text("direction") == "Left"
    padding.multiple = try json.integer("pad_to_multiple_of")
    padding.id = Int32(try json.integer("pad_id") ?? 0)
    padding.typeID = Int32(try json.integer("pad_type_id") ?? 0)
    padding.token = try json.text("pad_token") ?? "[PAD]"
    return padding
  }

  /// An added token; `json` without an id gets one when it is added.
  static func addedToken(_ json: JSON) throws(TokenizerError) -> AddedToken {
    let content = try json.require("content", json.text("content"))
    let isSpecial = try json.flag("special") ?? false
    return AddedToken(
      content, id: Int32(try json.integer("id") ?? 0), isSpecial: isSpecial,
      isNormalized: try json.flag("normalized") ?? !isSpecial,
      stripsLeft: try json.flag("lstrip") ?? false, stripsRight: try json.flag("rstrip") ?? false,
      singleWord: try json.flag("single_word") ?? false)
  }
}

/// Base 64 (RFC 4648) with padding.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func decode(_ text: String) -> [UInt8]? {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 4 * 3 + 3)
    var buffer: UInt32 = 0
    var bits = 0
    var padding = 0
    for character in text.utf8 {
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      let value = values[Int(character)]
      guard value < 64, padding == 0 else { return nil }
      buffer = buffer << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      }
    }
    guard padding <= 2, text.utf8.count % 4 == 0 else { return nil }
    return bytes
  }

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let chunk = bytes[start..<min(start + 3, bytes.count)]
      var value: UInt32 = 0
      for index in 0..<3 {
        value = value << 8 | (index < chunk.count ? UInt32(chunk[start + index]) : 0)
      }
      for index in 0..<4 {
        text.append(
          index <= chunk.count
            ? alphabet[Int(value >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
