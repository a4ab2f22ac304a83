import CModelFiles
import TLTensor

/// Reads the weights that a model expects out of a checkpoint, and keeps the account.
///
/// A name is looked for as given, then with and without the model's prefix (`bert.`), each also
/// under the names of old checkpoints (`gamma`, `beta` for the `weight`, `bias` of a layer norm).
public struct WeightReader {
  public let checkpoint: Checkpoint
  /// The prefix of the base model, with its dot: "bert.", "roberta.", "deberta."; or "".
  public let prefix: String
  /// Matrices of so many numbers are read when their values are needed (`source`).
  public var readsLaterFrom = 1 << 16
  private var used: Set<[UInt8]> = []

  public init(_ checkpoint: Checkpoint, prefix: String = "") {
    self.checkpoint = checkpoint
    self.prefix = prefix
  }

  /// The tensor that the checkpoint has for `name`, under whichever of its names.
  public func find(_ name: String) -> StoredTensor? {
    var candidates = [name]
    if !prefix.isEmpty {
      candidates.append(
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : prefix + name)
    }
    for candidate in candidates {
      if let tensor = checkpoint[candidate] { return tensor }
      if let old = WeightReader.oldName(candidate), let tensor = checkpoint[old] { return tensor }
    }
    return nil
  }

  /// Whether there is such a tensor (a pooler, a head).
  public func contains(_ name: String) -> Bool { find(name) != nil }

  /// The shape of a tensor, if it is there.
  public func shape(of name: String) -> [Int]? { find(name)?.shape }

  /// Reads a tensor of exactly this shape into `destination`, float32, row-major.
  ///
  /// Throws when it is missing, has another shape (in `description` both are named), cannot be
  /// read, or holds an infinity or NaN.
  public mutating func read(
    _ name: String, shape: [Int], into destination: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    let tensor = try take(name, shape)
    try tensor.read(into: destination)
    try WeightReader.check(tensor, UnsafeBufferPointer(destination))
  }

  /// As `read` for a large matrix, without reading it: where its values are. Nil, and nothing noted,
  /// for a tensor that is to be read at once.
  public mutating func source(
    _ name: String, shape: [Int]
  ) throws(CheckpointError) -> (any ValueSource)? {
    guard let tensor = find(name), shape.count >= 2, tensor.isReadableInParts,
      tensor.count >= max(1, readsLaterFrom)
    else { return nil }
    return StoredValues(tensor: try take(name, shape))
  }

  /// The tensor of that name and shape, from now on a used one.
  private mutating func take(
    _ name: String, _ shape: [Int]
  ) throws(CheckpointError) -> StoredTensor {
    guard let tensor = find(name) else {
      throw CheckpointError(
        .missing, file: checkpoint.path, "has no tensor \(CheckpointError.quote(name))",
        next: "the weights are of another architecture, or config.json has more layers")
    }
    used.insert(Array(tensor.name.utf8))
    guard tensor.shape == shape else {
      throw CheckpointError(
        .mismatch, file: tensor.file,
        "tensor \(CheckpointError.quote(tensor.name)) has the shape \(tensor.shape), "
          + "the model expects \(shape)",
        next: "config.json and the weights do not belong together")
    }
    return tensor
  }

  fileprivate static func check(
    _ tensor: StoredTensor, _ values: UnsafeBufferPointer<Float>
  ) throws(CheckpointError) {
    guard tl_has_nonfinite(values.baseAddress, values.count) == 0 else {
      throw CheckpointError(
        .malformed, file: tensor.file,
        "tensor \(CheckpointError.quote(tensor.name)) holds an infinity or NaN",
        next: "the training that made it diverged, or the file is damaged")
    }
  }

  /// What is there and was not asked for, known leftovers left out.
  public var unexpected: [String] {
    checkpoint.tensors.map(\.name).filter {
      !used.contains(Array($0.utf8)) && !WeightReader.isIgnorable($0)
    }
  }

  /// The name that checkpoints from before 2019 use for this one.
  static func oldName(_ name: String) -> String? {
    for (new, old) in [(".weight", ".gamma"), (".bias", ".beta")] where name.hasSuffix(new) {
      return String(name.dropLast(new.count)) + old
    }
    return nil
  }

  /// Buffers and leftovers of pretraining that no model here needs.
  static func isIgnorable(_ name: String) -> Bool {
    name.hasSuffix("position_ids") || name.hasSuffix("token_type_ids")
      || name.hasSuffix("rotary_emb.inv_freq") || name.hasSuffix(".attn.masked_bias")
      || name.hasPrefix("mask_predictions.")
  }
}

/// A matrix of a checkpoint that is read as its values are needed.
struct StoredValues: ValueSource {
  let tensor: StoredTensor

  /// Throws as `WeightReader.read`.
  func read(_ range: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    try tensor.read(range, into: destination)
    try WeightReader.check(tensor, UnsafeBufferPointer(start: destination, count: range.count))
  }
}

/// The account of a load.
public struct LoadReport: Sendable, Equatable {
  /// Names the model asked for and the checkpoint lacks, in the order of asking.
  public var missing: [String]
  /// Names the checkpoint has and nobody asked for, known leftovers left out.
  public var unexpected: [String]

  public init(missing: [String], unexpected: [String]) {
    self.missing = missing
    self.unexpected = unexpected
  }

  public var isComplete: Bool { missing.isEmpty && unexpected.isEmpty }
}
