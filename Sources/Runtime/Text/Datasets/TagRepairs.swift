// What had to be mended in the tags of a corpus. The mending follows conlleval's reading, so the
// entities of the mended tags are those the lenient score sees; each change is counted.

/// Counts of malformed tags by their fault, with the first few as examples.
public struct TagRepairs: Sendable, Equatable {
  /// One change.
  public struct Example: Sendable, Equatable, CustomStringConvertible {
    public let sentence: Int
    public let word: Int
    public let found: String
    public let became: String

    public var description: String {
      "row \(sentence), word \(word): `\(found)` became `\(became)`"
    }
  }

  /// I-X (or E-X) where no entity is open: it opens one.
  public var orphans = 0
  /// I-X (or E-X) inside an entity of another kind: it opens one of its own.
  public var kindChanges = 0
  /// A tag of no known prefix: it became O.
  public var unknownTags = 0
  /// An entity of IOBES without its E- at the end: it ends where it does.
  public var unfinished = 0
  /// The first changes, at most ten.
  public var examples: [Example] = []

  public init() {}

  public var total: Int { orphans + kindChanges + unknownTags + unfinished }

  /// One line for a person, nil when nothing was mended.
  public var summary: String? { summary(nil) }

  /// The same with the example's place in the file, where that is known.
  public func summary(_ origin: RowOrigin?) -> String? {
    guard total > 0 else { return nil }
    var parts: [String] = []
    if orphans > 0 { parts.append("\(orphans) I- without a B- before it") }
    if kindChanges > 0 { parts.append("\(kindChanges) I- of another kind than the open entity") }
    if unknownTags > 0 { parts.append("\(unknownTags) unknown tags taken as O") }
    if unfinished > 0 { parts.append("\(unfinished) entities without their end") }
    return "\(total) malformed tags repaired: " + parts.joined(separator: ", ")
      + (examples.first.map { first in
        "; first: \(first)" + (origin.map { ", \($0.place(of: first.sentence))" } ?? "")
      } ?? "")
  }

  mutating func note(_ sentence: Int, _ word: Int, _ found: String, _ became: String) {
    guard examples.count < 10 else { return }
    examples.append(Example(sentence: sentence, word: word, found: found, became: became))
  }

  /// Counts the faults of a sentence under a scheme.
  mutating func count(
    _ tags: [EntityTag], as scheme: TagScheme, sentence: Int, names: [String], kinds: [String]
  ) {
    guard scheme != .iob1 else { return }
    var previous = EntityTag.outside
    for index in 0...tags.count {
      let tag = index < tags.count ? tags[index] : .outside
      let isOpen = previous.prefix == .begin || previous.prefix == .inside
      if tag.prefix == .inside || tag.prefix == .end {
        if !isOpen {
          orphans += 1
          note(sentence, index, names[index], "B-" + kinds[tag.kind])
        } else if previous.kind != tag.kind {
          kindChanges += 1
          note(sentence, index, names[index], "B-" + kinds[tag.kind])
        }
      } else if isOpen && scheme == .iobes {
        unfinished += 1
        note(
          sentence, index - 1, names[index - 1],
          (previous.prefix == .begin ? "S-" : "E-") + kinds[previous.kind])
      }
      previous = tag
    }
  }
}
