// What completion offers, asked without a terminal.

import Foundation
import TLInterpreter
import TLSyntax
import TLTestSupport
import Testing

struct CompletionTests {
  /// The labels offered at the end of `text` after some inputs.
  private func offered(_ text: String, after inputs: [String] = []) throws -> [String] {
    try completions(text, after: inputs).candidates.map(\.label)
  }

  private func completions(_ text: String, after inputs: [String] = []) throws -> Completions {
    try onLargeStack {
      let session = Session { _ in }
      for (index, input) in inputs.enumerated() {
        let source = Source(name: "input \(index + 1)", text: input)
        guard case .finished = session.run(source, isInput: true) else {
          Issue.record("\(input) did not run")
          continue
        }
      }
      return session.completions(of: text)
    }
  }

  private static let table = "let t = table([{city: \"Уфа\", size: 3, \"my size\": 1}])"

  @Test func namesOfTheSessionTheLibraryAndTheLanguage() throws {
    #expect(try offered("leaf", after: ["let leaf_count = 1"]) == ["leaf_count"])
    #expect(try offered("prin").contains("print"))
    #expect(try offered("whi") == ["while"])
    #expect(try offered("1 + по", after: ["let порог = 1"]) == ["порог"])
    #expect(try offered("12").isEmpty)
  }

  @Test func namesOfTheUnfinishedInputItself() throws {
    #expect(try offered("fn f(bottleneck) {\n  let inner = 1\n  bott") == ["bottleneck"])
    #expect(try offered("fn f(bottleneck) {\n  let innermost = 1\n  inner") == ["innermost"])
    #expect(try offered("map([1], element => elem") == ["element"])
  }

  @Test func fieldsOfValues() throws {
    let record = "let run = {rank: 8, nested: {deep: 1}}"
    #expect(try offered("run.", after: [record]) == ["rank", "nested"])
    #expect(try offered("run.nested.", after: [record]) == ["deep"])
    #expect(try offered("print(run.ra", after: [record]) == ["rank"])
    #expect(try offered("t.", after: [Self.table]) == ["city", "size", "my size"])
    #expect(try offered("1..").isEmpty == false)
  }

  @Test func fieldsKnownToTheChecker() throws {
    #expect(try offered("{rank: 1, alpha: 2}.") == ["rank", "alpha"])
    #expect(
      try offered("where(t, row => row.", after: [Self.table]) == ["city", "size", "my size"])
    #expect(try offered("t |> where(r => r.si", after: [Self.table]) == ["size"])
    #expect(try offered("let q = {aa: 1}\nif q.") == ["aa"])
  }

  @Test func argumentNamesThatAreNotGivenYet() throws {
    let function = "fn adapt_it(model, task, rate = 1, seed = 2) { rate }"
    // Names of values stand behind them.
    #expect(try offered("adapt_it(1, 2, ra", after: [function]).first == "rate:")
    #expect(
      try offered("adapt_it(1, task: 2, ", after: [function]).prefix(2) == ["rate:", "seed:"])
    #expect(
      try offered("1 |> adapt_it(", after: [function]).prefix(3) == ["task:", "rate:", "seed:"])
    #expect(try offered("round(2.5, dig") == ["digits:"])
  }

  @Test func columnsInsideTexts() throws {
    let found = try completions("select(t, [\"ci", after: [Self.table])
    #expect(found.candidates.map(\.text) == ["city\""])
    #expect(try offered("t |> select([\"city\", \"", after: [Self.table]).count == 3)
  }

  @Test func columnsOfKeysPartsAndTasks() throws {
    let table = Self.table
    #expect(try offered("t |> sort(by: \"si", after: [table]) == ["size"])
    #expect(try offered("t |> group(\"ci", after: [table]) == ["city"])
    #expect(try offered("t[\"ci", after: [table]) == ["city"])
    #expect(
      try offered("r[\"be", after: ["let r = {\"best epoch\": 1, rank: 2}"]) == ["best epoch"])
    let parts = "let parts = table({text: repeat(\"а\", 20) |> list, mood: 1..20}) |> split()"
    #expect(try offered("classification(parts, label: \"mo", after: [parts]) == ["mood"])
    #expect(try offered("help(\"tabl").contains("tables"))
    #expect(try offered("runs().me") == ["metric", "megabytes"])
    #expect(try offered("adapt(d, t, metric: \"macro_f") == ["macro_f1"])
    #expect(try offered("compare(a, b, metric: \"rouge_ls") == ["rouge_lsum"])
  }

  @Test func whatMakesTheKindOfAnArgument() throws {
    let bound = "let mine = lora(rank: 2)"
    let offers = try offered("adapt(d, t, strategy: ", after: [bound])
    #expect(offers.first == "mine")
    #expect(offers.contains("layerwise") && !offers.contains("length"))
    #expect(try offered("adapt(d, t, strategy: lo", after: [bound]) == ["lora"])
    // Between arguments their names, and the session's own.
    let arguments = try offered("lora(", after: [bound])
    #expect(arguments.prefix(4) == ["rank:", "alpha:", "dropout:", "targets:"])
    #expect(arguments.contains("mine") && !arguments.contains("print"))
    #expect(try offered("lora(rank: rou").contains("round"))
  }

  @Test func commentsAndOtherTextsOfferNothing() throws {
    #expect(try offered("1 # pri").isEmpty)
    #expect(try offered("\"pri").isEmpty)
    #expect(try offered("\"{pri").contains("print"))
  }

  @Test func insertionIsWhatAllCandidatesShare() {
    let found = Completions(
      word: "ra", candidates: [.init("rate_a"), .init("rate_b"), .init("rate")])
    #expect(found.insertion == "te")
    #expect(Completions(word: "x", candidates: []).insertion == "")
  }

  @Test func pathsEndFoldersWithASlash() throws {
    let folder = TemporaryFolder()
    let data = folder.url.appendingPathComponent("данные")
    try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
    try Data().write(to: data.appendingPathComponent("news.jsonl"))
    let path = folder.url.path
    #expect(
      Completions.paths(beginningWith: path + "/дан").candidates.map(\.text) == [path + "/данные/"])
    #expect(
      Completions.paths(beginningWith: path + "/данные/").candidates.map(\.label) == ["news.jsonl"])
    #expect(Completions.paths(beginningWith: path + "/no/such").candidates.isEmpty)
  }

  @Test func noUnfinishedInputIsTooStrange() throws {
    let pieces = [
      "f(", "[", "{", "\"", "\"{", "a.", "|> ", "x => ", ":", ",", ")", "\\", "r\"", "#",
    ]
    for first in pieces {
      for second in pieces {
        for third in pieces { _ = try completions(first + second + third) }
      }
    }
  }
}
