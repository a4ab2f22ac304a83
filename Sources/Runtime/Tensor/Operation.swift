// Operation: what a tape records of a step forward - the inputs and outputs, and what the backward
// rule of BackwardRules.swift needs. Letters: N rows of packed tokens, C columns, F inner columns,
// H heads, V vocabulary, K classes. Pointers are memory of the tape's arena.

import CKernels

/// An activation function, by the names of checkpoints.
public enum Activation: String, Sendable, CaseIterable {
  case identity = "linear"
  /// x Φ(x), with the error function.
  case gelu
  /// x Φ(x) by tanh: `gelu_new`, `gelu_pytorch_tanh`, `gelu_fast`.
  case geluTanh = "gelu_new"
  case relu
  /// x σ(x), also `swish`.
  case silu
  case tanh
  case sigmoid
  /// x σ(1.702 x).
  case quickGELU = "quick_gelu"

  /// The activation that a configuration names; nil if there is none of that name.
  public init?(named name: String) {
    switch name {
    case "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh", "gelu_accurate": self = .geluTanh
    case "gelu_python": self = .gelu
    case "swish": self = .silu
    case "none", "identity": self = .identity
    default: self.init(rawValue: name)
    }
  }

  var kernel: tl_activation {
    switch self {
    case .identity: .identity
    case .gelu: .gelu
    case .geluTanh: .geluTanh
    case .relu: .relu
    case .silu: .silu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .quickGELU: .quickGelu
    }
  }
}

/// One table and the row of it that each token looks up.
public struct Lookup {
  public let table: Parameter
  public let rows: UnsafePointer<Int32>
  /// A row that is looked up without passing a gradient to it, such as that of padding.
  public let frozenRow: Int32?

  public init(_ table: Parameter, _ rows: UnsafePointer<Int32>, frozenRow: Int32? = nil) {
    self.table = table
    self.rows = rows
    self.frozenRow = frozenRow
  }
}

/// Which part of a row's numbers dropout counts, so that masks do not depend on how a batch is shared
/// out over workers.
public enum RowNumbers {
  /// Rows are tokens.
  case tokens(Sequences)
  /// Rows are sequences.
  case sequences(Sequences)
}

/// The recorded operations.
enum Operation {
  /// y [N, M] = activation(x [N, K] Wᵀ + b); `sum` is what the activation was applied to.
  case linear(
    x: Variable, weight: Parameter, bias: Parameter?, y: Variable, activation: Activation,
    sum: UnsafeMutablePointer<Float>?)
  /// y [H, D] = for each of D distances the row of a table [buckets, H] that `buckets` names.
  case distanceBias(table: Parameter, buckets: UnsafePointer<Int32>, y: Variable)
  /// y [N, C] = the sum of one row of each of up to three tables.
  case embedding(Lookup, Lookup?, Lookup?, y: Variable)
  /// y [N, C] = norm(residual + dropout(x)); `sum` is the input of the norm.
  case layerNorm(
    x: Variable, residual: Variable?, gamma: Parameter, beta: Parameter, y: Variable,
    sum: UnsafeMutablePointer<Float>, mean: UnsafeMutablePointer<Float>,
    rstd: UnsafeMutablePointer<Float>, mask: tl_dropout_mask?, rows: RowNumbers?)
  /// y [N, C] = x / root mean square(x) * gamma.
  case rmsNorm(x: Variable, gamma: Parameter, y: Variable, rstd: UnsafeMutablePointer<Float>)
  /// y [N, C] = attention of each sequence and head over its own keys.
  case attention(AttentionRecord)
  case activation(x: Variable, y: Variable, Activation)
  case dropout(x: Variable, y: Variable, tl_dropout_mask, RowNumbers)
  /// y = a + scale * b.
  case add(a: Variable, b: Variable, y: Variable, scale: Float)
  /// y = a * b, element by element.
  case multiply(a: Variable, b: Variable, y: Variable)
  case scale(x: Variable, y: Variable, factor: Float)
  /// y [R, C] = rows of x [N, C].
  case select(x: Variable, rows: UnsafePointer<Int32>, y: Variable)
  /// y [B, C] = the mean of the rows of each sequence.
  case mean(x: Variable, Sequences, y: Variable)
  /// y [N, C * width]: the neighbours of each row within its sequence, channel by channel.
  case window(x: Variable, Sequences, width: Int, y: Variable)
  /// A loss, whose gradient was computed with it.
  case loss(logits: Variable, gradient: UnsafeMutablePointer<Float>)
}

/// What attention keeps for its backward rule.
struct AttentionRecord {
  var q: Variable
  var k: Variable
  var v: Variable
  var y: Variable
  var shape: AttentionShape
  /// The positions of disentangled attention; nil for plain attention.
  var relative: RelativePositions?
  /// Scores by distance; nil without.
  var bias: DistanceBias?
  /// [H, N]
  var logSumExp: UnsafeMutablePointer<Float>
  var mask: tl_dropout_mask?
}
