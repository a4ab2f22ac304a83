// A golden script carries its expectations at the line, in comments:
//
//   print(1 + 2)      # prints: 3
//   1 + 2             # shows: 3             the value that its cell shows
//   print(y)          # error: unknown-name 7   found before the script runs, at that column
//   1 // 0            # fails: division-by-zero 1   raised while it runs, at that column
//   f(0)              # called: f            a call on the way to the error stands here
//
// Several outputs of one line follow each other: `# prints: 1 | 2`. A file may begin with
// `# mode: file` when only the order of a whole file makes it valid.

import Foundation
import TLInterpreter
import TLSyntax
import Testing

struct GoldenScript: Sendable, CustomTestStringConvertible {
  enum Expectation: Equatable, Sendable {
    case prints(String)
    case shows(String)
    case error(String, line: Int, column: Int)
    case fails(String, line: Int, column: Int)
    case called(String, line: Int)
  }

  let path: String
  let text: String
  let isFileOnly: Bool

  var testDescription: String { path }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden")

  /// All scripts of a folder under Tests/Golden, and of the folders in it.
  static func all(in name: String = "") -> [GoldenScript] {
    let root = folder.appendingPathComponent(name)
    guard let walker = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    else { return [] }
    var scripts: [GoldenScript] = []
    for case let url as URL in walker
    where url.pathExtension == "tl" && !url.path.contains("/format/")
      && !url.lastPathComponent.hasPrefix("_")
    {
      guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
      let path = url.path.replacingOccurrences(of: folder.path + "/", with: "")
      scripts.append(
        GoldenScript(path: path, text: text, isFileOnly: text.hasPrefix("# mode: file")))
    }
    return scripts.sorted { $0.path < $1.path }
  }

  /// What the comments say, in the order of the lines.
  var expectations: [Expectation] {
    var result: [Expectation] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      for (word, make) in Self.words {
        guard let mark = line.range(of: "# \(word): ") else { continue }
        let rest = String(line[mark.upperBound...])
        for part in rest.components(separatedBy: " | ") {
          result.append(make(part, index + 1))
        }
      }
    }
    return result
  }

  private static let words: [(String, @Sendable (String, Int) -> Expectation)] = [
    ("prints", { text, _ in .prints(text) }), ("shows", { text, _ in .shows(text) }),
    ("error", { text, line in place(text, line) { .error($0, line: $1, column: $2) } }),
    ("fails", { text, line in place(text, line) { .fails($0, line: $1, column: $2) } }),
    ("called", { text, line in .called(text, line: line) }),
  ]

  private static func place(
    _ text: String, _ line: Int, _ make: (String, Int, Int) -> Expectation
  ) -> Expectation {
    let parts = text.split(separator: " ")
    return make(String(parts.first ?? ""), line, parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
  }

  /// What running the script really gives, in the same form.
  func observed(stepLimit: Int = 50_000_000) throws -> [Expectation] {
    let source = Source(name: Self.folder.appendingPathComponent(path).path, text: text)
    return try Self.observe(stepLimit: stepLimit) { $0.run(source) }
  }

  static func observe(
    stepLimit: Int, _ run: (Session) -> Session.Outcome
  ) throws -> [Expectation] {
    try onLargeStack {
      var result: [Expectation] = []
      let session = Session { text in
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
          result.append(.prints(String(line)))
        }
      }
      session.machine.enterThread(stackSize: LargeStack.size)
      session.machine.stepLimit = stepLimit
      session.show = { value in
        let text = TLInterpreter.show(value, DisplayStyle(width: 100))
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
          result.append(.shows(String(line)))
        }
      }
      switch run(session) {
      case .finished: break
      case .interrupted: result.append(.fails("interrupted", line: 0, column: 0))
      case .rejected(let diagnostics):
        for diagnostic in diagnostics where diagnostic.severity == .error {
          let place = diagnostic.source.location(of: diagnostic.span.start)
          result.append(.error(diagnostic.rule.id, line: place.line, column: place.column))
        }
      case .failed(let problem):
        let place = problem.place.map { $0.source.location(of: $0.span.start) }
        result.append(
          .fails(problem.rule.id, line: place?.line ?? 0, column: place?.column ?? 0))
        for call in problem.calls {
          result.append(.called(call.name, line: call.place.line))
        }
      }
      return result
    }
  }
}
