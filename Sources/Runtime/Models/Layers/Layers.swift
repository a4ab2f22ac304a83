// Layers: the parts that all encoders share. Each takes its weights by the checkpoint's names, under
// the path it is given. A linear layer has a place for a low-rank update (LoRA), an output layer one
// for a bottleneck adapter; both are nil unless a strategy puts something there.

import TLTensor

/// The low-rank update of a linear layer: y += scale * B A dropout(x) (Hu et al., 2021).
public final class LowRankUpdate {
  /// [rank, inputs]
  public let a: Parameter
  /// [outputs, rank]
  public let b: Parameter
  public let scale: Float
  public let dropout: Float

  public init(a: Parameter, b: Parameter, scale: Float, dropout: Float) {
    self.a = a
    self.b = b
    self.scale = scale
    self.dropout = dropout
  }
}

/// y = activation(x Wᵀ + b).
public final class Linear {
  public let weight: Parameter
  public let bias: Parameter?
  public var lowRank: LowRankUpdate?
  /// The update that is part of the weight now, and what the weight was before.
  public internal(set) var merged: MergedUpdate?

  public init(weight: Parameter, bias: Parameter?) {
    self.weight = weight
    self.bias = bias
  }

  /// Takes `PATH.weight` [outputs, inputs] and `PATH.bias` [outputs].
  public init(
    _ weights: ModelWeights, _ path: String, _ inputs: Int, _ outputs: Int,
    initial: ModelWeights.Initial = .required, hasBias: Bool = true, deviation: Float? = nil
  ) throws {
    weight = try weights.parameter(
      "\(path).weight", [outputs, inputs], initial: initial, deviation: deviation)
    if !hasBias {
      bias = nil
    } else if case .required = initial {
      bias = try weights.parameter("\(path).bias", [outputs])
    } else {
      bias = try weights.parameter("\(path).bias", [outputs], initial: .zeros)
    }
    weights.register(self, path)
  }

  public func callAsFunction(
    _ x: Variable, on tape: Tape, rows: RowNumbers, activation: Activation = .identity
  ) -> Variable {
    guard let lowRank else { return tape.linear(x, weight, bias, activation: activation) }
    let inner = tape.linear(tape.dropout(x, lowRank.dropout, rows: rows), lowRank.a)
    let sum = tape.add(
      tape.linear(x, weight, bias), tape.linear(inner, lowRank.b), scale: lowRank.scale)
    return tape.activation(sum, activation)
  }
}

/// Layer normalization (Ba, Kiros, Hinton, 2016).
public final class LayerNorm {
  public let weight: Parameter
  public let bias: Parameter
  public let epsilon: Float

  /// Takes `PATH.weight` and `PATH.bias`.
  public init(
    _ weights: ModelWeights, _ path: String, _ size: Int, epsilon: Float,
    isRequired: Bool = true
  ) throws {
    weight = try weights.parameter(
      "\(path).weight", [size], initial: isRequired ? .required : .ones)
    bias = try weights.parameter("\(path).bias", [size], initial: isRequired ? .required : .zeros)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Variable, on tape: Tape) -> Variable {
    tape.layerNorm(x, weight, bias, epsilon: epsilon)
  }

  /// norm(residual + dropout(x)).
  public func callAsFunction(
    _ x: Variable, residual: Variable, dropout: Float = 0, rows: RowNumbers, on tape: Tape
  ) -> Variable {
    tape.layerNorm(
      x, residual: residual, weight, bias, epsilon: epsilon, dropout: dropout, rows: rows)
  }
}

/// A bottleneck adapter: h + up(activation(down(h))) (Houlsby et al., 2019; Pfeiffer et al., 2021).
public final class Bottleneck {
  public let down: Linear
  public let up: Linear
  public let activation: Activation
  /// Pfeiffer's form: the adapter reads norm(x + residual), and its result is added to x.
  public let normalizesFirst: Bool

  public init(down: Linear, up: Linear, activation: Activation, normalizesFirst: Bool) {
    self.down = down
    self.up = up
    self.activation = activation
    self.normalizesFirst = normalizesFirst
  }
}

/// The end of a part of a block: residual + dropout(x), or norm(residual + dropout(x)) in post-norm
/// models, with a place for an adapter.
public final class AdapterPlace {
  public enum Kind: Sendable {
    case selfAttention, crossAttention, feedForward
  }

  public let kind: Kind
  public var adapter: Bottleneck?
  private let dropout: Float

  init(_ weights: ModelWeights, _ path: String, _ kind: Kind, dropout: Float) {
    self.kind = kind
    self.dropout = dropout
    weights.register(self, path)
  }

  public func callAsFunction(
    _ x: Variable, residual: Variable, norm: LayerNorm? = nil, rows: RowNumbers, on tape: Tape
  ) -> Variable {
    if adapter == nil, let norm {
      return norm(x, residual: residual, dropout: dropout, rows: rows, on: tape)
    }
    let h = tape.dropout(x, dropout, rows: rows)
    guard let adapter else { return tape.add(residual, h) }
    var input = h
    if adapter.normalizesFirst {
      input =
        norm?.callAsFunction(h, residual: residual, rows: rows, on: tape)
        ?? tape.add(h, residual)
    }
    let down = adapter.down(input, on: tape, rows: rows, activation: adapter.activation)
    let sum = tape.add(h, adapter.up(down, on: tape, rows: rows))
    return norm?.callAsFunction(sum, residual: residual, rows: rows, on: tape)
      ?? tape.add(residual, sum)
  }
}

/// The end of a block: norm(residual + dropout(x Wᵀ + b)), with a place for an adapter.
public final class ResidualOutput {
  public let dense: Linear
  public let norm: LayerNorm
  public let dropout: Float
  public var adapter: Bottleneck?

  /// Takes `PATH.dense` and `PATH.LayerNorm`.
  public init(
    _ weights: ModelWeights, _ path: String, _ inputs: Int, _ configuration: EncoderConfiguration
  ) throws {
    dense = try Linear(weights, "\(path).dense", inputs, configuration.hiddenSize)
    norm = try LayerNorm(
      weights, "\(path).LayerNorm", configuration.hiddenSize,
      epsilon: configuration.layerNormEpsilon)
    dropout = configuration.hiddenDropout
    weights.register(self, path)
  }

  public func callAsFunction(
    _ x: Variable, residual: Variable, rows: RowNumbers, on tape: Tape
  ) -> Variable {
    let y = dense(x, on: tape, rows: rows)
    guard let adapter else {
      return norm(y, residual: residual, dropout: dropout, rows: rows, on: tape)
    }
    let h = tape.dropout(y, dropout, rows: rows)
    let input =
      adapter.normalizesFirst ? norm(h, residual: residual, rows: rows, on: tape) : h
    let down = adapter.down(input, on: tape, rows: rows, activation: adapter.activation)
    let sum = tape.add(h, adapter.up(down, on: tape, rows: rows))
    return norm(sum, residual: residual, rows: rows, on: tape)
  }
}

/// The feed-forward half of a block: W₂ activation(W₁ x).
public final class FeedForward {
  public let intermediate: Linear
  public let output: ResidualOutput
  public let activation: Activation

  /// Takes `PATH.intermediate.dense` and `PATH.output`.
  public init(
    _ weights: ModelWeights, _ path: String, _ configuration: EncoderConfiguration
  ) throws {
    intermediate = try Linear(
      weights, "\(path).intermediate.dense", configuration.hiddenSize,
      configuration.intermediateSize)
    output = try ResidualOutput(
      weights, "\(path).output", configuration.intermediateSize, configuration)
    activation = configuration.activation
  }

  public func callAsFunction(_ x: Variable, rows: RowNumbers, on tape: Tape) -> Variable {
    output(
      intermediate(x, on: tape, rows: rows, activation: activation), residual: x, rows: rows,
      on: tape)
  }
}
