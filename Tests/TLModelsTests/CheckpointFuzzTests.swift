import Glibc
import TLModels
import TLTestSupport
import Testing

/// A valid (or hostile) file that mutations start from.
private struct Specimen {
  let name: String
  let bytes: [UInt8]
}

/// Small files of every form, good and bad.
private func specimens() throws -> [Specimen] {
  let scratch = TemporaryFolder()
  var result: [Specimen] = []
  let values = sampleValues(24)
  try values.withUnsafeBufferPointer { buffer in
    let tensors = [
      TensorToWrite(name: "a.weight", shape: [4, 6], values: buffer),
      TensorToWrite(name: "b", shape: [2], values: UnsafeBufferPointer(rebasing: buffer[..<2])),
    ]
    try SafetensorsWriter.write(tensors, to: scratch.path + "/m.safetensors")
    try SafetensorsWriter.write(tensors, to: scratch.path + "/h.safetensors", as: .float16)
    try TorchWriter.write(tensors, to: scratch.path + "/m.bin")
    try TorchWriter.write(tensors, to: scratch.path + "/old.bin", form: .legacy)
  }
  for name in TemporaryFolder.names(in: scratch.path) {
    result.append(Specimen(name: name, bytes: readBytes(scratch.path + "/" + name)))
  }
  let index =
    #"{"metadata":{"total_size":8},"weight_map":{"a":"m-00001.safetensors","b":"m-00002.bin"}}"#
  result.append(Specimen(name: "model.safetensors.index.json", bytes: Array(index.utf8)))
  for folder in ["bin_good", "bin_bad", "safetensors_good", "safetensors_bad"] {
    let path = checkpointFixtures + "/" + folder
    for name in TemporaryFolder.names(in: path) where !name.hasSuffix(".json") {
      let bytes = readBytes(path + "/" + name)
      if bytes.count < 30_000 { result.append(Specimen(name: name, bytes: bytes)) }
    }
  }
  return result
}

/// One to six edits; whole numbers like to become ones that break arithmetic.
private func mutate(_ original: [UInt8], with other: [UInt8], _ random: inout TestRandom) -> [UInt8]
{
  let numbers: [UInt64] = [
    0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 1 << 40, 1 << 62,
    1 << 63, ~0, ~7, UInt64(original.count), UInt64(original.count + 1),
  ]
  let alphabet = Array(
    "(tQRq.cX}us]a)2hjr\u{80}0:{}[],\"-9eE".unicodeScalars.map { UInt8($0.value) })
  var bytes = original
  // Most inputs keep their length, so that directories and offsets still lead somewhere.
  let kinds = random.below(3) == 0 ? 9 : 5
  for _ in 0...random.below([1, 1, 3, 6][random.below(4)]) {
    let place = random.below(bytes.count + 1)
    switch random.below(kinds) {
    case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 1 where place < bytes.count: bytes[place] = alphabet[random.below(alphabet.count)]
    case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 3, 4:
      let number = numbers[random.below(numbers.count)]
      let width = [1, 2, 4, 8][random.below(4)]
      for i in 0..<width where place + i < bytes.count {
        bytes[place + i] = UInt8(truncatingIfNeeded: number >> UInt64(8 * i))
      }
    case 5: bytes.insert(alphabet[random.below(alphabet.count)], at: place)
    case 6 where place < bytes.count: bytes.remove(at: place)
    case 7:
      let start = random.below(other.count + 1)
      bytes.insert(contentsOf: other[start..<min(other.count, start + random.below(64))], at: place)
    default: if random.below(8) == 0 { bytes.removeSubrange(place...) }
    }
  }
  return bytes
}

@Suite struct CheckpointFuzzing {
  /// The number of inputs; TL_FUZZ_COUNT asks for more.
  static var count: Int { getenv("TL_FUZZ_COUNT").flatMap { Int(String(cString: $0)) } ?? 4000 }

  @Test func mutatedFilesAreReadOrRefusedWithAReason() throws {
    let all = try specimens()
    var random = TestRandom(seed: 20_240_607)
    var accepted = 0
    var refused = 0
    for ordinal in 0..<Self.count {
      let specimen = random.below(3) == 0 ? all[random.below(5)] : all[ordinal % all.count]
      let other = all[random.below(all.count)].bytes
      let file = MappedFile(
        name: "no/such/folder/" + specimen.name,
        contents: mutate(specimen.bytes, with: other, &random))
      let size = file.count
      do {
        let checkpoint = try Checkpoint(file: file)
        for tensor in checkpoint.tensors {
          // Nothing here can be larger than the repeats that a file may ask for.
          #expect(tensor.count <= 4096 + 8 * size, "\(specimen.name)")
          _ = try tensor.floats()
        }
        accepted += 1
      } catch let error as CheckpointError {
        #expect(error.description.hasPrefix("no/such/folder/"), "\(error)")
        refused += 1
      }
    }
    #expect(accepted > Self.count / 50 && refused > accepted)
  }

  @Test func everyPrefixOfAFileIsRefused() throws {
    for specimen in try specimens().prefix(4) {
      for length in 0..<specimen.bytes.count {
        let file = MappedFile(name: specimen.name, contents: Array(specimen.bytes[..<length]))
        #expect(throws: CheckpointError.self, "\(specimen.name) cut to \(length)") {
          try Checkpoint(file: file)
        }
      }
    }
  }
}
