// Encoders whose config.json or tensors are written in a less common way: the numbers of the
// reference library for the same files (transformers 4.57), or an error that names the cause.

import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite struct EncoderVariantTests {
  static let text = EncodedText(ids: [2, 7, 9, 5, 30, 41, 3])

  /// The logits of the text's tokens, or their vectors.
  private func outputs(_ path: String, _ task: EncoderModel.Task = .features) throws -> Tensor {
    let model = try EncoderModel(directory: path, task: task)
    return try forward(model, [Self.text]) { tape, input in
      model.logits(input, on: tape).tensor
    }
  }

  private func expectRow(
    _ found: Tensor, _ row: Int, _ expected: [Double], from first: Int = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectClose(
      expected.indices.map { Double(found[row, first + $0]) }, expected, 1e-4, "row \(row)",
      sourceLocation: sourceLocation)
  }

  // MARK: DeBERTa

  @Test func theScaleCountsThePartsAlsoWhereAttentionIsNotRelative() throws {
    let scratch = try Variant.donor("deberta", #"{"relative_attention": false}"#)
    let found = try outputs(scratch.path)
    expectRow(found, 1, [-0.205287, -0.496821, 0.029242, -0.659069, 1.295507, -0.41155])
    expectRow(found, 6, [0.026596, -0.831188])
    let exported = scratch.path + "/exported"
    try HuggingFaceFolder.write(EncoderModel(directory: scratch.path), to: exported)
    #expect(try outputs(exported).values == found.values)
    let without = try Variant.donor(
      "deberta", #"{"relative_attention": false, "pos_att_type": null}"#)
    let plain = try outputs(without.path)
    expectRow(plain, 1, [-0.186395, -0.533333, 0.098977, -0.68104, 1.288324, -0.565149])
    expectRow(plain, 6, [-0.01233, -0.804013])
  }

  @Test func kindsOfPositionsMayHaveCapitalsAndSpaces() throws {
    let scratch = try Variant.donor("deberta", #"{"pos_att_type": "P2C | c2p |"}"#)
    let found = try outputs(scratch.path)
    expectRow(found, 1, [-0.19861, -0.464775, 0.01042, -0.582355, 1.266084, -0.368063])
    expectRow(found, 6, [-0.02401, -0.797375])
    let other = try Variant.donor("deberta", #"{"pos_att_type": "p2c c2p"}"#)
    expectError("'p2c c2p'") { _ = try EncoderConfiguration(directory: other.path) }
  }

  @Test func distancesWithoutABucketAreRefused() throws {
    func configuration(
      _ buckets: Int, _ largest: Int, isRelative: Bool = true, isBiased: Bool = false
    ) throws -> EncoderConfiguration {
      let scratch = try Variant.donor(
        "deberta",
        """
        {"position_buckets": \(buckets), "max_relative_positions": \(largest),
        "relative_attention": \(isRelative), "position_biased_input": \(isBiased)}
        """)
      return try EncoderConfiguration(directory: scratch.path)
    }
    for (buckets, largest) in [(8, 5), (1, 64), (2, 2), (3, 2)] {
      expectError("config.json", "found \(buckets) and \(largest)", "above \(buckets / 2)") {
        _ = try configuration(buckets, largest)
      }
    }
    for (buckets, largest) in [(8, 3), (8, 4), (8, 6), (2, 1), (-1, 1)] {
      #expect(try configuration(buckets, largest).deberta?.maxRelativePositions == largest)
    }
    // No buckets, and no text with such distances.
    #expect(try configuration(1, 64, isRelative: false).deberta?.isRelative == false)
    #expect(try configuration(126, 64, isBiased: true).longestText == 64)
    for (largest, expected) in [
      (3, [0, 0, -1, -1, -1, -2, -3, -4, -4, -3, -2, -1, 0, 1, 2, 3, 4, 4, 3, 2, 1, 1, 1, 0, 0]),
      (4, [7, 6, 5, 4, 3, 1, 0, -2, -4, -3, -2, -1, 0, 1, 2, 3, 4, 2, 0, -1, -3, -4, -5, -6, -7]),
    ] {
      #expect(
        (-12...12).map { DeBERTa.logarithmicBucket($0, buckets: 8, largest: largest) } == expected)
    }
  }

  // MARK: Dropout of relative positions

  /// A DeBERTa with dropout of hidden values alone.
  private func deberta(dropout: Float) throws -> EncoderModel {
    let directory = Fixtures.donor("deberta")
    var configuration = try EncoderConfiguration(directory: directory)
    configuration.hiddenDropout = dropout
    return try EncoderModel(
      configuration, task: .sequenceClassification(classes: 2),
      reader: WeightReader(try Checkpoint.open(directory), prefix: "deberta."), seed: 3)
  }

  @Test func dropoutFallsOnPositionsAlikeForAllTexts() throws {
    /// The maps of all layers for the texts of the given numbers, where scores are those of the
    /// positions alone.
    func maps(_ dropout: Float, _ share: [Int], step: UInt32 = 0) throws -> [[Float]] {
      let model = try deberta(dropout: dropout)
      for parameter in model.parameters {
        let isQuery = parameter.name.contains(".query_proj.")
        guard isQuery || parameter.name.contains(".key_proj.") else { continue }
        let isConstant = isQuery && parameter.name.hasSuffix("bias")
        for i in 0..<parameter.count { parameter.pointer[i] = isConstant ? 1 : 0 }
        parameter.weightsChanged()
      }
      let texts = [[2, 7, 9, 5, 3], [2, 11, 6, 8, 3]].map { EncodedText(ids: $0) }
      let batch = try EncoderBatch(texts, for: model.configuration)
      let tape = Tape()
      tape.dropout = DropoutKey(seed: 1, step: step)
      tape.begin(recording: false)
      let trace = EncoderTrace(wantsAttention: true)
      _ = model.encode(EncoderInput(batch, share, on: tape), on: tape, trace: trace)
      return share.indices.map { text in trace.attentions.flatMap { $0.maps[text].values } }
    }
    let both = try maps(0.5, [0, 1])
    let whole = try maps(0, [0])[0]
    #expect(both[0] == both[1])
    #expect(try maps(0.5, [1])[0] == both[0])
    for layer in [both[0].prefix(both[0].count / 2), both[0].suffix(both[0].count / 2)] {
      let difference = zip(layer, whole[layer.indices]).map { abs($0 - $1) }.max() ?? 0
      #expect(difference > 1e-3)
    }
    #expect(try maps(0.5, [0], step: 1)[0] != both[0])
  }

  @Test(arguments: [1, 2])
  func gradientsGoThroughTheDropoutOfPositions(threads: Int) throws {
    let model = try deberta(dropout: 0.3)
    let workers = Workers(threads: threads, layout: GradientLayout(model.parameters))
    let texts = [[2, 7, 9, 5, 3], [2, 7, 3], [2, 11, 6, 8, 10, 12, 3]].map { EncodedText(ids: $0) }
    let batch = try EncoderBatch(texts, for: model.configuration)
    func loss() throws -> Double {
      try workers.accumulate(costs: batch.lengths, dropout: DropoutKey(seed: 1, step: 4)) {
        tape, share in
        let logits = model.logits(EncoderInput(batch, share, on: tape), on: tape)
        return tape.crossEntropy(
          logits, tape.arena.copy(share.map { Int32($0 % 2) }), scale: 1 / Double(texts.count))
      }
    }
    _ = try loss()
    _ = workers.reduceGradients()
    let gradients = try [
      "rel_embeddings.weight", "layer.0.attention.self.pos_key_proj.weight",
      "layer.1.attention.self.pos_query_proj.weight",
    ].map { name in
      let parameter = try #require(model.parameters.first { $0.name == "deberta.encoder." + name })
      return (parameter, try #require(workers.gradients[0].gradient(of: parameter)).values)
    }
    for (parameter, gradient) in gradients {
      let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      let start = parameter.tensor.values
      func moved(_ step: Double) throws -> Double {
        for i in start.indices {
          parameter.pointer[i] = start[i] + Float(step / norm) * gradient[i]
        }
        parameter.weightsChanged()
        return try loss()
      }
      let slope = (try moved(0.05) - moved(-0.05)) / 0.1
      _ = try moved(0)
      #expect(norm > 1e-4)
      #expect(abs(slope - norm) <= 0.02 * norm, "\(parameter.name): \(slope) for \(norm)")
    }
  }

  // MARK: All families

  @Test(arguments: ["bert", "roberta"])
  func aDecoderIsRefused(donor: String) throws {
    let scratch = try Variant.donor(donor, #"{"is_decoder": true}"#)
    expectError("config.json", "is_decoder", "encoder-decoder") {
      _ = try EncoderModel(directory: scratch.path)
    }
  }

  @Test func labelsMayBeNumbersAndHaveGaps() throws {
    func labels(_ text: String) throws -> [String] {
      let scratch = try Variant.donor("bert", "{\"id2label\": \(text)}")
      return try EncoderModel(directory: scratch.path).configuration.labels
    }
    #expect(try labels(#"{"0": 0, "1": 1}"#) == ["0", "1"])
    #expect(try labels(#"{"1": true, "0": 2.5}"#) == ["2.5", "true"])
    #expect(try labels(#"{"2": "b", "10": "c", "1": "a"}"#) == ["a", "b", "c"])
    for text in [#"{"x": "a"}"#, #"{"0": "a", "00": "b"}"#, "[1]"] {
      expectError("id2label") { _ = try labels(text) }
    }
  }

  @Test(arguments: [
    ("bert", "cls.predictions", [-0.235971, -0.862243, 1.755509, -0.842846, -0.671955, 0.487778]),
    ("roberta", "lm_head", [-0.763821, -1.099798, -1.014438, -0.87546, 2.184991, 0.523754]),
  ])
  func theBiasOfMaskedWordsMayHaveTheNameOfTheDecoder(
    donor: String, path: String, expected: [Double]
  ) throws {
    func folder(_ name: String?) throws -> TemporaryFolder {
      try Variant.donor(donor) { tensors in
        let biases = ["\(path).bias", "\(path).decoder.bias"]
        let count = tensors.first { $0.name == biases[0] }?.tensor.count ?? 0
        tensors.removeAll { biases.contains($0.name) }
        guard let name else { return }
        tensors.append((name, Tensor(Variant.values(biases[0], count))))
      }
    }
    let scratch = try folder("\(path).decoder.bias")
    let found = try outputs(scratch.path, .maskedLM)
    expectRow(found, 1, expected)
    let model = try EncoderModel(directory: scratch.path, task: .maskedLM)
    #expect(model.report.missing.isEmpty)
    #expect(!model.report.unexpected.contains("\(path).decoder.bias"))
    let exported = scratch.path + "/exported"
    try HuggingFaceFolder.write(model, to: exported)
    let names = try Checkpoint.open(exported).tensors.map(\.name)
    #expect(names.contains("\(path).bias") && !names.contains("\(path).decoder.bias"))
    #expect(try outputs(exported, .maskedLM).values == found.values)
    let bare = try folder(nil)
    let without = try withExtendedLifetime(bare) {
      try EncoderModel(directory: bare.path, task: .maskedLM)
    }
    #expect(without.report.missing == ["\(path).bias"])
  }
}
