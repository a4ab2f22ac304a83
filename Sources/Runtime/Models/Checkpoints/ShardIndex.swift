import TLText

/// The index of a checkpoint in several files: `model.safetensors.index.json` and
/// `pytorch_model.bin.index.json`, `{"weight_map": {tensor: file}}`.
struct ShardIndex {
  /// The shard files in the order of their first mention.
  private(set) var files: [String] = []
  /// Which of `files` should hold a tensor.
  private(set) var places: [[UInt8]: Int] = [:]

  /// An index is a small text: 8 MB is enough for 80,000 tensors.
  private static let sizeLimit = 8_000_000

  init(_ file: MappedFile) throws(CheckpointError) {
    if let disguise = file.disguise() {
      throw CheckpointError(.malformed, file: file.path, disguise.problem, next: disguise.next)
    }
    guard file.count <= ShardIndex.sizeLimit else {
      throw CheckpointError(
        .malformed, file: file.path,
        "an index has at most \(ShardIndex.sizeLimit) bytes, this one has \(file.count)")
    }
    let json: JSON
    do {
      json = try JSON.parse(file.bytes)
    } catch {
      throw CheckpointError(.malformed, file: file.path, "the index is not JSON: \(error)")
    }
    guard case .object(let map) = json["weight_map"] else {
      throw CheckpointError(
        .malformed, file: file.path, "the index has no object 'weight_map'")
    }
    var ordinals: [[UInt8]: Int] = [:]
    for field in map {
      guard case .string(let shard) = field.value else {
        throw CheckpointError(
          .malformed, file: file.path,
          "the index gives \(field.value.kindName) for \(CheckpointError.quote(field.key)), "
            + "expected a file name")
      }
      // Shards lie beside their index; anything else could name a file of the system.
      guard !shard.isEmpty, shard != ".", shard != "..",
        !shard.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 < 0x20 })
      else {
        throw CheckpointError(
          .refused, file: file.path,
          "the index names the shard \(CheckpointError.quote(shard)), expected a plain file name")
      }
      let ordinal: Int
      if let known = ordinals[Array(shard.utf8)] {
        ordinal = known
      } else {
        ordinal = files.count
        ordinals[Array(shard.utf8)] = ordinal
        files.append(shard)
      }
      places[Array(field.key.utf8)] = ordinal
    }
  }
}
