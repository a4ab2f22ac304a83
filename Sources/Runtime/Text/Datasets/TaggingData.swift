// Sentences of words with a tag each, always in IOB2 whatever the file had. Malformed sequences are
// mended as conlleval reads them, and `repairs` says what was done.

/// Tagged sentences.
public struct TaggingData: Sendable {
  /// The words of each sentence.
  public let tokens: [[String]]
  /// Tag numbers, indices into `tagNames`, in IOB2.
  public let tags: [[Int]]
  /// `O`, then `B-X` and `I-X` for each kind in order.
  public let tagNames: LabelNames
  /// The kinds of entity.
  public let kinds: LabelNames
  /// The scheme of the input.
  public let scheme: TagScheme
  public let repairs: TagRepairs

  public var count: Int { tokens.count }
  public var tokenCount: Int { tokens.reduce(0) { $0 + $1.count } }

  /// Tags by name, in any scheme. `kinds` fixes the kinds and their order (a kind outside it is an
  /// error); without it they are those found, by code points. `scheme` nil means to find out.
  /// Throws `invalid` naming the row.
  public init(
    tokens: [[String]], tagTexts: [[String]], kinds fixedKinds: LabelNames? = nil,
    scheme fixedScheme: TagScheme? = nil
  ) throws(TextError) {
    guard tokens.count == tagTexts.count else {
      throw .invalid("\(tokens.count) sentences have \(tagTexts.count) lists of tags")
    }
    let kinds: LabelNames
    if let fixedKinds {
      kinds = fixedKinds
    } else {
      kinds = try Self.kinds(of: tagTexts)
    }
    var repairs = TagRepairs()
    var parsed: [[EntityTag]] = []
    parsed.reserveCapacity(tokens.count)
    var known: [[UInt8]: EntityTag] = [:]
    for (row, names) in tagTexts.enumerated() {
      guard names.count == tokens[row].count else {
        throw .invalidRow(row, "\(tokens[row].count) tokens have \(names.count) tags")
      }
      guard !names.isEmpty else {
        throw .invalidRow(row, "a sentence without words; drop such rows")
      }
      var sentence: [EntityTag] = []
      sentence.reserveCapacity(names.count)
      for (word, name) in names.enumerated() {
        let bytes = Array(name.utf8)
        if let tag = known[bytes] {
          sentence.append(tag)
        } else if let parts = TagSequence.parts(name) {
          var tag = EntityTag.outside
          if parts.prefix != .outside {
            guard let kind = kinds.index(of: parts.kind) else {
              throw .unknownLabel(
                row: row,
                "tag `\(name)` of word \(word) is of a kind outside "
                  + kinds.names.map { "`\($0)`" }.joined(separator: ", "))
            }
            tag = EntityTag(prefix: parts.prefix, kind: kind)
          }
          known[bytes] = tag
          sentence.append(tag)
        } else {
          repairs.unknownTags += 1
          repairs.note(row, word, name, "O")
          sentence.append(.outside)
        }
      }
      parsed.append(sentence)
    }
    let scheme = fixedScheme ?? TagSequence.scheme(of: parsed)
    for (row, sentence) in parsed.enumerated() {
      repairs.count(
        sentence, as: scheme, sentence: row, names: tagTexts[row], kinds: kinds.names)
    }
    self.tokens = tokens
    self.kinds = kinds
    self.scheme = scheme
    self.repairs = repairs
    tagNames = try Self.tagNames(kinds: kinds)
    tags = parsed.map { sentence in
      TagSequence.tags(TagSequence.entities(sentence), count: sentence.count).map(Self.number)
    }
  }

  private init(
    tokens: [[String]], tags: [[Int]], tagNames: LabelNames, kinds: LabelNames, scheme: TagScheme,
    repairs: TagRepairs
  ) {
    self.tokens = tokens
    self.tags = tags
    self.tagNames = tagNames
    self.kinds = kinds
    self.scheme = scheme
    self.repairs = repairs
  }

  /// Reads columns whose cells are lists. Tags are texts, or numbers into `tagNumbering`, the list
  /// of tag names of the corpus. Throws `noSuchColumn`, or `invalid` that names row and column.
  public init(
    _ table: Table, tokens tokenColumn: String, tags tagColumn: String,
    kinds: LabelNames? = nil, scheme: TagScheme? = nil, tagNumbering: [String]? = nil
  ) throws(TextError) {
    let words = try Self.lists(table, tokenColumn, numbering: nil)
    let tags = try Self.lists(table, tagColumn, numbering: tagNumbering)
    try self.init(tokens: words, tagTexts: tags, kinds: kinds, scheme: scheme)
  }

  private static func lists(
    _ table: Table, _ name: String, numbering: [String]?
  ) throws(TextError) -> [[String]] {
    let column = try table.column(name)
    var result: [[String]] = []
    result.reserveCapacity(column.count)
    for row in 0..<column.count {
      guard case .list(let items) = column.value(at: row) else {
        throw .invalidRow(
          row,
          "column `\(name)` has \(column.value(at: row).kindName), "
            + "expected a list of texts")
      }
      var texts: [String] = []
      texts.reserveCapacity(items.count)
      for (place, item) in items.enumerated() {
        switch item {
        case .text(let text): texts.append(text)
        case .int(let number):
          guard let numbering else { fallthrough }
          guard numbering.indices.contains(number) else {
            throw .invalidRow(
              row,
              "item \(place) of column `\(name)` is \(number), "
                + "the list of tag names has \(numbering.count)")
          }
          texts.append(numbering[number])
        default:
          throw .invalidRow(
            row, "item \(place) of column `\(name)` is \(item.kindName), expected a text")
        }
      }
      result.append(texts)
    }
    return result
  }

  /// The kinds of entity in tags of any scheme, by code points.
  public static func kinds(of tagTexts: [[String]]) throws(TextError) -> LabelNames {
    var seen = LabelNames()
    var known = Set<[UInt8]>()
    for names in tagTexts {
      for name in names where known.insert(Array(name.utf8)).inserted {
        if let parts = TagSequence.parts(name), parts.prefix != .outside {
          _ = seen.insert(parts.kind)
        }
      }
    }
    return try LabelNames(
      seen.names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) })
  }

  /// `O`, `B-X`, `I-X`, … for kinds in order.
  public static func tagNames(kinds: LabelNames) throws(TextError) -> LabelNames {
    try LabelNames(["O"] + kinds.names.flatMap { ["B-" + $0, "I-" + $0] })
  }

  /// The tag's place in `tagNames`.
  public static func number(_ tag: EntityTag) -> Int {
    switch tag.prefix {
    case .outside: return 0
    case .begin: return 1 + 2 * tag.kind
    default: return 2 + 2 * tag.kind
    }
  }

  /// The tag at a place of `tagNames`; anything outside it is O.
  public static func tag(_ number: Int) -> EntityTag {
    guard number > 0 else { return .outside }
    return EntityTag(prefix: number % 2 == 1 ? .begin : .inside, kind: (number - 1) / 2)
  }

  /// The entities of a sentence.
  public func entities(_ row: Int) -> [Entity] { TagSequence.entities(tags[row].map(Self.tag)) }

  /// Per sentence, how many entities of each kind it has.
  public func kindCountsByRow() -> [[Int]] {
    tags.indices.map { row in
      var counts = [Int](repeating: 0, count: kinds.count)
      for entity in entities(row) { counts[entity.kind] += 1 }
      return counts
    }
  }

  /// How many entities of each kind there are.
  public var kindCounts: [Int] {
    var counts = [Int](repeating: 0, count: kinds.count)
    for tags in tags {
      for tag in tags where tag % 2 == 1 { counts[tag / 2] += 1 }
    }
    return counts
  }

  /// How many words have each tag.
  public var tagCounts: [Int] {
    ClassificationData.counts(tags.flatMap { $0 }, classes: tagNames.count)
  }

  /// The sentences at `rows`, in that order; `repairs` stays that of the whole.
  public func taking(_ rows: [Int]) throws(TextError) -> TaggingData {
    try TextColumn.check(rows, count: count)
    return TaggingData(
      tokens: rows.map { tokens[$0] }, tags: rows.map { tags[$0] }, tagNames: tagNames,
      kinds: kinds, scheme: scheme, repairs: repairs)
  }
}
