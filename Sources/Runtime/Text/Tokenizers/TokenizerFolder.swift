// The files of a model's folder that say which tokenizer it has, and the choice among the families:
// `tokenizer.json` where there is one, else the vocabulary files of the family that
// tokenizer_config.json or config.json names. The rules are those of `AutoTokenizer` of
// transformers 4.57 with fast tokenizers.

import Glibc

/// A token that a configuration names, with the settings it gives.
struct ConfiguredToken {
  var content: String
  /// nil where the configuration gives the text only.
  var settings: AddedToken?
}

/// The settings in a folder.
struct TokenizerFolder {
  let path: String
  /// config.json; an empty object where tokenizer_config.json makes it unnecessary.
  let model: JSON
  /// tokenizer_config.json.
  let settings: JSON
  private let specialTokensMap: JSON
  /// Tokens with their ids from `added_tokens_decoder` or added_tokens.json.
  let addedTokens: [AddedToken]
  private let addedByContent: [[UInt8]: AddedToken]

  init(_ path: String) throws(TokenizerError) {
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw TokenizerError("no folder \"\(path)\"; give the folder of a model")
    }
    settings = try TokenizerFolder.json(path, "tokenizer_config.json") ?? .object([])
    model = try TokenizerFolder.json(path, "config.json") ?? .object([])
    specialTokensMap = try TokenizerFolder.json(path, "special_tokens_map.json") ?? .object([])
    var added: [AddedToken] = []
    if let decoder = settings["added_tokens_decoder"]?.object {
      for field in decoder {
        guard let id = Int32(field.key), id >= 0 else {
          throw TokenizerError(
            "added_tokens_decoder has the id \"\(field.key)\", expected an integer",
            file: path + "/tokenizer_config.json")
        }
        var token = try StageReader.addedToken(field.value)
        token.id = id
        added.append(token)
      }
    } else if let tokens = try TokenizerFolder.json(path, "added_tokens.json")?.object {
      for field in tokens {
        guard let id = field.value.int, id >= 0, id <= Int(Int32.max) else {
          throw TokenizerError(
            "the token \"\(field.key)\" has no id", file: path + "/added_tokens.json")
        }
        added.append(
          AddedToken(field.key, id: Int32(id), isSpecial: false, isNormalized: true))
      }
    }
    addedTokens = added.sorted { $0.id < $1.id }
    addedByContent = Dictionary(addedTokens.map { (Array($0.content.utf8), $0) }) { first, _ in
      first
    }
  }

  private static func json(_ path: String, _ name: String) throws(TokenizerError) -> JSON? {
    guard access(path + "/" + name, F_OK) == 0 else { return nil }
    return try JSONSource.object(try TokenizerFolder.read(path + "/" + name))
  }

  static func read(_ path: String) throws(TokenizerError) -> FileBytes {
    do {
      return try FileBytes(path: path)
    } catch {
      throw TokenizerError("\(error)")
    }
  }

  func has(_ name: String) -> Bool { access(path + "/" + name, F_OK) == 0 }

  func file(_ name: String) throws(TokenizerError) -> FileBytes {
    guard has(name) else {
      throw TokenizerError(
        "no \(name) in \"\(path)\", which "
          + (className.map { "the tokenizer \($0)" } ?? "this kind of tokenizer")
          + " needs; fetch it, or a tokenizer.json, into the folder")
    }
    return try TokenizerFolder.read(path + "/" + name)
  }

  /// The class of the tokenizer without "Fast", where the folder names one.
  var className: String? {
    let name = settings["tokenizer_class"]?.string ?? model["tokenizer_class"]?.string
    guard var name, !name.isEmpty else { return nil }
    if name.hasSuffix("Fast"), name != "PreTrainedTokenizerFast" { name.removeLast(4) }
    return name
  }

  /// A token that plays a part, `key` as "cls_token"; `fallback` where the folder names none.
  func token(_ key: String, _ fallback: String?) -> ConfiguredToken? {
    guard let value = configured(key) else {
      return fallback.map { ConfiguredToken(content: $0, settings: nil) }
    }
    return configuredToken(value)
  }

  /// True when the folder itself names the token.
  func names(_ key: String) -> Bool { configured(key) != nil }

  private func configured(_ key: String) -> JSON? {
    if let value = settings[key], !value.isNull { return value }
    if settings["added_tokens_decoder"] == nil, let value = specialTokensMap[key], !value.isNull {
      return value
    }
    return nil
  }

  private func configuredToken(_ value: JSON) -> ConfiguredToken? {
    if let content = value.string {
      return ConfiguredToken(
        content: content, settings: addedByContent[Array(content.utf8)])
    }
    guard let content = value["content"]?.string else { return nil }
    return ConfiguredToken(
      content: content,
      settings: AddedToken(
        content, id: 0, isSpecial: true, isNormalized: value["normalized"]?.bool ?? false,
        stripsLeft: value["lstrip"]?.bool ?? false, stripsRight: value["rstrip"]?.bool ?? false,
        singleWord: value["single_word"]?.bool ?? false))
  }

  /// `additional_special_tokens`, nil where the folder has none.
  var additionalTokens: [ConfiguredToken]? {
    configured("additional_special_tokens")?.array?.compactMap(configuredToken)
  }

  var modelMaxLength: Int? {
    guard let number = settings["model_max_length"]?.number, number >= 1, number < 1e9 else {
      return nil
    }
    return Int(number)
  }
}

extension Tokenizer {
  /// Reads the tokenizer of a model's folder. Throws with the file and the reason.
  public convenience init(directory: String) throws(TokenizerError) {
    let folder = try TokenizerFolder(directory)
    let loaded = try TokenizerFamily.load(folder)
    var definition = loaded.definition
    definition.modelMaxLength = folder.modelMaxLength
    definition.configuration = folder.settings
    var target: Tokenizer?
    if let second = loaded.target { target = try Tokenizer(second) }
    try self.init(definition, target: target)
    if let size = folder.model["vocab_size"]?.int, idLimit > size {
      throw TokenizerError(
        "the tokenizer gives ids up to \(idLimit - 1), but vocab_size is \(size): "
          + "an id would have no embedding", file: directory + "/config.json")
    }
  }

  /// Reads a `tokenizer.json` on its own.
  public convenience init(file path: String) throws(TokenizerError) {
    try self.init(TokenizerJSONReader.definition(try TokenizerFolder.read(path)))
  }

  /// Reads the bytes of a `tokenizer.json`; `name` is for messages.
  public convenience init(json bytes: [UInt8], name: String = "tokenizer.json")
    throws(TokenizerError)
  {
    try self.init(TokenizerJSONReader.definition(try Tokenizer.file(bytes, name)))
  }

  /// Reads the bytes of a SentencePiece model, applied as the SentencePiece library applies it.
  public convenience init(sentencePiece bytes: [UInt8], name: String = "sentencepiece.model")
    throws(TokenizerError)
  {
    let file = try Tokenizer.file(bytes, name)
    let model = try SentencePieceFamily.read(file)
    do {
      try self.init(SentencePieceFamily.native(model))
    } catch {
      throw error.inFile(name)
    }
  }

  private static func file(_ bytes: [UInt8], _ name: String) throws(TokenizerError) -> FileBytes {
    do {
      return try FileBytes(bytes, path: name)
    } catch {
      throw TokenizerError("\(error)")
    }
  }

  /// Writes tokenizer.json and tokenizer_config.json into a folder that exists; for tokenizers that
  /// have no such form (Marian) the files they came from.
  public func save(to directory: String) throws(TokenizerError) {
    var files = definition.files
    if files.isEmpty {
      files.append(("tokenizer.json", try definition.serialized()))
    }
    files.append(
      ("tokenizer_config.json", Array(definition.savedConfiguration.serialized(pretty: true).utf8)))
    for (name, bytes) in files {
      let path = directory + "/" + name
      do throws(TextError) {
        let file = try AtomicFile(path)
        try file.append(bytes)
        try file.commit()
      } catch {
        throw TokenizerError(error.description)
      }
    }
  }

  /// The content of the `tokenizer.json` that `save` writes.
  public func serialized() throws(TokenizerError) -> [UInt8] { try definition.serialized() }
}

extension TokenizerDefinition {
  /// tokenizer_config.json: what was read, with the class and the special tokens made explicit.
  fileprivate var savedConfiguration: JSON {
    var fields = configuration.object ?? []
    func set(_ key: String, _ value: JSON) {
      guard !fields.contains(where: { $0.key.hasSameBytes(as: key) && !$0.value.isNull }) else {
        return
      }
      fields.removeAll { $0.key.hasSameBytes(as: key) }
      fields.append(JSONField(key, value))
    }
    if !className.isEmpty { set("tokenizer_class", .string(className)) }
    let roles: [(String, String?)] = [
      ("bos_token", specialTokens.beginning), ("eos_token", specialTokens.end),
      ("unk_token", specialTokens.unknown), ("sep_token", specialTokens.separator),
      ("pad_token", specialTokens.padding), ("cls_token", specialTokens.classifier),
      ("mask_token", specialTokens.mask),
    ]
    for (key, token) in roles {
      if let token { set(key, .string(token)) }
    }
    if let modelMaxLength { set("model_max_length", .int(modelMaxLength)) }
    return .object(fields)
  }
}
