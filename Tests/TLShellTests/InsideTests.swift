// Probes, attention, forgetting and CKA through the program: what they give, that they give it again,
// and what they say of bad input.

import Foundation
import TLTestSupport
import Testing

@Suite(.serialized) struct InsideTests {
  private static let prelude = """
    let run = adapt(donor, task, strategy: full_fine_tuning(), epochs: 2, learning_rate: 1e-3)
    let texts = map(rows, row => row.text)

    """

  @Test func whatIsInsideShowsItselfAndIsTheSameAgain() throws {
    let script =
      Self.prelude + """
        let before = probe(donor, task)
        let after = probe(run)
        expect(before == probe(donor, task) and before != after)
        expect(before.layers == [0, 1, 2, 3] and length(before.table) == 4)
        expect(before.table.accuracy[3] > 0.9 and before.table.control[3] < 0.95, "{before.table}")
        expect(probe(donor, task, layers: 1..2).table.accuracy == before.table.accuracy[1..2])
        expect(probe(donor, task, pool: "cls").table.selectivity[0] <= 0.5)
        expect(before.majority == 0.5)
        for kind in ["metric", "accuracy", "selectivity"] {
          expect(length(plot(before, kind: kind).data) == 1 and length(plot([before, after], kind: kind).data) == 1)
        }
        let seen = attention(donor, texts[0])
        let later = attention(run, texts[0])
        expect(seen == attention(donor, texts[0]) and seen != later)
        expect(seen.layers == 3 and seen.heads == 6 and length(seen.means) == 3)
        expect(attention(donor, texts[0], layer: 1, head: 2).map == attention_map(seen, layer: 1, head: 2))
        expect(attention_map(seen, layer: -1) == seen.map and length(seen.table) == length(seen.tokens) ^ 2)
        print(plot(seen).kinds, plot(seen, kind: "heads").kinds, length(unique(plot(seen, kind: "layers").data[0].map)))
        print(plot([seen, later], lang: "ru").kinds)
        let many = attention_summary(donor, texts)
        expect(many == attention_summary(donor, texts) and length(many.table) == 18 and many.entropy.row_count == 3)
        print(plot(many).kinds, plot([many, attention_summary(run, texts)], kind: "distance").kinds)
        let lost = forgetting(run, texts)
        expect(lost == forgetting(run, texts) and lost != forgetting(run, texts, seed: 1))
        expect(abs(lost.perplexity_before - exp(lost.loss_before)) < 1e-6 and lost.n >= length(texts))
        expect(abs(lost.change - (lost.loss_after - lost.loss_before)) < 1e-9 and lost.change != 0)
        let frozen = adapt(donor, task, strategy: feature_extraction(), epochs: 1)
        expect(forgetting(frozen, texts).change == 0)
        let alike = cka(donor, run, texts)
        expect(alike == cka(donor, run, texts) and alike.matrix.row_count == 4)
        expect(min(cka(donor, donor, texts).diagonal) > 0.999)
        expect(cka(donor, run, texts, pool: "cls").diagonal[0] == none)
        print(plot(alike).kinds, plot(alike, kind: "diagonal").kinds, plot(lost).kinds)
        before
        seen
        many
        lost
        alike
        """
    let outcome = try AdaptTests.run(script, in: TemporaryFolder())
    #expect(outcome.status == 0, "\(outcome)")
    for line in [
      "[\"heatmap\"] [\"heatmaps\"] 3", "[\"heatmaps\"]\n",
      "[\"heatmap\"] [\"curves\"] [\"bars\"]", "CKA  ",
    ] { #expect(outcome.output.contains(line), "\(line): \(outcome.output)") }
  }

  @Test(arguments: [
    ("probe(donor, task, layers: [9])", "has the layers 0 (embeddings) to 3, found 9"),
    ("probe(donor, task, layers: [])", "the list of layers is empty"),
    ("probe(donor)", "only a run has one of its own"),
    ("probe(donor, split(table(rows)))", "Task"),
    ("probe(donor, task, layers: [\"a\"])", "must hold Integer"),
    ("probe(donor, classification({train: rows |> table()}))", "the task has no test part"),
    (
      "probe(donor, classification({train: table(filter(rows, r => r.label == \"да\"))}))",
      "there is one class only, `да`"
    ),
    ("attention(donor, \"  \")", "the text is empty"),
    ("attention(donor, \"да\", layer: 4)", "the layers 1 to 3, found 4"),
    ("attention(donor, \"да\", layer: 0)", "the layers 1 to 3, found 0"),
    ("attention(donor, \"да\", head: 7)", "the heads 1 to 6, found 7"),
    ("plot([attention(donor, \"да\"), attention(donor, \"нет и нет\")])", "of other tokens"),
    ("attention_summary(donor, [])", "there are no texts"),
    ("attention_summary(donor, [\"да\", \"\"])", "text 1 is empty"),
    ("cka(donor, donor, [\"да\", \"нет\"])", "three texts or more, found 2"),
    ("cka(donor, task, [\"да\"])", "Model or Run"),
    ("forgetting(donor, [\"да\"])", "Run"),
    ("forgetting(adapt(donor, task, epochs: 1), [])", "there are no texts"),
  ])
  func mistakesAreSaidClearly(_ line: String, _ message: String) throws {
    let outcome = try AdaptTests.run(line + "\n", in: TemporaryFolder())
    #expect(outcome.status == 70 || outcome.status == 65, "\(line): \(outcome)")
    #expect(outcome.error.contains(message), "\(line): \(outcome.error)")
  }

  @Test func aDonorWithoutItsHeadCannotForget() throws {
    let folder = TemporaryFolder()
    let bare = folder.url.appendingPathComponent("bare")
    try FileManager.default.copyItem(at: URL(fileURLWithPath: AdaptTests.donor), to: bare)
    let weights = bare.appendingPathComponent("model.safetensors")
    var bytes = try Data(contentsOf: weights)
    let name = Data("cls.predictions.transform.dense.".utf8)
    while let found = bytes.range(of: name) { bytes[found.lowerBound] = UInt8(ascii: "x") }
    try bytes.write(to: weights)
    let outcome = try AdaptTests.run(
      "forgetting(adapt(model(\"\(bare.path)\"), task, epochs: 1), [\"да\"])\n", in: folder)
    #expect(outcome.status == 70, "\(outcome)")
    #expect(outcome.error.contains("has no masked-LM head"), "\(outcome.error)")
  }

  /// Each has a line of progress and ends soon after Ctrl-C; the session goes on.
  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      "probe(run, task, resamples: 100)", "attention_summary(run, texts)",
      "forgetting(run, texts, resamples: 100)", "cka(donor, run, texts)",
    ])
  func longWorkShowsProgressAndStops(_ call: String) throws {
    let folder = TemporaryFolder()
    let terminal = try PseudoTerminal.atPrompt(
      environment: ["TL_STORE": folder.url.path + "/store"])
    try terminal.enter("let donor = model(\"\(AdaptTests.donor)\")")
    try terminal.enter(
      "let rows = flat_map(1..40, n => [{text: \"день {n} хороший\", label: \"да\"}, "
        + "{text: \"день {n} плохой\", label: \"нет\"}])")
    try terminal.enter(
      "let small = table(rows) |> split(stratify: \"label\", seed: 1) |> classification()")
    try terminal.enter("let run = adapt(donor, small, strategy: lora(rank: 2), epochs: 1)")
    // Many times what is done before the key.
    try terminal.enter(
      "let texts = map(1..30_000, n => \"{n}\" + join(repeat([\" день хороший, рынок вырос\"], 12), \"\"))"
    )
    try terminal.enter(
      "let task = classification({train: table(map(texts, t => {text: t, label: if length(t) % 2 == 0 "
        + "{ \"да\" } else { \"нет\" }})), test: table(rows)})")
    terminal.line(call)
    let name = String(call.prefix { $0 != "(" })
    try terminal.expect("\(name): ", seconds: 30)
    Thread.sleep(forTimeInterval: 0.3)
    let start = Date()
    terminal.send("\u{03}")
    try terminal.expect("interrupted", seconds: 10)
    // 0.2 s on a quiet machine; tests share theirs.
    #expect(Date().timeIntervalSince(start) < 1.5)
    try terminal.expectPrompt()
    try terminal.line("8 * 111", shows: "888")
  }
}
