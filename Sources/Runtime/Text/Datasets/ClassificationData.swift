// Texts with a class each: what a classifier is trained and measured on. The class names belong to
// the task, not to a part of it, so that train and test number the classes alike.

/// Texts, or pairs of texts, with class numbers.
public struct ClassificationData: Sendable {
  public let texts: [String]
  /// The second text of each row, for tasks about pairs.
  public let pairs: [String]?
  /// Class numbers, indices into `labelNames`.
  public let labels: [Int]
  public let labelNames: LabelNames

  public var count: Int { texts.count }

  /// Throws `invalid` when the lists differ in length or a label is outside the names.
  public init(
    texts: [String], pairs: [String]? = nil, labels: [Int], labelNames: LabelNames
  ) throws(TextError) {
    guard labels.count == texts.count else {
      throw .invalid("\(texts.count) texts have \(labels.count) labels")
    }
    if let pairs, pairs.count != texts.count {
      throw .invalid("\(texts.count) texts have \(pairs.count) second texts")
    }
    for (row, label) in labels.enumerated() where label < 0 || label >= labelNames.count {
      throw .invalidRow(
        row, "label \(label) is outside the \(labelNames.count) classes of the task")
    }
    self.texts = texts
    self.pairs = pairs
    self.labels = labels
    self.labelNames = labelNames
  }

  /// Reads columns of a table; without `labelNames` the classes are those of the table, in order
  /// of their code points (integers in numeric order). Throws `noSuchColumn`, or `invalid` that
  /// names row and column.
  public init(
    _ table: Table, text: String, pair: String? = nil, label: String,
    labelNames: LabelNames? = nil
  ) throws(TextError) {
    let column = try table.column(label)
    let names: LabelNames
    if let labelNames {
      names = labelNames
    } else {
      names = try LabelNames.found(in: column, called: label)
    }
    var labels: [Int] = []
    labels.reserveCapacity(column.count)
    for row in 0..<column.count {
      let name = try LabelNames.text(column, row, label)
      guard let index = names.index(of: name) else {
        let known = names.names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        throw .unknownLabel(
          row: row, "column `\(label)` has `\(name)`, the classes are \(known)")
      }
      labels.append(index)
    }
    var pairs: [String]?
    if let pair { pairs = try TextColumn.texts(table, pair) }
    try self.init(
      texts: TextColumn.texts(table, text), pairs: pairs, labels: labels, labelNames: names)
  }

  /// The rows at `rows`, in that order; a row outside the data is an error.
  public func taking(_ rows: [Int]) throws(TextError) -> ClassificationData {
    try TextColumn.check(rows, count: count)
    return try ClassificationData(
      texts: rows.map { texts[$0] }, pairs: pairs.map { pairs in rows.map { pairs[$0] } },
      labels: rows.map { labels[$0] }, labelNames: labelNames)
  }

  /// How many rows each class has.
  public var classCounts: [Int] { Self.counts(labels, classes: labelNames.count) }

  /// Weights rows / (classes · rows of the class), which give every class the same total; a class
  /// without rows gets 0.
  public var balancedClassWeights: [Double] {
    let counts = classCounts
    return counts.map { $0 == 0 ? 0 : Double(count) / (Double(counts.count) * Double($0)) }
  }

  /// The classes that have no row, by name.
  public var absentClasses: [String] {
    zip(labelNames.names, classCounts).filter { $0.1 == 0 }.map { $0.0 }
  }

  static func counts(_ labels: [Int], classes: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    for label in labels { counts[label] += 1 }
    return counts
  }
}

/// Columns of text as lists, with errors that name row and column.
enum TextColumn {
  static func texts(_ table: Table, _ name: String) throws(TextError) -> [String] {
    let column = try table.column(name)
    var texts: [String] = []
    texts.reserveCapacity(column.count)
    for row in 0..<column.count {
      switch column.value(at: row) {
      case .text(let text): texts.append(text)
      case let value:
        throw .invalidRow(
          row,
          "column `\(name)` has \(value.kindName), expected a text"
            + (value.isMissing ? "; drop the rows without one before making a task" : ""))
      }
    }
    return texts
  }

  static func check(_ rows: [Int], count: Int) throws(TextError) {
    if let row = rows.first(where: { $0 < 0 || $0 >= count }) {
      throw .invalid("row \(row) is outside the data, which has \(count) rows")
    }
  }
}
