// Operations: the forward side of each operation. An operation allocates its result in the arena,
// computes it and, where a gradient will pass, puts a record on the tape. This file and
// BackwardRules.swift are the seam under which another device can come in.

import CKernels
import Glibc

extension Tape {
  /// activation(x Wᵀ + b): [N, K] -> [N, M], weight [M, K] (further dimensions count as inputs).
  public func linear(
    _ x: Variable, _ weight: Parameter, _ bias: Parameter? = nil,
    activation: Activation = .identity
  ) -> Variable {
    let (outputs, inputs) = weight.productShape
    precondition(x.columns == inputs, "\(weight.name): inputs \(inputs), found \(x.columns)")
    let hasGradient = x.hasGradient || isTrained(weight) || isTrained(bias)
    let y = output(rows: x.rows, columns: outputs, hasGradient)
    var sum: UnsafeMutablePointer<Float>?
    if hasGradient && activation != .identity { sum = arena.floats(y.count) }
    reading {
      try multiplyForward(
        x.data, weight, bias, activation, sum: sum, into: y.data, rows: x.rows,
        precision: precision, scratch: arena, isRecording: isRecording, helpers: helpers)
    }
    if hasFailed { y.data.update(repeating: 0, count: y.count) }
    if hasGradient {
      operations.append(
        .linear(x: x, weight: weight, bias: bias, y: y, activation: activation, sum: sum))
    }
    return y
  }

  /// The sum of one row of each table per token: [N, C].
  public func embedding(
    _ first: Lookup, _ second: Lookup? = nil, _ third: Lookup? = nil, count: Int
  ) -> Variable {
    let columns = first.table.columns
    let hasGradient =
      isTrained(first.table) || isTrained(second?.table) || isTrained(third?.table)
    let y = output(rows: count, columns: columns, hasGradient)
    let lookups = [first, second, third]
    reading {
      for case let lookup? in lookups { try lookup.table.load(rows: lookup.rows, count: count) }
    }
    if lookups.contains(where: { $0?.table.lazyDecay != nil }) {
      addDecayedRows(lookups, to: y)
    } else {
      tl_embedding_forward(
        first.table.loadedPointer, first.rows,
        second.map { UnsafePointer($0.table.loadedPointer) }, second?.rows,
        third.map { UnsafePointer($0.table.loadedPointer) }, third?.rows, y.data, count, columns)
    }
    if hasGradient { operations.append(.embedding(first, second, third, y: y)) }
    return y
  }

  /// What a table [buckets, H] adds to the scores by distance; `buckets` has a row of the table for
  /// each distance (key minus query) from -before to after.
  public func distanceBias(
    _ table: Parameter, _ buckets: UnsafePointer<Int32>, before: Int, after: Int
  ) -> DistanceBias {
    let (heads, count) = (table.columns, before + after + 1)
    reading { try table.load() }
    let y = output(rows: heads, columns: count, isTrained(table))
    for head in 0..<heads {
      for distance in 0..<count {
        y.data[head * count + distance] = table.loadedPointer[Int(buckets[distance]) * heads + head]
      }
    }
    if y.hasGradient { operations.append(.distanceBias(table: table, buckets: buckets, y: y)) }
    return DistanceBias(values: y, center: before)
  }

  /// As `embedding`, with the decay that untouched rows have still to receive.
  private func addDecayedRows(_ lookups: [Lookup?], to y: Variable) {
    let columns = y.columns
    let mark = arena.mark
    let scaled = arena.floats(columns)
    memset(y.data, 0, y.count * MemoryLayout<Float>.stride)
    for row in 0..<y.rows {
      let sum = y.data + row * columns
      for case let lookup? in lookups where lookup.rows[row] >= 0 {
        let index = Int(lookup.rows[row])
        lookup.table.lazyDecay?.catchUp(index)
        let factor = lookup.table.factor(ofRow: index)
        let values = lookup.table.row(index)
        if factor == 1 {
          tl_add(sum, values, sum, columns)
        } else {
          tl_scale(values, factor, scaled, columns)
          tl_add(sum, scaled, sum, columns)
        }
      }
    }
    arena.release(to: mark)
  }

  /// norm(x) or, with a residual, norm(residual + dropout(x)): [N, C].
  public func layerNorm(
    _ x: Variable, residual: Variable? = nil, _ gamma: Parameter, _ beta: Parameter,
    epsilon: Float, dropout probability: Float = 0, rows: RowNumbers? = nil
  ) -> Variable {
    let mask = residual == nil ? nil : nextMask(probability)
    let hasGradient =
      x.hasGradient || residual?.hasGradient == true || isTrained(gamma) || isTrained(beta)
    let y = output(rows: x.rows, columns: x.columns, hasGradient)
    var sum = x.data
    if residual != nil { sum = hasGradient ? arena.floats(x.count) : y.data }
    let mean = hasGradient ? arena.floats(x.rows) : nil
    let rstd = hasGradient ? arena.floats(x.rows) : nil
    let columns = x.columns
    if let residual {
      forEachRun(of: rows, count: x.rows, columns: columns, mask: mask) { first, count, mask in
        let start = first * columns
        let call = { (mask: UnsafePointer<tl_dropout_mask>?) in
          tl_residual_layer_norm_forward(
            x.data + start, residual.data + start, nil, mask, gamma.pointer, beta.pointer,
            sum + start, y.data + start, mean.map { $0 + first }, rstd.map { $0 + first }, count,
            columns, epsilon)
        }
        if var mask { call(&mask) } else { call(nil) }
      }
    } else {
      tl_layer_norm_forward(
        x.data, gamma.pointer, beta.pointer, y.data, mean, rstd, x.rows, columns, epsilon)
    }
    if hasGradient, let mean, let rstd {
      operations.append(
        .layerNorm(
          x: x, residual: residual, gamma: gamma, beta: beta, y: y, sum: sum, mean: mean,
          rstd: rstd, mask: mask, rows: rows))
    }
    return y
  }

  /// x / sqrt(mean(x²) + ε) * gamma (T5): [N, C].
  public func rmsNorm(_ x: Variable, _ gamma: Parameter, epsilon: Float) -> Variable {
    let hasGradient = x.hasGradient || isTrained(gamma)
    let y = output(rows: x.rows, columns: x.columns, hasGradient)
    let rstd = arena.floats(x.rows)
    tl_rms_norm_forward(x.data, gamma.pointer, y.data, rstd, x.rows, x.columns, epsilon)
    if hasGradient { operations.append(.rmsNorm(x: x, gamma: gamma, y: y, rstd: rstd)) }
    return y
  }

  public func activation(_ x: Variable, _ activation: Activation) -> Variable {
    if activation == .identity { return x }
    let y = output(rows: x.rows, columns: x.columns, x.hasGradient)
    tl_activation_forward(activation.kernel, x.data, y.data, x.count)
    if y.hasGradient { operations.append(.activation(x: x, y: y, activation)) }
    return y
  }

  /// x with each number dropped with the given probability, the others scaled up; x itself in
  /// evaluation.
  public func dropout(_ x: Variable, _ probability: Float, rows: RowNumbers) -> Variable {
    guard let mask = nextMask(probability) else { return x }
    let y = output(rows: x.rows, columns: x.columns, x.hasGradient)
    forEachRun(of: rows, count: x.rows, columns: x.columns, mask: mask) { first, count, mask in
      guard let mask else { return }
      tl_dropout(
        x.data + first * x.columns, y.data + first * x.columns, count * x.columns, mask)
    }
    if y.hasGradient { operations.append(.dropout(x: x, y: y, mask, rows)) }
    return y
  }

  /// a + scale * b.
  public func add(_ a: Variable, _ b: Variable, scale: Float = 1) -> Variable {
    precondition(a.rows == b.rows && a.columns == b.columns, "equal shapes")
    let y = output(rows: a.rows, columns: a.columns, a.hasGradient || b.hasGradient)
    if scale == 1 {
      tl_add(a.data, b.data, y.data, a.count)
    } else {
      y.data.update(from: a.data, count: a.count)
      tl_axpy(scale, b.data, y.data, a.count)
    }
    if y.hasGradient { operations.append(.add(a: a, b: b, y: y, scale: scale)) }
    return y
  }

  /// Adds constants to all rows of a value that no backward rule reads, such as logits.
  public func add(row: Tensor, to x: Variable) {
    precondition(row.count == x.columns, "a constant for each column")
    tl_add_row(x.data, row.pointer, x.data, x.rows, x.columns)
  }

  /// a * b, element by element.
  public func multiply(_ a: Variable, _ b: Variable) -> Variable {
    precondition(a.rows == b.rows && a.columns == b.columns, "equal shapes")
    let y = output(rows: a.rows, columns: a.columns, a.hasGradient || b.hasGradient)
    tl_multiply(a.data, b.data, y.data, a.count)
    if y.hasGradient { operations.append(.multiply(a: a, b: b, y: y)) }
    return y
  }

  public func scale(_ x: Variable, by factor: Float) -> Variable {
    let y = output(rows: x.rows, columns: x.columns, x.hasGradient)
    tl_scale(x.data, factor, y.data, x.count)
    if y.hasGradient { operations.append(.scale(x: x, y: y, factor: factor)) }
    return y
  }

  /// Rows of x, in any order and number: [N, C] -> [count, C].
  public func select(_ x: Variable, rows: UnsafePointer<Int32>, count: Int) -> Variable {
    let y = output(rows: count, columns: x.columns, x.hasGradient)
    tl_gather_rows(x.data, x.columns, rows, y.data, x.columns, count, x.columns)
    if y.hasGradient { operations.append(.select(x: x, rows: rows, y: y)) }
    return y
  }

  /// The first row of each sequence, where BERT has its [CLS]: [N, C] -> [B, C].
  public func firstRows(_ x: Variable, _ sequences: Sequences) -> Variable {
    select(x, rows: sequences.offsets, count: sequences.count)
  }

  /// The mean of the rows of each sequence: [N, C] -> [B, C].
  public func mean(_ x: Variable, _ sequences: Sequences) -> Variable {
    let y = output(rows: sequences.count, columns: x.columns, x.hasGradient)
    memset(y.data, 0, y.count * MemoryLayout<Float>.stride)
    for sequence in 0..<sequences.count {
      let sums = y.data + sequence * x.columns
      let length = sequences.length(sequence)
      tl_column_sums(
        x.data + sequences.start(sequence) * x.columns, x.columns, sums, length, x.columns)
      tl_scale(sums, 1 / Float(max(1, length)), sums, x.columns)
    }
    if y.hasGradient { operations.append(.mean(x: x, sequences, y: y)) }
    return y
  }

  /// The neighbours of each row within its sequence, zeros beyond the ends: [N, C] -> [N, C * width],
  /// where column c * width + j holds channel c of row i + j - (width - 1) / 2. A convolution with
  /// weight [out, C, width] is then a linear layer.
  public func window(_ x: Variable, _ sequences: Sequences, width: Int) -> Variable {
    let y = output(rows: x.rows, columns: x.columns * width, x.hasGradient)
    let before = (width - 1) / 2
    for sequence in 0..<sequences.count {
      let (start, length) = (sequences.start(sequence), sequences.length(sequence))
      for row in 0..<length {
        for offset in 0..<width {
          let neighbour = row + offset - before
          let isInside = neighbour >= 0 && neighbour < length
          let source = x.data + (start + (isInside ? neighbour : row)) * x.columns
          let target = y.data + (start + row) * y.columns + offset
          for channel in 0..<x.columns { target[channel * width] = isInside ? source[channel] : 0 }
        }
      }
    }
    if y.hasGradient { operations.append(.window(x: x, sequences, width: width, y: y)) }
    return y
  }

  /// Calls the body for each run of rows whose numbers in the whole batch follow one another, with
  /// the mask of the run; once for all rows where there is no mask.
  func forEachRun(
    of rows: RowNumbers?, count: Int, columns: Int, mask: tl_dropout_mask?,
    _ body: (_ first: Int, _ count: Int, _ mask: tl_dropout_mask?) -> Void
  ) {
    guard var mask, let rows else { return body(0, count, mask) }
    switch rows {
    case .tokens(let sequences):
      for sequence in 0..<sequences.count where sequences.length(sequence) > 0 {
        let start = sequences.start(sequence)
        mask.first_index = UInt64(sequences.tokenNumbers[start]) * UInt64(columns)
        body(start, sequences.length(sequence), mask)
      }
    case .sequences(let sequences):
      for sequence in 0..<sequences.count {
        mask.first_index = UInt64(sequences.sequenceNumbers[sequence]) * UInt64(columns)
        body(sequence, 1, mask)
      }
    }
  }
}
