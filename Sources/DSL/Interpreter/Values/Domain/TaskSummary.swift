// What is in the parts of a task, as a table: `describe(task)`.

import TLText
import TLTransfer

extension TransferTask {
  /// A row for each measure, with a column for each part.
  func described(poll: () throws -> Void) throws -> Table {
    var names: [String] = []
    var columns: [(name: String, values: [DataValue])] = []
    for part in TaskPart.allCases {
      guard let data = parts[part] else { continue }
      try poll()
      let summary =
        switch data {
        case .classification(let data): DataSummary(data)
        case .tagging(let data): DataSummary(data)
        case .summarization(let data): DataSummary(data)
        }
      var rows: [(name: String, count: Int)] = [("examples", summary.rows)]
      rows += summary.counts
      rows += [
        ("words, median", summary.words.median), ("words, 95%", summary.words.percentile95),
        ("words, longest", summary.words.maximum),
      ]
      if case .summarization(let data) = data {
        let targets = LengthSummary(data.targets.map { Words.count(in: $0) })
        rows += [
          ("target words, median", targets.median), ("target words, 95%", targets.percentile95),
          ("target words, longest", targets.maximum),
        ]
      }
      rows += [
        ("empty texts", summary.emptyTexts),
        ("repeated texts", summary.duplicates),
        ("repeated with another label", summary.contradictions),
        ("words with mixed letters", summary.mixedLetters.wordCount),
      ]
      if let repairs = summary.repairs { rows.append(("repaired tags", repairs.total)) }
      names = rows.map(\.name)
      columns.append((part.rawValue, rows.map { .int($0.count) }))
    }
    return try Table([("measure", names.map { .text($0) })] + columns)
  }
}
