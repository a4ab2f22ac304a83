// Embeddings: what an encoder makes of texts and of words, as matrices; matrices of other numbers.

import TLAnalysis
import TLSyntax
import TLTensor
import TLText
import TLTransfer

enum EmbeddingLibrary {
  static let functions: [LibraryFunction] = [embeddings, wordEmbeddings, matrix, readMatrix]

  private static let donorOrRun = ParameterDeclaration(
    "donor", [.model, .run], "a model from `model`, or a run from `adapt` for the adapted one")
  private static let layer = ParameterDeclaration(
    "layer", .integer, "0 for the embeddings, 1 for the first block; -1 for the last",
    default: .integer(-1))
  private static let maxLength = ParameterDeclaration(
    "max_length", .integer, "cuts what is longer, in tokens", default: .none, in: 2...1_000_000)

  static let embeddings = LibraryFunction(
    "embeddings", .donors, "one vector for each text, as a model makes it",
    [
      donorOrRun,
      ParameterDeclaration("texts", [.list, .text], "texts, or one text", of: .text),
      layer,
      ParameterDeclaration(
        "pool", .text, "how the vectors of a text's tokens become one", default: .text("mean"),
        choices: FrozenFeatures.Pooling.allCases.map(\.rawValue)),
      maxLength,
    ],
    result: .matrix,
    examples: [
      .init("embeddings(donor, [\"мама\", \"мыла раму\"]).row_count", "2"),
      .init("embeddings(donor, [\"мама\"], layer: 0, pool: \"cls\")[0] |> length", "36"),
    ],
    details: "The mean is over all tokens, special ones included, as sentence encoders have it. "
      + "Of a run they are the vectors after adaptation: project both and compare."
  ) { call in
    let texts = try call.texts(1)
    let pooling = FrozenFeatures.Pooling(rawValue: try call.text(3)) ?? .mean
    let limit = call.isNone(4) ? nil : try call.integer(4)
    if call[0].asDomain is RunObject {
      return .object(
        MatrixObject(
          try call.run(0).embeddings(
            texts, layer: call.integer(2), pooling: pooling, maxLength: limit,
            isStopped: call.isStopped)))
    }
    return .object(
      MatrixObject(
        try call.model(0).embeddings(
          texts, layer: call.integer(2), pooling: pooling, maxLength: limit,
          isStopped: call.isStopped)))
  }

  static let wordEmbeddings = LibraryFunction(
    "word_embeddings", .donors, "one vector for each word of texts, in its context",
    [
      donorOrRun,
      ParameterDeclaration(
        "texts", [.list, .text],
        "texts, which are cut into words; or lists of words, such as a column `tokens`"),
      layer, maxLength,
    ],
    result: .record([
      Kind.Field("vectors", .matrix), Kind.Field("words", .list(of: .text)),
      Kind.Field("texts", .list(of: .integer)),
    ]),
    examples: [
      .init("word_embeddings(donor, \"мама мыла раму\").words", "[\"мама\", \"мыла\", \"раму\"]"),
      .init("word_embeddings(donor, [[\"мыла\", \"раму\"]]).vectors.row_count", "2"),
    ],
    details:
      "A record: `vectors`, a matrix with the vector of each word's first token; `words`; and "
      + "`texts`, the number of the text that a word stands in. Words cut off at `max_length` "
      + "are left out."
  ) { call in
    var sentences: [[String]] = []
    if let text = call[1].asText {
      sentences = [Predictor.wordList(text.string)]
    } else {
      for (position, element) in try call.list(1).enumerated() {
        if let text = element.asText {
          sentences.append(Predictor.wordList(text.string))
        } else if let words = element.asList?.elements.map({ $0.asText?.string }),
          words.allSatisfy({ $0 != nil })
        {
          sentences.append(words.compactMap { $0 })
        } else {
          throw call.bad(
            1,
            "`texts` must hold texts or lists of words, found \(element.kindName) "
              + "at position \(position)")
        }
      }
    }
    let (layer, limit) = (try call.integer(2), call.isNone(3) ? nil : try call.integer(3))
    let found =
      call[0].asDomain is RunObject
      ? try call.run(0).wordEmbeddings(
        sentences, layer: layer, maxLength: limit, isStopped: call.isStopped)
      : try call.model(0).wordEmbeddings(
        sentences, layer: layer, maxLength: limit, isStopped: call.isStopped)
    return call.record([
      ("vectors", .object(MatrixObject(found.vectors))), ("words", .texts(found.words)),
      ("texts", .list(ContiguousArray(found.texts.map { .integer($0) }))),
    ])
  }

  static let matrix = LibraryFunction(
    "matrix", .interpretation, "a matrix of numbers, from rows or from a table's columns",
    [
      ParameterDeclaration(
        "rows", [.list, .table, .matrix], "a list of lists of numbers, or a table of numbers")
    ],
    result: .matrix,
    examples: [
      .init("matrix([[1, 2], [3, 4], [5, 6]]).row_count", "3"),
      .init("matrix(table([{x: 1, y: 2}]))[0]", "[1.0, 2.0]"),
    ]
  ) { call in .object(MatrixObject(try call.matrix(0))) }

  static let readMatrix = LibraryFunction(
    "read_matrix", .interpretation, "a matrix out of a NumPy file (.npy)",
    [ParameterDeclaration("path", .text, "a .npy file of float32 or float64", role: .input)],
    result: .matrix,
    examples: [
      .init(
        "try { read_matrix(path_join(temporary_folder(), \"no.npy\")) } catch problem "
          + "{ problem.kind }", "file-not-found")
    ]
  ) { call in .object(MatrixObject(try NumPyFile.read(call.path(0)))) }
}

extension Arguments {
  /// A matrix, or the numbers of a list of rows, of a table or of a projection's places.
  func matrix(_ index: Int) throws -> Tensor {
    if let matrix = self[index].asDomain as? MatrixObject { return matrix.tensor }
    if let projection = self[index].asDomain as? ProjectionObject { return projection.layout }
    let name = function.parameters[index].name
    if let table = self[index].asTable?.table {
      let tensor = Tensor(zeros: [table.rowCount, table.columnCount])
      for (column, values) in table.columns.enumerated() {
        guard let numbers = values.numbers else {
          throw bad(
            index,
            "`\(name)` needs numbers, column `\(table.names[column])` holds "
              + "\(values.kind.rawValue); leave it out with `drop`")
        }
        if let row = (0..<table.rowCount).first(where: { values.missing?[$0] ?? false }) {
          throw bad(
            index, "column `\(table.names[column])` of `\(name)` has no number in row \(row)")
        }
        for (row, number) in numbers.enumerated() {
          tensor.pointer[row * table.columnCount + column] = Float(number)
        }
      }
      return tensor
    }
    let rows = try list(index)
    var values: [Float] = []
    var columns = 0
    for (position, row) in rows.enumerated() {
      guard let elements = row.asList?.elements else {
        throw bad(
          index,
          "`\(name)` must hold rows of numbers, found \(row.kindName) at position "
            + "\(position)")
      }
      let numbers = try numbers(of: elements, index).doubles
      if position == 0 { columns = numbers.count }
      guard numbers.count == columns else {
        throw bad(
          index, "row \(position) of `\(name)` has \(numbers.count) numbers, row 0 has \(columns)")
      }
      values += numbers.map { Float($0) }
    }
    return Tensor(values, shape: [rows.count, columns])
  }
}
