// Forward passes of every encoder family against the reference library, within 1e-4.

import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

let encoderFixtures = [
  "bert-legacy-bin", "bert-safetensors", "bert-vocab-bin", "roberta", "xlm-roberta", "mdeberta-v3",
  "deberta-v2-conv", "deberta-v2-noshare",
]

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct EncoderForwardTests {
  @Test(arguments: encoderFixtures)
  func hiddenStatesEqualTheReference(name: String) throws {
    let golden = try Golden("golden/\(name)/forward.json")
    let model = try EncoderModel(directory: Golden.directory(name))
    let batch = golden["batch"]
    let trace = EncoderTrace(wantsAttention: true)
    try forward(model, batch.texts) { tape, input in
      let hidden = model.encode(input, on: tape, trace: trace)
      if let pooled = golden.json["pooler_output"] {
        expectClose(
          model.pool(tape.firstRows(hidden, input.sequences), input, on: tape).first(
            model.configuration.hiddenSize),
          pooled.numbers, 1e-4, "\(name) pooler")
      }
    }
    for field in golden["hidden_states_first8"].object ?? [] {
      let layer = try #require(Int(field.key))
      expectClose(
        trace.hiddenStates[layer].first(8), field.value.unpadded(batch).flatMap(\.numbers), 1e-4,
        "\(name) hidden state \(layer)")
    }
    let attention = golden["attention_batch_row2"]
    let layer = try #require(attention["layer"]?.int)
    let head = try #require(attention["head"]?.int)
    let map = trace.attentions[layer].maps[2]
    let length = map.shape[1]
    let expected = (attention["map"] ?? .null).rows.prefix(length).flatMap {
      $0.numbers.prefix(length)
    }
    let found = map.values[head * length * length..<(head + 1) * length * length].map(Double.init)
    expectClose(found, expected, 1e-4, "\(name) attention in the batch")
  }

  @Test(arguments: encoderFixtures)
  func singleTextsPairsAndLongTextsEqualTheReference(name: String) throws {
    let golden = try Golden("golden/\(name)/forward.json")
    let model = try EncoderModel(directory: Golden.directory(name))
    let trace = EncoderTrace(wantsAttention: true)
    for (key, field) in [
      ("single", "last_hidden_state"), ("pair", "last_hidden_first8"),
      ("long", "last_hidden_first8"),
    ] {
      guard let part = golden.json[key], let expected = part[field] else { continue }
      try forward(model, part.texts) { tape, input in
        let hidden = model.encode(input, on: tape, trace: key == "single" ? trace : nil)
        let columns = field == "last_hidden_first8" ? 8 : model.configuration.hiddenSize
        expectClose(hidden.first(columns), expected.numbers, 1e-4, "\(name) \(key)")
        if let pooled = part["pooler_output"] {
          expectClose(
            model.pool(tape.firstRows(hidden, input.sequences), input, on: tape).first(
              model.configuration.hiddenSize),
            pooled.numbers, 1e-4, "\(name) \(key) pooler")
        }
      }
    }
    let attention = golden["attention_single"]
    let layer = try #require(attention["layer"]?.int)
    let head = try #require(attention["head"]?.int)
    let map = trace.attentions[layer].maps[0]
    let square = map.shape[1] * map.shape[1]
    expectClose(
      map.values[head * square..<(head + 1) * square].map(Double.init),
      (attention["map"] ?? .null).numbers, 1e-4, "\(name) attention")
  }

  @Test(arguments: encoderFixtures)
  func maskedWordsEqualTheReference(name: String) throws {
    let golden = try Golden("golden/\(name)/forward.json")
    guard let part = golden.json["mlm"] else { return }
    let model = try EncoderModel(directory: Golden.directory(name), task: .maskedLM)
    #expect(model.report.missing.isEmpty)
    try forward(model, part.texts) { tape, input in
      let logits = model.logits(input, on: tape)
      expectClose(logits.first(16), (part["logits_first16"] ?? .null).numbers, 1e-4, "\(name) mlm")
      let position = try #require(part["mask_position"]?.int)
      let row = logits.row(position)
      expectClose(
        row.map(Double.init), (part["logits_full_at_mask"] ?? .null).numbers, 1e-4,
        "\(name) mlm at the mask")
      let best = row.indices.sorted { row[$0] > row[$1] }.prefix(10)
      #expect(best.map(Int32.init) == part["top10_ids"]?.ints)
      let labels = (part["labels"] ?? .null).ints
      let loss = tape.crossEntropy(
        logits, tape.arena.copy(labels), scale: 1 / CrossEntropyOptions().weight(of: labels))
      let expected = try #require(part["loss"]?.number)
      #expect(abs(loss - expected) <= 1e-4 * expected)
    }
    if let expected = golden.json["mlm_batch_logits_first8"] {
      try forward(model, golden["batch"].texts) { tape, input in
        expectClose(
          model.logits(input, on: tape).first(8),
          expected.unpadded(golden["batch"]).flatMap(\.numbers), 1e-4, "\(name) mlm batch")
      }
    }
    for (key, part) in [("nsp_logits_batch", "batch"), ("nsp_logits_pair", "pair")] {
      guard let expected = golden.json[key] else { continue }
      let head = try #require(model.nextSentenceHead)
      try forward(model, golden[part].texts) { tape, input in
        let pooled = model.pool(model.encodeFirst(input, on: tape), input, on: tape)
        let logits = head(pooled, on: tape, rows: .sequences(input.sequences))
        expectClose(logits.first(2), expected.numbers, 1e-4, "\(name) \(key)")
      }
    }
  }

  @Test(arguments: encoderFixtures)
  func headsEqualTheReference(name: String) throws {
    let golden = try Golden("golden/\(name)/forward.json")
    for field in golden["heads"].object ?? [] {
      let part = field.value
      let directory = Golden.directory(try #require(part["model"]?.string))
      let labels = try EncoderConfiguration(directory: directory).labels
      #expect(labels == part["labels_names"]?.rows.compactMap(\.string) ?? labels)
      let isToken = field.key == "tokcls"
      let model = try EncoderModel(
        directory: directory,
        task: isToken
          ? .tokenClassification(classes: labels.count)
          : .sequenceClassification(classes: labels.count))
      #expect(model.report.missing.isEmpty)
      let batch = golden["batch"]
      try forward(model, batch.texts) { tape, input in
        let logits = model.logits(input, on: tape)
        let given = part["logits"] ?? .null
        let expected = isToken ? given.unpadded(batch).flatMap(\.numbers) : given.numbers
        expectClose(logits.first(labels.count), expected, 1e-4, "\(name) \(field.key)")
        let loss = try #require(part["loss"]?.number)
        let found = lossOf(
          logits, part["labels"] ?? .null, batch, problem: model.configuration.problem,
          isToken: isToken, on: tape)
        #expect(abs(found - loss) <= 1e-4 * loss, "\(name) \(field.key)")
      }
    }
  }
}

/// The loss that the reference library computes for a head.
func lossOf(
  _ logits: Variable, _ labels: JSON, _ batch: JSON, problem: ProblemKind?, isToken: Bool,
  on tape: Tape
) -> Double {
  let targets = isToken ? labels.unpadded(batch).flatMap(\.numbers) : labels.numbers
  switch problem {
  case .multiLabel:
    return tape.binaryCrossEntropy(
      logits, tape.arena.copy(targets.map(Float.init)), scale: 1 / Double(targets.count))
  case .regression:
    return tape.squaredError(
      logits, tape.arena.copy(targets.map(Float.init)), scale: 1 / Double(targets.count))
  default:
    let ids = targets.map { Int32($0) }
    return tape.crossEntropy(
      logits, tape.arena.copy(ids), scale: 1 / CrossEntropyOptions().weight(of: ids))
  }
}
