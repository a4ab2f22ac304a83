// What encoder-decoders need beyond encoders: scores by distance, causal attention, attention to another
// text, rows without gradients, the loss over a vocabulary in blocks, and attention a token at a time.

import CKernels
import TLTensor
import TLTestSupport
import Testing

@Suite struct SequenceOperationTests {
  @Test(arguments: [false, true])
  func scoresByDistanceMatchTheirTwin(isCausal: Bool) {
    let lengths = [4, 1, 5]
    let tokens = lengths.reduce(0, +)
    let buckets: [Int32] = [0, 0, 1, 1, 2, 3, 3, 4, 4]  // distances -4 ... 4
    let inputs = (0..<3).map { testTensor([tokens, 6], UInt64($0)) }
    let table = Parameter("table", testTensor([5, 2], 7))
    expectOperationMatches(inputs: inputs, parameters: [table]) { tape, inputs in
      let sequences = tape.arena.sequences(lengths: lengths)
      var shape = AttentionShape(sequences, heads: 2, headSize: 3)
      shape.scale = 1
      shape.isCausal = isCausal
      let bias = tape.distanceBias(table, tape.arena.copy(buckets), before: 4, after: 4)
      return tape.attention(inputs[0], inputs[1], inputs[2], shape, bias: bias)
    } naive: { a in
      Naive.attention(
        a[0], a[1], a[2], lengths: lengths, heads: 2, columns: 6, scale: 1
      ) { head, i, j in
        isCausal && j > i ? -1e30 : a[3][Int(buckets[j - i + 4]) * 2 + head]
      }
    }
  }

  @Test func rowsThatAreFrozenReceiveNothing() throws {
    let table = Parameter("table", testTensor([4, 3], 1))
    let gradients = GradientBuffers(GradientLayout([table]))
    let tape = Tape(gradients: gradients)
    tape.begin(recording: true)
    let ids: [Int32] = [2, 1, 2, 3]
    let y = tape.embedding(Lookup(table, tape.arena.copy(ids), frozenRow: 2), count: 4)
    #expect(Array(y.row(0)) == [table.tensor[2, 0], table.tensor[2, 1], table.tensor[2, 2]])
    tape.seed(y, gradient: Tensor([Float](repeating: 1, count: 12), shape: [4, 3]))
    tape.backward()
    let gradient = try #require(gradients.gradient(of: table))
    #expect(gradient.values == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1])
  }

  @Test func aLossInBlocksIsTheLossOfTheLogits() throws {
    // More rows than one block has.
    let (rows, size, classes) = (300, 5, 1 << 16)
    let weight = Parameter("weight", testTensor([classes, size], 2))
    let x = testTensor([rows, size], 3)
    let bias = testTensor([classes], 4)
    let labels = (0..<rows).map { Int32($0 % 7 == 0 ? -100 : $0 * 211 % classes) }
    func run(_ loss: (Tape, Variable) -> Double) throws -> (Double, [Float], Tensor) {
      let gradients = GradientBuffers(GradientLayout([weight]))
      let tape = Tape(gradients: gradients)
      tape.begin(recording: true)
      let input = tape.value(x, gradient: true)
      let value = loss(tape, input)
      tape.backward()
      let dx = try #require(tape.gradient(of: input))
      return (
        value, (0..<x.count).map { dx[$0] }, try #require(gradients.gradient(of: weight))
      )
    }
    let options = CrossEntropyOptions(labelSmoothing: 0.1)
    let whole = try run { tape, x in
      let logits = tape.linear(x, weight)
      tape.add(row: bias, to: logits)
      return tape.crossEntropy(
        logits, tape.arena.copy(labels), options: options, scale: 0.01)
    }
    let blocks = try run { tape, x in
      tape.crossEntropy(
        of: x, weight, UnsafePointer(bias.pointer), labels: tape.arena.copy(labels),
        options: options, scale: 0.01)
    }
    #expect(abs(whole.0 - blocks.0) <= 1e-6 * whole.0)
    for (a, b) in zip(whole.1, blocks.1) { #expect(abs(a - b) <= 1e-5) }
    var largest: Float = 0
    for index in 0..<weight.count {
      largest = max(largest, abs(whole.2.pointer[index] - blocks.2.pointer[index]))
    }
    #expect(largest <= 1e-5)
  }

  @Test func oneTokenAtATimeIsCausalAttention() {
    let (length, columns, heads) = (6, 8, 2)
    let table = Parameter("table", testTensor([6, heads], 9))
    let buckets: [Int32] = [0, 1, 2, 3, 4, 5]  // distances -5 ... 0
    let (q, k, v) = (
      testTensor([length, columns], 1), testTensor([length, columns], 2),
      testTensor([length, columns], 3)
    )
    let tape = Tape()
    tape.begin(recording: false)
    let sequences = tape.arena.sequences(lengths: [length])
    var shape = AttentionShape(sequences, heads: heads, headSize: columns / heads)
    shape.isCausal = true
    let bias = tape.distanceBias(table, tape.arena.copy(buckets), before: 5, after: 0)
    let whole = tape.attention(
      tape.value(q), tape.value(k), tape.value(v), shape, bias: bias
    ).tensor
    // Row 1 becomes row 0 after three tokens, and a second copy of it goes on beside it.
    let cache = DecodingCache(
      layers: 1, sources: [0, 0], sourceLengths: [1], columns: columns, capacity: length)
    for token in 0..<length {
      cache.beginToken()
      func rows(_ tensor: Tensor) -> Variable {
        let x = tape.constant(rows: 2, columns: columns)
        for row in 0..<2 {
          let isWrong = token < 3 && row == 0
          for column in 0..<columns {
            x.data[row * columns + column] = isWrong ? 5 : tensor[token, column]
          }
        }
        return x
      }
      let step = tape.distanceBias(
        table, tape.arena.copy(Array(buckets.suffix(token + 1))), before: token, after: 0)
      let y = tape.attentionStep(
        rows(q), rows(k), rows(v), heads: heads, scale: shape.scale, layer: 0, bias: step, cache)
      for row in (token < 3 ? 1 : 0)..<2 {
        for column in 0..<columns {
          #expect(abs(y.data[row * columns + column] - whole[token, column]) <= 1e-5)
        }
      }
      if token == 2 { cache.select([1, 1]) }
    }
  }

  @Test(arguments: fastLevels) func attentionStepsEqualTheirTwin(level: tl_level) {
    withLevel(level) {
      var numbers = TestRandom(seed: 11)
      for round in 0..<60 {
        let (queries, keys) = (1 + numbers.below(5), 1 + numbers.below(70))
        let (heads, size) = (1 + numbers.below(4), [8, 10, 64, 1 + numbers.below(80)][round % 4])
        let columns = heads * size
        var shape = tl_attention_step(
          queries: queries, keys: keys, heads: heads, head_size: size, q_stride: columns + 1,
          out_stride: columns, k_stride: columns + 2, bias_stride: keys, scale: 0.3)
        let q = numbers.floats(queries * (columns + 1))
        let k = numbers.floats(2 * keys * (columns + 2))
        let v = numbers.floats(2 * keys * (columns + 2))
        let rows = (0..<keys).map { _ in Int32(numbers.below(2 * keys)) }
        let bias = numbers.floats(heads * keys)
        var (out, wanted) = (q, q)
        var scratch = [Float](repeating: .nan, count: keys)
        let isPlain = round % 3 == 0
        rows.withUnsafeBufferPointer { rows in
          bias.withUnsafeBufferPointer { bias in
            tl_attention_step_forward(
              &shape, q, k, v, isPlain ? nil : rows.baseAddress, isPlain ? nil : bias.baseAddress,
              &out, &scratch)
            tl_naive_attention_step_forward(
              &shape, q, k, v, isPlain ? nil : rows.baseAddress, isPlain ? nil : bias.baseAddress,
              &wanted, &scratch)
          }
        }
        expectClose(out, wanted, absolute: 1e-5, "\(queries) x \(keys) x \(heads) x \(size)")
      }
    }
  }
}
