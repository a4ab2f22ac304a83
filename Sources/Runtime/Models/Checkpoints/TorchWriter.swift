import CModelFiles
import TLText

/// Writes a PyTorch checkpoint: an ordered dictionary of float tensors, pickle protocol 2.
///
/// The zip form is laid out as PyTorch does it (stored entries, data at multiples of 64 bytes);
/// `torch.load(weights_only=True)` reads both forms.
public enum TorchWriter {
  public enum Form: Sendable {
    /// PyTorch 1.6 and later.
    case zip
    /// Before 1.6: for programs that know nothing newer.
    case legacy
  }

  /// Writes `tensors` to `path` as float32, float16 or bfloat16 (rounded to nearest even).
  ///
  /// The file appears when it is complete. Throws on equal names, shapes that do not fit, and what
  /// the file system refuses.
  public static func write(
    _ tensors: [TensorToWrite], to path: String, as elementType: ElementType = .float32,
    form: Form = .zip
  ) throws(CheckpointError) {
    try SafetensorsWriter.checkType(elementType, path)
    var names: Set<[UInt8]> = []
    for tensor in tensors {
      try tensor.check(path)
      guard names.insert(Array(tensor.name.utf8)).inserted else {
        throw CheckpointError(
          .mismatch, file: path, "two tensors are named \(CheckpointError.quote(tensor.name))")
      }
    }
    try AtomicFile.writeWeights(path) { file throws(TextError) in
      switch form {
      case .zip: try writeZip(tensors, elementType, to: file)
      case .legacy: try writeLegacy(tensors, elementType, to: file)
      }
    }
  }

  private static func writeZip(
    _ tensors: [TensorToWrite], _ elementType: ElementType, to file: AtomicFile
  ) throws(TextError) {
    var zip = ZipWriter(file)
    var pickle = PickleWriter()
    pickle.stateDict(tensors, elementType, isLegacy: false)
    try zip.add("archive/data.pkl", pickle.bytes)
    try zip.add("archive/byteorder", Array("little".utf8))
    for (number, tensor) in tensors.enumerated() {
      try zip.add(
        "archive/data/\(number)", byteCount: tensor.values.count * elementType.byteCount
      ) { file throws(TextError) in
        try file.append(tensor.values, as: elementType, checksum: true)
      }
    }
    try zip.add("archive/version", Array("3\n".utf8))
    try zip.finish()
  }

  private static func writeLegacy(
    _ tensors: [TensorToWrite], _ elementType: ElementType, to file: AtomicFile
  ) throws(TextError) {
    var pickle = PickleWriter()
    pickle.long(TorchFile.magic)
    pickle.finish()
    pickle.start()
    pickle.integer(1001)
    pickle.finish()
    pickle.start()
    pickle.machineFacts()
    pickle.finish()
    pickle.start()
    pickle.stateDict(tensors, elementType, isLegacy: true)
    pickle.start()
    pickle.list(tensors.indices.map(String.init))
    pickle.finish()
    try file.append(pickle.bytes)
    for tensor in tensors {
      let count = UInt64(tensor.values.count)
      try file.append((0..<8).map { UInt8(truncatingIfNeeded: count >> UInt64(8 * $0)) })
      try file.append(tensor.values, as: elementType)
    }
  }
}

/// The opcodes of pickle protocol 2 that a dictionary of tensors needs.
private struct PickleWriter {
  private(set) var bytes: [UInt8] = []

  init() { start() }

  mutating func start() { bytes += [0x80, 2] }
  mutating func finish() { opcode(".") }

  private mutating func opcode(_ scalar: Unicode.Scalar) { bytes.append(UInt8(ascii: scalar)) }

  private mutating func little(_ value: Int, _ width: Int) {
    for i in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * i))) }
  }

  mutating func integer(_ value: Int) {
    switch value {
    case 0...0xFF:
      opcode("K")
      little(value, 1)
    case 0x100...0xFFFF:
      opcode("M")
      little(value, 2)
    case Int(Int32.min)...Int(Int32.max):
      opcode("J")
      little(value, 4)
    default:
      bytes += [0x8A, 8]
      little(value, 8)
    }
  }

  mutating func long(_ value: [UInt8]) { bytes += [0x8A, UInt8(value.count)] + value }

  mutating func string(_ text: String) {
    let utf8 = Array(text.utf8)
    opcode("X")
    little(utf8.count, 4)
    bytes += utf8
  }

  private mutating func global(_ module: String, _ name: String) {
    bytes += Array("c\(module)\n\(name)\n".utf8)
  }

  private mutating func tuple(_ values: [Int]) {
    opcode("(")
    for value in values { integer(value) }
    opcode("t")
  }

  mutating func list(_ texts: [String]) {
    opcode("]")
    opcode("(")
    for text in texts { string(text) }
    opcode("e")
  }

  private mutating func orderedDict() {
    global("collections", "OrderedDict")
    opcode(")")
    opcode("R")
  }

  /// The third pickle of the old form.
  mutating func machineFacts() {
    opcode("}")
    opcode("(")
    string("protocol_version")
    integer(1001)
    string("little_endian")
    bytes.append(0x88)
    string("type_sizes")
    opcode("}")
    opcode("(")
    for (name, size) in [("short", 2), ("int", 4), ("long", 4)] {
      string(name)
      integer(size)
    }
    opcode("u")
    opcode("u")
  }

  mutating func stateDict(
    _ tensors: [TensorToWrite], _ elementType: ElementType, isLegacy: Bool
  ) {
    let storageClass =
      switch elementType {
      case .float16: "HalfStorage"
      case .bfloat16: "BFloat16Storage"
      default: "FloatStorage"
      }
    orderedDict()
    opcode("(")
    for (number, tensor) in tensors.enumerated() {
      string(tensor.name)
      global("torch._utils", "_rebuild_tensor_v2")
      opcode("(")
      opcode("(")
      string("storage")
      global("torch", storageClass)
      string(String(number))
      string("cpu")
      integer(tensor.values.count)
      if isLegacy { opcode("N") }
      opcode("t")
      opcode("Q")
      integer(0)
      tuple(tensor.shape)
      var strides = [Int](repeating: 1, count: tensor.shape.count)
      for i in tensor.shape.indices.dropLast().reversed() {
        strides[i] = strides[i + 1] * max(1, tensor.shape[i + 1])
      }
      tuple(strides)
      bytes.append(0x89)
      orderedDict()
      opcode("t")
      opcode("R")
    }
    opcode("u")
    finish()
  }
}

/// Writes stored zip entries, with zip64 where 32 bits do not reach (PKWARE APPNOTE 6.3.10).
private struct ZipWriter {
  private let file: AtomicFile
  private var directory: [UInt8] = []
  private var entryCount = 0

  init(_ file: AtomicFile) { self.file = file }

  mutating func add(_ name: String, _ bytes: [UInt8]) throws(TextError) {
    try add(name, byteCount: bytes.count) { file throws(TextError) in
      try file.append(bytes)
      return tl_crc32(0, bytes, bytes.count)
    }
  }

  /// Adds an entry whose `body` writes `byteCount` bytes and answers their CRC-32.
  mutating func add(
    _ name: String, byteCount: Int,
    body: (AtomicFile) throws(TextError) -> UInt32
  ) throws(TextError) {
    let start = file.count
    let utf8 = Array(name.utf8)
    let isWide = byteCount >= 0xFFFF_FFFF
    var wide: [UInt8] = []
    if isWide { wide = number(1, 2) + number(16, 2) + number(byteCount, 8) + number(byteCount, 8) }
    let unpadded = start + 30 + utf8.count + wide.count + 4
    let padding = (64 - unpadded % 64) % 64
    let extra =
      wide + number(0x4246, 2) + number(padding, 2) + [UInt8](repeating: 0x5A, count: padding)
    let shown = isWide ? 0xFFFF_FFFF : byteCount
    let header =
      number(isWide ? 45 : 20, 2) + number(0x800, 2) + number(0, 2) + number(0, 2)
      + number(0x21, 2)
    let sizes = number(shown, 4) + number(shown, 4) + number(utf8.count, 2)
    try file.append(
      number(0x0403_4B50, 4) + header + number(0, 4) + sizes + number(extra.count, 2) + utf8
        + extra)
    let crc = number(Int(try body(file)), 4)
    try file.patch(crc, at: start + 14)

    var central: [UInt8] = isWide ? number(byteCount, 8) + number(byteCount, 8) : []
    if start >= 0xFFFF_FFFF { central += number(start, 8) }
    if !central.isEmpty { central = number(1, 2) + number(central.count, 2) + central }
    directory += number(0x0201_4B50, 4) + number(45, 2) + header + crc + sizes
    directory += number(central.count, 2) + number(0, 2) + number(0, 2) + number(0, 2)
    directory += number(0, 4) + number(min(start, 0xFFFF_FFFF), 4) + utf8 + central
    entryCount += 1
  }

  mutating func finish() throws(TextError) {
    let start = file.count
    try file.append(directory)
    if start >= 0xFFFF_FFFF || entryCount >= 0xFFFF {
      let record =
        number(0x0606_4B50, 4) + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8)
        + number(entryCount, 8) + number(entryCount, 8) + number(directory.count, 8)
        + number(start, 8)
      let locator =
        number(0x0706_4B50, 4) + number(0, 4) + number(file.count, 8) + number(1, 4)
      try file.append(record + locator)
    }
    let shown = min(entryCount, 0xFFFF)
    try file.append(
      number(0x0605_4B50, 4) + number(0, 4) + number(shown, 2) + number(shown, 2)
        + number(directory.count, 4) + number(min(start, 0xFFFF_FFFF), 4) + number(0, 2))
  }

  private func number(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
