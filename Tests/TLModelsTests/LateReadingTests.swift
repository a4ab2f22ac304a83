// Weights that are read when they are needed: the same bits as weights that are read at once, rows that
// no one looks up stay in the file, and a file that changes meanwhile is an error.

import Glibc
import Synchronization
import TLModels
import TLTensor
import TLTestSupport
import TLText
import Testing

@Suite struct LateReadingTests {
  static let donors = ["bert", "roberta", "deberta"]
  static let texts = [[2, 7, 9, 5, 3], [2, 7, 3], [2, 11, 6, 8, 10, 12, 3]].map {
    EncodedText(ids: $0)
  }

  /// A model of a fixture, with all matrices read late or everything read at once.
  static func model(
    _ directory: String, late: Bool, task: EncoderModel.Task = .features
  ) throws -> EncoderModel {
    let configuration = try EncoderConfiguration(directory: directory)
    var reader = WeightReader(
      try Checkpoint.open(directory), prefix: configuration.family.prefix)
    reader.readsLaterFrom = late ? 1 : .max
    return try EncoderModel(configuration, task: task, reader: reader, seed: 3)
  }

  /// The vectors of all tokens, text by text.
  static func vectors(
    _ model: EncoderModel, _ precision: Precision = .float32, threads: Int = 2
  ) throws -> [[UInt32]] {
    let batch = try EncoderBatch(texts, for: model.configuration)
    let found = Mutex([[UInt32]](repeating: [], count: texts.count))
    try Workers(threads: threads).forward(
      lengths: batch.lengths, chunkTokens: 1, precision: precision
    ) { tape, range in
      let hidden = model.encode(EncoderInput(batch, range, on: tape), on: tape)
      let bits = hidden.tensor.values.map(\.bitPattern)
      found.withLock { $0[range.lowerBound] = bits }
    }
    return found.withLock { $0 }
  }

  /// The weights after some steps of training.
  static func trained(_ model: EncoderModel, _ precision: Precision) throws -> [[UInt32]] {
    let layout = GradientLayout(model.parameters)
    let workers = Workers(threads: 2, layout: layout)
    let optimizer = AdamW(layout) { _ in AdamW.Treatment(weightDecay: 0.1) }
    let batch = try EncoderBatch(texts, for: model.configuration)
    for step in 0..<3 {
      _ = try workers.accumulate(
        costs: batch.lengths, dropout: DropoutKey(seed: 1, step: UInt32(step)),
        precision: precision
      ) { tape, share in
        let logits = model.logits(EncoderInput(batch, share, on: tape), on: tape)
        return tape.crossEntropy(
          logits, tape.arena.copy(share.map { Int32($0 % 2) }), scale: 1 / Double(texts.count))
      }
      _ = optimizer.step(workers.gradients, learningRate: 1e-2, on: workers.pool)
    }
    optimizer.finish()
    return model.parameters.map { $0.tensor.values.map(\.bitPattern) }
  }

  @Test(arguments: donors, [Precision.float32, .bf16])
  func vectorsAreThoseOfWeightsReadAtOnce(donor: String, precision: Precision) throws {
    let directory = Fixtures.donor(donor)
    let late = try Self.model(directory, late: true)
    let words = late.encoder.wordEmbeddings
    #expect(!words.isLoaded)
    let found = try Self.vectors(late, precision)
    #expect(found == (try Self.vectors(Self.model(directory, late: false), precision)))
    #expect(!words.isLoaded)
    let whole = try Self.model(directory, late: false)
    #expect(late.parameters.map(\.tensor.values) == whole.parameters.map(\.tensor.values))
    #expect(words.isLoaded)
    #expect(found == (try Self.vectors(late, precision)))
  }

  @Test(arguments: donors, [Precision.float32, .bf16])
  func trainingIsThatOfWeightsReadAtOnce(donor: String, precision: Precision) throws {
    let directory = Fixtures.donor(donor)
    let task = EncoderModel.Task.sequenceClassification(classes: 2)
    for isFrozen in [false, true] {
      let models = try [true, false].map { try Self.model(directory, late: $0, task: task) }
      for model in models where isFrozen {
        // Gradients pass through frozen weights to the parameters of the norms.
        for parameter in model.parameters where parameter.shape.count > 1 {
          parameter.isTrainable = false
        }
      }
      let weights = try models.map { try Self.trained($0, precision) }
      #expect(weights[0] == weights[1])
      #expect(try Self.vectors(models[0]) == Self.vectors(models[1]))
    }
  }

  @Test(arguments: [ElementType.float16, .bfloat16, .float32])
  func halvesAndZipArchivesAreReadLate(type: ElementType) throws {
    let source = Fixtures.donor("bert")
    let scratch = TemporaryFolder()
    let checkpoint = try Checkpoint.open(source)
    let kept = try checkpoint.tensors.map { Tensor(try $0.floats(), shape: $0.shape) }
    let tensors = zip(checkpoint.tensors, kept).map { stored, tensor in
      TensorToWrite(
        name: stored.name, shape: stored.shape,
        values: UnsafeBufferPointer(start: UnsafePointer(tensor.pointer), count: tensor.count))
    }
    try withExtendedLifetime(kept) {
      if type == .float32 {
        try TorchWriter.write(tensors, to: scratch.path + "/pytorch_model.bin")
      } else {
        try SafetensorsWriter.write(tensors, to: scratch.path + "/model.safetensors", as: type)
      }
    }
    _ = scratch.file("config.json", readBytes(source + "/config.json"))
    let found = try Self.vectors(Self.model(scratch.path, late: true))
    #expect(found == (try Self.vectors(Self.model(scratch.path, late: false))))
  }

  @Test func aDeletedFileIsStillRead() throws {
    let scratch = try Self.copy()
    let model = try Self.model(scratch.path, late: true)
    unlink(scratch.path + "/model.safetensors")
    #expect(
      try Self.vectors(model)
        == Self.vectors(Self.model(Fixtures.donor("bert"), late: false)))
  }

  @Test(arguments: [true, false])
  func aFileThatIsCutOrWrittenToIsAnError(isCut: Bool) throws {
    let scratch = try Self.copy()
    let path = scratch.path + "/model.safetensors"
    let model = try Self.model(
      scratch.path, late: true, task: .sequenceClassification(classes: 2))
    if isCut {
      truncate(path, 3000)
    } else {
      // Another second than that of the copy.
      var times = [
        timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0),
      ]
      utimensat(AT_FDCWD, path, &times, 0)
    }
    for _ in 0..<2 {
      let error = #expect(throws: CheckpointError.self) { try Self.vectors(model) }
      #expect(error?.description.contains("model.safetensors: was changed") == true)
    }
    #expect(throws: CheckpointError.self) { try Self.trained(model, .float32) }
    let words = model.encoder.wordEmbeddings
    #expect(throws: CheckpointError.self) { try words.load() }
    #expect(words.tensor.values.allSatisfy { $0 == 0 })
    #expect(throws: CheckpointError.self) { try words.load() }
  }

  @Test func aNaNIsFoundWhenItIsRead() throws {
    let scratch = try Self.copy()
    let path = scratch.path + "/model.safetensors"
    var bytes = readBytes(path)
    let checkpoint = try Checkpoint.open(path)
    let words = try #require(checkpoint.tensors.first { $0.name.contains("word_embeddings") })
    let first = withUnsafeBytes(of: try words.floats()[7 * words.shape[1]]) { Array($0) }
    let place = try #require(
      bytes.indices.first { bytes[$0...].prefix(4).elementsEqual(first) })
    bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0xC0, 0x7F])
    _ = scratch.file("model.safetensors", bytes)
    let model = try Self.model(scratch.path, late: true)
    let error = #expect(throws: CheckpointError.self) { try Self.vectors(model) }
    #expect(error?.description.contains("NaN") == true)
  }

  /// A copy of a fixture that a test may change.
  private static func copy() throws -> TemporaryFolder {
    let scratch = TemporaryFolder()
    for name in ["config.json", "model.safetensors"] {
      _ = scratch.file(name, readBytes(Fixtures.donor("bert") + "/" + name))
    }
    return scratch
  }
}
