// What a model is to do with its sequences: guess masked words (encoders), or write what a corrupted
// text has lost (encoder-decoders). Tokens to guess are drawn anew in each pass, as a function of seed,
// pass and sequence; those of the validation are the same at every evaluation.

import TLModels
import TLTensor
import TLText

/// A model with sequences and what it learns from them.
protocol PretrainingObjective: AnyObject {
  /// The parameters that are trained.
  var parameters: [Parameter] { get }
  /// The number of sequences.
  var count: Int { get }
  /// Weights that the donor lacked.
  var newWeights: Int { get }
  /// The gradients of the mean loss of sequences; gives it, and how many tokens went through.
  func accumulate(
    _ numbers: [Int], epoch: Int, dropout: DropoutKey, precision: Precision, _ workers: Workers
  ) throws -> (loss: Double, tokens: Int)
  /// The metrics of the held-out sequences; none without any.
  func validate(
    _ workers: Workers, precision: Precision, _ isStopped: @escaping @Sendable () -> Bool
  ) throws -> [TrainingHistory.Metric]
  /// Writes the model as a Hugging Face directory.
  func write(to folder: String, tokenizer: Tokenizer) throws
}

/// The random streams of training and of validation.
private enum CorruptionStream {
  static func train(_ seed: UInt64, epoch: Int, _ number: Int) -> RandomStream {
    RandomStream(seed: seed, stream: UInt64(epoch + 1) << 40 | UInt64(number))
  }
  static func validation(_ seed: UInt64, _ number: Int) -> RandomStream {
    RandomStream(seed: seed, stream: 0x7661_6C69_0000_0000 | UInt64(number))
  }
}

/// Masked words: the product with the vocabulary is computed at the places to guess alone.
final class MaskedWordObjective: PretrainingObjective {
  private let model: EncoderModel
  private let packs: TokenPacks
  private let masking: WordMasking
  private let validation: MaskedTexts?
  private let seed: UInt64

  init(
    _ model: EncoderModel, _ packs: TokenPacks, validation: TokenPacks, _ masking: WordMasking,
    seed: UInt64
  ) {
    self.model = model
    self.packs = packs
    self.masking = masking
    self.seed = seed
    self.validation =
      validation.count == 0
      ? nil
      : MaskedTexts(
        validation.packs.enumerated().map { number, pack in
          var random = CorruptionStream.validation(seed, number)
          return masking.apply(to: pack, &random)
        })
  }

  /// What this objective does not reach stays as it is.
  var parameters: [Parameter] {
    model.parameters.filter {
      !$0.name.contains("pooler.") && !$0.name.hasPrefix("cls.seq_relationship")
    }
  }
  var count: Int { packs.count }
  var newWeights: Int { model.report.missing.count }

  func accumulate(
    _ numbers: [Int], epoch: Int, dropout: DropoutKey, precision: Precision, _ workers: Workers
  ) throws -> (loss: Double, tokens: Int) {
    let masked = numbers.map { number in
      var random = CorruptionStream.train(seed, epoch: epoch, number)
      return masking.apply(to: packs.packs[number], &random)
    }
    let batch = try EncoderBatch(
      masked.map { EncodedText(ids: $0.ids) }, for: model.configuration)
    let count = masked.reduce(0) { $0 + $1.places.count }
    let model = model
    let loss = try workers.accumulate(
      costs: batch.lengths, dropout: dropout, precision: precision
    ) { tape, part in
      let input = EncoderInput(batch, part, on: tape)
      let hidden = model.encode(input, on: tape)
      guard let head = model.maskedLMHead else { return 0 }
      var rows: [Int32] = []
      var labels: [Int32] = []
      for (position, sequence) in part.enumerated() {
        let start = Int32(input.sequences.start(position))
        rows += masked[sequence].places.map { start + $0 }
        labels += masked[sequence].originals
      }
      let chosen = tape.select(hidden, rows: tape.arena.copy(rows), count: rows.count)
      let logits = head(
        chosen, .tokens(tape.arena.sequences(lengths: [rows.count])), on: tape)
      return tape.crossEntropy(
        logits, tape.arena.copy(labels), scale: 1 / Double(count), overwriting: true)
    }
    return (loss, batch.lengths.reduce(0, +))
  }

  func validate(
    _ workers: Workers, precision: Precision, _ isStopped: @escaping @Sendable () -> Bool
  ) throws -> [TrainingHistory.Metric] {
    guard let validation else { return [] }
    let scores = try MaskedScores(
      validation, model, model, workers, precision: precision, isStopped)
    return [
      TrainingHistory.Metric("loss", scores.meanLoss),
      TrainingHistory.Metric("accuracy", scores.meanAccuracy),
    ]
  }

  func write(to folder: String, tokenizer: Tokenizer) throws {
    try HuggingFaceFolder.write(
      model, to: folder, options: HuggingFaceFolder.Options(tokenizer: tokenizer))
  }
}

/// Span corruption and denoising: the model writes the target of a corrupted source.
final class SequenceObjective: PretrainingObjective {
  typealias Corruption =
    @Sendable (_ texts: [[Int32]], inout RandomStream) -> (source: [Int32], target: [Int32])?

  private let model: EncoderDecoderModel
  private let packs: TokenPacks
  /// The sequences that have enough tokens.
  private let numbers: [Int]
  private let corrupt: Corruption
  private let validation: TextPairBatch?
  private let seed: UInt64

  init(
    _ model: EncoderDecoderModel, _ packs: TokenPacks, validation: TokenPacks, seed: UInt64,
    corrupt: @escaping Corruption
  ) throws {
    self.model = model
    self.packs = packs
    self.corrupt = corrupt
    self.seed = seed
    numbers = packs.packs.indices.filter {
      packs.packs[$0].ids.count
        >= 2 + packs.specialCounts.before + packs.specialCounts.behind
    }
    guard !numbers.isEmpty else {
      throw TransferError("no text has two tokens, of which one could be hidden")
    }
    let pairs = validation.packs.indices.compactMap { number in
      var random = CorruptionStream.validation(seed, number)
      return corrupt(validation.texts(number), &random)
    }
    self.validation =
      pairs.isEmpty
      ? nil
      : try TextPairBatch(
        sources: pairs.map(\.source), targets: pairs.map(\.target), for: model.configuration)
  }

  var parameters: [Parameter] { model.parameters }
  var count: Int { numbers.count }
  var newWeights: Int { model.report.missing.count }

  func accumulate(
    _ numbers: [Int], epoch: Int, dropout: DropoutKey, precision: Precision, _ workers: Workers
  ) throws -> (loss: Double, tokens: Int) {
    let pairs = numbers.compactMap { index in
      let number = self.numbers[index]
      var random = CorruptionStream.train(seed, epoch: epoch, number)
      return corrupt(packs.texts(number), &random)
    }
    let batch = try TextPairBatch(
      sources: pairs.map(\.source), targets: pairs.map(\.target), for: model.configuration)
    let count = batch.targets.reduce(0) { $0 + $1.count }
    let model = model
    let loss = try workers.accumulate(
      costs: batch.costs, pieceTokens: TextPairBatch.pieceTokens, dropout: dropout,
      precision: precision
    ) { tape, part in
      model.loss(batch, part, scale: 1 / Double(max(1, count)), on: tape)
    }
    return (loss, batch.costs.reduce(0, +))
  }

  func validate(
    _ workers: Workers, precision: Precision, _ isStopped: @escaping @Sendable () -> Bool
  ) throws -> [TrainingHistory.Metric] {
    guard let batch = validation else { return [] }
    let model = model
    var losses = [Double](repeating: 0, count: batch.sources.count)
    try losses.withUnsafeMutableBufferPointer { losses in
      nonisolated(unsafe) let losses = losses
      try workers.forward(lengths: batch.costs, precision: precision) { tape, range in
        if isStopped() { throw Stopped() }
        losses[range.lowerBound] = model.loss(batch, range, scale: 1, on: tape)
      }
    }
    let count = batch.targets.reduce(0) { $0 + $1.count }
    return [TrainingHistory.Metric("loss", losses.reduce(0, +) / Double(max(1, count)))]
  }

  func write(to folder: String, tokenizer: Tokenizer) throws {
    try HuggingFaceFolder.write(
      model, to: folder, options: HuggingFaceFolder.Options(tokenizer: tokenizer))
  }
}

extension Pretraining {
  /// The model with what it learns, from an architecture or from a donor.
  func objective(
    _ packs: TokenPacks, _ validation: TokenPacks
  ) throws -> any PretrainingObjective {
    switch settings.objective {
    case .mlm:
      var masking = try WordMasking(tokenizer)
      masking.share = settings.maskedShare
      masking.wholeWords = settings.wholeWords
      return MaskedWordObjective(
        try encoder(), packs, validation: validation, masking, seed: settings.seed)
    case .spanCorruption:
      var spans = try SpanCorruption(tokenizer)
      spans.share = settings.maskedShare
      let corruption = spans
      return try SequenceObjective(
        sequenceModel(), packs, validation: validation, seed: settings.seed
      ) { corruption.apply(to: Array($0.joined()), &$1) }
    case .denoising:
      var denoising = try Denoising(tokenizer)
      denoising.share = settings.maskedShare
      let noise = denoising
      return try SequenceObjective(
        sequenceModel(), packs, validation: validation, seed: settings.seed
      ) { noise.apply(to: $0, &$1) }
    }
  }

  private func encoder() throws -> EncoderModel {
    switch beginning {
    case .architecture(let architecture, let tokenizer):
      var configuration = try architecture.configuration(
        vocabularySize: tokenizer.idLimit,
        paddingID: tokenizer.specialTokens.padding.flatMap { tokenizer.id(of: $0) }.map(Int.init))
      apply(settings.dropout, &configuration)
      try check(configuration.longestText)
      return try EncoderModel(configuration, task: .maskedLM, reader: nil, seed: settings.seed)
    case .donor(let donor):
      guard var configuration = donor.configuration else {
        throw TransferError(
          "\(donor.shortName) is an encoder-decoder, masked words are for encoders",
          next: "take objective: \"span_corruption\" for T5 or \"denoising\" for BART")
      }
      apply(settings.dropout, &configuration)
      try check(configuration.longestText)
      let reader = WeightReader(
        try Checkpoint.open(donor.directory), prefix: configuration.family.prefix)
      return try EncoderModel(
        configuration, task: .maskedLM, reader: reader, seed: settings.seed)
    }
  }

  private func sequenceModel() throws -> EncoderDecoderModel {
    switch beginning {
    case .architecture(let architecture, let tokenizer):
      var configuration =
        settings.objective == .spanCorruption
        ? try architecture.configurationOfT5(tokenizer)
        : try architecture.configurationOfBART(tokenizer)
      apply(settings.dropout, &configuration)
      try check(configuration.longestText)
      return try EncoderDecoderModel(configuration, reader: nil, seed: settings.seed)
    case .donor(let donor):
      let forT5Alone = settings.objective == .spanCorruption
      guard case .encoderDecoder(var configuration) = donor.architecture,
        configuration.family.isT5 || !forT5Alone && configuration.family == .bart
      else {
        throw TransferError(
          "\(donor.shortName) is no \(forT5Alone ? "T5" : "T5 or BART"), which the objective "
            + "\"\(settings.objective.rawValue)\" is for",
          next: donor.configuration == nil
            ? "BART goes on with \"denoising\"" : "encoders go on with objective: \"mlm\"")
      }
      apply(settings.dropout, &configuration)
      try check(configuration.longestText)
      return try EncoderDecoderModel(
        configuration, directory: donor.directory, seed: settings.seed)
    }
  }

  private func apply(_ dropout: Double?, _ configuration: inout EncoderConfiguration) {
    guard let dropout else { return }
    configuration.hiddenDropout = Float(dropout)
    configuration.attentionDropout = Float(dropout)
  }

  private func apply(_ dropout: Double?, _ configuration: inout EncoderDecoderConfiguration) {
    guard let dropout else { return }
    configuration.dropout = Float(dropout)
    if configuration.family.isT5 { configuration.attentionDropout = Float(dropout) }
  }

  private func check(_ longest: Int?) throws {
    if let longest, settings.maxLength > longest {
      throw TransferError(
        "max_length is \(settings.maxLength), the model reads up to \(longest) tokens",
        next: "lower max_length or raise max_positions")
    }
  }
}
