// The generated pages are what the declarations say, and each rule's example gives its error.

import Foundation
import TLInterpreter
import TLSyntax
import TLTestSupport
import Testing

@Suite struct LibraryReferenceTests {
  private static let docs = URL(fileURLWithPath: packageFolder + "/docs")

  /// With TL_UPDATE=1 the page is written instead of compared.
  private func expectPage(_ name: String, _ text: String) throws {
    let url = Self.docs.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["TL_UPDATE"] == "1" {
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    let page = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    let isSame = page == text
    #expect(isSame, "docs/\(name) is old: run the tests with TL_UPDATE=1 and commit it")
  }

  @Test func libraryPageFollowsFromTheDeclarations() throws {
    try expectPage("library.md", libraryReference())
  }

  @Test func diagnosticsPageFollowsFromTheRules() throws {
    try expectPage("diagnostics.md", diagnosticsReference())
  }

  @Test func ruleIDsAreUnique() {
    let ids = (SyntaxRules.all + CheckRules.all + RuntimeRules.all).map(\.id)
    #expect(Set(ids).count == ids.count)
  }

  /// Scripts for the rules whose example is a description.
  private static let scripts: [String: [UInt8]] = [
    "not-utf8": [0x78, 0x20, 0xCF, 0xF0, 0xE8],
    "nul-byte": Array("print(1)\u{0}".utf8),
    "nesting-too-deep": Array(
      (String(repeating: "(", count: 300) + "1" + String(repeating: ")", count: 300)).utf8),
    "chain-too-long": Array(("1" + String(repeating: " + 1", count: 3000)).utf8),
    "too-many-parameters": Array(
      ("(" + (1...61).map { "p\($0)" }.joined(separator: ", ") + ") => p1").utf8),
  ]

  /// Rules that need more than a script: a file of 2 GB, a second file, a flag.
  private static let others: Set<String> = ["script-too-large", "import-cycle", "unknown-setting"]

  @Test(arguments: (SyntaxRules.all + CheckRules.all + RuntimeRules.all).map(\.id))
  func exampleGivesItsError(_ id: String) throws {
    if Self.others.contains(id) { return }
    let rules = SyntaxRules.all + CheckRules.all + RuntimeRules.all
    let rule = try #require(rules.first { $0.id == id })
    let bytes = Self.scripts[id] ?? Array(rule.example.utf8)
    let found: [String]
    switch Session(output: { _ in }).run(Source(name: "example", bytes: bytes)) {
    case .finished: found = []
    case .rejected(let diagnostics): found = diagnostics.map(\.rule.id)
    case .failed(let problem): found = [problem.rule.id]
    case .interrupted: found = ["interrupted"]
    }
    #expect(found.contains(id), "\(rule.example) gives \(found)")
  }
}
