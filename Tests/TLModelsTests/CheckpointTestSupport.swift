import Glibc
import TLModels
import TLText
import Testing

/// Files made with the reference libraries, good and bad; `expected.json` says which is which.
let checkpointFixtures: String = {
  let parts = #filePath.split(separator: "/").dropLast(2)
  return "/" + parts.joined(separator: "/") + "/Fixtures/checkpoints"
}()

/// A folder for one test, removed with all that is in it when the object goes.
final class ScratchDirectory: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/tlmodels.XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp/tlmodels"
  }

  deinit { ScratchDirectory.remove(path) }

  func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = self.path + "/" + name
    if let file = fopen(path, "w") {
      fwrite(bytes, 1, bytes.count, file)
      fclose(file)
    }
    return path
  }

  func file(_ name: String, _ text: String) -> String { file(name, Array(text.utf8)) }

  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in names(in: path) { remove(path + "/" + name) }
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}

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
