// Golden files of the reference library: numbers out of JSON, and comparisons with a tolerance.

import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

/// A golden JSON file of ../shared/fixtures/models.
struct Golden {
  static let folder = Shared.folder + "/fixtures/models"
  let json: JSON

  init(_ path: String) throws {
    json = try JSON.parse(FileBytes.readText("\(Golden.folder)/\(path)"))
  }

  subscript(key: String) -> JSON { json[key] ?? .null }

  static func directory(_ name: String) -> String { "\(folder)/models/\(name)" }
}

extension JSON {
  /// All numbers in reading order.
  var numbers: [Double] {
    switch self {
    case .int(let value): return [Double(value)]
    case .number(let value): return [value]
    case .array(let items): return items.flatMap(\.numbers)
    default: return []
    }
  }

  var ints: [Int32] { numbers.map { Int32($0) } }
  var rows: [JSON] { array ?? [] }

  /// A batch of padded id lists with its mask, as texts without padding.
  var texts: [EncodedText] {
    rows(of: "input_ids").enumerated().map { index, ids in
      let mask = self["attention_mask"]?[index]?.ints
      let keep = ids.ints.indices.filter { mask?[$0] != 0 }
      let types = self["token_type_ids"]?[index]?.ints
      return EncodedText(
        ids: keep.map { ids.ints[$0] }, typeIDs: types.map { types in keep.map { types[$0] } } ?? []
      )
    }
  }

  func rows(of key: String) -> [JSON] { self[key]?.rows ?? [] }

  /// Rows of a padded batch where the mask is 1, one after the other.
  func unpadded(_ batch: JSON) -> [JSON] {
    rows.enumerated().flatMap { index, row in
      row.rows.enumerated().filter { batch["attention_mask"]?[index]?.ints[$0.offset] != 0 }
        .map(\.element)
    }
  }
}

/// The largest difference of two lists of numbers; infinite where their lengths differ.
func largestDifference(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  var largest = 0.0
  for (a, b) in zip(found, expected) {
    if !a.isFinite { return .infinity }
    largest = max(largest, abs(a - b))
  }
  return largest
}

func expectClose(
  _ found: [Double], _ expected: [Double], _ tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let difference = largestDifference(found, expected)
  #expect(
    difference <= tolerance && !expected.isEmpty,
    "\(what): differs by \(difference), \(found.count) values for \(expected.count)",
    sourceLocation: sourceLocation)
}

extension Variable {
  /// The first `columns` numbers of each row.
  func first(_ columns: Int) -> [Double] {
    (0..<rows).flatMap { row(Int($0)).prefix(columns).map(Double.init) }
  }
}

extension Tensor {
  func first(_ count: Int) -> [Double] {
    (0..<rows).flatMap { row in (0..<count).map { Double(self[row, $0]) } }
  }
}

/// Runs a model forward over all texts on one tape.
func forward<Result>(
  _ model: EncoderModel, _ texts: [EncodedText],
  _ body: (Tape, EncoderInput) throws -> Result
) throws -> Result {
  let tape = Tape()
  tape.begin(recording: false)
  let batch = try EncoderBatch(texts, for: model.configuration)
  return try body(tape, EncoderInput(batch, texts.indices, on: tape))
}
