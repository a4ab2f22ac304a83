import CModelFiles
import Glibc
import Synchronization
import TLTensor

/// A run of bytes of a file that one or more tensors look into, with its checksum if it has one.
final class StoredBytes: Sendable {
  let file: MappedFile
  let range: Range<Int>
  private let checksum: UInt32?
  private let isVerified: Atomic<Bool>

  init(file: MappedFile, range: Range<Int>, checksum: UInt32? = nil) {
    self.file = file
    self.range = range
    self.checksum = checksum
    isVerified = Atomic(checksum == nil)
  }

  var needsVerification: Bool { !isVerified.load(ordering: .acquiring) }

  /// Compares a CRC-32 computed over the whole range with the expected one.
  func accept(crc: UInt32, for name: String) throws(CheckpointError) {
    if let checksum, checksum != crc {
      throw CheckpointError(
        .malformed, file: file.path, offset: range.lowerBound,
        "CRC-32 of the data of \(CheckpointError.quote(name)) is \(String(crc, radix: 16)), "
          + "the zip directory says \(String(checksum, radix: 16))",
        next: "the file is damaged: fetch it again")
    }
    isVerified.store(true, ordering: .releasing)
  }
}

/// A tensor in a weight file: its name, shape and type, and the way to its values.
///
/// Nothing is read before `read`; the object keeps the file open.
public struct StoredTensor: Sendable {
  public let name: String
  /// Dimensions, outermost first; empty for a scalar.
  public let shape: [Int]
  public let elementType: ElementType
  /// Number of elements, the product of `shape`.
  public let count: Int
  let storage: StoredBytes
  /// Elements from the start of the storage to the first one.
  let offset: Int
  /// Elements between neighbours of each dimension; nil when the rows follow one another.
  let strides: [Int]?

  /// The file that holds the values.
  public var file: String { storage.file.path }

  /// Bytes per step of a widening read: stays in the second-level cache.
  private static let chunk = 256 * 1024

  /// Reads all values as float32 in row-major order into `destination` of exactly `count` floats.
  ///
  /// Throws when the counts differ, the type has no float32 form, the file is cut or its checksum
  /// is wrong; the destination then holds nothing of use.
  public func read(into destination: UnsafeMutableBufferPointer<Float>) throws(CheckpointError) {
    guard destination.count == count else {
      throw CheckpointError(
        .mismatch, file: file,
        "tensor \(CheckpointError.quote(name)) has \(count) elements, "
          + "the caller's buffer \(destination.count)")
    }
    guard elementType.isReadable else {
      throw CheckpointError(
        .unsupported, file: file,
        "tensor \(CheckpointError.quote(name)) has the type \(elementType.safetensorsName)",
        next: "convert it to F32, F16 or BF16 first")
    }
    guard count > 0, let base = destination.baseAddress else { return }
    if let strides {
      if storage.needsVerification { try verify() }
      try readStrided(strides, into: base)
    } else {
      try readRows(into: base)
    }
  }

  /// All values as float32, row-major.
  public func floats() throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(into: UnsafeMutableBufferPointer(rebasing: buffer.prefix(count)))
      initialized = count
    }
  }

  /// Whether the values can be read in parts: rows follow one another, of a type that widens.
  var isReadableInParts: Bool { strides == nil && elementType.isReadable }

  /// Reads some of the values of a tensor that `isReadableInParts`; from several threads if need be.
  ///
  /// Throws when the file was changed since it was opened, its checksum is wrong, or it cannot be read.
  func read(
    _ range: Range<Int>, into destination: UnsafeMutablePointer<Float>
  ) throws(CheckpointError) {
    try storage.file.checkUnchanged()
    if storage.needsVerification { try verify() }
    let size = elementType.byteCount
    let start = storage.range.lowerBound + (offset + range.lowerBound) * size
    if elementType == .float32 {
      return try storage.file.read(
        at: start,
        into: UnsafeMutableRawBufferPointer(start: destination, count: range.count * 4))
    }
    let step = min(StoredTensor.chunk / size, range.count)
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: step * size, alignment: 64)
    defer { scratch.deallocate() }
    var done = 0
    while done < range.count {
      let part = min(step, range.count - done)
      let bytes = UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(part * size))
      try storage.file.read(at: start + done * size, into: bytes)
      _ = tl_widen(elementType.rawValue, bytes.baseAddress, 1, destination + done, part)
      done += part
    }
  }

  private func readRows(into destination: UnsafeMutablePointer<Float>) throws(CheckpointError) {
    let size = elementType.byteCount
    let coversStorage = offset == 0 && count * size == storage.range.count
    if storage.needsVerification && !coversStorage { try verify() }
    let checks = storage.needsVerification
    let direct = elementType == .float32
    if direct && !checks { return try readInParts(into: destination) }
    let step = StoredTensor.chunk / size
    let scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: direct ? 0 : min(step, count) * size, alignment: 64)
    defer { scratch.deallocate() }
    var crc: UInt32 = 0
    var done = 0
    let start = storage.range.lowerBound + offset * size
    while done < count {
      let part = min(direct && !checks ? count : step, count - done)
      let bytes =
        direct
        ? UnsafeMutableRawBufferPointer(start: destination + done, count: part * 4)
        : UnsafeMutableRawBufferPointer(rebasing: scratch.prefix(part * size))
      try storage.file.read(at: start + done * size, into: bytes)
      if checks { crc = tl_crc32(crc, bytes.baseAddress, bytes.count) }
      if !direct {
        _ = tl_widen(elementType.rawValue, bytes.baseAddress, 1, destination + done, part)
      }
      done += part
    }
    if checks { try storage.accept(crc: crc, for: name) }
  }

  /// Copies float32 rows; large tables, which are most of a donor, with all processors.
  private func readInParts(
    into destination: UnsafeMutablePointer<Float>
  ) throws(CheckpointError) {
    let part = 1 << 20
    let parts = (count + part - 1) / part
    let pool = ThreadPool(count: min(ThreadPool.processors, parts / 4))
    let file = storage.file
    let start = storage.range.lowerBound + offset * 4
    let count = count
    let next = Atomic<Int>(0)
    let failure = Mutex<CheckpointError?>(nil)
    nonisolated(unsafe) let destination = destination
    pool.run { _ in
      while true {
        let first = next.wrappingAdd(part, ordering: .relaxed).oldValue
        if first >= count { return }
        let bytes = UnsafeMutableRawBufferPointer(
          start: destination + first, count: min(part, count - first) * 4)
        do throws(CheckpointError) {
          try file.read(at: start + first * 4, into: bytes)
        } catch {
          failure.withLock { $0 = $0 ?? error }
          return
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// Reads the whole storage once for its checksum.
  private func verify() throws(CheckpointError) {
    let scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(StoredTensor.chunk, storage.range.count), alignment: 64)
    defer { scratch.deallocate() }
    var crc: UInt32 = 0
    var done = 0
    while done < storage.range.count {
      let bytes = UnsafeMutableRawBufferPointer(
        rebasing: scratch.prefix(storage.range.count - done))
      try storage.file.read(at: storage.range.lowerBound + done, into: bytes)
      crc = tl_crc32(crc, bytes.baseAddress, bytes.count)
      done += bytes.count
    }
    try storage.accept(crc: crc, for: name)
  }

  /// Walks the outer dimensions like an odometer; the innermost one is one call.
  private func readStrided(
    _ strides: [Int], into destination: UnsafeMutablePointer<Float>
  ) throws(CheckpointError) {
    let size = elementType.byteCount
    let outer = shape.count - 1
    let row = shape[outer]
    let last = zip(shape, strides).reduce(offset) { $0 + ($1.0 - 1) * $1.1 }
    let source = UnsafeMutableRawBufferPointer.allocate(
      byteCount: (last + 1 - offset) * size, alignment: 64)
    defer { source.deallocate() }
    try storage.file.read(at: storage.range.lowerBound + offset * size, into: source)
    var position = [Int](repeating: 0, count: outer)
    var element = 0
    var done = 0
    while true {
      _ = tl_widen(
        elementType.rawValue, source.baseAddress.map { UnsafeRawPointer($0) + element * size },
        strides[outer], destination + done, row)
      done += row
      var dimension = outer - 1
      while dimension >= 0 {
        position[dimension] += 1
        element += strides[dimension]
        if position[dimension] < shape[dimension] { break }
        element -= strides[dimension] * shape[dimension]
        position[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}
