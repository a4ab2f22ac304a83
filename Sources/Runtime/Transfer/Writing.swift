// Writing: texts for texts, by a donor or by an adapted run, and what a run has written for the sources of
// its task. These are kept beside the run, so that measuring it again costs nothing.

import Glibc
import TLAnalysis
import TLModels
import TLStore
import TLTensor
import TLText

/// A model that writes, with its tokenizer.
public struct Writer: Sendable {
  public let model: EncoderDecoderModel
  public let workers: Workers
  public let tokenizer: Tokenizer
  /// Stands before every source.
  public var prefix: String
  /// Longer sources are cut, in tokens.
  public var maxLength: Int

  /// A text that was written for a source.
  public struct Text: Sendable, Equatable {
    public var text: String
    /// Of beam search.
    public var score: Double?
    /// False where it was stopped before its end.
    public var isComplete: Bool
  }

  /// The texts for each source, the best first.
  ///
  /// Throws what is wrong with settings or sources.
  /// - Parameters:
  ///   - isStopped: true ends the work with what there is; a source that was not begun has no texts.
  ///   - written: the text so far of the first source each time it grows; not in beam search. Called
  ///     from another thread.
  ///   - done: how many sources are done; called from other threads.
  public func texts(
    _ sources: [String], _ settings: GenerationSettings,
    isStopped: @escaping @Sendable () -> Bool = { false },
    written: (@Sendable (String) -> Void)? = nil, done: (@Sendable (Int) -> Void)? = nil
  ) throws -> [[Text]] {
    let generator = try Generator(model, settings)
    guard !sources.isEmpty else { return [] }
    let pairs = try EncodedPairs(
      sources: sources, prefix: prefix, tokenizer: tokenizer, maxLength: maxLength,
      maxTarget: settings.maxNewTokens)
    var observer = Generator.Observer(done: done)
    if let written, settings.beams == 1 {
      let tokens = TokensSoFar()
      let tokenizer = tokenizer
      observer.token = { source, id in
        guard source == 0 else { return }
        tokens.ids.append(id)
        let text = try? tokenizer.decode(tokens.ids, skipSpecialTokens: true)
        written(text ?? "")
      }
    }
    return try generator.texts(
      pairs.sources, on: workers, isStopped: isStopped, observer: observer
    ).map { texts in
      try texts.map {
        Text(
          text: Self.trimmed(try tokenizer.decode($0.ids, skipSpecialTokens: true)),
          score: $0.score, isComplete: $0.isComplete)
      }
    }
  }

  private static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }

  /// The ids of one source, which one thread at a time writes.
  private final class TokensSoFar: @unchecked Sendable {
    var ids: [Int32] = []
  }
}

extension Donor {
  /// The donor as it is, before any adaptation; throws for an encoder.
  public func textWriter(prefix: String = "", maxLength: Int? = nil) throws -> Writer {
    let (model, workers) = try writer()
    return Writer(
      model: model, workers: workers, tokenizer: tokenizer, prefix: prefix,
      maxLength: min(maxLength ?? self.maxLength, longestText))
  }
}

extension AdaptedRun {
  /// The adapted model with the prefix of its task; throws for runs of other tasks.
  public func textWriter() throws -> Writer {
    let adapted = try sequenceModel()
    return Writer(
      model: adapted.model, workers: adapted.workers, tokenizer: adaptation.donor.tokenizer,
      prefix: adaptation.task.summary.prefix, maxLength: adaptation.maxLength)
  }

  /// How a summary is written unless something else is asked for.
  public var generationSettings: GenerationSettings {
    var settings = GenerationSettings()
    settings.maxNewTokens = min(adaptation.task.summary.maxTarget, adaptation.donor.longestText)
    settings.precision = adaptation.settings.precision
    return settings
  }

  /// What the run writes for the sources of a part, beside the targets.
  ///
  /// Throws `Stopped` when asked to stop.
  public func summaries(
    _ part: TaskPart, _ settings: GenerationSettings? = nil,
    isStopped: @escaping @Sendable () -> Bool = { false },
    done: (@Sendable (Int) -> Void)? = nil
  ) throws -> TextPredictions {
    guard case .summarization(let data)? = adaptation.task.parts[part] else {
      throw TransferError(
        adaptation.task.kind == .summarization
          ? "the task has no \(part.rawValue) part"
          : "the run is of a \(adaptation.task.kind.rawValue), whose model writes no texts")
    }
    let settings = settings ?? generationSettings
    let path = keptSummaries(part, settings)
    if let path, let json = try? JSON.parse(FileBytes.readText(path)),
      let texts = json.array?.compactMap(\.string), texts.count == data.count
    {
      return try TextPredictions(references: data.targets, hypotheses: texts)
    }
    let found = try textWriter().texts(
      data.sources, settings, isStopped: isStopped, done: done)
    if isStopped() { throw Stopped() }
    let texts = found.map { $0.first?.text ?? "" }
    if let path {
      // Texts that cannot be kept, in a store of others or on a full disk, are written again next time.
      try? AtomicFile.write(path, text: JSON.array(texts.map { .string($0) }).serialized())
    }
    return try TextPredictions(references: data.targets, hypotheses: texts)
  }

  /// Where the texts are kept; nil for a run outside a store.
  private func keptSummaries(_ part: TaskPart, _ settings: GenerationSettings) -> String? {
    guard let weights = try? stored?.artifact("weights.safetensors").path else { return nil }
    let key = ContentKey.of(Array("\(settings)".utf8)).prefix(12)
    let folder = weights.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    return "\(folder)/summaries-\(part.rawValue)-\(key).json"
  }
}
