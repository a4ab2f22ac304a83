/// The weights of a model in any of the forms that donors ship, by name.
///
/// Opening reads headers only; values are read, widened to float32, when a tensor is asked for.
/// What a model expects of a checkpoint (shapes, old names, prefixes) is in WeightReader.swift.
public final class Checkpoint: Sendable {
  /// What `open` was given.
  public let path: String
  /// All tensors, in the order of the files.
  public let tensors: [StoredTensor]
  /// String metadata of safetensors headers.
  public let metadata: [(key: String, value: String)]
  /// Entries of PyTorch files that are not tensors and were left out.
  public let skipped: [String]
  private let places: [[UInt8]: Int]

  /// The weight files of a directory in the order of preference, as transformers looks for them.
  public static let fileNames = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ]

  /// Opens a directory with one of `fileNames`, a single weight file, or an index file.
  ///
  /// Throws `CheckpointError` that names the file and the reason.
  public static func open(_ path: String) throws(CheckpointError) -> Checkpoint {
    guard FileQuery.isDirectory(path) else {
      return try Checkpoint(file: MappedFile(path: path))
    }
    for name in fileNames where FileQuery.exists("\(path)/\(name)") {
      return try Checkpoint(file: MappedFile(path: "\(path)/\(name)"))
    }
    throw FolderDiagnosis.withoutWeights(path)
  }

  /// Opens one weight or index file that is already mapped.
  package convenience init(file: MappedFile) throws(CheckpointError) {
    if file.path.hasSuffix(".index.json") {
      try self.init(index: file)
    } else {
      try self.init(file.path, [file])
    }
  }

  private convenience init(index file: MappedFile) throws(CheckpointError) {
    let index = try ShardIndex(file)
    let folder = FileQuery.folder(of: file.path)
    var shards: [MappedFile] = []
    for name in index.files {
      do {
        shards.append(try MappedFile(path: "\(folder)/\(name)"))
      } catch {
        throw CheckpointError(
          error.kind, file: file.path,
          "the index names the shard \(CheckpointError.quote(name)): \(error.problem)",
          next: "fetch the missing part")
      }
    }
    try self.init(file.path, shards, index)
  }

  private init(_ path: String, _ files: [MappedFile], _ index: ShardIndex? = nil)
    throws(CheckpointError)
  {
    var tensors: [StoredTensor] = []
    var metadata: [(key: String, value: String)] = []
    var skipped: [String] = []
    var places: [[UInt8]: Int] = [:]
    for (ordinal, file) in files.enumerated() {
      let found: [StoredTensor]
      if Checkpoint.isTorch(file) {
        let torch = try TorchFile(file)
        found = torch.tensors
        skipped += torch.skipped
      } else {
        let safetensors = try SafetensorsFile(file)
        found = safetensors.tensors
        metadata += safetensors.metadata
      }
      for tensor in found {
        let key = Array(tensor.name.utf8)
        // What a shard holds beyond the index is not part of the checkpoint.
        if let index, index.places[key] != ordinal { continue }
        places[key] = tensors.count
        tensors.append(tensor)
      }
    }
    if let index, let lost = index.places.keys.first(where: { places[$0] == nil }) {
      let name = String(decoding: lost, as: UTF8.self)
      throw CheckpointError(
        .missing, file: path,
        "the index places tensor \(CheckpointError.quote(name)) in "
          + "\(index.places[lost].map { index.files[$0] } ?? "a shard"), which does not have it")
    }
    self.path = path
    self.tensors = tensors
    self.metadata = metadata
    self.skipped = skipped
    self.places = places
  }

  /// By the name where it tells, else by the first bytes.
  private static func isTorch(_ file: MappedFile) -> Bool {
    if file.path.hasSuffix(".safetensors") { return false }
    for ending in [".bin", ".pt", ".pth"] where file.path.hasSuffix(ending) { return true }
    return ZipDirectory.isPlausible(file)
      || file.bytes.prefix(2).elementsEqual([0x80, 2])
  }

  public func contains(_ name: String) -> Bool { places[Array(name.utf8)] != nil }

  /// The tensor of exactly this name (bytes are compared), if there is one.
  public subscript(name: String) -> StoredTensor? {
    places[Array(name.utf8)].map { tensors[$0] }
  }

  /// Number of elements of all tensors.
  public var parameterCount: Int { tensors.reduce(0) { $0 &+ $1.count } }
}
