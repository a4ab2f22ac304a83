// CellResult: what a cell has given, as JSON that keeps kinds apart, and its flat view for tables: the
// fields of a run or an evaluation stand under their own names, also where they lie in a record.

import TLText

/// A cell's value as the store keeps it.
public enum CellResult {
  /// A thing with named measurements: a run, an evaluation.
  /// - Parameter id: of a stored run, from which it can be had again.
  public static func measured(
    kind: String, id: String? = nil, headline: String?, fields: [CellField]
  ) -> JSON {
    .object([
      JSONField("kind", .string(kind)), JSONField("id", id.map { .string($0) } ?? .null),
      JSONField("headline", headline.map { .string($0) } ?? .null),
      JSONField(
        "fields", .object(fields.map { JSONField($0.name, number($0.value)) })),
    ])
  }

  public static func record(_ fields: [(String, JSON)]) -> JSON {
    .object([
      JSONField("kind", .string("Record")),
      JSONField("fields", .object(fields.map { JSONField($0.0, $0.1) })),
    ])
  }

  public static func list(_ items: [JSON]) -> JSON {
    .object([JSONField("kind", .string("List")), JSONField("items", .array(items))])
  }

  /// JSON has no infinity and no not-a-number: they stand as a record.
  public static func number(_ value: DataValue) -> JSON {
    guard case .number(let number) = value, !number.isFinite else { return value.json }
    return .object([
      JSONField("kind", .string("Number")), JSONField("text", .string(number.description)),
    ])
  }

  /// A plain value; nil for a record, list or something measured.
  public static func plain(_ json: JSON) -> DataValue? {
    switch json {
    case .object:
      guard json["kind"]?.string == "Number" else { return nil }
      return .number(json["text"]?.string.flatMap(Double.init) ?? .nan)
    case .array: return nil
    default: return DataValue(json)
    }
  }

  /// Numbers, texts and booleans by name; a single number is `value`.
  public static func fields(_ json: JSON) -> [CellField] {
    if let plain = plain(json) { return plain.isMissing ? [] : [CellField("value", plain)] }
    var found: [CellField] = []
    var places: [String: Int] = [:]
    /// - Parameter isNear: a name that the record has itself goes before those of what lies in it.
    func add(_ name: String, _ value: DataValue, isNear: Bool) {
      if let place = places[name] {
        if isNear { found[place] = CellField(name, value) }
        return
      }
      places[name] = found.count
      found.append(CellField(name, value))
    }
    func walk(_ json: JSON, _ prefix: String, depth: Int) {
      guard depth < 8 else { return }
      for field in json["fields"]?.object ?? [] {
        if let plain = plain(field.value) {
          if plain.isMissing { continue }
          add(prefix + field.key, plain, isNear: depth == 0)
          if depth > 0 { add(field.key, plain, isNear: false) }
        } else {
          walk(field.value, prefix + field.key + ".", depth: depth + 1)
        }
      }
    }
    walk(json, "", depth: 0)
    return found
  }

  /// The measurement that what was measured is known by.
  public static func headline(_ json: JSON) -> String? {
    if let own = json["headline"]?.string { return own }
    if json["kind"]?.string == "Record" {
      for field in json["fields"]?.object ?? [] {
        if let found = headline(field.value) { return found }
      }
    }
    return nil
  }
}
