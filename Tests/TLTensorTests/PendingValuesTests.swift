// Parameters whose values come from a source: what is read when, and that it changes no result.

import Synchronization
import TLTensor
import Testing

/// The numbers of a tensor, with an account of what was read of them.
private final class CountingSource: ValueSource {
  struct Failure: Error {}

  private let values: [Float]
  private let read = Mutex(0)
  private let fails = Atomic<Bool>(false)

  init(_ tensor: Tensor) { values = tensor.values }

  /// How many numbers were read.
  var count: Int { read.withLock { $0 } }

  func fail(_ fails: Bool) { self.fails.store(fails, ordering: .relaxed) }

  func read(_ range: Range<Int>, into destination: UnsafeMutablePointer<Float>) throws {
    if fails.load(ordering: .relaxed) { throw Failure() }
    read.withLock { $0 += range.count }
    for (offset, index) in range.enumerated() { destination[offset] = values[index] }
  }
}

@Suite struct PendingValuesTests {
  /// A parameter from a source and one in memory with the same values.
  private static func pair(
    _ shape: [Int], form: Parameter.GradientForm = .dense
  ) -> (source: CountingSource, late: Parameter, whole: Parameter) {
    let tensor = testTensor(shape, 5)
    let source = CountingSource(tensor)
    return (
      source, Parameter("late", shape, source: source, gradientForm: form),
      Parameter("whole", tensor.copy(), gradientForm: form)
    )
  }

  private func lookUp(_ table: Parameter, _ ids: [Int32]) throws -> [Float] {
    let tape = Tape()
    tape.begin(recording: false)
    let y = tape.embedding(Lookup(table, tape.arena.copy(ids)), count: ids.count)
    try tape.check()
    return y.tensor.values
  }

  /// As many outputs as a vocabulary has, of which few and many rows are asked for, with and without
  /// other threads, in memory and from a source.
  @Test(arguments: [1, 5, 48, 100])
  func theProductWithAVocabularyIsThatOfItsRows(_ rows: Int) throws {
    let (outputs, inputs) = (20_011, 256)
    let (_, late, whole) = Self.pair([outputs, inputs])
    let x = testTensor([rows, inputs], 7)
    func product(_ weight: Parameter, _ workers: Workers) throws -> [Float] {
      nonisolated(unsafe) var values: [Float] = []
      try workers.forward(lengths: [rows]) { tape, _ in
        values = tape.linear(tape.value(x), weight).tensor.values
      }
      return values
    }
    let alone = Workers(threads: 1)
    let found = try product(whole, alone)
    for row in [0, rows / 2, rows - 1] {
      for output in [0, 47, 48, 8_191, 10_005, 20_010] {
        var expected = 0.0
        for k in 0..<inputs {
          expected += Double(x.pointer[row * inputs + k] * whole.pointer[output * inputs + k])
        }
        #expect(abs(Double(found[row * outputs + output]) - expected) < 1e-3)
      }
    }
    func difference(_ other: [Float]) -> Float { zip(found, other).map { abs($0 - $1) }.max() ?? 0 }
    #expect(try difference(product(whole, Workers(threads: 2))) < 1e-4)
    #expect(try difference(product(late, alone)) < 1e-4)
    #expect(try difference(product(late, Workers(threads: 2))) < 1e-4)
  }

  @Test func aTableReadsTheRowsThatAreLookedUpOnce() throws {
    let (source, late, whole) = Self.pair([100, 3], form: .rows)
    #expect(late.count == 300 && late.rows == 100 && late.columns == 3)
    #expect(try lookUp(late, [5, 6, 7, 5]) == lookUp(whole, [5, 6, 7, 5]))
    #expect(source.count == 9)
    #expect(try lookUp(late, [6, 8, 99, 0]) == lookUp(whole, [6, 8, 99, 0]))
    #expect(source.count == 18)
    #expect(late.tensor.values == whole.tensor.values)
    #expect(source.count == 300 && late.isLoaded)
  }

  @Test func scalingAndReplacingHoldForRowsThatComeLater() throws {
    let (_, late, whole) = Self.pair([50, 4], form: .rows)
    _ = try lookUp(late, [1, 2])
    let row: [Float] = [1, 2, 3, 4]
    for parameter in [late, whole] {
      parameter.scale(by: 0.3)
      parameter.replace(row: 7, with: row)
      parameter.scale(by: 0.7)
      parameter.weightsChanged()
    }
    #expect(try lookUp(late, [1, 7, 8]) == lookUp(whole, [1, 7, 8]))
    #expect(late.tensor.values == whole.tensor.values)
  }

  @Test(arguments: [Precision.float32, .bf16], [1, 3])
  func aWeightIsPackedFromItsSource(precision: Precision, threads: Int) throws {
    // More than one piece of packing, with a last panel that is not full.
    let (source, late, whole) = Self.pair([1000, 701])
    let below = (
      late: Parameter("l", testTensor([701, 20], 2)),
      whole: Parameter("w", testTensor([701, 20], 2))
    )
    let x = testTensor([9, 20], 3)
    func run(_ weight: Parameter, _ below: Parameter) throws -> [[Float]] {
      weight.isTrainable = false
      let layout = GradientLayout([below])
      let workers = Workers(threads: threads, layout: layout)
      let found = Mutex([[Float]](repeating: [], count: 2 * threads))
      _ = try workers.accumulate(
        costs: [Int](repeating: 1, count: threads), precision: precision
      ) { tape, part in
        let y = tape.linear(tape.linear(tape.value(x), below), weight)
        found.withLock { $0[part[0]] = y.tensor.values }
        tape.seed(y, gradient: testTensor([9, 1000], 4))
        return 0
      }
      _ = workers.reduceGradients()
      let gradient = try #require(workers.gradients[0].gradient(of: below))
      return found.withLock { $0 } + [gradient.values]
    }
    #expect(try run(late, below.late) == run(whole, below.whole))
    #expect(source.count >= 1000 * 701)
    #expect(late.tensor.values == whole.tensor.values)
  }

  @Test func trainingWithDecayIsThatOfATableInMemory() throws {
    let (source, late, whole) = Self.pair([40, 4], form: .rows)
    for parameter in [late, whole] {
      let layout = GradientLayout([parameter])
      let workers = Workers(threads: 2, layout: layout)
      let optimizer = AdamW(layout) { _ in AdamW.Treatment(weightDecay: 0.3) }
      for step in 0..<4 {
        _ = try workers.accumulate(costs: [1, 1]) { tape, part in
          let ids = part.flatMap { [Int32($0 * 3 + step), Int32(20 + step * 2)] }
          let y = tape.embedding(Lookup(parameter, tape.arena.copy(ids)), count: ids.count)
          tape.seed(y, gradient: testTensor([ids.count, 4], 7))
          return 0
        }
        _ = optimizer.step(workers.gradients, learningRate: 0.1, on: workers.pool)
      }
      optimizer.finish()
    }
    #expect(source.count < 160)
    #expect(late.tensor.values == whole.tensor.values)
  }

  @Test func afterAFailureTheNextPassMayBeSound() throws {
    let (source, late, whole) = Self.pair([60, 33])
    let workers = Workers(threads: 2)
    let x = testTensor([4, 33], 1)
    func run(_ weight: Parameter) throws -> [Float] {
      let found = Mutex([Float]())
      try workers.forward(lengths: [1, 1], chunkTokens: 1) { tape, _ in
        let y = tape.linear(tape.value(x), weight).tensor.values
        found.withLock { $0 = y }
      }
      return found.withLock { $0 }
    }
    source.fail(true)
    #expect(throws: CountingSource.Failure.self) { try run(late) }
    #expect(throws: CountingSource.Failure.self) { try lookUp(late, [3]) }
    #expect(throws: CountingSource.Failure.self) { try late.load() }
    source.fail(false)
    #expect(try run(late) == run(whole))
    #expect(try lookUp(late, [3]) == lookUp(whole, [3]))
    try late.load()
    #expect(late.tensor.values == whole.tensor.values)
  }

  @Test func aFailureThatCouldNotBeThrownStays() throws {
    let (source, late, _) = Self.pair([60, 33])
    source.fail(true)
    #expect(late.tensor.values.allSatisfy { $0 == 0 })
    source.fail(false)
    // Someone has already computed with zeros.
    #expect(throws: CountingSource.Failure.self) { try late.load() }
    #expect(throws: CountingSource.Failure.self) { try lookUp(late, [3]) }
    let tape = Tape()
    tape.begin(recording: false)
    _ = tape.linear(tape.value(testTensor([2, 33], 1)), late)
    #expect(throws: CountingSource.Failure.self) { try tape.check() }
  }
}
