// What a training step promises: the same bytes every time, masks that do not depend on the number of
// threads, nothing done for frozen parameters, no memory asked for once warm, lazy decay that equals
// the eager one, and a state from which a run goes on byte by byte.

import TLTensor
import Testing

/// A small network over packed texts: embeddings, attention, a layer with dropout, a classifier.
final class SmallNetwork: @unchecked Sendable {
  let words: Parameter
  let inner: Parameter
  let gamma = Parameter("gamma", Tensor([Float](repeating: 1, count: 8)))
  let beta = Parameter("beta", Tensor(zeros: [8]))
  let output = Parameter("output", testTensor([3, 8], 3))
  let texts: [[Int32]]

  init(form: Parameter.GradientForm = .rows) {
    words = Parameter("words", testTensor([40, 8], 1), gradientForm: form)
    inner = Parameter("inner", testTensor([8, 8], 2, scale: 0.3))
    var texts: [[Int32]] = []
    for text in 0..<7 {
      var ids: [Int32] = []
      for index in 0..<3 + text * 2 { ids.append(Int32((index * 7 + text * 3) % 30)) }
      texts.append(ids)
    }
    self.texts = texts
  }

  var parameters: [Parameter] { [words, inner, gamma, beta, output] }
  var starts: [Int] {
    var starts = [0]
    for text in texts.dropLast() { starts.append(starts[starts.count - 1] + text.count) }
    return starts
  }

  func loss(_ share: [Int], on tape: Tape) -> Double {
    let sequences = tape.arena.sequences(
      lengths: share.map { texts[$0].count }, numbers: share, starts: share.map { starts[$0] })
    let ids = tape.arena.copy(share.flatMap { texts[$0] })
    let x = tape.embedding(Lookup(words, ids), count: sequences.tokens)
    let attended = tape.attention(
      x, x, x, AttentionShape(sequences, heads: 2, headSize: 4, dropout: 0.2))
    let y = tape.layerNorm(
      tape.linear(attended, inner, activation: .gelu), residual: x, gamma, beta, epsilon: 1e-5,
      dropout: 0.3, rows: .tokens(sequences))
    let pooled = tape.dropout(tape.firstRows(y, sequences), 0.2, rows: .sequences(sequences))
    return tape.crossEntropy(
      tape.linear(pooled, output), tape.arena.copy(share.map { Int32($0 % 3) }), scale: 1.0 / 7)
  }

  var costs: [Int] { texts.map(\.count) }
}

@Suite struct TrainingTests {
  /// Some steps; the losses and the weights afterwards.
  private func train(
    threads: Int, steps: Int = 5, form: Parameter.GradientForm = .rows, pieceTokens: Int = 512
  ) throws -> (losses: [Double], weights: [[Float]]) {
    let network = SmallNetwork(form: form)
    let layout = GradientLayout(network.parameters)
    let workers = Workers(threads: threads, layout: layout)
    let optimizer = AdamW(layout) { _ in AdamW.Treatment(weightDecay: 0.1) }
    var losses: [Double] = []
    for step in 0..<steps {
      losses.append(
        try workers.accumulate(
          costs: network.costs, pieceTokens: pieceTokens,
          dropout: DropoutKey(seed: 5, step: UInt32(step))
        ) { tape, share in network.loss(share, on: tape) })
      _ = optimizer.step(workers.gradients, learningRate: 0.05, on: workers.pool)
    }
    let weights = network.parameters.map(\.current.values)
    optimizer.finish()
    #expect(network.parameters.map(\.tensor.values) == weights)
    return (losses, weights)
  }

  @Test(arguments: [1, 2, 3])
  func theSameSeedGivesTheSameBytes(threads: Int) throws {
    let (a, b) = (try train(threads: threads), try train(threads: threads))
    #expect(a.losses == b.losses)
    #expect(a.weights == b.weights)
  }

  @Test func masksDoNotDependOnTheNumberOfThreads() throws {
    let (one, three) = (try train(threads: 1, steps: 2), try train(threads: 3, steps: 2))
    for (a, b) in zip(one.losses, three.losses) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func piecesOfAShareAddUpToIt() throws {
    let whole = try train(threads: 2, steps: 2)
    let pieces = try train(threads: 2, steps: 2, pieceTokens: 4)
    for (a, b) in zip(whole.losses, pieces.losses) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func lazyDecayEqualsTheEagerOne() throws {
    let lazy = try train(threads: 2, form: .rows)
    let eager = try train(threads: 2, form: .dense)
    #expect(lazy.losses == eager.losses)
    for row in 0..<40 {
      for column in 0..<8 {
        let (a, b) = (lazy.weights[0][row * 8 + column], eager.weights[0][row * 8 + column])
        #expect(abs(a - b) <= 1e-6 * abs(b))
      }
    }
    #expect(lazy.weights[1...] == eager.weights[1...])
  }

  @Test(arguments: [1, 2])
  func rowsThatRestMoveAsIfEveryStepHadBeenDone(threads: Int) throws {
    // Other rows in every step, over more steps than rest at most.
    func train(_ form: Parameter.GradientForm) throws -> (Parameter, touched: Set<Int32>) {
      let words = Parameter("words", testTensor([40, 8], 1), gradientForm: form)
      let output = Parameter("output", testTensor([3, 8], 3), isTrainable: false)
      let layout = GradientLayout([words])
      let workers = Workers(threads: threads, layout: layout)
      let optimizer = AdamW(layout) { _ in AdamW.Treatment(weightDecay: 0.1) }
      var touched: Set<Int32> = []
      for step in 0..<150 {
        let ids = (0..<3).map { Int32((step * (step / 7 + 3) + $0 * 11) % 30) }
        touched.formUnion(ids)
        _ = try workers.accumulate(costs: [1, 1, 1]) { tape, share in
          let x = tape.embedding(
            Lookup(words, tape.arena.copy(share.map { ids[$0] })), count: share.count)
          return tape.crossEntropy(
            tape.linear(x, output), tape.arena.copy(share.map { Int32($0) }), scale: 1.0 / 3)
        }
        _ = optimizer.step(
          workers.gradients, learningRate: 0.05 / Double(1 + step), on: workers.pool)
      }
      optimizer.finish()
      return (words, touched)
    }
    let (lazy, touched) = try train(.rows)
    let (eager, _) = try train(.dense)
    #expect(touched.count > 20)
    for row in 0..<40 {
      for column in 0..<8 {
        let (a, b) = (lazy.pointer[row * 8 + column], eager.pointer[row * 8 + column])
        // A row that was first touched late has had its decay at once, not step by step.
        #expect(abs(a - b) <= 2e-6 * max(1, abs(b)), "row \(row)")
      }
    }
  }

  @Test func frozenParametersCostNothing() throws {
    let network = SmallNetwork()
    for parameter in network.parameters { parameter.isTrainable = false }
    network.output.isTrainable = true
    let before = network.parameters.map(\.tensor.values)
    let layout = GradientLayout(network.parameters)
    #expect(layout.trainedCount == 24)
    let gradients = GradientBuffers(layout)
    let tape = Tape(gradients: gradients)
    tape.begin(recording: true)
    _ = network.loss([0, 1, 2], on: tape)
    // The output layer and the loss alone.
    #expect(tape.operationCount == 2)
    tape.backward()
    #expect(gradients.gradient(of: network.output) != nil)
    #expect(gradients.gradient(of: network.inner) == nil)
    #expect(network.parameters.map(\.tensor.values) == before)
  }

  @Test func aStepAsksForNoMemoryOnceWarm() throws {
    let network = SmallNetwork()
    let layout = GradientLayout(network.parameters)
    let workers = Workers(threads: 2, layout: layout)
    let optimizer = AdamW(layout) { _ in AdamW.Treatment() }
    var allocations: [Int] = []
    for _ in 0..<6 {
      _ = try workers.accumulate(costs: network.costs) { tape, share in
        network.loss(share, on: tape)
      }
      _ = optimizer.step(workers.gradients, learningRate: 0.01, on: workers.pool)
      allocations.append(workers.systemAllocations)
    }
    #expect(allocations.last == allocations[1])
  }

  @Test(arguments: [1, 2])
  func aResumedRunEqualsTheUndisturbedOne(threads: Int) throws {
    func run(_ network: SmallNetwork, from: AdamWState?, steps: Range<Int>) throws -> AdamWState {
      let layout = GradientLayout(network.parameters)
      let workers = Workers(threads: threads, layout: layout)
      let optimizer = AdamW(layout) { _ in AdamW.Treatment(weightDecay: 0.1) }
      if let from { try optimizer.restore(from) }
      for step in steps {
        _ = try workers.accumulate(
          costs: network.costs, dropout: DropoutKey(seed: 5, step: UInt32(step))
        ) { tape, share in network.loss(share, on: tape) }
        _ = optimizer.step(workers.gradients, learningRate: 0.05, on: workers.pool)
      }
      return optimizer.state
    }
    let whole = SmallNetwork()
    _ = try run(whole, from: nil, steps: 0..<6)
    let first = SmallNetwork()
    let state = try run(first, from: nil, steps: 0..<3)
    let second = SmallNetwork()
    for (saved, parameter) in zip(first.parameters, second.parameters) {
      parameter.pointer.update(from: saved.pointer, count: saved.count)
    }
    _ = try run(second, from: state, steps: 3..<6)
    for (a, b) in zip(whole.parameters, second.parameters) {
      #expect(a.current.values == b.current.values, "\(a.name)")
    }
  }

  @Test func aStateOfAnotherRunIsRefused() throws {
    let network = SmallNetwork()
    let all = AdamW(GradientLayout(network.parameters)) { _ in AdamW.Treatment() }
    let fewer = AdamW(GradientLayout([network.inner])) { _ in AdamW.Treatment() }
    let other = AdamW(GradientLayout([network.output])) { _ in AdamW.Treatment() }
    #expect(throws: AdamWStateError.self) { try fewer.restore(all.state) }
    #expect(throws: AdamWStateError.self) { try fewer.restore(other.state) }
  }

  @Test func gradientsThatAreNotFiniteChangeNothing() throws {
    let parameter = Parameter("p", testTensor([2, 2], 1))
    let before = parameter.tensor.values
    let layout = GradientLayout([parameter])
    let workers = Workers(threads: 1, layout: layout)
    let optimizer = AdamW(layout) { _ in AdamW.Treatment() }
    _ = try workers.accumulate(costs: [1]) { tape, _ in
      let y = tape.linear(tape.value(testTensor([1, 2], 2)), parameter)
      tape.seed(y, gradient: Tensor([.nan, 0], shape: [1, 2]))
      return 0
    }
    let norms = optimizer.step(workers.gradients, learningRate: 0.1, on: workers.pool)
    #expect(!norms.total.isFinite)
    #expect(parameter.tensor.values == before)
    #expect(optimizer.steps == 0)
  }

  @Test func gradientsHoldUnderDropout() throws {
    let network = SmallNetwork(form: .dense)
    let layout = GradientLayout(network.parameters)
    let gradients = GradientBuffers(layout)
    let tape = Tape(gradients: gradients)
    tape.dropout = DropoutKey(seed: 11, step: 3)
    func loss() -> Double {
      tape.begin(recording: true)
      return network.loss(Array(network.texts.indices), on: tape)
    }
    _ = loss()
    tape.backward()
    for parameter in network.parameters {
      let gradient = try #require(gradients.gradient(of: parameter))
      var difference = 0.0
      for index in stride(from: 0, to: parameter.count, by: 5) {
        let value = parameter.pointer[index]
        parameter.pointer[index] = value + 1e-2
        parameter.weightsChanged()
        let above = loss()
        parameter.pointer[index] = value - 1e-2
        parameter.weightsChanged()
        let below = loss()
        parameter.pointer[index] = value
        parameter.weightsChanged()
        let error = (above - below) / 2e-2 - Double(gradient.pointer[index])
        difference += error * error
      }
      #expect(difference.squareRoot() < 2e-2 * gradient.norm, "\(parameter.name)")
    }
  }

  @Test func dropoutKeepsTheMeanAndDropsItsShare() {
    let tape = Tape()
    tape.dropout = DropoutKey(seed: 2, step: 0)
    tape.begin(recording: false)
    let ones = tape.value(Tensor([Float](repeating: 1, count: 40_000), shape: [400, 100]))
    let rows = RowNumbers.tokens(tape.arena.sequences(lengths: [100, 300]))
    let values = tape.dropout(ones, 0.25, rows: rows).tensor.values
    #expect(Set(values) == [0, 4.0 / 3])
    let dropped = Double(values.count { $0 == 0 }) / 40_000
    #expect(abs(dropped - 0.25) < 0.01)
    let again = tape.dropout(ones, 0.25, rows: rows).tensor.values
    #expect(values != again)
  }

  @Test func anErrorOfAWorkerComesOut() {
    struct Failure: Error {}
    let workers = Workers(threads: 2, layout: GradientLayout([]))
    #expect(throws: Failure.self) {
      _ = try workers.accumulate(costs: [1, 1, 1]) { _, _ in throw Failure() }
    }
    #expect(throws: Failure.self) {
      try workers.forward(lengths: [1, 1, 1], chunkTokens: 1) { _, _ in throw Failure() }
    }
  }

  @Test func sharesAreBalancedAndComplete() {
    let workers = Workers(threads: 3)
    let costs = [5, 1, 9, 2, 2, 8, 3]
    let shares = workers.shares(costs: costs)
    #expect(shares.flatMap { $0 }.sorted() == Array(0..<7))
    #expect(shares.map { $0.reduce(0) { $0 + costs[$1] } }.max() == 10)
  }

  @Test func bfloat16ProductsAreCloseToFloat32() throws {
    let weight = Parameter("w", testTensor([24, 40], 1, scale: 0.2))
    let x = testTensor([10, 40], 2)
    let upstream = testTensor([10, 24], 3)
    var results: [[Tensor]] = []
    for precision in [Precision.float32, .bf16] {
      let gradients = GradientBuffers(GradientLayout([weight]))
      let tape = Tape(gradients: gradients)
      tape.precision = precision
      tape.begin(recording: true)
      let input = tape.value(x, gradient: true)
      let y = tape.linear(input, weight)
      let value = y.tensor
      tape.seed(y, gradient: upstream)
      tape.backward()
      let dx = tape.constant(rows: 10, columns: 40)
      if let pointer = tape.gradient(of: input) { dx.data.update(from: pointer, count: 400) }
      results.append([value, dx.tensor, try #require(gradients.gradient(of: weight))])
    }
    for (exact, rounded) in zip(results[0], results[1]) {
      var difference = 0.0
      for (a, b) in zip(exact.values, rounded.values) { difference += Double((a - b) * (a - b)) }
      #expect(difference.squareRoot() < 1e-2 * exact.norm)
      #expect(difference > 0)
    }
  }
}

@Suite struct RandomTests {
  /// The known answers of the Random123 distribution.
  @Test func philoxEqualsTheKnownAnswers() {
    #expect(
      Philox.block(0, 0, 0, 0, key: 0, 0) == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = UInt32.max
    #expect(
      Philox.block(ones, ones, ones, ones, key: ones, ones)
        == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344, key: 0xa409_3822, 0x299f_31d0)
        == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func normalValuesHaveTheirMoments() {
    let values = Tensor.normal([20_000], standardDeviation: 2, seed: 3, stream: 1).values
    let mean = values.reduce(0, +) / 20_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean) < 0.05)
    #expect(abs(variance - 4) < 0.15)
  }
}
