// Every operation against its naive twin, forward and backward.

import TLTensor
import Testing

@Suite struct OperationTests {
  @Test(arguments: Activation.allCases)
  func linearMatchesItsTwin(activation: Activation) {
    let weight = Parameter("weight", testTensor([5, 7], 1))
    let bias = Parameter("bias", testTensor([5], 2))
    expectOperationMatches(inputs: [testTensor([6, 7], 3)], parameters: [weight, bias]) {
      tape, inputs in
      tape.linear(inputs[0], weight, bias, activation: activation)
    } naive: {
      Naive.linear($0[0], $0[1], $0[2], rows: 6, inputs: 7, outputs: 5)
        .map { Naive.activation(activation, $0) }
    }
  }

  @Test func linearWithoutBiasMatchesItsTwin() {
    let weight = Parameter("weight", testTensor([3, 4], 1))
    expectOperationMatches(inputs: [testTensor([2, 4], 3)], parameters: [weight]) { tape, inputs in
      tape.linear(inputs[0], weight)
    } naive: {
      Naive.linear($0[0], $0[1], nil, rows: 2, inputs: 4, outputs: 3)
    }
  }

  @Test(arguments: Activation.allCases)
  func activationMatchesItsTwin(activation: Activation) {
    expectOperationMatches(inputs: [testTensor([3, 8], 3)]) { tape, inputs in
      tape.scale(tape.activation(inputs[0], activation), by: 1)
    } naive: {
      $0[0].map { Naive.activation(activation, $0) }
    }
  }

  @Test(arguments: [Parameter.GradientForm.dense, .rows])
  func embeddingMatchesItsTwin(form: Parameter.GradientForm) {
    let words = Parameter("words", testTensor([9, 4], 1), gradientForm: form)
    let positions = Parameter("positions", testTensor([5, 4], 2), gradientForm: form)
    let types = Parameter("types", testTensor([2, 4], 3), gradientForm: form)
    let ids: [[Int32]] = [[8, 0, 3, 3, 8], [0, 1, 2, 0, 1], [0, 0, 1, 0, 1]]
    expectOperationMatches(parameters: [words, positions, types]) { tape, _ in
      tape.embedding(
        Lookup(words, tape.arena.copy(ids[0])), Lookup(positions, tape.arena.copy(ids[1])),
        Lookup(types, tape.arena.copy(ids[2])), count: 5)
    } naive: { (tables: [[Double]]) -> [Double] in
      var y = [Double](repeating: 0, count: 20)
      for table in 0..<3 {
        for row in 0..<5 {
          for column in 0..<4 {
            y[row * 4 + column] += tables[table][Int(ids[table][row]) * 4 + column]
          }
        }
      }
      return y
    }
  }

  @Test func layerNormMatchesItsTwin() {
    let gamma = Parameter("gamma", testTensor([6], 1))
    let beta = Parameter("beta", testTensor([6], 2))
    expectOperationMatches(inputs: [testTensor([4, 6], 3)], parameters: [gamma, beta]) {
      tape, inputs in
      tape.layerNorm(inputs[0], gamma, beta, epsilon: 1e-5)
    } naive: {
      Naive.layerNorm($0[0], $0[1], $0[2], epsilon: 1e-5)
    }
  }

  @Test func residualLayerNormMatchesItsTwin() {
    let gamma = Parameter("gamma", testTensor([6], 1))
    let beta = Parameter("beta", testTensor([6], 2))
    expectOperationMatches(
      inputs: [testTensor([4, 6], 3), testTensor([4, 6], 4)], parameters: [gamma, beta]
    ) { tape, inputs in
      tape.layerNorm(inputs[0], residual: inputs[1], gamma, beta, epsilon: 1e-12)
    } naive: {
      Naive.layerNorm(zip($0[0], $0[1]).map(+), $0[2], $0[3], epsilon: 1e-12)
    }
  }

  @Test func rmsNormMatchesItsTwin() {
    let gamma = Parameter("gamma", testTensor([6], 1))
    expectOperationMatches(inputs: [testTensor([4, 6], 3)], parameters: [gamma]) { tape, inputs in
      tape.rmsNorm(inputs[0], gamma, epsilon: 1e-6)
    } naive: {
      Naive.rmsNorm($0[0], $0[1], epsilon: 1e-6)
    }
  }

  @Test(arguments: [[5], [3, 1, 4], [1, 1], [2, 0, 3]])
  func attentionMatchesItsTwin(lengths: [Int]) {
    let tokens = lengths.reduce(0, +)
    let inputs = (0..<3).map { testTensor([tokens, 6], UInt64($0)) }
    expectOperationMatches(inputs: inputs) { tape, inputs in
      let sequences = tape.arena.sequences(lengths: lengths)
      return tape.attention(
        inputs[0], inputs[1], inputs[2], AttentionShape(sequences, heads: 2, headSize: 3))
    } naive: {
      Naive.attention(
        $0[0], $0[1], $0[2], lengths: lengths, heads: 2, columns: 6, scale: 1 / 3.0.squareRoot())
    }
  }

  @Test(arguments: [(true, true), (true, false), (false, true)])
  func disentangledAttentionMatchesItsTwin(parts: (keys: Bool, queries: Bool)) {
    let lengths = [4, 1, 5]
    let tokens = lengths.reduce(0, +)
    let buckets: [Int32] = [0, 1, 1, 2, 3, 4, 4, 5, 5]  // distances -4 ... 4
    let inputs =
      (0..<3).map { testTensor([tokens, 4], UInt64($0)) }
      + (3..<5).map { testTensor([6, 4], UInt64($0)) }
    let used = [0, 1, 2] + (parts.keys ? [3] : []) + (parts.queries ? [4] : [])
    let scale = 1 / 6.0.squareRoot()
    expectOperationMatches(inputs: used.map { inputs[$0] }) { tape, inputs in
      let sequences = tape.arena.sequences(lengths: lengths)
      var shape = AttentionShape(sequences, heads: 2, headSize: 2)
      shape.scale = Float(scale)
      return tape.attention(
        inputs[0], inputs[1], inputs[2], shape,
        relative: RelativePositions(
          keys: parts.keys ? inputs[3] : nil,
          queries: parts.queries ? inputs[inputs.count - 1] : nil,
          buckets: tape.arena.copy(buckets), center: 4))
    } naive: { a in
      Naive.attention(
        a[0], a[1], a[2], lengths: lengths, heads: 2, columns: 4, scale: scale
      ) { head, i, j in
        var score = 0.0
        let bucket = Int(buckets[i - j + 4])
        for c in head * 2..<head * 2 + 2 {
          if parts.keys { score += a[0][i * 4 + c] * a[3][bucket * 4 + c] }
          if parts.queries { score += a[1][j * 4 + c] * a[a.count - 1][bucket * 4 + c] }
        }
        return scale * score
      }
    }
  }

  @Test func arithmeticMatchesItsTwin() {
    let inputs = [testTensor([3, 4], 1), testTensor([3, 4], 2)]
    expectOperationMatches(inputs: inputs) { tape, x in
      let sum = tape.add(x[0], x[1], scale: 0.5)
      return tape.scale(tape.multiply(sum, tape.add(x[0], x[0])), by: 3)
    } naive: { (x: [[Double]]) -> [Double] in
      zip(x[0], x[1]).map { (a: Double, b: Double) -> Double in (a + 0.5 * b) * 6 * a }
    }
  }

  @Test func selectedRowsMatchTheirTwin() {
    let rows: [Int32] = [4, 0, 4, 2]
    expectOperationMatches(inputs: [testTensor([5, 3], 1)]) { tape, x in
      tape.select(x[0], rows: tape.arena.copy(rows), count: 4)
    } naive: { x in
      rows.flatMap { row in (0..<3).map { x[0][Int(row) * 3 + $0] } }
    }
  }

  @Test func meanOfSequencesMatchesItsTwin() {
    expectOperationMatches(inputs: [testTensor([5, 3], 1)]) { tape, x in
      tape.mean(x[0], tape.arena.sequences(lengths: [2, 3]))
    } naive: { (x: [[Double]]) -> [Double] in
      var y: [Double] = []
      for rows in [0..<2, 2..<5] {
        for column in 0..<3 {
          var sum = 0.0
          for row in rows { sum += x[0][row * 3 + column] }
          y.append(sum / Double(rows.count))
        }
      }
      return y
    }
  }

  @Test(arguments: [1, 3, 4])
  func windowMatchesItsTwin(width: Int) {
    expectOperationMatches(inputs: [testTensor([6, 2], 1)]) { tape, x in
      tape.window(x[0], tape.arena.sequences(lengths: [4, 2]), width: width)
    } naive: { (x: [[Double]]) -> [Double] in
      var y: [Double] = []
      for row in 0..<6 {
        let sequence = row < 4 ? 0..<4 : 4..<6
        for channel in 0..<2 {
          for offset in 0..<width {
            let neighbour: Int = row + offset - (width - 1) / 2
            y.append(sequence.contains(neighbour) ? x[0][neighbour * 2 + channel] : 0)
          }
        }
      }
      return y
    }
  }

  @Test func aValueUsedTwiceReceivesBothGradients() {
    let weight = Parameter("weight", testTensor([4, 4], 1))
    let gamma = Parameter("gamma", testTensor([4], 2))
    let beta = Parameter("beta", testTensor([4], 3))
    expectOperationMatches(
      inputs: [testTensor([3, 4], 4)], parameters: [weight, gamma, beta]
    ) { tape, x in
      let h = tape.scale(x[0], by: 1)
      return tape.layerNorm(tape.linear(h, weight), residual: h, gamma, beta, epsilon: 1e-5)
    } naive: {
      let y = Naive.linear($0[0], $0[1], nil, rows: 3, inputs: 4, outputs: 4)
      return Naive.layerNorm(zip($0[0], y).map(+), $0[2], $0[3], epsilon: 1e-5)
    }
  }

  /// Products that are split over threads, with a number of columns that no part divides.
  @Test(arguments: [1, 3, 4, 16], [(20_511, 300), (66_000, 128)])
  func aLargeProductIsTheSameOnHelpingThreads(rows: Int, shape: (outputs: Int, inputs: Int)) throws
  {
    let weight = Parameter("weight", testTensor([shape.outputs, shape.inputs], 1))
    let x = testTensor([rows, shape.inputs], 2)
    let found = try [1, 2, 3].map { threads in
      let y = Tensor(zeros: [rows, shape.outputs])
      // One chunk: the other threads help with it.
      try Workers(threads: threads).forward(lengths: [1]) { tape, _ in
        let input = tape.constant(rows: rows, columns: shape.inputs)
        input.data.update(from: x.pointer, count: x.count)
        y.pointer.update(from: tape.linear(input, weight).data, count: y.count)
      }
      return y.values
    }
    #expect(found[1] == found[0] && found[2] == found[0])
    let column = shape.outputs - 1
    let expected = (0..<shape.inputs).reduce(0.0) {
      $0 + Double(x.values[$1]) * Double(weight.tensor.values[column * shape.inputs + $1])
    }
    #expect(abs(Double(found[1][column]) - expected) < 1e-3)
  }
}
