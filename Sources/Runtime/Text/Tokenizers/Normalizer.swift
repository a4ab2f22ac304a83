// Stage 1: the text before anything is split. Each case is one normalizer of the `tokenizer.json`
// format with its settings; `sentencePiece` is the normalizer of the SentencePiece library, which
// that format cannot express.

/// A pattern of `Replace` and `Split`: a literal string or a regular expression.
enum TokenPattern: Sendable {
  case literal([UInt8])
  /// Two spaces or more, the one expression that most tokenizers carry.
  case repeatedSpaces(source: String)
  /// `source` as written; the pattern is compiled from its translation.
  case expression(Pattern, source: String)

  static func expression(source: String) throws(TokenizerError) -> TokenPattern {
    if source == " {2,}" { return .repeatedSpaces(source: source) }
    return .expression(try OnigurumaPattern.compiled(source), source: source)
  }

  /// Calls `body` with the byte range of each match, from left to right. A match of no length counts
  /// too, but not right behind another match.
  func forEachMatch(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Int, Int) -> Void)
    throws(TokenizerError)
  {
    switch self {
    case .literal(let key):
      guard let first = key.first else { return }
      var position = 0
      while position + key.count <= bytes.count {
        if bytes[position] == first,
          key.indices.allSatisfy({ bytes[position + $0] == key[$0] })
        {
          body(position, position + key.count)
          position += key.count
        } else {
          position += 1
        }
      }
    case .repeatedSpaces:
      var position = 0
      while position < bytes.count {
        guard bytes[position] == 0x20 else {
          position += 1
          continue
        }
        let start = position
        while position < bytes.count, bytes[position] == 0x20 { position += 1 }
        if position - start > 1 { body(start, position) }
      }
    case .expression(let pattern, _):
      let text = String(decoding: bytes, as: UTF8.self)
      var position = bytes.isEmpty ? 1 : 0
      var last = -1
      do {
        while position <= bytes.count {
          // Behind a match of no length the search goes on one scalar further, as the reference does.
          var next = bytes.count + 1
          try pattern.search(text, from: position) { _, ranges in
            let (start, end) = (ranges.whole.lowerBound, ranges.whole.upperBound)
            if start < end || end != last { body(start, end) }
            last = end
            if start == end, end < bytes.count { next = end + UTF8Scalar.length(bytes, end) }
            return start < end
          }
          position = next
        }
      } catch {
        throw TokenizerError("\(error)")
      }
    }
  }
}

/// Settings of BERT's cleaning of text.
struct BERTNormalizer: Sendable {
  var cleanText = true
  var handleChineseCharacters = true
  /// nil means: as `lowercase`.
  var stripAccents: Bool?
  var lowercase = true
}

/// A normalizer with its settings.
indirect enum Normalizer: Sendable {
  case sequence([Normalizer])
  case bert(BERTNormalizer)
  case unicode(UnicodeForm)
  case lowercase
  case stripAccents
  case strip(left: Bool, right: Bool)
  case replace(TokenPattern, content: [UInt8])
  case prepend([UInt8])
  case precompiled(CharacterMap)
  case nmt
  case byteLevel
  case sentencePiece(SentencePieceNormalizer)

  func apply(to text: inout AlignedText, scratch: inout AlignedText) throws(TokenizerError) {
    switch self {
    case .sequence(let parts):
      for part in parts { try part.apply(to: &text, scratch: &scratch) }
    case .bert(let settings): settings.apply(to: &text, scratch: &scratch)
    case .unicode(let form): form.apply(to: &text, scratch: &scratch)
    case .lowercase: Normalizer.lowercase(&text, &scratch)
    case .stripAccents:
      Normalizer.filter(&text, &scratch, ascii: { _ in false }) {
        UnicodeData.classes($0).contains(.combiningMark)
      }
    case .strip(let left, let right): Normalizer.strip(&text, &scratch, left: left, right: right)
    case .replace(let pattern, let content):
      try Normalizer.replace(&text, &scratch, pattern, content)
    case .prepend(let prefix):
      guard !text.bytes.isEmpty else { return }
      text.rewrite(with: &scratch) { writer in
        writer.insert(prefix, at: 0)
        writer.copy(upTo: writer.source.bytes.count)
      }
    case .precompiled(let map): map.apply(to: &text, scratch: &scratch)
    case .nmt: Normalizer.nmt(&text, &scratch)
    case .byteLevel: ByteAlphabet.apply(to: &text, scratch: &scratch)
    case .sentencePiece(let normalizer): normalizer.apply(to: &text, scratch: &scratch)
    }
  }

  /// True when blanks separate what the normalizer looks at: it may be applied word by word.
  var worksByWord: Bool {
    switch self {
    case .sequence(let parts): return parts.allSatisfy(\.worksByWord)
    case .bert, .unicode, .lowercase, .stripAccents: return true
    default: return false
    }
  }

  /// Drops the scalars that `removes` names.
  static func filter(
    _ text: inout AlignedText, _ scratch: inout AlignedText, ascii: (UInt8) -> Bool,
    _ removes: (UInt32) -> Bool
  ) {
    guard text.contains(ascii: ascii, other: removes) else { return }
    text.rewrite(with: &scratch) { writer in
      mapScalars(&writer) { scalar in
        (scalar < 0x80 ? ascii(UInt8(scalar)) : removes(scalar)) ? nil : scalar
      }
    }
  }

  /// Each scalar becomes another one, or nothing.
  static func mapScalars(_ writer: inout Rewriter, _ transform: (UInt32) -> UInt32?) {
    let bytes = writer.source.bytes
    bytes.withUnsafeBufferPointer { bytes in
      var position = 0
      while position < bytes.count {
        let (scalar, length) = UTF8Scalar.decode(bytes, position)
        if let new = transform(scalar) { writer.push(new, 0) } else { writer.skip(1) }
        position += length
      }
    }
  }

  static func lowercase(_ text: inout AlignedText, _ scratch: inout AlignedText) {
    guard
      text.contains(
        ascii: { $0 >= 0x41 && $0 <= 0x5A },
        other: { UnicodeData.classes($0).contains(.changesInLowercase) })
    else { return }
    text.rewrite(with: &scratch) { writer in
      let bytes = writer.source.bytes
      bytes.withUnsafeBufferPointer { bytes in
        var position = 0
        while position < bytes.count {
          let (scalar, length) = UTF8Scalar.decode(bytes, position)
          position += length
          if scalar < 0x80 {
            writer.push(scalar >= 0x41 && scalar <= 0x5A ? scalar + 32 : scalar, 0)
          } else if UnicodeData.classes(scalar).contains(.changesInLowercase),
            let parts = UnicodeData.lowercase(scalar)
          {
            for (index, part) in parts.enumerated() { writer.push(part, index == 0 ? 0 : 1) }
          } else {
            writer.push(scalar, 0)
          }
        }
      }
    }
  }

  static func isWhitespace(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return scalar == 0x20 || scalar >= 9 && scalar <= 13 }
    return UnicodeData.classes(scalar).contains(.whitespace)
  }

  private static func strip(
    _ text: inout AlignedText, _ scratch: inout AlignedText, left: Bool, right: Bool
  ) {
    let range = text.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      var end = bytes.count
      while left, start < end {
        let (scalar, length) = UTF8Scalar.decode(bytes, start)
        guard isWhitespace(scalar) else { break }
        start += length
      }
      while right, end > start {
        let before = UTF8Scalar.before(bytes, end)
        guard isWhitespace(UTF8Scalar.decode(bytes, before).scalar) else { break }
        end = before
      }
      return start..<end
    }
    if text.tracks {
      text.spans.removeSubrange(range.upperBound...)
      text.spans.removeSubrange(..<range.lowerBound)
    }
    text.bytes.removeSubrange(range.upperBound...)
    text.bytes.removeSubrange(..<range.lowerBound)
  }

  private static func replace(
    _ text: inout AlignedText, _ scratch: inout AlignedText, _ pattern: TokenPattern,
    _ content: [UInt8]
  ) throws(TokenizerError) {
    var matches: [(Int, Int)] = []
    let bytes = text.bytes
    try withBytes(bytes) { bytes throws(TokenizerError) in
      try pattern.forEachMatch(in: bytes) { matches.append(($0, $1)) }
    }
    guard !matches.isEmpty else { return }
    text.rewrite(with: &scratch) { writer in
      for (start, end) in matches {
        writer.copy(upTo: start)
        writer.replace(upTo: end, with: content)
      }
      writer.copy(upTo: writer.source.bytes.count)
    }
  }

  private static func nmt(_ text: inout AlignedText, _ scratch: inout AlignedText) {
    text.rewrite(with: &scratch) { writer in
      mapScalars(&writer) { scalar in
        switch scalar {
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: return nil
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF,
          0xFFFD:
          return 0x20
        default: return scalar
        }
      }
    }
  }
}

/// `Array.withUnsafeBufferPointer` with a typed error.
func withBytes<R>(
  _ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws(TokenizerError) -> R
) throws(TokenizerError) -> R {
  let result = bytes.withUnsafeBufferPointer { bytes in
    Result { () throws(TokenizerError) in try body(bytes) }
  }
  return try result.get()
}

extension BERTNormalizer {
  func apply(to text: inout AlignedText, scratch: inout AlignedText) {
    if cleanText {
      // Controls first: a vertical tab or U+0085 falls away before it could count as a blank.
      Normalizer.filter(
        &text, &scratch,
        ascii: { $0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13 || $0 == 0x7F },
        { $0 == 0xFFFD || UnicodeData.classes($0).contains(.other) })
      if text.contains(ascii: { $0 < 0x20 }, other: Normalizer.isWhitespace) {
        text.rewrite(with: &scratch) { writer in
          Normalizer.mapScalars(&writer) { Normalizer.isWhitespace($0) ? 0x20 : $0 }
        }
      }
    }
    if handleChineseCharacters {
      if text.contains(ascii: { _ in false }, other: BERTNormalizer.isChinese) {
        text.rewrite(with: &scratch) { writer in
          let bytes = writer.source.bytes
          bytes.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
              let (scalar, length) = UTF8Scalar.decode(bytes, position)
              if BERTNormalizer.isChinese(scalar) {
                writer.push(0x20, 0)
                writer.push(scalar, 1)
                writer.push(0x20, 1)
              } else {
                writer.push(scalar, 0)
              }
              position += length
            }
          }
        }
      }
    }
    if stripAccents ?? lowercase {
      UnicodeForm.nfd.apply(to: &text, scratch: &scratch)
      Normalizer.filter(&text, &scratch, ascii: { _ in false }) {
        UnicodeData.classes($0).contains(.nonspacingMark)
      }
    }
    if lowercase { Normalizer.lowercase(&text, &scratch) }
  }

  static func isChinese(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }
}
