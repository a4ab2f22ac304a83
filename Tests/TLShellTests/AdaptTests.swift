// Training through the program: what is printed, stored, resumed after a kill, and refused.

import Foundation
import Glibc
import TLTestSupport
import Testing

@Suite(.serialized) struct AdaptTests {
  /// The project's own small BERT.
  static let donor = Fixtures.donor("bert")

  /// A script that binds `donor` and `task`.
  static let task = """
    let donor = model("\(donor)")
    let rows = flat_map(1..40, n => [
      {text: "день {n} хороший, рынок вырос", label: "да"},
      {text: "день {n} плохой, рынок упал", label: "нет"},
    ])
    let task = table(rows) |> split(stratify: "label", seed: 1) |> classification()

    """

  static func run(
    _ script: String, in store: TemporaryFolder, _ environment: [String: String] = [:]
  ) throws -> BuiltProgram.Outcome {
    var environment = environment
    environment["TL_STORE"] = store.url.path + "/store"
    return try BuiltProgram.run(
      "\"$TL\" run s.tl", environment: environment, files: ["s.tl": Data((task + script).utf8)])
  }

  @Test func whatATaskWarnsOfIsSaidOnce() throws {
    let store = TemporaryFolder()
    let script = """
      let same = classification({train: table(rows), test: table(take(rows, 2))})
      let again = same |> sample(10, seed: 1)
      print("made")
      same

      """
    let outcome = try Self.run(script, in: store)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.error.components(separatedBy: "of test are in train too").count == 2)
    // A value that is shown shows its notes, said or not.
    #expect(outcome.output.contains("note: "))
  }

  @Test func ownWordsAreTaggedAndEveryWordIsTold() throws {
    let store = TemporaryFolder()
    let script = """
      let sentences = map(1..20, n => {
        tokens: ["Иван", "уехал", "в", "Тверь", "{n}"], tags: ["B-PER", "O", "O", "B-LOC", "O"]})
      let names = tagging({train: table(sentences), test: table(take(sentences, 4))}, tags: "tags")
      let run = adapt(donor, names, epochs: 1, clip_norm: none)
      print(run.settings.clip_norm)
      print(predict(run, [["Иван", "а, б"], ["Т-34"]]).word)
      print(predict(run, names.test.tokens).text[-1])
      let said = evaluate(run).predictions
      print(columns(said), length(said), said.row[-1], said.word[3], said.gold[3])

      """
    let outcome = try Self.run(script, in: store)
    #expect(
      outcome.output == """
        none
        ["Иван", "а, б", "Т-34"]
        3
        ["row", "word", "gold", "predicted", "right"] 20 3 Тверь B-LOC

        """, "\(outcome)")
  }

  @Test func classesMayBeCalledLikeColumns() throws {
    let store = TemporaryFolder()
    let script = """
      let odd = classification({train: table([{text: "a", label: "text"}, {text: "b", label: "label"}])})
      let run = adapt(donor, odd, epochs: 1)
      print(predict(run, ["a"]) |> columns)
      print(zero_shot(donor, ["a"], "[text] [label]", {text: "рынок", other: "день"}) |> columns)
      print(try { predict(run, [["a"]]) } catch problem { problem.message })

      """
    let outcome = try Self.run(script, in: store)
    #expect(
      outcome.output == """
        ["text", "label", "probability label", "probability text"]
        ["text", "label", "probability text", "other"]
        predict: lists of words are for tagging, this is a classification: give texts, as `join` makes them

        """, "\(outcome)")
  }

  @Test func runsAreToldApartAndForgottenTogether() throws {
    let store = TemporaryFolder()
    let script = """
      let one = adapt(donor, task, epochs: 1, seed: 5)
      let two = adapt(donor, task, epochs: 20, patience: 1, learning_rate: 1e-12, seed: 6)
      print(two)
      print(compare(one, two))
      print(runs()[0].metric, runs()[0].value == two.test.macro_f1)
      print(try { forget([one, "ffffffffffff"]) } catch problem { "kept" }, length(runs()))
      print(forget([one, two.id, two]) > 0, length(runs()))
      print(try { compare(one, reliability(one)) } catch problem { problem.message })

      """
    let outcome = try Self.run(script, in: store)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      outcome.output.contains(" · stopped after 2 of 20 epochs · best epoch 1 · "), "\(outcome)")
    #expect(outcome.output.components(separatedBy: "\nrun ").count == 3, "\(outcome)")
    #expect(
      outcome.output.hasSuffix(
        """
        macro_f1 true
        kept 2
        true 0
        `second` of compare must be Run, Evaluation or Calibration, found Reliability

        """), "\(outcome)")
  }

  @Test func whatCannotBeginLeavesNoRun() throws {
    let store = TemporaryFolder()
    let script = """
      for weights in [[-1, 2], [0, 0], [1, 2, 3]] {
        print(try { adapt(donor, task, epochs: 1, class_weights: weights) } catch p { p.message })
      }
      print(try { adapt(donor, task, reinitialized_layers: 99) } catch p { "layers" })
      print(try { adapt(donor, task, strategy: lora(targets: "qery")) } catch p { "targets" })
      print(length(runs()))
      print(try { learning_rate_search(donor, task, rates: []) } catch p { p.message })

      """
    let outcome = try Self.run(script, in: store)
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      outcome.output == """
        adapt: class_weights: a weight is at least 0, found -1.0
        adapt: class_weights: all are 0, so there is nothing to learn
        adapt: class_weights has 3 numbers, the task 2 labels
        layers
        targets
        0
        learning_rate_search: `rates` is empty

        """)
  }

  @Test func aRunWhoseFilesAreDamagedSaysSo() throws {
    let store = TemporaryFolder()
    let first = try Self.run("print(adapt(donor, task, epochs: 1).id)\n", in: store)
    #expect(first.status == 0, "\(first)")
    let id = first.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let folder = store.url.appendingPathComponent("store/runs/" + id)
    let name = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .first { $0.hasPrefix("history") }
    try Data([0xFF, 0x00, 0x7B]).write(to: folder.appendingPathComponent(name ?? "history.json"))
    let second = try Self.run("run(\"\(id)\")\n", in: store)
    #expect(second.status == 70 && second.error.contains("is damaged"), "\(second)")
    #expect(second.error.contains("fresh: true"))
  }

  @Test func theSecondCallIsStored() throws {
    let store = TemporaryFolder()
    let script = "adapt(donor, task, strategy: lora(rank: 2), epochs: 2, seed: 3)\n"
    let first = try Self.run(script, in: store)
    #expect(first.status == 0 && first.error.hasPrefix("ran "), "\(first)")
    #expect(first.output.contains("lora(rank: 2"))
    // What a line cost, and what it was.
    #expect(first.error.contains("): lora(rank: 2") && first.error.contains("seed 3"), "\(first)")
    #expect(first.output.contains("parameters trained"))
    let second = try Self.run(script, in: store)
    #expect(second.error.hasPrefix("stored (run "), "\(second)")
    #expect(second.output == first.output)
    let other = try Self.run(script.replacing("seed: 3", with: "seed: 4"), in: store)
    #expect(other.error.hasPrefix("ran "))
    let fresh = try Self.run(script.replacing("seed: 3", with: "seed: 3, fresh: true"), in: store)
    #expect(fresh.error.hasPrefix("ran "))
  }

  /// The bytes of the only weights of a run; a run killed while it wrote them has a second name.
  private static func weights(of id: String, in store: TemporaryFolder) throws -> Data {
    let folder = "store/runs/" + id
    let names = store.names(folder).filter { $0.hasPrefix("weights.") }
    #expect(names.count == 1, "\(names)")
    return try Data(
      contentsOf: store.url.appendingPathComponent(folder + "/" + (names.first ?? "")))
  }

  /// Of one task, and of a task of classes with one of tags.
  static let killed = [
    """
    let run = adapt(donor, task, strategy: full_fine_tuning(), epochs: 60, learning_rate: 1e-3,
      batch_size: 4, dropout: 0.1, seed: 3)
    print(run.id)
    """,
    """
    let sentences = map(1..20, n => {
      tokens: ["Иван", "уехал", "в", "Тверь", "{n}"], tags: ["B-PER", "O", "O", "B-LOC", "O"]})
    let names = tagging({train: table(sentences), test: table(take(sentences, 4))},
      tokens: "tokens", tags: "tags")
    let run = adapt(donor, [task, names], strategy: full_fine_tuning(), epochs: 30,
      learning_rate: 1e-3, batch_size: 4, dropout: 0.1, seed: 3, sampling: "equal")
    print(run.id)
    """,
  ]

  @Test(arguments: killed)
  func aKilledRunGoesOnToTheSameBytes(_ script: String) throws {
    let calm = TemporaryFolder()
    let undisturbed = try Self.run(script, in: calm)
    #expect(undisturbed.status == 0, "\(undisturbed)")
    let id = undisturbed.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let expected = try Self.weights(of: id, in: calm)

    let store = TemporaryFolder()
    var random = SystemRandomNumberGenerator()
    var kills = 0
    for _ in 0..<20 {
      let seconds = Double.random(in: 0.05...0.6, using: &random)
      let outcome = try BuiltProgram.run(
        "\"$TL\" run s.tl & child=$!; sleep \(seconds); kill -9 $child 2>/dev/null; wait $child",
        environment: [
          "TL_STORE": store.url.path + "/store", "TL_CHECKPOINT_SECONDS": "0.05",
        ], files: ["s.tl": Data((Self.task + script).utf8)])
      if outcome.status == 0 { break }
      kills += 1
    }
    let resumed = try Self.run(script, in: store)
    #expect(resumed.status == 0, "\(resumed)")
    #expect(kills > 0)
    #expect(try Self.weights(of: id, in: store) == expected)
  }

  @Test(arguments: [
    ("adapt(donor, task, strategy: lora(rnk: 8))", 65, "did you mean `rank`?"),
    ("adapt(donor, task, metric: \"macro_f2\")", 65, "did you mean"),
    ("adapt(donor, task, metric: \"f1\")", 65, "did you mean `macro_f1`?"),
    ("adapt(donor, task, metric: \"entity_f1\")", 70, "not defined for classification"),
    ("adapt(donor, task, strategy: lora(targets: [\"qery\"]))", 70, "no linear layer `qery`"),
    ("adapt(donor, task, strategy: lora(rank: 500))", 70, "a rank of 500 is more than"),
    ("adapt(donor, task, learning_rate: 90, warmup_ratio: 0, epochs: 40)", 0, ""),
    ("adapt(donor, task, reinitialized_layers: 9)", 70, "the model has 3 layers"),
    ("model(\"no/such/thing/here\")", 66, "no/such/thing/here: there is no such folder"),
    ("model(\"./nosuch\")", 66, "./nosuch: there is no such folder; . has no folders"),
    ("model(\"/proc/none\")", 66, "/proc/none: there is no such folder; /proc has "),
    ("model(\"s.tl/\")", 66, "s.tl/: is a file, not a folder"),
    ("model(\"a b\")", 66, "is neither a folder nor a name like org/model"),
    ("classification({train: table([{text: \"a\", label: \"x\"}])})", 70, "one class only"),
    (
      "classification({train: table(rows), test: table([{text: \"a\", label: \"x\"}])})", 70,
      "has `x`, the classes are `да`, `нет`; the train part says what there is: split with `stratify`"
    ),
    (
      "compare(tfidf_baseline(task), tfidf_baseline(task), metric: \"acuracy\")", 65, "did you mean"
    ),
    ("adapt(donor, classification({train: table(rows)}), patience: 2)", 70, "validation part"),
    ("evaluate(adapt(donor, classification({train: table(rows)}), epochs: 1))", 70, "no test part"),
    ("table(rows) |> split(train: 90%)", 70, "must sum to 100%"),
    ("table(rows) |> split(stratify: \"lable\")", 70, "did you mean `label`?"),
    ("run(\"ffff\")", 70, "no stored run begins with"),
  ])
  func mistakesAreSaidClearly(_ line: String, _ status: Int32, _ message: String) throws {
    let outcome = try Self.run(line + "\n", in: TemporaryFolder())
    #expect(outcome.status == status, "\(line): \(outcome)")
    #expect(message.isEmpty || outcome.error.contains(message), "\(line): \(outcome.error)")
  }

  @Test func aTextOfManyTokensIsCutAndSaid() throws {
    let script = """
      let long = table(append(rows, {text: join(repeat(["день"], 100000) |> flatten, " "), label: "да"}))
      let cut = classification({train: long, test: table(rows)})
      let run = adapt(donor, cut, epochs: 1, max_length: 32)
      print(run.truncated)
      """
    let outcome = try Self.run(script, in: TemporaryFolder())
    #expect(outcome.output == "1\n", "\(outcome)")
  }

  @Test func aFolderThatCannotBeWrittenIsSaid() throws {
    let outcome = try BuiltProgram.run(
      "\"$TL\" run s.tl", environment: ["TL_STORE": "/proc/nowhere"],
      files: ["s.tl": Data((Self.task + "adapt(donor, task, epochs: 1)\n").utf8)])
    #expect(outcome.status == 70)
    #expect(outcome.error.contains("/proc/nowhere"), "\(outcome.error)")
  }

  @Test func tagsArePredictedForWords() throws {
    let script = """
      let sentences = flat_map(1..20, n => [
        {tokens: ["Анна", "живёт", "в", "Омске"], ner_tags: ["B-PER", "O", "O", "B-LOC"]},
        {tokens: ["дом", str(n), "закрыт"], ner_tags: ["O", "O", "O"]},
      ])
      """
    let outcome = try Self.run(
      script.replacing("str(n)", with: "\"{n}\"") + """

        let parts = table(sentences) |> split(train: 80%, validation: 0%, test: 20%, stratify: "ner_tags")
        let tags = tagging(parts)
        let run = adapt(donor, tags, strategy: full_fine_tuning(), learning_rate: 2e-3, epochs: 40)
        let found = predict(run, "Анна живёт в Омске.")
        print(found.word, found.tag[0], evaluate(run).entity_f1 > 0.9)
        """, in: TemporaryFolder())
    #expect(
      outcome.output == "[\"Анна\", \"живёт\", \"в\", \"Омске\", \".\"] B-PER true\n", "\(outcome)")
  }
}
