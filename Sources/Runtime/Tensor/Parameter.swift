// Parameter: a named tensor that a model computes with and a strategy may train. Tables of rows
// (embeddings) have sparse gradients, and rows without one are moved lazily (LazyDecay.swift).

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
  /// `[rows, columns]`, or one dimension for biases and norms.
  public let tensor: Tensor
  /// A frozen parameter has no gradient, no moments and no weight-gradient product.
  public var isTrainable: Bool
  public var gradientForm: GradientForm
  /// What rows without a gradient have still to receive; set by the optimizer.
  public internal(set) var lazyDecay: LazyDecay?
  /// The weight in the layouts of the packed products; dropped when the weight changes.
  var packed = PackedWeight()

  public init(
    _ name: String, _ tensor: Tensor, gradientForm: GradientForm = .dense, isTrainable: Bool = true
  ) {
    self.name = name
    self.tensor = tensor
    self.gradientForm = gradientForm
    self.isTrainable = isTrainable
  }

  public var pointer: UnsafeMutablePointer<Float> { tensor.pointer }
  public var count: Int { tensor.count }
  public var rows: Int { tensor.rows }
  public var columns: Int { tensor.columns }

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

  /// Multiplies all weights.
  public func scale(by factor: Float) {
    tl_scale(pointer, factor, pointer, count)
    weightsChanged()
  }

  /// Must be called after the weights were written to from outside an optimizer step.
  public func weightsChanged() { packed.invalidate() }
}
