// Projections and calibration through the program: what they give, and what they say of bad input.

import Foundation
import TLTestSupport
import Testing

@Suite(.serialized) struct ProjectionTests {
  static let points = """
    let points = map(1..60, n => [cos(n), sin(2 * n), if n <= 30 { 0 } else { 9 }])
    let sides = map(1..60, n => if n <= 30 { "слева" } else { "справа" })

    """

  private static func run(_ script: String, in store: TemporaryFolder) throws
    -> BuiltProgram.Outcome
  {
    try BuiltProgram.run(
      "\"$TL\" run s.tl", environment: ["TL_STORE": store.url.path + "/store"],
      files: ["s.tl": Data(script.utf8)])
  }

  @Test func aProjectionShowsItselfAndJoinsTables() throws {
    let script =
      Self.points + """
        for picture in [umap(points, labels: sides), tsne(points, labels: sides, perplexity: 8)] {
          print(picture.method, picture.n, picture.dimensions, picture.state)
          print(picture.table |> columns, picture.table |> with_column("side", sides) |> length)
          expect(neighbor_accuracy(picture, neighbors: 5) == 1)
          expect(picture.trustworthiness > 0.9)
        }
        expect(umap(points) == umap(points, labels: sides))
        expect(umap(points, seed: 1) != umap(points))
        let flat = pca(points)
        print(transform(flat, points) == flat.coordinates, transform(umap(points), points).row_count)
        let rows = table(map(points, p => {x: p[0], y: p[1], z: p[2]}))
        print(pca(rows).coordinates == flat.coordinates)
        print(plot(umap(points, labels: sides)).kinds, plot(flat, kind: "variance").kinds)
        expect(length(plot(tsne(points, labels: sides, perplexity: 8)).data[0]) == 60)
        umap(points, labels: sides)
        """
    let outcome = try Self.run(script, in: TemporaryFolder())
    #expect(outcome.status == 0, "\(outcome)")
    for line in [
      "umap 60 2 finished", "[\"scatter\"] [\"bars\"]", "tsne 60 2 finished",
      "[\"x\", \"y\", \"label\"] 60", "true 60",
      "Projection  umap · 60 points, 3 → 2 · trustworthiness", "слева",
    ] {
      #expect(outcome.output.contains(line), "\(line): \(outcome.output)")
    }
  }

  @Test(arguments: [
    ("umap(points |> take(9))", "needs at least 15 points, found 9"),
    ("tsne(points |> take(20))", "use a perplexity of 1 to 6"),
    ("tsne(points |> take(3))", "needs at least 4 points"),
    ("pca([])", "no columns"), ("pca([[1, 2]])", "at least 2 points, found 1"),
    ("umap(map(points, p => [1, 2]))", "all 60 points are the same"),
    ("pca(points, dimensions: 4)", "has 1 to 3 components"),
    ("pca(append(points, [1, 2]))", "row 60 of `points` has 2 numbers, row 0 has 3"),
    ("pca(table([{x: 1, y: \"да\"}, {x: 2, y: \"да\"}]))", "column `y` holds text"),
    ("pca(table([{x: 1, y: 2}, {x: 2}, {x: 3, y: 1}]))", "no number in row 1"),
    ("umap(points, labels: [1])", "one for each of the 60 points, found 1"),
    ("transform(tsne(points, perplexity: 5), points)", "no place for other points"),
    ("transform(pca(points), [[1]])", "have 1 columns, the pca has 3"),
    ("neighbor_accuracy(points, map(points, p => 1))", "only one"),
    ("neighbor_accuracy(pca(points))", "labels of the points are needed"),
    ("trustworthiness(pca(points), neighbors: 30)", "more than 60 points, found 60"),
    ("umap(append(points, [0, 0, 0]), metric: \"cosine\")", "row 60 of the points is all zeros"),
    ("tsne(points, perplexity: 5, metric: \"cosin\")", "found \"cosin\""),
  ])
  func mistakesAreSaidClearly(_ line: String, _ message: String) throws {
    let outcome = try Self.run(Self.points + line + "\n", in: TemporaryFolder())
    #expect(outcome.status == 70 || outcome.status == 65, "\(line): \(outcome)")
    #expect(outcome.error.contains(message), "\(line): \(outcome.error)")
  }

  @Test func embeddingsOfTextsAndWordsBeforeAndAfter() throws {
    let script =
      AdaptTests.task + """
        let run = adapt(donor, task, strategy: full_fine_tuning(), epochs: 1)
        let texts = map(rows, row => row.text)
        print(embeddings(donor, texts).row_count, embeddings(run, texts) != embeddings(donor, texts))
        let found = word_embeddings(donor, ["мама мыла раму", "", "дом"])
        print(found.words, found.texts, found.vectors.row_count)
        print(word_embeddings(run, [["мама", "мыла"]], layer: 1).vectors.column_count)
        print(word_embeddings(donor, []).vectors.row_count)
        """
    let outcome = try Self.run(script, in: TemporaryFolder())
    #expect(
      outcome.output == """
        80 true
        ["мама", "мыла", "раму", "дом"] [0, 0, 0, 2] 4
        36
        0

        """, "\(outcome)")
  }

  @Test func aCalibrationIsFittedOnValidationAndMeasuredOnTest() throws {
    let script = """
      let donor = model("\(AdaptTests.donor)")
      let rows = flat_map(1..60, n => [
        {text: "день {n} хороший, рынок вырос", label: if n % 7 == 0 { "нет" } else { "да" }},
        {text: "день {n} плохой, рынок упал", label: if n % 5 == 0 { "да" } else { "нет" }},
        {text: "дом {n} стоит, мост открыт", label: "дом"},
      ])
      let task = table(rows) |> split(train: 40%, validation: 30%, test: 30%, stratify: "label", seed: 1)
        |> classification()
      let run = adapt(donor, task, strategy: full_fine_tuning(), epochs: 6, learning_rate: 2e-3, seed: 3)
      for method in ["temperature", "platt", "isotonic"] {
        let calibrated = calibrate(run, method: method)
        expect(calibrated.method == method and calibrated.part == "test")
        expect(length(calibrated.metrics) == 5)
        expect(abs(calibrated.nll - evaluate(calibrated).nll) < 1e-12)
        expect(abs(reliability(calibrated).ece - calibrated.ece) < 1e-12)
        let before = filter(calibrated.metrics, row => row.metric == "nll")[0].before
        expect(abs(before - evaluate(run).nll) < 1e-12)
        let found = predict(calibrated, "рынок вырос").probabilities
        expect(abs(found["да"] + found["нет"] + found["дом"] - 1) < 1e-9)
        expect(compare(run, calibrated, metric: "nll").n == calibrated.n)
        expect(length(calibrated.parameters) > 0)
      }
      let bins = reliability(run, bins: 10)
      print(sum(bins.table.count) == bins.n, bins.bins, reliability(evaluate(run)).ece == reliability(run).ece)
      print(reliability(run, binning: "equal_mass").binning)
      print(plot(bins).kinds, plot(calibrate(run), lang: "ru").kinds, plot(calibrate(run), kind: "metrics").kinds)
      calibrate(run, method: "platt")
      """
    let outcome = try Self.run(script, in: TemporaryFolder())
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      outcome.output.hasPrefix(
        "true 10 true\nequal_mass\n[\"reliability\"] [\"reliability\"] [\"bars\"]\nCalibration  platt of "
      ), "\(outcome)")
  }

  @Test func tagsAreCalibratedByWord() throws {
    let script = """
      let donor = model("\(AdaptTests.donor)")
      let sentences = flat_map(1..30, n => [
        {tokens: ["Анна", "живёт", "в", "Омске"], ner_tags: ["B-PER", "O", "O", if n % 4 == 0 { "O" } else { "B-LOC" }]},
        {tokens: ["дом", "{n}", "закрыт"], ner_tags: ["O", "O", "O"]},
      ])
      let parts = table(sentences) |> split(train: 50%, validation: 25%, test: 25%, stratify: "ner_tags")
      let run = adapt(donor, tagging(parts), strategy: full_fine_tuning(), learning_rate: 2e-3, epochs: 10)
      for method in ["temperature", "platt", "isotonic"] {
        let calibrated = calibrate(run, method: method)
        expect(calibrated.n == reliability(run).n)
        expect(evaluate(calibrated).entity_f1 >= 0)
        let found = predict(calibrated, "Анна живёт в Омске.")
        expect(length(found) == 5 and min(found.probability) >= 0 and max(found.probability) <= 1)
      }
      print(reliability(run).n > 20)
      reliability(evaluate(run))
      """
    let outcome = try Self.run(script, in: TemporaryFolder())
    #expect(outcome.status == 70 && outcome.output == "true\n", "\(outcome)")
    #expect(outcome.error.contains("pass the run itself"), "\(outcome)")
  }

  @Test func aCalibrationNeedsAValidationPart() throws {
    let script =
      AdaptTests.task + """
        calibrate(adapt(donor, classification({train: table(rows), test: table(rows)}), epochs: 1))
        """
    let outcome = try Self.run(script, in: TemporaryFolder())
    #expect(outcome.status == 70)
    #expect(outcome.error.contains("no validation part"), "\(outcome)")
    let other = try Self.run(
      AdaptTests.task + "calibrate(adapt(donor, task, epochs: 1), method: \"plat\")",
      in: TemporaryFolder())
    #expect(other.error.contains("did you mean `platt`?"), "\(other)")
  }

  @Test func controlCKeepsTheLayoutSoFar() throws {
    let terminal = try PseudoTerminal([])
    try terminal.expectPrompt()
    terminal.line("let points = map(1..900, n => [cos(n), sin(3 * n), n % 7])")
    try terminal.expectPrompt()
    terminal.line("let picture = tsne(points, iterations: 1000000)")
    Thread.sleep(forTimeInterval: 1.5)
    terminal.send("\u{03}")
    try terminal.expectPrompt()
    terminal.line("picture.state")
    try terminal.expect("interrupted")
  }
}
