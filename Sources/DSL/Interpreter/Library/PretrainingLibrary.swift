// Making donors: tokenizers and models from plain texts, and how well a model expects texts.

import TLSyntax
import TLTensor
import TLText
import TLTransfer

enum PretrainingLibrary {
  static let functions: [LibraryFunction] = [trainTokenizer, pretrain, perplexity]

  private static let texts = ParameterDeclaration("texts", .list, "plain texts", of: .text)

  static let trainTokenizer = LibraryFunction(
    "train_tokenizer", .donors, "a tokenizer whose vocabulary is learned from texts",
    [
      texts,
      ParameterDeclaration(
        "kind", .text, "wordpiece as BERT, unigram as T5", default: .text("wordpiece"),
        choices: TokenizerTraining.Kind.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "vocabulary", .integer, "how many tokens, special ones included",
        default: .integer(16_000), in: 8...4_000_000),
      ParameterDeclaration(
        "lowercase", .boolean, "reads all letters as small ones", default: .boolean(false)),
      ParameterDeclaration(
        "min_frequency", .integer, "wordpiece: of a pair that is merged", default: .integer(2),
        in: 1...1_000_000_000),
      ParameterDeclaration(
        "alphabet", .integer, "wordpiece: the most letters and marks", default: .integer(1000),
        in: 1...1_000_000),
      ParameterDeclaration(
        "coverage", .number, "unigram: the share of letters that get tokens",
        default: .number(0.9995), in: 0.5...1),
      ParameterDeclaration(
        "byte_fallback", .boolean, "unigram: writes other letters as bytes",
        default: .boolean(false)),
      ParameterDeclaration(
        "sentinels", .integer, "unigram: tokens <extra_id_0>, … that T5 hides spans behind",
        default: .none, in: 0...10_000),
      ParameterDeclaration(
        "special_tokens", .list, "more special tokens", of: .text, default: .none),
      ParameterDeclaration(
        "folder", .text, "where to save it, for other programs", default: .none, role: .output),
    ],
    result: .tokenizer,
    examples: [
      .init(
        "let t = train_tokenizer(map(texts, row => row.text), vocabulary: 60)\n"
          + "[t.kind, t.vocabulary_size, t.mask]", "[\"WordPiece\", 60, \"[MASK]\"]"),
      .init(
        "train_tokenizer(map(texts, row => row.text), kind: \"unigram\", vocabulary: 80, "
          + "sentinels: 10).special_tokens |> length", "13"),
    ],
    details: "WordPiece merges the most frequent pair again and again, as the trainer of the "
      + "tokenizers library; unigram prunes by likelihood, as SentencePiece, and has 100 sentinels "
      + "unless told otherwise. `folder` gets tokenizer.json, tokenizer_config.json and, for "
      + "wordpiece, vocab.txt, for unigram SentencePiece's spiece.model. Equal texts give equal bytes. `tokenize` takes the result."
  ) { call in
    let texts = try call.texts(0)
    let kind = TokenizerTraining.Kind(rawValue: try call.text(1)) ?? .wordpiece
    var training = TokenizerTraining(kind, vocabularySize: try call.integer(2))
    training.lowercase = try call.boolean(3)
    training.minimumFrequency = try call.integer(4)
    training.alphabetLimit = try call.integer(5)
    training.coverage = try call.number(6)
    training.byteFallback = try call.boolean(7)
    training.sentinels =
      call.isNone(8) ? kind == .unigram ? 100 : 0 : try call.integer(8)
    training.specialTokens = call.isNone(9) ? [] : try call.texts(9)
    training.threads = ThreadPool.processors
    let machine = call.machine
    defer { machine.notify(.done) }
    let tokenizer: Tokenizer
    do {
      tokenizer = try training.train(
        texts,
        progress: { share in
          machine.notify(
            .progress(
              label: "vocabulary", share: share,
              details: [counted(texts.count, "text")]))
        }, isCancelled: call.isCancelled)
    } catch let error as TokenizerError where error.isCancellation {
      throw Interruption(isStepLimit: false)
    }
    if !call.isNone(10) {
      try tokenizer.saveTrained(to: call.outputFolder(10))
    }
    return .object(TokenizerObject(tokenizer))
  }

  static let pretrain = LibraryFunction(
    "pretrain", .donors, "a model that learns language from plain texts, from nothing or further",
    [
      texts,
      ParameterDeclaration(
        "architecture", [.text, .record],
        "tiny, mini, small, medium, base, or a record of layers, hidden_size, heads, "
          + "intermediate_size; for a model from nothing", default: .none),
      ParameterDeclaration(
        "tokenizer", [.tokenizer, .text, .model],
        "from `train_tokenizer`, a folder that has one, or a model", default: .none),
      ParameterDeclaration(
        "donor", .model, "a model that goes on learning, in place of architecture and tokenizer",
        default: .none),
      ParameterDeclaration(
        "objective", .text,
        "what is learned: masked words (BERT), hidden spans (T5), or a text out of its noise (BART)",
        default: .text("mlm"), choices: PretrainingSettings.Objective.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "epochs", .integer, "passes over the texts", default: .integer(1), in: 1...100_000),
      ParameterDeclaration(
        "steps", .integer, "in place of epochs", default: .none, in: 1...1_000_000_000),
      ParameterDeclaration(
        "batch_size", .integer, "sequences in a step", default: .integer(32), in: 1...65_536),
      ParameterDeclaration(
        "max_length", .integer, "of a sequence, in tokens; 128 or what the donor reads",
        default: .none, in: 4...1_000_000),
      ParameterDeclaration(
        "learning_rate", .number,
        "the highest rate; 5e-4 from nothing, 2e-3 for T5, 1e-4 for a donor",
        default: .none, in: 1e-12...100),
      ParameterDeclaration(
        "masking", .number, "the share of tokens to guess; 0.15, for denoising 0.3", default: .none,
        in: 0.01...0.9),
      ParameterDeclaration(
        "whole_words", .boolean, "hides all pieces of a word together", default: .boolean(true)),
      ParameterDeclaration(
        "join_texts", .boolean, "several texts in a sequence", default: .boolean(true)),
      ParameterDeclaration(
        "validation", .number, "the share of texts that is held out, at most 2 000",
        default: .number(0.02), in: 0...0.5),
      ParameterDeclaration(
        "evaluations", .integer, "how often held-out texts are measured", default: .integer(10),
        in: 1...100_000),
      ParameterDeclaration(
        "weight_decay", .number, "of all weights but biases and norms", default: .number(0.01),
        in: 0...0.999),
      ParameterDeclaration(
        "warmup_ratio", .number, "the share of steps in which the rate rises",
        default: .number(0.1), in: 0...1),
      ParameterDeclaration(
        "schedule", .text, "how the rate falls", default: .text("linear"),
        choices: TrainingSettings.ScheduleShape.allCases.map(\.rawValue)),
      ParameterDeclaration("dropout", .number, "in place of 0.1", default: .none, in: 0...0.999),
      ParameterDeclaration(
        "precision", .text, "of matrix products", default: .text("float32"),
        choices: ["float32", "bf16"]),
      ParameterDeclaration(
        "seed", .integer, "of weights, order and masks", default: .integer(0)),
      ParameterDeclaration(
        "fresh", .boolean, "trains anew though the run is stored", default: .boolean(false)),
      ParameterDeclaration(
        "folder", .text, "where to save the model, for `model` and other programs",
        default: .none, role: .output),
    ],
    result: .model,
    examples: [
      .init(
        "let t = train_tokenizer(map(texts, row => row.text), vocabulary: 60)\n"
          + "let small = {layers: 1, hidden_size: 16, heads: 2, intermediate_size: 32}\n"
          + "let made = pretrain(map(texts, row => row.text), architecture: small, tokenizer: t, "
          + "steps: 4)\n[made.family, made.steps, made.mask]", "[\"bert\", 4, \"[MASK]\"]"),
      .init(
        "let t = train_tokenizer(map(texts, row => row.text), kind: \"unigram\", vocabulary: 80, "
          + "sentinels: 10)\n"
          + "let small = {layers: 1, hidden_size: 16, heads: 2, intermediate_size: 32}\n"
          + "pretrain(map(texts, row => row.text), architecture: small, tokenizer: t, steps: 2, "
          + "objective: \"span_corruption\").family", "t5"),
      .init(
        "pretrain(map(texts, row => row.text), donor: donor, steps: 2, batch_size: 4).hidden_size",
        "36"),
    ],
    details:
      "Masked words as in BERT: of 15% of the tokens, whole words together, 80% are hidden, 10% are "
      + "another token, 10% stay; new ones are chosen in every pass. Span corruption as in T5 needs a "
      + "unigram tokenizer with sentinels, denoising as in BART one with special_tokens: [\"<s>\", "
      + "\"<mask>\"], each text being a sentence; a T5 can go on with denoising, its first sentinel being "
      + "the mask, and learns to write out what it reads. Texts are joined into sequences without "
      + "padding. The result is a Model: `adapt`, `perplexity` and `fill_mask` take it, "
      + "`history`, `evaluations` and `throughput` say how it came about. Runs are remembered, saved "
      + "on the way and gone on with after a kill, byte for byte; Ctrl-C at the prompt keeps the "
      + "model as it is, and the same call goes on."
  ) { call in
    let texts = try call.texts(0)
    let settings = try settings(call)
    let beginning: Pretraining.Beginning
    if !call.isNone(3) {
      guard call.isNone(1), call.isNone(2) else {
        throw call.bad(
          3, "a donor has its own architecture and tokenizer; give either it or those two")
      }
      beginning = .donor(try call.model(3))
    } else {
      guard !call.isNone(2) else {
        throw call.bad(
          2,
          "a model from nothing needs a `tokenizer`, such as train_tokenizer(texts); to go on "
            + "with a model give `donor`")
      }
      beginning = .architecture(
        try call.architecture(
          1, atLeast: settings.maxLength * (settings.objective == .denoising ? 2 : 1)),
        try call.tokenizer(2))
    }
    let pretraining = Pretraining(texts: texts, beginning: beginning, settings: settings)
    let machine = call.machine
    defer { machine.notify(.done) }
    let run = try pretraining.run(
      store: machine.store(), fresh: call.boolean(21),
      checkpointSeconds: machine.checkpointSeconds, isStopped: call.isStopped
    ) { progress in
      var details = ["loss \(Rounded.fixed(progress.loss, 3))"]
      if let loss = progress.validationLoss { details.append("held-out \(Rounded.fixed(loss, 3))") }
      details.append("\(Donor.grouped(Int(progress.tokensPerSecond))) tokens/s")
      details.append("\(Duration.clock(progress.secondsLeft)) left")
      machine.notify(
        .progress(
          label: "step \(progress.step)/\(progress.totalSteps)",
          share: Double(progress.step) / Double(max(1, progress.totalSteps)), details: details))
    }
    try call.ended(
      pretraining.title, id: run.shortID, seconds: run.facts.seconds, wasStored: run.wasStored,
      isInterrupted: run.isInterrupted)
    if !call.isNone(22) { try run.copy(to: call.outputFolder(22)) }
    return .object(PretrainedObject(run))
  }

  private static func settings(_ call: Arguments) throws -> PretrainingSettings {
    var settings = PretrainingSettings()
    settings.objective = try call.choice(4, .mlm)
    settings.epochs = try call.integer(5)
    settings.steps = try call.given(6, call.integer)
    settings.batchSize = try call.integer(7)
    settings.maxLength =
      call.isNone(8)
      ? min(128, call.isNone(3) ? 128 : try call.model(3).longestText) : try call.integer(8)
    settings.learningRate = try call.given(9, call.number)
    settings.maskingShare = try call.given(10, call.number)
    settings.wholeWords = try call.boolean(11)
    settings.joinsTexts = try call.boolean(12)
    settings.validationShare = try call.number(13)
    settings.evaluations = try call.integer(14)
    settings.weightDecay = try call.number(15)
    settings.warmupRatio = try call.number(16)
    settings.schedule = try call.choice(17, .linear)
    settings.dropout = try call.given(18, call.number)
    settings.precision = try call.choice(19, .float32)
    settings.seed = try call.seed(20)
    return settings
  }

  static let perplexity = LibraryFunction(
    "perplexity", .donors, "how well a masked model expects texts: e to the loss of hidden tokens",
    [
      DonorLibrary.donor0,
      ParameterDeclaration("texts", [.list, .text], "texts, or one text", of: .text),
      ParameterDeclaration(
        "method", .text, "masked hides a share of the tokens at once, pseudo each token alone",
        default: .text("masked"), choices: Perplexity.Method.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "share", .number, "of the tokens of a text that are hidden, for masked",
        default: .number(0.15), in: 0.01...0.99),
      ParameterDeclaration(
        "max_length", .integer, "cuts what is longer, in tokens", default: .none, in: 4...1_000_000),
      ParameterDeclaration(
        "resamples", .integer, "of the bootstrap", default: .integer(1000), in: 100...1_000_000),
      ParameterDeclaration(
        "seed", .integer, "of the choice of tokens and the resamples", default: .integer(0)),
    ],
    result: .any,
    examples: [
      .init("perplexity(donor, [\"мама мыла раму\", \"рынок вырос\"]).perplexity > 1", "true"),
      .init("perplexity(donor, \"мама\", method: \"pseudo\").texts", "1"),
    ],
    details: "`loss` is in nats for each hidden token, with a 95% interval by bootstrap over the "
      + "texts; `losses` is the mean of each text. The masked measure is that of `forgetting`; the "
      + "other is the pseudo-perplexity of Salazar et al. (2020), one pass for each token. Numbers "
      + "of models with other vocabularies cannot be compared."
  ) { call in
    .object(
      PerplexityObject(
        try call.model(0).perplexity(
          call.texts(1), method: Perplexity.Method(rawValue: call.text(2)) ?? .masked,
          share: call.number(3), maxLength: call.isNone(4) ? nil : call.integer(4),
          resamples: call.integer(5), seed: UInt64(bitPattern: Int64(call.integer(6))),
          isStopped: call.isStopped)))
  }
}

extension Arguments {
  /// A tokenizer: from `train_tokenizer`, of a model, or in a folder.
  func tokenizer(_ index: Int) throws -> Tokenizer {
    if let object = self[index].asDomain as? TokenizerObject { return object.tokenizer }
    if self[index].asDomain is ModelObject { return try model(index).tokenizer }
    return try Tokenizer(directory: path(index))
  }

  /// A size by its name or a record of numbers; `small` where nothing is given.
  func architecture(_ index: Int, atLeast positions: Int) throws -> ModelArchitecture {
    var architecture = ModelArchitecture.named[2].architecture
    if let name = self[index].asText?.string {
      guard let found = ModelArchitecture.named.first(where: { $0.name == name }) else {
        let known = ModelArchitecture.named.map(\.name)
        throw bad(
          index,
          "no architecture \"\(name)\"; "
            + (nearest(name, among: known).map { "did you mean \"\($0)\"?" }
              ?? "there are \(known.joined(separator: ", ")), or give a record"))
      }
      architecture = found.architecture
    } else if !isNone(index) {
      for (name, value) in try fields(index) {
        if name == "dropout" {
          guard let number = value.asDouble else {
            throw bad(index, "architecture: dropout must be a number, found \(value.kindName)")
          }
          architecture.dropout = number
          continue
        }
        guard case .integer(let number) = value else {
          throw bad(index, "architecture: \(name) must be an Integer, found \(value.kindName)")
        }
        switch name {
        case "layers": architecture.layers = number
        case "hidden_size": architecture.hiddenSize = number
        case "heads": architecture.heads = number
        case "intermediate_size": architecture.intermediateSize = number
        case "max_positions": architecture.maxPositions = number
        default:
          throw bad(
            index,
            "architecture has no `\(name)`; it has layers, hidden_size, heads, "
              + "intermediate_size, max_positions, dropout")
        }
      }
    }
    architecture.maxPositions = max(architecture.maxPositions, positions)
    return architecture
  }
}
