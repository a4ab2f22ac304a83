// What a model holds inside, before and after adaptation: probes of its layers, where its heads look,
// what it has forgotten, and how alike its layers are to another's.

import Glibc
import Synchronization
import TLAnalysis
import TLSyntax
import TLText
import TLTransfer

enum ProbeLibrary {
  static let functions: [LibraryFunction] = [
    probe, attention, attentionMap, attentionSummary, forgetting, cka,
  ]

  private static func donorOrRun(_ name: String = "donor") -> ParameterDeclaration {
    ParameterDeclaration(
      name, [.model, .run], "a model from `model`, or a run from `adapt` for the adapted one")
  }
  private static let texts = ParameterDeclaration("texts", .list, "texts", of: .text)
  private static let pool = ParameterDeclaration(
    "pool", .text, "how the vectors of a text's tokens become one", default: .text("mean"),
    choices: ["cls", "mean", "max"])
  private static let maxLength = ParameterDeclaration(
    "max_length", .integer, "cuts what is longer, in tokens", default: .none, in: 2...1_000_000)
  private static let resamples = ParameterDeclaration(
    "resamples", .integer, "of the bootstrap", default: .integer(1000), in: 100...1_000_000)

  static let probe = LibraryFunction(
    "probe", .interpretation, "what a linear classifier finds in each layer of a model",
    [
      donorOrRun(),
      ParameterDeclaration(
        "task", .task, "whose labels are looked for; the run's own if not given", default: .none),
      ParameterDeclaration(
        "layers", [.list, .range, .integer],
        "0 for the embeddings, 1 for the first block; all if not given", default: .none),
      pool,
      ParameterDeclaration(
        "part", .text, "which part of the task it is measured on", default: .text("test"),
        choices: ["validation", "test"]),
      ParameterDeclaration(
        "c", .number, "the inverse of the penalty of large weights", default: .number(1),
        in: 1e-6...1e6),
      maxLength, resamples,
      ParameterDeclaration(
        "seed", .integer, "of the control labels and of the resamples", default: .integer(0)),
    ],
    result: Kind(.probe),
    examples: [
      .init(
        "probe(donor, task).table |> columns",
        "[\"layer\", \"macro_f1\", \"lower\", \"upper\", \"accuracy\", \"accuracy_lower\", "
          + "\"accuracy_upper\", \"control\", \"selectivity\"]"),
      .init("probe(trained, layers: [0, -1]).layers", "[0, 3]"),
      .init("plot([probe(donor, task), probe(trained)]).kinds", "[\"curves\"]"),
    ],
    details: "Logistic regression on the frozen, standardized vectors of the train part, by the "
      + "headline metric and by accuracy with 95% intervals (bootstrap over texts). Of a task of "
      + "tags the vector of a word is that of its first token. `control` is the accuracy with "
      + "labels without meaning: those of texts are shuffled, each kind of word has one drawn at "
      + "random; `selectivity` is what the right ones have above it (Hewitt and Liang, 2019). One "
      + "pass through the model serves all layers."
  ) { call in
    var settings = ProbeSettings()
    if let range = call[2].asRange {
      guard range.count <= 10_001 else { throw call.bad(2, "there are not so many layers") }
      settings.layers = range.count == 0 ? [] : Array(range.first...range.last)
    } else if case .integer(let layer) = call[2] {
      settings.layers = [layer]
    } else if !call.isNone(2) {
      settings.layers = try call.list(2).enumerated().map { position, element in
        guard case .integer(let layer) = element else {
          throw call.bad(
            2,
            "`layers` must hold Integer, found \(element.kindName) \(brief(element)) at position "
              + "\(position)")
        }
        return layer
      }
    }
    settings.pooling = FrozenFeatures.Pooling(rawValue: try call.text(3)) ?? .mean
    settings.part = try call.part(4)
    settings.c = try call.number(5)
    settings.resamples = try call.integer(7)
    settings.seed = UInt64(bitPattern: Int64(try call.integer(8)))
    let task: TransferTask
    if !call.isNone(1) {
      task = try call.task(1)
    } else if let run = call[0].asDomain as? RunObject {
      task = run.run.adaptation.task
    } else {
      throw call.bad(1, "`task` says which labels to look for; only a run has one of its own")
    }
    let encoder = try call.encoder(0, limit: 6)
    let wanted = settings
    return .object(
      ProbeObject(
        try call.watchedCost {
          try encoder.probe(task, wanted, isStopped: call.isStopped, progress: $0)
        },
        pooling: wanted.pooling.rawValue))
  }

  static let attention = LibraryFunction(
    "attention", .interpretation, "where the tokens of a text look, by layer and head",
    [
      donorOrRun(), ParameterDeclaration("text", .text, "a text"),
      ParameterDeclaration(
        "layer", .integer, "shown first: 1 for the first, -1 for the last; none: the mean of all",
        default: .integer(-1)),
      ParameterDeclaration(
        "head", .integer, "shown first: 1 for the first; the mean of all if not given",
        default: .none),
      maxLength,
    ],
    result: Kind(.attention),
    examples: [
      .init(
        "let seen = attention(donor, \"мама мыла раму\")\n"
          + "seen.map.row_count == length(seen.tokens)", "true"),
      .init(
        "let text = \"рынок вырос\"\n"
          + "plot([attention(donor, text), attention(trained, text)]).kinds",
        "[\"heatmaps\"]"),
    ],
    details: "`map` is the map of `layer` and `head`, a row for each token that looks, with sum 1; "
      + "`attention_map` gives any other. `plot` draws it, `kind: \"heads\"` all heads of the layer and "
      + "`kind: \"layers\"` the mean of each layer; a list of two of the same text before, after and the "
      + "difference."
  ) { call in
    let found = try call.encoder(0, limit: 4).attention(call.text(1))
    let layer = call.isNone(2) ? nil : try call.integer(2)
    let head = call.isNone(3) ? nil : try call.integer(3)
    return .object(try AttentionObject(found, layer: layer, head: head))
  }

  static let attentionMap = LibraryFunction(
    "attention_map", .interpretation, "the map of one layer and head, or the mean of several",
    [
      ParameterDeclaration("attention", .attention, "from `attention`"),
      ParameterDeclaration(
        "layer", .integer, "1 for the first, -1 for the last; the mean of all if not given",
        default: .none),
      ParameterDeclaration(
        "head", .integer, "1 for the first, -1 for the last; the mean of all if not given",
        default: .none),
    ],
    result: .matrix,
    examples: [
      .init(
        "let seen = attention(donor, \"мама мыла раму\")\n"
          + "round(sum(attention_map(seen, layer: 1, head: 2)[0]), digits: 4)", "1.0")
    ]
  ) { call in
    guard let object = call[0].asDomain as? AttentionObject else {
      throw call.wrongKind(0, expected: .attention)
    }
    return .object(
      MatrixObject(
        try object.attention.map(
          layer: call.isNone(1) ? nil : call.integer(1),
          head: call.isNone(2) ? nil : call.integer(2))))
  }

  static let attentionSummary = LibraryFunction(
    "attention_summary", .interpretation,
    "how spread and how far each head looks, over many texts",
    [donorOrRun(), texts, maxLength],
    result: .any,
    examples: [
      .init(
        "attention_summary(donor, [\"рынок вырос\", \"новый мост\"]).table |> columns",
        "[\"layer\", \"head\", \"entropy\", \"distance\", \"first\", \"separator\"]")
    ],
    details: "Means over all tokens of all texts, special ones included: `entropy` in nats, "
      + "`distance` in tokens, and the shares that go to the `first` token, [CLS], and to the "
      + "`separator`s. `plot` draws entropy and distance by layer and head, `kind:` one of the four; a "
      + "list of two, such as donor and run, before, after and the difference."
  ) { call in
    let texts = try call.texts(1)
    let encoder = try call.encoder(0, limit: 2)
    return .object(
      AttentionSummaryObject(
        try call.watchedCost {
          try encoder.attentionSummary(texts, isStopped: call.isStopped, progress: $0)
        }))
  }

  static let forgetting = LibraryFunction(
    "forgetting", .interpretation,
    "what a run lost of its donor's first task: the loss of hidden words in general texts",
    [
      TrainingLibrary.run0, texts,
      ParameterDeclaration(
        "share", .number, "of the tokens of a text that are hidden", default: .number(0.15),
        in: 0.001...0.9),
      maxLength, resamples,
      ParameterDeclaration(
        "seed", .integer, "of what is hidden and of the resamples", default: .integer(0)),
    ],
    result: .any,
    examples: [
      .init(
        "forgetting(trained, [\"Столица страны стоит на реке.\"]).table.model",
        "[\"before\", \"after\"]")
    ],
    details: "The same tokens are hidden from both, all behind the mask token; special and unknown "
      + "tokens are left. The donor's own masked-LM head guesses on the vectors of the donor and on "
      + "those of the adapted encoder. `loss` is in nats for each hidden token, `perplexity` its "
      + "exponential; intervals by bootstrap over texts, the change by the paired one."
  ) { call in
    let run = try call.run(0)
    let texts = try call.texts(1)
    let share = try call.number(2)
    let limit = call.isNone(3) ? nil : try call.integer(3)
    let resamples = try call.integer(4)
    let seed = UInt64(bitPattern: Int64(try call.integer(5)))
    return .object(
      ForgettingObject(
        try call.watchedCost {
          try run.forgetting(
            texts, share: share, maxLength: limit, resamples: resamples, seed: seed,
            isStopped: call.isStopped, progress: $0)
        }))
  }

  static let cka = LibraryFunction(
    "cka", .interpretation, "how alike the layers of two models are, over texts",
    [donorOrRun("first"), donorOrRun("second"), texts, pool, maxLength],
    result: .any,
    examples: [
      .init(
        "round(cka(donor, donor, [\"рынок вырос\", \"новый мост\", \"плохой день\"]).diagonal[1], "
          + "digits: 4)", "1.0"),
      .init(
        "plot(cka(donor, trained, [\"рынок вырос\", \"новый мост\", \"плохой день\"])).kinds",
        "[\"heatmap\"]"),
    ],
    details:
      "Linear CKA (Kornblith et al., 2019) of the vectors of texts, 1 for layers that are the "
      + "same but for rotation and scale. `matrix` has a row for each layer of the first and a column "
      + "for each of the second, from the embeddings on; `diagonal` compares layer by layer. Take "
      + "more texts than the vectors have numbers: with fewer CKA is high by nature. With "
      + "`pool: \"cls\"` layer 0 is the same for all texts and has no value."
  ) { call in
    let texts = try call.texts(2)
    let pooling = FrozenFeatures.Pooling(rawValue: try call.text(3)) ?? .mean
    let (first, second) = (try call.encoder(0, limit: 4), try call.encoder(1, limit: 4))
    return .object(
      SimilarityObject(
        try call.watchedCost {
          try first.similarity(
            to: second, texts, pooling: pooling, isStopped: call.isStopped, progress: $0)
        }))
  }
}

extension Arguments {
  /// A model, or the adapted one of a run, as a reader of texts.
  func encoder(_ index: Int, limit: Int) throws -> EmbeddingEncoder {
    let maxLength = isNone(limit) ? nil : try integer(limit)
    if self[index].asDomain is RunObject { return try run(index).encoder(maxLength) }
    return try model(index).encoder(maxLength)
  }

  /// Does the work and says what it took.
  func costed<Result>(_ work: () throws -> Result) throws -> Result {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    let began = now()
    let result = try work()
    let seconds = now() - began
    if seconds > 0.1 {
      machine.notify(.cost("\(function.name) ran \(Rounded.fixed(seconds, 2)) s"))
    }
    return result
  }

  /// The same with a line of progress; what stages say may come from any thread.
  func watchedCost<Result>(
    _ work: (@escaping @Sendable (String, Double) -> Void) throws -> Result
  ) throws -> Result {
    let line = ProgressLine(self)
    defer { line.end() }
    return try costed { try work { line.say($0, $1) } }
  }
}

/// What several threads have to say of one piece of work, one at a time and never backwards.
private final class ProgressLine: Sendable {
  private struct Line {
    let machine: Machine
    let name: String
  }
  private nonisolated(unsafe) let line: Line
  private let mutex = Mutex(0.0)

  init(_ call: Arguments) { line = Line(machine: call.machine, name: call.function.name) }

  func say(_ stage: String, _ share: Double) {
    mutex.withLock { most in
      guard share > most else { return }
      most = share
      line.machine.notify(
        .progress(label: "\(line.name): \(stage)", share: min(1, share), details: []))
    }
  }

  func end() { mutex.withLock { _ in line.machine.notify(.done) } }
}
