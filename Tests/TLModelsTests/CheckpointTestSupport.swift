import Glibc
import TLModels
import TLTestSupport
import TLText
import Testing

/// Files made with the reference libraries, good and bad; `expected.json` says which is which.
let checkpointFixtures = Fixtures.folder + "/checkpoints"

func readBytes(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "r") else { return [] }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
    bytes += chunk[..<count]
  }
  return bytes
}

func readJSON(_ path: String) throws -> JSON { try JSON.parse(readBytes(path)) }

/// Numbers of nested lists in row-major order; booleans as 0 and 1, "inf" as infinity.
func flatten(_ value: JSON) -> [Float] {
  switch value {
  case .array(let items): items.flatMap(flatten)
  case .bool(let flag): [flag ? 1 : 0]
  case .string("inf"): [.infinity]
  case .string("-inf"): [-.infinity]
  default: value.number.map { [Float($0)] } ?? []
  }
}

/// Compares tensors of a checkpoint with `{name: {dtype, shape, values}}`.
func expectTensors(_ checkpoint: Checkpoint, equal expected: JSON) throws {
  let fields = try #require(expected.object)
  #expect(checkpoint.tensors.count == fields.count)
  for field in fields {
    let tensor = try #require(checkpoint[field.key], "\(field.key)")
    let shape = field.value["shape"]?.array?.compactMap(\.int)
    #expect(tensor.shape == shape, "\(field.key)")
    let found = try tensor.floats()
    let values = flatten(field.value["values"] ?? .null)
    if field.value["dtype"]?.string == "float64" {
      // Nine digits of a double may round to the float next to its own.
      #expect(zip(found, values).allSatisfy { abs($0 - $1) <= abs($1) * 1.2e-7 }, "\(field.key)")
      #expect(found.count == values.count)
    } else {
      #expect(found == values, "\(field.key)")
    }
  }
}

/// Opens a file and reads every tensor of it.
func readAll(_ path: String) throws {
  let checkpoint = try Checkpoint.open(path)
  for tensor in checkpoint.tensors { _ = try tensor.floats() }
}
