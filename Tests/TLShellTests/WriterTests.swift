// Models that write, through the program: a summarization from data to texts, what is stored of it, and
// what is refused.

import Foundation
import TLShell
import TLTestSupport
import Testing

@Suite(.serialized) struct WriterTests {
  /// A script that binds `writer`, `donor` and `task`.
  static let task = """
    let writer = model("\(Fixtures.donor("t5"))")
    let donor = model("\(Fixtures.donor("bert"))")
    let rows = map(1..40, n => {text: "день {n} хороший, рынок вырос", summary: "рынок {n}"})
    let task = table(rows) |> split(seed: 1) |> summarization(max_target: 8)

    """

  static func run(
    _ script: String, in store: TemporaryFolder
  ) throws -> BuiltProgram.Outcome {
    try BuiltProgram.run(
      "\"$TL\" run s.tl", environment: ["TL_STORE": store.url.path + "/store"],
      files: ["s.tl": Data((task + script).utf8)])
  }

  @Test(arguments: [
    "lora(rank: 2)", "adapters(bottleneck: 4)", "full_fine_tuning()", "layerwise()",
    "feature_extraction()",
  ])
  func aRunWritesIsMeasuredAndStored(strategy: String) throws {
    let store = TemporaryFolder()
    let script = """
      let run = adapt(writer, task, strategy: \(strategy), epochs: 2, learning_rate: 1e-3)
      print(keys(run.validation))
      print(evaluate(run).n, length(evaluate(run).texts), evaluate(run).texts |> columns)
      print(predict(run, ["день", "рынок"]) |> columns)
      print(generate(run, "день", beams: 2) == generate(run, "день", beams: 2))
      """
    let first = try Self.run(script, in: store)
    #expect(first.status == 0 && first.error.hasPrefix("ran "), "\(first)")
    #expect(
      first.output == """
        ["loss", "perplexity"]
        6 6 ["reference", "written"]
        ["text", "written"]
        true

        """, "\(first)")
    let second = try Self.run(script, in: store)
    #expect(second.error.hasPrefix("stored (run ") && second.output == first.output, "\(second)")
  }

  @Test func aRunIsComparedWithWhatRougeMeasured() throws {
    let store = TemporaryFolder()
    let outcome = try Self.run(
      """
      let run = adapt(writer, task, epochs: 1)
      let lead = rouge(extractive_summary(task.test.source), task.test.target)
      let found = compare(run, lead)
      print(found.metric, found.n, found.second == lead.rouge_l)
      print(compare(lead, evaluate(run), metric: "rouge_1").first == lead.rouge_1)
      print(evaluate(run).predictions == evaluate(run).texts)
      print(found)
      print(try { compare(run, rouge("а", "б")) } catch problem { problem.message })
      print(try { compare(run, "а") } catch problem { problem.message })
      """, in: store)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.hasPrefix("rouge_l 6 true\ntrue\ntrue\nrun "), "\(outcome)")
    #expect(outcome.output.contains("\nrouge(…)  ROUGE-L "), "\(outcome)")
    #expect(outcome.output.contains("`task.test.target`: 6 and 1 found"), "\(outcome)")
    #expect(
      outcome.output.hasSuffix("must be Run, Evaluation or Calibration, found Text \"а\"\n"),
      "\(outcome)")
  }

  @Test func whatCannotBeIsRefused() throws {
    let cases: [(call: String, message: String)] = [
      ("generate(donor, \"a\")", "bert is an encoder, which writes no texts"),
      ("adapt(donor, task)", "a summarization needs an encoder-decoder such as T5"),
      ("embeddings(writer, [\"a\"])", "t5 is an encoder-decoder, this is for encoders"),
      ("generate(writer, \"  \")", "text 0 is empty"),
      ("generate(writer, \"a\", beams: 500)", "half as many beams as the vocabulary"),
      ("generate(writer, \"a\", beams: 2, top_k: 5)", "`beams` go without draws"),
      ("generate(writer, \"a\", n: 2)", "`n` must be at most `beams`, 1, found 2"),
      ("adapt(writer, task, strategy: linear_probe())", "linear_probe is for encoders"),
      ("adapt(writer, task, metric: \"rouge_l\")", "measured by loss or perplexity"),
      ("adapt(writer, task, class_weights: \"balanced\")", "class_weights are for tasks"),
      (
        "summarization({train: table([{text: \"a\", summary: \" \"}])})",
        "row 0: column `summary` is empty"
      ),
      (
        "adapt(writer, classification({train: table([{text: \"a\", label: \"x\"}, "
          + "{text: \"b\", label: \"y\"}])}))", "t5 writes texts, the task is a classification"
      ),
    ]
    let store = TemporaryFolder()
    let script = cases.map { "try { \($0.call) } catch problem { print(problem.message) }" }
      .joined(separator: "\n")
    let outcome = try Self.run(script, in: store)
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.status == 0 && lines.count == cases.count, "\(outcome)")
    for (line, given) in zip(lines, cases) {
      #expect(line.contains(given.message), "\(given.call): \(line)")
    }
  }

  @Test func aTextComesTokenByTokenInATerminalAndIsThereOnce() throws {
    let terminal = try PseudoTerminal.atPrompt(columns: 60)
    try terminal.enter("let w = model(\"\(Fixtures.donor("t5"))\")")
    terminal.line("generate(w, \"Мама мыла раму, а папа читал газету у окна.\")")
    // Each token is put behind the ones before; the whole is taken away before the value.
    try terminal.expect("Мама читала газет")
    try terminal.expect("\r\u{1B}[J")
    try terminal.expect("Мама читала газет")
    try terminal.expectPrompt()
  }

  @Test func aStreamedTextDrawsOnlyWhatIsNew() {
    #expect(StreamedText.layout("абвгд\nе", width: 3) == ["абв", "гд", "е"])
    #expect(StreamedText.layout("日本語", width: 5) == ["日本", "語"])
    #expect(StreamedText.layout("a\u{1B}b", width: 20).count == 1)
    #expect(!StreamedText.layout("a\u{1B}b", width: 20)[0].contains("\u{1B}"))
    var text = StreamedText()
    #expect(text.draw("аб", width: 4, height: 10) == "аб")
    #expect(text.draw("абв", width: 4, height: 10) == "в")
    #expect(text.draw("абвгде", width: 4, height: 10) == "г\r\nде")
    #expect(text.draw("абвгде", width: 4, height: 10) == "")
    // Another beginning: up, clear, all of it.
    #expect(text.draw("Абвгде", width: 4, height: 10) == "\r\u{1B}[1A\u{1B}[JАбвг\r\nде")
    #expect(text.erase() == "\r\u{1B}[1A\u{1B}[J")
    #expect(text.erase() == "")
    #expect(text.draw("а\nб\nв", width: 4, height: 3) == "" && text.isTooTall)
  }
}
