// Every declaration of the library is complete, and every example shows what it says.

import Foundation
import TLInterpreter
import TLSyntax
import TLTestSupport
import Testing

/// What running a script prints and shows, or its error as `id: message`.
func shown(_ code: String, library: Library = .standard) throws -> String {
  try onLargeStack {
    var output = ""
    let session = Session(library: library) { output += $0 }
    session.machine.storeFolder = exampleStore
    session.show = { output += show($0, DisplayStyle()) }
    switch session.run(Source(name: "example", text: code)) {
    case .finished: break
    case .rejected(let diagnostics):
      output += diagnostics.map { "\($0.rule.id): \($0.message)" }.joined(separator: "\n")
    case .failed(let problem): output += "\(problem.rule.id): \(problem.message)"
    case .interrupted: output += "interrupted"
    }
    while output.hasSuffix("\n") { output.removeLast() }
    return output
  }
}

/// The runs of the examples, gone with the next start of the machine.
let exampleStore = NSTemporaryDirectory() + "/tl-example-store-\(getpid())"

/// The project's own small BERT.
let donor = Fixtures.donor("bert")

/// The project's own small T5.
let writer = Fixtures.donor("t5")

/// One after the other: examples write files of the same names.
@Suite(.serialized) struct LibraryExampleTests {
  @Test(arguments: Library.standard.names)
  func examplesShowWhatTheySay(_ name: String) throws {
    let function = try #require(Library.standard.function(named: name))
    for example in function.examples {
      var expected = example.result
      while expected.hasSuffix("\n") { expected.removeLast() }
      let prelude = function.area.needsPrelude ? Prelude.script(donor: donor, writer: writer) : ""
      let code = prelude + example.code
      #expect(try shown(code) == expected, "\(name): \(example.code)")
    }
  }

  @Test(arguments: Library.standard.functions.filter { $0.area == .strategies }.map(\.name))
  func aStrategyHasAnArgumentForEachOfItsSettings(_ name: String) throws {
    let function = try #require(Library.standard.function(named: name))
    let settings = try shown("\(name)()").dropFirst(name.count + 1).dropLast()
      .split(separator: ", ").compactMap { $0.contains(": ") ? $0.split(separator: ":")[0] : nil }
    #expect(settings.map(String.init) == function.parameters.map(\.name))
  }

  @Test func namesAreUnique() {
    let names = Library.standard.names
    #expect(Set(names).count == names.count)
  }

  @Test func everyDeclarationIsComplete() {
    for function in Library.standard.functions {
      #expect(!function.examples.isEmpty, "\(function.name) has no example")
      #expect(isSentence(function.purpose), "\(function.name): \(function.purpose)")
      var seen = Set<String>()
      for parameter in function.parameters {
        #expect(!parameter.purpose.isEmpty, "\(function.name).\(parameter.name)")
        #expect(!parameter.kind.isEmpty, "\(function.name).\(parameter.name)")
        let isNew = seen.insert(parameter.name).inserted
        #expect(isNew, "\(function.name).\(parameter.name) twice")
        if let choices = parameter.choices, case .text(let value) = parameter.defaultValue {
          #expect(choices.contains(value), "\(function.name).\(parameter.name)")
        }
      }
      let early = function.parameters.dropLast().filter(\.isVariadic)
      #expect(early.isEmpty, "\(function.name)")
    }
  }

  private func isSentence(_ text: String) -> Bool {
    guard let first = text.first else { return false }
    return !text.hasSuffix(".") && (!first.isUppercase || text.hasPrefix("NF"))
  }
}
