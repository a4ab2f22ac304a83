// Generator: texts for many sources, by greedy choice, sampling or beam search. Sources of like length go
// together; rows whose text has ended leave the batch. What a source gets does not depend on the others.

import Synchronization
import TLTensor

/// Writes texts with an encoder-decoder.
public struct Generator: Sendable {
  public let model: EncoderDecoderModel
  public let settings: GenerationSettings
  private let rules: LogitRules
  /// Rows that go through the decoder together.
  private static let batchRows = 32

  /// Throws for settings that do not go with each other or with the model.
  public init(
    _ model: EncoderDecoderModel, _ settings: GenerationSettings = GenerationSettings()
  ) throws {
    try settings.check(model.configuration)
    self.model = model
    self.settings = settings
    rules = LogitRules(settings, model.configuration)
  }

  /// What is told while texts are written; called from several threads.
  public struct Observer: Sendable {
    /// A token of a source's first text; not in beam search.
    public var token: (@Sendable (_ source: Int, _ id: Int32) -> Void)?
    /// The number of sources that are done.
    public var done: (@Sendable (_ count: Int) -> Void)?
    public init(
      token: (@Sendable (_ source: Int, _ id: Int32) -> Void)? = nil,
      done: (@Sendable (_ count: Int) -> Void)? = nil
    ) {
      self.token = token
      self.done = done
    }
  }

  /// The texts for each source, the best first.
  ///
  /// - Parameters:
  ///   - sources: token ids of each source as the model reads it.
  ///   - isStopped: asked in every step; true ends the work with what there is: sources that were not
  ///     begun have no texts, others texts that are not complete.
  public func texts(
    _ sources: [[Int32]], on workers: Workers,
    isStopped: @escaping @Sendable () -> Bool = { false }, observer: Observer = Observer()
  ) throws -> [[GeneratedText]] {
    let batch = try TextPairBatch(sources: sources, for: model.configuration)
    let order = sources.indices.sorted { (sources[$0].count, $0) < (sources[$1].count, $1) }
    let rows = settings.isSampling ? settings.results : settings.beams
    // Every worker gets its share, in batches of like length.
    let most = max(1, Self.batchRows / rows)
    let size = min(most, max(1, (order.count + workers.count - 1) / workers.count))
    let found = Mutex([[GeneratedText]](repeating: [], count: sources.count))
    let count = Atomic<Int>(0)
    try workers.forward(
      lengths: order.map { _ in 1 }, chunkTokens: size, precision: settings.precision
    ) { tape, range in
      if isStopped() { return }
      let numbers = range.map { order[$0] }
      let texts =
        settings.beams > 1
        ? beams(batch, numbers, on: tape, isStopped)
        : rowsAlone(batch, numbers, on: tape, isStopped, observer)
      found.withLock { found in
        for (number, texts) in zip(numbers, texts) { found[number] = texts }
      }
      let all = count.wrappingAdd(numbers.count, ordering: .relaxed).newValue
      observer.done?(all)
    }
    return found.withLock { $0 }
  }

  /// Encodes the sources and keeps of them what all steps need.
  private func begin(
    _ batch: TextPairBatch, _ numbers: [Int], rows: [Int], slots: Int, on tape: Tape
  ) -> DecodingCache {
    let cache = DecodingCache(
      layers: model.configuration.decoder.layers, sources: rows, slots: slots,
      sourceLengths: numbers.map { batch.sources[$0].count },
      columns: model.configuration.innerSize, capacity: settings.maxNewTokens)
    let mark = tape.arena.mark
    let encoded = model.encode(batch, numbers, on: tape)
    model.network.begin(cache, encoded.vectors, on: tape)
    tape.arena.release(to: mark)
    return cache
  }

  private var start: Int32 { Int32(settings.startID ?? model.configuration.startID) }

  /// The logits of the next token of each row: [R, V].
  private func step(_ newest: [Int32], _ cache: DecodingCache, on tape: Tape) -> Variable {
    cache.beginToken()
    return model.logits(model.network.step(tape.arena.copy(newest), cache, on: tape), on: tape)
  }

  // MARK: Greedy choice and sampling

  private struct Row {
    var tokens: [Int32]
    var random: RandomStream
    var isDone = false
  }

  private func rowsAlone(
    _ batch: TextPairBatch, _ numbers: [Int], on tape: Tape,
    _ isStopped: @Sendable () -> Bool, _ observer: Observer
  ) -> [[GeneratedText]] {
    let perSource = settings.isSampling ? settings.results : 1
    let places = numbers.indices.flatMap { place in (0..<perSource).map { _ in place } }
    var rows = numbers.flatMap { number in
      (0..<perSource).map { sample in
        Row(
          tokens: [start],
          random: RandomStream(
            seed: settings.seed, stream: UInt64(number) << 20 | UInt64(sample)))
      }
    }
    let cache = begin(batch, numbers, rows: places, slots: rows.count, on: tape)
    var live = Array(rows.indices)
    while !live.isEmpty && cache.position < settings.maxNewTokens && !isStopped() {
      let mark = tape.arena.mark
      let logits = step(live.map { rows[$0].tokens.last ?? start }, cache, on: tape)
      var kept: [Int] = []
      for (position, index) in live.enumerated() {
        let scores = logits.data + position * logits.columns
        rules.apply(scores, logits.columns, rows[index].tokens)
        let token =
          settings.isSampling
          ? rules.sample(scores, logits.columns, &rows[index].random)
          : LogitRules.best(scores, logits.columns)
        rows[index].tokens.append(token)
        if index % perSource == 0 { observer.token?(numbers[index / perSource], token) }
        rows[index].isDone =
          rules.endIDs.contains(token) || rows[index].tokens.count > settings.maxNewTokens
        if !rows[index].isDone { kept.append(position) }
      }
      tape.arena.release(to: mark)
      if kept.count < live.count {
        cache.select(kept)
        live = kept.map { live[$0] }
      }
    }
    return numbers.indices.map { place in
      rows[place * perSource..<(place + 1) * perSource].map {
        GeneratedText(ids: Array($0.tokens.dropFirst()), isComplete: $0.isDone)
      }
    }
  }

  // MARK: Beams

  private func beams(
    _ batch: TextPairBatch, _ numbers: [Int], on tape: Tape, _ isStopped: @Sendable () -> Bool
  ) -> [[GeneratedText]] {
    var searches = numbers.indices.flatMap { place in
      (0..<settings.groups).map { BeamSearch(source: place, group: $0, start: start, rules) }
    }
    let cache = begin(
      batch, numbers, rows: searches.map(\.source), slots: numbers.count * settings.beams, on: tape)
    while searches.contains(where: { !$0.isDone }) && !isStopped() {
      let mark = tape.arena.mark
      let newest = searches.filter { !$0.isDone }.flatMap { search in
        search.running.map { $0.last ?? start }
      }
      let logits = step(newest, cache, on: tape)
      tape.logSoftmax(logits)
      var parents: [Int] = []
      var row = 0
      var written: [Int32: Int] = [:]
      for index in searches.indices {
        if searches[index].group == 0 { written = [:] }
        if searches[index].isDone { continue }
        let first = row
        row += searches[index].running.count
        let candidates = candidates(searches[index], logits, first, written)
        let onward = searches[index].advance(candidates)
        for text in searches[index].running { written[text.last ?? 0, default: 0] += 1 }
        if !searches[index].isDone { parents += onward.map { first + $0 } }
      }
      tape.arena.release(to: mark)
      if !parents.isEmpty { cache.select(parents) }
    }
    let perGroup = settings.beams / settings.groups
    return numbers.indices.map { place in
      let own = searches.filter { $0.source == place }
      let all = own.map { $0.results(perGroup, isStopped: !$0.isDone) }
      // The best of each group, then the second of each.
      let texts = (0..<perGroup).flatMap { rank in
        all.compactMap { $0.indices.contains(rank) ? $0[rank] : nil }
      }
      return Array(texts.prefix(settings.results))
    }
  }

  /// The best continuations of a search, the rows of its texts beginning at `first`.
  private func candidates(
    _ search: BeamSearch, _ logits: Variable, _ first: Int, _ written: [Int32: Int]
  ) -> [TopCandidates.Candidate] {
    let columns = logits.columns
    var top = TopCandidates(search.candidateCount)
    for (beam, text) in search.running.enumerated() {
      let scores = logits.data + (first + beam) * columns
      // Before the rules, as in the reference: a forced token loses nothing.
      if settings.diversityPenalty > 0 {
        for (token, count) in written {
          scores[Int(token)] -= Float(settings.diversityPenalty) * Float(count)
        }
      }
      rules.apply(scores, columns, text)
      let sum = search.scores[beam]
      var threshold = top.threshold
      for token in 0..<columns {
        let score = scores[token] + sum
        if score > threshold {
          top.insert(score, beam, Int32(token))
          threshold = top.threshold
        }
      }
    }
    return top.sorted
  }
}
