// Workers: data parallelism by sequences. Each worker thread has a tape, an arena and gradient
// buffers of its own and runs forward and backward over its share of a batch; then gradients are
// added up in the order of the workers. There is no barrier inside a pass.

import Synchronization

/// The threads of a run with a tape each.
public final class Workers: @unchecked Sendable {
  public let pool: ThreadPool
  public let tapes: [Tape]
  /// The gradient buffers of the tapes; empty for workers that only compute forward.
  public let gradients: [GradientBuffers]

  /// Makes workers; with a layout, such that collect gradients.
  public init(threads: Int = ThreadPool.processors, layout: GradientLayout? = nil) {
    let pool = ThreadPool(count: threads)
    self.pool = pool
    gradients = layout.map { layout in (0..<pool.count).map { _ in GradientBuffers(layout) } } ?? []
    let buffers = gradients
    tapes = (0..<pool.count).map { Tape(gradients: buffers.isEmpty ? nil : buffers[$0]) }
  }

  /// Workers on the threads of others, for another set of trained parameters.
  public init(pool: ThreadPool, layout: GradientLayout? = nil) {
    self.pool = pool
    gradients = layout.map { layout in (0..<pool.count).map { _ in GradientBuffers(layout) } } ?? []
    let buffers = gradients
    tapes = (0..<pool.count).map { Tape(gradients: buffers.isEmpty ? nil : buffers[$0]) }
  }

  public var count: Int { pool.count }
  /// Bytes held for values and their gradients.
  public var capacity: Int { tapes.reduce(0) { $0 + $1.capacity } }
  /// How often memory was asked from the system.
  public var systemAllocations: Int { tapes.reduce(0) { $0 + $1.systemAllocations } }

  /// Shares sequences out so that the costs of the workers are as equal as a greedy rule makes them:
  /// the costliest first, each to the worker with the least so far. Within a share, sequences keep
  /// their order.
  public func shares(costs: [Int]) -> [[Int]] {
    var shares = [[Int]](repeating: [], count: count)
    var loads = [Int](repeating: 0, count: count)
    for sequence in costs.indices.sorted(by: { (costs[$1], $0) < (costs[$0], $1) }) {
      var least = 0
      for worker in 1..<max(1, count) where loads[worker] < loads[least] { least = worker }
      loads[least] += costs[sequence]
      shares[least].append(sequence)
    }
    return shares.map { $0.sorted() }
  }

  /// Cuts a share into pieces of about equal cost, none far above the given one.
  private static func pieces(_ share: [Int], costs: [Int], tokens: Int) -> [[Int]] {
    let total = share.reduce(0) { $0 + costs[$1] }
    let count = max(1, (total + tokens / 2) / max(1, tokens))
    var pieces: [[Int]] = []
    var piece: [Int] = []
    var sum = 0
    for sequence in share {
      piece.append(sequence)
      sum += costs[sequence]
      if sum * count >= total * (pieces.count + 1) {
        pieces.append(piece)
        piece = []
      }
    }
    if !piece.isEmpty { pieces.append(piece) }
    return pieces
  }

  /// Runs forward and backward: the body computes the loss of a part of the batch on a tape that
  /// records; it is called once for each piece of a worker's share.
  ///
  /// Gradients add up over calls until an optimizer step takes them.
  /// - Parameters:
  ///   - costs: of each sequence, its number of tokens.
  ///   - pieceTokens: a share is cut into pieces of about this many tokens, so that what a pass keeps
  ///     stays near the caches and does not grow with the batch.
  /// - Returns: the sum of the losses, in the order of the workers.
  public func accumulate(
    costs: [Int], pieceTokens: Int = 512, dropout: DropoutKey? = nil,
    precision: Precision = .float32,
    _ body: @Sendable (_ tape: Tape, _ part: [Int]) throws -> Double
  ) throws -> Double {
    if let layout = gradients.first?.layout {
      try load(layout.parameters.filter { $0.gradientForm == .dense }, on: pool)
      repack(layout.parameters, on: pool)
    }
    let shares = shares(costs: costs)
    var losses = [Double](repeating: 0, count: count)
    var failures = [(any Error)?](repeating: nil, count: count)
    losses.withUnsafeMutableBufferPointer { losses in
      failures.withUnsafeMutableBufferPointer { failures in
        nonisolated(unsafe) let (losses, failures) = (losses, failures)
        pool.run { worker in
          let tape = tapes[worker]
          tape.precision = precision
          tape.dropout = dropout
          do {
            for piece in Self.pieces(shares[worker], costs: costs, tokens: pieceTokens) {
              tape.begin(recording: true)
              losses[worker] += try body(tape, piece)
              tape.backward()
              try tape.check()
            }
          } catch {
            failures[worker] = error
          }
        }
      }
    }
    for case let failure? in failures {
      for buffer in gradients { buffer.clear() }
      throw failure
    }
    return losses.reduce(0, +)
  }

  /// Adds the gradients of all workers up into those of the first, and measures them; for whoever
  /// wants gradients without an optimizer step.
  public func reduceGradients() -> GradientNorms { reduce(gradients, on: pool) }

  /// Runs the body forward over chunks of neighbouring sequences; workers take the next chunk when
  /// they are free. What the body does with its results must be safe from several threads.
  ///
  /// - Parameter chunkTokens: a chunk ends with the sequence that reaches this many tokens.
  public func forward(
    lengths: [Int], chunkTokens: Int = 384, precision: Precision = .float32,
    _ body: @Sendable (_ tape: Tape, _ sequences: Range<Int>) throws -> Void
  ) throws {
    var chunks: [Range<Int>] = []
    var first = 0
    var tokens = 0
    for (index, length) in lengths.enumerated() {
      tokens += length
      if tokens >= chunkTokens || index == lengths.count - 1 {
        chunks.append(first..<index + 1)
        first = index + 1
        tokens = 0
      }
    }
    // One chunk is computed here, with the other threads to help.
    if chunks.count == 1, let tape = tapes.first {
      tape.precision = precision
      tape.dropout = nil
      tape.helpers = count > 1 ? pool : nil
      defer { tape.helpers = nil }
      tape.begin(recording: false)
      try body(tape, chunks[0])
      return try tape.check()
    }
    let next = Atomic<Int>(0)
    let jobs = chunks
    var failures = [(any Error)?](repeating: nil, count: count)
    failures.withUnsafeMutableBufferPointer { failures in
      nonisolated(unsafe) let failures = failures
      pool.run { worker in
        let tape = tapes[worker]
        tape.precision = precision
        tape.dropout = nil
        do {
          while true {
            let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if job >= jobs.count { break }
            tape.begin(recording: false)
            try body(tape, jobs[job])
            try tape.check()
          }
        } catch {
          failures[worker] = error
          next.store(jobs.count, ordering: .relaxed)
        }
      }
    }
    for case let failure? in failures { throw failure }
  }
}
