// Prompting: what a model knows of a task before any training.

import TLAnalysis
import TLSyntax
import TLText
import TLTransfer

enum PromptLibrary {
  static let functions: [LibraryFunction] = [zeroShot]

  static let zeroShot = LibraryFunction(
    "zero_shot", .evaluation, "classes of texts by the words a masked model expects, untrained",
    [
      DonorLibrary.donor0,
      ParameterDeclaration(
        "texts", [.list, .text, .task], "texts, or a task, whose part is evaluated", of: .text),
      ParameterDeclaration(
        "templates", [.text, .list], "with [text] and [label], e.g. \"[text] Это [label].\"",
        of: .text),
      ParameterDeclaration(
        "labels", [.list, .record],
        "the words of the classes; a record of class and word, or class and list of words"),
      ParameterDeclaration(
        "calibrated", .boolean, "takes off what the model expects without a text",
        default: .boolean(false)),
      ParameterDeclaration(
        "part", .text, "of a task", default: .text("test"), choices: ["validation", "test"]),
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap, for a task", default: .integer(1000),
        in: 100...1_000_000),
      ParameterDeclaration("seed", .integer, "of the resamples", default: .integer(0)),
    ],
    result: [.table, .evaluation],
    inferred: { kinds in
      kinds[1].set == .task
        ? .evaluation
        : kinds[1].set.contains(.task) ? Kind([.table, .evaluation]) : .table
    },
    examples: [
      .init(
        "zero_shot(donor, [\"рынок вырос\"], \"[text] Это [label].\", [\"хорошо\", \"плохо\"]) "
          + "|> columns", "[\"text\", \"label\", \"хорошо\", \"плохо\"]"),
      .init(
        "zero_shot(donor, task, \"[text] Это [label].\", "
          + "{positive: [\"хорошо\", \"рост\"], negative: \"плохо\"}).n", "\(Prelude.testRows)"),
    ],
    details:
      "The pieces of a word are hidden one by one and their log-probabilities added; the words "
      + "of a class count by their mean probability, templates by theirs. With `calibrated`, the score "
      + "with an empty text is subtracted. For texts a table of label and probabilities; for a task "
      + "an Evaluation, to be compared with those of runs."
  ) { call in
    let donor = try call.model(0)
    var labels: [(name: String, words: [String])] = []
    if call[3].asRecord != nil {
      for (name, value) in try call.fields(3) {
        if let word = value.asText {
          labels.append((name, [word.string]))
        } else if let list = value.asList {
          labels.append(
            (
              name,
              try list.elements.map { word in
                guard let text = word.asText else {
                  throw call.bad(3, "the words of `\(name)` must be texts, found \(word.kindName)")
                }
                return text.string
              }
            ))
        } else {
          throw call.bad(
            3, "the label `\(name)` needs a word or a list of words, found \(value.kindName)")
        }
      }
    } else {
      labels = try call.texts(3).map { ($0, [$0]) }
    }
    func classifier(_ labels: [(name: String, words: [String])]) throws -> ZeroShot {
      try ZeroShot(
        donor, templates: call.texts(2), labels: labels, calibrates: call.boolean(4))
    }
    guard call[1].asDomain is TaskObject else {
      let texts = try call.texts(1)
      let shot = try classifier(labels)
      let found = try shot.probabilities(texts, isStopped: call.isStopped)
      var columns: [(name: String, values: [DataValue])] = [
        ("text", texts.map { .text($0) }),
        (
          "label",
          found.map { row in
            .text(labels[row.indices.dropFirst().reduce(0) { row[$1] > row[$0] ? $1 : $0 }].name)
          }
        ),
      ]
      for (index, label) in labels.enumerated() {
        columns.append((label.name, found.map { .number($0[index]) }))
      }
      return call.table(try Table(columns))
    }
    let task = try call.task(1)
    let part = try call.part(5)
    let data = try task.classification(part)
    let ordered = try task.labels.map { name in
      guard let found = labels.first(where: { $0.name == name }) else {
        throw call.bad(3, "the task has the label `\(name)`, `labels` has no word for it")
      }
      return found
    }
    if let extra = labels.first(where: { !task.labels.contains($0.name) }) {
      throw call.bad(3, "the task has no label `\(extra.name)`")
    }
    let found = try classifier(ordered).probabilities(data.texts, isStopped: call.isStopped)
    return .object(
      try EvaluationObject(
        title: "zero-shot \(donor.shortName)", part: part, task: task,
        predictions: .classes(
          try ClassPredictions(
            gold: data.labels, probabilities: found.flatMap { $0 }, classes: task.labels.count)),
        resamples: call.integer(6), seed: UInt64(bitPattern: Int64(call.integer(7)))))
  }
}
