// Stage 5: tokens become text again. Decoders work on bytes, since a token may hold a part of a
// character only.

/// A decoder with its settings.
indirect enum TokenDecoder: Sendable {
  case sequence([TokenDecoder])
  case bytePairs(suffix: [UInt8])
  case byteLevel(addPrefixSpace: Bool, trimOffsets: Bool, useExpression: Bool)
  case wordPiece(prefix: [UInt8], cleanUp: Bool)
  case metaspace(Metaspace)
  case ctc(pad: [UInt8], delimiter: [UInt8], cleanUp: Bool)
  case replace(TokenPattern, content: [UInt8])
  case fuse
  case strip(content: [UInt8], start: Int, stop: Int)
  case byteFallback
  case sentencePiece(SentencePieceDecoder)

  func apply(_ tokens: [[UInt8]]) throws(TokenizerError) -> [[UInt8]] {
    switch self {
    case .sequence(let parts):
      var tokens = tokens
      for part in parts { tokens = try part.apply(tokens) }
      return tokens
    case .bytePairs(let suffix):
      return tokens.enumerated().map { index, token in
        token.replacing(suffix, with: index == tokens.count - 1 ? [] : [0x20])
      }
    case .byteLevel:
      let bytes = tokens.flatMap { token in
        token.withUnsafeBufferPointer { ByteAlphabet.decode($0) } ?? token
      }
      return [Array(String(decoding: bytes, as: UTF8.self).utf8)]
    case .wordPiece(let prefix, let cleanUp):
      return tokens.enumerated().map { index, token in
        var text = token
        if index > 0 {
          text = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [0x20] + token
        }
        return cleanUp ? TokenDecoder.cleanUp(text) : text
      }
    case .metaspace(let settings):
      return tokens.enumerated().map { index, token in
        let drops = index == 0 && settings.prepend != .never
        return token.replacing(settings.replacement, with: drops ? [] : [0x20])
      }
    case .ctc(let pad, let delimiter, let cleanUp):
      var result: [[UInt8]] = []
      for (index, token) in tokens.enumerated() where index == 0 || tokens[index - 1] != token {
        var text = token.replacing(pad, with: [])
        if cleanUp { text = TokenDecoder.cleanUp(text).replacing(delimiter, with: [0x20]) }
        if !text.isEmpty { result.append(text) }
      }
      return result
    case .replace(let pattern, let content):
      var result: [[UInt8]] = []
      for token in tokens {
        var text: [UInt8] = []
        var start = 0
        try withBytes(token) { bytes throws(TokenizerError) in
          try pattern.forEachMatch(in: bytes) { from, to in
            text += token[start..<from]
            text += content
            start = to
          }
        }
        result.append(text + token[start...])
      }
      return result
    case .fuse: return [Array(tokens.joined())]
    case .strip(let content, let start, let stop):
      return tokens.map { TokenDecoder.strip($0, content, start, stop) }
    case .byteFallback: return TokenDecoder.joinBytes(tokens)
    case .sentencePiece(let decoder): return [decoder.decode(tokens)]
    }
  }

  static func cleanUp(_ text: [UInt8]) -> [UInt8] {
    let rules = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
      (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
    return rules.reduce(text) { $0.replacing(Array($1.0.utf8), with: Array($1.1.utf8)) }
  }

  private static func strip(
    _ token: [UInt8], _ content: [UInt8], _ start: Int, _ stop: Int
  ) -> [UInt8] {
    var rest = token[...]
    for _ in 0..<start where rest.starts(with: content) { rest = rest.dropFirst(content.count) }
    for _ in 0..<stop where rest.count >= content.count {
      guard rest.suffix(content.count).elementsEqual(content) else { break }
      rest = rest.dropLast(content.count)
    }
    return Array(rest)
  }

  /// Runs of "<0xEF>" pieces become the text of their bytes, or U+FFFD for each of them.
  private static func joinBytes(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var bytes: [UInt8] = []
    func flush() {
      guard !bytes.isEmpty else { return }
      if bytes.withUnsafeBytes({ UTF8Bytes.isValid($0) }) {
        result.append(bytes)
      } else {
        for _ in bytes { result.append([0xEF, 0xBF, 0xBD]) }
      }
      bytes = []
    }
    for token in tokens {
      if let byte = byteOfPiece(token) {
        bytes.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  static func byteOfPiece(_ token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: Array("<0x".utf8)), token[5] == UInt8(ascii: ">")
    else { return nil }
    return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
  }
}

extension [UInt8] {
  /// Every occurrence of `old`, from left to right, replaced.
  func replacing(_ old: [UInt8], with new: [UInt8]) -> [UInt8] {
    guard let first = old.first, count >= old.count else { return self }
    var result: [UInt8] = []
    var position = 0
    while position < count {
      if self[position] == first, position + old.count <= count,
        old.indices.allSatisfy({ self[position + $0] == old[$0] })
      {
        result += new
        position += old.count
      } else {
        result.append(self[position])
        position += 1
      }
    }
    return result
  }
}
