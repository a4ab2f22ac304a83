// Runs every script under Tests/Golden and compares what it does with what its comments say.

import Testing
import TLInterpreter
import TLSyntax

@Suite struct GoldenTests {
  @Test func thereAreAtLeastTwoHundredScripts() {
    #expect(GoldenScript.all().count >= 220)
  }

  @Test(arguments: GoldenScript.all())
  func everyScriptDoesWhatItsCommentsSay(_ script: GoldenScript) throws {
    let observed = try script.observed()
    let expected = script.expectations
    #expect(observed.outputs == expected.outputs, "\(script.path)")
    #expect(observed.errors == expected.errors, "\(script.path)")
    if !expected.calls.isEmpty { #expect(observed.calls == expected.calls, "\(script.path)") }
  }

  /// Given to the REPL statement by statement, a script prints the same and ends in the same error.
  /// What the check of a whole file rejects, the REPL may run up to the wrong statement: it ends
  /// there too, but for names that only a whole file cannot bind twice.
  @Test(arguments: GoldenScript.all().filter { !$0.isFileOnly })
  func fileAndInputsAgree(_ script: GoldenScript) throws {
    let parsed = parse(Source(name: script.name, text: script.text))
    guard parsed.diagnostics.isEmpty else { return }
    let observed = try script.onItsStack {
      let recorder = Recorder()
      recorder.session.show = { _ in }
      for statement in parsed.statements {
        let text = parsed.source.text(of: statement.span)
        let outcome = recorder.session.run(Source(name: script.name, text: text), isInput: true)
        recorder.note(outcome)
        guard case .finished = outcome else { break }
      }
      return recorder.seen
    }
    let expected = script.expectations
    if expected.errors.count > expected.failures.count {
      let isRejected = !observed.errors.isEmpty
      #expect(isRejected || expected.errors.allSatisfy(Self.isOfWholeFiles), "\(script.path)")
    } else {
      #expect(observed.prints == expected.prints, "\(script.path)")
      #expect(observed.failures == expected.failures, "\(script.path)")
    }
  }

  private static func isOfWholeFiles(_ expectation: GoldenScript.Expectation) -> Bool {
    if case .error("bound-twice", _, _) = expectation { true } else { false }
  }

  /// Every rule that can be reported has a script that reports it.
  @Test func everyDiagnosticHasAScript() {
    var ids = Set(
      (SyntaxRules.all + CheckRules.all + RuntimeRules.all).map(\.id))
    for script in GoldenScript.all() {
      for expectation in script.expectations {
        switch expectation {
        case .error(let id, _, _), .fails(let id, _, _): ids.remove(id)
        default: break
        }
      }
    }
    // `--set` names the one; the others need bytes that no script in UTF-8 holds, or 2 GB of them.
    ids.subtract(["unknown-setting", "not-utf8", "nul-byte", "script-too-large"])
    #expect(ids.isEmpty, "without a golden script: \(ids.sorted())")
  }
}
