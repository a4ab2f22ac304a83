// Regular expressions (PCRE2, in Unicode mode). Positions are in characters.

import Synchronization
import TLSyntax
import TLText

/// Compiled patterns, so that a pattern in a loop is compiled once.
enum PatternCache {
  private struct Key: Hashable {
    let pattern: ByteKey
    let options: UInt32
  }

  private static let patterns = Mutex<[Key: Pattern]>([:])

  static func pattern(_ source: String, _ options: Pattern.Options) throws -> Pattern {
    let key = Key(pattern: ByteKey(source), options: options.rawValue)
    if let known = patterns.withLock({ $0[key] }) { return known }
    let pattern = try Pattern(source, options: options)
    patterns.withLock { cache in
      if cache.count >= 100 { cache.removeAll() }
      cache[key] = pattern
    }
    return pattern
  }
}

enum PatternLibrary {
  static let functions: [LibraryFunction] = [
    matches, match, matchAll, findAll, replacePattern, splitPattern,
  ]

  private static let text = TextLibrary.text
  private static let pattern = ParameterDeclaration(
    "pattern", .text, "a regular expression, best written as a raw text: r\"\\d+\"")
  private static let ignoreCase = ParameterDeclaration(
    "ignore_case", .boolean, "take capital and small letters for the same",
    default: .boolean(false))
  private static let limit = ParameterDeclaration(
    "limit", .integer, "at most so many", default: .none, in: 0...Double.infinity)

  /// The pattern in argument 1.
  private static func pattern(_ call: Arguments, ignoreCase index: Int) throws -> Pattern {
    try PatternCache.pattern(
      try call.text(1), try call.boolean(index) ? [.ignoreCase] : [])
  }

  static let matches = LibraryFunction(
    "matches", .text, "whether a regular expression is found in a text",
    [text, pattern, ignoreCase], result: .boolean,
    examples: [
      .init("matches(\"курс 92,5\", r\"\\d+,\\d\")", "true"),
      .init("matches(\"Банк\", r\"^банк$\", ignore_case: true)", "true"),
    ]
  ) { call in .boolean(try pattern(call, ignoreCase: 2).matches(try call.text(0))) }

  private static let matchKind = Kind.record([
    Kind.Field("text", .text), Kind.Field("start", .integer), Kind.Field("end", .integer),
    Kind.Field("groups", .list(of: Kind([.text, .none]))), Kind.Field("named", .record),
  ])

  static let match = LibraryFunction(
    "match", .text, "the first place where a regular expression is found, or none",
    [text, pattern, ignoreCase],
    result: [.record, .none], inferred: { _ in Kind([.record, .none], matchKind.detail) },
    examples: [
      .init("match(\"23.11.2026\", r\"(\\d+)\\.(\\d+)\").groups", "[\"23\", \"11\"]"),
      .init("match(\"№ 15\", r\"(?<number>\\d+)\").named", "{number: \"15\"}"),
      .init("match(\"банк\", r\"н\").start", "2"),
    ],
    details: "The record has `text`, `start` and `end` (positions in characters, the end not "
      + "included), `groups` (none for a group that took no part), and `named`."
  ) { call in
    let pattern = try pattern(call, ignoreCase: 2)
    let text = try call.text(0)
    guard let match = try pattern.firstMatch(in: text) else { return .none }
    var place = CharacterPlace(text)
    return record(match, pattern, &place, call)
  }

  static let matchAll = LibraryFunction(
    "match_all", .text, "all places where a regular expression is found",
    [text, pattern, ignoreCase, limit], result: .list(of: matchKind),
    examples: [
      .init("match_all(\"а1 б22\", r\"\\d+\") |> map(m => m.start)", "[1, 4]")
    ],
    details: "Each is a record as `match` gives it."
  ) { call in
    let pattern = try pattern(call, ignoreCase: 2)
    let text = try call.text(0)
    let limit = call.isNone(3) ? Int.max : try call.count(3)
    var place = CharacterPlace(text)
    return try call.collect { result in
      try pattern.eachMatch(in: text, limit: limit, isCancelled: call.isCancelled) {
        result.append(record($0, pattern, &place, call))
      }
    }
  }

  /// Turns byte offsets that only grow into positions in characters.
  private struct CharacterPlace {
    let text: String
    private let isASCII: Bool
    private var offset = 0
    private var position = 0

    init(_ text: String) {
      self.text = text
      isASCII = !text.utf8.contains { $0 >= 0x80 || $0 == 0x0D }
    }

    mutating func position(of target: Int) -> Int {
      if isASCII { return target }
      let utf8 = text.utf8
      let from = utf8.index(utf8.startIndex, offsetBy: offset)
      let to = utf8.index(from, offsetBy: target - offset)
      position += text[from..<to].count
      offset = target
      return position
    }
  }

  private static func record(
    _ match: PatternMatch, _ pattern: Pattern, _ place: inout CharacterPlace, _ call: Arguments
  ) -> Value {
    func value(_ group: Int) -> Value {
      group < match.groups.count ? match.groups[group].map { .text($0) } ?? .none : .none
    }
    let start = place.position(of: match.range.lowerBound)
    var groups = ContiguousArray<Value>()
    for group in stride(from: 1, through: pattern.groupCount, by: 1) { groups.append(value(group)) }
    return call.record([
      ("text", .text(match.text)), ("start", .integer(start)),
      ("end", .integer(start + match.text.count)), ("groups", .list(groups)),
      ("named", call.record(pattern.groupNames.map { ($0.name, value($0.number)) })),
    ])
  }

  static let findAll = LibraryFunction(
    "find_all", .text, "the texts that a regular expression finds in a text",
    [
      text, pattern,
      ParameterDeclaration(
        "group", .integer, "which group of each match; 0 is the whole", default: .integer(0),
        in: 0...1000),
      ignoreCase, limit,
    ],
    result: .list,
    examples: [
      .init("find_all(\"а1 б22\", r\"\\d+\")", "[\"1\", \"22\"]"),
      .init("find_all(\"rank=8 alpha=16\", r\"(\\w+)=\", group: 1)", "[\"rank\", \"alpha\"]"),
    ]
  ) { call in
    let pattern = try pattern(call, ignoreCase: 3)
    let group = try call.integer(2)
    guard group <= pattern.groupCount else {
      throw call.bad(
        2, "the pattern has \(pattern.groupCount) groups, there is no group \(group)")
    }
    let text = try call.text(0)
    let limit = call.isNone(4) ? Int.max : try call.count(4)
    return try call.collect { result in
      try pattern.eachText(
        ofGroup: group, in: text, limit: limit, isCancelled: call.isCancelled
      ) { result.append($0.map { .text($0) } ?? .none) }
    }
  }

  static let replacePattern = LibraryFunction(
    "replace_pattern", .text, "the text with what a regular expression finds replaced",
    [
      text, pattern,
      ParameterDeclaration(
        "replacement", [.text, .function],
        "a text, where $1 and ${name} stand for groups and $$ for a dollar, or a function that "
          + "gets the match as `match` gives it", role: .function { _ in [matchKind] }),
      ignoreCase, limit,
    ],
    result: .text,
    examples: [
      .init(
        "replace_pattern(\"2026-11-23\", r\"(\\d+)-(\\d+)-(\\d+)\", \"$3.$2.$1\")", "23.11.2026"),
      .init("replace_pattern(\"а1 б2\", r\"\\d\", m => text(integer(m.text) * 2))", "а2 б4"),
    ]
  ) { call in
    let pattern = try pattern(call, ignoreCase: 3)
    let text = try call.text(0)
    let limit = call.isNone(4) ? Int.max : try call.count(4)
    if let template = call[2].asText?.string {
      return .text(
        try pattern.replacing(
          in: text, with: template, limit: limit, isCancelled: call.isCancelled))
    }
    var place = CharacterPlace(text)
    return .text(
      try pattern.replacing(in: text, limit: limit) { match in
        try call.checkCancellation()
        let value = try call.machine.call(
          call[2], record(match, pattern, &place, call), at: call.place)
        guard let text = value.asText?.string else {
          throw Problem(
            RuntimeRules.wrongKind,
            "the function given to replace_pattern must give a text, it gave \(value.kindName) "
              + brief(value), at: call.place)
        }
        return text
      })
  }

  static let splitPattern = LibraryFunction(
    "split_pattern", .text, "the pieces of a text between the matches of a regular expression",
    [text, pattern, ignoreCase, limit], result: .list(of: .text),
    examples: [.init("split_pattern(\"а, б;в\", r\"[,;]\\s*\")", "[\"а\", \"б\", \"в\"]")]
  ) { call in
    let pattern = try pattern(call, ignoreCase: 2)
    let limit = call.isNone(3) ? Int.max : try call.count(3)
    let text = try call.text(0)
    return try call.collect { result in
      try pattern.eachPiece(of: text, limit: limit, isCancelled: call.isCancelled) {
        result.append(.text($0))
      }
    }
  }
}
