// A tokenizer: five stages from text to ids (normalizer, pre-tokenizer, model, post-processor) and
// back (decoder). It never changes; what encoding needs to write on is kept in a pool, one piece
// of memory per thread at work.

import Synchronization

/// The stages of a tokenizer and what belongs to it beside them.
struct TokenizerDefinition: Sendable {
  var normalizer: Normalizer?
  var preTokenizer: PreTokenizer?
  var model: TokenModel
  var postProcessor: PostProcessor?
  var decoder: TokenDecoder?
  private(set) var addedTokens: [AddedToken] = []
  /// The place of each in `addedTokens`.
  private var places: [[UInt8]: Int] = [:]
  private var highestID: Int32 = -1
  var truncation: Truncation?
  var padding: Padding?
  var specialTokens = SpecialTokens()
  var modelMaxLength: Int?
  /// The class that the reference library would take, for messages and rules.
  var className = ""
  /// Truncates pairs token by token, as the tokenizers written in Python.
  var truncatesOneByOne = false
  /// Byte-level models need a blank before each word to take text that is words already.
  var refusesWords = false
  /// tokenizer_config.json as it was read.
  var configuration = JSON.object([])
  /// A text may begin with a mark of the language, ">>fra<<".
  var takesLanguageCodes = false
  /// Ids that count as special tokens wherever they stand (the tokenizers written in Python).
  var markedSpecialIDs: [Int32] = []
  /// The files to copy when saving a tokenizer that the JSON format cannot express.
  var files: [(name: String, bytes: [UInt8])] = []

  init(model: TokenModel) { self.model = model }

  /// Adds a token: under the id of the vocabulary or of an earlier addition, else a new one.
  mutating func add(_ token: AddedToken) {
    guard !token.content.isEmpty else { return }
    var token = token
    let key = Array(token.content.utf8)
    if let place = places[key] {
      token.id = addedTokens[place].id
      addedTokens[place] = token
      return
    }
    if let id = model.vocabulary.id(token.content) {
      token.id = id
    } else {
      token.id = max(highestID + 1, Int32(model.size))
    }
    highestID = max(highestID, token.id)
    places[key] = addedTokens.count
    addedTokens.append(token)
  }

  func isAdded(_ token: String) -> Bool { places[Array(token.utf8)] != nil }

  func id(of token: String) -> Int32? {
    places[Array(token.utf8)].map { addedTokens[$0].id } ?? model.vocabulary.id(token)
  }
}

/// The tokens that models give a part to.
public struct SpecialTokens: Sendable, Equatable {
  public var beginning: String?
  public var end: String?
  public var unknown: String?
  public var separator: String?
  public var padding: String?
  public var classifier: String?
  public var mask: String?
  public var additional: [String] = []

  public init() {}

  /// The tokens in the order in which the reference library adds them.
  var inOrder: [String] {
    [beginning, end, unknown, separator, padding, classifier, mask].compactMap { $0 } + additional
  }
}

/// Text to token ids and back. Immutable and usable from several threads.
public final class Tokenizer: Sendable {
  let definition: TokenizerDefinition
  /// Encodes what the model is to produce, where that differs from what it reads.
  let target: Tokenizer?
  private let plainTokens: AddedTokenFinder
  private let normalizedTokens: AddedTokenFinder
  private let specialContents: Set<[UInt8]>
  private let addedByID: [Int32: AddedToken]
  private let worksByWord: Bool
  private let pool = Mutex<[TokenizerWorkspace]>([])

  init(_ definition: TokenizerDefinition, target: Tokenizer? = nil) throws(TokenizerError) {
    self.definition = definition
    self.target = target
    var plain = AddedTokenFinder()
    var normalized = AddedTokenFinder()
    var byID: [Int32: AddedToken] = [:]
    let ordered =
      definition.addedTokens.filter(\.isSpecial) + definition.addedTokens.filter { !$0.isSpecial }
    for token in ordered {
      byID[token.id] = token
      if token.isNormalized {
        var text = AlignedText(bytes: Array(token.content.utf8))
        var scratch = AlignedText()
        try definition.normalizer?.apply(to: &text, scratch: &scratch)
        normalized.add(token, key: text.bytes)
      } else {
        plain.add(token, key: Array(token.content.utf8))
      }
    }
    plainTokens = plain
    normalizedTokens = normalized
    addedByID = byID
    specialContents = Set(
      definition.addedTokens.filter(\.isSpecial).map { Array($0.content.utf8) })
    worksByWord =
      normalized.isEmpty && definition.normalizer?.worksByWord ?? true
      && definition.preTokenizer?.worksByWord ?? false
  }

  // MARK: vocabulary

  /// Number of ids: pieces of the model and added tokens.
  public var vocabularySize: Int {
    var size = definition.model.size
    for token in definition.addedTokens where definition.model.vocabulary.id(token.content) == nil {
      size += 1
    }
    return size
  }

  /// The name of the algorithm: `WordPiece`, `BPE`, `Unigram`, ….
  public var kind: String { definition.model.name }

  /// One more than the largest id that encoding can give.
  public var idLimit: Int {
    max(
      definition.model.vocabulary.idLimit, definition.model.size,
      Int((addedByID.keys.max() ?? -1) + 1))
  }

  public var specialTokens: SpecialTokens { definition.specialTokens }
  public var addedTokens: [AddedToken] { definition.addedTokens }
  /// The longest input that the tokenizer's settings name.
  public var modelMaxLength: Int? { definition.modelMaxLength }
  /// Name of the class in the reference library, as `BertTokenizerFast`.
  public var className: String { definition.className }

  /// The id of a token, nil for one that is not in the vocabulary.
  public func id(of token: String) -> Int32? { definition.id(of: token) }

  /// The token of an id, nil for an id that is not used.
  public func token(_ id: Int32) -> String? {
    bytes(ofToken: id).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The tokens of ids; the empty text for an id that is not used.
  public func tokens(_ ids: some Sequence<Int32>) -> [String] { ids.map { token($0) ?? "" } }

  func bytes(ofToken id: Int32) -> [UInt8]? {
    if let added = addedByID[id] { return Array(added.content.utf8) }
    return definition.model.vocabulary.piece(id).map(Array.init)
  }

  /// Number of special tokens around a text or a pair.
  public func specialTokenCount(isPair: Bool = false) -> Int {
    definition.postProcessor?.addedCount(isPair: isPair) ?? 0
  }

  // MARK: decoding

  /// The text of ids. `skipSpecialTokens` leaves special tokens out; spaces stay as they are.
  public func decode(
    _ ids: some Sequence<Int32>, skipSpecialTokens: Bool = false
  ) throws(TokenizerError) -> String {
    var tokens: [[UInt8]] = []
    for id in ids {
      guard let token = bytes(ofToken: id) else { continue }
      if skipSpecialTokens, specialContents.contains(token) { continue }
      tokens.append(token)
    }
    guard let decoder = definition.decoder else {
      return String(decoding: Array(tokens.joined(separator: [0x20])), as: UTF8.self)
    }
    if tokens.isEmpty { return "" }
    return String(decoding: Array(try decoder.apply(tokens).joined()), as: UTF8.self)
  }

  // MARK: encoding

  /// Encodes a text, or a pair of texts.
  public func encode(
    _ text: String, pair: String? = nil, options: EncodeOptions = EncodeOptions()
  ) throws(TokenizerError) -> Encoding {
    let workspace = takeWorkspace()
    defer { giveBack(workspace) }
    return try encode([text], pair.map { [$0] }, areWords: false, options, workspace)
  }

  /// Encodes a text that is cut into words already; word ids are indices into `words`.
  public func encode(
    words: [String], pair: [String]? = nil, options: EncodeOptions = EncodeOptions()
  ) throws(TokenizerError) -> Encoding {
    guard !definition.refusesWords else {
      throw TokenizerError(
        "this byte-level tokenizer does not put a blank before words; "
          + "to encode words, set add_prefix_space to true in tokenizer_config.json")
    }
    let workspace = takeWorkspace()
    defer { giveBack(workspace) }
    return try encode(words, pair, areWords: true, options, workspace)
  }

  /// Encodes what the model is to produce: another language mark or another model than `encode`,
  /// where the family has one.
  public func encodeTarget(
    _ text: String, options: EncodeOptions = EncodeOptions()
  ) throws(TokenizerError) -> Encoding {
    try (target ?? self).encode(text, options: options)
  }

  func takeWorkspace() -> TokenizerWorkspace {
    pool.withLock { $0.popLast() } ?? TokenizerWorkspace()
  }

  func giveBack(_ workspace: TokenizerWorkspace) {
    pool.withLock { if $0.count < 64 { $0.append(workspace) } }
  }

  func encode(
    _ first: [String], _ second: [String]?, areWords: Bool, _ options: EncodeOptions,
    _ workspace: TokenizerWorkspace
  ) throws(TokenizerError) -> Encoding {
    var runs = [try run(first, areWords: areWords, options.offsets, workspace)]
    if let second {
      runs.append(try run(second, areWords: areWords, options.offsets, workspace))
      runs[1].typeID = 1
    }
    let count = runs.reduce(0) { $0 + $1.ids.count }
    if let truncation = options.truncation {
      let added = options.addSpecialTokens ? specialTokenCount(isPair: second != nil) : 0
      let lengths = try truncation.lengths(
        runs[0].ids.count, second.map { _ in runs[1].ids.count }, added: added,
        oneByOne: definition.truncatesOneByOne)
      runs[0].truncate(to: lengths.0, fromLeft: truncation.cutsLeft)
      if let length = lengths.1 { runs[1].truncate(to: length, fromLeft: truncation.cutsLeft) }
    }
    let isTruncated = runs.reduce(0) { $0 + $1.ids.count } < count
    if let processor = definition.postProcessor {
      runs = processor.apply(to: runs, addSpecialTokens: options.addSpecialTokens)
    }
    var encoding = Tokenizer.join(runs, offsets: options.offsets)
    encoding.isTruncated = isTruncated
    if !definition.markedSpecialIDs.isEmpty {
      for (index, id) in encoding.ids.enumerated() where definition.markedSpecialIDs.contains(id) {
        encoding.specialTokensMask[index] = true
      }
    }
    return encoding
  }

  private func run(
    _ texts: [String], areWords: Bool, _ offsets: Bool, _ workspace: TokenizerWorkspace
  ) throws(TokenizerError) -> TokenRun {
    workspace.run = TokenRun()
    for (index, text) in texts.enumerated() {
      var text = text
      let result = text.withUTF8 { bytes in
        Result { () throws(TokenizerError) in
          try tokenize(
            bytes, word: areWords ? Int32(index) : -1, tracks: offsets, workspace)
        }
      }
      try result.get()
    }
    var run = TokenRun()
    swap(&run, &workspace.run)
    return run
  }

  private static func join(_ runs: [TokenRun], offsets: Bool) -> Encoding {
    var encoding = Encoding()
    let count = runs.reduce(0) { $0 + $1.ids.count }
    encoding.ids.reserveCapacity(count)
    encoding.typeIDs.reserveCapacity(count)
    encoding.specialTokensMask.reserveCapacity(count)
    for run in runs {
      encoding.ids += run.ids
      encoding.typeIDs += repeatElement(run.typeID, count: run.ids.count)
      encoding.specialTokensMask += repeatElement(run.isSpecial, count: run.ids.count)
      guard offsets else { continue }
      if run.isSpecial {
        encoding.offsets += repeatElement(TokenSpan(0, 0), count: run.ids.count)
        encoding.wordIDs += repeatElement(-1, count: run.ids.count)
      } else {
        encoding.offsets += run.spans
        encoding.wordIDs += run.words
      }
    }
    return encoding
  }

  // MARK: one text

  /// Appends the tokens of a text to `workspace.run`. `word`: the index that all of them get, or -1.
  func tokenize(
    _ bytes: UnsafeBufferPointer<UInt8>, word: Int32, tracks: Bool, _ workspace: TokenizerWorkspace
  ) throws(TokenizerError) {
    guard bytes.count <= Int32.max / 8 else {
      throw TokenizerError("a text of \(bytes.count) bytes; split it into paragraphs")
    }
    guard worksByWord, definition.postProcessor?.trimsOffsets != true else {
      return try tokenizeWhole(bytes, word: word, tracks: tracks, workspace)
    }
    var cursor = WordCursor(tracks: tracks, word: word)
    if plainTokens.isEmpty {
      try tokenizeWords(bytes, 0, bytes.count, &cursor, workspace)
      return
    }
    var failure: TokenizerError?
    plainTokens.split(bytes) { start, end, token in
      guard failure == nil else { return }
      if token >= 0 {
        let slice = UnsafeBufferPointer(rebasing: bytes[start..<end])
        workspace.addToken(token, scalars: UTF8Scalar.count(slice), &cursor)
        return
      }
      do throws(TokenizerError) {
        try tokenizeWords(bytes, start, end, &cursor, workspace)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// The part of a text between added tokens, word by word: what blanks separate does not depend
  /// on its neighbours, so that a word seen before is looked up.
  private func tokenizeWords(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ cursor: inout WordCursor,
    _ workspace: TokenizerWorkspace
  ) throws(TokenizerError) {
    var position = start
    while position < end {
      let byte = bytes[position]
      if byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D {
        position += 1
        cursor.scalar += 1
        continue
      }
      let from = position
      var hash = ByteHash()
      while position < end {
        let byte = bytes[position]
        if byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D { break }
        hash.add(byte)
        position += 1
      }
      let slice = UnsafeBufferPointer(rebasing: bytes[from..<position])
      if workspace.addKnownWord(slice, hash: hash.value, &cursor) { continue }
      try tokenizeNewWord(slice, hash: hash.value, &cursor, workspace)
    }
  }

  private func tokenizeNewWord(
    _ bytes: UnsafeBufferPointer<UInt8>, hash: UInt32, _ cursor: inout WordCursor,
    _ workspace: TokenizerWorkspace
  ) throws(TokenizerError) {
    workspace.list.clear(tracks: true)
    workspace.segment.reset(bytes, origin: 0, tracks: true)
    try definition.normalizer?.apply(to: &workspace.segment, scratch: &workspace.segmentScratch)
    workspace.list.text.append(workspace.segment)
    workspace.list.endPiece(from: 0)
    try definition.preTokenizer?.apply(to: &workspace.list, scratch: &workspace.listScratch)
    workspace.indexScalars(bytes)
    workspace.word.removeAll(keepingCapacity: true)
    for (index, piece) in workspace.list.pieces.enumerated() {
      try workspace.tokenizePiece(piece, definition.model, usesCache: true)
      for token in workspace.tokens {
        let span = workspace.span(token, in: piece)
        workspace.word.append(
          WordCache.Token(id: token.id, start: span.start, end: span.end, piece: Int32(index)))
      }
    }
    let count = UTF8Scalar.count(bytes)
    if bytes.count <= WordCache.maximumKey {
      workspace.words.insert(
        bytes, hash: hash, pieceCount: workspace.list.pieces.count, scalarCount: count,
        workspace.word)
    }
    workspace.add(
      workspace.word[...], pieces: workspace.list.pieces.count, scalars: count, &cursor)
  }

  /// The general way: all stages on the whole text.
  private func tokenizeWhole(
    _ bytes: UnsafeBufferPointer<UInt8>, word: Int32, tracks wantsPlaces: Bool,
    _ workspace: TokenizerWorkspace
  ) throws(TokenizerError) {
    let tracks = wantsPlaces || definition.preTokenizer?.needsPlaces ?? false
    workspace.list.clear(tracks: tracks)
    var failure: TokenizerError?
    func add(_ start: Int, _ end: Int, _ token: Int32) {
      guard failure == nil else { return }
      var start = start
      if definition.takesLanguageCodes, token < 0, let code = languageCode(bytes, start, end) {
        add(start, code.end, code.id)
        start = code.end
        if start == end { return }
      }
      let slice = UnsafeBufferPointer(rebasing: bytes[start..<end])
      workspace.segment.reset(slice, origin: start, tracks: tracks)
      let from = workspace.list.text.bytes.count
      if token >= 0 {
        workspace.list.text.append(workspace.segment)
        workspace.list.endPiece(from: from, token: token)
        return
      }
      do throws(TokenizerError) {
        try definition.normalizer?.apply(
          to: &workspace.segment, scratch: &workspace.segmentScratch)
      } catch {
        failure = error
      }
      workspace.list.text.append(workspace.segment)
      if normalizedTokens.isEmpty { return workspace.list.endPiece(from: from) }
      workspace.segment.bytes.withUnsafeBufferPointer { segment in
        normalizedTokens.split(segment) { start, end, token in
          workspace.list.pieces.append(
            TextPiece(start: Int32(from + start), end: Int32(from + end), token: token))
        }
      }
    }
    if plainTokens.isEmpty {
      if !bytes.isEmpty { add(0, bytes.count, -1) }
    } else {
      plainTokens.split(bytes, add)
    }
    if let failure { throw failure }
    try definition.preTokenizer?.apply(to: &workspace.list, scratch: &workspace.listScratch)
    if wantsPlaces { workspace.indexScalars(bytes) }
    let trims = wantsPlaces && definition.postProcessor?.trimsOffsets ?? false
    for (index, piece) in workspace.list.pieces.enumerated() {
      if piece.token >= 0 {
        workspace.tokens.removeAll(keepingCapacity: true)
        workspace.tokens.append(ModelToken(id: piece.token, start: 0, end: piece.end - piece.start))
      } else {
        try workspace.tokenizePiece(piece, definition.model, usesCache: true)
      }
      for token in workspace.tokens {
        workspace.run.ids.append(token.id)
        guard wantsPlaces else { continue }
        workspace.run.spans.append(workspace.span(token, in: piece))
        workspace.run.words.append(word >= 0 ? word : Int32(index))
        guard trims else { continue }
        if piece.token >= 0 {
          workspace.run.blanks.append(
            workspace.withText(of: piece) { TokenRun.blanks(of: $0) })
        } else {
          let text = definition.model.vocabulary.piece(token.id) ?? []
          workspace.run.blanks.append(text.withUnsafeBufferPointer { TokenRun.blanks(of: $0) })
        }
      }
    }
  }

  /// ">>fra<<" at the start of a part: where it ends, and its id.
  private func languageCode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> (end: Int, id: Int32)? {
    guard end - start >= 4, bytes[start] == UInt8(ascii: ">"), bytes[start + 1] == bytes[start]
    else { return nil }
    for position in (start + 2)..<(end - 1)
    where bytes[position] == UInt8(ascii: "<") && bytes[position + 1] == UInt8(ascii: "<") {
      let code = UnsafeBufferPointer(rebasing: bytes[start..<position + 2])
      guard
        let id = definition.model.vocabulary.id(code)
          ?? definition.specialTokens.unknown.flatMap({ definition.id(of: $0) })
      else { return nil }
      return (position + 2, id)
    }
    return nil
  }
}
