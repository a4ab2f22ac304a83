import CModelFiles
import TLText

/// A tensor to be written: its name, its shape, and float32 values in row-major order.
///
/// `values` belongs to the caller and must stay valid during the write.
public struct TensorToWrite {
  public let name: String
  public let shape: [Int]
  public let values: UnsafeBufferPointer<Float>

  public init(name: String, shape: [Int], values: UnsafeBufferPointer<Float>) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  func check(_ path: String) throws(CheckpointError) {
    guard shape.allSatisfy({ $0 >= 0 }), shape.checkedProduct == values.count else {
      throw CheckpointError(
        .mismatch, file: path,
        "tensor \(CheckpointError.quote(name)) has the shape \(shape) and \(values.count) values")
    }
  }
}

/// Writes a safetensors file: the tensors in the order given, the header padded with spaces to a
/// multiple of 8, the metadata `format: pt`, which transformers asks for.
public enum SafetensorsWriter {
  /// Writes `tensors` to `path` as float32, float16 or bfloat16 (rounded to nearest even).
  ///
  /// The file appears when it is complete. Throws on equal names, shapes that do not fit, and what
  /// the file system refuses.
  public static func write(
    _ tensors: [TensorToWrite], to path: String, as elementType: ElementType = .float32,
    metadata: [(key: String, value: String)] = [("format", "pt")]
  ) throws(CheckpointError) {
    try checkType(elementType, path)
    var fields = [
      JSONField("__metadata__", .object(metadata.map { JSONField($0.key, .string($0.value)) }))
    ]
    var names: Set<[UInt8]> = [Array("__metadata__".utf8)]
    var offset = 0
    for tensor in tensors {
      try tensor.check(path)
      guard names.insert(Array(tensor.name.utf8)).inserted else {
        throw CheckpointError(
          .mismatch, file: path, "two tensors are named \(CheckpointError.quote(tensor.name))")
      }
      let end = offset + tensor.values.count * elementType.byteCount
      fields.append(
        JSONField(
          tensor.name,
          .object([
            JSONField("dtype", .string(elementType.safetensorsName)),
            JSONField("shape", .array(tensor.shape.map(JSON.int))),
            JSONField("data_offsets", .array([.int(offset), .int(end)])),
          ])))
      offset = end
    }
    var header = Array(JSON.object(fields).serialized().utf8)
    header.append(contentsOf: repeatElement(0x20, count: (8 - header.count % 8) % 8))
    guard header.count <= SafetensorsFile.headerLimit else {
      throw CheckpointError(.mismatch, file: path, "the header would be over 100 MB")
    }
    let length = UInt64(header.count)
    try AtomicFile.writeWeights(path) { file throws(TextError) in
      try file.append((0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(8 * $0)) } + header)
      for tensor in tensors { try file.append(tensor.values, as: elementType) }
    }
  }

  static func checkType(_ elementType: ElementType, _ path: String) throws(CheckpointError) {
    guard [.float32, .float16, .bfloat16].contains(elementType) else {
      throw CheckpointError(
        .unsupported, file: path, "cannot write \(elementType.safetensorsName)",
        next: "use F32, F16 or BF16")
    }
  }
}

extension AtomicFile {
  /// Writes a weight file whole; what the file system refuses is a `CheckpointError`.
  static func writeWeights(
    _ path: String, _ body: (AtomicFile) throws(TextError) -> Void
  ) throws(CheckpointError) {
    do throws(TextError) {
      let file = try AtomicFile(path)
      try body(file)
      try file.commit()
    } catch {
      guard case .unwritable(let path, let reason) = error else {
        throw CheckpointError(.inputOutput, file: path, error.description)
      }
      throw CheckpointError(.inputOutput, file: path, "cannot be written: \(reason)")
    }
  }

  /// Appends floats in the element type; answers the CRC-32 of the bytes if asked to.
  @discardableResult
  func append(
    _ values: UnsafeBufferPointer<Float>, as elementType: ElementType, checksum: Bool = false
  ) throws(TextError) -> UInt32 {
    if elementType == .float32 {
      let bytes = UnsafeRawBufferPointer(values)
      try append(memory: bytes)
      return checksum ? tl_crc32(0, bytes.baseAddress, bytes.count) : 0
    }
    let step = 64 * 1024
    let scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: step * elementType.byteCount, alignment: 64)
    defer { scratch.deallocate() }
    var crc: UInt32 = 0
    var done = 0
    while done < values.count, let base = values.baseAddress {
      let part = min(step, values.count - done)
      _ = tl_narrow(elementType.rawValue, base + done, scratch.baseAddress, part)
      let bytes = UnsafeRawBufferPointer(
        rebasing: scratch.prefix(part * elementType.byteCount))
      if checksum { crc = tl_crc32(crc, bytes.baseAddress, bytes.count) }
      try append(memory: bytes)
      done += part
    }
    return crc
  }
}
