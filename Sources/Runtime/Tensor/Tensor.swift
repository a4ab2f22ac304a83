// Tensor: float32 numbers in row-major order with a shape. It owns (or borrows) its memory and is
// what parameters, checkpoints and results are made of. It has no arithmetic of its own: values
// that take part in a forward pass are `Variable`s on a `Tape`.

import CKernels
import Glibc

/// Memory of float32 numbers, aligned to 64 bytes where it is our own.
///
/// Large blocks come straight from the kernel and are zero without having been touched, so a block
/// of which only a few rows are ever written costs only those rows.
public final class Storage: @unchecked Sendable {
  /// Valid as long as this object lives.
  public let pointer: UnsafeMutablePointer<Float>
  public let count: Int
  private let owner: AnyObject?
  private let mappedBytes: Int

  /// Makes `count` zeros.
  public init(count: Int) {
    self.count = count
    let bytes = max(64, count * MemoryLayout<Float>.stride)
    if bytes >= 1 << 18,
      let memory = mmap(
        nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      memory != MAP_FAILED
    {
      pointer = memory.bindMemory(to: Float.self, capacity: count)
      mappedBytes = bytes
    } else {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      memset(memory, 0, bytes)
      pointer = memory.bindMemory(to: Float.self, capacity: max(1, count))
      mappedBytes = 0
    }
    owner = nil
  }

  /// Uses memory of `owner`, which is kept alive; the memory may be written to.
  public init(borrowing pointer: UnsafeMutablePointer<Float>, count: Int, owner: AnyObject) {
    self.pointer = pointer
    self.count = count
    self.owner = owner
    mappedBytes = 0
  }

  /// Says that all of the memory will be written to: the system may then give it in large pages,
  /// which takes a tenth of the time.
  public func willBeFilled() {
    let page = 1 << 21
    let start = (Int(bitPattern: pointer) + page - 1) & ~(page - 1)
    let end = (Int(bitPattern: pointer) + mappedBytes) & ~(page - 1)
    if start < end, let first = UnsafeMutableRawPointer(bitPattern: start) {
      madvise(first, end - start, MADV_HUGEPAGE)
    }
  }

  deinit {
    guard owner == nil else { return }
    if mappedBytes > 0 {
      munmap(pointer, mappedBytes)
    } else {
      UnsafeMutableRawPointer(pointer).deallocate()
    }
  }
}

/// Float32 numbers in row-major order with a shape.
///
/// Copies of a tensor share their memory; `copy()` makes a new one.
public struct Tensor: @unchecked Sendable {
  public let shape: [Int]
  public let storage: Storage

  /// Makes a tensor of zeros.
  public init(zeros shape: [Int]) {
    self.shape = shape
    storage = Storage(count: shape.reduce(1, *))
  }

  /// Makes a tensor from row-major values; their number must be the product of the shape.
  public init(_ values: [Float], shape: [Int]) {
    precondition(values.count == shape.reduce(1, *), "as many values as the shape holds")
    self.init(zeros: shape)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
    }
  }

  /// Makes a one-dimensional tensor.
  public init(_ values: [Float]) { self.init(values, shape: [values.count]) }

  /// Views storage that holds at least the product of the shape.
  public init(storage: Storage, shape: [Int]) {
    precondition(shape.reduce(1, *) <= storage.count, "storage of the size of the shape")
    self.shape = shape
    self.storage = storage
  }

  /// The first element; valid as long as the tensor lives.
  public var pointer: UnsafeMutablePointer<Float> { storage.pointer }
  public var count: Int { shape.reduce(1, *) }
  /// The product of all dimensions but the last.
  public var rows: Int { columns == 0 ? 0 : count / columns }
  /// The last dimension (1 for a scalar).
  public var columns: Int { shape.last ?? 1 }
  /// The values in row-major order.
  public var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return pointer[row * columns + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      pointer[row * columns + column] = newValue
    }
  }

  public func copy() -> Tensor {
    let result = Tensor(zeros: shape)
    result.pointer.update(from: pointer, count: count)
    return result
  }

  /// The same memory under another shape of as many elements.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "as many elements as before")
    return Tensor(storage: storage, shape: shape)
  }

  /// Whether there is no NaN and no infinity among the values.
  public var isFinite: Bool { tl_largest_magnitude(pointer, count).isFinite }

  /// Square root of the sum of squares, in double precision.
  public var norm: Double {
    var sum = 0.0
    for i in 0..<count { sum += Double(pointer[i]) * Double(pointer[i]) }
    return sum.squareRoot()
  }
}
