// Runs every script under Tests/Golden and compares what it does with what its comments say.

import Testing
import TLInterpreter
import TLSyntax

@Suite struct GoldenTests {
  @Test func thereAreAtLeastTwoHundredScripts() {
    #expect(GoldenScript.all().count >= 200)
  }

  @Test(arguments: GoldenScript.all())
  func everyScriptDoesWhatItsCommentsSay(_ script: GoldenScript) throws {
    let observed = try script.observed()
    func outputs(_ list: [GoldenScript.Expectation]) -> [GoldenScript.Expectation] {
      list.filter {
        switch $0 {
        case .prints, .shows: true
        default: false
        }
      }
    }
    func errors(_ list: [GoldenScript.Expectation]) -> [GoldenScript.Expectation] {
      list.filter {
        switch $0 {
        case .error, .fails: true
        default: false
        }
      }
    }
    func calls(_ list: [GoldenScript.Expectation]) -> [String] {
      list.compactMap {
        if case .called(let name, let line) = $0 { "\(line) \(name)" } else { nil }
      }
      .sorted()
    }
    let expected = script.expectations
    #expect(outputs(observed) == outputs(expected), "\(script.path)")
    #expect(errors(observed) == errors(expected), "\(script.path)")
    if expected.contains(where: { if case .called = $0 { true } else { false } }) {
      #expect(calls(observed) == calls(expected), "\(script.path)")
    }
  }

  /// Given to the REPL statement by statement, a script prints the same.
  @Test(arguments: GoldenScript.all().filter { !$0.isFileOnly })
  func fileAndInputsAgree(_ script: GoldenScript) throws {
    let parsed = parse(Source(name: script.path, text: script.text))
    guard parsed.diagnostics.isEmpty,
      !script.expectations.contains(where: { if case .error = $0 { true } else { false } })
    else { return }
    let observed = try GoldenScript.observe(stepLimit: 50_000_000) { session in
      session.show = { _ in }
      for statement in parsed.statements {
        let text = parsed.source.text(of: statement.span)
        let outcome = session.run(
          Source(name: GoldenScript.folder.appendingPathComponent(script.path).path, text: text),
          isInput: true)
        guard case .finished = outcome else { return outcome }
      }
      return .finished
    }
    func prints(_ list: [GoldenScript.Expectation]) -> [GoldenScript.Expectation] {
      list.filter { if case .prints = $0 { true } else { false } }
    }
    #expect(prints(observed) == prints(script.expectations), "\(script.path)")
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
    // `--set` names it, and no script can.
    ids.remove("unknown-setting")
    #expect(ids.isEmpty, "without a golden script: \(ids.sorted())")
  }
}
