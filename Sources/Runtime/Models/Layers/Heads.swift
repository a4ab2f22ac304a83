// Heads: what turns an encoder's vectors into logits, for each family as the reference library has
// it. Weights that a checkpoint lacks (a new task) begin at random.

import TLTensor

/// tanh or GELU of a linear layer on the first token's vector.
public final class Pooler {
  public let dense: Linear
  private let activation: Activation
  private let dropout: Float

  /// `bert.pooler.dense` with tanh, or DeBERTa's `pooler.dense`.
  public init(_ weights: ModelWeights, _ configuration: EncoderConfiguration) throws {
    let size = configuration.hiddenSize
    let deberta = configuration.deberta
    let path = deberta == nil ? "\(configuration.family.prefix)pooler.dense" : "pooler.dense"
    dense = try Linear(weights, path, size, size, initial: .normal)
    activation = deberta?.poolerActivation ?? .tanh
    dropout = deberta?.poolerDropout ?? 0
  }

  /// The vectors of first tokens: [B, C] -> [B, C]
  public func callAsFunction(
    _ first: Variable, _ sequences: Sequences, on tape: Tape
  ) -> Variable {
    let rows = RowNumbers.sequences(sequences)
    return dense(
      tape.dropout(first, dropout, rows: rows), on: tape, rows: rows, activation: activation)
  }
}

/// Logits for each text: [N, C] -> [B, K].
public final class SequenceHead {
  /// RoBERTa's `classifier.dense` with tanh, before the output layer; nil in other families.
  public let dense: Linear?
  public let output: Linear
  public let dropout: Float
  public let classes: Int

  /// `classifier`, or RoBERTa's `classifier.dense` and `classifier.out_proj`.
  public init(
    _ weights: ModelWeights, _ configuration: EncoderConfiguration, classes: Int
  ) throws {
    let size = configuration.hiddenSize
    let isRoBERTa = configuration.family == .roberta || configuration.family == .xlmRoBERTa
    dense =
      isRoBERTa ? try Linear(weights, "classifier.dense", size, size, initial: .normal) : nil
    output = try Linear(
      weights, isRoBERTa ? "classifier.out_proj" : "classifier", size, classes, initial: .normal)
    dropout = configuration.classifierDropout ?? configuration.hiddenDropout
    self.classes = classes
  }

  /// `pooled` [B, C]: the pooler's vectors, or the first tokens' where there is no pooler.
  public func callAsFunction(
    _ pooled: Variable, _ sequences: Sequences, on tape: Tape
  ) -> Variable {
    let rows = RowNumbers.sequences(sequences)
    var x = tape.dropout(pooled, dropout, rows: rows)
    if let dense {
      x = tape.dropout(dense(x, on: tape, rows: rows, activation: .tanh), dropout, rows: rows)
    }
    return output(x, on: tape, rows: rows)
  }
}

/// Logits for each token: [N, C] -> [N, K].
public final class TokenHead {
  public let output: Linear
  public let dropout: Float
  public let classes: Int

  /// `classifier`.
  public init(
    _ weights: ModelWeights, _ configuration: EncoderConfiguration, classes: Int
  ) throws {
    output = try Linear(
      weights, "classifier", configuration.hiddenSize, classes, initial: .normal)
    dropout = configuration.classifierDropout ?? configuration.hiddenDropout
    self.classes = classes
  }

  public func callAsFunction(
    _ hidden: Variable, _ sequences: Sequences, on tape: Tape
  ) -> Variable {
    let rows = RowNumbers.tokens(sequences)
    return output(tape.dropout(hidden, dropout, rows: rows), on: tape, rows: rows)
  }
}

/// Logits over the vocabulary: norm(activation(dense(x))) Eᵀ + b, E the word embeddings.
public final class MaskedLMHead {
  public let dense: Linear
  public let norm: LayerNorm
  public let bias: Parameter
  /// The word embeddings, or a matrix of its own where the configuration does not tie them.
  public let decoder: Parameter
  private let activation: Activation

  /// `cls.predictions` (BERT, older DeBERTa), `lm_head` (RoBERTa) or `lm_predictions.lm_head`
  /// (DeBERTa-v3).
  public init(_ weights: ModelWeights, _ encoder: any Encoder) throws {
    let configuration = encoder.configuration
    let size = encoder.wordEmbeddings.columns
    let names: (dense: String, norm: String, path: String)
    if configuration.family == .roberta || configuration.family == .xlmRoBERTa {
      names = ("lm_head.dense", "lm_head.layer_norm", "lm_head")
      activation = .gelu
    } else if weights.contains("lm_predictions.lm_head.dense.weight") {
      let path = "lm_predictions.lm_head"
      names = ("\(path).dense", "\(path).LayerNorm", path)
      activation = configuration.activation
    } else {
      let path = "cls.predictions"
      names = ("\(path).transform.dense", "\(path).transform.LayerNorm", path)
      activation = configuration.activation
    }
    dense = try Linear(weights, names.dense, configuration.hiddenSize, size, initial: .normal)
    norm = try LayerNorm(
      weights, names.norm, size, epsilon: configuration.layerNormEpsilon, isRequired: false)
    bias = try weights.parameter(
      "\(names.path).bias", copy: "\(names.path).decoder.bias", [configuration.vocabularySize],
      initial: .zeros)
    if configuration.tiesEmbeddings || !weights.contains("\(names.path).decoder.weight") {
      decoder = encoder.wordEmbeddings
      // Every row takes part in every logit.
      decoder.gradientForm = .dense
    } else {
      decoder = try weights.parameter(
        "\(names.path).decoder.weight", [configuration.vocabularySize, size])
    }
  }

  /// [R, C] -> [R, V]; select the masked rows first.
  public func callAsFunction(_ x: Variable, _ rows: RowNumbers, on tape: Tape) -> Variable {
    tape.linear(
      norm(dense(x, on: tape, rows: rows, activation: activation), on: tape), decoder, bias)
  }
}
