// What a rebinding makes stale, and what it does not.

import TLInterpreter
import TLSyntax
import Testing

struct StalenessTests {
  /// The names that are stale after some inputs, with the reasons.
  private func stale(_ inputs: [String]) throws -> [String: String] {
    try onLargeStack {
      let session = Session { _ in }
      for (index, input) in inputs.enumerated() {
        _ = session.run(Source(name: "input \(index + 1)", text: input), isInput: true)
      }
      var result: [String: String] = [:]
      for binding in session.bindings {
        if let reason = session.staleness(of: binding) { result[binding.name] = reason }
      }
      return result
    }
  }

  @Test func nothingIsStaleWithoutARebinding() throws {
    #expect(try stale(["let a = 1", "let b = a", "let c = a + b"]).isEmpty)
  }

  @Test func whatWasMadeFromTheOldValueIsStaleToTheLast() throws {
    let found = try stale(["let a = 1", "let b = a", "let c = b", "let d = 4", "let a = 2"])
    #expect(found.keys.sorted() == ["b", "c"])
    #expect(found["b"] == "`a` was bound anew in input 5")
    #expect(found["c"] == "`b` is stale: `a` was bound anew in input 5")
  }

  @Test func makingItAnewMendsIt() throws {
    let found = try stale(["let a = 1", "let b = a", "let c = b", "let a = 2", "let b = a"])
    #expect(found.keys.sorted() == ["c"])
    #expect(found["c"] == "`b` was bound anew in input 5")
    #expect(
      try stale(["let a = 1", "let b = a", "let c = b", "let a = 2", "let b = a", "let c = b"])
        .isEmpty)
  }

  @Test func functionsAreStaleThroughWhatTheyUse() throws {
    let found = try stale([
      "let rate = 1", "fn f(x) { g(x) }\nfn g(x) { if x > 0 { f(x - 1) } else { rate } }",
      "let y = f(3)", "let rate = 2",
    ])
    #expect(found.keys.sorted() == ["f", "g", "y"])
  }

  @Test func aRebindingThatFailsMakesNothingStale() throws {
    #expect(try stale(["let a = 1", "let b = a", "let a = 1 // 0"]).isEmpty)
    #expect(try stale(["let a = 1", "let b = a", "let a = nonsense"]).isEmpty)
  }

  @Test func aRebindingInTheSameInputCounts() throws {
    #expect(
      try stale(["let a = 1\nlet b = a", "let a = 2\nlet c = a"]).keys.sorted() == ["b"])
  }
}
