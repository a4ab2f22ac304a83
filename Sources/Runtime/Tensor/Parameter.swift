// Parameter: a named tensor that a model computes with and a strategy may train. Tables of rows
// (embeddings) have sparse gradients, and rows without one are moved lazily (LazyDecay.swift). Its
// values stand in memory from the beginning, or come from a source as they are needed
// (PendingValues.swift).

import CKernels

/// A named weight of a model.
public final class Parameter: @unchecked Sendable {
  /// How gradients of this parameter are kept.
  public enum GradientForm: Sendable {
    /// One number per weight.
    case dense
    /// Only the rows that the batch looked up; for tables used by lookup alone.
    case rows
  }

  /// The name in the checkpoint, e.g. `bert.encoder.layer.0.attention.self.query.weight`.
  public let name: String
  /// A frozen parameter has no gradient, no moments and no weight-gradient product.
  public var isTrainable: Bool
  public var gradientForm: GradientForm
  /// What rows without a gradient have still to receive; set by the optimizer.
  public internal(set) var lazyDecay: LazyDecay?
  /// The weight in the layouts of the packed products; dropped when the weight changes.
  var packed = PackedWeight()
  /// Where the values stand, once they have been read.
  private let values: Tensor
  private let pending: PendingValues?

  public init(
    _ name: String, _ tensor: Tensor, gradientForm: GradientForm = .dense, isTrainable: Bool = true
  ) {
    self.name = name
    values = tensor
    pending = nil
    self.gradientForm = gradientForm
    self.isTrainable = isTrainable
  }

  /// A parameter whose values are read from the source as they are needed; memory is taken for those
  /// alone.
  public init(
    _ name: String, _ shape: [Int], source: any ValueSource, gradientForm: GradientForm = .dense
  ) {
    self.name = name
    values = Tensor(zeros: shape)
    pending = PendingValues(
      source, into: values.storage, rows: values.rows, columns: values.columns)
    self.gradientForm = gradientForm
    isTrainable = true
  }

  /// `[rows, columns]`, or one dimension for biases and norms.
  public var shape: [Int] { values.shape }
  public var count: Int { values.count }
  public var rows: Int { values.rows }
  public var columns: Int { values.columns }

  // MARK: Values

  /// All values, read now where they were not. A failure to read is thrown by the next pass or `load`.
  public var tensor: Tensor {
    pending?.completeOrFail()
    return values
  }

  /// The first of all values, as `tensor`.
  public var pointer: UnsafeMutablePointer<Float> {
    pending?.completeOrFail()
    return values.pointer
  }

  /// Whether all values are in memory.
  public var isLoaded: Bool { pending?.isComplete ?? true }

  /// Reads all values that are not in memory.
  public func load() throws { try pending?.complete() }

  /// Reads the rows that are not in memory; negative numbers are no rows.
  public func load(rows: UnsafePointer<Int32>, count: Int) throws {
    try pending?.require(rows, count)
  }

  /// Where the values are of rows that have been read.
  var loadedPointer: UnsafeMutablePointer<Float> { values.pointer }

  /// Where to read a matrix from that is not in memory; nil where it is, or must be.
  var source: (any ValueSource)? {
    guard gradientForm == .dense, let pending, !pending.isComplete, !pending.isChanged else {
      return nil
    }
    return pending.source
  }

  /// The values of a row that was looked up, trained or replaced before.
  public func row(_ row: Int) -> UnsafeMutablePointer<Float> { values.pointer + row * columns }

  /// Copies a row's worth of values into the parameter; `weightsChanged` must follow.
  public func replace(row: Int, with source: UnsafePointer<Float>) {
    pending?.replace(row)
    self.row(row).update(from: source, count: columns)
  }

  /// The factor by which a stored row must be multiplied when it is read.
  @inline(__always)
  func factor(ofRow row: Int) -> Float {
    guard let lazyDecay, !lazyDecay.isTouched[row] else { return 1 }
    return lazyDecay.factor
  }

  /// The weights with all lazy decay applied; a copy where there is any, else the tensor itself.
  public var current: Tensor {
    lazyDecay?.catchUpAll()
    guard let lazyDecay, lazyDecay.factor != 1 else { return tensor }
    let copy = tensor.copy()
    let columns = columns
    for row in 0..<rows where !lazyDecay.isTouched[row] {
      for i in row * columns..<(row + 1) * columns { copy.pointer[i] *= lazyDecay.factor }
    }
    return copy
  }

  /// Writes all lazy decay into the weights and ends its bookkeeping.
  func settleDecay() {
    guard let lazyDecay else { return }
    lazyDecay.catchUpAll()
    if lazyDecay.factor != 1 { scale(by: lazyDecay.factor) { !lazyDecay.isTouched[$0] } }
    self.lazyDecay = nil
  }

  /// Multiplies all weights.
  public func scale(by factor: Float) { scale(by: factor) { _ in true } }

  private func scale(by factor: Float, where isScaled: (Int) -> Bool) {
    if let pending, !pending.isComplete {
      pending.scale(by: factor, where: isScaled)
    } else {
      for row in 0..<rows where isScaled(row) {
        tl_scale(self.row(row), factor, self.row(row), columns)
      }
    }
    weightsChanged()
  }

  /// Must be called after the weights were written to from outside an optimizer step.
  public func weightsChanged() { packed.invalidate() }
}

/// Reads all of the parameters into memory, several at a time.
func load(_ parameters: [Parameter], on pool: ThreadPool) throws {
  let pending = parameters.filter { !$0.isLoaded }
  if pending.isEmpty { return }
  let failures = UnsafeMutablePointer<(any Error)?>.allocate(capacity: pool.count)
  failures.initialize(repeating: nil, count: pool.count)
  defer {
    failures.deinitialize(count: pool.count)
    failures.deallocate()
  }
  pool.run { worker in
    for index in stride(from: worker, to: pending.count, by: pool.count) {
      do {
        try pending[index].load()
      } catch {
        failures[worker] = error
        return
      }
    }
  }
  for worker in 0..<pool.count {
    if let failure = failures[worker] { throw failure }
  }
}
