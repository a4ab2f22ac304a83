import TLModels
import TLTestSupport
import Testing

/// Writes tensors of zeros and ones with the given names and shapes.
private func checkpoint(_ scratch: TemporaryFolder, _ tensors: [(String, [Int])]) throws
  -> Checkpoint
{
  let values = sampleValues(64)
  let path = scratch.path + "/model.safetensors"
  try values.withUnsafeBufferPointer { buffer in
    try SafetensorsWriter.write(
      tensors.map { name, shape in
        TensorToWrite(
          name: name, shape: shape,
          values: UnsafeBufferPointer(rebasing: buffer.prefix(shape.reduce(1, *))))
      }, to: path)
  }
  return try Checkpoint.open(scratch.path)
}

private func read(_ reader: inout WeightReader, _ name: String, _ shape: [Int]) throws -> [Float] {
  try [Float](unsafeUninitializedCapacity: shape.reduce(1, *)) { buffer, count in
    let whole = UnsafeMutableBufferPointer(rebasing: buffer.prefix(shape.reduce(1, *)))
    try reader.read(name, shape: shape, into: whole)
    count = whole.count
  }
}

@Suite struct CheckpointWeightReader {
  @Test func aPrefixIsFoundWithAndWithout() throws {
    let scratch = TemporaryFolder()
    let source = try checkpoint(
      scratch, [("bert.a.weight", [2]), ("b.weight", [2]), ("cls.weight", [1])])
    let reader = WeightReader(source, prefix: "bert.")
    #expect(reader.find("a.weight")?.name == "bert.a.weight")
    #expect(reader.find("bert.a.weight")?.name == "bert.a.weight")
    #expect(reader.find("bert.b.weight")?.name == "b.weight")
    #expect(reader.find("cls.weight")?.name == "cls.weight")
    #expect(reader.find("c.weight") == nil)
    #expect(reader.shape(of: "a.weight") == [2])
  }

  @Test func gammaAndBetaAreOldNamesOfWeightAndBias() throws {
    let scratch = TemporaryFolder()
    let source = try checkpoint(
      scratch, [("bert.LayerNorm.gamma", [3]), ("bert.LayerNorm.beta", [3])])
    var reader = WeightReader(source, prefix: "bert.")
    #expect(try read(&reader, "LayerNorm.weight", [3]) == Array(sampleValues(3)))
    #expect(try read(&reader, "bert.LayerNorm.bias", [3]).count == 3)
    #expect(reader.unexpected.isEmpty)
  }

  @Test func theReportNamesWhatIsMissingAndWhatIsLeft() throws {
    let scratch = TemporaryFolder()
    let source = try checkpoint(
      scratch,
      [
        ("a.weight", [2]), ("extra.weight", [1]), ("embeddings.position_ids", [1, 4]),
        ("mask_predictions.dense.weight", [2]),
      ])
    var reader = WeightReader(source)
    _ = try read(&reader, "a.weight", [2])
    let error = #expect(throws: CheckpointError.self) { try read(&reader, "b.weight", [2]) }
    #expect(error?.kind == .missing)
    #expect(error?.description.contains("'b.weight'") == true)
    #expect(reader.unexpected == ["extra.weight"])
  }

  @Test func aWrongShapeNamesBoth() throws {
    let scratch = TemporaryFolder()
    var reader = WeightReader(try checkpoint(scratch, [("a", [2, 3])]))
    let error = #expect(throws: CheckpointError.self) { try read(&reader, "a", [3, 2]) }
    #expect(error?.kind == .mismatch)
    #expect(error?.description.contains("[2, 3]") == true)
    #expect(error?.description.contains("[3, 2]") == true)
  }

  @Test func infinitiesAndNaNAreRefused() throws {
    let scratch = TemporaryFolder()
    for value in [Float.nan, .infinity] {
      let path = scratch.path + "/model.safetensors"
      try [1, value].withUnsafeBufferPointer {
        try SafetensorsWriter.write([TensorToWrite(name: "a", shape: [2], values: $0)], to: path)
      }
      var reader = WeightReader(try Checkpoint.open(path))
      let error = #expect(throws: CheckpointError.self) { try read(&reader, "a", [2]) }
      #expect(error?.problem.contains("NaN") == true)
    }
  }

  @Test func namesAreComparedByBytes() throws {
    let scratch = TemporaryFolder()
    let composed = "\u{439}"
    let decomposed = "\u{438}\u{306}"
    let source = try checkpoint(scratch, [(composed, [1]), (decomposed, [2])])
    #expect(source[composed]?.shape == [1])
    #expect(source[decomposed]?.shape == [2])
  }
}
