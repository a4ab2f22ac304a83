// Sweeps through the program: stored cells, kills, workers, several sweeps on one store, mistakes.

import Foundation
import Glibc
import TLTestSupport
import Testing

@Suite(.serialized) struct SweepTests {
  /// A grid of eight short runs.
  static let grid = """
    let workers = 1
    let study = sweep(
      {strategy: [feature_extraction(), lora(rank: 2)], size: [20, 40], seed: 1..2},
      cell => adapt(donor, task |> sample(cell.size, seed: cell.seed), strategy: cell.strategy,
        epochs: 20, batch_size: 4, learning_rate: 1e-3, seed: cell.seed),
      workers: workers)
    print(table(study, rows: "strategy", columns: "size"))
    print(study.finished, study.failed)

    """

  static func run(
    _ script: String, in store: TemporaryFolder, options: String = "",
    _ environment: [String: String] = [:]
  ) throws -> BuiltProgram.Outcome {
    var environment = environment
    environment["TL_STORE"] = store.url.path + "/store"
    return try BuiltProgram.run(
      "\"$TL\" run s.tl \(options)", environment: environment,
      files: ["s.tl": Data((AdaptTests.task + script).utf8)])
  }

  @Test func theSecondSweepIsStoredAndAGrownGridComputesTheNewCells() throws {
    let store = TemporaryFolder()
    let first = try Self.run(Self.grid, in: store)
    #expect(first.status == 0 && first.output.hasSuffix("8 0\n"), "\(first)")
    #expect(first.error.contains("sweep: 8 cells (strategy 2 × size 2 × seed 2), 8 to compute"))
    let second = try Self.run(Self.grid, in: store)
    #expect(second.output == first.output)
    #expect(second.error.hasPrefix("sweep: 8 stored"), "\(second)")
    // Blanks, comments and other names of what is read change no meaning.
    let relaid = Self.grid.replacing(
      "cell => adapt(donor,", with: "cell =>\n  # why\n adapt( donor,")
    #expect(try Self.run(relaid, in: store).error.hasPrefix("sweep: 8 stored"))
    let grown = try Self.run(Self.grid.replacing("1..2}", with: "1..3}"), in: store)
    #expect(grown.error.contains("12 cells") && grown.error.contains("8 stored, 4 to compute"))
    let other = try Self.run(Self.grid.replacing("epochs: 20", with: "epochs: 19"), in: store)
    #expect(other.error.contains("8 to compute"), "\(other)")
  }

  /// A donor of plain pretraining has no pooler: each run makes one from its seed, so what its frozen
  /// encoder says of a part is not what that of another seed says.
  @Test func cellsShareNothingThatComesFromTheSeed() throws {
    let outcome = try Self.run(
      """
      let corpus = map(1..80, n => "слово {n} и ещё {n + 1}")
      let made = pretrain(corpus, tokenizer: train_tokenizer(corpus, vocabulary: 60), steps: 2, folder: "bare",
        architecture: {layers: 1, hidden_size: 16, heads: 2, intermediate_size: 32})
      let bare = model("bare")
      fn trained(seed, fresh = false) {
        adapt(bare, task, strategy: feature_extraction(), epochs: 3, learning_rate: 1e-2, seed: seed,
          fresh: fresh)
      }
      let study = sweep({seed: 1..3}, cell => trained(cell.seed))
      let together = map(study.runs, run => run.test.nll)
      print(together == map(1..3, seed => trained(seed, fresh: true).test.nll), together[0] != together[1])

      """, in: TemporaryFolder())
    #expect(outcome.output == "true true\n", "\(outcome)")
  }

  @Test(arguments: [1, 2])
  func aSweepThatIsKilledFiveTimesEndsWithTheSameTable(_ workers: Int) throws {
    let calm = TemporaryFolder()
    let script = Self.grid.replacing("epochs: 20", with: "epochs: 60")
    let options = "--set workers=\(workers)"
    let expected = try Self.run(script, in: calm, options: options)
    #expect(expected.status == 0, "\(expected)")
    let store = TemporaryFolder()
    var random = SystemRandomNumberGenerator()
    for _ in 0..<5 {
      let seconds = Double.random(in: 0.1...0.6, using: &random)
      _ = try BuiltProgram.run(
        "{ \"$TL\" run s.tl \(options) & child=$!; sleep \(seconds); "
          + "kill -9 $child 2>/dev/null; wait $child; }",
        environment: [
          "TL_STORE": store.url.path + "/store", "TL_CHECKPOINT_SECONDS": "0.05",
        ], files: ["s.tl": Data((AdaptTests.task + script).utf8)])
    }
    let resumed = try Self.run(script, in: store, options: options)
    #expect(resumed.status == 0 && resumed.output == expected.output, "\(resumed)")
  }

  @Test func workersThatAreKilledCostNothingButTime() throws {
    // Long enough to be met while they work.
    let calm = TemporaryFolder()
    let script = Self.grid.replacing("epochs: 20", with: "epochs: 60")
    let expected = try Self.run(script, in: calm, options: "--set workers=2")
    let store = TemporaryFolder()
    let outcome = try BuiltProgram.run(
      """
      {
      "$TL" run s.tl --set workers=2 & main=$!
      for i in 1 2 3; do
        sleep 0.3
        for p in $(cat /proc/$main/task/*/children | cut -d' ' -f1); do kill -9 $p 2>/dev/null; done
      done
      wait $main
      }
      """,
      environment: ["TL_STORE": store.url.path + "/store", "TL_CHECKPOINT_SECONDS": "0.05"],
      files: ["s.tl": Data((AdaptTests.task + script).utf8)])
    #expect(outcome.status == 0 && outcome.output == expected.output, "\(outcome)")
  }

  @Test func twoSweepsAtOnceOnOneStoreLoseNothing() throws {
    let calm = TemporaryFolder()
    let expected = try Self.run(Self.grid, in: calm)
    let store = TemporaryFolder()
    let outcome = try BuiltProgram.run(
      """
      {
      "$TL" run s.tl > a & first=$!
      "$TL" run s.tl > b & second=$!
      sleep 0.4; kill -9 $second; wait $second
      "$TL" run s.tl > c & third=$!
      wait $first; wait $third; cat a c
      }
      """, environment: ["TL_STORE": store.url.path + "/store"],
      files: ["s.tl": Data((AdaptTests.task + Self.grid).utf8)])
    #expect(outcome.output == expected.output + expected.output, "\(outcome)")
    // Every run was trained once.
    let runs = try Self.run(
      "print(length(runs(kind: \"adapt\")), length(runs(kind: \"cell\")))\n", in: store)
    #expect(runs.output == "8 8\n", "\(runs)")
  }

  @Test func aFailedCellIsRecordedAndTheOthersGoOn() throws {
    let store = TemporaryFolder()
    let script = """
      let study = sweep({size: [10, 20, 30], seed: 1..2},
        cell => if cell.size == 20 { fail("no size 20") } else { cell.size + cell.seed })
      print(study.finished, study.failed, study.failures.error[0])
      print(table(study))
      """
    let first = try Self.run(script, in: store)
    #expect(first.output.hasPrefix("4 2 line "), "\(first)")
    #expect(first.output.contains("no size 20") && first.output.contains("failed"), "\(first)")
    #expect(first.error.contains("2 failed"))
    let second = try Self.run(script, in: store)
    #expect(second.output == first.output && second.error.hasPrefix("sweep: 4 stored, 2 failed"))
    let retried = try Self.run(
      script.replacing(
        "{ cell.size + cell.seed })", with: "{ cell.size + cell.seed }, retry: true)"),
      in: store)
    #expect(retried.error.contains("2 to compute"), "\(retried)")
    // In other processes too.
    let apart = try Self.run(
      script.replacing(
        "{ cell.size + cell.seed })", with: "{ cell.size + cell.seed }, workers: 2)"),
      in: TemporaryFolder())
    #expect(apart.output == first.output, "\(apart)")
  }

  @Test(arguments: [
    ("sweep({size: []}, c => c.size)", 70, "the axis `size` of the grid has no values"),
    ("sweep({}, c => 1)", 70, "the grid has no axes"),
    ("print(sweep({size: [1, 1, 2]}, c => c.size).n)", 0, "the axis `size` has 1 twice"),
    (
      "print(sweep({size: [1, 2], rate: [0.1, 0.2]}, c => c.size).n)", 0,
      "no cell reads the axis `rate`: its 2 values give the same 2 times"
    ),
    (
      "sweep({seed: [\"a\", \"b\"]}, c => adapt(donor, task, epochs: 1, seed: c.seed))", 65,
      "`seed` of adapt must be Integer"
    ),
    (
      "print(sweep({x: [1, 2]}, c => fail(\"never\")).failed)", 0,
      "every cell failed, each with: line"
    ),
    ("table(sweep({x: [1, 2]}, c => c.x), value: \"f1\")", 70, "the cells have no number `f1`"),
    ("table(sweep({x: [1, 2]}, c => c.x), rows: \"y\")", 70, "the study has no axis `y`; it has x"),
    ("table(sweep({x: [1, 2]}, c => task))", 70, "no cell of the study has finished"),
    ("sweep({x: [1]}, c => 1, budget: \"soon\")", 70, "a time is written like \"1h30m\""),
    ("sweep({x: [1]}, c => c.y)", 65, "y"),
    (
      "let f = plot([1, 2])\nsweep({x: [1]}, c => length(f.kinds))", 70,
      "`f` is Figure that has no content key"
    ),
    ("learning_curve(sweep({x: [1]}, c => 1))", 70, "the study has no axis `size`"),
    ("emissions(sweep({x: [1]}, c => 1))", 70, "no cell of the study has given a run"),
    (
      "emissions(adapt(donor, task, epochs: 1), country: \"Rusia\")", 70, "did you mean \"Russia\"?"
    ),
    ("adapt(donor, [task])", 70, "at least two"),
    ("adapt(donor, [task, task], mixout: 0.1)", 70, "`mixout` is for one task"),
  ])
  func mistakesAreSaidClearly(_ line: String, _ status: Int32, _ message: String) throws {
    let outcome = try Self.run(line + "\n", in: TemporaryFolder())
    #expect(outcome.status == status, "\(line): \(outcome)")
    #expect(outcome.error.contains(message), "\(line): \(outcome.error)")
  }

  @Test func aBudgetLeavesOutWholeSeedsAndSaysSo() throws {
    let store = TemporaryFolder()
    let script = """
      let study = sweep({seed: 1..4}, cell => adapt(donor, task, strategy: full_fine_tuning(),
        epochs: 150, batch_size: 2, seed: cell.seed), budget: 0.01)
      print(study.finished, study.missing)
      """
    let outcome = try Self.run(script, in: store)
    #expect(outcome.output == "1 3\n", "\(outcome)")
    #expect(outcome.error.contains("sweep: seed 2, 3, 4 left out (3 cells"), "\(outcome)")
  }

  @Test func controlCKeepsFinishedCells() throws {
    let store = TemporaryFolder()
    let script = Self.grid.replacing("epochs: 20", with: "epochs: 400")
    for workers in [1, 2] {
      let outcome = try BuiltProgram.run(
        "{ \"$TL\" run s.tl --set workers=\(workers) & child=$!; sleep 1.2; kill -INT $child; "
          + "wait $child; }",
        environment: ["TL_STORE": store.url.path + "/store"],
        files: ["s.tl": Data((AdaptTests.task + script).utf8)])
      #expect(outcome.status == 130, "\(outcome)")
      #expect(outcome.error.contains("sweep: interrupted"), "\(outcome)")
    }
    let found = try Self.run("print(length(runs(kind: \"cell\")) > 0)\n", in: store)
    #expect(found.output == "true\n")
  }

  @Test func aFullDiskEndsTheSweepAndIsSaid() throws {
    let store = TemporaryFolder()
    // A limit of file size stands for a full disk: the weights of a run are larger.
    let outcome = try BuiltProgram.run(
      "ulimit -f 64; \"$TL\" run s.tl", environment: ["TL_STORE": store.url.path + "/store"],
      files: [
        "s.tl": Data(
          (AdaptTests.task
            + "sweep({seed: 1..3}, c => adapt(donor, task, strategy: full_fine_tuning(), seed: c.seed))\n")
            .utf8)
      ])
    #expect(outcome.status != 0, "\(outcome)")
    #expect(
      outcome.error.contains("the disk is full, or a limit of file size is reached")
        || outcome.status == 128 + SIGXFSZ, "\(outcome)")
  }

  @Test func severalTasksShareOneEncoder() throws {
    let store = TemporaryFolder()
    let script = """
      let tags = tagging(table(flat_map(1..20, n => [
        {tokens: ["Анна", "живёт", "в", "Омске"], ner_tags: ["B-PER", "O", "O", "B-LOC"]},
        {tokens: ["дом", "{n}", "закрыт"], ner_tags: ["O", "O", "O"]},
      ])) |> split(train: 60%, validation: 20%, test: 20%, stratify: "ner_tags"))
      let both = adapt(donor, [task, tags], strategy: full_fine_tuning(), learning_rate: 2e-3,
        epochs: 30, sampling: "equal")
      print(both.tasks, both.trained_parameters > 50000)
      print(evaluate(both.runs[0]).accuracy > 0.9, evaluate(both.runs[1]).entity_f1 > 0.9)
      print(predict(both.runs[1], "Анна живёт в Омске.").tag[0])
      """
    let first = try Self.run(script, in: store)
    #expect(
      first.output
        == "[\"classification\", \"tagging\"] true\ntrue true\nB-PER\n", "\(first)")
    // The stored one has the same metrics, and its model is made again for new texts.
    let second = try Self.run(script, in: store)
    #expect(second.output == first.output && second.error.contains("stored (run "), "\(second)")
  }

  /// Whether a file system of a chosen size can be made, for this process and its children alone.
  static let canMount: Bool = {
    let outcome = try? BuiltProgram.run("mkdir d && unshare -m mount -t tmpfs tmpfs d")
    return outcome?.status == 0
  }()

  @Test(.enabled(if: canMount, "needs the right to mount a file system"))
  func aFullFileSystemFailsNoCellAndLosesNone() throws {
    let script =
      AdaptTests.task + """
        let study = sweep({strategy: [feature_extraction(), full_fine_tuning()], seed: 1..2},
          cell => adapt(donor, task, strategy: cell.strategy, epochs: 1, seed: cell.seed))
        print(study.finished, study.failed)

        """
    let outcome = try BuiltProgram.run(
      """
      mkdir d; unshare -m bash -c '
        mount -t tmpfs -o size=400k tmpfs d; "$TL" run s.tl; echo status $?
        mount -o remount,size=40m d; "$TL" run s.tl'
      """, environment: ["TL_STORE": "d/store"], files: ["s.tl": Data(script.utf8)])
    #expect(outcome.output == "status 70\n4 0\n", "\(outcome)")
    #expect(outcome.error.contains("the disk is full"), "\(outcome)")
    #expect(outcome.error.contains(" 1 stored"), "\(outcome)")
  }

  @Test func logsOfSeveralTasksAreRunsOfTheirOwn() throws {
    let outcome = try Self.run(
      """
      let both = adapt(donor, [task, task], epochs: 1)
      print(export(both, "mlflow", layout: "mlflow"), export(both, "board", layout: "tensorboard"))
      print(length(list_files("board")))

      """, in: TemporaryFolder())
    #expect(outcome.output == "mlflow tensorboard\n2\n", "\(outcome)")
  }
}
