import Glibc
import TLModels
import TLTestSupport
import Testing

/// Deterministic values with many mantissa bits.
func sampleValues(_ count: Int, seed: UInt32 = 1) -> [Float] {
  var state = seed
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return (Float(state >> 8) / Float(1 << 24) - 0.5) * 3
  }
}

private struct Sample {
  let names = ["encoder.weight", "encoder.bias", "scalar", "empty", "имя й", "cube"]
  let shapes = [[3, 5], [5], [], [0, 4], [1, 2], [2, 3, 4]]
  var values: [[Float]] {
    shapes.enumerated().map { sampleValues($1.reduce(1, *), seed: UInt32($0 + 1)) }
  }

  /// Calls `body` with tensors whose values live as long as the call.
  func withTensors(_ body: ([TensorToWrite]) throws -> Void) throws {
    let all = values.map { values in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
      _ = buffer.initialize(from: values)
      return buffer
    }
    defer { all.forEach { $0.deallocate() } }
    try body(
      zip(names, shapes).enumerated().map { i, pair in
        TensorToWrite(name: pair.0, shape: pair.1, values: UnsafeBufferPointer(all[i]))
      })
  }
}

private func expectRoundTrip(_ checkpoint: Checkpoint, _ convert: (Float) -> Float = { $0 }) throws
{
  let sample = Sample()
  #expect(checkpoint.tensors.count == sample.names.count)
  for (i, name) in sample.names.enumerated() {
    let tensor = try #require(checkpoint[name])
    #expect(tensor.shape == sample.shapes[i])
    #expect(try tensor.floats() == sample.values[i].map(convert))
  }
}

@Suite struct CheckpointWriting {
  @Test func safetensorsReadBackAsWritten() throws {
    let scratch = TemporaryFolder()
    let path = scratch.path + "/model.safetensors"
    try Sample().withTensors { try SafetensorsWriter.write($0, to: path) }
    let checkpoint = try Checkpoint.open(scratch.path)
    try expectRoundTrip(checkpoint)
    #expect(checkpoint.metadata.map(\.value) == ["pt"])
    #expect(readBytes(path)[..<8].reduce(0) { $0 + Int($1) } > 0)
    #expect(TemporaryFolder.names(in: scratch.path) == ["model.safetensors"])
  }

  @Test func weightsFollowALinkAndKeepTheMode() throws {
    let scratch = TemporaryFolder()
    let path = scratch.path + "/model.safetensors"
    let link = scratch.path + "/link"
    try Sample().withTensors { try SafetensorsWriter.write($0, to: path) }
    chmod(path, 0o640)
    symlink(path, link)
    try Sample().withTensors { try SafetensorsWriter.write($0, to: link, as: .float16) }
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    #expect(try Checkpoint.open(path).tensors.first?.elementType == .float16)
    let error = #expect(throws: CheckpointError.self) {
      try Sample().withTensors { try TorchWriter.write($0, to: scratch.path + "/no/x.bin") }
    }
    #expect(error?.problem == "cannot be written: the folder does not exist")
  }

  @Test func theHeaderIsPaddedToEightBytesWithSpaces() throws {
    let scratch = TemporaryFolder()
    let path = scratch.path + "/m.safetensors"
    for extra in 0..<9 {
      try Sample().withTensors {
        try SafetensorsWriter.write(
          $0, to: path, metadata: [("format", "pt"), ("k", String(repeating: "x", count: extra))])
      }
      let bytes = readBytes(path)
      let length = Int(bytes[0]) | Int(bytes[1]) << 8
      #expect(length % 8 == 0)
      #expect(bytes[8] == UInt8(ascii: "{"))
      #expect(bytes[8..<8 + length].contains(UInt8(ascii: "}")))
      try expectRoundTrip(Checkpoint.open(path))
    }
  }

  @Test(arguments: [TorchWriter.Form.zip, .legacy])
  func torchFilesReadBackAsWritten(_ form: TorchWriter.Form) throws {
    let scratch = TemporaryFolder()
    let path = scratch.path + "/pytorch_model.bin"
    try Sample().withTensors { try TorchWriter.write($0, to: path, form: form) }
    try expectRoundTrip(Checkpoint.open(scratch.path))
  }

  @Test func halfPrecisionRoundsToNearestEven() throws {
    let scratch = TemporaryFolder()
    let path = scratch.path + "/half.safetensors"
    try Sample().withTensors { try SafetensorsWriter.write($0, to: path, as: .float16) }
    let half = try Checkpoint.open(path)
    for tensor in half.tensors {
      let again = try tensor.floats()
      let exact = Sample().values[Sample().names.firstIndex(of: tensor.name) ?? 0]
      for (a, b) in zip(again, exact) { #expect(abs(a - b) <= abs(b) * 0x1p-11 + 0x1p-25) }
    }
    let torch = scratch.path + "/brain.bin"
    try Sample().withTensors { try TorchWriter.write($0, to: torch, as: .bfloat16) }
    try expectRoundTrip(Checkpoint.open(torch)) { value in
      let bits = value.bitPattern
      return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
    }
  }

  @Test func everyHalfSurvivesWideningAndNarrowing() throws {
    let scratch = TemporaryFolder()
    let header = Array(
      #"{"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}"#.utf8)
    let padded = header + [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    var bytes: [UInt8] = (0..<8).map { UInt8(truncatingIfNeeded: padded.count >> (8 * $0)) }
    bytes += padded
    for bits in 0...UInt16.max { bytes += [UInt8(bits & 0xFF), UInt8(bits >> 8)] }
    let values = try #require(try Checkpoint.open(scratch.file("h.safetensors", bytes))["h"])
      .floats()
    let path = scratch.path + "/again.safetensors"
    try values.withUnsafeBufferPointer {
      let tensor = TensorToWrite(name: "h", shape: [65536], values: $0)
      try SafetensorsWriter.write([tensor], to: path, as: .float16)
    }
    let again = Array(readBytes(path).suffix(131_072))
    let original = Array(bytes.suffix(131_072))
    for i in 0..<65536 where !values[i].isNaN {
      #expect(again[2 * i] == original[2 * i] && again[2 * i + 1] == original[2 * i + 1])
    }
    #expect(values[0x3C00] == 1 && values[0xC000] == -2 && values[1] == 0x1p-24)
    #expect(values[0x7C00] == .infinity && values[0x7BFF] == 65504 && values[0x7E00].isNaN)
  }

  @Test func aWriteThatFailsLeavesNothing() throws {
    let scratch = TemporaryFolder()
    let values: [Float] = [1, 2]
    values.withUnsafeBufferPointer { buffer in
      let a = TensorToWrite(name: "a", shape: [2], values: buffer)
      let wrong = TensorToWrite(name: "b", shape: [3], values: buffer)
      for tensors in [[a, a], [a, wrong]] {
        #expect(throws: CheckpointError.self) {
          try SafetensorsWriter.write(tensors, to: scratch.path + "/x.safetensors")
        }
        #expect(throws: CheckpointError.self) {
          try TorchWriter.write(tensors, to: scratch.path + "/x.bin")
        }
      }
      #expect(throws: CheckpointError.self) {
        try TorchWriter.write([a], to: scratch.path + "/no/such/folder/x.bin")
      }
      #expect(throws: CheckpointError.self) {
        try TorchWriter.write([a], to: scratch.path + "/x.bin", as: .int64)
      }
    }
    #expect(TemporaryFolder.names(in: scratch.path) == [])
  }
}
