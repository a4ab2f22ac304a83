// WriterBenchmark: what scripts/bench_generate/peer.py measures, with tl's encoder-decoders: training steps
// or beam search over given token ids, one line of JSON.

import Glibc
import TLModels
import TLTensor
import TLText

/// Measures an encoder-decoder on given ids.
struct WriterBenchmark {
  let sources: [[Int32]]
  let targets: [[Int32]]
  let threads: Int
  let precision: Precision

  /// Lines of `{"source": [ids], "target": [ids]}`.
  init(path: String, limit: Int, threads: Int, precision: Precision) throws {
    let rows = try FileBytes.readText(path).split(separator: "\n").prefix(limit).map {
      try JSON.parse(String($0))
    }
    func ids(_ json: JSON?) -> [Int32] {
      (json?.array ?? []).compactMap(\.int).map { Int32($0) }
    }
    sources = rows.map { ids($0["source"]) }
    targets = rows.map { ids($0["target"]) }
    self.threads = threads
    self.precision = precision
  }

  /// Seconds of forward, backward, clipping and AdamW over all pairs; a pass before warms up.
  func trainingSeconds(_ model: EncoderDecoderModel, batchSize: Int) throws -> Double {
    let layout = GradientLayout(model.parameters)
    let workers = Workers(threads: threads, layout: layout)
    let optimizer = AdamW(layout) { _ in AdamW.Treatment(weightDecay: 0.01) }
    func pass(_ limit: Int) throws -> Double {
      let start = now()
      for first in stride(from: 0, to: limit, by: batchSize) {
        let range = first..<min(first + batchSize, limit)
        let batch = try TextPairBatch(
          sources: Array(sources[range]), targets: Array(targets[range]),
          for: model.configuration)
        let scale = 1 / Double(batch.targets.reduce(0) { $0 + $1.count })
        _ = try workers.accumulate(
          costs: batch.costs, pieceTokens: TextPairBatch.pieceTokens,
          dropout: DropoutKey(seed: 1, step: UInt32(truncatingIfNeeded: optimizer.steps)),
          precision: precision
        ) { tape, share in model.loss(batch, share, scale: scale, on: tape) }
        _ = optimizer.step(workers.gradients, learningRate: 2e-5, on: workers.pool)
      }
      return now() - start
    }
    _ = try pass(min(sources.count, batchSize))
    let seconds = try pass(sources.count)
    optimizer.finish()
    return seconds
  }

  /// Seconds of beam search to a fixed length for all sources.
  func generationSeconds(
    _ model: EncoderDecoderModel, beams: Int, tokens: Int
  ) throws -> Double {
    var settings = GenerationSettings()
    settings.beams = beams
    settings.maxNewTokens = tokens
    settings.minNewTokens = tokens
    settings.precision = precision
    let workers = Workers(threads: threads)
    let generator = try Generator(model, settings)
    _ = try generator.texts(Array(sources.prefix(2)), on: workers)
    let start = now()
    _ = try generator.texts(sources, on: workers)
    return now() - start
  }

  /// Measures as the options say and gives the line to print.
  static func run(_ directory: String, _ path: String) throws -> JSON {
    let isBF16 = option("bf16") != nil
    let benchmark = try WriterBenchmark(
      path: path, limit: number("limit", 64), threads: number("threads", 2),
      precision: isBF16 ? .bf16 : .float32)
    let model = try EncoderDecoderModel(directory: directory)
    let isStep = option("step") != nil
    let seconds =
      isStep
      ? try benchmark.trainingSeconds(model, batchSize: number("batch-size", 16))
      : try benchmark.generationSeconds(
        model, beams: number("beams", 4), tokens: number("tokens", 64))
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return .object([
      JSONField("peer", .string(isBF16 ? "tl bf16" : "tl")),
      JSONField("texts_per_s", .number(Double(benchmark.sources.count) / seconds)),
      JSONField("peak_rss_mb", .int(usage.ru_maxrss / 1024)),
    ])
  }
}
