// What other wordings do to a run, as a value.

import TLAnalysis
import TLText
import TLTransfer

/// How steady a run is: `robustness(run)`.
public final class RobustnessObject: DomainObject {
  let robustness: Robustness
  private let title: String
  private let task: TransferTask
  /// The texts and labels that the variants belong to.
  private let texts: [String]

  init(_ robustness: Robustness, title: String, task: TransferTask, texts: [String]) {
    self.robustness = robustness
    self.title = title
    self.task = task
    self.texts = texts
    super.init()
  }

  override public var fieldNames: [String] {
    ["run", "metric", "n", "variants", "stable", "drop", "table", "flips"]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "run": return .text(title)
    case "metric": return .text(robustness.metric.name)
    case "n": return robustness.rows.first.map { .integer($0.texts) } ?? Value.none
    case "variants": return .integer(robustness.variants.count)
    case "stable": return robustness.rows.first.map { .number($0.stable.mean) } ?? Value.none
    case "drop": return robustness.rows.first.map { .number($0.drop.difference) } ?? Value.none
    case "table": return .object(TableObject(try table(), machine))
    case "flips": return .object(TableObject(try flips(), machine))
    default: return nil
    }
  }

  func table() throws -> Table {
    let rows = robustness.rows
    func column(
      _ name: String, _ value: (Robustness.Row) -> Double?
    ) -> (name: String, values: [DataValue]) {
      (name, rows.map { value($0).map { .number($0) } ?? .none })
    }
    return try Table(
      [
        ("kind", rows.map { .text($0.kind) }), ("variants", rows.map { .int($0.count) }),
        column("stable") { $0.stable.mean }, column("stable_lower") { $0.stable.interval?.lower },
        column("stable_upper") { $0.stable.interval?.upper },
        column("before") { $0.before }, column("after") { $0.after },
        column("drop") { $0.drop.difference }, column("lower") { $0.drop.interval.lower },
        column("upper") { $0.drop.interval.upper }, column("p_value") { $0.drop.pValue },
      ]
        + (rows.contains { $0.probabilityDrop != nil }
          ? [column("probability_drop") { $0.probabilityDrop }] : []))
  }

  /// The predictions that changed, the surest first.
  func flips() throws -> Table {
    let found = robustness.flips
    func wordings(_ found: [Int]) -> [(name: String, values: [DataValue])] {
      [
        ("text", found.map { .text(texts[robustness.variants[$0].text]) }),
        ("variant", found.map { .text(robustness.variants[$0].wording) }),
        ("kind", found.map { .text(robustness.variants[$0].kind) }),
      ]
    }
    let owners = found.map { robustness.variants[$0].text }
    switch (robustness.originals, robustness.changed) {
    case (.classes(let originals), .classes(let changed)):
      return try Table(
        wordings(found) + [
          ("label", owners.map { .text(task.labels[originals.gold[$0]]) }),
          ("before", owners.map { .text(task.labels[originals.predicted[$0]]) }),
          ("after", found.map { .text(task.labels[changed.predicted[$0]]) }),
          ("probability_before", owners.map { .number(originals.confidence($0)) }),
          ("probability_after", found.map { .number(changed.confidence($0)) }),
        ])
    case (.tags(let originals), .tags(let changed)):
      // A row for each word with another tag.
      var words: [(variant: Int, place: Int)] = []
      for (variant, owner) in zip(found, owners) {
        let before = originals.predicted[owner]
        words += before.indices.filter { before[$0] != changed.predicted[variant][$0] }
          .map { (variant, $0) }
      }
      func name(_ tag: EntityTag) -> DataValue { .text(task.labels[TaggingData.number(tag)]) }
      func word(_ text: String, _ place: Int) -> DataValue {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        return .text(place < parts.count ? String(parts[place]) : "")
      }
      let owner = words.map { robustness.variants[$0.variant].text }
      return try Table(
        wordings(words.map(\.variant)) + [
          ("word", zip(owner, words).map { word(texts[$0], $1.place) }),
          (
            "changed_word",
            words.map { word(robustness.variants[$0.variant].wording, $0.place) }
          ),
          ("tag", zip(owner, words).map { name(originals.gold[$0][$1.place]) }),
          ("before", zip(owner, words).map { name(originals.predicted[$0][$1.place]) }),
          ("after", words.map { name(changed.predicted[$0.variant][$0.place]) }),
        ])
    case (.texts(let originals), .texts(let changed)):
      return try Table(
        wordings(found) + [
          ("before", owners.map { .text(originals.hypotheses[$0]) }),
          ("after", found.map { .text(changed.hypotheses[$0]) }),
          ("in_common", found.map { .number(robustness.stays[$0]) }),
        ])
    default: return try Table(wordings(found))
    }
  }

  /// What became of the first flip, in a few words.
  private func change(_ index: Int) -> String {
    let text = robustness.variants[index].text
    switch (robustness.originals, robustness.changed) {
    case (.classes(let originals), .classes(let changed)):
      return "\(task.labels[originals.predicted[text]]) → \(task.labels[changed.predicted[index]])"
    case (.tags, .tags):
      let words = Int(robustness.units[index] - robustness.stays[index])
      return "\(words) of \(counted(Int(robustness.units[index]), "tag")) changed"
    case (.texts(let originals), .texts(let changed)):
      return "\"\(originals.hypotheses[text].prefix(40))\" → "
        + "\"\(changed.hypotheses[index].prefix(40))\""
    default: return ""
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    let name = MetricNames.title(robustness.metric.name)
    var text = "Robustness  \(title) · \(name) · "
    text += "\(counted(robustness.variants.count, "variant")) of "
    text += counted(robustness.rows.first?.texts ?? 0, "text")
    text += "\nkind          variants  stable                   before   after  drop"
    for row in robustness.rows {
      let count = Donor.grouped(row.count)
      text +=
        "\n" + row.kind + String(repeating: " ", count: max(1, 22 - row.kind.count - count.count))
      text += count + "  "
      let stable = ProbeObject.shown(row.stable)
      text += stable + String(repeating: " ", count: max(1, 24 - stable.count))
      text += Rounded.fixed(row.before, 3, width: 7) + Rounded.fixed(row.after, 3, width: 8)
      text += "  \(Rounded.fixed(row.drop.difference, 3)) "
      text += "(\(Rounded.fixed(row.drop.interval.lower, 3)) to "
      text += "\(Rounded.fixed(row.drop.interval.upper, 3)))"
    }
    if let first = robustness.flips.first {
      let variant = robustness.variants[first]
      text += "\n\(change(first)) (\(variant.kind)): \(variant.wording.prefix(100))"
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? RobustnessObject else { return false }
    return other.title == title && other.robustness.variants == robustness.variants
      && other.robustness.stays == robustness.stays
  }
}
