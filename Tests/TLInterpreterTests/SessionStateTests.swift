// What a session keeps: names that go stale through functions and imports, and its stack.

import Foundation
import TLInterpreter
import TLSyntax
import Testing

@Suite struct SessionStateTests {
  /// The stale names after some inputs, with the reasons.
  private func stale(_ inputs: [String]) -> [String: String] {
    let session = Session { _ in }
    let name = GoldenScript.folder.appendingPathComponent("values/input").path
    for input in inputs {
      if case .rejected(let diagnostics) = session.run(
        Source(name: name, text: input), isInput: true)
      {
        Issue.record("\(input): \(diagnostics.map(\.message))")
      }
    }
    var result: [String: String] = [:]
    for binding in session.bindings {
      if let reason = session.staleness(of: binding) { result[binding.name] = reason }
    }
    return result
  }

  @Test func aFunctionAndItsResultsAreStaleWithWhatItReads() {
    let found = stale([
      "let rate = 1", "fn scaled(x) { x * rate }", "let a = scaled(2)", "let b = [a]",
      "let rate = 2",
    ])
    #expect(found["scaled"] == "`rate` was bound anew in input 5")
    #expect(found["a"] == "`scaled` is stale: `rate` was bound anew in input 5")
    #expect(found["b"] == "`a` is stale: `scaled` is stale: `rate` was bound anew in input 5")
    #expect(found.count == 3)
  }

  @Test func aFunctionValueIsStaleWithWhatItReads() {
    let found = stale(["let rate = 1", "let f = x => x * rate", "let rate = 2"])
    #expect(found.keys.sorted() == ["f"])
  }

  @Test func rebindingAnImportedNameMakesItsUsersStale() {
    let found = stale([
      "import \"_shared.tl\"", "let four = double(2)", "fn double(x) { x + x }",
    ])
    #expect(found == ["four": "`double` was bound anew in input 3"])
  }

  @Test func importingAgainMakesNothingStale() {
    #expect(
      stale(["import \"_shared.tl\"", "let four = double(2)", "import \"_shared.tl\""]).isEmpty)
  }

  @Test func aNameThatAnImportReplacesMakesItsUsersStale() {
    let found = stale([
      "fn double(x) { 0 }", "let four = double(2)", "import \"_shared.tl\"",
    ])
    #expect(found == ["four": "`double` was bound anew in input 3"])
  }

  @Test func theErrorOfASessionOnASmallStackIsAnError() throws {
    // Not on a large stack: the session finds out how much there is.
    let session = Session { _ in }
    let outcome = session.run(Source(name: "deep", text: "fn f(n) { f(n + 1) + 1 }\nf(0)"))
    guard case .failed(let problem) = outcome else {
      Issue.record("no error")
      return
    }
    #expect(problem.rule == RuntimeRules.recursionLimit)
  }
}
