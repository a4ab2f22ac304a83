// EncoderBenchmark: texts per second of a forward pass and of a whole training step, over texts that
// are tokenized already. The counterpart in Python is ../shared/peers/hf_encode.py.

import Glibc
import TLModels
import TLTensor

/// Measures an encoder on given texts.
struct EncoderBenchmark {
  /// One measurement.
  struct Measurement: Sendable {
    /// Of one pass over all texts: the median of the repetitions, and the best.
    var medianSeconds: Double
    var bestSeconds: Double
    /// Processor time of all threads together, of the pass with the least of it.
    var processorSeconds: Double
    var textsPerSecond: Double
    var tokensPerSecond: Double
    /// Of the matrix products of linear layers and attention, at the best time.
    var gigaflops: Double
    /// Requests of memory from the system during the last repetition; 0 once buffers are warm.
    var lateAllocations: Int
    /// Of the whole process so far, in MB.
    var peakMemory: Int
  }

  let texts: [EncodedText]
  let threads: Int
  let precision: Precision
  var repetitions = 3
  /// Tokens that a worker takes at a time in a forward pass.
  var chunkTokens = 384
  /// Tokens of one piece of a training step.
  var pieceTokens = 512

  /// The vectors of all texts.
  ///
  /// - Parameter sorted: take the texts by length; it makes little difference without padding.
  func forward(_ model: EncoderModel, sorted: Bool = false) throws -> Measurement {
    let batch = try EncoderBatch(arranged(sorted), for: model.configuration)
    let workers = Workers(threads: threads)
    return try measure(model, flopsPerPass: flops(model, batch.lengths), workers) {
      try workers.forward(
        lengths: batch.lengths, chunkTokens: chunkTokens, precision: precision
      ) { tape, share in
        _ = model.encode(EncoderInput(batch, share, on: tape), on: tape)
      }
    }
  }

  /// Forward, backward, clipping and AdamW on all trainable parameters, batch by batch, with label 0.
  func step(
    _ model: EncoderModel, batchSize: Int = 32, sorted: Bool = false
  ) throws -> Measurement {
    let texts = arranged(sorted)
    let batches = try stride(from: 0, to: texts.count, by: batchSize).map {
      try EncoderBatch(
        Array(texts[$0..<min($0 + batchSize, texts.count)]), for: model.configuration)
    }
    let layout = GradientLayout(model.parameters)
    let workers = Workers(threads: threads, layout: layout)
    let optimizer = AdamW(layout) { _ in AdamW.Treatment(weightDecay: 0.01) }
    let lengths = texts.map(\.ids.count)
    let result = try measure(model, flopsPerPass: 3 * flops(model, lengths), workers) {
      for batch in batches {
        let scale = 1 / Double(batch.texts.count)
        _ = try workers.accumulate(
          costs: batch.lengths, pieceTokens: pieceTokens,
          dropout: DropoutKey(seed: 1, step: UInt32(truncatingIfNeeded: optimizer.steps)),
          precision: precision
        ) { tape, share in
          let logits = model.logits(EncoderInput(batch, share, on: tape), on: tape)
          return tape.crossEntropy(
            logits, tape.arena.copy([Int32](repeating: 0, count: logits.rows)), scale: scale)
        }
        _ = optimizer.step(workers.gradients, learningRate: 2e-5, on: workers.pool)
      }
    }
    optimizer.finish()
    return result
  }

  private func arranged(_ sorted: Bool) -> [EncodedText] {
    sorted ? texts.sorted { $0.ids.count < $1.ids.count } : texts
  }

  private func measure(
    _ model: EncoderModel, flopsPerPass: Double, _ workers: Workers, _ pass: () throws -> Void
  ) throws -> Measurement {
    var seconds: [Double] = []
    var processor: [Double] = []
    var allocations = 0
    for _ in 0..<max(1, repetitions) {
      allocations = workers.systemAllocations
      let start = Self.now(CLOCK_MONOTONIC)
      let startOfWork = Self.now(CLOCK_PROCESS_CPUTIME_ID)
      try pass()
      seconds.append(Self.now(CLOCK_MONOTONIC) - start)
      processor.append(Self.now(CLOCK_PROCESS_CPUTIME_ID) - startOfWork)
    }
    seconds.sort()
    let median = seconds[seconds.count / 2]
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Measurement(
      medianSeconds: median, bestSeconds: seconds[0],
      processorSeconds: processor.min() ?? 0,
      textsPerSecond: Double(texts.count) / median,
      tokensPerSecond: Double(texts.reduce(0) { $0 + $1.ids.count }) / median,
      gigaflops: flopsPerPass / seconds[0] / 1e9,
      lateAllocations: workers.systemAllocations - allocations,
      peakMemory: usage.ru_maxrss / 1024)
  }

  /// The arithmetic of a forward pass: 2 (4 C² + 2 C F) per token and layer, and 4 C T of attention.
  private func flops(_ model: EncoderModel, _ lengths: [Int]) -> Double {
    let size = Double(model.configuration.hiddenSize)
    let inner = Double(model.configuration.intermediateSize)
    var sum = 0.0
    for length in lengths.map(Double.init) {
      sum += length * (8 * size * size + 4 * size * inner + 4 * size * length)
    }
    return sum * Double(model.configuration.layers)
  }

  private static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
