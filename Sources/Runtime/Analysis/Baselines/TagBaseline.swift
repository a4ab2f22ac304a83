// The classical row of a comparison of taggers: a conditional random field on words, endings,
// shapes and neighbours. Seconds to train and the same result each time.

import TLText

/// A conditional random field that tags words.
public struct TagBaseline: Sendable {
  private let features: WordFeatures
  /// The column of each feature, -1 for one that is too rare.
  private let columns: [Int32]
  private let width: Int
  private let model: ConditionalRandomField
  public let kinds: LabelNames

  /// The weight of ½‖w‖² unless a caller says otherwise.
  public static let defaultPenalty = 1.0
  /// A feature occurs at least so often in the training data.
  static let minimumCount = 2

  /// Learns from training data. Throws `invalid` for data without a word.
  public static func fit(
    _ data: TaggingData, penalty: Double = defaultPenalty,
    isCancelled: CancellationCheck = neverCancelled
  ) throws(AnalysisError) -> TagBaseline {
    guard penalty > 0 && penalty.isFinite else {
      throw .invalid("a penalty is positive, found \(penalty)")
    }
    guard data.tokenCount > 0 else { throw .invalid("the training data has no words") }
    var features = WordFeatures()
    let found = features.rows(data.tokens, learns: true)
    if isCancelled() { throw .cancelled }
    var counts = [Int](repeating: 0, count: features.count)
    for row in found { for feature in row { counts[Int(feature)] += 1 } }
    let least = data.tokenCount < 1_000 ? 1 : minimumCount
    var columns = [Int32](repeating: -1, count: features.count)
    var width = 0
    for feature in counts.indices where counts[feature] >= least {
      columns[feature] = Int32(width)
      width += 1
    }
    let model = try ConditionalRandomField.fit(
      rows(found, columns, width), lengths: data.tokens.map(\.count),
      gold: data.tags.flatMap { $0 }, tags: data.tagNames.count, penalty: penalty,
      isCancelled: isCancelled)
    return TagBaseline(
      features: features, columns: columns, width: width, model: model, kinds: data.kinds)
  }

  /// Predictions for other data of the same task.
  public func predictions(_ data: TaggingData) throws(AnalysisError) -> TagPredictions {
    guard data.kinds == kinds else {
      throw .invalid(
        "the baseline knows the kinds \(kinds.names), the data has \(data.kinds.names)")
    }
    return try TagPredictions(gold: data.tags, predicted: tags(data.tokens), kinds: kinds.names)
  }

  /// The most probable tags of sentences, as `TaggingData` numbers them.
  public func tags(_ sentences: [[String]]) -> [[Int]] {
    var features = features
    let rows = Self.rows(features.rows(sentences, learns: false), columns, width)
    return model.tags(rows, lengths: sentences.map(\.count))
  }

  private static func rows(_ found: [[Int32]], _ columns: [Int32], _ width: Int) -> SparseRows {
    var rows = SparseRows(width: width, isBinary: true)
    for row in found { rows.append(ones: row.lazy.map { columns[Int($0)] }) }
    return rows
  }
}
