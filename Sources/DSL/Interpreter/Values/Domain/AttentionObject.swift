// Where heads look, in one text and in many, and how alike layers are, as values.

import TLFigures
import TLTensor
import TLText
import TLTransfer

/// The attention maps of a text: `attention(donor, text)`.
public final class AttentionObject: DomainObject {
  let attention: TextAttention
  /// What is shown of all maps; nil: the mean.
  let layer: Int?
  let head: Int?
  /// The map of these [tokens, tokens].
  let map: Tensor

  init(_ attention: TextAttention, layer: Int?, head: Int?) throws {
    self.attention = attention
    map = try attention.map(layer: layer, head: head)
    self.layer = layer.map { $0 < 0 ? attention.layers + 1 + $0 : $0 }
    self.head = head.map { $0 < 0 ? attention.heads + 1 + $0 : $0 }
    super.init()
  }

  override public var kind: KindSet { .attention }
  override public var fieldNames: [String] {
    ["model", "text", "tokens", "layers", "heads", "layer", "head", "map", "means", "table"]
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "model": return .text(attention.title)
    case "text": return .text(attention.text)
    case "tokens": return .texts(attention.tokens)
    case "layers": return .integer(attention.layers)
    case "heads": return .integer(attention.heads)
    case "layer": return layer.map { .integer($0) } ?? Value.none
    case "head": return head.map { .integer($0) } ?? Value.none
    case "map": return .object(MatrixObject(map))
    case "means":
      return .list(
        ContiguousArray(
          try (0..<attention.layers).map {
            .object(MatrixObject(try attention.map(layer: $0 + 1, head: nil)))
          }))
    case "table": return .object(TableObject(try table(), machine))
    default: return nil
    }
  }

  /// A row for each pair of tokens of the map that is shown.
  private func table() throws -> Table {
    let tokens = attention.tokens
    let places = tokens.indices.flatMap { query in tokens.indices.map { (query, $0) } }
    return try Table([
      ("query", places.map { .int($0.0) }), ("query_token", places.map { .text(tokens[$0.0]) }),
      ("key", places.map { .int($0.1) }), ("key_token", places.map { .text(tokens[$0.1]) }),
      ("weight", places.map { .number(Double(map[$0.0, $0.1])) }),
    ])
  }

  /// `layer 12, mean of the heads`
  func view(_ language: FigureLanguage = .english) -> String {
    let layerName = layer.map { "\(FigureWord.layer(language)) \($0)" }
    let headName = head.map { "\(FigureWord.head(language)) \($0)" }
    return (layerName ?? FigureWord.meanOfLayers(language)) + ", "
      + (headName ?? FigureWord.meanOfHeads(language))
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text =
      "Attention  \(attention.title) · \(attention.layers) layers × \(attention.heads) heads"
    text += " · \(view())"
    let tokens = attention.tokens
    for query in 0..<min(tokens.count, 12) {
      let most = tokens.indices.sorted {
        (map[query, $1], $0) < (map[query, $0], $1)
      }.prefix(3)
      text += "\n" + Self.padded(tokens[query], 18) + " → "
      text += most.map { "\(tokens[$0]) \(Rounded.fixed(Double(map[query, $0]), 2))" }
        .joined(separator: "  ")
    }
    if tokens.count > 12 { text += "\n… \(tokens.count) tokens in all" }
    return text
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? AttentionObject, other.attention.tokens == attention.tokens,
      other.attention.maps.count == attention.maps.count, other.layer == layer, other.head == head
    else { return false }
    return zip(other.attention.maps, attention.maps).allSatisfy { $0.values == $1.values }
  }
}

/// Entropy and distance by head: `attention_summary(donor, texts)`.
public final class AttentionSummaryObject: DomainObject {
  let summary: AttentionSummary

  init(_ summary: AttentionSummary) {
    self.summary = summary
    super.init()
  }

  static let measures = ["entropy", "distance", "first", "separator"]

  static func value(_ name: String, _ head: AttentionSummary.Head) -> Double {
    switch name {
    case "entropy": head.entropy
    case "distance": head.distance
    case "first": head.first
    default: head.separator
    }
  }

  override public var fieldNames: [String] {
    ["model", "layers", "heads", "texts", "tokens", "table"] + Self.measures
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    if Self.measures.contains(name) {
      return .object(
        MatrixObject(
          Tensor(
            summary.heads.map { Float(Self.value(name, $0)) },
            shape: [summary.layers, summary.headsPerLayer])))
    }
    switch name {
    case "model": return .text(summary.title)
    case "layers": return .integer(summary.layers)
    case "heads": return .integer(summary.headsPerLayer)
    case "texts": return .integer(summary.texts)
    case "tokens": return .integer(summary.tokens)
    case "table":
      let heads = summary.heads
      return .object(
        TableObject(
          try Table(
            [
              ("layer", heads.map { .int($0.layer) }), ("head", heads.map { .int($0.head) }),
            ]
              + Self.measures.map { name in
                (name, heads.map { .number(Self.value(name, $0)) })
              }), machine))
    default: return nil
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text = "Attention of \(summary.title) over \(counted(summary.texts, "text")), "
    text += "\(counted(summary.tokens, "token")) · means over the heads"
    text += "\n layer  entropy, nats  distance, tokens  to the first  to separators"
    for layer in 1...max(1, summary.layers) {
      let heads = summary.heads.filter { $0.layer == layer }
      func mean(_ name: String) -> Double {
        heads.reduce(0) { $0 + Self.value(name, $1) } / Double(max(1, heads.count))
      }
      let number = "\(layer)"
      text += "\n" + String(repeating: " ", count: max(1, 6 - number.count)) + number
      text += Rounded.fixed(mean("entropy"), 2, width: 15)
      text += Rounded.fixed(mean("distance"), 2, width: 18)
      text += Rounded.fixed(mean("first"), 3, width: 14)
      text += Rounded.fixed(mean("separator"), 3, width: 15)
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? AttentionSummaryObject else { return false }
    return other.summary.heads == summary.heads && other.summary.title == summary.title
  }
}

/// CKA between layers: `cka(donor, run, texts)`.
public final class SimilarityObject: DomainObject {
  let similarity: LayerSimilarity

  init(_ similarity: LayerSimilarity) {
    self.similarity = similarity
    super.init()
  }

  override public var fieldNames: [String] {
    ["first", "second", "texts", "matrix", "diagonal", "table"]
  }

  private var columns: Int { similarity.values.first?.count ?? 0 }
  private var diagonal: [Double] {
    (0..<min(similarity.values.count, columns)).map { similarity.values[$0][$0] }
  }

  override public func field(_ name: String, _ machine: Machine) throws -> Value? {
    let values = similarity.values
    switch name {
    case "first": return .text(similarity.first)
    case "second": return .text(similarity.second)
    case "texts": return .integer(similarity.texts)
    case "matrix":
      return .object(
        MatrixObject(Tensor(values.joined().map { Float($0) }, shape: [values.count, columns])))
    case "diagonal":
      return .list(ContiguousArray(diagonal.map { $0.isFinite ? .number($0) : .none }))
    case "table":
      let places = values.indices.flatMap { row in (0..<columns).map { (row, $0) } }
      return .object(
        TableObject(
          try Table([
            ("first_layer", places.map { .int($0.0) }),
            ("second_layer", places.map { .int($0.1) }),
            (
              "cka",
              places.map { values[$0.0][$0.1].isFinite ? .number(values[$0.0][$0.1]) : .none }
            ),
          ]), machine))
    default: return nil
    }
  }

  override public func display(_ style: DisplayStyle) -> String {
    var text = "CKA  \(similarity.first) (rows) and \(similarity.second) (columns) over "
    text += "\(counted(similarity.texts, "text"))\n      "
    let shown = min(columns, max(1, (style.width - 8) / 6))
    for column in 0..<shown {
      text += String(repeating: " ", count: max(1, 6 - "\(column)".count)) + "\(column)"
    }
    for (row, values) in similarity.values.enumerated() {
      text += "\n" + String(repeating: " ", count: max(1, 6 - "\(row)".count)) + "\(row)"
      for value in values.prefix(shown) {
        text += value.isFinite ? Rounded.fixed(value, 2, width: 6) : "     –"
      }
    }
    return text
  }

  override public func isEqual(to other: DomainObject) -> Bool {
    guard let other = other as? SimilarityObject else { return false }
    let (a, b) = (similarity, other.similarity)
    return a.first == b.first && a.second == b.second && a.texts == b.texts
      && zip(a.values.joined(), b.values.joined()).allSatisfy {
        $0 == $1 || ($0.isNaN && $1.isNaN)
      }
  }
}
