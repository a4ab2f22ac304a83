// Tags of words and the entities they spell. Two readings, both exactly as in seqeval 1.2.2: the
// lenient one of conlleval (Tjong Kim Sang and De Meulder 2003), in which I-X opens an entity when
// none of its kind is open, and the strict one of IOB2, in which only B-X does.

/// A tag as prefix and kind: `B-PER` is (`B`, `PER`), `O` has no kind.
public struct EntityTag: Sendable, Equatable {
  public enum Prefix: UInt8, Sendable {
    case outside, begin, inside, end, single
  }

  public let prefix: Prefix
  /// The number of the kind; -1 for `O`.
  public let kind: Int

  public static let outside = EntityTag(prefix: .outside, kind: -1)

  public init(prefix: Prefix, kind: Int) {
    self.prefix = prefix
    self.kind = kind
  }
}

/// An entity of one sentence: its kind and its first and last word.
public struct Entity: Sendable, Hashable {
  public let kind: Int
  public let first: Int
  public let last: Int

  public init(kind: Int, first: Int, last: Int) {
    self.kind = kind
    self.first = first
    self.last = last
  }
}

/// How a corpus writes entities into tags.
public enum TagScheme: String, Sendable, CaseIterable {
  /// Every entity begins with B-.
  case iob2
  /// B- only where an entity follows another of its kind.
  case iob1
  /// The last word has E- (or L-), an entity of one word S- (or U-).
  case iobes
}

public enum TagSequence {
  /// Prefix and kind of a tag's name; nil for a name of no known scheme.
  public static func parts(_ name: String) -> (prefix: EntityTag.Prefix, kind: String)? {
    let bytes = Array(name.utf8)
    guard let first = bytes.first else { return nil }
    if bytes.count == 1 && first == 0x4F { return (.outside, "") }
    guard bytes.count > 2, bytes[1] == 0x2D || bytes[1] == 0x5F else { return nil }
    let kind = String(decoding: bytes[2...], as: UTF8.self)
    switch first {
    case 0x42: return (.begin, kind)
    case 0x49, 0x4D: return (.inside, kind)
    case 0x45, 0x4C: return (.end, kind)
    case 0x53, 0x55, 0x57: return (.single, kind)
    default: return nil
    }
  }

  /// The entities in conlleval's reading, which accepts any sequence.
  public static func entities(_ tags: [EntityTag]) -> [Entity] {
    var found: [Entity] = []
    var previous = EntityTag.outside
    var start = 0
    for index in 0...tags.count {
      let tag = index < tags.count ? tags[index] : .outside
      if ends(previous, tag) {
        found.append(Entity(kind: previous.kind, first: start, last: index - 1))
      }
      if starts(previous, tag) { start = index }
      previous = tag
    }
    return found
  }

  private static func ends(_ previous: EntityTag, _ tag: EntityTag) -> Bool {
    switch previous.prefix {
    case .outside: return false
    case .end, .single: return true
    case .begin, .inside:
      switch tag.prefix {
      case .begin, .single, .outside: return true
      case .inside, .end: return previous.kind != tag.kind
      }
    }
  }

  private static func starts(_ previous: EntityTag, _ tag: EntityTag) -> Bool {
    switch tag.prefix {
    case .outside: return false
    case .begin, .single: return true
    case .inside, .end:
      switch previous.prefix {
      case .outside, .end, .single: return true
      case .begin, .inside: return previous.kind != tag.kind
      }
    }
  }

  /// The entities in the strict reading of IOB2: B-X and the I-X after it; an I-X anywhere else
  /// belongs to none.
  public static func strictEntities(_ tags: [EntityTag]) -> [Entity] {
    var found: [Entity] = []
    var index = 0
    while index < tags.count {
      guard tags[index].prefix == .begin else {
        index += 1
        continue
      }
      var end = index + 1
      while end < tags.count, tags[end].prefix == .inside, tags[end].kind == tags[index].kind {
        end += 1
      }
      found.append(Entity(kind: tags[index].kind, first: index, last: end - 1))
      index = end
    }
    return found
  }

  /// The tags of a sentence of `count` words in IOB2.
  public static func tags(_ entities: [Entity], count: Int) -> [EntityTag] {
    var tags = [EntityTag](repeating: .outside, count: count)
    for entity in entities {
      for index in max(0, entity.first)..<max(0, min(count, entity.last + 1)) {
        tags[index] = EntityTag(
          prefix: index == entity.first ? .begin : .inside, kind: entity.kind)
      }
    }
    return tags
  }

  /// The scheme that a corpus most likely follows: IOBES when a tag says so; IOB1 when entities
  /// open with I- and never with a B- that IOB1 would not need; else IOB2.
  public static func scheme(of sentences: [[EntityTag]]) -> TagScheme {
    var insideStarts = 0
    var beginStarts = 0
    for tags in sentences {
      var previous = EntityTag.outside
      for tag in tags {
        switch tag.prefix {
        case .end, .single: return .iobes
        case .begin where previous.kind != tag.kind: beginStarts += 1
        case .inside where previous.kind != tag.kind: insideStarts += 1
        default: break
        }
        previous = tag
      }
    }
    return insideStarts > 0 && beginStarts == 0 ? .iob1 : .iob2
  }
}
