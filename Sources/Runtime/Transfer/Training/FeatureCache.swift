// FeatureCache: what a frozen encoder says of every text of a part, computed once. A head is then
// trained and applied on these rows alone.

import TLModels
import TLTensor

/// Rows of vectors for each text of a part: one for a text, one for each word that was read.
struct FeatureCache: @unchecked Sendable {
  let vectors: Tensor
  /// Text i has the rows from `starts[i]` up to `starts[i + 1]`.
  let starts: [Int]
  /// The label of each row.
  let labels: [Int32]

  var columns: Int { vectors.columns }

  /// - Parameter isStopped: asked between chunks of texts; true ends the work with `Stopped`.
  init(
    _ part: EncodedPart, _ features: FrozenFeatures, _ model: EncoderModel, _ workers: Workers,
    precision: Precision, isStopped: @escaping @Sendable () -> Bool
  ) throws {
    let columns = model.configuration.hiddenSize
    var starts = [0]
    var labels: [Int32] = []
    for index in part.texts.indices {
      labels += part.labels[index].lazy.filter { $0 != EncodedPart.ignored }
      starts.append(labels.count)
    }
    if !part.isTagging { precondition(labels.count == part.count, "one label for each text") }
    let vectors = Tensor(zeros: [labels.count, columns])
    let batch = try EncoderBatch(part.texts, for: model.configuration)
    let rowStarts = starts
    try workers.forward(lengths: batch.lengths, precision: precision) { tape, range in
      if isStopped() { throw Stopped() }
      let input = EncoderInput(batch, range, on: tape)
      if part.isTagging {
        let hidden = Self.hidden(input, features, model, on: tape)
        for (position, index) in range.enumerated() {
          var row = rowStarts[index]
          for (token, label) in part.labels[index].enumerated() where label != EncodedPart.ignored {
            (vectors.pointer + row * columns)
              .update(
                from: hidden.data + (input.sequences.start(position) + token) * columns,
                count: columns)
            row += 1
          }
        }
      } else {
        let pooled = Self.pool(input, features, model, on: tape)
        (vectors.pointer + range.lowerBound * columns)
          .update(from: pooled.data, count: pooled.count)
      }
    }
    self.vectors = vectors
    self.starts = starts
    self.labels = labels
  }

  /// The vectors of the tokens that the features come from.
  private static func hidden(
    _ input: EncoderInput, _ features: FrozenFeatures, _ model: EncoderModel, on tape: Tape
  ) -> Variable {
    guard let layer = features.layer, layer < model.configuration.layers else {
      return model.encode(input, on: tape)
    }
    let trace = EncoderTrace()
    _ = model.encode(input, on: tape, trace: trace)
    return tape.value(trace.hiddenStates[layer])
  }

  private static func pool(
    _ input: EncoderInput, _ features: FrozenFeatures, _ model: EncoderModel, on tape: Tape
  ) -> Variable {
    let readsFirst = features.pooling == .pooler || features.pooling == .cls
    if readsFirst && (features.layer ?? .max) >= model.configuration.layers {
      let first = model.encodeFirst(input, on: tape)
      return features.pooling == .pooler ? model.pool(first, input, on: tape) : first
    }
    return pooled(
      hidden(input, features, model, on: tape), features.pooling, input, model, on: tape)
  }

  /// One vector for each text out of those of its tokens.
  static func pooled(
    _ hidden: Variable, _ pooling: FrozenFeatures.Pooling, _ input: EncoderInput,
    _ model: EncoderModel, on tape: Tape
  ) -> Variable {
    switch pooling {
    case .pooler: return model.pool(tape.firstRows(hidden, input.sequences), input, on: tape)
    case .cls: return tape.firstRows(hidden, input.sequences)
    case .mean: return tape.mean(hidden, input.sequences)
    case .max:
      let result = tape.constant(rows: input.sequences.count, columns: hidden.columns)
      for sequence in 0..<input.sequences.count {
        let target = result.data + sequence * hidden.columns
        let first = input.sequences.start(sequence)
        target.update(from: hidden.data + first * hidden.columns, count: hidden.columns)
        for row in first + 1..<max(first + 1, first + input.sequences.length(sequence)) {
          let source = hidden.data + row * hidden.columns
          for column in 0..<hidden.columns where source[column] > target[column] {
            target[column] = source[column]
          }
        }
      }
      return result
    }
  }

  /// The rows of some texts on a tape, with their sequences numbered within the batch.
  func rows(
    _ texts: [Int], numbers: [Int], starts batchStarts: [Int], on tape: Tape
  ) -> (vectors: Variable, sequences: Sequences, labels: UnsafePointer<Int32>) {
    let lengths = texts.map { starts[$0 + 1] - starts[$0] }
    let sequences = tape.arena.sequences(lengths: lengths, numbers: numbers, starts: batchStarts)
    let values = tape.constant(rows: sequences.tokens, columns: columns)
    var found: [Int32] = []
    found.reserveCapacity(sequences.tokens)
    var row = 0
    for text in texts {
      let count = starts[text + 1] - starts[text]
      (values.data + row * columns)
        .update(from: vectors.pointer + starts[text] * columns, count: count * columns)
      found += labels[starts[text]..<starts[text + 1]]
      row += count
    }
    return (values, sequences, tape.arena.copy(found))
  }
}

/// Thrown where work ends because someone has asked for it.
public struct Stopped: Error, Sendable {
  public init() {}
}
