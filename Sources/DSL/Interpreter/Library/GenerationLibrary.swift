// Generation: texts that an encoder-decoder writes, a donor as it is or adapted.

import Synchronization
import TLAnalysis
import TLModels
import TLSyntax
import TLTensor
import TLText
import TLTransfer

enum GenerationLibrary {
  static let functions: [LibraryFunction] = [generate]

  static let generate = LibraryFunction(
    "generate", .donors, "what an encoder-decoder writes for a text, or for several",
    [
      ParameterDeclaration(
        "model", [.model, .run], "a model such as T5 from `model`, or a run of a summarization"),
      ParameterDeclaration("text", [.text, .list], "a text, or a list of texts", of: .text),
      ParameterDeclaration(
        "beams", .integer, "texts that are followed at once; 1: the likeliest token each time",
        default: .integer(1), in: 1...1000),
      ParameterDeclaration(
        "max_new_tokens", .integer,
        "the most tokens to write; 64, or what the run's task says, if not given", default: .none,
        in: 1...100_000),
      ParameterDeclaration(
        "min_new_tokens", .integer, "the text does not end before", default: .integer(0),
        in: 0...100_000),
      ParameterDeclaration(
        "length_penalty", .number,
        "a finished beam's log-probability is divided by its length to this power; more is longer",
        default: .number(1), in: -100...100),
      ParameterDeclaration(
        "early_stopping", .text,
        "when beams end: by heuristic, as soon as all are full, or never before it is certain",
        default: .text("heuristic"),
        choices: GenerationSettings.EarlyStopping.allCases.map(\.rawValue)),
      ParameterDeclaration(
        "no_repeat_ngram", .integer, "no sequence of so many tokens comes twice; 0: any may",
        default: .integer(0), in: 0...1000),
      ParameterDeclaration(
        "repetition_penalty", .number, "above 1, tokens that are there become less likely",
        default: .number(1), in: 0.01...100),
      ParameterDeclaration(
        "temperature", .number, "draws tokens: below 1 likelier ones, above 1 others too",
        default: .none, in: 1e-6...1000),
      ParameterDeclaration(
        "top_k", .integer, "draws among so many likeliest tokens", default: .none,
        in: 1...10_000_000
      ),
      ParameterDeclaration(
        "top_p", .number, "draws among the likeliest tokens that have this probability together",
        default: .none, in: 1e-9...1),
      ParameterDeclaration("seed", .integer, "of the draws", default: .integer(0)),
      ParameterDeclaration(
        "n", .integer, "texts for each: draws, or the best beams", default: .integer(1),
        in: 1...1000
      ),
      ParameterDeclaration(
        "diversity_penalty", .number,
        "above 0, beams go in n groups, of which later ones avoid the tokens of earlier ones",
        default: .number(0), in: 0...1e9),
      ParameterDeclaration(
        "prefix", .text, "stands before every text; the run's own if not given", default: .none),
      ParameterDeclaration(
        "max_length", .integer, "longer texts are cut, in tokens", default: .none, in: 2...1_000_000
      ),
      ParameterDeclaration(
        "precision", .text, "of matrix products", default: .text("float32"),
        choices: ["float32", "bf16"]),
    ],
    result: [.text, .list],
    inferred: { kinds in
      kinds[1].set == .list ? .list : Kind([.text, .list])
    },
    examples: [
      .init(
        "generate(writer, \"Мама мыла раму, а папа читал газету у окна.\")", "Мама читала газет"),
      .init(
        "generate(writer, [\"The river rose in spring.\", \"Ёлка, ёж и йод 2024!\"])",
        "[\"Весной река вышла\", \"ж.\"]"),
      .init(
        "generate(writer, [\"Весна\", \"Река\"], beams: 4, n: 2, max_new_tokens: 8) |> map(length)",
        "[2, 2]"),
      .init(
        "generate(writer, \"Весна\", temperature: 0.8, top_p: 0.9, seed: 3) == "
          + "generate(writer, \"Весна\", temperature: 0.8, top_p: 0.9, seed: 3)", "true"),
    ],
    details: "Names and results are those of transformers' `generate`. With temperature, top_k or "
      + "top_p tokens are drawn, by the seed; else the likeliest are taken. For a list of texts a "
      + "list; with n above 1 a list of texts for each. Ctrl-C at the prompt gives what is written "
      + "so far."
  ) { call in
    var settings = GenerationSettings()
    var writer: Writer
    let prefix = call.isNone(15) ? nil : try call.text(15)
    let maxLength = call.isNone(16) ? nil : try call.integer(16)
    if let object = call[0].asDomain as? RunObject {
      writer = try object.run.textWriter()
      settings.maxNewTokens = object.run.generationSettings.maxNewTokens
      if let prefix { writer.prefix = prefix }
      if let maxLength {
        writer.maxLength = min(maxLength, object.run.adaptation.donor.longestText)
      }
    } else {
      writer = try call.model(0).textWriter(prefix: prefix ?? "", maxLength: maxLength)
    }
    settings.beams = try call.integer(2)
    if !call.isNone(3) {
      settings.maxNewTokens = try call.integer(3)
    } else if let longest = writer.model.configuration.longestText {
      settings.maxNewTokens = min(settings.maxNewTokens, longest)
    }
    settings.minNewTokens = try call.integer(4)
    settings.lengthPenalty = try call.number(5)
    settings.earlyStopping =
      GenerationSettings.EarlyStopping(rawValue: try call.text(6)) ?? .heuristic
    settings.noRepeatNGram = try call.integer(7)
    settings.repetitionPenalty = try call.number(8)
    settings.isSampling = !(call.isNone(9) && call.isNone(10) && call.isNone(11))
    if !call.isNone(9) { settings.temperature = try call.number(9) }
    if !call.isNone(10) { settings.topK = try call.integer(10) }
    if !call.isNone(11) { settings.topP = try call.number(11) }
    settings.seed = UInt64(bitPattern: Int64(try call.integer(12)))
    settings.results = try call.integer(13)
    settings.diversityPenalty = try call.number(14)
    if settings.diversityPenalty > 0 { settings.groups = settings.results }
    settings.precision = Precision(rawValue: try call.text(17)) ?? .float32
    if settings.isSampling, settings.beams > 1 {
      throw call.bad(
        2, "`beams` go without draws; leave out `beams`, or `temperature`, `top_k` and `top_p`")
    }
    if !settings.isSampling, settings.results > settings.beams {
      throw call.bad(
        13,
        "`n` must be at most `beams`, \(settings.beams), found \(settings.results); give as many "
          + "`beams`, or draw with `temperature`, `top_k` or `top_p`")
    }
    if settings.beams % settings.groups != 0 {
      throw call.bad(
        13,
        "with `diversity_penalty` `n` must divide `beams`, \(settings.beams), found "
          + "\(settings.results)")
    }
    let texts = try call.texts(1)
    let found = try write(call, writer, texts, settings)
    let values = found.map { texts -> Value in
      settings.results == 1 ? .text(texts.first?.text ?? "") : .texts(texts.map(\.text))
    }
    if call[1].asText != nil { return values.first ?? .text("") }
    return .list(ContiguousArray(values))
  }

  /// Writes texts with progress; after Ctrl-C at the prompt those that there are.
  static func write(
    _ call: Arguments, _ writer: Writer, _ texts: [String], _ settings: GenerationSettings
  ) throws -> [[Writer.Text]] {
    let notices = Notices(call, total: texts.count)
    defer { notices.end() }
    let written: @Sendable (String) -> Void = { notices.writing($0) }
    let done: @Sendable (Int) -> Void = { notices.done($0) }
    let found = try writer.texts(
      texts, settings, isStopped: call.isStopped, written: texts.count == 1 ? written : nil,
      done: done)
    if call.isStopped() {
      guard call.machine.keepsInterrupted, found.contains(where: { !$0.isEmpty }) else {
        throw Interruption(isStepLimit: false)
      }
      call.machine.cancellation.reset()
    }
    return found
  }

  /// What a run has written for a part, or writes now.
  static func summaries(
    _ call: Arguments, _ run: AdaptedRun, _ part: TaskPart
  ) throws -> TextPredictions {
    let notices = Notices(call, total: run.adaptation.task.count(part))
    defer { notices.end() }
    return try run.summaries(part, isStopped: call.isStopped, done: { notices.done($0) })
  }

  /// What several threads have to say, one at a time.
  private final class Notices: Sendable {
    private struct Line {
      let machine: Machine
    }
    private nonisolated(unsafe) let line: Line
    private let total: Int
    private let mutex = Mutex(0)

    init(_ call: Arguments, total: Int) {
      line = Line(machine: call.machine)
      self.total = total
    }

    func writing(_ text: String) {
      mutex.withLock { _ in line.machine.notify(.writing(text)) }
    }

    func done(_ count: Int) {
      guard total > 1 else { return }
      mutex.withLock { most in
        guard count > most else { return }
        most = count
        line.machine.notify(
          .progress(
            label: "texts \(count)/\(total)", share: Double(count) / Double(total), details: []))
      }
    }

    func end() { mutex.withLock { _ in line.machine.notify(.done) } }
  }
}
