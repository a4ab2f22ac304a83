// A golden script carries its expectations at the line, in comments:
//
//   print(1 + 2)      # prints: 3
//   1 + 2             # shows: 3             the value that its cell shows
//   print(y)          # error: unknown-name 7   found before the script runs, at that column
//   1 // 0            # fails: division-by-zero 1   raised while it runs, at that column
//   f(0)              # called: f            a call on the way to the error stands here
//
// Several outputs of one line follow each other: `# prints: 1 | 2`. A file may begin with
// `# mode: file` when only the order of a whole file makes it valid, or with `# stack: large`. Others
// run on the test's own thread: a test run notes every frame that an error leaves, which takes long
// where a stack holds a million of them.

import Foundation
import TLInterpreter
import TLSyntax
import TLTestSupport
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

  static let folder = URL(fileURLWithPath: packageFolder + "/Tests/Golden")

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
  var expectations: [Expectation] { Self.expectations(in: text) }

  static func expectations(in text: String, firstLine: Int = 1) -> [Expectation] {
    var result: [Expectation] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      for (word, make) in words {
        guard let mark = line.range(of: "# \(word): ") else { continue }
        let rest = String(line[mark.upperBound...])
        for part in rest.components(separatedBy: " | ") {
          result.append(make(part, index + firstLine))
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

  /// Where `import` looks for the files beside the script.
  var name: String { Self.folder.appendingPathComponent(path).path }

  /// What running the script really gives, in the same form.
  func observed() throws -> [Expectation] {
    try onItsStack {
      let recorder = Recorder()
      recorder.note(recorder.session.run(Source(name: name, text: text)))
      return recorder.seen
    }
  }

  func onItsStack<Result>(_ body: () -> Result) throws -> Result {
    text.hasPrefix("# stack: large") ? try onLargeStack(body) : body()
  }
}

/// A session that keeps what it prints, shows and fails with.
final class Recorder {
  private(set) var seen: [GoldenScript.Expectation] = []
  private(set) var session = Session { _ in }

  init() {
    session.machine.stepLimit = 50_000_000
    session.machine.sizeLimit = 128 << 20
    session.machine.walkLimit = 1 << 22
    session.machine.output = { [unowned self] text in
      for line in Self.lines(String(text.dropLast())) { self.seen.append(.prints(line)) }
    }
    session.show = { [unowned self] value in
      let text = TLInterpreter.show(value, DisplayStyle(width: 100))
      for line in Self.lines(text) { self.seen.append(.shows(line)) }
    }
  }

  /// Lines without the spaces at their ends, which an editor would take from a comment.
  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  /// Notes how a run ended. `firstLine` is the line of the page on which its source begins.
  func note(_ outcome: Session.Outcome, firstLine: Int = 1) {
    switch outcome {
    case .finished: break
    case .interrupted: seen.append(.fails("interrupted", line: 0, column: 0))
    case .rejected(let diagnostics):
      for diagnostic in diagnostics where diagnostic.severity == .error {
        let place = diagnostic.source.location(of: diagnostic.span.start)
        seen.append(
          .error(diagnostic.rule.id, line: place.line + firstLine - 1, column: place.column))
      }
    case .failed(let problem):
      let place = problem.place.map { $0.source.location(of: $0.span.start) }
      seen.append(
        .fails(
          problem.rule.id, line: (place?.line ?? 0) + firstLine - 1, column: place?.column ?? 0))
      for call in problem.calls {
        seen.append(.called(call.name, line: call.place.line + firstLine - 1))
      }
    }
  }
}

extension [GoldenScript.Expectation] {
  var outputs: Self {
    filter {
      switch $0 {
      case .prints, .shows: true
      default: false
      }
    }
  }

  var prints: Self {
    filter { if case .prints = $0 { true } else { false } }
  }

  var errors: Self {
    filter {
      switch $0 {
      case .error, .fails: true
      default: false
      }
    }
  }

  /// The lines and names of the calls that led to an error.
  var calls: [String] {
    compactMap { if case .called(let name, let line) = $0 { "\(line) \(name)" } else { nil } }
      .sorted()
  }

  /// The ids of the errors that ended a run.
  var failures: [String] {
    compactMap { if case .fails(let id, _, _) = $0 { id } else { nil } }
  }
}
