// The model file of SentencePiece (Kudo & Richardson, 2018): a protocol buffer, `ModelProto` of
// https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto, read by a small
// reader of the wire format. Training settings other than those that change encoding are skipped.

/// What a `.model` or `.spm` file says.
struct SentencePieceModel: Sendable {
  enum Kind: Int, Sendable {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }
  enum Algorithm: Int, Sendable {
    case unigram = 1
    case bytePairs, word, character
  }
  struct Piece: Sendable {
    var bytes: [UInt8] = []
    var score: Float = 0
    var kind = Kind.normal
  }

  var pieces: [Piece] = []
  var algorithm = Algorithm.unigram
  var unknownID = 0
  var unknownPiece = "<unk>"
  var unknownSurface = " \u{2047} "
  var byteFallback = false
  var whitespaceIsSuffix = false
  var characterMap: [UInt8] = []
  var addsDummyPrefix = true
  var removesExtraWhitespace = true
  var escapesWhitespace = true

  /// Parses the bytes of a file.
  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(TokenizerError) {
    var reader = WireReader(bytes)
    while let field = try reader.next() {
      switch field.number {
      case 1: pieces.append(try SentencePieceModel.piece(try field.message()))
      case 2: try readTraining(try field.message())
      case 3: try readNormalization(try field.message())
      default: break
      }
    }
    guard !pieces.isEmpty else {
      throw TokenizerError("a SentencePiece model of \(bytes.count) bytes without any piece")
    }
  }

  private static func piece(_ message: WireReader) throws(TokenizerError) -> Piece {
    var reader = message
    var piece = Piece()
    while let field = try reader.next() {
      switch field.number {
      case 1: piece.bytes = try field.text()
      case 2: piece.score = try field.float()
      case 3:
        let value = try field.integer()
        guard let kind = Kind(rawValue: value) else {
          throw TokenizerError("byte \(field.offset): a piece of the unknown type \(value)")
        }
        piece.kind = kind
      default: break
      }
    }
    guard piece.score.isFinite else {
      throw TokenizerError(
        "the piece \"\(String(decoding: piece.bytes, as: UTF8.self))\" has no finite score")
    }
    return piece
  }

  private mutating func readTraining(_ message: WireReader) throws(TokenizerError) {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 3:
        let value = try field.integer()
        guard let algorithm = Algorithm(rawValue: value) else {
          throw TokenizerError("byte \(field.offset): model type \(value), expected 1 to 4")
        }
        self.algorithm = algorithm
      case 24: whitespaceIsSuffix = try field.integer() != 0
      case 35: byteFallback = try field.integer() != 0
      case 40: unknownID = try field.integer()
      case 44: unknownSurface = String(decoding: try field.text(), as: UTF8.self)
      case 45: unknownPiece = String(decoding: try field.text(), as: UTF8.self)
      default: break
      }
    }
  }

  private mutating func readNormalization(_ message: WireReader) throws(TokenizerError) {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 2: characterMap = try field.bytes()
      case 3: addsDummyPrefix = try field.integer() != 0
      case 4: removesExtraWhitespace = try field.integer() != 0
      case 5: escapesWhitespace = try field.integer() != 0
      default: break
      }
    }
  }

  /// Pieces with scores in the order of their ids.
  var scored: [(piece: [UInt8], score: Double)] { pieces.map { ($0.bytes, Double($0.score)) } }

  /// The normalizer of the library itself.
  func makeNormalizer() throws(TokenizerError) -> SentencePieceNormalizer {
    SentencePieceNormalizer(
      map: characterMap.isEmpty ? nil : try CharacterMap(blob: characterMap),
      addsDummyPrefix: addsDummyPrefix, removesExtraWhitespace: removesExtraWhitespace,
      escapesWhitespace: escapesWhitespace, whitespaceIsSuffix: whitespaceIsSuffix,
      userDefined: pieces.filter { $0.kind == .userDefined }.map(\.bytes))
  }

  /// The model as the library applies it.
  func makeModel() throws(TokenizerError) -> TokenModel {
    guard pieces.count(where: { $0.kind == .unknown }) == 1,
      let unknown = pieces.firstIndex(where: { $0.kind == .unknown })
    else { throw TokenizerError("a SentencePiece model must have exactly one unknown piece") }
    switch algorithm {
    case .unigram:
      return .unigram(
        try Unigram(
          pieces: scored, unknownID: unknown, byteFallback: byteFallback,
          arithmetic: .single(kinds: pieces.map(\.kind))))
    case .bytePairs:
      return .sentencePieceBPE(try SentencePieceBPE(self, unknownID: unknown))
    case .word, .character:
      throw TokenizerError(
        "a SentencePiece model of words or characters; only unigram and bpe are read")
    }
  }
}

/// Reads the wire format of protocol buffers; every length is checked against what is there.
struct WireReader {
  struct Field {
    let number: Int
    let offset: Int
    fileprivate let wireType: Int
    fileprivate let value: UInt64
    fileprivate let content: UnsafeBufferPointer<UInt8>

    private func mismatch(_ expected: String) -> TokenizerError {
      TokenizerError(
        "byte \(offset): field \(number) of the protocol buffer is not \(expected)")
    }

    func integer() throws(TokenizerError) -> Int {
      guard wireType == 0 else { throw mismatch("an integer") }
      return Int(truncatingIfNeeded: value)
    }

    func float() throws(TokenizerError) -> Float {
      guard wireType == 5 else { throw mismatch("a float") }
      return Float(bitPattern: UInt32(truncatingIfNeeded: value))
    }

    func bytes() throws(TokenizerError) -> [UInt8] {
      guard wireType == 2 else { throw mismatch("bytes") }
      return Array(content)
    }

    func text() throws(TokenizerError) -> [UInt8] {
      guard wireType == 2, UTF8Bytes.isValid(UnsafeRawBufferPointer(content)) else {
        throw mismatch("text in UTF-8")
      }
      return Array(content)
    }

    func message() throws(TokenizerError) -> WireReader {
      guard wireType == 2 else { throw mismatch("a message") }
      return WireReader(content, offset: offset)
    }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private let base: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, offset: Int = 0) {
    self.bytes = bytes
    base = offset
  }

  /// The next field, nil at the end.
  mutating func next() throws(TokenizerError) -> Field? {
    guard position < bytes.count else { return nil }
    let offset = base + position
    let key = try varint()
    let number = Int(truncatingIfNeeded: key >> 3)
    guard key >> 3 > 0, key >> 3 < 1 << 29 else {
      throw TokenizerError("byte \(offset): not a field of a protocol buffer")
    }
    let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    switch key & 7 {
    case 0:
      return Field(
        number: number, offset: offset, wireType: 0, value: try varint(), content: none)
    case 1:
      return Field(
        number: number, offset: offset, wireType: 1, value: try fixed(8), content: none)
    case 2:
      let length = try varint()
      guard length <= UInt64(bytes.count - position) else {
        throw TokenizerError(
          "byte \(offset): a field of \(length) bytes, \(bytes.count - position) are left; "
            + "is the file cut off?")
      }
      let content = UnsafeBufferPointer(rebasing: bytes[position..<position + Int(length)])
      let field = Field(
        number: number, offset: base + position, wireType: 2, value: 0, content: content)
      position += Int(length)
      return field
    case 5:
      return Field(
        number: number, offset: offset, wireType: 5, value: try fixed(4), content: none)
    default:
      throw TokenizerError("byte \(offset): not a field of a protocol buffer")
    }
  }

  private mutating func varint() throws(TokenizerError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count, shift < 64 {
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw TokenizerError("byte \(base + position): the protocol buffer breaks off in a number")
  }

  private mutating func fixed(_ count: Int) throws(TokenizerError) -> UInt64 {
    guard bytes.count - position >= count else {
      throw TokenizerError("byte \(base + position): the protocol buffer breaks off in a number")
    }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += count
    return value
  }
}
