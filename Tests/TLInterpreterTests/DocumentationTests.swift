// The blocks marked `tl` in README.md and in docs do what their comments say.
// The blocks of one page are the inputs of one session, in order.

import Foundation
import TLInterpreter
import TLSyntax
import TLTestSupport
import Testing

@Suite struct DocumentationTests {
  private static let root = URL(fileURLWithPath: packageFolder)

  struct Block {
    let text: String
    let firstLine: Int
  }

  /// The blocks of a page that begin with a line of three backquotes and `mark`.
  private static func blocks(of page: String, marked mark: String) throws -> [Block] {
    let text = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
    var blocks: [Block] = []
    var open: (lines: [Substring], first: Int, isOurs: Bool)?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("```") {
        if let block = open {
          if block.isOurs {
            blocks.append(
              Block(text: block.lines.joined(separator: "\n") + "\n", firstLine: block.first))
          }
          open = nil
        } else {
          open = ([], index + 2, line == "```" + mark)
        }
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }

  @Test(arguments: [
    "README.md", "docs/tour.md", "docs/language.md", "docs/studies.md", "docs/writing.md",
  ])
  func blocksDoWhatTheirCommentsSay(_ page: String) throws {
    let blocks = try Self.blocks(of: page, marked: "tl")
    let recorder = Recorder()
    recorder.session.machine.storeFolder = exampleStore
    // Pages name files from the project's root.
    #expect(FileManager.default.changeCurrentDirectoryPath(Self.root.path))
    var count = 0
    for block in blocks {
      let outcome = recorder.session.run(Source(name: page, text: block.text), isInput: true)
      recorder.note(outcome, firstLine: block.firstLine)
      let observed = Array(recorder.seen[count...])
      count = recorder.seen.count
      let expected = GoldenScript.expectations(in: block.text, firstLine: block.firstLine)
      #expect(observed.prints == expected.prints, "\(page):\(block.firstLine)")
      #expect(observed.errors == expected.errors, "\(page):\(block.firstLine)")
      if !expected.calls.isEmpty {
        #expect(observed.calls == expected.calls, "\(page):\(block.firstLine)")
      }
      // A block may end with a value whose look the page does not spell out.
      if expected.outputs != expected.prints {
        #expect(observed.outputs == expected.outputs, "\(page):\(block.firstLine)")
      }
    }
  }

  /// What a page shows of the REPL, from `tl> ` to the next, is what the REPL answers.
  @Test(arguments: ["README.md", "docs/tour.md"])
  func conversationsAreReal(_ page: String) throws {
    for block in try Self.blocks(of: page, marked: "") where block.text.hasPrefix("tl> ") {
      let found = Self.conversation(block.text)
      #expect(found == block.text, "\(page):\(block.firstLine)")
    }
  }

  private static func conversation(_ text: String) -> String {
    var answer = ""
    let session = Session { answer += $0 }
    session.show = { answer += TLInterpreter.show($0, DisplayStyle(width: 100)) + "\n" }
    var count = 0
    for line in text.split(separator: "\n") where line.hasPrefix("tl> ") {
      count += 1
      answer += line + "\n"
      let source = Source(name: "input \(count)", text: String(line.dropFirst(4)))
      let renderer = DiagnosticRenderer()
      switch session.run(source, isInput: true) {
      case .rejected(let diagnostics): answer += renderer.render(diagnostics)
      case .failed(let problem): answer += renderer.render(problem)
      case .finished, .interrupted: break
      }
    }
    return answer
  }
}
