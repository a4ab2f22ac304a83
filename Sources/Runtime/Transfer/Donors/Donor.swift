// Donor: a pretrained model directory as a value: what it is without having loaded it, its tokenizer,
// and its vectors and guesses for whoever looks at it. Weights are read when they are first needed.

import Glibc
import Synchronization
import TLModels
import TLTensor
import TLText

/// A pretrained encoder or encoder-decoder with its tokenizer.
public final class Donor: Sendable {
  /// As the person wrote it: a path, or `org/name`.
  public let name: String
  public let directory: String
  public let architecture: Architecture
  /// Of an encoder; nil for an encoder-decoder.
  public var configuration: EncoderConfiguration? {
    if case .encoder(let configuration) = architecture { configuration } else { nil }
  }
  public let tokenizer: Tokenizer
  /// All weights of the checkpoint, heads included.
  public let parameterCount: Int

  /// What config.json says that the donor is.
  public enum Architecture: Sendable {
    case encoder(EncoderConfiguration)
    case encoderDecoder(EncoderDecoderConfiguration)
  }

  private struct Loaded: Sendable {
    var writer: EncoderDecoderModel?
    var features: EncoderModel?
    var maskedLM: EncoderModel?
    var head: PublishedHead?
    var workers: Workers?
    var fingerprint: String?
  }
  private let loaded = Mutex(Loaded())

  /// Reads configuration, tokenizer and the list of weights.
  ///
  /// Throws what is wrong with the directory.
  public init(name: String, directory: String) throws {
    self.name = name
    self.directory = directory
    let file = try ConfigurationFile(directory: directory)
    architecture =
      EncoderDecoderConfiguration.family(of: file) == nil
      ? .encoder(try EncoderConfiguration(file))
      : .encoderDecoder(try EncoderDecoderConfiguration(directory: directory))
    tokenizer = try Tokenizer(directory: directory)
    let checkpoint = try Checkpoint.open(directory)
    switch architecture {
    case .encoder(let configuration):
      parameterCount = checkpoint.parameterCount
      // Whether the weights are those that config.json describes is seen now; large ones are not read.
      let reader = WeightReader(checkpoint, prefix: configuration.family.prefix)
      let model = try EncoderModel(configuration, task: .features, reader: reader, seed: 0)
      loaded.withLock { $0.features = model }
    case .encoderDecoder(let configuration):
      parameterCount = EncoderDecoderModel.parameterCount(checkpoint, configuration)
    }
  }

  /// The last part of the name, for tables.
  public var shortName: String {
    let last = name.split(separator: "/").last ?? Substring(name)
    // A run's id is known by its first digits.
    return last.hasPrefix(PretrainedRun.namePrefix)
      ? String(last.prefix(PretrainedRun.namePrefix.count + 4)) : String(last)
  }

  /// The longest text that the donor can read, special tokens included.
  public var longestText: Int {
    switch architecture {
    case .encoder(let configuration): configuration.longestText ?? 1 << 20
    case .encoderDecoder(let configuration): configuration.longestText ?? 1 << 20
    }
  }
  /// Whether it writes texts.
  public var isEncoderDecoder: Bool {
    if case .encoderDecoder = architecture { true } else { false }
  }
  /// How long texts are unless something else is asked for: what the donor reads, at most 512.
  public var maxLength: Int { min(longestText, 512) }

  /// `BERT · 3 layers × 312 · 29.2 M parameters · WordPiece 83 828`
  public var summary: String {
    let (family, layers, size): (String, String, Int)
    switch architecture {
    case .encoder(let configuration):
      family =
        switch configuration.family {
        case .bert: "BERT"
        case .roberta: "RoBERTa"
        case .xlmRoBERTa: "XLM-RoBERTa"
        case .deberta: "DeBERTa"
        }
      layers = "\(configuration.layers) \(configuration.layers == 1 ? "layer" : "layers")"
      size = configuration.hiddenSize
    case .encoderDecoder(let configuration):
      family = configuration.family.title
      layers = "\(configuration.encoder.layers) + \(configuration.decoder.layers) layers"
      size = configuration.hiddenSize
    }
    return "\(family) · \(layers) × \(size) · \(Self.millions(parameterCount)) parameters · "
      + "\(tokenizer.kind) \(Self.grouped(tokenizer.vocabularySize))"
  }

  /// `29.2 M`, or the number itself below 100 000.
  public static func millions(_ count: Int) -> String {
    guard count >= 100_000 else { return grouped(count) }
    let tenths = (count + 50_000) / 100_000
    return "\(grouped(tenths / 10)).\(tenths % 10) M"
  }

  /// Digits in groups of three with narrow gaps: `83 828`.
  public static func grouped(_ number: Int) -> String {
    let digits = String(abs(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += " " }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// A hash over the bytes of configuration, tokenizer and weights.
  public func fingerprint() throws -> String {
    if let known = loaded.withLock({ $0.fingerprint }) { return known }
    let found = try Fingerprint.ofDonor(directory)
    loaded.withLock { $0.fingerprint = found }
    return found
  }

  // MARK: Looking at it

  /// The head that `publishedHead` has read.
  var knownHead: PublishedHead? { loaded.withLock { $0.head } }

  func keep(_ head: PublishedHead) -> PublishedHead {
    loaded.withLock { $0.head = head }
    return head
  }

  func workers() -> Workers {
    loaded.withLock { loaded in
      if let workers = loaded.workers { return workers }
      let workers = Workers()
      loaded.workers = workers
      return workers
    }
  }

  /// Throws for an encoder-decoder.
  @discardableResult
  func encoderConfiguration() throws(TransferError) -> EncoderConfiguration {
    if let configuration { return configuration }
    throw TransferError(
      "\(shortName) is an encoder-decoder, this is for encoders such as BERT",
      next: "`generate` and `summarization` are for encoder-decoders")
  }

  /// The donor as a model that writes texts; throws for an encoder.
  public func writer() throws -> (model: EncoderDecoderModel, workers: Workers) {
    if let model = loaded.withLock({ $0.writer }) { return (model, workers()) }
    guard case .encoderDecoder = architecture else {
      throw TransferError(
        "\(shortName) is an encoder, which writes no texts",
        next: "take an encoder-decoder such as T5, BART or Marian")
    }
    let model = try EncoderDecoderModel(directory: directory)
    loaded.withLock { $0.writer = model }
    return (model, workers())
  }

  func features() throws -> EncoderModel {
    try encoderConfiguration()
    if let model = loaded.withLock({ $0.features }) { return model }
    let model = try EncoderModel(directory: directory)
    loaded.withLock { $0.features = model }
    return model
  }

  /// The donor with its masked-LM head; throws where it has none.
  func maskedLM() throws -> EncoderModel {
    try encoderConfiguration()
    if let model = loaded.withLock({ $0.maskedLM }) { return model }
    let model = try EncoderModel(directory: directory, task: .maskedLM)
    guard !model.report.missing.contains(where: { $0.contains("dense") }) else {
      throw TransferError(
        "\(name) has no masked-LM head: its checkpoint lacks "
          + model.report.missing.prefix(3).joined(separator: ", "))
    }
    loaded.withLock { $0.maskedLM = model }
    return model
  }

  /// The names of the checkpoint's weights that neither the model nor its masked-LM head reads: heads of
  /// other tasks, layers beyond those of config.json. Loads the model.
  public func unreadWeights() throws -> [String] {
    if isEncoderDecoder { return try writer().model.report.unexpected }
    let unread = try features().report.unexpected
    guard let head = try? maskedLM() else { return unread }
    let unreadByHead = Set(head.report.unexpected)
    return unread.filter(unreadByHead.contains)
  }

  /// One vector for each text: [texts, hiddenSize].
  ///
  /// - Parameters:
  ///   - layer: 0 for the embeddings, i for block i, negative from the last (-1).
  ///   - isStopped: true ends the work with `Stopped`.
  public func embeddings(
    _ texts: [String], layer: Int = -1, pooling: FrozenFeatures.Pooling = .mean,
    maxLength: Int? = nil, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws -> Tensor {
    try encoder(maxLength).texts(texts, layer: layer, pooling: pooling, isStopped: isStopped)
  }

  /// What the donor expects at the first mask token of a text.
  ///
  /// Throws where the text has no mask token, or the donor no masked-LM head.
  public func fillMask(_ text: String, count: Int) throws -> [(token: String, probability: Double)]
  {
    guard let mask = tokenizer.specialTokens.mask, let maskID = tokenizer.id(of: mask) else {
      throw TransferError("the tokenizer of \(name) has no mask token")
    }
    let encoding = try tokenizer.encode(
      text, options: EncodeOptions(truncation: Truncation(maxLength: maxLength), offsets: false))
    guard let place = encoding.ids.firstIndex(of: maskID) else {
      throw TransferError("the text has no mask; put \(mask) where a word is missing")
    }
    let model = try maskedLM()
    guard let head = model.maskedLMHead else { return [] }
    let tape = Tape()
    tape.begin(recording: false)
    let batch = try EncoderBatch(
      [EncodedText(ids: encoding.ids, typeIDs: encoding.typeIDs)], for: model.configuration)
    let input = EncoderInput(batch, [0], on: tape)
    let hidden = model.encode(input, on: tape)
    let row = tape.select(hidden, rows: tape.arena.copy([Int32(place)]), count: 1)
    let sequences = tape.arena.sequences(lengths: [1])
    let logits = head(row, .tokens(sequences), on: tape)
    try tape.check()
    let values = logits.row(0)
    let largest = values.max() ?? 0
    let sum = values.reduce(0.0) { $0 + exp(Double($1 - largest)) }
    let best = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(count)
    return best.map {
      (tokenizer.token(Int32($0)) ?? "", exp(Double(values[$0] - largest)) / sum)
    }
  }
}
