// Regular expressions over PCRE2: UTF-8, Unicode properties (\w takes Cyrillic), compiled to
// machine code. Limits turn a catastrophic pattern into an error. Offsets are bytes of the UTF-8
// text and always fall between scalars. Replacing and splitting is in PatternReplace.swift.

import CTextLibraries
import Synchronization

/// Why a pattern cannot be compiled, or a match not be finished.
public struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
  public let message: String
  /// The pattern as written.
  public let pattern: String
  /// Byte offset in the pattern where it stops making sense; nil for errors of matching.
  public let offset: Int?
  /// Whether the caller's `isCancelled` said stop.
  public var isCancellation = false

  public var description: String {
    guard let offset else { return message }
    let column = pattern.utf8.prefix(offset).count { $0 & 0xC0 != 0x80 } + 1
    return "in the pattern `\(pattern)` at character \(column): \(message)"
  }
}

/// One match: where it lies and what its groups took.
public struct PatternMatch: Equatable, Sendable {
  /// Byte ranges in the text; the first is the whole match, nil for a group that took no part.
  public let ranges: [Range<Int>?]
  /// The text of each range.
  public let groups: [String?]

  /// Byte range of the whole match.
  public var range: Range<Int> { ranges.first.flatMap { $0 } ?? 0..<0 }
  /// Text of the whole match.
  public var text: String { groups.first.flatMap { $0 } ?? "" }
}

/// A compiled regular expression; immutable, usable from several threads.
public final class Pattern: Sendable {
  /// How the pattern is read.
  public struct Options: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Letters match in either case, Cyrillic too.
    public static let ignoreCase = Options(rawValue: UInt32(TL_PATTERN_IGNORE_CASE))
    /// `^` and `$` match at every line.
    public static let multiline = Options(rawValue: UInt32(TL_PATTERN_MULTILINE))
    /// `.` matches a line break too.
    public static let dotAll = Options(rawValue: UInt32(TL_PATTERN_DOT_ALL))
    /// Spaces and `#` comments in the pattern do not count.
    public static let extended = Options(rawValue: UInt32(TL_PATTERN_EXTENDED))
  }

  public let source: String
  /// Capture groups, without the whole match.
  public let groupCount: Int
  /// Named groups by their number.
  public let groupNames: [(number: Int, name: String)]

  // Written in `init` only. PCRE2 code is read-only while matching.
  private nonisolated(unsafe) let handle: OpaquePointer
  /// Working memory of the last match, kept for the next one.
  private let idle = Mutex<UInt>(0)

  /// Compiles a pattern. Throws with the place of the first fault.
  public init(_ source: String, options: Options = []) throws(PatternError) {
    var offset = 0
    var message = [CChar](repeating: 0, count: 256)
    var text = source
    let compiled = text.withUTF8 { bytes in
      // An empty text may have no address.
      withUnsafePointer(to: 0 as UInt8) { empty in
        tl_pattern_compile(
          bytes.baseAddress ?? empty, bytes.count, options.rawValue, &offset, &message,
          message.count)
      }
    }
    guard let compiled else {
      throw PatternError(
        message: Self.text(of: message), pattern: source, offset: min(offset, text.utf8.count))
    }
    handle = compiled
    self.source = source
    groupCount = Int(tl_pattern_group_count(compiled))
    groupNames = (0..<tl_pattern_name_count(compiled)).compactMap { index in
      var number: UInt32 = 0
      guard let name = tl_pattern_name(compiled, index, &number) else { return nil }
      return (Int(number), String(cString: name))
    }.sorted { $0.number < $1.number }
  }

  deinit {
    let memory = idle.withLock { $0 }
    if memory != 0 { tl_match_free(OpaquePointer(bitPattern: memory)) }
    tl_pattern_free(handle)
  }

  /// The number of the group called `name`.
  public func groupNumber(_ name: String) -> Int? {
    groupNames.first { $0.name == name }?.number
  }

  /// True when the pattern matches somewhere in `text`.
  public func matches(_ text: String) throws(PatternError) -> Bool {
    var found = false
    try search(text) { _, _ in
      found = true
      return false
    }
    return found
  }

  /// The first match at or after byte `start`.
  public func firstMatch(in text: String, from start: Int = 0) throws(PatternError)
    -> PatternMatch?
  {
    var match: PatternMatch?
    try search(text, from: start) { bytes, ranges in
      match = PatternMatch(ranges, in: bytes)
      return false
    }
    return match
  }

  /// All matches from left to right that do not overlap, at most `limit`.
  public func allMatches(
    in text: String, limit: Int = .max, isCancelled: CancellationCheck = neverCancelled
  ) throws(PatternError) -> [PatternMatch] {
    var matches: [PatternMatch] = []
    try eachMatch(in: text, limit: limit, isCancelled: isCancelled) { matches.append($0) }
    return matches
  }

  /// Calls `body` with each match from left to right; at most `limit`, which do not overlap.
  public func eachMatch(
    in text: String, limit: Int = .max, isCancelled: CancellationCheck = neverCancelled,
    _ body: (PatternMatch) -> Void
  ) throws(PatternError) {
    var left = limit
    if left <= 0 { return }
    try search(text, isCancelled: isCancelled) { bytes, ranges in
      body(PatternMatch(ranges, in: bytes))
      left -= 1
      return left > 0
    }
  }

  /// Calls `body` with the text of one group in each match, nil where it took no part; less work than
  /// the matches.
  public func eachText(
    ofGroup group: Int, in text: String, limit: Int = .max,
    isCancelled: CancellationCheck = neverCancelled, _ body: (String?) -> Void
  ) throws(PatternError) {
    var left = limit
    if left <= 0 || !(0...groupCount).contains(group) { return }
    try search(text, isCancelled: isCancelled) { bytes, ranges in
      body(ranges[group].map { String(decoding: bytes[$0], as: UTF8.self) })
      left -= 1
      return left > 0
    }
  }

  /// The byte ranges of a match, valid during the callback.
  struct Ranges {
    let offsets: UnsafePointer<Int>
    let count: Int

    subscript(group: Int) -> Range<Int>? {
      let lower = offsets[2 * group]
      let upper = offsets[2 * group + 1]
      return lower >= 0 && upper >= lower ? lower..<upper : nil
    }

    var whole: Range<Int> { self[0] ?? 0..<0 }
  }

  /// Calls `body` with each match until it returns false.
  func search(
    _ text: String, from start: Int = 0, isCancelled: CancellationCheck = neverCancelled,
    _ body: (UnsafeBufferPointer<UInt8>, Ranges) -> Bool
  ) throws(PatternError) {
    var text = text
    let memory = try takeMemory()
    defer { keepMemory(memory) }
    let failure: PatternError? = text.withUTF8 { bytes in
      do throws(PatternError) {
        try search(bytes, from: start, memory, isCancelled, body)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  private func search(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ memory: OpaquePointer,
    _ isCancelled: CancellationCheck, _ body: (UnsafeBufferPointer<UInt8>, Ranges) -> Bool
  ) throws(PatternError) {
    var position = max(start, 0)
    var count = 0
    var refusesEmpty = false
    // Between scalars only: PCRE2 trusts the caller.
    while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
    while position <= bytes.count {
      count += 1
      if count & 0xFFF == 0, isCancelled() {
        throw PatternError(
          message: "stopped", pattern: source, offset: nil, isCancellation: true)
      }
      guard let range = try step(bytes, position, refusesEmpty, memory, body) else { return }
      refusesEmpty = range.isEmpty
      // A match that `\K` moved backwards must not repeat for ever.
      position = max(range.upperBound, position)
    }
  }

  /// One match from `position`; its range, or nil when there is none or `body` said stop.
  private func step(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ refusesEmpty: Bool,
    _ memory: OpaquePointer, _ body: (UnsafeBufferPointer<UInt8>, Ranges) -> Bool
  ) throws(PatternError) -> Range<Int>? {
    var offsets: UnsafePointer<Int>?
    var message = (0, 0, 0, 0, 0, 0, 0, 0)
    let status = withUnsafeMutableBytes(of: &message) { message in
      withUnsafePointer(to: 0 as UInt8) { empty in
        tl_pattern_match(
          handle, memory, bytes.baseAddress ?? empty, bytes.count, position, refusesEmpty,
          &offsets, message.baseAddress?.assumingMemoryBound(to: CChar.self), message.count)
      }
    }
    switch Int(status) {
    case Int(TL_MATCH_FOUND):
      guard let offsets else { return nil }
      let ranges = Ranges(offsets: offsets, count: groupCount + 1)
      let range = ranges.whole
      return body(bytes, ranges) ? range : nil
    case Int(TL_MATCH_NONE): return nil
    case Int(TL_MATCH_LIMIT):
      throw PatternError(
        message: "the pattern `\(source)` needs too many steps on a text of \(bytes.count) bytes; "
          + "repetitions inside repetitions do that, as in (a+)+",
        pattern: source, offset: nil)
    default:
      let words = withUnsafeBytes(of: message) { $0.prefix { $0 != 0 }.map { $0 } }
      throw PatternError(
        message: "the pattern `\(source)` failed: \(String(decoding: words, as: UTF8.self))",
        pattern: source, offset: nil)
    }
  }

  private func takeMemory() throws(PatternError) -> OpaquePointer {
    let kept = idle.withLock { memory in
      defer { memory = 0 }
      return memory
    }
    if let memory = OpaquePointer(bitPattern: kept) ?? tl_match_make(handle) { return memory }
    throw PatternError(message: "no memory for a match", pattern: source, offset: nil)
  }

  private func keepMemory(_ memory: OpaquePointer) {
    let surplus = idle.withLock { kept in
      defer { kept = UInt(bitPattern: memory) }
      return kept
    }
    if surplus != 0 { tl_match_free(OpaquePointer(bitPattern: surplus)) }
  }

  private static func text(of message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension PatternMatch {
  init(_ ranges: Pattern.Ranges, in bytes: UnsafeBufferPointer<UInt8>) {
    self.ranges = (0..<ranges.count).map { ranges[$0] }
    groups = self.ranges.map { range in
      range.map { String(decoding: bytes[$0], as: UTF8.self) }
    }
  }
}
