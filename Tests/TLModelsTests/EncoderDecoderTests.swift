// Forward and backward passes of every encoder-decoder family against the reference library.

import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

let encoderDecoderFixtures = ["t5", "mt5", "rut5-tokenizer-json", "bart", "mbart", "marian"]

extension JSON {
  /// The labels of a padded batch, without what counts for nothing.
  var targets: [[Int32]] { rows.map { $0.ints.filter { $0 >= 0 } } }

  /// Rows of a padded batch where there is a label, one after the other.
  func labelled(_ labels: JSON) -> [JSON] {
    rows.enumerated().flatMap { index, row in
      row.rows.prefix(labels[index]?.ints.count { $0 >= 0 } ?? 0)
    }
  }
}

@Suite(.enabled(if: Shared.isPresent, "needs ../shared"))
struct EncoderDecoderTests {
  @Test(arguments: encoderDecoderFixtures)
  func hiddenStatesAndLogitsEqualTheReference(name: String) throws {
    let golden = try Golden("golden/\(name)/forward.json")
    let model = try EncoderDecoderModel(directory: Golden.directory(name))
    #expect(model.report.isComplete, "\(model.report)")
    let given = golden["batch"]
    let labels = given["labels"] ?? .null
    let batch = try TextPairBatch(
      sources: given.texts.map(\.ids), targets: labels.targets, for: model.configuration)
    let tape = Tape()
    tape.begin(recording: false)
    let trace = EncoderDecoderTrace()
    let all = batch.sources.indices
    let encoded = model.encode(batch, all, on: tape, trace: trace)
    let decoded = model.decode(
      batch, all, encoded.vectors, encoded.sequences, on: tape, trace: trace)
    for field in golden["encoder_hidden_first8"].object ?? [] {
      let layer = try #require(Int(field.key))
      expectClose(
        trace.encoder.hiddenStates[layer].first(8),
        field.value.unpadded(given).flatMap(\.numbers), 1e-4, "\(name) encoder \(layer)")
    }
    for field in golden["decoder_hidden_first8"].object ?? [] {
      let layer = try #require(Int(field.key))
      expectClose(
        trace.decoder.hiddenStates[layer].first(8),
        field.value.labelled(labels).flatMap(\.numbers), 1e-4, "\(name) decoder \(layer)")
    }
    let logits = model.logits(decoded, on: tape)
    expectClose(
      logits.first(16), golden["logits_first16"].labelled(labels).flatMap(\.numbers), 1e-4,
      "\(name) logits")
    expectClose(
      logits.row(1).map(Double.init), golden["logits_full_text0_pos1"].numbers, 1e-4,
      "\(name) all logits of a token")
    let scale = 1 / CrossEntropyOptions().weight(of: batch.targets.flatMap { $0 })
    for (key, smoothing) in [("loss", 0), ("loss_label_smoothing_0.1", Float(0.1))] {
      let expected = try #require(golden.json[key]?.number)
      let found = model.loss(
        decoded, batch, all, options: CrossEntropyOptions(labelSmoothing: smoothing),
        scale: scale, on: tape)
      #expect(abs(found - expected) <= 1e-4 * expected, "\(name) \(key)")
    }
  }

  @Test(arguments: encoderDecoderFixtures)
  func oneTextAloneEqualsTheReference(name: String) throws {
    let golden = try Golden("golden/\(name)/forward.json")
    let model = try EncoderDecoderModel(directory: Golden.directory(name))
    let given = golden["batch"]
    let batch = try TextPairBatch(
      sources: given.texts.map(\.ids), targets: (given["labels"] ?? .null).targets,
      for: model.configuration)
    let tape = Tape()
    tape.begin(recording: false)
    let trace = EncoderDecoderTrace()
    let encoded = model.encode(batch, [0], on: tape, trace: trace)
    _ = model.decode(batch, [0], encoded.vectors, encoded.sequences, on: tape, trace: trace)
    let size = model.configuration.hiddenSize
    for (key, tensor) in [
      ("encoder_last_full_text0", trace.encoder.hiddenStates.last),
      ("decoder_last_full_text0", trace.decoder.hiddenStates.last),
    ] {
      let rows = golden[key].rows.prefix(tensor?.rows ?? 0).flatMap(\.numbers)
      expectClose(try #require(tensor).first(size), rows, 1e-4, "\(name) \(key)")
    }
    let maps = golden["attention_text0"]
    for (key, found) in [
      ("encoder_self", trace.encoder.attentions), ("decoder_self", trace.decoder.attentions),
      ("cross", trace.cross),
    ] {
      let layer = try #require(maps[key]?["layer"]?.int)
      let head = try #require(maps[key]?["head"]?.int)
      let map = try #require(found[layer].maps.first)
      let (queries, keys) = (map.shape[1], map.shape[2])
      let expected = (maps[key]?["map"]?.rows ?? []).prefix(queries).flatMap {
        $0.numbers.prefix(keys)
      }
      let values = map.values[head * queries * keys..<(head + 1) * queries * keys]
      expectClose(values.map(Double.init), expected, 1e-4, "\(name) \(key)")
    }
  }

  @Test(arguments: encoderDecoderFixtures, [1, 2])
  func gradientsEqualTheReference(name: String, threads: Int) throws {
    let golden = try Golden("golden/\(name)/backward.json")
    let model = try EncoderDecoderModel(directory: Golden.directory(name))
    let batch = try TextPairBatch(
      sources: golden["inputs"].texts.map(\.ids), targets: golden["labels"].targets,
      for: model.configuration)
    let workers = Workers(threads: threads, layout: GradientLayout(model.parameters))
    let scale = 1 / CrossEntropyOptions().weight(of: batch.targets.flatMap { $0 })
    let found = try workers.accumulate(costs: batch.costs) { tape, share in
      model.loss(batch, share, scale: scale, on: tape)
    }
    let expected = try #require(golden.json["loss"]?.number)
    #expect(abs(found - expected) <= 1e-4 * expected)
    let norms = workers.reduceGradients()
    let total = try #require(golden.json["grad_norm_total"]?.number)
    #expect(abs(norms.total - total) <= 1e-3 * total)
    let byName = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0) })
    let grads = golden["grads"].object ?? []
    for field in grads {
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
    #expect(grads.count > 40 && grads.count == model.parameters.count)
  }

  @Test func distancesHaveTheBucketsOfTheReference() throws {
    let golden = try Golden("ops/t5_relative_buckets.json")
    let distances = golden["relative_position"].ints
    for (buckets, largest, key) in Self.bucketTables(golden) {
      let expected = golden[key].ints
      for (distance, bucket) in zip(distances, expected) {
        #expect(
          T5Stack.bucket(
            Int(distance), buckets: buckets, largest: largest,
            isBidirectional: key.contains("True")) == Int(bucket), "\(key) \(distance)")
      }
    }
  }

  /// `bidirectional_True_buckets_32_max_128` and its like.
  private static func bucketTables(_ golden: Golden) -> [(Int, Int, String)] {
    (golden.json.object ?? []).compactMap { field in
      let parts = field.key.split(separator: "_")
      guard field.key.hasPrefix("bidirectional_"), parts.count == 6, let buckets = Int(parts[3]),
        let largest = Int(parts[5])
      else { return nil }
      return (buckets, largest, field.key)
    }
  }
}
