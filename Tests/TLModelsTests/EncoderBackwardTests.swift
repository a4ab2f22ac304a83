// Gradients of every parameter of every encoder family against the reference library.

import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct EncoderBackwardTests {
  static let classifiers = [
    "bert-legacy-bin", "bert-safetensors", "bert-vocab-bin", "roberta", "xlm-roberta",
    "mdeberta-v3", "deberta-v2-conv", "deberta-v2-noshare",
  ].flatMap { ["\($0)-seqcls", "\($0)-tokcls"] }

  @Test(arguments: classifiers, [1, 2])
  func gradientsOfClassifiersEqualTheReference(name: String, threads: Int) throws {
    let golden = try Golden("golden/\(name)/backward.json")
    let directory = Golden.directory(name)
    let classes = try EncoderConfiguration(directory: directory).labels.count
    let isToken = name.hasSuffix("tokcls")
    let model = try EncoderModel(
      directory: directory,
      task: isToken
        ? .tokenClassification(classes: classes) : .sequenceClassification(classes: classes))
    let inputs = golden["inputs"]
    let batch = try EncoderBatch(inputs.texts, for: model.configuration)
    let labels = golden["labels"]
    let perText: [[Int32]] = labels.rows.indices.map { row in
      guard isToken else { return [Int32(labels.rows[row].numbers[0])] }
      let mask = inputs["attention_mask"]?[row]?.ints
      let all = labels.rows[row].ints
      return all.indices.filter { mask?[$0] != 0 }.map { all[$0] }
    }
    let scale = 1 / CrossEntropyOptions().weight(of: perText.flatMap { $0 })
    try check(model, golden, batch, threads) { tape, input, share in
      let logits = model.logits(input, on: tape)
      let ids = share.flatMap { perText[$0] }
      return tape.crossEntropy(logits, tape.arena.copy(ids), scale: scale)
    }
  }

  @Test(arguments: ["mdeberta-v3", "deberta-v2-conv", "deberta-v2-noshare"])
  func gradientsOfMaskedLMEqualTheReference(name: String) throws {
    guard let golden = try? Golden("golden/\(name)/backward_mlm.json") else { return }
    let model = try EncoderModel(directory: Golden.directory(name), task: .maskedLM)
    let batch = try EncoderBatch(golden["inputs"].texts, for: model.configuration)
    let labels = golden["labels"].ints
    let scale = 1 / CrossEntropyOptions().weight(of: labels)
    try check(model, golden, batch, 1) { tape, input, _ in
      tape.crossEntropy(
        model.logits(input, on: tape), tape.arena.copy(labels), scale: scale, overwriting: true)
    }
  }

  private func check(
    _ model: EncoderModel, _ golden: Golden, _ batch: EncoderBatch, _ threads: Int,
    _ loss: @Sendable (Tape, EncoderInput, [Int]) -> Double
  ) throws {
    let layout = GradientLayout(model.parameters)
    let workers = Workers(threads: threads, layout: layout)
    let found = try workers.accumulate(costs: batch.lengths) { tape, share in
      loss(tape, EncoderInput(batch, share, on: tape), share)
    }
    let expected = try #require(golden.json["loss"]?.number)
    #expect(abs(found - expected) <= 1e-4 * expected)
    let norms = workers.reduceGradients()
    if let total = golden.json["grad_norm_total"]?.number {
      #expect(abs(norms.total - total) <= 1e-3 * total)
    }
    let byName = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0) })
    for field in golden["grads"].object ?? [] {
      let norm = try #require(field.value["norm"]?.number)
      // The softmax does not depend on a bias of the keys: its gradient is rounding noise.
      if norm < 1e-6 { continue }
      let parameter = try #require(byName[field.key], "\(field.key)")
      let gradient = try #require(workers.gradients[0].gradient(of: parameter), "\(field.key)")
      #expect(
        abs(gradient.norm - norm) <= max(1e-3 * norm, norm < 1e-2 ? 1e-5 : 0), "\(field.key)")
      for (value, wanted) in zip(gradient.values, (field.value["first8"] ?? .null).numbers) {
        #expect(abs(Double(value) - wanted) <= 1e-4 + 1e-3 * abs(wanted), "\(field.key)")
      }
    }
    #expect(golden["grads"].object?.count ?? 0 > 10)
  }
}
