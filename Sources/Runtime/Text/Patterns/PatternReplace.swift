// Replacing what a pattern matches, and splitting a text at its matches.

extension Pattern {
  /// Replaces the matches, at most `limit`. In `template`, `$1` and `${1}` stand for a group, `${name}`
  /// for a named one, `$0` for the whole match, and `$$` for a dollar. A group that took no part
  /// is empty. Throws for a group that the pattern does not have.
  public func replacing(
    in text: String, with template: String, limit: Int = .max,
    isCancelled: CancellationCheck = neverCancelled
  ) throws(PatternError) -> String {
    let parts = try self.parts(of: template)
    return try rebuild(text, limit: limit, isCancelled) { bytes, ranges, result in
      for part in parts {
        switch part {
        case .bytes(let literal): result.append(contentsOf: literal)
        case .group(let number):
          if let range = ranges[number] {
            result.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range]))
          }
        }
      }
    }
  }

  /// Replaces each match, at most `limit`, by what `transform` makes of it.
  public func replacing(
    in text: String, limit: Int = .max, by transform: (PatternMatch) throws -> String
  ) throws -> String {
    var failure: (any Error)?
    do {
      return try rebuild(text, limit: limit, { failure != nil }) { bytes, ranges, result in
        guard failure == nil else { return }
        do {
          result.append(contentsOf: try transform(PatternMatch(ranges, in: bytes)).utf8)
        } catch let error { failure = error }
      }
    } catch {
      throw failure ?? error
    }
  }

  /// The pieces between the matches, at most `limit` cuts. Groups are not returned; an empty
  /// match cuts between characters, but not at the two ends.
  public func split(
    _ text: String, limit: Int = .max, isCancelled: CancellationCheck = neverCancelled
  ) throws(PatternError) -> [String] {
    var pieces: [String] = []
    try eachPiece(of: text, limit: limit, isCancelled: isCancelled) { pieces.append($0) }
    return pieces
  }

  /// Calls `body` with the pieces of `split`, one by one.
  public func eachPiece(
    of text: String, limit: Int = .max, isCancelled: CancellationCheck = neverCancelled,
    _ body: (String) -> Void
  ) throws(PatternError) {
    var start = 0
    var left = limit
    if left > 0 {
      try search(text, isCancelled: isCancelled) { bytes, ranges in
        let range = ranges.whole
        if range.isEmpty && (range.lowerBound == 0 || range.lowerBound == bytes.count) {
          return true
        }
        guard range.lowerBound >= start else { return true }
        body(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self))
        start = range.upperBound
        left -= 1
        return left > 0
      }
    }
    body(String(decoding: text.utf8.dropFirst(start), as: UTF8.self))
  }

  private func rebuild(
    _ text: String, limit: Int, _ isCancelled: CancellationCheck,
    _ replacement: (UnsafeBufferPointer<UInt8>, Ranges, inout [UInt8]) -> Void
  ) throws(PatternError) -> String {
    if limit <= 0 { return text }
    var result: [UInt8] = []
    var start = 0
    var count = 0
    try search(text, isCancelled: isCancelled) { bytes, ranges in
      let range = ranges.whole
      guard range.lowerBound >= start else { return true }
      result.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<range.lowerBound]))
      replacement(bytes, ranges, &result)
      start = range.upperBound
      count += 1
      return count < limit
    }
    if count == 0 { return text }
    result.append(contentsOf: text.utf8.dropFirst(start))
    return String(decoding: result, as: UTF8.self)
  }

  private enum TemplatePart {
    case bytes([UInt8])
    case group(Int)
  }

  private func parts(of template: String) throws(PatternError) -> [TemplatePart] {
    let dollar = UInt8(ascii: "$")
    let bytes = Array(template.utf8)
    var parts: [TemplatePart] = []
    var literal: [UInt8] = []
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      let next = position + 1 < bytes.count ? bytes[position + 1] : 0
      var name: String?
      var end = position + 1
      if byte == dollar && (0x30...0x39).contains(next) {
        end = position + 1
        while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
        name = String(decoding: bytes[position + 1..<end], as: UTF8.self)
      } else if byte == dollar && next == UInt8(ascii: "{") {
        guard let close = bytes[position...].firstIndex(of: UInt8(ascii: "}")) else {
          throw PatternError(
            message: "the replacement `\(template)` opens `${` and never closes it",
            pattern: source, offset: nil)
        }
        name = String(decoding: bytes[position + 2..<close], as: UTF8.self)
        end = close + 1
      } else if byte == dollar && next == dollar {
        end = position + 2
      }
      if let name {
        if !literal.isEmpty { parts.append(.bytes(literal)) }
        literal = []
        parts.append(.group(try number(of: name, in: template)))
      } else {
        literal.append(byte)
      }
      position = end
    }
    if !literal.isEmpty { parts.append(.bytes(literal)) }
    return parts
  }

  private func number(of name: String, in template: String) throws(PatternError) -> Int {
    if let number = Int(name) {
      if (0...groupCount).contains(number) { return number }
    } else if let number = groupNumber(name) {
      return number
    }
    let names =
      groupNames.isEmpty ? "" : ", named " + groupNames.map(\.name).joined(separator: ", ")
    throw PatternError(
      message:
        "the replacement `\(template)` asks for group `\(name)`, the pattern `\(source)` has "
        + "\(groupCount == 0 ? "none" : "\(groupCount)\(names)")",
      pattern: source, offset: nil)
  }
}
