// Reads `tokenizer.json`, the file of the Hugging Face tokenizers library (version "1.0"). The
// vocabulary, which is nearly all of it, goes from simdjson's tape straight into the tables; the
// settings pass through `JSON` values.

/// Reads one `tokenizer.json`.
struct TokenizerJSONReader {
  /// Reads the file; errors name it.
  static func definition(_ file: FileBytes) throws(TokenizerError) -> TokenizerDefinition {
    let name = file.path ?? "tokenizer.json"
    do throws(TokenizerError) {
      return try read(file)
    } catch {
      throw error.inFile(name)
    }
  }

  private static func read(_ file: FileBytes) throws(TokenizerError) -> TokenizerDefinition {
    let parser = JSONParser()
    defer { withExtendedLifetime((file, parser)) {} }
    guard var tape = try JSONSource.tape(of: file, parser), tape.kind == UInt8(ascii: "{") else {
      throw TokenizerError("expected a JSON object")
    }
    var settings: [JSONField] = []
    var modelAt: Int?
    _ = tape.enter()
    while tape.kind != UInt8(ascii: "}") {
      let key = tape.stringBytes()
      if key.elementsEqual("model".utf8) {
        modelAt = tape.position
        tape.skip()
      } else {
        settings.append(
          JSONField(String(decoding: key, as: UTF8.self), try JSONSource.value(&tape)))
      }
    }
    let root = JSON.object(settings)
    if let version = root["version"]?.string, version != "1.0" {
      throw TokenizerError("version \"\(version)\" of the format, only \"1.0\" is known")
    }
    guard let modelAt else { throw TokenizerError("the section \"model\" is missing") }
    tape.position = modelAt
    var definition = TokenizerDefinition(model: try ModelReader.model(tape))
    definition.normalizer = try root.section("normalizer", StageReader.normalizer)
    definition.preTokenizer = try root.section("pre_tokenizer", StageReader.preTokenizer)
    definition.postProcessor = try root.section("post_processor", StageReader.postProcessor)
    definition.decoder = try root.section("decoder", StageReader.decoder)
    definition.truncation = try root.section("truncation", StageReader.truncation)
    definition.padding = try root.section("padding", StageReader.padding)
    if let tokens = root["added_tokens"], !tokens.isNull {
      for token in try tokens.items("added_tokens") {
        definition.add(try StageReader.addedToken(token))
      }
    }
    return definition
  }
}

/// Files of JSON on the way in.
enum JSONSource {
  /// The tape of a file that is JSON; throws with the place where it is not.
  static func tape(of file: FileBytes, _ parser: JSONParser) throws(TokenizerError) -> JSONTape? {
    do {
      if let tape = try parser.tape(file.bytes, padded: true) { return tape }
      _ = try parser.parse(file.bytes)
    } catch {
      throw TokenizerError(
        "not JSON: \(error)" + (file.bytes.isEmpty ? "; the file is empty: fetch it again" : ""))
    }
    throw TokenizerError("not JSON: an integer of more than 64 bits, or half of a surrogate pair")
  }

  static func value(_ tape: inout JSONTape) throws(TokenizerError) -> JSON {
    guard let value = tape.value() else {
      throw TokenizerError("a string with half of a surrogate pair")
    }
    return value
  }

  /// A whole file as a value.
  static func object(_ file: FileBytes) throws(TokenizerError) -> JSON {
    do {
      let value = try file.withBytes { bytes in
        Result { () throws(JSONError) in try JSON.parse(bytes) }
      }.get()
      guard value.object != nil else {
        throw TokenizerError(
          "expected a JSON object, found \(value.kindName)", file: file.path)
      }
      return value
    } catch let error as TokenizerError {
      throw error
    } catch {
      throw TokenizerError("not JSON: \(error)", file: file.path)
    }
  }

  /// The object under the cursor as a vocabulary.
  static func vocabulary(_ tape: inout JSONTape) throws(TokenizerError) -> PieceVocabulary {
    guard tape.kind == UInt8(ascii: "{") else {
      throw TokenizerError("the vocabulary was expected to be an object of pieces and ids")
    }
    var vocabulary = PieceVocabulary(capacity: tape.enter())
    while tape.kind != UInt8(ascii: "}") {
      let piece = tape.stringBytes()
      guard tape.kind == UInt8(ascii: "l") else {
        throw TokenizerError(
          "the id of the piece \"\(String(decoding: piece.prefix(60), as: UTF8.self))\" "
            + "was expected to be an integer from 0 on")
      }
      try vocabulary.insert(piece, id: tape.integer())
    }
    tape.position += 1
    return vocabulary
  }
}

/// Reads the section "model".
enum ModelReader {
  static func model(_ start: JSONTape) throws(TokenizerError) -> TokenModel {
    var tape = start
    guard tape.kind == UInt8(ascii: "{") else {
      throw TokenizerError("\"model\" was expected to be an object")
    }
    var settings: [JSONField] = []
    var vocabulary: JSONTape?
    var merges: JSONTape?
    _ = tape.enter()
    while tape.kind != UInt8(ascii: "}") {
      let key = String(decoding: tape.stringBytes(), as: UTF8.self)
      switch key {
      case "vocab":
        vocabulary = tape
        tape.skip()
      case "merges":
        merges = tape
        tape.skip()
      default: settings.append(JSONField(key, try JSONSource.value(&tape)))
      }
    }
    let root = JSON.object(settings)
    guard var vocabulary else { throw TokenizerError("the model has no \"vocab\"") }
    // Files from before the field existed are told apart by what they hold.
    let type =
      try root.text("type")
      ?? (merges != nil
        ? "BPE"
        : vocabulary.kind == UInt8(ascii: "[")
          ? "Unigram" : root["continuing_subword_prefix"] != nil ? "WordPiece" : "WordLevel")
    switch type {
    case "WordPiece":
      return .wordPiece(
        try WordPiece(
          vocabulary: try JSONSource.vocabulary(&vocabulary),
          unknownToken: try root.text("unk_token") ?? "[UNK]",
          continuingPrefix: Array((try root.text("continuing_subword_prefix") ?? "##").utf8),
          maximumScalars: try root.integer("max_input_chars_per_word") ?? 100))
    case "WordLevel":
      return .wordLevel(
        try WordLevel(
          vocabulary: try JSONSource.vocabulary(&vocabulary),
          unknownToken: try root.text("unk_token") ?? "<unk>"))
    case "Unigram":
      return .unigram(
        try Unigram(
          try pieces(&vocabulary), unknownID: try root.integer("unk_id"),
          byteFallback: try root.flag("byte_fallback") ?? false))
    case "BPE":
      guard var merges else { throw TokenizerError("the model has no \"merges\"") }
      let pieces = try JSONSource.vocabulary(&vocabulary)
      let settings = BytePairs.Settings(
        unknownToken: try root.text("unk_token"),
        continuingPrefix: try root.text("continuing_subword_prefix"),
        endOfWordSuffix: try root.text("end_of_word_suffix"),
        fusesUnknown: try root.flag("fuse_unk") ?? false,
        byteFallback: try root.flag("byte_fallback") ?? false,
        ignoresMerges: try root.flag("ignore_merges") ?? false,
        dropout: try root.number("dropout"))
      return .bytePairs(
        try BytePairs(
          vocabulary: pieces, merges: try pairs(&merges, pieces), settings: settings))
    default:
      throw TokenizerError(
        "a model of type \"\(type)\"; expected WordPiece, BPE, Unigram, or WordLevel")
    }
  }

  /// `[["piece", score], …]`
  private static func pieces(_ tape: inout JSONTape) throws(TokenizerError) -> UnigramBuilder {
    guard tape.kind == UInt8(ascii: "[") else {
      throw TokenizerError("the vocabulary was expected to be a list of pieces with scores")
    }
    var builder = try UnigramBuilder(capacity: tape.enter())
    while tape.kind != UInt8(ascii: "]") {
      var isPair = tape.kind == UInt8(ascii: "[") && tape.enter() == 2
      isPair = isPair && tape.kind == UInt8(ascii: "\"")
      guard isPair else { throw badPiece(builder.scores.count) }
      let piece = tape.stringBytes()
      let score: Double
      switch tape.kind {
      case UInt8(ascii: "d"): score = tape.double()
      case UInt8(ascii: "l"): score = Double(tape.integer())
      case UInt8(ascii: "u"): score = Double(tape.unsigned())
      default: throw badPiece(builder.scores.count)
      }
      tape.position += 1
      try builder.add(piece, score: score)
    }
    return builder
  }

  private static func badPiece(_ index: Int) -> TokenizerError {
    TokenizerError("piece \(index) of the vocabulary was expected to be a text and a score")
  }

  /// `["a b", …]` or `[["a", "b"], …]`, as ids.
  private static func pairs(
    _ tape: inout JSONTape, _ vocabulary: PieceVocabulary
  ) throws(TokenizerError) -> [(Int32, Int32)] {
    guard tape.kind == UInt8(ascii: "[") else {
      throw TokenizerError("\"merges\" was expected to be a list")
    }
    var pairs: [(Int32, Int32)] = []
    pairs.reserveCapacity(tape.enter())
    while tape.kind != UInt8(ascii: "]") {
      switch tape.kind {
      case UInt8(ascii: "\""):
        let line = tape.stringBytes()
        if line.starts(with: "#version".utf8) { continue }
        pairs.append(try Merges.pair(line, vocabulary, rank: pairs.count + 1))
      case UInt8(ascii: "["):
        guard tape.enter() == 2, tape.kind == UInt8(ascii: "\"") else {
          throw Merges.malformed(pairs.count + 1)
        }
        let left = tape.stringBytes()
        guard tape.kind == UInt8(ascii: "\"") else { throw Merges.malformed(pairs.count + 1) }
        let right = tape.stringBytes()
        tape.position += 1
        pairs.append(
          (
            try Merges.id(left, vocabulary, rank: pairs.count + 1),
            try Merges.id(right, vocabulary, rank: pairs.count + 1)
          ))
      default: throw Merges.malformed(pairs.count + 1)
      }
    }
    return pairs
  }
}

/// Lines of merges.
enum Merges {
  static func malformed(_ rank: Int) -> TokenizerError {
    TokenizerError("merge \(rank) was expected to be two pieces with a blank between")
  }

  static func id(
    _ piece: UnsafeBufferPointer<UInt8>, _ vocabulary: PieceVocabulary, rank: Int
  ) throws(TokenizerError) -> Int32 {
    guard let id = vocabulary.id(piece) else {
      let text = String(decoding: piece.prefix(60), as: UTF8.self)
      throw TokenizerError("merge \(rank) names \"\(text)\", which is not in the vocabulary")
    }
    return id
  }

  static func pair(
    _ line: UnsafeBufferPointer<UInt8>, _ vocabulary: PieceVocabulary, rank: Int
  ) throws(TokenizerError) -> (Int32, Int32) {
    guard let blank = line.firstIndex(of: 0x20), !line[(blank + 1)...].contains(0x20) else {
      throw malformed(rank)
    }
    return (
      try id(UnsafeBufferPointer(rebasing: line[..<blank]), vocabulary, rank: rank),
      try id(UnsafeBufferPointer(rebasing: line[(blank + 1)...]), vocabulary, rank: rank)
    )
  }
}

/// Typed access to the members of an object; null counts as missing.
extension JSON {
  fileprivate func mismatch(_ key: String, _ expected: String) -> TokenizerError {
    TokenizerError(
      "\"\(key)\" was expected to be \(expected), found \(self[key]?.kindName ?? "nothing")")
  }

  func section<T>(
    _ key: String, _ read: (JSON) throws(TokenizerError) -> T
  ) throws(TokenizerError) -> T? {
    guard let value = self[key], !value.isNull else { return nil }
    return try read(value)
  }

  func flag(_ key: String) throws(TokenizerError) -> Bool? {
    guard let value = self[key], !value.isNull else { return nil }
    guard let flag = value.bool else { throw mismatch(key, "true or false") }
    return flag
  }

  func text(_ key: String) throws(TokenizerError) -> String? {
    guard let value = self[key], !value.isNull else { return nil }
    guard let text = value.string else { throw mismatch(key, "a string") }
    return text
  }

  /// An integer from 0 up to 2³¹ - 1.
  func integer(_ key: String) throws(TokenizerError) -> Int? {
    guard let value = self[key], !value.isNull else { return nil }
    guard let integer = value.int, integer >= 0, integer <= Int(Int32.max) else {
      throw mismatch(key, "an integer from 0 on")
    }
    return integer
  }

  func number(_ key: String) throws(TokenizerError) -> Double? {
    guard let value = self[key], !value.isNull else { return nil }
    guard let number = value.number else { throw mismatch(key, "a number") }
    return number
  }

  func items(_ name: String) throws(TokenizerError) -> [JSON] {
    guard let items = array else {
      throw TokenizerError("\"\(name)\" was expected to be a list, found \(kindName)")
    }
    return items
  }

  func require<T>(_ key: String, _ value: T?) throws(TokenizerError) -> T {
    guard let value else { throw TokenizerError("\"\(key)\" is missing") }
    return value
  }
}
