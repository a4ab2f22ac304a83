// BackwardRules: the one table of backward rules. A rule reads the gradient dy of its output, adds
// to the gradients of its inputs and parameters, and gives the memory of dy back. It may overwrite
// dy: no one else reads it.

import CKernels
import Glibc

extension Tape {
  /// Runs the rule of one operation.
  func propagate(_ operation: Operation) {
    switch operation {
    case .linear(let x, let weight, let bias, let y, let activation, let sum):
      linearBackward(x, weight, bias, y, activation, sum)
    case .embedding(let first, let second, let third, let y):
      embeddingBackward([first, second, third], y)
    case .distanceBias(let table, let buckets, let y):
      guard let dy = gradient(of: y), isTrained(table), let sums = gradients?.accumulator(table)
      else { return }
      for head in 0..<y.rows {
        for distance in 0..<y.columns {
          sums[Int(buckets[distance]) * y.rows + head] += dy[head * y.columns + distance]
        }
      }
    case .layerNorm(
      let x, let residual, let gamma, let beta, let y, let sum, let mean, let rstd, let mask,
      let rows):
      guard let dy = gradient(of: y) else { return }
      let (dgamma, dbeta) = (normGradient(gamma), normGradient(beta))
      if let residual {
        tl_layer_norm_backward(
          sum, gamma.pointer, mean, rstd, dy, dy, false, dgamma, dbeta, y.rows, y.columns)
        dropoutBackward(dy, x, mask, rows)
        handOver(y, to: residual)
      } else {
        let (dx, accumulate) = target(x) ?? (dy, false)
        tl_layer_norm_backward(
          sum, gamma.pointer, mean, rstd, dy, dx, accumulate, dgamma, dbeta, y.rows, y.columns)
      }
    case .rmsNorm(let x, let gamma, let y, let rstd):
      guard let dy = gradient(of: y) else { return }
      let (dx, accumulate) = target(x) ?? (dy, false)
      tl_rms_norm_backward(
        x.data, gamma.pointer, rstd, dy, dx, accumulate, normGradient(gamma), y.rows, y.columns)
    case .attention(let record):
      attentionBackward(record)
    case .activation(let x, let y, let activation):
      guard let dy = gradient(of: y) else { return }
      tl_activation_backward(activation.kernel, x.data, dy, dy, y.count)
      handOver(y, to: x)
    case .dropout(let x, let y, let mask, let rows):
      guard let dy = gradient(of: y) else { return }
      dropoutBackward(dy, x, mask, rows)
    case .add(let a, let b, let y, let scale):
      guard let dy = gradient(of: y) else { return }
      if let (db, accumulate) = target(b) {
        if !accumulate { memset(db, 0, b.count * MemoryLayout<Float>.stride) }
        tl_axpy(scale, dy, db, b.count)
      }
      handOver(y, to: a)
    case .multiply(let a, let b, let y):
      guard let dy = gradient(of: y) else { return }
      if let da = accumulated(a) { tl_multiply_add(dy, b.data, da, a.count) }
      if let db = accumulated(b) { tl_multiply_add(dy, a.data, db, b.count) }
    case .scale(let x, let y, let factor):
      guard let dy = gradient(of: y) else { return }
      tl_scale(dy, factor, dy, y.count)
      handOver(y, to: x)
    case .select(let x, let rows, let y):
      guard let dy = gradient(of: y), let dx = accumulated(x) else { return }
      tl_scatter_add_rows(dy, y.columns, rows, dx, x.columns, y.rows, y.columns)
    case .mean(let x, let sequences, let y):
      guard let dy = gradient(of: y), let dx = accumulated(x) else { return }
      for sequence in 0..<sequences.count {
        let length = sequences.length(sequence)
        for row in sequences.start(sequence)..<sequences.start(sequence) + length {
          tl_axpy(
            1 / Float(length), dy + sequence * y.columns, dx + row * x.columns, x.columns)
        }
      }
    case .window(let x, let sequences, let width, let y):
      windowBackward(x, sequences, width, y)
    case .loss(let logits, let gradient):
      pass(gradient, to: logits)
      return
    }
    release(operation.result)
  }

  // MARK: Linear layers: dx = dy W, dW = dyᵀ x, db = the column sums of dy

  private func linearBackward(
    _ x: Variable, _ weight: Parameter, _ bias: Parameter?, _ y: Variable,
    _ activation: Activation, _ sum: UnsafeMutablePointer<Float>?
  ) {
    guard let dy = gradient(of: y) else { return }
    let dbias = bias.flatMap { isTrained($0) ? gradients?.accumulator($0) : nil }
    if let sum {
      tl_bias_activation_backward(
        activation.kernel, sum, dy, dy, dbias, y.rows, y.columns)
    } else if let dbias {
      tl_column_sums(dy, y.columns, dbias, y.rows, y.columns)
    }
    if isTrained(weight), let (dw, accumulate) = gradients?.target(weight) {
      let (outputs, inputs) = weight.productShape
      multiplyWeight(
        dy, x.data, into: dw, accumulate: accumulate, rows: x.rows, outputs: outputs,
        inputs: inputs, precision: precision, scratch: arena)
    }
    if let (dx, accumulate) = target(x) {
      reading {
        try multiplyBackward(
          dy, weight, into: dx, accumulate: accumulate, rows: x.rows, precision: precision)
      }
    }
  }

  // MARK: Tables: each looked-up row receives the gradient of its token

  private func embeddingBackward(_ lookups: [Lookup?], _ y: Variable) {
    guard let dy = gradient(of: y) else { return }
    for case let lookup? in lookups where isTrained(lookup.table) {
      let mark = arena.mark
      var rows = lookup.rows
      if let frozen = lookup.frozenRow {
        let kept = arena.allocate(Int32.self, y.rows)
        for row in 0..<y.rows { kept[row] = rows[row] == frozen ? -1 : rows[row] }
        rows = UnsafePointer(kept)
      }
      if let table = gradients?.table(lookup.table) {
        table.add(dy, ids: rows, count: y.rows, scratch: arena)
      } else if let dense = gradients?.accumulator(lookup.table) {
        tl_scatter_add_rows(dy, y.columns, rows, dense, y.columns, y.rows, y.columns)
      }
      arena.release(to: mark)
    }
  }

  // MARK: Norms, dropout, windows

  private func normGradient(_ parameter: Parameter) -> UnsafeMutablePointer<Float>? {
    isTrained(parameter) ? gradients?.accumulator(parameter) : nil
  }

  /// dx += mask(dy).
  private func dropoutBackward(
    _ dy: UnsafePointer<Float>, _ x: Variable, _ mask: tl_dropout_mask?, _ rows: RowNumbers?
  ) {
    guard let mask, let rows else { return pass(dy, to: x) }
    guard let (dx, accumulate) = target(x) else { return }
    let mark = arena.mark
    let masked = accumulate ? arena.floats(x.count) : dx
    forEachRun(of: rows, count: x.rows, columns: x.columns, mask: mask) { first, count, mask in
      guard let mask else { return }
      let start = first * x.columns
      tl_dropout(dy + start, masked + start, count * x.columns, mask)
    }
    if accumulate { tl_add(dx, masked, dx, x.count) }
    arena.release(to: mark)
  }

  private func windowBackward(_ x: Variable, _ sequences: Sequences, _ width: Int, _ y: Variable) {
    guard let dy = gradient(of: y), let dx = accumulated(x) else { return }
    let before = (width - 1) / 2
    for sequence in 0..<sequences.count {
      let (start, length) = (sequences.start(sequence), sequences.length(sequence))
      for row in 0..<length {
        for offset in 0..<width {
          let neighbour = row + offset - before
          guard neighbour >= 0 && neighbour < length else { continue }
          let source = dy + (start + row) * y.columns + offset
          let target = dx + (start + neighbour) * x.columns
          for channel in 0..<x.columns { target[channel] += source[channel * width] }
        }
      }
    }
  }
}

extension Operation {
  /// The value whose gradient a rule uses up.
  var result: Variable {
    switch self {
    case .linear(_, _, _, let y, _, _), .embedding(_, _, _, let y), .distanceBias(_, _, let y),
      .layerNorm(_, _, _, _, let y, _, _, _, _, _), .rmsNorm(_, _, let y, _),
      .activation(_, let y, _), .dropout(_, let y, _, _), .add(_, _, let y, _),
      .multiply(_, _, let y), .scale(_, let y, _), .select(_, _, let y), .mean(_, _, let y),
      .window(_, _, _, let y), .loss(let y, _):
      y
    case .attention(let record): record.y
    }
  }
}
